//! Formulas in words, with their figures, in both languages.

use super::super::entry::Counted;
use super::super::formula::{Ratio, band, day_band, rate, the_plan};
use super::super::score::{Tally, TallyState};
use super::{Claim, Explained, Said};
use crate::criteria_set::{Band, Better, DayBand, Extra, IndexReading, IndexScale, Rule, Slot, SlotKind, Step};
use crate::points::{Fraction, Points, Quantity};

/// An exact number of points in lowest terms: `20/3`, or `7/1`.
pub(super) fn exact(fraction: Fraction) -> String {
    let (over, under) = (fraction.numerator, fraction.denominator.saturating_mul(i128::from(Points::ONE)));
    let (mut a, mut b) = (over.unsigned_abs(), under.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let common = i128::try_from(a).unwrap_or(1).max(1);
    format!("{}/{}", over / common, under / common)
}

/// The same sentence with other marks: both get their figures from the same list.
fn said(vi: String, en: String) -> Said {
    Said { vi, en }
}

/// `2 + 3`, with the marks of both languages; `0` for none.
pub(super) fn added(all: impl Iterator<Item = Points> + Clone) -> (String, String) {
    let joined = |each: fn(&Points) -> String| {
        let parts: Vec<String> = all.clone().map(|points| each(&points)).collect();
        if parts.is_empty() { "0".to_owned() } else { parts.join(" + ") }
    };
    (joined(|points| points.vi()), joined(|points| points.to_string()))
}

/// The sum of a group, scaled up where parts of it are left out.
pub(super) fn group(max: Points, tally: &Tally, children: &[Explained]) -> Said {
    if tally.state == TallyState::NotApplicable {
        return said("Mọi mục bên dưới đều không áp dụng".to_owned(), "Nothing below applies".to_owned());
    }
    let left_out = |child: &&Explained| {
        let scaled = super::Effect::LeftOut { gives: crate::criteria_set::NotApplicable::Scaled };
        let empty_group = !child.children.is_empty() && child.state == TallyState::NotApplicable;
        !empty_group && !child.effects.contains(&scaled)
    };
    let (vi, en) = added(children.iter().filter(left_out).map(|child| child.points));
    if tally.applies == max {
        return said(vi, en);
    }
    let (applies, all) = (tally.applies, max);
    said(format!("({vi}) × {} ÷ {}", all.vi(), applies.vi()), format!("({en}) × {all} ÷ {applies}"))
}

/// The formula of an item with what was claimed.
pub(super) fn item(slot: &Slot, claim: &Claim) -> Said {
    match (&slot.kind, claim) {
        (SlotKind::Bonus(extra) | SlotKind::Penalty(extra), Claim::Causes { causes, points }) => causes_of(extra, causes, *points),
        (SlotKind::Item { rule, .. }, claim) => by_rule(slot, rule, claim),
        _ => said(String::new(), String::new()),
    }
}

fn by_rule(slot: &Slot, rule: &Rule, claim: &Claim) -> Said {
    match (rule, claim) {
        (Rule::Checklist { parts }, Claim::Checklist { parts: there }) => checklist(parts, there),
        (Rule::Linear { better, plan, partial, .. }, Claim::Measured { plan: stated, actual }) => {
            let plan = the_plan(slot, *better, *plan, *stated).unwrap_or_default();
            linear(slot.max, *better, *partial, plan, *actual)
        }
        (Rule::Tiered { bands, .. }, Claim::Value { value }) => {
            let ratio = Ratio { over: i128::from(value.units()), under: 1 };
            banded(bands, ratio, &value.vi(), &value.to_string())
        }
        (Rule::Tiered { bands, .. }, Claim::Rate { part, whole }) => {
            let ratio = rate(slot, *part, *whole).unwrap_or(Ratio { over: 0, under: 1 });
            let (vi, en) = (format!("100 × {} ÷ {} %", part.vi(), whole.vi()), format!("100 × {part} ÷ {whole} %"));
            banded(bands, ratio, &vi, &en)
        }
        (Rule::Deadline { bands, .. }, Claim::Late { days }) => late(bands, i64::from(*days)),
        (Rule::Deadline { bands, .. }, Claim::HandedIn { due, on }) => late(bands, on.signed_duration_since(*due).num_days()),
        (Rule::Deadline { never, .. }, Claim::Never {}) => {
            said(format!("Không nộp: {} điểm", never.vi()), format!("Never handed in: {never} points"))
        }
        (Rule::Manual { step }, Claim::Points { points }) => {
            said(format!("Chấm {} điểm, theo bước {}", points.vi(), step.vi()), format!("{points} points given, in steps of {step}"))
        }
        (Rule::ExternalIndex { index, .. }, Claim::Index { value: None, .. }) => {
            said(format!("{index}: chưa công bố, tạm tính 0 điểm"), format!("{index}: not published, 0 points for now"))
        }
        (Rule::ExternalIndex { index, reading, scale }, Claim::Index { value: Some(value), .. }) => {
            indexed(slot.max, index, *reading, scale, *value)
        }
        _ => said(String::new(), String::new()),
    }
}

fn checklist(parts: &[Step], there: &[String]) -> Said {
    let found = parts.iter().filter(|part| there.contains(&part.code));
    let (vi, en) = added(found.clone().map(|part| part.points));
    let codes = found.map(|part| part.code.as_str()).collect::<Vec<_>>().join(", ");
    said(format!("Các phần có ({codes}): {vi}"), format!("Parts that are there ({codes}): {en}"))
}

fn linear(max: Points, better: Better, partial: bool, plan: Quantity, actual: Quantity) -> Said {
    let (part, whole) = match better {
        Better::Higher => (actual, plan),
        Better::Lower => (plan, actual),
    };
    if part < whole && !partial {
        let vi = format!("Kế hoạch {}, thực hiện {}: chưa đạt, 0 điểm", plan.vi(), actual.vi());
        return said(vi, format!("Plan {plan}, reached {actual}: not met, 0 points"));
    }
    if whole == Quantity::ZERO {
        let vi = format!("Kế hoạch {}, thực hiện 0: đạt", plan.vi());
        return said(vi, format!("Plan {plan}, reached 0: met"));
    }
    let (vi, en) = match better {
        Better::Higher => ("điểm tối đa × thực hiện ÷ kế hoạch", "most × reached ÷ plan"),
        Better::Lower => ("điểm tối đa × kế hoạch ÷ thực hiện", "most × plan ÷ reached"),
    };
    said(format!("{vi} = {} × {} ÷ {}", max.vi(), part.vi(), whole.vi()), format!("{en} = {max} × {part} ÷ {whole}"))
}

/// A band as `(95; …]`: round brackets leave the end out, square ones take it in.
fn ends(band: &Band, mark: fn(Quantity) -> String) -> String {
    let open = if band.from_inclusive && band.from.is_some() { '[' } else { '(' };
    let close = if band.to_inclusive && band.to.is_some() { ']' } else { ')' };
    let end = |end: Option<Quantity>| end.map_or_else(|| "…".to_owned(), mark);
    format!("{open}{}; {}{close}", end(band.from), end(band.to))
}

fn banded(bands: &[Band], value: Ratio, vi: &str, en: &str) -> Said {
    let Some((place, band)) = band(bands, value) else { return said(vi.to_owned(), en.to_owned()) };
    let number = place + 1;
    said(
        format!("{vi} thuộc khoảng thứ {number}, {}: {} điểm", ends(band, Quantity::vi), band.points.vi()),
        format!("{en} lies in band number {number}, {}: {} points", ends(band, |end| end.to_string()), band.points),
    )
}

fn late(bands: &[DayBand], days: i64) -> Said {
    let Some((place, band)) = day_band(bands, days) else { return said(String::new(), String::new()) };
    let before = place.checked_sub(1).and_then(|before| bands.get(before)).and_then(|before| before.up_to);
    let (vi, en) = match (before, band.up_to) {
        (_, Some(last)) if before.is_none() => (format!("đến {last} ngày"), format!("up to {last} days")),
        (Some(before), Some(last)) => (format!("trên {before} đến {last} ngày"), format!("over {before} up to {last} days")),
        (Some(before), None) => (format!("trên {before} ngày"), format!("over {before} days")),
        (None, _) => ("mọi trường hợp".to_owned(), "any day".to_owned()),
    };
    said(format!("Trễ {days} ngày ({vi}): {} điểm", band.points.vi()), format!("{days} days late ({en}): {} points", band.points))
}

fn indexed(max: Points, index: &str, reading: IndexReading, scale: &IndexScale, value: Quantity) -> Said {
    let (what_vi, what_en) = match reading {
        IndexReading::Value => ("giá trị", "value"),
        IndexReading::Rank => ("hạng", "rank"),
    };
    let (vi, en) = (format!("{index}, {what_vi} {}", value.vi()), format!("{index}, {what_en} {value}"));
    match scale {
        IndexScale::Bands { bands, .. } => banded(bands, Ratio { over: i128::from(value.units()), under: 1 }, &vi, &en),
        IndexScale::Linear { zero_at, full_at } => said(
            format!("{vi}: {} × ({} − {}) ÷ ({} − {})", max.vi(), value.vi(), zero_at.vi(), full_at.vi(), zero_at.vi()),
            format!("{en}: {max} × ({value} − {zero_at}) ÷ ({full_at} − {zero_at})"),
        ),
    }
}

fn causes_of(extra: &Extra, causes: &[Counted], given: Option<Points>) -> Said {
    let each = |points: fn(Points) -> String| {
        let known = |counted: &Counted| {
            let cause = extra.causes.iter().find(|cause| cause.code == counted.cause)?;
            Some(format!("{} × {} ({})", counted.times, points(cause.points), cause.code))
        };
        let parts: Vec<String> = causes.iter().filter_map(known).chain(given.map(points)).collect();
        if parts.is_empty() { "0".to_owned() } else { parts.join(" + ") }
    };
    said(each(Points::vi), each(|points| points.to_string()))
}
