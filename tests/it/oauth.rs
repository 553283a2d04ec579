//! OAuth 2.0 as other people's programs use it, and token by token.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thidua_testkit::{Caller, Credentials, PASSWORD, TestApp, Value, json, on_both};

use crate::python;

pub const TOKEN: &str = "/api/v1/oauth/token";
pub const INTROSPECT: &str = "/api/v1/oauth/introspect";
pub const REVOKE: &str = "/api/v1/oauth/revoke";
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key of a service account, and the assertions it signs.
pub struct Signer {
    pub pair: EcdsaKeyPair,
    pub kid: String,
}

impl Signer {
    pub fn new(kid: &str) -> Self {
        Self { pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(), kid: kid.to_owned() }
    }

    pub fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        json!({"kty": "EC", "crv": "P-256", "kid": self.kid, "x": x, "y": y})
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let said = format!("{}.{}", part(header), part(claims));
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(self.pair.sign(&SystemRandom::new(), said.as_bytes()).unwrap()))
    }

    pub fn header(&self) -> Value {
        json!({"alg": "ES256", "kid": self.kid})
    }
}

/// What a good assertion of a client says.
pub fn claims(app: &TestApp, client: &str) -> Value {
    let now = thidua_store::clock::Clock::now(&*app.clock).seconds();
    let aud = "http://thidua.test/api/v1/oauth/token";
    json!({"iss": client, "sub": client, "aud": aud, "exp": now + 300, "iat": now, "jti": uuid::Uuid::new_v4()})
}

pub fn asserted(app: &TestApp, assertion: &str) -> thidua_testkit::Reply {
    let fields = [("grant_type", "client_credentials"), ("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)];
    app.form(TOKEN, None, &fields)
}

/// A service account with a public key and no secret.
pub fn with_key(admin: &Caller<'_>, signer: &Signer) -> String {
    let draft = json!({"code": "KY", "name": "Ký (giả định)", "unit": "P-HUE", "scopes": ["units:read"], "keys": [signer.jwk()]});
    admin.post("/api/v1/clients", &draft).made()
}

fn access(token: &Value) -> String {
    token["access_token"].as_str().unwrap().to_owned()
}

on_both! {
    fn authlib_passes_every_grant(app) {
        let admin = app.admin();
        let keys = python::run("oauth.py", &["keys"], &json!(null));
        let basic = app.client(&admin, "CONG", "P-HUE", &["units:read", "people:read"]);
        let public: Vec<Value> = ["ES256", "RS256"]
            .iter()
            .map(|alg| {
                let mut key = keys[alg]["public"].clone();
                key["kid"] = json!(alg);
                key
            })
            .collect();
        let signed = json!({"code": "KY", "name": "Ký (giả định)", "unit": "P-HUE", "scopes": ["units:read"], "keys": public});
        let signed = admin.post("/api/v1/clients", &signed).made();
        let _ = app.officer("P-HUE");
        let session = app.anon().post("/api/v1/auth/sessions", &json!({"username": "cb.p-hue", "password": PASSWORD})).gives(201);
        let world = json!({
            "base": app.base, "issuer": "http://thidua.test", "refresh_token": session["refresh_token"],
            "basic": {"id": basic.id, "secret": basic.secret},
            "signed": {"id": signed, "keys": {"ES256": keys["ES256"]["private"], "RS256": keys["RS256"]["private"]}}
        });
        let through = python::run("oauth.py", &[], &world);
        println!("oauth: authlib on {:?}: {through}", app.database);
        assert_eq!(through, json!([
            "metadata", "client_credentials by client_secret_basic", "scopes and errors", "introspection and revocation",
            "client_credentials by private_key_jwt with ES256", "client_credentials by private_key_jwt with RS256",
            "refresh_token without a client"
        ]));
    }

    fn a_token_is_given_to_who_shows_a_secret(app) {
        let admin = app.admin();
        let client = app.client(&admin, "CONG", "P-HUE", &["units:read", "people:read"]);
        let given = app.token(&client, &[]);
        let token = given.gives(200);
        assert_eq!((&token["scope"], &token["token_type"], &token["expires_in"]), (&json!("units:read people:read"), &json!("Bearer"), &json!(600)));
        assert_eq!((given.header("cache-control"), given.header("pragma")), (Some("no-store"), Some("no-cache")));
        app.bearer(&access(&token)).get("/api/v1/units").is(200);
        assert_eq!(app.token(&client, &[("scope", "people:read")]).gives(200)["scope"], "people:read");
        app.token(&client, &[("scope", "people:write")]).declined(400, "invalid_scope");
        app.token(&client, &[("scope", "nothing")]).declined(400, "invalid_scope");
        app.form(TOKEN, None, &[("grant_type", "client_credentials")]).declined(401, "invalid_client");
        let lost = app.form(TOKEN, Some(&Credentials { secret: "x".to_owned(), ..client.clone() }.basic()), &[("grant_type", "client_credentials")]);
        lost.declined(401, "invalid_client");
        assert!(lost.header("www-authenticate").unwrap().starts_with("Basic "));
        app.form(TOKEN, Some(&client.basic()), &[]).declined(400, "invalid_request");
        app.form(TOKEN, Some(&client.basic()), &[("grant_type", "authorization_code")]).declined(400, "unsupported_grant_type");
        app.form(TOKEN, Some(&client.basic()), &[("grant_type", "client_credentials"), ("grant_type", "client_credentials")]).declined(400, "invalid_request");
        // What is empty was not sent, and what nobody knows is ignored.
        assert_eq!(app.token(&client, &[("scope", ""), ("resource", "x")]).gives(200)["scope"], "units:read people:read");
        app.anon().post(TOKEN, &json!({"grant_type": "client_credentials"})).declined(415, "invalid_request");
    }

    fn who_guesses_secrets_waits(app) {
        let admin = app.admin();
        let client = app.client(&admin, "CONG", "P-HUE", &["units:read"]);
        let wrong = Credentials { secret: "wrong".to_owned(), ..client.clone() };
        // However the identifier is written, it is one client.
        let loud = Credentials { id: client.id.to_uppercase(), ..wrong.clone() };
        for who in [&wrong, &loud].into_iter().cycle().take(10) {
            app.token(who, &[]).declined(401, "invalid_client");
        }
        let waits = app.token(&client, &[]);
        waits.declined(429, "temporarily_unavailable");
        assert!(waits.header("retry-after").is_some());
        app.clock.advance(31);
        for _ in 0..30 {
            app.token(&client, &[]).is(200);
        }
    }

    fn a_token_lasts_as_long_as_its_client_says(app) {
        let admin = app.admin();
        let client = app.client(&admin, "CONG", "P-HUE", &["units:read"]);
        admin.patch(&format!("/api/v1/clients/{}", client.id), &json!({"token_seconds": 3600})).is(200);
        let token = app.token(&client, &[]).gives(200);
        assert_eq!(token["expires_in"], 3600);
        // The key is followed by another, and its tokens last all the same.
        app.rotate_keys(false);
        // A minute of room: the clock of a test goes on while it runs.
        app.clock.advance(3540);
        let program = app.bearer(&access(&token));
        program.get("/api/v1/units").is(200);
        app.clock.advance(61);
        program.get("/api/v1/units").refused(401, "bad_token");
    }

    fn an_assertion_is_good_once_on_whatever_replica(app) {
        let (admin, signer) = (app.admin(), Signer::new("1"));
        let client = with_key(&admin, &signer);
        let beside = app.beside();
        let good = signer.sign(&signer.header(), &claims(&app, &client));
        let token = asserted(&app, &good).gives(200);
        app.bearer(&access(&token)).get("/api/v1/units").is(200);
        asserted(&app, &good).declined(401, "invalid_client");
        asserted(&beside, &good).declined(401, "invalid_client");
        let mut issuer = claims(&app, &client);
        issuer["aud"] = json!(["http://thidua.test"]);
        asserted(&beside, &signer.sign(&json!({"alg": "ES256"}), &issuer)).is(200);
        drop(beside);
        // Once it could not be used anyhow, it is forgotten.
        let kept = || thidua_store::inspect::counts(&mut app.open_database()).unwrap()["client_assertions"];
        assert_eq!(kept(), 2);
        app.clock.advance(301);
        asserted(&app, &good).declined(401, "invalid_client");
        app.every_hour();
        assert_eq!(kept(), 0);
    }

    fn what_is_taken_back_ends_on_every_replica(app) {
        let admin = app.admin();
        let client = app.client(&admin, "CONG", "P-HUE", &["units:read"]);
        let other = app.client(&admin, "KHAC", "P-HUE", &["units:read"]);
        let beside = app.beside();
        let token = access(&app.token(&client, &[]).gives(200));
        beside.bearer(&token).get("/api/v1/units").is(200);
        app.form(REVOKE, Some(&other.basic()), &[("token", &token)]).declined(400, "invalid_grant");
        let bare = app.form(REVOKE, None, &[("token", &token)]).declined(401, "invalid_client");
        assert_eq!(bare["code"], "client_credentials_missing", "missing is not wrong: {bare}");
        beside.bearer(&token).get("/api/v1/units").is(200);
        app.form(REVOKE, Some(&client.basic()), &[("token", &token), ("token_type_hint", "access_token")]).is(200);
        beside.bearer(&token).get("/api/v1/units").refused(401, "bad_token");
        drop(beside);
        for again in [token.as_str(), "no-token-at-all"] {
            app.form(REVOKE, Some(&client.basic()), &[("token", again)]).is(200);
        }
        app.form(REVOKE, Some(&client.basic()), &[]).declined(400, "invalid_request");
        let history = admin.get(&format!("/api/v1/clients/{}/history", client.id)).items();
        assert_eq!((&history[0]["action"], &history[0]["actor"]), (&json!("revoke_token"), &json!("client:CONG")));

        let _ = app.officer("P-HUE");
        let session = app.anon().post("/api/v1/auth/sessions", &json!({"username": "cb.p-hue", "password": PASSWORD})).gives(201);
        let refresh = session["refresh_token"].as_str().unwrap();
        app.form(REVOKE, Some(&client.basic()), &[("token", refresh)]).declined(400, "invalid_grant");
        app.form(REVOKE, None, &[("token", refresh)]).is(200);
        app.bearer(&access(&session)).get("/api/v1/me").refused(401, "bad_token");
        app.form(TOKEN, None, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).declined(400, "invalid_grant");
    }

    fn a_token_is_looked_into_by_who_may(app) {
        let admin = app.admin();
        let client = app.client(&admin, "CONG", "P-HUE", &["units:read"]);
        let other = app.client(&admin, "KHAC", "P-HUE", &["units:read"]);
        let token = access(&app.token(&client, &[]).gives(200));
        let looks = |who: Option<&str>, token: &str| app.form(INTROSPECT, who, &[("token", token)]);
        let seen = looks(Some(&client.basic()), &token).gives(200);
        assert_eq!((&seen["active"], &seen["scope"], &seen["client_id"], &seen["sub"]), (&json!(true), &json!("units:read"), &json!(client.id), &json!(client.id)));
        let nothing = json!({"active": false});
        assert_eq!(looks(Some(&other.basic()), &token).gives(200), nothing, "not its own");
        assert_eq!(looks(Some(&client.basic()), "x.y.z").gives(200), nothing);
        let bearer = |caller: &Caller<'_>| format!("Bearer {}", caller.token());
        assert_eq!(looks(Some(&bearer(&admin)), &token).gives(200)["active"], true);
        let officer = app.officer("P-HUE");
        assert_eq!(looks(Some(&bearer(&officer)), &token).gives(200), nothing, "an officer looks after no sign-ins");
        assert_eq!(looks(Some(&bearer(&officer)), officer.token()).gives(200)["active"], true, "but for the own");
        assert_eq!(looks(Some(&client.basic()), officer.token()).gives(200), nothing);
        let bare = looks(None, &token).declined(401, "invalid_client");
        assert_eq!(bare["code"], "client_credentials_missing", "{bare}");
        let wrong = app.form(INTROSPECT, Some("Basic eDp5"), &[("token", &token)]).declined(401, "invalid_client");
        assert_eq!(wrong["code"], "invalid_client", "{wrong}");
        looks(Some("Bearer x.y.z"), &token).declined(401, "invalid_token");
        looks(Some(&bearer(&app.bearer(&token))), &token).declined(403, "access_denied");
        let session = app.anon().post("/api/v1/auth/sessions", &json!({"username": "cb.p-hue", "password": PASSWORD})).gives(201);
        let refresh = session["refresh_token"].as_str().unwrap();
        assert_eq!(looks(Some(&bearer(&admin)), refresh).gives(200)["active"], true);
        app.form(TOKEN, None, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).is(200);
        assert_eq!(looks(Some(&bearer(&admin)), refresh).gives(200), nothing, "used");
        app.clock.advance(601);
        assert_eq!(looks(Some(&client.basic()), &token).gives(200), nothing, "over");
    }

    fn people_refresh_here_as_elsewhere(app) {
        let _ = app.officer("P-HUE");
        let session = app.anon().post("/api/v1/auth/sessions", &json!({"username": "cb.p-hue", "password": PASSWORD})).gives(201);
        let turn = |token: &Value, more: &[(&str, &str)]| {
            let fields: Vec<_> = [("grant_type", "refresh_token"), ("refresh_token", token.as_str().unwrap())].into_iter().chain(more.iter().copied()).collect();
            app.form(TOKEN, None, &fields)
        };
        app.form(TOKEN, None, &[("grant_type", "refresh_token")]).declined(400, "invalid_request");
        turn(&session["refresh_token"], &[("scope", "units:read")]).declined(400, "invalid_scope");
        let client = app.client(&app.admin(), "CONG", "P-HUE", &["units:read"]);
        let stolen = [("grant_type", "refresh_token"), ("refresh_token", session["refresh_token"].as_str().unwrap())];
        app.form(TOKEN, Some(&client.basic()), &stolen).declined(400, "invalid_grant");
        let next = turn(&session["refresh_token"], &[("client_id", "portal")]).gives(200);
        app.bearer(&access(&next)).get("/api/v1/me").is(200);
        turn(&session["refresh_token"], &[]).declined(400, "invalid_grant");
        turn(&next["refresh_token"], &[]).declined(400, "invalid_grant");
        app.bearer(&access(&next)).get("/api/v1/me").refused(401, "bad_token");
    }
}
