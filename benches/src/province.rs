//! A whole province by the rules alone, in a process of its own so that its memory can be told: entries as they are kept, read,
//! scored and ranked.

use std::process::Command;
use std::time::Instant;

use serde_json::json;
use thidua_domain::criteria_set::{Compiled, CriteriaSet};
use thidua_domain::ranking::{Decided, Standing, ranking};
use thidua_domain::scoresheet::{Claim, Entry, Facts, Layer, score};

use crate::table::{Series, Table};
use crate::{Extent, Failed};

/// Items of the table: of every kind in turn.
const ITEMS: usize = 60;
/// Units of a large province.
const UNITS: usize = 3_500;
/// Units of a bloc.
const FEW: usize = 15;

fn set() -> Result<Compiled, Failed> {
    let rule = |n: usize| match n % 4 {
        0 => json!({ "kind": "manual", "step": 0.01 }),
        1 => json!({ "kind": "linear", "better": "higher", "plan": 100 }),
        2 => {
            json!({ "kind": "tiered", "rate": true, "least": 0, "most": 100, "bands": [{ "from": 80, "points": 10 }, { "from": 50, "to": 80, "points": 5 }, { "to": 50, "points": 0 }] })
        }
        _ => json!({ "kind": "deadline", "bands": [{ "up_to": 0, "points": 10 }, { "up_to": 5, "points": 4 }, { "points": 0 }] }),
    };
    let item = |n: usize| json!({ "node": "item", "code": format!("{n:02}"), "name": format!("Tiêu chí {n}"), "max": 10, "rule": rule(n) });
    let set = json!({ "code": "TINH", "name": "Bảng điểm (giả định)", "scale": ITEMS * 10, "contents": (0..ITEMS).map(item).collect::<Vec<_>>(),
        "tie_breakers": [{ "by": "item", "item": "01" }] });
    let set: CriteriaSet = serde_json::from_value(set)?;
    Compiled::new(&set).map_err(|error| format!("{error:?}").into())
}

/// What a unit claims for an item, as it is kept.
fn kept(unit: usize, item: usize) -> String {
    let n = (unit * 31 + item * 17) % 101;
    match item % 4 {
        0 => format!(r#"{{"kind":"points","points":{}.{:02}}}"#, n % 10, n),
        1 => format!(r#"{{"kind":"measured","actual":{n}.5}}"#),
        2 => format!(r#"{{"kind":"rate","part":{n},"whole":101}}"#),
        _ => format!(r#"{{"kind":"late","days":{}}}"#, n % 9),
    }
}

/// Scores and ranks so many units; milliseconds, and the most memory in MB.
fn measure(units: usize) -> Result<(f64, f64), Failed> {
    let set = set()?;
    let rows: Vec<Vec<(String, String)>> =
        (0..units).map(|unit| (0..ITEMS).map(|item| (format!("{item:02}"), kept(unit, item))).collect()).collect();
    let facts = Facts::default();
    let begun = Instant::now();
    let mut contenders = Vec::with_capacity(units);
    for (unit, rows) in rows.iter().enumerate() {
        let mut entries = Vec::with_capacity(rows.len());
        for (item, claim) in rows {
            let claim: Claim = serde_json::from_str(claim)?;
            entries.push(Entry {
                item: item.clone(),
                layer: Layer::Own,
                claim: Some(claim),
                points: None,
                not_applicable: false,
                reason: None,
            });
        }
        let score = score(&set, &entries, &facts, Layer::Final).map_err(|error| format!("{error:?}"))?;
        contenders.push(Standing::of(&set, &score, None).contender(&set, format!("DV-{unit}"), Decided::default()));
    }
    let ranked = ranking(&set, &contenders).map_err(|error| format!("{error:?}"))?;
    let millis = begun.elapsed().as_secs_f64() * 1000.0;
    if ranked.rows.len() != units {
        return Err("not every unit has a rank".into());
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok((millis, most.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0))
}

/// What the child prints: `milliseconds megabytes`.
pub fn child(units: usize) -> Result<(), Failed> {
    let (millis, memory) = measure(units)?;
    println!("{millis} {memory}");
    Ok(())
}

fn in_child(units: usize) -> Result<(f64, f64), Failed> {
    let done = Command::new(std::env::current_exe()?).args(["province", &units.to_string()]).output()?;
    let said = String::from_utf8(done.stdout)?;
    let (millis, memory) = said.trim().split_once(' ').ok_or_else(|| String::from_utf8_lossy(&done.stderr).into_owned())?;
    Ok((millis.parse()?, memory.parse()?))
}

/// Measures a bloc and a province, each for itself.
pub fn run(extent: &Extent, table: &mut Table) -> Result<(), Failed> {
    let (mut whole, mut memory, mut each, mut each_of_few) = (Series::default(), Series::default(), Series::default(), Series::default());
    for _ in 0..extent.rounds {
        let (millis, megabytes) = in_child(UNITS)?;
        whole.0.push(millis);
        memory.0.push(megabytes);
        each.0.push(millis * 1e6 / UNITS as f64);
        each_of_few.0.push(in_child(FEW)?.0 * 1e6 / FEW as f64);
    }
    table.at_most("3,500 units x 60 items, scored and ranked", "ms", &whole, 1000.0);
    table.tell("  … most memory, kept entries included", "MB", &memory);
    table.times("  … a unit of 3,500 beside one of 15", "ns", &each, &each_of_few, 1.5);
    Ok(())
}
