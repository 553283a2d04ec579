//! Score sheets: what a unit claims under a criteria set, what those who check it find, and what that comes to.
//! The criteria themselves live with the criteria set, ranks with the ranking. Nothing here changes a sheet.

mod advice;
mod entry;
mod explain;
mod formula;
mod indexed;
mod layers;
mod life;
mod report;
mod score;
#[cfg(test)]
mod tests;

pub use advice::{Agreement, IndexDifference, Mark, Outlier, agreement, cross_checks, index_differences, outliers};
pub use entry::{Claim, Counted, Entry, Facts, check_facts, check_paper, check_speaker, check_total, most_total};
pub use explain::{Effect, Explained, Explanation, GateLine, LayerPoints, Said, Sum, explain};
pub use indexed::{Published, index_of};
pub use layers::{Difference, Weighed, differences, weigh};
pub use life::{RankingStatus, SheetFacts, SheetLife, SheetStatus, entering};
pub use report::{GateReport, ScoreReport, SlotReport, report};
pub use score::{Score, Tally, TallyState, Verdict, score};

use crate::refusal::Code;
use crate::words;

words! {
    /// Who says what an item comes to, each above the one before: the highest that has spoken counts.
    pub enum Layer in "score-layers" {
        Own = "self", "Đơn vị tự chấm", "The unit itself";
        CrossChecked = "cross_checked", "Chấm chéo", "Cross-checked by other members";
        Verified = "verified", "Cụm, khối thẩm định", "Verified by the bloc";
        Standing = "standing", "Cơ quan thường trực thẩm định", "Appraised by the standing body";
        Final = "final", "Hội đồng quyết định", "Decided by the council";
    }
}

/// Every rule that can refuse an entry.
pub const FAULTS: &[Code] = &[
    Code::ScoreItemUnknown,
    Code::ScoreEntryTwice,
    Code::ScoreEntryEmpty,
    Code::ScoreClaimUnfit,
    Code::ScorePlanUnfit,
    Code::ScoreValueOutside,
    Code::ScoreNotWhole,
    Code::ScoreStepBroken,
    Code::ScorePartUnknown,
    Code::ScorePartTooOften,
    Code::ScorePointsOutside,
    Code::ScoreReasonMissing,
    Code::ScorePointsBySelf,
    Code::ScoreMustApply,
    Code::ScoreNothingApplies,
    Code::ScoreTooLarge,
];

/// How many layers there are.
pub const LAYERS: usize = 5;
