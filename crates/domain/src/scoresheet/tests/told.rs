//! What refusals of entries tell: which kinds of claim an item takes, which values it knows.

use serde_json::{Value, json};

use super::rules::{claimed, entries, set};
use crate::criteria_set::{Compiled, IndexReading};
use crate::points::Quantity;
use crate::refusal::Code;
use crate::scoresheet::*;
use crate::vocabulary::Lang;

/// What is refused of one claim, in English.
fn told(set: &Compiled, item: &str, claim: Value) -> (Code, String) {
    let error = score(set, &entries(json!([claimed(item, claim)])), &Facts::default(), Layer::Own).unwrap_err();
    (error.0[0].code, error.0[0].detail(Lang::En))
}

#[test]
fn an_unfit_claim_is_told_which_kinds_the_item_takes() {
    for (item, wanted) in [
        ("LIST", "checklist"),
        ("LIN", "measured"),
        ("TIER", "value, rate"),
        ("LATE", "late, handed_in, never"),
        ("HAND", "points"),
        ("PCI", "index"),
        ("T", "causes"),
    ] {
        let claim = if item == "LIST" { json!({ "kind": "never" }) } else { json!({ "kind": "checklist", "parts": [] }) };
        let (code, detail) = told(&set(), item, claim);
        assert!(code == Code::ScoreClaimUnfit && detail.contains(wanted), "{item}: {detail}");
    }
}

/// Values without a lower end, and an index that is read as a value.
fn open_set() -> Compiled {
    let item = |code: &str, rule: Value| json!({ "node": "item", "code": code, "name": code, "max": 10, "rule": rule });
    let bands = json!([{ "from": 50, "points": 10 }, { "to": 50, "points": 0 }]);
    let set = json!({ "code": "MO", "name": "Mở", "scale": 30, "contents": [
        item("V", json!({ "kind": "tiered", "most": 100, "bands": bands })),
        item("R", json!({ "kind": "tiered", "rate": true, "least": 0, "most": 100, "bands": bands })),
        item("X", json!({ "kind": "external_index", "index": "PAR_INDEX", "reading": "value", "scale": { "by": "linear", "zero_at": 0, "full_at": 100 } })),
    ] });
    Compiled::new(&serde_json::from_value(set).unwrap()).unwrap()
}

#[test]
fn a_value_outside_is_told_with_both_ends() {
    let set = open_set();
    let (code, detail) = told(&set, "V", json!({ "kind": "value", "value": 101 }));
    assert!(code == Code::ScoreValueOutside && detail.contains(['-', '−']) && detail.contains("100") && detail.contains("101"), "{detail}");
    // A rate is told in per cent: three of two.
    let (code, detail) = told(&set, "R", json!({ "kind": "rate", "part": 3, "whole": 2 }));
    assert!(code == Code::ScoreValueOutside && detail.contains("150"), "{detail}");
}

#[test]
fn an_index_is_read_up_to_what_can_be_counted() {
    let set = open_set();
    let claim = |units: i64| Entry {
        item: "X".into(),
        layer: Layer::Own,
        claim: Some(Claim::Index { value: Some(Quantity::of_units(units)), provisional: false, result: None }),
        points: None,
        not_applicable: false,
        reason: None,
    };
    let score = |units| score(&set, &[claim(units)], &Facts::default(), Layer::Own).map_err(|error| error.0[0].code);
    assert_eq!(score(Quantity::LIMIT).unwrap().of(&set, "X").unwrap().points.to_string(), "10");
    assert_eq!(score(-Quantity::LIMIT).unwrap().of(&set, "X").unwrap().points.to_string(), "0");
    assert_eq!(score(Quantity::LIMIT + 1).unwrap_err(), Code::ScoreValueOutside);
    assert_eq!(score(-Quantity::LIMIT - 1).unwrap_err(), Code::ScoreValueOutside);
}

#[test]
fn items_say_on_which_index_they_rest() {
    assert_eq!(index_of(&open_set(), "X"), Some(("PAR_INDEX", IndexReading::Value)));
    assert_eq!(index_of(&set(), "PCI"), Some(("PCI", IndexReading::Rank)));
    assert_eq!((index_of(&set(), "HAND"), index_of(&set(), "KHONG-CO")), (None, None));
}
