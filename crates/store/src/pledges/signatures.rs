//! Who signed a pledge, when and how.

use diesel::prelude::*;
use thidua_domain::dated::Precision;
use thidua_domain::id::{DelegationId, PledgeId, SignatureId, UnitId, UserId};
use thidua_domain::recorded::{Origin, Recorded, SignMode};
use thidua_domain::time::{Date, Instant};

use super::PledgeRow;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::signatures;
use crate::unit_of_work::Tx;

/// A member's signature.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = signatures, treat_none_as_default_value = false)]
pub struct SignatureRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<SignatureId>)]
    pub id: SignatureId,
    /// Under which pledge.
    #[diesel(serialize_as = Sql<PledgeId>)]
    pub pledge_id: PledgeId,
    /// For which unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Who signed.
    pub signer_name: Option<String>,
    /// In what position.
    pub signer_position: Option<String>,
    /// In what capacity.
    #[diesel(serialize_as = Sql<SignMode>)]
    pub mode: SignMode,
    /// When.
    pub signed_on: Date,
    /// How exactly that is known.
    #[diesel(serialize_as = Sql<Precision>)]
    pub precision: Precision,
    /// Performed here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// Facts where it was recorded.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
    /// The account that signed or entered it.
    #[diesel(serialize_as = Sql<UserId>)]
    pub signed_by: UserId,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Under which delegation, where who signed does not head the unit.
    #[diesel(serialize_as = SqlOpt<DelegationId>)]
    pub delegation_id: Option<DelegationId>,
}

/// Keeps a signature and counts it; the caller saves the pledge.
///
/// # Errors
/// [`StoreError::Conflict`] when the unit has signed.
pub fn add_signature(tx: &mut Tx<'_>, pledge: &mut PledgeRow, row: &SignatureRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(signatures::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    pledge.signature_count += 1;
    Ok(())
}

/// One of them.
///
/// # Errors
/// Whatever the database says.
pub fn signature(conn: &mut Conn, pledge: PledgeId, id: SignatureId) -> Result<Option<SignatureRow>> {
    Ok(on!(conn, |c| signatures::table.find(Sql(id)).filter(signatures::pledge_id.eq(Sql(pledge))).first(c).optional())?)
}

/// Takes one away and no longer counts it; the caller saves the pledge.
///
/// # Errors
/// Whatever the database says.
pub fn remove_signature(tx: &mut Tx<'_>, pledge: &mut PledgeRow, id: SignatureId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(signatures::table.find(Sql(id))).execute(c))?;
    pledge.signature_count -= 1;
    Ok(())
}

/// All signatures of a pledge, in the order in which they came.
///
/// # Errors
/// Whatever the database says.
pub fn signatures_of(conn: &mut Conn, pledge: PledgeId) -> Result<Vec<SignatureRow>> {
    Ok(on!(conn, |c| signatures::table
        .filter(signatures::pledge_id.eq(Sql(pledge)))
        .order((signatures::signed_on.asc(), signatures::id.asc()))
        .load(c))?)
}
