//! What bonuses and penalties must fulfil: causes that count, caps that bite.

use super::{Findings, LEAST, MOST};
use crate::criteria_set::rule::TIMES_MAX;
use crate::criteria_set::{Bonus, CriteriaSet, Extra, PARTS_MAX};
use crate::points::Points;
use crate::refusal::{Code, Refusal};

/// Most points that a bonus gives.
pub(super) fn reach(bonus: &Bonus) -> Points {
    let all = sum(&bonus.items);
    bonus.cap.map_or(all, |cap| cap.min(all))
}

fn sum(items: &[Extra]) -> Points {
    items.iter().map(Extra::most).sum()
}

pub(super) fn check<'a>(findings: &mut Findings<'a>, set: &'a CriteriaSet) {
    if let Some(bonus) = &set.bonus {
        section(findings, "/bonus", set, bonus.cap, &bonus.items);
    }
    if let Some(penalties) = &set.penalties {
        section(findings, "/penalties", set, penalties.cap, &penalties.items);
    }
}

fn section<'a>(findings: &mut Findings<'a>, pointer: &str, set: &CriteriaSet, cap: Option<Points>, items: &'a [Extra]) {
    if items.is_empty() {
        findings.dead(&format!("{pointer}/items"), &set.code);
    }
    for (place, extra) in items.iter().enumerate() {
        row(findings, &format!("{pointer}/items/{place}"), extra);
    }
    if let Some(cap) = cap.filter(|_| !items.is_empty()) {
        findings.cap(&format!("{pointer}/cap"), &set.code, cap, LEAST, sum(items));
    }
}

fn row<'a>(findings: &mut Findings<'a>, pointer: &str, extra: &'a Extra) {
    let item = &extra.code;
    findings.key(pointer, item);
    findings.words(pointer, item, &extra.name, extra.note.as_deref());
    if !findings.few(&format!("{pointer}/causes"), item, extra.causes.len(), PARTS_MAX) {
        return;
    }
    if extra.causes.is_empty() && extra.given.is_none() {
        findings.dead(pointer, item);
        return;
    }
    for (place, cause) in extra.causes.iter().enumerate() {
        let pointer = format!("{pointer}/causes/{place}");
        part(findings, &pointer, &cause.code, &cause.name, extra.causes.iter().take(place).any(|before| before.code == cause.code));
        findings.within(&format!("{pointer}/points"), item, cause.points, LEAST, MOST);
        if cause.times == 0 {
            findings.dead(&format!("{pointer}/times"), item);
        } else if cause.times > TIMES_MAX {
            findings.few(&format!("{pointer}/times"), item, cause.times as usize, TIMES_MAX as usize);
        }
    }
    if let Some(given) = extra.given {
        findings.within(&format!("{pointer}/given/most"), item, given.most, LEAST, MOST);
        findings.step(&format!("{pointer}/given/step"), item, given.step, given.most);
    }
    if let Some(cap) = extra.cap {
        findings.cap(&format!("{pointer}/cap"), item, cap, LEAST, extra.reach());
    }
    if extra.reach() > MOST {
        findings.within(pointer, item, extra.reach(), LEAST, MOST);
    }
}

/// A key and a name within an item.
pub(super) fn part(findings: &mut Findings<'_>, pointer: &str, code: &str, name: &str, twice: bool) {
    if let Err(refusal) = crate::code::Code::parse(&format!("{pointer}/code"), code) {
        findings.note(refusal);
    } else if twice {
        findings.note(Refusal::at(format!("{pointer}/code"), Code::CriteriaCodeTwice).with("item", code));
    }
    findings.words(pointer, code, name, None);
}
