//! Members of a bloc year, by date.

use diesel::prelude::*;
use thidua_domain::bloc_year::{BlocYearStatus, Office, Place, check_place, reference_day};
use thidua_domain::dated::Span;
use thidua_domain::id::{BlocMemberId, BlocYearId, UnitId};
use thidua_domain::refusal::Refusal;
use thidua_domain::time::{Date, Instant};

use crate::among::among;
use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::prepared::Whole;
use crate::schema::{bloc_members, bloc_years, units};
use crate::unit_of_work::Tx;

/// A unit's place in a bloc year.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = bloc_members, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct MemberRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<BlocMemberId>)]
    pub id: BlocMemberId,
    /// Of which year.
    #[diesel(serialize_as = Sql<BlocYearId>)]
    pub bloc_year_id: BlocYearId,
    /// Which unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// In what office.
    #[diesel(serialize_as = Sql<Office>)]
    pub office: Office,
    /// Order of the founding document.
    pub ordinal: i32,
    /// First day; `None` from the start of the year.
    pub from_on: Option<Date>,
    /// Last day; `None` to the end of the year.
    pub to_on: Option<Date>,
    /// Remark, or why it joined or left.
    pub note: Option<String>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

impl MemberRow {
    /// When it is a member.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span { from_on: self.from_on, to_on: self.to_on }
    }

    /// What the rules look at.
    #[must_use]
    pub const fn place(&self) -> Place<UnitId> {
        Place { unit: self.unit_id, office: self.office, span: self.span() }
    }
}

/// All places of a year, in the order of the founding document.
///
/// # Errors
/// Whatever the database says.
pub fn members_of(conn: &mut Conn, year: BlocYearId) -> Result<Vec<MemberRow>> {
    members_of_all(conn, &[year])
}

/// All places of several years: one query.
///
/// # Errors
/// Whatever the database says.
pub fn members_of_all(conn: &mut Conn, years: &[BlocYearId]) -> Result<Vec<MemberRow>> {
    if years.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(bloc_members::bloc_year_id, years, |within| bloc_members::table
        .filter(within)
        .order((bloc_members::ordinal.asc(), bloc_members::id.asc()))
        .load(c)))?)
}

/// Which units belong to a bloc year, and when: as long as they have a place there and are in being.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    year: i32,
    /// Where the year stands.
    pub status: BlocYearStatus,
    places: Vec<(UnitId, Span)>,
}

impl Membership {
    /// The year.
    #[must_use]
    pub const fn year(&self) -> i32 {
        self.year
    }

    /// Units that are members on a day, in order; a day outside the year counts as its nearest.
    #[must_use]
    pub fn on(&self, day: Date) -> Vec<UnitId> {
        let day = reference_day(self.year, day);
        self.places.iter().filter(|(_, span)| span.holds(day)).map(|(unit, _)| *unit).collect()
    }

    /// Whether a unit is a member on a day.
    #[must_use]
    pub fn holds(&self, unit: UnitId, day: Date) -> bool {
        let day = reference_day(self.year, day);
        self.places.iter().any(|(member, span)| *member == unit && span.holds(day))
    }

    /// Units that are members whatever the day.
    #[must_use]
    pub fn lasting(&self) -> usize {
        self.places.iter().filter(|(_, span)| *span == Span::ALWAYS).count()
    }
}

/// Who belongs to a year: one query.
///
/// # Errors
/// Whatever the database says.
pub fn membership(conn: &mut Conn, year: BlocYearId) -> Result<Membership> {
    type Days = (Option<Date>, Option<Date>);
    // Members first: SQLite would work out all memberships there are before it joined them to one year.
    let rows: Vec<(i32, BlocYearStatus, UnitId, Days, Days)> = on!(conn, |c| bloc_members::table
        .inner_join(bloc_years::table)
        .inner_join(units::table.on(units::id.eq(bloc_members::unit_id)))
        .filter(bloc_members::bloc_year_id.eq(Sql(year)))
        .order((bloc_members::ordinal.asc(), bloc_members::id.asc()))
        .select((
            bloc_years::year,
            bloc_years::status,
            bloc_members::unit_id,
            (bloc_members::from_on, bloc_members::to_on),
            (units::from_on, units::to_on),
        ))
        .load(c))?;
    let (number, status) = match rows.first() {
        Some(&(number, status, ..)) => (number, status),
        None => on!(conn, |c| bloc_years::table.find(Sql(year)).select((bloc_years::year, bloc_years::status)).first(c))?,
    };
    let places = rows.into_iter().map(|(_, _, unit, (from_on, to_on), (begins, ends))| {
        let to_on = match (to_on, ends) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        (unit, Span { from_on: from_on.max(begins), to_on })
    });
    Ok(Membership { year: number, status, places: places.collect() })
}

/// One place.
///
/// # Errors
/// Whatever the database says.
pub fn member(conn: &mut Conn, year: BlocYearId, id: BlocMemberId) -> Result<Option<MemberRow>> {
    Ok(on!(conn, |c| bloc_members::table.find(Sql(id)).filter(bloc_members::bloc_year_id.eq(Sql(year))).first(c).optional())?)
}

/// Checks a place against the others of its year, inside the transaction that will keep it.
fn check(tx: &mut Tx<'_>, row: &MemberRow) -> Result<()> {
    row.span().check()?;
    let others: Vec<Place<UnitId>> =
        members_of(tx.conn(), row.bloc_year_id)?.iter().filter(|other| other.id != row.id).map(MemberRow::place).collect();
    check_place(&row.place(), &others).map_err(|code| {
        let (unit, today) = (row.unit_id, tx.today());
        let name = crate::refs::units(tx.conn(), &[unit], today).map(|names| names.get(unit).name).unwrap_or_default();
        StoreError::from(Refusal::of(code).with("unit", name))
    })
}

/// Keeps a new place; without an ordinal it comes last.
///
/// # Errors
/// [`thidua_domain::refusal::Code::MemberTwice`], [`thidua_domain::refusal::Code::OfficeTaken`].
pub fn add_member(tx: &mut Tx<'_>, row: &MemberRow) -> Result<()> {
    check(tx, row)?;
    on!(tx.conn(), |c| diesel::insert_into(bloc_members::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Keeps a changed place.
///
/// # Errors
/// [`thidua_domain::refusal::Code::MemberTwice`], [`thidua_domain::refusal::Code::OfficeTaken`].
pub fn change_member(tx: &mut Tx<'_>, row: &MemberRow) -> Result<()> {
    check(tx, row)?;
    on!(tx.conn(), |c| Whole::of(bloc_members::table, bloc_members::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(StoreError::from)?;
    Ok(())
}

/// Takes a place away that was entered by mistake.
///
/// # Errors
/// Whatever the database says.
pub fn remove_member(tx: &mut Tx<'_>, id: BlocMemberId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(bloc_members::table.find(Sql(id))).execute(c)).map_err(StoreError::from)?;
    Ok(())
}
