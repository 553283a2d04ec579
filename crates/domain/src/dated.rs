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

    /// Whether the other span lies inside, first and last day included.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        let begins = self.from_on.is_none_or(|from| other.from_on.is_some_and(|other| from <= other));
        let ends = self.to_on.is_none_or(|to| other.to_on.is_some_and(|other| other <= to));
        begins && ends
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

/// The earliest day that anything recorded here can have happened on: the year in which the Party was
/// founded, whose organisations are among the units.
const EARLIEST: (i32, u32, u32) = (1930, 1, 1);

/// A day on which something happened lies in the past, and not in a past that cannot be meant.
///
/// # Errors
/// [`Code::DateInFuture`] or [`Code::DateTooEarly`] at `pointer`.
pub fn happened(pointer: &'static str, on: Date, today: Date) -> Result<Date, Refusal> {
    let earliest = Date::from_ymd_opt(EARLIEST.0, EARLIEST.1, EARLIEST.2).unwrap_or(on);
    if on < earliest {
        return Err(Refusal::at(pointer, Code::DateTooEarly).with("date", on).with("earliest", earliest));
    }
    not_after_today(pointer, on, today)
}

/// What belongs to a bloc year happens in that year, the one before (it is prepared) or the one after (it
/// is summed up).
///
/// # Errors
/// [`Code::DateOutsideYear`] at `pointer`.
pub fn around_year(pointer: &'static str, on: Date, year: i32) -> Result<Date, Refusal> {
    use chrono::Datelike;
    if (on.year() - year).abs() > 1 { Err(Refusal::at(pointer, Code::DateOutsideYear).with("date", on).with("year", year)) } else { Ok(on) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Span {
        Span { from_on: from.parse().ok(), to_on: to.parse().ok() }
    }

    #[test]
    fn what_happened_lies_in_a_past_that_can_be_meant() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let code = |on: &str| happened("/x", day(on), day("2026-11-21")).err().map(|refusal| refusal.code);
        assert_eq!(code("2026-11-21"), None);
        assert_eq!(code("1930-02-03"), None);
        assert_eq!(code("1929-12-31"), Some(Code::DateTooEarly));
        assert_eq!(code("2026-11-22"), Some(Code::DateInFuture));
        let around = |on: &str| around_year("/x", day(on), 2021).is_ok();
        assert!(around("2020-01-01") && around("2022-12-31") && !around("2019-12-31") && !around("2023-01-01"));
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
    fn a_span_covers_what_lies_inside() {
        let year = span("2021-01-01", "2021-12-31");
        assert!(year.covers(year) && year.covers(span("2021-02-01", "2021-02-01")) && Span::ALWAYS.covers(year));
        assert!(!year.covers(span("2021-02-01", "")) && !year.covers(span("", "2021-02-01")) && !year.covers(Span::ALWAYS));
        assert!(!year.covers(span("2020-12-31", "2021-02-01")) && span("2020-12-31", "").covers(span("2021-01-01", "")));
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
