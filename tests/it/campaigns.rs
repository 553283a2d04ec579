//! Campaigns, their lives and what they respond to.

use thidua_domain::access::Role;
use thidua_testkit::{Value, json, on_both};

fn draft(code: &str, owner: &str, more: &Value) -> Value {
    let mut draft = json!({"code": code, "title": format!("Phong trào {code}"), "scope": "province", "form": "thematic", "owner": owner});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

on_both! {
    fn a_campaign_is_drafted_changed_and_launched(app) {
        let officer = app.officer("P-HUE");
        let made = officer.post("/api/v1/campaigns", &draft("HUE-1", "P-HUE", &json!({"issuer": "P-HUE", "from_on": "2021-01-01", "from_precision": "year"})));
        let id = made.made();
        let path = format!("/api/v1/campaigns/{id}");
        assert_eq!(made.header("location"), Some(path.as_str()));
        let campaign = made.json();
        assert_eq!((&campaign["status"], &campaign["status_label"]), (&json!("draft"), &json!("Dự thảo")));
        assert_eq!(campaign["allowed_actions"], json!(["edit"]));
        assert_eq!(campaign["blocked"], json!([]));
        assert_eq!(campaign["missing"], json!(["document", "to_on"]));
        officer.send("PATCH", &path, &[], Some(&json!({"slogan": "x"}))).refused(428, "if_match_required");
        let etag = officer.get(&path).etag();
        let plan = officer.post("/api/v1/documents", &json!({"code": "KH-1", "kind": "plan", "title": "Kế hoạch", "owner": "P-HUE"})).made();
        let changed = officer.patch(&path, &json!({"slogan": "Chung sức", "to_on": "2025-12-31", "document": "KH-1"})).gives(200);
        assert_eq!(changed["document"]["id"], json!(plan));
        assert_eq!(changed["missing"], json!([]));
        assert_eq!(changed["to_precision"], "day");
        officer.send("PATCH", &path, &[("if-match", &etag)], Some(&json!({"slogan": "y"}))).refused(412, "version_stale");
        officer.patch(&path, &json!({"title": null})).refused(422, "field_emptied");
        officer.patch(&path, &json!({"to_on": "2020-12-31"})).refused(422, "ends_before_start");
        officer.patch(&path, &json!({"launched_on": "2999-12-31"})).refused(422, "date_in_future");
        officer.patch(&path, &json!({"issuer_name": "x"})).refused(422, "reference_ambiguous");
        officer.patch(&path, &json!({"document": "NOTHING"})).refused(422, "unknown_reference");
        officer.patch(&path, &json!({"owner": "P-HA-NOI"})).refused(403, "forbidden");
        officer.step(&path, &json!({"action": "launch"})).refused(403, "forbidden");
        let head = app.head("P-HUE");
        assert_eq!(head.get(&path).gives(200)["allowed_actions"], json!(["edit", "launch", "cancel"]));
        head.step(&path, &json!({"action": "edit"})).refused(422, "not_in_list");
        head.step(&path, &json!({"action": "fly"})).refused(422, "not_in_list");
        head.step(&path, &json!({"action": "close"})).refused(409, "wrong_state");
        head.step(&path, &json!({"action": "cancel"})).refused(422, "reason_required");
        head.send("POST", &format!("{path}/transitions"), &[], Some(&json!({"action": "launch"}))).refused(428, "if_match_required");
        let launched = head.step(&path, &json!({"action": "launch"})).gives(201);
        assert_eq!((&launched["status"], &launched["origin"]), (&json!("launched"), &json!("performed")));
        assert!(launched["launched_on"].is_string());
        officer.patch(&path, &json!({"slogan": "z"})).refused(409, "wrong_state");
        head.step(&path, &json!({"action": "close", "recorded": {"from": "paper", "happened_on": "2999-01-01"}})).refused(422, "date_in_future");
        head.step(&path, &json!({"action": "close", "recorded": {"from": "paper", "happened_on": "2025-12-31"}})).refused(422, "confirm_required");
        head.step(&path, &json!({"action": "close", "confirm": "HUE-1", "recorded": {"from": "paper", "happened_on": "2025-12-31"}})).is(201);
        let moves = head.get(&format!("{path}/transitions")).items();
        assert_eq!(moves.len(), 2);
        assert_eq!((&moves[0]["from"], &moves[0]["to"], &moves[0]["origin"]), (&json!("launched"), &json!("closed"), &json!("recorded")));
        assert_eq!(head.get(&format!("{path}/history")).items().len(), 4);
    }

    fn what_happened_elsewhere_is_born_launched(app) {
        let officer = app.officer("P-HUE");
        let recorded = json!({"recorded": {"from": "paper", "happened_on": "2021-01-21", "by_position": "Chủ tịch"}});
        officer.post("/api/v1/campaigns", &draft("C0", "P-HUE", &json!({"recorded": {"from": "paper", "happened_on": "2999-01-21"}}))).refused(422, "date_in_future");
        let made = officer.post("/api/v1/campaigns", &draft("C1", "P-HUE", &recorded)).gives(201);
        assert_eq!((&made["status"], &made["origin"], &made["launched_on"]), (&json!("launched"), &json!("recorded"), &json!("2021-01-21")));
        assert_eq!(made["recorded"]["by_position"], "Chủ tịch");
        assert_eq!(made["missing"], json!(["document", "from_on", "to_on", "issuer"]));
        let path = format!("/api/v1/campaigns/{}", made["id"].as_str().unwrap());
        assert_eq!(officer.get(&format!("{path}/transitions")).items()[0]["action"], "launch");
        let standing = app.standing();
        standing.step(&path, &json!({"action": "cancel", "reason": "Nhập nhầm", "confirm": "C1"})).is(201);
        standing.step(&path, &json!({"action": "cancel", "reason": "Nhập nhầm"})).refused(409, "wrong_state");
        let later = standing.post("/api/v1/campaigns", &draft("C2", "P-HUE", &json!({}))).made();
        let launched = standing.step(&format!("/api/v1/campaigns/{later}"), &json!({"action": "launch", "recorded": {"from": "meeting", "happened_on": "2022-02-02"}})).gives(201);
        assert_eq!((&launched["origin"], &launched["launched_on"]), (&json!("recorded"), &json!("2022-02-02")));
    }

    fn campaigns_respond_to_higher_ones_but_not_in_circles(app) {
        let standing = app.standing();
        let a = standing.post("/api/v1/campaigns", &draft("A", "P-HUE", &json!({}))).made();
        let b = standing.post("/api/v1/campaigns", &draft("B", "P-HUE", &json!({"responds_to": ["A", a]}))).gives(201);
        assert_eq!(b["responds_to"].as_array().unwrap().len(), 1);
        assert_eq!(b["responds_to"][0]["code"], "A");
        let c = standing.post("/api/v1/campaigns", &draft("C", "P-HUE", &json!({"responds_to": ["B", "A"]}))).gives(201);
        assert_eq!(c["responds_to"][0]["code"], "B");
        let path = format!("/api/v1/campaigns/{a}");
        standing.patch(&path, &json!({"responds_to": ["C"]})).refused(422, "campaign_cycle");
        standing.patch(&path, &json!({"responds_to": ["A"]})).refused(422, "campaign_cycle");
        standing.patch(&path, &json!({"responds_to": ["NOTHING"]})).refused(422, "unknown_reference");
        let many: Vec<String> = (0..21).map(|n| format!("C{n}")).collect();
        standing.patch(&path, &json!({"responds_to": many})).refused(422, "too_many");
        standing.patch(&path, &json!({"responds_to": [""]})).refused(422, "too_short");
        let path = format!("/api/v1/campaigns/{}", c["id"].as_str().unwrap());
        assert_eq!(standing.patch(&path, &json!({"slogan": "x"})).gives(200)["responds_to"].as_array().unwrap().len(), 2);
        assert_eq!(standing.patch(&path, &json!({"responds_to": []})).gives(200)["responds_to"], json!([]));
        standing.patch(&format!("/api/v1/campaigns/{a}"), &json!({"responds_to": ["C"]})).is(200);
    }

    fn campaigns_are_checked_and_seen_by_staff(app) {
        let standing = app.standing();
        let refused = |more: Value, status, code: &str| standing.post("/api/v1/campaigns", &draft("X", "P-HUE", &more)).refused(status, code);
        refused(json!({"owner": "NOWHERE"}), 422, "unknown_reference");
        refused(json!({"issuer": "NOWHERE"}), 422, "unknown_reference");
        refused(json!({"issuer": "P-HUE", "issuer_name": "x"}), 422, "reference_ambiguous");
        refused(json!({"from_on": "2021-02-01", "to_on": "2021-01-01"}), 422, "ends_before_start");
        refused(json!({"scope": "moon"}), 422, "not_in_list");
        let dry = standing.post("/api/v1/campaigns?dry_run=true", &draft("X", "P-HUE", &json!({})));
        dry.is(201);
        let id = standing.post("/api/v1/campaigns", &draft("X", "P-HUE", &json!({"external_ids": {"cu": "1"}}))).made();
        refused(json!({}), 409, "code_taken");
        refused(json!({"code": "Y", "external_ids": {"cu": "1"}}), 409, "already_exists");
        let path = format!("/api/v1/campaigns/{id}");
        let officer = app.officer("P-HA-NOI");
        assert_eq!(officer.get(&path).gives(200)["allowed_actions"], json!([]));
        officer.patch(&path, &json!({"slogan": "x"})).refused(403, "forbidden");
        officer.step(&path, &json!({"action": "launch"})).refused(403, "forbidden");
        officer.post("/api/v1/campaigns", &draft("Z", "P-HUE", &json!({}))).refused(403, "forbidden");
        app.with(Role::Auditor).get(&path).is(200);
        let stranger = app.admin();
        for path in [path.clone(), format!("{path}/history"), format!("{path}/transitions")] {
            stranger.get(&path).refused(404, "not_found");
        }
        assert_eq!(stranger.get("/api/v1/campaigns").items().len(), 0);
        stranger.send("POST", &format!("{path}/transitions"), &[("if-match", "\"1\"")], Some(&json!({"action": "launch"}))).refused(404, "not_found");
        // The head of an upper unit looks on; only the owner's own head launches.
        let upper = json!({"code": "SO-A", "kind": "department", "name": "Sở A (giả định)", "parent": "P-HUE", "fictional": true});
        standing.post("/api/v1/units", &upper).is(201);
        let below = standing.post("/api/v1/campaigns", &draft("W", "SO-A", &json!({}))).made();
        app.head("P-HUE").step(&format!("/api/v1/campaigns/{below}"), &json!({"action": "launch"})).refused(403, "forbidden");
        app.head("SO-A").step(&format!("/api/v1/campaigns/{below}"), &json!({"action": "launch"})).is(201);
    }

    fn campaigns_are_found(app) {
        let standing = app.standing();
        for (code, title, more) in [
            ("B", "Cả nước chung sức xây dựng nông thôn mới", json!({"scope": "nationwide", "issuer_name": "Thủ tướng Chính phủ"})),
            ("A", "Đắk Nông chung sức xây dựng nông thôn mới", json!({"issuer": "P-HUE", "responds_to": ["B"], "slogan": "Sạch và xanh"})),
            ("C", "Dân vận khéo", json!({"form": "regular", "external_ids": {"cu": "3"}, "recorded": {"from": "legacy", "happened_on": "2020-01-01"}})),
        ] {
            let mut body = draft(code, "P-HUE", &more);
            body["title"] = json!(title);
            standing.post("/api/v1/campaigns", &body).is(201);
        }
        let codes = |query: &str| -> Vec<String> {
            standing.get(&format!("/api/v1/campaigns?{query}")).items().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("sort=name"), ["B", "C", "A"]);
        assert_eq!(codes("scope=nationwide"), ["B"]);
        assert_eq!(codes("form=regular"), ["C"]);
        assert_eq!(codes("status=launched"), ["C"]);
        assert_eq!(codes("issuer=P-HUE"), ["A"]);
        assert_eq!(codes("code=B"), ["B"]);
        assert_eq!(codes("responds_to=B"), ["A"]);
        assert_eq!(codes("external_id=cu:3"), ["C"]);
        assert_eq!(codes("q=dak%20nong"), ["A"]);
        assert_eq!(codes("q=sach%20va"), ["A"]);
        let first = standing.get("/api/v1/campaigns?limit=2").gives(200);
        let next = standing.get(&format!("/api/v1/campaigns?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).items();
        assert_eq!(next[0]["code"], "A");
        standing.get("/api/v1/campaigns?responds_to=NOTHING").refused(422, "unknown_reference");
        let made = standing.post("/api/v1/campaigns", &json!({"title": "Dân vận khéo", "scope": "agency", "form": "regular", "owner": "P-HUE"})).gives(201);
        let again = standing.post("/api/v1/campaigns", &json!({"title": "Dân vận khéo", "scope": "agency", "form": "regular", "owner": "P-HUE"})).gives(201);
        assert_eq!(made["code"], "DAN-VAN-KHEO");
        assert!(again["code"].as_str().unwrap().starts_with("DAN-VAN-KHEO-"));
    }
}
