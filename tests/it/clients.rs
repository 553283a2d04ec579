//! Service accounts: who makes them, what they may do, and how their secrets follow each other.

use thidua_testkit::{json, on_both};

const CLIENTS: &str = "/api/v1/clients";

/// Nouns of operations that are for people alone.
const PERSONAL: &[&str] = &["auth", "me", "users", "clients", "jobs", "events"];

/// What somebody answers for in person, though its noun has scopes: the catalogue of awards is added to by the
/// standing body, which no program is; delegations are given by people to people; numbers and merges have reasons.
const IN_PERSON: &[&str] =
    &["create_award_type", "create_delegation", "transition_delegation", "create_reveal", "create_merge", "create_merge_undo"];

#[test]
fn every_operation_is_for_programs_or_for_people() {
    for op in thidua_http::table().iter().filter(|op| !op.open) {
        let noun = op.path.split('/').nth(3).unwrap();
        let personal = PERSONAL.contains(&noun) || IN_PERSON.contains(&op.id);
        assert_eq!(op.scope.is_none(), personal, "{}: give its noun scopes in the domain, or put it among what is for people", op.id);
    }
}

on_both! {
    fn the_administrator_makes_edits_and_ends_a_service_account(app) {
        let admin = app.admin();
        let draft = json!({
            "code": "CONG-HUE", "name": "Cổng thông tin (giả định)", "unit": "P-HUE", "scopes": ["people:read", "units:read", "units:read"],
            "expires_on": "2030-12-31", "external_ids": {"lgsp": "c-1"}
        });
        let dry = admin.post("/api/v1/clients?dry_run=true", &draft);
        assert_eq!(dry.is(201).header("dry-run"), Some("true"));
        let made = admin.post(CLIENTS, &draft);
        let path = format!("{CLIENTS}/{}", made.made());
        assert_eq!(made.header("location"), Some(path.as_str()));
        let seen = admin.get(&path).gives(200);
        assert_eq!((&seen["scopes"], &seen["token_seconds"]), (&json!(["units:read", "people:read"]), &json!(600)));
        assert_eq!(seen["unit"]["code"], "P-HUE");
        assert_eq!(seen["missing"], json!(["credentials"]));
        assert_eq!(seen["allowed_actions"], json!(["deactivate", "edit", "add_secret", "end_secret"]));
        admin.post(CLIENTS, &draft).refused(409, "code_taken");
        admin.post(CLIENTS, &json!({"code": "A", "name": "x", "unit": "NOWHERE", "scopes": ["units:read"]})).refused(422, "unknown_reference");
        admin.post(CLIENTS, &json!({"code": "A", "name": "x", "unit": "P-HUE", "scopes": []})).refused(422, "too_few");
        admin.post(CLIENTS, &json!({"code": "A", "name": "x", "unit": "P-HUE", "scopes": ["users:read"]})).refused(422, "not_in_list");
        admin.post(CLIENTS, &json!({"code": "a b", "name": "x", "unit": "P-HUE", "scopes": ["units:read"]})).refused(422, "bad_format");
        admin.post(CLIENTS, &json!({"name": "x", "unit": "P-HUE", "scopes": ["units:read"], "token_seconds": 3601})).refused(422, "too_large");
        let key = json!({"kty": "EC", "kid": "1", "crv": "P-256", "x": "AAAA", "y": "AAAA"});
        admin.post(CLIENTS, &json!({"name": "x", "unit": "P-HUE", "scopes": ["units:read"], "keys": [key]})).refused(422, "client_key_unfit");
        admin.post(CLIENTS, &json!({"code": "B", "name": "x", "unit": "P-HUE", "scopes": ["units:read"], "external_ids": {"lgsp": "c-1"}}))
            .refused(409, "already_exists");
        for filter in ["code=CONG-HUE", "unit=P-HUE", "q=cong+thong", "status=active", "external_id=lgsp:c-1"] {
            assert_eq!(admin.get(&format!("{CLIENTS}?{filter}")).items().len(), 1, "{filter}");
        }
        assert_eq!(admin.get(&format!("{CLIENTS}?unit=P-HA-NOI")).items().len(), 0);
        admin.get(&format!("{CLIENTS}?unit=NOWHERE")).refused(422, "unknown_reference");

        admin.send("PATCH", &path, &[], Some(&json!({"name": "Khác"}))).refused(428, "if_match_required");
        let stale = admin.get(&path).etag();
        assert_eq!(admin.patch(&path, &json!({"name": "Cổng mới (giả định)", "unit": "P-HA-NOI", "expires_on": null})).gives(200)["unit"]["code"], "P-HA-NOI");
        admin.send("PATCH", &path, &[("if-match", &stale)], Some(&json!({"name": "Khác"}))).refused(412, "version_stale");
        admin.patch(&path, &json!({"name": null})).refused(422, "field_emptied");
        admin.step(&path, &json!({"action": "deactivate"})).refused(422, "reason_required");
        admin.step(&path, &json!({"action": "deactivate", "reason": "Thay hệ thống"})).is(201);
        admin.send("POST", &format!("{path}/secrets"), &[], None).refused(409, "wrong_state");
        admin.step(&path, &json!({"action": "activate", "reason": "Dùng lại"})).is(201);
        assert_eq!(admin.get(&format!("{path}/history")).items().len(), 4);
        assert_eq!(admin.get(&format!("{path}/transitions")).items().len(), 2);

        let standing = app.standing();
        standing.get(&path).refused(404, "not_found");
        standing.post(CLIENTS, &draft).refused(403, "forbidden");
        assert_eq!(standing.get(CLIENTS).items().len(), 0);
        let auditor = app.with(thidua_domain::access::Role::Auditor);
        assert_eq!(auditor.get(CLIENTS).items().len(), 1);
        auditor.send("POST", &format!("{path}/secrets"), &[], None).refused(403, "forbidden");
    }

    fn it_is_no_account_of_a_person(app) {
        let admin = app.admin();
        let client = app.client(&admin, "CONG", "P-HUE", &["units:read"]);
        assert_eq!(admin.get("/api/v1/users").items().len(), 1, "only the administrator");
        let user = format!("/api/v1/users/{}", client.id);
        admin.get(&user).refused(404, "not_found");
        let grant = json!({"role": "standing_body", "scope": "everything"});
        admin.post(&format!("{user}/grants"), &grant).refused(404, "not_found");
        admin.send("POST", &format!("{user}/password-resets"), &[], None).refused(404, "not_found");
        admin.post(&format!("{user}/act-as"), &json!({"reason": "Xem thử"})).refused(404, "not_found");
        let lan = admin.post("/api/v1/users", &json!({"username": "lan.nguyen", "display_name": "Lan (giả định)"})).made();
        let grant = json!({"role": "service_client", "scope": "unit", "scope_ref": "P-HUE"});
        admin.post(&format!("/api/v1/users/{lan}/grants"), &grant).refused(422, "scope_does_not_fit");
        for password in ["", "!", "client:CONG"] {
            let tried = app.anon().post("/api/v1/auth/sessions", &json!({"username": "client:CONG", "password": password}));
            assert!([401, 422].contains(&tried.status), "{}", tried.text());
        }
    }

    fn two_secrets_follow_each_other_without_a_pause(app) {
        let admin = app.admin();
        let first = app.client(&admin, "CONG", "P-HUE", &["units:read"]);
        let path = format!("{CLIENTS}/{}", first.id);
        let made = admin.send("POST", &format!("{path}/secrets"), &[("idempotency-key", "k")], None);
        let next = thidua_testkit::Credentials { secret: made.gives(201)["client_secret"].as_str().unwrap().to_owned(), ..first.clone() };
        assert_eq!(made.header("cache-control"), Some("no-store"));
        admin.send("POST", &format!("{path}/secrets"), &[], None).refused(409, "secrets_too_many");
        app.token(&first, &[]).is(200);
        app.token(&next, &[]).is(200);
        let secrets = admin.get(&path).gives(200)["secrets"].as_array().unwrap().clone();
        assert_eq!(secrets.len(), 2);
        assert!(!admin.get(&path).text().contains(&next.secret) && !admin.get(&format!("{path}/history")).text().contains(&next.secret));
        let old = format!("secrets/{}", secrets[0]["id"].as_str().unwrap());
        admin.delete(&format!("{path}/{old}")).refused(428, "if_match_required");
        admin.take_part(&path, &old).is(204);
        admin.take_part(&path, &old).refused(404, "not_found");
        app.token(&first, &[]).declined(401, "invalid_client");
        app.token(&next, &[]).is(200);
        let actions: Vec<_> = admin.get(&format!("{path}/history")).items().iter().map(|event| event["action"].clone()).collect();
        assert_eq!(actions.iter().filter(|action| **action == json!("sign_in")).count(), 3, "{actions:?}");
        assert!(actions.contains(&json!("add_secret")) && actions.contains(&json!("end_secret")));
    }

    fn scopes_and_unit_say_what_a_token_serves_for(app) {
        let (admin, standing) = (app.admin(), app.standing());
        let unit = |code: &str, parent: &str| {
            standing.post("/api/v1/units", &json!({"code": code, "kind": "department", "name": format!("Sở {code} (giả định)"), "parent": parent})).is(201);
        };
        unit("SO-A", "P-HUE");
        unit("SO-B", "P-HA-NOI");
        let person = |code: &str, owner: &str| standing.post("/api/v1/people", &json!({"code": code, "full_name": "Người (giả định)", "owner": owner})).made();
        let (near, far) = (person("GAN", "SO-A"), person("XA", "SO-B"));
        let reader = app.program(&admin, "DOC", "P-HUE", &["people:read"]);
        assert_eq!(reader.get("/api/v1/people").items().len(), 1, "of its unit and those below");
        reader.get(&format!("/api/v1/people/{near}")).is(200);
        reader.get(&format!("/api/v1/people/{far}")).refused(404, "not_found");
        let refused = reader.get("/api/v1/units");
        refused.refused(403, "insufficient_scope");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer realm=\"thidua\", error=\"insufficient_scope\", scope=\"units:read\""));
        reader.patch(&format!("/api/v1/people/{near}"), &json!({"note": "x"})).refused(403, "insufficient_scope");
        for (method, personal) in [
            ("GET", "/api/v1/me"), ("PUT", "/api/v1/me/password"), ("POST", "/api/v1/me/second-factor"), ("DELETE", "/api/v1/auth/sessions/current"),
            ("GET", "/api/v1/users"), ("GET", CLIENTS), ("GET", "/api/v1/jobs"), ("GET", "/api/v1/events"),
        ] {
            reader.send(method, personal, &[], None).refused(403, "not_for_clients");
        }
        reader.get("/api/v1/reference").is(200);

        let writer = app.program(&admin, "GHI", "P-HUE", &["people:write"]);
        writer.get(&format!("/api/v1/people/{near}")).refused(403, "insufficient_scope");
        let draft = |owner: &str| json!({"full_name": "Trần B (giả định)", "owner": owner});
        let made = writer.post("/api/v1/people", &draft("SO-A")).made();
        writer.post("/api/v1/people", &draft("SO-B")).refused(403, "forbidden");
        let history = standing.get(&format!("/api/v1/people/{made}/history")).items();
        assert_eq!(history[0]["actor"], "client:GHI", "events name the program");
    }

    fn what_is_changed_or_over_ends_its_tokens(app) {
        let admin = app.admin();
        let client = app.client(&admin, "CONG", "P-HUE", &["units:read", "people:read"]);
        let path = format!("{CLIENTS}/{}", client.id);
        let token = || app.token(&client, &[]).gives(200)["access_token"].as_str().unwrap().to_owned();
        let works = |token: &str| app.bearer(token).get("/api/v1/people").status;
        for change in [json!({"scopes": ["people:read"]}), json!({"unit": "P-HA-NOI"}), json!({"expires_on": "2031-01-01"})] {
            let token = token();
            assert_eq!(works(&token), 200);
            admin.patch(&path, &json!({"name": "Tên khác (giả định)"})).is(200);
            assert_eq!(works(&token), 200, "a name is no right");
            admin.patch(&path, &change).is(200);
            assert_eq!(works(&token), 401, "{change}");
            admin.patch(&path, &json!({"name": "Cổng (giả định)"})).is(200);
        }
        let last = token();
        admin.step(&path, &json!({"action": "deactivate", "reason": "Hết hợp đồng"})).is(201);
        assert_eq!(works(&last), 401);
        app.token(&client, &[]).declined(401, "invalid_client");
        admin.step(&path, &json!({"action": "activate", "reason": "Gia hạn"})).is(201);
        assert_eq!(works(&last), 401, "what has ended stays so");
        admin.patch(&path, &json!({"expires_on": "2020-01-01"})).is(200);
        app.token(&client, &[]).declined(401, "invalid_client");
    }

    fn it_is_noted_when_one_was_last_seen(app) {
        let admin = app.admin();
        let client = app.client(&admin, "CONG", "P-HUE", &["units:read"]);
        let path = format!("{CLIENTS}/{}", client.id);
        let token = app.token(&client, &[]).gives(200);
        let program = app.bearer(token["access_token"].as_str().unwrap());
        app.every_minute();
        assert!(admin.get(&path).gives(200)["last_used_at"].is_null(), "it has asked for nothing yet");
        for _ in 0..3 {
            program.get("/api/v1/units").is(200);
        }
        assert!(admin.get(&path).gives(200)["last_used_at"].is_null(), "no request waits for it");
        app.every_minute();
        let seen = admin.get(&path).gives(200);
        assert!(seen["last_used_at"].is_string());
        assert_eq!(seen["version"], 2, "to be seen is no change");
    }
}
