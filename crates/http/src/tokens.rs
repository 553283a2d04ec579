//! Access tokens: short-lived JWTs (RFC 9068), signed with ES256. Verification is cached by the
//! digest of the token until it expires; whether the session still stands is asked every time.

use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thidua_domain::id::{SessionId, UserId};
use thidua_domain::session::ACCESS_SECONDS;
use thidua_domain::time::Instant;
use thidua_store::keys::KeyRow;
use uuid::Uuid;

use crate::problem::{ApiError, Protocol};
use crate::secret::{MasterKey, digest};

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For whom it is meant.
    pub aud: String,
    /// The account.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// Its own identifier.
    pub jti: Uuid,
    /// Issued, in seconds.
    pub iat: i64,
    /// Expires, in seconds.
    pub exp: i64,
}

struct Key {
    kid: String,
    decoding: DecodingKey,
    encoding: EncodingKey,
    jwk: Value,
}

/// Issues and verifies.
pub struct Tokens {
    issuer: String,
    keys: Vec<Key>,
    verified: Cache<Vec<u8>, Arc<Claims>>,
}

/// Verified tokens remembered at the most.
const REMEMBERED: usize = 10_000;
/// No token of ours is longer.
const LONGEST: usize = 2_048;
const PURPOSE: &str = "signing-key";
/// Type of token in its header.
const TYPE: &str = "at+jwt";

/// Makes a new key, its private half sealed.
///
/// # Errors
/// When the random source fails.
pub fn new_key(master: &MasterKey, now: Instant) -> Result<KeyRow, ApiError> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(ApiError::internal)?;
    let private = pair.to_pkcs8v1().map_err(ApiError::internal)?;
    // An uncompressed point: 0x04, then both coordinates.
    let point = pair.public_key().as_ref();
    let (x, y) = point.get(1..).and_then(|both| both.split_at_checked(32)).ok_or_else(|| ApiError::internal("odd public key"))?;
    let kid = URL_SAFE_NO_PAD.encode(digest(point).get(..12).unwrap_or_default());
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid,
        "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
    });
    Ok(KeyRow {
        kid,
        algorithm: "ES256".to_owned(),
        status: "active".to_owned(),
        public_jwk: jwk.to_string(),
        sealed_private: master.seal(PURPOSE, private.as_ref()).map_err(ApiError::internal)?,
        created_at: now,
    })
}

impl Tokens {
    /// Opens the keys of the installation.
    ///
    /// # Errors
    /// When the master key does not fit.
    pub fn open(issuer: &str, master: &MasterKey, rows: &[KeyRow]) -> Result<Self, ApiError> {
        let mut keys = Vec::new();
        for row in rows {
            let private = master.open(PURPOSE, &row.sealed_private).map_err(ApiError::internal)?;
            let jwk: Value = serde_json::from_str(&row.public_jwk).map_err(ApiError::internal)?;
            let parsed = serde_json::from_value(jwk.clone()).map_err(ApiError::internal)?;
            keys.push(Key {
                kid: row.kid.clone(),
                decoding: DecodingKey::from_jwk(&parsed).map_err(ApiError::internal)?,
                encoding: EncodingKey::from_ec_der(&private),
                jwk,
            });
        }
        Ok(Self { issuer: issuer.to_owned(), keys, verified: Cache::new(REMEMBERED) })
    }

    /// Issues an access token.
    ///
    /// # Errors
    /// When there is no key, which is a defect.
    pub fn issue(&self, user: UserId, session: SessionId, now: Instant) -> Result<String, ApiError> {
        let key = self.keys.first().ok_or_else(|| ApiError::internal("no signing key"))?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: user,
            sid: session,
            jti: Uuid::new_v4(),
            iat: now.seconds(),
            exp: now.seconds() + ACCESS_SECONDS,
        };
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        encode(&header, &claims, &key.encoding).map_err(ApiError::internal)
    }

    /// Verifies an access token.
    ///
    /// # Errors
    /// [`Protocol::BadToken`].
    pub fn verify(&self, token: &str, now: Instant) -> Result<Arc<Claims>, ApiError> {
        if token.len() > LONGEST {
            return Err(Protocol::BadToken.into());
        }
        let name = digest(token.as_bytes());
        let claims = match self.verified.get(&name) {
            Some(claims) => claims,
            None => {
                let claims = Arc::new(self.read(token).ok_or(Protocol::BadToken)?);
                self.verified.insert(name, Arc::clone(&claims));
                claims
            }
        };
        // The injected clock judges, not the library's: cached or not, to the second.
        if claims.exp <= now.seconds() || claims.iat > now.seconds() + 60 {
            return Err(Protocol::BadToken.into());
        }
        Ok(claims)
    }

    fn read(&self, token: &str) -> Option<Claims> {
        let header = decode_header(token).ok()?;
        if header.alg != Algorithm::ES256 || header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
            return None;
        }
        let key = self.keys.iter().find(|key| Some(key.kid.as_str()) == header.kid.as_deref())?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        decode::<Claims>(token, &key.decoding, &validation).ok().map(|data| data.claims)
    }

    /// The public halves, as served.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.keys.iter().map(|key| &key.jwk).collect::<Vec<_>>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_speaks_until_it_expires() {
        let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let now = Instant::from_micros(1_700_000_000_000_000).unwrap();
        let rows = [new_key(&master, now).unwrap()];
        let tokens = Tokens::open("https://thidua.example", &master, &rows).unwrap();
        let (user, session) = (UserId::new(Uuid::from_u128(1)), SessionId::new(Uuid::from_u128(2)));
        let token = tokens.issue(user, session, now).unwrap();
        for _ in 0..2 {
            assert_eq!(tokens.verify(&token, now).unwrap().sub, user);
            assert!(tokens.verify(&token, now.plus_seconds(ACCESS_SECONDS - 1)).is_ok());
            assert!(tokens.verify(&token, now.plus_seconds(ACCESS_SECONDS)).is_err());
        }
        let elsewhere = Tokens::open("https://other.example", &master, &rows).unwrap();
        assert!(elsewhere.verify(&token, now).is_err());
        let other = Tokens::open("https://thidua.example", &master, &[new_key(&master, now).unwrap()]).unwrap();
        assert!(other.verify(&token, now).is_err());
        assert!(tokens.verify(&format!("{token}x"), now).is_err());
    }
}
