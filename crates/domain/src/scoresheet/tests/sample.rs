//! Random sets that are whole, and random sheets on them that can be scored, from a plain seeded generator.

use crate::criteria_set::*;
use crate::points::{Points, Quantity};
use crate::scoresheet::{Claim, Counted, Entry, Facts, Layer};
use crate::vocabulary::Word;

/// A multiplicative xorshift: the same figures for the same seed on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// From 0 up to, but not including.
    pub fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        i64::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % end
    }

    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    pub fn one_in(&mut self, count: i64) -> bool {
        self.below(count) == 0
    }

    pub fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(i64::try_from(all.len()).unwrap())).unwrap()].clone()
    }

    fn word<W: Word>(&mut self) -> W {
        self.pick(W::ALL)
    }

    pub fn points(&mut self, least: i64, most: i64) -> Points {
        Points::of_units(self.between(least, most))
    }
}

pub struct Sample {
    pub set: CriteriaSet,
    pub entries: Vec<Entry>,
    pub facts: Facts,
    pub up_to: Layer,
}

pub fn sample(seed: u64) -> Sample {
    let mut dice = Dice::new(seed);
    let set = set(&mut dice);
    let entries = entries(&mut dice, &set);
    let mut facts = Facts::default();
    for fact in ["F1", "F2"] {
        if !dice.one_in(3) {
            facts.declared.insert(fact.into(), dice.one_in(2));
        }
    }
    facts.task_grade = (!dice.one_in(3)).then(|| dice.word());
    Sample { set, entries, facts, up_to: dice.word() }
}

fn set(dice: &mut Dice) -> CriteriaSet {
    let mut count = 0;
    let contents: Vec<Node> = (0..dice.between(1, 4)).map(|_| node(dice, 1, &mut count)).collect();
    let sum: Points = contents.iter().map(Node::max).sum();
    let (bonus, penalties) = (extras(dice, "B"), extras(dice, "P"));
    let bonus = bonus.map(|(items, cap)| Bonus { cap, place: dice.word(), items });
    let within = bonus.as_ref().filter(|bonus| bonus.place == BonusPlace::WithinScale).map(|bonus| {
        let all: Points = bonus.items.iter().map(Extra::most).sum();
        bonus.cap.unwrap_or(all)
    });
    let scale = sum.plus(within.unwrap_or_default());
    let share = |dice: &mut Dice| dice.one_in(2).then(|| Quantity::of_units(dice.between(1, 100) * Quantity::ONE));
    let class = |code: &str, part: i64, every_criterion| Class {
        code: code.into(),
        name: code.into(),
        at_least: Points::of_units(sum.units() * part / 10),
        every_criterion,
    };
    let classes = vec![class("C1", 8, share(dice)), class("C2", 4, share(dice)), class("C3", 0, None)];
    let mut set = CriteriaSet {
        code: "S".into(),
        name: "S".into(),
        scale,
        contents,
        bonus,
        penalties: penalties.map(|(items, cap)| Penalties { cap, items }),
        gates: vec![],
        classes,
        class_criteria: dice.word(),
        task_group: None,
        tie_breakers: vec![],
        note: None,
    };
    set.gates = (0..dice.below(4)).map(|place| gate(dice, &set, place)).collect();
    set
}

fn gate(dice: &mut Dice, set: &CriteriaSet, place: i64) -> Gate {
    let mut items = Vec::new();
    let mut all = Vec::new();
    each(&set.contents, &mut |node| {
        all.push(node.code().to_owned());
        if matches!(node, Node::Item { .. }) {
            items.push(node.code().to_owned());
        }
    });
    let when = match dice.below(5) {
        0 => GateWhen::Fact { fact: dice.pick(&["F1", "F2"]).into() },
        1 => GateWhen::Below { item: dice.pick(&all), percent: Quantity::of_units(dice.between(1, 1_000_000)) },
        2 => GateWhen::Zero { item: dice.pick(&all) },
        3 => GateWhen::Missing { item: dice.pick(&items) },
        _ => GateWhen::TasksBelow { grade: dice.pick(&[TaskGrade::Excellent, TaskGrade::Good, TaskGrade::Done]) },
    };
    let then = match dice.below(3) {
        0 => GateThen::Excluded {},
        1 => GateThen::RankAtBest { rank: u32::try_from(dice.between(2, 5)).unwrap() },
        _ => GateThen::ClassAtMost { class: dice.pick(&["C2", "C3"]).into() },
    };
    Gate { code: format!("G{place}"), name: "G".into(), when, then, note: None }
}

/// Every node, groups before what is below them.
pub fn each<'a>(nodes: &'a [Node], see: &mut impl FnMut(&'a Node)) {
    for node in nodes {
        see(node);
        each(node.children(), see);
    }
}

fn node(dice: &mut Dice, depth: usize, count: &mut usize) -> Node {
    *count += 1;
    let code = format!("N{count}");
    if depth < DEPTH_MAX && *count < 25 && dice.one_in(2) {
        let children: Vec<Node> = (0..dice.between(1, 4)).map(|_| node(dice, depth + 1, count)).collect();
        let max = children.iter().map(Node::max).sum();
        return Node::Group { name: code.clone(), code, max, capped: dice.one_in(3), children, note: None };
    }
    let (max, rule) = rule(dice);
    let not_applicable = dice.one_in(2).then(|| dice.word());
    Node::Item { name: code.clone(), code, max, rule, not_applicable, note: None }
}

fn rule(dice: &mut Dice) -> (Points, Rule) {
    let max = dice.points(100, 5000);
    let rule = match dice.below(6) {
        0 => {
            let part = |place| Step { code: format!("a{place}"), name: "A".into(), points: dice.points(50, 900) };
            let parts: Vec<Step> = (0..4).map(part).collect();
            return (parts.iter().map(|part| part.points).sum(), Rule::Checklist { parts });
        }
        1 => {
            let better = dice.word();
            let open = better == Better::Higher && dice.one_in(2);
            let over = dice.one_in(2).then(|| Over { cap: (!open).then(|| max.plus(dice.points(1, 3000))) });
            let plan = dice.one_in(3).then(|| Quantity::of_units(dice.between(1, 500_000)));
            Rule::Linear { better, plan, partial: !dice.one_in(4), over }
        }
        2 => Rule::Tiered { rate: dice.one_in(2), least: Some(Quantity::ZERO), most: Some(whole(100)), bands: bands(dice, max, 0, 100) },
        3 => {
            let middle = dice.points(0, max.units());
            let last = dice.points(0, middle.units());
            let (first, second) = (i32::try_from(dice.between(0, 5)).unwrap(), i32::try_from(dice.between(6, 20)).unwrap());
            let bands = vec![(Some(first), max), (Some(second), middle), (None, last)];
            let never = dice.points(0, last.units());
            Rule::Deadline { bands: bands.into_iter().map(|(up_to, points)| DayBand { up_to, points }).collect(), never }
        }
        4 => {
            let step = dice.points(1, 60);
            return (step.times(u32::try_from(dice.between(10, 60)).unwrap()), Rule::Manual { step });
        }
        _ => {
            let reading: IndexReading = dice.word();
            let scale = if dice.one_in(2) {
                IndexScale::Bands { least: Some(whole(1)), most: Some(whole(34)), bands: bands(dice, max, 1, 34) }
            } else {
                let (zero_at, full_at) = if dice.one_in(2) { (whole(34), whole(1)) } else { (whole(2), whole(30)) };
                IndexScale::Linear { zero_at, full_at }
            };
            Rule::ExternalIndex { index: "PCI".into(), reading, scale }
        }
    };
    (max, rule)
}

fn whole(value: i64) -> Quantity {
    Quantity::of_units(value * Quantity::ONE)
}

/// Two or three bands over a range, cut at whole values.
fn bands(dice: &mut Dice, max: Points, least: i64, most: i64) -> Vec<Band> {
    let first = dice.between(least + 2, (least + most) / 2);
    let second = dice.between((least + most) / 2 + 2, most - 1);
    let (one, two) = (dice.one_in(2), dice.one_in(2));
    let band = |from: Option<i64>, from_inclusive, to: Option<i64>, to_inclusive, points| Band {
        from: from.map(whole),
        from_inclusive,
        to: to.map(whole),
        to_inclusive,
        points,
    };
    let mut bands = vec![
        band(None, true, Some(first), one, dice.points(0, max.units())),
        band(Some(first), !one, Some(second), two, dice.points(0, max.units())),
        band(Some(second), !two, None, false, max),
    ];
    if dice.one_in(2) {
        bands.reverse();
    }
    bands
}

fn extras(dice: &mut Dice, prefix: &str) -> Option<(Vec<Extra>, Option<Points>)> {
    if dice.one_in(3) {
        return None;
    }
    let extra = |place| {
        let cause = |number| Cause {
            code: format!("c{number}"),
            name: "C".into(),
            points: dice.points(1, 800),
            times: u32::try_from(dice.between(1, 3)).unwrap(),
        };
        let causes: Vec<Cause> = (0..2).map(cause).collect();
        let step = dice.points(1, 50);
        let given = dice.one_in(2).then(|| Given { most: step.times(10), step });
        let mut extra = Extra { code: format!("{prefix}{place}"), name: "X".into(), causes, given, cap: None, note: None };
        extra.cap = dice.one_in(2).then(|| dice.points(1, extra.reach().units()));
        extra
    };
    let items: Vec<Extra> = (0..2).map(extra).collect();
    let all: Points = items.iter().map(Extra::most).sum();
    let cap = dice.one_in(2).then(|| dice.points(1, all.units()));
    Some((items, cap))
}

fn entries(dice: &mut Dice, set: &CriteriaSet) -> Vec<Entry> {
    let mut entries = Vec::new();
    let entry = |item: &str, layer| Entry { item: item.into(), layer, claim: None, points: None, not_applicable: false, reason: None };
    each(&set.contents, &mut |node| {
        let Node::Item { code, max, rule, not_applicable, .. } = node else { return };
        for layer in Layer::ALL {
            let mut entry = entry(code, *layer);
            match dice.below(8) {
                0..=2 => entry.claim = Some(claim(dice, rule, *max)),
                3 if *layer != Layer::Own => {
                    let step = if let Rule::Manual { step } = rule { *step } else { Points::of_units(1) };
                    entry.points = Some(step.times(u32::try_from(dice.between(0, max.units() / step.units())).unwrap()));
                    entry.reason = Some("Đối chiếu hồ sơ".into());
                }
                4 if not_applicable.is_some() && dice.one_in(2) => entry.not_applicable = true,
                _ => continue,
            }
            entries.push(entry);
        }
    });
    let beyond = set.bonus.iter().flat_map(|bonus| &bonus.items).chain(set.penalties.iter().flat_map(|all| &all.items));
    for extra in beyond {
        if dice.one_in(2) {
            let counted = |cause: &Cause| Counted {
                cause: cause.code.clone(),
                times: u32::try_from(dice.between(1, i64::from(cause.times))).unwrap(),
            };
            let causes = extra.causes.iter().map(counted).collect();
            let points = extra.given.map(|given| given.step.times(u32::try_from(dice.between(0, 10)).unwrap()));
            entries.push(Entry { claim: Some(Claim::Causes { causes, points }), ..entry(&extra.code, dice.word()) });
        }
    }
    entries
}

pub fn claim(dice: &mut Dice, rule: &Rule, max: Points) -> Claim {
    match rule {
        Rule::Checklist { parts } => {
            Claim::Checklist { parts: parts.iter().filter(|_| dice.one_in(2)).map(|part| part.code.clone()).collect() }
        }
        Rule::Linear { better, plan, .. } => {
            let stated = Quantity::of_units(dice.between(i64::from(*better == Better::Higher), 300_000));
            let stated = if *better == Better::Lower && dice.one_in(6) { Quantity::ZERO } else { stated };
            let actual = if dice.one_in(6) { Quantity::ZERO } else { Quantity::of_units(dice.below(600_000)) };
            Claim::Measured { plan: plan.is_none().then_some(stated), actual }
        }
        Rule::Tiered { rate: true, .. } if dice.one_in(2) => {
            let of = dice.between(1, 40);
            Claim::Rate { part: whole(dice.between(0, of)), whole: whole(of) }
        }
        Rule::Tiered { .. } if dice.one_in(2) => Claim::Value { value: whole(dice.between(0, 100)) },
        Rule::Tiered { .. } => Claim::Value { value: Quantity::of_units(dice.between(0, 1_000_000)) },
        Rule::Deadline { .. } if dice.one_in(8) => Claim::Never {},
        Rule::Deadline { .. } => Claim::Late { days: i32::try_from(dice.between(-3, 25)).unwrap() },
        Rule::Manual { step } => Claim::Points { points: step.times(u32::try_from(dice.between(0, max.units() / step.units())).unwrap()) },
        Rule::ExternalIndex { reading, .. } => {
            let value = match reading {
                IndexReading::Rank => whole(dice.between(1, 34)),
                IndexReading::Value => Quantity::of_units(dice.between(10_000, 340_000)),
            };
            Claim::Index { value: (!dice.one_in(8)).then_some(value), provisional: dice.one_in(4), result: None }
        }
    }
}
