//! How often somebody may be wrong: an allowance that is used up by failures and comes back with time.
//! Nobody is locked out: who waits may try again, and what one address does to an account does not
//! keep its owner out elsewhere.
//!
//! The allowances themselves are kept in `thidua-http`.

use crate::time::Instant;

/// So many failures at once, then one for each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Failures at once.
    pub burst: u32,
    /// Seconds until one more is allowed.
    pub seconds: u32,
}

impl Allowance {
    /// Failures of one address on one account: somebody who forgot a password.
    pub const PAIR: Self = Self { burst: 10, seconds: 30 };
    /// Failures on one account from anywhere, but for addresses from which it was signed in lately.
    pub const ACCOUNT: Self = Self { burst: 50, seconds: 60 };
    /// Failures of one address on any account: a whole office may stand behind one.
    pub const ADDRESS: Self = Self { burst: 100, seconds: 1 };

    /// Takes one failure from what is left. `spent_until` says when nothing will be owed any more; the
    /// answer is the new such instant.
    ///
    /// # Errors
    /// The seconds to wait until one more is allowed, at least one.
    pub fn take(self, spent_until: Option<Instant>, now: Instant) -> Result<Instant, i64> {
        let interval = i64::from(self.seconds);
        let owed = spent_until.filter(|until| *until > now).unwrap_or(now);
        let after = owed.plus_seconds(interval);
        let most = now.plus_seconds(interval * i64::from(self.burst));
        if after <= most { Ok(after) } else { Err((after.seconds() - most.seconds()).max(1)) }
    }

    /// Gives one back: it was no failure.
    #[must_use]
    pub fn give_back(self, spent_until: Instant) -> Instant {
        spent_until.plus_seconds(-i64::from(self.seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_700_000_000_000_000).unwrap().plus_seconds(seconds)
    }

    #[test]
    fn a_burst_is_followed_by_one_for_each_interval() {
        let rule = Allowance { burst: 3, seconds: 10 };
        let mut spent = None;
        for _ in 0..3 {
            spent = Some(rule.take(spent, at(0)).unwrap());
        }
        assert_eq!(rule.take(spent, at(0)), Err(10));
        assert_eq!(rule.take(spent, at(4)), Err(6));
        let next = rule.take(spent, at(10)).unwrap();
        assert_eq!(rule.take(Some(next), at(10)), Err(10));
        assert!(rule.take(Some(rule.give_back(next)), at(10)).is_ok());
        assert!(rule.take(Some(next), at(1_000)).is_ok());
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_the_intervals_and_never_locked_out(
            burst in 1_u32..20, seconds in 1_u32..100, waits in prop::collection::vec(0_i64..200, 1..200),
        ) {
            let rule = Allowance { burst, seconds };
            let (mut now, mut spent, mut taken) = (0_i64, None, 0_i64);
            for wait in waits {
                now += wait;
                match rule.take(spent, at(now)) {
                    Ok(until) => { spent = Some(until); taken += 1; }
                    Err(wait) => {
                        prop_assert!(wait >= 1 && wait <= i64::from(seconds));
                        prop_assert!(rule.take(spent, at(now + wait)).is_ok());
                    }
                }
                prop_assert!(taken <= i64::from(burst) + now / i64::from(seconds));
            }
        }
    }
}
