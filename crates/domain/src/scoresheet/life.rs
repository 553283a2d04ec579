//! The life of a score sheet: scored by the unit itself, submitted, verified by the bloc, appraised by the standing body,
//! settled; and who of them must stand back.

use super::Layer;
use super::conflict::check_assessor;
use crate::access::{Kind, Principal, Role, Scope, Verb};
use crate::id::UnitId;
use crate::lifecycle::{Guard, Life, Step};
use crate::missing::{Missing, absent};
use crate::refusal::{Code, Refusal};
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
    /// Final once every member has a sheet and all of them are settled.
    #[must_use]
    pub fn of(all_there: bool, mut sheets: impl Iterator<Item = SheetStatus>) -> Self {
        if all_there && sheets.all(|status| status == SheetStatus::Settled) { Self::Final } else { Self::Provisional }
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

/// The layer that an act judges at, where it does.
const fn judging(verb: Verb) -> Option<Layer> {
    match verb {
        Verb::CrossCheck => Some(Layer::CrossChecked),
        // What gates look at and totals from paper decide as much as points do.
        Verb::Verify | Verb::Edit => Some(Layer::Verified),
        Verb::Appraise => Some(Layer::Standing),
        _ => None,
    }
}

/// Nobody judges the sheet of a unit that they work for, whatever else they are: the office passes on to whoever is next.
///
/// # Errors
/// [`Code::ScoreOwnSheet`].
pub fn require_independent(who: &Principal, verb: Verb, judged: UnitId) -> Result<(), Refusal> {
    let Some(layer) = judging(verb) else { return Ok(()) };
    let works_for = who.grants.iter().filter(|grant| matches!(grant.role, Role::UnitOfficer | Role::UnitHead));
    works_for
        .filter_map(|grant| match grant.scope {
            Scope::Unit(unit) => Some(unit),
            _ => None,
        })
        .try_for_each(|unit| check_assessor(layer, &unit, &judged))
}

/// The life of a score sheet.
#[derive(Debug)]
pub enum SheetLife {}

const fn within(from: &'static [SheetStatus], verb: Verb) -> Step<SheetStatus, SheetFacts> {
    Step { from, verb, to: None, guards: &[], reason: false, confirm: false, automatic: false }
}

const fn step(from: &'static [SheetStatus], verb: Verb, to: SheetStatus, reason: bool) -> Step<SheetStatus, SheetFacts> {
    Step { from, verb, to: Some(to), guards: &[], reason, confirm: false, automatic: false }
}

impl Life for SheetLife {
    type State = SheetStatus;
    type Facts = SheetFacts;
    const KIND: Kind = Kind::Scoresheet;
    const BORN: SheetStatus = SheetStatus::Scoring;
    const STEPS: &'static [Step<SheetStatus, SheetFacts>] = &[
        within(&[SheetStatus::Scoring], Verb::Score),
        Step {
            guards: &[Guard {
                code: Code::ScoreIncomplete,
                holds: |facts| facts.missing == 0 || facts.recorded_only,
                binds_recorded: false,
                figures: |facts| vec![("count", facts.missing.to_string())],
            }],
            ..step(&[SheetStatus::Scoring], Verb::Submit, SheetStatus::Submitted, false)
        },
        within(&[SheetStatus::Submitted], Verb::CrossCheck),
        within(&[SheetStatus::Submitted], Verb::Verify),
        step(&[SheetStatus::Submitted], Verb::Verify, SheetStatus::Verified, false),
        within(&[SheetStatus::Verified], Verb::Appraise),
        step(&[SheetStatus::Verified], Verb::Appraise, SheetStatus::Appraised, false),
        within(&[SheetStatus::Appraised], Verb::Settle),
        Step {
            guards: &[Guard {
                code: Code::ScoreProvisional,
                holds: |facts| facts.provisional == 0,
                binds_recorded: false,
                figures: |facts| vec![("count", facts.provisional.to_string())],
            }],
            confirm: true,
            ..step(&[SheetStatus::Appraised], Verb::Settle, SheetStatus::Settled, false)
        },
        step(&[SheetStatus::Submitted, SheetStatus::Verified, SheetStatus::Appraised], Verb::Return, SheetStatus::Scoring, true),
        step(&[SheetStatus::Settled], Verb::Reopen, SheetStatus::Appraised, true),
        within(&[SheetStatus::Scoring, SheetStatus::Submitted, SheetStatus::Verified, SheetStatus::Appraised], Verb::Edit),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Grant;
    use crate::vocabulary::Word;

    fn unit(n: u128) -> UnitId {
        UnitId::new(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn who_works_for_the_judged_unit_does_not_judge_it_whatever_else_they_are() {
        let grant = |role, scope| Grant { role, scope };
        let who = Principal {
            user: None,
            grants: vec![grant(Role::StandingBody, Scope::Everything), grant(Role::UnitOfficer, Scope::Unit(unit(1)))],
        };
        for layer in Layer::ALL {
            let refused = require_independent(&who, entering(*layer), unit(1)).is_err();
            assert_eq!(refused, !matches!(layer, Layer::Own | Layer::Final), "{layer:?}");
            assert!(require_independent(&who, entering(*layer), unit(2)).is_ok());
        }
        // Standing above a unit is no conflict.
        let above = Principal { user: None, grants: vec![grant(Role::StandingBody, Scope::Unit(unit(1)))] };
        assert!(require_independent(&above, Verb::Appraise, unit(1)).is_ok());
    }
}
