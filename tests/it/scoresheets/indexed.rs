//! Results of indices in sheets: carried in when published, followed when corrected, nothing typed overwritten.

use thidua_testkit::{Caller, TestApp, Value, json, on_both};

use super::{sheet, submitted};
use crate::blocs::bloc_of;
use crate::criteria_sets::published;

/// A bloc year scored on the value of one index and the rank of another.
fn indexed_year(app: &TestApp, standing: &Caller<'_>) -> String {
    let year = bloc_of(app, standing, &["A", "B", "C"]);
    let item = |code: &str, max: i64, rule: Value| json!({"node": "item", "code": code, "name": code, "max": max, "rule": rule});
    let set = published(
        standing,
        &json!({
            "code": "BD", "name": "Bảng điểm theo chỉ số (giả định)", "owner": "TOCHUC", "fictional": true, "scale": 100,
            "contents": [
                item("CCHC", 50, json!({"kind": "external_index", "index": "PAR_INDEX", "reading": "value", "scale": {"by": "linear", "zero_at": 50, "full_at": 100}})),
                item("NLCT", 40, json!({"kind": "external_index", "index": "PCI", "reading": "rank", "scale": {"by": "bands", "least": 1, "most": 10, "bands": [
                    {"to": 5, "to_inclusive": true, "points": 40}, {"from": 5, "from_inclusive": false, "points": 20}
                ]}})),
                item("PT", 10, json!({"kind": "manual", "step": 0.5}))
            ]
        }),
    );
    standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
    year
}

fn result(index: &str, unit: &str, more: Value) -> Value {
    let mut draft = json!({
        "index": index, "unit": unit, "edition": 2026, "published_on": "2026-04-06", "source": "Công bố giả định", "fictional": true
    });
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

fn waiting() -> Value {
    json!({"layer": "self", "entries": [
        {"item": "CCHC", "claim": {"kind": "index"}}, {"item": "NLCT", "claim": {"kind": "index"}},
        {"item": "PT", "claim": {"kind": "points", "points": 10}}
    ]})
}

/// What the unit itself says of an item, and what it comes to.
fn own(caller: &Caller<'_>, path: &str, item: &str) -> (Value, Value) {
    let seen = caller.get(&format!("{path}/entries/{item}")).gives(200);
    (seen["layers"][0]["claim"].clone(), seen["points"].clone())
}

on_both! {
    fn a_result_is_carried_into_the_sheets_that_wait_for_it(app) {
        let standing = app.standing();
        indexed_year(&app, &standing);
        let path = sheet(&standing, "B");
        let officer = app.officer("B");
        let entered = officer.post(&format!("{path}/entries"), &waiting()).gives(201);
        assert_eq!((&entered["total"], &entered["score"]["provisional"]), (&json!(10), &json!(["CCHC", "NLCT"])));

        let made = standing.post("/api/v1/index-results", &result("PAR_INDEX", "B", json!({"value": 80}))).made();
        let read = json!({"kind": "index", "value": 80, "provisional": false, "result": made});
        assert_eq!(own(&officer, &path, "CCHC"), (read.clone(), json!(30)));
        let followed = officer.get(&path).gives(200);
        assert_eq!((&followed["total"], &followed["version"], &followed["score"]["provisional"]), (&json!(40), &json!(3), &json!(["NLCT"])));
        let told = officer.get(&format!("{path}/history")).items()[0].clone();
        assert_eq!((&told["action"], &told["after"]["CCHC"]["self"]), (&json!("edit"), &read));

        // A correction is followed; a result about somebody else after all leaves the item open.
        let results = format!("/api/v1/index-results/{made}");
        standing.patch(&results, &json!({"value": 90})).is(200);
        assert_eq!(own(&officer, &path, "CCHC").1, 40);
        let version = officer.get(&path).gives(200)["version"].clone();
        standing.patch(&results, &json!({"source": "Công bố giả định, trang 2"})).is(200);
        assert_eq!(officer.get(&path).gives(200)["version"], version);
        standing.patch(&results, &json!({"unit": "C"})).is(200);
        assert_eq!(own(&officer, &path, "CCHC"), (json!({"kind": "index", "provisional": false}), json!(0)));

        // One that is taken away leaves the item open as well.
        standing.patch(&results, &json!({"unit": "B"})).is(200);
        assert_eq!(own(&officer, &path, "CCHC").1, 40);
        officer.take_away(&results).refused(403, "forbidden");
        standing.take_away(&results).is(204);
        standing.get(&results).refused(404, "not_found");
        assert_eq!(own(&officer, &path, "CCHC"), (json!({"kind": "index", "provisional": false}), json!(0)));

        // A rank for which the table has no band is recorded all the same, and left to people.
        let beyond = standing.post("/api/v1/index-results", &result("PCI", "B", json!({"rank": 20, "ranked": 34}))).made();
        assert_eq!(own(&officer, &path, "NLCT").0, json!({"kind": "index", "provisional": false}));
        standing.patch(&format!("/api/v1/index-results/{beyond}"), &json!({"rank": 5})).is(200);
        assert_eq!(own(&officer, &path, "NLCT").1, 40);
    }

    fn a_claim_takes_the_result_that_is_there_and_what_was_typed_stays(app) {
        let standing = app.standing();
        indexed_year(&app, &standing);
        let there = standing.post("/api/v1/index-results", &result("PAR_INDEX", "A", json!({"value": 75, "rank": 3}))).made();
        let others = standing.post("/api/v1/index-results", &result("PAR_INDEX", "B", json!({"value": 95}))).made();
        let (first, second) = (sheet(&standing, "A"), sheet(&standing, "C"));
        let officer = app.officer("A");
        let entered = officer.post(&format!("{first}/entries"), &waiting()).gives(201);
        assert_eq!((&entered["total"], &entered["score"]["provisional"]), (&json!(35), &json!(["NLCT"])));
        assert_eq!(own(&officer, &first, "CCHC").0["result"], json!(there));
        let cites = |result: &str| json!({"layer": "self", "entries": [{"item": "CCHC", "claim": {"kind": "index", "result": result}}]});
        let refused = officer.post(&format!("{first}/entries"), &cites(&others));
        refused.refused(422, "unknown_reference");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/entries/0/claim/result");
        officer.post(&format!("{first}/entries"), &cites(&there)).is(201);

        // Typed by hand: another edition than the one recorded is nobody's business but the unit's.
        let typed = json!({"layer": "self", "entries": [{"item": "CCHC", "claim": {"kind": "index", "value": 60}}]});
        let third = app.officer("C");
        third.post(&format!("{second}/entries"), &typed).is(201);
        standing.post("/api/v1/index-results", &result("PAR_INDEX", "C", json!({"value": 99}))).is(201);
        assert_eq!(own(&standing, &second, "CCHC"), (json!({"kind": "index", "value": 60, "provisional": false}), json!(10)));
        // What is only expected gives way to what is published.
        let expected = json!({"layer": "self", "entries": [{"item": "CCHC", "claim": {"kind": "index", "value": 70, "provisional": true}}]});
        third.post(&format!("{second}/entries"), &expected).is(201);
        assert_eq!(own(&standing, &second, "CCHC").1, 49);
    }

    fn a_settled_sheet_stays_on_what_it_was_scored_on(app) {
        let standing = app.standing();
        indexed_year(&app, &standing);
        let made = standing.post("/api/v1/index-results", &result("PAR_INDEX", "B", json!({"value": 80}))).made();
        standing.post("/api/v1/index-results", &result("PCI", "B", json!({"rank": 6}))).is(201);
        let path = sheet(&standing, "B");
        submitted(&standing, &path, &waiting());
        let recorded = json!({"from": "paper", "happened_on": "2026-05-15"});
        // A layer above follows too, as long as it rests on the claim below.
        let verified = json!({"layer": "verified", "recorded": recorded, "entries": [{"item": "CCHC", "claim": {"kind": "index"}, "reason": "Đối chiếu công bố"}]});
        standing.post(&format!("{path}/entries"), &verified).is(201);
        standing.patch(&format!("/api/v1/index-results/{made}"), &json!({"value": 90})).is(200);
        assert_eq!(standing.get(&path).gives(200)["total"], 70);
        for action in ["verify", "appraise"] {
            standing.step(&path, &json!({"action": action, "recorded": recorded})).is(201);
        }
        standing.step(&path, &json!({"action": "settle", "confirm": "KHOI-2026-B", "recorded": recorded})).is(201);
        standing.patch(&format!("/api/v1/index-results/{made}"), &json!({"value": 60})).is(200);
        assert_eq!(standing.get(&path).gives(200)["total"], 70);
    }
}
