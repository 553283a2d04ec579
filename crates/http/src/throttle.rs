//! What sign-ins have left of their allowances, in memory, per replica. What is allowed is a rule of
//! the domain.

use std::net::IpAddr;

use quick_cache::sync::Cache;
use thidua_domain::throttle::Allowance;
use thidua_domain::time::Instant;

use crate::client::neighbourhood;
use crate::problem::{ApiError, Fault, Protocol};
use crate::secret::digest;

/// Allowances remembered at the most; those used last stay.
const REMEMBERED: usize = 50_000;
/// Seconds for which an address from which an account was signed in is known.
const KNOWN_SECONDS: i64 = 30 * 24 * 3600;

/// Names are kept as digests: people type passwords where names belong.
type Name = Vec<u8>;

/// The allowances.
pub(crate) struct Throttle {
    on: bool,
    spent: Cache<Name, Instant>,
    known: Cache<Name, Instant>,
}

/// What a sign-in took before it was known how it ends.
pub(crate) struct Taken {
    from: Vec<(Name, Allowance)>,
    pair: Name,
}

impl Throttle {
    /// Allowances that count, or that do not.
    pub(crate) fn new(on: bool) -> Self {
        Self { on, spent: Cache::new(REMEMBERED), known: Cache::new(REMEMBERED) }
    }

    /// Takes one try from every allowance it counts against. Unknown names are treated like known ones.
    ///
    /// # Errors
    /// [`Protocol::TooManyTries`] with the seconds to wait; nothing is taken then.
    pub(crate) fn take(&self, address: Option<IpAddr>, username: &str, now: Instant) -> Result<Taken, ApiError> {
        let address = address.map_or_else(String::new, |address| neighbourhood(address).to_string());
        let pair = digest(format!("{address} {username}").as_bytes());
        let mut from = vec![(digest(format!("address {address}").as_bytes()), Allowance::ADDRESS), (pair.clone(), Allowance::PAIR)];
        if self.known.get(&pair).is_none_or(|until| until <= now) {
            from.push((digest(format!("account {username}").as_bytes()), Allowance::ACCOUNT));
        }
        let mut taken = Taken { from: Vec::new(), pair };
        if !self.on {
            return Ok(taken);
        }
        for (name, allowance) in from {
            match allowance.take(self.spent.get(&name), now) {
                Ok(until) => {
                    self.spent.insert(name.clone(), until);
                    taken.from.push((name, allowance));
                }
                Err(seconds) => {
                    self.give_back(&taken);
                    let mut error = ApiError::from(Fault::of(Protocol::TooManyTries).with("seconds", seconds));
                    error.retry_after = Some(seconds);
                    return Err(error);
                }
            }
        }
        Ok(taken)
    }

    /// The sign-in succeeded: it counts against nothing, and the address is known from now on.
    pub(crate) fn succeeded(&self, taken: &Taken, now: Instant) {
        self.give_back(taken);
        self.known.insert(taken.pair.clone(), now.plus_seconds(KNOWN_SECONDS));
    }

    /// The try told nothing about the password: the service was busy, or it had no say.
    pub(crate) fn give_back(&self, taken: &Taken) {
        for (name, allowance) in &taken.from {
            if let Some(until) = self.spent.get(name) {
                self.spent.insert(name.clone(), allowance.give_back(until));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Option<IpAddr> {
        Some(address.parse().unwrap())
    }

    #[test]
    fn who_guesses_waits_and_who_is_known_does_not() {
        let now = Instant::from_micros(1_700_000_000_000_000).unwrap();
        let throttle = Throttle::new(true);
        let owner = throttle.take(at("10.0.0.1"), "lan", now).unwrap();
        throttle.succeeded(&owner, now);
        for _ in 0..Allowance::PAIR.burst {
            throttle.take(at("10.9.9.9"), "lan", now).unwrap();
        }
        assert!(throttle.take(at("10.9.9.9"), "lan", now).is_err());
        // Guesses from everywhere use up what the account has for strangers.
        for n in 0..Allowance::ACCOUNT.burst {
            drop(throttle.take(at(&format!("10.1.0.{n}")), "lan", now));
        }
        assert!(throttle.take(at("10.2.0.1"), "lan", now).is_err());
        assert!(throttle.take(at("10.0.0.1"), "lan", now).is_ok(), "the owner, where she always is");
        assert!(throttle.take(at("10.2.0.1"), "minh", now).is_ok(), "another account");
        // Nobody waits because of successes.
        for _ in 0..1_000 {
            let taken = throttle.take(at("10.3.0.1"), "hoa", now).unwrap();
            throttle.succeeded(&taken, now);
        }
        assert!(Throttle::new(false).take(at("10.9.9.9"), "lan", now).is_ok());
    }
}
