//! What is known of a sheet beside its entries: facts that gates ask for, a total or a rank from paper.

use serde_json::json;

use super::rules::{claimed, entries, set};
use crate::points::Points;
use crate::ranking::{OnPaper, Standing};
use crate::refusal::Code;
use crate::scoresheet::*;

fn facts(declared: &[&str]) -> Facts {
    Facts { declared: declared.iter().map(|fact| ((*fact).to_owned(), true)).collect(), ..Facts::default() }
}

#[test]
fn only_facts_that_a_gate_asks_for_are_declared() {
    assert!(check_facts(&set(), &facts(&[])).is_ok() && check_facts(&set(), &facts(&["discipline"])).is_ok());
    let refusal = check_facts(&set(), &facts(&["discipline", "disci/pline"])).unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_str()), (Code::ScoreFactUnknown, "/facts/declared/disci~1pline"));
}

#[test]
fn a_total_from_paper_is_one_that_the_set_can_give() {
    // Items give a hundred, one of them three more where its plan is exceeded; bonuses twenty-five before their cap.
    let most = most_total(&set());
    assert!(most > Points::of_units(10_000));
    for total in [Points::ZERO, Points::of_units(1), most] {
        assert!(check_total(&set(), total).is_ok(), "{total}");
    }
    for total in [Points::of_units(-1), most.plus(Points::of_units(1))] {
        assert_eq!(check_total(&set(), total).unwrap_err().code, Code::ScoreTotalOutside, "{total}");
    }
}

#[test]
fn a_total_or_rank_names_its_paper_and_nobody_replaces_words_unseen() {
    let recorded = serde_json::from_value(json!({ "from": "paper", "happened_on": "2026-01-15" })).unwrap();
    assert!(check_paper(None, None, None).is_ok() && check_paper(Some(Points::ZERO), Some(1), Some(&recorded)).is_ok());
    for (total, rank) in [(Some(Points::ZERO), None), (None, Some(1))] {
        assert_eq!(check_paper(total, rank, None).unwrap_err().code, Code::ScorePaperMissing);
    }
    let person = |n: u128| crate::id::Id::new(uuid::Uuid::from_u128(n));
    let check =
        |before, now, seen| check_speaker("I.1", Layer::Verified, person(before), person(now), seen).map_err(|refusal| refusal.code);
    assert_eq!((check(1, 1, false), check(1, 2, true), check(1, 2, false)), (Ok(()), Ok(()), Err(Code::ScoreEntryOther)));
}

#[test]
fn of_what_is_known_from_paper_only_gates_bar_that_look_at_no_item() {
    // Nothing was entered: LATE is missing, which would close the first two ranks; that is no fault of a total from paper.
    let declared = facts(&["discipline"]);
    let score = score(&set(), &[], &declared, Layer::Final).unwrap();
    let standing = |paper| Standing::of(&set(), &score, paper);
    let scored = standing(None);
    assert_eq!((scored.barred_by.as_slice(), scored.rank_at_best, scored.complete), (&["KL".to_owned()][..], Some(3), false));
    let total = standing(Some(OnPaper::Total(Points::of_units(9_000))));
    assert_eq!((total.barred_by.as_slice(), total.rank_at_best, total.complete), (&["KL".to_owned()][..], None, true));
    assert_eq!((total.total, total.known_by_rank, total.class), (Points::of_units(9_000), false, None));
    assert!(standing(Some(OnPaper::Rank)).known_by_rank);
    assert_eq!(Standing::of(&set(), &score_of_full(), None).class.as_deref(), Some("TOT"));
}

fn score_of_full() -> Score {
    let list = entries(json!([
        claimed("LIN", json!({ "kind": "measured", "plan": 10, "actual": 10 })),
        claimed("TIER", json!({ "kind": "value", "value": 60 })),
        claimed("HAND", json!({ "kind": "points", "points": 10 })),
    ]));
    score(&set(), &list, &Facts::default(), Layer::Final).unwrap()
}

#[test]
fn layers_that_follow_each_other_are_counted_each_way() {
    let judged = |item: &str, points: f64| json!({ "item": item, "layer": "verified", "points": points, "reason": "Theo minh chứng" });
    let hand = |points: f64| json!({ "kind": "points", "points": points });
    let list = |own: f64, later: f64| entries(json!([claimed("HAND", hand(own)), judged("HAND", later)]));
    let found = |own, later| {
        let (list, facts) = (list(own, later), Facts::default());
        let agreement = agreement(&set(), [(list.as_slice(), &facts)]).unwrap().remove(0);
        (agreement.items, agreement.same, agreement.raised, agreement.lowered, agreement.change.to_string())
    };
    assert_eq!(found(5.0, 5.0), (1, 1, 0, 0, "0".into()));
    assert_eq!(found(5.0, 7.5), (1, 0, 1, 0, "2.5".into()));
    assert_eq!(found(5.0, 4.0), (1, 0, 0, 1, "-1".into()));
}
