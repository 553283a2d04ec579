//! Appeals as they are sent and shown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use thidua_domain::access::Kind;
use thidua_domain::appeal::{AppealInterest, AppealLife, AppealOutcome, AppealStatus};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::id::{AppealId, BlocYearId, DocumentId, FileId, ScoresheetId, UnitId};
use thidua_domain::points::Points;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::time::{Date, Instant};
use thidua_store::appeals::{self as store, AppealRow};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::scoresheets::{self, ScoresheetRow};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::list::Filters;
use crate::parts::{self, ExternalId, RefView, label};

/// An appeal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appeal, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000e8", "code": "KN-KHOI-2026-A-0000E8",
    "bloc_year": {"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI/2026", "name": "KHOI/2026"},
    "scoresheet": {"id": "0198c0de-0000-7000-8000-0000000000e0", "code": "KHOI-2026-A", "name": "KHOI-2026-A"},
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "A", "name": "Sở A (giả định)"},
    "by": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "A", "name": "Sở A (giả định)"},
    "interest": "own", "interest_label": "Phiếu của chính đơn vị", "item": "I.2", "grounds": "Báo cáo đã gửi đúng hạn.", "asked_points": 20,
    "points_filed": 15, "filed_on": "2026-12-05", "evidence": [], "status": "filed", "status_label": "Chờ trả lời", "origin": "performed",
    "fictional": true, "external_ids": {}, "allowed_actions": ["withdraw", "edit"], "version": 1,
    "created_at": "2026-12-05T02:00:00Z", "updated_at": "2026-12-05T02:00:00Z"
}))]
pub(crate) struct AppealView {
    /// Identifier.
    id: AppealId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// In which bloc year.
    bloc_year: RefView,
    /// Against which sheet.
    scoresheet: RefView,
    /// The unit that was scored.
    unit: RefView,
    /// The unit that appeals.
    by: RefView,
    /// Whose sheet it is to the unit that appeals.
    interest: AppealInterest,
    /// The same in words.
    #[schema(max_length = 100)]
    interest_label: String,
    /// Code of the item, bonus or penalty; absent where it is about the sheet as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, nullable = false)]
    item: Option<String>,
    /// Why.
    #[schema(max_length = 5000)]
    grounds: String,
    /// Points asked for, of the item or in total.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    asked_points: Option<Points>,
    /// Points of the item, or of the sheet, when it was filed.
    points_filed: Points,
    /// The same when it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    points_answered: Option<Points>,
    /// When it was filed.
    #[schema(value_type = String, format = Date)]
    filed_on: Date,
    /// Files that it rests on.
    #[schema(max_items = 20)]
    evidence: Vec<FileId>,
    /// What it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    outcome: Option<AppealOutcome>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, nullable = false)]
    outcome_label: Option<String>,
    /// What was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 5000, nullable = false)]
    answer: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    answered_on: Option<Date>,
    /// Document of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// Where it stands.
    status: AppealStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Performed here or recorded.
    origin: Origin,
    /// Facts of its filing where that was recorded, and otherwise of the act that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// An appeal to be filed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppealDraft, example = json!({
    "scoresheet": "KHOI-2026-A", "item": "I.2", "grounds": "Báo cáo đã gửi đúng hạn.", "asked_points": 20
}))]
pub(crate) struct AppealDraft {
    /// Against which sheet: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) scoresheet: String,
    /// Which unit appeals: identifier or code; the unit that was scored when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) by: Option<String>,
    /// Code; made when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    pub(super) code: Option<String>,
    /// Code of the item, bonus or penalty; the sheet as a whole when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) item: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 5000, format = "multiline")]
    pub(super) grounds: String,
    /// Points asked for, of the item or in total; of a penalty, those that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) asked_points: Option<Points>,
    /// Files that it rests on, uploaded before: PDF, PNG, JPEG, DOCX, XLSX.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub(super) evidence: Vec<FileId>,
    /// Facts, where it was filed elsewhere.
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

/// What of an appeal can be edited while it waits for an answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppealEdit, example = json!({ "asked_points": 18 }))]
pub(crate) struct AppealEdit {
    /// Why.
    #[schema(min_length = 1, max_length = 5000, format = "multiline")]
    pub(super) grounds: String,
    /// Points asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) asked_points: Option<Points>,
    /// Files that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub(super) evidence: Vec<FileId>,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What appeals are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct AppealFilter {
    /// Only in this bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) bloc_year: Option<String>,
    /// Only against this sheet: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) scoresheet: Option<String>,
    /// Only against the sheets of this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: Option<String>,
    /// Only those that this unit filed: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) by: Option<String>,
    /// Only in this state.
    pub(super) status: Option<AppealStatus>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    pub(super) external_id: Option<ExternalId>,
}

impl Filters for AppealFilter {
    const SORTS: &'static [&'static str] = &["filed_on"];
    const SEARCH: bool = true;
}

/// Appeals as shown: a fixed number of queries.
pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[AppealRow]) -> Result<Vec<AppealView>, StoreError> {
    let ids: Vec<AppealId> = rows.iter().map(|row| row.id).collect();
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let sheets: Vec<ScoresheetId> = rows.iter().map(|row| row.scoresheet_id).collect();
    let sheets: HashMap<ScoresheetId, ScoresheetRow> = scoresheets::of_all(conn, &sheets)?.into_iter().map(|row| (row.id, row)).collect();
    let years: Vec<BlocYearId> = sheets.values().map(|sheet| sheet.bloc_year_id).collect();
    let years = refs::bloc_years(conn, &years)?;
    let units: Vec<UnitId> = rows.iter().map(|row| row.by_unit_id).chain(sheets.values().map(|sheet| sheet.unit_id)).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let documents: Vec<DocumentId> = rows.iter().filter_map(|row| row.document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    let files = store::evidence_of_all(conn, &ids)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Appeal, &any)?;
    let external = external_ids::of_all(conn, Kind::Appeal, &any)?;
    let shown = |((row, ties), external_ids): ((&AppealRow, _), _)| {
        let sheet = sheets.get(&row.scoresheet_id).ok_or(StoreError::NotFound)?;
        let interest = AppealInterest::of(row.by_unit_id == sheet.unit_id);
        Ok(AppealView {
            id: row.id,
            code: row.code.clone(),
            bloc_year: years.get(sheet.bloc_year_id).into(),
            scoresheet: RefView { id: sheet.id.any(), code: sheet.code.clone(), name: sheet.code.clone() },
            unit: units.get(sheet.unit_id).into(),
            by: units.get(row.by_unit_id).into(),
            interest,
            interest_label: label(interest, eyes.lang),
            item: row.item.clone(),
            grounds: row.grounds.clone(),
            asked_points: row.asked_points,
            points_filed: row.points_filed,
            points_answered: row.points_answered,
            filed_on: row.filed_on,
            evidence: files.iter().filter(|(id, _)| *id == row.id).map(|(_, file)| *file).collect(),
            outcome: row.outcome,
            outcome_label: row.outcome.map(|outcome| label(outcome, eyes.lang)),
            answer: row.answer.clone(),
            answered_on: row.answered_on,
            document: documents.opt(row.document_id).map(Into::into),
            status: row.status,
            status_label: label(row.status, eyes.lang),
            origin: row.origin,
            recorded: row.recorded.clone(),
            fictional: row.fictional,
            external_ids,
            allowed_actions: parts::allowed::<AppealLife>(row.status, eyes, &ties),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    };
    rows.iter().zip(ties).zip(external).map(shown).collect()
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &AppealRow) -> Result<AppealView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}
