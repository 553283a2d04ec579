//! A person's time in units as kept.

use diesel::prelude::*;
use thidua_domain::dated::Span;
use thidua_domain::id::{DocumentId, EmploymentId, PersonId, UnitId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::{Date, Instant};

use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::employments;
use crate::unit_of_work::Tx;

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
