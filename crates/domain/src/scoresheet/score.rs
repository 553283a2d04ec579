//! The score of a sheet: items as the highest layer sees them, summed up the tree, with bonus, penalties, gates and class.

use super::entry::{Entry, Facts};
use super::layers::{Reading, Rows, read, sort};
use super::{Layer, formula};
use crate::criteria_set::{BonusPlace, ClassCriteria, Compiled, GateThen, GateWhen, NotApplicable, SlotKind};
use crate::points::{Fraction, Points, Quantity};
use crate::refusal::{Code, DomainError, Refusal, Refusals};
use crate::words;

words! {
    /// How an item came to its points.
    #[derive(Default)]
    pub enum TallyState in "score-states" {
        Scored = "scored", "Đã chấm", "Scored";
        Provisional = "provisional", "Tạm tính, chờ công bố chỉ số", "Provisional until an index is published";
        #[default] Missing = "missing", "Chưa có số liệu", "Nothing claimed yet";
        NotApplicable = "not_applicable", "Không áp dụng", "Does not apply";
    }
}

words! {
    /// What a gate says of a unit.
    pub enum Verdict in "gate-verdicts" {
        Bars = "bars", "Chặn", "Bars";
        Open = "open", "Không chặn", "Does not bar";
        Unknown = "unknown", "Chưa đủ thông tin", "Not known yet";
    }
}

/// What one place of the set comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Points.
    pub points: Points,
    /// How it came to them.
    pub state: TallyState,
    /// The highest layer that has spoken; none for a group.
    pub layer: Option<Layer>,
    /// Items here or below that are missing or provisional.
    pub unsettled: u32,
    /// Most points of what applies here or directly below: less than its own most where parts are left out and the rest scaled up.
    pub applies: Points,
    /// Sum of what is directly below, before it is scaled and capped; of an item its points.
    pub sum: Points,
}

/// What a sheet comes to under a set. Places are those of [`Compiled::slots`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// What each place comes to.
    pub tallies: Vec<Tally>,
    /// The tree as a whole.
    pub contents: Tally,
    /// Bonuses before they are capped.
    pub bonus_before: Points,
    /// Bonuses as they count.
    pub bonus: Points,
    /// Penalties before they are capped.
    pub penalties_before: Points,
    /// Penalties as they count; above zero.
    pub penalties: Points,
    /// Contents and bonus less penalties, not below zero.
    pub total: Points,
    /// Place among the classes, after gates.
    pub class: Option<usize>,
    /// Place among the classes before gates.
    pub class_before: Option<usize>,
    /// What each gate says.
    pub gates: Vec<Verdict>,
    /// Whether a gate bars from the ranking.
    pub excluded: bool,
    /// The best rank that gates leave open.
    pub rank_at_best: Option<u32>,
}

impl Score {
    /// Whether every item has been claimed and every index published.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.contents.unsettled == 0
    }

    /// What a part of the set comes to.
    #[must_use]
    pub fn of(&self, set: &Compiled, code: &str) -> Option<Tally> {
        set.place(code).and_then(|place| self.tallies.get(place)).copied()
    }
}

/// Scores a sheet as it stands at a layer: of every item the highest layer up to that one counts.
///
/// # Errors
/// What is wrong with single entries, all of it, at their pointers below `/entries`; [`Code::ScoreNothingApplies`]
/// where every item is left out.
pub fn score(set: &Compiled, entries: &[Entry], facts: &Facts, up_to: Layer) -> Result<Score, DomainError> {
    let mut refusals = Refusals::default();
    let rows = sort(set, entries, &mut refusals);
    let mut tallies = items(set, entries, &rows, facts, up_to, &mut refusals);
    let contents = tree(set, &mut tallies, &mut refusals);
    refusals.done()?;
    Ok(finish(set, facts, tallies, contents))
}

fn items(set: &Compiled, entries: &[Entry], rows: &[Rows], facts: &Facts, up_to: Layer, refusals: &mut Refusals) -> Vec<Tally> {
    let tally = |(slot, rows)| {
        let reading: Option<Reading<'_>> = read(slot, entries, rows, facts, up_to, refusals, |_| {});
        let mut tally = Tally { applies: slot.max, ..Tally::default() };
        if let Some(reading) = reading {
            tally.points = reading.points;
            tally.sum = reading.points;
            tally.layer = Some(reading.layer);
            tally.state = state(&reading);
            if reading.left_out == Some(NotApplicable::Scaled) {
                tally.applies = Points::ZERO;
            }
        } else if !matches!(slot.kind, SlotKind::Item { .. }) {
            // No cause for a bonus or penalty is nothing that lacks.
            tally.state = TallyState::Scored;
        }
        tally.unsettled = u32::from(matches!(tally.state, TallyState::Missing | TallyState::Provisional));
        tally
    };
    set.slots.iter().zip(rows).map(tally).collect()
}

/// An index that is not published leaves its item open unless a person gave points in its place.
pub(super) fn state(reading: &Reading<'_>) -> TallyState {
    if reading.left_out.is_some() {
        TallyState::NotApplicable
    } else if reading.entry.points.is_none() && reading.worked.is_some_and(|worked| worked.provisional) {
        TallyState::Provisional
    } else {
        TallyState::Scored
    }
}

/// What lies directly below a group, gathered.
#[derive(Debug, Clone, Copy, Default)]
struct Below {
    sum: Points,
    applies: Points,
    max: Points,
    unsettled: u32,
}

impl Below {
    fn take(&mut self, tally: &Tally, max: Points) {
        self.max = self.max.plus(max);
        self.unsettled += tally.unsettled;
        if tally.applies > Points::ZERO {
            self.sum = self.sum.plus(tally.points);
            self.applies = self.applies.plus(max);
        }
    }

    /// Scaled up to the whole where parts are left out, rounded once; `None` beyond what can be counted.
    fn tally(&self) -> Option<Tally> {
        let part = i128::from(self.max.units());
        let points = match i128::from(self.applies.units()) {
            0 => Points::ZERO,
            whole if whole == part => self.sum,
            whole => Fraction::of(self.sum, part, whole)?.half_up()?,
        };
        let state = if self.applies == Points::ZERO { TallyState::NotApplicable } else { TallyState::Scored };
        Some(Tally { points, state, layer: None, unsettled: self.unsettled, applies: self.applies, sum: self.sum })
    }
}

/// Sums the tree from its leaves up: what is below a group stands after it, so one pass from the end does.
fn tree(set: &Compiled, tallies: &mut [Tally], refusals: &mut Refusals) -> Tally {
    let mut below = vec![Below::default(); set.tree];
    let mut root = Below::default();
    for place in (0..set.tree).rev() {
        let (Some(slot), Some(tally)) = (set.slots.get(place), tallies.get_mut(place)) else { continue };
        if let SlotKind::Group { capped } = slot.kind {
            match below.get(place).and_then(Below::tally) {
                Some(found) => *tally = found,
                None => refusals.push(formula::about(slot, Code::ScoreTooLarge, "")),
            }
            if capped {
                tally.points = tally.points.min(slot.max);
            }
        }
        let above = slot.parent.and_then(|parent| below.get_mut(parent)).unwrap_or(&mut root);
        above.take(tally, slot.max);
    }
    let whole = root.tally().unwrap_or_default();
    if whole.state == TallyState::NotApplicable {
        refusals.push(Refusal::at("/entries", Code::ScoreNothingApplies));
    }
    whole
}

fn finish(set: &Compiled, facts: &Facts, tallies: Vec<Tally>, contents: Tally) -> Score {
    let sum = |wanted: fn(&SlotKind) -> bool| -> Points {
        set.slots.iter().zip(&tallies).filter(|(slot, _)| wanted(&slot.kind)).map(|(_, tally)| tally.points).sum()
    };
    let bonus_before = sum(|kind| matches!(kind, SlotKind::Bonus(_)));
    let penalties_before = sum(|kind| matches!(kind, SlotKind::Penalty(_)));
    let bonus = bonus(set, bonus_before, contents.points);
    let penalties = set.penalty_cap.map_or(penalties_before, |cap| cap.min(penalties_before));
    let total = contents.points.plus(bonus).minus(penalties).max(Points::ZERO);
    let class_before = class(set, &tallies, total);
    let gates: Vec<Verdict> = set.gates.iter().map(|gate| verdict(&gate.gate.when, gate.slot, set, &tallies, facts)).collect();
    let barring = || set.gates.iter().zip(&gates).filter(|(_, verdict)| **verdict == Verdict::Bars).map(|(gate, _)| gate);
    let rank = |then: &GateThen| if let GateThen::RankAtBest { rank } = then { Some(*rank) } else { None };
    Score {
        excluded: barring().any(|gate| gate.gate.then == GateThen::Excluded {}),
        rank_at_best: barring().filter_map(|gate| rank(&gate.gate.then)).max(),
        class: class_before.map(|class| barring().filter_map(|gate| gate.class).fold(class, usize::max)),
        class_before,
        gates,
        tallies,
        contents,
        bonus_before,
        bonus,
        penalties_before,
        penalties,
        total,
    }
}

/// The bonus under its cap, and under what the contents leave of the scale where it only fills up.
fn bonus(set: &Compiled, before: Points, contents: Points) -> Points {
    let Some((cap, place)) = set.bonus else { return Points::ZERO };
    let capped = cap.map_or(before, |cap| cap.min(before));
    match place {
        BonusPlace::WithinScale | BonusPlace::AboveScale => capped,
        BonusPlace::FillsToScale => capped.min(set.scale.minus(contents).max(Points::ZERO)),
    }
}

/// Whether points are at least so many per cent of the most.
fn reaches(points: Points, percent: Quantity, max: Points) -> bool {
    let hundred = 100 * i128::from(Quantity::ONE);
    i128::from(points.units()) * hundred >= i128::from(percent.units()) * i128::from(max.units())
}

fn class(set: &Compiled, tallies: &[Tally], total: Points) -> Option<usize> {
    let criterion = |slot: &crate::criteria_set::Slot| match set.class_criteria {
        ClassCriteria::Items => matches!(slot.kind, SlotKind::Item { .. }),
        ClassCriteria::Top => slot.parent.is_none(),
    };
    let every = |percent: Quantity| {
        let mut criteria = set.slots.iter().zip(tallies).take(set.tree).filter(|(slot, _)| criterion(slot));
        criteria.all(|(slot, tally)| tally.state == TallyState::NotApplicable || reaches(tally.points, percent, slot.max))
    };
    set.classes.iter().position(|class| total >= class.at_least && class.every_criterion.is_none_or(every))
}

/// What is missing or provisional below can still change what bars.
fn verdict(when: &GateWhen, slot: Option<usize>, set: &Compiled, tallies: &[Tally], facts: &Facts) -> Verdict {
    let looked_at = slot.and_then(|place| Some((set.slots.get(place)?, tallies.get(place)?)));
    let bars = match (when, looked_at) {
        (GateWhen::Fact { fact }, _) => facts.declared.get(fact).copied(),
        (GateWhen::TasksBelow { grade }, _) => facts.task_grade.map(|found| found > *grade),
        (_, None) => None,
        (_, Some((_, tally))) if tally.state == TallyState::NotApplicable => Some(false),
        (GateWhen::Missing { .. }, Some((_, tally))) => Some(tally.state == TallyState::Missing),
        (GateWhen::Below { percent, .. }, Some((slot, tally))) => settled(!reaches(tally.points, *percent, slot.max), tally),
        (GateWhen::Zero { .. }, Some((_, tally))) => settled(tally.points == Points::ZERO, tally),
    };
    match bars {
        Some(true) => Verdict::Bars,
        Some(false) => Verdict::Open,
        None => Verdict::Unknown,
    }
}

/// Whether it bars, once all is known: what is not known only leaves open what would bar.
fn settled(bars: bool, tally: &Tally) -> Option<bool> {
    if bars && tally.unsettled > 0 { None } else { Some(bars) }
}
