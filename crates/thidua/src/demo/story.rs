//! What the demonstration tells: announcement 000, and a made-up bloc of this year.

use serde_json::{Map, Value, json};

use super::player::{Player, id};
use crate::command::Stopped;

/// Facts and names of the announcement.
const ANNOUNCEMENT: &str = include_str!("../../demo/announcement-000.json");

fn rows<'v>(story: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    story.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'v>(row: &'v Value, name: &str) -> Result<&'v str, Stopped> {
    row.get(name).and_then(Value::as_str).ok_or_else(|| Stopped::Said(format!("the story lacks {name}")))
}

/// A row of the story with more said of it.
fn with(row: &Value, more: &Value) -> Value {
    let mut all: Map<String, Value> = row.as_object().cloned().unwrap_or_default();
    all.extend(more.as_object().cloned().unwrap_or_default());
    Value::Object(all)
}

/// Something the announcement cites, kept by the ministry: recorded with the day that is stated; where
/// none is, only the year in which its time begins is known.
fn known_from_paper(row: &Value, day: &str) -> Value {
    let recorded = match (row.get(day), row.get("from_on")) {
        (Some(day), _) => json!({ "from": "paper", "happened_on": day }),
        (None, begins) => json!({ "from": "paper", "happened_on": begins, "precision": "year" }),
    };
    with(row, &json!({ "owner": "BO-KHDT", "recorded": recorded }))
}

/// Eleven departments of eleven provinces form a bloc and sign the pledge of 2021; later their
/// provinces are merged into six, and the departments into those of Finance.
///
/// # Errors
/// When the service refuses any of it.
pub async fn play(player: &Player) -> Result<(), Stopped> {
    let story: Value = serde_json::from_str(ANNOUNCEMENT).map_err(|error| Stopped::Said(error.to_string()))?;
    let part = |name: &str| story.get(name).cloned().unwrap_or(Value::Null);
    for issuer in rows(&story, "issuers") {
        player.post("/api/v1/units", issuer).await?;
    }
    for member in rows(&story, "members") {
        play_member(player, member, &part("finance_merger")).await?;
    }
    for document in rows(&story, "documents") {
        player.post("/api/v1/documents", &known_from_paper(document, "issued_on")).await?;
    }
    for campaign in rows(&story, "campaigns") {
        player.post("/api/v1/campaigns", &known_from_paper(campaign, "launched_on")).await?;
    }
    let at_meeting = json!({ "from": "meeting", "happened_on": "2021-04-24" });
    let bloc = part("bloc");
    player.post("/api/v1/blocs", &bloc).await?;
    let members: Vec<&str> = rows(&story, "members").map(|member| text(member, "code")).collect::<Result<_, _>>()?;
    let year = json!({ "bloc": text(&bloc, "code")?, "year": part("year"), "members": members, "recorded": at_meeting });
    let year = player.post("/api/v1/bloc-years", &year).await?;
    let seats: Vec<Value> = members.iter().map(|unit| json!({ "unit": unit, "presence": "present" })).collect();
    let meeting = json!({ "bloc_year": id(&year)?, "attendance": seats, "recorded": at_meeting });
    let meeting = player.post("/api/v1/meetings", &with(&part("meeting"), &meeting)).await?;
    let pledge = json!({ "bloc_year": id(&year)?, "meeting": id(&meeting)?, "recorded": at_meeting });
    let pledge = player.post("/api/v1/pledges", &with(&part("pledge"), &pledge)).await?;
    let path = format!("/api/v1/pledges/{}", id(&pledge)?);
    player.step(&path, &json!({ "action": "open_signing", "recorded": at_meeting })).await?;
    for unit in members {
        // The announcement names nobody: only that each department was represented.
        let by = json!({ "by_position": "Đại diện lãnh đạo Sở", "on_behalf_of": unit });
        player.post(&format!("{path}/signatures"), &json!({ "unit": unit, "recorded": with(&at_meeting, &by) })).await?;
    }
    Ok(())
}

async fn play_member(player: &Player, member: &Value, merger: &Value) -> Result<(), Stopped> {
    let (province, finance) = (text(member, "province")?, text(member, "finance_code")?);
    let department = json!({
        "code": text(member, "code")?, "kind": "department", "name": text(member, "name")?, "short_name": text(member, "short_name")?,
        "location": province, "professional": "BO-KHDT",
    });
    let made = player.post("/api/v1/units", &department).await?;
    let other = json!({ "code": finance, "kind": "department", "name": text(member, "finance_name")?, "location": province });
    player.post("/api/v1/units", &other).await?;
    let merger = with(merger, &json!({ "kind": "merge", "to": finance }));
    player.post(&format!("/api/v1/units/{}/successions", id(&made)?), &merger).await?;
    Ok(())
}

/// A made-up bloc of three units with leader and deputy, whose pledge waits for signatures.
///
/// # Errors
/// When the service refuses any of it.
pub async fn play_fictional(player: &Player) -> Result<(), Stopped> {
    for letter in ["A", "B", "C"] {
        let unit = json!({ "code": format!("DON-VI-{letter}"), "kind": "department", "name": format!("Đơn vị {letter} (giả định)"), "fictional": true });
        player.post("/api/v1/units", &unit).await?;
    }
    let bloc = json!({ "code": "KHOI-GIA-DINH", "name": "Khối thi đua thử nghiệm (giả định)", "kind": "bloc", "scope": "in_province",
        "organizer": "DON-VI-A", "fictional": true });
    player.post("/api/v1/blocs", &bloc).await?;
    let year = json!({ "bloc": "KHOI-GIA-DINH", "year": 2026, "members": ["DON-VI-A", "DON-VI-B", "DON-VI-C"], "fictional": true });
    let year = player.post("/api/v1/bloc-years", &year).await?;
    let path = format!("/api/v1/bloc-years/{}", id(&year)?);
    for (place, office) in [(0, "leader"), (1, "deputy")] {
        let member = year.pointer(&format!("/members/{place}")).cloned().unwrap_or(Value::Null);
        player.patch(&format!("{path}/members/{}", id(&member)?), &json!({ "office": office })).await?;
    }
    player.step(&path, &json!({ "action": "open" })).await?;
    let pledge = json!({ "bloc_year": id(&year)?, "title": "Giao ước thi đua năm 2026 (giả định)", "fictional": true,
        "requirements": ["Thiết thực, có chỉ tiêu cụ thể"], "contents": [{ "no": "1", "text": "Hoàn thành nhiệm vụ năm 2026" }] });
    let pledge = player.post("/api/v1/pledges", &pledge).await?;
    player.step(&format!("/api/v1/pledges/{}", id(&pledge)?), &json!({ "action": "open_signing" })).await?;
    Ok(())
}
