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
/// Connections of those who work beside it.
const LINES: u32 = 8;
/// Connections of the flood: enough that slow answers do not slow it down.
const FLOOD_LINES: u32 = 100;
/// Requests a second of those who work.
const WORK: u32 = 400;

fn wrong(username: &str) -> Vec<u8> {
    let body = json!({ "username": username, "password": "mot-mat-khau-sai-2026" });
    request("POST", "/api/v1/auth/sessions", None, Some(&body))
}

/// Wrong passwords from one address, which is soon told to wait.
fn from_one_address() -> Vec<Vec<u8>> {
    (0..50).map(|n| wrong(&format!("ai.do.{n}"))).collect()
}

/// Wrong passwords each from an address and for an account of its own: nobody is told to wait, every one
/// of them asks for a hash.
fn from_everywhere() -> Vec<Vec<u8>> {
    let from = |n: u32| format!("\r\nx-forwarded-for: 10.{}.{}.1\r\n\r\n", n / 250, n % 250);
    (0..10_000).map(|n| after_head(&wrong(&format!("ai.do.{n}")), &from(n))).collect()
}

/// Measures both.
pub async fn run(extent: &Extent, binary: &Path, database: &Database, units: &[String], table: &mut Table) -> Result<(), Failed> {
    let (open, _) = Server::start(binary, database, How::Unthrottled).await?;
    known_and_unknown(extent, &open, table).await?;
    open.stop().await?;
    flood(extent, binary, database, units, &from_one_address(), "from one address", table).await?;
    flood(extent, binary, database, units, &from_everywhere(), "from everywhere", table).await
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

/// Puts a line more at the end of a request's head.
fn after_head(request: &[u8], line: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(request);
    text.replacen("\r\n\r\n", line, 1).into_bytes()
}

/// Asks at a steady pace for a while; microseconds of each answer.
async fn pace(server: &Server, asks: &[Vec<u8>], lines: u32, a_second: u32, time: Duration) -> Result<Vec<f64>, Failed> {
    let gap = Duration::from_secs(1) * lines / a_second;
    let each = (0..lines).map(|n| async move {
        let mut line = Line::open(server.address).await?;
        let mut took = Vec::new();
        let begun = tokio::time::Instant::now() + gap * n / lines;
        let mut due = begun;
        while due < begun + time {
            tokio::time::sleep_until(due).await;
            let ask = &asks[(took.len() * lines as usize + n as usize) % asks.len()];
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

/// Work alone, then beside a flood, on a server that has seen nobody fail yet.
async fn flood(
    extent: &Extent,
    binary: &Path,
    database: &Database,
    units: &[String],
    bad: &[Vec<u8>],
    kind: &str,
    table: &mut Table,
) -> Result<(), Failed> {
    let (mut alone, mut beside) = (Series::default(), Series::default());
    let time = extent.round * 3;
    for _ in 0..extent.rounds {
        let (server, _) = Server::start(binary, database, How::BehindProxy).await?;
        let token = server.token().await?;
        let work: Vec<Vec<u8>> =
            units.iter().take(500).map(|id| request("GET", &format!("/api/v1/units/{id}"), Some(&token), None)).collect();
        alone.0.push(p99(pace(&server, &work, LINES, WORK, time).await?));
        let (worked, flooded) = tokio::join!(pace(&server, &work, LINES, WORK, time), pace(&server, bad, FLOOD_LINES, FLOOD, time));
        flooded?;
        beside.0.push(p99(worked?));
        server.stop().await?;
    }
    table.times(&format!("p99 of others beside {FLOOD} wrong passwords a second {kind}"), "µs", &beside, &alone, 2.0);
    Ok(())
}
