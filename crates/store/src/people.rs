//! People and their time in units as kept.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::dated::{Precision, Span};
use thidua_domain::id::{DocumentId, EmploymentId, Id, Person, PersonId, UnitId};
use thidua_domain::person::{self, Gender};
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
use crate::schema::{employments, people};
use crate::unit_of_work::{Held, Resource, Tx};

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

/// A person's time in a unit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = employments, treat_none_as_default_value = false)]
pub struct EmploymentRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<EmploymentId>)]
    pub id: EmploymentId,
    /// Who.
    #[diesel(serialize_as = Sql<PersonId>)]
    pub person_id: PersonId,
    /// Where.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Position.
    pub position: Option<String>,
    /// Whether the position heads the unit.
    pub head: bool,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
    /// Deciding document.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

impl EmploymentRow {
    /// The time it covers.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span { from_on: self.from_on, to_on: self.to_on }
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

/// The employments of several people, in order of time: one query.
///
/// # Errors
/// Whatever the database says.
pub fn employments_of_all(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<EmploymentRow>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<EmploymentRow> =
        on!(conn, |c| among!(employments::person_id, people, |within| employments::table.filter(within).load(c)))?;
    // The databases disagree on where an unknown first day stands; it is the earliest.
    rows.sort_by_key(|row| (row.from_on, row.id));
    Ok(rows)
}

/// Keeps another employment. The same position in the same unit is not held twice at a time.
///
/// # Errors
/// [`Code::PeriodsOverlap`].
pub fn add_employment(tx: &mut Tx<'_>, row: &EmploymentRow) -> Result<()> {
    let others = employments_of_all(tx.conn(), &[row.person_id])?;
    let twice =
        others.iter().any(|other| other.unit_id == row.unit_id && other.position == row.position && other.span().overlaps(row.span()));
    if twice {
        let day = |on: Option<Date>| on.map_or_else(|| "…".to_owned(), |on| on.to_string());
        return Err(Refusal::of(Code::PeriodsOverlap).with("from", day(row.from_on)).with("to", day(row.to_on)).into());
    }
    on!(tx.conn(), |c| diesel::insert_into(employments::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// One employment of a person.
///
/// # Errors
/// Whatever the database says.
pub fn employment(conn: &mut Conn, person: PersonId, id: EmploymentId) -> Result<Option<EmploymentRow>> {
    Ok(on!(conn, |c| employments::table.find(Sql(id)).filter(employments::person_id.eq(Sql(person))).first(c).optional())?)
}

/// Ends an employment on a day.
///
/// # Errors
/// [`Code::AlreadyEnded`], [`Code::EndsBeforeStart`].
pub fn end_employment(tx: &mut Tx<'_>, row: &mut EmploymentRow, to_on: Date) -> Result<()> {
    row.to_on = row.span().ended(to_on)?.to_on;
    row.version += 1;
    on!(tx.conn(), |c| diesel::update(employments::table.find(Sql(row.id)))
        .set((employments::to_on.eq(row.to_on), employments::version.eq(row.version)))
        .execute(c))
    .map_err(StoreError::from)?;
    Ok(())
}

/// Takes an employment away that was entered by mistake.
///
/// # Errors
/// Whatever the database says.
pub fn remove_employment(tx: &mut Tx<'_>, id: EmploymentId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(employments::table.find(Sql(id))).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// What people are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only those employed in this unit today.
    pub unit: Option<UnitId>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of people, in the order of their names.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<PersonRow>> {
    let scope = Scoped::of(who, Kind::Person, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = people::table.filter(scope.clone()).into_boxed();
            if let Some(code) = &filter.code {
                query = query.filter(people::code.eq(code.clone()));
            }
            if let Some(unit) = filter.unit {
                query = query.filter(
                    people::id.eq_any(
                        employments::table
                            .filter(employments::unit_id.eq(Sql(unit)))
                            .filter(employments::from_on.is_null().or(employments::from_on.le(today)))
                            .filter(employments::to_on.is_null().or(employments::to_on.ge(today)))
                            .select(employments::person_id),
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
