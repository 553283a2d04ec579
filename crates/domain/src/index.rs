//! Indices that others publish and bloc scores build on: PAR Index, PCI, PAPI, SIPAS, ICT Index, and what
//! a province adds. What an edition of one says about a unit lives in `index_result`.

use crate::criteria_set::Better;
use crate::points::Quantity;
use crate::refusal::{Code, Refusal, both};

/// What is known of an index when its results are entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Which way its value is good; a rank is always better the lower it is.
    pub better: Better,
    /// Least value there can be.
    pub least: Option<Quantity>,
    /// Greatest value there can be.
    pub most: Option<Quantity>,
}

impl Measure {
    /// That the least value lies below the greatest.
    ///
    /// # Errors
    /// [`Code::IndexRangeReversed`].
    pub fn check(self) -> Result<(), Refusal> {
        match (self.least, self.most) {
            (Some(least), Some(most)) if least >= most => {
                Err(Refusal::at("/most", Code::IndexRangeReversed).with("least", least.figure()).with("most", most.figure()))
            }
            _ => Ok(()),
        }
    }

    /// Whether a value can be one of this index.
    #[must_use]
    pub fn holds(self, value: Quantity) -> bool {
        self.least.is_none_or(|least| least <= value) && self.most.is_none_or(|most| value <= most)
    }

    /// That a range which is to be kept leaves no result outside that was entered before.
    ///
    /// # Errors
    /// [`Code::IndexResultsOutside`], with how many there are.
    pub fn keeps(self, outside: usize) -> Result<(), Refusal> {
        if outside == 0 {
            return Ok(());
        }
        let end = if self.least.is_some() { "/least" } else { "/most" };
        Err(Refusal::at(end, Code::IndexResultsOutside).with("count", outside).with("range", self.range()))
    }

    /// The range in words, for refusals.
    #[must_use]
    pub fn range(self) -> String {
        let open = || "…".to_owned();
        let vi = |end: Option<Quantity>| end.map_or_else(open, Quantity::vi);
        let en = |end: Option<Quantity>| end.map_or_else(open, |end| end.to_string());
        both(format!("{} – {}", vi(self.least), vi(self.most)), format!("{} – {}", en(self.least), en(self.most)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_its_ends_in_order_and_may_be_open() {
        let of = |least: Option<i64>, most: Option<i64>| Measure {
            better: Better::Higher,
            least: least.map(Quantity::of_units),
            most: most.map(Quantity::of_units),
        };
        assert!(of(Some(0), Some(1)).check().is_ok() && of(None, Some(0)).check().is_ok() && of(None, None).check().is_ok());
        assert_eq!(of(Some(1), Some(1)).check().unwrap_err().code, Code::IndexRangeReversed);
        assert!(of(Some(0), Some(5)).holds(Quantity::of_units(0)) && of(Some(0), Some(5)).holds(Quantity::of_units(5)));
        assert!(!of(Some(0), Some(5)).holds(Quantity::of_units(6)) && !of(Some(0), None).holds(Quantity::of_units(-1)));
        assert!(of(None, None).holds(Quantity::of_units(-9)));
        assert!(of(Some(0), None).keeps(0).is_ok());
        assert_eq!(of(Some(0), None).keeps(2).unwrap_err().code, Code::IndexResultsOutside);
    }
}
