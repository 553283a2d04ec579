//! People: who is kept, by which unit, and since when they work where (`employments`).

mod employments;
mod view;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::dated::{Precision, not_after_today};
use thidua_domain::id::{PersonId, UnitId};
use thidua_domain::person::Gender;
use thidua_domain::time::Date;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::page::Key;
use thidua_store::people::{self as store, Filter, PersonRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, access, refs};
use utoipa::ToSchema;

pub(crate) use employments::{EmploymentDraft, add_employment, employments, end_employment, remove_employment};
pub(crate) use view::PersonView;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::codes;
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;

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
    code: Option<String>,
    /// Full name.
    #[schema(min_length = 1, max_length = 200)]
    full_name: String,
    /// Date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    born_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    born_precision: Option<Precision>,
    /// Gender, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gender: Option<Gender>,
    /// The unit that keeps the record: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    owner: String,
    /// First employment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    employment: Option<EmploymentDraft>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What of a person can be edited; employments are dated parts of their own.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonEdit, example = json!({ "full_name": "Nguyễn Thị Lan (giả định)", "gender": "female" }))]
pub(crate) struct PersonEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    code: String,
    /// Full name.
    #[schema(min_length = 1, max_length = 200)]
    full_name: String,
    /// Date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    born_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    born_precision: Option<Precision>,
    /// Gender, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gender: Option<Gender>,
    /// The unit that keeps the record: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    owner: String,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// What other systems call it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What people are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct PersonFilter {
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only those employed in this unit today: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for PersonFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

pub(crate) async fn list(call: Call<(), Listing<PersonFilter>>) -> Result<List<PersonView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                code: asked.code,
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = view::views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.collation_key.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<PersonId>) -> Result<One<PersonView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<PersonRow>(conn, eyes, id)?;
            Ok((view::view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// The right to do something to people of a unit, before there is a person or when one is handed over.
fn require_of(tx: &mut Tx<'_>, verb: Verb, owner: UnitId) -> Result<(), StoreError> {
    let today = tx.today();
    let ties = access::ties_through(tx.conn(), Relation::Owner, owner, today)?;
    tx.require(Kind::Person, verb, &ties)
}

/// A date of birth lies in the past; how exactly it is known means nothing without it.
fn born(tx: &Tx<'_>, on: Option<Date>, precision: Option<Precision>) -> Result<(Option<Date>, Option<Precision>), StoreError> {
    let Some(on) = on else { return Ok((None, None)) };
    not_after_today("/born_on", on, tx.today())?;
    Ok((Some(on), Some(precision.unwrap_or(Precision::Day))))
}

pub(crate) async fn create(call: Call<(), (), Json<PersonDraft>>) -> Result<Ended<Made<PersonView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: PersonId = new_id();
    call.write(Root::New, move |tx| {
        let owner_id = refs::find_unit(tx.conn(), "/owner", &draft.owner)?;
        require_of(tx, Verb::Create, owner_id)?;
        let (born_on, born_precision) = born(tx, draft.born_on, draft.born_precision)?;
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?.into_string(),
            None => codes::with_tail(&draft.full_name, id.any()),
        };
        let mut row = PersonRow {
            id,
            code: String::new(),
            full_name: String::new(),
            folded: String::new(),
            collation_key: String::new(),
            born_on,
            born_precision,
            gender: draft.gender,
            owner_id,
            fictional: draft.fictional,
            note: draft.note.clone(),
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.rename(&draft.full_name, &code);
        store::insert(tx, &row)?;
        if let Some(first) = &draft.employment {
            employments::add(tx, id, new_id(), first, "/employment")?;
        }
        external_ids::add(tx.conn(), Kind::Person, id.any(), &draft.external_ids)?;
        tx.made(Kind::Person, id.any(), parts::values(&draft));
        let view = view::view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/people/{id}")).map_err(inside)
    })
    .await
}

fn edit_of(row: &PersonRow, external_ids: ExternalIds) -> PersonEdit {
    PersonEdit {
        code: row.code.clone(),
        full_name: row.full_name.clone(),
        born_on: row.born_on,
        born_precision: row.born_precision,
        gender: row.gender,
        owner: row.owner_id.to_string(),
        note: row.note.clone(),
        external_ids,
    }
}

pub(crate) async fn edit(call: Call<PersonId, (), Patch<PersonEdit>>) -> Result<Ended<One<PersonView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<PersonRow>(id)?;
        tx.require(Kind::Person, Verb::Edit, &held.ties)?;
        let before = edit_of(&held.value, external_ids::of(tx.conn(), Kind::Person, id.any())?);
        let after = patch.onto(&before)?;
        let owner_id = refs::find_unit(tx.conn(), "/owner", &after.owner)?;
        if owner_id != held.value.owner_id {
            require_of(tx, Verb::Edit, owner_id)?;
        }
        (held.value.born_on, held.value.born_precision) = born(tx, after.born_on, after.born_precision)?;
        held.value.rename(&after.full_name, HumanCode::parse("/code", &after.code)?.as_str());
        held.value.gender = after.gender;
        held.value.owner_id = owner_id;
        held.value.note.clone_from(&after.note);
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Person, id.any(), &before.external_ids, &after.external_ids)?;
        let kept = edit_of(&held.value, after.external_ids);
        tx.edited(Kind::Person, id.any(), parts::values(&before), parts::values(&kept));
        one(tx, &eyes, &held)
    })
    .await
}

fn one(tx: &mut Tx<'_>, eyes: &Eyes, held: &Held<PersonRow>) -> Result<One<PersonView>, StoreError> {
    let view = view::view(tx.conn(), eyes, &held.value)?;
    One::of(&view, held.value.version).map_err(inside)
}
