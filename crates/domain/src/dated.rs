//! Civil dates as people know them: to the day, or only to the month or the year; and spans in
//! which something is in force.

use serde::{Deserialize, Serialize};

use crate::refusal::{Code, Refusal};
use crate::time::Date;
use crate::words;

words! {
    /// How exactly a date is known. A date known to the year stands on its first of January.
    pub enum Precision in "precisions" {
        Day = "day", "Đúng ngày", "To the day";
        Month = "month", "Trong tháng", "Within the month";
        Year = "year", "Trong năm", "Within the year";
    }
}

/// A span in which something is in force: both ends included, an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First day; `None` when it has always been so, as far as anyone knows.
    pub from_on: Option<Date>,
    /// Last day; `None` while it goes on.
    pub to_on: Option<Date>,
}

impl Span {
    /// Always.
    pub const ALWAYS: Self = Self { from_on: None, to_on: None };

    /// Whether `day` lies inside.
    #[must_use]
    pub fn holds(self, day: Date) -> bool {
        self.from_on.is_none_or(|from| from <= day) && self.to_on.is_none_or(|to| day <= to)
    }

    /// Whether the two spans share a day.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let starts_before_end = |a: Option<Date>, b: Option<Date>| match (a, b) {
            (Some(start), Some(end)) => start <= end,
            _ => true,
        };
        starts_before_end(self.from_on, other.to_on) && starts_before_end(other.from_on, self.to_on)
    }

    /// Checks that the span does not end before it begins.
    ///
    /// # Errors
    /// [`Code::EndsBeforeStart`] at `to_on`.
    pub fn check(self) -> Result<Self, Refusal> {
        match (self.from_on, self.to_on) {
            (Some(from), Some(to)) if to < from => Err(Refusal::at("/to_on", Code::EndsBeforeStart).with("from", from).with("to", to)),
            _ => Ok(self),
        }
    }

    /// The span with its last day. A last day that is known already is not overwritten. What had none
    /// only becomes shorter, so it overlaps nothing that it did not overlap before.
    ///
    /// # Errors
    /// [`Code::AlreadyEnded`]; [`Code::EndsBeforeStart`] at `to_on`.
    pub fn ended(self, to_on: Date) -> Result<Self, Refusal> {
        match self.to_on {
            Some(end) => Err(Refusal::of(Code::AlreadyEnded).with("end", end)),
            None => Self { to_on: Some(to_on), ..self }.check(),
        }
    }
}

/// A business date may lie in the past, never after today.
///
/// # Errors
/// [`Code::DateInFuture`] at `pointer`.
pub fn not_after_today(pointer: &'static str, on: Date, today: Date) -> Result<Date, Refusal> {
    if on > today { Err(Refusal::at(pointer, Code::DateInFuture).with("date", on).with("today", today)) } else { Ok(on) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Span {
        Span { from_on: from.parse().ok(), to_on: to.parse().ok() }
    }

    #[test]
    fn both_ends_belong_to_a_span() {
        let year = span("2021-01-01", "2021-12-31");
        assert!(year.holds("2021-12-31".parse().unwrap()));
        assert!(!year.holds("2022-01-01".parse().unwrap()));
        assert!(year.overlaps(span("2021-12-31", "")));
        assert!(!year.overlaps(span("2022-01-01", "")));
        assert!(span("2021-01-02", "2021-01-01").check().is_err());
    }

    #[test]
    fn a_span_is_ended_once() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let code = |span: Span, on: &str| span.ended(day(on)).err().map(|no| no.code);
        assert_eq!(span("2021-01-01", "").ended(day("2021-01-01")), Ok(span("2021-01-01", "2021-01-01")));
        assert_eq!(Span::ALWAYS.ended(day("2021-01-01")), Ok(span("", "2021-01-01")));
        assert_eq!(code(span("2021-01-01", ""), "2020-12-31"), Some(Code::EndsBeforeStart));
        assert_eq!(code(span("2021-01-01", "2021-12-31"), "2021-06-30"), Some(Code::AlreadyEnded));
        assert_eq!(code(span("2021-01-01", "2021-12-31"), "2021-12-31"), Some(Code::AlreadyEnded));
    }
}
