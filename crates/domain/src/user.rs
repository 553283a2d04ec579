//! Accounts: user names, passwords as typed, grants on a scope, and the life of an account.
//! Hashing needs randomness and time and lives in `thidua-http`; roles live in `access`.

use crate::access::{Kind, Verb};
use crate::lifecycle::{Life, Step};
use crate::refusal::{Code, Refusal};
use crate::words;

words! {
    /// Whether an account can sign in.
    pub enum UserStatus in "user-statuses" {
        Active = "active", "Đang hoạt động", "Active";
        Deactivated = "deactivated", "Đã khóa", "Deactivated";
    }
}

/// The life of an account.
#[derive(Debug)]
pub enum UserLife {}

impl Life for UserLife {
    type State = UserStatus;
    type Facts = ();
    const KIND: Kind = Kind::User;
    const BORN: UserStatus = UserStatus::Active;
    const STEPS: &'static [Step<UserStatus, ()>] = &[
        Step {
            from: &[UserStatus::Active],
            verb: Verb::Deactivate,
            to: Some(UserStatus::Deactivated),
            guards: &[],
            reason: true,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[UserStatus::Deactivated],
            verb: Verb::Activate,
            to: Some(UserStatus::Active),
            guards: &[],
            reason: true,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[UserStatus::Active, UserStatus::Deactivated],
            verb: Verb::Edit,
            to: None,
            guards: &[],
            reason: false,
            confirm: false,
            automatic: false,
        },
        Step { from: &[UserStatus::Active], verb: Verb::Grant, to: None, guards: &[], reason: false, confirm: false, automatic: false },
    ];
}

/// Shortest password, in characters (NIST SP 800-63B-4 for a password used alone).
pub const PASSWORD_MIN: usize = 15;
/// Longest password, in characters: a bound on work, not on people.
pub const PASSWORD_MAX: usize = 256;
/// User names as served in the OpenAPI document: what people type at every sign-in stays plain.
pub const USERNAME_PATTERN: &str = r"^[a-z0-9][a-z0-9._@-]{2,63}$";

/// Whether a user name is made as user names are.
#[must_use]
pub fn is_username(text: &str) -> bool {
    let mut bytes = text.bytes();
    (3..=64).contains(&text.len())
        && bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'@' | b'-'))
}

/// Passwords that everybody tries first.
const COMMON: &[&str] = &[
    "123456789012345",
    "111111111111111",
    "passwordpassword",
    "matkhaumatkhau123",
    "qwertyuiopasdfgh",
    "thiduakhenthuong",
    "1234567890123456",
    "administrator123",
];

/// Checks a new password against the rules of the house.
///
/// # Errors
/// [`Code::PasswordTooWeak`] at `pointer`. The password itself is never repeated.
pub fn check_password(pointer: &'static str, username: &str, password: &str) -> Result<(), Refusal> {
    let length = password.chars().count();
    let folded = password.to_lowercase();
    let mut letters = folded.chars();
    let first = letters.next();
    let one_letter = letters.all(|c| Some(c) == first);
    let weak = !(PASSWORD_MIN..=PASSWORD_MAX).contains(&length)
        || one_letter
        || COMMON.contains(&folded.as_str())
        || folded.replace(&username.to_lowercase(), "").chars().count() < PASSWORD_MIN / 2;
    if weak { Err(Refusal::at(pointer, Code::PasswordTooWeak).with("min", PASSWORD_MIN).with("max", PASSWORD_MAX)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_pass_and_what_everybody_tries_does_not() {
        assert!(check_password("/password", "lan", "con trâu trắng bên bờ sông").is_ok());
        for weak in ["ngắn quá", "aaaaaaaaaaaaaaaaaaaa", "PasswordPassword", "lan.nguyen.lan.nguyen"] {
            assert!(check_password("/password", "lan.nguyen", weak).is_err(), "{weak}");
        }
    }
}
