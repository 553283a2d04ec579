//! Units: the directory of everything that takes part, with its dated parts (`parts`) and what
//! followed what (`successions`).

mod dated;
mod successions;
mod view;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::dated::Span;
use thidua_domain::id::UnitId;
use thidua_domain::time::Date;
use thidua_domain::unit::{UnitEnd, UnitKind, UnitRelationKind, check_life, normal_national_code};
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::page::Key;
use thidua_store::units::{self as store, Filter, NameRow, RelationRow, Sort, UnitRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, access, refs};
use utoipa::ToSchema;

pub(crate) use dated::{add_code, add_name, add_officer, add_relation, codes, end, names, officers, relations, remove};
pub(crate) use successions::{add_succession, change_succession, lineage, remove_succession, succession, successions};
pub(crate) use view::UnitView;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Json, Patch};
use crate::codes;
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;

/// A new unit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitDraft, example = json!({
    "code": "SKHDT-DA-NANG", "kind": "department", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng",
    "short_name": "Sở KH&ĐT Đà Nẵng", "location": "P63-DA-NANG", "protocol_order": 10
}))]
pub(crate) struct UnitDraft {
    /// Code; made from the name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    code: Option<String>,
    /// Kind.
    kind: UnitKind,
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
    /// Administrative parent: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    parent: Option<String>,
    /// Territory in which it stands: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    location: Option<String>,
    /// Upper body in its professional line: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    professional: Option<String>,
    /// Place in protocol; small comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1000000)]
    protocol_order: Option<i32>,
    /// First day in being.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day in being.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
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

/// What of a unit can be edited; names, codes and relations are dated parts of their own.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitEdit, example = json!({ "protocol_order": 20, "note": "Đơn vị trưởng khối năm 2021" }))]
pub(crate) struct UnitEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    code: String,
    /// Kind.
    kind: UnitKind,
    /// Place in protocol.
    #[schema(minimum = 0, maximum = 1000000)]
    protocol_order: i32,
    /// First day in being.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day in being.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// What other systems call it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What units are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct UnitFilter {
    /// Only of this kind.
    kind: Option<UnitKind>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only those directly under this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    parent: Option<String>,
    /// Only those in being on this day; names and relations are those of the day.
    #[schema(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// Only those that bear this official code, in either national form: on the day of `as_of`, or ever
    /// when no day is given, so that a retired code still leads to its unit.
    #[schema(min_length = 1, max_length = 64)]
    official_code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for UnitFilter {
    const SORTS: &'static [&'static str] = &["protocol", "name"];
    const SEARCH: bool = true;
}

/// On which day a unit is looked at.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct AsOf {
    /// The day; today when left out.
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) as_of: Option<Date>,
}

pub(crate) async fn list(call: Call<(), Listing<UnitFilter>>) -> Result<List<UnitView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let sort = if call.query.sort == "name" { Sort::Name } else { Sort::Protocol };
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                kind: asked.kind,
                code: asked.code,
                parent: refs::optional(conn, refs::find_unit, "/parent", asked.parent.as_deref())?,
                on: asked.as_of,
                bears: asked.official_code.map(|code| normal_national_code(&code).unwrap_or(code)),
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, sort, &ask)?;
            let views = view::views(conn, eyes, &page.rows, filter.on.unwrap_or(eyes.today))?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| {
        let key = if sort == Sort::Name { Key::Text(row.collation_key.clone()) } else { Key::Int(row.protocol_order) };
        (key, row.id.any())
    })
}

pub(crate) async fn read(call: Call<UnitId, crate::call::Query<AsOf>>) -> Result<One<UnitView>, ApiError> {
    let (id, as_of) = (call.path, call.query.0.as_of);
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<UnitRow>(conn, eyes, id)?;
            let view = view::view(conn, eyes, &row, as_of.unwrap_or(eyes.today))?;
            Ok((view, row.version))
        })
        .await?;
    One::of(&view, version)
}

fn upper(tx: &mut Tx<'_>, unit: UnitId, kind: UnitRelationKind, upper_id: UnitId, span: Span) -> Result<(), StoreError> {
    let row = RelationRow {
        id: new_id(),
        unit_id: unit,
        kind,
        upper_id,
        from_on: span.from_on,
        to_on: span.to_on,
        document_id: None,
        created_at: tx.now(),
    };
    store::add_relation(tx, &row)
}

pub(crate) async fn create(call: Call<(), (), Json<UnitDraft>>) -> Result<Ended<Made<UnitView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: UnitId = new_id();
    call.write(Root::New, move |tx| {
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let parent = refs::optional(tx.conn(), refs::find_unit, "/parent", draft.parent.as_deref())?;
        let location = refs::optional(tx.conn(), refs::find_unit, "/location", draft.location.as_deref())?;
        let professional = refs::optional(tx.conn(), refs::find_unit, "/professional", draft.professional.as_deref())?;
        require_below(tx, parent)?;
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?.into_string(),
            None => codes::free(tx.conn(), &draft.name, "", id.any(), refs::find_unit)?,
        };
        let mut row = UnitRow {
            id,
            code,
            kind: draft.kind,
            protocol_order: draft.protocol_order.unwrap_or(1000),
            from_on: span.from_on,
            to_on: span.to_on,
            ended_by_succession: false,
            name: String::new(),
            folded: String::new(),
            collation_key: String::new(),
            fictional: draft.fictional,
            note: draft.note.clone(),
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.rename(&draft.name);
        store::insert(tx, &row, &first_name(tx, id, &draft))?;
        for (kind, other) in [
            (UnitRelationKind::Administrative, parent),
            (UnitRelationKind::Location, location),
            (UnitRelationKind::Professional, professional),
        ] {
            if let Some(other) = other {
                upper(tx, id, kind, other, span)?;
            }
        }
        external_ids::add(tx.conn(), Kind::Unit, id.any(), &draft.external_ids)?;
        tx.made(Kind::Unit, id.any(), parts::values(&draft));
        let today = tx.today();
        let view = view::view(tx.conn(), &eyes, &row, today)?;
        Made::of(&view, Some(row.version), format!("/api/v1/units/{id}")).map_err(inside)
    })
    .await
}

fn first_name(tx: &Tx<'_>, unit: UnitId, draft: &UnitDraft) -> NameRow {
    NameRow {
        id: new_id(),
        unit_id: unit,
        name: draft.name.clone(),
        short_name: draft.short_name.clone(),
        name_en: draft.name_en.clone(),
        folded: searchable(&draft.name, draft.short_name.as_deref(), draft.name_en.as_deref()),
        from_on: draft.from_on,
        to_on: None,
        alias: false,
        document_id: None,
        created_at: tx.now(),
    }
}

/// Everything under which a name can be found.
pub(crate) fn searchable(name: &str, short: Option<&str>, english: Option<&str>) -> String {
    thidua_domain::text::fold(&[Some(name), short, english].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// A unit is made below a unit the caller looks after; one that stands alone, by the standing body.
fn require_below(tx: &mut Tx<'_>, parent: Option<UnitId>) -> Result<(), StoreError> {
    let today = tx.today();
    let ties = match parent {
        Some(parent) => access::ties_through(tx.conn(), Relation::Itself, parent, today)?,
        None => Default::default(),
    };
    tx.require(Kind::Unit, Verb::Create, &ties)
}

fn edit_of(row: &UnitRow, external_ids: ExternalIds) -> UnitEdit {
    UnitEdit {
        code: row.code.clone(),
        kind: row.kind,
        protocol_order: row.protocol_order,
        from_on: row.from_on,
        to_on: row.to_on,
        note: row.note.clone(),
        external_ids,
    }
}

pub(crate) async fn edit(call: Call<UnitId, (), Patch<UnitEdit>>) -> Result<Ended<One<UnitView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<UnitRow>(id)?;
        tx.require(Kind::Unit, Verb::Edit, &held.ties)?;
        let before = edit_of(&held.value, external_ids::of(tx.conn(), Kind::Unit, id.any())?);
        let after = patch.onto(&before)?;
        Span { from_on: after.from_on, to_on: after.to_on }.check()?;
        held.value.code = HumanCode::parse("/code", &after.code)?.into_string();
        held.value.kind = after.kind;
        held.value.protocol_order = after.protocol_order;
        held.value.from_on = after.from_on;
        let steps: Vec<_> = store::successions_of(tx.conn(), id)?.iter().map(store::SuccessionRow::step).collect();
        if before.to_on != after.to_on {
            // A day that somebody enters is theirs: successions no longer move it. An emptied one follows them.
            held.value.set_end(UnitEnd { on: after.to_on, by_succession: false }.under(&steps));
        }
        check_life(Span { from_on: after.from_on, to_on: held.value.to_on }, &steps)?;
        held.value.note.clone_from(&after.note);
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Unit, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::Unit, id.any(), parts::values(&before), parts::values(&after));
        one(tx, &eyes, &held)
    })
    .await
}

fn one(tx: &mut Tx<'_>, eyes: &crate::call::Eyes, held: &Held<UnitRow>) -> Result<One<UnitView>, StoreError> {
    let view = view::view(tx.conn(), eyes, &held.value, eyes.today)?;
    One::of(&view, held.value.version).map_err(inside)
}
