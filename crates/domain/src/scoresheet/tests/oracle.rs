//! A second way to the same figures, written apart from the first: it walks the set as it was written, with exact
//! rational numbers and nothing laid out beforehand. Both must agree on ten thousand random sets and sheets.

use std::cmp::Ordering;

use super::sample::{Sample, each, sample};
use crate::criteria_set::*;
use crate::points::{Points, Quantity};
use crate::scoresheet::{Claim, Entry, Explained, Layer, Verdict, explain, report, score};
use crate::vocabulary::Word;

/// An exact number.
#[derive(Clone, Copy, Debug)]
struct Exact(i128, i128);

impl Exact {
    fn points(points: Points) -> Self {
        Self(points.units().into(), 100)
    }
    fn value(value: Quantity) -> Self {
        Self(value.units().into(), 10_000)
    }
    fn times(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.1)
    }
    fn over(self, other: Self) -> Self {
        let sign = if other.0 < 0 { -1 } else { 1 };
        Self(self.0 * other.1 * sign, self.1 * other.0 * sign)
    }
    fn less(self, other: Self) -> Self {
        Self(self.0 * other.1 - other.0 * self.1, self.1 * other.1)
    }
    fn cmp(self, other: Self) -> Ordering {
        (self.0 * other.1).cmp(&(other.0 * self.1))
    }
    /// The nearest hundredth: the whole part, and one more where what is left over is a half or more.
    fn rounded(self) -> i128 {
        let hundredths = self.0 * 100;
        let below = hundredths.div_euclid(self.1);
        if (hundredths - below * self.1) * 2 >= self.1 { below + 1 } else { below }
    }
}

/// What is known of an item or group: hundredths, whether it counts in the sum, whether it is open, whether it applies.
#[derive(Clone, Copy)]
struct Known {
    points: i128,
    counts: bool,
    open: bool,
    applies: bool,
    missing: bool,
}

fn in_band(bands: &[Band], value: Exact) -> i128 {
    let fits = |band: &&Band| {
        let from = band.from.is_none_or(|from| match value.cmp(Exact::value(from)) {
            Ordering::Less => false,
            Ordering::Equal => band.from_inclusive,
            Ordering::Greater => true,
        });
        let to = band.to.is_none_or(|to| match value.cmp(Exact::value(to)) {
            Ordering::Less => true,
            Ordering::Equal => band.to_inclusive,
            Ordering::Greater => false,
        });
        from && to
    };
    let fitting: Vec<_> = bands.iter().filter(fits).collect();
    assert_eq!(fitting.len(), 1, "a value lies in one band");
    fitting[0].points.units().into()
}

fn by_rule(rule: &Rule, max: Points, claim: &Claim) -> i128 {
    let full = Exact::points(max);
    match (rule, claim) {
        (Rule::Checklist { parts }, Claim::Checklist { parts: there }) => {
            there.iter().map(|code| i128::from(parts.iter().find(|part| part.code == *code).unwrap().points.units())).sum()
        }
        (Rule::Linear { better, plan, partial, over }, Claim::Measured { plan: stated, actual }) => {
            let (plan, actual) = (plan.or(*stated).unwrap(), *actual);
            let most = over.map_or(max, |over| over.cap.unwrap_or(Points::of_units(Points::LIMIT))).units();
            let (good, wanted) = if *better == Better::Higher { (actual, plan) } else { (plan, actual) };
            if wanted == Quantity::ZERO {
                return if good == Quantity::ZERO { max.units().into() } else { most.into() };
            }
            if good < wanted && !partial {
                return 0;
            }
            full.times(Exact::value(good).over(Exact::value(wanted))).rounded().min(most.into())
        }
        (Rule::Tiered { bands, .. }, Claim::Value { value }) => in_band(bands, Exact::value(*value)),
        (Rule::Tiered { bands, .. }, Claim::Rate { part, whole }) => {
            in_band(bands, Exact(100, 1).times(Exact::value(*part).over(Exact::value(*whole))))
        }
        (Rule::Deadline { never, .. }, Claim::Never {}) => never.units().into(),
        (Rule::Deadline { bands, .. }, Claim::Late { days }) => {
            let passed = bands.iter().filter(|band| band.up_to.is_some_and(|last| *days > last)).count();
            bands[passed].points.units().into()
        }
        (Rule::Manual { .. }, Claim::Points { points }) => points.units().into(),
        (Rule::ExternalIndex { .. }, Claim::Index { value: None, .. }) => 0,
        (Rule::ExternalIndex { scale: IndexScale::Bands { bands, .. }, .. }, Claim::Index { value: Some(value), .. }) => {
            in_band(bands, Exact::value(*value))
        }
        (Rule::ExternalIndex { scale: IndexScale::Linear { zero_at, full_at }, .. }, Claim::Index { value: Some(value), .. }) => {
            let zero = Exact::value(*zero_at);
            let share = Exact::value(*value).less(zero).over(Exact::value(*full_at).less(zero));
            full.times(share).rounded().clamp(0, max.units().into())
        }
        other => panic!("{other:?}"),
    }
}

/// The entries of an item up to a layer, lowest first.
fn up_to<'a>(sample: &'a Sample, code: &str) -> Vec<&'a Entry> {
    let mut found: Vec<&Entry> = sample.entries.iter().filter(|entry| entry.item == code && entry.layer <= sample.up_to).collect();
    found.sort_by_key(|entry| entry.layer);
    found
}

fn known(sample: &Sample, node: &Node, all: &mut Vec<(String, Known)>) -> Known {
    let at = all.len();
    let nothing = Known { points: 0, counts: true, open: true, applies: true, missing: true };
    all.push((node.code().to_owned(), nothing));
    let found = match node {
        Node::Group { capped, children, max, .. } => {
            let below: Vec<(Known, Points)> = children.iter().map(|child| (known(sample, child, all), child.max())).collect();
            let mut found = together(&below);
            if *capped {
                found.points = found.points.min(max.units().into());
            }
            found
        }
        Node::Item { code, max, rule, not_applicable, .. } => {
            let entries = up_to(sample, code);
            match entries.last() {
                None => nothing,
                Some(last) if last.not_applicable => {
                    let points = if *not_applicable == Some(NotApplicable::Full) { max.units().into() } else { 0 };
                    let counts = *not_applicable != Some(NotApplicable::Scaled);
                    Known { points, counts, open: false, applies: false, missing: false }
                }
                Some(last) => {
                    let claim = entries.iter().rev().find_map(|entry| entry.claim.as_ref());
                    let by_person = last.points.map(|points| i128::from(points.units()));
                    let waits = |claim: &Claim| matches!(claim, Claim::Index { value, provisional, .. } if value.is_none() || *provisional);
                    let open = by_person.is_none() && claim.is_some_and(waits);
                    let points = by_person.unwrap_or_else(|| by_rule(rule, *max, claim.unwrap()));
                    Known { points, counts: true, open, applies: true, missing: false }
                }
            }
        }
    };
    all[at].1 = found;
    found
}

/// What lies side by side, scaled up where some of it does not count.
fn together(below: &[(Known, Points)]) -> Known {
    let most = |all: bool| -> i128 { below.iter().filter(|(known, _)| all || known.counts).map(|(_, max)| i128::from(max.units())).sum() };
    let sum: i128 = below.iter().filter(|(known, _)| known.counts).map(|(known, _)| known.points).sum();
    let counts = most(false) > 0;
    let points = if counts { Exact(sum, 100).times(Exact(most(true), most(false))).rounded() } else { 0 };
    Known { points, counts, open: below.iter().any(|(known, _)| known.open), applies: counts, missing: false }
}

fn extra(sample: &Sample, extra: &Extra) -> i128 {
    let Some(Claim::Causes { causes, points }) = up_to(sample, &extra.code).last().and_then(|entry| entry.claim.as_ref()) else { return 0 };
    let each = |code: &str| i128::from(extra.causes.iter().find(|cause| cause.code == code).unwrap().points.units());
    let sum: i128 = causes.iter().map(|counted| each(&counted.cause) * i128::from(counted.times)).sum();
    let sum = sum + points.map_or(0, |points| points.units().into());
    extra.cap.map_or(sum, |cap| sum.min(cap.units().into()))
}

fn bars(sample: &Sample, when: &GateWhen, all: &[(String, Known)]) -> Option<bool> {
    let of = |item: &String| all.iter().find(|(code, _)| code == item).unwrap().1;
    let known = |item: &String, bars: fn(Known, Exact) -> bool, limit| {
        let known = of(item);
        if !known.applies {
            return Some(false);
        }
        let bars = bars(known, limit);
        if bars && known.open { None } else { Some(bars) }
    };
    match when {
        GateWhen::Fact { fact } => sample.facts.declared.get(fact).copied(),
        GateWhen::TasksBelow { grade } => {
            let place = |wanted: TaskGrade| TaskGrade::ALL.iter().position(|grade| *grade == wanted);
            sample.facts.task_grade.map(|found| place(found) > place(*grade))
        }
        GateWhen::Missing { item } => Some(of(item).missing),
        GateWhen::Zero { item } => known(item, |known, _| known.points == 0, Exact(0, 1)),
        GateWhen::Below { item, percent } => {
            let mut max = Points::ZERO;
            each(&sample.set.contents, &mut |node| {
                if node.code() == item {
                    max = node.max();
                }
            });
            let limit = Exact::points(max).times(Exact::value(*percent)).over(Exact(100, 1));
            known(item, |known, limit| Exact(known.points, 100).cmp(limit).is_lt(), limit)
        }
    }
}

fn class(set: &CriteriaSet, total: i128, all: &[(String, Known)]) -> usize {
    let mut criteria = Vec::new();
    each(&set.contents, &mut |node| {
        if set.class_criteria == ClassCriteria::Items && matches!(node, Node::Item { .. }) {
            criteria.push(node);
        }
    });
    if set.class_criteria == ClassCriteria::Top {
        criteria = set.contents.iter().collect();
    }
    let holds = |share: Exact| {
        criteria.iter().all(|node| {
            let known = all.iter().find(|(code, _)| code == node.code()).unwrap().1;
            !known.applies || Exact(known.points, 100).cmp(Exact::points(node.max()).times(share)).is_ge()
        })
    };
    let fits = |class: &Class| {
        total >= class.at_least.units().into()
            && class.every_criterion.is_none_or(|percent| holds(Exact::value(percent).over(Exact(100, 1))))
    };
    set.classes.iter().position(fits).unwrap()
}

#[test]
fn two_ways_agree_on_ten_thousand_sheets() {
    let mut scored = 0;
    for seed in 0..10_000 {
        let sample = sample(seed);
        let set = Compiled::new(&sample.set).unwrap_or_else(|error| panic!("{seed}: {error:?}"));
        let found = score(&set, &sample.entries, &sample.facts, sample.up_to);
        let mut all = Vec::new();
        let below: Vec<(Known, Points)> = sample.set.contents.iter().map(|node| (known(&sample, node, &mut all), node.max())).collect();
        let contents = together(&below);
        if !contents.applies {
            assert!(found.is_err(), "{seed}");
            continue;
        }
        scored += 1;
        let found = found.unwrap_or_else(|error| panic!("{seed}: {error:?}"));
        for (code, known) in &all {
            assert_eq!(i128::from(found.of(&set, code).unwrap().points.units()), known.points, "{seed}: {code}");
        }
        let bonus_sum: i128 = sample.set.bonus.iter().flat_map(|bonus| &bonus.items).map(|item| extra(&sample, item)).sum();
        let bonus = sample.set.bonus.as_ref().map_or(0, |bonus| {
            let capped = bonus.cap.map_or(bonus_sum, |cap| bonus_sum.min(cap.units().into()));
            let free = (i128::from(sample.set.scale.units()) - contents.points).max(0);
            if bonus.place == BonusPlace::FillsToScale { capped.min(free) } else { capped }
        });
        let penalties: i128 = sample.set.penalties.iter().flat_map(|all| &all.items).map(|item| extra(&sample, item)).sum();
        let cap = sample.set.penalties.as_ref().and_then(|all| all.cap);
        let penalties = cap.map_or(penalties, |cap| penalties.min(cap.units().into()));
        let total = (contents.points + bonus - penalties).max(0);
        assert_eq!(i128::from(found.total.units()), total, "{seed}");
        assert_eq!(i128::from(found.bonus.units()), bonus, "{seed}");
        assert_eq!(found.is_complete(), !contents.open, "{seed}");
        let mut held = class(&sample.set, total, &all);
        let (mut barred, mut best) = (false, None);
        for (gate, verdict) in sample.set.gates.iter().zip(&found.gates) {
            let bars = bars(&sample, &gate.when, &all);
            let wanted = bars.map_or(Verdict::Unknown, |bars| if bars { Verdict::Bars } else { Verdict::Open });
            assert_eq!(*verdict, wanted, "{seed}: {gate:?}");
            if bars == Some(true) {
                barred |= gate.then == GateThen::Excluded {};
                if let GateThen::RankAtBest { rank } = gate.then {
                    best = best.max(Some(rank));
                }
                if let GateThen::ClassAtMost { class } = &gate.then {
                    held = held.max(sample.set.classes.iter().position(|known| known.code == *class).unwrap());
                }
            }
        }
        assert_eq!((found.class, found.excluded, found.rank_at_best), (Some(held), barred, best), "{seed}");
        assert_eq!(report(&set, &found).total, found.total);
        if seed % 5 == 0 {
            by_explanation(&sample, &set, total);
        }
    }
    assert!(scored > 9_000, "only {scored} could be scored");
}

/// An exact figure as the explanation writes it.
fn read(text: &str) -> Exact {
    let (over, under) = text.split_once('/').unwrap();
    Exact(over.parse().unwrap(), under.parse().unwrap())
}

/// A person with the explanation alone comes to the same figures.
fn by_explanation(sample: &Sample, set: &Compiled, total: i128) {
    use crate::scoresheet::Effect;
    fn again(part: &Explained) -> i128 {
        for child in &part.children {
            again(child);
        }
        let mut points = part.exact.as_deref().map_or(0, |exact| read(exact).rounded());
        assert_eq!(part.rounded.map(|rounded| i128::from(rounded.units())), part.exact.as_ref().map(|_| points), "{part:?}");
        if !part.children.is_empty() {
            let counts = |child: &&Explained| {
                let out = Effect::LeftOut { gives: NotApplicable::Scaled };
                !child.effects.contains(&out)
                    && (child.children.is_empty() || child.exact.as_deref() != Some("0/1") || child.points != Points::ZERO)
            };
            let sum: i128 = part.children.iter().filter(counts).map(|child| i128::from(child.points.units())).sum();
            let scaled = part.effects.iter().find_map(|effect| match effect {
                Effect::ScaledUp { applies, max } => Some((i128::from(max.units()), i128::from(applies.units()))),
                _ => None,
            });
            let (max, applies) = scaled.unwrap_or((1, 1));
            assert_eq!(points, Exact(sum, 100).times(Exact(max, applies)).rounded(), "{part:?}");
        }
        for effect in &part.effects {
            points = match effect {
                Effect::Capped { cap } => points.min(cap.units().into()),
                Effect::NotBelowZero {} => points.max(0),
                Effect::ByPerson { points, .. } => points.units().into(),
                Effect::LeftOut { gives: NotApplicable::Full } => part.max.units().into(),
                Effect::LeftOut { .. } | Effect::Missing {} => 0,
                Effect::ScaledUp { .. } | Effect::Provisional {} => points,
            };
        }
        assert_eq!(points, i128::from(part.points.units()), "{part:?}");
        points
    }
    let explained = explain(set, &sample.entries, &sample.facts, sample.up_to, None).unwrap();
    for part in explained.parts.iter().chain(&explained.bonuses).chain(&explained.penalties) {
        again(part);
        assert!(part.formula.as_ref().is_none_or(|said| !said.vi.is_empty() && !said.en.is_empty()), "{part:?}");
    }
    let mut lines = Vec::new();
    for sum in &explained.sums {
        let mut points = read(&sum.exact).rounded();
        for effect in &sum.effects {
            points = match effect {
                Effect::Capped { cap } => points.min(cap.units().into()),
                Effect::NotBelowZero {} => points.max(0),
                _ => points,
            };
        }
        assert_eq!(points, i128::from(sum.points.units()), "{sum:?}");
        lines.push(points);
    }
    assert_eq!(lines[3], (lines[0] + lines[1] - lines[2]).max(0));
    assert_eq!(lines[3], total);
    assert_eq!(explained.sums.iter().map(|sum| sum.line).collect::<Vec<_>>(), ["contents", "bonus", "penalties", "total"]);
    assert!(sample.up_to <= Layer::Final);
}
