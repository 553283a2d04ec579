//! Answers kept under an Idempotency-Key.

use diesel::prelude::*;
use thidua_domain::session::IDEMPOTENCY_HOURS;
use thidua_domain::time::Instant;

use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::idempotency;
use crate::unit_of_work::IdempotencyKey;

/// What was answered, and to what.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct KeptAnswer {
    /// Digest of the request.
    pub(crate) fingerprint: Vec<u8>,
    /// The answer.
    pub(crate) answer: Vec<u8>,
}

/// The answer kept under a key, unless it is too old to count.
pub(crate) fn find(conn: &mut Conn, key: &IdempotencyKey, now: Instant) -> Result<Option<KeptAnswer>> {
    let since = now.plus_seconds(-IDEMPOTENCY_HOURS * 3600);
    Ok(on!(conn, |c| idempotency::table
        .filter(idempotency::caller.eq(Sql(key.caller)))
        .filter(idempotency::method.eq(&key.method))
        .filter(idempotency::path.eq(&key.path))
        .filter(idempotency::key.eq(&key.key))
        .filter(idempotency::created_at.ge(Sql(since)))
        .select((idempotency::fingerprint, idempotency::answer))
        .first(c)
        .optional())?)
}

/// Keeps an answer.
pub(crate) fn keep(conn: &mut Conn, key: &IdempotencyKey, answer: Vec<u8>, now: Instant) -> Result<()> {
    on!(conn, |c| {
        // An answer that is too old to count gives way.
        diesel::delete(
            idempotency::table
                .filter(idempotency::caller.eq(Sql(key.caller)))
                .filter(idempotency::method.eq(&key.method))
                .filter(idempotency::path.eq(&key.path))
                .filter(idempotency::key.eq(&key.key)),
        )
        .execute(c)?;
        diesel::insert_into(idempotency::table)
            .values((
                idempotency::caller.eq(Sql(key.caller)),
                idempotency::method.eq(&key.method),
                idempotency::path.eq(&key.path),
                idempotency::key.eq(&key.key),
                idempotency::fingerprint.eq(&key.fingerprint),
                idempotency::answer.eq(answer),
                idempotency::created_at.eq(Sql(now)),
            ))
            .execute(c)
    })?;
    Ok(())
}

/// Forgets answers that are too old to count, a bounded number at a time.
///
/// # Errors
/// Whatever the database says.
pub fn forget_old(conn: &mut Conn, now: Instant) -> Result<usize> {
    let before = now.plus_seconds(-IDEMPOTENCY_HOURS * 3600);
    Ok(on!(conn, |c| {
        let old: Vec<(thidua_domain::id::AnyId, String, String, String)> = idempotency::table
            .filter(idempotency::created_at.lt(Sql(before)))
            .select((idempotency::caller, idempotency::method, idempotency::path, idempotency::key))
            .limit(500)
            .load(c)?;
        let mut gone = 0;
        for (caller, method, path, key) in &old {
            gone += diesel::delete(idempotency::table.find((Sql(*caller), method, path, key))).execute(c)?;
        }
        Ok::<_, diesel::result::Error>(gone)
    })?)
}
