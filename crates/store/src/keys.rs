//! Keys that sign access tokens, private halves sealed under the master key.

use diesel::prelude::*;
use thidua_domain::time::Instant;

use crate::columns::Sql;
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
    /// Whether it signs (`active`) or only verifies.
    pub status: String,
    /// Public half.
    pub public_jwk: String,
    /// Private half, sealed.
    pub sealed_private: Vec<u8>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

/// All keys, newest first.
///
/// # Errors
/// Whatever the database says.
pub fn all(conn: &mut Conn) -> Result<Vec<KeyRow>> {
    Ok(on!(conn, |c| signing_keys::table.order(signing_keys::created_at.desc()).load(c))?)
}

/// Keeps the first key, unless another replica was quicker.
///
/// # Errors
/// Whatever the database says.
pub fn insert_first(tx: &mut Tx<'_>, row: &KeyRow) -> Result<()> {
    let there: Option<String> = on!(tx.conn(), |c| signing_keys::table.select(signing_keys::kid).first(c).optional())?;
    if there.is_none() {
        on!(tx.conn(), |c| diesel::insert_into(signing_keys::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    }
    Ok(())
}
