//! Ranks of a bloc's units by their scores: who stands where, who is left out and why, what decided between equals and
//! what still has to. Scores live with the score sheet; who votes and who decides, elsewhere.

mod margin;
mod publication;
mod recorded;
mod standing;
#[cfg(test)]
mod tests;
mod tie_decision;

use std::collections::HashSet;

use serde::Serialize;

pub use margin::{Margin, margins};
pub use publication::{Pending, PublicationStage, appeals_until, check_withdrawal, may_come, moved, undecided};
pub use recorded::{RankDiffers, RankingBasis, Ranks, ranks_that_differ};
pub use standing::{OnPaper, Standing};
pub use tie_decision::{TieDecider, TieLine, check_ties, decided};

use crate::criteria_set::{Compiled, Measure, TieBreaker};
use crate::points::Points;
use crate::refusal::{Code, DomainError, Refusal, Refusals};

/// A unit that is to be ranked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contender {
    /// Key of the unit.
    pub unit: String,
    /// Its total.
    pub total: Points,
    /// Codes of the gates that bar it from the ranking.
    pub barred_by: Vec<String>,
    /// The best rank that gates leave open.
    pub rank_at_best: Option<u32>,
    /// Whether all of its items are claimed and all indexes published.
    pub complete: bool,
    /// What each tie-breaker of the set sees, more is better; `None` where that is not known.
    measures: Vec<Option<Points>>,
}

/// What decides between equals beside the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decided {
    /// Votes in the ballot of the bloc.
    pub votes: Option<u32>,
    /// Place in the order that the council decided; 1 is the best.
    pub council: Option<u32>,
}

impl Decided {
    fn measure(self, measure: Measure) -> Option<Points> {
        let whole = |count: u32| Points::of_units(i64::from(count) * Points::ONE);
        match measure {
            Measure::Ballot => self.votes.map(whole),
            // The first place is the best: less is more.
            Measure::Council => self.council.map(|place| Points::ZERO.minus(whole(place))),
            Measure::Bonus | Measure::Slot(_) => None,
        }
    }
}

/// Ranks of a bloc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ranking {
    /// Units with a rank, the best first; equals by their keys.
    pub rows: Vec<Ranked>,
    /// Units without one.
    pub excluded: Vec<Excluded>,
    /// What decided between units of the same total, in the order of rank.
    pub tie_breaks: Vec<TieBreak>,
    /// Units that share a rank, in the order of rank.
    pub unresolved: Vec<Tie>,
}

/// A unit with its rank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RankedUnit))]
pub struct Ranked {
    /// The rank; units that share one leave out the next: 1, 2, 2, 4.
    pub rank: u32,
    /// The rank without gates that close the first ranks.
    pub before_gates: u32,
    /// Key of the unit.
    pub unit: String,
    /// Its total.
    pub total: Points,
    /// Whether all of its items are claimed and all indexes published: if not, the rank can still change.
    pub complete: bool,
}

/// A unit that is left out of the ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ExcludedUnit))]
pub struct Excluded {
    /// Key of the unit.
    pub unit: String,
    /// Its total.
    pub total: Points,
    /// Codes of the gates that bar it.
    pub gates: Vec<String>,
}

/// A tie-breaker that told units apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TieBreak {
    /// Which.
    pub by: TieBreaker,
    /// The total that the units share.
    pub total: Points,
    /// Between whom, the best first.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub units: Vec<Seen>,
    /// Tie-breakers before it that lacked what they look at, for one of the units at least.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub without: Vec<TieBreaker>,
}

/// What a tie-breaker sees of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TieBreakValue))]
pub struct Seen {
    /// Key of the unit.
    pub unit: String,
    /// Points, votes, or the place that the council gave.
    pub value: Points,
}

/// Units that nothing has told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = UnresolvedTie))]
pub struct Tie {
    /// The rank they share.
    pub rank: u32,
    /// Their keys.
    pub units: Vec<String>,
    /// Tie-breakers that could still tell them apart but lack what they look at, in order.
    pub waits_for: Vec<TieBreaker>,
}

/// Units that nothing tells apart, best first, before gates close any rank.
struct Equals<'a> {
    units: Vec<&'a Contender>,
    waits_for: Vec<TieBreaker>,
    before_gates: u32,
}

/// Ranks units by their totals and, among equals, by the tie-breakers of the set. The order in which they come does not matter.
///
/// # Errors
/// [`Code::RankedTwice`], one for each unit that comes again.
pub fn ranking(set: &Compiled, contenders: &[Contender]) -> Result<Ranking, DomainError> {
    let mut refusals = Refusals::default();
    let mut seen = HashSet::new();
    for contender in contenders.iter().filter(|contender| !seen.insert(contender.unit.as_str())) {
        refusals.push(Refusal::of(Code::RankedTwice).with("unit", &contender.unit));
    }
    refusals.done()?;
    let mut sorted: Vec<&Contender> = contenders.iter().collect();
    sorted.sort_unstable_by(|a, b| b.total.cmp(&a.total).then_with(|| a.unit.cmp(&b.unit)));
    let (barred, ranked): (Vec<_>, Vec<_>) = sorted.into_iter().partition(|contender| !contender.barred_by.is_empty());
    let left_out =
        |contender: &&Contender| Excluded { unit: contender.unit.clone(), total: contender.total, gates: contender.barred_by.clone() };
    let mut apart = Apart { set, equals: Vec::new(), tie_breaks: Vec::new() };
    for same in ranked.chunk_by(|a, b| a.total == b.total) {
        apart.tell(same.to_vec(), 0, Vec::new());
    }
    let mut ranking = Ranking {
        rows: Vec::with_capacity(ranked.len()),
        excluded: barred.iter().map(left_out).collect(),
        tie_breaks: apart.tie_breaks,
        unresolved: Vec::new(),
    };
    give_ranks(apart.equals, &mut ranking);
    Ok(ranking)
}

/// Tells units of the same total apart.
struct Apart<'a> {
    set: &'a Compiled,
    equals: Vec<Equals<'a>>,
    tie_breaks: Vec<TieBreak>,
}

impl<'a> Apart<'a> {
    fn tell(&mut self, mut units: Vec<&'a Contender>, tie: usize, mut waits_for: Vec<TieBreaker>) {
        let Some((by, measure)) = self.set.ties.get(tie).filter(|_| units.len() > 1) else {
            let before = self.equals.iter().map(|equals| equals.units.len()).sum::<usize>();
            self.equals.push(Equals { units, waits_for, before_gates: u32::try_from(before + 1).unwrap_or(u32::MAX) });
            return;
        };
        let value = |unit: &Contender| unit.measures.get(tie).copied().flatten();
        if units.iter().any(|unit| value(unit).is_none()) {
            waits_for.push(by.clone());
            return self.tell(units, tie + 1, waits_for);
        }
        units.sort_by_key(|unit| std::cmp::Reverse(value(unit)));
        let parts: Vec<_> = units.chunk_by(|a, b| value(a) == value(b)).map(<[_]>::to_vec).collect();
        if parts.len() > 1 {
            let shown = |unit: &&Contender| {
                let value = value(unit).unwrap_or_default();
                let value = if *measure == Measure::Council { Points::ZERO.minus(value) } else { value };
                Seen { unit: unit.unit.clone(), value }
            };
            let total = units.first().map(|unit| unit.total).unwrap_or_default();
            self.tie_breaks.push(TieBreak { by: by.clone(), total, units: units.iter().map(shown).collect(), without: waits_for.clone() });
        }
        for part in parts {
            self.tell(part, tie + 1, waits_for.clone());
        }
    }
}

/// Gives out ranks from the first on: each to the best that gates let have it. A rank that nobody may have stays empty.
fn give_ranks(mut waiting: Vec<Equals<'_>>, ranking: &mut Ranking) {
    let open_from = |unit: &Contender| unit.rank_at_best.unwrap_or(1);
    let mut rank = 1;
    while !waiting.is_empty() {
        let Some(next) = waiting.iter().position(|equals| equals.units.iter().any(|unit| open_from(unit) <= rank)) else {
            let opens = waiting.iter().flat_map(|equals| &equals.units).map(|unit| open_from(unit)).min();
            rank = opens.unwrap_or(rank).max(rank);
            continue;
        };
        let Equals { units, waits_for, before_gates } = waiting.remove(next);
        let (now, later): (Vec<_>, Vec<_>) = units.into_iter().partition(|unit| open_from(unit) <= rank);
        if now.len() > 1 {
            let units = now.iter().map(|unit| unit.unit.clone()).collect();
            ranking.unresolved.push(Tie { rank, units, waits_for: waits_for.clone() });
        }
        let count = u32::try_from(now.len()).unwrap_or(u32::MAX);
        ranking.rows.extend(now.into_iter().map(|unit| Ranked {
            rank,
            before_gates,
            unit: unit.unit.clone(),
            total: unit.total,
            complete: unit.complete,
        }));
        if !later.is_empty() {
            waiting.insert(next, Equals { units: later, waits_for, before_gates });
        }
        rank = rank.saturating_add(count);
    }
}
