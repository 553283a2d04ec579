//! The same figures on both databases, to the byte.

use thidua_testkit::{Caller, Database, TestApp, Value, json};

use crate::blocs::bloc_of;
use crate::criteria_sets::published;

/// A table of awkward figures: thirds, sevenths, halves of a hundredth, parts scaled up.
fn awkward() -> Value {
    let item = |code: &str, max: Value, rule: Value| json!({"node": "item", "code": code, "name": code, "max": max, "rule": rule, "not_applicable": "scaled"});
    json!({
        "code": "BD", "name": "Bảng điểm số lẻ (giả định)", "owner": "TOCHUC", "fictional": true, "scale": 100,
        "contents": [
            {"node": "group", "code": "I", "name": "Nhóm", "max": 66.66, "children": [
                item("I.1", json!(33.33), json!({"kind": "linear", "better": "higher", "plan": 7, "over": {"cap": 40}})),
                item("I.2", json!(22.22), json!({"kind": "linear", "better": "lower"})),
                item("I.3", json!(11.11), json!({"kind": "manual", "step": 0.01}))
            ]},
            item("II", json!(33.34), json!({"kind": "tiered", "rate": true, "least": 0, "most": 100, "bands": [
                {"from": 66.6667, "points": 33.34}, {"from": 33.3333, "to": 66.6667, "points": 16.67}, {"to": 33.3333, "points": 0}
            ]}))
        ],
        "classes": [{"code": "TOT", "name": "Tốt", "at_least": 66.67, "every_criterion": 33.3333}, {"code": "DAT", "name": "Đạt", "at_least": 0}],
        "tie_breakers": [{"by": "item", "item": "I.1"}]
    })
}

fn claims(unit: usize) -> Value {
    let n = |times: usize, most: usize| (unit * times + 3) % most;
    let left_out = json!({"item": "I.2", "not_applicable": true});
    let lower = json!({"item": "I.2", "claim": {"kind": "measured", "plan": 3, "actual": n(5, 11)}});
    json!({"layer": "self", "recorded": {"from": "paper", "happened_on": "2026-01-15"}, "entries": [
        {"item": "I.1", "claim": {"kind": "measured", "actual": f64::from(u32::try_from(n(7, 97)).unwrap()) / 16.0}},
        if unit.is_multiple_of(3) { left_out } else { lower },
        {"item": "I.3", "claim": {"kind": "points", "points": f64::from(u32::try_from(n(13, 1111)).unwrap()) / 100.0}},
        {"item": "II", "claim": {"kind": "rate", "part": n(3, 8), "whole": 7 + n(3, 8)}}
    ]})
}

/// Identifiers differ, and when things were made; everything else is compared.
fn stripped(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            for key in ["id", "scoresheet_id"] {
                fields.remove(key);
            }
            fields.values_mut().for_each(|field| *field = stripped(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = stripped(item.take())),
        _ => {}
    }
    value
}

/// The ranking and every explanation as text.
fn figures(app: &TestApp) -> Vec<String> {
    let standing: Caller<'_> = app.standing();
    let units: Vec<String> = (0..12).map(|n| format!("U{n:02}")).collect();
    let named: Vec<&str> = units.iter().map(String::as_str).collect();
    let year = bloc_of(app, &standing, &named);
    let set = published(&standing, &awkward());
    standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
    for (n, unit) in units.iter().enumerate() {
        let sheet = standing.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": unit})).made();
        standing.post(&format!("/api/v1/scoresheets/{sheet}/entries"), &claims(n)).is(201);
    }
    let shown = |path: &str| stripped(standing.get(path).gives(200).clone()).to_string();
    let mut all = vec![shown(&format!("{year}/ranking"))];
    all.extend(units.iter().map(|unit| shown(&format!("{year}/ranking/explanation?unit={unit}"))));
    all
}

#[test]
fn figures_are_the_same_on_both_databases_to_the_byte() {
    let both = [Database::Sqlite, Database::Postgres].map(|database| figures(&TestApp::start(database)));
    assert_eq!(both[0].len(), 13);
    assert!(both[0][0].contains("\"rank\":12"), "{}", both[0][0]);
    assert_eq!(both[0], both[1]);
}
