//! Accounts and their grants as kept. Work that goes over from one to another is in `handovers`.

mod handovers;

use diesel::prelude::*;
use thidua_domain::access::{Grant, Kind, Principal, Role, Scope, ScopeKind};
use thidua_domain::dated::Span;
use thidua_domain::id::{AnyId, GrantId, Id, PersonId, User, UserId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::{Date, Instant};
use thidua_domain::user::{AccountKind, UserStatus};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::delegations::delegates_of;
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{grants, users};
use crate::unit_of_work::{Held, Resource, Tx};
pub use crate::units::OfficerRow as Office;

pub use handovers::{Plan, accounts_of, hand_over, offices_changed, offices_of, plan};

/// An account.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct UserRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<UserId>)]
    pub id: UserId,
    /// Name typed at sign-in.
    pub username: String,
    /// Name shown.
    pub display_name: String,
    /// Search key.
    pub folded: String,
    /// The person behind it.
    #[diesel(serialize_as = SqlOpt<PersonId>)]
    pub person_id: Option<PersonId>,
    /// PHC string of the password.
    pub password_hash: String,
    /// Whether it can sign in.
    #[diesel(serialize_as = Sql<UserStatus>)]
    pub status: UserStatus,
    /// Rises with every change of what the account may do.
    pub access_version: i64,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
    /// When the password was chosen, as far as that is known.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub password_set_at: Option<Instant>,
    /// Until when a password handed out by somebody else serves.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub password_once_until: Option<Instant>,
    /// Whose it is. Only people's accounts are resources of their own; see `clients` for the others.
    #[diesel(serialize_as = Sql<AccountKind>)]
    pub kind: AccountKind,
}

/// A role granted.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
pub struct GrantRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<GrantId>)]
    pub id: GrantId,
    /// To whom.
    #[diesel(serialize_as = Sql<UserId>)]
    pub user_id: UserId,
    /// Role.
    #[diesel(serialize_as = Sql<Role>)]
    pub role: Role,
    /// Kind of scope.
    #[diesel(serialize_as = Sql<ScopeKind>)]
    pub scope: ScopeKind,
    /// What the scope names.
    #[diesel(serialize_as = SqlOpt<AnyId>)]
    pub scope_id: Option<AnyId>,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
    /// Why.
    pub note: Option<String>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Taken back.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub revoked_at: Option<Instant>,
}

impl GrantRow {
    /// Whether the grant is in force on a day.
    #[must_use]
    pub fn in_force(&self, on: Date) -> bool {
        self.revoked_at.is_none() && self.span().holds(on)
    }

    /// The time it covers.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span { from_on: self.from_on, to_on: self.to_on }
    }

    /// The grant as the policy sees it.
    #[must_use]
    pub fn grant(&self) -> Option<Grant> {
        Scope::of(self.scope, self.scope_id).map(|scope| Grant { role: self.role, scope })
    }
}

impl UserRow {
    /// Sets the password; one handed out by somebody else serves until an instant, to choose another.
    pub fn set_password(&mut self, hash: &str, now: Instant, once_until: Option<Instant>) {
        hash.clone_into(&mut self.password_hash);
        self.password_set_at = Some(now);
        self.password_once_until = once_until;
    }
}

impl Resource for UserRow {
    type Marker = User;
    const KIND: Kind = Kind::User;
    fn load(conn: &mut Conn, id: UserId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| users::table.find(Sql(id)).filter(users::kind.eq(Sql(AccountKind::Person))).first(c).optional())?)
    }
    fn id(&self) -> Id<User> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn taken(username: &str) -> impl FnOnce() -> Refusal + use<> {
    let username = username.to_owned();
    move || Refusal::at("/username", Code::UsernameTaken).with("username", username)
}

/// Keeps a new account.
///
/// # Errors
/// [`Code::UsernameTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &UserRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(users::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(taken(&row.username)))?;
    Ok(())
}

/// Keeps a changed account under its next version.
///
/// # Errors
/// Whatever the database says.
pub fn save(tx: &mut Tx<'_>, held: &mut Held<UserRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(users::table, users::id.eq(Sql(row.id)), row).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// The account of a person with a user name.
///
/// # Errors
/// Whatever the database says.
pub fn by_username(conn: &mut Conn, username: &str) -> Result<Option<UserRow>> {
    let person = users::kind.eq(Sql(AccountKind::Person));
    Ok(on!(conn, |c| users::table.filter(users::username.eq(username)).filter(person).first(c).optional())?)
}

/// The account of a person that another system calls so.
///
/// # Errors
/// Whatever the database says.
pub fn by_external_id(conn: &mut Conn, system: &str, value: &str) -> Result<Option<UserRow>> {
    let external = Some((system.to_owned(), value.to_owned()));
    Ok(on!(conn, |c| {
        let mut query = users::table.filter(users::kind.eq(Sql(AccountKind::Person))).into_boxed();
        called!(query, external, Kind::User, users::id);
        query.first(c).optional()
    })?)
}

/// Whether there is any account yet.
///
/// # Errors
/// Whatever the database says.
pub fn any(conn: &mut Conn) -> Result<bool> {
    let first: Option<UserId> = on!(conn, |c| users::table.select(users::id).limit(1).first(c).optional())?;
    Ok(first.is_some())
}

/// All grants of an account, newest first.
///
/// # Errors
/// Whatever the database says.
pub fn grants_of(conn: &mut Conn, user: UserId) -> Result<Vec<GrantRow>> {
    Ok(on!(conn, |c| grants::table.filter(grants::user_id.eq(Sql(user))).order((grants::created_at.desc(), grants::id.desc())).load(c))?)
}

/// Grants of several accounts.
///
/// # Errors
/// Whatever the database says.
pub fn grants_of_all(conn: &mut Conn, users: &[UserId]) -> Result<Vec<GrantRow>> {
    Ok(on!(conn, |c| among!(grants::user_id, users, |within| grants::table
        .filter(within)
        .order((grants::created_at.desc(), grants::id.desc()))
        .load(c)))?)
}

/// Keeps a new grant and lets cached access go stale.
///
/// # Errors
/// Whatever the database says.
pub fn add_grant(tx: &mut Tx<'_>, held: &mut Held<UserRow>, row: &GrantRow) -> Result<()> {
    insert_grant(tx, row)?;
    held.value.access_version += 1;
    save(tx, held)?;
    delegates_changed(tx, held.value.id)
}

/// Lets cached access of some accounts go stale: what they may do follows from something that has changed.
///
/// # Errors
/// Whatever the database says.
pub fn access_changed(tx: &mut Tx<'_>, accounts: &[UserId]) -> Result<()> {
    if accounts.is_empty() {
        return Ok(());
    }
    on!(tx.conn(), |c| among!(users::id, accounts, |within| diesel::update(users::table.filter(within))
        .set(users::access_version.eq(users::access_version + 1))
        .execute(c)))?;
    Ok(())
}

/// The same of those who act for an account by delegation.
///
/// # Errors
/// Whatever the database says.
pub fn delegates_changed(tx: &mut Tx<'_>, delegator: UserId) -> Result<()> {
    let delegates = delegates_of(tx.conn(), delegator)?;
    access_changed(tx, &delegates)
}

pub(crate) fn insert_grant(tx: &mut Tx<'_>, row: &GrantRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(grants::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Takes all grants of an account back.
pub(crate) fn revoke_grants(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let now = tx.now();
    on!(tx.conn(), |c| diesel::update(grants::table.filter(grants::user_id.eq(Sql(user))).filter(grants::revoked_at.is_null()))
        .set(grants::revoked_at.eq(SqlOpt(Some(now))))
        .execute(c))
    .map_err(StoreError::from)?;
    Ok(())
}

/// Takes a grant back; `None` when there is no such grant in force.
///
/// # Errors
/// Whatever the database says.
pub fn revoke_grant(tx: &mut Tx<'_>, held: &mut Held<UserRow>, grant: GrantId) -> Result<Option<GrantRow>> {
    let now = tx.now();
    let user = held.value.id;
    let row: Option<GrantRow> = on!(tx.conn(), |c| grants::table
        .find(Sql(grant))
        .filter(grants::user_id.eq(Sql(user)))
        .filter(grants::revoked_at.is_null())
        .first(c)
        .optional())?;
    if row.is_some() {
        on!(tx.conn(), |c| diesel::update(grants::table.find(Sql(grant))).set(grants::revoked_at.eq(SqlOpt(Some(now)))).execute(c))
            .map_err(StoreError::from)?;
        held.value.access_version += 1;
        save(tx, held)?;
        delegates_changed(tx, user)?;
    }
    Ok(row)
}

/// How accounts can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By user name.
    Username,
}

/// What accounts are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only the one with this user name.
    pub username: Option<String>,
    /// Only in this state.
    pub status: Option<UserStatus>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of people's accounts.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<UserRow>> {
    let scope = Scoped::of(who, Kind::User, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = users::table.filter(scope.clone()).filter(users::kind.eq(Sql(AccountKind::Person))).into_boxed();
            if let Some(username) = &filter.username {
                query = query.filter(users::username.eq(username.clone()));
            }
            if let Some(status) = filter.status {
                query = query.filter(users::status.eq(Sql(status)));
            }
            called!(query, filter.external, Kind::User, users::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(users::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(users::username), users::id);
        (query.load::<UserRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
