//! A person as shown, with where they work and worked.

use serde::Serialize;
use thidua_domain::access::{Kind, Verb, permits};
use thidua_domain::dated::Precision;
use thidua_domain::id::PersonId;
use thidua_domain::person::{Ethnicity, Gender, Livelihood};
use thidua_domain::time::{Date, Instant};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::people::{self as store, PersonRow};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use super::employments::{EmploymentView, employment_views};
use crate::call::Eyes;
use crate::parts::{self, RefView, label, open_acts};

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000040", "code": "NV-001", "full_name": "Nguyễn Thị Lan (giả định)",
    "born_on": "1985-01-01", "born_precision": "year", "gender": "female", "gender_label": "Nữ",
    "owner": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "employments": [{
        "id": "0198c0de-0000-7000-8000-000000000041",
        "unit": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
        "position": "Chuyên viên", "head": false, "from_on": "2015-03-01", "in_force": true
    }],
    "nationality": "VN", "restricted_shown": true,
    "fictional": true, "external_ids": {}, "allowed_actions": ["edit", "merge"],
    "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct PersonView {
    /// Identifier.
    id: PersonId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Full name.
    #[schema(max_length = 200)]
    full_name: String,
    /// Whether what is restricted about people is shown to this caller: birth, gender, ethnicity, livelihood, direct
    /// work, the Party. Otherwise it is left out, stated or not.
    restricted_shown: bool,
    /// Date of birth; restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    born_on: Option<Date>,
    /// How exactly it is known; restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    born_precision: Option<Precision>,
    /// Gender, where stated; restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    gender: Option<Gender>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, nullable = false)]
    gender_label: Option<String>,
    /// To which people they belong, where stated; restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ethnicity: Option<Ethnicity>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, nullable = false)]
    ethnicity_label: Option<String>,
    /// From what they live, where stated; restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    livelihood: Option<Livelihood>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, nullable = false)]
    livelihood_label: Option<String>,
    /// Whether they work directly, where stated; restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    direct_worker: Option<bool>,
    /// Whether they belong to the Party, where stated; restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    party_member: Option<bool>,
    /// Country of citizenship: two letters (ISO 3166-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2, nullable = false)]
    nationality: Option<String>,
    /// Where they live.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    residence: Option<RefView>,
    /// Day of death.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    died_on: Option<Date>,
    /// How exactly that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    died_precision: Option<Precision>,
    /// The unit that keeps the record.
    owner: RefView,
    /// Where they work and worked, oldest first.
    #[schema(max_items = 1000)]
    employments: Vec<EmploymentView>,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
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

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &PersonRow) -> Result<PersonView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

/// The record as those see it who look on: without what is restricted.
fn withheld(row: &PersonRow) -> PersonRow {
    PersonRow {
        born_on: None,
        born_precision: None,
        gender: None,
        ethnicity: None,
        livelihood: None,
        direct_worker: None,
        party_member: None,
        ..row.clone()
    }
}

/// Views of several people: a fixed number of queries.
pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[PersonRow]) -> Result<Vec<PersonView>, StoreError> {
    let ids: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let owners: Vec<_> = rows.iter().map(|row| row.owner_id).chain(rows.iter().filter_map(|row| row.residence_id)).collect();
    let units = refs::units(conn, &owners, eyes.today)?;
    let employments = store::employments_of_all(conn, &ids)?;
    let shown = employment_views(conn, eyes, &employments)?;
    let mut employed: Vec<(PersonId, EmploymentView)> = employments.iter().map(|row| row.person_id).zip(shown).collect();
    let external = external_ids::of_all(conn, Kind::Person, &any)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Person, &any)?;
    Ok(rows
        .iter()
        .zip(external)
        .zip(ties)
        .map(|((row, external_ids), ties)| {
            let (own, others) = std::mem::take(&mut employed).into_iter().partition(|(person, _)| *person == row.id);
            employed = others;
            let own: Vec<(PersonId, EmploymentView)> = own;
            let restricted_shown = permits(&eyes.who, Kind::Person, Verb::SeeRestricted, &ties);
            let row = if restricted_shown { row.clone() } else { withheld(row) };
            PersonView {
                id: row.id,
                restricted_shown,
                code: row.code,
                full_name: row.full_name,
                born_on: row.born_on,
                born_precision: row.born_precision,
                gender: row.gender,
                gender_label: row.gender.map(|gender| label(gender, eyes.lang)),
                ethnicity: row.ethnicity,
                ethnicity_label: row.ethnicity.map(|people| label(people, eyes.lang)),
                livelihood: row.livelihood,
                livelihood_label: row.livelihood.map(|livelihood| label(livelihood, eyes.lang)),
                direct_worker: row.direct_worker,
                party_member: row.party_member,
                nationality: row.nationality,
                residence: units.opt(row.residence_id).map(Into::into),
                died_on: row.died_on,
                died_precision: row.died_precision,
                owner: units.get(row.owner_id).into(),
                employments: own.into_iter().map(|(_, employment)| employment).collect(),
                fictional: row.fictional,
                note: row.note,
                external_ids,
                allowed_actions: open_acts(eyes, Kind::Person, &[Verb::Edit, Verb::Merge], &ties),
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            }
        })
        .collect())
}
