//! Entries of a score sheet: what a layer says of items, one at a time or many at once, with evidence.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thidua_domain::access::Kind;
use thidua_domain::event::Event;
use thidua_domain::id::{FileId, Id, Scoresheet, ScoresheetId, UserId};
use thidua_domain::lifecycle;
use thidua_domain::points::Points;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal, Refusals, word_named};
use thidua_domain::scoresheet::{Claim, Entry, Facts, Layer, SheetLife, check_speaker, entering, weigh};
use thidua_store::conn::Conn;
use thidua_store::scoresheets::{self as store, EntryRow, EvidenceRow, ScoresheetRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, files};
use utoipa::ToSchema;

use super::indexed;
use super::view::{self, ItemView, ScoresheetView};
use super::whole::{self, Whole};
use crate::answer::{Made, One};
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{self, inside};
use crate::problem::ApiError;

/// What a layer says of the item that the path names.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScoreEntryDraft, example = json!({ "layer": "self", "claim": {"kind": "measured", "actual": 97} }))]
pub(crate) struct EntryDraft {
    /// Which layer speaks.
    layer: Layer,
    /// What was measured or done, in the form that the rule of the item takes; absent, the claim of the layer below stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<Claim>,
    /// Points in place of what the rule gives, from layers above the unit's own; of a penalty, the points it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    points: Option<Points>,
    /// Whether the item does not apply to the unit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    not_applicable: bool,
    /// Why; needed where points differ from what the rule gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    reason: Option<String>,
    /// Files that show it, uploaded before: PDF, PNG, JPEG, DOCX, XLSX.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    evidence: Vec<FileId>,
    /// Facts, where it was said elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
}

/// What a layer says of one of several items.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScoreEntryLine)]
pub(crate) struct EntryLine {
    /// Code of the item, bonus or penalty.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) item: String,
    /// What was measured or done, in the form that the rule of the item takes; absent, the claim of the layer below stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) claim: Option<Claim>,
    /// Points in place of what the rule gives, from layers above the unit's own; of a penalty, the points it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    points: Option<Points>,
    /// Whether the item does not apply to the unit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    not_applicable: bool,
    /// Why; needed where points differ from what the rule gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    reason: Option<String>,
    /// Files that show it, uploaded before: PDF, PNG, JPEG, DOCX, XLSX.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    evidence: Vec<FileId>,
}

/// What a layer says of several items: all of it or nothing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScoreEntriesDraft, example = json!({ "layer": "self", "entries": [
    {"item": "I.1", "claim": {"kind": "measured", "actual": 97}}, {"item": "I.2", "claim": {"kind": "late", "days": 0}}
] }))]
pub(crate) struct EntriesDraft {
    /// Which layer speaks.
    layer: Layer,
    /// What it says, of each item once.
    #[schema(min_items = 1, max_items = 200)]
    entries: Vec<EntryLine>,
    /// Facts, where it was said elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
}

impl EntryDraft {
    fn line(&self, item: String) -> EntryLine {
        EntryLine {
            item,
            claim: self.claim.clone(),
            points: self.points,
            not_applicable: self.not_applicable,
            reason: self.reason.clone(),
            evidence: self.evidence.clone(),
        }
    }
}

impl EntryLine {
    fn entry(&self, layer: Layer) -> Entry {
        Entry {
            item: self.item.clone(),
            layer,
            claim: self.claim.clone(),
            points: self.points,
            not_applicable: self.not_applicable,
            reason: self.reason.clone(),
        }
    }
}

/// What is to be entered, and where its lines stand in the body.
struct Said<'a> {
    layer: Layer,
    lines: &'a [EntryLine],
    recorded: Option<&'a Recorded>,
    pointer: fn(usize) -> String,
}

/// Whether the caller may speak for a layer now.
fn may_enter(tx: &mut Tx<'_>, held: &Held<ScoresheetRow>, whole: &Whole, layer: Layer, recorded: bool) -> Result<(), StoreError> {
    let verb = entering(layer);
    tx.require(Kind::Scoresheet, verb, &held.ties)?;
    let facts = whole::facts(tx.conn(), &held.value, whole)?;
    Ok(lifecycle::allow::<SheetLife>(held.value.status, verb, &facts, recorded, tx.lang())?)
}

/// Weighs every line over the claims of the layers below; all that is wrong is told at once.
fn weighed(whole: &Whole, facts: &Facts, said: &Said<'_>) -> Result<Vec<Points>, StoreError> {
    let mut below: HashMap<&str, &Claim> = HashMap::new();
    let mut lower: Vec<&Entry> = whole.entries.iter().filter(|entry| entry.layer < said.layer).collect();
    lower.sort_by_key(|entry| entry.layer);
    for entry in lower {
        if let Some(claim) = &entry.claim {
            below.insert(&entry.item, claim);
        }
    }
    let (mut refusals, mut seen) = (Refusals::default(), BTreeSet::new());
    let mut points = Vec::with_capacity(said.lines.len());
    for (n, line) in said.lines.iter().enumerate() {
        let pointer = (said.pointer)(n);
        if !seen.insert(line.item.as_str()) {
            let refusal = Refusal::at(format!("{pointer}/item"), Code::ScoreEntryTwice).with("item", &line.item);
            refusals.push(refusal.with("layer", word_named(said.layer)));
        }
        let found = weigh(&whole.set, &line.entry(said.layer), facts, below.get(line.item.as_str()).copied());
        points.extend(refusals.take(found.map_err(|refusal| refusal.under(&pointer))).map(|weighed| weighed.points));
    }
    refusals.done()?;
    Ok(points)
}

/// Follows the evidence of a line: what it newly shows is linked, what it no longer shows is let go.
fn evidence(
    tx: &mut Tx<'_>,
    sheet: &ScoresheetRow,
    layer: Layer,
    line: &EntryLine,
    before: &[EvidenceRow],
    pointer: &str,
) -> Result<(), StoreError> {
    let had: Vec<FileId> = before.iter().filter(|row| row.item == line.item && row.layer == layer).map(|row| row.file_id).collect();
    let shown = super::follow_evidence(tx, sheet.unit_id, &had, &line.evidence, pointer)?;
    if shown == had { Ok(()) } else { store::show(tx, sheet.id, &line.item, layer, &shown) }
}

/// Entries of a layer for the history, each under its item, with the files that show it.
fn by_item(entries: &[&Entry], shown: impl Fn(&str) -> Vec<FileId>) -> Value {
    let told = |entry: &&Entry| {
        let mut value = parts::values(entry);
        if let Some(object) = value.as_object_mut() {
            object.insert("evidence".to_owned(), parts::values(&shown(&entry.item)));
        }
        (entry.item.clone(), value)
    };
    Value::Object(entries.iter().map(told).collect())
}

/// Enters what a layer says, works the sheet out anew and saves it. Whether the caller may was asked before.
fn enter(tx: &mut Tx<'_>, held: &mut Held<ScoresheetRow>, whole: &Whole, said: &Said<'_>) -> Result<(), StoreError> {
    if let Some(recorded) = said.recorded {
        recorded.check(tx.today())?;
    }
    let points = weighed(whole, &held.value.facts, said)?;
    let by: UserId = tx.actor().user.ok_or(Code::Forbidden)?;
    let sheet = held.value.id;
    let rows: Vec<EntryRow> = said
        .lines
        .iter()
        .zip(points)
        .map(|(line, comes_to)| EntryRow {
            scoresheet_id: sheet,
            item: line.item.clone(),
            layer: said.layer,
            claim: line.claim.clone(),
            points: line.points,
            not_applicable: line.not_applicable,
            reason: line.reason.clone(),
            stands: true,
            comes_to,
            entered_by: by,
            origin: if said.recorded.is_some() { Origin::Recorded } else { Origin::Performed },
            recorded: said.recorded.cloned(),
            version: held.value.version + 1,
            entered_at: tx.now(),
        })
        .collect();
    let before = store::evidence_of(tx.conn(), sheet)?;
    store::put(tx, sheet, said.layer, rows)?;
    for (n, line) in said.lines.iter().enumerate() {
        let was = whole.rows.iter().find(|row| row.layer == said.layer && row.item == line.item);
        files::follow(tx, was.and_then(|row| row.recorded.as_ref()), said.recorded)?;
        evidence(tx, &held.value, said.layer, line, &before, &(said.pointer)(n))?;
    }
    let again: BTreeSet<&str> = said.lines.iter().map(|line| line.item.as_str()).collect();
    let was: Vec<&Entry> = whole.entries.iter().filter(|entry| entry.layer == said.layer && again.contains(entry.item.as_str())).collect();
    let now: Vec<Entry> = said.lines.iter().map(|line| line.entry(said.layer)).collect();
    let mut entries: Vec<Entry> =
        whole.entries.iter().filter(|entry| entry.layer != said.layer || !again.contains(entry.item.as_str())).cloned().collect();
    entries.extend(now.iter().cloned());
    let standing = whole::standing(&whole.set, &held.value, &entries)?;
    held.value.stand(standing);
    store::save(tx, held)?;
    let had = |item: &str| before.iter().filter(|row| row.item == item && row.layer == said.layer).map(|row| row.file_id).collect();
    let shown = |item: &str| said.lines.iter().find(|line| line.item == item).map(|line| line.evidence.clone()).unwrap_or_default();
    let event = Event::new(Kind::Scoresheet, sheet.any(), entering(said.layer));
    tx.record(
        event.values(Some(by_item(&was, had)), Some(by_item(&now.iter().collect::<Vec<_>>(), shown))).recorded(said.recorded.cloned()),
    );
    Ok(())
}

/// That nobody else's entries are replaced unseen.
fn speakers(tx: &Tx<'_>, whole: &Whole, draft: &EntriesDraft, has_seen: bool) -> Result<(), StoreError> {
    let now: UserId = tx.actor().user.ok_or(Code::Forbidden)?;
    let mut refusals = Refusals::default();
    for (n, line) in draft.entries.iter().enumerate() {
        let was = whole.rows.iter().find(|row| row.stands && row.layer == draft.layer && row.item == line.item);
        if let Some(was) = was {
            let checked = check_speaker(&line.item, draft.layer, was.entered_by, now, has_seen);
            refusals.take(checked.map_err(|refusal| refusal.under(&format!("/entries/{n}"))));
        }
    }
    Ok(refusals.done()?)
}

pub(crate) async fn put_many(call: Call<ScoresheetId, (), Json<EntriesDraft>>) -> Result<Ended<Made<ScoresheetView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let has_seen = call.meta.names_version;
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<ScoresheetRow>(id)?;
        let whole = whole::whole(tx.conn(), &held.value)?;
        may_enter(tx, &held, &whole, draft.layer, draft.recorded.is_some())?;
        speakers(tx, &whole, &draft, has_seen)?;
        let pointer = |n| format!("/entries/{n}");
        let lines = indexed::read_off(tx.conn(), &held.value, &whole, &draft.entries, pointer)?;
        let said = Said { layer: draft.layer, lines: &lines, recorded: draft.recorded.as_ref(), pointer };
        enter(tx, &mut held, &whole, &said)?;
        let view = view::view(tx.conn(), &eyes, &held.value, &held.ties)?;
        Made::of(&view, Some(held.value.version), format!("/api/v1/scoresheets/{id}")).map_err(inside)
    })
    .await
}

/// An item of a sheet as shown.
fn item(conn: &mut Conn, eyes: &Eyes, row: &ScoresheetRow, code: &str) -> Result<ItemView, StoreError> {
    let whole = whole::whole(conn, row)?;
    let evidence = store::evidence_of(conn, row.id)?;
    let items = view::items(conn, eyes, &whole, &evidence)?;
    Ok(items.into_iter().find(|item| item.item == code).ok_or(Code::NotFound)?)
}

pub(crate) async fn put(call: Call<(Id<Scoresheet>, String), (), Json<EntryDraft>>) -> Result<Ended<One<ItemView>>, ApiError> {
    let ((id, code), draft, eyes) = (call.path.clone(), call.body.0.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.look_at::<ScoresheetRow>(id)?;
        let whole = whole::whole(tx.conn(), &held.value)?;
        if !whole.set.slots().iter().any(|slot| slot.is_scored() && slot.code == code) {
            return Err(Code::NotFound.into());
        }
        let version = whole.rows.iter().filter(|row| row.item == code).map(|row| row.version).max();
        tx.check_version(version.unwrap_or_default())?;
        may_enter(tx, &held, &whole, draft.layer, draft.recorded.is_some())?;
        let lines = indexed::read_off(tx.conn(), &held.value, &whole, &[draft.line(code.clone())], |_| String::new())?;
        let said = Said { layer: draft.layer, lines: &lines, recorded: draft.recorded.as_ref(), pointer: |_| String::new() };
        enter(tx, &mut held, &whole, &said)?;
        let item = item(tx.conn(), &eyes, &held.value, &code)?;
        One::of(&item, item.version).map_err(inside)
    })
    .await
}

pub(crate) async fn read_item(call: Call<(Id<Scoresheet>, String)>) -> Result<One<ItemView>, ApiError> {
    let (id, code) = call.path.clone();
    let item = call
        .read(Reach::Long, move |conn, eyes| {
            let (row, _) = parts::look_at::<ScoresheetRow>(conn, eyes, id)?;
            item(conn, eyes, &row, &code)
        })
        .await?;
    One::of(&item, item.version)
}
