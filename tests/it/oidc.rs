//! Signing in through an issuer: an independent provider, and issuers that lie, are silent or lead elsewhere.

mod issuer;
mod lies;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thidua_domain::access::Role;
use thidua_domain::issuer::Link;
use thidua_http::{OidcSettings, Settings};
use thidua_testkit::{Database, Reply, TestApp, Value, json, on_both};

use crate::crash::{Server, Site};
use crate::oauth::Signer;
use issuer::{BACK, Fake, Independent};
use lies::with;

const STARTS: &str = "/api/v1/auth/oidc/starts";
const SESSIONS: &str = "/api/v1/auth/oidc/sessions";

/// The settings of a service that signs in through an issuer.
fn through(oidc: OidcSettings) -> impl FnOnce(&mut Settings) + Send {
    move |settings| settings.oidc = Some(oidc)
}

fn query(url: &str) -> HashMap<String, String> {
    let decoded = |text: &str| {
        let bytes = text.as_bytes();
        let mut plain = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'%' {
                plain.push(u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap());
                at += 3;
            } else {
                plain.push(bytes[at]);
                at += 1;
            }
        }
        String::from_utf8(plain).unwrap()
    };
    let pairs = url.split_once('?').unwrap().1.split('&');
    pairs.map(|pair| pair.split_once('=').unwrap()).map(|(name, value)| (name.to_owned(), decoded(value))).collect()
}

fn begin(app: &TestApp) -> (Value, HashMap<String, String>) {
    let started = app.anon().send("POST", STARTS, &[], None);
    let start = started.gives(201);
    assert_eq!(started.header("cache-control"), Some("no-store"));
    let asked = query(start["authorization_url"].as_str().unwrap());
    (start, asked)
}

fn back(app: &TestApp, start: &Value, code: &str) -> Reply {
    app.anon().post(SESSIONS, &json!({"code": code, "state": start["state"], "binder": start["binder"]}))
}

/// What a good identity token says.
fn claims(app: &TestApp, fake: &Fake, nonce: &str) -> Value {
    let now = thidua_store::clock::Clock::now(&*app.clock).seconds();
    json!({"iss": fake.base, "sub": "248289761001", "aud": "thidua", "exp": now + 300, "iat": now, "nonce": nonce, "preferred_username": "cb.p-hue"})
}

/// Goes there and back, with a token made from what a good one says.
fn round(app: &TestApp, fake: &Fake, token: impl Fn(&Value) -> String) -> Reply {
    let (start, asked) = begin(app);
    let good = claims(app, fake, &asked["nonce"]);
    fake.says("/token", 200, &json!({"id_token": token(&good), "token_type": "Bearer", "access_token": "x"}));
    back(app, &start, "the code")
}

fn set(keys: &[&Signer]) -> Value {
    json!({"keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>()})
}

/// Follows redirects as a browser does, with cookies, until they lead to the page of the front-end.
fn browse(from: &str, issuer: &str) -> HashMap<String, String> {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
    let (mut url, mut jar): (String, HashMap<String, String>) = (from.to_owned(), HashMap::new());
    for _ in 0..10 {
        if url.starts_with(BACK) {
            return query(&url);
        }
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut reply = agent.get(&url).header("cookie", cookies.join("; ")).call().unwrap();
        for cookie in reply.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
        }
        let next = reply.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let next = next.unwrap_or_else(|| panic!("{url} leads nowhere: {}", reply.body_mut().read_to_string().unwrap_or_default()));
        url = if next.starts_with('/') { format!("{issuer}{next}") } else { next };
    }
    panic!("led in circles from {from}");
}

/// The program itself, with an issuer whose certificate the machine trusts, and does not.
#[test]
fn an_issuer_is_asked_over_tls_by_the_certificates_of_the_machine() {
    let folder = std::env::temp_dir().join(format!("thidua-tls-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    crate::python::run("certificate.py", &[folder.to_str().unwrap()], &json!(null));
    let secret = folder.join("secret");
    std::fs::write(&secret, "secret of thidua-es\n").unwrap();
    let provider = Independent::secure("Lan-0001", &folder);
    let authority = folder.join("authority.pem");
    let site = Site::create(Database::Sqlite);
    for (trusted, status) in [(true, 201), (false, 503)] {
        let mut variables = vec![
            ("THIDUA_OIDC_ISSUER", provider.issuer.as_str()),
            ("THIDUA_OIDC_CLIENT_ID", "thidua-es"),
            ("THIDUA_OIDC_CLIENT_SECRET_FILE", secret.to_str().unwrap()),
            ("THIDUA_OIDC_REDIRECT_URI", BACK),
        ];
        if trusted {
            variables.push(("SSL_CERT_FILE", authority.to_str().unwrap()));
        }
        let server = Server::start_with(&site, &variables);
        let mut reply = crate::crash::agent().post(&format!("{}{STARTS}", server.base)).send_empty().unwrap();
        assert_eq!(reply.status().as_u16(), status, "trusted: {trusted}: {}", reply.body_mut().read_to_string().unwrap());
    }
    let _ = std::fs::remove_dir_all(folder);
}

on_both! {
    fn an_independent_provider_signs_staff_in(app) {
        let admin = app.admin();
        let lan = json!({"username": "lan.nguyen", "display_name": "Nguyễn Thị Lan (giả định)", "external_ids": {"sso": "Lan-0001"}});
        let lan = admin.post("/api/v1/users", &lan).gives(201);
        let provider = Independent::start("Lan-0001");
        for client in ["thidua-es", "thidua-rs"] {
            let settings = OidcSettings {
                issuer: provider.issuer.clone(),
                client_id: client.to_owned(),
                client_secret: format!("secret of {client}"),
                redirect_uri: BACK.to_owned(),
                claim: "sub".to_owned(),
                link: Link::ExternalId("sso".to_owned()),
                trusts_second_factor: false,
            };
            let app = app.beside_with(through(settings));
            let (start, _) = begin(&app);
            let came = browse(start["authorization_url"].as_str().unwrap(), &provider.issuer);
            assert_eq!(came["state"], start["state"].as_str().unwrap());
            let session = back(&app, &start, &came["code"]).gives(201);
            let me = app.bearer(session["access_token"].as_str().unwrap()).get("/api/v1/me").gives(200);
            assert_eq!(me["id"], lan["id"], "{client}");
            back(&app, &start, &came["code"]).refused(401, "sign_in_state_invalid");
            // The provider itself takes a code once.
            let (again, _) = begin(&app);
            back(&app, &again, &came["code"]).refused(401, "identity_refused");
        }
    }

    fn a_sign_in_goes_there_and_back_once(app) {
        let (fake, key) = (Fake::start(), Signer::new("k"));
        fake.says("/keys", 200, &set(&[&key]));
        let _ = app.officer("P-HUE");
        let (here, there) = (app.beside_with(through(fake.settings())), app.beside_with(through(fake.settings())));
        let (start, asked) = begin(&here);
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", "thidua"));
        assert_eq!((asked["redirect_uri"].as_str(), asked["code_challenge_method"].as_str()), (BACK, "S256"));
        assert!(!start["authorization_url"].as_str().unwrap().contains(start["binder"].as_str().unwrap()), "the browser keeps its secret");
        fake.says("/token", 200, &json!({"id_token": key.sign(&key.header(), &claims(&here, &fake, &asked["nonce"]))}));
        // Another replica takes it as well as the one where it began.
        let session = back(&there, &start, "the+code/").gives(201);
        let heard = fake.heard("/token");
        assert!(heard.contains("code=the%2Bcode%2F") && heard.contains("grant_type=authorization_code"), "{heard}");
        assert!(heard.to_lowercase().contains("authorization: basic "), "{heard}");
        let verifier = heard.split("code_verifier=").nth(1).unwrap().split('&').next().unwrap();
        assert_eq!(asked["code_challenge"], URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())));
        let access = session["access_token"].as_str().unwrap();
        assert_eq!(there.bearer(access).get("/api/v1/me").gives(200)["username"], "cb.p-hue");
        let me = there.bearer(access).get("/api/v1/me").gives(200)["id"].as_str().unwrap().to_owned();
        let sign_ins = there.bearer(access).get(&format!("/api/v1/users/{me}/sessions")).items();
        assert_eq!((&sign_ins[0]["vouched_by"], &sign_ins[1]["vouched_by"]), (&json!(fake.base), &Value::Null));
        here.anon().post("/api/v1/auth/refresh", &json!({"refresh_token": session["refresh_token"]})).is(201);
        for replica in [&here, &there] {
            back(replica, &start, "the+code/").refused(401, "sign_in_state_invalid");
        }
        assert_eq!(fake.times("/token"), 1, "a state that was used leads to no question");
        assert_eq!((fake.times("/.well-known/openid-configuration"), fake.times("/keys")), (2, 2), "each replica asks once");
    }

    fn a_state_is_good_for_its_browser_its_time_and_this_service(app) {
        let fake = Fake::start();
        fake.says("/keys", 200, &set(&[]));
        let app = app.beside_with(through(fake.settings()));
        let (start, _) = begin(&app);
        let (other, _) = begin(&app);
        let tries = [
            ("another browser's secret", &start["state"], other["binder"].clone()),
            ("another's state", &other["state"], start["binder"].clone()),
            ("a word", &json!("state"), start["binder"].clone()),
            ("the secret as the state", &start["binder"], start["binder"].clone()),
        ];
        for (what, state, binder) in tries {
            let reply = app.anon().post(SESSIONS, &json!({"code": "c", "state": state, "binder": binder}));
            assert_eq!((reply.status, reply.json()["code"].as_str()), (401, Some("sign_in_state_invalid")), "{what}");
        }
        app.clock.advance(601);
        back(&app, &start, "c").refused(401, "sign_in_state_invalid");
        assert_eq!(fake.times("/token"), 0);
        let kept = || thidua_store::inspect::counts(&mut app.open_database()).unwrap()["used_states"];
        assert_eq!(kept(), 0, "who does not come back leaves nothing");
        let (start, _) = begin(&app);
        back(&app, &start, "c").refused(503, "issuer_unavailable");
        assert_eq!(kept(), 1);
        app.clock.advance(601);
        app.every_hour();
        assert_eq!(kept(), 0);
    }

    fn a_new_key_of_the_issuer_is_looked_for_now_and_then(app) {
        let (fake, old, new) = (Fake::start(), Signer::new("old"), Signer::new("new"));
        fake.says("/keys", 200, &set(&[&old]));
        let _ = app.officer("P-HUE");
        let app = app.beside_with(through(fake.settings()));
        round(&app, &fake, |good| old.sign(&old.header(), good)).is(201);
        fake.says("/keys", 200, &set(&[&new]));
        round(&app, &fake, |good| new.sign(&new.header(), good)).refused(401, "identity_refused");
        assert_eq!(fake.times("/keys"), 1, "it was asked a moment ago");
        app.clock.advance(31);
        round(&app, &fake, |good| new.sign(&new.header(), good)).is(201);
        for _ in 0..5 {
            round(&app, &fake, |good| old.sign(&old.header(), good)).refused(401, "identity_refused");
        }
        assert_eq!(fake.times("/keys"), 2, "who makes names up does not have the issuer asked each time");
    }

    fn accounts_decide_who_signs_in(app) {
        let (fake, key) = (Fake::start(), Signer::new("k"));
        fake.says("/keys", 200, &set(&[&key]));
        let admin = app.admin();
        let officer = app.officer("P-HUE");
        let users = || thidua_store::inspect::counts(&mut app.open_database()).unwrap()["users"];
        let before = users();
        let here = app.beside_with(through(fake.settings()));
        let named = |name: Value| round(&here, &fake, |good| key.sign(&key.header(), &with(good, "preferred_username", name.clone())));
        for nobody in [json!("nobody.there"), json!(""), json!(7), json!(null), json!(["cb.p-hue"]), json!("cb.p-hue\u{0}")] {
            named(nobody).refused(403, "no_account_for_identity");
        }
        named(json!("CB.P-Hue")).is(201);
        // A program is nobody's sign-in.
        let _ = app.client(&admin, "CONG", "P-HUE", &["units:read"]);
        named(json!("client:CONG")).refused(403, "no_account_for_identity");
        assert_eq!(users(), before + 1, "the program, and no account because the issuer knows somebody");
        // A password that was handed out and never chosen is no matter to who does not use it.
        let lan = admin.post("/api/v1/users", &json!({"username": "lan.nguyen", "display_name": "Lan (giả định)"})).gives(201);
        let session = named(json!("lan.nguyen")).gives(201);
        here.bearer(session["access_token"].as_str().unwrap()).get("/api/v1/units").is(200);
        let by_password = json!({"username": "lan.nguyen", "password": lan["one_time_password"]});
        let by_password = here.anon().post("/api/v1/auth/sessions", &by_password).gives(201);
        here.bearer(by_password["access_token"].as_str().unwrap()).get("/api/v1/units").refused(403, "password_must_change");
        let id = officer.get("/api/v1/me").gives(200)["id"].as_str().unwrap().to_owned();
        admin.step(&format!("/api/v1/users/{id}"), &json!({"action": "deactivate", "reason": "Nghỉ"})).is(201);
        named(json!("cb.p-hue")).refused(403, "no_account_for_identity");
    }

    fn a_second_factor_is_asked_for_unless_the_issuer_is_trusted_with_it(app) {
        let (fake, key) = (Fake::start(), Signer::new("k"));
        fake.says("/keys", 200, &set(&[&key]));
        let lan = app.account("cb.p-hue", &[(Role::UnitOfficer, Some("P-HUE"))]);
        crate::second_factor::set_up(&app, &lan);
        let here = app.beside_with(through(fake.settings()));
        let with_mfa = |app: &TestApp| round(app, &fake, |good| key.sign(&key.header(), &with(good, "amr", json!(["pwd", "mfa"]))));
        round(&here, &fake, |good| key.sign(&key.header(), good)).refused(401, "otp_required");
        with_mfa(&here).refused(401, "otp_required");
        let trusting = app.beside_with(through(OidcSettings { trusts_second_factor: true, ..fake.settings() }));
        round(&trusting, &fake, |good| key.sign(&key.header(), good)).refused(401, "otp_required");
        with_mfa(&trusting).is(201);
    }

    fn a_mistyped_code_is_sent_again_with_the_same_state(app) {
        let (fake, key) = (Fake::start(), Signer::new("k"));
        fake.says("/keys", 200, &set(&[&key]));
        let lan = app.account("cb.p-hue", &[(Role::UnitOfficer, Some("P-HUE"))]);
        let (device, codes) = crate::second_factor::set_up(&app, &lan);
        let here = app.beside_with(through(fake.settings()));
        let come_back = || {
            let (start, asked) = begin(&here);
            let token = key.sign(&key.header(), &claims(&here, &fake, &asked["nonce"]));
            fake.says("/token", 200, &json!({"id_token": token, "token_type": "Bearer", "access_token": "x"}));
            start
        };
        let send = |start: &Value, binder: &Value, otp: &str| {
            here.anon().post(SESSIONS, &json!({"code": "c", "state": start["state"], "binder": binder, "otp": otp}))
        };
        let start = come_back();
        back(&here, &start, "c").refused(401, "otp_required");
        let told = send(&start, &start["binder"], "000000").refused(401, "otp_refused");
        assert!(!told["detail"].as_str().unwrap().contains("mật khẩu"), "{told}");
        // Of another browser the state is none.
        send(&start, &json!("another"), &codes[0]).refused(401, "sign_in_state_invalid");
        here.clock.advance(60);
        send(&start, &start["binder"], &device.shows(&here)).is(201);
        assert_eq!(fake.times("/token"), 1, "the issuer's code is good once");
        send(&start, &start["binder"], &codes[1]).refused(401, "sign_in_state_invalid");
        // Five times, and no more.
        let start = come_back();
        for _ in 0..5 {
            send(&start, &start["binder"], "000000").refused(401, "otp_refused");
            here.clock.advance(60);
        }
        send(&start, &start["binder"], &codes[2]).refused(401, "sign_in_state_invalid");
        // An account that is locked meanwhile does not come in.
        let start = come_back();
        back(&here, &start, "c").refused(401, "otp_required");
        let admin = app.admin();
        let id = admin.get("/api/v1/users?username=CB.p-hue").items()[0]["id"].as_str().unwrap().to_owned();
        admin.step(&format!("/api/v1/users/{id}"), &json!({"action": "deactivate", "reason": "Nghỉ"})).is(201);
        send(&start, &start["binder"], &codes[3]).refused(401, "sign_in_state_invalid");
    }

    fn an_issuer_that_is_away_or_leads_elsewhere_is_told_as_such(app) {
        let (fake, elsewhere) = (Fake::start(), Fake::start());
        let refused = |app: &TestApp, what: &str| {
            let began = Instant::now();
            let reply = app.anon().send("POST", STARTS, &[], None);
            assert_eq!((reply.status, reply.json()["code"].as_str()), (503, Some("issuer_unavailable")), "{what}: {}", reply.text());
            assert!(reply.header("retry-after").is_some());
            assert!(began.elapsed() < Duration::from_secs(11), "{what} took {:?}", began.elapsed());
        };
        let app = app.beside_with(through(fake.settings()));
        let discovery = "/.well-known/openid-configuration";
        // Keys that are not there; what is none of JSON; too much; elsewhere, and back by a redirect; silence.
        refused(&app, "no keys");
        fake.says("/keys", 200, &set(&[]));
        fake.sends(discovery, 200, "", b"<html>".to_vec(), Duration::ZERO);
        refused(&app, "no JSON");
        fake.sends(discovery, 200, "", vec![b' '; 1 << 20], Duration::ZERO);
        refused(&app, "without an end");
        for place in ["jwks_uri", "authorization_endpoint", "token_endpoint", "issuer"] {
            fake.says(discovery, 200, &with(&fake.places(), place, json!(format!("{}/keys", elsewhere.base))));
            refused(&app, place);
        }
        fake.sends(discovery, 302, &format!("location: {}/\r\n", elsewhere.base), Vec::new(), Duration::ZERO);
        refused(&app, "a redirect");
        fake.says(discovery, 500, &json!({}));
        refused(&app, "a failure");
        fake.sends(discovery, 200, "", fake.places().to_string().into_bytes(), Duration::from_secs(20));
        refused(&app, "silence");
        // Many who wait for the same silence do not wait for one after the other.
        std::thread::scope(|scope| (0..6).for_each(|_| drop(scope.spawn(|| refused(&app, "silence for many")))));
        assert_eq!(elsewhere.times("/keys") + elsewhere.times("/token") + elsewhere.times("/"), 0, "nobody else was asked");
        let gone = app.beside_with(through(OidcSettings { issuer: "http://127.0.0.1:9".to_owned(), ..fake.settings() }));
        refused(&gone, "nobody there");
    }

    fn without_an_issuer_there_is_no_such_sign_in(app) {
        app.anon().send("POST", STARTS, &[], None).refused(409, "oidc_off");
        app.anon().post(SESSIONS, &json!({"code": "c", "state": "s", "binder": "b"})).refused(409, "oidc_off");
        let admin = app.admin();
        let draft = |name: &str| json!({"username": name, "display_name": "Lan (giả định)", "external_ids": {"sso": "1"}});
        let lan = admin.post("/api/v1/users", &draft("lan.nguyen")).made();
        admin.post("/api/v1/users", &draft("hoa.tran")).refused(409, "already_exists");
        assert_eq!(admin.get("/api/v1/users?external_id=sso:1").items()[0]["id"], json!(lan));
        let path = format!("/api/v1/users/{lan}");
        assert_eq!(admin.patch(&path, &json!({"external_ids": {"sso": "2", "vneid": "x"}})).gives(200)["external_ids"], json!({"sso": "2", "vneid": "x"}));
        assert_eq!(admin.get("/api/v1/users?external_id=sso:1").items().len(), 0);
    }
}
