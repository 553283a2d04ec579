//! Score sheets: opened, scored layer by layer, moved on, ranked and explained.

mod advice;
mod indexed;
mod papers;
mod recorded;
mod same;
mod standings;

use thidua_domain::access::Role;
use thidua_testkit::{Caller, TestApp, Value, json, on_both};

use crate::blocs::bloc_of;
use crate::criteria_sets::{published, table};

/// A bloc year of three units, the first leading and the second its deputy, with criteria in force.
pub(crate) fn scored_year(app: &TestApp, standing: &Caller<'_>) -> String {
    let year = bloc_of(app, standing, &["A", "B", "C"]);
    let members = standing.get(&year).gives(200)["members"].clone();
    for (place, office) in [(0, "leader"), (1, "deputy")] {
        let member = members[place]["id"].as_str().unwrap();
        standing.patch(&format!("{year}/members/{member}"), &json!({"office": office})).is(200);
    }
    let set = published(standing, &table("BD", "TOCHUC"));
    standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
    year
}

pub(crate) fn sheet(caller: &Caller<'_>, unit: &str) -> String {
    format!(
        "/api/v1/scoresheets/{}",
        caller.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": unit, "fictional": true})).made()
    )
}

pub(crate) fn own(actual: f64, days: i64, manual: f64) -> Value {
    json!({"layer": "self", "entries": [
        {"item": "I.1", "claim": {"kind": "measured", "actual": actual}},
        {"item": "I.2", "claim": {"kind": "late", "days": days}},
        {"item": "II", "claim": {"kind": "points", "points": manual}}
    ]})
}

/// Scores and submits by the standing body, as from paper.
pub(crate) fn submitted(standing: &Caller<'_>, path: &str, entries: &Value) {
    let mut entries = entries.clone();
    let recorded = json!({"from": "paper", "happened_on": "2026-01-15"});
    entries["recorded"] = recorded.clone();
    standing.post(&format!("{path}/entries"), &entries).is(201);
    standing.step(path, &json!({"action": "submit", "recorded": recorded})).is(201);
}

on_both! {
    fn a_sheet_goes_through_its_layers_and_each_stays(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        let (officer, head) = (app.officer("C"), app.head("C"));
        let (leader, peer) = (app.officer("A"), app.officer("B"));
        leader.post("/api/v1/scoresheets?dry_run=true", &json!({"bloc_year": "KHOI/2026", "unit": "C"})).is(201);
        let path = sheet(&officer, "C");
        let opened = officer.get(&path).gives(200);
        assert_eq!((&opened["code"], &opened["total"], &opened["score"]["missing"]), (&json!("KHOI-2026-C"), &json!(0), &json!(["I.1", "I.2", "II"])));
        assert_eq!((&opened["allowed_actions"], &opened["missing"]), (&json!(["score"]), &json!(["entries"])));
        officer.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "C"})).refused(409, "sheet_twice");
        officer.patch(&path, &json!({"recorded_total": 100})).refused(403, "forbidden");

        // The unit itself, one item and then the rest; zero is something said.
        let item = format!("{path}/entries/I.1");
        let empty = officer.get(&item);
        assert_eq!((&empty.gives(200)["version"], &empty.gives(200)["state"]), (&json!(0), &json!("missing")));
        let draft = json!({"layer": "self", "claim": {"kind": "measured", "actual": 97.5}});
        officer.send("PUT", &item, &[], Some(&draft)).refused(428, "if_match_required");
        let entered = officer.send("PUT", &item, &[("if-match", &empty.etag())], Some(&draft));
        assert_eq!((&entered.gives(200)["points"], &entered.gives(200)["layers"][0]["comes_to"]), (&json!(48.75), &json!(48.75)));
        officer.send("PUT", &item, &[("if-match", &empty.etag())], Some(&draft)).refused(412, "version_stale");
        head.step(&path, &json!({"action": "submit"})).refused(409, "score_incomplete");
        officer.post(&format!("{path}/entries"), &own(97.5, 3, 0.0)).is(201);
        let scored = officer.get(&path).gives(200);
        assert_eq!((&scored["total"], &scored["score"]["complete"], &scored["items"][1]["points"]), (&json!(63.75), &json!(true), &json!(15)));
        assert_eq!((&scored["items"][2]["points"], &scored["items"][2]["state"]), (&json!(0), &json!("scored")));
        officer.step(&path, &json!({"action": "submit"})).refused(403, "forbidden");
        assert_eq!(head.step(&path, &json!({"action": "submit"})).gives(201)["status"], "submitted");
        officer.post(&format!("{path}/entries"), &own(100.0, 0, 20.0)).refused(409, "wrong_state");

        // A peer, the leader, the standing body: each above the one before, none lost.
        let points = |layer: &str, item: &str, points: f64| json!({"layer": layer, "entries": [{"item": item, "points": points, "reason": "Theo hồ sơ"}]});
        peer.post(&format!("{path}/entries"), &points("cross_checked", "II", 10.0)).refused(403, "forbidden");
        leader.patch(&path, &json!({"cross_checker": "B"})).is(200);
        leader.patch(&path, &json!({"cross_checker": "C"})).refused(422, "peer_is_own");
        leader.patch(&path, &json!({"cross_checker": "TOCHUC"})).refused(422, "not_a_member");
        peer.post(&format!("{path}/entries"), &points("cross_checked", "II", 10.0)).is(201);
        leader.post(&format!("{path}/entries"), &points("verified", "II", 12.5)).is(201);
        assert_eq!(leader.get(&path).gives(200)["allowed_actions"], json!(["verify", "return", "edit"]));
        assert_eq!(leader.step(&path, &json!({"action": "verify"})).gives(201)["status"], "verified");
        standing.post(&format!("{path}/entries"), &points("standing", "I.2", 20.0)).is(201);
        standing.step(&path, &json!({"action": "appraise"})).is(201);
        standing.step(&path, &json!({"action": "settle"})).refused(422, "confirm_required");
        let settled = standing.step(&path, &json!({"action": "settle", "confirm": "KHOI-2026-C"})).gives(201);
        assert_eq!((&settled["status"], &settled["total"]), (&json!("settled"), &json!(81.25)));
        let layers: Vec<&Value> = settled["items"][2]["layers"].as_array().unwrap().iter().map(|layer| &layer["layer"]).collect();
        assert_eq!(layers, ["self", "cross_checked", "verified"]);
        let changes: Vec<(&Value, &Value)> = settled["differences"].as_array().unwrap().iter().map(|change| (&change["item"], &change["change"])).collect();
        assert_eq!(changes, [(&json!("I.2"), &json!(5)), (&json!("II"), &json!(10)), (&json!("II"), &json!(2.5))]);
        standing.post(&format!("{path}/entries"), &points("final", "II", 20.0)).refused(409, "wrong_state");
        standing.step(&path, &json!({"action": "reopen"})).refused(422, "reason_required");
        assert_eq!(standing.step(&path, &json!({"action": "reopen", "reason": "Tính lại"})).gives(201)["status"], "appraised");
        standing.step(&path, &json!({"action": "return", "reason": "Chấm lại từ đầu"})).refused(409, "wrong_state");
        for back in ["verified", "submitted"] {
            assert_eq!(standing.step(&path, &json!({"action": "reopen", "reason": "Chấm lại từ đầu"})).gives(201)["status"], back);
        }
        let returned = leader.step(&path, &json!({"action": "return", "reason": "Chấm lại từ đầu"})).gives(201);
        // What was said above the unit stays to be read and counts no longer; the unit scores again without it.
        assert_eq!((&returned["items"][2]["layers"][2]["stands"], &returned["total"]), (&json!(false), &json!(63.75)));
        assert_eq!(officer.post(&format!("{path}/entries"), &own(97.5, 0, 15.0)).gives(201)["total"], 93.75);
        head.step(&path, &json!({"action": "submit"})).is(201);
        leader.post(&format!("{path}/entries"), &points("verified", "II", 14.0)).is(201);
        let again = officer.get(&path).gives(200);
        assert_eq!((&again["total"], &again["items"][1]["layers"][1]["stands"]), (&json!(92.75), &json!(false)));
        assert!(officer.get(&format!("{path}/history")).items().len() > 8);
        assert_eq!(officer.get(&format!("{path}/transitions")).items().len(), 9);
    }

    fn what_cannot_be_is_refused_with_the_item_and_nothing_is_kept(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        let officer = app.officer("C");
        let path = sheet(&officer, "C");
        let entries = format!("{path}/entries");
        let wrong = |line: Value| officer.post(&entries, &json!({"layer": "self", "entries": [{"item": "I.2", "claim": {"kind": "late", "days": 0}}, line]}));
        wrong(json!({"item": "X", "claim": {"kind": "points", "points": 1}})).refused(422, "score_item_unknown");
        wrong(json!({"item": "I.2", "claim": {"kind": "late", "days": 1}})).refused(422, "score_entry_twice");
        wrong(json!({"item": "II"})).refused(422, "score_entry_empty");
        wrong(json!({"item": "II", "claim": {"kind": "late", "days": 1}})).refused(422, "score_claim_unfit");
        wrong(json!({"item": "I.1", "claim": {"kind": "measured", "plan": 50, "actual": 50}})).refused(422, "score_plan_unfit");
        wrong(json!({"item": "II", "claim": {"kind": "points", "points": 0.25}})).refused(422, "score_step_broken");
        wrong(json!({"item": "II", "claim": {"kind": "points", "points": 20.5}})).refused(422, "score_points_outside");
        wrong(json!({"item": "II", "points": 5})).refused(422, "score_points_by_self");
        wrong(json!({"item": "II", "not_applicable": true})).refused(422, "score_must_apply");
        wrong(json!({"item": "P", "claim": {"kind": "causes", "causes": [{"cause": "LA"}]}})).refused(422, "score_part_unknown");
        wrong(json!({"item": "P", "claim": {"kind": "causes", "causes": [{"cause": "CHAM", "times": 4}]}})).refused(422, "score_part_too_often");
        wrong(json!({"item": "II", "claim": {"kind": "guess"}})).refused(422, "not_in_list");
        wrong(json!({"item": "II", "claim": {"kind": "points", "points": 1.001}})).refused(422, "too_fine");
        let refused = wrong(json!({"item": "II", "claim": {"kind": "points", "points": 0.25}}));
        assert_eq!(refused.json()["errors"][0]["pointer"], "/entries/1/claim/points");
        assert_eq!(officer.get(&path).gives(200)["items"][1]["layers"], json!([]), "all or nothing");
        officer.get(&format!("{entries}/I")).refused(404, "not_found");
        let never = json!({"layer": "self", "claim": {"kind": "late", "days": 0}});
        officer.send("PUT", &format!("{entries}/KHONG-CO"), &[("if-match", "*")], Some(&never)).refused(404, "not_found");
        officer.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "P-HUE"})).refused(422, "not_a_member");
        officer.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "A"})).refused(403, "forbidden");
        let stranger = app.officer("P-HUE");
        stranger.get(&path).refused(404, "not_found");
        stranger.post(&entries, &own(1.0, 0, 1.0)).refused(404, "not_found");
        assert_eq!(stranger.get("/api/v1/scoresheets").items().len(), 0);
        // Cause by cause, with a bonus beside.
        let causes = json!({"layer": "self", "entries": [
            {"item": "P", "claim": {"kind": "causes", "causes": [{"cause": "CHAM", "times": 2}]}},
            {"item": "T", "claim": {"kind": "causes", "points": 5}}
        ]});
        officer.post(&entries, &causes).is(201);
        officer.post(&entries, &own(100.0, 0, 20.0)).is(201);
        assert_eq!(officer.get(&path).gives(200)["total"], 101);
    }

    fn nobody_judges_the_sheet_of_the_own_unit(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        let path = sheet(&standing, "A");
        let leads = app.head("A");
        leads.patch(&path, &json!({"recorded_total": 100})).refused(403, "forbidden");
        leads.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "B", "recorded_total": 99, "recorded": {"from": "paper", "happened_on": "2026-01-15"}})).is(201);
        submitted(&standing, &path, &own(100.0, 0, 15.0));
        let give = json!({"layer": "verified", "entries": [{"item": "II", "points": 20, "reason": "x"}]});
        let leader = app.officer("A");
        leader.post(&format!("{path}/entries"), &give).refused(403, "forbidden");
        leader.step(&path, &json!({"action": "verify"})).refused(403, "forbidden");
        let deputy = app.officer("B");
        deputy.post(&format!("{path}/entries"), &give).is(201);
        deputy.step(&path, &json!({"action": "verify"})).is(201);
        // Whoever works for the judged unit stands back, whatever else they are.
        let both = app.account("hai.vai", &[(Role::StandingBody, None), (Role::UnitOfficer, Some("A"))]);
        both.step(&path, &json!({"action": "appraise"})).refused(403, "forbidden");
        standing.step(&path, &json!({"action": "appraise"})).is(201);
        let last = json!({"layer": "final", "entries": [{"item": "II", "points": 20, "reason": "x"}]});
        both.post(&format!("{path}/entries"), &last).refused(403, "forbidden");
        both.step(&path, &json!({"action": "settle", "confirm": "KHOI-2026-A"})).refused(403, "forbidden");
        // One that looks after a single member sees, and judges nobody.
        let of_rival = app.account("cua.b", &[(Role::StandingBody, Some("B"))]);
        assert_eq!(of_rival.get(&path).gives(200)["allowed_actions"], json!([]));
        of_rival.step(&path, &json!({"action": "settle", "confirm": "KHOI-2026-A"})).refused(403, "forbidden");
        standing.step(&path, &json!({"action": "settle", "confirm": "KHOI-2026-A"})).is(201);
    }

    fn evidence_is_linked_and_seen_by_who_compares(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        let officer = app.officer("C");
        let path = sheet(&officer, "C");
        let picture = officer.upload("/api/v1/files?unit=C&name=anh.png", "image/png", &crate::files::samples::png()).made();
        let list = officer.upload("/api/v1/files?unit=C&name=bang.csv", "text/csv", b"a,b\n").made();
        let shown = |files: &[&str]| json!({"layer": "self", "entries": [{"item": "I.2", "claim": {"kind": "late", "days": 0}, "evidence": files}]});
        let entries = format!("{path}/entries");
        officer.post(&entries, &shown(&[&list])).refused(422, "evidence_type");
        let other_paper = app.officer("P-HUE").upload("/api/v1/files?unit=P-HUE&name=anh.png", "image/png", &crate::files::samples::png()).made();
        standing.post(&entries, &shown(&[&other_paper])).is(201);
        standing.post(&entries, &shown(&[])).is(201);
        let again = |files: &[&str]| officer.send("POST", &entries, &[("if-match", "*")], Some(&shown(files)));
        again(&["0198c0de-0000-7000-8000-000000000000"]).refused(422, "unknown_reference");
        let other = app.officer("B");
        other.get(&format!("/api/v1/files/{picture}")).refused(404, "not_found");
        again(&[&picture, &picture]).is(201);
        assert_eq!(officer.get(&format!("{path}/entries/I.2")).gives(200)["layers"][0]["evidence"], json!([picture]));
        assert_eq!(other.get(&format!("/api/v1/files/{picture}")).gives(200)["links"], 1);
        officer.take_away(&format!("/api/v1/files/{picture}")).refused(409, "file_linked");
        officer.post(&entries, &shown(&[])).is(201);
        assert_eq!(officer.get(&format!("/api/v1/files/{picture}")).gives(200)["links"], 0);
    }

    fn a_bloc_is_ranked_and_every_figure_can_be_recomputed(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let ranking = format!("{year}/ranking");
        assert_eq!(standing.get(&ranking).gives(200)["without_sheet"].as_array().unwrap().len(), 3);
        for (unit, entries) in [("A", own(100.0, 0, 10.0)), ("B", own(90.0, 0, 15.0)), ("C", own(80.0, 0, 20.0))] {
            submitted(&standing, &sheet(&standing, unit), &entries);
        }
        let told = app.officer("B").get(&ranking).gives(200);
        let ranks: Vec<(&Value, &Value, &Value)> = told["rows"].as_array().unwrap().iter().map(|row| (&row["rank"], &row["unit"]["code"], &row["total"])).collect();
        // All come to 90: the group of tasks tells them apart.
        assert_eq!(ranks, [(&json!(1), &json!("A"), &json!(90)), (&json!(2), &json!("B"), &json!(90)), (&json!(3), &json!("C"), &json!(90))]);
        assert_eq!((&told["status"], &told["tie_breaks"][0]["by"]), (&json!("provisional"), &json!({"by": "group", "group": "I"})));
        assert_eq!((&told["margins"][0]["gap"], &told["unresolved"]), (&json!(0), &json!([])));
        // Nobody has registered: said by default, and a bar where the year wants it so.
        assert_eq!(told["unregistered"].as_array().unwrap().len(), 3);
        standing.patch(&year, &json!({"registration_gate": "exclude"})).is(200);
        let barred = standing.get(&ranking).gives(200);
        assert_eq!((&barred["rows"], &barred["excluded"][0]["gates"]), (&json!([]), &json!(["UNREGISTERED"])));
        standing.patch(&year, &json!({"registration_gate": "off"})).is(200);
        assert_eq!(standing.get(&ranking).gives(200)["unregistered"], json!([]));
        let why = app.officer("C").get(&format!("{ranking}/explanation?unit=B")).gives(200);
        assert_eq!((&why["rank"], &why["total"], &why["explanation"]["tie_breaks"][0]["total"]), (&json!(2), &json!(90), &json!(90)));
        let first = &why["explanation"]["parts"][0]["children"][0];
        assert_eq!((&first["code"], &first["points"]), (&json!("I.1"), &json!(45)));
        assert!(first["formula"]["vi"].as_str().unwrap().contains("90"), "{first}");
        standing.get(&format!("{ranking}/explanation?unit=P-HUE")).refused(422, "no_sheet");
        standing.get(&format!("{ranking}/explanation")).refused(400, "bad_parameter");
        app.officer("P-HUE").get(&ranking).refused(404, "not_found");
        let again = standing.get(&ranking);
        standing.send("GET", &ranking, &[("if-none-match", &again.etag())], None).is(304);

        let bare = standing.get("/api/v1/scoresheets?bloc_year=KHOI/2026&unit=C&status=submitted&complete=true").items()[0]["id"].as_str().unwrap().to_owned();
        let explained = standing.get(&format!("/api/v1/scoresheets/{bare}/explanation?layer=self")).gives(200);
        assert_eq!((&explained["total"], &explained["explanation"]["parts"][0]["points"]), (&json!(90), &json!(70)));
    }

    fn a_year_without_criteria_takes_no_sheets_and_an_amendment_carries_scores_over(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        standing.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "A"})).refused(409, "sheet_without_criteria");
        standing.get(&format!("{year}/ranking")).refused(409, "sheet_without_criteria");
        let set = published(&standing, &table("BD", "TOCHUC"));
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let path = sheet(&standing, "A");
        standing.post(&format!("{path}/entries"), &own(50.0, 0, 12.0)).is(201);
        let other = published(&standing, &table("BD-KHAC", "TOCHUC"));
        standing.post(&format!("{other}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).refused(409, "criteria_scored");

        standing.post("/api/v1/documents", &json!({"code": "VB", "kind": "decision", "title": "Sửa bảng điểm (giả định)", "owner": "TOCHUC"})).is(201);
        let mut amended = table("BD-2", "TOCHUC");
        amended["contents"][1]["code"] = json!("III");
        // Fifty of a hundred are worth more under the new table, and what is carried over is weighed by it.
        amended["contents"][0]["children"][0]["rule"]["plan"] = json!(50);
        for (field, value) in [("amends", json!("BD")), ("document", json!("VB")), ("mapping", json!([{"from": "II", "to": "III"}]))] {
            amended[field] = value;
        }
        published(&standing, &amended);
        let carried = standing.get(&path).gives(200);
        assert_eq!((&carried["criteria_set"]["code"], &carried["total"]), (&json!("BD-2"), &json!(92)));
        let items: Vec<(&Value, usize)> = carried["items"].as_array().unwrap().iter().map(|item| (&item["item"], item["layers"].as_array().unwrap().len())).collect();
        assert_eq!(items, [(&json!("I.1"), 1), (&json!("I.2"), 1), (&json!("III"), 1), (&json!("T"), 0), (&json!("P"), 0)]);
    }

    fn a_total_from_paper_is_ranked_behind_gates_and_members_that_left_stand_apart(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B", "C"]);
        let mut gated = table("BD", "TOCHUC");
        gated["gates"] = json!([{"code": "KL", "name": "Bị kỷ luật", "when": {"is": "fact", "fact": "ky_luat"}, "then": {"effect": "excluded"}}]);
        let set = published(&standing, &gated);
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let paper = |unit: &str, more: Value| {
            let mut draft = json!({"bloc_year": "KHOI/2026", "unit": unit, "recorded": {"from": "paper", "happened_on": "2026-01-15"}});
            draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            standing.post("/api/v1/scoresheets", &draft)
        };
        paper("A", json!({"recorded_total": 105.01})).refused(422, "score_total_outside");
        paper("A", json!({"recorded_total": -1})).refused(422, "score_total_outside");
        paper("A", json!({"facts": {"declared": {"ky_luatt": true}}})).refused(422, "score_fact_unknown");
        paper("A", json!({"recorded_total": 95, "recorded_rank": 1})).is(201);
        paper("B", json!({"recorded_total": 97, "facts": {"declared": {"ky_luat": true}}})).is(201);
        paper("C", json!({"recorded_total": 90})).is(201);
        let ranking = standing.get(&format!("{year}/ranking")).gives(200);
        let ranks: Vec<(&Value, &Value)> = ranking["rows"].as_array().unwrap().iter().map(|row| (&row["unit"]["code"], &row["total"])).collect();
        assert_eq!(ranks, [(&json!("A"), &json!(95)), (&json!("C"), &json!(90))]);
        assert_eq!((&ranking["excluded"][0]["unit"]["code"], &ranking["excluded"][0]["gates"]), (&json!("B"), &json!(["KL"])));
        let why = standing.get(&format!("{year}/ranking/explanation?unit=B")).gives(200);
        assert_eq!((why.get("rank"), &why["excluded_by"]), (None, &json!(["KL"])));
        let last = standing.get(&year).gives(200)["members"][2]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{year}/members/{last}"), &json!({"to_on": "2026-01-31"})).is(200);
        let ranking = standing.get(&format!("{year}/ranking")).gives(200);
        assert_eq!((&ranking["left"][0]["code"], ranking["rows"].as_array().unwrap().len()), (&json!("C"), 1));
        // A year that was cancelled takes nothing more.
        standing.step(&year, &json!({"action": "cancel", "reason": "x"})).is(201);
        let sheet = standing.get("/api/v1/scoresheets?unit=A").items()[0]["id"].as_str().unwrap().to_owned();
        standing.post(&format!("/api/v1/scoresheets/{sheet}/entries"), &own(1.0, 0, 1.0)).refused(409, "bloc_year_ended");
    }

    fn nobody_replaces_the_entries_of_another_person_unseen(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        let (officer, head) = (app.officer("C"), app.head("C"));
        let path = sheet(&officer, "C");
        let entries = format!("{path}/entries");
        officer.post(&entries, &own(50.0, 0, 10.0)).is(201);
        officer.post(&entries, &own(60.0, 0, 10.0)).is(201);
        let seen = head.get(&path).etag();
        let refused = head.post(&entries, &own(70.0, 0, 10.0)).refused(409, "score_entry_other");
        assert_eq!((refused["errors"].as_array().unwrap().len(), &refused["errors"][0]["pointer"]), (3, &json!("/entries/0/item")));
        app.officer("B").post(&entries, &own(70.0, 0, 10.0)).refused(403, "forbidden");
        head.send("POST", &entries, &[("if-match", &seen)], Some(&own(70.0, 0, 10.0))).is(201);
        // What was seen is not what is there now.
        officer.send("POST", &entries, &[("if-match", &seen)], Some(&own(80.0, 0, 10.0))).refused(412, "version_stale");
        officer.send("POST", &entries, &[("if-match", "*")], Some(&own(80.0, 0, 10.0))).is(201);
    }

    fn an_item_without_entries_is_entered_under_either_header(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        let path = sheet(&standing, "C");
        let draft = json!({"layer": "self", "claim": {"kind": "points", "points": 10}});
        let late = json!({"layer": "self", "claim": {"kind": "late", "days": 0}});
        let put = |item: &str, header: (&str, &str), draft: &Value| standing.send("PUT", &format!("{path}/entries/{item}"), &[header], Some(draft));
        put("II", ("if-none-match", "\"x\""), &draft).refused(428, "if_match_required");
        put("II", ("if-none-match", "*"), &draft).is(200);
        put("II", ("if-none-match", "*"), &draft).refused(412, "version_stale");
        let empty = standing.get(&format!("{path}/entries/I.2")).etag();
        put("I.2", ("if-match", &empty), &late).is(200);
        put("I.2", ("if-match", &empty), &late).refused(412, "version_stale");
    }

    fn a_fact_that_was_declared_can_be_taken_back(app) {
        let standing = app.standing();
        bloc_of(&app, &standing, &["A", "B"]);
        let mut gated = table("BD", "TOCHUC");
        gated["gates"] = json!([
            {"code": "KL", "name": "Bị kỷ luật", "when": {"is": "fact", "fact": "ky_luat"}, "then": {"effect": "excluded"}},
            {"code": "DD", "name": "Mất đoàn kết", "when": {"is": "fact", "fact": "mat_doan_ket"}, "then": {"effect": "rank_at_best", "rank": 2}}
        ]);
        let set = published(&standing, &gated);
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let path = sheet(&standing, "A");
        let declared = |patch: Value| standing.patch(&path, &json!({"facts": patch})).gives(200)["facts"].clone();
        declared(json!({"declared": {"ky_luat": true, "mat_doan_ket": true}, "task_grade": "good"}));
        assert_eq!(declared(json!({"declared": {"ky_luat": null}})), json!({"declared": {"mat_doan_ket": true}, "task_grade": "good"}));
        assert_eq!(declared(json!({"task_grade": null})), json!({"declared": {"mat_doan_ket": true}}));
        sheet(&standing, "B");
        let year = standing.get("/api/v1/bloc-years?code=KHOI/2026").items()[0]["id"].as_str().unwrap().to_owned();
        let why = |unit: &str| standing.get(&format!("/api/v1/bloc-years/{year}/ranking/explanation?unit={unit}")).gives(200);
        assert_eq!((&why("A")["rank"], &why("A")["rank_at_best"]), (&json!(2), &json!(2)));
        // Both have nothing yet: the gate took the first rank, so the tie is told nowhere.
        assert_eq!((why("B")["rank"].clone(), why("B").get("rank_at_best").cloned()), (json!(1), None));
        standing.patch(&path, &json!({"facts": {"declared": {"mat_doan_ket": null}}})).is(200);
        assert_eq!((&why("A")["unresolved"][0]["units"][1]["code"], &why("A")["unresolved"][0]["waits_for"]), (&json!("B"), &json!([{"by": "ballot"}])));
    }
}
