//! What classes, gates and tie-breakers must fulfil: they speak of parts that are there, and each can come into play.

use std::collections::HashSet;

use super::{Findings, Placed, extras};
use crate::criteria_set::{BonusPlace, Class, CriteriaSet, Gate, GateThen, GateWhen, Node, TaskGrade, TieBreaker};
use crate::points::{Points, Quantity};
use crate::refusal::{Code, Refusal, both};

/// What a reference may point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Group,
    Item,
    Either,
}

pub(super) fn check(findings: &mut Findings<'_>, set: &CriteriaSet, flat: &[Placed<'_>]) {
    if let Some(group) = &set.task_group {
        refers(findings, flat, "/task_group", group, Wanted::Group);
    }
    classes(findings, set, reach(set));
    for (place, gate) in set.gates.iter().enumerate() {
        let pointer = format!("/gates/{place}");
        let twice = set.gates.iter().take(place).any(|before| before.code == gate.code);
        extras::part(findings, &pointer, &gate.code, &gate.name, twice);
        findings.note_text(&pointer, &gate.code, gate.note.as_deref());
        condition(findings, flat, &pointer, gate);
        effect(findings, set, &pointer, gate);
    }
    ties(findings, set, flat);
}

fn refers(findings: &mut Findings<'_>, flat: &[Placed<'_>], pointer: &str, code: &str, wanted: Wanted) {
    let fits = |node: &Node| match wanted {
        Wanted::Group => matches!(node, Node::Group { .. }),
        Wanted::Item => matches!(node, Node::Item { .. }),
        Wanted::Either => true,
    };
    if !flat.iter().any(|place| place.node.code() == code && fits(place.node)) {
        let what = match wanted {
            Wanted::Group => both("nhóm", "a group"),
            Wanted::Item => both("mục chấm điểm", "an item"),
            Wanted::Either => both("nhóm hay mục chấm điểm", "a group or item"),
        };
        unknown(findings, pointer, code, &what);
    }
}

fn unknown(findings: &mut Findings<'_>, pointer: &str, code: &str, what: &str) {
    findings.note(Refusal::at(pointer, Code::CriteriaUnknownItem).with("item", code).with("what", what));
}

/// The greatest total there can be.
fn reach(set: &CriteriaSet) -> Points {
    let contents: Points = set.contents.iter().map(most).sum();
    match &set.bonus {
        None => contents,
        Some(bonus) if bonus.place == BonusPlace::FillsToScale => contents.max(set.scale),
        Some(bonus) => contents.plus(extras::reach(bonus)),
    }
}

fn most(node: &Node) -> Points {
    match node {
        Node::Group { max, capped: true, .. } => *max,
        Node::Group { children, .. } => children.iter().map(most).sum(),
        Node::Item { rule, max, .. } => rule.most(*max),
    }
}

/// A share in per cent that asks for something.
fn share(findings: &mut Findings<'_>, pointer: &str, item: &str, percent: Quantity) {
    if percent <= Quantity::ZERO || percent > Quantity::of_units(100 * Quantity::ONE) {
        let refusal = Refusal::at(pointer, Code::CriteriaValueUnfit).with("item", item).with("value", percent.figure());
        findings.note(refusal.with("wanted", both("tỷ lệ trên 0 và không quá 100 %", "a share above 0 and up to 100 %")));
    }
}

fn classes(findings: &mut Findings<'_>, set: &CriteriaSet, reach: Points) {
    let mut before: Option<&Class> = None;
    for (place, class) in set.classes.iter().enumerate() {
        let pointer = format!("/classes/{place}");
        let twice = set.classes.iter().take(place).any(|before| before.code == class.code);
        extras::part(findings, &pointer, &class.code, &class.name, twice);
        let at =
            |code| Refusal::at(format!("{pointer}/at_least"), code).with("item", &class.code).with("threshold", class.at_least.figure());
        if let Some(before) = before.filter(|before| class.at_least >= before.at_least) {
            findings.note(at(Code::CriteriaThresholdOrder).with("before", before.at_least.figure()));
        }
        if class.at_least > reach {
            findings.note(at(Code::CriteriaThresholdOutOfReach).with("most", reach.figure()));
        }
        if let Some(percent) = class.every_criterion {
            share(findings, &format!("{pointer}/every_criterion"), &class.code, percent);
        }
        before = Some(class);
    }
    if let Some(last) = before.filter(|last| last.at_least != Points::ZERO || last.every_criterion.is_some()) {
        let pointer = format!("/classes/{}", set.classes.len().saturating_sub(1));
        findings.note(Refusal::at(pointer, Code::CriteriaClassesOpen).with("item", &last.code));
    }
}

fn idle(findings: &mut Findings<'_>, pointer: &str, gate: &Gate) {
    findings.note(Refusal::at(pointer, Code::CriteriaGateIdle).with("item", &gate.code));
}

fn condition(findings: &mut Findings<'_>, flat: &[Placed<'_>], pointer: &str, gate: &Gate) {
    let pointer = format!("{pointer}/when");
    match &gate.when {
        GateWhen::Fact { fact } => {
            if let Err(refusal) = crate::code::Code::parse(&format!("{pointer}/fact"), fact) {
                findings.note(refusal);
            }
        }
        GateWhen::Below { item, percent } => {
            refers(findings, flat, &format!("{pointer}/item"), item, Wanted::Either);
            share(findings, &format!("{pointer}/percent"), &gate.code, *percent);
        }
        GateWhen::Zero { item } => refers(findings, flat, &format!("{pointer}/item"), item, Wanted::Either),
        GateWhen::Missing { item } => refers(findings, flat, &format!("{pointer}/item"), item, Wanted::Item),
        GateWhen::TasksBelow { grade } => {
            if *grade == TaskGrade::NotDone {
                idle(findings, &format!("{pointer}/grade"), gate);
            }
        }
    }
}

fn effect(findings: &mut Findings<'_>, set: &CriteriaSet, pointer: &str, gate: &Gate) {
    match &gate.then {
        GateThen::Excluded {} => {}
        GateThen::RankAtBest { rank } => {
            if !(2..=1000).contains(rank) {
                idle(findings, &format!("{pointer}/then/rank"), gate);
            }
        }
        GateThen::ClassAtMost { class } => match set.classes.iter().position(|known| known.code == *class) {
            None => unknown(findings, &format!("{pointer}/then/class"), class, &both("xếp loại", "a class")),
            Some(0) => idle(findings, &format!("{pointer}/then/class"), gate),
            Some(_) => {}
        },
    }
}

fn ties(findings: &mut Findings<'_>, set: &CriteriaSet, flat: &[Placed<'_>]) {
    let mut seen = HashSet::new();
    for (place, tie) in set.tie_breakers.iter().enumerate() {
        let pointer = format!("/tie_breakers/{place}");
        let looks_at = match tie {
            TieBreaker::Bonus {} => {
                if set.bonus.is_none() {
                    unknown(findings, &pointer, "bonus", &both("phần điểm thưởng", "a bonus part"));
                }
                "bonus"
            }
            TieBreaker::TaskGroup {} => {
                if set.task_group.is_none() {
                    unknown(findings, &pointer, "task_group", &both("nhóm nhiệm vụ (task_group)", "a group of tasks (task_group)"));
                }
                set.task_group.as_deref().unwrap_or("task_group")
            }
            TieBreaker::Group { group } => {
                refers(findings, flat, &format!("{pointer}/group"), group, Wanted::Group);
                group
            }
            TieBreaker::Item { item } => {
                refers(findings, flat, &format!("{pointer}/item"), item, Wanted::Item);
                item
            }
            TieBreaker::Ballot {} => "/ballot",
            TieBreaker::Council {} => "/council",
        };
        if !seen.insert((matches!(tie, TieBreaker::Bonus {}), looks_at)) {
            findings.note(Refusal::at(&pointer, Code::CriteriaTieTwice).with("place", place + 1));
        }
    }
}
