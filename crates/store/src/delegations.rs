//! Delegations as kept, and what they let their delegates do today.

use diesel::dsl::exists;
use diesel::prelude::*;
use thidua_domain::access::{Grant, Kind, Principal, Role, Scope, ScopeKind};
use thidua_domain::dated::Span;
use thidua_domain::delegation::{Delegated, DelegatedAct, DelegationStatus, check};
use thidua_domain::id::{Delegation, DelegationId, DocumentId, Id, UnitId, UserId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::{Date, Instant};
use thidua_domain::user::UserStatus;

use crate::access::Scoped;
use crate::columns::Sql;
use crate::conn::{Conn, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{delegations, grants, users};
use crate::unit_of_work::{Held, Resource, Tx};
use crate::users::access_changed;

/// A delegation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = delegations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct DelegationRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<DelegationId>)]
    pub id: DelegationId,
    /// Code.
    pub code: String,
    /// For which unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Who gives.
    #[diesel(serialize_as = Sql<UserId>)]
    pub delegator_id: UserId,
    /// Who acts.
    #[diesel(serialize_as = Sql<UserId>)]
    pub delegate_id: UserId,
    /// What: words, separated by blanks.
    pub acts: String,
    /// First day.
    pub from_on: Date,
    /// Last day.
    pub to_on: Date,
    /// By which document.
    #[diesel(serialize_as = Sql<DocumentId>)]
    pub document_id: DocumentId,
    /// Remark.
    pub note: Option<String>,
    /// Where it stands.
    #[diesel(serialize_as = Sql<DelegationStatus>)]
    pub status: DelegationStatus,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl DelegationRow {
    /// The time it covers.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span { from_on: Some(self.from_on), to_on: Some(self.to_on) }
    }

    /// What the delegate does.
    #[must_use]
    pub fn acts(&self) -> Vec<DelegatedAct> {
        DelegatedAct::read(&self.acts)
    }

    /// As the rules look at it.
    #[must_use]
    pub fn delegated(&self) -> Delegated {
        Delegated { unit: self.unit_id, delegator: self.delegator_id, delegate: self.delegate_id, acts: self.acts(), span: self.span() }
    }
}

impl Resource for DelegationRow {
    type Marker = Delegation;
    const KIND: Kind = Kind::Delegation;
    fn load(conn: &mut Conn, id: DelegationId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| delegations::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Delegation> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// When somebody heads a unit in their own right.
fn headship(conn: &mut Conn, user: UserId, unit: UnitId) -> Result<Vec<Span>> {
    let rows: Vec<(Option<Date>, Option<Date>)> = on!(conn, |c| grants::table
        .filter(grants::user_id.eq(Sql(user)))
        .filter(grants::role.eq(Sql(Role::UnitHead)))
        .filter(grants::scope.eq(Sql(ScopeKind::Unit)))
        .filter(grants::scope_id.eq(Sql(unit.any())))
        .filter(grants::revoked_at.is_null())
        .select((grants::from_on, grants::to_on))
        .load(c))?;
    Ok(rows.into_iter().map(|(from_on, to_on)| Span { from_on, to_on }).collect())
}

/// Keeps a new delegation, and lets what its delegate may do be looked at anew.
///
/// # Errors
/// [`Code::CodeTaken`], and whatever [`check`] says.
pub fn insert(tx: &mut Tx<'_>, row: &DelegationRow) -> Result<()> {
    let standing: Vec<DelegationRow> = on!(tx.conn(), |c| delegations::table
        .filter(delegations::unit_id.eq(Sql(row.unit_id)))
        .filter(delegations::status.eq(Sql(DelegationStatus::Given)))
        .filter(delegations::to_on.ge(row.from_on))
        .load(c))?;
    let standing: Vec<Delegated> = standing.iter().map(DelegationRow::delegated).collect();
    check(&row.delegated(), &headship(tx.conn(), row.delegator_id, row.unit_id)?, &standing)?;
    on!(tx.conn(), |c| diesel::insert_into(delegations::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    access_changed(tx, &[row.delegate_id])
}

/// Keeps a changed delegation under its next version.
///
/// # Errors
/// Whatever the database says.
pub fn save(tx: &mut Tx<'_>, held: &mut Held<DelegationRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    let delegate = row.delegate_id;
    on!(tx.conn(), |c| Whole::of(delegations::table, delegations::id.eq(Sql(row.id)), row).execute(c)).map_err(StoreError::from)?;
    access_changed(tx, &[delegate])
}

/// The delegations by which somebody acts on a day: given, in their time, by somebody who can sign in and heads the
/// unit that day in their own right. One query.
///
/// # Errors
/// Whatever the database says.
pub fn in_force(conn: &mut Conn, delegate: UserId, on: Date) -> Result<Vec<DelegationRow>> {
    Ok(on!(conn, |c| {
        let heads = grants::table
            .filter(grants::user_id.eq(delegations::delegator_id))
            .filter(grants::role.eq(Sql(Role::UnitHead)))
            .filter(grants::scope.eq(Sql(ScopeKind::Unit)))
            .filter(grants::scope_id.eq(delegations::unit_id.nullable()))
            .filter(grants::revoked_at.is_null())
            .filter(grants::from_on.is_null().or(grants::from_on.le(on)))
            .filter(grants::to_on.is_null().or(grants::to_on.ge(on)));
        let signs_in = users::table.filter(users::id.eq(delegations::delegator_id)).filter(users::status.eq(Sql(UserStatus::Active)));
        delegations::table
            .filter(delegations::delegate_id.eq(Sql(delegate)))
            .filter(delegations::status.eq(Sql(DelegationStatus::Given)))
            .filter(delegations::from_on.le(on))
            .filter(delegations::to_on.ge(on))
            .filter(exists(heads))
            .filter(exists(signs_in))
            .order(delegations::id.asc())
            .load(c)
    })?)
}

/// What delegations let somebody do on a day, as grants: the policy says what their roles mean.
///
/// # Errors
/// Whatever the database says.
pub fn granted(conn: &mut Conn, delegate: UserId, on: Date) -> Result<Vec<Grant>> {
    let rows = in_force(conn, delegate, on)?;
    let each = |row: &DelegationRow| {
        let scope = Scope::Unit(row.unit_id);
        row.acts().into_iter().map(move |act| Grant { role: act.role(), scope })
    };
    Ok(rows.iter().flat_map(each).collect())
}

/// Those who act for somebody: what they may do changes with what that one may.
///
/// # Errors
/// Whatever the database says.
pub fn delegates_of(conn: &mut Conn, delegator: UserId) -> Result<Vec<UserId>> {
    Ok(on!(conn, |c| delegations::table
        .filter(delegations::delegator_id.eq(Sql(delegator)))
        .filter(delegations::status.eq(Sql(DelegationStatus::Given)))
        .select(delegations::delegate_id)
        .distinct()
        .load(c))?)
}

/// What delegations are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only for this unit.
    pub unit: Option<UnitId>,
    /// Only those that this account gave.
    pub delegator: Option<UserId>,
    /// Only those under which this account acts.
    pub delegate: Option<UserId>,
    /// Only in this state.
    pub status: Option<DelegationStatus>,
    /// Only those whose time holds this day.
    pub day: Option<Date>,
    /// Only the one with this code.
    pub code: Option<String>,
}

/// A page of delegations by their first day.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<DelegationRow>> {
    let scope = Scoped::of(who, Kind::Delegation, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = delegations::table.filter(scope.clone()).into_boxed();
            if let Some(unit) = filter.unit {
                query = query.filter(delegations::unit_id.eq(Sql(unit)));
            }
            if let Some(user) = filter.delegator {
                query = query.filter(delegations::delegator_id.eq(Sql(user)));
            }
            if let Some(user) = filter.delegate {
                query = query.filter(delegations::delegate_id.eq(Sql(user)));
            }
            if let Some(status) = filter.status {
                query = query.filter(delegations::status.eq(Sql(status)));
            }
            if let Some(day) = filter.day {
                query = query.filter(delegations::from_on.le(day)).filter(delegations::to_on.ge(day));
            }
            if let Some(code) = &filter.code {
                query = query.filter(delegations::code.eq(code.clone()));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Day(delegations::from_on), delegations::id);
        (query.load::<DelegationRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
