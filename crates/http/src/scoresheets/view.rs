//! A score sheet as shown: a line of a list, and whole with what it comes to and what each layer says.

mod paper;

use std::collections::HashMap;

use serde::Serialize;
use thidua_domain::access::{Kind, Ties};
use thidua_domain::id::{BlocYearId, FileId, ScoresheetId, UnitId, UserId};
use thidua_domain::lifecycle;
use thidua_domain::missing::Missing;
use thidua_domain::points::Points;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::scoresheet::{Claim, Difference, Facts, Layer, ScoreReport, SheetLife, SheetStatus, TallyState, differences};
use thidua_domain::time::Instant;
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::scoresheets::{self as store, EntryRow, EvidenceRow, ScoresheetRow};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

pub(super) use paper::shown;

use super::whole::{Whole, facts, whole};
use crate::call::Eyes;
use crate::parts::{self, BlockedView, RefView, label};

/// A score sheet in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScoresheetLine, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000e0", "code": "KHOI/2026-A",
    "bloc_year": {"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI/2026", "name": "KHOI/2026"},
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "A", "name": "Sở A (giả định)"},
    "status": "scoring", "status_label": "Đơn vị đang tự chấm", "total": 87.5, "complete": false, "origin": "performed", "fictional": true,
    "external_ids": {}, "allowed_actions": ["score"], "version": 3, "created_at": "2026-11-27T02:00:00Z", "updated_at": "2026-11-27T02:00:00Z"
}))]
pub(crate) struct ScoresheetLine {
    /// Identifier.
    id: ScoresheetId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Of which bloc year.
    bloc_year: RefView,
    /// Of which unit.
    unit: RefView,
    /// Who cross-checks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cross_checker: Option<RefView>,
    /// Where it stands.
    status: SheetStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// What it comes to as the highest layer sees it; what paper says, where that is all there is.
    total: Points,
    /// Whether every item has been claimed and every index published.
    complete: bool,
    /// Done here, or recorded from elsewhere.
    origin: Origin,
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

/// What one layer says of an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScoreLayer)]
pub(crate) struct LayerView {
    /// Which layer.
    layer: Layer,
    /// The same in words.
    #[schema(max_length = 100)]
    layer_label: String,
    /// What was measured or done; absent, the claim of the layer below stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    claim: Option<Claim>,
    /// Points given by a person in place of what the rule gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    points: Option<Points>,
    /// Whether the item does not apply to the unit.
    not_applicable: bool,
    /// Whether it counts: what was said above the unit before the sheet went back to it does no longer.
    stands: bool,
    /// What it comes to.
    comes_to: Points,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    reason: Option<String>,
    /// Files that show it.
    #[schema(max_items = 20)]
    evidence: Vec<FileId>,
    /// Who entered it.
    entered_by: RefView,
    /// When.
    entered_at: Instant,
    /// Said here, or recorded from elsewhere.
    origin: Origin,
    /// Facts where it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded: Option<Recorded>,
}

/// An item of a sheet with what each layer says of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScoreItem, example = json!({
    "item": "I.1", "name": "Tỷ lệ hồ sơ đúng hạn", "max": 50, "points": 48.5, "state": "scored", "state_label": "Đã chấm", "layers": [], "version": 3
}))]
pub(crate) struct ItemView {
    /// Code of the item, bonus or penalty.
    #[schema(max_length = 64)]
    pub(super) item: String,
    /// What it is called.
    #[schema(max_length = 500)]
    name: String,
    /// Points when fully met; of a bonus or penalty the most it gives or takes.
    max: Points,
    /// What it comes to; of a penalty, what it takes.
    points: Points,
    /// How it came to them.
    state: TallyState,
    /// The same in words.
    #[schema(max_length = 100)]
    state_label: String,
    /// What each layer says, from the unit itself up.
    #[schema(max_items = 5)]
    layers: Vec<LayerView>,
    /// Version: that of the sheet with which its latest entry came, 0 while there is none.
    #[schema(minimum = 0)]
    pub(super) version: i64,
}

/// A score sheet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Scoresheet, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000e0", "code": "KHOI/2026-A",
    "bloc_year": {"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI/2026", "name": "KHOI/2026"},
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "A", "name": "Sở A (giả định)"},
    "criteria_set": {"id": "0198c0de-0000-7000-8000-0000000000d0", "code": "BD-KHOI-2026", "name": "Bảng điểm khối các sở năm 2026 (giả định)"},
    "status": "scoring", "status_label": "Đơn vị đang tự chấm", "facts": {"declared": {}}, "total": 0, "items": [], "differences": [],
    "score": {
        "contents": 0, "bonus_before": 0, "bonus": 0, "penalties_before": 0, "penalties": 0, "total": 0, "class": null, "class_before": null,
        "excluded": false, "rank_at_best": null, "complete": false, "missing": ["I.1"], "provisional": [], "gates": [], "parts": []
    },
    "origin": "performed", "fictional": true, "external_ids": {}, "allowed_actions": ["score"], "blocked": [], "missing": ["entries"],
    "missing_labels": ["Chưa đủ điểm của các mục"],
    "version": 1, "created_at": "2026-11-27T02:00:00Z", "updated_at": "2026-11-27T02:00:00Z"
}))]
pub(crate) struct ScoresheetView {
    /// Identifier.
    id: ScoresheetId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Of which bloc year.
    bloc_year: RefView,
    /// Of which unit.
    unit: RefView,
    /// On what it is scored.
    criteria_set: RefView,
    /// Who cross-checks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cross_checker: Option<RefView>,
    /// Where it stands.
    status: SheetStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// What gates look at beside the scores.
    facts: Facts,
    /// What it comes to as the highest layer sees it; what paper says, where that is all there is.
    total: Points,
    /// Total from paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded_total: Option<Points>,
    /// Rank from paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    recorded_rank: Option<i32>,
    /// How it comes to its total.
    score: ScoreReport,
    /// Every item, bonus and penalty with what each layer says of it.
    #[schema(max_items = 500)]
    items: Vec<ItemView>,
    /// Where layers that follow each other differ.
    #[schema(max_items = 2500)]
    differences: Vec<Difference>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// Done here, or recorded from elsewhere.
    origin: Origin,
    /// Facts of its latest step where that was recorded.
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
    /// What a guard holds back.
    #[schema(max_items = 20)]
    blocked: Vec<BlockedView>,
    /// What is absent.
    #[schema(max_items = 20)]
    missing: Vec<Missing>,
    /// The same in words.
    #[schema(max_items = 20)]
    missing_labels: Vec<String>,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// Every item with what each layer says of it: a fixed number of queries.
pub(super) fn items(conn: &mut Conn, eyes: &Eyes, whole: &Whole, evidence: &[EvidenceRow]) -> Result<Vec<ItemView>, StoreError> {
    let who: Vec<UserId> = whole.rows.iter().map(|row| row.entered_by).collect();
    let who = refs::users(conn, &who)?;
    let mut said: HashMap<&str, Vec<&EntryRow>> = HashMap::new();
    for row in &whole.rows {
        said.entry(&row.item).or_default().push(row);
    }
    let layer = |row: &EntryRow| LayerView {
        layer: row.layer,
        layer_label: label(row.layer, eyes.lang),
        claim: row.claim.clone(),
        points: row.points,
        not_applicable: row.not_applicable,
        stands: row.stands,
        comes_to: row.comes_to,
        reason: row.reason.clone(),
        evidence: evidence.iter().filter(|shown| shown.item == row.item && shown.layer == row.layer).map(|shown| shown.file_id).collect(),
        entered_by: who.get(row.entered_by).into(),
        entered_at: row.entered_at,
        origin: row.origin,
        recorded: row.recorded.clone(),
    };
    let scored = whole.set.slots().iter().zip(&whole.score.tallies).filter(|(slot, _)| slot.is_scored());
    Ok(scored
        .map(|(slot, tally)| {
            let mut rows = said.remove(slot.code.as_str()).unwrap_or_default();
            rows.sort_by_key(|row| row.layer);
            ItemView {
                item: slot.code.clone(),
                name: slot.name.clone(),
                max: slot.max,
                points: tally.points,
                state: tally.state,
                state_label: label(tally.state, eyes.lang),
                version: rows.iter().map(|row| row.version).max().unwrap_or_default(),
                layers: rows.into_iter().map(layer).collect(),
            }
        })
        .collect())
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &ScoresheetRow, ties: &Ties) -> Result<ScoresheetView, StoreError> {
    let whole = whole(conn, row)?;
    let facts = facts(conn, row, &whole)?;
    let evidence = store::evidence_of(conn, row.id)?;
    let items = items(conn, eyes, &whole, &evidence)?;
    let units: Vec<UnitId> = [Some(row.unit_id), row.cross_checker_id].into_iter().flatten().collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let years = refs::bloc_years(conn, &[row.bloc_year_id])?;
    let sets: Vec<_> = whole.year.criteria_set_id.into_iter().collect();
    let names = refs::criteria_sets(conn, &sets)?;
    let set = whole.year.criteria_set_id.map(|set| names.get(set).into()).ok_or(StoreError::NotFound)?;
    Ok(ScoresheetView {
        id: row.id,
        code: row.code.clone(),
        bloc_year: years.get(row.bloc_year_id).into(),
        unit: units.get(row.unit_id).into(),
        criteria_set: set,
        cross_checker: units.opt(row.cross_checker_id).map(Into::into),
        status: row.status,
        status_label: label(row.status, eyes.lang),
        facts: row.facts.clone(),
        total: whole.standing.total,
        recorded_total: row.recorded_total,
        recorded_rank: row.recorded_rank,
        differences: differences(&whole.set, &whole.entries, &row.facts)?,
        score: whole.report(row),
        items,
        note: row.note.clone(),
        origin: row.origin,
        recorded: row.recorded.clone(),
        fictional: row.fictional,
        external_ids: external_ids::of(conn, Kind::Scoresheet, row.id.any())?,
        allowed_actions: parts::allowed::<SheetLife>(row.status, eyes, ties),
        blocked: parts::blocked(lifecycle::blocked::<SheetLife>(row.status, &facts, &eyes.who, ties), eyes.lang),
        missing_labels: parts::labels(&facts.missing(), eyes.lang),
        missing: facts.missing(),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Lines of a list: a fixed number of queries.
pub(super) fn lines(conn: &mut Conn, eyes: &Eyes, rows: &[ScoresheetRow]) -> Result<Vec<ScoresheetLine>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let units: Vec<UnitId> = rows.iter().flat_map(|row| [Some(row.unit_id), row.cross_checker_id]).flatten().collect();
    let years: Vec<BlocYearId> = rows.iter().map(|row| row.bloc_year_id).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let years = refs::bloc_years(conn, &years)?;
    let external = external_ids::of_all(conn, Kind::Scoresheet, &any)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Scoresheet, &any)?;
    Ok(rows
        .iter()
        .zip(external)
        .zip(ties)
        .map(|((row, external_ids), ties)| ScoresheetLine {
            id: row.id,
            code: row.code.clone(),
            bloc_year: years.get(row.bloc_year_id).into(),
            unit: units.get(row.unit_id).into(),
            cross_checker: units.opt(row.cross_checker_id).map(Into::into),
            status: row.status,
            status_label: label(row.status, eyes.lang),
            total: row.total,
            complete: row.complete,
            origin: row.origin,
            fictional: row.fictional,
            external_ids,
            allowed_actions: parts::allowed::<SheetLife>(row.status, eyes, &ties),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}
