//! Public keys of service accounts: JWK by value, and what they verify.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};
use thidua_domain::refusal::{Code, Refusal, both};
use utoipa::ToSchema;

/// Algorithms that assertions are signed with.
pub(crate) const ALGORITHMS: [&str; 2] = ["ES256", "RS256"];

/// Bytes of the modulus of an RSA key: 2048 to 4096 bits.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=512;
/// The one public exponent in use: 65537.
const RSA_EXPONENT: [u8; 3] = [1, 0, 1];

/// A public key (RFC 7517). There is no place here for a private one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClientKey, example = json!({
    "kty": "EC", "kid": "2026-11", "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
}))]
pub(crate) struct ClientKey {
    /// `EC` or `RSA`.
    #[schema(min_length = 2, max_length = 3)]
    pub kty: String,
    /// Its name in the header of assertions.
    #[schema(min_length = 1, max_length = 64)]
    pub kid: String,
    /// Curve of an EC key: `P-256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10)]
    pub crv: Option<String>,
    /// First coordinate of an EC key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub x: Option<String>,
    /// Second coordinate of an EC key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub y: Option<String>,
    /// Modulus of an RSA key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 700)]
    pub n: Option<String>,
    /// Exponent of an RSA key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10)]
    pub e: Option<String>,
    /// Algorithm: the only one that fits the key, `ES256` or `RS256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10)]
    pub alg: Option<String>,
    /// What for: `sig`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10)]
    pub usage: Option<String>,
}

fn bytes(text: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}

impl ClientKey {
    /// The one algorithm that fits it.
    pub(crate) fn algorithm(&self) -> Option<Algorithm> {
        match self.kty.as_str() {
            "EC" => Some(Algorithm::ES256),
            "RSA" => Some(Algorithm::RS256),
            _ => None,
        }
    }

    /// What verifies with it.
    pub(crate) fn decoding(&self) -> Option<DecodingKey> {
        match self.algorithm()? {
            Algorithm::ES256 => DecodingKey::from_ec_components(self.x.as_deref()?, self.y.as_deref()?).ok(),
            _ => DecodingKey::from_rsa_components(self.n.as_deref()?, self.e.as_deref()?).ok(),
        }
    }

    /// What is wrong with it, if anything is.
    fn fault(&self) -> Option<String> {
        let point = || {
            let (x, y) = (bytes(self.x.as_ref())?, bytes(self.y.as_ref())?);
            let whole = [&[4_u8], x.as_slice(), y.as_slice()].concat();
            (x.len() == 32 && y.len() == 32).then_some(())?;
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &whole).ok().map(drop)
        };
        let modulus = || {
            let n = bytes(self.n.as_ref())?;
            let strong = RSA_BYTES.contains(&n.len()) && n.first().is_some_and(|high| *high >= 0x80);
            (strong && bytes(self.e.as_ref())? == RSA_EXPONENT).then_some(())
        };
        let fits = match self.kty.as_str() {
            "EC" => self.crv.as_deref() == Some("P-256") && point().is_some(),
            "RSA" => modulus().is_some(),
            _ => return Some(both("kty phải là EC hoặc RSA", "kty must be EC or RSA")),
        };
        if !fits {
            return Some(both(
                "không phải khóa EC P-256 hoặc RSA 2048–4096 bit với e là AQAB",
                "it is no EC key on P-256, nor an RSA key of 2048 to 4096 bits with the e AQAB",
            ));
        }
        let alg = if self.kty == "EC" { "ES256" } else { "RS256" };
        if self.alg.as_deref().is_some_and(|said| said != alg) || self.usage.as_deref().is_some_and(|said| said != "sig") {
            return Some(both(format!("alg phải là {alg}, use phải là sig"), format!("its alg must be {alg}, its use sig")));
        }
        None
    }
}

/// Checks keys together.
///
/// # Errors
/// [`Code::ClientKeyUnfit`] at the first that is of no use.
pub(crate) fn check(keys: &[ClientKey]) -> Result<(), Refusal> {
    for (place, key) in keys.iter().enumerate() {
        let twice = keys.iter().take(place).any(|other| other.kid == key.kid);
        let fault = if twice { Some(both("kid đã có ở khóa trước", "its kid is that of a key before it")) } else { key.fault() };
        if let Some(why) = fault {
            return Err(Refusal::at(format!("/keys/{place}"), Code::ClientKeyUnfit).with("place", place + 1).with("why", why));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> ClientKey {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn keys_are_looked_at_before_they_are_kept() {
        let ec = r#"{"kty":"EC","kid":"1","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;
        assert!(check(&[key(ec)]).is_ok() && key(ec).decoding().is_some());
        assert!(check(&[key(ec), key(ec)]).is_err(), "the same name twice");
        for (what, from, to) in [
            ("another curve", "P-256", "P-384"),
            ("off the curve", "MKBCTNIcKUSDii11", "MKBCTNIcKUSDii12"),
            ("no base64", "4Etl6SRW", "4Etl6S%W"),
            ("another sort", "\"EC\"", "\"oct\""),
            ("RSA without a modulus", "\"EC\"", "\"RSA\""),
            ("another algorithm", "\"kid\":\"1\"", "\"kid\":\"1\",\"alg\":\"RS256\""),
            ("for sealing", "\"kid\":\"1\"", "\"kid\":\"1\",\"use\":\"enc\""),
        ] {
            assert!(check(&[key(&ec.replace(from, to))]).is_err(), "{what}");
        }
        let rsa = |bytes: usize| {
            let n = URL_SAFE_NO_PAD.encode([vec![0x81], vec![7; bytes - 1]].concat());
            key(&format!(r#"{{"kty":"RSA","kid":"1","n":"{n}","e":"AQAB"}}"#))
        };
        assert!(check(&[rsa(256)]).is_ok() && check(&[rsa(512)]).is_ok());
        assert!(check(&[rsa(128)]).is_err() && check(&[rsa(513)]).is_err());
        assert!(check(&[ClientKey { e: Some("Aw".to_owned()), ..rsa(256) }]).is_err(), "the exponent 3");
        assert!(serde_json::from_str::<ClientKey>(&ec.replace("\"kid\"", "\"d\":\"x\",\"kid\"")).is_err(), "a private key");
    }
}
