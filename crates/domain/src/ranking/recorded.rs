//! Ranks known from paper: a bloc year of which nothing else is known is ranked by them; beside scores they are compared.

use std::collections::BTreeMap;

use super::{Contender, Excluded, Ranked, Ranking, ranking};
use crate::criteria_set::Compiled;
use crate::points::Points;
use crate::refusal::DomainError;
use crate::words;

words! {
    /// What ranks are worked out from.
    pub enum RankingBasis in "ranking-bases" {
        Scores = "scores", "Theo điểm", "By scores";
        RecordedRanks = "recorded_ranks", "Theo thứ hạng ghi trên giấy", "By ranks written on paper";
    }
}

/// Ranks, and what they are worked out from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranks {
    /// The ranking.
    pub ranking: Ranking,
    /// By what.
    pub basis: RankingBasis,
    /// Units of which only a rank is known, where others have scores: the two cannot be put in one order.
    pub unranked: Vec<String>,
}

impl Ranks {
    /// Ranks a bloc: by scores, or by what paper says where that is all there is. `on_paper` is what paper says of units, and
    /// whether nothing else is known of them.
    ///
    /// # Errors
    /// [`crate::refusal::Code::RankedTwice`], as [`ranking`].
    pub fn of(set: &Compiled, contenders: Vec<Contender>, on_paper: &[(String, u32, bool)]) -> Result<Self, DomainError> {
        let by_rank: BTreeMap<&str, u32> =
            on_paper.iter().filter(|(_, _, alone)| *alone).map(|(unit, rank, _)| (unit.as_str(), *rank)).collect();
        let (known, scored): (Vec<_>, Vec<_>) = contenders.into_iter().partition(|contender| by_rank.contains_key(contender.unit.as_str()));
        if scored.is_empty() && !known.is_empty() {
            let with_rank = |contender: Contender| by_rank.get(contender.unit.as_str()).map(|rank| (contender.clone(), *rank));
            let known: Vec<(Contender, u32)> = known.into_iter().filter_map(with_rank).collect();
            return Ok(Self { ranking: by_recorded_ranks(&known), basis: RankingBasis::RecordedRanks, unranked: Vec::new() });
        }
        let unranked = known.into_iter().map(|contender| contender.unit).collect();
        Ok(Self { ranking: ranking(set, &scored)?, basis: RankingBasis::Scores, unranked })
    }
}

/// A rank on paper that is not the one worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankDiffers {
    /// Key of the unit.
    pub unit: String,
    /// The rank on paper.
    pub recorded: u32,
    /// The rank worked out.
    pub rank: u32,
}

/// Ranks as paper has them, where it has nothing else: units that gates bar are left out, those that share a rank stay so.
#[must_use]
fn by_recorded_ranks(contenders: &[(Contender, u32)]) -> Ranking {
    let (barred, mut ranked): (Vec<_>, Vec<_>) = contenders.iter().partition(|(contender, _)| !contender.barred_by.is_empty());
    ranked.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.unit.cmp(&b.0.unit)));
    let row = |(contender, rank): &(Contender, u32)| Ranked {
        rank: *rank,
        before_gates: *rank,
        unit: contender.unit.clone(),
        total: Points::ZERO,
        complete: true,
    };
    let left_out = |(contender, _): &(Contender, u32)| Excluded {
        unit: contender.unit.clone(),
        total: Points::ZERO,
        gates: contender.barred_by.clone(),
    };
    Ranking {
        rows: ranked.into_iter().map(row).collect(),
        excluded: barred.into_iter().map(left_out).collect(),
        tie_breaks: Vec::new(),
        unresolved: Vec::new(),
    }
}

/// Ranks on paper that are not those worked out. Where paper is all there is, a rank is held against how many stand
/// before it: 1, 2, 2, 4.
#[must_use]
pub fn ranks_that_differ(ranking: &Ranking, basis: RankingBasis, recorded: &BTreeMap<String, u32>) -> Vec<RankDiffers> {
    let before = |row: &Ranked| ranking.rows.iter().filter(|other| other.rank < row.rank).count();
    let worked_out = |row: &Ranked| match basis {
        RankingBasis::Scores => row.rank,
        RankingBasis::RecordedRanks => u32::try_from(before(row) + 1).unwrap_or(u32::MAX),
    };
    let differs = |row: &Ranked| {
        let (recorded, rank) = (*recorded.get(&row.unit)?, worked_out(row));
        (recorded != rank).then(|| RankDiffers { unit: row.unit.clone(), recorded, rank })
    };
    ranking.rows.iter().filter_map(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contender(unit: &str, barred: bool) -> Contender {
        let barred_by = if barred { vec!["KL".to_owned()] } else { Vec::new() };
        Contender { unit: unit.to_owned(), total: Points::ZERO, barred_by, rank_at_best: None, complete: true, measures: Vec::new() }
    }

    #[test]
    fn ranks_stay_as_written_and_what_makes_no_sense_is_told() {
        let written = |ranks: &[(&str, u32)]| {
            let of = |(unit, rank): &(&str, u32)| (contender(unit, *unit == "X"), *rank);
            let ranking = by_recorded_ranks(&ranks.iter().map(of).collect::<Vec<_>>());
            let recorded = ranks.iter().map(|(unit, rank)| ((*unit).to_owned(), *rank)).collect();
            let told = ranks_that_differ(&ranking, RankingBasis::RecordedRanks, &recorded);
            let rows = ranking.rows.iter().map(|row| (row.unit.clone(), row.rank)).collect::<Vec<_>>();
            (rows, told.into_iter().map(|told| (told.unit, told.rank)).collect::<Vec<_>>(), ranking.excluded.len())
        };
        let named = |rows: &[(&str, u32)]| rows.iter().map(|(unit, rank)| ((*unit).to_owned(), *rank)).collect::<Vec<_>>();
        assert_eq!(
            written(&[("C", 2), ("A", 1), ("B", 2), ("D", 4), ("X", 5)]),
            (named(&[("A", 1), ("B", 2), ("C", 2), ("D", 4)]), vec![], 1)
        );
        assert_eq!(written(&[("A", 1), ("B", 3), ("C", 3)]).1, named(&[("B", 2), ("C", 2)]));
    }

    #[test]
    fn a_rank_on_paper_is_held_against_the_scores() {
        let row = |unit: &str, rank| Ranked { rank, before_gates: rank, unit: unit.to_owned(), total: Points::ZERO, complete: true };
        let ranking = Ranking { rows: vec![row("A", 1), row("B", 2)], excluded: vec![], tie_breaks: vec![], unresolved: vec![] };
        let recorded = [("A".to_owned(), 1), ("B".to_owned(), 1)].into_iter().collect();
        let told = ranks_that_differ(&ranking, RankingBasis::Scores, &recorded);
        assert_eq!(told, [RankDiffers { unit: "B".to_owned(), recorded: 1, rank: 2 }]);
    }
}
