//! Criteria sets: drafted from nothing, from a template or as an amendment (`draft`), published and withdrawn (`life`), put
//! in force for bloc years (`applications`).

mod applications;
mod draft;
mod life;
mod view;

use serde::Deserialize;
use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::criteria_set::{self as domain, CriteriaSetLife, CriteriaSetStatus, Mapping};
use thidua_domain::id::{CriteriaSetId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::points::Points;
use thidua_domain::recorded::Origin;
use thidua_domain::refusal::{Code, Refusal};
use thidua_store::criteria_sets::{self as store, ContentRow, CriteriaSetRow, Filter};
use thidua_store::dialect::new_id;
use thidua_store::external_ids;
use thidua_store::page::Key;
use thidua_store::{Held, Reach, Resource, Root, StoreError, Tx, access, files, refs};
use utoipa::ToSchema;

pub(crate) use applications::create as apply;
pub(crate) use draft::{CriteriaSetDraft, CriteriaSetEdit};
pub(crate) use view::{CriteriaSetLine, CriteriaSetView};

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Json, Patch};
use crate::codes;
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;
use crate::transition::{Living, happened};

/// What criteria sets are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct CriteriaSetFilter {
    /// Only in this state.
    status: Option<CriteriaSetStatus>,
    /// Only those that this unit keeps: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    owner: Option<String>,
    /// Only those that amend this one: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    amends: Option<String>,
    /// Only templates, or only those of units.
    template: Option<bool>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for CriteriaSetFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

pub(crate) async fn list(call: Call<(), Listing<CriteriaSetFilter>>) -> Result<List<CriteriaSetLine>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, lines) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                status: asked.status,
                owner: refs::optional(conn, refs::find_unit, "/owner", asked.owner.as_deref())?,
                amends: refs::optional(conn, refs::find_criteria_set, "/amends", asked.amends.as_deref())?,
                template: asked.template,
                code: asked.code,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let lines = view::lines(conn, eyes, &page.rows)?;
            Ok((page, lines))
        })
        .await?;
    call.query.page(&page, &lines, |row| (Key::Text(row.collation_key.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<CriteriaSetId>) -> Result<One<CriteriaSetView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, ties) = parts::look_at::<CriteriaSetRow>(conn, eyes, id)?;
            Ok((view::view(conn, eyes, &row, &ties)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// The right to do something to criteria of a unit, before there are any or when they are handed over.
fn require_of(tx: &mut Tx<'_>, verb: Verb, owner: UnitId) -> Result<(), StoreError> {
    let today = tx.today();
    let ties = access::ties_through(tx.conn(), Relation::Owner, owner, today)?;
    tx.require(Kind::CriteriaSet, verb, &ties)
}

/// That a set can be amended or applied.
fn require_usable(tx: &mut Tx<'_>, pointer: &str, id: CriteriaSetId) -> Result<CriteriaSetRow, StoreError> {
    let row = CriteriaSetRow::load(tx.conn(), id)?.ok_or(StoreError::NotFound)?;
    domain::require_usable(pointer, &row.code, row.status, row.owner_id.is_some())?;
    Ok(row)
}

/// That a set can be amended, by who may publish it: its bloc years go over to what amends it.
fn require_amendable(tx: &mut Tx<'_>, id: CriteriaSetId) -> Result<CriteriaSetRow, StoreError> {
    let row = require_usable(tx, "/amends", id)?;
    let today = tx.today();
    let ties = access::ties_of(tx.conn(), Kind::CriteriaSet, id.any(), today)?;
    tx.require(Kind::CriteriaSet, Verb::Publish, &ties)?;
    Ok(row)
}

/// What a draft is made of: the set that is amended, and the table that is copied or amended.
struct Source {
    amended: Option<CriteriaSetRow>,
    table: Option<domain::CriteriaSet>,
}

fn source(tx: &mut Tx<'_>, draft: &CriteriaSetDraft) -> Result<Source, StoreError> {
    let amended = refs::optional(tx.conn(), refs::find_criteria_set, "/amends", draft.amends.as_deref())?;
    let amended = amended.map(|id| require_amendable(tx, id)).transpose()?;
    let copied = refs::optional(tx.conn(), refs::find_criteria_set, "/copy_of", draft.copy_of.as_deref())?;
    if let (Some(_), Some(_)) = (&amended, copied) {
        return Err(Refusal::at("/copy_of", Code::ReferenceAmbiguous).with("fields", "amends, copy_of").into());
    }
    let table = match amended.as_ref().map(|row| row.id).or(copied) {
        Some(id) => Some(store::content(tx.conn(), id)?.content),
        None => None,
    };
    Ok(Source { amended, table })
}

pub(crate) async fn create(call: Call<(), (), Json<CriteriaSetDraft>>) -> Result<Ended<Made<CriteriaSetView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: CriteriaSetId = new_id();
    call.write(Root::New, move |tx| {
        let owner = refs::find_unit(tx.conn(), "/owner", &draft.owner)?;
        require_of(tx, Verb::Create, owner)?;
        let Source { amended, table } = source(tx, &draft)?;
        let code = match &draft.code {
            Some(code) => thidua_domain::code::Code::parse("/code", code)?.into_string(),
            None => {
                let words = draft.name.as_deref().or(table.as_ref().map(|table| table.name.as_str())).unwrap_or("BD");
                codes::free(tx.conn(), words, "", id.any(), refs::find_criteria_set)?
            }
        };
        let content =
            ContentRow { criteria_set_id: id, content: draft.table(code, table.as_ref())?, mapping: Mapping(draft.mapping.clone()) };
        let mut row = CriteriaSetRow {
            id,
            code: String::new(),
            name: String::new(),
            folded: String::new(),
            collation_key: String::new(),
            owner_id: Some(owner),
            edition: amended.as_ref().map_or(1, |amended| amended.edition.saturating_add(1)),
            amends_id: amended.as_ref().map(|amended| amended.id),
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            scale: Points::ZERO,
            item_count: 0,
            status: CriteriaSetStatus::Draft,
            origin: Origin::Performed,
            recorded: None,
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.follow(&content.content);
        store::insert(tx, &row, &content)?;
        external_ids::add(tx.conn(), Kind::CriteriaSet, id.any(), &draft.external_ids)?;
        tx.made(Kind::CriteriaSet, id.any(), parts::values(&draft));
        let mut held = Held { value: row, ties: access::ties_through(tx.conn(), Relation::Owner, owner, eyes.today)? };
        if let Some(recorded) = &draft.recorded {
            tx.require(Kind::CriteriaSet, Verb::Publish, &held.ties)?;
            files::follow(tx, None, Some(recorded))?;
            held.value.admit(tx, Verb::Publish)?;
            let published = happened(tx, &mut held.value, Verb::Publish, recorded)?;
            store::save(tx, &mut held)?;
            tx.record(published);
        }
        let view = view::view(tx.conn(), &eyes, &held.value, &held.ties)?;
        Made::of(&view, Some(held.value.version), format!("/api/v1/criteria-sets/{id}")).map_err(inside)
    })
    .await
}

pub(crate) async fn edit(call: Call<CriteriaSetId, (), Patch<CriteriaSetEdit>>) -> Result<Ended<One<CriteriaSetView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<CriteriaSetRow>(id)?;
        tx.require(Kind::CriteriaSet, Verb::Edit, &held.ties)?;
        let facts = held.value.facts(tx.conn(), eyes.today)?;
        lifecycle::allow::<CriteriaSetLife>(held.value.status, Verb::Edit, &facts, false, tx.lang())?;
        let own = store::content(tx.conn(), id)?;
        let before = CriteriaSetEdit::of(&held.value, own, external_ids::of(tx.conn(), Kind::CriteriaSet, id.any())?);
        let after = patch.onto(&before)?;
        thidua_domain::code::Code::parse("/code", &after.code)?;
        let owner = refs::find_unit(tx.conn(), "/owner", &after.owner)?;
        if held.value.owner_id != Some(owner) {
            require_of(tx, Verb::Edit, owner)?;
        }
        held.value.owner_id = Some(owner);
        held.value.document_id = refs::optional(tx.conn(), refs::find_document, "/document", after.document.as_deref())?;
        let content = after.content(&held.value);
        held.value.follow(&content.content);
        store::save(tx, &mut held)?;
        store::save_content(tx, &content)?;
        external_ids::change(tx.conn(), Kind::CriteriaSet, id.any(), &before.external_ids, &after.external_ids)?;
        let kept = CriteriaSetEdit::of(&held.value, content, after.external_ids);
        tx.edited(Kind::CriteriaSet, id.any(), parts::values(&before), parts::values(&kept));
        let view = view::view(tx.conn(), &eyes, &held.value, &held.ties)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}
