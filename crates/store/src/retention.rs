//! Forgetting what is too old to be kept: whether there is any, and taking it away a bounded number at a time.
//! How long things are kept is said in `thidua_domain::retention`; loose files go with the sweep of files.

use thidua_domain::retention::{RetentionClass, RetentionTimes};
use thidua_domain::time::Instant;

use crate::conn::Conn;
use crate::error::Result;
use crate::{clients, events, idempotency, jobs, keys, sessions};

/// What is forgotten here, in this order.
pub const FORGOTTEN: &[RetentionClass] = &[
    RetentionClass::IdempotentAnswers,
    RetentionClass::Sessions,
    RetentionClass::ClientAssertions,
    RetentionClass::SignInStates,
    RetentionClass::SigningKeys,
    RetentionClass::Jobs,
    RetentionClass::EventValues,
];

/// Whether anything is too old. Asked first: a write that takes nothing away is a write all the same.
///
/// # Errors
/// Whatever the database says.
pub fn any_old(conn: &mut Conn, times: &RetentionTimes, now: Instant) -> Result<bool> {
    for class in FORGOTTEN {
        let Some(before) = times.before(*class, now) else { continue };
        let any = match class {
            RetentionClass::IdempotentAnswers => idempotency::any_old(conn, before)?,
            RetentionClass::Sessions => sessions::any_old(conn, before)?,
            RetentionClass::ClientAssertions => clients::any_old(conn, before)?,
            RetentionClass::SignInStates => sessions::any_old_state(conn, before)?,
            RetentionClass::SigningKeys => keys::any_old(conn, before)?,
            RetentionClass::Jobs => jobs::any_old(conn, before)?,
            RetentionClass::EventValues => events::any_old(conn, before)?,
            RetentionClass::LooseFiles | RetentionClass::Events | RetentionClass::Records => false,
        };
        if any {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Forgets of one class what counts from before a moment, a bounded number at a time. How many.
///
/// # Errors
/// Whatever the database says.
pub fn forget(conn: &mut Conn, class: RetentionClass, before: Instant) -> Result<usize> {
    match class {
        RetentionClass::IdempotentAnswers => idempotency::forget_old(conn, before),
        RetentionClass::Sessions => sessions::forget_old(conn, before),
        RetentionClass::ClientAssertions => clients::forget_old(conn, before),
        RetentionClass::SignInStates => sessions::forget_old_states(conn, before),
        RetentionClass::SigningKeys => keys::forget_old(conn, before),
        RetentionClass::Jobs => jobs::forget_old(conn, before),
        RetentionClass::EventValues => events::forget_old(conn, before),
        RetentionClass::LooseFiles | RetentionClass::Events | RetentionClass::Records => Ok(0),
    }
}
