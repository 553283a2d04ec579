//! What the rule of a single item must fulfil.

use super::bands::{self, Range, best};
use super::{Findings, LEAST, MOST, extras};
use crate::criteria_set::{Band, Better, DayBand, IndexReading, IndexScale, Over, PARTS_MAX, Rule, Step};
use crate::points::{Points, Quantity};
use crate::refusal::{Code, Refusal, both};

/// The item whose rule is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// JSON pointer to the rule.
    pub(super) pointer: &'a str,
    pub(super) item: &'a str,
    pub(super) max: Points,
}

/// Days late that can be told apart.
pub const DAYS_LATE: std::ops::RangeInclusive<i32> = -366..=3660;

pub(super) fn check(findings: &mut Findings<'_>, about: &About<'_>, rule: &Rule) {
    match rule {
        Rule::Checklist { parts } => checklist(findings, about, parts),
        Rule::Linear { better, plan, over, .. } => linear(findings, about, *better, *plan, *over),
        Rule::Tiered { rate, least, most, bands } => {
            if *rate && least.is_none_or(|least| least < Quantity::ZERO) {
                let wanted = both("giá trị nhỏ nhất (least) từ 0 trở lên cho một tỷ lệ", "a least value of 0 or more for a rate");
                findings.note(value(about, "/least", *least, &wanted));
            }
            banded(findings, about, Range { least: *least, most: *most, whole: false }, bands);
        }
        Rule::Deadline { bands, never } => deadline(findings, about, bands, *never),
        Rule::Manual { step } => findings.step(&format!("{}/step", about.pointer), about.item, *step, about.max),
        Rule::ExternalIndex { index, reading, scale } => {
            if let Err(refusal) = crate::code::Code::parse(&format!("{}/index", about.pointer), index) {
                findings.note(refusal);
            }
            index_scale(findings, about, *reading, scale);
        }
    }
}

fn value(about: &About<'_>, field: &str, value: Option<Quantity>, wanted: &str) -> Refusal {
    let found = value.map_or_else(|| "–".to_owned(), Quantity::figure);
    let refusal = Refusal::at(format!("{}{field}", about.pointer), Code::CriteriaValueUnfit).with("item", about.item);
    refusal.with("value", found).with("wanted", wanted)
}

fn checklist(findings: &mut Findings<'_>, about: &About<'_>, parts: &[Step]) {
    let here = format!("{}/parts", about.pointer);
    if !findings.few(&here, about.item, parts.len(), PARTS_MAX) {
        return;
    }
    if parts.is_empty() {
        findings.dead(&here, about.item);
        return;
    }
    for (place, part) in parts.iter().enumerate() {
        let pointer = format!("{here}/{place}");
        extras::part(findings, &pointer, &part.code, &part.name, parts.iter().take(place).any(|before| before.code == part.code));
        findings.within(&format!("{pointer}/points"), about.item, part.points, LEAST, MOST);
    }
    findings.sum(&here, about.item, parts.iter().map(|part| part.points).sum(), about.max);
}

fn linear(findings: &mut Findings<'_>, about: &About<'_>, better: Better, plan: Option<Quantity>, over: Option<Over>) {
    let usable = |plan: Quantity| plan > Quantity::ZERO || (plan == Quantity::ZERO && better == Better::Lower);
    if plan.is_some_and(|plan| !usable(plan)) {
        let wanted = both(
            "kế hoạch lớn hơn 0 (chỉ tiêu càng thấp càng tốt thì được bằng 0)",
            "a plan above 0 (0 is possible where lower is better)",
        );
        findings.note(value(about, "/plan", plan, &wanted));
    }
    match over.map(|over| over.cap) {
        Some(Some(cap)) => findings.cap(&format!("{}/over/cap", about.pointer), about.item, cap, about.max.plus(LEAST), MOST),
        // Nothing at all where something was planned is better without end.
        Some(None) if better == Better::Lower => {
            let refusal = Refusal::at(format!("{}/over", about.pointer), Code::CriteriaCapUnfit).with("item", about.item);
            findings.note(refusal.with("cap", "–").with("least", about.max.plus(LEAST).figure()).with("most", MOST.figure()));
        }
        Some(None) | None => {}
    }
}

fn banded(findings: &mut Findings<'_>, about: &About<'_>, range: Range, all: &[Band]) {
    if !findings.few(&format!("{}/bands", about.pointer), about.item, all.len(), PARTS_MAX) {
        return;
    }
    if let (Some(least), Some(most)) = (range.least, range.most)
        && least >= most
    {
        let wanted = both("giá trị lớn nhất (most) lớn hơn giá trị nhỏ nhất (least)", "a greatest value (most) above the least");
        findings.note(value(about, "/most", range.most, &wanted));
        return;
    }
    bands::check(findings, about, range, all);
}

fn deadline(findings: &mut Findings<'_>, about: &About<'_>, bands: &[DayBand], never: Points) {
    let here = format!("{}/bands", about.pointer);
    if !findings.few(&here, about.item, bands.len(), PARTS_MAX) {
        return;
    }
    let mut before: Option<DayBand> = None;
    for (place, band) in bands.iter().enumerate() {
        findings.within(&format!("{here}/{place}/points"), about.item, band.points, Points::ZERO, about.max);
        let last = place + 1 == bands.len();
        let goes_on = before.and_then(|before| before.up_to).is_none_or(|before| band.up_to.is_none_or(|day| day > before));
        let known = band.up_to.is_none_or(|day| DAYS_LATE.contains(&day));
        if band.up_to.is_none() != last || !goes_on || !known {
            findings.note(unordered(&format!("{here}/{place}/up_to"), about));
        }
        if let Some(before) = before.filter(|before| band.points > before.points) {
            findings.note(rewarded(&format!("{here}/{place}/points"), about, band.points.max(before.points)));
        }
        before = Some(*band);
    }
    match before {
        None => findings.note(unordered(&here, about)),
        Some(last) if never > last.points => findings.note(rewarded(&format!("{}/never", about.pointer), about, never)),
        Some(_) => findings.within(&format!("{}/never", about.pointer), about.item, never, Points::ZERO, about.max),
    }
    best(findings, &here, about, bands.iter().map(|band| band.points));
}

fn unordered(pointer: &str, about: &About<'_>) -> Refusal {
    let refusal = Refusal::at(pointer, Code::CriteriaDaysUnordered).with("item", about.item);
    refusal.with("least", DAYS_LATE.start()).with("most", DAYS_LATE.end())
}

fn rewarded(pointer: &str, about: &About<'_>, points: Points) -> Refusal {
    Refusal::at(pointer, Code::CriteriaLateRewarded).with("item", about.item).with("points", points.figure())
}

fn index_scale(findings: &mut Findings<'_>, about: &About<'_>, reading: IndexReading, scale: &IndexScale) {
    let pointer = format!("{}/scale", about.pointer);
    let about = About { pointer: &pointer, ..*about };
    match scale {
        IndexScale::Bands { least, most, bands } => {
            let whole = reading == IndexReading::Rank;
            // Ranks begin at one, whether that is said or not.
            let least = if whole { least.or(Some(Quantity::of_units(Quantity::ONE))) } else { *least };
            banded(findings, &about, Range { least, most: *most, whole }, bands);
        }
        IndexScale::Linear { zero_at, full_at } if zero_at == full_at => {
            let wanted = both("hai mốc zero_at và full_at khác nhau", "two different readings zero_at and full_at");
            findings.note(value(&about, "/full_at", Some(*full_at), &wanted));
        }
        IndexScale::Linear { .. } => {}
    }
}
