//! Households: where they live, and who keeps the record. Who belongs to them is in `members`.

mod members;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::household::Bond;
use thidua_domain::id::{HouseholdId, UnitId};
use thidua_domain::time::Instant;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::households::{self as store, Filter, HouseholdRow};
use thidua_store::page::Key;
use thidua_store::{Reach, Root, StoreError, Tx, access, refs};
use utoipa::ToSchema;

use members::{MemberView, member_views};
pub(crate) use members::{add_member, end_member, members, remove_member};

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::codes;
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, RefView, inside};
use crate::problem::ApiError;

/// A household.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Household, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000b0", "code": "HO-001", "name": "Hộ bà Nguyễn Thị Lan (giả định)",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "head": {"id": "0198c0de-0000-7000-8000-000000000040", "code": "NV-001", "name": "Nguyễn Thị Lan (giả định)"},
    "members": [{
        "id": "0198c0de-0000-7000-8000-0000000000b1",
        "person": {"id": "0198c0de-0000-7000-8000-000000000040", "code": "NV-001", "name": "Nguyễn Thị Lan (giả định)"},
        "bond": "head", "bond_label": "Chủ hộ", "in_force": true
    }],
    "fictional": true, "external_ids": {}, "allowed_actions": ["edit"],
    "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct HouseholdView {
    /// Identifier.
    id: HouseholdId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Name.
    #[schema(max_length = 200)]
    name: String,
    /// Where it lives; that unit keeps the record.
    unit: RefView,
    /// Address within it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    address: Option<String>,
    /// Who heads it today; by name to who sees the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    head: Option<RefView>,
    /// Who lives and lived in it, the head first.
    #[schema(max_items = 1000)]
    members: Vec<MemberView>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
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

/// A household to be made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HouseholdDraft, example = json!({
    "code": "HO-001", "name": "Hộ bà Nguyễn Thị Lan (giả định)", "unit": "P34-DA-NANG", "head": "NV-001", "fictional": true
}))]
pub(crate) struct HouseholdDraft {
    /// Code; made from the name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    code: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Where it lives: identifier or code. That unit keeps the record.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// Address within it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    address: Option<String>,
    /// Who heads it, as far as anyone knows always: identifier or code of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    head: Option<String>,
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

/// What of a household can be edited; its members are dated parts of their own.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HouseholdEdit, example = json!({ "address": "Tổ 5" }))]
pub(crate) struct HouseholdEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Where it lives: identifier or code. That unit keeps the record.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// Address within it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    address: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What households are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct HouseholdFilter {
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only those that live in this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: Option<String>,
    /// Only those in which this person lives or lived: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    person: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for HouseholdFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

fn views(conn: &mut Conn, eyes: &Eyes, rows: &[HouseholdRow]) -> Result<Vec<HouseholdView>, StoreError> {
    let ids: Vec<HouseholdId> = rows.iter().map(|row| row.id).collect();
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let members = store::members_of_all(conn, &ids)?;
    let shown = member_views(conn, eyes, &members)?;
    let mut living: Vec<(HouseholdId, MemberView)> = members.iter().map(|row| row.household_id).zip(shown).collect();
    let ties = parts::ties_of_all(conn, eyes, Kind::Household, &any)?;
    let external = external_ids::of_all(conn, Kind::Household, &any)?;
    Ok(rows
        .iter()
        .zip(&ties)
        .zip(external)
        .map(|((row, ties), external_ids)| {
            let (own, others): (Vec<_>, Vec<_>) = std::mem::take(&mut living).into_iter().partition(|(of, _)| *of == row.id);
            living = others;
            let members: Vec<MemberView> = own.into_iter().map(|(_, member)| member).collect();
            HouseholdView {
                id: row.id,
                code: row.code.clone(),
                name: row.name.clone(),
                unit: units.get(row.unit_id).into(),
                address: row.address.clone(),
                head: members.iter().find(|member| member.bond == Bond::Head && member.in_force).map(|member| member.person.clone()),
                members,
                note: row.note.clone(),
                fictional: row.fictional,
                external_ids,
                allowed_actions: parts::open_acts(eyes, Kind::Household, &[Verb::Edit], ties),
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            }
        })
        .collect())
}

fn view(conn: &mut Conn, eyes: &Eyes, row: &HouseholdRow) -> Result<HouseholdView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

pub(crate) async fn list(call: Call<(), Listing<HouseholdFilter>>) -> Result<List<HouseholdView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let person = asked.person.as_deref().map(|typed| members::seen_person(conn, eyes, "/person", typed)).transpose()?;
            let filter = Filter {
                code: asked.code,
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                person,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.collation_key.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<HouseholdId>) -> Result<One<HouseholdView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<HouseholdRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// The right to do something to households of a unit, before there is one or when one moves.
fn require_of(tx: &mut Tx<'_>, verb: Verb, unit: UnitId) -> Result<(), StoreError> {
    let today = tx.today();
    let ties = access::ties_through(tx.conn(), Relation::Owner, unit, today)?;
    tx.require(Kind::Household, verb, &ties)
}

pub(crate) async fn create(call: Call<(), (), Json<HouseholdDraft>>) -> Result<Ended<Made<HouseholdView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let (id, first): (HouseholdId, _) = (new_id(), new_id());
    call.write(Root::New, move |tx| {
        let unit_id = refs::find_unit(tx.conn(), "/unit", &draft.unit)?;
        require_of(tx, Verb::Create, unit_id)?;
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?.into_string(),
            None => codes::with_tail(&draft.name, id.any()),
        };
        let mut row = HouseholdRow {
            id,
            code: String::new(),
            name: String::new(),
            folded: String::new(),
            collation_key: String::new(),
            unit_id,
            address: draft.address.clone(),
            note: draft.note.clone(),
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.rename(&draft.name, &code);
        store::insert(tx, &row)?;
        if let Some(head) = &draft.head {
            members::add_head(tx, &eyes, id, first, head)?;
        }
        external_ids::add(tx.conn(), Kind::Household, id.any(), &draft.external_ids)?;
        tx.made(Kind::Household, id.any(), parts::values(&draft));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/households/{id}")).map_err(inside)
    })
    .await
}

fn edit_of(row: &HouseholdRow, external_ids: ExternalIds) -> HouseholdEdit {
    HouseholdEdit {
        code: row.code.clone(),
        name: row.name.clone(),
        unit: row.unit_id.to_string(),
        address: row.address.clone(),
        note: row.note.clone(),
        external_ids,
    }
}

pub(crate) async fn edit(call: Call<HouseholdId, (), Patch<HouseholdEdit>>) -> Result<Ended<One<HouseholdView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<HouseholdRow>(id)?;
        tx.require(Kind::Household, Verb::Edit, &held.ties)?;
        let before = edit_of(&held.value, external_ids::of(tx.conn(), Kind::Household, id.any())?);
        let after = patch.onto(&before)?;
        let unit_id = refs::find_unit(tx.conn(), "/unit", &after.unit)?;
        if unit_id != held.value.unit_id {
            require_of(tx, Verb::Edit, unit_id)?;
        }
        held.value.rename(&after.name, HumanCode::parse("/code", &after.code)?.as_str());
        held.value.unit_id = unit_id;
        held.value.address.clone_from(&after.address);
        held.value.note.clone_from(&after.note);
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Household, id.any(), &before.external_ids, &after.external_ids)?;
        let kept = edit_of(&held.value, after.external_ids);
        tx.edited(Kind::Household, id.any(), parts::values(&before), parts::values(&kept));
        let view = view(tx.conn(), &eyes, &held.value)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}
