//! People as kept. Their time in units, their identity papers, and what becomes of them when two records are
//! merged have files of their own.

mod employments;
mod merges;
mod papers;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::dated::Precision;
use thidua_domain::id::{AnyId, Id, Person, PersonId, UnitId};
use thidua_domain::person::{self, Ethnicity, Gender, Livelihood};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{employments as employed, people};
use crate::unit_of_work::{Held, Resource, Tx};

pub use employments::{EmploymentRow, add_employment, employment, employments_of_all, end_employment, remove_employment};
pub use merges::{
    MergeRow, Outlook, households_in, merge_back, merge_of, merge_over, merges_of, offices_in, outlook, outlook_back, undo_facts, written,
};
pub use papers::{PaperRow, add_paper, holder_of, paper, papers_of, remove_paper};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = people, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PersonRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<PersonId>)]
    pub id: PersonId,
    /// Code.
    pub code: String,
    /// Full name.
    pub full_name: String,
    /// Search key.
    pub folded: String,
    /// Order key.
    pub collation_key: String,
    /// Date of birth.
    pub born_on: Option<Date>,
    /// How exactly it is known.
    #[diesel(serialize_as = SqlOpt<Precision>)]
    pub born_precision: Option<Precision>,
    /// Gender, where stated.
    #[diesel(serialize_as = SqlOpt<Gender>)]
    pub gender: Option<Gender>,
    /// The unit that keeps the record.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub owner_id: UnitId,
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
    /// Country of citizenship (ISO 3166-1, two letters), where known.
    pub nationality: Option<String>,
    /// Where they live.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub residence_id: Option<UnitId>,
    /// Day of death.
    pub died_on: Option<Date>,
    /// How exactly it is known.
    #[diesel(serialize_as = SqlOpt<Precision>)]
    pub died_precision: Option<Precision>,
    /// To which people they belong, where stated.
    #[diesel(serialize_as = SqlOpt<Ethnicity>)]
    pub ethnicity: Option<Ethnicity>,
    /// From what they live, where stated.
    #[diesel(serialize_as = SqlOpt<Livelihood>)]
    pub livelihood: Option<Livelihood>,
    /// Whether they work with their own hands at what their unit is for, where stated.
    pub direct_worker: Option<bool>,
    /// Whether they belong to the Party, where stated.
    pub party_member: Option<bool>,
    /// The record that goes on instead of this one.
    #[diesel(serialize_as = SqlOpt<PersonId>)]
    pub merged_into_id: Option<PersonId>,
}

impl PersonRow {
    /// Gives the person a name and a code, with the keys that follow from them.
    pub fn rename(&mut self, full_name: &str, code: &str) {
        full_name.clone_into(&mut self.full_name);
        code.clone_into(&mut self.code);
        self.folded = text::fold(&format!("{full_name} {code}"));
        self.collation_key = person::collation_key(full_name);
    }
}

impl Resource for PersonRow {
    type Marker = Person;
    const KIND: Kind = Kind::Person;
    fn load(conn: &mut Conn, id: PersonId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| people::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Person> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn followed_by(&self, conn: &mut Conn) -> Result<Option<AnyId>> {
        Ok(self.merged_into_id.map(|next| living(conn, next)).transpose()?.map(Id::any))
    }
}

/// The record that stands for a person today: the end of a chain of merges, which has no circles.
///
/// # Errors
/// Whatever the database says.
pub fn living(conn: &mut Conn, id: PersonId) -> Result<PersonId> {
    let mut here = id;
    loop {
        let next: Option<Option<PersonId>> =
            on!(conn, |c| people::table.find(Sql(here)).select(people::merged_into_id).first(c).optional())?;
        match next.flatten() {
            Some(next) => here = next,
            None => return Ok(here),
        }
    }
}

/// Those of several records that were merged into others: what stayed with them says what the others say. One query.
///
/// # Errors
/// Whatever the database says.
pub fn merged_among(conn: &mut Conn, of: &[PersonId]) -> Result<Vec<PersonId>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(people::id, of, |within| people::table
        .filter(within)
        .filter(people::merged_into_id.is_not_null())
        .select(people::id)
        .load(c)))?)
}

/// The record that stands today for the one with this code.
fn standing_for(conn: &mut Conn, code: &str) -> Result<Option<PersonId>> {
    let found: Option<PersonId> = on!(conn, |c| people::table.filter(people::code.eq(code)).select(people::id).first(c).optional())?;
    found.map(|id| living(conn, id)).transpose()
}

fn taken(row: &PersonRow) -> Refusal {
    Refusal::at("/code", Code::CodeTaken).with("code", &row.code)
}

/// Keeps a new person.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &PersonRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(people::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| taken(row)))?;
    Ok(())
}

/// Keeps a changed person under the next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<PersonRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(people::table, people::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| taken(&row)))?;
    Ok(())
}

/// What people are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only the one with this code, or the one into which that was merged.
    pub code: Option<String>,
    /// Only those employed in this unit today.
    pub unit: Option<UnitId>,
    /// Only those that this unit keeps.
    pub owner: Option<UnitId>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of people, in the order of their names.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<PersonRow>> {
    let scope = Scoped::of(who, Kind::Person, today);
    let stands = filter.code.as_deref().map(|code| standing_for(conn, code)).transpose()?.flatten();
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = people::table.filter(scope.clone()).filter(people::merged_into_id.is_null()).into_boxed();
            if filter.code.is_some() {
                query = query.filter(people::id.nullable().eq(SqlOpt(stands)));
            }
            if let Some(owner) = filter.owner {
                query = query.filter(people::owner_id.eq(Sql(owner)));
            }
            if let Some(unit) = filter.unit {
                query = query.filter(
                    people::id.eq_any(
                        employed::table
                            .filter(employed::unit_id.eq(Sql(unit)))
                            .filter(employed::from_on.is_null().or(employed::from_on.le(today)))
                            .filter(employed::to_on.is_null().or(employed::to_on.ge(today)))
                            .select(employed::person_id),
                    ),
                );
            }
            called!(query, filter.external, Kind::Person, people::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(people::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(people::collation_key), people::id);
        (query.load::<PersonRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
