//! An officer's work as kept, and its going over to another: grants and offices in units. What may go over is
//! decided in `thidua_domain::handover`.

use diesel::prelude::*;
use thidua_domain::dated::Span;
use thidua_domain::delegation::DelegationStatus;
use thidua_domain::handover::{Obstacle, Split, split};
use thidua_domain::id::{PersonId, UserId};
use thidua_domain::refusal::word_named;
use thidua_domain::time::Date;
use thidua_domain::user::UserStatus;

use super::{GrantRow, UserRow, access_changed, grants_of};
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::delegations::DelegationRow;
use crate::dialect::new_id;
use crate::error::{Result, StoreError};
use crate::schema::{delegations, grants, unit_officers, units, users};
use crate::unit_of_work::{Held, Tx};
use crate::units::OfficerRow;

/// What would go over, and what stands in the way.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Grants that go over.
    pub grants: Vec<GrantRow>,
    /// Offices as emulation officer that go over.
    pub offices: Vec<OfficerRow>,
    /// What stands in the way, with what it is about.
    pub obstacles: Vec<(Obstacle, String)>,
}

/// The offices of a person as emulation officer of units, in order of time.
///
/// # Errors
/// Whatever the database says.
pub fn offices_of(conn: &mut Conn, person: PersonId) -> Result<Vec<OfficerRow>> {
    let mut rows: Vec<OfficerRow> =
        on!(conn, |c| unit_officers::table.filter(unit_officers::person_id.eq(Sql(person))).order(unit_officers::id.asc()).load(c))?;
    rows.sort_by_key(|row| row.from_on);
    Ok(rows)
}

const fn span_of(row: &OfficerRow) -> Span {
    Span { from_on: row.from_on, to_on: row.to_on }
}

/// What of an account's work would go over to another on a day: a fixed number of queries.
///
/// # Errors
/// Whatever the database says.
pub fn plan(conn: &mut Conn, from: &UserRow, to: &UserRow, on: Date) -> Result<Plan> {
    let mut plan = Plan::default();
    let goes = |span: Span| split(span, on).after.is_some();
    for grant in grants_of(conn, from.id)?.into_iter().filter(|grant| grant.revoked_at.is_none() && goes(grant.span())) {
        if grant.role.is_handed_over() {
            plan.grants.push(grant);
        } else {
            plan.obstacles.push((Obstacle::Personal, word_named(grant.role)));
        }
    }
    if let Some(person) = from.person_id {
        plan.offices = offices_of(conn, person)?.into_iter().filter(|office| goes(span_of(office))).collect();
    }
    if to.status != UserStatus::Active {
        plan.obstacles.push((Obstacle::Receiver, to.username.clone()));
    }
    if to.person_id.is_none() && !plan.offices.is_empty() {
        plan.obstacles.push((Obstacle::NoPerson, to.username.clone()));
    }
    let open: Vec<DelegationRow> = on!(conn, |c| delegations::table
        .filter(delegations::delegate_id.eq(Sql(from.id)).or(delegations::delegator_id.eq(Sql(from.id))))
        .filter(delegations::status.eq(Sql(DelegationStatus::Given)))
        .filter(delegations::to_on.ge(on))
        .order(delegations::id.asc())
        .load(c))?;
    let named = |row: DelegationRow| (if row.delegate_id == from.id { Obstacle::Delegated } else { Obstacle::Delegates }, row.code);
    plan.obstacles.extend(open.into_iter().map(named));
    Ok(plan)
}

fn insert_grant(tx: &mut Tx<'_>, row: &GrantRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(grants::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Takes a grant back and gives it to another from a day on. A grant is never changed: what is left of it until then
/// is granted anew.
fn hand_grant(tx: &mut Tx<'_>, grant: &GrantRow, to: UserId, on: Date) -> Result<()> {
    let (now, today) = (tx.now(), tx.today());
    on!(tx.conn(), |c| diesel::update(grants::table.find(Sql(grant.id))).set(grants::revoked_at.eq(SqlOpt(Some(now)))).execute(c))?;
    let Split { before, after } = split(grant.span(), on);
    let anew = |user: UserId, span: Span| GrantRow {
        id: new_id(),
        user_id: user,
        from_on: span.from_on,
        to_on: span.to_on,
        created_at: now,
        revoked_at: None,
        ..grant.clone()
    };
    if let Some(left) = before.filter(|left| left.to_on.is_none_or(|last| today <= last)) {
        insert_grant(tx, &anew(grant.user_id, left))?;
    }
    let held = grants_of(tx.conn(), to)?;
    let same = |other: &GrantRow, span: Span| {
        other.revoked_at.is_none()
            && (other.role, other.scope, other.scope_id) == (grant.role, grant.scope, grant.scope_id)
            && other.span().covers(span)
    };
    match after {
        Some(rest) if !held.iter().any(|other| same(other, rest)) => insert_grant(tx, &anew(to, rest)),
        _ => Ok(()),
    }
}

/// Ends an office on the day before, and gives what is left of it to another person.
fn hand_office(tx: &mut Tx<'_>, office: &OfficerRow, to: PersonId, on: Date) -> Result<()> {
    let created_at = tx.now();
    let Split { before, after } = split(span_of(office), on);
    on!(tx.conn(), |c| diesel::update(units::table.find(Sql(office.unit_id))).set(units::version.eq(units::version + 1)).execute(c))?;
    match before {
        Some(left) => on!(tx.conn(), |c| diesel::update(unit_officers::table.find(Sql(office.id)))
            .set(unit_officers::to_on.eq(left.to_on))
            .execute(c))?,
        None => on!(tx.conn(), |c| diesel::delete(unit_officers::table.find(Sql(office.id))).execute(c))?,
    };
    let held = offices_of(tx.conn(), to)?;
    let same =
        |rest: Span| held.iter().any(|other| other.unit_id == office.unit_id && other.duty == office.duty && span_of(other).covers(rest));
    if let Some(rest) = after.filter(|rest| !same(*rest)) {
        let row = OfficerRow { id: new_id(), person_id: to, from_on: rest.from_on, to_on: rest.to_on, created_at, ..office.clone() };
        crate::units::add_officer(tx, &row)?;
    }
    Ok(())
}

/// Hands over what a plan says; the caller records what happened.
///
/// # Errors
/// Whatever the database says.
pub fn hand_over(tx: &mut Tx<'_>, from: &mut Held<UserRow>, to: &mut Held<UserRow>, plan: &Plan, on: Date) -> Result<()> {
    for grant in &plan.grants {
        hand_grant(tx, grant, to.value.id, on)?;
    }
    if let Some(person) = to.value.person_id {
        for office in &plan.offices {
            hand_office(tx, office, person, on)?;
            // Other accounts of the same person lose what followed from it as well.
            offices_changed(tx, office.person_id)?;
        }
    }
    from.value.access_version += 1;
    to.value.access_version += 1;
    super::save(tx, from)?;
    super::save(tx, to)
}

/// The accounts of a person: what they may do follows from the person's offices.
///
/// # Errors
/// Whatever the database says.
pub fn accounts_of(conn: &mut Conn, person: PersonId) -> Result<Vec<UserId>> {
    Ok(on!(conn, |c| users::table.filter(users::person_id.eq(Sql(person))).select(users::id).load(c))?)
}

/// Lets cached access of a person's accounts go stale.
///
/// # Errors
/// Whatever the database says.
pub fn offices_changed(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    let accounts = accounts_of(tx.conn(), person)?;
    access_changed(tx, &accounts)
}
