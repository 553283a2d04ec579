//! Criteria sets ("bảng điểm"): the tree of what units are scored on, what gives or costs points beyond it, what bars
//! from an award, and how totals become classes and ranks. What a unit claims and gets lives with the score sheet.

mod check;
mod compiled;
mod consequence;
mod life;
mod mapping;
mod rule;
mod templates;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use check::{DAYS_LATE, check};
pub use compiled::{Compiled, Slot, SlotKind};
pub(crate) use compiled::{CompiledGate, Measure};
pub use consequence::{Class, ClassCriteria, Gate, GateThen, GateWhen, TaskGrade, TieBreaker};
pub use life::{CriteriaSetFacts, CriteriaSetLife, CriteriaSetStatus, FAULTS, faults, require_usable};
pub use mapping::{Carry, Mapping, entered};
pub use rule::{Band, Better, Cause, DayBand, Given, IndexReading, IndexScale, Over, Rule, Step};
pub use templates::templates;

use crate::points::Points;
use crate::text::{self, Lines};
use crate::words;

/// Most nodes of a set: groups, items, bonuses and penalties together.
pub const NODES_MAX: usize = 500;
/// Deepest nesting: a group at the top is at depth one.
pub const DEPTH_MAX: usize = 6;
/// Most parts, bands or causes of one item; most gates of a set.
pub const PARTS_MAX: usize = 50;
/// Most classes, and most tie-breakers, of a set.
pub const STEPS_MAX: usize = 20;
/// Longest name of anything in a set, in characters.
pub const NAME_MAX: usize = 500;
/// Longest note, in characters.
pub const NOTE_MAX: usize = 2000;

/// A whole table of criteria.
///
/// The total is the contents, and the bonus as far as its caps let it count, less the penalties, and never below zero. A bonus
/// that fills up to the scale looks at the contents before penalties. Items are rounded to the hundredth, halves up, then summed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CriteriaSet {
    /// Human key.
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
    /// Points of a unit that does everything: 1000, 100, 90.
    pub scale: Points,
    /// Groups and items; with a bonus within the scale they add up to what the bonus leaves of it, else to the scale.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub contents: Vec<Node>,
    /// What gives points beyond the contents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bonus: Option<Bonus>,
    /// What costs points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalties: Option<Penalties>,
    /// What bars from the ranking, from a rank or from a class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub gates: Vec<Gate>,
    /// Classes by total, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub classes: Vec<Class>,
    /// What counts as a criterion where a class asks a least share of every criterion.
    #[serde(default)]
    pub class_criteria: ClassCriteria,
    /// Code of the group that holds how the year's tasks were done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_group: Option<String>,
    /// What decides between equal totals, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub tie_breakers: Vec<TieBreaker>,
    /// Where it comes from, and what is not known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

impl CriteriaSet {
    /// The set with all names and notes in the one form in which texts are kept; what cannot be kept stays, for [`check`] to refuse.
    #[must_use]
    pub fn kept(mut self) -> Self {
        line(&mut self.name);
        lines(&mut self.note);
        self.contents.iter_mut().for_each(Node::keep);
        let beyond = self.bonus.iter_mut().flat_map(|bonus| &mut bonus.items);
        for extra in beyond.chain(self.penalties.iter_mut().flat_map(|penalties| &mut penalties.items)) {
            line(&mut extra.name);
            lines(&mut extra.note);
            extra.causes.iter_mut().for_each(|cause| line(&mut cause.name));
        }
        for gate in &mut self.gates {
            line(&mut gate.name);
            lines(&mut gate.note);
        }
        self.classes.iter_mut().for_each(|class| line(&mut class.name));
        self
    }
}

fn line(text: &mut String) {
    if let Ok(kept) = text::normalise(text, Lines::One) {
        *text = kept;
    }
}

fn lines(text: &mut Option<String>) {
    if let Some(kept) = text.as_deref().and_then(|text| text::normalise(text, Lines::Many).ok()) {
        *text = Some(kept).filter(|kept| !kept.is_empty());
    }
}

/// A place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "node", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CriteriaNode))]
pub enum Node {
    /// Adds up what is below it.
    Group {
        /// Key, unique in the set.
        code: String,
        /// What it is called.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
        name: String,
        /// Sum of the most points of what is directly below.
        max: Points,
        /// Whether items that may exceed their own most can lift the group above its.
        #[serde(default)]
        capped: bool,
        /// What is below.
        #[cfg_attr(feature = "openapi", schema(max_items = 500, no_recursion))]
        children: Vec<Self>,
        /// What is not known of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
        note: Option<String>,
    },
    /// Is scored.
    Item {
        /// Key, unique in the set.
        code: String,
        /// What it is called.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
        name: String,
        /// Points when fully met.
        max: Points,
        /// How points come out of what was claimed.
        rule: Rule,
        /// What becomes of it where it does not apply to a unit; absent, it applies to all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_applicable: Option<NotApplicable>,
        /// What is not known of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
        note: Option<String>,
    },
}

impl Node {
    fn keep(&mut self) {
        match self {
            Self::Group { name, note, children, .. } => {
                line(name);
                lines(note);
                children.iter_mut().for_each(Self::keep);
            }
            Self::Item { name, note, rule, .. } => {
                line(name);
                lines(note);
                if let Rule::Checklist { parts } = rule {
                    parts.iter_mut().for_each(|part| line(&mut part.name));
                }
            }
        }
    }

    /// Its key.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Group { code, .. } | Self::Item { code, .. } => code,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Group { name, .. } | Self::Item { name, .. } => name,
        }
    }

    /// Points when fully met.
    #[must_use]
    pub const fn max(&self) -> Points {
        match self {
            Self::Group { max, .. } | Self::Item { max, .. } => *max,
        }
    }

    /// What is below it.
    #[must_use]
    pub fn children(&self) -> &[Self] {
        match self {
            Self::Group { children, .. } => children,
            Self::Item { .. } => &[],
        }
    }
}

words! {
    /// What an item that does not apply to a unit gives.
    pub enum NotApplicable in "not-applicable-effects" {
        Full = "full", "Tính đủ điểm", "Full points";
        Zero = "zero", "Không tính điểm", "No points";
        Scaled = "scaled", "Loại ra, quy đổi các mục còn lại về đủ điểm của nhóm", "Left out, the rest of the group scaled up to its points";
    }
}

words! {
    /// How a bonus stands to the scale.
    pub enum BonusPlace in "bonus-places" {
        WithinScale = "within_scale", "Nằm trong thang điểm", "Part of the scale";
        AboveScale = "above_scale", "Cộng ngoài, được vượt thang điểm", "On top, may exceed the scale";
        FillsToScale = "fills_to_scale", "Bù cho đến hết thang điểm", "Makes up for what is lacking, up to the scale";
    }
}

/// What gives points beyond the contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CriteriaBonus))]
pub struct Bonus {
    /// Most points that all bonuses give together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Points>,
    /// How it stands to the scale.
    pub place: BonusPlace,
    /// One row each.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub items: Vec<Extra>,
}

/// What costs points. Penalties never take the total below zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CriteriaPenalties))]
pub struct Penalties {
    /// Most points that all penalties take together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Points>,
    /// One row each.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub items: Vec<Extra>,
}

/// A bonus or a penalty: causes with fixed points, points a person gives, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CriteriaExtra))]
pub struct Extra {
    /// Key, unique in the set.
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
    /// What gives or costs points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub causes: Vec<Cause>,
    /// Points that a person gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
    /// Most points of this row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Points>,
    /// What is not known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

impl Extra {
    /// Most points of all its causes and of what is given, before any cap.
    #[must_use]
    pub fn reach(&self) -> Points {
        let causes: Points = self.causes.iter().map(|cause| cause.points.times(cause.times)).sum();
        causes.plus(self.given.map_or(Points::ZERO, |given| given.most))
    }

    /// Most points it gives or takes.
    #[must_use]
    pub fn most(&self) -> Points {
        self.cap.map_or(self.reach(), |cap| cap.min(self.reach()))
    }
}
