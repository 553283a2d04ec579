//! Forgetting what is too old to be kept: whether there is any, and taking it away a bounded number at a time.
//! How long things are kept is said in `thidua_domain::retention`; loose files go with the sweep of files.

use thidua_domain::retention::{RetentionClass, RetentionTimes};
use thidua_domain::time::Instant;

use crate::conn::Conn;
use crate::error::Result;
use crate::{clients, events, idempotency, jobs, keys, sessions};

/// A class of data that is forgotten here.
pub struct Forgotten {
    /// Which.
    pub class: RetentionClass,
    any: fn(&mut Conn, Instant) -> Result<bool>,
    forget: fn(&mut Conn, Instant) -> Result<usize>,
}

/// What is forgotten here, in this order.
pub const FORGOTTEN: &[Forgotten] = &[
    Forgotten { class: RetentionClass::IdempotentAnswers, any: idempotency::any_old, forget: idempotency::forget_old },
    Forgotten { class: RetentionClass::Sessions, any: sessions::any_old, forget: sessions::forget_old },
    Forgotten { class: RetentionClass::ClientAssertions, any: clients::any_old, forget: clients::forget_old },
    Forgotten { class: RetentionClass::SignInStates, any: sessions::any_old_state, forget: sessions::forget_old_states },
    Forgotten { class: RetentionClass::SigningKeys, any: keys::any_old, forget: keys::forget_old },
    Forgotten { class: RetentionClass::Jobs, any: jobs::any_old, forget: jobs::forget_old },
    Forgotten { class: RetentionClass::EventValues, any: events::any_old, forget: events::forget_old },
];

impl Forgotten {
    /// Forgets what is too old, a bounded number at a time. How many.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn forget(&self, conn: &mut Conn, times: &RetentionTimes, now: Instant) -> Result<usize> {
        times.before(self.class, now).map_or(Ok(0), |before| (self.forget)(conn, before))
    }
}

/// Whether anything is too old. Asked first: a write that takes nothing away is a write all the same.
///
/// # Errors
/// Whatever the database says.
pub fn any_old(conn: &mut Conn, times: &RetentionTimes, now: Instant) -> Result<bool> {
    for kept in FORGOTTEN {
        if let Some(before) = times.before(kept.class, now)
            && (kept.any)(conn, before)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
