//! Layers of a sheet: which entry counts for an item, what each layer comes to, and where layers differ.

use serde::Serialize;

use super::formula::{Worked, about, given, left_out, work};
use super::score::{TallyState, state};
use super::{Claim, Entry, Facts, LAYERS, Layer};
use crate::criteria_set::{Compiled, NotApplicable, Rule, Slot, SlotKind};
use crate::points::Points;
use crate::refusal::{Code, DomainError, Refusal, Refusals};
use crate::vocabulary::Word;

/// Entries of one item by layer, as places in the list.
pub(super) type Rows = [Option<u32>; LAYERS];

/// What one layer makes of an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) layer: Layer,
    pub(super) entry: &'a Entry,
    /// The claim that counts here: its own, or the nearest below.
    pub(super) claim: Option<&'a Claim>,
    /// What the rule makes of that claim.
    pub(super) worked: Option<Worked>,
    /// What becomes of an item that does not apply.
    pub(super) left_out: Option<NotApplicable>,
    /// What the item comes to.
    pub(super) points: Points,
}

/// Sorts entries to their places in the set.
pub(super) fn sort(set: &Compiled, entries: &[Entry], refusals: &mut Refusals) -> Vec<Rows> {
    let mut rows = vec![Rows::default(); set.slots.len()];
    for (number, entry) in entries.iter().enumerate() {
        let scored = set.place(&entry.item).filter(|place| set.slots.get(*place).is_some_and(Slot::is_scored));
        let Some(row) = scored.and_then(|place| rows.get_mut(place)) else {
            refusals.push(Refusal::at(format!("/entries/{number}/item"), Code::ScoreItemUnknown).with("item", &entry.item));
            continue;
        };
        let Some(cell) = row.get_mut(entry.layer as usize) else { continue };
        if cell.is_some() {
            let refusal = Refusal::at(format!("/entries/{number}/layer"), Code::ScoreEntryTwice).with("item", &entry.item);
            refusals.push(refusal.with("layer", crate::refusal::word_named(entry.layer)));
        } else {
            *cell = u32::try_from(number).ok();
        }
    }
    rows
}

/// Reads an item layer by layer, from the unit's own up to the one asked for. Gives the last; `None` where nobody has spoken.
pub(super) fn read<'a>(
    slot: &Slot,
    entries: &'a [Entry],
    rows: &Rows,
    facts: &Facts,
    up_to: Layer,
    refusals: &mut Refusals,
    mut seen: impl FnMut(&Reading<'a>),
) -> Option<Reading<'a>> {
    let mut last: Option<Reading<'a>> = None;
    for (layer, row) in Layer::ALL.iter().zip(rows).filter(|(layer, _)| **layer <= up_to) {
        let Some((number, entry)) = row.and_then(|number| Some((number, entries.get(number as usize)?))) else { continue };
        let below = last.and_then(|last| last.claim);
        match one(slot, *layer, entry, facts, below, Asked::Before) {
            Ok(reading) => {
                seen(&reading);
                last = Some(reading);
            }
            Err(refusal) => refusals.push(refusal.under(&format!("/entries/{number}"))),
        }
    }
    last
}

/// Whether an entry is being made, or was made and judged before: what lies below it may have changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Now,
    Before,
}

/// What one entry comes to over the claim below it.
fn one<'a>(
    slot: &Slot,
    layer: Layer,
    entry: &'a Entry,
    facts: &Facts,
    below: Option<&'a Claim>,
    asked: Asked,
) -> Result<Reading<'a>, Refusal> {
    if entry.not_applicable == (entry.claim.is_some() || entry.points.is_some()) {
        return Err(about(slot, Code::ScoreEntryEmpty, ""));
    }
    if entry.not_applicable {
        let effect = left_out(slot, facts.part_of_year && says_why(entry))?;
        let points = if effect == NotApplicable::Full { slot.max } else { Points::ZERO };
        return Ok(Reading { layer, entry, claim: below, worked: None, left_out: Some(effect), points });
    }
    let claim = entry.claim.as_ref().or(below);
    let worked = claim.map(|claim| work(slot, claim)).transpose()?;
    let points = match (entry.points, worked) {
        (Some(points), _) => by_person(slot, layer, entry, points, worked, asked)?,
        (None, Some(worked)) => worked.points,
        (None, None) => return Err(about(slot, Code::ScoreEntryEmpty, "")),
    };
    Ok(Reading { layer, entry, claim, worked, left_out: None, points })
}

fn says_why(entry: &Entry) -> bool {
    entry.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty())
}

/// Points that an assessor gives: within the bounds of the item, with a reason where the rule says otherwise at that time.
fn by_person(slot: &Slot, layer: Layer, entry: &Entry, points: Points, worked: Option<Worked>, asked: Asked) -> Result<Points, Refusal> {
    if layer == Layer::Own {
        return Err(about(slot, Code::ScorePointsBySelf, "/points"));
    }
    let step = match &slot.kind {
        SlotKind::Item { rule: Rule::Manual { step }, .. } => *step,
        _ => Points::of_units(1),
    };
    given(slot, points, step, slot.most, "/points")?;
    let formula = worked.map(|worked| worked.points).filter(|formula| *formula != points);
    match formula {
        Some(formula) if !says_why(entry) && asked == Asked::Now => {
            let refusal = about(slot, Code::ScoreReasonMissing, "/reason").with("points", points.figure());
            Err(refusal.with("formula", formula.figure()))
        }
        _ => Ok(points),
    }
}

/// What an entry comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = WeighedEntry))]
pub struct Weighed {
    /// Points.
    pub points: Points,
    /// Points that the rule gives on the claim that counts; none where there is no claim.
    pub formula: Option<Points>,
    /// How it came to them.
    pub state: TallyState,
}

/// Checks a single entry and says what it comes to, over the claim that counted below its layer.
///
/// # Errors
/// What is wrong with it, at its pointer within the entry.
pub fn weigh(set: &Compiled, entry: &Entry, facts: &Facts, below: Option<&Claim>) -> Result<Weighed, Refusal> {
    let scored = set.place(&entry.item).and_then(|place| set.slots.get(place)).filter(|slot| slot.is_scored());
    let slot = scored.ok_or_else(|| Refusal::at("/item", Code::ScoreItemUnknown).with("item", &entry.item))?;
    let reading = one(slot, entry.layer, entry, facts, below, Asked::Now)?;
    Ok(Weighed { points: reading.points, formula: reading.worked.map(|worked| worked.points), state: state(&reading) })
}

/// Where two layers that follow each other see an item differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = LayerDifference))]
pub struct Difference {
    /// Code of the item, bonus or penalty.
    pub item: String,
    /// The layer below.
    pub from_layer: Layer,
    /// What it came to there.
    pub from: Points,
    /// The layer above.
    pub to_layer: Layer,
    /// What it came to there.
    pub to: Points,
    /// How much more the layer above gives; below zero where it gives less.
    pub change: Points,
    /// Why, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where layers differ, in the order of the set and from the lower layers up.
///
/// # Errors
/// What is wrong with single entries, all of it, at their pointers below `/entries`.
pub fn differences(set: &Compiled, entries: &[Entry], facts: &Facts) -> Result<Vec<Difference>, DomainError> {
    let mut refusals = Refusals::default();
    let rows = sort(set, entries, &mut refusals);
    let mut found = Vec::new();
    for (slot, rows) in set.slots.iter().zip(&rows) {
        let mut before: Option<(Layer, Points)> = None;
        read(slot, entries, rows, facts, Layer::Final, &mut refusals, |reading| {
            if let Some((from_layer, from)) = before.filter(|(_, from)| *from != reading.points) {
                found.push(Difference {
                    item: slot.code.clone(),
                    from_layer,
                    from,
                    to_layer: reading.layer,
                    to: reading.points,
                    change: reading.points.minus(from),
                    reason: reading.entry.reason.clone(),
                });
            }
            before = Some((reading.layer, reading.points));
        });
    }
    refusals.done().map(|()| found)
}
