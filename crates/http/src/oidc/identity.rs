//! Identity tokens: whose signature they bear, and what they say of whom.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};
use thidua_domain::issuer::{Expected, Said};

/// No identity token is longer.
const LONGEST: usize = 16 * 1024;
/// Keys of an issuer that are looked at.
const KEYS_MOST: usize = 50;

/// A public key of the issuer.
pub(super) struct Key {
    kid: Option<String>,
    algorithms: &'static [Algorithm],
    decoding: DecodingKey,
}

/// The keys of a published set that signatures can be checked with; what is not understood is left aside.
pub(super) fn keys(set: &Value) -> Vec<Key> {
    let listed = set.get("keys").and_then(Value::as_array).into_iter().flatten().take(KEYS_MOST);
    listed.filter_map(|key| key_of(serde_json::from_value(key.clone()).ok()?)).collect()
}

/// Only public keys, and only for what they are made for: a key never says by which algorithm it is believed.
fn key_of(jwk: Jwk) -> Option<Key> {
    if jwk.common.public_key_use.as_ref().is_some_and(|usage| *usage != PublicKeyUse::Signature) {
        return None;
    }
    let algorithms: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => &[Algorithm::RS256, Algorithm::PS256, Algorithm::RS384, Algorithm::RS512],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => &[Algorithm::ES256],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => &[Algorithm::ES384],
        _ => return None,
    };
    Some(Key { kid: jwk.common.key_id.clone(), algorithms, decoding: DecodingKey::from_jwk(&jwk).ok()? })
}

/// Why a token is not believed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It bears the name of a key that is not known here: it may be a new one.
    UnknownKey,
    /// Anything else.
    Bad(&'static str),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    azp: Option<String>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

/// Checks a token and gives what it says of the user.
///
/// # Errors
/// [`Doubt`].
pub(super) fn check(token: &str, keys: &[Key], expected: &Expected<'_>) -> Result<Map<String, Value>, Doubt> {
    let header = if token.len() > LONGEST { None } else { decode_header(token).ok() };
    let header = header.filter(|header| header.crit.is_none()).ok_or(Doubt::Bad("unreadable, or signed by no algorithm there is"))?;
    let named = |key: &&Key| header.kid.is_none() || header.kid == key.kid;
    let mut fitting = keys.iter().filter(named).filter(|key| key.algorithms.contains(&header.alg)).peekable();
    if fitting.peek().is_none() {
        return Err(if keys.iter().any(|key| named(&key)) { Doubt::Bad("signed by another algorithm") } else { Doubt::UnknownKey });
    }
    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims::<&str>(&[]);
    let claims = fitting.find_map(|key| decode::<Claims>(token, &key.decoding, &validation).ok()).map(|data| data.claims);
    let Claims { iss, sub, aud, exp, iat, nonce, azp, mut more } =
        claims.ok_or(Doubt::Bad("its signature does not fit, or it lacks a claim"))?;
    let audience = match aud {
        Audience::One(name) => vec![name],
        Audience::Several(names) => names,
    };
    let said = Said { issuer: &iss, audience: &audience, party: azp.as_deref(), nonce: nonce.as_deref(), expires: exp, issued: iat };
    match said.fault(expected) {
        Some(fault) => Err(Doubt::Bad(fault)),
        None => {
            more.insert("sub".to_owned(), sub.into());
            Ok(more)
        }
    }
}
