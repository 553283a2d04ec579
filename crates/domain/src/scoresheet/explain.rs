//! How a score came about: a tree of figures from which a person can work out each again. Made only when asked for;
//! what stands in it comes from the same reading as the score. The words of single formulas live beside.

mod sums;
mod words;

use serde::Serialize;

use super::entry::{Claim, Entry, Facts};
use super::layers::{Reading, Rows, read, sort};
use super::score::{Score, Tally, TallyState, Verdict, score};
use super::{LAYERS, Layer};
use crate::criteria_set::{Compiled, NotApplicable, Slot, SlotKind};
use crate::points::{Fraction, Points};
use crate::ranking::{Ranking, TieBreak};
use crate::refusal::{DomainError, Refusals};

/// A sentence in both languages, with its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ExplainedText))]
pub struct Said {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// How a whole score came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreExplanation))]
pub struct Explanation {
    /// The tree, from its top.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub parts: Vec<Explained>,
    /// Bonuses.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub bonuses: Vec<Explained>,
    /// Penalties: points that they take.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub penalties: Vec<Explained>,
    /// Contents, bonus, penalties and total, in the order in which they are worked out.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub sums: Vec<Sum>,
    /// Code of the class, after gates.
    pub class: Option<String>,
    /// Code of the class before gates.
    pub class_before: Option<String>,
    /// Why this class.
    pub class_because: Option<Said>,
    /// What each gate says.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub gates: Vec<GateLine>,
    /// Tie-breakers that told the unit apart from others.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub tie_breaks: Vec<TieBreak>,
}

impl Explanation {
    /// The same of a sheet known only from paper: of its total nothing can be recomputed, and no class is known.
    #[must_use]
    pub fn on_paper(self) -> Self {
        Self { sums: Vec::new(), class: None, class_before: None, class_because: None, ..self }
    }
}

/// How one part came to its points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ExplainedPart))]
pub struct Explained {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Its most.
    pub max: Points,
    /// How it came to its points.
    pub state: TallyState,
    /// The claim that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// The formula in words, with its figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<Said>,
    /// Exact points that the formula gives, before rounding: `20/3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
    /// The same rounded to the hundredth, halves up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounded: Option<Points>,
    /// What changed it after rounding, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub effects: Vec<Effect>,
    /// Points.
    pub points: Points,
    /// What each layer made of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub layers: Vec<LayerPoints>,
    /// What is below it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 500, no_recursion))]
    pub children: Vec<Self>,
}

/// What changed a figure beside its formula.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreEffect))]
pub enum Effect {
    /// Held at a cap.
    Capped {
        /// The cap.
        cap: Points,
    },
    /// Not below nothing.
    NotBelowZero {},
    /// An assessor gave other points than the formula.
    ByPerson {
        /// Who.
        layer: Layer,
        /// The points given.
        points: Points,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The item does not apply to the unit.
    LeftOut {
        /// What becomes of it.
        gives: NotApplicable,
    },
    /// Parts are left out and the rest is scaled up to the whole, rounded once.
    ScaledUp {
        /// Most points of what applies.
        applies: Points,
        /// Most points of all.
        max: Points,
    },
    /// Rests on an index that is not published.
    Provisional {},
    /// Nothing was claimed: counts nothing for now.
    Missing {},
}

/// What one layer made of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LayerPoints {
    /// Who.
    pub layer: Layer,
    /// Points.
    pub points: Points,
    /// Points that the formula gives on the claim that counts there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<Points>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A line of the sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ExplainedSum))]
pub struct Sum {
    /// `contents`, `bonus`, `penalties` or `total`.
    pub line: &'static str,
    /// How it is worked out, with its figures.
    pub formula: Said,
    /// What that gives, exactly.
    pub exact: String,
    /// What changed it, in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub effects: Vec<Effect>,
    /// Points.
    pub points: Points,
}

/// What a gate says, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GateLine {
    /// Code of the gate.
    pub gate: String,
    /// What it is called.
    pub name: String,
    /// What it says.
    pub verdict: Verdict,
    /// What it saw.
    pub because: Said,
}

/// Explains a sheet as it stands at a layer; with a ranking, also what told the unit apart from others there.
///
/// # Errors
/// As [`score`].
pub fn explain(
    set: &Compiled,
    entries: &[Entry],
    facts: &Facts,
    up_to: Layer,
    ranked: Option<(&Ranking, &str)>,
) -> Result<Explanation, DomainError> {
    let score = score(set, entries, facts, up_to)?;
    let mut refusals = Refusals::default();
    let rows = sort(set, entries, &mut refusals);
    let mut trees = grow(set, entries, &rows, facts, (up_to, &score), &mut refusals);
    refusals.done()?;
    let after = trees.split_off(trees.iter().filter(|(_, place)| *place < set.tree).count());
    let (bonuses, penalties): (Vec<_>, Vec<_>) =
        after.into_iter().partition(|(_, place)| set.slots.get(*place).is_some_and(|slot| matches!(slot.kind, SlotKind::Bonus(_))));
    let bare = |trees: Vec<(Explained, usize)>| trees.into_iter().map(|(part, _)| part).collect::<Vec<_>>();
    let class = |place: Option<usize>| place.and_then(|place| set.classes.get(place)).map(|class| class.code.clone());
    let told = |(ranking, unit): (&Ranking, &str)| {
        let about = |tie: &&TieBreak| tie.units.iter().any(|seen| seen.unit == unit);
        ranking.tie_breaks.iter().filter(about).cloned().collect()
    };
    Ok(Explanation {
        parts: bare(trees),
        bonuses: bare(bonuses),
        penalties: bare(penalties),
        sums: sums::sums(set, &score),
        class: class(score.class),
        class_before: class(score.class_before),
        class_because: sums::class_because(set, &score),
        gates: sums::gates(set, &score, facts),
        tie_breaks: ranked.map(told).unwrap_or_default(),
    })
}

/// Explains every place, and hangs each below its group: from the end on, so that what is below comes first.
fn grow(
    set: &Compiled,
    entries: &[Entry],
    rows: &[Rows],
    facts: &Facts,
    (up_to, score): (Layer, &Score),
    refusals: &mut Refusals,
) -> Vec<(Explained, usize)> {
    let mut below: Vec<Vec<Explained>> = vec![Vec::new(); set.slots.len()];
    let mut top = Vec::new();
    for (place, ((slot, rows), tally)) in set.slots.iter().zip(rows).zip(&score.tallies).enumerate().rev() {
        let mut children = below.get_mut(place).map(std::mem::take).unwrap_or_default();
        children.reverse();
        let part = if let SlotKind::Group { capped } = slot.kind {
            group(slot, capped, tally, children)
        } else {
            item(slot, entries, rows, facts, (up_to, tally), refusals)
        };
        match slot.parent.and_then(|parent| below.get_mut(parent)) {
            Some(siblings) => siblings.push(part),
            None => top.push((part, place)),
        }
    }
    top.reverse();
    top
}

fn group(slot: &Slot, capped: bool, tally: &Tally, children: Vec<Explained>) -> Explained {
    let scaled = tally.applies < slot.max && tally.applies > Points::ZERO;
    let exact = if scaled {
        Fraction::of(tally.sum, i128::from(slot.max.units()), i128::from(tally.applies.units()))
    } else {
        Some(Fraction::whole(tally.sum))
    };
    let rounded = exact.and_then(Fraction::half_up);
    let mut effects = Vec::new();
    if scaled {
        effects.push(Effect::ScaledUp { applies: tally.applies, max: slot.max });
    }
    if capped && rounded.is_some_and(|rounded| rounded > tally.points) {
        effects.push(Effect::Capped { cap: slot.max });
    }
    Explained {
        code: slot.code.clone(),
        name: slot.name.clone(),
        max: slot.max,
        state: tally.state,
        claim: None,
        formula: Some(words::group(slot.max, tally, &children)),
        exact: exact.map(words::exact),
        rounded,
        effects,
        points: tally.points,
        layers: Vec::new(),
        children,
    }
}

fn item(slot: &Slot, entries: &[Entry], rows: &Rows, facts: &Facts, (up_to, tally): (Layer, &Tally), refusals: &mut Refusals) -> Explained {
    let mut layers = Vec::with_capacity(LAYERS);
    let reading = read(slot, entries, rows, facts, up_to, refusals, |reading| {
        layers.push(LayerPoints {
            layer: reading.layer,
            points: reading.points,
            formula: reading.worked.map(|worked| worked.points),
            reason: reading.entry.reason.clone(),
        });
    });
    let worked = reading.and_then(|reading| reading.worked);
    let claim = reading.filter(|_| worked.is_some()).and_then(|reading| reading.claim);
    Explained {
        code: slot.code.clone(),
        name: slot.name.clone(),
        max: slot.max,
        state: tally.state,
        formula: claim.map(|claim| words::item(slot, claim)),
        claim: claim.cloned(),
        exact: worked.map(|worked| words::exact(worked.exact)),
        rounded: worked.and_then(|worked| worked.exact.half_up()),
        effects: effects(tally, reading.as_ref()),
        points: tally.points,
        layers,
        children: Vec::new(),
    }
}

fn effects(tally: &Tally, reading: Option<&Reading<'_>>) -> Vec<Effect> {
    let Some(reading) = reading else {
        return if tally.state == TallyState::Missing { vec![Effect::Missing {}] } else { Vec::new() };
    };
    if let Some(gives) = reading.left_out {
        return vec![Effect::LeftOut { gives }];
    }
    let mut effects = Vec::new();
    if let Some(worked) = reading.worked {
        match worked.exact.half_up() {
            Some(rounded) if rounded > worked.points => effects.push(Effect::Capped { cap: worked.points }),
            Some(rounded) if rounded < worked.points => effects.push(Effect::NotBelowZero {}),
            _ => {}
        }
        if worked.provisional {
            effects.push(Effect::Provisional {});
        }
    }
    if let Some(points) = reading.entry.points {
        effects.push(Effect::ByPerson { layer: reading.layer, points, reason: reading.entry.reason.clone() });
    }
    effects
}
