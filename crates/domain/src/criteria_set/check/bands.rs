//! Bands of values: they cover all values there can be, each once.

use super::{Findings, LEAST};
use crate::criteria_set::Band;
use crate::points::{Points, Quantity};
use crate::refusal::{Code, Refusal, both};

use super::rules::About;

/// A cut through the line of all values: at its beginning or end, or beside a value, before or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    Start,
    Beside(Quantity, bool),
    End,
}

impl Cut {
    /// Only whole values are there: after a value is before the next.
    fn whole(self) -> Self {
        let Self::Beside(value, after) = self else { return self };
        let one = Quantity::ONE;
        let floor = value.units().div_euclid(one);
        let next = i64::from(after || value.units().rem_euclid(one) != 0);
        Self::Beside(Quantity::of_units((floor + next).saturating_mul(one)), false)
    }

    fn figure(self) -> String {
        match self {
            Self::Start => both("đầu khoảng", "the lower end"),
            Self::Beside(value, _) => value.figure(),
            Self::End => both("cuối khoảng", "the upper end"),
        }
    }
}

/// The values there can be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) least: Option<Quantity>,
    pub(super) most: Option<Quantity>,
    /// Whether only whole values can be there.
    pub(super) whole: bool,
}

impl Range {
    fn cut(self, cut: Cut) -> Cut {
        if self.whole { cut.whole() } else { cut }
    }

    fn start(self) -> Cut {
        self.cut(self.least.map_or(Cut::Start, |least| Cut::Beside(least, false)))
    }

    fn end(self) -> Cut {
        self.cut(self.most.map_or(Cut::End, |most| Cut::Beside(most, true)))
    }

    /// Where a band begins and ends; an open end is the end of all values.
    fn ends(self, band: &Band) -> (Cut, Cut) {
        let from = band.from.map_or(self.start(), |from| Cut::Beside(from, !band.from_inclusive));
        let to = band.to.map_or(self.end(), |to| Cut::Beside(to, band.to_inclusive));
        (self.cut(from), self.cut(to))
    }
}

pub(super) fn check(findings: &mut Findings<'_>, about: &About<'_>, range: Range, bands: &[Band]) {
    let here = format!("{}/bands", about.pointer);
    let at = |place: usize, code, cut: Cut| Refusal::at(format!("{here}/{place}"), code).with("item", about.item).with("at", cut.figure());
    let mut ends: Vec<(Cut, Cut, usize)> = Vec::with_capacity(bands.len());
    for (place, band) in bands.iter().enumerate() {
        findings.within(&format!("{here}/{place}/points"), about.item, band.points, Points::ZERO, about.max);
        let (from, to) = range.ends(band);
        if from < to {
            ends.push((from, to, place));
        } else {
            findings.note(at(place, Code::CriteriaBandReversed, from));
        }
    }
    ends.sort_unstable();
    let mut reached = range.start();
    for (from, to, place) in ends {
        if from > reached {
            findings.note(at(place, Code::CriteriaBandGap, reached));
        } else if from < reached {
            findings.note(at(place, Code::CriteriaBandOverlap, from));
        }
        reached = reached.max(to);
    }
    let last = bands.len().saturating_sub(1);
    if reached < range.end() {
        findings.note(at(last, Code::CriteriaBandGap, reached));
    } else if reached > range.end() {
        findings.note(at(last, Code::CriteriaBandOverlap, range.end()));
    }
    best(findings, &here, about, bands.iter().map(|band| band.points));
}

/// The best band gives the most of the item.
pub(super) fn best(findings: &mut Findings<'_>, pointer: &str, about: &About<'_>, points: impl Iterator<Item = Points>) {
    let best = points.max().unwrap_or_default();
    if best < LEAST {
        findings.dead(pointer, about.item);
    } else if best < about.max {
        let refusal = Refusal::at(pointer, Code::CriteriaMostOutOfReach).with("item", about.item);
        findings.note(refusal.with("best", best.figure()).with("max", about.max.figure()));
    }
}
