//! Rankings: of a bloc of fifteen units on forty items over HTTP, and of a whole province by the rules alone.

use std::path::Path;

use serde_json::{Value, json};

use crate::child::{Database, How, Postgres, Server};
use crate::fill::{Filled, ids, send};
use crate::load::{Requests, request, run as load};
use crate::pgbench::Scripts;
use crate::table::{Series, Table};
use crate::{Extent, Failed};

/// Members of each bloc.
const MEMBERS: usize = 15;
/// Items of the table.
const ITEMS: usize = 40;
/// Blocs, so that not every request asks the same.
const BLOCS: usize = 4;
/// Connections that read.
const READING: usize = 32;

/// Enters the table, blocs, and a scored sheet for every member; identifiers of the bloc years.
pub async fn fill(server: &Server) -> Result<Vec<String>, Failed> {
    let token = server.token().await?;
    let post = |path: &str, body: &Value| request("POST", path, Some(&token), Some(body));
    let items: Vec<Value> = (1..=ITEMS)
        .map(|n| {
            let (code, name) = (format!("{n:02}"), format!("Tiêu chí {n} (giả định)"));
            json!({ "node": "item", "code": code, "name": name, "max": 2.5, "rule": { "kind": "manual", "step": 0.01 } })
        })
        .collect();
    let table = json!({ "code": "BD-BENCH", "name": "Bảng điểm (giả định)", "owner": "BO", "fictional": true, "scale": 100, "contents": items,
        "tie_breakers": [{ "by": "item", "item": "01" }, { "by": "ballot" }] });
    let set = ids(&send(server, &[post("/api/v1/criteria-sets", &table)]).await?).pop().ok_or("no table")?;
    let publish = json!({ "action": "publish", "confirm": "BD-BENCH" });
    send(server, &[post(&format!("/api/v1/criteria-sets/{set}/transitions"), &publish)]).await?;
    let blocs: Vec<_> = (0..BLOCS)
        .map(|i| {
            let name = format!("Khối xếp hạng số {i} (giả định)");
            post("/api/v1/blocs", &json!({ "code": format!("XH-{i}"), "name": name, "kind": "bloc", "scope": "in_province", "organizer": "BO", "fictional": true }))
        })
        .collect();
    send(server, &blocs).await?;
    let unit = |bloc: usize, member: usize| format!("DV-{}", bloc * MEMBERS + member);
    let years: Vec<_> = (0..BLOCS)
        .map(|i| {
            let members: Vec<String> = (0..MEMBERS).map(|m| unit(i, m)).collect();
            post("/api/v1/bloc-years", &json!({ "bloc": format!("XH-{i}"), "year": 2026, "members": members, "fictional": true }))
        })
        .collect();
    let years = ids(&send(server, &years).await?);
    send(server, &[post(&format!("/api/v1/criteria-sets/{set}/applications"), &json!({ "bloc_years": years }))]).await?;
    let sheets: Vec<_> = (0..BLOCS * MEMBERS)
        .map(|n| {
            let draft = json!({ "bloc_year": years.get(n / MEMBERS), "unit": unit(n / MEMBERS, n % MEMBERS), "fictional": true });
            post("/api/v1/scoresheets", &draft)
        })
        .collect();
    let sheets = ids(&send(server, &sheets).await?);
    let entries: Vec<_> = sheets
        .iter()
        .enumerate()
        .map(|(n, sheet)| {
            let entries: Vec<Value> = (1..=ITEMS)
                .map(|item| json!({ "item": format!("{item:02}"), "claim": { "kind": "points", "points": points(n, item) } }))
                .collect();
            post(&format!("/api/v1/scoresheets/{sheet}/entries"), &json!({ "layer": "self", "recorded": recorded(), "entries": entries }))
        })
        .collect();
    send(server, &entries).await?;
    layers(server, &token, &sheets).await?;
    Ok(years)
}

/// From 0 to 2.5 in steps of a hundredth.
fn points(sheet: usize, item: usize) -> f64 {
    f64::from(u32::try_from((sheet * 37 + item * 11) % 251).unwrap_or(0)) / 100.0
}

fn recorded() -> Value {
    json!({ "from": "paper", "happened_on": "2026-01-24" })
}

/// As at the end of a year: the bloc and the standing body have judged every item.
async fn layers(server: &Server, token: &str, sheets: &[String]) -> Result<(), Failed> {
    for (step, layer) in [("submit", "verified"), ("verify", "standing")] {
        let act = json!({ "action": step, "recorded": recorded() });
        let steps: Vec<_> = sheets
            .iter()
            .map(|sheet| request("POST", &format!("/api/v1/scoresheets/{sheet}/transitions"), Some(token), Some(&act)))
            .collect();
        send(server, &steps).await?;
        let judged = |n: usize| {
            let entry =
                |item| json!({ "item": format!("{item:02}"), "points": points(n + 1, item), "reason": "Theo minh chứng (giả định)" });
            json!({ "layer": layer, "recorded": recorded(), "entries": (1..=ITEMS).map(entry).collect::<Vec<_>>() })
        };
        let entries = sheets.iter().enumerate();
        let entries =
            entries.map(|(n, sheet)| request("POST", &format!("/api/v1/scoresheets/{sheet}/entries"), Some(token), Some(&judged(n))));
        send(server, &entries.collect::<Vec<_>>()).await?;
    }
    Ok(())
}

async fn gets(server: &Server, years: &[String]) -> Result<Vec<Vec<u8>>, Failed> {
    let token = server.token().await?;
    Ok(years.iter().map(|year| request("GET", &format!("/api/v1/bloc-years/{year}/ranking"), Some(&token), None)).collect())
}

/// Measures rankings over HTTP on both databases.
pub async fn run(
    extent: &Extent,
    binary: &Path,
    sqlite: (&Database, &Server),
    postgres: Option<(&Postgres, &Database, &Server, &Filled)>,
    table: &mut Table,
) -> Result<(), Failed> {
    let years = fill(sqlite.1).await?;
    let (anew, _) = Server::start(binary, sqlite.0, How::RememberingNothing).await?;
    let length = crate::plan::body_length(sqlite.1, gets(sqlite.1, &years).await?.first().ok_or("no year")?).await?;
    let fixed = Server::fixed(length).await?;
    let (mut unchanged, mut constant, mut computed) = (Series::default(), Series::default(), Series::default());
    for _ in 0..extent.rounds {
        let requests = gets(sqlite.1, &years).await?;
        unchanged.0.push(load(sqlite.1.address, READING, extent.round, &Requests::Again(&requests), 200).await?);
        constant.0.push(load(fixed.address, READING, extent.round, &Requests::Again(&requests), 200).await?);
        computed.0.push(load(anew.address, READING, extent.round, &Requests::Again(&gets(&anew, &years).await?), 200).await?);
    }
    table.ratio("ranking 15 x 40, unchanged, SQLite", &unchanged, ("static", &constant), 0.4);
    table.note("  … computed each time", &computed, ("static", &constant));
    anew.stop().await?;
    if let Some((postgres, database, anew, filled)) = postgres {
        on_postgres(extent, binary, postgres, database, (anew, filled), table).await?;
    }
    Ok(())
}

async fn on_postgres(
    extent: &Extent,
    binary: &Path,
    postgres: &Postgres,
    database: &Database,
    (anew, filled): (&Server, &Filled),
    table: &mut Table,
) -> Result<(), Failed> {
    let years = fill(anew).await?;
    postgres.sql("VACUUM ANALYZE")?;
    let window = window(postgres, &years)?;
    let one = format!("/api/v1/bloc-years/{}/ranking", years.first().ok_or("no year")?);
    let same = Scripts::of(postgres, anew, &[one]).await?;
    println!("a ranking sends {} statements to PostgreSQL", same.statements()?);
    let (usual, _) = Server::start(binary, database, How::Usual).await?;
    let (mut computed, mut raw, mut unchanged, mut by_id) = (Series::default(), Series::default(), Series::default(), Series::default());
    for _ in 0..extent.rounds {
        computed.0.push(load(anew.address, READING, extent.round, &Requests::Again(&gets(anew, &years).await?), 200).await?);
        raw.0.push(window.run(postgres, READING, extent.round).await?);
        unchanged.0.push(load(usual.address, READING, extent.round, &Requests::Again(&gets(&usual, &years).await?), 200).await?);
        let token = usual.token().await?;
        let units: Vec<_> = filled.units.iter().map(|id| request("GET", &format!("/api/v1/units/{id}"), Some(&token), None)).collect();
        by_id.0.push(load(usual.address, READING, extent.round, &Requests::Again(&units), 200).await?);
    }
    table.ratio("ranking 15 x 40, computed, PostgreSQL", &computed, ("pgbench, window query", &raw), 1.2);
    table.ratio("ranking 15 x 40, unchanged, PostgreSQL", &unchanged, ("GET unit", &by_id), 0.8);
    usual.stop().await
}

/// The ranks of a bloc as one query gives them from the same entries: of every item the highest layer counts, its points are
/// summed up, and the sums ranked by a window.
fn window(postgres: &Postgres, years: &[String]) -> Result<Scripts, Failed> {
    let mut files = Vec::with_capacity(years.len());
    for (n, year) in years.iter().enumerate() {
        let file = postgres.folder.with_file_name(format!("window-{n}.sql"));
        let sql = format!(
            "SELECT unit_id, code, sum(comes_to) AS total, rank() OVER (ORDER BY sum(comes_to) DESC) FROM ( \
             SELECT s.unit_id, u.code, e.comes_to, row_number() OVER (PARTITION BY e.scoresheet_id, e.item ORDER BY \
             array_position(ARRAY['self', 'cross_checked', 'verified', 'standing', 'final'], e.layer) DESC) AS nth \
             FROM scoresheets s JOIN score_entries e ON e.scoresheet_id = s.id JOIN units u ON u.id = s.unit_id \
             WHERE s.bloc_year_id = '{year}' AND e.stands) AS counted WHERE nth = 1 GROUP BY unit_id, code ORDER BY total DESC;\n"
        );
        std::fs::write(&file, sql)?;
        files.push(file);
    }
    Ok(Scripts::of_files(files))
}
