//! People: who is kept, by which unit; since when they work where (`employments`), by what papers they are known
//! (`papers`), and two records that become one (`merges`).

mod draft;
mod employments;
mod merges;
mod offices;
mod papers;
mod view;

use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::dated::{Precision, not_after_today};
use thidua_domain::id::{PersonId, UnitId};
use thidua_domain::person::check_death;
use thidua_domain::time::Date;
use thidua_store::dialect::new_id;
use thidua_store::external_ids;
use thidua_store::page::Key;
use thidua_store::people::{self as store, Filter, PersonRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, access, refs};

use draft::{PersonDraft, PersonEdit, PersonFilter, edit_of};
pub(crate) use employments::{add_employment, employments, end_employment, remove_employment};
pub(crate) use merges::{list as merges, merge, preview as preview_merge, undo as undo_merge};
pub(crate) use offices::list as offices;
pub(crate) use papers::{add as add_paper, find as find_by_paper, list as papers, remove as remove_paper, reveal as reveal_paper};
pub(crate) use view::PersonView;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::codes;
use crate::list::Listing;
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;

pub(crate) async fn list(call: Call<(), Listing<PersonFilter>>) -> Result<List<PersonView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                code: asked.code,
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                owner: refs::optional(conn, refs::find_unit, "/owner", asked.owner.as_deref())?,
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

/// The same of the day of death, which is not before that of birth.
fn died(
    tx: &Tx<'_>,
    born_on: Option<Date>,
    on: Option<Date>,
    precision: Option<Precision>,
) -> Result<(Option<Date>, Option<Precision>), StoreError> {
    let Some(on) = on else { return Ok((None, None)) };
    Ok((Some(check_death(born_on, on, tx.today())?), Some(precision.unwrap_or(Precision::Day))))
}

pub(crate) async fn create(call: Call<(), (), Json<PersonDraft>>) -> Result<Ended<Made<PersonView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: PersonId = new_id();
    call.write(Root::New, move |tx| {
        let owner_id = refs::find_unit(tx.conn(), "/owner", &draft.owner)?;
        require_of(tx, Verb::Create, owner_id)?;
        let (born_on, born_precision) = born(tx, draft.born_on, draft.born_precision)?;
        let (died_on, died_precision) = died(tx, born_on, draft.died_on, draft.died_precision)?;
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
            nationality: draft.nationality.clone(),
            residence_id: refs::optional(tx.conn(), refs::find_unit, "/residence", draft.residence.as_deref())?,
            died_on,
            died_precision,
            ethnicity: draft.ethnicity,
            livelihood: draft.livelihood,
            direct_worker: draft.direct_worker,
            party_member: draft.party_member,
            merged_into_id: None,
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

pub(crate) async fn edit(call: Call<PersonId, (), Patch<PersonEdit>>) -> Result<Ended<One<PersonView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<PersonRow>(id)?;
        tx.require(Kind::Person, Verb::Edit, &held.ties)?;
        let before = edit_of(&held.value, external_ids::of(tx.conn(), Kind::Person, id.any())?);
        let after = patch.onto(&before)?;
        let owner_id = refs::find_unit(tx.conn(), "/owner", &after.owner)?;
        if owner_id != held.value.owner_id {
            // Who keeps a record sees all of it: it is handed on by who keeps it, not taken by an employer.
            tx.require(Kind::Person, Verb::Merge, &held.ties)?;
            require_of(tx, Verb::Edit, owner_id)?;
        }
        (held.value.born_on, held.value.born_precision) = born(tx, after.born_on, after.born_precision)?;
        held.value.rename(&after.full_name, HumanCode::parse("/code", &after.code)?.as_str());
        (held.value.died_on, held.value.died_precision) = died(tx, held.value.born_on, after.died_on, after.died_precision)?;
        held.value.gender = after.gender;
        held.value.nationality.clone_from(&after.nationality);
        held.value.residence_id = refs::optional(tx.conn(), refs::find_unit, "/residence", after.residence.as_deref())?;
        held.value.ethnicity = after.ethnicity;
        held.value.livelihood = after.livelihood;
        held.value.direct_worker = after.direct_worker;
        held.value.party_member = after.party_member;
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
