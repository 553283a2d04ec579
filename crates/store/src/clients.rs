//! Service accounts as kept: the account each stands on, its scopes, keys and secrets, and which of the
//! assertions it signed were used.

use std::collections::BTreeMap;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal, Role, ScopeKind};
use thidua_domain::client::{ClientScope, Scopes};
use thidua_domain::id::{Client, ClientId, ClientSecretId, GrantId, Id, UnitId, UserId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::{Date, Instant};
use thidua_domain::user::UserStatus;

use crate::access::Scoped;
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{client_assertions, client_secrets, clients, users};
use crate::unit_of_work::{Held, Resource, Tx};
use crate::users::{self as accounts, GrantRow, UserRow};

/// What a service account has beside its account.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct ClientPart {
    /// Identifier, which is also that of its account.
    #[diesel(serialize_as = Sql<ClientId>)]
    pub id: ClientId,
    /// Code.
    pub code: String,
    /// The unit in which, and below which, it works.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Scopes, as written.
    pub scopes: String,
    /// Public keys: a JSON list of JWK.
    pub keys: String,
    /// Last day.
    pub expires_on: Option<Date>,
    /// Seconds for which its tokens last.
    pub token_seconds: i32,
    /// When it was last seen, to the minute.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub last_used_at: Option<Instant>,
}

/// A service account.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// What it has beside its account.
    pub own: ClientPart,
    /// The account it stands on: its name, its state, its version.
    pub account: UserRow,
}

impl ClientRow {
    /// Its scopes.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        Scopes::parse(&self.own.scopes).unwrap_or_default()
    }

    /// Gives it scopes.
    pub fn set_scopes(&mut self, scopes: &[ClientScope]) {
        self.own.scopes = Scopes::from(scopes.to_vec()).to_string();
    }

    /// The account it stands on.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.account.id
    }

    /// Whether it is not deactivated. Whether its last day is over is told by when its tokens end.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.account.status == UserStatus::Active
    }
}

impl Resource for ClientRow {
    type Marker = Client;
    const KIND: Kind = Kind::Client;
    fn load(conn: &mut Conn, id: ClientId) -> Result<Option<Self>> {
        let found: Option<(ClientPart, UserRow)> =
            on!(conn, |c| clients::table.inner_join(users::table).filter(clients::id.eq(Sql(id))).first(c).optional())?;
        Ok(found.map(|(own, account)| Self { own, account }))
    }
    fn id(&self) -> Id<Client> {
        self.own.id
    }
    fn version(&self) -> i64 {
        self.account.version
    }
}

/// Keeps a new service account with the grant it works by.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &ClientRow, grant: GrantId) -> Result<()> {
    let taken = || Refusal::at("/code", Code::CodeTaken).with("code", &row.own.code);
    on!(tx.conn(), |c| diesel::insert_into(users::table).values(row.account.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(taken))?;
    on!(tx.conn(), |c| diesel::insert_into(clients::table).values(row.own.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(taken))?;
    accounts::insert_grant(tx, &grant_of(tx.now(), row, grant))
}

fn grant_of(now: Instant, row: &ClientRow, id: GrantId) -> GrantRow {
    GrantRow {
        id,
        user_id: row.user(),
        role: Role::ServiceClient,
        scope: ScopeKind::Unit,
        scope_id: Some(row.own.unit_id.any()),
        from_on: None,
        to_on: None,
        note: None,
        created_at: now,
        revoked_at: None,
    }
}

/// Has a service account work in another unit, by another grant.
///
/// # Errors
/// Whatever the database says.
pub fn move_to(tx: &mut Tx<'_>, held: &mut Held<ClientRow>, unit: UnitId, grant: GrantId) -> Result<()> {
    held.value.own.unit_id = unit;
    held.value.account.access_version += 1;
    accounts::revoke_grants(tx, held.value.user())?;
    accounts::insert_grant(tx, &grant_of(tx.now(), &held.value, grant))
}

/// Keeps a changed service account under its next version.
///
/// # Errors
/// Whatever the database says.
pub fn save(tx: &mut Tx<'_>, held: &mut Held<ClientRow>) -> Result<()> {
    held.value.account.version += 1;
    held.value.account.updated_at = tx.now();
    let ClientRow { own, account } = held.value.clone();
    on!(tx.conn(), |c| {
        Whole::of(users::table, users::id.eq(Sql(account.id)), account).execute(c)?;
        Whole::of(clients::table, clients::id.eq(Sql(own.id)), own).execute(c)
    })
    .map_err(StoreError::from)?;
    Ok(())
}

/// What service accounts are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this state.
    pub status: Option<UserStatus>,
    /// Only those that work in this very unit.
    pub unit: Option<UnitId>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of service accounts by code.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<ClientRow>> {
    let scope = Scoped::of(who, Kind::Client, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = clients::table.inner_join(users::table).filter(scope.clone()).into_boxed();
            if let Some(status) = filter.status {
                query = query.filter(users::status.eq(Sql(status)));
            }
            if let Some(unit) = filter.unit {
                query = query.filter(clients::unit_id.eq(Sql(unit)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(clients::code.eq(code.clone()));
            }
            called!(query, filter.external, Kind::Client, clients::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(users::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(clients::code), clients::id);
        (query.load::<(ClientPart, UserRow)>(c)?, total)
    });
    Ok(Page::cut(rows.into_iter().map(|(own, account)| ClientRow { own, account }).collect(), ask, total))
}

/// A secret, by its digest.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = client_secrets, treat_none_as_default_value = false)]
pub struct SecretRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<ClientSecretId>)]
    pub id: ClientSecretId,
    /// Whose.
    #[diesel(serialize_as = Sql<ClientId>)]
    pub client_id: ClientId,
    /// SHA-256 of it.
    pub hash: Vec<u8>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

/// The secrets of several service accounts that stand, the oldest first: never more than two each.
///
/// # Errors
/// Whatever the database says.
pub fn secrets_of_all(conn: &mut Conn, ids: &[ClientId]) -> Result<Vec<SecretRow>> {
    Ok(on!(conn, |c| among!(client_secrets::client_id, ids, |within| client_secrets::table
        .filter(within)
        .order((client_secrets::created_at.asc(), client_secrets::id.asc()))
        .load(c)))?)
}

/// Keeps a new secret.
///
/// # Errors
/// Whatever the database says.
pub fn add_secret(tx: &mut Tx<'_>, row: &SecretRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(client_secrets::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Ends a secret; whether there was one.
///
/// # Errors
/// Whatever the database says.
pub fn end_secret(tx: &mut Tx<'_>, client: ClientId, secret: ClientSecretId) -> Result<bool> {
    let which = client_secrets::table.find(Sql(secret)).filter(client_secrets::client_id.eq(Sql(client)));
    let ended = on!(tx.conn(), |c| diesel::delete(which).execute(c)).map_err(StoreError::from)?;
    Ok(ended == 1)
}

/// Uses an assertion up, by the digest of its `jti`; whether it was still good.
///
/// # Errors
/// Whatever the database says.
pub fn use_assertion(tx: &mut Tx<'_>, client: ClientId, jti: &[u8], expires_at: Instant) -> Result<bool> {
    let used: Option<ClientId> =
        on!(tx.conn(), |c| client_assertions::table.find((Sql(client), jti)).select(client_assertions::client_id).first(c).optional())?;
    if used.is_some() {
        return Ok(false);
    }
    on!(tx.conn(), |c| diesel::insert_into(client_assertions::table)
        .values((
            client_assertions::client_id.eq(Sql(client)),
            client_assertions::jti.eq(jti),
            client_assertions::expires_at.eq(Sql(expires_at)),
        ))
        .execute(c))
    .map_err(StoreError::from)?;
    Ok(true)
}

fn old_assertions(conn: &mut Conn, before: Instant, limit: i64) -> Result<Vec<(ClientId, Vec<u8>)>> {
    Ok(on!(conn, |c| client_assertions::table
        .filter(client_assertions::expires_at.lt(Sql(before)))
        .order(client_assertions::expires_at.asc())
        .select((client_assertions::client_id, client_assertions::jti))
        .limit(limit)
        .load(c))?)
}

/// Whether an assertion is noted that could not be used again anyhow.
pub(crate) fn any_old(conn: &mut Conn, before: Instant) -> Result<bool> {
    Ok(!old_assertions(conn, before, 1)?.is_empty())
}

/// Forgets assertions that could not be used again anyhow, a bounded number at a time.
pub(crate) fn forget_old(conn: &mut Conn, before: Instant) -> Result<usize> {
    let old = old_assertions(conn, before, 200)?;
    for (client, jti) in &old {
        on!(conn, |c| diesel::delete(client_assertions::table.find((Sql(*client), jti))).execute(c))?;
    }
    Ok(old.len())
}

/// Notes when service accounts were last seen. What another replica has noted later stays.
///
/// # Errors
/// Whatever the database says.
pub fn note_use(tx: &mut Tx<'_>, seen: &BTreeMap<UserId, Instant>) -> Result<()> {
    for (user, at) in seen {
        let earlier = clients::last_used_at.is_null().or(clients::last_used_at.lt(SqlOpt(Some(*at))));
        on!(tx.conn(), |c| diesel::update(clients::table.find(Sql(ClientId::new(user.uuid()))).filter(earlier))
            .set(clients::last_used_at.eq(SqlOpt(Some(*at))))
            .execute(c))
        .map_err(StoreError::from)?;
    }
    Ok(())
}
