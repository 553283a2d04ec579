//! Units as kept: the unit, its dated names, codes, relations and officers, and what followed it.

mod part;
mod parts;
mod successions;

use std::collections::HashSet;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::id::{Id, Unit, UnitId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};
use thidua_domain::unit::{UnitEnd, UnitKind, UnitRelationKind};

pub use part::{Part, end_part, part, remove_name, remove_part};
pub use parts::{
    CodeRow, NameRow, OfficerRow, RelationRow, add_code, add_name, add_officer, add_relation, codes_of, names_of, officers_of,
    relations_of, uppers_on,
};
pub use successions::{
    SuccessionRow, add_succession, followers, lineage, predecessors_of, remove_succession, save_succession, succession, successions_of,
};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::Sql;
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{unit_codes, unit_names, unit_relations, units};
use crate::unit_of_work::{Held, Resource, Tx};

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = units, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct UnitRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub id: UnitId,
    /// Code.
    pub code: String,
    /// Kind.
    #[diesel(serialize_as = Sql<UnitKind>)]
    pub kind: UnitKind,
    /// Place in protocol.
    pub protocol_order: i32,
    /// First day in being.
    pub from_on: Option<Date>,
    /// Last day in being.
    pub to_on: Option<Date>,
    /// Whether the last day follows from a succession.
    pub ended_by_succession: bool,
    /// Name of today.
    pub name: String,
    /// Search key.
    pub folded: String,
    /// Order key.
    pub collation_key: String,
    /// Made up for a demonstration or test.
    pub fictional: bool,
    /// Remark.
    pub note: Option<String>,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl UnitRow {
    /// Gives the unit the name of today.
    pub fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.folded = text::fold(name);
        self.collation_key = text::collation_key(name);
    }

    /// Its last day, and where it comes from.
    #[must_use]
    pub const fn end(&self) -> UnitEnd {
        UnitEnd { on: self.to_on, by_succession: self.ended_by_succession }
    }

    /// Gives it a last day, or none.
    pub const fn set_end(&mut self, end: UnitEnd) {
        self.to_on = end.on;
        self.ended_by_succession = end.by_succession;
    }
}

impl Resource for UnitRow {
    type Marker = Unit;
    const KIND: Kind = Kind::Unit;
    fn load(conn: &mut Conn, id: UnitId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| units::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Unit> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Keeps a new unit with its first name.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &UnitRow, name: &NameRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(units::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    parts::insert_name(tx, name)
}

/// Keeps a changed unit under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<UnitRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(units::table, units::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// How units can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Protocol order.
    Protocol,
    /// Vietnamese alphabet.
    Name,
}

/// What units are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this kind.
    pub kind: Option<UnitKind>,
    /// Only with this code.
    pub code: Option<String>,
    /// Only those directly under this unit.
    pub parent: Option<UnitId>,
    /// Only those in being on this day.
    pub on: Option<Date>,
    /// Only those that bear this national, statistical or other code, in its normal form, on the day;
    /// without a day, those that ever bore it.
    pub bears: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of units.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, sort: Sort, ask: &Ask) -> Result<Page<UnitRow>> {
    let scope = Scoped::of(who, Kind::Unit, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = units::table.filter(scope.clone()).into_boxed();
            if let Some(kind) = filter.kind {
                query = query.filter(units::kind.eq(Sql(kind)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(units::code.eq(code.clone()));
            }
            if let Some(on) = filter.on {
                query =
                    query.filter(units::from_on.is_null().or(units::from_on.le(on))).filter(units::to_on.is_null().or(units::to_on.ge(on)));
            }
            if let Some(parent) = filter.parent {
                let day = filter.on.unwrap_or(today);
                query = query.filter(
                    units::id.eq_any(
                        unit_relations::table
                            .filter(unit_relations::upper_id.eq(Sql(parent)))
                            .filter(unit_relations::kind.eq(Sql(UnitRelationKind::Administrative)))
                            .filter(unit_relations::from_on.is_null().or(unit_relations::from_on.le(day)))
                            .filter(unit_relations::to_on.is_null().or(unit_relations::to_on.ge(day)))
                            .select(unit_relations::unit_id),
                    ),
                );
            }
            if let Some(code) = &filter.bears {
                let bore = unit_codes::table.filter(unit_codes::normal_code.eq(code.clone()));
                query = match filter.on {
                    Some(on) => query.filter(
                        units::id.eq_any(
                            bore.filter(unit_codes::from_on.is_null().or(unit_codes::from_on.le(on)))
                                .filter(unit_codes::to_on.is_null().or(unit_codes::to_on.ge(on)))
                                .select(unit_codes::unit_id),
                        ),
                    ),
                    None => query.filter(units::id.eq_any(bore.select(unit_codes::unit_id))),
                };
            }
            called!(query, filter.external, Kind::Unit, units::id);
            if let Some(pattern) = ask.pattern() {
                // Former names and other spellings are found too.
                query = query.filter(
                    units::id.eq_any(unit_names::table.filter(unit_names::folded.like(pattern).escape('\\')).select(unit_names::unit_id)),
                );
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        match sort {
            Sort::Protocol => keyset!(query, ask, Int(units::protocol_order), units::id),
            Sort::Name => keyset!(query, ask, Text(units::collation_key), units::id),
        }
        (query.load::<UnitRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}

/// All units above a unit by relations of one kind, whatever their dates: for refusing circles.
///
/// # Errors
/// Whatever the database says.
pub fn above(conn: &mut Conn, unit: UnitId, kind: UnitRelationKind) -> Result<HashSet<UnitId>> {
    let mut seen = HashSet::new();
    let mut level = vec![unit];
    while !level.is_empty() {
        let uppers: Vec<UnitId> = on!(conn, |c| among!(unit_relations::unit_id, &level, |within| unit_relations::table
            .filter(within)
            .filter(unit_relations::kind.eq(Sql(kind)))
            .select(unit_relations::upper_id)
            .load(c)))?;
        level = uppers.into_iter().filter(|upper| seen.insert(*upper)).collect();
    }
    Ok(seen)
}
