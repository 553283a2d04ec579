//! Delegations: given in writing and for a time, by who heads a unit; what they let their delegates do, and when they end.

use thidua_domain::access::Role;
use thidua_store::clock::Clock;
use thidua_testkit::{Caller, PASSWORD, Reply, TestApp, Value, json, on_both};

use crate::blocs::bloc_of;
use crate::pledges::pledge;

/// A pledge of two units that is open for signing, and a document that delegates.
fn open_pledge(app: &TestApp) -> (Caller<'_>, String) {
    let standing = app.standing();
    let path = pledge(&standing, &bloc_of(app, &standing, &["A", "B"]));
    standing.step(&path, &json!({"action": "open_signing"})).is(201);
    let document = json!({"code": "GUQ", "kind": "other", "title": "Giấy ủy quyền (giả định)", "owner": "A", "fictional": true});
    standing.post("/api/v1/documents", &document).is(201);
    (standing, path)
}

/// A day so many days from today.
fn day(app: &TestApp, offset: i32) -> String {
    let today = app.clock.now().today();
    let step = |day: thidua_domain::time::Date, _| if offset < 0 { day.pred_opt().unwrap() } else { day.succ_opt().unwrap() };
    (0..offset.abs()).fold(today, step).to_string()
}

fn draft(app: &TestApp, more: Value) -> Value {
    let mut draft = json!({
        "unit": "A", "delegate": "pho.a", "acts": ["sign"], "from_on": day(app, -20), "to_on": day(app, 30), "document": "GUQ"
    });
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

fn give(app: &TestApp, caller: &Caller<'_>, more: Value) -> Reply {
    caller.post("/api/v1/delegations", &draft(app, more))
}

fn sign(caller: &Caller<'_>, pledge: &str, more: Value) -> Reply {
    let mut body = json!({"unit": "A"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    caller.post(&format!("{pledge}/signatures"), &body)
}

/// Signed in anew: time has passed.
fn fresh<'a>(app: &'a TestApp, name: &str) -> Caller<'a> {
    let session = app.anon().post("/api/v1/auth/sessions", &json!({"username": name, "password": PASSWORD})).gives(201);
    app.bearer(session["access_token"].as_str().unwrap())
}

fn revoke(caller: &Caller<'_>, path: &str) -> Reply {
    caller.step(path, &json!({"action": "revoke", "reason": "Thủ trưởng đã về"}))
}

on_both! {
    fn a_delegate_signs_for_the_head(app) {
        let (_standing, pledge) = open_pledge(&app);
        let (head, deputy) = (app.head("A"), app.account("pho.a", &[]));
        deputy.get(&pledge).refused(404, "not_found");
        let made = give(&app, &head, json!({"code": "UQ-1"}));
        let path = format!("/api/v1/delegations/{}", made.made());
        assert_eq!(made.header("location"), Some(path.as_str()));
        let view = made.json();
        assert_eq!((view["delegator"]["code"].clone(), view["delegate"]["code"].clone()), (json!("tt.a"), json!("pho.a")));
        assert_eq!((view["act_labels"].clone(), view["in_force"].clone(), view["status"].clone()), (json!(["Ký thay đơn vị"]), json!(true), json!("given")));
        // From the next request on, and for that unit alone.
        let seen = deputy.get(&pledge).gives(200);
        assert!(seen["allowed_actions"].as_array().unwrap().contains(&json!("sign")), "{seen}");
        deputy.post(&format!("{pledge}/signatures"), &json!({"unit": "B"})).refused(403, "forbidden");
        deputy.post(&format!("{pledge}/targets"), &json!({"unit": "A", "title": "x"})).refused(403, "forbidden");
        sign(&deputy, &pledge, json!({"mode": "own"})).refused(422, "delegate_signs_for_head");
        let signed = sign(&deputy, &pledge, json!({"signer_position": "Phó Giám đốc"})).gives(201);
        assert_eq!((signed["mode"].clone(), signed["delegation"]["code"].clone()), (json!("authorised"), json!("UQ-1")));
        assert_eq!((signed["origin"].clone(), signed["signer_name"].clone()), (json!("performed"), json!("pho.a (giả định)")));
        sign(&head, &pledge, json!({})).refused(409, "signed_already");
        let own = app.head("B").post(&format!("{pledge}/signatures"), &json!({"unit": "B"})).gives(201);
        assert!(own["delegation"].is_null(), "{own}");
        // What was given ends; what was signed stays.
        revoke(&head, &path).is(201);
        deputy.get(&pledge).refused(404, "not_found");
        assert_eq!(deputy.get(&path).gives(200)["status"], "revoked");
        revoke(&head, &path).refused(409, "wrong_state");
        assert_eq!(head.get(&format!("{pledge}/signatures")).items().len(), 2);
    }

    fn a_delegation_holds_in_its_time_and_as_long_as_the_head_is_head(app) {
        let (_standing, pledge) = open_pledge(&app);
        let (head, deputy, _admin) = (app.head("A"), app.account("pho.a", &[]), app.admin());
        give(&app, &head, json!({"from_on": day(&app, 1), "to_on": day(&app, 2)})).is(201);
        sign(&deputy, &pledge, json!({})).refused(404, "not_found");
        app.clock.advance(24 * 3600);
        let deputy = fresh(&app, "pho.a");
        deputy.get(&pledge).is(200);
        let account = |name: &str| format!("/api/v1/users/{}", fresh(&app, name).get("/api/v1/me").gives(200)["id"].as_str().unwrap());
        let (boss, admin_now) = (account("tt.a"), fresh(&app, "system-admin.tat-ca"));
        admin_now.step(&boss, &json!({"action": "deactivate", "reason": "Nghỉ"})).is(201);
        deputy.get(&pledge).refused(404, "not_found");
        admin_now.step(&boss, &json!({"action": "activate", "reason": "Trở lại"})).is(201);
        deputy.get(&pledge).is(200);
        let grant = admin_now.get(&format!("{boss}/grants")).items()[0]["id"].as_str().unwrap().to_owned();
        admin_now.take_part(&boss, &format!("grants/{grant}")).is(204);
        deputy.get(&pledge).refused(404, "not_found");
        admin_now.post(&format!("{boss}/grants"), &json!({"role": "unit_head", "scope": "unit", "scope_ref": "A"})).is(201);
        deputy.get(&pledge).is(200);
        app.clock.advance(2 * 24 * 3600);
        fresh(&app, "pho.a").get(&pledge).refused(404, "not_found");
    }

    fn a_delegation_rests_on_a_paper_of_its_own_side(app) {
        let (standing, _pledge) = open_pledge(&app);
        let (head, _deputy) = (app.head("A"), app.account("pho.a", &[]));
        let paper = |code: &str, more: Value| {
            let mut draft = json!({"code": code, "kind": "other", "title": "Giấy (giả định)", "fictional": true});
            draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            standing.post("/api/v1/documents", &draft).is(201);
        };
        let tries = |caller: &Caller<'_>, code: &str, more: Value| {
            let mut draft = draft(&app, more);
            draft["document"] = json!(code);
            caller.post("/api/v1/delegations?dry_run=true", &draft)
        };
        for (code, facts) in [("CUA-B", json!({"owner": "B"})), ("B-BAN-HANH", json!({"owner": "A", "issuer": "B"})), ("NOI-KHAC", json!({"owner": "P-HA-NOI"}))] {
            paper(code, facts);
            let refused = tries(&head, code, json!({})).refused(422, "delegation_paper_other");
            assert_eq!(refused["errors"][0]["pointer"], "/document", "{refused}");
        }
        for (code, facts) in [("CUA-A", json!({"owner": "A"})), ("A-BAN-HANH", json!({"owner": "P-HA-NOI", "issuer": "A"}))] {
            paper(code, facts);
            tries(&head, code, json!({})).is(201);
        }
        // Who enters what was given on paper keeps the paper; what another unit has issued stays that.
        let entered = json!({"delegator": "tt.a"});
        tries(&standing, "NOI-KHAC", entered.clone()).is(201);
        tries(&standing, "B-BAN-HANH", entered).refused(422, "delegation_paper_other");
    }

    fn nobody_gives_what_they_do_not_hold(app) {
        let (standing, _pledge) = open_pledge(&app);
        let (head, _deputy, officer) = (app.head("A"), app.account("pho.a", &[]), app.officer("A"));
        let _third = app.account("ba.a", &[]);
        let told = give(&app, &officer, json!({})).refused(403, "forbidden")["detail"].as_str().unwrap().to_owned();
        assert!(told.contains("Thủ trưởng") && told.contains("hường trực"), "both who give and who enter: {told}");
        give(&app, &app.head("B"), json!({})).refused(403, "forbidden");
        give(&app, &app.admin(), json!({})).refused(403, "forbidden");
        give(&app, &standing, json!({})).refused(403, "forbidden");
        give(&app, &head, json!({"delegator": "pho.a"})).refused(403, "forbidden");
        give(&app, &head, json!({"delegate": "tt.a"})).refused(422, "delegation_to_oneself");
        let gone = app.account("nghi.viec", &[]).get("/api/v1/me").gives(200)["id"].as_str().unwrap().to_owned();
        app.signed_in("system-admin.tat-ca").step(&format!("/api/v1/users/{gone}"), &json!({"action": "deactivate", "reason": "Nghỉ việc", "confirm": "nghi.viec"})).is(201);
        give(&app, &head, json!({"delegate": "nghi.viec"})).refused(422, "delegate_inactive");
        give(&app, &head, json!({"delegate": "khong.co"})).refused(422, "unknown_reference");
        let program = app.client(&app.signed_in("system-admin.tat-ca"), "MAY", "A", &["pledges:write"]);
        give(&app, &head, json!({"delegate": program.id})).refused(422, "unknown_reference");
        give(&app, &head, json!({"document": "NOTHING"})).refused(422, "unknown_reference");
        give(&app, &head, json!({"acts": []})).refused(422, "too_few");
        give(&app, &head, json!({"acts": ["rule"]})).refused(422, "not_in_list");
        give(&app, &head, json!({"to_on": day(&app, -21)})).refused(422, "ends_before_start");
        let mut timeless = draft(&app, json!({}));
        timeless.as_object_mut().unwrap().remove("to_on");
        head.post("/api/v1/delegations", &timeless).refused(422, "required");
        // The standing body enters what was given on paper, by who holds it.
        give(&app, &standing, json!({"delegator": "cb.a"})).refused(422, "delegation_beyond_rights");
        give(&app, &standing, json!({"delegator": "tt.a", "delegate": "standing-body.tat-ca"})).refused(422, "own_access");
        let dry = standing.post("/api/v1/delegations?dry_run=true", &draft(&app, json!({"delegator": "tt.a"})));
        assert_eq!(dry.is(201).header("dry-run"), Some("true"));
        let first = format!("/api/v1/delegations/{}", give(&app, &standing, json!({"code": "UQ-1", "delegator": "tt.a"})).made());
        give(&app, &head, json!({"delegate": "ba.a", "to_on": day(&app, 60)})).refused(409, "delegation_overlaps");
        give(&app, &head, json!({"delegate": "ba.a", "acts": ["vote"]})).is(201);
        give(&app, &standing, json!({"delegator": "pho.a", "delegate": "ba.a"})).refused(422, "delegation_passed_on");
        give(&app, &head, json!({"code": "UQ-1", "delegate": "ba.a", "from_on": day(&app, 31), "to_on": day(&app, 40)})).refused(409, "code_taken");
        revoke(&head, &first).is(201);
        give(&app, &head, json!({"delegate": "ba.a"})).is(201);
    }

    fn delegations_are_seen_by_their_unit_and_their_two_sides(app) {
        let (standing, _pledge) = open_pledge(&app);
        let (head, deputy, officer) = (app.head("A"), app.account("pho.a", &[]), app.officer("A"));
        let path = format!("/api/v1/delegations/{}", give(&app, &head, json!({"code": "UQ-1"})).made());
        for insider in [&head, &deputy, &officer, &standing] {
            insider.get(&path).is(200);
            assert_eq!(insider.get("/api/v1/delegations").items().len(), 1);
        }
        assert_eq!(officer.get(&path).gives(200)["allowed_actions"], json!([]));
        revoke(&officer, &path).refused(403, "forbidden");
        for stranger in [app.head("B"), app.admin()] {
            stranger.get(&path).refused(404, "not_found");
            stranger.get(&format!("{path}/history")).refused(404, "not_found");
            assert_eq!(stranger.get("/api/v1/delegations").items().len(), 0);
            stranger.send("POST", &format!("{path}/transitions"), &[("if-match", "*")], Some(&json!({"action": "revoke", "reason": "x"}))).refused(404, "not_found");
        }
        for (query, found) in [(format!("on={}", day(&app, 30)), 1), (format!("on={}", day(&app, 31)), 0)].into_iter().chain([("unit=A", 1), ("unit=B", 0), ("delegate=pho.a", 1), ("delegator=pho.a", 0), ("status=revoked", 0), ("code=UQ-1", 1)].map(|(query, found)| (query.to_owned(), found))) {
            assert_eq!(head.get(&format!("/api/v1/delegations?{query}")).items().len(), found, "{query}");
        }
        head.get("/api/v1/delegations?unit=NOWHERE").refused(422, "unknown_reference");
        // Which accounts there are is for nobody to try out.
        let nobody = app.account("khong.quyen", &[]);
        for name in ["pho.a", "khong.co"] {
            assert_eq!(nobody.get(&format!("/api/v1/delegations?delegate={name}")).items().len(), 0);
            give(&app, &nobody, json!({"delegator": name})).refused(403, "forbidden");
        }
        let etag = head.get(&path).etag();
        deputy.send("POST", &format!("{path}/transitions"), &[], Some(&json!({"action": "revoke", "reason": "x"}))).refused(428, "if_match_required");
        deputy.step(&path, &json!({"action": "revoke"})).refused(422, "reason_required");
        // Either side may end it.
        revoke(&deputy, &path).is(201);
        head.send("POST", &format!("{path}/transitions"), &[("if-match", &etag)], Some(&json!({"action": "revoke", "reason": "x"}))).refused(412, "version_stale");
        assert_eq!(head.get(&format!("{path}/transitions")).items()[0]["to"], "revoked");
        let viewer = app.account("nguoi-xem", &[(Role::Viewer, Some("A"))]);
        viewer.get(&path).is(200);
    }

    fn of_two_delegations_at_once_one_is_given(app) {
        let (_standing, _pledge) = open_pledge(&app);
        let head = app.head("A");
        let names: Vec<String> = (0..4).map(|n| format!("pho.{n}.a")).collect();
        for name in &names {
            let _ = app.account(name, &[]);
        }
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let (app, head) = (&app, &head);
            let tries: Vec<_> = names.iter().map(|name| scope.spawn(move || give(app, head, json!({"delegate": name})).status)).collect();
            tries.into_iter().map(|tried| tried.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    }
}
