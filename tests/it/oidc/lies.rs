//! Identity tokens that are not what the issuer said, or not for us, or not now.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thidua_testkit::{Value, json, on_both};

use super::issuer::Fake;
use super::{back, begin, round, set, through};
use crate::oauth::Signer;

pub fn with(value: &Value, name: &str, inner: Value) -> Value {
    let mut changed = value.clone();
    changed[name] = inner;
    changed
}

fn without(value: &Value, name: &str) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().unwrap().remove(name);
    changed
}

on_both! {
    fn only_what_the_issuer_really_said_is_believed(app) {
        let (fake, key, foreign) = (Fake::start(), Signer::new("k"), Signer::new("k"));
        let sealed = json!({"kty": "oct", "kid": "shared", "k": URL_SAFE_NO_PAD.encode("a secret: of tests")});
        let mut keys = set(&[&key]);
        keys["keys"].as_array_mut().unwrap().extend([sealed, json!({"kty": "XX"}), json!("not a key")]);
        fake.says("/keys", 200, &keys);
        let _ = app.officer("P-HUE");
        let app = app.beside_with(through(fake.settings()));
        let header = key.header();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mac = |secret: &str, header: &Value, claims: &Value| {
            let said = format!("{}.{}", part(header), part(claims));
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
            format!("{said}.{}", URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, said.as_bytes())))
        };
        type Lie<'a> = (&'a str, Box<dyn Fn(&Value) -> String + 'a>);
        let (own, plain) = (&key, &header);
        let changed = |name: &'static str, value: Value| -> Box<dyn Fn(&Value) -> String + '_> {
            Box::new(move |good| own.sign(plain, &with(good, name, value.clone())))
        };
        let lacking = |name: &'static str| -> Box<dyn Fn(&Value) -> String + '_> { Box::new(move |good| own.sign(plain, &without(good, name))) };
        let now = thidua_store::clock::Clock::now(&*app.clock).seconds();
        let lies: Vec<Lie<'_>> = vec![
            ("wrong nonce", changed("nonce", json!("another"))),
            ("no nonce", lacking("nonce")),
            ("another audience", changed("aud", json!("somebody-else"))),
            ("no audience", lacking("aud")),
            ("an empty audience", changed("aud", json!([]))),
            ("several audiences and no party", changed("aud", json!(["thidua", "somebody-else"]))),
            ("given to somebody else", changed("azp", json!("somebody-else"))),
            ("another issuer", changed("iss", json!("https://evil.test"))),
            ("issuer with a slash", changed("iss", json!(format!("{}/", fake.base)))),
            ("no issuer", lacking("iss")),
            ("expired", changed("exp", json!(now - 120))),
            ("no expiry", lacking("exp")),
            ("expiry a text", changed("exp", json!("2099-01-01"))),
            ("from the future", changed("iat", json!(now + 600))),
            ("no time of issue", lacking("iat")),
            ("nobody", lacking("sub")),
            ("alg none", Box::new(|good| format!("{}.{}.", part(&json!({"alg": "none"})), part(good)))),
            ("alg none under the name of a key", Box::new(|good| format!("{}.{}.", part(&json!({"alg": "none", "kid": "k"})), part(good)))),
            ("HS256 with the secret between the two", Box::new(|good| mac("a secret: of tests", &json!({"alg": "HS256"}), good))),
            ("HS256 with a key of the set", Box::new(|good| mac("a secret: of tests", &json!({"alg": "HS256", "kid": "shared"}), good))),
            ("HS256 with the public key", Box::new(|good| mac(&key.jwk().to_string(), &json!({"alg": "HS256", "kid": "k"}), good))),
            ("RS256 with a key for ES256", Box::new(|good| key.sign(&json!({"alg": "RS256", "kid": "k"}), good))),
            ("an unknown key", Box::new(|good| foreign.sign(&json!({"alg": "ES256", "kid": "other"}), good))),
            ("a foreign key under a known name", Box::new(|good| foreign.sign(&key.header(), good))),
            ("a foreign key without a name", Box::new(|good| foreign.sign(&json!({"alg": "ES256"}), good))),
            ("a foreign key in the header", Box::new(|good| foreign.sign(&json!({"alg": "ES256", "jwk": foreign.jwk()}), good))),
            ("crit", Box::new(|good| key.sign(&json!({"alg": "ES256", "kid": "k", "crit": ["exp"]}), good))),
            ("claims changed after signing", Box::new(|good| {
                let signed = key.sign(&key.header(), good);
                let parts: Vec<&str> = signed.split('.').collect();
                format!("{}.{}.{}", parts[0], part(&with(good, "preferred_username", json!("system-admin.tat-ca"))), parts[2])
            })),
            ("no token at all", Box::new(|_| String::new())),
            ("very long", Box::new(|good| key.sign(&key.header(), &with(good, "more", json!("x".repeat(20_000)))))),
        ];
        for (what, lie) in &lies {
            let reply = round(&app, &fake, lie);
            assert_eq!((reply.status, reply.json()["code"].as_str()), (401, Some("identity_refused")), "{what}: {}", reply.text());
            // What the issuer said wrong is for the log, not for whoever asks.
            assert!(!reply.text().contains("audience") || what.contains("audience"), "{what}: {}", reply.text());
        }
        println!("oidc: {} lies on {:?}, none believed", lies.len(), app.database);
        assert!(lies.len() >= 30);
        let (start, _) = begin(&app);
        fake.says("/token", 400, &json!({"error": "invalid_grant"}));
        back(&app, &start, "replayed").refused(401, "identity_refused");
        // What was meant to be good is, so that the others prove something.
        let good = round(&app, &fake, |good| key.sign(&header, good));
        good.is(201);
        round(&app, &fake, |good| key.sign(&header, &with(&with(good, "aud", json!(["thidua", "x"])), "azp", json!("thidua")))).is(201);
    }
}
