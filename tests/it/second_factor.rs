//! The second factor: set up, asked for, used up, lost, and required by roles.

use thidua_store::clock::Clock;
use thidua_testkit::{Caller, Database, PASSWORD, Reply, TestApp, Value, json, on_both};
use totp_rs::{Builder, Secret};

use crate::crash::{Server, Site, agent};

/// An authenticator app.
pub struct Device(totp_rs::Totp);

impl Device {
    fn of(begun: &Value) -> Self {
        let secret = Secret::try_from_base32(begun["secret"].as_str().unwrap()).unwrap();
        Self(Builder::new().with_secret(secret).build().unwrap())
    }
    pub fn shows(&self, app: &TestApp) -> String {
        self.0.generate(u64::try_from(app.clock.now().seconds()).unwrap()).to_string()
    }
}

fn sign_in(app: &TestApp, username: &str, otp: Option<&str>) -> Reply {
    let mut body = json!({"username": username, "password": PASSWORD});
    if let Some(otp) = otp {
        body["otp"] = json!(otp);
    }
    app.anon().post("/api/v1/auth/sessions", &body)
}

fn token(reply: &Reply) -> String {
    reply.gives(201)["access_token"].as_str().unwrap().to_owned()
}

/// Sets a second factor up; the device and the recovery codes.
pub fn set_up(app: &TestApp, caller: &Caller<'_>) -> (Device, Vec<String>) {
    let begun = caller.post("/api/v1/me/second-factor", &json!({"password": PASSWORD})).gives(201);
    let device = Device::of(&begun);
    let confirmed = caller.put("/api/v1/me/second-factor", &json!({"otp": device.shows(app)})).gives(200);
    let codes = confirmed["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    app.clock.advance(30);
    (device, codes)
}

on_both! {
    fn a_code_is_asked_for_and_serves_once(app) {
        let officer = app.officer("P-HUE");
        let other = app.bearer(&token(&sign_in(&app, "cb.p-hue", None)));
        officer.put("/api/v1/me/second-factor", &json!({"otp": "000000"})).refused(409, "second_factor_off");
        officer.post("/api/v1/me/second-factor", &json!({"password": "guess"})).refused(422, "password_wrong");
        let begun = officer.post("/api/v1/me/second-factor", &json!({"password": PASSWORD})).gives(201);
        assert!(begun["uri"].as_str().unwrap().starts_with("otpauth://totp/Thidua:cb%2Ep%2Dhue?secret="));
        sign_in(&app, "cb.p-hue", None).is(201);
        let device = Device::of(&begun);
        officer.put("/api/v1/me/second-factor", &json!({"otp": "12345"})).is(422);
        officer.put("/api/v1/me/second-factor", &json!({"otp": "abcdefghij"})).refused(422, "otp_wrong");
        officer.put("/api/v1/me/second-factor", &json!({"otp": device.shows(&app)})).is(200);
        other.get("/api/v1/me").refused(401, "bad_token");
        let me = officer.get("/api/v1/me").gives(200);
        assert_eq!((&me["second_factor"], &me["recovery_codes_left"]), (&json!(true), &json!(10)));
        officer.post("/api/v1/me/second-factor", &json!({"password": PASSWORD})).refused(409, "second_factor_on");

        sign_in(&app, "cb.p-hue", None).refused(401, "otp_required");
        sign_in(&app, "cb.p-hue", Some(&device.shows(&app))).refused(401, "bad_credentials");
        // Until the tries that went wrong are forgiven.
        app.clock.advance(300);
        let code = device.shows(&app);
        let body = json!({"username": "cb.p-hue", "password": "guess", "otp": code});
        app.anon().post("/api/v1/auth/sessions", &body).refused(401, "bad_credentials");
        // Of many who come with one code, one gets in.
        let come: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| sign_in(&app, "cb.p-hue", Some(&code)).status)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!((come.iter().filter(|status| **status == 201).count(), come.iter().filter(|status| **status == 401).count()), (1, 7));
    }

    fn recovery_codes_are_good_once_and_renewed(app) {
        let officer = app.officer("P-HUE");
        let (device, codes) = set_up(&app, &officer);
        assert_eq!(codes.len(), 10);
        let typed = codes[0].to_uppercase().replace('-', " ");
        let back = app.bearer(&token(&sign_in(&app, "cb.p-hue", Some(&typed))));
        assert_eq!(back.get("/api/v1/me").gives(200)["recovery_codes_left"], 9);
        sign_in(&app, "cb.p-hue", Some(&codes[0])).refused(401, "bad_credentials");
        let fresh = back.post("/api/v1/me/recovery-codes", &json!({"otp": device.shows(&app)})).gives(201);
        sign_in(&app, "cb.p-hue", Some(&codes[1])).refused(401, "bad_credentials");
        sign_in(&app, "cb.p-hue", fresh["recovery_codes"][0].as_str()).is(201);
        app.clock.advance(30);
        back.post("/api/v1/me/second-factor/removals", &json!({"otp": "000000"})).refused(422, "otp_wrong");
        back.post("/api/v1/me/second-factor/removals", &json!({"otp": device.shows(&app)})).is(204);
        sign_in(&app, "cb.p-hue", None).is(201);
    }

    fn a_session_that_was_left_open_is_no_licence_to_guess_codes(app) {
        let officer = app.officer("P-HUE");
        let (device, _) = set_up(&app, &officer);
        app.clock.advance(30);
        let guess = |path: &str| officer.post(path, &json!({"otp": "000000"})).status;
        let told: Vec<u16> = (0..40).map(|n| guess(["/api/v1/me/second-factor/removals", "/api/v1/me/recovery-codes"][n % 2])).collect();
        assert_eq!((told[0], told[39]), (422, 429), "{told:?}");
        // Nor does the right one come through then.
        officer.post("/api/v1/me/second-factor/removals", &json!({"otp": device.shows(&app)})).refused(429, "too_many_tries");
    }

    fn who_lost_the_device_is_helped_by_the_administrator(app) {
        let (admin, officer) = (app.admin(), app.officer("P-HUE"));
        let me = officer.get("/api/v1/me").gives(200)["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/users/{me}");
        let etag = admin.get(&path).etag();
        admin.send("DELETE", &format!("{path}/second-factor"), &[("if-match", &etag)], None).refused(409, "second_factor_off");
        drop(set_up(&app, &officer));
        assert_eq!(admin.get(&path).gives(200)["second_factor"], true);
        officer.send("DELETE", &format!("{path}/second-factor"), &[("if-match", &etag)], None).refused(403, "forbidden");
        admin.send("DELETE", &format!("{path}/second-factor"), &[("if-match", &etag)], None).is(204);
        officer.get("/api/v1/me").refused(401, "bad_token");
        sign_in(&app, "cb.p-hue", None).is(201);
        let history = admin.get(&format!("{path}/history")).items();
        let acts: Vec<&str> = history.iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert!(acts.contains(&"confirm_second_factor") && acts.contains(&"remove_second_factor"), "{acts:?}");
    }

    fn nobody_finds_a_secret_in_the_database(app) {
        let officer = app.officer("P-HUE");
        let begun = officer.post("/api/v1/me/second-factor", &json!({"password": PASSWORD})).gives(201);
        let device = Device::of(&begun);
        let codes = officer.put("/api/v1/me/second-factor", &json!({"otp": device.shows(&app)})).gives(200);
        let code = codes["recovery_codes"][0].as_str().unwrap().replace('-', "");
        let secret = Secret::try_from_base32(begun["secret"].as_str().unwrap()).unwrap();
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let kept = match app.database {
            Database::Sqlite => "SELECT lower(hex(sealed)) AS line FROM second_factors UNION ALL SELECT lower(hex(mark)) FROM recovery_codes",
            Database::Postgres => "SELECT encode(sealed, 'hex') AS line FROM second_factors UNION ALL SELECT encode(mark, 'hex') FROM recovery_codes",
        };
        let kept = thidua_store::inspect::lines(&mut app.open_database(), kept).unwrap();
        assert_eq!(kept.len(), 11);
        for hidden in [hex(secret.as_ref()), hex(begun["secret"].as_str().unwrap().as_bytes()), hex(code.as_bytes())] {
            assert!(!kept.iter().any(|line| line.contains(&hidden)), "{hidden}");
        }
    }
}

#[test]
fn an_administrator_does_nothing_without_one() {
    let site = Site::create(Database::Sqlite);
    let mut create = site.command(&["admin", "create", "--username", "quantri", "--role", "system_admin"], "warn");
    let mut child = create.stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let server = Server::start(&site);
    let ask = |method: &str, path: &str, token: Option<&str>, body: Value| {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", server.base));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.header("content-type", "application/json");
        let mut answer =
            if body.is_null() { agent().run(request.body(()).unwrap()) } else { agent().run(request.body(body.to_string()).unwrap()) }
                .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str::<Value>(&text).unwrap_or_default())
    };
    let (_, session) = ask("POST", "/api/v1/auth/sessions", None, json!({"username": "quantri", "password": PASSWORD}));
    let token = session["access_token"].as_str();
    let (status, refused) = ask("GET", "/api/v1/users", token, Value::Null);
    assert_eq!((status, &refused["code"]), (403, &json!("second_factor_required")));
    let (_, begun) = ask("POST", "/api/v1/me/second-factor", token, json!({"password": PASSWORD}));
    let now = u64::try_from(thidua_store::clock::SystemClock.now().seconds()).unwrap();
    let otp = Device::of(&begun).0.generate(now).to_string();
    assert_eq!(ask("PUT", "/api/v1/me/second-factor", token, json!({"otp": otp})).0, 200);
    assert_eq!(ask("GET", "/api/v1/users", token, Value::Null).0, 200);
}
