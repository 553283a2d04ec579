//! Advice to those who judge, and what an explanation of a rank says of gates and open ties.

use thidua_testkit::{Caller, TestApp, Value, json, on_both};

use super::{own, sheet, submitted};
use crate::blocs::bloc_of;
use crate::criteria_sets::{published, table};

/// A bloc year of five units that are scored on a table with an index in it.
fn year_with_index(app: &TestApp, standing: &Caller<'_>) -> String {
    let year = bloc_of(app, standing, &["A", "B", "C", "D", "E"]);
    let members = standing.get(&year).gives(200)["members"].clone();
    for (place, office) in [(0, "leader"), (1, "deputy")] {
        let member = members[place]["id"].as_str().unwrap();
        standing.patch(&format!("{year}/members/{member}"), &json!({"office": office})).is(200);
    }
    let mut indexed = table("BD", "TOCHUC");
    indexed["contents"][1] = json!({"node": "item", "code": "II", "name": "Chỉ số CCHC", "max": 20, "rule": {
        "kind": "external_index", "index": "PAR_INDEX", "reading": "value", "scale": {"by": "linear", "zero_at": 0, "full_at": 100}
    }});
    let set = published(standing, &indexed);
    standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
    year
}

fn with_index(value: f64) -> Value {
    let mut entries = own(100.0, 0, 0.0);
    entries["entries"][2] = json!({"item": "II", "claim": {"kind": "index", "value": value}});
    entries
}

on_both! {
    fn those_who_judge_are_told_what_stands_apart_and_nothing_changes(app) {
        let standing = app.standing();
        let year = year_with_index(&app, &standing);
        let advice = format!("{year}/ranking/advice");
        let paths: Vec<String> = ["A", "B", "C", "D", "E"].into_iter().map(|unit| sheet(&standing, unit)).collect();
        let recorded = json!({"from": "paper", "happened_on": "2026-01-15"});
        for (place, path) in paths.iter().enumerate() {
            submitted(&standing, path, &with_index(80.0));
            let peer = ["B", "C", "D", "E", "A"][place];
            standing.patch(path, &json!({"cross_checker": peer})).is(200);
            // Four see the report as the unit does, one takes nearly all of it away.
            let points = if place == 2 { 2.0 } else { 30.0 };
            let mark = json!({"layer": "cross_checked", "recorded": recorded, "entries": [{"item": "I.2", "points": points, "reason": "Theo hồ sơ"}]});
            standing.post(&format!("{path}/entries"), &mark).is(201);
        }
        let before = standing.get(&format!("{year}/ranking"));
        let told = standing.get(&advice).gives(200);
        let outlier = &told["outliers"][0];
        assert_eq!(told["outliers"].as_array().unwrap().len(), 1);
        assert_eq!((&outlier["item"], &outlier["unit"]["code"], &outlier["cross_checker"]["code"]), (&json!("I.2"), &json!("C"), &json!("D")));
        assert_eq!((&outlier["change"], &outlier["median"], &outlier["marks"]), (&json!(-28), &json!(0), &json!(5)));
        let agreed = &told["agreement"][0];
        assert_eq!((&agreed["from_layer"], &agreed["to_layer"], &agreed["items"]), (&json!("self"), &json!("cross_checked"), &json!(5)));
        assert_eq!((&agreed["same"], &agreed["lowered"], &agreed["change"], &agreed["mean_distance"]), (&json!(4), &json!(1), &json!(-28), &json!(5.6)));
        assert_eq!((&told["margins"], &told["indices"]), (&before.gives(200)["margins"], &json!([])));
        assert!(told["says"].as_str().unwrap().contains("không thay đổi"));

        // An index comes out: for one as it was said, for another differently; one of another year says nothing.
        let result = |unit: &str, edition: i32, value: f64| {
            let draft = json!({"index": "PAR_INDEX", "unit": unit, "edition": edition, "value": value, "published_on": "2026-01-20", "source": "Công bố (giả định)", "fictional": true});
            standing.post("/api/v1/index-results", &draft).is(201);
        };
        result("A", 2026, 80.0);
        result("B", 2026, 82.5);
        result("C", 2025, 10.0);
        let told = standing.get(&advice).gives(200);
        assert_eq!(told["indices"].as_array().unwrap().len(), 1);
        let index = &told["indices"][0];
        assert_eq!((&index["unit"]["code"], &index["item"], &index["index"]), (&json!("B"), &json!("II"), &json!("PAR_INDEX")));
        assert_eq!((&index["claimed"], &index["published"], &index["provisional"]), (&json!(80), &json!(82.5), &json!(false)));
        assert_eq!(standing.get(&format!("{year}/ranking")).gives(200), before.gives(200));

        // Who judges sees it: the leader, the deputy, who organises. Who is judged does not.
        for judge in [app.officer("A"), app.head("B"), app.officer("TOCHUC")] {
            judge.get(&advice).is(200);
        }
        app.officer("C").get(&advice).refused(403, "forbidden");
        app.officer("P-HUE").get(&advice).refused(404, "not_found");
        app.anon().get(&advice).refused(401, "unauthenticated");
        let english = standing.send("GET", &advice, &[("accept-language", "en")], None).gives(200);
        assert!(english["says"].as_str().unwrap().contains("changes no points"));
    }

    fn advice_of_a_year_without_criteria_is_refused_and_of_one_without_sheets_is_empty(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let advice = format!("{year}/ranking/advice");
        standing.get(&advice).refused(409, "sheet_without_criteria");
        let set = published(&standing, &table("BD", "TOCHUC"));
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let told = standing.get(&advice).gives(200);
        for list in ["outliers", "agreement", "margins", "indices"] {
            assert_eq!(told[list], json!([]), "{list}");
        }
    }

    fn an_explanation_says_which_ranks_a_gate_closed_and_what_a_tie_waits_for(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B", "C"]);
        let mut gated = table("BD", "TOCHUC");
        gated["gates"] = json!([{"code": "KL", "name": "Bị kỷ luật", "when": {"is": "fact", "fact": "ky_luat"}, "then": {"effect": "rank_at_best", "rank": 2}}]);
        let set = published(&standing, &gated);
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        for (unit, entries) in [("A", own(100.0, 0, 20.0)), ("B", own(90.0, 0, 10.0)), ("C", own(90.0, 0, 10.0))] {
            let path = sheet(&standing, unit);
            submitted(&standing, &path, &entries);
            if unit == "A" {
                standing.patch(&path, &json!({"facts": {"declared": {"ky_luat": true}}})).is(200);
                let alone = standing.get(&format!("{path}/explanation")).gives(200);
                assert_eq!((&alone["rank_at_best"], alone.get("rank"), &alone["unresolved"]), (&json!(2), None, &json!([])));
            }
        }
        let why = |unit: &str| standing.get(&format!("{year}/ranking/explanation?unit={unit}")).gives(200);
        let first = why("A");
        assert_eq!((&first["rank_at_best"], &first["before_gates"]), (&json!(2), &json!(1)));
        assert_eq!(first["explanation"]["gates"][0]["verdict"], "bars");
        let tied = why("B");
        assert_eq!((tied.get("rank_at_best"), tied.get("before_gates")), (None, None));
        let codes: Vec<&Value> = tied["unresolved"][0]["units"].as_array().unwrap().iter().map(|unit| &unit["code"]).collect();
        assert_eq!((codes, &tied["unresolved"][0]["waits_for"]), (vec![&json!("B"), &json!("C")], &json!([{"by": "ballot"}])));
        assert_eq!(tied["unresolved"][0]["rank"], tied["rank"]);
        // The table says the same in a line.
        let table = standing.send("GET", &format!("{year}/ranking"), &[("accept", "text/csv")], None);
        let text = table.is(200).text();
        assert!(text.contains("đồng hạng, chờ phiếu bầu của khối") && text.contains("hạng 1 nếu không bị chặn hạng"), "{text}");
    }
}
