//! The caller themselves: who am I, what may I do next, my password.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Grant, Kind, Role, Scope, ScopeKind, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::UserId;
use thidua_domain::refusal::{Code, Refusal};
use thidua_store::conn::Conn;
use thidua_store::second_factors;
use thidua_store::users::{self, UserRow};
use thidua_store::{Reach, Resource, Root, StoreError, sessions};
use utoipa::ToSchema;

use crate::answer::{Done, One};
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{RefView, label};
use crate::problem::{ApiError, Fault, Protocol};
use crate::users::{GrantView, grant_views, scope_refs};

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000001", "username": "thuongtruc", "display_name": "Cơ quan thường trực (giả định)",
    "second_factor": false, "recovery_codes_left": 0, "grants": [], "roles": [{"role": "standing_body", "role_label": "Cơ quan thường trực thi đua, khen thưởng", "scope": "everything"}], "next": [{"title": "Giao ước đang chờ ký", "href": "/api/v1/pledges?status=signing"}]
}))]
pub(crate) struct MeView {
    /// Identifier of the account.
    id: UserId,
    /// User name.
    #[schema(max_length = 64)]
    username: String,
    /// Name shown.
    #[schema(max_length = 200)]
    display_name: String,
    /// Whether a second factor is asked for at sign-in.
    second_factor: bool,
    /// Recovery codes that are left.
    #[schema(minimum = 0, maximum = 10)]
    recovery_codes_left: i64,
    /// Roles granted, in force today.
    #[schema(max_items = 500)]
    grants: Vec<GrantView>,
    /// All roles that count today: granted, of an office as emulation officer, by delegation.
    #[schema(max_items = 1000)]
    roles: Vec<RoleView>,
    /// Where to go from here.
    #[schema(max_items = 20)]
    next: Vec<NextView>,
}

/// A role that counts today.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EffectiveRole)]
pub(crate) struct RoleView {
    /// The role.
    role: Role,
    /// The same in words.
    #[schema(max_length = 200)]
    role_label: String,
    /// Kind of scope.
    scope: ScopeKind,
    /// What the scope names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scope_ref: Option<RefView>,
}

fn roles(conn: &mut Conn, eyes: &Eyes) -> Result<Vec<RoleView>, StoreError> {
    let scopes: Vec<Scope> = eyes.who.grants.iter().map(|grant| grant.scope).collect();
    let names = scope_refs(conn, &scopes, eyes.today)?;
    let view = |grant: &Grant| RoleView {
        role: grant.role,
        role_label: label(grant.role, eyes.lang),
        scope: grant.scope.kind(),
        scope_ref: grant.scope.id().map(|id| names.get(id).into()),
    };
    Ok(eyes.who.grants.iter().map(view).collect())
}

/// A place worth a look.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Next)]
pub(crate) struct NextView {
    /// What is there.
    #[schema(max_length = 200)]
    title: String,
    /// Where.
    #[schema(max_length = 500)]
    href: String,
}

pub(crate) async fn read(call: Call) -> Result<One<MeView>, ApiError> {
    let user = call.caller.principal.user.ok_or(Protocol::Unauthenticated)?;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let row = UserRow::load(conn, user)?.ok_or(StoreError::NotFound)?;
            let grants: Vec<_> = users::grants_of(conn, user)?.into_iter().filter(|grant| grant.in_force(eyes.today)).collect();
            let grants = grant_views(conn, &grants, eyes)?;
            let roles = roles(conn, eyes)?;
            let next = next(eyes);
            let second_factor = !second_factors::those_with(conn, &[user])?.is_empty();
            let recovery_codes_left = if second_factor { second_factors::codes_left(conn, user)? } else { 0 };
            let UserRow { username, display_name, version, .. } = row;
            Ok((MeView { id: user, username, display_name, second_factor, recovery_codes_left, grants, roles, next }, version))
        })
        .await?;
    One::of(&view, version)
}

fn next(eyes: &Eyes) -> Vec<NextView> {
    let may = |kind, verb| thidua_domain::access::may_somewhere(&eyes.who, kind, verb);
    let vi = |vi: &str, en: &str| if eyes.lang == thidua_domain::vocabulary::Lang::Vi { vi.to_owned() } else { en.to_owned() };
    let mut places = Vec::new();
    let mut add = |title: String, href: &str| places.push(NextView { title, href: href.to_owned() });
    if may(Kind::User, Verb::Create) {
        add(vi("Tài khoản", "Accounts"), "/api/v1/users");
    }
    if may(Kind::BlocYear, Verb::See) {
        add(vi("Các khối thi đua năm nay", "Bloc years of this year"), &format!("/api/v1/bloc-years?year={}", chrono_year(eyes)));
    }
    if may(Kind::Pledge, Verb::See) {
        add(vi("Giao ước đang chờ ký", "Pledges waiting for signatures"), "/api/v1/pledges?status=signing");
    }
    add(vi("Đơn vị", "Units"), "/api/v1/units");
    places
}

fn chrono_year(eyes: &Eyes) -> String {
    eyes.today.format("%Y").to_string()
}

/// Old and new password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordDraft, example = json!({ "current_password": "con trâu trắng bên bờ sông", "new_password": "đàn cò bay qua cánh đồng" }))]
pub(crate) struct PasswordDraft {
    /// The present password.
    #[schema(min_length = 1, max_length = 256, format = Password)]
    current_password: String,
    /// The new one.
    #[schema(min_length = 1, max_length = 256, format = Password)]
    new_password: String,
}

/// Checks the password of a caller who says it again: a session that was left open is no licence to guess.
///
/// # Errors
/// [`Code::PasswordWrong`] at `pointer`; [`Protocol::TooManyTries`].
pub(crate) async fn guess<P, Q, B>(call: &Call<P, Q, B>, row: &UserRow, password: String, pointer: &str) -> Result<(), ApiError> {
    let taken = call.app.throttle.take(call.meta.address, &row.username, call.meta.now)?;
    let fits = call.app.hasher.verify(password, Some(row.password_hash.clone())).await;
    if fits.inspect_err(|_| call.app.throttle.give_back(&taken))? {
        call.app.throttle.give_back(&taken);
        return Ok(());
    }
    Err(Fault::at(pointer, Code::PasswordWrong).into())
}

pub(crate) async fn change_password(call: Call<(), (), Json<PasswordDraft>>) -> Result<Ended<Done>, ApiError> {
    let user = call.caller.principal.user.ok_or(Protocol::Unauthenticated)?;
    let session = call.caller.session;
    let PasswordDraft { current_password, new_password } = call.body.0.clone();
    let row = call.read(Reach::One, move |conn, _| UserRow::load(conn, user)).await?.ok_or(Code::NotFound)?;
    call.app.settings.passwords.check("/new_password", &row.username, &new_password)?;
    if new_password == current_password {
        return Err(Refusal::at("/new_password", Code::PasswordUnchanged).into());
    }
    guess(&call, &row, current_password, "/current_password").await?;
    let hash = call.app.hasher.hash(new_password).await?;
    call.write(Root::Of(user.any()), move |tx| {
        // One's own password has no version to be held against.
        let mut held = tx.look_at::<UserRow>(user)?;
        held.value.set_password(&hash, tx.now(), None);
        users::save(tx, &mut held)?;
        // Whoever knew the old password is out, but for this very session.
        sessions::revoke_all(tx, user, session, "password_changed")?;
        tx.record(Event::new(Kind::User, user.any(), Verb::ChangePassword));
        Ok(Done)
    })
    .await
}
