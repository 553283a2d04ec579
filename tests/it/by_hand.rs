//! What is done at the machine itself to accounts of a service that runs: dated roles, and letting somebody in again.

use std::process::{Command, Stdio};

use thidua_domain::access::Role;
use thidua_store::clock::Clock;
use thidua_testkit::{MASTER, PASSWORD, TestApp, json, on_both};

/// Runs `thidua admin` on the database of the service; whether it did it, and what it printed.
fn at_the_machine(app: &TestApp, words: &[&str]) -> (bool, String) {
    let ended = Command::new(env!("CARGO_BIN_EXE_thidua-under-test"))
        .arg("admin")
        .args(words)
        .args(["--database-url", &app.url])
        .env("THIDUA_MASTER_KEY", MASTER)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    (ended.status.success(), String::from_utf8(ended.stdout).unwrap())
}

/// The path of an account.
fn account(app: &TestApp, name: &str) -> String {
    format!("/api/v1/users/{}", app.admin().get(&format!("/api/v1/users?username={name}")).items()[0]["id"].as_str().unwrap())
}

on_both! {
    fn dated_roles_are_granted_and_taken_back_at_the_machine(app) {
        let lan = app.account("lan", &[]);
        let path = account(&app, "lan");
        let admin = app.signed_in("system-admin.tat-ca");
        let today = app.clock.now().today();
        let (yesterday, tomorrow) = (today.pred_opt().unwrap().to_string(), today.succ_opt().unwrap().to_string());
        let held = || lan.get("/api/v1/me").gives(200)["grants"].as_array().unwrap().len();
        let role = |act: &str| at_the_machine(&app, &[act, "--username", "lan", "--role", "auditor"]).0;
        let dated = |from: &str, to: &str| {
            admin.post(&format!("{path}/grants"), &json!({"role": "auditor", "scope": "everything", "from_on": from, "to_on": to})).is(201);
        };
        // One that is over is nothing to take back.
        dated("2020-01-01", &yesterday);
        assert!(!role("revoke"));
        // One that is still to come does not stand in the way of one for now.
        dated(&tomorrow, "2199-12-31");
        assert_eq!(held(), 0);
        assert!(role("grant"));
        assert_eq!(held(), 1);
        assert!(!role("grant"), "it is there, without an end");
        // Taking a role back takes all of it: what counts today, and what would count from tomorrow on.
        assert!(role("revoke"));
        assert_eq!(held(), 0);
        let open = |row: &thidua_testkit::Value| row["revoked_at"].is_null() && row["to_on"] != yesterday.as_str();
        assert!(!admin.get(&format!("{path}/grants")).items().iter().any(open), "nothing is left of it for tomorrow");
        assert!(!role("revoke"));
        // One that ends some day is not one for good.
        dated(&yesterday, &tomorrow);
        assert!(role("grant"));
        assert_eq!(held(), 2);
    }

    fn somebody_locked_out_is_let_in_at_the_machine(app) {
        let lan = app.account("lan", &[(Role::UnitOfficer, Some("P-HUE"))]);
        let path = account(&app, "lan");
        let _ = crate::second_factor::set_up(&app, &lan);
        let admin = app.signed_in("system-admin.tat-ca");
        admin.step(&path, &json!({"action": "deactivate", "reason": "Nghỉ dài ngày"})).is(201);
        let sign_in = |password: &str| app.anon().post("/api/v1/auth/sessions", &json!({"username": "lan", "password": password}));
        sign_in(PASSWORD).refused(401, "bad_credentials");

        let (done, printed) = at_the_machine(&app, &["let-in", "--username", "Lan"]);
        let once = printed.trim_end();
        assert!(done && once.chars().count() >= 20 && printed.lines().count() == 1, "{printed:?}");
        sign_in(PASSWORD).refused(401, "bad_credentials");
        lan.get("/api/v1/me").refused(401, "bad_token");
        let session = sign_in(once).gives(201);
        let back = app.bearer(session["access_token"].as_str().unwrap());
        back.get("/api/v1/units").refused(403, "password_must_change");
        assert_eq!(back.get("/api/v1/me").gives(200)["second_factor"], false);
        back.put("/api/v1/me/password", &json!({"current_password": once, "new_password": "đàn cò trắng bay về núi"})).is(204);
        back.get("/api/v1/units").is(200);
        sign_in(once).refused(401, "bad_credentials");
        let history = admin.get(&format!("{path}/history")).items();
        let done: Vec<&str> = history.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        for action in ["activate", "remove_second_factor", "reset_password"] {
            assert!(done.contains(&action), "{action} is told: {done:?}");
        }
        assert!(!at_the_machine(&app, &["let-in", "--username", "khong.ai"]).0);
    }
}
