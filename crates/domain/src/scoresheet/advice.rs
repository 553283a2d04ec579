//! Advice for those who check scores: marks that stand apart from the others, how far layers agree, where an index says something
//! else than a sheet. It changes nothing.
//! How close ranks are lives with the ranking.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::layers::{read, sort};
use super::{Claim, Entry, Facts, Layer};
use crate::criteria_set::{Compiled, IndexReading, Rule, SlotKind};
use crate::index_result;
use crate::points::{Fraction, Points, Quantity};
use crate::refusal::{DomainError, Refusals};

/// Points that one of several cross-checkers gave an item of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CheckerMark))]
pub struct Mark {
    /// Code of the item.
    pub item: String,
    /// Who gave them.
    pub checker: String,
    /// The points.
    pub points: Points,
}

/// A mark that stands far from the others on the same item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OutlyingMark))]
pub struct Outlier {
    /// Code of the item.
    pub item: String,
    /// Who gave the mark.
    pub checker: String,
    /// The mark.
    pub points: Points,
    /// The middle of all marks on the item.
    pub median: Quantity,
    /// The middle of all distances from that; zero where most marks are the same.
    pub spread: Quantity,
    /// How many marks there are.
    pub marks: usize,
}

/// Fewest marks from which one can stand apart.
const MARKS_MIN: usize = 3;
/// A mark stands apart where 0.6745 of its distance exceeds 3.5 spreads: the usual modified z-score.
const NORMAL: i64 = 6745;
const APART: i64 = 35_000;

/// Twice the middle of sorted figures, which is whole for an even number of them too.
fn twice_median(sorted: &[i64]) -> i64 {
    let middle = sorted.len() / 2;
    let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
    if sorted.len() % 2 == 1 { at(middle).saturating_mul(2) } else { at(middle.saturating_sub(1)).saturating_add(at(middle)) }
}

/// Marks that stand apart, by item and checker. Median and middle distance are used, so that one wild mark does not hide another.
#[must_use]
pub fn outliers(marks: &[Mark]) -> Vec<Outlier> {
    let mut by_item: BTreeMap<&str, Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        by_item.entry(&mark.item).or_default().push(mark);
    }
    by_item.values().filter(|marks| marks.len() >= MARKS_MIN).flat_map(|marks| apart(marks)).collect()
}

fn apart(marks: &[&Mark]) -> Vec<Outlier> {
    let mut points: Vec<i64> = marks.iter().map(|mark| mark.points.units()).collect();
    points.sort_unstable();
    // In half hundredths, then distances' middle in quarters: all whole.
    let median = twice_median(&points);
    let distance = |mark: &Mark| mark.points.units().saturating_mul(2).saturating_sub(median).saturating_abs();
    let mut distances: Vec<i64> = marks.iter().map(|mark| distance(mark)).collect();
    distances.sort_unstable();
    let spread = twice_median(&distances);
    let far = |mark: &&&Mark| i128::from(distance(mark)) * 2 * i128::from(NORMAL) > i128::from(spread) * i128::from(APART);
    let ten_thousandths = |whole: i64, per: i64| Quantity::of_units(whole.saturating_mul(Quantity::ONE / Points::ONE / per));
    let mut found: Vec<Outlier> = marks
        .iter()
        .filter(far)
        .map(|mark| Outlier {
            item: mark.item.clone(),
            checker: mark.checker.clone(),
            points: mark.points,
            median: ten_thousandths(median, 2),
            spread: ten_thousandths(spread, 4),
            marks: marks.len(),
        })
        .collect();
    found.sort_by(|a, b| a.checker.cmp(&b.checker));
    found
}

/// How far two layers agree that follow each other on the items of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = LayerAgreement))]
pub struct Agreement {
    /// The layer below.
    pub from_layer: Layer,
    /// The layer above.
    pub to_layer: Layer,
    /// Items on which both have spoken.
    pub items: u32,
    /// Items on which they say the same.
    pub same: u32,
    /// Items to which the layer above gives more.
    pub raised: u32,
    /// Items to which it gives less.
    pub lowered: u32,
    /// What it gives more in all; below zero where less.
    pub change: Points,
    /// How far apart they are on an item, on average, rounded to the hundredth.
    pub mean_distance: Points,
}

/// Walks over every item on which two layers have spoken that follow each other, from the lower layers up.
fn pairs(set: &Compiled, entries: &[Entry], facts: &Facts, mut seen: impl FnMut(&str, (Layer, Layer), Points)) -> Result<(), DomainError> {
    let mut refusals = Refusals::default();
    let rows = sort(set, entries, &mut refusals);
    for (slot, rows) in set.slots().iter().zip(&rows) {
        let mut before: Option<(Layer, Points)> = None;
        read(slot, entries, rows, facts, Layer::Final, &mut refusals, |reading| {
            if let Some((from_layer, from)) = before {
                seen(&slot.code, (from_layer, reading.layer), reading.points.minus(from));
            }
            before = Some((reading.layer, reading.points));
        });
    }
    refusals.done()
}

/// What a cross-checker changed on each item, also where that is nothing: so that those who check different units can be held
/// beside each other. Above zero where it gives more than the unit itself.
///
/// # Errors
/// What is wrong with single entries, all of it, at their pointers below `/entries`.
pub fn cross_checks(set: &Compiled, entries: &[Entry], facts: &Facts, checker: &str) -> Result<Vec<Mark>, DomainError> {
    let mut marks = Vec::new();
    pairs(set, entries, facts, |item, (from, to), points| {
        if (from, to) == (Layer::Own, Layer::CrossChecked) {
            marks.push(Mark { item: item.to_owned(), checker: checker.to_owned(), points });
        }
    })?;
    Ok(marks)
}

/// How far layers agree over all sheets, from the lower layers up.
///
/// # Errors
/// What is wrong with single entries of the first sheet that has any, at their pointers below `/entries`.
pub fn agreement<'a>(set: &Compiled, sheets: impl IntoIterator<Item = (&'a [Entry], &'a Facts)>) -> Result<Vec<Agreement>, DomainError> {
    let mut found: BTreeMap<(Layer, Layer), Agreement> = BTreeMap::new();
    let mut distance: BTreeMap<(Layer, Layer), Points> = BTreeMap::new();
    for (entries, facts) in sheets {
        pairs(set, entries, facts, |_, pair, change| {
            found.entry(pair).or_insert_with(|| nothing_yet(pair)).take(change);
            let so_far = distance.entry(pair).or_default();
            *so_far = so_far.plus(change.max(Points::ZERO.minus(change)));
        })?;
    }
    for (pair, agreement) in &mut found {
        let all = distance.get(pair).copied().unwrap_or_default();
        agreement.mean_distance = Fraction::of(all, 1, i128::from(agreement.items)).and_then(Fraction::half_up).unwrap_or_default();
    }
    Ok(found.into_values().collect())
}

fn nothing_yet((from_layer, to_layer): (Layer, Layer)) -> Agreement {
    let none = Points::ZERO;
    Agreement { from_layer, to_layer, items: 0, same: 0, raised: 0, lowered: 0, change: none, mean_distance: none }
}

impl Agreement {
    fn take(&mut self, change: Points) {
        self.items += 1;
        self.same += u32::from(change == Points::ZERO);
        self.raised += u32::from(change > Points::ZERO);
        self.lowered += u32::from(change < Points::ZERO);
        self.change = self.change.plus(change);
    }
}

/// Where an index as published says something else than what an item was scored on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexDifference {
    /// Code of the item.
    pub item: String,
    /// Code of the index.
    pub index: String,
    /// What is read off it.
    pub reading: IndexReading,
    /// What the sheet says; none where nothing was claimed.
    pub claimed: Option<Quantity>,
    /// What was published.
    pub published: Quantity,
    /// Whether the sheet only expects what it says.
    pub provisional: bool,
}

/// Compares what a sheet was scored on with what indices say about its unit; `result` finds that by the code of the index.
///
/// # Errors
/// What is wrong with single entries, all of it, at their pointers below `/entries`.
pub fn index_differences(
    set: &Compiled,
    entries: &[Entry],
    facts: &Facts,
    result: impl Fn(&str) -> Option<index_result::Reading>,
) -> Result<Vec<IndexDifference>, DomainError> {
    let mut refusals = Refusals::default();
    let rows = sort(set, entries, &mut refusals);
    let mut found = Vec::new();
    for (slot, rows) in set.slots().iter().zip(&rows) {
        let SlotKind::Item { rule: Rule::ExternalIndex { index, reading: wanted, .. }, .. } = &slot.kind else { continue };
        let Some(published) = result(index).and_then(|result| result.read(*wanted)) else { continue };
        let last = read(slot, entries, rows, facts, Layer::Final, &mut refusals, |_| {});
        if last.is_some_and(|last| last.left_out.is_some()) {
            continue;
        }
        let (claimed, provisional) = match last.and_then(|last| last.claim) {
            Some(Claim::Index { value, provisional, .. }) => (*value, *provisional),
            _ => (None, false),
        };
        if claimed != Some(published) || provisional {
            found.push(IndexDifference {
                item: slot.code.clone(),
                index: index.clone(),
                reading: *wanted,
                claimed,
                published,
                provisional,
            });
        }
    }
    refusals.done().map(|()| found)
}
