//! Appeals and what comes of a ranking in the made-up world of the access matrix, and with what their operations are tried.

use std::collections::HashMap;

use thidua_testkit::{Caller, Value, json};

/// What the member has against the sheet of the deputy.
pub(super) fn make(standing: &Caller<'_>, ids: &mut HashMap<&'static str, String>) {
    let recorded = json!({"from": "paper", "happened_on": "2025-12-20"});
    let sheet = standing.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI-2025", "unit": "DEPUTY"})).made();
    let sheet = format!("/api/v1/scoresheets/{sheet}");
    let said = json!({"layer": "self", "entries": [{"item": "A", "claim": {"kind": "points", "points": 5}}], "recorded": recorded});
    standing.post(&format!("{sheet}/entries"), &said).is(201);
    standing.step(&sheet, &json!({"action": "submit", "recorded": recorded})).is(201);
    let code = standing.get(&sheet).gives(200)["code"].as_str().unwrap().to_owned();
    let appeal = json!({"code": "KN", "scoresheet": code, "by": "MEMBER", "item": "A", "grounds": "Chưa đủ căn cứ", "recorded": recorded});
    ids.insert("appeal", standing.post("/api/v1/appeals", &appeal).made());
    ids.insert("appealed", code);
    let year = standing.get("/api/v1/bloc-years?code=KHOI-2025").items()[0]["id"].as_str().unwrap().to_owned();
    let year = format!("/api/v1/bloc-years/{year}");
    standing.post(&format!("{year}/ranking/publications"), &json!({"stage": "announced"})).is(201);
    let ties = json!({"units": [{"unit": "MEMBER", "votes": 1}, {"unit": "LEADER", "votes": 2}], "decided_on": "2025-12-25"});
    standing.send("PUT", &format!("{year}/tie-decisions/ballot"), &[("if-match", "*")], Some(&ties)).is(200);
}

/// The path and body with which an operation is tried.
pub(super) fn sample(ids: &HashMap<&'static str, String>, op: &str) -> Option<(String, Option<Value>)> {
    const PATH: &str = "/api/v1/appeals";
    let id = |name: &str| ids.get(name).map_or("", String::as_str);
    let at = |rest: &str| format!("{PATH}/{}{rest}", id("appeal"));
    let of_year = |rest: &str| format!("/api/v1/bloc-years/{}{rest}", id("bloc_year"));
    let get = |path: String| Some((path, None));
    let send = |path: String, body: Value| Some((path, Some(body)));
    match op {
        "list_appeals" => get(PATH.to_owned()),
        "create_appeal" => send(PATH.to_owned(), json!({"scoresheet": id("appealed"), "by": "MEMBER", "grounds": "x"})),
        "create_appeal (recorded)" => send(
            PATH.to_owned(),
            json!({"scoresheet": id("appealed"), "by": "MEMBER", "grounds": "x", "recorded": {"from": "paper", "happened_on": "2025-12-20"}}),
        ),
        "get_appeal" => get(at("")),
        "update_appeal" => send(at(""), json!({"grounds": "y"})),
        "transition_appeal" => {
            send(at("/transitions"), json!({"action": "answer", "outcome": "dismissed", "answer": "Đủ căn cứ", "confirm": "KN"}))
        }
        "transition_appeal (withdraw)" => send(at("/transitions"), json!({"action": "withdraw", "reason": "x", "confirm": "KN"})),
        "list_appeal_transitions" => get(at("/transitions")),
        "list_appeal_history" => get(at("/history")),
        "list_ranking_publications" => get(of_year("/ranking/publications")),
        "create_ranking_publication" => send(of_year("/ranking/publications"), json!({"stage": "announced"})),
        "create_ranking_publication (decided)" => send(
            of_year("/ranking/publications"),
            json!({"stage": "decided", "recorded": {"from": "meeting", "happened_on": "2025-12-30"}}),
        ),
        "get_ranking_publication" => get(of_year("/ranking/publications/1")),
        "create_ranking_withdrawal" => send(of_year("/ranking/publications/1/withdrawals"), json!({"reason": "x", "confirm": "KHOI-2025"})),
        "list_tie_decisions" => get(of_year("/tie-decisions")),
        "get_tie_decision" => get(of_year("/tie-decisions/ballot")),
        "set_tie_decision" => send(
            of_year("/tie-decisions/ballot"),
            json!({"units": [{"unit": "MEMBER", "votes": 3}, {"unit": "LEADER", "votes": 2}], "decided_on": "2025-12-25"}),
        ),
        "set_tie_decision (council)" => send(
            of_year("/tie-decisions/council"),
            json!({"units": [{"unit": "MEMBER", "place": 1}, {"unit": "LEADER", "place": 2}], "decided_on": "2025-12-25"}),
        ),
        "delete_tie_decision" => get(of_year("/tie-decisions/ballot?reason=x")),
        _ => None,
    }
}
