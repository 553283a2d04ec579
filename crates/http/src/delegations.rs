//! Delegations: who acts for the head of a unit, in what, from when to when, by which document. How they are shown
//! is in `view`.

mod view;

use thidua_domain::access::{Kind, Relation, Ties, Verb, permits, require_one};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::dated::Span;
use thidua_domain::delegation::{DelegatedAct, DelegationLife, DelegationStatus, Paper, check_paper};
use thidua_domain::id::{DelegationId, DocumentId, UnitId, UserId};
use thidua_domain::lifecycle::Taken;
use thidua_domain::recorded::Recorded;
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::Date;
use thidua_domain::user::UserStatus;
use thidua_store::conn::Conn;
use thidua_store::delegations::{self as store, DelegationRow, Filter};
use thidua_store::dialect::new_id;
use thidua_store::documents::DocumentRow;
use thidua_store::page::Key;
use thidua_store::users::UserRow;
use thidua_store::{Held, Reach, Resource, Root, StoreError, Tx, access, refs};
use uuid::Uuid;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json};
use crate::codes;
use crate::list::Listing;
use crate::parts::{self, inside};
use crate::problem::ApiError;
use crate::transition::Living;

use view::{DelegationDraft, DelegationFilter, DelegationView, view, views};

/// An account as a filter. One that is not there is one that nothing is shown of: who looks for delegations does not
/// learn which accounts there are.
fn side(conn: &mut Conn, typed: Option<&str>) -> Result<Option<UserId>, StoreError> {
    let Some(typed) = typed else { return Ok(None) };
    match refs::find_user(conn, "", typed) {
        Err(StoreError::Refused(_)) => Ok(Some(UserId::new(Uuid::nil()))),
        found => found.map(Some),
    }
}

pub(crate) async fn list(call: Call<(), Listing<DelegationFilter>>) -> Result<List<DelegationView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                delegator: side(conn, asked.delegator.as_deref())?,
                delegate: side(conn, asked.delegate.as_deref())?,
                status: asked.status,
                day: asked.on,
                code: asked.code,
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Day(row.from_on), row.id.any()))
}

pub(crate) async fn read(call: Call<DelegationId>) -> Result<One<DelegationView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<DelegationRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

pub(crate) async fn create(call: Call<(), (), Json<DelegationDraft>>) -> Result<Ended<Made<DelegationView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: DelegationId = new_id();
    call.write(Root::New, move |tx| {
        let caller = tx.actor().user.ok_or(Code::Forbidden)?;
        let unit_id = refs::find_unit(tx.conn(), "/unit", &draft.unit)?;
        let today = tx.today();
        let ties = access::ties_through(tx.conn(), Relation::Owner, unit_id, today)?;
        // Who may do neither does not learn which accounts there are.
        require_one(tx.actor(), Kind::Delegation, &[Verb::Delegate, Verb::Create], &ties, tx.lang())?;
        let delegator_id = refs::optional(tx.conn(), refs::find_user, "/delegator", draft.delegator.as_deref())?.unwrap_or(caller);
        // Who heads a unit gives in their own name; who looks after units enters what others gave on paper.
        tx.require(Kind::Delegation, if delegator_id == caller { Verb::Delegate } else { Verb::Create }, &ties)?;
        let delegate_id = refs::find_user(tx.conn(), "/delegate", &draft.delegate)?;
        if delegate_id == caller && delegator_id != caller {
            return Err(Refusal::at("/delegate", Code::OwnAccess).into());
        }
        let delegate = UserRow::load(tx.conn(), delegate_id)?.filter(|account| account.status == UserStatus::Active);
        if delegate.is_none() {
            return Err(Refusal::at("/delegate", Code::DelegateInactive).into());
        }
        let row = DelegationRow {
            id,
            code: match &draft.code {
                Some(code) => HumanCode::parse("/code", code)?.into_string(),
                None => codes::with_tail("UY QUYEN", id.any()),
            },
            unit_id,
            delegator_id,
            delegate_id,
            acts: DelegatedAct::kept(&draft.acts),
            from_on: draft.from_on,
            to_on: draft.to_on,
            document_id: paper(tx, &draft.document, &ties, delegator_id != caller)?,
            note: draft.note.clone(),
            status: DelegationStatus::Given,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        Span { from_on: Some(row.from_on), to_on: Some(row.to_on) }.check()?;
        store::insert(tx, &row)?;
        tx.made(Kind::Delegation, id.any(), parts::values(&draft));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/delegations/{id}")).map_err(inside)
    })
    .await
}

/// The document of a delegation, held against the unit and those above it; who enters what another gave may keep it.
fn paper(tx: &mut Tx<'_>, typed: &str, of_unit: &Ties, entered: bool) -> Result<DocumentId, StoreError> {
    let id = refs::find_document(tx.conn(), "/document", typed)?;
    let held = tx.look_at::<DocumentRow>(id).map_err(|error| parts::hidden(error, "/document", Kind::Document, typed))?;
    let looked_after = entered && permits(tx.actor(), Kind::Document, Verb::Edit, &held.ties);
    let line: Vec<UnitId> = of_unit.0.iter().map(|tie| UnitId::new(tie.to.uuid())).collect();
    check_paper(&Paper { issuer: held.value.issuer_id, keeper: held.value.owner_id, looked_after }, &line)?;
    Ok(id)
}

impl Living for DelegationRow {
    type Life = DelegationLife;
    type View = DelegationView;
    const PATH: &'static str = "/api/v1/delegations";

    fn status(&self) -> DelegationStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn facts(&self, _: &mut Conn, _: Date) -> Result<(), StoreError> {
        Ok(())
    }
    fn enter(&mut self, _: &mut Tx<'_>, _: Verb, taken: &Taken<DelegationStatus>, _: Option<&Recorded>) -> Result<(), StoreError> {
        self.status = taken.to;
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<DelegationView, StoreError> {
        view(conn, eyes, &held.value)
    }
}
