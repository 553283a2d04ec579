//! A criteria set made ready for scoring: checked once, laid out flat, references resolved to places.

use std::collections::HashMap;

use super::check::flatten;
use super::{Bonus, BonusPlace, Class, ClassCriteria, CriteriaSet, Extra, Gate, GateThen, GateWhen, Node, NotApplicable, Rule, TieBreaker};
use crate::points::Points;
use crate::refusal::DomainError;

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotKind {
    /// Adds up what is below.
    Group {
        /// Whether it never gives more than its most.
        capped: bool,
    },
    /// Is scored.
    Item {
        /// How.
        rule: Rule,
        /// What becomes of it where it does not apply.
        not_applicable: Option<NotApplicable>,
    },
    /// Gives points beyond the contents.
    Bonus(Extra),
    /// Costs points.
    Penalty(Extra),
}

/// A place of the flat layout: the tree from its root on, each group before what is below it, then bonuses, then penalties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Key.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Points when fully met; of a bonus or penalty the most it gives or takes.
    pub max: Points,
    /// Most points a person may enter here: above `max` where a plan may be exceeded.
    pub most: Points,
    /// Place of the group it belongs to.
    pub parent: Option<usize>,
    /// JSON pointer into the set.
    pub pointer: String,
    /// What stands there.
    pub kind: SlotKind,
}

impl Slot {
    /// Whether something is entered for it; groups only add up.
    #[must_use]
    pub const fn is_scored(&self) -> bool {
        !matches!(self.kind, SlotKind::Group { .. })
    }
}

/// What a gate looks at and bars from, as places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CompiledGate {
    pub(crate) gate: Gate,
    /// The place it looks at.
    pub(crate) slot: Option<usize>,
    /// The best class that stays open.
    pub(crate) class: Option<usize>,
}

/// A tie-breaker as a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Bonus,
    Slot(usize),
    Ballot,
    Council,
}

/// A checked criteria set, ready for scoring any number of sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    pub(crate) scale: Points,
    pub(crate) slots: Vec<Slot>,
    /// How many of the places are the tree.
    pub(crate) tree: usize,
    pub(crate) bonus: Option<(Option<Points>, BonusPlace)>,
    pub(crate) penalty_cap: Option<Points>,
    pub(crate) gates: Vec<CompiledGate>,
    pub(crate) classes: Vec<Class>,
    pub(crate) class_criteria: ClassCriteria,
    pub(crate) ties: Vec<(TieBreaker, Measure)>,
    by_code: HashMap<String, usize>,
}

impl Compiled {
    /// Checks a set and lays it out.
    ///
    /// # Errors
    /// Everything that [`super::check`] finds.
    pub fn new(set: &CriteriaSet) -> Result<Self, DomainError> {
        let found = super::check(set);
        if !found.is_empty() {
            return Err(DomainError(found));
        }
        let (slots, tree) = lay_out(set);
        let by_code: HashMap<String, usize> = slots.iter().enumerate().map(|(at, slot)| (slot.code.clone(), at)).collect();
        let class_of = |code: &str| set.classes.iter().position(|class| class.code == code);
        let gates = set.gates.iter().map(|gate| CompiledGate {
            slot: looked_at(&gate.when).and_then(|code| by_code.get(code).copied()),
            class: if let GateThen::ClassAtMost { class } = &gate.then { class_of(class) } else { None },
            gate: gate.clone(),
        });
        let ties = set.tie_breakers.iter().filter_map(|tie| Some((tie.clone(), measure(tie, set, &by_code)?)));
        Ok(Self {
            scale: set.scale,
            tree,
            bonus: set.bonus.as_ref().map(|bonus| (bonus.cap, bonus.place)),
            penalty_cap: set.penalties.as_ref().and_then(|penalties| penalties.cap),
            gates: gates.collect(),
            classes: set.classes.clone(),
            class_criteria: set.class_criteria,
            ties: ties.collect(),
            slots,
            by_code,
        })
    }

    /// All places, in the flat order.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The place of a code.
    #[must_use]
    pub fn place(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// Points of a unit that does everything.
    #[must_use]
    pub const fn scale(&self) -> Points {
        self.scale
    }

    /// Classes by total, best first.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// What a class is called; its code where there is none of it.
    #[must_use]
    pub fn class_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.classes.iter().find(|class| class.code == code).map_or(code, |class| &class.name)
    }

    /// Tie-breakers, in their order.
    pub fn tie_breakers(&self) -> impl Iterator<Item = &TieBreaker> {
        self.ties.iter().map(|(by, _)| by)
    }

    /// Gates, in their order.
    pub fn gates(&self) -> impl ExactSizeIterator<Item = &Gate> {
        self.gates.iter().map(|compiled| &compiled.gate)
    }
}

/// The code of the part a gate looks at.
fn looked_at(when: &GateWhen) -> Option<&str> {
    match when {
        GateWhen::Below { item, .. } | GateWhen::Zero { item } | GateWhen::Missing { item } => Some(item),
        GateWhen::Fact { .. } | GateWhen::TasksBelow { .. } => None,
    }
}

fn measure(tie: &TieBreaker, set: &CriteriaSet, by_code: &HashMap<String, usize>) -> Option<Measure> {
    let place = |code: &str| by_code.get(code).copied().map(Measure::Slot);
    match tie {
        TieBreaker::Bonus {} => Some(Measure::Bonus),
        TieBreaker::TaskGroup {} => set.task_group.as_deref().and_then(place),
        TieBreaker::Group { group: code } | TieBreaker::Item { item: code } => place(code),
        TieBreaker::Ballot {} => Some(Measure::Ballot),
        TieBreaker::Council {} => Some(Measure::Council),
    }
}

fn lay_out(set: &CriteriaSet) -> (Vec<Slot>, usize) {
    let mut slots: Vec<Slot> = flatten(set)
        .into_iter()
        .map(|place| Slot {
            code: place.node.code().to_owned(),
            name: place.node.name().to_owned(),
            max: place.node.max(),
            most: most(place.node),
            parent: place.parent,
            pointer: place.pointer,
            kind: kind(place.node),
        })
        .collect();
    let tree = slots.len();
    let bonuses = set.bonus.as_ref().map_or(&[][..], |bonus: &Bonus| &bonus.items);
    slots.extend(bonuses.iter().enumerate().map(|(at, extra)| beyond(extra, format!("/bonus/items/{at}"), SlotKind::Bonus)));
    let penalties = set.penalties.as_ref().map_or(&[][..], |penalties| &penalties.items);
    slots.extend(penalties.iter().enumerate().map(|(at, extra)| beyond(extra, format!("/penalties/items/{at}"), SlotKind::Penalty)));
    (slots, tree)
}

/// Most points that can be entered for a part of the tree.
fn most(node: &Node) -> Points {
    match node {
        Node::Item { rule, max, .. } => rule.most(*max),
        Node::Group { max, .. } => *max,
    }
}

fn kind(node: &Node) -> SlotKind {
    match node {
        Node::Group { capped, .. } => SlotKind::Group { capped: *capped },
        Node::Item { rule, not_applicable, .. } => SlotKind::Item { rule: rule.clone(), not_applicable: *not_applicable },
    }
}

fn beyond(extra: &Extra, pointer: String, kind: fn(Extra) -> SlotKind) -> Slot {
    Slot {
        code: extra.code.clone(),
        name: extra.name.clone(),
        max: extra.most(),
        most: extra.most(),
        parent: None,
        pointer,
        kind: kind(extra.clone()),
    }
}
