//! Officers of many units: rights follow the office, and the whole work is handed over in one act.

use thidua_store::clock::Clock;
use thidua_testkit::{Caller, PASSWORD, Reply, TestApp, Value, json, on_both};

/// Units, a person behind an account, and what the account is called.
fn officer<'a>(app: &'a TestApp, standing: &Caller<'_>, code: &str) -> Caller<'a> {
    let person = json!({"code": code, "full_name": format!("Cán bộ {code} (giả định)"), "owner": "P-HUE", "fictional": true});
    standing.post("/api/v1/people", &person).is(201);
    let account = json!({"username": format!("cb.{}", code.to_lowercase()), "display_name": code, "password": PASSWORD, "person": code});
    app.signed_in("system-admin.tat-ca").post("/api/v1/users", &account).is(201);
    app.signed_in(&format!("cb.{}", code.to_lowercase()))
}

fn units(standing: &Caller<'_>, codes: &[&str]) -> Vec<String> {
    let make = |code: &&str| {
        let draft = json!({"code": code, "kind": "department", "name": format!("Sở {code} (giả định)"), "fictional": true});
        format!("/api/v1/units/{}", standing.post("/api/v1/units", &draft).made())
    };
    codes.iter().map(make).collect()
}

fn id_of(app: &TestApp, name: &str) -> String {
    format!("/api/v1/users/{}", app.signed_in(name).get("/api/v1/me").gives(200)["id"].as_str().unwrap())
}

fn today(app: &TestApp) -> String {
    app.clock.now().today().to_string()
}

fn hand(app: &TestApp, admin: &Caller<'_>, from: &str, to: &str, more: Value) -> Reply {
    let mut draft = json!({"to": to, "on": today(app), "reason": "Chuyển công tác"});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    admin.post(&format!("{}/handovers", id_of(app, from)), &draft)
}

fn may_write(caller: &Caller<'_>, unit: &str) -> u16 {
    let draft = json!({"kind": "plan", "title": "Kế hoạch", "owner": unit});
    caller.post("/api/v1/documents?dry_run=true", &draft).status
}

on_both! {
    fn one_officer_works_for_many_units(app) {
        let (standing, _admin) = (app.standing(), app.admin());
        let paths = units(&standing, &["A", "B", "C"]);
        let lan = officer(&app, &standing, "LAN");
        assert_eq!(may_write(&lan, "A"), 403);
        for path in &paths[..2] {
            standing.post(&format!("{path}/officers"), &json!({"person": "LAN", "duty": "Chuyên viên"})).is(201);
        }
        // From the next request on, for each of them and no other.
        assert_eq!((may_write(&lan, "A"), may_write(&lan, "B"), may_write(&lan, "C")), (201, 201, 403));
        let me = lan.get("/api/v1/me").gives(200);
        let roles: Vec<_> = me["roles"].as_array().unwrap().iter().map(|one| (one["role"].clone(), one["scope_ref"]["code"].clone())).collect();
        assert_eq!(roles, [(json!("unit_officer"), json!("A")), (json!("unit_officer"), json!("B"))]);
        assert_eq!(me["grants"], json!([]));
        let person = standing.get("/api/v1/people?code=LAN").items()[0]["id"].as_str().unwrap().to_owned();
        let offices = standing.get(&format!("/api/v1/people/{person}/offices")).items();
        let codes: Vec<_> = offices.iter().map(|office| (office["unit"]["code"].clone(), office["in_force"].clone())).collect();
        assert_eq!(codes, [(json!("A"), json!(true)), (json!("B"), json!(true))]);
        app.officer("P-CAO-BANG").get(&format!("/api/v1/people/{person}/offices")).refused(404, "not_found");
        let part = offices[0]["id"].as_str().unwrap();
        standing.take_part(&paths[0], &format!("parts/{part}")).is(204);
        assert_eq!((may_write(&lan, "A"), may_write(&lan, "B")), (403, 201));
        // An office gives rights, so the head appoints; an officer does not, nor anybody themselves.
        let draft = json!({"person": "LAN"});
        lan.post(&format!("{}/officers", paths[1]), &draft).refused(403, "forbidden");
        app.officer("C").post(&format!("{}/officers", paths[2]), &draft).refused(403, "forbidden");
        let heads = json!({"role": "unit_head", "scope": "unit", "scope_ref": "P-HUE"});
        app.signed_in("system-admin.tat-ca").post(&format!("{}/grants", id_of(&app, "cb.lan")), &heads).is(201);
        let own = standing.get("/api/v1/units?code=P-HUE").items()[0]["id"].as_str().unwrap().to_owned();
        lan.post(&format!("/api/v1/units/{own}/officers"), &draft).refused(422, "own_access");
        // Whose account it is decides whose offices count.
        let account = id_of(&app, "cb.lan");
        app.signed_in("system-admin.tat-ca").patch(&account, &json!({"person": null})).is(200);
        assert_eq!(may_write(&lan, "B"), 403);
    }

    fn rights_of_an_office_end_with_it(app) {
        let (standing, _admin) = (app.standing(), app.admin());
        let paths = units(&standing, &["A"]);
        let lan = officer(&app, &standing, "LAN");
        let last = json!({"person": "LAN", "to_on": today(&app)});
        standing.post(&format!("{}/officers", paths[0]), &last).is(201);
        assert_eq!(may_write(&lan, "A"), 201);
        app.clock.advance(24 * 3600);
        let session = app.anon().post("/api/v1/auth/sessions", &json!({"username": "cb.lan", "password": PASSWORD})).gives(201);
        assert_eq!(may_write(&app.bearer(session["access_token"].as_str().unwrap()), "A"), 403);
    }

    fn the_whole_work_goes_over_in_one_act(app) {
        let (standing, admin) = (app.standing(), app.admin());
        let paths = units(&standing, &["A", "B", "C"]);
        let (lan, binh) = (officer(&app, &standing, "LAN"), officer(&app, &standing, "BINH"));
        for path in &paths[..2] {
            standing.post(&format!("{path}/officers"), &json!({"person": "LAN", "duty": "Chuyên viên"})).is(201);
        }
        let grant = json!({"role": "unit_officer", "scope": "unit", "scope_ref": "C"});
        admin.post(&format!("{}/grants", id_of(&app, "cb.lan")), &grant).is(201);
        let document = json!({"code": "QD-1", "kind": "decision", "title": "Quyết định điều động (giả định)", "owner": "A", "fictional": true});
        standing.post("/api/v1/documents", &document).is(201);

        let dry = admin.post(&format!("{}/handovers?dry_run=true", id_of(&app, "cb.lan")), &json!({"to": "cb.binh", "on": today(&app), "reason": "x"}));
        assert_eq!((dry.gives(201)["offices"].as_array().unwrap().len(), dry.json()["roles"].as_array().unwrap().len()), (2, 1));
        assert_eq!((may_write(&lan, "A"), may_write(&binh, "A")), (201, 403), "a preview moves nothing");

        let made = hand(&app, &admin, "cb.lan", "cb.binh", json!({"document": "QD-1"})).gives(201);
        assert_eq!((made["roles"][0]["scope_ref"]["code"].clone(), made["document"]["code"].clone()), (json!("C"), json!("QD-1")));
        for unit in ["A", "B", "C"] {
            assert_eq!((may_write(&lan, unit), may_write(&binh, unit)), (403, 201), "{unit}");
        }
        // What was is history: the former officer until yesterday, the new one from today on.
        let officers = standing.get(&format!("{}/officers", paths[0])).items();
        let lasts: Vec<_> = officers.iter().map(|one| (one["person"]["code"].clone(), one["to_on"].is_null())).collect();
        assert!(lasts.contains(&(json!("LAN"), false)) && lasts.contains(&(json!("BINH"), true)), "{lasts:?}");
        let told = standing.get(&format!("{}/history", paths[0])).items();
        assert_eq!((told[0]["action"].clone(), told[0]["fields"].clone()), (json!("edit"), json!(["officers"])), "{}", told[0]);
        let history = admin.get(&format!("{}/history", id_of(&app, "cb.lan"))).items();
        let told: Vec<_> = history.iter().filter(|entry| entry["action"] == "hand_over").collect();
        assert_eq!((told.len(), told[0]["reason"].clone(), told[0]["after"]["offices"].as_array().unwrap().len()), (1, json!("Chuyển công tác"), 2));
        // A second time there is nothing left to go over.
        let again = hand(&app, &admin, "cb.lan", "cb.binh", json!({})).gives(201);
        assert_eq!((again["roles"].clone(), again["offices"].clone()), (json!([]), json!([])));
    }

    fn a_handover_to_come_leaves_the_work_where_it_is_until_then(app) {
        let (standing, admin) = (app.standing(), app.admin());
        let paths = units(&standing, &["A", "C"]);
        let (lan, binh) = (officer(&app, &standing, "LAN"), officer(&app, &standing, "BINH"));
        standing.post(&format!("{}/officers", paths[0]), &json!({"person": "LAN"})).is(201);
        admin.post(&format!("{}/grants", id_of(&app, "cb.lan")), &json!({"role": "unit_officer", "scope": "unit", "scope_ref": "C"})).is(201);
        let tomorrow = app.clock.now().today().succ_opt().unwrap().to_string();
        hand(&app, &admin, "cb.lan", "cb.binh", json!({"on": tomorrow})).is(201);
        for unit in ["A", "C"] {
            assert_eq!((may_write(&lan, unit), may_write(&binh, unit)), (201, 403), "{unit} today");
        }
        app.clock.advance(24 * 3600);
        let fresh = |name: &str| {
            let session = app.anon().post("/api/v1/auth/sessions", &json!({"username": name, "password": PASSWORD})).gives(201);
            app.bearer(session["access_token"].as_str().unwrap())
        };
        for unit in ["A", "C"] {
            assert_eq!((may_write(&fresh("cb.lan"), unit), may_write(&fresh("cb.binh"), unit)), (403, 201), "{unit} tomorrow");
        }
    }

    fn what_cannot_go_over_keeps_everything_where_it_is(app) {
        let (standing, admin) = (app.standing(), app.admin());
        let paths = units(&standing, &["A"]);
        let lan = officer(&app, &standing, "LAN");
        let (_bare, head) = (app.account("khong.nguoi", &[]), app.head("A"));
        standing.post(&format!("{}/officers", paths[0]), &json!({"person": "LAN"})).is(201);
        let told = hand(&app, &admin, "cb.lan", "khong.nguoi", json!({})).refused(409, "handover_blocked");
        assert!(told["detail"].as_str().unwrap().contains("khong.nguoi"), "{told}");
        let each = &told["errors"][0];
        assert_eq!((&each["pointer"], &each["code"]), (&json!("/to"), &json!("handover_no_person")), "{told}");
        assert!(each["detail"].as_str().unwrap().contains("khong.nguoi"), "{told}");
        hand(&app, &admin, "cb.lan", "cb.lan", json!({})).refused(422, "handover_to_oneself");
        let yesterday = app.clock.now().today().pred_opt().unwrap().to_string();
        hand(&app, &admin, "cb.lan", "khong.nguoi", json!({"on": yesterday})).refused(422, "handover_in_past");
        hand(&app, &admin, "cb.lan", "khong.co", json!({})).refused(422, "unknown_reference");
        hand(&app, &admin, "cb.lan", "khong.nguoi", json!({"document": "NOTHING"})).refused(422, "unknown_reference");
        hand(&app, &admin, "system-admin.tat-ca", "cb.lan", json!({})).refused(422, "own_access");
        hand(&app, &admin, "cb.lan", "system-admin.tat-ca", json!({})).refused(422, "own_access");
        hand(&app, &lan, "cb.lan", "khong.nguoi", json!({})).refused(403, "forbidden");
        hand(&app, &standing, "cb.lan", "khong.nguoi", json!({})).refused(404, "not_found");
        admin.post(&format!("{}/handovers", id_of(&app, "cb.lan")), &json!({"to": "khong.nguoi", "on": today(&app)})).refused(422, "required");
        // A post of one's own and a delegation given by name do not go over like work.
        let binh = officer(&app, &standing, "BINH");
        let document = json!({"code": "GUQ", "kind": "other", "title": "Giấy ủy quyền (giả định)", "owner": "A", "fictional": true});
        standing.post("/api/v1/documents", &document).is(201);
        let delegation = json!({"code": "UQ-1", "unit": "A", "delegate": "cb.lan", "acts": ["vote"], "from_on": today(&app), "to_on": today(&app), "document": "GUQ"});
        head.post("/api/v1/delegations", &delegation).is(201);
        let told = hand(&app, &admin, "cb.lan", "cb.binh", json!({})).refused(409, "handover_blocked");
        assert!(told["detail"].as_str().unwrap().contains("UQ-1"), "{told}");
        let told = hand(&app, &admin, "tt.a", "cb.binh", json!({})).refused(409, "handover_blocked");
        assert!(told["detail"].as_str().unwrap().contains("thủ trưởng") && told["detail"].as_str().unwrap().contains("UQ-1"), "{told}");
        let codes: Vec<&str> = told["errors"].as_array().unwrap().iter().map(|each| each["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["handover_personal", "handover_delegates"], "each by itself: {told}");
        assert!(told["errors"][1]["detail"].as_str().unwrap().contains("UQ-1"), "{told}");
        assert_eq!((may_write(&lan, "A"), may_write(&binh, "A")), (201, 403));
        admin.step(&id_of(&app, "cb.binh"), &json!({"action": "deactivate", "reason": "Nghỉ"})).is(201);
    }
}
