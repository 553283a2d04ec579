//! Criteria sets: templates, drafts, checks, publication, amendments, application to bloc years.

use thidua_testkit::{Caller, Value, json, on_both};

use crate::blocs::bloc_of;

/// A sound table of a unit.
pub(crate) fn table(code: &str, owner: &str) -> Value {
    json!({
        "code": code, "name": format!("Bảng điểm {code} (giả định)"), "owner": owner, "fictional": true, "scale": 100,
        "contents": [
            {"node": "group", "code": "I", "name": "Thực hiện nhiệm vụ", "max": 80, "children": [
                {"node": "item", "code": "I.1", "name": "Tỷ lệ hồ sơ đúng hạn", "max": 50, "rule": {"kind": "linear", "better": "higher", "plan": 100}},
                {"node": "item", "code": "I.2", "name": "Nộp báo cáo", "max": 30, "rule": {"kind": "deadline", "bands": [
                    {"up_to": 0, "points": 30}, {"up_to": 5, "points": 15}, {"points": 0}
                ]}}
            ]},
            {"node": "item", "code": "II", "name": "Tổ chức phong trào", "max": 20, "rule": {"kind": "manual", "step": 0.5}}
        ],
        "bonus": {"place": "above_scale", "cap": 5, "items": [{"code": "T", "name": "Mô hình mới", "given": {"most": 5, "step": 1}}]},
        "penalties": {"items": [{"code": "P", "name": "Vi phạm", "causes": [{"code": "CHAM", "name": "Chậm báo cáo", "points": 2, "times": 3}]}]},
        "tie_breakers": [{"by": "bonus"}, {"by": "group", "group": "I"}, {"by": "ballot"}]
    })
}

fn with(mut draft: Value, more: &Value) -> Value {
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

/// Drafts and publishes a table; its path.
pub(crate) fn published(keeper: &Caller<'_>, draft: &Value) -> String {
    let path = format!("/api/v1/criteria-sets/{}", keeper.post("/api/v1/criteria-sets", draft).made());
    keeper.step(&path, &json!({"action": "publish", "confirm": draft["code"]})).is(201);
    path
}

fn codes(reply: &Value) -> Vec<&str> {
    reply["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

on_both! {
    fn five_templates_come_with_the_program_and_can_be_copied(app) {
        let standing = app.standing();
        let officer = app.officer("P-HUE");
        let templates = officer.get("/api/v1/criteria-sets?template=true").items();
        let mut codes: Vec<&str> = templates.iter().map(|set| set["code"].as_str().unwrap()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["BTP-2561-2012", "DONG-THAP-TP-2022", "HCM-2008", "HUE-804-2018", "NGHE-AN-2025"]);
        let hue = officer.get("/api/v1/criteria-sets?code=HUE-804-2018").items()[0].clone();
        assert_eq!((&hue["scale"], &hue["template"], &hue["status"], &hue["allowed_actions"]), (&json!(1000), &json!(true), &json!("published"), &json!([])));
        let path = format!("/api/v1/criteria-sets/{}", hue["id"].as_str().unwrap());
        let whole = officer.get(&path).gives(200);
        assert_eq!((&whole["bonus"]["cap"], &whole["contents"][0]["max"]), (&json!(50), &json!(950)));
        officer.patch(&path, &json!({"name": "x"})).refused(403, "forbidden");
        standing.patch(&path, &json!({"name": "x"})).refused(409, "wrong_state");

        let copy = officer.post("/api/v1/criteria-sets", &json!({"code": "BD-HUE", "name": "Bảng điểm Huế (giả định)", "owner": "P-HUE", "copy_of": "HUE-804-2018"})).gives(201);
        assert_eq!((&copy["contents"], &copy["bonus"], &copy["scale"]), (&whole["contents"], &whole["bonus"], &json!(1000)));
        assert_eq!((&copy["status"], &copy["edition"], &copy["template"], &copy["faults"]), (&json!("draft"), &json!(1), &json!(false), &json!([])));
        let unnamed = officer.post("/api/v1/criteria-sets", &json!({"owner": "P-HUE", "copy_of": "NGHE-AN-2025", "scale": 50})).gives(201);
        assert_eq!((&unnamed["scale"], &unnamed["faults"][0]["code"]), (&json!(50), &json!("criteria_sum_differs")));
        officer.post("/api/v1/criteria-sets", &json!({"owner": "P-HUE", "amends": "NGHE-AN-2025"})).refused(409, "criteria_template");
    }

    fn a_table_is_drafted_checked_and_published(app) {
        let standing = app.standing();
        bloc_of(&app, &standing, &["A", "B"]);
        let officer = app.officer("A");
        officer.post("/api/v1/criteria-sets?dry_run=true", &table("BD", "A")).is(201);
        let made = officer.post("/api/v1/criteria-sets", &with(table("BD", "A"), &json!({"external_ids": {"cu": "1"}})));
        let path = format!("/api/v1/criteria-sets/{}", made.made());
        let made = made.json();
        assert_eq!((&made["item_count"], &made["faults"], &made["missing"], &made["blocked"]), (&json!(5), &json!([]), &json!(["document"]), &json!([])));
        assert_eq!(made["allowed_actions"], json!(["publish", "withdraw", "edit"]));
        assert_eq!(officer.get("/api/v1/criteria-sets?external_id=cu:1&owner=A&status=draft&template=false").items().len(), 1);
        assert!(officer.get("/api/v1/criteria-sets?q=bang%20diem%20bd").items()[0].get("contents").is_none());
        officer.post("/api/v1/criteria-sets", &table("BD", "A")).refused(409, "code_taken");
        officer.post("/api/v1/criteria-sets", &with(table("BD2", "A"), &json!({"external_ids": {"cu": "1"}}))).refused(409, "already_exists");
        officer.post("/api/v1/criteria-sets", &table("BD2", "B")).refused(403, "forbidden");

        officer.send("PATCH", &path, &[], Some(&json!({"name": "x"}))).refused(428, "if_match_required");
        officer.send("PATCH", &path, &[("if-match", "\"99\"")], Some(&json!({"name": "x"}))).refused(412, "version_stale");
        officer.patch(&path, &json!({"name": null})).refused(422, "field_emptied");
        officer.patch(&path, &json!({"owner": "B"})).refused(403, "forbidden");
        // A draft may be unsound; what keeps it from being published is said with the item.
        let draft = officer.patch(&path, &json!({"scale": 90, "penalties": null, "task_group": "III"})).gives(200);
        assert!(draft.get("penalties").is_none());
        let faults: Vec<&Value> = draft["faults"].as_array().unwrap().iter().map(|fault| &fault["code"]).collect();
        assert_eq!(faults, ["criteria_sum_differs", "criteria_unknown_item"]);
        assert_eq!((&draft["blocked"][0]["action"], &draft["blocked"][0]["code"]), (&json!("publish"), &json!("criteria_faulty")));
        let refused = officer.step(&path, &json!({"action": "publish", "confirm": "BD"}));
        refused.is(422);
        assert_eq!(codes(&refused.json()), ["criteria_sum_differs", "criteria_unknown_item"]);
        assert_eq!(officer.patch(&path, &json!({"scale": 100, "task_group": null})).gives(200)["faults"], json!([]));

        officer.step(&path, &json!({"action": "publish"})).refused(422, "confirm_required");
        let published = officer.step(&path, &json!({"action": "publish", "confirm": "BD"})).gives(201);
        assert_eq!((&published["status"], &published["allowed_actions"]), (&json!("published"), &json!(["withdraw"])));
        officer.patch(&path, &json!({"name": "x"})).refused(409, "wrong_state");
        let other = app.officer("B");
        assert_eq!(other.get(&path).gives(200)["allowed_actions"], json!([]));
        other.step(&path, &json!({"action": "withdraw", "confirm": "BD", "reason": "x"})).refused(403, "forbidden");
        app.admin().get(&path).refused(404, "not_found");
        assert_eq!(officer.get(&format!("{path}/transitions")).items().len(), 1);
        assert!(officer.get(&format!("{path}/history")).items().len() >= 3);
        officer.step(&path, &json!({"action": "withdraw", "confirm": "BD"})).refused(422, "reason_required");
        assert_eq!(officer.step(&path, &json!({"action": "withdraw", "confirm": "BD", "reason": "Lập lại"})).gives(201)["status"], "withdrawn");
    }

    fn what_is_wrong_in_a_table_is_said_with_its_item(app) {
        let standing = app.standing();
        bloc_of(&app, &standing, &["A"]);
        let item = |code: &str, max: i64, rule: Value| json!({"node": "item", "code": code, "name": "x", "max": max, "rule": rule});
        let draft = |contents: Value| json!({"code": "SAI", "name": "Bảng sai (giả định)", "owner": "A", "scale": 10, "contents": contents, "recorded": {"from": "paper", "happened_on": "2026-01-05"}});
        let wrong = |contents: Value| {
            let reply = standing.post("/api/v1/criteria-sets", &draft(contents));
            reply.is(422);
            let reply = reply.json();
            reply["errors"].as_array().unwrap().iter().map(|error| format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(wrong(json!([item("A", 6, json!({"kind": "manual", "step": 1})), item("B", 5, json!({"kind": "manual", "step": 1}))])), [" criteria_sum_differs"].map(|fault| format!("/scale{fault}")));
        let bands = json!([{"to": 50, "points": 0}, {"from": 40, "to": 80, "points": 5}, {"from": 90, "points": 10}]);
        let faults = wrong(json!([item("A", 10, json!({"kind": "tiered", "bands": bands}))]));
        assert!(faults.iter().any(|fault| fault.ends_with("criteria_band_overlap")) && faults.iter().any(|fault| fault.ends_with("criteria_band_gap")), "{faults:?}");
        assert!(faults.iter().all(|fault| fault.starts_with("/contents/0/rule/bands")), "{faults:?}");
        assert!(wrong(json!([item("A", 10, json!({"kind": "linear", "better": "higher", "plan": 0}))]))[0].starts_with("/contents/0/rule/plan"));
        assert!(wrong(json!([item("A", 5, json!({"kind": "manual", "step": 1})), item("A", 5, json!({"kind": "manual", "step": 1}))]))[0].ends_with("criteria_code_twice"));

        // What is no table at all never comes so far.
        let shape = |contents: Value| standing.post("/api/v1/criteria-sets", &draft(contents));
        shape(json!([item("A", 10, json!({"kind": "guess"}))])).refused(422, "not_in_list");
        shape(json!([item("A", 10, json!({"step": 1}))])).refused(422, "required");
        shape(json!([item("A", 10, json!({"kind": "manual", "step": 0.001}))])).refused(422, "too_fine");
        shape(json!([item("A", 10, json!({"kind": "manual", "step": "1"}))])).refused(400, "wrong_type");
        shape(json!([item("A", 10, json!({"kind": "manual", "step": 1, "colour": "red"}))])).refused(400, "unknown_field");
        shape(json!([{"node": "leaf"}])).refused(422, "not_in_list");
        standing.post("/api/v1/criteria-sets", &json!({"code": "X", "name": "X", "owner": "A"})).refused(422, "criteria_source_missing");
        standing.post("/api/v1/criteria-sets", &json!({"code": "X", "owner": "A", "copy_of": "KHONG-CO"})).refused(422, "unknown_reference");
        standing.post("/api/v1/criteria-sets", &table("có dấu", "A")).refused(422, "bad_format");
    }

    fn a_published_table_is_amended_by_a_new_edition_and_its_years_follow(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let path = published(&standing, &table("BD", "TOCHUC"));
        let id = path.rsplit('/').next().unwrap();
        let applied = standing.post(&format!("{path}/applications"), &json!({"bloc_years": ["KHOI/2026", "KHOI/2026"]})).gives(201);
        assert_eq!((applied["bloc_years"].as_array().unwrap().len(), &applied["criteria_set"]["code"]), (1, &json!("BD")));
        assert_eq!(standing.get(&year).gives(200)["criteria_set"]["code"], "BD");
        assert_eq!(standing.get("/api/v1/bloc-years?criteria_set=BD").items().len(), 1);
        assert_eq!(standing.get(&path).gives(200)["bloc_year_count"], 1);
        standing.step(&path, &json!({"action": "withdraw", "confirm": "BD", "reason": "x"})).refused(409, "criteria_in_use");

        let mut items = table("BD-2", "TOCHUC");
        items["contents"][1]["code"] = json!("III");
        items["amends"] = json!("BD");
        standing.post("/api/v1/criteria-sets", &with(items.clone(), &json!({"copy_of": "BD"}))).refused(422, "reference_ambiguous");
        let amendment = standing.post("/api/v1/criteria-sets", &items).gives(201);
        let next = format!("/api/v1/criteria-sets/{}", amendment["id"].as_str().unwrap());
        assert_eq!((&amendment["edition"], &amendment["amends"]["code"], &amendment["faults"][0]["code"]), (&json!(2), &json!("BD"), &json!("mapping_missing")));
        let publish = json!({"action": "publish", "confirm": "BD-2"});
        standing.step(&next, &publish).refused(422, "mapping_missing");
        standing.patch(&next, &json!({"mapping": [{"from": "II", "to": "IV"}, {"from": "I.1"}, {"from": "I.1"}]})).is(200);
        let refused = standing.step(&next, &publish);
        refused.is(422);
        assert_eq!(codes(&refused.json()), ["mapping_unknown", "mapping_twice"]);
        standing.patch(&next, &json!({"mapping": [{"from": "II", "to": "III"}]})).is(200);
        standing.step(&next, &publish).refused(409, "amendment_without_document");
        let document = json!({"code": "VB-SUA", "kind": "decision", "title": "Sửa đổi bảng điểm (giả định)", "owner": "TOCHUC"});
        standing.post("/api/v1/documents", &document).is(201);
        standing.patch(&next, &json!({"document": "VB-SUA"})).is(200);
        let before = standing.get(&year).gives(200)["version"].as_i64().unwrap();
        standing.step(&next, &publish).is(201);
        assert_eq!(standing.get(&path).gives(200)["status"], "replaced");
        let after = standing.get(&year).gives(200);
        assert_eq!((&after["criteria_set"]["code"], after["version"].as_i64()), (&json!("BD-2"), Some(before + 1)));
        assert_eq!(standing.get(&format!("/api/v1/criteria-sets?amends={id}")).items()[0]["code"], "BD-2");
        standing.post("/api/v1/criteria-sets", &json!({"owner": "TOCHUC", "amends": "BD"})).refused(409, "criteria_not_published");
        standing.post(&format!("{path}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).refused(409, "criteria_not_published");
    }

    fn who_runs_a_bloc_year_puts_criteria_in_force(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let path = published(&standing, &table("BD", "TOCHUC"));
        let apply = format!("{path}/applications");
        let this = json!({"bloc_years": ["KHOI/2026"]});
        app.officer("B").post(&apply, &this).refused(403, "forbidden");
        app.officer("P-HUE").post(&apply, &this).refused(422, "unknown_reference");
        assert_eq!(app.officer("TOCHUC").post(&apply, &this).gives(201)["bloc_years"][0]["code"], "KHOI/2026");
        let member = standing.get(&year).gives(200)["members"][0]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{year}/members/{member}"), &json!({"office": "leader"})).is(200);
        let leader = app.officer("A");
        leader.post(&apply, &json!({"bloc_years": ["KHOI/2026", "KHONG-CO"]})).refused(422, "unknown_reference");
        leader.post(&apply, &json!({"bloc_years": []})).refused(422, "too_few");
        leader.post(&format!("{apply}?dry_run=true"), &this).is(201);
        leader.post(&apply, &this).is(201);
        let template = leader.get("/api/v1/criteria-sets?code=HCM-2008").items()[0]["id"].as_str().unwrap().to_owned();
        leader.post(&format!("/api/v1/criteria-sets/{template}/applications"), &this).refused(409, "criteria_template");
        standing.step(&year, &json!({"action": "cancel", "reason": "x"})).is(201);
        standing.post(&apply, &this).refused(409, "wrong_state");
    }

    fn who_does_not_keep_a_table_does_not_amend_it(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let path = published(&standing, &table("BD", "TOCHUC"));
        standing.post(&format!("{path}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let officer = app.officer("B");
        let own = with(table("BD-B", "B"), &json!({"amends": "BD", "recorded": {"from": "paper", "happened_on": "2026-01-05"}}));
        officer.post("/api/v1/criteria-sets", &own).refused(403, "forbidden");
        assert_eq!(standing.get(&year).gives(200)["criteria_set"]["code"], "BD");
        // Nor does a recorded publication do without its document.
        let recorded = with(table("BD-2", "TOCHUC"), &json!({"amends": "BD", "recorded": {"from": "paper", "happened_on": "2026-01-05"}}));
        standing.post("/api/v1/criteria-sets", &recorded).refused(409, "amendment_without_document");
        // A year that is over stays on the edition it was scored on.
        standing.step(&year, &json!({"action": "cancel", "reason": "x"})).is(201);
        standing.post("/api/v1/documents", &json!({"code": "VB", "kind": "decision", "title": "Sửa (giả định)", "owner": "TOCHUC"})).is(201);
        standing.post("/api/v1/criteria-sets", &with(recorded, &json!({"document": "VB"}))).is(201);
        assert_eq!(standing.get(&year).gives(200)["criteria_set"]["code"], "BD");
        let template = standing.get("/api/v1/criteria-sets?code=HCM-2008").items()[0]["id"].as_str().unwrap().to_owned();
        let withdraw = json!({"action": "withdraw", "confirm": "HCM-2008", "reason": "x"});
        standing.step(&format!("/api/v1/criteria-sets/{template}"), &withdraw).refused(409, "criteria_template");
    }
}
