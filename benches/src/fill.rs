//! Data for a run, entered over HTTP like anybody would: units, blocs of twelve, pledges open for
//! signing.

use std::time::Duration;

use futures_util::future::try_join_all;
use serde_json::{Value, json};

use crate::Failed;
use crate::child::Server;
use crate::load::{Line, request};

/// Members of each bloc; the blocs announced in law have about as many.
const MEMBERS: usize = 12;
const BLOCS: usize = 20;

/// What was entered.
#[derive(Debug, Clone)]
pub struct Filled {
    /// Identifiers of units.
    pub units: Vec<String>,
    /// Identifiers of bloc years.
    pub years: Vec<String>,
}

/// Sends requests over a few connections; the answers in the order of the requests.
pub async fn send(server: &Server, requests: &[Vec<u8>]) -> Result<Vec<Value>, Failed> {
    const LINES: usize = 16;
    let each = requests.len().div_ceil(LINES).max(1);
    let parts = requests.chunks(each).map(|part| async move {
        let mut line = Line::open(server.address).await?;
        let mut answers = Vec::with_capacity(part.len());
        for request in part {
            let mut tries = 0;
            loop {
                let answer = line.ask(request).await?;
                // Too many at once: told to come back, so it comes back.
                if answer.status == 503 && tries < 20 {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
                if !(200..300).contains(&answer.status) {
                    return Err::<_, Failed>(String::from_utf8_lossy(answer.body).into_owned().into());
                }
                answers.push(serde_json::from_slice(answer.body)?);
                break;
            }
        }
        Ok(answers)
    });
    Ok(try_join_all(parts).await?.into_iter().flatten().collect())
}

/// Identifiers of what was made.
#[must_use]
pub fn ids(made: &[Value]) -> Vec<String> {
    made.iter().filter_map(|made| made["id"].as_str().map(str::to_owned)).collect()
}

/// Enters units, blocs and their years.
pub async fn fill(server: &Server, units: usize) -> Result<Filled, Failed> {
    let token = server.token().await?;
    let post = |path: &str, body: &Value| request("POST", path, Some(&token), Some(body));
    let top = json!({ "code": "BO", "kind": "ministry", "name": "Bộ Tổ chức (giả định)", "fictional": true });
    send(server, &[post("/api/v1/units", &top)]).await?;
    let drafts: Vec<_> = (0..units)
        .map(|i| {
            let name = format!("Sở Kế hoạch và Đầu tư thứ {i} (giả định)");
            let unit = json!({ "code": format!("DV-{i}"), "kind": "department", "name": name, "professional": "BO", "fictional": true });
            post("/api/v1/units", &unit)
        })
        .collect();
    let units = ids(&send(server, &drafts).await?);
    let blocs: Vec<_> = (0..BLOCS.min(units.len() / MEMBERS))
        .map(|i| {
            let bloc = json!({ "code": format!("KHOI-{i}"), "name": format!("Khối thi đua số {i} (giả định)"), "kind": "bloc",
                "scope": "in_province", "organizer": "BO", "fictional": true });
            post("/api/v1/blocs", &bloc)
        })
        .collect();
    let made = send(server, &blocs).await?.len();
    let years: Vec<_> = (0..made)
        .map(|i| {
            let members: Vec<String> = (0..MEMBERS).map(|m| format!("DV-{}", i * MEMBERS + m)).collect();
            post("/api/v1/bloc-years", &json!({ "bloc": format!("KHOI-{i}"), "year": 2026, "members": members, "fictional": true }))
        })
        .collect();
    let years = ids(&send(server, &years).await?);
    Ok(Filled { units, years })
}

/// Opens new pledges and makes ready the requests that sign them, neighbours on different pledges.
pub async fn signatures(server: &Server, filled: &Filled, wanted: usize) -> Result<Vec<Vec<u8>>, Failed> {
    let token = server.token().await?;
    let post = |path: &str, body: &Value| request("POST", path, Some(&token), Some(body));
    let drafts: Vec<_> = filled
        .years
        .iter()
        .cycle()
        .take(wanted.div_ceil(MEMBERS))
        .map(|year| {
            let contents = json!([{ "no": "1", "text": "Hoàn thành nhiệm vụ năm 2026" }]);
            post("/api/v1/pledges", &json!({ "bloc_year": year, "contents": contents, "fictional": true }))
        })
        .collect();
    let pledges = ids(&send(server, &drafts).await?);
    let open: Vec<_> =
        pledges.iter().map(|id| post(&format!("/api/v1/pledges/{id}/transitions"), &json!({ "action": "open_signing" }))).collect();
    send(server, &open).await?;
    let recorded = json!({ "from": "meeting", "happened_on": "2026-01-24", "by_position": "Giám đốc" });
    let mut all = Vec::with_capacity(wanted);
    for member in 0..MEMBERS {
        for (i, pledge) in pledges.iter().enumerate() {
            let unit = filled.units.get((i % filled.years.len()) * MEMBERS + member).ok_or("too few units")?;
            all.push(post(&format!("/api/v1/pledges/{pledge}/signatures"), &json!({ "unit": unit, "recorded": recorded })));
        }
    }
    Ok(all)
}
