//! Service accounts: who they are, what they may be used for, their secrets and keys. How they get tokens is
//! told in `oauth`.

mod keys;
mod secrets;
mod seen;
mod view;

use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::client::{ClientLife, ClientScope, Scopes};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::id::{ClientId, GrantId, UserId};
use thidua_domain::lifecycle::{self, Taken};
use thidua_domain::recorded::Recorded;
use thidua_domain::text;
use thidua_domain::time::Date;
use thidua_domain::user::{AccountKind, UserStatus};
use thidua_domain::vocabulary::Word;
use thidua_store::clients::{self as store, ClientPart, ClientRow, Filter};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::page::Key;
use thidua_store::users::UserRow;
use thidua_store::{Held, Reach, Root, StoreError, Tx, external_ids, refs, sessions};

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::codes;
use crate::list::Listing;
use crate::op::Op;
use crate::parts::{self, ExternalId, inside};
use crate::problem::{ApiError, Fault, Protocol};
use crate::transition::Living;

pub(crate) use keys::{ALGORITHMS, ClientKey};
pub(crate) use secrets::{create as create_secret, end as end_secret};
pub(crate) use seen::Seen;
pub(crate) use view::keys_of;
use view::{ClientDraft, ClientEdit, ClientFilter, ClientView, view, views};

/// Whether the scopes of a service account serve for an operation.
///
/// # Errors
/// [`Protocol::NotForClients`], [`Protocol::InsufficientScope`].
pub(crate) fn within(op: &Op, scopes: &Scopes) -> Result<(), ApiError> {
    let wanted: ClientScope = op.scope.ok_or(Protocol::NotForClients)?;
    if scopes.has(wanted) {
        return Ok(());
    }
    let wanted = wanted.as_str();
    let mut error = ApiError::from(Fault::of(Protocol::InsufficientScope).with("scope", wanted).with("held", scopes));
    // RFC 6750, 3.1.
    error.says = Some(format!("Bearer realm=\"thidua\", error=\"insufficient_scope\", scope=\"{wanted}\""));
    Err(error)
}

pub(crate) async fn list(call: Call<(), Listing<ClientFilter>>) -> Result<List<ClientView>, ApiError> {
    let (asked, ask) = (call.query.filter.clone(), call.query.ask.clone());
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let unit = refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?;
            let external = asked.external_id.map(ExternalId::pair);
            let filter = Filter { status: asked.status, unit, code: asked.code, external };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.own.code.clone()), row.own.id.any()))
}

pub(crate) async fn read(call: Call<ClientId>) -> Result<One<ClientView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<ClientRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.account.version))
        })
        .await?;
    One::of(&view, version)
}

/// The account of a program: no password opens it, whatever is tried.
fn account(tx: &Tx<'_>, id: ClientId, code: &str) -> UserRow {
    UserRow {
        id: UserId::new(id.uuid()),
        username: format!("client:{code}"),
        display_name: String::new(),
        folded: String::new(),
        person_id: None,
        password_hash: String::new(),
        status: UserStatus::Active,
        access_version: 1,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
        password_set_at: None,
        password_once_until: None,
        kind: AccountKind::Client,
    }
}

fn rename(row: &mut ClientRow, name: &str) {
    name.clone_into(&mut row.account.display_name);
    row.account.folded = text::fold(&format!("{} {name}", row.own.code));
}

fn written(keys: &[ClientKey]) -> Result<String, StoreError> {
    serde_json::to_string(keys).map_err(|error| StoreError::Broken(error.to_string()))
}

pub(crate) async fn create(call: Call<(), (), Json<ClientDraft>>) -> Result<Ended<Made<ClientView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let (id, grant): (ClientId, GrantId) = (new_id(), new_id());
    call.write(Root::New, move |tx| {
        tx.require(Kind::Client, Verb::Create, &Ties::default())?;
        keys::check(&draft.keys)?;
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?.into_string(),
            None => codes::with_tail(&draft.name, id.any()),
        };
        let own = ClientPart {
            id,
            unit_id: refs::find_unit(tx.conn(), "/unit", &draft.unit)?,
            scopes: Scopes::from(draft.scopes.clone()).to_string(),
            keys: written(&draft.keys)?,
            expires_on: draft.expires_on,
            token_seconds: draft.token_seconds,
            last_used_at: None,
            code: code.clone(),
        };
        let mut row = ClientRow { own, account: account(tx, id, &code) };
        rename(&mut row, &draft.name);
        store::insert(tx, &row, grant)?;
        external_ids::add(tx.conn(), Kind::Client, id.any(), &draft.external_ids)?;
        tx.made(Kind::Client, id.any(), parts::values(&draft));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.account.version), format!("/api/v1/clients/{id}")).map_err(inside)
    })
    .await
}

pub(crate) async fn edit(call: Call<ClientId, (), Patch<ClientEdit>>) -> Result<Ended<One<ClientView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    let grant: GrantId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<ClientRow>(id)?;
        tx.require(Kind::Client, Verb::Edit, &held.ties)?;
        lifecycle::allow::<ClientLife>(held.value.account.status, Verb::Edit, &(), false, tx.lang())?;
        let before = ClientEdit::of(&held.value, external_ids::of(tx.conn(), Kind::Client, id.any())?);
        let after = patch.onto(&before)?;
        keys::check(&after.keys)?;
        let unit = refs::find_unit(tx.conn(), "/unit", &after.unit)?;
        if unit != held.value.own.unit_id {
            store::move_to(tx, &mut held, unit, grant)?;
        }
        held.value.set_scopes(&after.scopes);
        held.value.own.keys = written(&after.keys)?;
        held.value.own.expires_on = after.expires_on;
        held.value.own.token_seconds = after.token_seconds;
        rename(&mut held.value, &after.name);
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Client, id.any(), &before.external_ids, &after.external_ids)?;
        // Tokens say what was true when they were issued: those that would say too much end.
        let now = ClientEdit::of(&held.value, after.external_ids.clone());
        if (&now.unit, &now.scopes, now.expires_on) != (&before.unit, &before.scopes, before.expires_on) {
            sessions::revoke_all(tx, held.value.user(), None, "client_changed")?;
        }
        tx.edited(Kind::Client, id.any(), parts::values(&before), parts::values(&now));
        let view = view(tx.conn(), &eyes, &held.value)?;
        One::of(&view, held.value.account.version).map_err(inside)
    })
    .await
}

impl Living for ClientRow {
    type Life = ClientLife;
    type View = ClientView;
    const PATH: &'static str = "/api/v1/clients";

    fn status(&self) -> UserStatus {
        self.account.status
    }
    fn code(&self) -> &str {
        &self.own.code
    }
    fn facts(&self, _: &mut Conn, _: Date) -> Result<(), StoreError> {
        Ok(())
    }
    fn enter(&mut self, tx: &mut Tx<'_>, _: Verb, taken: &Taken<UserStatus>, _: Option<&Recorded>) -> Result<(), StoreError> {
        self.account.status = taken.to;
        if taken.to == UserStatus::Deactivated {
            sessions::revoke_all(tx, self.user(), None, "deactivated")?;
        }
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<ClientView, StoreError> {
        view(conn, eyes, &held.value)
    }
}
