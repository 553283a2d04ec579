//! A person as sent: made, edited, asked for.

use serde::{Deserialize, Serialize};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::dated::Precision;
use thidua_domain::person::{Ethnicity, Gender, Livelihood};
use thidua_domain::time::Date;
use thidua_store::external_ids::ExternalIds;
use thidua_store::people::PersonRow;
use utoipa::ToSchema;

use super::employments::EmploymentDraft;
use crate::list::Filters;
use crate::parts::ExternalId;

/// A new person.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonDraft, example = json!({
    "code": "NV-001", "full_name": "Nguyễn Thị Lan (giả định)", "born_on": "1985-01-01", "born_precision": "year", "gender": "female",
    "owner": "P34-DA-NANG", "employment": {"unit": "P34-DA-NANG", "position": "Chuyên viên", "from_on": "2015-03-01"}, "fictional": true
}))]
pub(crate) struct PersonDraft {
    /// Code; made from the name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    pub(super) code: Option<String>,
    /// Full name.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) full_name: String,
    /// Date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) born_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) born_precision: Option<Precision>,
    /// Gender, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gender: Option<Gender>,
    /// Country of citizenship: two letters (ISO 3166-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 2, pattern = "^[A-Z]{2}$")]
    pub(super) nationality: Option<String>,
    /// Where they live: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) residence: Option<String>,
    /// Day of death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) died_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) died_precision: Option<Precision>,
    /// To which people they belong, where stated. Statistics alone use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ethnicity: Option<Ethnicity>,
    /// From what they live, where stated. Statistics alone use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) livelihood: Option<Livelihood>,
    /// Whether they work directly (người lao động trực tiếp), where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) direct_worker: Option<bool>,
    /// Whether they belong to the Party, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) party_member: Option<bool>,
    /// The unit that keeps the record: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) owner: String,
    /// First employment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) employment: Option<EmploymentDraft>,
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

/// What of a person can be edited; employments are dated parts of their own.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonEdit, example = json!({ "full_name": "Nguyễn Thị Lan (giả định)", "gender": "female" }))]
pub(crate) struct PersonEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    pub(super) code: String,
    /// Full name.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) full_name: String,
    /// Date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) born_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) born_precision: Option<Precision>,
    /// Gender, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gender: Option<Gender>,
    /// Country of citizenship: two letters (ISO 3166-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 2, pattern = "^[A-Z]{2}$")]
    pub(super) nationality: Option<String>,
    /// Where they live: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) residence: Option<String>,
    /// Day of death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) died_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) died_precision: Option<Precision>,
    /// To which people they belong, where stated. Statistics alone use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ethnicity: Option<Ethnicity>,
    /// From what they live, where stated. Statistics alone use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) livelihood: Option<Livelihood>,
    /// Whether they work directly (người lao động trực tiếp), where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) direct_worker: Option<bool>,
    /// Whether they belong to the Party, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) party_member: Option<bool>,
    /// The unit that keeps the record: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) owner: String,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    pub(super) note: Option<String>,
    /// What other systems call it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What people are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct PersonFilter {
    /// Only the one with this code. That of a record that was merged finds the one that goes on.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) code: Option<String>,
    /// Only those employed in this unit today: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: Option<String>,
    /// Only those that this unit keeps: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) owner: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    pub(super) external_id: Option<ExternalId>,
}

impl Filters for PersonFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

/// What of a person could be edited, as it stands.
pub(super) fn edit_of(row: &PersonRow, external_ids: ExternalIds) -> PersonEdit {
    PersonEdit {
        code: row.code.clone(),
        full_name: row.full_name.clone(),
        born_on: row.born_on,
        born_precision: row.born_precision,
        gender: row.gender,
        nationality: row.nationality.clone(),
        residence: row.residence_id.map(|unit| unit.to_string()),
        died_on: row.died_on,
        died_precision: row.died_precision,
        ethnicity: row.ethnicity,
        livelihood: row.livelihood,
        direct_worker: row.direct_worker,
        party_member: row.party_member,
        owner: row.owner_id.to_string(),
        note: row.note.clone(),
        external_ids,
    }
}
