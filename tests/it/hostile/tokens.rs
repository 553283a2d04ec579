//! Access tokens that were forged, bent, borrowed or have run out.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use thidua_testkit::{TestApp, Value};

pub fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn read(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A key that signs, and the name it goes by.
struct Signer {
    pair: EcdsaKeyPair,
    kid: String,
}

impl Signer {
    fn new(algorithm: &'static EcdsaSigningAlgorithm, kid: &str) -> Self {
        Self { pair: EcdsaKeyPair::generate(algorithm).unwrap(), kid: kid.to_owned() }
    }
    fn header(&self) -> Value {
        json!({"alg": "ES256", "typ": "at+jwt", "kid": self.kid})
    }
    fn token(&self, header: &Value, claims: &Value) -> String {
        let said = format!("{}.{}", part(header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), said.as_bytes()).unwrap();
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

pub fn with(value: &Value, name: &str, inner: Value) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().unwrap().insert(name.to_owned(), inner);
    changed
}

pub fn without(value: &Value, name: &str) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().unwrap().remove(name);
    changed
}

pub fn mac(secret: &[u8], header: &Value, claims: &Value) -> String {
    let said = format!("{}.{}", part(header), part(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), said.as_bytes());
    format!("{said}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// What a token of this service looks like, and the key it is signed with.
struct Original {
    token: String,
    signer: Signer,
    private: Vec<u8>,
    header: Value,
    claims: Value,
}

fn original(app: &TestApp, token: &str) -> Original {
    let parts: Vec<&str> = token.split('.').collect();
    let (kid, private) = app.signing_key();
    let signer = Signer { pair: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &private).unwrap(), kid };
    let header = signer.header();
    let (token, claims) = (token.to_owned(), read(parts[1]));
    assert_eq!(read(parts[0]), header, "tokens have the header that is forged here");
    Original { token, signer, private, header, claims }
}

/// A token made here with the service's own key is as good as its own: only so do the others prove
/// anything.
pub fn genuine(app: &TestApp, token: &str) -> String {
    let original = original(app, token);
    original.signer.token(&original.header, &original.claims)
}

/// Tokens that must be refused, each with what is wrong with it.
pub fn forged(app: &TestApp, token: &str, other: &str) -> Vec<(&'static str, String)> {
    let own = original(app, token);
    let mut all = by_algorithm(&own);
    all.extend(by_header(&own));
    all.extend(by_claims(&own, other));
    all.extend(by_shape(&own));
    all
}

fn by_algorithm(own: &Original) -> Vec<(&'static str, String)> {
    let (header, claims) = (&own.header, &own.claims);
    let public = own.signer.pair.public_key().as_ref();
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(&public[1..33]), "y": URL_SAFE_NO_PAD.encode(&public[33..])});
    let none = |alg: &str| format!("{}.{}.", part(&with(header, "alg", json!(alg))), part(claims));
    let hs256 = with(header, "alg", json!("HS256"));
    let foreign = Signer::new(&ECDSA_P256_SHA256_FIXED_SIGNING, &own.signer.kid);
    let longer = Signer::new(&ECDSA_P384_SHA384_FIXED_SIGNING, &own.signer.kid);
    let der = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &own.private).unwrap();
    let der = Signer { pair: der, kid: own.signer.kid.clone() };
    vec![
        ("alg none", none("none")),
        ("alg None", none("None")),
        ("alg nOnE", none("nOnE")),
        ("alg none with a signature", own.signer.token(&with(header, "alg", json!("none")), claims)),
        ("HS256 with the public point", mac(public, &hs256, claims)),
        ("HS256 with the public JWK", mac(jwk.to_string().as_bytes(), &hs256, claims)),
        ("HS256 with the name of the key", mac(own.signer.kid.as_bytes(), &hs256, claims)),
        ("HS256 with an empty secret", mac(b"", &hs256, claims)),
        ("alg ES384 with the own key", own.signer.token(&with(header, "alg", json!("ES384")), claims)),
        ("alg RS256 with the own key", own.signer.token(&with(header, "alg", json!("RS256")), claims)),
        ("alg unknown", own.signer.token(&with(header, "alg", json!("XX999")), claims)),
        ("alg a number", own.signer.token(&with(header, "alg", json!(256)), claims)),
        ("alg missing", own.signer.token(&without(header, "alg"), claims)),
        ("a foreign key under the own name", foreign.token(header, claims)),
        ("a foreign key in the header", foreign.token(&with(header, "jwk", jwk), claims)),
        ("a foreign key by address", foreign.token(&with(header, "jku", json!("http://127.0.0.1:9/jwks.json")), claims)),
        ("another curve as ES384", longer.token(&with(header, "alg", json!("ES384")), claims)),
        ("another curve as ES256", longer.token(header, claims)),
        ("a signature in DER", der.token(header, claims)),
    ]
}

fn by_header(own: &Original) -> Vec<(&'static str, String)> {
    let (header, claims) = (&own.header, &own.claims);
    let token = |header: &Value| own.signer.token(header, claims);
    vec![
        ("another kid", token(&with(header, "kid", json!("other")))),
        ("kid a path", token(&with(header, "kid", json!("../../dev/null")))),
        ("kid SQL", token(&with(header, "kid", json!("' OR 1=1 --")))),
        ("kid null", token(&with(header, "kid", Value::Null))),
        ("no kid", token(&without(header, "kid"))),
        ("typ JWT", token(&with(header, "typ", json!("JWT")))),
        ("typ of an identity token", token(&with(header, "typ", json!("id+jwt")))),
        ("no typ", token(&without(header, "typ"))),
        ("crit", token(&with(header, "crit", json!(["exp"])))),
        ("crit empty", token(&with(header, "crit", json!([])))),
        ("crit unknown", token(&with(&with(header, "crit", json!(["x"])), "x", json!(true)))),
    ]
}

fn by_claims(own: &Original, other: &str) -> Vec<(&'static str, String)> {
    let (header, claims) = (&own.header, &own.claims);
    let token = |claims: &Value| own.signer.token(header, claims);
    let now = claims["iat"].as_i64().unwrap();
    let nobody = json!("0198c0de-0000-7000-8000-000000000000");
    let foreign = read(other.split('.').nth(1).unwrap());
    vec![
        ("wrong issuer", token(&with(claims, "iss", json!("http://evil.test")))),
        ("issuer with a slash", token(&with(claims, "iss", json!(format!("{}/", claims["iss"].as_str().unwrap()))))),
        ("no issuer", token(&without(claims, "iss"))),
        ("wrong audience", token(&with(claims, "aud", json!("http://evil.test")))),
        ("no audience", token(&without(claims, "aud"))),
        ("an empty audience", token(&with(claims, "aud", json!([])))),
        ("expired", token(&with(&with(claims, "exp", json!(now - 1)), "iat", json!(now - 700)))),
        ("expired this second", token(&with(claims, "exp", json!(now)))),
        ("no expiry", token(&without(claims, "exp"))),
        ("expiry a text", token(&with(claims, "exp", json!("2099-01-01")))),
        ("expiry null", token(&with(claims, "exp", Value::Null))),
        ("expiry beyond all numbers", token(&with(claims, "exp", json!(1e300)))),
        ("from the future", token(&with(&with(claims, "iat", json!(now + 3_600)), "exp", json!(now + 7_200)))),
        ("no time of issue", token(&without(claims, "iat"))),
        ("another user with the own session", token(&with(claims, "sub", foreign["sub"].clone()))),
        ("the own user with another session", token(&with(claims, "sid", foreign["sid"].clone()))),
        ("nobody", token(&with(claims, "sub", nobody.clone()))),
        ("a session that never was", token(&with(claims, "sid", nobody))),
        ("no user", token(&without(claims, "sub"))),
        ("no session", token(&without(claims, "sid"))),
        ("user not an id", token(&with(claims, "sub", json!("admin")))),
        ("user a list", token(&with(claims, "sub", json!([claims["sub"]])))),
        ("claims a list", token(&json!([]))),
        ("claims nothing", token(&json!({}))),
    ]
}

/// The same of a token of a person: what only such a token lacks.
pub fn of_a_person(app: &TestApp, token: &str) -> Vec<(&'static str, String)> {
    let own = original(app, token);
    let claims = &own.claims;
    let token = |claims: &Value| own.signer.token(&own.header, claims);
    vec![
        ("half a service account", token(&with(claims, "client_id", claims["sub"].clone()))),
        ("scopes of nobody", token(&with(claims, "scope", json!("units:read")))),
        ("a person as a service account", token(&with(&with(claims, "client_id", claims["sub"].clone()), "scope", json!("units:read")))),
    ]
}

/// The same of a token of a service account: what only such a token has.
pub fn of_a_client(app: &TestApp, token: &str) -> Vec<(&'static str, String)> {
    let own = original(app, token);
    let claims = &own.claims;
    let token = |claims: &Value| own.signer.token(&own.header, claims);
    vec![
        ("no scopes", token(&without(claims, "scope"))),
        ("no client", token(&without(claims, "client_id"))),
        ("neither, as a person", token(&without(&without(claims, "scope"), "client_id"))),
        ("another client", token(&with(claims, "client_id", json!("0198c0de-0000-7000-8000-000000000000")))),
        ("empty scopes", token(&with(claims, "scope", json!("")))),
        ("a scope that is none", token(&with(claims, "scope", json!("users:write")))),
        ("scopes as a list", token(&with(claims, "scope", json!(["units:read"])))),
        ("everything", token(&with(claims, "scope", json!("*")))),
    ]
}

fn by_shape(own: &Original) -> Vec<(&'static str, String)> {
    let parts: Vec<&str> = own.token.split('.').collect();
    let (header, claims, signature) = (parts[0], parts[1], parts[2]);
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    let mut flipped = URL_SAFE_NO_PAD.decode(signature).unwrap();
    flipped[10] ^= 1;
    // The last of 86 characters carries four bits that belong to no byte.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = alphabet.find(signature.chars().last().unwrap()).unwrap();
    let sloppy = format!("{}{}", &signature[..85], alphabet.chars().nth(last ^ 1).unwrap());
    let changed = part(&with(&own.claims, "exp", json!(own.claims["exp"].as_i64().unwrap() + 1)));
    vec![
        ("no signature", format!("{header}.{claims}.")),
        ("two parts", format!("{header}.{claims}")),
        ("one part", header.to_owned()),
        ("four parts", format!("{}.{signature}", own.token)),
        ("a signature of zeros", format!("{header}.{claims}.{zeros}")),
        ("a bit of the signature changed", format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode(flipped))),
        ("a signature written sloppily", format!("{header}.{claims}.{sloppy}")),
        ("a padded signature", format!("{}==", own.token)),
        ("a signature cut short", own.token[..own.token.len() - 4].to_owned()),
        ("a signature twice as long", format!("{}{signature}", own.token)),
        ("claims changed after signing", format!("{header}.{changed}.{signature}")),
        ("header changed after signing", format!("{}.{claims}.{signature}", part(&with(&own.header, "x", json!(1))))),
        ("parts exchanged", format!("{claims}.{header}.{signature}")),
        ("not base64", format!("{header}.%%%.{signature}")),
        ("base64 of nothing", "..".to_owned()),
        ("a word", "letmein".to_owned()),
        ("a blank inside", own.token.replacen('.', ". ", 1)),
        ("very long", format!("{}{}", own.token, "A".repeat(5_000))),
    ]
}
