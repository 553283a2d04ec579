//! What a ranking needs of a sheet: worked out with the score and kept beside it, so that a bloc is ranked without reading
//! every entry again.

use serde::{Deserialize, Serialize};

use super::{Contender, Decided};
use crate::criteria_set::{Compiled, GateThen, GateWhen, Measure};
use crate::points::Points;
use crate::scoresheet::{Score, Verdict};

/// What a sheet comes to, as far as ranks care.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Its total.
    pub total: Points,
    /// Whether all of its items are claimed and all indexes published.
    pub complete: bool,
    /// Code of its class, after gates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Codes of the gates that bar it from the ranking.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub barred_by: Vec<String>,
    /// Whether nothing but its rank is known, from paper.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known_by_rank: bool,
    /// The best rank that gates leave open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank_at_best: Option<u32>,
    /// What each tie-breaker of the set sees in the sheet, in their order; nothing of what is decided beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    measures: Vec<Option<Points>>,
}

/// What paper says of a sheet of which nothing else is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPaper {
    /// Its total.
    Total(Points),
    /// Nothing but its rank.
    Rank,
}

impl Standing {
    /// By what a sheet comes to, or by paper where that is all there is: of such a sheet no class is known, nothing lacks, and
    /// only gates bar it that look at no item.
    #[must_use]
    pub fn of(set: &Compiled, score: &Score, paper: Option<OnPaper>) -> Self {
        let bars = || set.gates().zip(&score.gates).filter(|(_, verdict)| **verdict == Verdict::Bars).map(|(gate, _)| gate);
        let known = |when: &GateWhen| paper.is_none() || matches!(when, GateWhen::Fact { .. } | GateWhen::TasksBelow { .. });
        let barring = || bars().filter(|gate| known(&gate.when));
        let rank = |then: &GateThen| if let GateThen::RankAtBest { rank } = then { Some(*rank) } else { None };
        let barred_by = barring().filter(|gate| gate.then == GateThen::Excluded {}).map(|gate| gate.code.clone()).collect();
        let rank_at_best = barring().filter_map(|gate| rank(&gate.then)).max();
        if let Some(paper) = paper {
            let (total, known_by_rank) = if let OnPaper::Total(total) = paper { (total, false) } else { (Points::ZERO, true) };
            let measures = vec![None; set.ties.len()];
            return Self { total, complete: true, class: None, barred_by, known_by_rank, rank_at_best, measures };
        }
        let measure = |measure| match measure {
            Measure::Bonus => Some(score.bonus),
            Measure::Slot(place) => score.tallies.get(place).map(|tally| tally.points),
            Measure::Ballot | Measure::Council => None,
        };
        Self {
            total: score.total,
            complete: score.is_complete(),
            class: score.class.and_then(|place| set.classes().get(place)).map(|class| class.code.clone()),
            barred_by,
            known_by_rank: false,
            rank_at_best,
            measures: set.ties.iter().map(|(_, tie)| measure(*tie)).collect(),
        }
    }

    /// The unit that is to be ranked by it.
    #[must_use]
    pub fn contender(&self, set: &Compiled, unit: impl Into<String>, decided: Decided) -> Contender {
        let seen = set.ties.iter().enumerate();
        Contender {
            unit: unit.into(),
            total: self.total,
            barred_by: self.barred_by.clone(),
            rank_at_best: self.rank_at_best,
            complete: self.complete,
            measures: seen.map(|(at, (_, tie))| decided.measure(*tie).or_else(|| self.measures.get(at).copied().flatten())).collect(),
        }
    }
}
