//! What was decided between units of the same total beside their scores: votes in a ballot of the bloc, places given by the council.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::Decided;
use crate::access::Verb;
use crate::refusal::{Code, DomainError, Refusal, Refusals};
use crate::words;

words! {
    /// Who decided between equals.
    pub enum TieDecider in "tie-deciders" {
        Ballot = "ballot", "Bỏ phiếu của khối", "Ballot of the bloc";
        Council = "council", "Hội đồng", "Council";
    }
}

impl TieDecider {
    /// The act that enters what it decided.
    #[must_use]
    pub const fn entering(self) -> Verb {
        match self {
            Self::Ballot => Verb::EnterBallot,
            Self::Council => Verb::EnterCouncil,
        }
    }
}

/// What is said of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieLine<U> {
    /// The unit.
    pub unit: U,
    /// As it was typed.
    pub typed: String,
    /// Votes for it, in a ballot.
    pub votes: Option<i32>,
    /// Its place, by the council; 1 is the best.
    pub place: Option<i32>,
}

/// Checks lines and gives the number that each unit has: votes of a ballot, the place given by a council. Bounds of the numbers
/// are checked where they are read.
///
/// # Errors
/// [`Code::TieValueUnfit`] and [`Code::TieUnitTwice`] at `/units/{n}`, [`Code::TiePlaceTwice`] at `/units/{n}/place`; all of them at
/// once.
pub fn check_ties<U: Copy + Eq + Hash>(by: TieDecider, lines: &[TieLine<U>]) -> Result<Vec<(U, i32)>, DomainError> {
    let mut refusals = Refusals::default();
    let (mut units, mut places) = (HashSet::new(), HashSet::new());
    let mut values = Vec::with_capacity(lines.len());
    for (n, line) in lines.iter().enumerate() {
        let at = |rest: &str, code| Refusal::at(format!("/units/{n}{rest}"), code).with("unit", &line.typed);
        if !units.insert(line.unit) {
            refusals.push(at("", Code::TieUnitTwice));
        }
        let value = match (by, line.votes, line.place) {
            (TieDecider::Ballot, Some(votes), None) => votes,
            (TieDecider::Council, None, Some(place)) => {
                if !places.insert(place) {
                    refusals.push(at("/place", Code::TiePlaceTwice).with("place", place));
                }
                place
            }
            _ => {
                refusals.push(at("", Code::TieValueUnfit));
                continue;
            }
        };
        values.push((line.unit, value));
    }
    refusals.done()?;
    Ok(values)
}

/// What was decided about each unit.
#[must_use]
pub fn decided<U: Eq + Hash>(values: impl IntoIterator<Item = (TieDecider, U, i32)>) -> HashMap<U, Decided> {
    let mut all: HashMap<U, Decided> = HashMap::new();
    for (by, unit, value) in values {
        let of = all.entry(unit).or_default();
        let value = u32::try_from(value).ok();
        match by {
            TieDecider::Ballot => of.votes = value,
            TieDecider::Council => of.council = value,
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(unit: u8, votes: Option<i32>, place: Option<i32>) -> TieLine<u8> {
        TieLine { unit, typed: unit.to_string(), votes, place }
    }

    #[test]
    fn a_ballot_counts_votes_and_a_council_gives_places() {
        let codes = |by, lines: &[TieLine<u8>]| {
            check_ties(by, lines).err().map(|error| error.0.into_iter().map(|refusal| refusal.code).collect::<Vec<_>>()).unwrap_or_default()
        };
        let votes = [line(1, Some(4), None), line(2, Some(4), None)];
        assert_eq!(check_ties(TieDecider::Ballot, &votes).unwrap(), [(1, 4), (2, 4)]);
        assert_eq!(codes(TieDecider::Council, &votes), [Code::TieValueUnfit; 2]);
        let places = [line(1, None, Some(2)), line(1, None, Some(1)), line(2, None, Some(2))];
        assert_eq!(codes(TieDecider::Council, &places), [Code::TieUnitTwice, Code::TiePlaceTwice]);
        assert_eq!(codes(TieDecider::Ballot, &[line(1, Some(1), Some(1)), line(2, None, None)]), [Code::TieValueUnfit; 2]);
        let all = decided([(TieDecider::Ballot, 1, 4), (TieDecider::Council, 1, 2), (TieDecider::Council, 2, 1)]);
        assert_eq!((all[&1].votes, all[&1].council, all[&2].votes), (Some(4), Some(2), None));
    }
}
