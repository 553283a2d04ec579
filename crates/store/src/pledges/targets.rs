//! What each unit has set itself under a pledge, and what it achieved.

use diesel::prelude::*;
use thidua_domain::id::{PledgeId, PledgePartId, UnitId};
use thidua_domain::time::Instant;

use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::prepared::Whole;
use crate::schema::pledge_targets;
use crate::unit_of_work::Tx;

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = pledge_targets, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct TargetRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<PledgePartId>)]
    pub id: PledgePartId,
    /// Under which pledge.
    #[diesel(serialize_as = Sql<PledgeId>)]
    pub pledge_id: PledgeId,
    /// Whose.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Order.
    pub ordinal: i32,
    /// What.
    pub title: String,
    /// Unit of measure.
    pub measure: Option<String>,
    /// What was planned.
    pub planned: Option<String>,
    /// What was achieved.
    pub achieved: Option<String>,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

/// All targets of a pledge, unit by unit.
///
/// # Errors
/// Whatever the database says.
pub fn targets_of(conn: &mut Conn, pledge: PledgeId) -> Result<Vec<TargetRow>> {
    Ok(on!(conn, |c| pledge_targets::table
        .filter(pledge_targets::pledge_id.eq(Sql(pledge)))
        .order((pledge_targets::unit_id.asc(), pledge_targets::ordinal.asc(), pledge_targets::id.asc()))
        .load(c))?)
}

/// One target.
///
/// # Errors
/// Whatever the database says.
pub fn target(conn: &mut Conn, pledge: PledgeId, id: PledgePartId) -> Result<Option<TargetRow>> {
    Ok(on!(conn, |c| pledge_targets::table.find(Sql(id)).filter(pledge_targets::pledge_id.eq(Sql(pledge))).first(c).optional())?)
}

/// Keeps a new target.
///
/// # Errors
/// Whatever the database says.
pub fn add_target(tx: &mut Tx<'_>, row: &TargetRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(pledge_targets::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Keeps a changed target under its next version.
///
/// # Errors
/// Whatever the database says.
pub fn save_target(tx: &mut Tx<'_>, row: &mut TargetRow) -> Result<()> {
    row.version += 1;
    on!(tx.conn(), |c| Whole::of(pledge_targets::table, pledge_targets::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(StoreError::from)?;
    Ok(())
}

/// Takes a target away.
///
/// # Errors
/// Whatever the database says.
pub fn remove_target(tx: &mut Tx<'_>, id: PledgePartId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(pledge_targets::table.find(Sql(id))).execute(c)).map_err(StoreError::from)?;
    Ok(())
}
