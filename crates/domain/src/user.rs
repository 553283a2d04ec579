//! Accounts: whose they are, user names and the life of an account. What makes a password acceptable lives in
//! `password`; roles live in `access`.

use crate::access::{Kind, Verb};
use crate::lifecycle::{Life, Step};
use crate::words;

words! {
    /// Whether an account can sign in.
    pub enum UserStatus in "user-statuses" {
        Active = "active", "Đang hoạt động", "Active";
        Deactivated = "deactivated", "Đã khóa", "Deactivated";
    }
}

words! {
    /// Whose an account is.
    pub enum AccountKind in "account-kinds" {
        Person = "person", "Người dùng", "Person";
        Client = "client", "Tài khoản dịch vụ", "Service account";
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
        Step { from: &[UserStatus::Active], verb: Verb::ActAs, to: None, guards: &[], reason: false, confirm: false, automatic: false },
        Step {
            from: &[UserStatus::Active],
            verb: Verb::ResetPassword,
            to: None,
            guards: &[],
            reason: false,
            confirm: false,
            automatic: false,
        },
        Step { from: &[UserStatus::Active], verb: Verb::Grant, to: None, guards: &[], reason: false, confirm: false, automatic: false },
    ];
}

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
