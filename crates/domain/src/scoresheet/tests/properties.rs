//! What holds for every set and sheet: order does not matter, more is never worse, caps hold.

use proptest::prelude::*;

use super::sample::{Dice, Sample, claim, each, sample};
use crate::criteria_set::*;
use crate::points::{Points, Quantity};
use crate::scoresheet::{Claim, Entry, Facts, Layer, Score, TallyState, score};

fn scored(sample: &Sample) -> Option<(Compiled, Score)> {
    let set = Compiled::new(&sample.set).unwrap();
    let score = score(&set, &sample.entries, &sample.facts, sample.up_to).ok()?;
    Some((set, score))
}

fn shuffle<T>(dice: &mut Dice, all: &mut [T]) {
    for place in (1..all.len()).rev() {
        all.swap(place, usize::try_from(dice.below(i64::try_from(place + 1).unwrap())).unwrap());
    }
}

fn shuffle_tree(dice: &mut Dice, nodes: &mut [Node]) {
    shuffle(dice, nodes);
    for node in nodes {
        if let Node::Group { children, .. } = node {
            shuffle_tree(dice, children);
        }
    }
}

/// A set of one item.
fn alone(max: Points, rule: Rule) -> Compiled {
    let item = Node::Item { code: "A".into(), name: "A".into(), max, rule, not_applicable: None, note: None };
    Compiled::new(&CriteriaSet {
        code: "S".into(),
        name: "S".into(),
        scale: max,
        contents: vec![item],
        bonus: None,
        penalties: None,
        gates: vec![],
        classes: vec![],
        class_criteria: ClassCriteria::Items,
        task_group: None,
        tie_breakers: vec![],
        note: None,
    })
    .unwrap()
}

fn points(set: &Compiled, claim: Claim) -> Points {
    let entry = Entry { item: "A".into(), layer: Layer::Own, claim: Some(claim), points: None, not_applicable: false, reason: None };
    score(set, &[entry], &Facts::default(), Layer::Own).unwrap().total
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_order_of_entries_and_of_siblings_does_not_matter(seed in 0_u64..1_000_000) {
        let straight = sample(seed);
        let mut turned = sample(seed);
        let mut dice = Dice::new(seed ^ 7);
        shuffle(&mut dice, &mut turned.entries);
        shuffle_tree(&mut dice, &mut turned.set.contents);
        match (scored(&straight), scored(&turned)) {
            (None, None) => {}
            (Some((set, one)), Some((other_set, other))) => {
                prop_assert_eq!((one.total, one.class, &one.gates, one.contents), (other.total, other.class, &other.gates, other.contents));
                for slot in set.slots() {
                    prop_assert_eq!(one.of(&set, &slot.code), other.of(&other_set, &slot.code));
                }
            }
            _ => prop_assert!(false, "one can be scored, the other not"),
        }
    }

    #[test]
    fn a_total_without_parts_left_out_is_the_plain_sum_of_its_items(seed in 0_u64..1_000_000) {
        let mut plain = sample(seed);
        plain.entries.retain(|entry| !entry.not_applicable);
        fn uncap(nodes: &mut [Node]) {
            for node in nodes {
                if let Node::Group { capped, children, .. } = node {
                    *capped = false;
                    uncap(children);
                }
            }
        }
        uncap(&mut plain.set.contents);
        let (set, score) = scored(&plain).unwrap();
        let mut sum = Points::ZERO;
        each(&plain.set.contents, &mut |node| {
            if matches!(node, Node::Item { .. }) {
                sum = sum.plus(score.of(&set, node.code()).unwrap().points);
            }
        });
        prop_assert_eq!(score.contents.points, sum);
        prop_assert_eq!(score.total, sum.plus(score.bonus).minus(score.penalties).max(Points::ZERO));
    }

    #[test]
    fn caps_hold(seed in 0_u64..1_000_000) {
        let sample = sample(seed);
        if let Some((set, score)) = scored(&sample) {
            for (slot, tally) in set.slots().iter().zip(&score.tallies) {
                prop_assert!(tally.points >= Points::ZERO);
                match &slot.kind {
                    SlotKind::Group { capped: true } => prop_assert!(tally.points <= slot.max),
                    SlotKind::Group { capped: false } => {}
                    _ => prop_assert!(tally.points <= slot.most),
                }
                if tally.state == TallyState::Missing {
                    prop_assert_eq!(tally.points, Points::ZERO);
                }
            }
            let bonus = sample.set.bonus.as_ref();
            prop_assert!(bonus.and_then(|bonus| bonus.cap).is_none_or(|cap| score.bonus <= cap));
            if bonus.is_some_and(|bonus| bonus.place == BonusPlace::FillsToScale) {
                prop_assert!(score.contents.points.plus(score.bonus) <= sample.set.scale.max(score.contents.points));
            }
            let cap = sample.set.penalties.as_ref().and_then(|all| all.cap);
            prop_assert!(cap.is_none_or(|cap| score.penalties <= cap));
            prop_assert!(score.total >= Points::ZERO);
        }
    }

    #[test]
    fn more_is_never_worse_in_a_linear_item(
        max in 1_i64..1_000_000, plan in 1_i64..10_000_000, one in 0_i64..20_000_000, more in 0_i64..1_000_000,
        partial in any::<bool>(), lower in any::<bool>(), over in proptest::option::of(1_i64..500_000),
    ) {
        let max = Points::of_units(max);
        let over = over.map(|over| Over { cap: Some(max.plus(Points::of_units(over))) });
        let better = if lower { Better::Lower } else { Better::Higher };
        let set = alone(max, Rule::Linear { better, plan: None, partial, over });
        let of = |actual: i64| points(&set, Claim::Measured { plan: Some(Quantity::of_units(plan)), actual: Quantity::of_units(actual) });
        let (worse, better) = if lower { (one + more, one) } else { (one, one + more) };
        prop_assert!(of(worse) <= of(better));
        prop_assert_eq!(of(plan), max);
    }

    #[test]
    fn sooner_is_never_worse(days in -366_i32..3660, later in 0_i32..50, seed in 0_u64..100_000) {
        let mut dice = Dice::new(seed);
        let (top, middle) = (dice.points(100, 1000), dice.points(0, 100));
        let bands = vec![DayBand { up_to: Some(0), points: top }, DayBand { up_to: Some(7), points: middle }, DayBand { up_to: None, points: Points::ZERO }];
        let set = alone(top, Rule::Deadline { bands, never: Points::ZERO });
        let late = |days| points(&set, Claim::Late { days });
        prop_assert!(late(days) >= late((days + later).min(3660)));
        let never = points(&set, Claim::Never {});
        prop_assert!(late(days) >= never);
    }

    #[test]
    fn what_the_generator_claims_is_always_taken(seed in 0_u64..1_000_000) {
        let sample = sample(seed);
        let mut dice = Dice::new(seed);
        let set = Compiled::new(&sample.set).unwrap();
        each(&sample.set.contents, &mut |node| {
            if let Node::Item { code, rule, max, .. } = node {
                let entry = Entry {
                    item: code.clone(), layer: Layer::Own, claim: Some(claim(&mut dice, rule, *max)), points: None, not_applicable: false, reason: None,
                };
                assert!(score(&set, &[entry], &Facts::default(), Layer::Own).is_ok());
            }
        });
    }
}
