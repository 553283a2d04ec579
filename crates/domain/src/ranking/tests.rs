//! Ranks: shared ones, what tells equals apart, what gates close, and that order does not matter.

use super::*;
use crate::criteria_set::templates;

/// Published points of Ho Chi Minh City with the tie-breakers of usual practice.
fn set() -> Compiled {
    let mut set = templates().unwrap().into_iter().find(|set| set.code == "HCM-2008").unwrap();
    set.tie_breakers = vec![TieBreaker::Bonus {}, TieBreaker::Item { item: "03".into() }, TieBreaker::Ballot {}, TieBreaker::Council {}];
    Compiled::new(&set).unwrap()
}

fn unit(unit: &str, total: i64, measures: [Option<i64>; 4]) -> Contender {
    let points = |whole: i64| Points::of_units(whole * 100);
    let mut measures = measures.map(|value| value.map(points)).to_vec();
    measures[3] = measures[3].map(|place| Points::ZERO.minus(place));
    Contender { unit: unit.into(), total: points(total), barred_by: vec![], rank_at_best: None, complete: true, measures }
}

fn known(name: &str, total: i64) -> Contender {
    unit(name, total, [Some(0), Some(0), Some(0), Some(0)])
}

fn ranks(ranking: &Ranking) -> Vec<(&str, u32)> {
    ranking.rows.iter().map(|row| (row.unit.as_str(), row.rank)).collect()
}

#[test]
fn equals_share_a_rank_and_leave_out_the_next() {
    let ranking = ranking(&set(), &[known("D", 70), known("B", 90), known("A", 95), known("C", 90)]).unwrap();
    assert_eq!(ranks(&ranking), [("A", 1), ("B", 2), ("C", 2), ("D", 4)]);
    assert_eq!(ranking.unresolved, [Tie { rank: 2, units: vec!["B".into(), "C".into()], waits_for: vec![] }]);
    assert_eq!(ranking.tie_breaks, []);
}

#[test]
fn tie_breakers_fire_in_their_order_and_say_between_whom() {
    let contenders = [
        unit("A", 90, [Some(10), Some(18), None, None]),
        unit("B", 90, [Some(10), Some(19), None, None]),
        unit("C", 90, [Some(15), Some(10), None, None]),
        unit("D", 80, [Some(0), Some(10), Some(5), None]),
        unit("E", 80, [Some(0), Some(10), Some(7), None]),
    ];
    let ranking = ranking(&set(), &contenders).unwrap();
    assert_eq!(ranks(&ranking), [("C", 1), ("B", 2), ("A", 3), ("E", 4), ("D", 5)]);
    let fired: Vec<_> =
        ranking.tie_breaks.iter().map(|tie| (&tie.by, tie.units.iter().map(|seen| seen.unit.as_str()).collect::<Vec<_>>())).collect();
    assert_eq!(
        fired,
        [
            (&TieBreaker::Bonus {}, vec!["C", "A", "B"]),
            (&TieBreaker::Item { item: "03".into() }, vec!["B", "A"]),
            (&TieBreaker::Ballot {}, vec!["E", "D"]),
        ]
    );
    assert_eq!(ranking.unresolved, []);
}

#[test]
fn a_ballot_that_was_not_held_is_named_and_the_council_may_still_decide() {
    let waiting = [unit("A", 90, [Some(0), Some(1), None, None]), unit("B", 90, [Some(0), Some(1), Some(3), None])];
    let open = ranking(&set(), &waiting).unwrap();
    assert_eq!(
        open.unresolved,
        [Tie { rank: 1, units: vec!["A".into(), "B".into()], waits_for: vec![TieBreaker::Ballot {}, TieBreaker::Council {}] }]
    );
    let decided = [unit("A", 90, [Some(0), Some(1), None, Some(2)]), unit("B", 90, [Some(0), Some(1), Some(3), Some(1)])];
    let decided = ranking(&set(), &decided).unwrap();
    assert_eq!(ranks(&decided), [("B", 1), ("A", 2)]);
    let places: Vec<_> = decided.tie_breaks[0].units.iter().map(|seen| (seen.unit.as_str(), seen.value.to_string())).collect();
    assert_eq!(places, [("B", "1".into()), ("A", "2".into())]);
    assert_eq!(decided.tie_breaks[0].without, [TieBreaker::Ballot {}]);
}

#[test]
fn gates_leave_out_and_close_the_first_ranks() {
    let barred = Contender { barred_by: vec!["KY-LUAT".into()], ..known("A", 99) };
    let held = Contender { rank_at_best: Some(3), ..known("B", 98) };
    let others = [known("C", 97), known("D", 96), known("E", 95)];
    let mut all = vec![barred, held];
    all.extend(others);
    let ranking = ranking(&set(), &all).unwrap();
    assert_eq!(ranks(&ranking), [("C", 1), ("D", 2), ("B", 3), ("E", 4)]);
    assert_eq!(ranking.rows.iter().map(|row| row.before_gates).collect::<Vec<_>>(), [2, 3, 1, 4]);
    assert_eq!(ranking.excluded, [Excluded { unit: "A".into(), total: Points::of_units(9900), gates: vec!["KY-LUAT".into()] }]);
}

#[test]
fn a_rank_that_nobody_may_have_stays_empty() {
    let held = |name: &str, total, rank| Contender { rank_at_best: Some(rank), ..known(name, total) };
    let ranks_of = |all: &[Contender]| ranking(&set(), all).unwrap().rows.into_iter().map(|row| (row.unit, row.rank)).collect::<Vec<_>>();
    assert_eq!(ranks_of(&[held("A", 9, 3), held("B", 8, 2)]), [("B".into(), 2), ("A".into(), 3)]);
    // Equals of which one is held.
    assert_eq!(ranks_of(&[held("A", 9, 3), known("B", 9), known("C", 1)]), [("B".into(), 1), ("C".into(), 2), ("A".into(), 3)]);
}

#[test]
fn a_unit_comes_once() {
    let error = ranking(&set(), &[known("A", 1), known("B", 2), known("A", 3)]).unwrap_err();
    assert_eq!(error.0, [Refusal::of(Code::RankedTwice).with("unit", "A")]);
}

#[test]
fn neighbours_are_so_far_apart() {
    let found = margins(&ranking(&set(), &[known("A", 95), known("B", 90), known("C", 90)]).unwrap());
    let found: Vec<_> = found.iter().map(|m| (m.above.as_str(), m.below.as_str(), m.gap.to_string(), m.to_pass.to_string())).collect();
    assert_eq!(found, [("A", "B", "5".into(), "5.01".into()), ("B", "C", "0".into(), "0.01".into())]);
}

#[test]
fn a_recorded_total_waits_for_what_is_not_known_of_it() {
    let set = set();
    let score = crate::scoresheet::score(&set, &[], &crate::scoresheet::Facts::default(), crate::scoresheet::Layer::Final).unwrap();
    let standing = Standing::of(&set, &score, Some(OnPaper::Total(Points::of_units(9000))));
    assert!(standing.complete && standing.class.is_none());
    let recorded = |unit: &str| standing.contender(&set, unit, Decided { votes: Some(4), council: None });
    let ranking = ranking(&set, &[recorded("A"), recorded("B")]).unwrap();
    let waits = &ranking.unresolved[0].waits_for;
    assert_eq!(waits, &[TieBreaker::Bonus {}, TieBreaker::Item { item: "03".into() }, TieBreaker::Council {}]);
}

#[test]
fn scores_bring_what_tie_breakers_and_gates_look_at() {
    use crate::criteria_set::{Gate, GateThen, GateWhen};
    use crate::scoresheet::{Entry, Facts, Layer, explain, score};
    let mut set = templates().unwrap().into_iter().find(|set| set.code == "HCM-2008").unwrap();
    set.tie_breakers = vec![TieBreaker::Item { item: "07".into() }, TieBreaker::Bonus {}, TieBreaker::Ballot {}];
    let gate = |code: &str, fact: &str, then| Gate {
        code: code.into(),
        name: code.into(),
        when: GateWhen::Fact { fact: fact.into() },
        then,
        note: None,
    };
    set.gates = vec![gate("KL", "discipline", GateThen::Excluded {}), gate("MUON", "late_pledge", GateThen::RankAtBest { rank: 2 })];
    let set = Compiled::new(&set).unwrap();
    let sheet = |item: &str, points: u32, bonus: u32| -> Vec<Entry> {
        let mut list = vec![serde_json::json!({ "item": item, "layer": "self", "claim": { "kind": "points", "points": points } })];
        if bonus > 0 {
            list.push(
                serde_json::json!({ "item": "CO", "layer": "self", "claim": { "kind": "causes", "causes": [{ "cause": "CO-TP" }] } }),
            );
        }
        serde_json::from_value(serde_json::json!(list)).unwrap()
    };
    let contender = |unit: &str, entries: &[Entry], fact: &str, votes| {
        let mut facts = Facts::default();
        facts.declared.insert(fact.into(), true);
        let found = score(&set, entries, &facts, Layer::Final).unwrap();
        let standing = Standing::of(&set, &found, None);
        let kept: Standing = serde_json::from_str(&serde_json::to_string(&standing).unwrap()).unwrap();
        assert_eq!(kept, standing);
        kept.contender(&set, unit, Decided { votes: Some(votes), council: None })
    };
    let all = [
        contender("A", &sheet("03", 15, 0), "none", 1),
        contender("B", &sheet("07", 15, 0), "none", 1),
        contender("C", &sheet("03", 5, 10), "none", 1),
        contender("D", &sheet("03", 15, 0), "none", 2),
        contender("E", &sheet("03", 20, 0), "discipline", 1),
        contender("F", &sheet("03", 20, 0), "late_pledge", 1),
    ];
    let ranking = ranking(&set, &all).unwrap();
    assert_eq!(ranks(&ranking), [("B", 1), ("F", 2), ("C", 3), ("D", 4), ("A", 5)]);
    assert_eq!(ranking.excluded[0].gates, ["KL"]);
    assert!(ranking.rows.iter().all(|row| !row.complete));
    let told = explain(&set, &sheet("03", 15, 0), &Facts::default(), Layer::Final, Some((&ranking, "A"))).unwrap().tie_breaks;
    assert_eq!(
        told.iter().map(|tie| &tie.by).collect::<Vec<_>>(),
        [&TieBreaker::Item { item: "07".into() }, &TieBreaker::Bonus {}, &TieBreaker::Ballot {}]
    );
}

proptest::proptest! {
    #[test]
    fn the_order_of_units_does_not_matter(
        rows in proptest::collection::vec((0_i64..4, 0_i64..3, proptest::option::of(0_i64..3), proptest::option::of(2_u32..6)), 1..12),
        turn in 0_usize..12,
        flip in proptest::bool::ANY,
    ) {
        let set = set();
        let mut all: Vec<Contender> = rows
            .iter()
            .enumerate()
            .map(|(at, (total, bonus, votes, held))| Contender {
                rank_at_best: *held,
                ..unit(&format!("U{at}"), *total, [Some(*bonus), Some(0), *votes, None])
            })
            .collect();
        let straight = ranking(&set, &all).unwrap();
        let by = turn % all.len();
        all.rotate_left(by);
        if flip {
            all.reverse();
        }
        proptest::prop_assert_eq!(&straight, &ranking(&set, &all).unwrap());
        // Nobody stands above the rank that gates leave open, nor above a better one without being let by a gate.
        for row in &straight.rows {
            let contender = all.iter().find(|unit| unit.unit == row.unit).unwrap();
            proptest::prop_assert!(row.rank >= contender.rank_at_best.unwrap_or(1));
        }
        for pair in straight.rows.windows(2) {
            proptest::prop_assert!(pair[0].rank <= pair[1].rank);
            let held = all.iter().any(|unit| unit.unit == pair[1].unit && unit.rank_at_best.is_some());
            proptest::prop_assert!(pair[0].total >= pair[1].total || held);
        }
    }
}

#[test]
fn what_was_decided_is_shown_as_it_was_counted_and_told_only_where_it_tells_apart() {
    let set = set();
    let score = crate::scoresheet::score(&set, &[], &crate::scoresheet::Facts::default(), crate::scoresheet::Layer::Final).unwrap();
    let standing = Standing::of(&set, &score, Some(OnPaper::Total(Points::of_units(9_000))));
    let ranked = |decided: [Decided; 2]| {
        let [first, second] = decided;
        ranking(&set, &[standing.contender(&set, "A", first), standing.contender(&set, "B", second)]).unwrap()
    };
    let votes = |votes| Decided { votes: Some(votes), council: None };
    let seen =
        |ranking: &Ranking| ranking.tie_breaks[0].units.iter().map(|seen| (seen.unit.clone(), seen.value.to_string())).collect::<Vec<_>>();
    let by_ballot = ranked([votes(3), votes(7)]);
    assert_eq!(seen(&by_ballot), [("B".to_owned(), "7".to_owned()), ("A".to_owned(), "3".to_owned())]);
    assert_eq!(ranked([votes(3), votes(3)]).tie_breaks, []);
    let council = |place| Decided { votes: None, council: Some(place) };
    assert_eq!(seen(&ranked([council(2), council(1)])), [("B".to_owned(), "1".to_owned()), ("A".to_owned(), "2".to_owned())]);
}
