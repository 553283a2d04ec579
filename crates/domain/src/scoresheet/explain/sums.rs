//! The lines below the tree: contents, bonus, penalties and total, the class, and what gates saw.

use super::words::{added, exact};
use super::{Effect, GateLine, Said, Sum};
use crate::criteria_set::{BonusPlace, Compiled, CompiledGate, GateWhen, SlotKind};
use crate::points::{Fraction, Points, Quantity};
use crate::scoresheet::{Facts, Score, TallyState};
use crate::vocabulary::Word;

pub(super) fn sums(set: &Compiled, score: &Score) -> Vec<Sum> {
    vec![contents(set, score), bonus(set, score), penalties(set, score), total(score)]
}

fn line(line: &'static str, (vi, en): (String, String), fraction: Fraction, effects: Vec<Effect>, points: Points) -> Sum {
    Sum { line, formula: Said { vi, en }, exact: exact(fraction), effects, points }
}

fn of_kind(set: &Compiled, score: &Score, wanted: fn(&SlotKind) -> bool) -> (String, String) {
    added(set.slots.iter().zip(&score.tallies).filter(|(slot, _)| wanted(&slot.kind)).map(|(_, tally)| tally.points))
}

fn contents(set: &Compiled, score: &Score) -> Sum {
    let tops = || set.slots.iter().zip(&score.tallies).take(set.tree).filter(|(slot, _)| slot.parent.is_none());
    let max: Points = tops().map(|(slot, _)| slot.max).sum();
    let (vi, en) = added(tops().filter(|(_, tally)| tally.applies > Points::ZERO).map(|(_, tally)| tally.points));
    let found = score.contents;
    if found.applies == max {
        return line("contents", (vi, en), Fraction::whole(found.sum), Vec::new(), found.points);
    }
    let words = (format!("({vi}) × {} ÷ {}", max.vi(), found.applies.vi()), format!("({en}) × {max} ÷ {}", found.applies));
    let fraction = Fraction::of(found.sum, i128::from(max.units()), i128::from(found.applies.units()));
    let effects = vec![Effect::ScaledUp { applies: found.applies, max }];
    line("contents", words, fraction.unwrap_or(Fraction::whole(found.points)), effects, found.points)
}

fn bonus(set: &Compiled, score: &Score) -> Sum {
    let words = of_kind(set, score, |kind| matches!(kind, SlotKind::Bonus(_)));
    let mut effects = Vec::new();
    if let Some((cap, place)) = set.bonus {
        if let Some(cap) = cap.filter(|cap| *cap < score.bonus_before) {
            effects.push(Effect::Capped { cap });
        }
        let free = set.scale.minus(score.contents.points).max(Points::ZERO);
        let capped = cap.map_or(score.bonus_before, |cap| cap.min(score.bonus_before));
        if place == BonusPlace::FillsToScale && free < capped {
            effects.push(Effect::Capped { cap: free });
        }
    }
    line("bonus", words, Fraction::whole(score.bonus_before), effects, score.bonus)
}

fn penalties(set: &Compiled, score: &Score) -> Sum {
    let words = of_kind(set, score, |kind| matches!(kind, SlotKind::Penalty(_)));
    let cap = set.penalty_cap.filter(|cap| *cap < score.penalties_before);
    let effects = cap.map(|cap| Effect::Capped { cap }).into_iter().collect();
    line("penalties", words, Fraction::whole(score.penalties_before), effects, score.penalties)
}

fn total(score: &Score) -> Sum {
    let (contents, bonus, penalties) = (score.contents.points, score.bonus, score.penalties);
    let before = contents.plus(bonus).minus(penalties);
    let effects = if before < Points::ZERO { vec![Effect::NotBelowZero {}] } else { Vec::new() };
    let words = (format!("{} + {} − {}", contents.vi(), bonus.vi(), penalties.vi()), format!("{contents} + {bonus} − {penalties}"));
    line("total", words, Fraction::whole(before), effects, score.total)
}

pub(super) fn class_because(set: &Compiled, score: &Score) -> Option<Said> {
    let before = set.classes.get(score.class_before?)?;
    let mut vi = format!("Tổng {} ≥ {}", score.total.vi(), before.at_least.vi());
    let mut en = format!("Total {} ≥ {}", score.total, before.at_least);
    if let Some(percent) = before.every_criterion {
        vi.push_str(&format!(", mọi tiêu chí đạt từ {} %", percent.vi()));
        en.push_str(&format!(", every criterion at {percent} % or more"));
    }
    if score.class != score.class_before {
        let class = set.classes.get(score.class?)?;
        vi.push_str(&format!("; điều kiện ràng buộc đưa về “{}”", class.name));
        en.push_str(&format!("; gates leave \"{}\" at best", class.name));
    }
    Some(Said { vi, en })
}

pub(super) fn gates(set: &Compiled, score: &Score, facts: &Facts) -> Vec<GateLine> {
    let line = |(compiled, verdict): (&CompiledGate, _)| GateLine {
        gate: compiled.gate.code.clone(),
        name: compiled.gate.name.clone(),
        verdict,
        because: because(set, score, facts, compiled),
    };
    set.gates.iter().zip(score.gates.iter().copied()).map(line).collect()
}

fn because(set: &Compiled, score: &Score, facts: &Facts, compiled: &CompiledGate) -> Said {
    let place = compiled.slot.and_then(|place| Some((set.slots.get(place)?, score.tallies.get(place)?)));
    let (vi, en) = match (&compiled.gate.when, place) {
        (GateWhen::Fact { fact }, _) => match facts.declared.get(fact) {
            Some(true) => (format!("{fact}: có"), format!("{fact}: yes")),
            Some(false) => (format!("{fact}: không"), format!("{fact}: no")),
            None => (format!("{fact}: chưa khai"), format!("{fact}: not declared")),
        },
        (GateWhen::TasksBelow { grade }, _) => {
            let wanted = grade.label();
            let found = facts.task_grade.map(Word::label);
            (
                format!("Xếp loại nhiệm vụ: {}; cần từ “{}”", found.map_or("chưa có", |label| label.vi), wanted.vi),
                format!("Grade of the tasks: {}; wanted: \"{}\" or better", found.map_or("not known", |label| label.en), wanted.en),
            )
        }
        (when, Some((slot, tally))) => {
            let state = tally.state.label();
            let (mut vi, mut en) = (
                format!("{}: {} trên {} điểm, {}", slot.code, tally.points.vi(), slot.max.vi(), state.vi.to_lowercase()),
                format!("{}: {} of {} points, {}", slot.code, tally.points, slot.max, state.en.to_lowercase()),
            );
            if let GateWhen::Below { percent, .. } = when {
                vi.push_str(&format!("; ngưỡng {} %", percent.vi()));
                en.push_str(&format!("; threshold {percent} %"));
            }
            open(tally.state, tally.unsettled, &mut vi, &mut en);
            (vi, en)
        }
        (_, None) => (String::new(), String::new()),
    };
    Said { vi, en }
}

/// What is still to come below a part can change what a gate says.
fn open(state: TallyState, unsettled: u32, vi: &mut String, en: &mut String) {
    if unsettled > 0 && state != TallyState::Missing {
        let count = Quantity::of_units(i64::from(unsettled) * Quantity::ONE);
        vi.push_str(&format!("; số mục chưa chốt: {}", count.vi()));
        en.push_str(&format!("; items still open: {count}"));
    }
}
