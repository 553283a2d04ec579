//! What can be said of a criteria set, in drafts and in edits, and how it becomes a table.

use serde::{Deserialize, Serialize};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::criteria_set::{Bonus, Carry, Class, ClassCriteria, CriteriaSet, Gate, Mapping, Node, Penalties, TieBreaker};
use thidua_domain::points::Points;
use thidua_domain::recorded::Recorded;
use thidua_domain::refusal::{Code, Refusal};
use thidua_store::criteria_sets::{ContentRow, CriteriaSetRow};
use thidua_store::external_ids::ExternalIds;
use utoipa::ToSchema;

/// A criteria set to be drafted: from nothing, as a copy, or as an amendment. What is not said of the table is taken from
/// the one that is copied or amended.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CriteriaSetDraft, example = json!({
    "code": "BD-KHOI-2026", "name": "Bảng điểm khối các sở năm 2026 (giả định)", "owner": "SNV",
    "scale": 100,
    "contents": [{"node": "group", "code": "I", "name": "Thực hiện nhiệm vụ", "max": 80, "children": [
        {"node": "item", "code": "I.1", "name": "Tỷ lệ hồ sơ đúng hạn", "max": 50, "rule": {"kind": "linear", "better": "higher", "plan": 100}},
        {"node": "item", "code": "I.2", "name": "Nộp báo cáo đúng hạn", "max": 30, "rule": {"kind": "deadline", "bands": [{"up_to": 0, "points": 30}, {"points": 0}]}}
    ]}, {"node": "item", "code": "II", "name": "Tổ chức phong trào", "max": 20, "rule": {"kind": "manual", "step": 0.5}}], "fictional": true
}))]
pub(crate) struct CriteriaSetDraft {
    /// Code; made from the name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    pub(super) code: Option<String>,
    /// Name; that of the one copied or amended when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    pub(super) name: Option<String>,
    /// The unit that keeps it: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) owner: String,
    /// The table to copy: identifier or code. Templates can be copied, and so can tables of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) copy_of: Option<String>,
    /// The published table that this one amends: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) amends: Option<String>,
    /// What becomes of scores that were entered under the table amended; items of the same code carry over unnamed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 500)]
    pub(super) mapping: Vec<Carry>,
    /// The document that puts it in force: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) document: Option<String>,
    /// Points of a unit that does everything: 1000, 100, 90.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<Points>,
    /// Groups and items; with a bonus within the scale they add up to what the bonus leaves of it, else to the scale.
    #[schema(max_items = 500)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contents: Option<Vec<Node>>,
    /// What gives points beyond the contents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bonus: Option<Bonus>,
    /// What costs points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    penalties: Option<Penalties>,
    /// What bars from the ranking, from a rank or from a class.
    #[schema(max_items = 50)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gates: Option<Vec<Gate>>,
    /// Classes by total, best first.
    #[schema(max_items = 20)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    classes: Option<Vec<Class>>,
    /// What counts as a criterion where a class asks a least share of every criterion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class_criteria: Option<ClassCriteria>,
    /// Code of the group that holds how the year's tasks were done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    task_group: Option<String>,
    /// What decides between equal totals, in order.
    #[schema(max_items = 20)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tie_breakers: Option<Vec<TieBreaker>>,
    /// Where it comes from, and what is not known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// Facts of a publication that happened elsewhere; the set is then born published.
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

/// What of a criteria set can be edited while it is a draft.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CriteriaSetEdit, example = json!({ "name": "Bảng điểm khối các sở năm 2026, sửa (giả định)" }))]
pub(crate) struct CriteriaSetEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    pub(super) code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 500)]
    pub(super) name: String,
    /// The unit that keeps it: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) owner: String,
    /// What becomes of scores that were entered under the table amended.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub(super) mapping: Vec<Carry>,
    /// The document that puts it in force: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) document: Option<String>,
    /// Points of a unit that does everything: 1000, 100, 90.
    scale: Points,
    /// Groups and items; with a bonus within the scale they add up to what the bonus leaves of it, else to the scale.
    #[schema(max_items = 500)]
    #[serde(default)]
    contents: Vec<Node>,
    /// What gives points beyond the contents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bonus: Option<Bonus>,
    /// What costs points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    penalties: Option<Penalties>,
    /// What bars from the ranking, from a rank or from a class.
    #[schema(max_items = 50)]
    #[serde(default)]
    gates: Vec<Gate>,
    /// Classes by total, best first.
    #[schema(max_items = 20)]
    #[serde(default)]
    classes: Vec<Class>,
    /// What counts as a criterion where a class asks a least share of every criterion.
    #[serde(default)]
    class_criteria: ClassCriteria,
    /// Code of the group that holds how the year's tasks were done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    task_group: Option<String>,
    /// What decides between equal totals, in order.
    #[schema(max_items = 20)]
    #[serde(default)]
    tie_breakers: Vec<TieBreaker>,
    /// Where it comes from, and what is not known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// What other systems call it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

impl CriteriaSetDraft {
    /// The table it asks for, over the one that is copied or amended.
    ///
    /// # Errors
    /// [`Code::CriteriaSourceMissing`].
    pub(super) fn table(&self, code: String, source: Option<&CriteriaSet>) -> Result<CriteriaSet, Refusal> {
        let scale = self.scale.or(source.map(|source| source.scale)).ok_or_else(|| Refusal::at("/scale", Code::CriteriaSourceMissing))?;
        let name = self.name.as_ref().or(source.map(|source| &source.name));
        let name = name.ok_or_else(|| Refusal::at("/name", Code::CriteriaSourceMissing))?;
        let of = source.cloned().unwrap_or_else(|| CriteriaSet {
            code: String::new(),
            name: String::new(),
            scale,
            contents: Vec::new(),
            bonus: None,
            penalties: None,
            gates: Vec::new(),
            classes: Vec::new(),
            class_criteria: ClassCriteria::default(),
            task_group: None,
            tie_breakers: Vec::new(),
            note: None,
        });
        Ok(CriteriaSet {
            code,
            name: name.clone(),
            scale,
            contents: self.contents.clone().unwrap_or(of.contents),
            bonus: self.bonus.clone().or(of.bonus),
            penalties: self.penalties.clone().or(of.penalties),
            gates: self.gates.clone().unwrap_or(of.gates),
            classes: self.classes.clone().unwrap_or(of.classes),
            class_criteria: self.class_criteria.unwrap_or(of.class_criteria),
            task_group: self.task_group.clone().or(of.task_group),
            tie_breakers: self.tie_breakers.clone().unwrap_or(of.tie_breakers),
            note: self.note.clone().or(of.note),
        })
    }
}

impl CriteriaSetEdit {
    pub(super) fn of(row: &CriteriaSetRow, own: ContentRow, external_ids: ExternalIds) -> Self {
        let ContentRow { content, mapping, .. } = own;
        Self {
            code: content.code,
            name: content.name,
            owner: row.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            mapping: mapping.0,
            document: row.document_id.map(|id| id.to_string()),
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
            external_ids,
        }
    }

    /// The content it asks for.
    pub(super) fn content(&self, row: &CriteriaSetRow) -> ContentRow {
        let content = CriteriaSet {
            code: self.code.clone(),
            name: self.name.clone(),
            scale: self.scale,
            contents: self.contents.clone(),
            bonus: self.bonus.clone(),
            penalties: self.penalties.clone(),
            gates: self.gates.clone(),
            classes: self.classes.clone(),
            class_criteria: self.class_criteria,
            task_group: self.task_group.clone(),
            tie_breakers: self.tie_breakers.clone(),
            note: self.note.clone(),
        };
        ContentRow { criteria_set_id: row.id, content, mapping: Mapping(self.mapping.clone()) }
    }
}
