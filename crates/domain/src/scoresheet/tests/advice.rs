//! Advice: marks that stand apart, how far layers agree, what indices say against sheets.

use serde_json::{Value, json};

use super::rules::{claimed, entries, set};
use crate::index_result::Reading;
use crate::points::Quantity;
use crate::scoresheet::*;

#[test]
fn marks_that_stand_apart_are_named() {
    let mark = |item: &str, checker: &str, points: Value| json!({ "item": item, "checker": checker, "points": points });
    let marks: Vec<Mark> = serde_json::from_value(json!([
        mark("A", "K1", json!(8)),
        mark("A", "K2", json!(8.5)),
        mark("A", "K3", json!(9)),
        mark("A", "K4", json!(8)),
        mark("A", "K5", json!(2)),
        mark("B", "K1", json!(5)),
        mark("B", "K2", json!(5)),
        mark("B", "K3", json!(5.5)),
        mark("C", "K1", json!(0)),
        mark("C", "K2", json!(10)),
        mark("D", "K1", json!(6)),
        mark("D", "K2", json!(7)),
        mark("D", "K3", json!(8)),
        mark("D", "K4", json!(9)),
    ]))
    .unwrap();
    let found: Vec<_> = outliers(&marks).into_iter().map(|o| (o.item, o.checker, o.median.to_string(), o.spread.to_string())).collect();
    assert_eq!(
        found,
        [("A".into(), "K5".into(), "8".into(), "0.5".into()), ("B".into(), "K3".into(), "5".into(), "0".into())]
            as [(String, String, String, String); 2]
    );
}

#[test]
fn layers_agree_so_far() {
    let list = entries(json!([
        claimed("HAND", json!({ "kind": "points", "points": 9 })),
        { "item": "HAND", "layer": "verified", "points": 8, "reason": "x" },
        claimed("LIST", json!({ "kind": "checklist", "parts": ["a"] })),
        { "item": "LIST", "layer": "verified", "claim": { "kind": "checklist", "parts": ["a", "b"] } },
        claimed("LATE", json!({ "kind": "late", "days": 0 })),
        { "item": "LATE", "layer": "verified", "points": 10 },
    ]));
    let found = agreement(&set(), [(list.as_slice(), &Facts::default())]).unwrap();
    assert_eq!(found.len(), 1);
    let found = &found[0];
    assert_eq!((found.items, found.same, found.raised, found.lowered), (3, 1, 1, 1));
    assert_eq!((found.change.to_string().as_str(), found.mean_distance.to_string().as_str()), ("5", "2.33"));
}

#[test]
fn agreement_is_added_up_over_sheets() {
    let one = entries(
        json!([claimed("HAND", json!({ "kind": "points", "points": 9 })), { "item": "HAND", "layer": "verified", "points": 8, "reason": "x" }]),
    );
    let facts = Facts::default();
    let found = agreement(&set(), [(one.as_slice(), &facts), (one.as_slice(), &facts), (&[][..], &facts)]).unwrap();
    let figures: Vec<_> =
        found.iter().map(|found| (found.items, found.lowered, found.change.to_string(), found.mean_distance.to_string())).collect();
    assert_eq!(figures, [(2, 2, "-2".to_owned(), "1".to_owned())]);
}

#[test]
fn what_a_cross_checker_changed_is_a_mark_also_where_it_is_nothing() {
    let list = entries(json!([
        claimed("HAND", json!({ "kind": "points", "points": 9 })),
        { "item": "HAND", "layer": "cross_checked", "points": 6.5, "reason": "x" },
        { "item": "HAND", "layer": "verified", "points": 8, "reason": "x" },
        claimed("LATE", json!({ "kind": "late", "days": 0 })),
        { "item": "LATE", "layer": "cross_checked", "points": 10 },
        { "item": "LIST", "layer": "cross_checked", "claim": { "kind": "checklist", "parts": ["a"] } },
        claimed("PCI", json!({ "kind": "index", "value": 3 })),
        { "item": "PCI", "layer": "verified", "claim": { "kind": "index", "value": 4 } },
    ]));
    let found = cross_checks(&set(), &list, &Facts::default(), "B").unwrap();
    let marks: Vec<_> = found.iter().map(|mark| (mark.item.as_str(), mark.checker.as_str(), mark.points.to_string())).collect();
    assert_eq!(marks, [("LATE", "B", "0".to_owned()), ("HAND", "B", "-2.5".to_owned())]);
}

#[test]
fn an_index_as_published_is_held_against_the_sheet() {
    let published = Reading {
        value: Some("70.5".parse().unwrap()),
        rank: Some(3),
        ranked: Some(34),
        edition: 2026,
        published_on: "2027-04-01".parse().unwrap(),
    };
    let against = |list: Value, reading: Option<Reading>| {
        let found = index_differences(&set(), &entries(list), &Facts::default(), |index| reading.filter(|_| index == "PCI")).unwrap();
        let text = |quantity: Quantity| quantity.to_string();
        found.into_iter().map(|found| (found.item, found.claimed.map(text), text(found.published), found.provisional)).collect::<Vec<_>>()
    };
    let said = |claimed: Option<&str>, provisional| vec![("PCI".to_owned(), claimed.map(str::to_owned), "3".to_owned(), provisional)];
    let own = |claim: Value| json!([claimed("PCI", claim)]);
    assert_eq!(against(own(json!({ "kind": "index", "value": 3 })), Some(published)), []);
    assert_eq!(against(own(json!({ "kind": "index", "value": 5 })), Some(published)), said(Some("5"), false));
    assert_eq!(against(own(json!({ "kind": "index", "value": 3, "provisional": true })), Some(published)), said(Some("3"), true));
    assert_eq!(against(own(json!({ "kind": "index" })), Some(published)), said(None, false));
    assert_eq!(against(json!([]), Some(published)), said(None, false));
    // A layer above put it right.
    let mended = json!([claimed("PCI", json!({ "kind": "index", "value": 5 })), { "item": "PCI", "layer": "verified", "claim": { "kind": "index", "value": 3 } }]);
    assert_eq!(against(mended, Some(published)), []);
    // Nothing to hold against: not published, or published without a rank.
    assert_eq!(against(own(json!({ "kind": "index", "value": 5 })), None), []);
    assert_eq!(against(own(json!({ "kind": "index", "value": 5 })), Some(Reading { rank: None, ..published })), []);
}
