//! What a ranking needs of sheets, as it is kept with them, and members for a part of the year.

use thidua_store::dialect;
use thidua_testkit::{Caller, Database, TestApp, Value, json, on_both};

use crate::blocs::bloc_of;
use crate::criteria_sets::{published, table};

use super::{own, scored_year, sheet, submitted};

/// As if all sheets were from before it was kept; answers that are remembered are forgotten too.
fn forget(app: &TestApp) {
    let mut conn = app.open_database();
    dialect::execute(&mut conn, "UPDATE scoresheets SET standing = NULL").unwrap();
    if app.database == Database::Sqlite {
        dialect::execute(&mut conn, "UPDATE settings SET value = value + 1 WHERE name = 'data_version'").unwrap();
    }
}

/// That a ranking says the same from what is kept and worked out anew; what it says.
fn same(app: &TestApp, standing: &Caller<'_>, year: &str) -> Value {
    let ranking = format!("{year}/ranking");
    let kept = standing.get(&ranking).gives(200);
    forget(app);
    let anew = standing.get(&ranking).gives(200);
    assert_eq!(anew, kept);
    kept
}

on_both! {
    fn a_ranking_is_the_same_from_what_is_kept_and_worked_out_anew(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        for (unit, actual, days, manual) in [("A", 90.0, 0, 20.0), ("B", 97.5, 3, 18.5), ("C", 97.5, 3, 18.5)] {
            let path = sheet(&standing, unit);
            submitted(&standing, &path, &own(actual, days, manual));
        }
        let ranking = format!("{year}/ranking");
        let kept = standing.get(&ranking).gives(200);
        assert_eq!((&kept["rows"][0]["unit"]["code"], &kept["unresolved"][0]["rank"]), (&json!("A"), &json!(2)));
        forget(&app);
        assert_eq!(standing.get(&ranking).gives(200), kept);
        // The next change of a sheet keeps it again.
        let first = standing.get("/api/v1/scoresheets?unit=C").items()[0]["id"].as_str().unwrap().to_owned();
        let recorded = json!({"from": "paper", "happened_on": "2026-01-20"});
        let more = json!({"layer": "verified", "recorded": recorded, "entries": [{"item": "II", "points": 20, "reason": "Bổ sung minh chứng"}]});
        standing.post(&format!("/api/v1/scoresheets/{first}/entries"), &more).is(201);
        let after = standing.get(&ranking).gives(200);
        assert_eq!((&after["rows"][1]["unit"]["code"], &after["rows"][1]["total"], &after["unresolved"]), (&json!("C"), &json!(83.75), &json!([])));
        forget(&app);
        assert_eq!(standing.get(&ranking).gives(200), after);
    }

    fn what_is_kept_follows_every_kind_of_change(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B", "C"]);
        let mut rules = table("BD", "TOCHUC");
        rules["contents"][1] = json!({"node": "item", "code": "II", "name": "Chỉ số", "max": 20, "rule": {
            "kind": "external_index", "index": "PAR_INDEX", "reading": "value", "scale": {"by": "linear", "zero_at": 0, "full_at": 100}
        }});
        rules["gates"] = json!([{"code": "KL", "name": "Bị kỷ luật", "when": {"is": "fact", "fact": "ky_luat"}, "then": {"effect": "excluded"}}]);
        rules["classes"] = json!([{"code": "TOT", "name": "Tốt", "at_least": 80}, {"code": "DAT", "name": "Đạt", "at_least": 0}]);
        let set = published(&standing, &rules);
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let recorded = json!({"from": "paper", "happened_on": "2026-01-15"});
        let path = sheet(&standing, "A");
        let mut entries = own(100.0, 0, 0.0);
        entries["entries"][2] = json!({"item": "II", "claim": {"kind": "index"}});
        entries["recorded"] = recorded.clone();
        let first = |told: &Value| (told["rows"][0]["unit"]["code"].clone(), told["rows"][0]["total"].clone(), told["rows"][0]["class"].clone());
        standing.post(&format!("{path}/entries"), &entries).is(201);
        assert_eq!(first(&same(&app, &standing, &year)), (json!("A"), json!(80), json!("TOT")));
        // From paper, of which no class is known.
        standing.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "B", "recorded_total": 90, "recorded": recorded})).is(201);
        assert_eq!(first(&same(&app, &standing, &year)), (json!("B"), json!(90), Value::Null));
        // An index, a fact, a judgement, and the way back to the unit.
        let result = json!({"index": "PAR_INDEX", "unit": "A", "edition": 2026, "value": 75, "published_on": "2026-01-20", "source": "Số liệu giả định"});
        standing.post("/api/v1/index-results", &result).is(201);
        assert_eq!(first(&same(&app, &standing, &year)).1, 95);
        standing.patch(&path, &json!({"facts": {"declared": {"ky_luat": true}}})).is(200);
        assert_eq!(same(&app, &standing, &year)["excluded"][0]["gates"], json!(["KL"]));
        standing.patch(&path, &json!({"facts": {"declared": {"ky_luat": null}}})).is(200);
        standing.step(&path, &json!({"action": "submit", "recorded": recorded})).is(201);
        let less = json!({"layer": "verified", "recorded": recorded, "entries": [{"item": "I.2", "points": 10, "reason": "Theo công văn (giả định)"}]});
        standing.post(&format!("{path}/entries"), &less).is(201);
        assert_eq!(first(&same(&app, &standing, &year)), (json!("B"), json!(90), Value::Null));
        standing.step(&path, &json!({"action": "return", "reason": "Bổ sung"})).is(201);
        assert_eq!(first(&same(&app, &standing, &year)).1, 95);
        // A member for a part of the year, and an amendment.
        let member = standing.get(&year).gives(200)["members"][0]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{year}/members/{member}"), &json!({"from_on": "2026-03-01"})).is(200);
        standing.post("/api/v1/documents", &json!({"code": "VB", "kind": "decision", "title": "Sửa bảng điểm (giả định)", "owner": "TOCHUC"})).is(201);
        let mut amended = rules.clone();
        amended["code"] = json!("BD-2");
        amended["contents"][0]["children"][0]["rule"]["plan"] = json!(200);
        amended["amends"] = json!("BD");
        amended["document"] = json!("VB");
        amended["mapping"] = json!([]);
        published(&standing, &amended);
        let told = same(&app, &standing, &year);
        assert_eq!((first(&told).0, &told["rows"][1]["total"]), (json!("B"), &json!(70)));
    }

    fn who_joins_later_is_scored_on_its_part_and_ranked_from_so_many_months(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let members = standing.get(&year).gives(200)["members"].clone();
        let third = format!("{year}/members/{}", members[2]["id"].as_str().unwrap());
        standing.patch(&third, &json!({"from_on": "2026-07-01"})).is(200);
        let (whole, part) = (sheet(&standing, "B"), sheet(&standing, "C"));
        assert_eq!(standing.get(&whole).gives(200)["facts"], json!({"declared": {}}));
        assert_eq!(standing.get(&part).gives(200)["facts"], json!({"declared": {}, "part_of_year": true}));
        // Only who was there for a part leaves out what lies outside it, and says why.
        let officer = app.officer("C");
        let out = |reason: Option<&str>| {
            let mut entry = json!({"item": "II", "not_applicable": true});
            if let Some(reason) = reason {
                entry["reason"] = json!(reason);
            }
            json!({"layer": "self", "entries": [
                {"item": "I.1", "claim": {"kind": "measured", "actual": 80}}, {"item": "I.2", "claim": {"kind": "late", "days": 0}}, entry
            ]})
        };
        app.officer("B").post(&format!("{whole}/entries"), &out(Some("Chưa là thành viên"))).refused(422, "score_must_apply");
        officer.post(&format!("{part}/entries"), &out(None)).refused(422, "score_must_apply");
        // 70 of 80 are 87.5 of a hundred.
        let scored = officer.post(&format!("{part}/entries"), &out(Some("Phong trào diễn ra trước khi gia nhập"))).gives(201);
        assert_eq!((&scored["total"], &scored["score"]["complete"]), (&json!(87.5), &json!(true)));
        // While items rest on it, it is not taken back.
        standing.patch(&part, &json!({"facts": {"part_of_year": false}})).refused(422, "score_must_apply");

        let ranking = format!("{year}/ranking");
        assert_eq!(standing.get(&ranking).gives(200)["rows"][0]["unit"]["code"], "C");
        standing.patch(&year, &json!({"ranked_from_months": 13})).refused(422, "too_large");
        assert_eq!(standing.patch(&year, &json!({"ranked_from_months": 7})).gives(200)["ranked_from_months"], 7);
        let ranked = standing.get(&ranking).gives(200);
        let shown = if ranked["excluded"][0]["unit"]["code"] == "C" { &ranked["excluded"][0] } else { &ranked };
        assert_eq!((&shown["gates"], &shown["total"]), (&json!(["PART_YEAR"]), &json!(87.5)));
        standing.patch(&year, &json!({"ranked_from_months": 6})).is(200);
        assert_eq!(standing.get(&ranking).gives(200)["excluded"], json!([]));
        assert!(standing.patch(&year, &json!({"ranked_from_months": null})).gives(200).get("ranked_from_months").is_none());
    }

    fn who_leaves_has_a_sheet_of_a_part_of_the_year(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let path = sheet(&standing, "C");
        let before = standing.get(&path).gives(200);
        assert!(before["facts"].get("part_of_year").is_none());
        let member = standing.get(&year).gives(200)["members"][2]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{year}/members/{member}"), &json!({"to_on": "2026-08-15", "note": "Sáp nhập"})).is(200);
        let after = standing.get(&path).gives(200);
        assert_eq!((&after["facts"]["part_of_year"], &after["version"]), (&json!(true), &json!(before["version"].as_i64().unwrap() + 1)));
        assert_eq!(standing.get(&format!("{path}/history")).items()[0]["action"], "edit");
    }
}
