//! States with which people come back from an issuer: each is used up once, and waits a little longer for the code of a
//! second factor where the account asks for one. What a state is, and whom it serves, is decided in `thidua-http`.

use diesel::prelude::*;
use thidua_domain::id::UserId;
use thidua_domain::issuer::CODE_TRIES;
use thidua_domain::time::Instant;

use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::used_states;
use crate::unit_of_work::Tx;

/// What a state is still good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was not used before, and is from now on.
    Fresh,
    /// Who came back with it was known, and only the code of the second factor is wanted.
    Waits(UserId),
    /// Nothing.
    Over,
}

/// Uses up the state with which somebody came back from an issuer, or one of the tries that it has left.
///
/// # Errors
/// Whatever the database says.
pub fn use_state(tx: &mut Tx<'_>, hash: &[u8], expires_at: Instant) -> Result<State> {
    let used: Option<(Option<UserId>, i32)> =
        on!(tx.conn(), |c| used_states::table.find(hash).select((used_states::user_id, used_states::tries)).first(c).optional())?;
    match used {
        None => {
            on!(tx.conn(), |c| diesel::insert_into(used_states::table)
                .values((used_states::hash.eq(hash), used_states::expires_at.eq(Sql(expires_at)), used_states::tries.eq(1)))
                .execute(c))
            .map_err(StoreError::from)?;
            Ok(State::Fresh)
        }
        Some((Some(user), tries)) if tries < CODE_TRIES => {
            on!(tx.conn(), |c| diesel::update(used_states::table.find(hash)).set(used_states::tries.eq(tries + 1)).execute(c))
                .map_err(StoreError::from)?;
            Ok(State::Waits(user))
        }
        Some(_) => Ok(State::Over),
    }
}

/// Notes for whom a used state waits; for nobody once it has done its work.
///
/// # Errors
/// Whatever the database says.
pub fn wait_for(tx: &mut Tx<'_>, hash: &[u8], user: Option<UserId>) -> Result<()> {
    on!(tx.conn(), |c| diesel::update(used_states::table.find(hash)).set(used_states::user_id.eq(SqlOpt(user))).execute(c))
        .map_err(StoreError::from)?;
    Ok(())
}

fn old_states(conn: &mut Conn, before: Instant, limit: i64) -> Result<Vec<Vec<u8>>> {
    Ok(on!(conn, |c| used_states::table
        .filter(used_states::expires_at.lt(Sql(before)))
        .order(used_states::expires_at.asc())
        .select(used_states::hash)
        .limit(limit)
        .load(c))?)
}

/// Whether a state is noted that could not be used again anyhow.
pub(crate) fn any_old_state(conn: &mut Conn, before: Instant) -> Result<bool> {
    Ok(!old_states(conn, before, 1)?.is_empty())
}

/// Forgets states that could not be used again anyhow, a bounded number at a time.
pub(crate) fn forget_old_states(conn: &mut Conn, before: Instant) -> Result<usize> {
    let old = old_states(conn, before, 200)?;
    for hash in &old {
        on!(conn, |c| diesel::delete(used_states::table.find(hash)).execute(c))?;
    }
    Ok(old.len())
}
