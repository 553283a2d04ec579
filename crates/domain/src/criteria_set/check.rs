//! What a criteria set must fulfil before units are scored on it: sizes, codes and sums here; single rules, bands,
//! bonuses and consequences beside. Everything wrong is told at once, each with the code of the item it is about.

mod bands;
mod consequences;
mod extras;
mod rules;

pub use rules::DAYS_LATE;

use std::collections::HashSet;

use super::{BonusPlace, CriteriaSet, DEPTH_MAX, NAME_MAX, NODES_MAX, NOTE_MAX, Node, PARTS_MAX, STEPS_MAX};
use crate::points::Points;
use crate::refusal::{Code, Refusal};
use crate::text::{self, Lines};

/// A node with where it stands.
#[derive(Debug)]
pub(crate) struct Placed<'a> {
    pub(crate) node: &'a Node,
    /// Its group, by its place in the flat order.
    pub(crate) parent: Option<usize>,
    /// 1 at the top.
    pub(crate) depth: usize,
    /// JSON pointer into the set.
    pub(crate) pointer: String,
}

/// The tree from its root on, each group before what is below it; no deeper than one level more than is allowed.
pub(crate) fn flatten(set: &CriteriaSet) -> Vec<Placed<'_>> {
    let mut flat = Vec::new();
    let mut open: Vec<Placed<'_>> = placed(&set.contents, None, 1, "/contents");
    while let Some(next) = open.pop() {
        if next.depth <= DEPTH_MAX {
            let below = format!("{}/children", next.pointer);
            open.extend(placed(next.node.children(), Some(flat.len()), next.depth + 1, &below));
        }
        flat.push(next);
    }
    flat
}

/// In reverse, so that the first is taken off the pile first.
fn placed<'a>(nodes: &'a [Node], parent: Option<usize>, depth: usize, pointer: &str) -> Vec<Placed<'a>> {
    let at = |(place, node)| Placed { node, parent, depth, pointer: format!("{pointer}/{place}") };
    nodes.iter().enumerate().rev().map(at).collect()
}

/// Notes what is wrong.
#[derive(Debug, Default)]
struct Findings<'a> {
    refusals: Vec<Refusal>,
    codes: HashSet<&'a str>,
}

impl<'a> Findings<'a> {
    fn note(&mut self, refusal: Refusal) {
        self.refusals.push(refusal);
    }

    /// A key that is well formed and not used before.
    fn key(&mut self, pointer: &str, code: &'a str) {
        if let Err(refusal) = crate::code::Code::parse(&format!("{pointer}/code"), code) {
            self.note(refusal);
        } else if !self.codes.insert(code) {
            self.note(Refusal::at(format!("{pointer}/code"), Code::CriteriaCodeTwice).with("item", code));
        }
    }

    fn words(&mut self, pointer: &str, code: &str, name: &str, note: Option<&str>) {
        if name.is_empty() || !is_plain(name, Lines::One, NAME_MAX) {
            self.unfit(format!("{pointer}/name"), code);
        }
        self.note_text(pointer, code, note);
    }

    fn note_text(&mut self, pointer: &str, code: &str, note: Option<&str>) {
        if note.is_some_and(|note| !is_plain(note, Lines::Many, NOTE_MAX)) {
            self.unfit(format!("{pointer}/note"), code);
        }
    }

    fn unfit(&mut self, pointer: String, code: &str) {
        self.note(Refusal::at(pointer, Code::CriteriaNameUnfit).with("item", code).with("limit", NAME_MAX).with("most", NOTE_MAX));
    }

    /// Whether there are not too many parts in a list.
    fn few(&mut self, pointer: &str, item: &str, count: usize, limit: usize) -> bool {
        if count > limit {
            self.note(Refusal::at(pointer, Code::CriteriaTooLarge).with("item", item).with("count", count).with("limit", limit));
        }
        count <= limit
    }

    /// Points between two bounds, both allowed.
    fn within(&mut self, pointer: &str, item: &str, points: Points, least: Points, most: Points) {
        if points < least || points > most {
            let refusal = Refusal::at(pointer, Code::CriteriaPointsOutside).with("item", item).with("points", points.figure());
            self.note(refusal.with("least", least.figure()).with("most", most.figure()));
        }
    }

    fn step(&mut self, pointer: &str, item: &str, step: Points, max: Points) {
        if step <= Points::ZERO || max.units() % step.units() != 0 {
            let refusal = Refusal::at(pointer, Code::CriteriaStepUnfit).with("item", item);
            self.note(refusal.with("step", step.figure()).with("max", max.figure()));
        }
    }

    fn cap(&mut self, pointer: &str, item: &str, cap: Points, least: Points, most: Points) {
        if cap < least || cap > most {
            let refusal = Refusal::at(pointer, Code::CriteriaCapUnfit).with("item", item).with("cap", cap.figure());
            self.note(refusal.with("least", least.figure()).with("most", most.figure()));
        }
    }

    fn dead(&mut self, pointer: &str, item: &str) {
        self.note(Refusal::at(pointer, Code::CriteriaDeadItem).with("item", item));
    }

    fn sum(&mut self, pointer: &str, item: &str, sum: Points, max: Points) {
        if sum != max {
            let refusal = Refusal::at(pointer, Code::CriteriaSumDiffers).with("item", item);
            self.note(refusal.with("sum", sum.figure()).with("max", max.figure()));
        }
    }
}

/// Whether a text is in its kept form and not too long.
fn is_plain(text: &str, lines: Lines, most: usize) -> bool {
    text::normalise(text, lines).is_ok_and(|kept| kept == text) && text.chars().count() <= most
}

/// The smallest number of points.
const LEAST: Points = Points::of_units(1);
/// The greatest number of points.
const MOST: Points = Points::of_units(Points::LIMIT);

/// Everything that is wrong with a set, each with its place in it and the code of the item; nothing where it can be used.
#[must_use]
pub fn check(set: &CriteriaSet) -> Vec<Refusal> {
    let mut findings = Findings::default();
    let flat = flatten(set);
    let beyond = set.bonus.as_ref().map_or(0, |bonus| bonus.items.len()) + set.penalties.as_ref().map_or(0, |all| all.items.len());
    findings.few("/contents", &set.code, flat.len() + beyond, NODES_MAX);
    findings.few("/gates", &set.code, set.gates.len(), PARTS_MAX);
    findings.few("/classes", &set.code, set.classes.len(), STEPS_MAX);
    findings.few("/tie_breakers", &set.code, set.tie_breakers.len(), STEPS_MAX);
    if !findings.refusals.is_empty() {
        // What is far too large is not looked at in detail.
        return findings.refusals;
    }
    if let Err(refusal) = crate::code::Code::parse("/code", &set.code) {
        findings.note(refusal);
    }
    findings.words("", &set.code, &set.name, set.note.as_deref());
    findings.within("/scale", &set.code, set.scale, LEAST, MOST);
    if !flat.iter().any(|place| matches!(place.node, Node::Item { .. })) {
        findings.note(Refusal::at("/contents", Code::CriteriaEmpty));
    }
    for place in &flat {
        node(&mut findings, place);
    }
    scale(&mut findings, set);
    extras::check(&mut findings, set);
    consequences::check(&mut findings, set, &flat);
    findings.refusals
}

fn node<'a>(findings: &mut Findings<'a>, place: &Placed<'a>) {
    let (pointer, node) = (&place.pointer, place.node);
    if place.depth > DEPTH_MAX {
        findings.note(Refusal::at(pointer, Code::CriteriaTooDeep).with("item", node.code()).with("limit", DEPTH_MAX));
    }
    findings.key(pointer, node.code());
    if node.max() == Points::ZERO {
        findings.dead(&format!("{pointer}/max"), node.code());
    } else {
        findings.within(&format!("{pointer}/max"), node.code(), node.max(), LEAST, MOST);
    }
    match node {
        Node::Group { code, name, max, children, note, .. } => {
            findings.words(pointer, code, name, note.as_deref());
            if children.is_empty() {
                findings.dead(&format!("{pointer}/children"), code);
            } else {
                findings.sum(&format!("{pointer}/max"), code, children.iter().map(Node::max).sum(), *max);
            }
        }
        Node::Item { code, name, max, rule, note, .. } => {
            findings.words(pointer, code, name, note.as_deref());
            rules::check(findings, &rules::About { pointer: &format!("{pointer}/rule"), item: code, max: *max }, rule);
        }
    }
}

/// What the contents, and a bonus within the scale, add up to.
fn scale(findings: &mut Findings<'_>, set: &CriteriaSet) {
    let contents: Points = set.contents.iter().map(Node::max).sum();
    let within = set.bonus.as_ref().filter(|bonus| bonus.place == BonusPlace::WithinScale);
    let bonus = within.map_or(Points::ZERO, extras::reach);
    findings.sum("/scale", &set.code, contents.plus(bonus), set.scale);
}

#[cfg(test)]
mod tests;
