//! People and their employments.

mod lives;
mod merges;
mod papers;

use thidua_domain::access::Role;
use thidua_testkit::{Caller, TestApp, json, on_both};

/// A department below Huế, and the standing body that made it.
fn department(app: &TestApp) -> Caller<'_> {
    let standing = app.standing();
    let draft = json!({"code": "SO-A", "kind": "department", "name": "Sở A (giả định)", "parent": "P-HUE", "fictional": true});
    standing.post("/api/v1/units", &draft).is(201);
    standing
}

on_both! {
    fn a_person_is_made_read_and_changed(app) {
        let _ = department(&app);
        let officer = app.officer("SO-A");
        let draft = json!({
            "code": "NV-001", "full_name": "Nguyễn Thị Lan (giả định)", "born_on": "1985-01-01", "born_precision": "year", "gender": "female",
            "owner": "SO-A", "employment": {"unit": "SO-A", "position": "Chuyên viên", "from_on": "2015-03-01"}, "fictional": true,
            "external_ids": {"hrm": "42"}
        });
        let made = officer.post("/api/v1/people", &draft);
        let id = made.made();
        let path = format!("/api/v1/people/{id}");
        assert_eq!(made.header("location"), Some(path.as_str()));
        officer.post("/api/v1/people", &draft).refused(409, "code_taken");
        let person = officer.get(&path).gives(200);
        assert_eq!(person["owner"]["code"], "SO-A");
        assert_eq!(person["employments"][0]["unit"]["code"], "SO-A");
        assert_eq!(person["employments"][0]["in_force"], true);
        assert_eq!(person["allowed_actions"], json!(["edit", "merge"]));
        assert_eq!(person["gender_label"], "Nữ");
        let etag = officer.get(&path).etag();
        officer.send("PATCH", &path, &[], Some(&json!({"note": "x"}))).refused(428, "if_match_required");
        let job = format!("{path}/employments/{}", person["employments"][0]["id"].as_str().unwrap());
        for reply in [officer.send("DELETE", &job, &[], None), officer.send("DELETE", &job, &[("if-match", "\"77.x\"")], None)] {
            let told = reply.json();
            assert!(reply.status == 428 || reply.status == 412, "{told}");
            let detail = told["detail"].as_str().unwrap();
            assert!(detail.contains(&format!("GET {path}")) && !detail.contains("employments"), "a part has the version of its whole: {told}");
        }
        assert_eq!(officer.patch(&path, &json!({"full_name": "Nguyễn Thị Lan Anh (giả định)", "born_on": null})).gives(200)["version"], 2);
        assert!(officer.get(&path).gives(200)["born_precision"].is_null());
        officer.send("PATCH", &path, &[("if-match", &etag)], Some(&json!({"note": "y"}))).refused(412, "version_stale");
        officer.patch(&path, &json!({"full_name": null})).refused(422, "field_emptied");
        officer.patch(&path, &json!({"born_on": "2999-01-01"})).refused(422, "date_in_future");
        officer.patch(&path, &json!({"owner": "NOWHERE"})).refused(422, "unknown_reference");
        officer.patch(&path, &json!({"owner": "P-HA-NOI"})).refused(403, "forbidden");
        officer.patch(&path, &json!({"code": "P 1"})).refused(422, "bad_format");
        let history = officer.get(&format!("{path}/history")).items();
        assert_eq!(history[0]["fields"], json!(["born_on", "born_precision", "full_name"]), "{history:?}");
        assert_eq!(history[0]["before"]["born_on"], "1985-01-01");
        let other = json!({"full_name": "Trần Văn B (giả định)", "owner": "SO-A", "external_ids": {"hrm": "42"}});
        officer.post("/api/v1/people", &other).refused(409, "already_exists");
    }

    fn codes_are_made_and_drafts_are_checked(app) {
        let standing = app.standing();
        let draft = json!({"full_name": "Lê Văn C (giả định)", "owner": "P-HUE"});
        let first = standing.post("/api/v1/people", &draft).gives(201);
        let second = standing.post("/api/v1/people", &draft).gives(201);
        assert!(first["code"].as_str().unwrap().starts_with("LE-VAN-C-"), "{first}");
        assert_ne!(first["code"], second["code"]);
        standing.post("/api/v1/people", &json!({"full_name": "X"})).refused(422, "required");
        standing.post("/api/v1/people", &json!({"full_name": "X", "owner": "NOWHERE"})).refused(422, "unknown_reference");
        standing.post("/api/v1/people", &json!({"full_name": "X", "owner": "P-HUE", "born_on": "2999-01-01"})).refused(422, "date_in_future");
        let backwards = json!({"full_name": "X", "owner": "P-HUE", "employment": {"unit": "P-HUE", "from_on": "2021-01-02", "to_on": "2021-01-01"}});
        assert_eq!(standing.post("/api/v1/people", &backwards).refused(422, "ends_before_start")["errors"][0]["pointer"], "/employment/to_on");
        let nowhere = json!({"full_name": "X", "owner": "P-HUE", "employment": {"unit": "NOWHERE"}});
        assert_eq!(standing.post("/api/v1/people", &nowhere).refused(422, "unknown_reference")["errors"][0]["pointer"], "/employment/unit");
        standing.post("/api/v1/people", &json!({"full_name": "X", "owner": "P-HUE", "employment": {"unit": "P-HUE", "rank": 1}})).refused(400, "unknown_field");
        let dry = standing.post("/api/v1/people?dry_run=true", &json!({"code": "DRY", "full_name": "X", "owner": "P-HUE"}));
        dry.is(201);
        assert_eq!(standing.get("/api/v1/people?code=DRY").items().len(), 0);
    }

    fn people_are_seen_from_their_units_only(app) {
        let standing = department(&app);
        let draft = json!({"code": "NV-1", "full_name": "Nguyễn Thị Lan (giả định)", "owner": "SO-A", "employment": {"unit": "P-HA-NOI"}});
        let id = standing.post("/api/v1/people", &draft).made();
        let path = format!("/api/v1/people/{id}");
        for insider in [app.officer("SO-A"), app.officer("P-HUE"), app.head("P-HA-NOI")] {
            insider.get(&path).is(200);
            assert_eq!(insider.get("/api/v1/people").items().len(), 1);
        }
        let viewer = app.account("nguoi-xem", &[(Role::Viewer, Some("SO-A"))]);
        assert_eq!(viewer.get(&path).gives(200)["allowed_actions"], json!([]));
        viewer.patch(&path, &json!({"note": "x"})).refused(403, "forbidden");
        assert!(viewer.get(&format!("{path}/history")).items()[0]["after"].is_null());
        for stranger in [app.officer("P-CAO-BANG"), app.admin()] {
            stranger.get(&path).refused(404, "not_found");
            stranger.get(&format!("{path}/history")).refused(404, "not_found");
            stranger.get(&format!("{path}/employments")).refused(404, "not_found");
            assert_eq!(stranger.get("/api/v1/people").items().len(), 0);
            stranger.send("PATCH", &path, &[("if-match", "\"1\"")], Some(&json!({"note": "x"}))).refused(404, "not_found");
            stranger.post("/api/v1/people", &draft).refused(403, "forbidden");
        }
    }

    fn employments_are_added_and_ended(app) {
        let _ = department(&app);
        let officer = app.officer("SO-A");
        let id = officer.post("/api/v1/people", &json!({"full_name": "Phạm D (giả định)", "owner": "SO-A"})).made();
        let path = format!("/api/v1/people/{id}/employments");
        let job = officer.post(&path, &json!({"unit": "SO-A", "position": "Giám đốc", "head": true, "from_on": "2020-01-01"})).made();
        officer.post(&path, &json!({"unit": "SO-A", "position": "Giám đốc", "from_on": "2021-01-01"})).refused(409, "periods_overlap");
        officer.post(&path, &json!({"unit": "SO-A", "position": "Bí thư"})).is(201);
        officer.post(&path, &json!({"unit": "SO-A", "from_on": "2021-01-02", "to_on": "2021-01-01"})).refused(422, "ends_before_start");
        officer.post(&path, &json!({"unit": "SO-A", "document": "NOTHING"})).refused(422, "unknown_reference");
        // Nobody makes directors of other units; where somebody used to work is history.
        officer.post(&path, &json!({"unit": "P-HUE", "position": "Giám đốc", "head": true})).refused(403, "forbidden");
        officer.post(&path, &json!({"unit": "P-HUE", "to_on": "2999-01-01"})).refused(403, "forbidden");
        let end = format!("{path}/{job}/end");
        officer.put(&end, &json!({"to_on": "2021-12-31"})).refused(428, "if_match_required");
        let read = officer.get(&format!("/api/v1/people/{id}")).etag();
        let ends = |path: &str, on: &str| officer.send("PUT", path, &[("if-match", &read)], Some(&json!({"to_on": on})));
        ends(&end, "2019-12-31").refused(422, "ends_before_start");
        ends(&format!("{path}/{id}/end"), "2021-12-31").refused(404, "not_found");
        ends(&end, "2021-12-31").is(204);
        ends(&end, "2022-12-31").refused(412, "version_stale");
        let person = format!("/api/v1/people/{id}");
        officer.end_part(&person, &format!("employments/{job}"), "2022-12-31").refused(409, "already_ended");
        let jobs = officer.get(&path).items();
        assert_eq!(jobs.len(), 2);
        assert!(jobs[0]["from_on"].is_null());
        assert_eq!(jobs[1]["to_on"], "2021-12-31");
        assert_eq!(jobs[1]["in_force"], false);
        assert_eq!(officer.get(&format!("/api/v1/people/{id}")).gives(200)["version"], 4);
        let stranger = app.officer("P-HA-NOI");
        stranger.get(&path).refused(404, "not_found");
        stranger.send("PUT", &end, &[("if-match", "*")], Some(&json!({"to_on": "2021-12-31"}))).refused(404, "not_found");
        // An entry that was a mistake is taken away, and entered again.
        stranger.send("DELETE", &format!("{path}/{job}"), &[("if-match", "*")], None).refused(404, "not_found");
        officer.send("DELETE", &format!("{path}/{job}"), &[], None).refused(428, "if_match_required");
        officer.send("DELETE", &format!("{path}/{job}"), &[("if-match", &read)], None).refused(412, "version_stale");
        officer.take_part(&person, &format!("employments/{id}")).refused(404, "not_found");
        officer.take_part(&person, &format!("employments/{job}")).is(204);
        assert_eq!(officer.get(&path).items().len(), 1);
        let last = officer.get(&format!("{person}/history")).items().remove(0);
        assert_eq!(last["before"]["employments"]["position"], "Giám đốc", "{last}");
        officer.post(&path, &json!({"unit": "SO-A", "position": "Giám đốc", "from_on": "2020-01-01", "to_on": "2022-12-31"})).is(201);
    }

    fn people_are_found_by_name_unit_and_code(app) {
        let standing = app.standing();
        for (code, name, unit) in [("A", "Trần Văn Bình (giả định)", "P-HUE"), ("B", "Nguyễn Thị Ân (giả định)", "P-HA-NOI"), ("C", "Đỗ Thị An (giả định)", "P-HUE")] {
            let draft = json!({"code": code, "full_name": name, "owner": "P-HUE", "employment": {"unit": unit}, "external_ids": {"hrm": code}});
            standing.post("/api/v1/people", &draft).is(201);
        }
        let codes = |query: &str| -> Vec<String> {
            standing.get(&format!("/api/v1/people?{query}")).items().iter().map(|person| person["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("sort=name"), ["C", "B", "A"]);
        assert_eq!(codes("q=nguyen%20thi"), ["B"]);
        assert_eq!(codes("unit=P-HUE"), ["C", "A"]);
        assert_eq!(codes("code=A"), ["A"]);
        assert_eq!(codes("external_id=hrm:C"), ["C"]);
        standing.get("/api/v1/people?external_id=C").refused(400, "bad_parameter");
        assert_eq!(codes("q=%25"), Vec::<String>::new());
        let first = standing.get("/api/v1/people?limit=2").gives(200);
        let next = standing.get(&format!("/api/v1/people?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).items();
        assert_eq!(next[0]["code"], "A");
        standing.get("/api/v1/people?unit=NOWHERE").refused(422, "unknown_reference");
    }
}
