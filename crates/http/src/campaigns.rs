//! Campaigns: drafted (`draft`), launched, closed (`life`), and what they respond to.

mod draft;
mod life;
mod view;

use serde::Deserialize;
use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::campaign::{CampaignForm, CampaignLife, CampaignScope, CampaignStatus};
use thidua_domain::id::{CampaignId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::unit::closes_circle;
use thidua_store::campaigns::{self as store, CampaignRow, Filter};
use thidua_store::dialect::new_id;
use thidua_store::external_ids;
use thidua_store::page::Key;
use thidua_store::{Held, Reach, Root, StoreError, Tx, access, files, refs};
use utoipa::ToSchema;

pub(crate) use draft::{CampaignDraft, CampaignEdit};
use draft::{blank, edit_of, fill, named};
pub(crate) use view::CampaignView;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::codes;
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;
use crate::transition::happened;

/// What campaigns are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct CampaignFilter {
    /// Only of this reach.
    scope: Option<CampaignScope>,
    /// Only of this form.
    form: Option<CampaignForm>,
    /// Only in this state.
    status: Option<CampaignStatus>,
    /// Only those of this issuer: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    issuer: Option<String>,
    /// Only those that this unit keeps: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    owner: Option<String>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only those that respond to this campaign: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    responds_to: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for CampaignFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

pub(crate) async fn list(call: Call<(), Listing<CampaignFilter>>) -> Result<List<CampaignView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                scope: asked.scope,
                form: asked.form,
                status: asked.status,
                issuer: refs::optional(conn, refs::find_unit, "/issuer", asked.issuer.as_deref())?,
                owner: refs::optional(conn, refs::find_unit, "/owner", asked.owner.as_deref())?,
                code: asked.code,
                responds_to: refs::optional(conn, refs::find_campaign, "/responds_to", asked.responds_to.as_deref())?,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = view::views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.collation_key.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<CampaignId>) -> Result<One<CampaignView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<CampaignRow>(conn, eyes, id)?;
            Ok((view::view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// The right to do something to campaigns of an owner and an issuer, before there is one or when
/// one is handed over.
fn require_of(tx: &mut Tx<'_>, verb: Verb, owner: UnitId, issuer: Option<UnitId>) -> Result<(), StoreError> {
    let today = tx.today();
    let mut ties = access::ties_through(tx.conn(), Relation::Owner, owner, today)?;
    if let Some(issuer) = issuer {
        ties.0.extend(access::ties_through(tx.conn(), Relation::Issuer, issuer, today)?.0);
    }
    tx.require(Kind::Campaign, verb, &ties)
}

/// The higher campaigns that a campaign responds to, each once; none of them may respond to it.
fn higher(tx: &mut Tx<'_>, id: CampaignId, typed: &[String]) -> Result<Vec<CampaignId>, StoreError> {
    let mut found = Vec::with_capacity(typed.len());
    for (i, typed) in typed.iter().enumerate() {
        let pointer = format!("/responds_to/{i}");
        let higher = refs::find_campaign(tx.conn(), &pointer, typed)?;
        let above = store::above(tx.conn(), higher)?;
        if closes_circle(&id, &higher, &above) {
            return Err(Refusal::at(pointer, Code::CampaignCycle).with("higher", typed).into());
        }
        if !found.contains(&higher) {
            found.push(higher);
        }
    }
    Ok(found)
}

pub(crate) async fn create(call: Call<(), (), Json<CampaignDraft>>) -> Result<Ended<Made<CampaignView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: CampaignId = new_id();
    call.write(Root::New, move |tx| {
        let code = match &draft.code {
            Some(code) => code.clone(),
            None => codes::free(tx.conn(), &draft.title, "", id.any(), refs::find_campaign)?,
        };
        let edit = draft.edit(code);
        let named = named(tx, &edit)?;
        require_of(tx, Verb::Create, named.owner, named.issuer)?;
        let mut row = blank(tx, id, &draft, named.owner);
        fill(tx, &mut row, &edit, &named)?;
        let launched = match &draft.recorded {
            Some(recorded) => {
                files::follow(tx, None, Some(recorded))?;
                Some(happened(tx, &mut row, Verb::Launch, recorded)?)
            }
            None => None,
        };
        let higher = higher(tx, id, &edit.responds_to)?;
        store::insert(tx, &row)?;
        store::respond(tx, id, &higher)?;
        external_ids::add(tx.conn(), Kind::Campaign, id.any(), &draft.external_ids)?;
        tx.made(Kind::Campaign, id.any(), parts::values(&draft));
        if let Some(launched) = launched {
            tx.record(launched);
        }
        let view = view::view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/campaigns/{id}")).map_err(inside)
    })
    .await
}

pub(crate) async fn edit(call: Call<CampaignId, (), Patch<CampaignEdit>>) -> Result<Ended<One<CampaignView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<CampaignRow>(id)?;
        tx.require(Kind::Campaign, Verb::Edit, &held.ties)?;
        lifecycle::allow::<CampaignLife>(held.value.status, Verb::Edit, &(), false, tx.lang())?;
        let responds_to = store::responses_of_all(tx.conn(), &[id])?;
        let before = edit_of(&held.value, &responds_to, external_ids::of(tx.conn(), Kind::Campaign, id.any())?);
        let after = patch.onto(&before)?;
        let named = named(tx, &after)?;
        if named.owner != held.value.owner_id {
            require_of(tx, Verb::Edit, named.owner, named.issuer)?;
        }
        fill(tx, &mut held.value, &after, &named)?;
        let higher = higher(tx, id, &after.responds_to)?;
        store::save(tx, &mut held)?;
        store::respond(tx, id, &higher)?;
        external_ids::change(tx.conn(), Kind::Campaign, id.any(), &before.external_ids, &after.external_ids)?;
        let responds_to: Vec<_> = higher.into_iter().map(|higher| (id, higher)).collect();
        let kept = edit_of(&held.value, &responds_to, after.external_ids);
        tx.edited(Kind::Campaign, id.any(), parts::values(&before), parts::values(&kept));
        one(tx, &eyes, &held)
    })
    .await
}

fn one(tx: &mut Tx<'_>, eyes: &Eyes, held: &Held<CampaignRow>) -> Result<One<CampaignView>, StoreError> {
    let view = view::view(tx.conn(), eyes, &held.value)?;
    One::of(&view, held.value.version).map_err(inside)
}
