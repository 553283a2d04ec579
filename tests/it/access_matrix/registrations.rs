//! Registrations in the made-up world of the access matrix, and with what their operations are tried.

use std::collections::HashMap;

use thidua_testkit::{Caller, Value, json};

/// What the member has submitted for 2025 within its bloc, and drafts for 2024 outside of it.
pub(super) fn make(standing: &Caller<'_>, ids: &mut HashMap<&'static str, String>) {
    let registration = json!({
        "code": "DK", "unit": "MEMBER", "year": 2025, "bloc_year": "KHOI-2025", "register_by": "2025-03-31",
        "items": [{"award_type": "CSTD_COSO", "subject_kind": "person", "subject": "NV"}]
    });
    let registration = standing.post("/api/v1/registrations", &registration).made();
    standing.step(&format!("/api/v1/registrations/{registration}"), &json!({"action": "submit"})).is(201);
    ids.insert("registration", registration);
    let drafted = json!({"code": "DK-2", "unit": "MEMBER", "year": 2024, "register_by": "2024-03-31", "items": [{"award_type": "TTLDTT", "subject_kind": "unit"}]});
    ids.insert("drafted", standing.post("/api/v1/registrations", &drafted).made());
    super::appeals::make(standing, ids);
}

/// The path and body with which an operation is tried.
pub(super) fn sample(ids: &HashMap<&'static str, String>, op: &str) -> Option<(String, Option<Value>)> {
    const PATH: &str = "/api/v1/registrations";
    let at = |name: &str, rest: &str| format!("{PATH}/{}{rest}", ids.get(name).map_or("", String::as_str));
    let get = |path: String| Some((path, None));
    let send = |path: String, body: Value| Some((path, Some(body)));
    match op {
        "list_registrations" => get(PATH.to_owned()),
        "create_registration" => send(PATH.to_owned(), json!({"unit": "MEMBER", "year": 2023})),
        "get_registration_consolidation" => get(format!("{PATH}/consolidation?unit=MEMBER&year=2025")),
        "get_registration_consolidation (bloc)" => get(format!("{PATH}/consolidation?bloc_year=KHOI-2025")),
        "list_registration_standings" => get(format!("{PATH}/consolidation/units?bloc_year=KHOI-2025")),
        "get_registration" => get(at("registration", "")),
        "update_registration" => send(at("drafted", ""), json!({"note": "x"})),
        "update_registration (day passed)" => send(at("drafted", ""), json!({"register_by": "2024-06-30"})),
        "transition_registration" => send(at("registration", "/transitions"), json!({"action": "accept"})),
        "transition_registration (submit)" => send(at("drafted", "/transitions"), json!({"action": "submit"})),
        "list_registration_transitions" => get(at("registration", "/transitions")),
        "list_registration_history" => get(at("registration", "/history")),
        other => super::appeals::sample(ids, other),
    }
}
