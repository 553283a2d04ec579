//! Keys that sign access tokens follow each other: known before they sign, and after. What a key is
//! follows from three dates and the clock, so nobody has to move it along.
//!
//! The keys themselves are made in `thidua-http`.

use crate::session::LONGEST_SECONDS;
use crate::time::Instant;
use crate::words;

words! {
    /// Where a key is in its life.
    pub enum KeyState in "key-states" {
        Pending = "pending", "Chờ dùng", "Pending";
        Active = "active", "Đang ký", "Active";
        Retiring = "retiring", "Chỉ còn kiểm chữ ký", "Retiring";
        Retired = "retired", "Đã thôi dùng", "Retired";
    }
}

/// Seconds for which others may remember the published keys.
pub const PUBLISHED_SECONDS: i64 = 300;
/// Seconds from the making of a key to its first signature, so that everybody knows it by then.
pub const NOTICE_SECONDS: i64 = 2 * PUBLISHED_SECONDS;
/// Seconds after which a key is followed by another (90 days).
pub const ROTATION_SECONDS: i64 = 90 * 24 * 3600;
/// Seconds for which clocks of replicas may differ.
const SKEW_SECONDS: i64 = 60;

/// The dates of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLife {
    /// Signs from then on.
    pub activates_at: Instant,
    /// Signs no more from then on, but still verifies.
    pub retires_at: Option<Instant>,
    /// Verifies no more from then on.
    pub ends_at: Option<Instant>,
}

impl KeyLife {
    /// A key that signs from an instant on.
    #[must_use]
    pub const fn from(activates_at: Instant) -> Self {
        Self { activates_at, retires_at: None, ends_at: None }
    }

    /// Where the key is in its life.
    #[must_use]
    pub fn state(&self, now: Instant) -> KeyState {
        let past = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        match () {
            () if past(self.ends_at) => KeyState::Retired,
            () if past(self.retires_at) => KeyState::Retiring,
            () if self.activates_at <= now => KeyState::Active,
            () => KeyState::Pending,
        }
    }

    /// Whether tokens signed with it are believed. A pending key may already sign where the clock is a
    /// little ahead.
    #[must_use]
    pub fn verifies(&self, now: Instant) -> bool {
        self.state(now) != KeyState::Retired
    }

    /// The key is followed by one that signs from `next` on: its last tokens live a while longer. What
    /// was to end earlier ends earlier.
    #[must_use]
    pub fn followed(self, next: Instant) -> Self {
        let sooner = |set: Option<Instant>, at: Instant| Some(set.map_or(at, |set| set.min(at)));
        Self {
            retires_at: sooner(self.retires_at, next),
            ends_at: sooner(self.ends_at, next.plus_seconds(LONGEST_SECONDS + SKEW_SECONDS)),
            ..self
        }
    }

    /// The key is known to others than us: nothing signed with it is believed from now on.
    #[must_use]
    pub const fn compromised(self, now: Instant) -> Self {
        Self { retires_at: Some(now), ends_at: Some(now), ..self }
    }

    /// Whether it has signed long enough.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        self.retires_at.is_none() && self.activates_at.plus_seconds(ROTATION_SECONDS) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_outlives_the_signing_of_its_key() {
        let at = |seconds: i64| Instant::from_micros(1_700_000_000_000_000).unwrap().plus_seconds(seconds);
        let key = KeyLife::from(at(0));
        assert_eq!((key.state(at(-1)), key.state(at(0))), (KeyState::Pending, KeyState::Active));
        assert!(!key.is_due(at(ROTATION_SECONDS - 1)) && key.is_due(at(ROTATION_SECONDS)));
        let old = key.followed(at(100));
        assert_eq!((old.state(at(99)), old.state(at(100))), (KeyState::Active, KeyState::Retiring));
        assert!(old.verifies(at(100 + LONGEST_SECONDS)) && !old.verifies(at(100 + LONGEST_SECONDS + SKEW_SECONDS)));
        assert!(!old.is_due(at(10 * ROTATION_SECONDS)), "what is followed needs no other to follow it");
        assert_eq!(old.followed(at(50)).retires_at, Some(at(50)));
        assert_eq!(old.followed(at(150)), old, "nothing that was to end is prolonged");
        assert!(!old.compromised(at(30)).verifies(at(30)));
    }
}
