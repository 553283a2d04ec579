//! Service accounts that somebody pretends to be: by secrets, and by assertions forged, bent, borrowed or used.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use thidua_testkit::{Credentials, TestApp, Value, json};

use super::tokens::{mac, part, with, without};
use crate::oauth::{INTROSPECT, JWT_BEARER, REVOKE, Signer, TOKEN, claims};

/// Authorization headers that show no secret of a client, each with what is wrong with it.
fn secrets(good: &Credentials, other: &Credentials) -> Vec<(&'static str, String)> {
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let (id, secret) = (&good.id, &good.secret);
    vec![
        ("no secret", basic(&format!("{id}:"))),
        ("no colon", basic(id)),
        ("no client", basic(&format!(":{secret}"))),
        ("another's secret", basic(&format!("{id}:{}", other.secret))),
        ("another client", basic(&format!("{}:{secret}", other.id))),
        ("nobody", basic(&format!("0198c0de-0000-7000-8000-000000000000:{secret}"))),
        ("the code for the id", basic(&format!("CONG:{secret}"))),
        ("the id in capitals", basic(&format!("{}:{}", id.to_uppercase(), secret.to_uppercase()))),
        ("the id without hyphens", basic(&format!("{}:{secret}", id.replace('-', "")))),
        ("the id in braces", basic(&format!("{{{id}}}:{secret}"))),
        ("SQL for the id", basic(&format!("' OR 1=1 --:{secret}"))),
        ("a secret cut short", basic(&format!("{id}:{}", &secret[..secret.len() - 1]))),
        ("a secret gone on with", basic(&format!("{id}:{secret}x"))),
        ("a secret without what it begins with", basic(&format!("{id}:{}", secret.trim_start_matches("thidua_")))),
        ("the digest of the secret", basic(&format!("{id}:{}", URL_SAFE_NO_PAD.encode(thidua_digest(secret))))),
        ("a NUL after the secret", basic(&format!("{id}:{secret}\0"))),
        ("a blank before the secret", basic(&format!("{id}: {secret}"))),
        ("not base64", format!("Basic {id}:{secret}")),
        ("another alphabet", format!("Basic {}%", URL_SAFE_NO_PAD.encode(format!("{id}:{secret}")))),
        ("nothing in it", "Basic ".to_owned()),
        ("only the scheme", "Basic".to_owned()),
        ("bytes that are no text", format!("Basic {}", STANDARD.encode([id.as_bytes(), b":\xff\xfe"].concat()))),
        ("another scheme", basic(&format!("{id}:{secret}")).replace("Basic", "Digest")),
        ("the secret as a bearer token", format!("Bearer {secret}")),
        ("twice the header in one", format!("{0}, {0}", basic(&format!("{id}:{secret}")))),
    ]
}

fn thidua_digest(text: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

/// Assertions that must be refused, each with what is wrong with it.
fn assertions(app: &TestApp, signer: &Signer, client: &str, other: &str, access: &str) -> Vec<(&'static str, String)> {
    let mut all = by_algorithm(app, signer, client);
    all.extend(by_claims(app, signer, client, other));
    all.extend(by_header(app, signer, client));
    let good = signer.sign(&signer.header(), &claims(app, client));
    let parts: Vec<&str> = good.split('.').collect();
    let mut flipped = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    flipped[10] ^= 1;
    all.extend([
        ("an access token of the service", access.to_owned()),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{good}.{}", parts[2])),
        ("a signature of zeros", format!("{}.{}.{}", parts[0], parts[1], URL_SAFE_NO_PAD.encode([0; 64]))),
        ("a bit of the signature changed", format!("{}.{}.{}", parts[0], parts[1], URL_SAFE_NO_PAD.encode(flipped))),
        ("claims changed after signing", format!("{}.{}.{}", parts[0], part(&claims(app, client)), parts[2])),
        ("a word", "letmein".to_owned()),
        ("not base64", format!("{}.%%%.{}", parts[0], parts[2])),
    ]);
    all
}

fn by_algorithm(app: &TestApp, signer: &Signer, client: &str) -> Vec<(&'static str, String)> {
    let header = signer.header();
    let fresh = || claims(app, client);
    let foreign = Signer::new(&signer.kid);
    let longer = Signer { pair: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap(), kid: signer.kid.clone() };
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let said = format!("{}.{}", part(&header), part(&fresh()));
    let der = format!("{said}.{}", URL_SAFE_NO_PAD.encode(pair.sign(&SystemRandom::new(), said.as_bytes()).unwrap()));
    let hs256 = with(&header, "alg", json!("HS256"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, signer.jwk().to_string().as_bytes()), b"x");
    let none = |alg: &str| format!("{}.{}.", part(&with(&header, "alg", json!(alg))), part(&fresh()));
    vec![
        ("alg none", none("none")),
        ("alg nOnE", none("nOnE")),
        ("alg none with a signature", signer.sign(&with(&header, "alg", json!("none")), &fresh())),
        ("HS256 with the public key", mac(signer.jwk().to_string().as_bytes(), &hs256, &fresh())),
        ("HS256 with an empty secret", mac(b"", &hs256, &fresh())),
        ("HS256 with the client's name", mac(client.as_bytes(), &hs256, &fresh())),
        ("HS512 with something", format!("{said}.{}", URL_SAFE_NO_PAD.encode(tag))),
        ("alg RS256 with the own key", signer.sign(&with(&header, "alg", json!("RS256")), &fresh())),
        ("alg ES384 with the own key", signer.sign(&with(&header, "alg", json!("ES384")), &fresh())),
        ("alg unknown", signer.sign(&with(&header, "alg", json!("XX999")), &fresh())),
        ("alg missing", signer.sign(&without(&header, "alg"), &fresh())),
        ("a foreign key under the own name", foreign.sign(&header, &fresh())),
        ("a foreign key without a name", foreign.sign(&json!({"alg": "ES256"}), &fresh())),
        ("a foreign key in the header", foreign.sign(&with(&header, "jwk", foreign.jwk()), &fresh())),
        ("a foreign key by address", foreign.sign(&with(&header, "jku", json!("http://127.0.0.1:9/jwks.json")), &fresh())),
        ("another curve", longer.sign(&header, &fresh())),
        ("a signature in DER", der),
    ]
}

fn by_header(app: &TestApp, signer: &Signer, client: &str) -> Vec<(&'static str, String)> {
    let header = signer.header();
    let sign = |header: &Value| signer.sign(header, &claims(app, client));
    vec![
        ("another kid", sign(&with(&header, "kid", json!("other")))),
        ("kid a path", sign(&with(&header, "kid", json!("../../dev/null")))),
        ("typ of an access token", sign(&with(&header, "typ", json!("at+jwt")))),
        ("typ of an identity token", sign(&with(&header, "typ", json!("id+jwt")))),
        ("crit", sign(&with(&header, "crit", json!(["exp"])))),
        ("crit empty", sign(&with(&header, "crit", json!([])))),
    ]
}

fn by_claims(app: &TestApp, signer: &Signer, client: &str, other: &str) -> Vec<(&'static str, String)> {
    let good = claims(app, client);
    let sign = |claims: &Value| signer.sign(&signer.header(), &with(claims, "jti", json!(uuid::Uuid::new_v4())));
    let exactly = |claims: &Value| signer.sign(&signer.header(), claims);
    let now = good["iat"].as_i64().unwrap();
    let nobody = json!("0198c0de-0000-7000-8000-000000000000");
    vec![
        ("another issuer", sign(&with(&good, "iss", json!(other)))),
        ("no issuer", sign(&without(&good, "iss"))),
        ("another subject", sign(&with(&good, "sub", json!(other)))),
        ("another client altogether", sign(&with(&with(&good, "sub", json!(other)), "iss", json!(other)))),
        ("nobody", sign(&with(&with(&good, "sub", nobody.clone()), "iss", nobody))),
        ("no subject", sign(&without(&good, "sub"))),
        ("subject a list", sign(&with(&good, "sub", json!([client])))),
        ("wrong audience", sign(&with(&good, "aud", json!("https://evil.test/token")))),
        ("audience with a slash", sign(&with(&good, "aud", json!("http://thidua.test/")))),
        ("audience of another operation", sign(&with(&good, "aud", json!("http://thidua.test/api/v1/auth/sessions")))),
        ("one audience too many", sign(&with(&good, "aud", json!(["http://thidua.test", "https://evil.test"])))),
        ("no audience", sign(&without(&good, "aud"))),
        ("an empty audience", sign(&with(&good, "aud", json!([])))),
        ("expired", sign(&with(&good, "exp", json!(now - 1)))),
        ("expired this second", sign(&with(&good, "exp", json!(now)))),
        ("no expiry", sign(&without(&good, "exp"))),
        ("expiry a text", sign(&with(&good, "exp", json!("2099-01-01")))),
        ("expiry beyond all numbers", sign(&with(&good, "exp", json!(1e300)))),
        ("good for a day", sign(&with(&good, "exp", json!(now + 86_400)))),
        ("from the future", sign(&with(&good, "iat", json!(now + 3_000)))),
        ("not yet", sign(&with(&good, "nbf", json!(now + 3_000)))),
        ("no name", exactly(&without(&good, "jti"))),
        ("an empty name", exactly(&with(&good, "jti", json!("")))),
        ("a name without an end", exactly(&with(&good, "jti", json!("j".repeat(201))))),
        ("claims a list", exactly(&json!([]))),
        ("claims nothing", exactly(&json!({}))),
    ]
}

/// Attacks both ways in which a client shows who it is, at all operations that ask for it; says how often.
pub fn besiege(app: &TestApp, admin: &thidua_testkit::Caller<'_>) -> usize {
    let good = app.client(admin, "CONG", "P-HUE", &["units:read"]);
    let other = app.client(admin, "KHAC", "P-HUE", &["units:read"]);
    let signer = Signer::new("1");
    admin.patch(&format!("/api/v1/clients/{}", good.id), &json!({"keys": [signer.jwk()]})).is(200);
    let token = app.token(&good, &[]).gives(200)["access_token"].as_str().unwrap().to_owned();
    let mut sent = 0;
    let mut refused = |what: &str, header: Option<&str>, fields: &[(&str, &str)]| {
        // A token that stands: what is refused is who asks.
        let token = app.token(&good, &[]).gives(200)["access_token"].as_str().unwrap().to_owned();
        for path in [TOKEN, INTROSPECT, REVOKE] {
            let more = if path == TOKEN { ("grant_type", "client_credentials") } else { ("token", token.as_str()) };
            let fields: Vec<(&str, &str)> = fields.iter().copied().chain([more]).collect();
            let reply = app.form(path, header, &fields);
            assert!([400, 401].contains(&reply.status), "{what} was taken at {path}: {}", reply.text());
            assert!(
                ["invalid_client", "invalid_request", "invalid_token"].iter().any(|error| reply.json()["error"] == *error),
                "{what}: {}",
                reply.text()
            );
            sent += 1;
        }
        // What an attacker has used up is no matter here.
        app.clock.advance(100);
    };
    let secrets = secrets(&good, &other);
    for (what, header) in &secrets {
        refused(what, Some(header), &[]);
    }
    let by_key = |assertion: &str| [("client_assertion_type", JWT_BEARER.to_owned()), ("client_assertion", assertion.to_owned())];
    let forged = assertions(app, &signer, &good.id, &other.id, &token).len();
    for place in 0..forged {
        // Made anew each time: the clock has gone on, and nothing else may be what is wrong.
        let (what, assertion) = assertions(app, &signer, &good.id, &other.id, &token).swap_remove(place);
        let fields = by_key(&assertion);
        refused(what, None, &fields.each_ref().map(|(name, value)| (*name, value.as_str())));
    }
    let fine = signer.sign(&signer.header(), &claims(app, &good.id));
    refused("an assertion of no kind", None, &[("client_assertion", &fine)]);
    refused(
        "an assertion of another kind",
        None,
        &[("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), ("client_assertion", &fine)],
    );
    refused("an assertion beside a secret", Some(&good.basic()), &[("client_assertion_type", JWT_BEARER), ("client_assertion", &fine)]);
    refused(
        "an assertion under another name",
        None,
        &[("client_id", &other.id), ("client_assertion_type", JWT_BEARER), ("client_assertion", &fine)],
    );
    refused("a secret under another name", Some(&good.basic()), &[("client_id", &other.id)]);
    refused("a secret in the form", None, &[("client_id", &good.id), ("client_secret", &good.secret)]);
    assert!(secrets.len() + forged > 80, "only {} secrets and {forged} assertions", secrets.len());
    // What was meant to be good is, so that the others prove something.
    let fine = signer.sign(&signer.header(), &claims(app, &good.id));
    let fine = by_key(&fine);
    let fields: Vec<(&str, &str)> =
        fine.iter().map(|(name, value)| (*name, value.as_str())).chain([("grant_type", "client_credentials")]).collect();
    app.form(TOKEN, None, &fields).is(200);
    app.token(&good, &[]).is(200);
    sent
}
