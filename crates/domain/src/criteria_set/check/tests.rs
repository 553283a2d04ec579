//! One wrong set for each rule, named by item and place; and that all of it is told at once.

use super::*;
use crate::criteria_set::templates;
use crate::vocabulary::Lang;
use serde_json::{Value, json};

/// A small whole set to be broken.
fn whole() -> Value {
    json!({
        "code": "MAU", "name": "Bảng mẫu", "scale": 100,
        "contents": [
            { "node": "group", "code": "I", "name": "Nhiệm vụ", "max": 60, "children": [
                { "node": "item", "code": "I.1", "name": "Kế hoạch", "max": 40,
                  "rule": { "kind": "linear", "better": "higher", "over": { "cap": 44 } } },
                { "node": "item", "code": "I.2", "name": "Tỷ lệ", "max": 20,
                  "rule": { "kind": "tiered", "least": 0, "most": 100, "bands": [
                      { "from": 50, "points": 20 }, { "to": 50, "points": 0 } ] } },
            ] },
            { "node": "item", "code": "II", "name": "Báo cáo", "max": 30,
              "rule": { "kind": "deadline", "bands": [ { "up_to": 0, "points": 30 }, { "up_to": 5, "points": 10 }, { "points": 0 } ] } },
        ],
        "bonus": { "cap": 10, "place": "within_scale", "items": [
            { "code": "T", "name": "Cờ", "causes": [ { "code": "CO", "name": "Cờ", "points": 8 } ], "given": { "most": 5, "step": 0.5 } } ] },
        "penalties": { "items": [ { "code": "P", "name": "Trừ", "causes": [ { "code": "MUON", "name": "Muộn", "points": 2, "times": 3 } ] } ] },
        "gates": [
            { "code": "G1", "name": "Kỷ luật", "when": { "is": "fact", "fact": "discipline" }, "then": { "effect": "excluded" } },
            { "code": "G2", "name": "Chỉ tiêu", "when": { "is": "below", "item": "I", "percent": 50 }, "then": { "effect": "class_at_most", "class": "DAT" } },
        ],
        "classes": [ { "code": "TOT", "name": "Tốt", "at_least": 80 }, { "code": "DAT", "name": "Đạt", "at_least": 0 } ],
        "task_group": "I",
        "tie_breakers": [ { "by": "bonus" }, { "by": "task_group" }, { "by": "item", "item": "II" }, { "by": "ballot" }, { "by": "council" } ],
    })
}

fn found(value: &Value) -> Vec<(&'static str, String)> {
    let set: CriteriaSet = serde_json::from_value(value.clone()).unwrap();
    let mut refusals = check(&set);
    for refusal in &refusals {
        for lang in [Lang::Vi, Lang::En] {
            assert!(!refusal.detail(lang).contains('…'), "{}", refusal.detail(lang));
        }
    }
    refusals.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    refusals.into_iter().map(|refusal| (refusal.code.as_str(), refusal.pointer)).collect()
}

/// What is found where the value at a pointer is another one.
fn with(pointer: &str, value: Value) -> Vec<(&'static str, String)> {
    let mut set = whole();
    *set.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    found(&set)
}

fn only(code: &'static str, pointer: &str) -> Vec<(&'static str, String)> {
    vec![(code, pointer.to_owned())]
}

#[test]
fn a_whole_set_stands() {
    assert_eq!(found(&whole()), []);
}

#[test]
fn sums_are_those_of_the_parts() {
    assert_eq!(with("/contents/1/max", json!(30.01))[0].0, "criteria_most_out_of_reach");
    assert_eq!(
        with("/contents/0/max", json!(61)),
        [("criteria_sum_differs", "/contents/0/max".into()), ("criteria_sum_differs", "/scale".into())]
    );
    assert_eq!(with("/bonus/cap", json!(9)), only("criteria_sum_differs", "/scale"));
    assert_eq!(with("/bonus/place", json!("above_scale")), only("criteria_sum_differs", "/scale"));
    let parts =
        json!({ "kind": "checklist", "parts": [ { "code": "a", "name": "A", "points": 29 }, { "code": "a", "name": "B", "points": 2 } ] });
    assert_eq!(
        with("/contents/1/rule", parts),
        [("criteria_sum_differs", "/contents/1/rule/parts".into()), ("criteria_code_twice", "/contents/1/rule/parts/1/code".into())]
    );
}

#[test]
fn bands_cover_all_values_once() {
    let bands = |bands: Value| with("/contents/0/children/1/rule/bands", bands);
    let at = |place: usize| format!("/contents/0/children/1/rule/bands/{place}");
    assert_eq!(
        bands(json!([{ "from": 50, "from_inclusive": false, "points": 20 }, { "to": 50, "points": 0 }])),
        only("criteria_band_gap", &at(0))
    );
    assert_eq!(
        bands(json!([{ "from": 50, "points": 20 }, { "to": 50, "to_inclusive": true, "points": 0 }])),
        only("criteria_band_overlap", &at(0))
    );
    assert_eq!(bands(json!([{ "from": 50, "to": 100, "points": 20 }, { "to": 50, "points": 0 }])), only("criteria_band_gap", &at(1)));
    assert_eq!(bands(json!([{ "from": 50, "to": 101, "points": 20 }, { "to": 50, "points": 0 }])), only("criteria_band_overlap", &at(1)));
    assert_eq!(bands(json!([{ "from": 50, "points": 20 }, { "from": -1, "to": 50, "points": 0 }])), only("criteria_band_overlap", &at(1)));
    let inside = bands(json!([{ "points": 20 }, { "from": 10, "to": 20, "points": 0 }]));
    assert_eq!(inside, only("criteria_band_overlap", &at(1)));
    assert_eq!(bands(json!([{ "from": 1, "points": 20 }])), only("criteria_band_gap", &at(0)));
    let reversed = bands(json!([{ "from": 50, "points": 20 }, { "to": 50, "points": 0 }, { "from": 7, "to": 7, "points": 0 }]));
    assert_eq!(reversed, only("criteria_band_reversed", &at(2)));
    assert_eq!(bands(json!([{ "from": 50, "points": 19 }, { "to": 50, "points": 0 }]))[0].0, "criteria_most_out_of_reach");
    assert_eq!(
        bands(json!([{ "from": 50, "points": 20.5 }, { "to": 50, "points": 0 }])),
        only("criteria_points_outside", &format!("{}/points", at(0)))
    );
    let none: Vec<_> = bands(json!([])).into_iter().map(|(code, _)| code).collect();
    assert_eq!(none, ["criteria_dead_item", "criteria_band_gap"]);
    assert_eq!(with("/contents/0/children/1/rule/most", json!(0))[0].0, "criteria_value_unfit");
}

#[test]
fn ranks_are_whole_so_bands_of_them_may_leave_out_what_lies_between() {
    let index = |bands: Value| {
        with(
            "/contents/1/rule",
            json!({ "kind": "external_index", "index": "PCI", "reading": "rank", "scale": { "by": "bands", "bands": bands } }),
        )
    };
    assert_eq!(index(json!([{ "from": 1, "to": 3, "to_inclusive": true, "points": 30 }, { "from": 4, "points": 0 }])), []);
    assert_eq!(index(json!([{ "to": 3, "to_inclusive": true, "points": 30 }, { "from": 3, "from_inclusive": false, "points": 0 }])), []);
    assert_eq!(index(json!([{ "to": 3, "points": 30 }, { "from": 4, "points": 0 }]))[0].0, "criteria_band_gap");
    let line =
        json!({ "kind": "external_index", "index": "PCI", "reading": "rank", "scale": { "by": "linear", "zero_at": 5, "full_at": 5 } });
    assert_eq!(with("/contents/1/rule", line), only("criteria_value_unfit", "/contents/1/rule/scale/full_at"));
}

#[test]
fn deadlines_go_on_and_never_reward_lateness() {
    let bands = |bands: Value| with("/contents/1/rule/bands", bands);
    let up_to = |place: usize| format!("/contents/1/rule/bands/{place}/up_to");
    assert_eq!(bands(json!([{ "up_to": 0, "points": 30 }, { "up_to": 5, "points": 0 }])), only("criteria_days_unordered", &up_to(1)));
    assert_eq!(
        bands(json!([{ "up_to": 5, "points": 30 }, { "up_to": 5, "points": 10 }, { "points": 0 }])),
        only("criteria_days_unordered", &up_to(1))
    );
    assert_eq!(bands(json!([{ "up_to": 9999, "points": 30 }, { "points": 0 }])), only("criteria_days_unordered", &up_to(0)));
    assert_eq!(
        bands(json!([{ "up_to": 0, "points": 10 }, { "up_to": 5, "points": 30 }, { "points": 0 }])),
        only("criteria_late_rewarded", "/contents/1/rule/bands/1/points")
    );
    let mut set = whole();
    set["contents"][1]["rule"]["never"] = json!(1);
    assert_eq!(found(&set), only("criteria_late_rewarded", "/contents/1/rule/never"));
    set["contents"][1]["rule"]["never"] = json!(-1);
    assert_eq!(found(&set), only("criteria_points_outside", "/contents/1/rule/never"));
}

#[test]
fn steps_divide_and_caps_bite() {
    let manual = |step: Value| with("/contents/1/rule", json!({ "kind": "manual", "step": step }));
    assert_eq!(manual(json!(0.5)), []);
    for step in [json!(0), json!(-1), json!(0.7), json!(31)] {
        assert_eq!(manual(step), only("criteria_step_unfit", "/contents/1/rule/step"));
    }
    assert_eq!(with("/contents/0/children/0/rule/over/cap", json!(40)), only("criteria_cap_unfit", "/contents/0/children/0/rule/over/cap"));
    assert_eq!(with("/bonus/items/0/given/step", json!(0.3)), only("criteria_step_unfit", "/bonus/items/0/given/step"));
    let bonus = with("/bonus/cap", json!(20));
    assert_eq!(bonus, [("criteria_cap_unfit", "/bonus/cap".into()), ("criteria_sum_differs", "/scale".into())]);
    let mut set = whole();
    set["bonus"]["items"][0]["cap"] = json!(13.01);
    assert_eq!(found(&set), only("criteria_cap_unfit", "/bonus/items/0/cap"));
    set["bonus"]["items"][0]["cap"] = json!(13);
    assert_eq!(found(&set), []);
    let mut set = whole();
    set["penalties"]["cap"] = json!(6.01);
    assert_eq!(found(&set), only("criteria_cap_unfit", "/penalties/cap"));
    set["penalties"]["cap"] = json!(6);
    assert_eq!(found(&set), []);
    set["penalties"]["items"][0]["cap"] = json!(0);
    assert_eq!(found(&set)[0].0, "criteria_cap_unfit");
    let plan = with("/contents/0/children/0/rule", json!({ "kind": "linear", "better": "higher", "plan": 0 }));
    assert_eq!(plan, only("criteria_value_unfit", "/contents/0/children/0/rule/plan"));
    assert_eq!(with("/contents/0/children/0/rule", json!({ "kind": "linear", "better": "lower", "plan": 0 })), []);
    let endless = with("/contents/0/children/0/rule", json!({ "kind": "linear", "better": "lower", "over": {} }));
    assert_eq!(endless, only("criteria_cap_unfit", "/contents/0/children/0/rule/over"));
}

#[test]
fn what_never_counts_is_dead() {
    let empty = with("/contents/0/children", json!([]));
    assert_eq!(
        empty,
        [("criteria_threshold_out_of_reach", "/classes/0/at_least".into()), ("criteria_dead_item", "/contents/0/children".into())]
    );
    assert_eq!(with("/penalties/items/0/causes", json!([])), only("criteria_dead_item", "/penalties/items/0"));
    assert_eq!(with("/penalties/items", json!([])), only("criteria_dead_item", "/penalties/items"));
    assert_eq!(with("/penalties/items/0/causes/0/times", json!(0)), only("criteria_dead_item", "/penalties/items/0/causes/0/times"));
    assert_eq!(with("/penalties/items/0/causes/0/points", json!(-2))[0].0, "criteria_points_outside");
    let dead: Vec<_> = with("/contents/1/max", json!(0)).into_iter().map(|(code, _)| code).collect();
    assert!(dead.contains(&"criteria_dead_item"), "{dead:?}");
    assert!(with("/contents", json!([])).contains(&("criteria_empty", "/contents".into())));
}

#[test]
fn codes_are_unique_and_names_plain() {
    assert_eq!(with("/contents/1/code", json!("I.1"))[0], ("criteria_code_twice", "/contents/1/code".into()));
    assert_eq!(with("/bonus/items/0/code", json!("P")), only("criteria_code_twice", "/penalties/items/0/code"));
    assert_eq!(with("/contents/0/children/1/code", json!("Đ")), only("code_malformed", "/contents/0/children/1/code"));
    for name in [json!(""), json!(" x"), json!("a\u{0}"), json!("a\nb"), json!("x".repeat(501))] {
        assert_eq!(with("/contents/0/name", name), only("criteria_name_unfit", "/contents/0/name"));
    }
    assert_eq!(with("/gates/1/code", json!("G1")), only("criteria_code_twice", "/gates/1/code"));
    assert_eq!(with("/classes/1/code", json!("TOT"))[0], ("criteria_code_twice", "/classes/1/code".into()));
}

#[test]
fn texts_are_brought_into_their_kept_form() {
    let mut set = whole();
    set["contents"][0]["name"] = json!(" Nhie\u{302}\u{323}m vụ ");
    set["contents"][0]["children"][0]["note"] = json!(" ");
    set["gates"][0]["note"] = json!("a\r\nb");
    assert_eq!(found(&set).len(), 3);
    let kept = serde_json::from_value::<CriteriaSet>(set).unwrap().kept();
    assert_eq!(check(&kept), []);
    assert_eq!(kept.contents[0].name(), "Nhiệm vụ");
    assert_eq!(kept.gates[0].note.as_deref(), Some("a\nb"));
}

#[test]
fn classes_go_down_to_nothing_and_can_be_reached() {
    assert_eq!(with("/classes/0/at_least", json!(0)), only("criteria_threshold_order", "/classes/1/at_least"));
    assert_eq!(with("/classes/0/at_least", json!(104)), []);
    assert_eq!(with("/classes/0/at_least", json!(104.01)), only("criteria_threshold_out_of_reach", "/classes/0/at_least"));
    let mut set = whole();
    set["contents"][0]["capped"] = json!(true);
    set["classes"][0]["at_least"] = json!(100.01);
    assert_eq!(found(&set), only("criteria_threshold_out_of_reach", "/classes/0/at_least"));
    assert_eq!(with("/classes/1/at_least", json!(1)), only("criteria_classes_open", "/classes/1"));
    let mut set = whole();
    set["classes"][1]["every_criterion"] = json!(10);
    assert_eq!(found(&set), only("criteria_classes_open", "/classes/1"));
    set["classes"][1] = whole()["classes"][1].clone();
    set["classes"][0]["every_criterion"] = json!(100.01);
    assert_eq!(found(&set), only("criteria_value_unfit", "/classes/0/every_criterion"));
}

#[test]
fn gates_and_tie_breakers_speak_of_what_is_there() {
    let gate = |when: Value, then: Value| with("/gates/0", json!({ "code": "G", "name": "G", "when": when, "then": then }));
    let excluded = json!({ "effect": "excluded" });
    assert_eq!(
        gate(json!({ "is": "below", "item": "T", "percent": 10 }), excluded.clone()),
        only("criteria_unknown_item", "/gates/0/when/item")
    );
    assert_eq!(gate(json!({ "is": "missing", "item": "I" }), excluded.clone()), only("criteria_unknown_item", "/gates/0/when/item"));
    assert_eq!(gate(json!({ "is": "zero", "item": "I" }), excluded.clone()), []);
    assert_eq!(
        gate(json!({ "is": "below", "item": "I", "percent": 0 }), excluded.clone()),
        only("criteria_value_unfit", "/gates/0/when/percent")
    );
    assert_eq!(
        gate(json!({ "is": "tasks_below", "grade": "not_done" }), excluded.clone()),
        only("criteria_gate_idle", "/gates/0/when/grade")
    );
    assert_eq!(gate(json!({ "is": "fact", "fact": "a b" }), excluded), only("code_malformed", "/gates/0/when/fact"));
    let fact = json!({ "is": "fact", "fact": "x" });
    assert_eq!(gate(fact.clone(), json!({ "effect": "rank_at_best", "rank": 1 })), only("criteria_gate_idle", "/gates/0/then/rank"));
    assert_eq!(gate(fact.clone(), json!({ "effect": "class_at_most", "class": "TOT" })), only("criteria_gate_idle", "/gates/0/then/class"));
    assert_eq!(gate(fact, json!({ "effect": "class_at_most", "class": "X" })), only("criteria_unknown_item", "/gates/0/then/class"));
    let ties = |ties: Value| with("/tie_breakers", ties);
    assert_eq!(ties(json!([{ "by": "item", "item": "I" }])), only("criteria_unknown_item", "/tie_breakers/0/item"));
    assert_eq!(ties(json!([{ "by": "group", "group": "II" }])), only("criteria_unknown_item", "/tie_breakers/0/group"));
    assert_eq!(ties(json!([{ "by": "task_group" }, { "by": "group", "group": "I" }])), only("criteria_tie_twice", "/tie_breakers/1"));
    assert_eq!(with("/task_group", json!("I.1")), only("criteria_unknown_item", "/task_group"));
    assert_eq!(with("/task_group", Value::Null), only("criteria_unknown_item", "/tie_breakers/1"));
    let mut set = whole();
    set["bonus"] = Value::Null;
    set["scale"] = json!(90);
    assert_eq!(found(&set), only("criteria_unknown_item", "/tie_breakers/0"));
}

#[test]
fn lists_are_bounded() {
    let part = |at: usize| json!({ "code": format!("p{at}"), "name": "P", "points": 1 });
    let parts = json!({ "kind": "checklist", "parts": (0..=PARTS_MAX).map(part).collect::<Vec<_>>() });
    assert_eq!(with("/contents/1/rule", parts), only("criteria_too_large", "/contents/1/rule/parts"));
    let bands: Vec<_> = (0..=PARTS_MAX).map(|at| json!({ "up_to": at, "points": 1 })).collect();
    assert_eq!(with("/contents/1/rule/bands", json!(bands)), only("criteria_too_large", "/contents/1/rule/bands"));
    let ties: Vec<_> = (0..=STEPS_MAX).map(|_| json!({ "by": "ballot" })).collect();
    assert_eq!(with("/tie_breakers", json!(ties)), only("criteria_too_large", "/tie_breakers"));
    assert_eq!(with("/penalties/items/0/causes/0/times", json!(1001)), only("criteria_too_large", "/penalties/items/0/causes/0/times"));
}

#[test]
fn sets_are_bounded() {
    let item = |code: usize| json!({ "node": "item", "code": format!("X{code}"), "name": "X", "max": 0.01, "rule": { "kind": "manual", "step": 0.01 } });
    assert_eq!(with("/contents", (0..NODES_MAX).map(item).collect()), only("criteria_too_large", "/contents"));
    let mut deep = item(0);
    for depth in 1..=DEPTH_MAX {
        deep = json!({ "node": "group", "code": format!("D{depth}"), "name": "D", "max": 0.01, "children": [deep] });
    }
    let found = with("/contents", json!([deep]));
    assert!(found.contains(&("criteria_too_deep", format!("/contents/0{}", "/children/0".repeat(DEPTH_MAX)))), "{found:?}");
}

#[test]
fn everything_is_told_at_once() {
    let mut set = whole();
    set["contents"][0]["children"][0]["rule"]["over"]["cap"] = json!(1);
    set["contents"][1]["code"] = json!("I");
    set["classes"][1]["at_least"] = json!(90);
    let codes: Vec<_> = found(&set).into_iter().map(|(code, _)| code).collect();
    let wanted =
        ["criteria_classes_open", "criteria_threshold_order", "criteria_cap_unfit", "criteria_code_twice", "criteria_unknown_item"];
    assert_eq!(codes, wanted);
}

#[test]
fn unknown_fields_and_floats_too_fine_are_not_read() {
    for (pointer, value) in
        [("/gates/0/when", json!({ "is": "fact", "fact": "x", "also": 1 })), ("/gates/0/then", json!({ "effect": "excluded", "x": 1 }))]
    {
        let mut set = whole();
        *set.pointer_mut(pointer).unwrap() = value;
        assert!(serde_json::from_value::<CriteriaSet>(set).is_err(), "{pointer}");
    }
    let mut set = whole();
    set["scale"] = json!(0.001);
    assert!(serde_json::from_value::<CriteriaSet>(set).is_err());
    assert_eq!(templates().unwrap().len(), 5);
}
