//! Blocs and clusters as kept.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::bloc::{BlocKind, BlocScope};
use thidua_domain::id::{Bloc, BlocId, Id, UnitId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{bloc_members, bloc_years, blocs};
use crate::unit_of_work::{Held, Resource, Tx};

/// A bloc.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = blocs, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct BlocRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<BlocId>)]
    pub id: BlocId,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Search key.
    pub folded: String,
    /// Order key.
    pub collation_key: String,
    /// Cluster or bloc.
    #[diesel(serialize_as = Sql<BlocKind>)]
    pub kind: BlocKind,
    /// From where it draws its members.
    #[diesel(serialize_as = Sql<BlocScope>)]
    pub scope: BlocScope,
    /// Who organises it.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub organizer_id: Option<UnitId>,
    /// Who organises it, in words, where that is all that is known.
    pub organizer_note: Option<String>,
    /// Remark.
    pub note: Option<String>,
    /// Made up for a demonstration or test.
    pub fictional: bool,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl BlocRow {
    /// Gives the bloc its name.
    pub fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.folded = text::fold(&format!("{} {name}", self.code));
        self.collation_key = text::collation_key(name);
    }
}

impl Resource for BlocRow {
    type Marker = Bloc;
    const KIND: Kind = Kind::Bloc;
    fn load(conn: &mut Conn, id: BlocId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| blocs::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Bloc> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn taken(row: &BlocRow) -> impl FnOnce() -> Refusal + use<> {
    let code = row.code.clone();
    move || Refusal::at("/code", Code::CodeTaken).with("code", code)
}

/// Keeps a new bloc.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &BlocRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(blocs::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(taken(row)))?;
    Ok(())
}

/// Keeps a changed bloc under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<BlocRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(blocs::table, blocs::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(taken(&row)))?;
    Ok(())
}

/// What blocs are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this kind.
    pub kind: Option<BlocKind>,
    /// Only with this reach.
    pub scope: Option<BlocScope>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only those organised by this unit.
    pub organizer: Option<UnitId>,
    /// Only those of which this unit is or was a member.
    pub member: Option<UnitId>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of blocs in the order of the alphabet.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<BlocRow>> {
    let scope = Scoped::of(who, Kind::Bloc, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = blocs::table.filter(scope.clone()).into_boxed();
            if let Some(kind) = filter.kind {
                query = query.filter(blocs::kind.eq(Sql(kind)));
            }
            if let Some(scope) = filter.scope {
                query = query.filter(blocs::scope.eq(Sql(scope)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(blocs::code.eq(code.clone()));
            }
            if let Some(organizer) = filter.organizer {
                query = query.filter(blocs::organizer_id.eq(Sql(organizer)));
            }
            if let Some(member) = filter.member {
                query = query.filter(
                    blocs::id.eq_any(
                        bloc_years::table
                            .inner_join(bloc_members::table)
                            .filter(bloc_members::unit_id.eq(Sql(member)))
                            .select(bloc_years::bloc_id),
                    ),
                );
            }
            called!(query, filter.external, Kind::Bloc, blocs::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(blocs::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(blocs::collation_key), blocs::id);
        (query.load::<BlocRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
