//! What registrations of a year add up to, for a unit and all below it or for the members of a bloc year, and who has none: a
//! fixed number of queries each, however many units there are.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Relation};
use thidua_domain::bloc_year::reference_day;
use thidua_domain::id::{AwardTypeId, BlocYearId, UnitId};
use thidua_domain::registration::{RegistrationStanding, RegistrationStatus, RegistrationSubject};
use thidua_domain::time::Date;

use super::{RegistrationRow, late};
use crate::access::Scoped;
use crate::among::among;
use crate::bloc_years::membership;
use crate::columns::Sql;
use crate::conn::{Conn, keyset, on};
use crate::error::Result;
use crate::page::{Ask, Page};
use crate::schema::{bloc_members, registration_items, registrations, units};

/// Whose registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of a unit and all below it.
    Under(UnitId),
    /// Of the members of a bloc year.
    Members(BlocYearId),
}

/// What is consolidated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Whose.
    pub whose: Whose,
    /// Of which year.
    pub year: i32,
    /// The civil date.
    pub today: Date,
}

impl Asked {
    /// The day on which units, their tree and their places count: today, or the nearest day of the year.
    fn day(&self) -> Date {
        reference_day(self.year, self.today)
    }
}

/// The units asked about that are in being.
macro_rules! asked_units {
    ($asked:expr) => {{
        let day = $asked.day();
        let query = units::table
            .filter(units::from_on.is_null().or(units::from_on.le(day)))
            .filter(units::to_on.is_null().or(units::to_on.ge(day)))
            .into_boxed();
        match $asked.whose {
            Whose::Under(unit) => query.filter(Scoped::below(Kind::Unit, Relation::Itself, unit, day)),
            Whose::Members(year) => query.filter(
                units::id.eq_any(
                    bloc_members::table
                        .filter(bloc_members::bloc_year_id.eq(Sql(year)))
                        .filter(bloc_members::from_on.is_null().or(bloc_members::from_on.le(day)))
                        .filter(bloc_members::to_on.is_null().or(bloc_members::to_on.ge(day)))
                        .select(bloc_members::unit_id),
                ),
            ),
        }
    }};
}

/// The registrations of a year, those left aside that were withdrawn.
macro_rules! of_year {
    ($asked:expr) => {
        registrations::table
            .filter(registrations::year.eq($asked.year))
            .filter(registrations::status.ne(Sql(RegistrationStatus::Withdrawn)))
    };
}

/// How many units stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Units in all.
    pub units: i64,
    /// Without a registration.
    pub none: i64,
    /// With a draft.
    pub draft: i64,
    /// With a submitted one.
    pub submitted: i64,
    /// With an accepted one.
    pub accepted: i64,
    /// With a late one, whatever its state.
    pub late: i64,
}

/// Counts the units: three queries.
///
/// # Errors
/// Whatever the database says.
pub fn count(conn: &mut Conn, asked: &Asked) -> Result<Count> {
    let (units, by_status, late): (i64, Vec<(RegistrationStatus, i64)>, i64) = on!(conn, |c| {
        let of_units = || of_year!(asked).filter(registrations::unit_id.eq_any(asked_units!(asked).select(units::id)));
        (
            asked_units!(asked).count().get_result(c)?,
            of_units().group_by(registrations::status).select((registrations::status, diesel::dsl::count_star())).load(c)?,
            of_units().filter(late!(asked.today)).count().get_result(c)?,
        )
    });
    let in_state = |status| by_status.iter().find(|(other, _)| *other == status).map_or(0, |(_, count)| *count);
    let [draft, submitted, accepted] =
        [RegistrationStatus::Draft, RegistrationStatus::Submitted, RegistrationStatus::Accepted].map(in_state);
    Ok(Count { units, none: units - draft - submitted - accepted, draft, submitted, accepted, late })
}

/// How often an award is aimed for, by registrations in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Aims {
    /// What is aimed for.
    pub award_type: AwardTypeId,
    /// For what sort of subject.
    pub subject_kind: RegistrationSubject,
    /// Where the registrations stand.
    pub status: RegistrationStatus,
    /// How often.
    pub count: i64,
}

/// Counts what is aimed for: one query.
///
/// # Errors
/// Whatever the database says.
pub fn aims(conn: &mut Conn, asked: &Asked) -> Result<Vec<Aims>> {
    let by = (registration_items::award_type_id, registration_items::subject_kind, registrations::status);
    Ok(on!(conn, |c| registration_items::table
        .inner_join(registrations::table)
        .filter(registrations::year.eq(asked.year))
        .filter(registrations::status.ne(Sql(RegistrationStatus::Withdrawn)))
        .filter(registrations::unit_id.eq_any(asked_units!(asked).select(units::id)))
        .group_by(by)
        .select((registration_items::award_type_id, registration_items::subject_kind, registrations::status, diesel::dsl::count_star()))
        .load(c))?)
}

/// A unit with its place in the order of names, and its registration of the year.
pub type Standing = (UnitId, String, Option<RegistrationRow>);

/// A page of the units by name, each with its registration: two queries.
///
/// # Errors
/// Whatever the database says.
pub fn standings(
    conn: &mut Conn,
    asked: &Asked,
    standing: Option<RegistrationStanding>,
    late: Option<bool>,
    ask: &Ask,
) -> Result<Page<Standing>> {
    let status = match standing {
        Some(RegistrationStanding::Draft) => Some(RegistrationStatus::Draft),
        Some(RegistrationStanding::Submitted) => Some(RegistrationStatus::Submitted),
        Some(RegistrationStanding::Accepted) => Some(RegistrationStatus::Accepted),
        Some(RegistrationStanding::None) | None => None,
    };
    let (rows, total): (Vec<(UnitId, String)>, _) = on!(conn, |c| {
        let base = || {
            let mut query = asked_units!(asked);
            if standing == Some(RegistrationStanding::None) {
                query = query.filter(units::id.ne_all(of_year!(asked).select(registrations::unit_id)));
            }
            if let Some(status) = status {
                query = query
                    .filter(units::id.eq_any(of_year!(asked).filter(registrations::status.eq(Sql(status))).select(registrations::unit_id)));
            }
            let late_ones = || of_year!(asked).filter(late!(asked.today)).select(registrations::unit_id);
            match late {
                Some(true) => query = query.filter(units::id.eq_any(late_ones())),
                Some(false) => query = query.filter(units::id.ne_all(late_ones())),
                None => {}
            }
            if let Some(pattern) = ask.pattern() {
                query = query.filter(units::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base().select((units::id, units::collation_key));
        keyset!(query, ask, Text(units::collation_key), units::id);
        (query.load(c)?, total)
    });
    let page = Page::cut(rows, ask, total);
    let ids: Vec<UnitId> = page.rows.iter().map(|(id, _)| *id).collect();
    let mut found: Vec<RegistrationRow> = if ids.is_empty() {
        Vec::new()
    } else {
        on!(conn, |c| among!(registrations::unit_id, &ids, |within| of_year!(asked).filter(within).load(c)))?
    };
    let mut own = |unit| found.iter().position(|row| row.unit_id == unit).map(|place| found.swap_remove(place));
    let rows = page.rows.into_iter().map(|(unit, key)| (unit, key, own(unit))).collect();
    Ok(Page { rows, more: page.more, total: page.total })
}

/// Members of a bloc year that have not submitted a registration of that year, in the order of the founding document: what
/// `thidua_domain::registration::RegistrationGate` is asked about. Two queries.
///
/// # Errors
/// Whatever the database says.
pub fn unregistered(conn: &mut Conn, year: BlocYearId, today: Date) -> Result<Vec<UnitId>> {
    let members = membership(conn, year)?;
    let (number, mut without) = (members.year(), members.on(today));
    if without.is_empty() {
        return Ok(without);
    }
    let there: Vec<UnitId> = on!(conn, |c| among!(registrations::unit_id, &without, |within| registrations::table
        .filter(within)
        .filter(registrations::year.eq(number))
        .filter(
            registrations::status.eq(Sql(RegistrationStatus::Submitted)).or(registrations::status.eq(Sql(RegistrationStatus::Accepted)))
        )
        .select(registrations::unit_id)
        .load(c)))?;
    without.retain(|unit| !there.contains(unit));
    Ok(without)
}
