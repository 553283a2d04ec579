//! What sign-ins give away and what they cost others: a known account against an unknown one, and a flood
//! of wrong passwords beside ordinary work.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use serde_json::json;

use crate::child::{Database, How, Server};
use crate::load::{Line, request};
use crate::table::{Series, Table};
use crate::{Extent, Failed};

/// Wrong passwords a second.
const FLOOD: u32 = 200;
/// Connections of the flood, and of those who work beside it.
const LINES: u32 = 8;
/// Requests a second of those who work.
const WORK: u32 = 400;

fn wrong(username: &str) -> Vec<u8> {
    let body = json!({ "username": username, "password": "mot-mat-khau-sai-2026" });
    request("POST", "/api/v1/auth/sessions", None, Some(&body))
}

/// Measures both.
pub async fn run(extent: &Extent, binary: &Path, database: &Database, units: &[String], table: &mut Table) -> Result<(), Failed> {
    let (open, _) = Server::start(binary, database, How::Unthrottled).await?;
    known_and_unknown(extent, &open, table).await?;
    open.stop().await?;
    let (server, _) = Server::start(binary, database, How::Usual).await?;
    flood(extent, &server, units, table).await?;
    server.stop().await
}

async fn known_and_unknown(extent: &Extent, server: &Server, table: &mut Table) -> Result<(), Failed> {
    let asks = [wrong(crate::child::USER), wrong("khong.co.ai")];
    let mut line = Line::open(server.address).await?;
    let mut took = [Series::default(), Series::default()];
    let mut said: [Option<Vec<u8>>; 2] = [None, None];
    for n in 0..extent.tries {
        // Neither always comes first.
        let order = if n % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            let begun = Instant::now();
            let answer = line.ask(&asks[which]).await?;
            took[which].0.push(begun.elapsed().as_secs_f64() * 1e6);
            if answer.status != 401 {
                return Err(format!("a wrong password is answered with {}", answer.status).into());
            }
            let mut body: serde_json::Value = serde_json::from_slice(answer.body)?;
            body["request_id"] = json!(null);
            let body = serde_json::to_vec(&body)?;
            if said[which].get_or_insert_with(|| body.clone()) != &body {
                return Err("a wrong password is not always answered alike".into());
            }
        }
    }
    if said[0] != said[1] {
        return Err("an unknown account is answered in other words than a known one".into());
    }
    let [known, unknown] = took;
    table.within("wrong password: unknown of known account", "µs", &unknown, &known, 0.05);
    Ok(())
}

/// Asks at a steady pace for a while; microseconds of each answer.
async fn pace(server: &Server, asks: &[Vec<u8>], a_second: u32, time: Duration) -> Result<Vec<f64>, Failed> {
    let gap = Duration::from_secs(1) * LINES / a_second;
    let each = (0..LINES).map(|n| async move {
        let mut line = Line::open(server.address).await?;
        let mut took = Vec::new();
        let begun = tokio::time::Instant::now() + gap * n / LINES;
        let mut due = begun;
        while due < begun + time {
            tokio::time::sleep_until(due).await;
            let ask = &asks[took.len() % asks.len()];
            // From when it was due: who waits behind a slow answer waits too.
            line.ask(ask).await?;
            took.push(due.elapsed().as_secs_f64() * 1e6);
            due += gap;
        }
        Ok::<_, Failed>(took)
    });
    Ok(try_join_all(each).await?.concat())
}

fn p99(mut took: Vec<f64>) -> f64 {
    took.sort_by(f64::total_cmp);
    took.get(took.len() * 99 / 100).copied().unwrap_or(f64::NAN)
}

async fn flood(extent: &Extent, server: &Server, units: &[String], table: &mut Table) -> Result<(), Failed> {
    let (mut alone, mut beside) = (Series::default(), Series::default());
    let time = extent.round * 3;
    let bad: Vec<Vec<u8>> = (0..50).map(|n| wrong(&format!("ai.do.{n}"))).collect();
    for _ in 0..extent.rounds {
        let token = server.token().await?;
        let work: Vec<Vec<u8>> =
            units.iter().take(500).map(|id| request("GET", &format!("/api/v1/units/{id}"), Some(&token), None)).collect();
        alone.0.push(p99(pace(server, &work, WORK, time).await?));
        let (worked, flooded) = tokio::join!(pace(server, &work, WORK, time), pace(server, &bad, FLOOD, time));
        flooded?;
        beside.0.push(p99(worked?));
    }
    table.times("p99 of others beside 200 wrong passwords a second", "µs", &beside, &alone, 2.0);
    Ok(())
}
