//! Sign-ins as kept: what each request checks, and the refresh tokens that follow each other. Sign-ins
//! that are under way at an issuer are in `states`.

mod states;

use diesel::prelude::*;
use thidua_domain::access::{Grant, Principal, Role, Scope};
use thidua_domain::id::{SessionId, UnitId, UserId};
use thidua_domain::time::{Date, Instant};
use thidua_domain::user::{AccountKind, UserStatus};

use crate::among::Among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::data_version::{DataVersion, Seen};
use crate::delegations;
use crate::error::{Result, StoreError};
use crate::schema::{grants, refresh_tokens, sessions, unit_officers, users};
use crate::unit_of_work::Tx;
use crate::users::GrantRow;

pub use states::{State, use_state, wait_for};
pub(crate) use states::{any_old_state, forget_old_states};

/// What a request needs to know of the session it claims.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Standing {
    /// Whose it is.
    pub user: UserId,
    /// When it ends.
    pub expires_at: Instant,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
    /// Whether the account can still sign in.
    pub status: UserStatus,
    /// Version of what the account may do.
    pub access_version: i64,
    /// When the password was chosen.
    pub password_set_at: Option<Instant>,
    /// Until when a password handed out by somebody else serves.
    pub password_once_until: Option<Instant>,
    /// Whether the second factor was shown.
    pub second_factor: bool,
    /// Who looks on through it, when that is not its user.
    pub acted_by: Option<UserId>,
    /// Whether somebody else than the own password vouched for the user.
    pub vouched: bool,
    /// Whose the account is.
    pub kind: AccountKind,
    /// State of everything kept, at the moment of asking.
    pub data: DataVersion,
}

impl Standing {
    /// Whether the session still speaks for its user.
    #[must_use]
    pub fn stands(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && self.status == UserStatus::Active && now < self.expires_at
    }
}

/// The standing of a session: one indexed statement.
///
/// # Errors
/// Whatever the database says.
pub fn standing(conn: &mut Conn, session: SessionId) -> Result<Option<Standing>> {
    Ok(on!(conn, |c| sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(Sql(session)))
        .select((
            sessions::user_id,
            sessions::expires_at,
            sessions::revoked_at,
            users::status,
            users::access_version,
            users::password_set_at,
            users::password_once_until,
            sessions::second_factor,
            sessions::acted_by,
            sessions::vouched_by.is_not_null(),
            users::kind,
            Seen
        ))
        .first(c)
        .optional())?)
}

/// The caller with the grants in force on a day, what they do for others by delegation, and the units whose officer
/// they are.
///
/// # Errors
/// Whatever the database says.
pub fn principal(conn: &mut Conn, user: UserId, on: Date) -> Result<Principal> {
    let rows: Vec<GrantRow> =
        on!(conn, |c| grants::table.filter(grants::user_id.eq(Sql(user))).filter(grants::revoked_at.is_null()).load(c))?;
    let mut grants: Vec<Grant> = rows.iter().filter(|row| row.in_force(on)).filter_map(GrantRow::grant).collect();
    grants.extend(delegations::granted(conn, user, on)?);
    grants.extend(offices(conn, user, on)?);
    Ok(Principal { user: Some(user), grants })
}

/// An officer of a unit works for it: the offices of the person behind the account on a day, as grants. One query.
fn offices(conn: &mut Conn, user: UserId, on: Date) -> Result<Vec<Grant>> {
    let units: Vec<UnitId> = on!(conn, |c| unit_officers::table
        .inner_join(users::table.on(users::person_id.eq(unit_officers::person_id.nullable())))
        .filter(users::id.eq(Sql(user)))
        .filter(unit_officers::from_on.is_null().or(unit_officers::from_on.le(on)))
        .filter(unit_officers::to_on.is_null().or(unit_officers::to_on.ge(on)))
        .select(unit_officers::unit_id)
        .order(unit_officers::id.asc())
        .load(c))?;
    Ok(units.into_iter().map(|unit| Grant { role: Role::UnitOfficer, scope: Scope::Unit(unit) }).collect())
}

/// From where and with what somebody signs in, as far as they tell.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Address.
    pub address: Option<String>,
    /// Program.
    pub agent: Option<String>,
    /// Whether the second factor was shown.
    pub second_factor: bool,
    /// Who looks on, when that is not the user.
    pub acted_by: Option<UserId>,
    /// Who vouched for the user, when that was not the own password.
    pub vouched_by: Option<String>,
}

/// A sign-in as shown to its owner.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SessionRow {
    /// Identifier.
    pub id: SessionId,
    /// When.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// From where.
    pub address: Option<String>,
    /// With what.
    pub agent: Option<String>,
    /// Who looks on, when that is not the user.
    pub acted_by: Option<UserId>,
    /// Who vouched for the user, when that was not the own password.
    pub vouched_by: Option<String>,
}

/// The sign-ins of an account that still stand, the latest first; those of the last two hundred.
///
/// # Errors
/// Whatever the database says.
pub fn standing_of(conn: &mut Conn, user: UserId, now: Instant) -> Result<Vec<SessionRow>> {
    Ok(on!(conn, |c| sessions::table
        .filter(sessions::user_id.eq(Sql(user)))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(Sql(now)))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select((
            sessions::id,
            sessions::created_at,
            sessions::expires_at,
            sessions::address,
            sessions::agent,
            sessions::acted_by,
            sessions::vouched_by,
        ))
        .limit(200)
        .load(c))?)
}

/// Keeps a new session, with its first refresh token if it can be prolonged.
///
/// # Errors
/// Whatever the database says.
pub fn open(
    tx: &mut Tx<'_>,
    id: SessionId,
    user: UserId,
    expires_at: Instant,
    refresh: Option<(Vec<u8>, Instant)>,
    origin: &Origin,
) -> Result<()> {
    let now = tx.now();
    on!(tx.conn(), |c| diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(Sql(id)),
            sessions::user_id.eq(Sql(user)),
            sessions::created_at.eq(Sql(now)),
            sessions::expires_at.eq(Sql(expires_at)),
            sessions::address.eq(origin.address.as_deref()),
            sessions::agent.eq(origin.agent.as_deref()),
            sessions::second_factor.eq(origin.second_factor),
            sessions::acted_by.eq(SqlOpt(origin.acted_by)),
            sessions::vouched_by.eq(origin.vouched_by.as_deref()),
        ))
        .execute(c))
    .map_err(StoreError::from)?;
    refresh.map_or(Ok(()), |refresh| add_refresh(tx, id, refresh))
}

/// Keeps the next refresh token of a session, by its digest.
///
/// # Errors
/// Whatever the database says.
pub fn add_refresh(tx: &mut Tx<'_>, session: SessionId, (hash, expires_at): (Vec<u8>, Instant)) -> Result<()> {
    let now = tx.now();
    on!(tx.conn(), |c| diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::hash.eq(hash),
            refresh_tokens::session_id.eq(Sql(session)),
            refresh_tokens::issued_at.eq(Sql(now)),
            refresh_tokens::expires_at.eq(Sql(expires_at)),
        ))
        .execute(c))
    .map_err(StoreError::from)?;
    Ok(())
}

/// What became of a refresh token that was turned in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnedIn {
    /// It was good and is now used.
    Good(SessionId, UserId, Instant),
    /// It was used before: somebody has a copy, so the whole session is revoked.
    Reused(SessionId, UserId),
    /// Unknown, too old, or of a session that has ended.
    Bad,
}

/// The session that a refresh token belongs to, with when the token ends and whether it was used.
///
/// # Errors
/// Whatever the database says.
pub fn of_refresh(conn: &mut Conn, hash: &[u8]) -> Result<Option<(SessionId, Instant, Option<Instant>)>> {
    Ok(on!(conn, |c| refresh_tokens::table
        .find(hash)
        .select((refresh_tokens::session_id, refresh_tokens::expires_at, refresh_tokens::used_at))
        .first(c)
        .optional())?)
}

/// Turns a refresh token in.
///
/// # Errors
/// Whatever the database says.
pub fn turn_in(tx: &mut Tx<'_>, hash: &[u8]) -> Result<TurnedIn> {
    let now = tx.now();
    let Some((session, expires_at, used_at)) = of_refresh(tx.conn(), hash)? else { return Ok(TurnedIn::Bad) };
    let Some(standing) = standing(tx.conn(), session)? else { return Ok(TurnedIn::Bad) };
    if used_at.is_some() {
        revoke(tx, session, "refresh_reused")?;
        return Ok(TurnedIn::Reused(session, standing.user));
    }
    if now >= expires_at || !standing.stands(now) {
        return Ok(TurnedIn::Bad);
    }
    on!(tx.conn(), |c| diesel::update(refresh_tokens::table.find(hash)).set(refresh_tokens::used_at.eq(SqlOpt(Some(now)))).execute(c))
        .map_err(StoreError::from)?;
    Ok(TurnedIn::Good(session, standing.user, standing.expires_at))
}

/// Revokes a session with all tokens that follow from it.
///
/// # Errors
/// Whatever the database says.
pub fn revoke(tx: &mut Tx<'_>, session: SessionId, why: &str) -> Result<()> {
    let now = tx.now();
    on!(tx.conn(), |c| diesel::update(sessions::table.find(Sql(session)).filter(sessions::revoked_at.is_null()))
        .set((sessions::revoked_at.eq(SqlOpt(Some(now))), sessions::revoked_why.eq(why)))
        .execute(c))
    .map_err(StoreError::from)?;
    Ok(())
}

/// Revokes every session of an account, but for one; those in which it looks on as somebody else too.
///
/// # Errors
/// Whatever the database says.
pub fn revoke_all(tx: &mut Tx<'_>, user: UserId, but: Option<SessionId>, why: &str) -> Result<()> {
    let now = tx.now();
    let but = but.unwrap_or(SessionId::new(uuid::Uuid::nil()));
    let standing = sessions::table
        .filter(sessions::user_id.eq(Sql(user)).or(sessions::acted_by.eq(SqlOpt(Some(user)))))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(Sql(now)))
        .filter(sessions::id.ne(Sql(but)));
    on!(tx.conn(), |c| diesel::update(standing)
        .set((sessions::revoked_at.eq(SqlOpt(Some(now))), sessions::revoked_why.eq(why)))
        .execute(c))
    .map_err(StoreError::from)?;
    Ok(())
}

fn old(conn: &mut Conn, before: Instant, limit: i64) -> Result<Vec<SessionId>> {
    Ok(on!(conn, |c| sessions::table
        .filter(sessions::expires_at.lt(Sql(before)))
        .order(sessions::expires_at.asc())
        .select(sessions::id)
        .limit(limit)
        .load(c))?)
}

/// Whether a session ended long ago.
pub(crate) fn any_old(conn: &mut Conn, before: Instant) -> Result<bool> {
    Ok(!old(conn, before, 1)?.is_empty())
}

/// Forgets sessions that ended long ago, with their refresh tokens, a bounded number at a time. Who
/// signed in when stays in the log.
pub(crate) fn forget_old(conn: &mut Conn, before: Instant) -> Result<usize> {
    let old = old(conn, before, 200)?;
    on!(conn, |c| {
        diesel::delete(refresh_tokens::table.filter(Among::of(refresh_tokens::session_id, &old))).execute(c)?;
        diesel::delete(sessions::table.filter(Among::of(sessions::id, &old))).execute(c)
    })?;
    Ok(old.len())
}
