//! What a unit may leave out that was a member for a part of the year.

use serde_json::json;

use super::rules::{claimed, entries, set};
use crate::refusal::Code;
use crate::scoresheet::*;

#[test]
fn any_item_can_lie_outside_a_part_of_the_year_and_says_why() {
    let sheet = |part_of_year: bool, reason: &str| {
        let facts = Facts { part_of_year, ..Facts::default() };
        let left_out = json!({ "item": "HAND", "layer": "verified", "not_applicable": true, "reason": reason });
        let list = entries(json!([left_out, claimed("LATE", json!({ "kind": "late", "days": 0 }))]));
        score(&set(), &list, &facts, Layer::Final).map_err(|error| error.0.iter().map(|refusal| refusal.code).collect::<Vec<_>>())
    };
    let scored = sheet(true, "Gia nhập từ tháng 7").unwrap();
    let group = scored.of(&set(), "II").unwrap();
    assert_eq!(scored.of(&set(), "HAND").unwrap().state, TallyState::NotApplicable);
    // Ten of the thirty points that are left, of forty.
    assert_eq!((group.applies.to_string(), group.points.to_string()), ("30".into(), "13.33".into()));
    assert_eq!(sheet(true, " ").unwrap_err(), [Code::ScoreMustApply]);
    assert_eq!(sheet(false, "Gia nhập từ tháng 7").unwrap_err(), [Code::ScoreMustApply]);
}

#[test]
fn a_bonus_or_penalty_is_never_left_out() {
    let facts = Facts { part_of_year: true, ..Facts::default() };
    for item in ["T", "P"] {
        let list = entries(json!([{ "item": item, "layer": "self", "not_applicable": true, "reason": "Không phát sinh" }]));
        assert_eq!(score(&set(), &list, &facts, Layer::Own).unwrap_err().0[0].code, Code::ScoreMustApply);
    }
}
