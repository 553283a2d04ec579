//! What followed a unit, and how: recorded with date, document and whether the emulation record is
//! inherited; walked to the present day.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{SuccessionId, UnitId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::Date;
use thidua_domain::unit::{SuccessionKind, SuccessionStep, check_succession};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::units::{self as store, SuccessionRow, UnitRow};
use thidua_store::{Reach, Root, StoreError, refs};
use utoipa::ToSchema;

use super::AsOf;
use crate::answer::{List, Made};
use crate::call::{Call, Ended, Eyes, Json, Query};
use crate::parts::{self, RefView, inside, label};
use crate::problem::ApiError;

/// How one unit came to follow another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Succession, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000050",
    "from": {"id": "0198c0de-0000-7000-8000-000000000021", "code": "P63-QUANG-NAM", "name": "Tỉnh Quảng Nam"},
    "to": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "kind": "merge", "kind_label": "Sáp nhập, hợp nhất", "effective_on": "2025-07-01", "document_text": "202/2025/QH15", "verified": true
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
        })
        .collect())
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

pub(crate) async fn add_succession(call: Call<UnitId, (), Json<SuccessionDraft>>) -> Result<Ended<Made<SuccessionView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let new: SuccessionId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<UnitRow>(id)?;
        tx.require(Kind::Unit, Verb::Succeed, &held.ties)?;
        let to_id = refs::optional(tx.conn(), refs::find_unit, "/to", draft.to.as_deref())?;
        check_succession(draft.kind, &id, to_id.as_ref()).map_err(|code| Refusal::at("/to", code))?;
        if let Some(to) = to_id {
            let later = store::lineage(tx.conn(), &[to], Date::MAX)?.remove(&to).unwrap_or_default();
            let after: HashSet<UnitId> = later.iter().filter_map(|step| step.to_id).collect();
            if after.contains(&id) {
                return Err(Refusal::at("/to", Code::SuccessionCycle).with("to", draft.to.as_deref().unwrap_or("")).into());
            }
        }
        let known: Vec<_> = store::successions_of(tx.conn(), id)?.iter().map(SuccessionRow::step).collect();
        SuccessionStep { kind: draft.kind, to: to_id, on: draft.effective_on }.check(held.value.to_on, &known)?;
        let row = SuccessionRow {
            id: new,
            from_id: id,
            to_id,
            kind: draft.kind,
            effective_on: draft.effective_on,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            document_text: draft.document_text.clone(),
            inherits_emulation: draft.inherits_emulation,
            verified: draft.verified,
            note: draft.note.clone(),
            created_at: tx.now(),
        };
        if row.kind.ends_predecessor() && held.value.to_on.is_none() {
            held.value.to_on = row.effective_on.pred_opt();
        }
        store::add_succession(tx, &row)?;
        store::save(tx, &mut held)?;
        tx.record(Event::new(Kind::Unit, id.any(), Verb::Succeed).values(None, Some(parts::values(&draft))));
        let view = views(tx.conn(), &eyes, &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, None, format!("/api/v1/units/{id}/successions")).map_err(inside)
    })
    .await
}
