//! Accounts and the roles granted to them.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Role, ScopeKind, Verb};
use thidua_domain::dated::Span;
use thidua_domain::event::Event;
use thidua_domain::id::{AnyId, GrantId, Id, RoleGrant, User, UserId};
use thidua_domain::lifecycle;
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};
use thidua_domain::user::{UserLife, UserStatus, check_password};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::page::Key;
use thidua_store::refs::{self, Refs};
use thidua_store::users::{self as store, Filter, GrantRow, UserRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, access, sessions};
use utoipa::ToSchema;

use crate::answer::{Done, List, Made, One};
use crate::app::App;
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::list::{Filters, Listing};
use crate::parts::{self, HistoryFilter, HistoryView, RefView, TransitionDraft, inside, label};
use crate::problem::ApiError;

/// A role granted on a scope.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000010", "role": "unit_officer", "role_label": "Cán bộ thi đua của đơn vị", "scope": "unit",
    "scope_ref": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "in_force": true, "created_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct GrantView {
    /// Identifier.
    id: GrantId,
    /// The role.
    role: Role,
    /// The role in words.
    #[schema(max_length = 200)]
    role_label: String,
    /// Kind of scope.
    scope: ScopeKind,
    /// What the scope names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scope_ref: Option<RefView>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Whether it is in force today.
    in_force: bool,
    /// Why it was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
    /// Granted.
    created_at: Instant,
    /// Taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    revoked_at: Option<Instant>,
}

/// A role to be granted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GrantDraft, example = json!({ "role": "unit_officer", "scope": "unit", "scope_ref": "SKHDT-DA-NANG" }))]
pub(crate) struct GrantDraft {
    /// The role.
    role: Role,
    /// Kind of scope.
    scope: ScopeKind,
    /// What the scope names: identifier or code; left out for `everything`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    scope_ref: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    note: Option<String>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000001", "username": "lan.nguyen", "display_name": "Nguyễn Thị Lan (giả định)",
    "status": "active", "status_label": "Đang hoạt động", "grants": [], "allowed_actions": ["deactivate", "edit", "grant"],
    "blocked": [], "missing": ["grants"], "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct UserView {
    /// Identifier.
    id: UserId,
    /// Name typed at sign-in.
    #[schema(max_length = 64)]
    username: String,
    /// Name shown.
    #[schema(max_length = 200)]
    display_name: String,
    /// The person behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    person: Option<RefView>,
    /// Whether it can sign in.
    status: UserStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Roles, those taken back or ended included.
    #[schema(max_items = 500)]
    grants: Vec<GrantView>,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What a guard holds back.
    #[schema(max_items = 20)]
    blocked: Vec<parts::BlockedView>,
    /// What is absent.
    #[schema(max_items = 20)]
    missing: Vec<String>,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// A new account.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserDraft, example = json!({
    "username": "lan.nguyen", "display_name": "Nguyễn Thị Lan (giả định)", "password": "con trâu trắng bên bờ sông"
}))]
pub(crate) struct UserDraft {
    /// Name typed at sign-in: plain lower-case letters, digits and `. _ @ -`.
    #[schema(min_length = 3, max_length = 64, pattern = r"^[a-z0-9][a-z0-9._@-]{2,63}$")]
    username: String,
    /// Name shown.
    #[schema(min_length = 1, max_length = 200)]
    display_name: String,
    /// First password.
    #[schema(min_length = 1, max_length = 256, format = Password)]
    password: String,
    /// The person behind it: identifier or code.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    person: Option<String>,
}

/// What of an account can be edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserEdit, example = json!({ "display_name": "Nguyễn Thị Lan (giả định)" }))]
pub(crate) struct UserEdit {
    /// Name shown.
    #[schema(min_length = 1, max_length = 200)]
    display_name: String,
    /// The person behind it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    person: Option<String>,
}

/// What accounts are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct UserFilter {
    /// Only in this state.
    status: Option<UserStatus>,
}

impl Filters for UserFilter {
    const SORTS: &'static [&'static str] = &["username"];
    const SEARCH: bool = true;
}

fn scope_refs(conn: &mut Conn, rows: &[GrantRow], today: Date) -> Result<Refs, StoreError> {
    let of = |kind: ScopeKind| rows.iter().filter(move |row| row.scope == kind).filter_map(|row| row.scope_id);
    let units: Vec<_> = of(ScopeKind::Unit).map(|id| Id::new(id.uuid())).collect();
    let blocs: Vec<_> = of(ScopeKind::Bloc).map(|id| Id::new(id.uuid())).collect();
    let mut found = refs::units(conn, &units, today)?;
    found.extend(refs::blocs(conn, &blocs)?);
    Ok(found)
}

pub(crate) fn grant_views(conn: &mut Conn, rows: &[GrantRow], eyes: &Eyes) -> Result<Vec<GrantView>, StoreError> {
    let scopes = scope_refs(conn, rows, eyes.today)?;
    Ok(rows
        .iter()
        .map(|row| GrantView {
            id: row.id,
            role: row.role,
            role_label: label(row.role, eyes.lang),
            scope: row.scope,
            scope_ref: row.scope_id.map(|id| scopes.get(id).into()),
            from_on: row.from_on,
            to_on: row.to_on,
            in_force: row.in_force(eyes.today),
            note: row.note.clone(),
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        })
        .collect())
}

fn views(conn: &mut Conn, eyes: &Eyes, rows: &[UserRow]) -> Result<Vec<UserView>, StoreError> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
    let any: Vec<AnyId> = ids.iter().map(|id| id.any()).collect();
    let ties = access::ties_of_all(conn, Kind::User, &any, eyes.today)?;
    let people: Vec<_> = rows.iter().filter_map(|row| row.person_id).collect();
    let people = refs::people(conn, &people)?;
    let grants = store::grants_of_all(conn, &ids)?;
    let mut shown = Vec::with_capacity(rows.len());
    for (row, ties) in rows.iter().zip(&ties) {
        let own: Vec<GrantRow> = grants.iter().filter(|grant| grant.user_id == row.id).cloned().collect();
        let missing = if own.iter().any(|grant| grant.in_force(eyes.today)) { Vec::new() } else { vec!["grants".to_owned()] };
        shown.push((row, ties, own, missing));
    }
    let all: Vec<GrantRow> = shown.iter().flat_map(|(_, _, own, _)| own.iter().cloned()).collect();
    let mut grants = grant_views(conn, &all, eyes)?.into_iter();
    Ok(shown
        .into_iter()
        .map(|(row, ties, own, missing)| UserView {
            id: row.id,
            username: row.username.clone(),
            display_name: row.display_name.clone(),
            person: people.opt(row.person_id).map(Into::into),
            status: row.status,
            status_label: label(row.status, eyes.lang),
            grants: grants.by_ref().take(own.len()).collect(),
            allowed_actions: parts::allowed::<UserLife>(row.status, eyes, ties),
            blocked: Vec::new(),
            missing,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}

fn view(conn: &mut Conn, eyes: &Eyes, row: &UserRow) -> Result<UserView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

pub(crate) async fn list(call: Call<(), Listing<UserFilter>>) -> Result<List<UserView>, ApiError> {
    let filter = Filter { status: call.query.filter.status };
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
            parts::seen(conn, eyes, Kind::User, id.any())?;
            let row = <UserRow as thidua_store::Resource>::load(conn, id)?.ok_or(StoreError::NotFound)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

pub(crate) async fn create(call: Call<(), (), Json<UserDraft>>) -> Result<Ended<Made<UserView>>, ApiError> {
    let draft = call.body.0.clone();
    check_password("/password", &draft.username, &draft.password)?;
    if !thidua_domain::access::may_somewhere(&call.caller.principal, Kind::User, Verb::Create) {
        thidua_domain::access::require(&call.caller.principal, Kind::User, Verb::Create, &Default::default(), call.meta.lang)?;
    }
    let hash = call.app.hasher.hash(draft.password.clone()).await?;
    let id: UserId = new_id();
    let eyes = call.eyes();
    call.write(Root::New, move |tx| {
        let person_id = refs::optional(tx.conn(), refs::find_person, "/person", draft.person.as_deref())?;
        let row = account(tx, id, &draft.username, &draft.display_name, hash.clone(), person_id);
        store::insert(tx, &row)?;
        tx.made(Kind::User, id.any(), serde_json::json!({ "username": row.username, "display_name": row.display_name }));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/users/{id}")).map_err(inside)
    })
    .await
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
    }
}

pub(crate) async fn edit(call: Call<UserId, (), Patch<UserEdit>>) -> Result<Ended<One<UserView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<UserRow>(id)?;
        tx.require(Kind::User, Verb::Edit, &held.ties)?;
        let before = UserEdit { display_name: held.value.display_name.clone(), person: held.value.person_id.map(|id| id.to_string()) };
        let after = patch.onto(&before)?;
        held.value.person_id = refs::optional(tx.conn(), refs::find_person, "/person", after.person.as_deref())?;
        held.value.folded = text::fold(&format!("{} {}", held.value.username, after.display_name));
        held.value.display_name.clone_from(&after.display_name);
        store::save(tx, &mut held)?;
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
        Made::of(&view, None, format!("/api/v1/users/{user}/grants")).map_err(inside)
    })
    .await
}

fn scope_id(tx: &mut Tx<'_>, draft: &GrantDraft) -> Result<Option<AnyId>, StoreError> {
    let needs = |what: &str| {
        Refusal::at("/scope_ref", Code::UnknownReference).with("what", what).with("value", draft.scope_ref.as_deref().unwrap_or(""))
    };
    match (draft.scope, draft.scope_ref.as_deref()) {
        (ScopeKind::Everything, None) => Ok(None),
        (ScopeKind::Unit, Some(typed)) => Ok(Some(refs::find_unit(tx.conn(), "/scope_ref", typed)?.any())),
        (ScopeKind::Bloc, Some(typed)) => Ok(Some(refs::find_bloc(tx.conn(), "/scope_ref", typed)?.any())),
        (scope, _) => Err(needs(thidua_domain::vocabulary::Word::as_str(scope)).into()),
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

pub(crate) async fn step(call: Call<UserId, (), Json<TransitionDraft>>) -> Result<Ended<Made<UserView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<UserRow>(id)?;
        let verb = draft.verb(tx.lang(), &label(held.value.status, tx.lang()))?;
        tx.require(Kind::User, verb, &held.ties)?;
        not_oneself(tx, id)?;
        let taken = lifecycle::take::<UserLife>(held.value.status, &held.value.username, verb, &(), draft.ask(), tx.lang())?;
        held.value.status = taken.to;
        if taken.to == UserStatus::Deactivated {
            sessions::revoke_all(tx, id, None, "deactivated")?;
        }
        store::save(tx, &mut held)?;
        let (from, to) = (thidua_domain::vocabulary::Word::as_str(taken.from), thidua_domain::vocabulary::Word::as_str(taken.to));
        tx.record(Event::new(Kind::User, id.any(), verb).moved(from, to).because(draft.reason.clone()));
        let view = view(tx.conn(), &eyes, &held.value)?;
        Made::of(&view, Some(held.value.version), format!("/api/v1/users/{id}")).map_err(inside)
    })
    .await
}

pub(crate) async fn history(call: Call<UserId, Listing<HistoryFilter>>) -> Result<List<HistoryView>, ApiError> {
    parts::history(call, Kind::User).await
}

pub(crate) async fn transitions(call: Call<UserId, Listing<HistoryFilter>>) -> Result<List<HistoryView>, ApiError> {
    parts::transitions(call, Kind::User).await
}

/// An account made on the machine itself, with its roles: the first administrator, demonstrations.
#[derive(Clone)]
pub struct NewAccount {
    /// User name.
    pub username: String,
    /// Name shown.
    pub display_name: String,
    /// Password.
    pub password: String,
    /// Roles with the codes of the units they are granted on; `None` is everything.
    pub roles: Vec<(Role, Option<String>)>,
}

/// Makes an account from the machine itself, outside HTTP: nobody can grant anything before the
/// first administrator is there.
///
/// # Errors
/// [`Code::PasswordTooWeak`], [`Code::UsernameTaken`], [`Code::UnknownReference`].
pub async fn create_first(app: &App, new: NewAccount) -> Result<UserId, ApiError> {
    check_password("/password", &new.username, &new.password)?;
    let hash = app.hasher.hash(new.password.clone()).await?;
    let id: UserId = new_id();
    let work = thidua_store::UnitOfWork::system(app.clock.now(), "command-line");
    app.store
        .write(work, Root::New, move |tx| {
            let row = account(tx, id, &new.username, &new.display_name, hash.clone(), None);
            store::insert(tx, &row)?;
            let mut held = Held { value: row, ties: Default::default() };
            for (role, unit) in &new.roles {
                let unit = refs::optional(tx.conn(), refs::find_unit, "/unit", unit.as_deref())?;
                let grant = GrantRow {
                    id: new_id(),
                    user_id: id,
                    role: *role,
                    scope: if unit.is_some() { ScopeKind::Unit } else { ScopeKind::Everything },
                    scope_id: unit.map(Id::any),
                    from_on: None,
                    to_on: None,
                    note: None,
                    created_at: tx.now(),
                    revoked_at: None,
                };
                store::add_grant(tx, &mut held, &grant)?;
            }
            tx.made(Kind::User, id.any(), serde_json::json!({ "username": new.username, "display_name": new.display_name }));
            Ok(())
        })
        .await?;
    Ok(id)
}
