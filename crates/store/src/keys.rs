//! Keys that sign access tokens, private halves sealed under the master key.

use diesel::prelude::*;
use thidua_domain::signing_key::KeyLife;
use thidua_domain::time::Instant;

use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::signing_keys;
use crate::unit_of_work::Tx;

/// A signing key.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = signing_keys, treat_none_as_default_value = false)]
pub struct KeyRow {
    /// Name of the key in token headers.
    pub kid: String,
    /// Algorithm.
    pub algorithm: String,
    /// Public half.
    pub public_jwk: String,
    /// Private half, sealed.
    pub sealed_private: Vec<u8>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Signs from then on.
    #[diesel(serialize_as = Sql<Instant>)]
    pub activates_at: Instant,
    /// Signs no more from then on.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub retires_at: Option<Instant>,
    /// Verifies no more from then on.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub ends_at: Option<Instant>,
}

impl KeyRow {
    /// Its dates.
    #[must_use]
    pub const fn life(&self) -> KeyLife {
        KeyLife { activates_at: self.activates_at, retires_at: self.retires_at, ends_at: self.ends_at }
    }
}

/// All keys, the newest first.
///
/// # Errors
/// Whatever the database says.
pub fn all(conn: &mut Conn) -> Result<Vec<KeyRow>> {
    Ok(on!(conn, |c| signing_keys::table.order((signing_keys::activates_at.desc(), signing_keys::kid.asc())).load(c))?)
}

/// Keeps the first key, unless another replica was quicker.
///
/// # Errors
/// Whatever the database says.
pub fn insert_first(tx: &mut Tx<'_>, row: &KeyRow) -> Result<()> {
    if all(tx.conn())?.is_empty() { insert(tx, row) } else { Ok(()) }
}

fn insert(tx: &mut Tx<'_>, row: &KeyRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(signing_keys::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// What moves a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// It is time, if it is: another replica may have been quicker.
    Due,
    /// Somebody wants it.
    Wanted,
    /// The keys before may be known to others.
    Compromised,
}

/// Whether the newest key has signed long enough, or there is none.
///
/// # Errors
/// Whatever the database says.
pub fn is_due(conn: &mut Conn, now: Instant) -> Result<bool> {
    Ok(all(conn)?.first().is_none_or(|newest| newest.life().is_due(now)))
}

/// Lets a key follow those before it; whether it does.
///
/// # Errors
/// Whatever the database says.
pub fn rotate(tx: &mut Tx<'_>, next: &KeyRow, occasion: Occasion) -> Result<bool> {
    let now = tx.now();
    if occasion == Occasion::Due && !is_due(tx.conn(), now)? {
        return Ok(false);
    }
    let before = all(tx.conn())?;
    for key in before.iter().filter(|key| key.life().verifies(now)) {
        let life = match occasion {
            Occasion::Compromised => key.life().compromised(now),
            Occasion::Due | Occasion::Wanted => key.life().followed(next.activates_at),
        };
        on!(tx.conn(), |c| diesel::update(signing_keys::table.find(&key.kid))
            .set((signing_keys::retires_at.eq(SqlOpt(life.retires_at)), signing_keys::ends_at.eq(SqlOpt(life.ends_at))))
            .execute(c))
        .map_err(StoreError::from)?;
    }
    insert(tx, next)?;
    Ok(true)
}

/// Whether there is a key that nothing has been verified with since a moment.
pub(crate) fn any_old(conn: &mut Conn, before: Instant) -> Result<bool> {
    Ok(all(conn)?.iter().any(|key| key.ends_at.is_some_and(|ended| ended <= before)))
}

/// Forgets keys that nothing has been verified with since a moment.
pub(crate) fn forget_old(conn: &mut Conn, before: Instant) -> Result<usize> {
    Ok(on!(conn, |c| diesel::delete(signing_keys::table.filter(signing_keys::ends_at.le(SqlOpt(Some(before))))).execute(c))?)
}
