//! Registrations as they are sent and shown: a line of a list, and whole with its items.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Ties};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::id::{BlocYearId, RegistrationId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::missing::Missing;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::registration::{RegistrationFacts, RegistrationLife, RegistrationStatus, is_late};
use thidua_domain::time::{Date, Instant};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::registrations::RegistrationRow;
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use super::items::{self, ItemDraft, ItemView};
use crate::call::Eyes;
use crate::list::Filters;
use crate::parts::{self, BlockedView, ExternalId, RefView, label};

/// A registration in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrationLine, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000c1", "code": "DK-2021-SKHDT-DA-NANG-0000C1",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "year": 2021, "register_by": "2021-03-31", "submitted_on": "2021-03-25", "late": false, "item_count": 2, "status": "submitted",
    "status_label": "Đã nộp", "origin": "recorded", "fictional": false, "allowed_actions": ["return", "accept"], "external_ids": {}, "version": 2
}))]
pub(crate) struct RegistrationLine {
    /// Identifier.
    id: RegistrationId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Whose.
    unit: RefView,
    /// For which year.
    #[schema(minimum = 1948, maximum = 2200)]
    year: i32,
    /// In which bloc year it takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bloc_year: Option<RefView>,
    /// Day until which it is to be submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    register_by: Option<Date>,
    /// Day of the first submission: when it happened, also where it was recorded later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    submitted_on: Option<Date>,
    /// Whether it was submitted after its day, or is not and the day has passed.
    late: bool,
    /// What is registered, counted.
    #[schema(minimum = 0, maximum = 1000)]
    item_count: i32,
    /// Where it stands.
    status: RegistrationStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Performed here or recorded.
    origin: Origin,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
}

/// A registration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Registration, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000c1", "code": "DK-2021-SKHDT-DA-NANG-0000C1",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "year": 2021, "register_by": "2021-03-31", "submitted_on": "2021-03-25", "late": false, "item_count": 0, "items": [],
    "status": "submitted", "status_label": "Đã nộp", "origin": "performed", "fictional": false, "allowed_actions": ["return", "accept"],
    "blocked": [], "missing": [], "missing_labels": [], "external_ids": {}, "version": 2, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct RegistrationView {
    /// Identifier.
    id: RegistrationId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Whose.
    unit: RefView,
    /// For which year.
    #[schema(minimum = 1948, maximum = 2200)]
    year: i32,
    /// In which bloc year it takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bloc_year: Option<RefView>,
    /// Day until which it is to be submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    register_by: Option<Date>,
    /// Day of the first submission: when it happened, also where it was recorded later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    submitted_on: Option<Date>,
    /// Whether it was submitted after its day, or is not and the day has passed.
    late: bool,
    /// What is registered, counted.
    #[schema(minimum = 0, maximum = 1000)]
    item_count: i32,
    /// Where it stands.
    status: RegistrationStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Performed here or recorded.
    origin: Origin,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// What is aimed for, in order.
    #[schema(max_items = 1000)]
    items: Vec<ItemView>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// Facts of the latest act that was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded: Option<Recorded>,
    /// What a guard holds back.
    #[schema(max_items = 40)]
    blocked: Vec<BlockedView>,
    /// What is absent.
    #[schema(max_items = 20)]
    missing: Vec<Missing>,
    /// The same in words.
    #[schema(max_items = 20)]
    missing_labels: Vec<String>,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// A registration to be made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegistrationDraft, example = json!({
    "unit": "SKHDT-DA-NANG", "year": 2021, "bloc_year": "KHOI-SKHDT/2021", "register_by": "2021-03-31",
    "items": [{"award_type": "TTLDXS", "subject_kind": "unit"}, {"award_type": "CSTD_COSO", "subject_kind": "person", "subject": "NV-001"}]
}))]
pub(crate) struct RegistrationDraft {
    /// Whose: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: String,
    /// For which year.
    #[schema(minimum = 1948, maximum = 2200)]
    pub(super) year: i32,
    /// Code; made when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    pub(super) code: Option<String>,
    /// In which bloc year it takes part: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) bloc_year: Option<String>,
    /// Day until which it is to be submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) register_by: Option<Date>,
    /// What is aimed for, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub(super) items: Vec<ItemDraft>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    pub(super) note: Option<String>,
    /// Facts of a submission that happened elsewhere; it is then entered as submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What of a registration can be edited while it is drafted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegistrationEdit, example = json!({ "register_by": "2021-04-15" }))]
pub(crate) struct RegistrationEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    pub(super) code: String,
    /// In which bloc year it takes part: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) bloc_year: Option<String>,
    /// Day until which it is to be submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) register_by: Option<Date>,
    /// What is aimed for, in order: replaces what was there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub(super) items: Vec<ItemDraft>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    pub(super) note: Option<String>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What registrations are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct RegistrationFilter {
    /// Only of this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: Option<String>,
    /// Only of this unit and those below it: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) under: Option<String>,
    /// Only of this year.
    #[schema(minimum = 1948, maximum = 2200)]
    pub(super) year: Option<i32>,
    /// Only in this bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) bloc_year: Option<String>,
    /// Only in this state.
    pub(super) status: Option<RegistrationStatus>,
    /// Only those in which this is aimed for: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) award_type: Option<String>,
    /// Only those in which something is registered for this person: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) person: Option<String>,
    /// Only late ones, or only those that are not.
    pub(super) late: Option<bool>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    pub(super) external_id: Option<ExternalId>,
}

impl Filters for RegistrationFilter {
    const SORTS: &'static [&'static str] = &["year"];
    const SEARCH: bool = true;
}

pub(super) fn facts(row: &RegistrationRow) -> RegistrationFacts {
    RegistrationFacts { items: usize::try_from(row.item_count).unwrap_or_default(), has_deadline: row.register_by.is_some() }
}

fn shown(conn: &mut Conn, eyes: &Eyes, rows: &[RegistrationRow], ties: &[Ties]) -> Result<Vec<RegistrationLine>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let years: Vec<BlocYearId> = rows.iter().filter_map(|row| row.bloc_year_id).collect();
    let years = refs::bloc_years(conn, &years)?;
    let external = external_ids::of_all(conn, Kind::Registration, &any)?;
    Ok(rows
        .iter()
        .zip(ties)
        .zip(external)
        .map(|((row, ties), external_ids)| RegistrationLine {
            id: row.id,
            code: row.code.clone(),
            unit: units.get(row.unit_id).into(),
            year: row.year,
            bloc_year: years.opt(row.bloc_year_id).map(Into::into),
            register_by: row.register_by,
            submitted_on: row.submitted_on,
            late: is_late(row.status, row.register_by, row.submitted_on, eyes.today),
            item_count: row.item_count,
            status: row.status,
            status_label: label(row.status, eyes.lang),
            origin: row.origin,
            fictional: row.fictional,
            allowed_actions: parts::allowed::<RegistrationLife>(row.status, eyes, ties),
            external_ids,
            version: row.version,
        })
        .collect())
}

/// Lines of a list: a fixed number of queries.
pub(super) fn lines(conn: &mut Conn, eyes: &Eyes, rows: &[RegistrationRow]) -> Result<Vec<RegistrationLine>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let ties = parts::ties_of_all(conn, eyes, Kind::Registration, &any)?;
    shown(conn, eyes, rows, &ties)
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &RegistrationRow, ties: &Ties) -> Result<RegistrationView, StoreError> {
    let line = shown(conn, eyes, std::slice::from_ref(row), std::slice::from_ref(ties))?.pop().ok_or(StoreError::NotFound)?;
    let facts = facts(row);
    Ok(RegistrationView {
        id: line.id,
        code: line.code,
        unit: line.unit,
        year: line.year,
        bloc_year: line.bloc_year,
        register_by: line.register_by,
        submitted_on: line.submitted_on,
        late: line.late,
        item_count: line.item_count,
        status: line.status,
        status_label: line.status_label,
        origin: line.origin,
        fictional: line.fictional,
        allowed_actions: line.allowed_actions,
        external_ids: line.external_ids,
        version: line.version,
        items: items::views(conn, eyes, row.id)?,
        note: row.note.clone(),
        recorded: row.recorded.clone(),
        blocked: parts::blocked(lifecycle::blocked::<RegistrationLife>(row.status, &facts, &eyes.who, ties), eyes.lang),
        missing_labels: parts::labels(&facts.missing(), eyes.lang),
        missing: facts.missing(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
