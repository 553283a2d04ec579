//! The second factor beside the password: who needs one, and what of it is used up.
//!
//! Codes are made and checked in `thidua-http`.

use crate::access::{Principal, Role};

/// Recovery codes handed out together, each good once, for who has lost the device.
pub const RECOVERY_CODES: usize = 10;

/// Whether an account with these grants needs a second factor, when these roles do. Who acts for somebody needs what
/// that one does.
#[must_use]
pub fn needs_second_factor(who: &Principal, roles: &[Role]) -> bool {
    who.grants.iter().any(|grant| roles.contains(&grant.role) || roles.contains(&grant.role.stands_for()))
}

/// A recovery code as typed, without what people put between the letters.
#[must_use]
pub fn plain_code(typed: &str) -> String {
    typed.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Grant, Scope};

    #[test]
    fn the_roles_decide() {
        let who = Principal { user: None, grants: vec![Grant { role: Role::SystemAdmin, scope: Scope::Everything }] };
        assert!(needs_second_factor(&who, &[Role::Authority, Role::SystemAdmin]));
        assert!(!needs_second_factor(&who, &[Role::Authority]) && !needs_second_factor(&Principal::default(), &[Role::SystemAdmin]));
        let acts = Principal { user: None, grants: vec![Grant { role: Role::SigningDelegate, scope: Scope::Everything }] };
        assert!(needs_second_factor(&acts, &[Role::UnitHead]), "who acts for a head shows as much as the head");
        assert_eq!(plain_code(" ABcde-23 456 "), "abcde23456");
    }
}
