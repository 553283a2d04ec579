//! Assertions: short-lived JWTs by which a client shows that it holds a private key (RFC 7523).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Validation, decode, decode_header};
use serde::Deserialize;
use thidua_domain::client::{ASSERTION_SECONDS, SKEW_SECONDS};
use thidua_domain::id::ClientId;
use thidua_domain::time::Instant;

use crate::clients::ClientKey;
use crate::secret::digest;

/// How an assertion is announced.
pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Longest name of an assertion.
const JTI_MOST: usize = 200;

/// For whom something is meant: one, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether it is us, by one of our names, and nobody beside.
    fn is(&self, ours: &[&str]) -> bool {
        match self {
            Self::One(name) => ours.contains(&name.as_str()),
            Self::Several(names) => !names.is_empty() && names.iter().all(|name| ours.contains(&name.as_str())),
        }
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: ClientId,
    sub: ClientId,
    aud: Audience,
    exp: i64,
    jti: String,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
}

/// What an assertion has proved.
pub(super) struct Proved {
    /// Digest of its name, by which it is used once.
    pub jti: Vec<u8>,
    /// When it ends.
    pub expires_at: Instant,
}

/// The client that an assertion says it is from; nothing has been checked yet.
pub(super) fn says_it_is(assertion: &str) -> Option<ClientId> {
    #[derive(Deserialize)]
    struct Subject {
        sub: ClientId,
    }
    let said = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Subject>(&said).ok().map(|subject| subject.sub)
}

/// Checks an assertion of a client against its keys; by the injected clock, not the library's.
pub(super) fn check(assertion: &str, client: ClientId, keys: &[ClientKey], ours: &[&str], now: Instant) -> Option<Proved> {
    let header = decode_header(assertion).ok()?;
    // A token made for another purpose is none for this one.
    let plain = header.typ.as_deref().is_none_or(|typ| ["JWT", "client-authentication+jwt"].contains(&typ));
    if !plain || header.crit.is_some() {
        return None;
    }
    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims::<&str>(&[]);
    let fits = |key: &&ClientKey| key.algorithm() == Some(header.alg) && header.kid.as_ref().is_none_or(|kid| *kid == key.kid);
    let verified = |key: &ClientKey| decode::<Claims>(assertion, &key.decoding()?, &validation).ok().map(|data| data.claims);
    let claims = keys.iter().filter(fits).find_map(verified)?;
    let seconds = now.seconds();
    let in_time = claims.exp > seconds
        && claims.exp <= seconds + ASSERTION_SECONDS + SKEW_SECONDS
        && [claims.iat, claims.nbf].into_iter().flatten().all(|from| from <= seconds + SKEW_SECONDS);
    let named = (1..=JTI_MOST).contains(&claims.jti.len());
    (claims.iss == client && claims.sub == client && claims.aud.is(ours) && in_time && named)
        .then(|| Proved { jti: digest(claims.jti.as_bytes()), expires_at: now.plus_seconds(claims.exp - seconds) })
}
