//! Identity papers of people as kept: the number only under the master key, and a mark by which the same number
//! is known again. Sealing and marking are done in `thidua-http`.

use diesel::prelude::*;
use thidua_domain::id::{PaperId, PersonId};
use thidua_domain::person::identity::PaperKind;
use thidua_domain::time::{Date, Instant};

use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::identity_papers;
use crate::unit_of_work::Tx;

/// An identity paper.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = identity_papers, treat_none_as_default_value = false)]
pub struct PaperRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<PaperId>)]
    pub id: PaperId,
    /// Whose.
    #[diesel(serialize_as = Sql<PersonId>)]
    pub person_id: PersonId,
    /// Kind.
    #[diesel(serialize_as = Sql<PaperKind>)]
    pub kind: PaperKind,
    /// Country that issued it (ISO 3166-1, two letters).
    pub country: String,
    /// Its number, sealed.
    pub sealed: Vec<u8>,
    /// Under which master key.
    pub key_id: String,
    /// By which the same number is known again.
    pub mark: Vec<u8>,
    /// Issued.
    pub issued_on: Option<Date>,
    /// Last day on which it serves.
    pub expires_on: Option<Date>,
    /// By which office.
    pub issued_by: Option<String>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

/// The papers of a person, in the order in which they were entered.
///
/// # Errors
/// Whatever the database says.
pub fn papers_of(conn: &mut Conn, person: PersonId) -> Result<Vec<PaperRow>> {
    Ok(on!(conn, |c| identity_papers::table
        .filter(identity_papers::person_id.eq(Sql(person)))
        .order((identity_papers::created_at.asc(), identity_papers::id.asc()))
        .load(c))?)
}

/// One of them.
///
/// # Errors
/// Whatever the database says.
pub fn paper(conn: &mut Conn, person: PersonId, id: PaperId) -> Result<Option<PaperRow>> {
    Ok(on!(conn, |c| identity_papers::table.find(Sql(id)).filter(identity_papers::person_id.eq(Sql(person))).first(c).optional())?)
}

/// Whose record holds the number with this mark.
///
/// # Errors
/// Whatever the database says.
pub fn holder_of(conn: &mut Conn, mark: &[u8]) -> Result<Option<PersonId>> {
    Ok(on!(conn, |c| identity_papers::table.filter(identity_papers::mark.eq(mark)).select(identity_papers::person_id).first(c).optional())?)
}

/// Keeps another paper.
///
/// # Errors
/// [`StoreError::Conflict`] when the number is known already.
pub fn add_paper(tx: &mut Tx<'_>, row: &PaperRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(identity_papers::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Takes a paper away, with its number.
///
/// # Errors
/// Whatever the database says.
pub fn remove_paper(tx: &mut Tx<'_>, id: PaperId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(identity_papers::table.find(Sql(id))).execute(c)).map_err(StoreError::from)?;
    Ok(())
}
