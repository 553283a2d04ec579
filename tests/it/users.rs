//! Accounts, roles, sign-in.

use thidua_store::inspect;
use thidua_testkit::{Caller, PASSWORD, json, on_both};

on_both! {
    fn an_account_is_made_granted_and_locked(app) {
        let admin = app.admin();
        let draft = json!({"username": "lan.nguyen", "display_name": "Nguyễn Thị Lan (giả định)", "password": PASSWORD});
        let id = admin.post("/api/v1/users", &draft).made();
        admin.post("/api/v1/users", &draft).refused(409, "username_taken");
        let weak = admin.post("/api/v1/users", &json!({"username": "yeu", "display_name": "x", "password": "ngắn"})).refused(422, "password_too_weak");
        let weak = weak["detail"].as_str().unwrap();
        assert!(weak.contains("15 ký tự") && !weak.contains("tên đăng nhập") && !weak.contains("loại ký tự"), "only what is broken: {weak}");
        let named = |name: &str| admin.get(&format!("/api/v1/users?username={name}")).items().len();
        assert_eq!((named("Lan.Nguyen"), named("lan"), named("lan.nguyen.2")), (1, 0, 0), "the whole name, as one signs in with it");
        let lan = app.signed_in("lan.nguyen");
        assert_eq!(lan.get("/api/v1/me").gives(200)["grants"], json!([]));
        lan.get("/api/v1/users/not-an-id").refused(404, "not_found");
        let grants = format!("/api/v1/users/{id}/grants");
        let grant = admin.post(&grants, &json!({"role": "unit_officer", "scope": "unit", "scope_ref": "P-HUE"})).made();
        admin.post(&grants, &json!({"role": "bloc_leader", "scope": "unit", "scope_ref": "P-HUE"})).refused(422, "scope_does_not_fit");
        admin.post(&grants, &json!({"role": "unit_officer", "scope": "unit"})).refused(422, "scope_ref_wanted");
        admin.post(&grants, &json!({"role": "auditor", "scope": "everything", "scope_ref": "P-HUE"})).refused(422, "scope_ref_not_wanted");
        admin.post(&grants, &json!({"role": "unit_officer", "scope": "unit", "scope_ref": "NOWHERE"})).refused(422, "unknown_reference");
        assert_eq!(lan.get("/api/v1/me").gives(200)["grants"][0]["scope_ref"]["code"], "P-HUE");
        lan.post("/api/v1/users", &draft).refused(403, "forbidden");
        admin.delete(&format!("{grants}/{grant}")).refused(428, "if_match_required");
        let etag = admin.get(&format!("/api/v1/users/{id}")).etag();
        admin.send("DELETE", &format!("{grants}/{grant}"), &[("if-match", &etag)], None).is(204);
        assert_eq!(lan.get("/api/v1/me").gives(200)["grants"], json!([]));
        let path = format!("/api/v1/users/{id}");
        admin.step(&path, &json!({"action": "deactivate"})).refused(422, "reason_required");
        admin.step(&path, &json!({"action": "deactivate", "reason": "Chuyển công tác"})).is(201);
        lan.get("/api/v1/me").refused(401, "bad_token");
        app.anon().post("/api/v1/auth/sessions", &json!({"username": "lan.nguyen", "password": PASSWORD})).refused(401, "bad_credentials");
        admin.step(&path, &json!({"action": "deactivate", "reason": "x"})).refused(409, "wrong_state");
        assert_eq!(admin.get(&format!("{path}/transitions")).items()[0]["reason"], "Chuyển công tác");
        let me = admin.get("/api/v1/me").gives(200)["id"].as_str().unwrap().to_owned();
        admin.post(&format!("/api/v1/users/{me}/grants"), &json!({"role": "auditor", "scope": "everything"})).refused(422, "own_access");
    }

    fn who_looks_after_accounts_sees_no_names_of_people(app) {
        let standing = app.standing();
        let draft = json!({"code": "CB-LAN", "full_name": "Nguyễn Thị Lan (giả định)", "owner": "P-HUE", "fictional": true});
        standing.post("/api/v1/people", &draft).is(201);
        let admin = app.admin();
        let account = json!({"username": "lan.nguyen", "display_name": "Lan", "password": PASSWORD, "person": "CB-LAN"});
        let made = admin.post("/api/v1/users", &account).gives(201);
        assert_eq!((made["person"]["code"].clone(), made["person"]["name"].clone()), (json!("CB-LAN"), json!("CB-LAN")));
    }

    fn refresh_tokens_work_once(app) {
        let _ = app.officer("P-HUE");
        let sign_in = json!({"username": "cb.p-hue", "password": PASSWORD});
        let session = app.anon().post("/api/v1/auth/sessions", &sign_in).gives(201);
        let turn = |token: &serde_json::Value| app.anon().post("/api/v1/auth/refresh", &json!({"refresh_token": token}));
        let next = turn(&session["refresh_token"]).gives(201);
        app.bearer(next["access_token"].as_str().unwrap()).get("/api/v1/me").is(200);
        turn(&session["refresh_token"]).refused(401, "bad_refresh_token");
        turn(&next["refresh_token"]).refused(401, "bad_refresh_token");
        app.bearer(next["access_token"].as_str().unwrap()).get("/api/v1/me").refused(401, "bad_token");
    }

    fn signing_out_and_changing_the_password(app) {
        let caller = app.officer("P-HUE");
        caller.put("/api/v1/me/password", &json!({"current_password": "wrong", "new_password": "đàn cò bay qua cánh đồng"})).refused(422, "password_wrong");
        caller.put("/api/v1/me/password", &json!({"current_password": PASSWORD, "new_password": "đàn cò bay qua cánh đồng"})).is(204);
        app.anon().post("/api/v1/auth/sessions", &json!({"username": "cb.p-hue", "password": PASSWORD})).refused(401, "bad_credentials");
        caller.delete("/api/v1/auth/sessions/current").is(204);
        caller.get("/api/v1/me").refused(401, "bad_token");
    }

    fn what_is_too_old_to_count_is_forgotten(app) {
        let standing = app.standing();
        let draft = json!({"kind": "school", "name": "Trường (giả định)"});
        let ask = |caller: &Caller<'_>| caller.send("POST", "/api/v1/units", &[("idempotency-key", "k")], Some(&draft)).is(201).made();
        let made = ask(&standing);
        let rows = |table: &str| inspect::counts(&mut app.open_database()).unwrap()[table];
        assert_eq!((rows("sessions"), rows("refresh_tokens"), rows("idempotency")), (1, 1, 1));
        app.every_hour();
        assert_eq!(ask(&standing), made, "nothing was old yet");
        app.clock.advance(72 * 3600 + 1);
        let body = json!({"username": "standing-body.tat-ca", "password": PASSWORD});
        let again = app.anon().post("/api/v1/auth/sessions", &body).gives(201);
        let again = app.bearer(again["access_token"].as_str().unwrap());
        assert_ne!(ask(&again), made, "a key that is too old to count is free again, forgotten or not");
        app.clock.advance(6 * 24 * 3600);
        app.every_hour();
        assert_eq!((rows("sessions"), rows("refresh_tokens"), rows("idempotency")), (1, 1, 0));
    }

    fn tokens_expire_by_the_clock(app) {
        let caller = app.officer("P-HUE");
        app.clock.advance(540);
        caller.get("/api/v1/me").is(200);
        app.clock.advance(61);
        caller.get("/api/v1/me").refused(401, "bad_token");
    }
}
