//! Accounts and the roles granted to them.

mod by_hand;
mod handovers;
mod sign_ins;
mod view;

use thidua_domain::access::{Kind, ScopeKind, Verb};
use thidua_domain::dated::Span;
use thidua_domain::event::Event;
use thidua_domain::id::{AnyId, GrantId, Id, RoleGrant, User, UserId};
use thidua_domain::lifecycle::Taken;
use thidua_domain::password::ONCE_SECONDS;
use thidua_domain::recorded::Recorded;
use thidua_domain::refusal::{Code, Refusal, both, word_named};
use thidua_domain::text;
use thidua_domain::time::Date;
use thidua_domain::user::{AccountKind, UserLife, UserStatus};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::page::Key;
use thidua_store::refs::{self};
use thidua_store::users::{self as store, Filter, GrantRow, UserRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, external_ids, sessions};

use crate::answer::{Done, List, Made, One};
use crate::app::App;
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::list::Listing;
use crate::parts::{self, ExternalId, inside, label};
use crate::problem::ApiError;
use crate::secret::random_password;
use crate::transition::Living;

pub use by_hand::{NewAccount, create_first, grant_by_hand, let_in_by_hand, revoke_by_hand};
pub(crate) use handovers::hand_over;
pub(crate) use sign_ins::{act_as, end, end_all, list as sign_ins, remove_second_factor, reset_password};
use view::{GrantDraft, UserDraft, UserEdit, UserFilter, UserView, view, views};
pub(crate) use view::{GrantView, grant_views, scope_refs};

pub(crate) async fn list(call: Call<(), Listing<UserFilter>>) -> Result<List<UserView>, ApiError> {
    let asked = call.query.filter.clone();
    let username = asked.username.map(|name| name.to_lowercase());
    let filter = Filter { username, status: asked.status, external: asked.external_id.map(ExternalId::pair) };
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.username.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<UserId>) -> Result<One<UserView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<UserRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

pub(crate) async fn create(call: Call<(), (), Json<UserDraft>>) -> Result<Ended<Made<UserView>>, ApiError> {
    let draft = call.body.0.clone();
    // Before the hash, which is dear: who may not create accounts cannot keep the service busy either.
    if !thidua_domain::access::may_somewhere(&call.caller.principal, Kind::User, Verb::Create) {
        thidua_domain::access::require(&call.caller.principal, Kind::User, Verb::Create, &Default::default(), call.meta.lang)?;
    }
    let (hash, once) = first_password(&call.app, &draft.username, draft.password.clone()).await?;
    let id: UserId = new_id();
    let eyes = call.eyes();
    call.write(Root::New, move |tx| {
        let person_id = refs::optional(tx.conn(), refs::find_person, "/person", draft.person.as_deref())?;
        let mut row = account(tx, id, &draft.username, &draft.display_name, hash.clone(), person_id);
        if once.is_some() {
            row.password_once_until = Some(tx.now().plus_seconds(ONCE_SECONDS));
        }
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::User, id.any(), &draft.external_ids)?;
        let said = serde_json::json!({ "username": row.username, "display_name": row.display_name, "external_ids": draft.external_ids });
        tx.made(Kind::User, id.any(), said);
        let view = UserView { one_time_password: once.clone(), ..view(tx.conn(), &eyes, &row)? };
        let made = Made::of(&view, Some(row.version), format!("/api/v1/users/{id}")).map_err(inside)?;
        Ok(if once.is_some() { made.secret() } else { made })
    })
    .await
}

/// The hash of the first password of an account; with a password that serves once where none is given.
async fn first_password(app: &App, username: &str, given: Option<String>) -> Result<(String, Option<String>), ApiError> {
    if let Some(password) = given {
        app.settings.passwords.check("/password", username, &password)?;
        return Ok((app.hasher.hash(password).await?, None));
    }
    let once = random_password().map_err(ApiError::internal)?;
    Ok((app.hasher.hash(once.clone()).await?, Some(once)))
}

fn account(
    tx: &Tx<'_>,
    id: UserId,
    username: &str,
    display_name: &str,
    password_hash: String,
    person_id: Option<thidua_domain::id::PersonId>,
) -> UserRow {
    UserRow {
        id,
        username: username.to_owned(),
        display_name: display_name.to_owned(),
        folded: text::fold(&format!("{username} {display_name}")),
        person_id,
        password_hash,
        status: UserStatus::Active,
        access_version: 1,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
        password_set_at: Some(tx.now()),
        password_once_until: None,
        kind: AccountKind::Person,
    }
}

pub(crate) async fn edit(call: Call<UserId, (), Patch<UserEdit>>) -> Result<Ended<One<UserView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<UserRow>(id)?;
        tx.require(Kind::User, Verb::Edit, &held.ties)?;
        let before = UserEdit {
            display_name: held.value.display_name.clone(),
            person: held.value.person_id.map(|id| id.to_string()),
            external_ids: external_ids::of(tx.conn(), Kind::User, id.any())?,
        };
        let after = patch.onto(&before)?;
        let person = refs::optional(tx.conn(), refs::find_person, "/person", after.person.as_deref())?;
        if person != held.value.person_id {
            // What an account may do follows from the offices of its person.
            not_oneself(tx, id)?;
            held.value.person_id = person;
            held.value.access_version += 1;
        }
        held.value.folded = text::fold(&format!("{} {}", held.value.username, after.display_name));
        held.value.display_name.clone_from(&after.display_name);
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::User, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::User, id.any(), parts::values(&before), parts::values(&after));
        one(tx, &eyes, &held)
    })
    .await
}

fn one(tx: &mut Tx<'_>, eyes: &Eyes, held: &Held<UserRow>) -> Result<One<UserView>, StoreError> {
    let view = view(tx.conn(), eyes, &held.value)?;
    One::of(&view, held.value.version).map_err(inside)
}

fn not_oneself(tx: &Tx<'_>, user: UserId) -> Result<(), StoreError> {
    if tx.actor().user == Some(user) { Err(Refusal::of(Code::OwnAccess).into()) } else { Ok(()) }
}

pub(crate) async fn grant(call: Call<UserId, (), Json<GrantDraft>>) -> Result<Ended<Made<GrantView>>, ApiError> {
    let (user, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let id: GrantId = new_id();
    call.write(Root::Of(user.any()), move |tx| {
        let mut held = tx.load_for_change::<UserRow>(user)?;
        tx.require(Kind::User, Verb::Grant, &held.ties)?;
        not_oneself(tx, user)?;
        draft.role.check_scope(draft.scope, tx.lang())?;
        Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let row = GrantRow {
            id,
            user_id: user,
            role: draft.role,
            scope: draft.scope,
            scope_id: scope_id(tx, &draft)?,
            from_on: draft.from_on,
            to_on: draft.to_on,
            note: draft.note.clone(),
            created_at: tx.now(),
            revoked_at: None,
        };
        store::add_grant(tx, &mut held, &row)?;
        tx.record(Event::new(Kind::User, user.any(), Verb::Grant).values(None, Some(parts::values(&draft))));
        let view = grant_views(tx.conn(), &[row], &eyes)?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, Some(held.value.version), format!("/api/v1/users/{user}/grants")).map_err(inside)
    })
    .await
}

fn scope_id(tx: &mut Tx<'_>, draft: &GrantDraft) -> Result<Option<AnyId>, StoreError> {
    match (draft.scope, draft.scope_ref.as_deref()) {
        (ScopeKind::Everything, None) => Ok(None),
        (ScopeKind::Unit, Some(typed)) => Ok(Some(refs::find_unit(tx.conn(), "/scope_ref", typed)?.any())),
        (ScopeKind::Bloc, Some(typed)) => Ok(Some(refs::find_bloc(tx.conn(), "/scope_ref", typed)?.any())),
        (ScopeKind::Everything, Some(_)) => {
            Err(Refusal::at("/scope_ref", Code::ScopeRefNotWanted).with("scope", label(draft.scope, tx.lang())).into())
        }
        // There are no councils to name yet.
        (ScopeKind::Council, Some(typed)) => {
            Err(Refusal::at("/scope_ref", Code::UnknownReference).with("what", both("hội đồng", "council")).with("value", typed).into())
        }
        (scope, None) => {
            let what = match scope {
                ScopeKind::Council => both("hội đồng", "council"),
                ScopeKind::Bloc => word_named(Kind::Bloc),
                ScopeKind::Unit | ScopeKind::Everything => word_named(Kind::Unit),
            };
            Err(Refusal::at("/scope_ref", Code::ScopeRefWanted).with("scope", label(scope, tx.lang())).with("what", what).into())
        }
    }
}

pub(crate) async fn grants(call: Call<UserId>) -> Result<List<GrantView>, ApiError> {
    let user = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::User, user.any())?;
            let rows = store::grants_of(conn, user)?;
            grant_views(conn, &rows, eyes)
        })
        .await?;
    List::whole(&views)
}

pub(crate) async fn revoke(call: Call<(Id<User>, Id<RoleGrant>)>) -> Result<Ended<Done>, ApiError> {
    let (user, grant) = call.path;
    call.write(Root::Of(user.any()), move |tx| {
        let mut held = tx.load_for_change::<UserRow>(user)?;
        tx.require(Kind::User, Verb::Grant, &held.ties)?;
        not_oneself(tx, user)?;
        let row = store::revoke_grant(tx, &mut held, grant)?.ok_or(Code::NotFound)?;
        let before = serde_json::json!({ "role": row.role, "scope": row.scope, "scope_id": row.scope_id });
        tx.record(Event::new(Kind::User, user.any(), Verb::RevokeGrant).values(Some(before), None));
        Ok(Done)
    })
    .await
}

impl Living for UserRow {
    type Life = UserLife;
    type View = UserView;
    const PATH: &'static str = "/api/v1/users";

    fn status(&self) -> UserStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.username
    }
    fn admit(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        not_oneself(tx, self.id)
    }
    fn facts(&self, _: &mut Conn, _: Date) -> Result<(), StoreError> {
        Ok(())
    }
    fn enter(&mut self, tx: &mut Tx<'_>, _: Verb, taken: &Taken<UserStatus>, _: Option<&Recorded>) -> Result<(), StoreError> {
        self.status = taken.to;
        if taken.to == UserStatus::Deactivated {
            sessions::revoke_all(tx, self.id, None, "deactivated")?;
        }
        // Nobody acts for who cannot sign in.
        store::delegates_changed(tx, self.id)?;
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<UserView, StoreError> {
        view(conn, eyes, &held.value)
    }
}
