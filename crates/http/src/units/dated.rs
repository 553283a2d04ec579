//! Dated parts of a unit: names, codes, relations, emulation officers. They are added and ended,
//! never overwritten.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::dated::Span;
use thidua_domain::event::Event;
use thidua_domain::id::{Id, Unit, UnitId, UnitPart, UnitPartId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::Date;
use thidua_domain::unit::{CodeSystem, UnitRelationKind, closes_circle, normal_national_code};
use thidua_store::dialect::new_id;
use thidua_store::units::{self as store, CodeRow, NameRow, OfficerRow, RelationRow, UnitRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use crate::answer::{Done, List, Made};
use crate::call::{Call, Ended, Json};
use crate::parts::{self, RefView, inside, label};
use crate::problem::ApiError;

/// A name in its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitName, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000030", "name": "Tỉnh Thừa Thiên Huế", "short_name": "Thừa Thiên Huế", "to_on": "2024-12-31", "alias": false
}))]
pub(crate) struct NameView {
    /// Identifier.
    id: UnitPartId,
    /// Official name.
    #[schema(max_length = 300)]
    name: String,
    /// Short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    short_name: Option<String>,
    /// English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    name_en: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Another spelling beside the official name.
    alias: bool,
}

/// A name to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitNameDraft, example = json!({ "name": "Thành phố Huế", "short_name": "Huế", "from_on": "2025-01-01" }))]
pub(crate) struct NameDraft {
    /// Official name.
    #[schema(min_length = 1, max_length = 300)]
    name: String,
    /// Short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    short_name: Option<String>,
    /// English name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    name_en: Option<String>,
    /// First day; the name before ends the day before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// Another spelling beside the official name.
    #[serde(default)]
    alias: bool,
    /// Deciding document: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
}

/// A code in its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitCode, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000031", "system": "national", "code": "000.00.00.H47", "normal_code": "H47", "verified": true
}))]
pub(crate) struct CodeView {
    /// Identifier.
    id: UnitPartId,
    /// In which system.
    system: CodeSystem,
    /// As written.
    #[schema(max_length = 64)]
    code: String,
    /// In its one normal form.
    #[schema(max_length = 64)]
    normal_code: String,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Whether a public source confirms it.
    verified: bool,
}

/// A code to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitCodeDraft, example = json!({ "system": "national", "code": "000.00.00.H47", "verified": true }))]
pub(crate) struct CodeDraft {
    /// In which system.
    system: CodeSystem,
    /// As written; both national forms are understood.
    #[schema(min_length = 1, max_length = 64)]
    code: String,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// Whether a public source confirms it.
    #[serde(default)]
    verified: bool,
}

/// A relation in its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitRelation, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000032", "kind": "location", "kind_label": "Đóng trên địa bàn",
    "upper": {"id": "0198c0de-0000-7000-8000-000000000021", "code": "P63-QUANG-NAM", "name": "Tỉnh Quảng Nam"}
}))]
pub(crate) struct RelationView {
    /// Identifier.
    id: UnitPartId,
    /// In what sense.
    kind: UnitRelationKind,
    /// The same in words.
    #[schema(max_length = 200)]
    kind_label: String,
    /// The upper unit.
    upper: RefView,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
}

/// A relation to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitRelationDraft, example = json!({ "kind": "administrative", "upper": "UBND-DA-NANG" }))]
pub(crate) struct RelationDraft {
    /// In what sense.
    kind: UnitRelationKind,
    /// The upper unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    upper: String,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// Deciding document: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
}

/// An emulation officer in their time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitOfficer, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000033",
    "person": {"id": "0198c0de-0000-7000-8000-000000000040", "code": "NV-001", "name": "Nguyễn Thị Lan (giả định)"}, "duty": "Chuyên viên thi đua"
}))]
pub(crate) struct OfficerView {
    /// Identifier.
    id: UnitPartId,
    /// Who.
    person: RefView,
    /// Duty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    duty: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
}

/// An emulation officer to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitOfficerDraft, example = json!({ "person": "NV-001", "duty": "Chuyên viên thi đua" }))]
pub(crate) struct OfficerDraft {
    /// Who: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    person: String,
    /// Duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    duty: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
}

/// The last day of a dated part.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndDraft, example = json!({ "to_on": "2025-06-30" }))]
pub(crate) struct EndDraft {
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to_on: Date,
}

fn name_view(row: NameRow) -> NameView {
    NameView {
        id: row.id,
        name: row.name,
        short_name: row.short_name,
        name_en: row.name_en,
        from_on: row.from_on,
        to_on: row.to_on,
        alias: row.alias,
    }
}

fn code_view(row: CodeRow) -> CodeView {
    CodeView {
        id: row.id,
        system: row.system,
        code: row.code,
        normal_code: row.normal_code,
        from_on: row.from_on,
        to_on: row.to_on,
        verified: row.verified,
    }
}

pub(crate) async fn names(call: Call<UnitId>) -> Result<List<NameView>, ApiError> {
    let id = call.path;
    let rows = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            store::names_of(conn, id)
        })
        .await?;
    List::whole(&rows.into_iter().map(name_view).collect::<Vec<_>>())
}

pub(crate) async fn codes(call: Call<UnitId>) -> Result<List<CodeView>, ApiError> {
    let id = call.path;
    let rows = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            store::codes_of(conn, id)
        })
        .await?;
    List::whole(&rows.into_iter().map(code_view).collect::<Vec<_>>())
}

fn relation_views(
    conn: &mut thidua_store::conn::Conn,
    eyes: &crate::call::Eyes,
    rows: &[RelationRow],
) -> Result<Vec<RelationView>, StoreError> {
    let uppers: Vec<UnitId> = rows.iter().map(|row| row.upper_id).collect();
    let names = refs::units(conn, &uppers, eyes.today)?;
    Ok(rows
        .iter()
        .map(|row| RelationView {
            id: row.id,
            kind: row.kind,
            kind_label: label(row.kind, eyes.lang),
            upper: names.get(row.upper_id).into(),
            from_on: row.from_on,
            to_on: row.to_on,
        })
        .collect())
}

pub(crate) async fn relations(call: Call<UnitId>) -> Result<List<RelationView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            let rows = store::relations_of(conn, id)?;
            relation_views(conn, eyes, &rows)
        })
        .await?;
    List::whole(&views)
}

fn officer_views(conn: &mut thidua_store::conn::Conn, rows: &[OfficerRow]) -> Result<Vec<OfficerView>, StoreError> {
    let people: Vec<_> = rows.iter().map(|row| row.person_id).collect();
    let names = refs::people(conn, &people)?;
    Ok(rows
        .iter()
        .map(|row| OfficerView {
            id: row.id,
            person: names.get(row.person_id).into(),
            duty: row.duty.clone(),
            from_on: row.from_on,
            to_on: row.to_on,
        })
        .collect())
}

pub(crate) async fn officers(call: Call<UnitId>) -> Result<List<OfficerView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            let rows = store::officers_of(conn, id)?;
            officer_views(conn, &rows)
        })
        .await?;
    List::whole(&views)
}

/// Loads the unit for a new part, and moves its version on: a part belongs to the whole.
fn held(tx: &mut Tx<'_>, id: UnitId) -> Result<Held<UnitRow>, StoreError> {
    let held = tx.load_for_change::<UnitRow>(id)?;
    tx.require(Kind::Unit, Verb::Edit, &held.ties)?;
    Ok(held)
}

fn added(tx: &mut Tx<'_>, mut held: Held<UnitRow>, what: serde_json::Value) -> Result<(), StoreError> {
    let id = held.value.id;
    store::save(tx, &mut held)?;
    tx.record(Event::new(Kind::Unit, id.any(), Verb::Edit).values(None, Some(what)));
    Ok(())
}

pub(crate) async fn add_name(call: Call<UnitId, (), Json<NameDraft>>) -> Result<Ended<Made<NameView>>, ApiError> {
    let (id, draft) = (call.path, call.body.0.clone());
    let part: UnitPartId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = held(tx, id)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let row = NameRow {
            id: part,
            unit_id: id,
            name: draft.name.clone(),
            short_name: draft.short_name.clone(),
            name_en: draft.name_en.clone(),
            folded: super::searchable(&draft.name, draft.short_name.as_deref(), draft.name_en.as_deref()),
            from_on: span.from_on,
            to_on: span.to_on,
            alias: draft.alias,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            created_at: tx.now(),
        };
        store::add_name(tx, &row)?;
        if !row.alias && span.holds(tx.today()) {
            held.value.rename(&row.name);
        }
        added(tx, held, serde_json::json!({ "names": draft }))?;
        Made::of(&name_view(row), None, format!("/api/v1/units/{id}/names")).map_err(inside)
    })
    .await
}

pub(crate) async fn add_code(call: Call<UnitId, (), Json<CodeDraft>>) -> Result<Ended<Made<CodeView>>, ApiError> {
    let (id, draft) = (call.path, call.body.0.clone());
    let part: UnitPartId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let held = held(tx, id)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let normal = if draft.system == CodeSystem::National { normal_national_code(&draft.code) } else { None };
        let row = CodeRow {
            id: part,
            unit_id: id,
            system: draft.system,
            code: draft.code.clone(),
            // An odd national code is kept as written: the standard is a warning, not a wall.
            normal_code: normal.unwrap_or_else(|| draft.code.clone()),
            from_on: span.from_on,
            to_on: span.to_on,
            verified: draft.verified,
            created_at: tx.now(),
        };
        store::add_code(tx, &row)?;
        added(tx, held, serde_json::json!({ "codes": draft }))?;
        Made::of(&code_view(row), None, format!("/api/v1/units/{id}/codes")).map_err(inside)
    })
    .await
}

pub(crate) async fn add_relation(call: Call<UnitId, (), Json<RelationDraft>>) -> Result<Ended<Made<RelationView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let part: UnitPartId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let held = held(tx, id)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let upper_id = refs::find_unit(tx.conn(), "/upper", &draft.upper)?;
        let above = store::above(tx.conn(), upper_id, draft.kind)?;
        if closes_circle(&id, &upper_id, &above) {
            return Err(Refusal::at("/upper", Code::UnitRelationCycle).with("upper", &draft.upper).into());
        }
        let row = RelationRow {
            id: part,
            unit_id: id,
            kind: draft.kind,
            upper_id,
            from_on: span.from_on,
            to_on: span.to_on,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            created_at: tx.now(),
        };
        store::add_relation(tx, &row)?;
        added(tx, held, serde_json::json!({ "relations": draft }))?;
        let view = relation_views(tx.conn(), &eyes, &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, None, format!("/api/v1/units/{id}/relations")).map_err(inside)
    })
    .await
}

pub(crate) async fn add_officer(call: Call<UnitId, (), Json<OfficerDraft>>) -> Result<Ended<Made<OfficerView>>, ApiError> {
    let (id, draft) = (call.path, call.body.0.clone());
    let part: UnitPartId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let held = held(tx, id)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let row = OfficerRow {
            id: part,
            unit_id: id,
            person_id: refs::find_person(tx.conn(), "/person", &draft.person)?,
            duty: draft.duty.clone(),
            from_on: span.from_on,
            to_on: span.to_on,
            created_at: tx.now(),
        };
        store::add_officer(tx, &row)?;
        added(tx, held, serde_json::json!({ "officers": draft }))?;
        let view = officer_views(tx.conn(), &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, None, format!("/api/v1/units/{id}/officers")).map_err(inside)
    })
    .await
}

pub(crate) async fn end(call: Call<(Id<Unit>, Id<UnitPart>), (), Json<EndDraft>>) -> Result<Ended<Done>, ApiError> {
    let ((id, part), draft) = (call.path, call.body.0.clone());
    call.write(Root::Of(id.any()), move |tx| {
        let held = held(tx, id)?;
        if !store::end_part(tx, id, part, draft.to_on)? {
            return Err(Code::NotFound.into());
        }
        added(tx, held, serde_json::json!({ "ended": part, "to_on": draft.to_on }))?;
        Ok(Done)
    })
    .await
}
