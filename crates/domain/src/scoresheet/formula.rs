//! The arithmetic of single items: exact points out of a claim, then rounded, then held at the caps. Words for it
//! live with the explanation, sums with the score.

use std::cmp::Ordering;

use super::Claim;
use super::entry::Counted;
use crate::criteria_set::{Band, Better, DAYS_LATE, DayBand, Extra, IndexReading, IndexScale, NotApplicable, Rule, Slot, SlotKind, Step};
use crate::points::{Fraction, Points, Quantity};
use crate::refusal::{Code, Refusal, both};

/// What a claim comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worked {
    /// Exact points before rounding and caps.
    pub(super) exact: Fraction,
    /// Points after both.
    pub(super) points: Points,
    /// Whether it rests on an index that is not published.
    pub(super) provisional: bool,
}

impl Worked {
    fn whole(points: Points) -> Self {
        Self { exact: Fraction::whole(points), points, provisional: false }
    }

    /// Rounded, and held between nothing and a cap.
    fn held(slot: &Slot, exact: Option<Fraction>, cap: Points) -> Result<Self, Refusal> {
        let worked = exact.and_then(|exact| Some((exact, exact.half_up()?)));
        let (exact, rounded) = worked.ok_or_else(|| about(slot, Code::ScoreTooLarge, ""))?;
        Ok(Self { exact, points: rounded.max(Points::ZERO).min(cap), provisional: false })
    }
}

/// A refusal about an item, at a place within the entry.
pub(super) fn about(slot: &Slot, code: Code, pointer: &str) -> Refusal {
    Refusal::at(pointer, code).with("item", &slot.code)
}

/// What an item that does not apply gives; an error where it applies to everybody. To a unit that is a member for a part of
/// the year any item can lie outside that part: then the others are scaled up.
pub(super) fn left_out(slot: &Slot, outside_its_part: bool) -> Result<NotApplicable, Refusal> {
    match &slot.kind {
        SlotKind::Item { not_applicable: Some(effect), .. } => Ok(*effect),
        SlotKind::Item { not_applicable: None, .. } if outside_its_part => Ok(NotApplicable::Scaled),
        _ => Err(about(slot, Code::ScoreMustApply, "/not_applicable")),
    }
}

/// What a claim comes to under the rule of its place.
pub(super) fn work(slot: &Slot, claim: &Claim) -> Result<Worked, Refusal> {
    let rule = match &slot.kind {
        SlotKind::Group { .. } => return Err(about(slot, Code::ScoreItemUnknown, "/item")),
        SlotKind::Bonus(extra) | SlotKind::Penalty(extra) => return beyond(slot, extra, claim),
        SlotKind::Item { rule, .. } => rule,
    };
    match (rule, claim) {
        (Rule::Checklist { parts }, Claim::Checklist { parts: there }) => checklist(slot, parts, there),
        (Rule::Linear { better, plan, partial, .. }, Claim::Measured { plan: stated, actual }) => {
            let plan = the_plan(slot, *better, *plan, *stated)?;
            linear(slot, *better, *partial, plan, *actual)
        }
        (Rule::Tiered { least, most, bands, .. }, Claim::Value { value }) => {
            let value = Ratio { over: i128::from(value.units()), under: 1 };
            tiered(slot, bands, (*least, *most), value)
        }
        (Rule::Tiered { rate: true, least, most, bands }, Claim::Rate { part, whole }) => {
            tiered(slot, bands, (*least, *most), rate(slot, *part, *whole)?)
        }
        (Rule::Deadline { bands, .. }, Claim::Late { days }) => late(slot, bands, i64::from(*days), "/claim/days"),
        (Rule::Deadline { bands, .. }, Claim::HandedIn { due, on }) => {
            late(slot, bands, on.signed_duration_since(*due).num_days(), "/claim/on")
        }
        (Rule::Deadline { never, .. }, Claim::Never {}) => Ok(Worked::whole(*never)),
        (Rule::Manual { step }, Claim::Points { points }) => given(slot, *points, *step, slot.max, "/claim/points").map(Worked::whole),
        (Rule::ExternalIndex { reading, scale, .. }, Claim::Index { value, provisional, .. }) => {
            let read = value.map_or(Ok(Worked::whole(Points::ZERO)), |value| index(slot, *reading, scale, value))?;
            Ok(Worked { provisional: *provisional || value.is_none(), ..read })
        }
        _ => Err(about(slot, Code::ScoreClaimUnfit, "/claim").with("wanted", wanted(rule))),
    }
}

/// The kinds of claim that a rule takes.
const fn wanted(rule: &Rule) -> &'static str {
    match rule {
        Rule::Checklist { .. } => "checklist",
        Rule::Linear { .. } => "measured",
        Rule::Tiered { rate: false, .. } => "value",
        Rule::Tiered { rate: true, .. } => "value, rate",
        Rule::Deadline { .. } => "late, handed_in, never",
        Rule::Manual { .. } => "points",
        Rule::ExternalIndex { .. } => "index",
    }
}

fn checklist(slot: &Slot, parts: &[Step], there: &[String]) -> Result<Worked, Refusal> {
    let mut sum = Points::ZERO;
    for (place, code) in there.iter().enumerate() {
        let pointer = || format!("/claim/parts/{place}");
        let Some(part) = parts.iter().find(|part| part.code == *code) else {
            return Err(about(slot, Code::ScorePartUnknown, &pointer()).with("part", code));
        };
        if there.iter().take(place).any(|before| before == code) {
            return Err(about(slot, Code::ScorePartTooOften, &pointer()).with("part", code).with("count", 2).with("limit", 1));
        }
        sum = sum.plus(part.points);
    }
    Ok(Worked::whole(sum))
}

/// Points a person gives: within bounds and on the step.
pub(super) fn given(slot: &Slot, points: Points, step: Points, most: Points, pointer: &str) -> Result<Points, Refusal> {
    if points < Points::ZERO || points > most {
        let refusal = about(slot, Code::ScorePointsOutside, pointer).with("points", points.figure());
        return Err(refusal.with("least", "0").with("most", most.figure()));
    }
    if points.units().checked_rem(step.units()) == Some(0) {
        Ok(points)
    } else {
        Err(about(slot, Code::ScoreStepBroken, pointer).with("points", points.figure()).with("step", step.figure()))
    }
}

fn outside(slot: &Slot, pointer: &str, value: String, least: Option<Quantity>, most: Option<Quantity>) -> Refusal {
    let end = |end: Option<Quantity>, none: i64| end.unwrap_or(Quantity::of_units(none)).figure();
    let refusal = about(slot, Code::ScoreValueOutside, pointer).with("value", value);
    refusal.with("least", end(least, -Quantity::LIMIT)).with("most", end(most, Quantity::LIMIT))
}

/// A value from nothing up to what can be counted.
fn counted(slot: &Slot, value: Quantity, pointer: &str) -> Result<i128, Refusal> {
    if (0..=Quantity::LIMIT).contains(&value.units()) {
        Ok(i128::from(value.units()))
    } else {
        Err(outside(slot, pointer, value.figure(), Some(Quantity::ZERO), None))
    }
}

/// The plan that counts: the one of the criteria set, or else the unit's own.
pub(super) fn the_plan(slot: &Slot, better: Better, fixed: Option<Quantity>, stated: Option<Quantity>) -> Result<Quantity, Refusal> {
    let unfit = || about(slot, Code::ScorePlanUnfit, "/claim/plan");
    let plan = match (fixed, stated) {
        (Some(plan), None) | (None, Some(plan)) => plan,
        (None, None) | (Some(_), Some(_)) => return Err(unfit()),
    };
    let enough = plan > Quantity::ZERO || (plan == Quantity::ZERO && better == Better::Lower);
    if enough && plan.units() <= Quantity::LIMIT { Ok(plan) } else { Err(unfit()) }
}

fn linear(slot: &Slot, better: Better, partial: bool, plan: Quantity, actual: Quantity) -> Result<Worked, Refusal> {
    let actual = counted(slot, actual, "/claim/actual")?;
    let plan = i128::from(plan.units());
    let (part, whole) = match better {
        Better::Higher => (actual, plan),
        Better::Lower => (plan, actual),
    };
    if part < whole && !partial {
        return Ok(Worked::whole(Points::ZERO));
    }
    // Nothing was to happen and nothing happened: met, not exceeded. Nothing where something was allowed: as good as can be.
    if whole == 0 {
        return Ok(Worked::whole(if part == 0 { slot.max } else { slot.most }));
    }
    Worked::held(slot, Fraction::of(slot.max, part, whole), slot.most)
}

/// An exact value in ten-thousandths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratio {
    pub(super) over: i128,
    pub(super) under: i128,
}

impl Ratio {
    fn against(self, bound: Quantity) -> Ordering {
        self.over.cmp(&(i128::from(bound.units()) * self.under))
    }

    fn within(self, least: Option<Quantity>, most: Option<Quantity>) -> bool {
        least.is_none_or(|least| self.against(least).is_ge()) && most.is_none_or(|most| self.against(most).is_le())
    }
}

pub(super) fn rate(slot: &Slot, part: Quantity, whole: Quantity) -> Result<Ratio, Refusal> {
    let part = counted(slot, part, "/claim/part")?;
    let under = counted(slot, whole, "/claim/whole")?;
    if under == 0 {
        return Err(outside(slot, "/claim/whole", whole.figure(), Some(Quantity::of_units(1)), None));
    }
    Ok(Ratio { over: part * 100 * i128::from(Quantity::ONE), under })
}

/// The band of a value, by its place.
pub(super) fn band(bands: &[Band], value: Ratio) -> Option<(usize, &Band)> {
    let above =
        |band: &Band| band.from.is_none_or(|from| value.against(from).is_gt() || (band.from_inclusive && value.against(from).is_eq()));
    let below = |band: &Band| band.to.is_none_or(|to| value.against(to).is_lt() || (band.to_inclusive && value.against(to).is_eq()));
    bands.iter().enumerate().find(|(_, band)| above(band) && below(band))
}

fn tiered(slot: &Slot, bands: &[Band], (least, most): (Option<Quantity>, Option<Quantity>), value: Ratio) -> Result<Worked, Refusal> {
    let found = band(bands, value).filter(|_| value.within(least, most));
    if let Some((_, band)) = found {
        return Ok(Worked::whole(band.points));
    }
    let shown = i64::try_from(value.over / value.under).unwrap_or(Quantity::LIMIT);
    Err(outside(slot, "/claim", Quantity::of_units(shown).figure(), least, most))
}

/// The band of days late, by its place.
pub(super) fn day_band(bands: &[DayBand], days: i64) -> Option<(usize, &DayBand)> {
    bands.iter().enumerate().find(|(_, band)| band.up_to.is_none_or(|last| days <= i64::from(last)))
}

fn late(slot: &Slot, bands: &[DayBand], days: i64, pointer: &str) -> Result<Worked, Refusal> {
    let known = i64::from(*DAYS_LATE.start())..=i64::from(*DAYS_LATE.end());
    match day_band(bands, days).filter(|_| known.contains(&days)) {
        Some((_, band)) => Ok(Worked::whole(band.points)),
        None => {
            let refusal = about(slot, Code::ScoreValueOutside, pointer).with("value", both(format!("{days} ngày"), format!("{days} days")));
            Err(refusal.with("least", DAYS_LATE.start()).with("most", DAYS_LATE.end()))
        }
    }
}

fn index(slot: &Slot, reading: IndexReading, scale: &IndexScale, value: Quantity) -> Result<Worked, Refusal> {
    let first = Quantity::of_units(Quantity::ONE);
    let rank = reading == IndexReading::Rank;
    if value.units().unsigned_abs() > Quantity::LIMIT.unsigned_abs() || (rank && value < first) {
        return Err(outside(slot, "/claim/value", value.figure(), rank.then_some(first), None));
    }
    if rank && value.units() % Quantity::ONE != 0 {
        return Err(about(slot, Code::ScoreNotWhole, "/claim/value").with("value", value.figure()));
    }
    match scale {
        IndexScale::Bands { least, most, bands } => {
            tiered(slot, bands, (*least, *most), Ratio { over: i128::from(value.units()), under: 1 })
        }
        IndexScale::Linear { zero_at, full_at } => {
            let from_zero = |reading: Quantity| i128::from(reading.units()) - i128::from(zero_at.units());
            let (part, whole) = (from_zero(value), from_zero(*full_at));
            let exact = if whole < 0 { Fraction::of(slot.max, -part, -whole) } else { Fraction::of(slot.max, part, whole) };
            Worked::held(slot, exact, slot.max)
        }
    }
}

fn beyond(slot: &Slot, extra: &Extra, claim: &Claim) -> Result<Worked, Refusal> {
    let Claim::Causes { causes, points } = claim else {
        return Err(about(slot, Code::ScoreClaimUnfit, "/claim").with("wanted", "causes"));
    };
    let mut sum = Points::ZERO;
    for (place, Counted { cause: code, times }) in causes.iter().enumerate() {
        let pointer = || format!("/claim/causes/{place}");
        let Some(cause) = extra.causes.iter().find(|cause| cause.code == *code) else {
            return Err(about(slot, Code::ScorePartUnknown, &pointer()).with("part", code));
        };
        let twice = causes.iter().take(place).any(|before| before.cause == *code);
        if twice || *times == 0 || *times > cause.times {
            let count = if twice { times.saturating_mul(2) } else { *times };
            let refusal = about(slot, Code::ScorePartTooOften, &pointer()).with("part", code);
            return Err(refusal.with("count", count).with("limit", cause.times));
        }
        sum = sum.plus(cause.points.times(*times));
    }
    if let Some(points) = *points {
        let (step, most) = extra.given.map_or((Points::of_units(1), Points::ZERO), |given| (given.step, given.most));
        sum = sum.plus(given(slot, points, step, most, "/claim/points")?);
    }
    Ok(Worked { points: sum.min(extra.most()), ..Worked::whole(sum) })
}
