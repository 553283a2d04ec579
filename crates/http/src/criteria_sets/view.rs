//! A criteria set as shown: a line of a list, and whole with its table.

use serde::Serialize;
use thidua_domain::access::{Kind, Ties};
use thidua_domain::criteria_set::{
    Bonus, Carry, Class, ClassCriteria, CriteriaSetFacts, CriteriaSetLife, CriteriaSetStatus, Gate, Node, Penalties, TieBreaker, faults,
};
use thidua_domain::id::{CriteriaSetId, DocumentId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::missing::Missing;
use thidua_domain::points::Points;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::Refusal;
use thidua_domain::time::Instant;
use thidua_store::bloc_years;
use thidua_store::conn::Conn;
use thidua_store::criteria_sets::{self as store, ContentRow, CriteriaSetRow};
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::parts::{self, BlockedView, RefView, label};

/// A criteria set in a list, without its table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CriteriaSetLine, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000d0", "code": "BD-KHOI-2026", "name": "Bảng điểm khối các sở năm 2026 (giả định)",
    "template": false, "owner": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SNV", "name": "Sở Nội vụ (giả định)"},
    "edition": 1, "scale": 100, "item_count": 3, "status": "draft", "status_label": "Dự thảo", "origin": "performed", "fictional": true,
    "external_ids": {}, "allowed_actions": ["publish", "withdraw", "edit"],
    "version": 1, "created_at": "2026-11-27T02:00:00Z", "updated_at": "2026-11-27T02:00:00Z"
}))]
pub(crate) struct CriteriaSetLine {
    /// Identifier.
    id: CriteriaSetId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Name.
    #[schema(max_length = 500)]
    name: String,
    /// Whether it comes with the program, to be copied.
    template: bool,
    /// The unit that keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    owner: Option<RefView>,
    /// Which edition it is: one more with each amendment.
    #[schema(minimum = 1)]
    edition: i32,
    /// Points of a unit that does everything.
    scale: Points,
    /// Items, bonuses and penalties.
    #[schema(minimum = 0, maximum = 100000)]
    item_count: i32,
    /// Where it stands.
    status: CriteriaSetStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Published here, or recorded from elsewhere.
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

/// Something that keeps a table from being published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CriteriaFault)]
pub(crate) struct FaultView {
    /// Where, as a JSON pointer into the set.
    #[schema(max_length = 200)]
    pointer: String,
    /// Which rule.
    #[schema(max_length = 60)]
    code: String,
    /// What is wrong with which item, and what would mend it.
    #[schema(max_length = 2000)]
    detail: String,
}

/// Most faults shown at once.
const FAULTS_SHOWN: usize = 100;

/// A criteria set with its table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CriteriaSet, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000d0", "code": "BD-KHOI-2026", "name": "Bảng điểm khối các sở năm 2026 (giả định)",
    "template": false, "owner": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SNV", "name": "Sở Nội vụ (giả định)"},
    "edition": 1, "mapping": [], "item_count": 3, "class_criteria": "items", "gates": [], "classes": [], "tie_breakers": [],
    "scale": 100,
    "contents": [{"node": "group", "code": "I", "name": "Thực hiện nhiệm vụ", "max": 80, "children": [
        {"node": "item", "code": "I.1", "name": "Tỷ lệ hồ sơ đúng hạn", "max": 50, "rule": {"kind": "linear", "better": "higher", "plan": 100}},
        {"node": "item", "code": "I.2", "name": "Nộp báo cáo đúng hạn", "max": 30, "rule": {"kind": "deadline", "bands": [{"up_to": 0, "points": 30}, {"points": 0}]}}
    ]}, {"node": "item", "code": "II", "name": "Tổ chức phong trào", "max": 20, "rule": {"kind": "manual", "step": 0.5}}],
    "status": "draft", "status_label": "Dự thảo", "origin": "performed", "fictional": true, "external_ids": {},
    "allowed_actions": ["publish", "withdraw", "edit"], "blocked": [], "missing": ["document"], "missing_labels": ["Chưa ghi văn bản"], "faults": [], "bloc_year_count": 0,
    "version": 1, "created_at": "2026-11-27T02:00:00Z", "updated_at": "2026-11-27T02:00:00Z"
}))]
pub(crate) struct CriteriaSetView {
    /// Identifier.
    id: CriteriaSetId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Name.
    #[schema(max_length = 500)]
    name: String,
    /// Whether it comes with the program, to be copied.
    template: bool,
    /// The unit that keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    owner: Option<RefView>,
    /// Which edition it is: one more with each amendment.
    #[schema(minimum = 1)]
    edition: i32,
    /// The edition that it amends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    amends: Option<RefView>,
    /// What becomes of scores that were entered under the edition before; items of the same code carry over unnamed.
    #[schema(max_items = 500)]
    mapping: Vec<Carry>,
    /// The document that puts it in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// Points of a unit that does everything: 1000, 100, 90.
    scale: Points,
    /// Groups and items; with a bonus within the scale they add up to what the bonus leaves of it, else to the scale.
    #[schema(max_items = 500)]
    contents: Vec<Node>,
    /// What gives points beyond the contents.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bonus: Option<Bonus>,
    /// What costs points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    penalties: Option<Penalties>,
    /// What bars from the ranking, from a rank or from a class.
    #[schema(max_items = 50)]
    gates: Vec<Gate>,
    /// Classes by total, best first.
    #[schema(max_items = 20)]
    classes: Vec<Class>,
    /// What counts as a criterion where a class asks a least share of every criterion.
    class_criteria: ClassCriteria,
    /// Code of the group that holds how the year's tasks were done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, nullable = false)]
    task_group: Option<String>,
    /// What decides between equal totals, in order.
    #[schema(max_items = 20)]
    tie_breakers: Vec<TieBreaker>,
    /// Where it comes from, and what is not known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// Items, bonuses and penalties.
    #[schema(minimum = 0, maximum = 100000)]
    item_count: i32,
    /// Where it stands.
    status: CriteriaSetStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Published here, or recorded from elsewhere.
    origin: Origin,
    /// What is known of a recorded publication.
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
    /// What keeps a draft from being published, the first hundred.
    #[schema(max_items = 100)]
    faults: Vec<FaultView>,
    /// Bloc years whose members are scored on it.
    #[schema(minimum = 0, maximum = 100000)]
    bloc_year_count: usize,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// What is wrong with a draft; what is published has been looked at.
pub(super) fn wrong(conn: &mut Conn, row: &CriteriaSetRow, own: &ContentRow) -> Result<Vec<Refusal>, StoreError> {
    if row.status != CriteriaSetStatus::Draft {
        return Ok(Vec::new());
    }
    let before = row.amends_id.map(|amends| store::content(conn, amends)).transpose()?;
    Ok(faults(&own.content, before.as_ref().map(|before| (&before.content, &own.mapping))))
}

/// What the guards look at.
pub(super) fn facts(conn: &mut Conn, row: &CriteriaSetRow, wrong: &[Refusal]) -> Result<CriteriaSetFacts, StoreError> {
    Ok(CriteriaSetFacts {
        faults: wrong.len(),
        amends: row.amends_id.is_some(),
        template: row.owner_id.is_none(),
        has_document: row.document_id.is_some(),
        bloc_years: bloc_years::count_scored_on(conn, row.id)?,
    })
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &CriteriaSetRow, ties: &Ties) -> Result<CriteriaSetView, StoreError> {
    let own = store::content(conn, row.id)?;
    let wrong = wrong(conn, row, &own)?;
    let facts = facts(conn, row, &wrong)?;
    let owners: Vec<UnitId> = row.owner_id.into_iter().collect();
    let owners = refs::units(conn, &owners, eyes.today)?;
    let documents: Vec<DocumentId> = row.document_id.into_iter().collect();
    let documents = refs::documents(conn, &documents)?;
    let sets: Vec<CriteriaSetId> = row.amends_id.into_iter().collect();
    let sets = refs::criteria_sets(conn, &sets)?;
    let ContentRow { content, mapping, .. } = own;
    let shown = |fault: &Refusal| FaultView {
        pointer: fault.pointer.clone(),
        code: fault.code.as_str().to_owned(),
        detail: fault.detail(eyes.lang),
    };
    Ok(CriteriaSetView {
        id: row.id,
        code: row.code.clone(),
        name: row.name.clone(),
        template: row.owner_id.is_none(),
        owner: owners.opt(row.owner_id).map(Into::into),
        edition: row.edition,
        amends: sets.opt(row.amends_id).map(Into::into),
        mapping: mapping.0,
        document: documents.opt(row.document_id).map(Into::into),
        scale: content.scale,
        contents: content.contents,
        bonus: content.bonus,
        penalties: content.penalties,
        gates: content.gates,
        classes: content.classes,
        class_criteria: content.class_criteria,
        task_group: content.task_group,
        tie_breakers: content.tie_breakers,
        note: content.note,
        item_count: row.item_count,
        status: row.status,
        status_label: label(row.status, eyes.lang),
        origin: row.origin,
        recorded: row.recorded.clone(),
        fictional: row.fictional,
        external_ids: external_ids::of(conn, Kind::CriteriaSet, row.id.any())?,
        allowed_actions: parts::allowed::<CriteriaSetLife>(row.status, eyes, ties),
        blocked: parts::blocked(lifecycle::blocked::<CriteriaSetLife>(row.status, &facts, &eyes.who, ties), eyes.lang),
        missing_labels: parts::labels(&facts.missing(), eyes.lang),
        missing: facts.missing(),
        faults: wrong.iter().take(FAULTS_SHOWN).map(shown).collect(),
        bloc_year_count: facts.bloc_years,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Lines of a list: a fixed number of queries.
pub(super) fn lines(conn: &mut Conn, eyes: &Eyes, rows: &[CriteriaSetRow]) -> Result<Vec<CriteriaSetLine>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let owners: Vec<UnitId> = rows.iter().filter_map(|row| row.owner_id).collect();
    let owners = refs::units(conn, &owners, eyes.today)?;
    let external = external_ids::of_all(conn, Kind::CriteriaSet, &any)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::CriteriaSet, &any)?;
    Ok(rows
        .iter()
        .zip(external)
        .zip(ties)
        .map(|((row, external_ids), ties)| CriteriaSetLine {
            id: row.id,
            code: row.code.clone(),
            name: row.name.clone(),
            template: row.owner_id.is_none(),
            owner: owners.opt(row.owner_id).map(Into::into),
            edition: row.edition,
            scale: row.scale,
            item_count: row.item_count,
            status: row.status,
            status_label: label(row.status, eyes.lang),
            origin: row.origin,
            fictional: row.fictional,
            external_ids,
            allowed_actions: parts::allowed::<CriteriaSetLife>(row.status, eyes, &ties),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}
