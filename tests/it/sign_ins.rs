//! Sign-ins: those that stand, those taken back, passwords that serve once, tries that are too many,
//! and keys that follow each other.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use thidua_testkit::{Caller, PASSWORD, TestApp, Value, json, on_both};

fn sign_in(app: &TestApp, username: &str, password: &str) -> thidua_testkit::Reply {
    app.anon().post("/api/v1/auth/sessions", &json!({"username": username, "password": password}))
}

fn id_of(caller: &Caller<'_>) -> String {
    caller.get("/api/v1/me").gives(200)["id"].as_str().unwrap().to_owned()
}

fn kid(token: &str) -> String {
    let head = token.split('.').next().unwrap();
    let head: Value = serde_json::from_slice(&base64_url(head)).unwrap();
    head["kid"].as_str().unwrap().to_owned()
}

fn base64_url(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

on_both! {
    fn sign_ins_are_listed_and_taken_back_everywhere(app) {
        let (officer, admin, stranger) = (app.officer("P-HUE"), app.admin(), app.officer("P-HA-NOI"));
        let path = format!("/api/v1/users/{}/sessions", id_of(&officer));
        let second = sign_in(&app, "cb.p-hue", PASSWORD).gives(201)["access_token"].as_str().unwrap().to_owned();
        let other = app.beside();
        let (there, here) = (other.bearer(&second), app.bearer(&second));
        there.get("/api/v1/me").is(200);
        let listed = officer.get(&path).items();
        assert_eq!(listed.len(), 2);
        assert_eq!(listed.iter().filter(|session| session["current"] == true).count(), 1);
        assert_eq!(listed[0]["address"], "127.0.0.1");
        assert!(listed[0]["agent"].as_str().unwrap().starts_with("ureq"));
        stranger.get(&path).refused(404, "not_found");
        app.with(thidua_domain::access::Role::Auditor).get(&path).refused(403, "forbidden");
        assert_eq!(admin.get(&path).items().len(), 2);
        let taken = listed.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap();
        stranger.delete(&format!("{path}/{taken}")).refused(404, "not_found");
        officer.delete(&format!("{path}/{taken}")).is(204);
        there.get("/api/v1/me").refused(401, "bad_token");
        here.get("/api/v1/me").refused(401, "bad_token");
        officer.delete(&format!("{path}/{taken}")).refused(404, "not_found");
        // All others go at once; the one that asks stays.
        for _ in 0..3 {
            sign_in(&app, "cb.p-hue", PASSWORD).is(201);
        }
        officer.delete(&path).is(204);
        assert_eq!(officer.get(&path).items().len(), 1);
        admin.delete(&path).is(204);
        officer.get("/api/v1/me").refused(401, "bad_token");
    }

    fn a_password_made_by_somebody_else_serves_once(app) {
        let admin = app.admin();
        let made = admin.post("/api/v1/users", &json!({"username": "lan.nguyen", "display_name": "Lan (giả định)"})).gives(201);
        let once = made["one_time_password"].as_str().unwrap();
        let user = format!("/api/v1/users/{}", made["id"].as_str().unwrap());
        assert_eq!(admin.get(&user).gives(200).get("one_time_password"), None, "it is told once");
        let first = sign_in(&app, "lan.nguyen", once).gives(201);
        let lan = app.bearer(first["access_token"].as_str().unwrap());
        lan.get("/api/v1/me").is(200);
        lan.get("/api/v1/units").refused(403, "password_must_change");
        lan.put("/api/v1/me/password", &json!({"current_password": once, "new_password": once})).refused(422, "password_unchanged");
        lan.put("/api/v1/me/password", &json!({"current_password": once, "new_password": "password123456789"})).refused(422, "password_too_weak");
        lan.put("/api/v1/me/password", &json!({"current_password": once, "new_password": PASSWORD})).is(204);
        lan.get("/api/v1/units").is(200);
        sign_in(&app, "lan.nguyen", once).refused(401, "bad_credentials");

        // Reset: all sign-ins end, and what is handed out expires.
        app.officer("P-HUE").post(&format!("{user}/password-resets"), &json!({})).refused(404, "not_found");
        let reset = admin.post(&format!("{user}/password-resets"), &json!({})).gives(201);
        lan.get("/api/v1/me").refused(401, "bad_token");
        sign_in(&app, "lan.nguyen", PASSWORD).refused(401, "bad_credentials");
        let again = reset["one_time_password"].as_str().unwrap();
        assert_ne!(again, once);
        sign_in(&app, "lan.nguyen", again).is(201);
        app.clock.advance(72 * 3600);
        sign_in(&app, "lan.nguyen", again).refused(401, "bad_credentials");
        let admin = app.bearer(sign_in(&app, "system-admin.tat-ca", PASSWORD).gives(201)["access_token"].as_str().unwrap());
        admin.post(&format!("/api/v1/users/{}/password-resets", id_of(&admin)), &json!({})).refused(422, "own_access");
    }

    fn who_guesses_waits_and_the_owner_does_not(app) {
        let officer = app.officer("P-HUE");
        for _ in 0..10 {
            sign_in(&app, "cb.p-hue", "guess").refused(401, "bad_credentials");
        }
        for name in ["cb.p-hue", "CB.P-HUE"] {
            let late = sign_in(&app, name, PASSWORD);
            late.refused(429, "too_many_tries");
            assert!((1..=30).contains(&late.header("retry-after").unwrap().parse::<i64>().unwrap()));
        }
        officer.get("/api/v1/me").is(200);
        officer.put("/api/v1/me/password", &json!({"current_password": "guess", "new_password": PASSWORD})).refused(429, "too_many_tries");
        // An unknown name is treated alike.
        let unknown: Vec<u16> = (0..12).map(|_| sign_in(&app, "khong.co", "guess").status).collect();
        assert_eq!(unknown, [[401; 10].as_slice(), [429; 2].as_slice()].concat());
        app.clock.advance(30);
        sign_in(&app, "cb.p-hue", PASSWORD).is(201);
        // Successes cost nothing.
        for _ in 0..15 {
            sign_in(&app, "cb.p-hue", PASSWORD).is(201);
        }
    }

    fn keys_follow_each_other_and_no_good_token_is_refused(app) {
        let officer = app.officer("P-HUE");
        let other = app.beside();
        let published = |app: &TestApp| app.anon().get("/.well-known/jwks.json").gives(200)["keys"].as_array().unwrap().len();
        assert_eq!(published(&app), 1);
        assert_eq!(app.anon().get("/.well-known/jwks.json").header("cache-control"), Some("public, max-age=300"));
        let (done, asked) = (AtomicBool::new(false), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for at in [&app, &other, &app, &other] {
                let caller = at.bearer(officer.token());
                let (done, asked, officer) = (&done, &asked, &officer);
                scope.spawn(move || {
                    let fresh = at.signed_in("cb.p-hue");
                    while !done.load(Ordering::SeqCst) {
                        caller.get("/api/v1/me").is(200);
                        fresh.get("/api/v1/me").is(200);
                        asked.fetch_add(2, Ordering::SeqCst);
                    }
                    let _ = officer;
                });
            }
            for _ in 0..10 {
                let before = asked.load(Ordering::SeqCst);
                app.rotate_keys(false);
                while asked.load(Ordering::SeqCst) < before + 40 {
                    std::thread::yield_now();
                }
            }
            done.store(true, Ordering::SeqCst);
        });
        // A key signs only when everybody has had time to learn of it.
        assert_eq!(published(&app), 11);
        let now = |app: &TestApp| sign_in(app, "cb.p-hue", PASSWORD).gives(201)["access_token"].as_str().unwrap().to_owned();
        assert_eq!(kid(&now(&app)), kid(officer.token()));
        app.clock.advance(600);
        let (old, new) = (kid(officer.token()), now(&app));
        assert_ne!(kid(&new), old);
        other.clock.advance(600);
        other.bearer(&new).get("/api/v1/me").is(200);
        // Tokens of service accounts last an hour at the most, and so long is every key good for verifying.
        app.clock.advance(3700);
        app.rotate_keys(false);
        assert_eq!(published(&app), 2, "what verifies nothing is gone: the one that signs and the one to come");
    }

    fn a_key_that_others_know_signs_nothing_more(app) {
        let officer = app.officer("P-HUE");
        let other = app.beside();
        app.rotate_keys(true);
        officer.get("/api/v1/me").refused(401, "bad_token");
        let fresh = sign_in(&app, "cb.p-hue", PASSWORD).gives(201)["access_token"].as_str().unwrap().to_owned();
        other.bearer(&fresh).get("/api/v1/me").is(200);
        // The other replica has looked at the keys because of the new one.
        other.bearer(officer.token()).get("/api/v1/me").refused(401, "bad_token");
        let again = other.signed_in("cb.p-hue");
        app.bearer(again.token()).get("/api/v1/me").is(200);
    }

    fn who_looks_on_as_somebody_else_reads_only_and_leaves_a_trace(app) {
        let (admin, officer, auditor) = (app.admin(), app.officer("P-HUE"), app.with(thidua_domain::access::Role::Auditor));
        let user = format!("/api/v1/users/{}", id_of(&officer));
        let why = json!({"reason": "Phiếu hỗ trợ 128"});
        auditor.post(&format!("{user}/act-as"), &why).refused(403, "forbidden");
        admin.post(&format!("{user}/act-as"), &json!({"reason": ""})).is(422);
        let begun = admin.post(&format!("{user}/act-as"), &why).gives(201);
        let looking = app.bearer(begun["access_token"].as_str().unwrap());
        assert_eq!(looking.get("/api/v1/me").gives(200)["username"], "cb.p-hue");
        looking.get("/api/v1/bloc-years").is(200);
        looking.post("/api/v1/units", &json!({"code": "X", "kind": "school", "name": "x"})).refused(403, "read_only_session");
        looking.put("/api/v1/me/password", &json!({"current_password": PASSWORD, "new_password": "x"})).refused(403, "read_only_session");
        looking.delete(&format!("{user}/sessions")).refused(403, "read_only_session");
        let seen = officer.get(&format!("{user}/sessions")).items();
        assert_eq!(seen.iter().filter(|session| session["looked_at"] == true).count(), 1, "its owner sees it");
        let history = admin.get(&format!("{user}/history")).items();
        let trace = history.iter().find(|event| event["action"] == "act_as").unwrap();
        assert_eq!(trace["after"]["reason"], "Phiếu hỗ trợ 128");
        officer.delete(&format!("{user}/sessions")).is(204);
        looking.get("/api/v1/me").refused(401, "bad_token");
        admin.step(&user, &json!({"action": "deactivate", "reason": "nghỉ việc"})).is(201);
        admin.post(&format!("{user}/act-as"), &why).refused(409, "wrong_state");
        admin.post(&format!("{user}/password-resets"), &json!({})).refused(409, "wrong_state");
        admin.step(&user, &json!({"action": "activate", "reason": "trở lại"})).is(201);
        // It ends by itself.
        let again = admin.post(&format!("{user}/act-as"), &why).gives(201);
        let looking = app.bearer(again["access_token"].as_str().unwrap());
        app.clock.advance(540);
        looking.get("/api/v1/me").is(200);
        app.clock.advance(60);
        looking.get("/api/v1/me").refused(401, "bad_token");
    }

    fn a_refresh_token_turned_in_twice_ends_the_family_however_close_they_come(app) {
        let races = if std::env::var_os("THIDUA_LONG").is_some() { 1_000 } else { 60 };
        let _ = app.officer("P-HUE");
        let other = app.beside();
        let race = |n: usize| {
            let session = sign_in(&app, "cb.p-hue", PASSWORD).gives(201);
            let turn = |at: &TestApp| at.anon().post("/api/v1/auth/refresh", &json!({"refresh_token": session["refresh_token"]}));
            let (one, two) = std::thread::scope(|scope| {
                let one = scope.spawn(|| turn(&app));
                let two = turn(if n.is_multiple_of(2) { &app } else { &other });
                (one.join().unwrap(), two)
            });
            let won: Vec<&thidua_testkit::Reply> = [&one, &two].into_iter().filter(|reply| reply.status == 201).collect();
            assert!(won.len() <= 1, "{} and {}", one.status, two.status);
            assert!([&one, &two].into_iter().all(|reply| matches!(reply.status, 201 | 401)), "{} and {}", one.status, two.status);
            // Whoever won holds nothing that is worth anything.
            for won in won {
                let won = won.gives(201);
                app.bearer(won["access_token"].as_str().unwrap()).get("/api/v1/me").refused(401, "bad_token");
                app.anon().post("/api/v1/auth/refresh", &json!({"refresh_token": won["refresh_token"]})).refused(401, "bad_refresh_token");
            }
            app.bearer(session["access_token"].as_str().unwrap()).get("/api/v1/me").refused(401, "bad_token");
        };
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let race = &race;
                scope.spawn(move || (0..races / 4).for_each(|n| race(n + worker)));
            }
        });
    }
}
