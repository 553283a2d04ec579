//! Accounts looked after on the machine itself, outside HTTP: the first administrator, before whom nobody can
//! grant anything, and the way back for one who is locked out. Who can run the command reads the database anyway.

use thidua_domain::access::{Kind, Role, ScopeKind, Ties, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{AnyId, Id, UserId};
use thidua_domain::password::ONCE_SECONDS;
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::user::{UserStatus, is_username};
use thidua_domain::vocabulary::{Lang, Word};
use thidua_store::dialect::new_id;
use thidua_store::unit_of_work::Resource;
use thidua_store::users::{self as store, GrantRow, UserRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, UnitOfWork, refs, second_factors, sessions};

use super::{account, first_password};
use crate::app::App;
use crate::problem::ApiError;
use crate::secret::random_password;

/// An account made on the machine itself, with its roles: the first administrator, demonstrations.
#[derive(Clone)]
pub struct NewAccount {
    /// User name.
    pub username: String,
    /// Name shown.
    pub display_name: String,
    /// Password; one is made that serves once where it is left out.
    pub password: Option<String>,
    /// Roles with the codes of the units they are granted on; `None` is everything.
    pub roles: Vec<(Role, Option<String>)>,
}

/// Makes an account from the machine itself, outside HTTP: nobody can grant anything before the
/// first administrator is there. The password that serves once, when one was made.
///
/// # Errors
/// [`Code::PasswordTooWeak`], [`Code::UsernameTaken`], [`Code::UnknownReference`].
pub async fn create_first(app: &App, new: NewAccount) -> Result<Option<String>, ApiError> {
    if !is_username(&new.username) {
        return Err(Refusal::at("/username", Code::UsernameMalformed).into());
    }
    let (hash, once) = first_password(app, &new.username, new.password.clone()).await?;
    for (role, unit) in &new.roles {
        role.check_scope(if unit.is_some() { ScopeKind::Unit } else { ScopeKind::Everything }, Lang::En)?;
    }
    let (id, serves_once): (UserId, bool) = (new_id(), once.is_some());
    let work = command_line(app);
    app.store
        .write(work, Root::New, move |tx| {
            let mut row = account(tx, id, &new.username, &new.display_name, hash.clone(), None);
            row.password_once_until = serves_once.then(|| tx.now().plus_seconds(ONCE_SECONDS));
            store::insert(tx, &row)?;
            let mut held = Held { value: row, ties: Ties::default() };
            for (role, unit) in &new.roles {
                grant_first(tx, &mut held, *role, unit.as_deref())?;
            }
            tx.made(Kind::User, id.any(), serde_json::json!({ "username": new.username, "display_name": new.display_name }));
            Ok(())
        })
        .await?;
    Ok(once)
}

/// Grants a role on everything, or on the unit with a code.
///
/// # Errors
/// [`Code::NotFound`] for the account, [`Code::UnknownReference`] for the unit, [`Code::AlreadyExists`], and what the role says of its scope.
pub async fn grant_by_hand(app: &App, username: &str, role: Role, unit: Option<String>) -> Result<(), ApiError> {
    role.check_scope(if unit.is_some() { ScopeKind::Unit } else { ScopeKind::Everything }, Lang::En)?;
    let user = find(app, username).await?;
    app.store
        .write(command_line(app), Root::Of(user.any()), move |tx| {
            let mut held = held(tx, user)?;
            let today = tx.today();
            if standing_grants(tx, user, role, unit.as_deref())?.iter().any(|grant| grant.in_force(today) && grant.to_on.is_none()) {
                return Err(Code::AlreadyExists.into());
            }
            grant_first(tx, &mut held, role, unit.as_deref())?;
            let granted = serde_json::json!({ "role": role, "unit": unit });
            tx.record(Event::new(Kind::User, user.any(), Verb::Grant).values(None, Some(granted)));
            Ok(())
        })
        .await?;
    Ok(())
}

/// Takes a role back.
///
/// # Errors
/// [`Code::NotFound`] when there is no such account or grant, [`Code::UnknownReference`] for the unit.
pub async fn revoke_by_hand(app: &App, username: &str, role: Role, unit: Option<String>) -> Result<(), ApiError> {
    let user = find(app, username).await?;
    app.store
        .write(command_line(app), Root::Of(user.any()), move |tx| {
            let mut held = held(tx, user)?;
            let grants = standing_grants(tx, user, role, unit.as_deref())?;
            if grants.is_empty() {
                return Err(Code::NotFound.into());
            }
            for grant in grants {
                store::revoke_grant(tx, &mut held, grant.id)?.ok_or(Code::NotFound)?;
                let before = serde_json::json!({ "role": role, "unit": unit });
                tx.record(Event::new(Kind::User, user.any(), Verb::RevokeGrant).values(Some(before), None));
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Lets somebody in again who has lost password or second factor, or was deactivated: a password that serves once, no
/// second factor, and every sign-in before ended.
///
/// # Errors
/// [`Code::NotFound`] when there is no such account.
pub async fn let_in_by_hand(app: &App, username: &str) -> Result<String, ApiError> {
    let user = find(app, username).await?;
    let password = random_password().map_err(ApiError::internal)?;
    let hash = app.hasher.hash(password.clone()).await?;
    app.store
        .write(command_line(app), Root::Of(user.any()), move |tx| {
            let mut held = held(tx, user)?;
            let now = tx.now();
            held.value.set_password(&hash, now, Some(now.plus_seconds(ONCE_SECONDS)));
            if held.value.status == UserStatus::Deactivated {
                held.value.status = UserStatus::Active;
                let (from, to) = (UserStatus::Deactivated.as_str(), UserStatus::Active.as_str());
                tx.record(Event::new(Kind::User, user.any(), Verb::Activate).moved(from, to));
            }
            store::save(tx, &mut held)?;
            if second_factors::remove(tx, user)? {
                tx.record(Event::new(Kind::User, user.any(), Verb::RemoveSecondFactor));
            }
            sessions::revoke_all(tx, user, None, "password_reset")?;
            tx.record(Event::new(Kind::User, user.any(), Verb::ResetPassword));
            Ok(())
        })
        .await?;
    Ok(password)
}

fn command_line(app: &App) -> UnitOfWork {
    UnitOfWork::system(app.clock.now(), "command-line")
}

async fn find(app: &App, username: &str) -> Result<UserId, ApiError> {
    let username = username.to_lowercase();
    let found = app.store.read(Reach::One, move |conn| store::by_username(conn, &username)).await?;
    Ok(found.ok_or(Code::NotFound)?.id)
}

/// The service itself sees every account.
fn held(tx: &mut Tx<'_>, user: UserId) -> Result<Held<UserRow>, StoreError> {
    let value = UserRow::load(tx.conn(), user)?.ok_or(Code::NotFound)?;
    Ok(Held { value, ties: Ties::default() })
}

fn scope_of(tx: &mut Tx<'_>, unit: Option<&str>) -> Result<Option<AnyId>, StoreError> {
    Ok(refs::optional(tx.conn(), refs::find_unit, "/unit", unit)?.map(Id::any))
}

/// Grants of a role on a scope that are in force or will be.
fn standing_grants(tx: &mut Tx<'_>, user: UserId, role: Role, unit: Option<&str>) -> Result<Vec<GrantRow>, StoreError> {
    let (scope_id, today) = (scope_of(tx, unit)?, tx.today());
    let grants = store::grants_of(tx.conn(), user)?.into_iter().filter(|grant| grant.revoked_at.is_none());
    let same = grants.filter(|grant| grant.role == role && grant.scope_id == scope_id);
    Ok(same.filter(|grant| grant.to_on.is_none_or(|last| today <= last)).collect())
}

fn grant_first(tx: &mut Tx<'_>, held: &mut Held<UserRow>, role: Role, unit: Option<&str>) -> Result<(), StoreError> {
    let scope_id = scope_of(tx, unit)?;
    let grant = GrantRow {
        id: new_id(),
        user_id: held.value.id,
        role,
        scope: if scope_id.is_some() { ScopeKind::Unit } else { ScopeKind::Everything },
        scope_id,
        from_on: None,
        to_on: None,
        note: None,
        created_at: tx.now(),
        revoked_at: None,
    };
    store::add_grant(tx, held, &grant)
}
