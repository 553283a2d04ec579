//! Sets and sheets that were spoilt on purpose: refused with their place, or taken, but never a panic.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::sample::{Dice, each, sample};
use crate::criteria_set::*;
use crate::points::{Points, Quantity};
use crate::scoresheet::{Claim, Counted, Entry, Facts, Layer, agreement, differences, explain, report, score};
use crate::vocabulary::Lang;

/// Figures at the ends of what can be held, which no JSON brings but a broken store might.
fn extreme(dice: &mut Dice) -> i64 {
    dice.pick(&[i64::MIN, i64::MIN + 1, -1, 0, 1, 10_000, Quantity::LIMIT, Quantity::LIMIT + 1, i64::MAX - 1, i64::MAX])
}

fn claim(dice: &mut Dice) -> Claim {
    let value = |dice: &mut Dice| Quantity::of_units(extreme(dice));
    let points = |dice: &mut Dice| Points::of_units(extreme(dice));
    let counted = |dice: &mut Dice| Counted { cause: dice.pick(&["c0", "c1", "x", ""]).into(), times: dice.pick(&[0, 1, 2, u32::MAX]) };
    match dice.below(10) {
        0 => Claim::Checklist { parts: (0..dice.below(5)).map(|_| dice.pick(&["a0", "a1", "", "x"]).into()).collect() },
        1 => Claim::Measured { plan: dice.one_in(2).then(|| value(dice)), actual: value(dice) },
        2 => Claim::Value { value: value(dice) },
        3 => Claim::Rate { part: value(dice), whole: value(dice) },
        4 => Claim::Late { days: dice.pick(&[i32::MIN, -367, -366, 0, 3660, 3661, i32::MAX]) },
        5 => {
            let day = |dice: &mut Dice| dice.pick(&[chrono::NaiveDate::MIN, chrono::NaiveDate::default(), chrono::NaiveDate::MAX]);
            Claim::HandedIn { due: day(dice), on: day(dice) }
        }
        6 => Claim::Never {},
        7 => Claim::Points { points: points(dice) },
        8 => Claim::Index { value: dice.one_in(2).then(|| value(dice)), provisional: dice.one_in(2), result: None },
        _ => Claim::Causes { causes: (0..dice.below(4)).map(|_| counted(dice)).collect(), points: dice.one_in(2).then(|| points(dice)) },
    }
}

/// Every place in a JSON value where something simple stands.
fn leaves(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(value, &format!("{pointer}/{name}"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| leaves(value, &format!("{pointer}/{at}"), found)),
        _ => found.push(pointer.to_owned()),
    }
}

fn codes(set: &CriteriaSet) -> Vec<String> {
    let mut codes = vec!["B0".to_owned(), "P1".into(), "X".into(), String::new()];
    each(&set.contents, &mut |node| codes.push(node.code().to_owned()));
    codes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn spoilt_sheets_are_refused_at_their_place_or_scored(seed in 0_u64..1_000_000) {
        let sample = sample(seed);
        let set = Compiled::new(&sample.set).unwrap();
        let codes = codes(&sample.set);
        let mut dice = Dice::new(seed ^ 99);
        let entries: Vec<Entry> = (0..dice.between(1, 5))
            .map(|_| Entry {
                item: dice.pick(&codes),
                layer: dice.pick(&[Layer::Own, Layer::CrossChecked, Layer::Final]),
                claim: (!dice.one_in(5)).then(|| claim(&mut dice)),
                points: dice.one_in(4).then(|| Points::of_units(extreme(&mut dice))),
                not_applicable: dice.one_in(6),
                reason: dice.one_in(2).then(|| "Đối chiếu".into()),
            })
            .collect();
        let facts = Facts { part_of_year: dice.one_in(2), ..Facts::default() };
        let found = score(&set, &entries, &facts, Layer::Final);
        prop_assert_eq!(explain(&set, &entries, &facts, Layer::Final, None).is_ok(), found.is_ok());
        match found {
            Ok(found) => {
                prop_assert_eq!(report(&set, &found).total, found.total);
                prop_assert!(differences(&set, &entries, &facts).is_ok() && agreement(&set, [(entries.as_slice(), &facts)]).is_ok());
            }
            Err(error) => {
                for refusal in &error.0 {
                    prop_assert!(refusal.pointer.starts_with("/entries"), "{}", refusal.pointer);
                    prop_assert!(![Lang::Vi, Lang::En].iter().any(|lang| refusal.detail(*lang).contains('…')), "{:?}", refusal);
                }
            }
        }
    }

    #[test]
    fn spoilt_sets_are_refused_or_can_be_scored_on(seed in 0_u64..1_000_000) {
        let sample = sample(seed);
        let mut set = serde_json::to_value(&sample.set).unwrap();
        let mut dice = Dice::new(seed ^ 5);
        let mut places = Vec::new();
        leaves(&set, "", &mut places);
        for _ in 0..dice.between(1, 3) {
            let values = [json!(0), json!(-1), json!(0.01), json!(1_000_000), json!(-1_000_000), json!(7), json!(""), json!("N1"), json!("Đ"), json!(true), Value::Null];
            *set.pointer_mut(&dice.pick(&places)).unwrap() = dice.pick(&values);
        }
        if let Ok(set) = serde_json::from_value::<CriteriaSet>(set) {
            let set = set.kept();
            let found = check(&set);
            for refusal in &found {
                prop_assert!(![Lang::Vi, Lang::En].iter().any(|lang| refusal.detail(*lang).contains('…')), "{:?}", refusal);
            }
            match Compiled::new(&set) {
                Ok(compiled) => {
                    prop_assert!(found.is_empty());
                    let _ = score(&compiled, &sample.entries, &sample.facts, sample.up_to);
                    prop_assert!(score(&compiled, &[], &sample.facts, sample.up_to).is_ok());
                }
                Err(error) => prop_assert_eq!(error.0, found),
            }
        }
    }
}
