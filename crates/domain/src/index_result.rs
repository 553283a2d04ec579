//! What one edition of an index says about a unit: its value, its rank, or both, with where it was published.

use chrono::Datelike;

use crate::criteria_set::IndexReading;
use crate::dated::happened;
use crate::index::Measure;
use crate::points::Quantity;
use crate::refusal::{Code, DomainError, Refusal, Refusals};
use crate::time::Date;

/// A result as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Value.
    pub value: Option<Quantity>,
    /// Rank; 1 is the best.
    pub rank: Option<i32>,
    /// Among how many.
    pub ranked: Option<i32>,
    /// Year of the edition.
    pub edition: i32,
    /// Day of publication.
    pub published_on: Date,
}

impl Reading {
    /// The value or the rank, where the edition says it.
    #[must_use]
    pub fn read(self, wanted: IndexReading) -> Option<Quantity> {
        match wanted {
            IndexReading::Value => self.value,
            IndexReading::Rank => self.rank.map(|rank| Quantity::of_units(i64::from(rank) * Quantity::ONE)),
        }
    }

    /// That it says something, and nothing that cannot be.
    ///
    /// # Errors
    /// [`Code::IndexResultEmpty`], [`Code::IndexValueOutside`], [`Code::IndexRankBeyond`],
    /// [`Code::IndexPublishedEarly`], [`Code::DateInFuture`], [`Code::DateTooEarly`]: all that are broken.
    pub fn check(self, measure: Measure, today: Date) -> Result<(), DomainError> {
        let mut wrong = Refusals::default();
        if self.value.is_none() && self.rank.is_none() {
            wrong.push(Refusal::at("/value", Code::IndexResultEmpty));
        }
        if let Some(value) = self.value.filter(|value| !measure.holds(*value)) {
            wrong.push(Refusal::at("/value", Code::IndexValueOutside).with("value", value.figure()).with("range", measure.range()));
        }
        if let (Some(rank), Some(ranked)) = (self.rank, self.ranked)
            && rank > ranked
        {
            wrong.push(Refusal::at("/rank", Code::IndexRankBeyond).with("rank", rank).with("ranked", ranked));
        }
        if let Some(on) = wrong.take(happened("/published_on", self.published_on, today))
            && on.year() < self.edition
        {
            wrong.push(Refusal::at("/published_on", Code::IndexPublishedEarly).with("date", on).with("edition", self.edition));
        }
        wrong.done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria_set::Better;

    #[test]
    fn a_result_says_something_that_can_be() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let hundred = Measure { better: Better::Higher, least: Some(Quantity::ZERO), most: Some("100".parse().unwrap()) };
        let good = Reading {
            value: Some("87.5".parse().unwrap()),
            rank: Some(3),
            ranked: Some(63),
            edition: 2024,
            published_on: day("2025-04-06"),
        };
        let codes = |reading: Reading| match reading.check(hundred, day("2026-01-01")) {
            Ok(()) => Vec::new(),
            Err(DomainError(all)) => all.into_iter().map(|refusal| refusal.code).collect(),
        };
        assert_eq!(codes(good), []);
        assert_eq!(codes(Reading { value: None, ranked: None, ..good }), []);
        assert_eq!(codes(Reading { value: None, rank: None, ..good }), [Code::IndexResultEmpty]);
        let wrong = Reading { value: Some("100.01".parse().unwrap()), rank: Some(64), published_on: day("2023-12-31"), ..good };
        assert_eq!(codes(wrong), [Code::IndexValueOutside, Code::IndexRankBeyond, Code::IndexPublishedEarly]);
        assert_eq!(codes(Reading { published_on: day("2026-01-02"), ..good }), [Code::DateInFuture]);
    }
}
