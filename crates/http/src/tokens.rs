//! Access tokens: short-lived JWTs (RFC 9068), signed with ES256. Verification is cached by the
//! digest of the token until it expires; whether the session still stands is asked every time.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thidua_domain::client::Scopes;
use thidua_domain::id::{SessionId, UserId};
use thidua_domain::session::ACCESS_SECONDS;
use thidua_domain::signing_key::{KeyLife, KeyState};
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
    /// The service account, when it is one: the same as `sub`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<UserId>,
    /// What the token of a service account serves for. One without is a person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

struct Key {
    kid: String,
    life: KeyLife,
    decoding: DecodingKey,
    encoding: EncodingKey,
    jwk: Value,
}

/// What a token said when its signature was checked, and the key it was checked with.
#[derive(Debug)]
pub struct Verified {
    kid: String,
    /// What it says.
    pub claims: Claims,
    /// The scopes of a service account; nothing for a person.
    pub scopes: Option<Arc<Scopes>>,
}

/// Issues and verifies.
pub struct Tokens {
    issuer: String,
    keys: RwLock<Arc<Vec<Key>>>,
    verified: Cache<Vec<u8>, Arc<Verified>>,
}

/// Verified tokens remembered at the most.
const REMEMBERED: usize = 10_000;
/// No token of ours is longer.
const LONGEST: usize = 2_048;
const PURPOSE: &str = "signing-key";
/// Type of token in its header.
const TYPE: &str = "at+jwt";

/// Makes a new key that signs from an instant on, its private half sealed.
///
/// # Errors
/// When the random source fails.
pub fn new_key(master: &MasterKey, now: Instant, activates_at: Instant) -> Result<KeyRow, ApiError> {
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
        public_jwk: jwk.to_string(),
        sealed_private: master.seal(PURPOSE, private.as_ref()).map_err(ApiError::internal)?,
        created_at: now,
        activates_at,
        retires_at: None,
        ends_at: None,
    })
}

/// The keys of the installation, opened.
fn open(master: &MasterKey, rows: &[KeyRow]) -> Result<Vec<Key>, ApiError> {
    rows.iter()
        .map(|row| {
            let private = master.open(PURPOSE, &row.sealed_private).map_err(ApiError::internal)?;
            let jwk: Value = serde_json::from_str(&row.public_jwk).map_err(ApiError::internal)?;
            let parsed = serde_json::from_value(jwk.clone()).map_err(ApiError::internal)?;
            Ok(Key {
                kid: row.kid.clone(),
                life: row.life(),
                decoding: DecodingKey::from_jwk(&parsed).map_err(ApiError::internal)?,
                encoding: EncodingKey::from_ec_der(&private),
                jwk,
            })
        })
        .collect()
}

impl Tokens {
    /// Opens the keys of the installation.
    ///
    /// # Errors
    /// When the master key does not fit.
    pub fn open(issuer: &str, master: &MasterKey, rows: &[KeyRow]) -> Result<Self, ApiError> {
        let keys = RwLock::new(Arc::new(open(master, rows)?));
        Ok(Self { issuer: issuer.to_owned(), keys, verified: Cache::new(REMEMBERED) })
    }

    /// Takes the keys as they are now.
    ///
    /// # Errors
    /// When the master key does not fit.
    pub fn take(&self, master: &MasterKey, rows: &[KeyRow]) -> Result<(), ApiError> {
        let same = {
            let keys = self.keys();
            keys.len() == rows.len() && keys.iter().zip(rows).all(|(key, row)| key.kid == row.kid && key.life == row.life())
        };
        if !same {
            let keys = Arc::new(open(master, rows)?);
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        Ok(())
    }

    fn keys(&self) -> Arc<Vec<Key>> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a token names a key that is not known here: it may be a new one.
    #[must_use]
    pub fn names_unknown_key(&self, token: &str) -> bool {
        let named = if token.len() > LONGEST { None } else { decode_header(token).ok().and_then(|header| header.kid) };
        named.is_some_and(|kid| kid.len() <= 64 && self.keys().iter().all(|key| key.kid != kid))
    }

    /// Issues an access token to a person.
    ///
    /// # Errors
    /// When there is no key, which is a defect.
    pub fn issue(&self, user: UserId, session: SessionId, now: Instant) -> Result<String, ApiError> {
        self.sign(user, session, None, now, now.plus_seconds(ACCESS_SECONDS))
    }

    /// Issues an access token to a service account, for these scopes and until then.
    ///
    /// # Errors
    /// When there is no key, which is a defect.
    pub fn issue_to_client(
        &self,
        client: UserId,
        session: SessionId,
        scopes: &Scopes,
        now: Instant,
        ends: Instant,
    ) -> Result<String, ApiError> {
        self.sign(client, session, Some(scopes), now, ends)
    }

    fn sign(&self, user: UserId, session: SessionId, scopes: Option<&Scopes>, now: Instant, ends: Instant) -> Result<String, ApiError> {
        let keys = self.keys();
        let signing = |key: &&Key| key.life.state(now) == KeyState::Active;
        // The newest that signs; one that is only about to is better than none.
        let key = keys.iter().find(signing).or(keys.first()).ok_or_else(|| ApiError::internal("no signing key"))?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: user,
            sid: session,
            jti: Uuid::new_v4(),
            iat: now.seconds(),
            exp: ends.seconds(),
            client_id: scopes.map(|_| user),
            scope: scopes.map(ToString::to_string),
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
    pub fn verify(&self, token: &str, now: Instant) -> Result<Arc<Verified>, ApiError> {
        if token.len() > LONGEST {
            return Err(Protocol::BadToken.into());
        }
        let name = digest(token.as_bytes());
        let keys = self.keys();
        let verified = match self.verified.get(&name) {
            Some(verified) => verified,
            None => {
                let verified = Arc::new(self.read(&keys, token).ok_or(Protocol::BadToken)?);
                self.verified.insert(name, Arc::clone(&verified));
                verified
            }
        };
        let Verified { kid, claims, .. } = &*verified;
        // The injected clock judges, not the library's: cached or not, to the second. So it does of the key.
        let stands = keys.iter().any(|key| key.kid == *kid && key.life.verifies(now));
        if !stands || claims.exp <= now.seconds() || claims.iat > now.seconds() + 60 {
            return Err(Protocol::BadToken.into());
        }
        Ok(verified)
    }

    fn read(&self, keys: &[Key], token: &str) -> Option<Verified> {
        let header = decode_header(token).ok()?;
        if header.alg != Algorithm::ES256 || header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
            return None;
        }
        let key = keys.iter().find(|key| Some(key.kid.as_str()) == header.kid.as_deref())?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, &key.decoding, &validation).ok()?.claims;
        // What is half a service account's is nobody's.
        if claims.client_id.is_some_and(|client| client != claims.sub) || claims.client_id.is_some() != claims.scope.is_some() {
            return None;
        }
        let scopes = claims.scope.as_deref().map(|text| Scopes::parse(text).ok_or(())).transpose().ok()?;
        Some(Verified { kid: key.kid.clone(), claims, scopes: scopes.map(Arc::new) })
    }

    /// The public halves of all keys that sign, are about to, or did until lately.
    #[must_use]
    pub fn jwks(&self, now: Instant) -> Value {
        json!({ "keys": self.keys().iter().filter(|key| key.life.verifies(now)).map(|key| &key.jwk).collect::<Vec<_>>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_speaks_until_it_expires() {
        let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let now = Instant::from_micros(1_700_000_000_000_000).unwrap();
        let rows = [new_key(&master, now, now).unwrap()];
        let tokens = Tokens::open("https://thidua.example", &master, &rows).unwrap();
        let (user, session) = (UserId::new(Uuid::from_u128(1)), SessionId::new(Uuid::from_u128(2)));
        let token = tokens.issue(user, session, now).unwrap();
        for _ in 0..2 {
            let said = tokens.verify(&token, now).unwrap();
            assert_eq!((said.claims.sub, said.claims.sid, said.scopes.is_none()), (user, session, true));
            assert!(tokens.verify(&token, now.plus_seconds(ACCESS_SECONDS - 1)).is_ok());
            assert!(tokens.verify(&token, now.plus_seconds(ACCESS_SECONDS)).is_err());
        }
        let scopes = Scopes::parse("units:read").unwrap();
        let token = tokens.issue_to_client(user, session, &scopes, now, now.plus_seconds(60)).unwrap();
        assert_eq!(tokens.verify(&token, now).unwrap().scopes.as_deref(), Some(&scopes));
        assert!(tokens.verify(&token, now.plus_seconds(60)).is_err());
        let elsewhere = Tokens::open("https://other.example", &master, &rows).unwrap();
        assert!(elsewhere.verify(&token, now).is_err());
        let other = Tokens::open("https://thidua.example", &master, &[new_key(&master, now, now).unwrap()]).unwrap();
        assert!(other.verify(&token, now).is_err());
        assert!(tokens.verify(&format!("{token}x"), now).is_err());
    }
}
