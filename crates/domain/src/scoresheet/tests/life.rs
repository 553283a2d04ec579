//! When a sheet moves on, and what holds it back.

use crate::access::Verb;
use crate::bloc_year::BlocYearStatus;
use crate::lifecycle::{self, Ask};
use crate::missing::Missing;
use crate::refusal::Code;
use crate::scoresheet::*;
use crate::vocabulary::Lang;

const READY: SheetFacts =
    SheetFacts { missing: 0, provisional: 0, recorded_only: false, open_appeals: 0, decided: false, year: BlocYearStatus::Running };

fn take(state: SheetStatus, verb: Verb, facts: &SheetFacts, recorded: bool) -> Result<SheetStatus, Code> {
    let ask = Ask { reason: Some("Rà soát"), confirm: Some("P"), recorded };
    lifecycle::take::<SheetLife>(state, "P", verb, facts, ask, Lang::Vi).map(|taken| taken.to).map_err(|refusal| refusal.code)
}

#[test]
fn a_ranking_is_final_once_all_is_settled_and_nobody_waits() {
    let of = |all_there, appeals, sheets: &[SheetStatus]| RankingStatus::of(all_there, appeals, sheets.iter().copied());
    let settled = [SheetStatus::Settled, SheetStatus::Settled];
    assert_eq!(of(true, 0, &settled), RankingStatus::Final);
    assert_eq!(of(false, 0, &settled), RankingStatus::Provisional);
    assert_eq!(of(true, 1, &settled), RankingStatus::Provisional);
    assert_eq!(of(true, 0, &[SheetStatus::Settled, SheetStatus::Appraised]), RankingStatus::Provisional);
}

#[test]
fn what_lacks_is_listed() {
    assert_eq!(READY.missing(), []);
    assert_eq!(SheetFacts { missing: 2, ..READY }.missing(), [Missing::Entries]);
    assert_eq!(SheetFacts { provisional: 1, ..READY }.missing(), [Missing::IndexResults]);
}

#[test]
fn gaps_hold_a_sheet_back_when_submitted_and_when_settled() {
    for (state, verb, to) in
        [(SheetStatus::Scoring, Verb::Submit, SheetStatus::Submitted), (SheetStatus::Appraised, Verb::Settle, SheetStatus::Settled)]
    {
        assert_eq!(take(state, verb, &READY, false), Ok(to));
        let gaps = SheetFacts { missing: 1, ..READY };
        assert_eq!(take(state, verb, &gaps, false), Err(Code::ScoreIncomplete));
        assert_eq!(take(state, verb, &SheetFacts { recorded_only: true, ..gaps }, false), Ok(to));
        // What happened elsewhere is only warned of.
        assert_eq!(take(state, verb, &gaps, true), Ok(to));
    }
    let settle = |facts: &SheetFacts| take(SheetStatus::Appraised, Verb::Settle, facts, false);
    assert_eq!(settle(&SheetFacts { provisional: 1, ..READY }), Err(Code::ScoreProvisional));
    assert_eq!(settle(&SheetFacts { open_appeals: 1, ..READY }), Err(Code::AppealOpen));
}

#[test]
fn nothing_moves_once_the_year_is_over_or_the_council_has_decided() {
    let moves = [
        (SheetStatus::Scoring, Verb::Submit),
        (SheetStatus::Submitted, Verb::Verify),
        (SheetStatus::Verified, Verb::Appraise),
        (SheetStatus::Appraised, Verb::Settle),
        (SheetStatus::Submitted, Verb::Return),
        (SheetStatus::Settled, Verb::Reopen),
    ];
    for (state, verb) in moves {
        assert!(take(state, verb, &SheetFacts { year: BlocYearStatus::Draft, ..READY }, false).is_ok(), "{verb:?}");
        for recorded in [false, true] {
            let ended = |year| take(state, verb, &SheetFacts { year, ..READY }, recorded);
            assert_eq!(ended(BlocYearStatus::Closed), Err(Code::BlocYearEnded), "{verb:?}");
            assert_eq!(ended(BlocYearStatus::Cancelled), Err(Code::BlocYearEnded), "{verb:?}");
            assert_eq!(take(state, verb, &SheetFacts { decided: true, ..READY }, recorded), Err(Code::CouncilDecided), "{verb:?}");
        }
    }
    for layer in [Layer::Own, Layer::CrossChecked, Layer::Verified, Layer::Standing, Layer::Final] {
        let state = [SheetStatus::Scoring, SheetStatus::Submitted, SheetStatus::Submitted, SheetStatus::Verified, SheetStatus::Appraised];
        let allow = |facts: &SheetFacts| {
            lifecycle::allow::<SheetLife>(state[layer as usize], entering(layer), facts, false, Lang::En).map_err(|refusal| refusal.code)
        };
        assert_eq!(allow(&READY), Ok(()));
        assert_eq!(allow(&SheetFacts { year: BlocYearStatus::Closed, ..READY }), Err(Code::BlocYearEnded));
        assert_eq!(allow(&SheetFacts { decided: true, ..READY }), Err(Code::CouncilDecided));
    }
}
