//! Answers kept under an Idempotency-Key.

use diesel::prelude::*;
use thidua_domain::session::IDEMPOTENCY_HOURS;
use thidua_domain::time::Instant;

use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::prepared::Whole;
use crate::schema::idempotency;
use crate::unit_of_work::IdempotencyKey;

/// What was answered, and to what.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct KeptAnswer {
    /// Digest of the request.
    pub(crate) fingerprint: Vec<u8>,
    /// The answer.
    pub(crate) answer: Vec<u8>,
    created_at: Instant,
}

/// The condition that holds for the row of a key.
macro_rules! is_of {
    ($key:expr) => {
        idempotency::caller
            .eq(Sql($key.caller))
            .and(idempotency::method.eq(&$key.method))
            .and(idempotency::path.eq(&$key.path))
            .and(idempotency::key.eq(&$key.key))
    };
}

/// Takes a key for this transaction, or gives the answer kept under it. The row is written before it
/// is read: who looks for a row that is not there collides with all who write beside it.
pub(crate) fn claim(conn: &mut Conn, key: &IdempotencyKey, now: Instant) -> Result<Option<KeptAnswer>> {
    if take(conn, key, now)? {
        return Ok(None);
    }
    let kept: Option<KeptAnswer> = on!(conn, |c| idempotency::table
        .filter(is_of!(key))
        .select((idempotency::fingerprint, idempotency::answer, idempotency::created_at))
        .first(c)
        .optional())?;
    match kept {
        Some(kept) if kept.created_at >= now.plus_seconds(-IDEMPOTENCY_HOURS * 3600) => Ok(Some(kept)),
        // An answer that is too old to count gives way.
        _ => {
            release(conn, key)?;
            take(conn, key, now)?;
            Ok(None)
        }
    }
}

fn take(conn: &mut Conn, key: &IdempotencyKey, now: Instant) -> Result<bool> {
    let taken = on!(conn, |c| diesel::insert_into(idempotency::table)
        .values((
            idempotency::caller.eq(Sql(key.caller)),
            idempotency::method.eq(&key.method),
            idempotency::path.eq(&key.path),
            idempotency::key.eq(&key.key),
            idempotency::fingerprint.eq(&key.fingerprint),
            idempotency::answer.eq(Vec::new()),
            idempotency::created_at.eq(Sql(now)),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(taken == 1)
}

/// Gives a key back: the answer is not one to be kept.
pub(crate) fn release(conn: &mut Conn, key: &IdempotencyKey) -> Result<()> {
    on!(conn, |c| diesel::delete(idempotency::table.filter(is_of!(key))).execute(c))?;
    Ok(())
}

/// Keeps an answer under a key taken before.
pub(crate) fn keep(conn: &mut Conn, key: &IdempotencyKey, answer: Vec<u8>) -> Result<()> {
    on!(conn, |c| Whole::of(idempotency::table, is_of!(key), idempotency::answer.eq(&answer)).execute(c))?;
    Ok(())
}

type AnswerKey = (thidua_domain::id::AnyId, String, String, String);

fn old(conn: &mut Conn, before: Instant, limit: i64) -> Result<Vec<AnswerKey>> {
    Ok(on!(conn, |c| idempotency::table
        .filter(idempotency::created_at.lt(Sql(before)))
        .order(idempotency::created_at)
        .select((idempotency::caller, idempotency::method, idempotency::path, idempotency::key))
        .limit(limit)
        .load(c))?)
}

/// Whether an answer is too old to count.
pub(crate) fn any_old(conn: &mut Conn, before: Instant) -> Result<bool> {
    Ok(!old(conn, before, 1)?.is_empty())
}

/// Forgets answers that are too old to count, a bounded number at a time.
pub(crate) fn forget_old(conn: &mut Conn, before: Instant) -> Result<usize> {
    let old = old(conn, before, 500)?;
    on!(conn, |c| {
        for (caller, method, path, key) in &old {
            diesel::delete(idempotency::table.find((Sql(*caller), method, path, key))).execute(c)?;
        }
        Ok::<_, diesel::result::Error>(())
    })?;
    Ok(old.len())
}
