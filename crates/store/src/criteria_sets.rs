//! Criteria sets as kept: what they are in one table, their content in another, which lists do not read.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::criteria_set::{self as domain, CriteriaSetStatus, Mapping};
use thidua_domain::id::{CriteriaSet, CriteriaSetId, DocumentId, Id, UnitId};
use thidua_domain::points::Points;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{criteria_sets, criteria_tables};
use crate::unit_of_work::{Held, Resource, Tx};

/// A criteria set, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = criteria_sets, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct CriteriaSetRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<CriteriaSetId>)]
    pub id: CriteriaSetId,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Search key.
    pub folded: String,
    /// Key for the Vietnamese alphabet.
    pub collation_key: String,
    /// The unit that keeps it; nobody keeps what comes with the program.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub owner_id: Option<UnitId>,
    /// Which edition it is: 1 for a new one, one more with each amendment.
    pub edition: i32,
    /// What it amends.
    #[diesel(serialize_as = SqlOpt<CriteriaSetId>)]
    pub amends_id: Option<CriteriaSetId>,
    /// The document that puts it in force.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Points of a unit that does everything.
    #[diesel(serialize_as = Sql<Points>)]
    pub scale: Points,
    /// Items, bonuses and penalties.
    pub item_count: i32,
    /// Where it stands.
    #[diesel(serialize_as = Sql<CriteriaSetStatus>)]
    pub status: CriteriaSetStatus,
    /// Published here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// What is known of a recorded publication.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
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

/// The table itself, and how what was entered under the one before carries over.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = criteria_tables, primary_key(criteria_set_id))]
pub struct ContentRow {
    /// Of which set.
    #[diesel(serialize_as = Sql<CriteriaSetId>)]
    pub criteria_set_id: CriteriaSetId,
    /// The table.
    #[diesel(serialize_as = Sql<domain::CriteriaSet>)]
    pub content: domain::CriteriaSet,
    /// How entered scores carry over; empty where it amends nothing.
    #[diesel(serialize_as = Sql<Mapping>)]
    pub mapping: Mapping,
}

impl CriteriaSetRow {
    /// Brings what lists show in line with the content.
    pub fn follow(&mut self, content: &domain::CriteriaSet) {
        self.code.clone_from(&content.code);
        self.name.clone_from(&content.name);
        self.folded = text::fold(&format!("{} {}", content.code, content.name));
        self.collation_key = text::collation_key(&content.name);
        self.scale = content.scale;
        self.item_count = i32::try_from(domain::entered(content).len()).unwrap_or(i32::MAX);
    }
}

impl Resource for CriteriaSetRow {
    type Marker = CriteriaSet;
    const KIND: Kind = Kind::CriteriaSet;
    fn load(conn: &mut Conn, id: CriteriaSetId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| criteria_sets::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<CriteriaSet> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn code_taken(error: diesel::result::Error, row: &CriteriaSetRow) -> StoreError {
    StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code))
}

/// The content of a set.
///
/// # Errors
/// Whatever the database says.
pub fn content(conn: &mut Conn, id: CriteriaSetId) -> Result<ContentRow> {
    Ok(on!(conn, |c| criteria_tables::table.find(Sql(id)).first(c))?)
}

/// A set as it stands: it changes with everything that is changed of it, also where a database is put back to what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edition {
    id: CriteriaSetId,
    version: i64,
    updated_at: Instant,
}

/// The edition of a set.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn edition(conn: &mut Conn, id: CriteriaSetId) -> Result<Edition> {
    let found: Option<(i64, Instant)> =
        on!(conn, |c| criteria_sets::table.find(Sql(id)).select((criteria_sets::version, criteria_sets::updated_at)).first(c).optional())?;
    found.map(|(version, updated_at)| Edition { id, version, updated_at }).ok_or(StoreError::NotFound)
}

/// Whether a set has this code.
///
/// # Errors
/// Whatever the database says.
pub fn is_known(conn: &mut Conn, code: &str) -> Result<bool> {
    let found: i64 = on!(conn, |c| criteria_sets::table.filter(criteria_sets::code.eq(code)).count().get_result(c))?;
    Ok(found > 0)
}

/// Keeps a new set with its content.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &CriteriaSetRow, content: &ContentRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(criteria_sets::table).values(row.clone()).execute(c)).map_err(|error| code_taken(error, row))?;
    on!(tx.conn(), |c| diesel::insert_into(criteria_tables::table).values(content.clone()).execute(c))?;
    Ok(())
}

/// Keeps a changed set under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<CriteriaSetRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(criteria_sets::table, criteria_sets::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| code_taken(error, &row))?;
    Ok(())
}

/// Keeps the changed content of a draft; the set itself is saved beside.
///
/// # Errors
/// Whatever the database says.
pub fn save_content(tx: &mut Tx<'_>, content: &ContentRow) -> Result<()> {
    on!(tx.conn(), |c| Whole::of(
        criteria_tables::table,
        criteria_tables::criteria_set_id.eq(Sql(content.criteria_set_id)),
        content.clone()
    )
    .execute(c))?;
    Ok(())
}

/// What sets are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this state.
    pub status: Option<CriteriaSetStatus>,
    /// Only those that this unit keeps.
    pub owner: Option<UnitId>,
    /// Only those that amend this one.
    pub amends: Option<CriteriaSetId>,
    /// Only templates, or only those of units.
    pub template: Option<bool>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of sets by name.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<CriteriaSetRow>> {
    let scope = Scoped::of(who, Kind::CriteriaSet, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = criteria_sets::table.filter(scope.clone()).into_boxed();
            if let Some(status) = filter.status {
                query = query.filter(criteria_sets::status.eq(Sql(status)));
            }
            if let Some(owner) = filter.owner {
                query = query.filter(criteria_sets::owner_id.eq(Sql(owner)));
            }
            if let Some(amends) = filter.amends {
                query = query.filter(criteria_sets::amends_id.eq(Sql(amends)));
            }
            match filter.template {
                Some(true) => query = query.filter(criteria_sets::owner_id.is_null()),
                Some(false) => query = query.filter(criteria_sets::owner_id.is_not_null()),
                None => {}
            }
            if let Some(code) = &filter.code {
                query = query.filter(criteria_sets::code.eq(code.clone()));
            }
            called!(query, filter.external, Kind::CriteriaSet, criteria_sets::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(criteria_sets::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(criteria_sets::collation_key), criteria_sets::id);
        (query.load::<CriteriaSetRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
