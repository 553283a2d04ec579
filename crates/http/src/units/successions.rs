//! What followed a unit, and how: recorded with date, document and whether the emulation record is
//! inherited; completed, corrected and taken away; walked to the present day. A succession lies under
//! its former unit.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::dated::Span;
use thidua_domain::event::Event;
use thidua_domain::id::{Id, Succession, SuccessionId, Unit, UnitId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::Date;
use thidua_domain::unit::{SuccessionKind, SuccessionStep, check_life, check_succession, check_succession_removal, check_successor};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::units::{self as store, SuccessionRow, UnitRow};
use thidua_store::{Held, Reach, Resource, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use super::AsOf;
use crate::answer::{Done, List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch, Query};
use crate::parts::{self, RefView, inside, label};
use crate::problem::ApiError;

/// How one unit came to follow another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Succession, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000050",
    "from": {"id": "0198c0de-0000-7000-8000-000000000021", "code": "P63-QUANG-NAM", "name": "Tỉnh Quảng Nam"},
    "to": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "kind": "merge", "kind_label": "Sáp nhập, hợp nhất", "effective_on": "2025-07-01", "document_text": "202/2025/QH15", "verified": true,
    "version": 1
}))]
pub(crate) struct SuccessionView {
    /// Identifier.
    id: SuccessionId,
    /// The former unit.
    from: RefView,
    /// The one that follows; absent for a dissolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<RefView>,
    /// How.
    kind: SuccessionKind,
    /// The same in words.
    #[schema(max_length = 200)]
    kind_label: String,
    /// First day of the new order.
    #[schema(value_type = String, format = Date)]
    effective_on: Date,
    /// Deciding document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// Deciding document, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    document_text: Option<String>,
    /// Whether the successor inherits the emulation record; absent where nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    inherits_emulation: Option<bool>,
    /// Whether a public source confirms it.
    verified: bool,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
}

/// A succession to be recorded.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SuccessionDraft, example = json!({ "kind": "merge", "to": "STC-DA-NANG", "effective_on": "2025-03-01", "verified": false }))]
pub(crate) struct SuccessionDraft {
    /// How.
    kind: SuccessionKind,
    /// The unit that follows: identifier or code; left out for a dissolution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    to: Option<String>,
    /// First day of the new order.
    #[schema(value_type = String, format = Date)]
    effective_on: Date,
    /// Deciding document: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
    /// Deciding document, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    document_text: Option<String>,
    /// Whether the successor inherits the emulation record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inherits_emulation: Option<bool>,
    /// Whether a public source confirms it.
    #[serde(default)]
    verified: bool,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
}

fn views(conn: &mut Conn, eyes: &Eyes, rows: &[SuccessionRow]) -> Result<Vec<SuccessionView>, StoreError> {
    let units: Vec<UnitId> = rows.iter().flat_map(|row| [Some(row.from_id), row.to_id]).flatten().collect();
    let names = refs::units(conn, &units, eyes.today)?;
    let documents: Vec<_> = rows.iter().filter_map(|row| row.document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    Ok(rows
        .iter()
        .map(|row| SuccessionView {
            id: row.id,
            from: names.get(row.from_id).into(),
            to: names.opt(row.to_id).map(Into::into),
            kind: row.kind,
            kind_label: label(row.kind, eyes.lang),
            effective_on: row.effective_on,
            document: documents.opt(row.document_id).map(Into::into),
            document_text: row.document_text.clone(),
            inherits_emulation: row.inherits_emulation,
            verified: row.verified,
            note: row.note.clone(),
            version: row.version,
        })
        .collect())
}

fn view(conn: &mut Conn, eyes: &Eyes, row: &SuccessionRow) -> Result<SuccessionView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

pub(crate) async fn successions(call: Call<UnitId>) -> Result<List<SuccessionView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            let mut rows = store::predecessors_of(conn, id)?;
            rows.extend(store::successions_of(conn, id)?);
            views(conn, eyes, &rows)
        })
        .await?;
    List::whole(&views)
}

pub(crate) async fn lineage(call: Call<UnitId, Query<AsOf>>) -> Result<List<SuccessionView>, ApiError> {
    let (id, as_of) = (call.path, call.query.0.as_of);
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            let steps = store::lineage(conn, &[id], as_of.unwrap_or(eyes.today))?.remove(&id).unwrap_or_default();
            views(conn, eyes, &steps)
        })
        .await?;
    List::whole(&views)
}

pub(crate) async fn succession(call: Call<(Id<Unit>, Id<Succession>)>) -> Result<One<SuccessionView>, ApiError> {
    let (unit, id) = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, unit.any())?;
            let row = store::succession(conn, unit, id)?.ok_or(StoreError::NotFound)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// Holds a succession against what else is known of the former unit and of what follows it, and gives
/// the unit the last day that follows from all of them. `row` is as it will be.
fn settle(tx: &mut Tx<'_>, unit: &mut UnitRow, row: &SuccessionRow) -> Result<(), StoreError> {
    check_succession(row.kind, &row.from_id, row.to_id.as_ref()).map_err(|code| Refusal::at("/to", code))?;
    if let Some(to) = row.to_id {
        let later = store::lineage(tx.conn(), &[to], Date::MAX)?.remove(&to).unwrap_or_default();
        let after: HashSet<UnitId> = later.iter().filter_map(|step| step.to_id).collect();
        if after.contains(&row.from_id) {
            let today = tx.today();
            let code = refs::units(tx.conn(), &[to], today)?.get(to).code;
            return Err(Refusal::at("/to", Code::SuccessionCycle).with("to", code).into());
        }
        let successor = UnitRow::load(tx.conn(), to)?.ok_or(StoreError::NotFound)?;
        check_successor(Span { from_on: successor.from_on, to_on: successor.to_on }, row.effective_on)?;
    }
    let mut steps = others(tx.conn(), row)?;
    row.step().check(unit.end().under(&steps).on, &steps)?;
    steps.push(row.step());
    unit.set_end(unit.end().under(&steps).check(unit.from_on)?);
    // A day that somebody entered may lie behind the succession.
    check_life(Span { from_on: unit.from_on, to_on: unit.to_on }, &steps)
        .map_err(|refusal| Refusal { pointer: "/effective_on".to_owned(), ..refusal })?;
    Ok(())
}

/// The other steps of the former unit.
fn others(conn: &mut Conn, row: &SuccessionRow) -> Result<Vec<SuccessionStep<UnitId>>, StoreError> {
    Ok(store::successions_of(conn, row.from_id)?.iter().filter(|other| other.id != row.id).map(SuccessionRow::step).collect())
}

/// A succession and the last day of the former unit, as an event keeps them.
fn noted(id: SuccessionId, draft: Option<&SuccessionDraft>, unit: &UnitRow) -> Option<Value> {
    let succession = draft.map(|draft| ("successions".to_owned(), parts::named(id.any(), draft)));
    let last_day = unit.to_on.map(|to_on| ("to_on".to_owned(), json!(to_on)));
    let all: Map<String, Value> = succession.into_iter().chain(last_day).collect();
    (!all.is_empty()).then_some(Value::Object(all))
}

/// The unit under its next version, and what was done: a succession is part of what the unit is.
fn changed(tx: &mut Tx<'_>, held: &mut Held<UnitRow>, before: Option<Value>, after: Option<Value>) -> Result<(), StoreError> {
    store::save(tx, held)?;
    tx.record(Event::new(Kind::Unit, held.value.id.any(), Verb::Succeed).values(before, after));
    Ok(())
}

pub(crate) async fn add_succession(call: Call<UnitId, (), Json<SuccessionDraft>>) -> Result<Ended<Made<SuccessionView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let new: SuccessionId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<UnitRow>(id)?;
        tx.require(Kind::Unit, Verb::Succeed, &held.ties)?;
        let row = SuccessionRow {
            id: new,
            from_id: id,
            to_id: refs::optional(tx.conn(), refs::find_unit, "/to", draft.to.as_deref())?,
            kind: draft.kind,
            effective_on: draft.effective_on,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            document_text: draft.document_text.clone(),
            inherits_emulation: draft.inherits_emulation,
            verified: draft.verified,
            note: draft.note.clone(),
            version: 1,
            created_at: tx.now(),
        };
        let before = noted(new, None, &held.value);
        settle(tx, &mut held.value, &row)?;
        store::add_succession(tx, &row)?;
        let after = noted(new, Some(&draft), &held.value);
        changed(tx, &mut held, before, after)?;
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/units/{id}/successions/{new}")).map_err(inside)
    })
    .await
}

fn draft_of(row: &SuccessionRow) -> SuccessionDraft {
    SuccessionDraft {
        kind: row.kind,
        to: row.to_id.map(|to| to.to_string()),
        effective_on: row.effective_on,
        document: row.document_id.map(|document| document.to_string()),
        document_text: row.document_text.clone(),
        inherits_emulation: row.inherits_emulation,
        verified: row.verified,
        note: row.note.clone(),
    }
}

/// Loads a succession that may be changed, with its former unit: sight, version, right.
fn held(tx: &mut Tx<'_>, unit: UnitId, id: SuccessionId) -> Result<(Held<UnitRow>, SuccessionRow), StoreError> {
    let held = tx.look_at::<UnitRow>(unit)?;
    let row = store::succession(tx.conn(), unit, id)?.ok_or(Code::NotFound)?;
    tx.check_version(row.version)?;
    tx.require(Kind::Unit, Verb::Succeed, &held.ties)?;
    Ok((held, row))
}

pub(crate) async fn change_succession(
    call: Call<(Id<Unit>, Id<Succession>), (), Patch<SuccessionDraft>>,
) -> Result<Ended<One<SuccessionView>>, ApiError> {
    let ((unit, id), patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(unit.any()), move |tx| {
        let (mut held, mut row) = held(tx, unit, id)?;
        let draft = draft_of(&row);
        let before = noted(id, Some(&draft), &held.value);
        let draft = patch.onto(&draft)?;
        // Who followed whom is what a succession is; another pair is another succession.
        if refs::optional(tx.conn(), refs::find_unit, "/to", draft.to.as_deref())? != row.to_id {
            return Err(Refusal::at("/to", Code::CannotMove).into());
        }
        row.kind = draft.kind;
        row.effective_on = draft.effective_on;
        row.document_id = refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?;
        row.document_text.clone_from(&draft.document_text);
        row.inherits_emulation = draft.inherits_emulation;
        row.verified = draft.verified;
        row.note.clone_from(&draft.note);
        settle(tx, &mut held.value, &row)?;
        store::save_succession(tx, &mut row)?;
        let after = noted(id, Some(&draft_of(&row)), &held.value);
        changed(tx, &mut held, before, after)?;
        let view = view(tx.conn(), &eyes, &row)?;
        One::of(&view, row.version).map_err(inside)
    })
    .await
}

pub(crate) async fn remove_succession(call: Call<(Id<Unit>, Id<Succession>)>) -> Result<Ended<Done>, ApiError> {
    let (unit, id) = call.path;
    call.write(Root::Of(unit.any()), move |tx| {
        let (mut held, row) = held(tx, unit, id)?;
        check_succession_removal(row.verified, row.effective_on)?;
        let before = noted(id, Some(&draft_of(&row)), &held.value);
        let rest = others(tx.conn(), &row)?;
        held.value.set_end(held.value.end().under(&rest));
        store::remove_succession(tx, id)?;
        let after = noted(id, None, &held.value);
        changed(tx, &mut held, before, after)?;
        Ok(Done)
    })
    .await
}
