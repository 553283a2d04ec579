//! Signing in through another service, the issuer: what of its word is believed, and which account it speaks
//! of. How the issuer is asked, and how its signature is checked, is told in `thidua-http`.

use std::str::FromStr;

/// Seconds for which somebody may be away at the issuer.
pub const AWAY_SECONDS: i64 = 10 * 60;
/// How often the code of a second factor may be sent with one state: people mistype, and codes run out meanwhile.
pub const CODE_TRIES: i32 = 5;
/// Seconds by which the clock of the issuer may be off.
pub const SKEW_SECONDS: i64 = 60;
/// Longest value that links an identity to an account.
const LINK_MOST: usize = 255;

/// How an identity is linked to an account. Accounts are never made because an issuer knows somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// The value is the user name.
    Username,
    /// The value is what this system calls the account, among its `external_ids`.
    ExternalId(String),
}

/// How a link was written that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" links nothing: write username, or external_ids:SYSTEM")]
pub struct BadLink(String);

impl FromStr for Link {
    type Err = BadLink;
    fn from_str(text: &str) -> Result<Self, BadLink> {
        match text.split_once(':') {
            None if text == "username" => Ok(Self::Username),
            Some(("external_ids", system)) if !system.is_empty() => Ok(Self::ExternalId(system.to_owned())),
            _ => Err(BadLink(text.to_owned())),
        }
    }
}

impl Link {
    /// The value by which the account is looked for, out of what the issuer said; nothing when no account can
    /// have it.
    #[must_use]
    pub fn value(&self, said: &str) -> Option<String> {
        let fits = (1..=LINK_MOST).contains(&said.len()) && !said.chars().any(char::is_control);
        fits.then(|| match self {
            Self::Username => said.to_lowercase(),
            Self::ExternalId(_) => said.to_owned(),
        })
    }
}

/// What an identity token says of itself, as far as it decides whether it is believed.
#[derive(Debug, Clone)]
pub struct Said<'t> {
    /// Who issued it.
    pub issuer: &'t str,
    /// For whom it is meant.
    pub audience: &'t [String],
    /// To whom it was given, where it says so.
    pub party: Option<&'t str>,
    /// Answers which question.
    pub nonce: Option<&'t str>,
    /// Expires, in seconds.
    pub expires: i64,
    /// Issued, in seconds.
    pub issued: i64,
}

/// What must be so for it to be believed.
#[derive(Debug, Clone)]
pub struct Expected<'t> {
    /// The issuer.
    pub issuer: &'t str,
    /// Ourselves, as the issuer calls us.
    pub client: &'t str,
    /// What was asked with.
    pub nonce: &'t str,
    /// Now, in seconds.
    pub now: i64,
}

impl Said<'_> {
    /// What is wrong with it, if anything is (OpenID Connect Core 1.0, 3.1.3.7).
    #[must_use]
    pub fn fault(&self, expected: &Expected<'_>) -> Option<&'static str> {
        let others = self.audience.len() > 1;
        let checks = [
            (self.issuer == expected.issuer, "another issuer"),
            (self.audience.iter().any(|name| name == expected.client), "meant for somebody else"),
            (self.party.map_or(!others, |party| party == expected.client), "given to somebody else"),
            (self.nonce == Some(expected.nonce), "answers another question"),
            (self.expires.saturating_add(SKEW_SECONDS) > expected.now, "expired"),
            (self.issued <= expected.now + SKEW_SECONDS, "from the future"),
        ];
        checks.into_iter().find(|(fine, _)| !fine).map(|(_, what)| what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_believed_by_all_of_what_it_says() {
        let us = ["us".to_owned()];
        let both = ["us".to_owned(), "them".to_owned()];
        let expected = Expected { issuer: "https://sso.example", client: "us", nonce: "n", now: 1_000 };
        let good = Said { issuer: "https://sso.example", audience: &us, party: None, nonce: Some("n"), expires: 1_300, issued: 1_000 };
        assert_eq!(good.fault(&expected), None);
        assert_eq!(Said { audience: &both, party: Some("us"), ..good.clone() }.fault(&expected), None);
        for (said, what) in [
            (Said { issuer: "https://sso.example/", ..good.clone() }, "another issuer"),
            (Said { audience: &both[1..], ..good.clone() }, "meant for somebody else"),
            (Said { audience: &[], ..good.clone() }, "meant for somebody else"),
            (Said { audience: &both, ..good.clone() }, "given to somebody else"),
            (Said { party: Some("them"), ..good.clone() }, "given to somebody else"),
            (Said { nonce: Some("m"), ..good.clone() }, "answers another question"),
            (Said { nonce: None, ..good.clone() }, "answers another question"),
            (Said { expires: 940, ..good.clone() }, "expired"),
            (Said { issued: 1_061, ..good }, "from the future"),
        ] {
            assert_eq!(said.fault(&expected), Some(what));
        }
    }

    #[test]
    fn links_are_read_as_they_are_written() {
        assert_eq!("username".parse(), Ok(Link::Username));
        assert_eq!("external_ids:vneid".parse(), Ok(Link::ExternalId("vneid".to_owned())));
        for not in ["", "email", "external_ids", "external_ids:", "username:x"] {
            assert!(not.parse::<Link>().is_err(), "{not}");
        }
        assert_eq!(Link::Username.value("Lan.Nguyen").as_deref(), Some("lan.nguyen"));
        assert_eq!(Link::ExternalId("x".to_owned()).value("A-1").as_deref(), Some("A-1"));
        assert_eq!(Link::Username.value(""), None);
        assert_eq!(Link::Username.value("a\0b"), None);
    }
}
