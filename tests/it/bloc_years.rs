//! Bloc years: members and offices by date, and the life of a year.

use thidua_store::clock::Clock;
use thidua_testkit::{json, on_both};

use crate::blocs::bloc_of;

on_both! {
    fn a_bloc_without_leader_stays_a_draft(app) {
        let standing = app.standing();
        let path = bloc_of(&app, &standing, &["A", "B", "C"]);
        let year = standing.get(&path).gives(200);
        assert_eq!(year["status"], "draft");
        assert_eq!(year["missing"], json!(["leader", "deputy", "document"]));
        assert_eq!(year["blocked"], json!([{"action": "open", "action_label": "Mở năm thi đua", "code": "leader_missing", "code_label": "Chưa có khối trưởng"}]));
        assert_eq!(year["missing_labels"], json!(["Chưa có khối trưởng", "Chưa có khối phó", "Chưa ghi văn bản"]));
        assert_eq!(year["advice"], json!(["few_members"]));
        standing.step(&path, &json!({"action": "open"})).refused(409, "leader_missing");
        standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": 2026})).refused(409, "bloc_year_taken");
        standing.post("/api/v1/bloc-years", &json!({"bloc": "NOWHERE", "year": 2027})).refused(422, "unknown_reference");
        standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": 2027, "members": ["A", "A"]})).refused(409, "member_twice");
        assert_eq!(standing.get("/api/v1/bloc-years?year=2027").items().len(), 0, "nothing half-written");
        let first = year["members"][0]["id"].as_str().unwrap().to_owned();
        let member = format!("{path}/members/{first}");
        standing.patch(&member, &json!({"office": "leader"})).is(200);
        let second = year["members"][1]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{path}/members/{second}"), &json!({"office": "leader"})).refused(409, "office_taken");
        standing.step(&path, &json!({"action": "open"})).is(201);
        assert_eq!(standing.get(&path).gives(200)["status"], "running");
        standing.patch(&path, &json!({"external_ids": {"qlvb": "KHOI-17", "cu": "9"}})).is(200);
        assert_eq!(standing.patch(&path, &json!({"external_ids": {"cu": null}})).gives(200)["external_ids"], json!({"qlvb": "KHOI-17"}));
        standing.patch(&path, &json!({"member_count": 9})).refused(422, "nothing_to_change");
        standing.get("/api/v1/bloc-years?q=%zz").refused(400, "bad_parameter");
        standing.get("/api/v1/bloc-years?q=%ff").refused(400, "bad_parameter");
        assert_eq!(standing.get("/api/v1/bloc-years?external_id=qlvb:KHOI-17").items().len(), 1);
        standing.step(&path, &json!({"action": "open"})).refused(409, "wrong_state");
        standing.step(&path, &json!({"action": "fly"})).refused(422, "not_in_list");
    }

    fn once_a_year_runs_units_join_and_leave_by_date(app) {
        let standing = app.standing();
        let path = bloc_of(&app, &standing, &["A", "B"]);
        let members = standing.get(&path).gives(200)["members"].clone();
        let (a, b) = (members[0]["id"].as_str().unwrap().to_owned(), members[1]["id"].as_str().unwrap().to_owned());
        standing.patch(&format!("{path}/members/{a}"), &json!({"office": "leader"})).is(200);
        standing.step(&path, &json!({"action": "open"})).is(201);
        standing.post("/api/v1/units", &json!({"code": "D", "kind": "department", "name": "Sở D (giả định)"})).is(201);
        standing.post(&format!("{path}/members"), &json!({"unit": "D"})).refused(409, "members_frozen");
        standing.post(&format!("{path}/members"), &json!({"unit": "D", "from_on": "2026-07-01", "note": "Mới thành lập"})).is(201);
        let shown = standing.get(&format!("{path}/members/{a}")).gives(200);
        assert_eq!(standing.patch(&format!("{path}/members/{a}"), &shown).gives(200), shown, "what was read can be sent back");
        standing.patch(&format!("{path}/members/{a}"), &json!({"office": "member", "note": "x"})).refused(409, "members_frozen");
        standing.patch(&format!("{path}/members/{b}"), &json!({"office": "deputy", "note": "Suy tôn"})).is(200);
        standing.patch(&format!("{path}/members/{b}"), &json!({"to_on": "2026-06-30", "note": "Sáp nhập"})).is(200);
        standing.patch(&format!("{path}/members/{b}"), &json!({"from_on": "2026-02-01", "note": "x"})).refused(409, "members_frozen");
        let etag = standing.get(&format!("{path}/members/{b}")).etag();
        standing.send("DELETE", &format!("{path}/members/{b}"), &[("if-match", &etag)], None).refused(409, "members_frozen");
        assert_eq!(standing.get(&path).gives(200)["member_count"], 2);
        assert_eq!(standing.get("/api/v1/bloc-years?member=D").items()[0]["leader"]["code"], "A");
        standing.step(&path, &json!({"action": "close"})).is(201);
        standing.post(&format!("{path}/members"), &json!({"unit": "P-HUE"})).refused(409, "wrong_state");
        standing.step(&path, &json!({"action": "reopen", "reason": "Bổ sung thành viên"})).is(201);
        let moves: Vec<_> = standing.get(&format!("{path}/transitions")).items().iter().map(|m| m["to"].clone()).collect();
        assert_eq!(moves, ["running", "closed", "running"]);
    }

    fn a_step_recorded_from_elsewhere_says_what_it_went_without(app) {
        let standing = app.standing();
        let path = bloc_of(&app, &standing, &["A", "B"]);
        let recorded = json!({"from": "paper", "happened_on": "2026-02-01"});
        let year = standing.step(&path, &json!({"action": "open", "recorded": recorded})).gives(201);
        assert_eq!((year["status"].clone(), year["missing"].clone()), (json!("running"), json!(["leader", "deputy", "document"])));
        standing.step(&path, &json!({"action": "close"})).is(201);
        let steps = standing.get(&format!("{path}/transitions")).items();
        let warnings: Vec<_> = steps.iter().map(|step| (step["action"].clone(), step["warnings"].clone())).collect();
        assert_eq!(warnings, [(json!("close"), json!([])), (json!("open"), json!(["leader_missing"]))]);
    }

    fn the_leader_follows_from_the_office(app) {
        let standing = app.standing();
        let path = bloc_of(&app, &standing, &["A", "B"]);
        let officer = app.officer("A");
        assert_eq!(officer.get(&path).gives(200)["allowed_actions"], json!([]));
        let a = standing.get(&path).gives(200)["members"][0]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{path}/members/{a}"), &json!({"office": "leader"})).is(200);
        assert_eq!(officer.get(&path).gives(200)["allowed_actions"], json!(["edit", "apply_criteria", "announce", "enter_ballot"]));
        assert_eq!(officer.patch(&path, &json!({"note": "Kế hoạch năm"})).gives(200)["note"], "Kế hoạch năm");
        app.officer("B").patch(&path, &json!({"note": "x"})).refused(403, "forbidden");
        officer.step(&path, &json!({"action": "open"})).refused(403, "forbidden");
    }

    fn an_office_counts_between_its_dates(app) {
        let standing = app.standing();
        let _ = bloc_of(&app, &standing, &["A", "B"]);
        let coming: i32 = app.clock.now().today().format("%Y").to_string().parse::<i32>().unwrap() + 1;
        let year = json!({"bloc": "KHOI", "year": coming, "members": ["A", "B"]});
        let path = format!("/api/v1/bloc-years/{}", standing.post("/api/v1/bloc-years", &year).made());
        let members = standing.get(&path).gives(200)["members"].clone();
        let office = |n: usize, change: serde_json::Value| {
            standing.patch(&format!("{path}/members/{}", members[n]["id"].as_str().unwrap()), &change).is(200);
        };
        let (this, next) = (app.officer("A"), app.officer("B"));
        office(0, json!({"office": "leader", "to_on": format!("{coming}-06-30")}));
        office(1, json!({"office": "leader", "from_on": format!("{coming}-07-01")}));
        assert_eq!(this.get(&path).gives(200)["allowed_actions"], json!(["edit", "apply_criteria", "announce", "enter_ballot"]), "an end that is only planned takes nothing away yet");
        next.patch(&path, &json!({"note": "x"})).refused(403, "forbidden");
        app.clock.advance(600 * 24 * 3600);
        let again = |username: &str| {
            let body = json!({"username": username, "password": thidua_testkit::PASSWORD});
            app.anon().post("/api/v1/auth/sessions", &body).gives(201)["access_token"].as_str().unwrap().to_owned()
        };
        let (this, next) = (again("cb.a"), again("cb.b"));
        app.bearer(&this).patch(&path, &json!({"note": "x"})).refused(403, "forbidden");
        assert_eq!(app.bearer(&next).get(&path).gives(200)["allowed_actions"], json!(["edit", "apply_criteria", "announce", "enter_ballot"]));
    }
}
