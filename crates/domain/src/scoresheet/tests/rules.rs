//! Rule by rule: what an entry may say, which layer counts, what does not apply, what gates see, what is explained.

use serde_json::{Value, json};

use crate::criteria_set::{Compiled, CriteriaSet};
use crate::scoresheet::*;
use crate::vocabulary::Lang;

/// One item of each kind, in two groups, with a bonus that makes up for what lacks.
fn table() -> Value {
    json!({
        "code": "MAU", "name": "Bảng mẫu", "scale": 100,
        "contents": [
            { "node": "group", "code": "I", "name": "Nhiệm vụ", "max": 60, "children": [
                { "node": "item", "code": "LIN", "name": "Kế hoạch", "max": 30, "not_applicable": "scaled",
                  "rule": { "kind": "linear", "better": "higher", "over": { "cap": 33 } } },
                { "node": "item", "code": "LOW", "name": "Đơn thư", "max": 10, "not_applicable": "scaled",
                  "rule": { "kind": "linear", "better": "lower", "partial": false } },
                { "node": "item", "code": "TIER", "name": "Tỷ lệ", "max": 20,
                  "rule": { "kind": "tiered", "rate": true, "least": 0, "most": 100, "bands": [
                      { "from": 50, "points": 20 }, { "to": 50, "points": 0 } ] } },
            ] },
            { "node": "group", "code": "II", "name": "Công tác", "max": 40, "children": [
                { "node": "item", "code": "LIST", "name": "Hồ sơ", "max": 10, "not_applicable": "full",
                  "rule": { "kind": "checklist", "parts": [ { "code": "a", "name": "A", "points": 4 }, { "code": "b", "name": "B", "points": 6 } ] } },
                { "node": "item", "code": "LATE", "name": "Báo cáo", "max": 10, "not_applicable": "zero",
                  "rule": { "kind": "deadline", "bands": [ { "up_to": 0, "points": 10 }, { "up_to": 5, "points": 4 }, { "points": 1 } ] } },
                { "node": "item", "code": "HAND", "name": "Sáng tạo", "max": 10, "rule": { "kind": "manual", "step": 0.5 } },
                { "node": "item", "code": "PCI", "name": "PCI", "max": 10,
                  "rule": { "kind": "external_index", "index": "PCI", "reading": "rank", "scale": { "by": "linear", "zero_at": 34, "full_at": 1 } } },
            ] },
        ],
        "bonus": { "cap": 12, "place": "fills_to_scale", "items": [
            { "code": "T", "name": "Cờ", "cap": 10, "causes": [ { "code": "CO", "name": "Cờ", "points": 8, "times": 2 } ], "given": { "most": 5, "step": 0.5 } } ,
            { "code": "T2", "name": "Khác", "given": { "most": 5, "step": 0.5 } } ] },
        "penalties": { "items": [ { "code": "P", "name": "Trừ", "causes": [ { "code": "MUON", "name": "Muộn", "points": 50, "times": 3 } ] } ] },
        "gates": [
            { "code": "KL", "name": "Kỷ luật", "when": { "is": "fact", "fact": "discipline" }, "then": { "effect": "excluded" } },
            { "code": "CT", "name": "Chỉ tiêu", "when": { "is": "below", "item": "I", "percent": 50 }, "then": { "effect": "class_at_most", "class": "DAT" } },
            { "code": "BC", "name": "Báo cáo", "when": { "is": "missing", "item": "LATE" }, "then": { "effect": "rank_at_best", "rank": 3 } },
            { "code": "ST", "name": "Sáng tạo", "when": { "is": "zero", "item": "HAND" }, "then": { "effect": "rank_at_best", "rank": 2 } },
            { "code": "NV", "name": "Nhiệm vụ", "when": { "is": "tasks_below", "grade": "good" }, "then": { "effect": "excluded" } },
        ],
        "classes": [ { "code": "TOT", "name": "Tốt", "at_least": 50 }, { "code": "DAT", "name": "Đạt", "at_least": 0 } ],
    })
}

pub(super) fn set() -> Compiled {
    Compiled::new(&serde_json::from_value::<CriteriaSet>(table()).unwrap()).unwrap()
}

pub(super) fn entries(entries: Value) -> Vec<Entry> {
    serde_json::from_value(entries).unwrap()
}

pub(super) fn claimed(item: &str, claim: Value) -> Value {
    json!({ "item": item, "layer": "self", "claim": claim })
}

/// Everything claimed in full.
fn full() -> Value {
    json!([
        claimed("LIN", json!({ "kind": "measured", "plan": 10, "actual": 10 })),
        claimed("LOW", json!({ "kind": "measured", "plan": 3, "actual": 3 })),
        claimed("TIER", json!({ "kind": "rate", "part": 1, "whole": 2 })),
        claimed("LIST", json!({ "kind": "checklist", "parts": ["b", "a"] })),
        claimed("LATE", json!({ "kind": "late", "days": 0 })),
        claimed("HAND", json!({ "kind": "points", "points": 10 })),
        claimed("PCI", json!({ "kind": "index", "value": 1 })),
    ])
}

fn scored(list: Value) -> Score {
    score(&set(), &entries(list), &Facts::default(), Layer::Final).unwrap()
}

fn one(item: &str, claim: Value) -> String {
    let set = set();
    let found = score(&set, &entries(json!([claimed(item, claim)])), &Facts::default(), Layer::Final).unwrap();
    found.of(&set, item).unwrap().points.to_string()
}

/// What is refused about a list of entries.
fn refused(list: Value) -> Vec<(&'static str, String)> {
    let error = score(&set(), &entries(list), &Facts::default(), Layer::Final).unwrap_err();
    for refusal in &error.0 {
        for lang in [Lang::Vi, Lang::En] {
            assert!(!refusal.detail(lang).contains('…'), "{}", refusal.detail(lang));
        }
    }
    error.0.into_iter().map(|refusal| (refusal.code.as_str(), refusal.pointer)).collect()
}

fn wrong(item: &str, claim: Value) -> (&'static str, String) {
    let mut found = refused(json!([claimed(item, claim)]));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn everything_in_full_is_the_scale() {
    let found = scored(full());
    assert_eq!((found.total.to_string().as_str(), found.is_complete()), ("100", true));
}

#[test]
fn formulas_round_halves_up_and_hold_at_caps() {
    let lin = |plan: f64, actual: f64| one("LIN", json!({ "kind": "measured", "plan": plan, "actual": actual }));
    assert_eq!([lin(3.0, 1.0), lin(3.0, 2.0), lin(8.0, 1.0), lin(6000.0, 1.0), lin(6001.0, 1.0)], ["10", "20", "3.75", "0.01", "0"]);
    assert_eq!([lin(10.0, 10.5), lin(10.0, 11.0), lin(10.0, 99.0), lin(10.0, 0.0)], ["31.5", "33", "33", "0"]);
    let low = |plan: f64, actual: f64| one("LOW", json!({ "kind": "measured", "plan": plan, "actual": actual }));
    assert_eq!([low(3.0, 4.0), low(3.0, 3.0), low(3.0, 0.0), low(0.0, 0.0), low(0.0, 1.0)], ["0", "10", "10", "10", "0"]);
    let pci = |value: i64| one("PCI", json!({ "kind": "index", "value": value }));
    assert_eq!([pci(1), pci(2), pci(34), pci(63)], ["10", "9.7", "0", "0"]);
    assert_eq!(one("T", json!({ "kind": "causes", "causes": [{ "cause": "CO", "times": 2 }], "points": 5 })), "10");
    assert_eq!(one("LIST", json!({ "kind": "checklist", "parts": [] })), "0");
}

#[test]
fn wrong_claims_are_refused_with_item_and_reason() {
    let at = |code, pointer: &str| (code, format!("/entries/0{pointer}"));
    let measured = |plan: Value, actual: Value| json!({ "kind": "measured", "plan": plan, "actual": actual });
    assert_eq!(wrong("LIN", measured(json!(0), json!(1))), at("score_plan_unfit", "/claim/plan"));
    assert_eq!(wrong("LIN", measured(Value::Null, json!(1))), at("score_plan_unfit", "/claim/plan"));
    assert_eq!(wrong("LOW", measured(json!(-1), json!(1))), at("score_plan_unfit", "/claim/plan"));
    assert_eq!(wrong("LIN", measured(json!(1), json!(-0.0001))), at("score_value_outside", "/claim/actual"));
    assert_eq!(wrong("LIN", json!({ "kind": "value", "value": 1 })), at("score_claim_unfit", "/claim"));
    assert_eq!(wrong("T", json!({ "kind": "points", "points": 1 })), at("score_claim_unfit", "/claim"));
    assert_eq!(wrong("TIER", json!({ "kind": "value", "value": 100.0001 })), at("score_value_outside", "/claim"));
    assert_eq!(wrong("TIER", json!({ "kind": "rate", "part": 3, "whole": 2 })), at("score_value_outside", "/claim"));
    assert_eq!(wrong("TIER", json!({ "kind": "rate", "part": 0, "whole": 0 })), at("score_value_outside", "/claim/whole"));
    assert_eq!(wrong("LIST", json!({ "kind": "checklist", "parts": ["a", "x"] })), at("score_part_unknown", "/claim/parts/1"));
    assert_eq!(wrong("LIST", json!({ "kind": "checklist", "parts": ["a", "a"] })), at("score_part_too_often", "/claim/parts/1"));
    assert_eq!(wrong("LATE", json!({ "kind": "late", "days": 3661 })), at("score_value_outside", "/claim/days"));
    assert_eq!(
        wrong("LATE", json!({ "kind": "handed_in", "due": "2000-01-01", "on": "2026-01-01" })),
        at("score_value_outside", "/claim/on")
    );
    assert_eq!(wrong("HAND", json!({ "kind": "points", "points": 9.75 })), at("score_step_broken", "/claim/points"));
    assert_eq!(wrong("HAND", json!({ "kind": "points", "points": 10.5 })), at("score_points_outside", "/claim/points"));
    assert_eq!(wrong("HAND", json!({ "kind": "points", "points": -0.5 })), at("score_points_outside", "/claim/points"));
    assert_eq!(wrong("PCI", json!({ "kind": "index", "value": 1.5 })), at("score_not_whole", "/claim/value"));
    assert_eq!(wrong("PCI", json!({ "kind": "index", "value": 0 })), at("score_value_outside", "/claim/value"));
    let causes = |times: u32| json!({ "kind": "causes", "causes": [{ "cause": "CO", "times": times }] });
    assert_eq!(wrong("T", causes(3)), at("score_part_too_often", "/claim/causes/0"));
    assert_eq!(wrong("T", causes(0)), at("score_part_too_often", "/claim/causes/0"));
    assert_eq!(wrong("P", json!({ "kind": "causes", "points": 1 })), at("score_points_outside", "/claim/points"));
    assert_eq!(wrong("P", json!({ "kind": "causes", "causes": [{ "cause": "CO" }] })), at("score_part_unknown", "/claim/causes/0"));
    assert_eq!(wrong("X", causes(1)), at("score_item_unknown", "/item"));
    assert_eq!(wrong("I", causes(1)), at("score_item_unknown", "/item"));
}

#[test]
fn entries_say_one_thing_once() {
    let hand = |more: Value| {
        let mut entry = json!({ "item": "HAND", "layer": "verified" });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    };
    assert_eq!(refused(json!([hand(json!({}))])), [("score_entry_empty", "/entries/0".into())]);
    assert_eq!(refused(json!([hand(json!({ "not_applicable": true, "points": 1 }))])), [("score_entry_empty", "/entries/0".into())]);
    assert_eq!(refused(json!([hand(json!({ "not_applicable": true }))])), [("score_must_apply", "/entries/0/not_applicable".into())]);
    let twice = refused(json!([hand(json!({ "points": 1 })), hand(json!({ "points": 2 }))]));
    assert_eq!(twice, [("score_entry_twice", "/entries/1/layer".into())]);
    let all = refused(json!([
        hand(json!({ "points": 0.3 })),
        claimed("X", json!({ "kind": "never" })),
        claimed("LATE", json!({ "kind": "value", "value": 1 }))
    ]));
    assert_eq!(all.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["score_item_unknown", "score_claim_unfit", "score_step_broken"]);
    assert!(serde_json::from_value::<Entry>(json!({ "item": "HAND", "layer": "self", "value": 1 })).is_err());
    assert!(serde_json::from_value::<Claim>(json!({ "kind": "never", "days": 1 })).is_err());
}

#[test]
fn assessors_give_points_with_a_reason_and_units_do_not() {
    let late =
        |layer: &str, points: f64, reason: Option<&str>| json!({ "item": "LATE", "layer": layer, "points": points, "reason": reason });
    let with = |entry: Value| json!([claimed("LATE", json!({ "kind": "late", "days": 3 })), entry]);
    assert_eq!(refused(json!([late("self", 4.0, None)])), [("score_points_by_self", "/entries/0/points".into())]);
    // Judged when it is entered, see `weigh`; later it stands, though what lies below it may have changed.
    assert_eq!(scored(with(late("verified", 3.0, None))).total.to_string(), "3");
    assert_eq!(refused(with(late("verified", 10.01, Some("x")))), [("score_points_outside", "/entries/1/points".into())]);
    assert_eq!(scored(with(late("verified", 4.0, None))).total.to_string(), "4");
    assert_eq!(scored(with(late("verified", 3.0, Some("Thiếu phụ lục")))).total.to_string(), "3");
    assert_eq!(scored(json!([late("final", 3.0, None)])).total.to_string(), "3");
    let over = |points: f64| json!([{ "item": "LIN", "layer": "final", "points": points }]);
    assert_eq!(scored(over(33.0)).total.to_string(), "33");
    assert_eq!(refused(over(33.01))[0].0, "score_points_outside");
}

#[test]
fn the_highest_layer_that_has_spoken_counts() {
    let list = entries(json!([
        { "item": "LATE", "layer": "standing", "points": 2, "reason": "Đối chiếu" },
        { "item": "LATE", "layer": "self", "claim": { "kind": "late", "days": 0 } },
        { "item": "LATE", "layer": "cross_checked", "claim": { "kind": "late", "days": 1 } },
    ]));
    let set = set();
    let at = |layer| score(&set, &list, &Facts::default(), layer).unwrap().of(&set, "LATE").unwrap();
    let seen: Vec<_> = [Layer::Own, Layer::CrossChecked, Layer::Verified, Layer::Standing, Layer::Final]
        .map(at)
        .iter()
        .map(|t| (t.points.to_string(), t.layer.unwrap()))
        .collect();
    let wanted =
        [("10", Layer::Own), ("4", Layer::CrossChecked), ("4", Layer::CrossChecked), ("2", Layer::Standing), ("2", Layer::Standing)];
    assert_eq!(seen, wanted.map(|(points, layer)| (points.to_owned(), layer)));
    let found = differences(&set, &list, &Facts::default()).unwrap();
    let found: Vec<_> = found.iter().map(|d| (d.from_layer, d.to_layer, d.change.to_string(), d.reason.as_deref())).collect();
    assert_eq!(
        found,
        [(Layer::Own, Layer::CrossChecked, "-6".into(), None), (Layer::CrossChecked, Layer::Standing, "-2".into(), Some("Đối chiếu"))]
    );
}

#[test]
fn zero_is_something_said() {
    let found = scored(json!([claimed("HAND", json!({ "kind": "points", "points": 0 }))]));
    let report = report(&set(), &found);
    assert!(!report.missing.contains(&"HAND".to_owned()) && report.missing.contains(&"LATE".to_owned()));
    assert_eq!((report.missing.len(), report.complete), (6, false));
}

#[test]
fn an_index_that_is_not_published_is_provisional_until_a_person_decides() {
    let pci = |claim: Value| scored(json!([claimed("PCI", claim)]));
    let waiting = pci(json!({ "kind": "index" }));
    assert_eq!(waiting.of(&set(), "PCI").unwrap().state, TallyState::Provisional);
    let expected = pci(json!({ "kind": "index", "value": 1, "provisional": true }));
    assert_eq!((expected.total.to_string().as_str(), expected.contents.unsettled), ("10", 7));
    let decided = scored(
        json!([claimed("PCI", json!({ "kind": "index" })), { "item": "PCI", "layer": "final", "points": 5, "reason": "Theo năm trước" }]),
    );
    assert_eq!((decided.of(&set(), "PCI").unwrap().state, decided.total.to_string().as_str()), (TallyState::Scored, "5"));
}

#[test]
fn what_does_not_apply_counts_as_the_set_says() {
    let out = |item: &str| json!({ "item": item, "layer": "self", "not_applicable": true });
    let of = |list: Value, item: &str| scored(list).of(&set(), item).unwrap().points.to_string();
    assert_eq!(of(json!([out("LIST")]), "II"), "10");
    assert_eq!(of(json!([out("LATE")]), "II"), "0");
    // 60 × (10 + 0) ÷ 50, then the middle of LIN rounded once at the group: 60 × 3.33 ÷ 50 = 3.996.
    let lin = |plan: i64| claimed("LIN", json!({ "kind": "measured", "plan": plan, "actual": 1 }));
    assert_eq!(of(json!([out("LOW"), lin(3)]), "I"), "12");
    assert_eq!(of(json!([out("LOW"), lin(9)]), "I"), "4");
    // Both left out: what remains carries the whole group.
    assert_eq!(of(json!([out("LOW"), out("LIN"), claimed("TIER", json!({ "kind": "value", "value": 50 }))]), "I"), "60");
    // An item that does not apply is nothing that lacks, and bars nobody.
    let found = scored(json!([out("LATE")]));
    assert_eq!(found.gates[2], Verdict::Open);
    assert_eq!(found.contents.unsettled, 6);
}

#[test]
fn a_sheet_on_which_nothing_applies_is_refused() {
    let mut only = table();
    only["contents"] = json!([only["contents"][0]["children"][0].clone()]);
    only["scale"] = json!(30);
    only["gates"] = json!([]);
    only["classes"] = json!([]);
    let set = Compiled::new(&serde_json::from_value::<CriteriaSet>(only).unwrap()).unwrap();
    let list = entries(json!([{ "item": "LIN", "layer": "self", "not_applicable": true }]));
    let error = score(&set, &list, &Facts::default(), Layer::Own).unwrap_err();
    assert_eq!(error.0[0].code.as_str(), "score_nothing_applies");
}

#[test]
fn a_bonus_fills_up_and_penalties_stop_at_nothing() {
    let bonus = claimed("T", json!({ "kind": "causes", "causes": [{ "cause": "CO", "times": 1 }] }));
    let mut list = full();
    list.as_array_mut().unwrap().push(bonus);
    assert_eq!(scored(list.clone()).total.to_string(), "100");
    list[6] = claimed("PCI", json!({ "kind": "index", "value": 34 }));
    let found = scored(list.clone());
    assert_eq!((found.bonus.to_string().as_str(), found.total.to_string().as_str()), ("8", "98"));
    list.as_array_mut().unwrap().push(claimed("P", json!({ "kind": "causes", "causes": [{ "cause": "MUON", "times": 3 }] })));
    let found = scored(list);
    assert_eq!((found.penalties.to_string().as_str(), found.total.to_string().as_str()), ("150", "0"));
}

#[test]
fn gates_bar_where_it_is_known_and_say_where_it_is_not() {
    let set = set();
    let facts = |facts: Value| serde_json::from_value::<Facts>(facts).unwrap();
    let found = score(&set, &[], &Facts::default(), Layer::Final).unwrap();
    assert_eq!(found.gates, [Verdict::Unknown, Verdict::Unknown, Verdict::Bars, Verdict::Unknown, Verdict::Unknown]);
    assert_eq!((found.excluded, found.rank_at_best), (false, Some(3)));
    let mut list = full();
    list[0] = claimed("LIN", json!({ "kind": "measured", "plan": 10, "actual": 0 }));
    list[2] = claimed("TIER", json!({ "kind": "value", "value": 0 }));
    list[5] = claimed("HAND", json!({ "kind": "points", "points": 0 }));
    let low =
        score(&set, &entries(list), &facts(json!({ "declared": { "discipline": false }, "task_grade": "good" })), Layer::Final).unwrap();
    assert_eq!(low.gates, [Verdict::Open, Verdict::Bars, Verdict::Open, Verdict::Bars, Verdict::Open]);
    assert_eq!((low.class, low.excluded, low.rank_at_best), (Some(1), false, Some(2)));
    let barred =
        score(&set, &entries(full()), &facts(json!({ "declared": { "discipline": true }, "task_grade": "done" })), Layer::Final).unwrap();
    assert_eq!((barred.gates[0], barred.gates[4], barred.excluded), (Verdict::Bars, Verdict::Bars, true));
    assert_eq!(barred.class, Some(0));
}

#[test]
fn an_explanation_names_figures_layers_and_gates() {
    let set = set();
    let list = entries(json!([
        claimed("LIN", json!({ "kind": "measured", "plan": 9, "actual": 2 })),
        { "item": "LOW", "layer": "self", "not_applicable": true },
        claimed("LATE", json!({ "kind": "late", "days": 3 })),
        { "item": "LATE", "layer": "verified", "points": 3.5, "reason": "Thiếu phụ lục" },
        claimed("T", json!({ "kind": "causes", "causes": [{ "cause": "CO", "times": 2 }], "points": 0.5 })),
    ]));
    let found = explain(&set, &list, &Facts::default(), Layer::Final, None).unwrap();
    let group = &found.parts[0];
    let lin = &group.children[0];
    assert_eq!((lin.exact.as_deref(), lin.points.to_string().as_str()), (Some("20/3"), "6.67"));
    assert_eq!(lin.formula.as_ref().unwrap().en, "most × reached ÷ plan = 30 × 2 ÷ 9");
    let said = group.formula.as_ref().unwrap();
    assert_eq!((said.vi.as_str(), said.en.as_str()), ("(6,67 + 0) × 60 ÷ 50", "(6.67 + 0) × 60 ÷ 50"));
    assert_eq!(group.points.to_string(), "8");
    let late = &found.parts[1].children[1];
    assert_eq!(late.formula.as_ref().unwrap().en, "3 days late (over 0 up to 5 days): 4 points");
    let layers: Vec<_> =
        late.layers.iter().map(|layer| (layer.layer, layer.points.to_string(), layer.formula.map(|f| f.to_string()))).collect();
    assert_eq!(layers, [(Layer::Own, "4".into(), Some("4".into())), (Layer::Verified, "3.5".into(), Some("4".into()))]);
    assert!(
        matches!(&late.effects[..], [Effect::ByPerson { layer: Layer::Verified, reason: Some(reason), .. }] if reason == "Thiếu phụ lục")
    );
    let bonus = &found.bonuses[0];
    assert_eq!(bonus.formula.as_ref().unwrap().vi, "2 × 8 (CO) + 0,5");
    assert_eq!((bonus.exact.as_deref(), bonus.points.to_string().as_str()), (Some("33/2"), "10"));
    assert_eq!(found.gates[1].because.en, "I: 8 of 60 points, scored; threshold 50 %; items still open: 1");
    assert_eq!(found.sums[3].formula.en, "11.5 + 10 − 0");
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["parts"][0]["children"][1]["effects"][0], json!({ "effect": "left_out", "gives": "scaled" }));
}

#[test]
fn a_single_entry_is_weighed_over_what_was_claimed_below() {
    let set = set();
    let claim: Claim = serde_json::from_value(json!({ "kind": "late", "days": 3 })).unwrap();
    let entry = |points: f64, reason: Option<&str>| {
        serde_json::from_value::<Entry>(json!({ "item": "LATE", "layer": "verified", "points": points, "reason": reason })).unwrap()
    };
    let weighed = weigh(&set, &entry(3.0, Some("Thiếu phụ lục")), &Facts::default(), Some(&claim)).unwrap();
    let found = (weighed.points.to_string(), weighed.formula.map(|formula| formula.to_string()), weighed.state);
    assert_eq!(found, ("3".into(), Some("4".into()), TallyState::Scored));
    let refusal = weigh(&set, &entry(3.0, None), &Facts::default(), Some(&claim)).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.pointer.as_str()), ("score_reason_missing", "/reason"));
    assert_eq!(weigh(&set, &entry(3.0, None), &Facts::default(), None).unwrap().formula, None);
    let group = Entry { item: "I".into(), ..entry(3.0, None) };
    assert_eq!(weigh(&set, &group, &Facts::default(), None).unwrap_err().pointer, "/item");
}
