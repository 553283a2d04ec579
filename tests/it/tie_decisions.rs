//! What ballot or council decided between equals, and what the ranking makes of it.

use thidua_testkit::{Caller, Reply, Value, json, on_both};

use crate::criteria_sets::{published, table};
use crate::scoresheets::{own, sheet, submitted};

/// A year of three units of the same points, ranked by ballot and then by council.
fn equals(app: &thidua_testkit::TestApp, standing: &Caller<'_>) -> String {
    let year = crate::blocs::bloc_of(app, standing, &["A", "B", "C"]);
    let first = standing.get(&year).gives(200)["members"][0]["id"].as_str().unwrap().to_owned();
    standing.patch(&format!("{year}/members/{first}"), &json!({"office": "leader"})).is(200);
    let mut set = table("BD", "TOCHUC");
    set["tie_breakers"] = json!([{"by": "ballot"}, {"by": "council"}]);
    let set = published(standing, &set);
    standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
    for unit in ["A", "B", "C"] {
        submitted(standing, &sheet(standing, unit), &own(90.0, 0, 10.0));
    }
    year
}

fn put(caller: &Caller<'_>, year: &str, by: &str, body: &Value) -> Reply {
    let etag = caller.get(year).is(200).etag();
    caller.send("PUT", &format!("{year}/tie-decisions/{by}"), &[("if-match", &etag)], Some(body))
}

fn ballot(units: &Value) -> Value {
    json!({"units": units, "decided_on": "2026-01-25"})
}

fn ranks(caller: &Caller<'_>, year: &str) -> Vec<(Value, Value)> {
    let ranking = caller.get(&format!("{year}/ranking")).gives(200);
    ranking["rows"].as_array().unwrap().iter().map(|row| (row["unit"]["code"].clone(), row["rank"].clone())).collect()
}

on_both! {
    fn ballot_and_council_tell_equals_apart(app) {
        let standing = app.standing();
        let year = equals(&app, &standing);
        let open = standing.get(&format!("{year}/ranking")).gives(200);
        assert_eq!(open["unresolved"][0]["waits_for"], json!([{"by": "ballot"}, {"by": "council"}]));
        let votes = ballot(&json!([{"unit": "A", "votes": 2}, {"unit": "B", "votes": 7}, {"unit": "C", "votes": 2}]));
        let leader = app.officer("A");
        let seen = put(&leader, &year, "ballot", &votes).gives(200);
        assert_eq!((&seen["by_label"], &seen["looked_at"], &seen["units"][2]["votes"]), (&json!("Bỏ phiếu của khối"), &json!(true), &json!(7)));
        let pair = |unit: &str, rank: i32| (json!(unit), json!(rank));
        assert_eq!(ranks(&standing, &year), [pair("B", 1), pair("A", 2), pair("C", 2)]);
        put(&leader, &year, "council", &ballot(&json!([{"unit": "C", "place": 1}, {"unit": "A", "place": 2}]))).refused(403, "forbidden");
        let meeting = json!({"bloc_year": "KHOI/2026", "code": "HOP", "kind": "interim", "title": "Họp (giả định)", "meets_on": "2026-01-25"});
        standing.post("/api/v1/meetings", &meeting).is(201);
        let mut places = ballot(&json!([{"unit": "C", "place": 1}, {"unit": "A", "place": 2}]));
        places["meeting"] = json!("HOP");
        assert_eq!(put(&standing, &year, "council", &places).gives(200)["meeting"]["code"], "HOP");
        assert_eq!(ranks(&standing, &year), [pair("B", 1), pair("C", 2), pair("A", 3)]);
        let ranking = standing.get(&format!("{year}/ranking")).gives(200);
        let fired: Vec<&Value> = ranking["tie_breaks"].as_array().unwrap().iter().map(|tie| &tie["by"]["by"]).collect();
        assert_eq!(fired, ["ballot", "council"]);
        let why = standing.get(&format!("{year}/ranking/explanation?unit=C")).gives(200);
        assert_eq!(why["explanation"]["tie_breaks"][1]["units"][0]["value"], 1);
        let member = app.officer("C");
        assert_eq!(member.get(&format!("{year}/tie-decisions")).items().len(), 2);

        // Taken away with a reason, they are as if never said.
        let path = format!("{year}/tie-decisions");
        let etag = standing.get(&year).etag();
        standing.send("DELETE", &format!("{path}/council?reason=nham"), &[], None).refused(428, "if_match_required");
        standing.send("DELETE", &format!("{path}/council"), &[("if-match", &etag)], None).refused(400, "bad_parameter");
        standing.send("DELETE", &format!("{path}/council?reason=nham"), &[("if-match", "\"1.x\"")], None).refused(412, "version_stale");
        member.send("DELETE", &format!("{path}/ballot?reason=nham"), &[("if-match", "*")], None).refused(403, "forbidden");
        standing.send("DELETE", &format!("{path}/council?reason=nham"), &[("if-match", &etag)], None).is(204);
        standing.send("DELETE", &format!("{path}/council?reason=nham"), &[("if-match", "*")], None).refused(404, "not_found");
        standing.get(&format!("{path}/council")).refused(404, "not_found");
        assert_eq!(ranks(&standing, &year), [pair("B", 1), pair("A", 2), pair("C", 2)]);
        assert_eq!(standing.get(&format!("{year}/history")).items()[0]["reason"], "nham");
        app.officer("P-HUE").get(&path).refused(404, "not_found");
    }

    fn tie_decisions_are_checked(app) {
        let standing = app.standing();
        let year = equals(&app, &standing);
        let said = |by: &str, units: Value| put(&standing, &year, by, &ballot(&units));
        said("ballot", json!([{"unit": "A", "votes": 1}])).refused(422, "too_few");
        said("ballot", json!([{"unit": "A", "votes": 1}, {"unit": "A", "votes": 2}])).refused(422, "tie_unit_twice");
        said("ballot", json!([{"unit": "A", "votes": 1}, {"unit": "B", "place": 2}])).refused(422, "tie_value_unfit");
        said("ballot", json!([{"unit": "A", "votes": -1}, {"unit": "B", "votes": 1}])).refused(422, "too_small");
        said("ballot", json!([{"unit": "A", "votes": 1}, {"unit": "B", "votes": 10001}])).refused(422, "too_large");
        said("council", json!([{"unit": "A", "place": 1}, {"unit": "B", "place": 1}])).refused(422, "tie_place_twice");
        said("council", json!([{"unit": "A", "place": 0}, {"unit": "B", "place": 1}])).refused(422, "too_small");
        said("ballot", json!([{"unit": "A", "votes": 1}, {"unit": "P-HUE", "votes": 1}])).refused(422, "not_a_member");
        said("ballot", json!([{"unit": "A", "votes": 1}, {"unit": "KHONG-CO", "votes": 1}])).refused(422, "unknown_reference");
        let good = json!([{"unit": "A", "votes": 1}, {"unit": "B", "votes": 2}]);
        said("dice", good.clone()).refused(404, "not_found");
        let on = |day: &str| put(&standing, &year, "ballot", &json!({"units": good, "decided_on": day}));
        on("2100-01-01").refused(422, "date_in_future");
        on("1900-01-01").refused(422, "date_too_early");
        on("2020-01-01").refused(422, "date_outside_year");
        let mut met = ballot(&good);
        met["meeting"] = json!("KHONG-CO");
        put(&standing, &year, "ballot", &met).refused(422, "unknown_reference");
        assert_eq!(standing.get(&format!("{year}/tie-decisions")).items().len(), 0);
        app.officer("B").send("PUT", &format!("{year}/tie-decisions/ballot"), &[("if-match", "*")], Some(&ballot(&good))).refused(403, "forbidden");
        standing.step(&year, &json!({"action": "cancel", "reason": "Lập nhầm"})).is(201);
        said("ballot", good.clone()).refused(409, "wrong_state");
    }
}
