//! Gives committed events their dense position on PostgreSQL, where the order of identifiers is not
//! the order of commits. One sealer at a time, whatever the number of replicas. On SQLite the
//! writer does this, and sealing finds nothing to do.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::conn::Conn;
use crate::error::Result;
use crate::location::Location;
use crate::store::Store;

/// Any number, as long as every replica uses the same.
const LOCK: i64 = 0x7365_616c;
/// Events sealed in one go.
const BATCH: i64 = 1_000;

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Seals what is committed; returns how many events were sealed.
///
/// # Errors
/// Whatever the database says.
fn seal(conn: &mut Conn) -> Result<usize> {
    let Conn::Postgres(c) = conn else { return Ok(0) };
    let lock: Locked = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS locked").bind::<BigInt, _>(LOCK).get_result(c)?;
    if !lock.locked {
        return Ok(0);
    }
    // READ COMMITTED, one statement: it sees exactly what is committed, and positions are given in
    // the order in which events became visible to it.
    let sealed = diesel::sql_query(
        "UPDATE events SET position = numbered.position FROM ( \
             SELECT id, (SELECT COALESCE(MAX(position), 0) FROM events) + ROW_NUMBER() OVER (ORDER BY seq) AS position \
             FROM (SELECT id, seq FROM events WHERE position IS NULL ORDER BY seq LIMIT $1) AS waiting \
         ) AS numbered WHERE events.id = numbered.id",
    )
    .bind::<BigInt, _>(BATCH)
    .execute(c);
    diesel::sql_query("SELECT pg_advisory_unlock($1)").bind::<BigInt, _>(LOCK).execute(c)?;
    Ok(sealed?)
}

impl Store {
    /// Seals what is committed; returns how many events were sealed.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn seal(&self) -> Result<usize> {
        match self.location() {
            Location::Sqlite(_) => Ok(0),
            Location::Postgres(_) => self.maintain(seal).await,
        }
    }
}
