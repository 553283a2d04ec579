//! A score with its codes and names, as it is shown; the score itself knows only places.

use serde::Serialize;

use super::{Layer, Score, TallyState, Verdict};
use crate::criteria_set::{Compiled, SlotKind};
use crate::points::Points;
use crate::ranking::Standing;

/// What a sheet comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScoreReport {
    /// Points of the contents.
    pub contents: Points,
    /// Bonuses before they are capped.
    pub bonus_before: Points,
    /// Bonuses as they count.
    pub bonus: Points,
    /// Penalties before they are capped.
    pub penalties_before: Points,
    /// Penalties as they count; above zero.
    pub penalties: Points,
    /// Contents and bonus less penalties, not below zero.
    pub total: Points,
    /// Code of the class, after gates.
    pub class: Option<String>,
    /// Code of the class before gates.
    pub class_before: Option<String>,
    /// Whether a gate bars from the ranking.
    pub excluded: bool,
    /// The best rank that gates leave open.
    pub rank_at_best: Option<u32>,
    /// Whether every item has been claimed and every index published.
    pub complete: bool,
    /// Codes of items of which nothing was claimed yet.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub missing: Vec<String>,
    /// Codes of items that rest on an index not yet published.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub provisional: Vec<String>,
    /// What each gate says.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub gates: Vec<GateReport>,
    /// What each part comes to: the tree from its root on, then bonuses, then penalties.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub parts: Vec<SlotReport>,
}

/// What a gate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GateReport {
    /// Code of the gate.
    pub gate: String,
    /// What it says.
    pub verdict: Verdict,
}

/// What one part of the set comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PartReport))]
pub struct SlotReport {
    /// Its code.
    pub code: String,
    /// What it comes to; of a penalty, what it takes.
    pub points: Points,
    /// Its most.
    pub max: Points,
    /// How it came to its points.
    pub state: TallyState,
    /// The highest layer that has spoken; none for a group.
    pub layer: Option<Layer>,
}

impl ScoreReport {
    /// The same of a sheet known only from paper: no criterion of it is known, so no class, and nothing that lacks.
    #[must_use]
    pub fn on_paper(self, standing: &Standing) -> Self {
        Self {
            total: standing.total,
            class: None,
            class_before: None,
            excluded: !standing.barred_by.is_empty(),
            rank_at_best: standing.rank_at_best,
            complete: standing.complete,
            missing: Vec::new(),
            provisional: Vec::new(),
            ..self
        }
    }
}

/// Puts codes to a score.
#[must_use]
pub fn report(set: &Compiled, score: &Score) -> ScoreReport {
    let parts = || set.slots.iter().zip(&score.tallies);
    let items_in = |state| {
        let there = parts().filter(|(slot, tally)| matches!(slot.kind, SlotKind::Item { .. }) && tally.state == state);
        there.map(|(slot, _)| slot.code.clone()).collect()
    };
    let class = |place: Option<usize>| place.and_then(|place| set.classes.get(place)).map(|class| class.code.clone());
    let gates = set.gates.iter().zip(&score.gates);
    ScoreReport {
        contents: score.contents.points,
        bonus_before: score.bonus_before,
        bonus: score.bonus,
        penalties_before: score.penalties_before,
        penalties: score.penalties,
        total: score.total,
        class: class(score.class),
        class_before: class(score.class_before),
        excluded: score.excluded,
        rank_at_best: score.rank_at_best,
        complete: score.is_complete(),
        missing: items_in(TallyState::Missing),
        provisional: items_in(TallyState::Provisional),
        gates: gates.map(|(gate, verdict)| GateReport { gate: gate.gate.code.clone(), verdict: *verdict }).collect(),
        parts: parts()
            .map(|(slot, tally)| SlotReport {
                code: slot.code.clone(),
                points: tally.points,
                max: slot.max,
                state: tally.state,
                layer: tally.layer,
            })
            .collect(),
    }
}
