//! The life of a score sheet: scored by the unit itself, submitted, verified by the bloc, appraised by the standing body,
//! settled. Who may is said by the policy.

use super::Layer;
use crate::access::{Kind, Verb};
use crate::bloc_year::BlocYearStatus;
use crate::lifecycle::{Guard, Life, Step, plain};
use crate::missing::{Missing, absent};
use crate::refusal::Code;
use crate::words;

words! {
    /// Where a score sheet stands.
    pub enum SheetStatus in "scoresheet-statuses" {
        Scoring = "scoring", "Đơn vị đang tự chấm", "Being scored by the unit";
        Submitted = "submitted", "Đã nộp, chờ thẩm định", "Submitted";
        Verified = "verified", "Khối đã thẩm định", "Verified by the bloc";
        Appraised = "appraised", "Cơ quan thường trực đã thẩm định", "Appraised by the standing body";
        Settled = "settled", "Đã chốt điểm", "Settled";
    }
}

words! {
    /// Whether a ranking can still change.
    pub enum RankingStatus in "ranking-statuses" {
        Provisional = "provisional", "Tạm tính", "Provisional";
        Final = "final", "Chính thức", "Final";
    }
}

impl RankingStatus {
    /// Final once every member has a sheet, all of them are settled and no appeal about one waits for an answer.
    #[must_use]
    pub fn of(all_there: bool, open_appeals: usize, mut sheets: impl Iterator<Item = SheetStatus>) -> Self {
        if all_there && open_appeals == 0 && sheets.all(|status| status == SheetStatus::Settled) { Self::Final } else { Self::Provisional }
    }
}

/// What the guards of a score sheet look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetFacts {
    /// Items of which nothing was claimed.
    pub missing: usize,
    /// Items that rest on an index not published yet.
    pub provisional: usize,
    /// Whether only a total or a rank was recorded, from paper.
    pub recorded_only: bool,
    /// Appeals about it that wait for an answer.
    pub open_appeals: usize,
    /// Whether the council has decided the ranking of its bloc year.
    pub decided: bool,
    /// Where its bloc year stands.
    pub year: BlocYearStatus,
}

impl SheetFacts {
    /// What is absent and stays listed until it is filled in.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        absent([(Missing::Entries, self.missing == 0), (Missing::IndexResults, self.provisional == 0)])
    }
}

/// The act that puts entries into a layer.
#[must_use]
pub const fn entering(layer: Layer) -> Verb {
    match layer {
        Layer::Own => Verb::Score,
        Layer::CrossChecked => Verb::CrossCheck,
        Layer::Verified => Verb::Verify,
        Layer::Standing => Verb::Appraise,
        Layer::Final => Verb::Settle,
    }
}

/// The life of a score sheet.
#[derive(Debug)]
pub enum SheetLife {}

/// What is closed or cancelled stays as it is: the year is reopened first.
const YEAR: Guard<SheetFacts> = Guard {
    code: Code::BlocYearEnded,
    holds: |facts| matches!(facts.year, BlocYearStatus::Draft | BlocYearStatus::Running),
    binds_recorded: true,
    figures: plain,
};

/// What the council has decided stays as it is: its decision is withdrawn first.
const UNDECIDED: Guard<SheetFacts> =
    Guard { code: Code::CouncilDecided, holds: |facts| !facts.decided, binds_recorded: true, figures: plain };

/// An item of which nothing is said would leave gates open that look at it.
const COMPLETE: Guard<SheetFacts> = Guard {
    code: Code::ScoreIncomplete,
    holds: |facts| facts.missing == 0 || facts.recorded_only,
    binds_recorded: false,
    figures: |facts| vec![("count", facts.missing.to_string())],
};

const fn within(from: &'static [SheetStatus], verb: Verb) -> Step<SheetStatus, SheetFacts> {
    Step { from, verb, to: None, guards: &[YEAR, UNDECIDED], reason: false, confirm: false, automatic: false }
}

const fn step(from: &'static [SheetStatus], verb: Verb, to: SheetStatus, reason: bool) -> Step<SheetStatus, SheetFacts> {
    Step { from, verb, to: Some(to), guards: &[YEAR, UNDECIDED], reason, confirm: false, automatic: false }
}

impl Life for SheetLife {
    type State = SheetStatus;
    type Facts = SheetFacts;
    const KIND: Kind = Kind::Scoresheet;
    const BORN: SheetStatus = SheetStatus::Scoring;
    const STEPS: &'static [Step<SheetStatus, SheetFacts>] = &[
        within(&[SheetStatus::Scoring], Verb::Score),
        Step { guards: &[YEAR, UNDECIDED, COMPLETE], ..step(&[SheetStatus::Scoring], Verb::Submit, SheetStatus::Submitted, false) },
        within(&[SheetStatus::Submitted], Verb::CrossCheck),
        within(&[SheetStatus::Submitted], Verb::Verify),
        step(&[SheetStatus::Submitted], Verb::Verify, SheetStatus::Verified, false),
        within(&[SheetStatus::Verified], Verb::Appraise),
        step(&[SheetStatus::Verified], Verb::Appraise, SheetStatus::Appraised, false),
        within(&[SheetStatus::Appraised], Verb::Settle),
        Step {
            guards: &[
                YEAR,
                UNDECIDED,
                // An amendment may have added an item since it was submitted.
                COMPLETE,
                Guard {
                    code: Code::ScoreProvisional,
                    holds: |facts| facts.provisional == 0,
                    binds_recorded: false,
                    figures: |facts| vec![("count", facts.provisional.to_string())],
                },
                Guard {
                    code: Code::AppealOpen,
                    holds: |facts| facts.open_appeals == 0,
                    binds_recorded: false,
                    figures: |facts| vec![("count", facts.open_appeals.to_string())],
                },
            ],
            confirm: true,
            ..step(&[SheetStatus::Appraised], Verb::Settle, SheetStatus::Settled, false)
        },
        step(&[SheetStatus::Submitted], Verb::Return, SheetStatus::Scoring, true),
        // One step back at a time, each with its reason.
        step(&[SheetStatus::Verified], Verb::Reopen, SheetStatus::Submitted, true),
        step(&[SheetStatus::Appraised], Verb::Reopen, SheetStatus::Verified, true),
        step(&[SheetStatus::Settled], Verb::Reopen, SheetStatus::Appraised, true),
        within(&[SheetStatus::Scoring, SheetStatus::Submitted, SheetStatus::Verified, SheetStatus::Appraised], Verb::Edit),
    ];
}
