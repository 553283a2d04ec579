//! Second factors as kept, and recovery codes.

use diesel::prelude::*;
use thidua_domain::id::{SessionId, UserId};
use thidua_domain::time::Instant;

use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::{recovery_codes, second_factors, sessions};
use crate::unit_of_work::Tx;

/// A second factor.
#[derive(Debug, Clone, Queryable)]
pub struct FactorRow {
    /// The shared secret, sealed.
    pub sealed: Vec<u8>,
    /// Since when it counts.
    pub confirmed_at: Option<Instant>,
}

/// The second factor of an account, confirmed or not.
///
/// # Errors
/// Whatever the database says.
pub fn of(conn: &mut Conn, user: UserId) -> Result<Option<FactorRow>> {
    Ok(on!(conn, |c| second_factors::table
        .find(Sql(user))
        .select((second_factors::sealed, second_factors::confirmed_at))
        .first(c)
        .optional())?)
}

/// Which of these accounts have a second factor that counts.
///
/// # Errors
/// Whatever the database says.
pub fn those_with(conn: &mut Conn, users: &[UserId]) -> Result<Vec<UserId>> {
    Ok(on!(conn, |c| second_factors::table
        .filter(crate::among::Among::of(second_factors::user_id, users))
        .filter(second_factors::confirmed_at.is_not_null())
        .select(second_factors::user_id)
        .load(c))?)
}

/// Begins a second factor; one that was begun before and never confirmed is forgotten.
///
/// # Errors
/// Whatever the database says.
pub fn begin(tx: &mut Tx<'_>, user: UserId, sealed: &[u8]) -> Result<()> {
    remove(tx, user)?;
    let now = tx.now();
    on!(tx.conn(), |c| diesel::insert_into(second_factors::table)
        .values((second_factors::user_id.eq(Sql(user)), second_factors::sealed.eq(sealed), second_factors::created_at.eq(Sql(now))))
        .execute(c))
    .map_err(StoreError::from)?;
    Ok(())
}

/// From now on the second factor counts, and the session has shown it.
///
/// # Errors
/// Whatever the database says.
pub fn confirm(tx: &mut Tx<'_>, user: UserId, session: SessionId) -> Result<()> {
    let now = tx.now();
    on!(tx.conn(), |c| {
        diesel::update(second_factors::table.find(Sql(user))).set(second_factors::confirmed_at.eq(SqlOpt(Some(now)))).execute(c)?;
        diesel::update(sessions::table.find(Sql(session))).set(sessions::second_factor.eq(true)).execute(c)
    })
    .map_err(StoreError::from)?;
    Ok(())
}

/// Uses the code of a step up; whether it was still good.
///
/// # Errors
/// Whatever the database says.
pub fn use_step(tx: &mut Tx<'_>, user: UserId, step: i64) -> Result<bool> {
    let unused = second_factors::used_step.is_null().or(second_factors::used_step.lt(step));
    let used = on!(tx.conn(), |c| diesel::update(second_factors::table.find(Sql(user)).filter(unused))
        .set(second_factors::used_step.eq(step))
        .execute(c))
    .map_err(StoreError::from)?;
    Ok(used == 1)
}

/// Uses a recovery code up; whether it was still good.
///
/// # Errors
/// Whatever the database says.
pub fn use_recovery(tx: &mut Tx<'_>, user: UserId, mark: &[u8]) -> Result<bool> {
    let now = tx.now();
    let unused = recovery_codes::table.find(mark).filter(recovery_codes::user_id.eq(Sql(user))).filter(recovery_codes::used_at.is_null());
    let used = on!(tx.conn(), |c| diesel::update(unused).set(recovery_codes::used_at.eq(SqlOpt(Some(now)))).execute(c))
        .map_err(StoreError::from)?;
    Ok(used == 1)
}

/// Hands out recovery codes; those handed out before are void.
///
/// # Errors
/// Whatever the database says.
pub fn hand_out(tx: &mut Tx<'_>, user: UserId, marks: &[Vec<u8>]) -> Result<()> {
    let now = tx.now();
    forget_codes(tx, user)?;
    for mark in marks {
        on!(tx.conn(), |c| diesel::insert_into(recovery_codes::table)
            .values((recovery_codes::mark.eq(mark), recovery_codes::user_id.eq(Sql(user)), recovery_codes::created_at.eq(Sql(now))))
            .execute(c))
        .map_err(StoreError::from)?;
    }
    Ok(())
}

/// How many recovery codes are left.
///
/// # Errors
/// Whatever the database says.
pub fn codes_left(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(on!(conn, |c| recovery_codes::table
        .filter(recovery_codes::user_id.eq(Sql(user)))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(c))?)
}

fn forget_codes(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(Sql(user)))).execute(c))
        .map_err(StoreError::from)?;
    Ok(())
}

/// Takes a second factor away, with its recovery codes; whether there was one that counted.
///
/// # Errors
/// Whatever the database says.
pub fn remove(tx: &mut Tx<'_>, user: UserId) -> Result<bool> {
    let counted = of(tx.conn(), user)?.is_some_and(|factor| factor.confirmed_at.is_some());
    forget_codes(tx, user)?;
    on!(tx.conn(), |c| diesel::delete(second_factors::table.find(Sql(user))).execute(c)).map_err(StoreError::from)?;
    Ok(counted)
}
