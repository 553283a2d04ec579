//! Score sheets as kept; what each layer says of each item is in `entries`.

mod entries;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::bloc_year::BlocYearStatus;
use thidua_domain::id::{BlocYearId, Id, Scoresheet, ScoresheetId, UnitId};
use thidua_domain::points::Points;
use thidua_domain::ranking::{OnPaper, Standing};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::scoresheet::{Facts, SheetStatus};
use thidua_domain::time::{Date, Instant};
use thidua_domain::vocabulary::Word;

pub use entries::{EntryRow, EvidenceRow, carry_over, counted, counted_of_all, entries_of_all, evidence_of, put, set_aside, show};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{bloc_years, scoresheets};
use crate::unit_of_work::{Held, Resource, Tx};

/// A score sheet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = scoresheets, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct ScoresheetRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<ScoresheetId>)]
    pub id: ScoresheetId,
    /// Code.
    pub code: String,
    /// Of which bloc year.
    #[diesel(serialize_as = Sql<BlocYearId>)]
    pub bloc_year_id: BlocYearId,
    /// Of which unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Who cross-checks it.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub cross_checker_id: Option<UnitId>,
    /// Where it stands.
    #[diesel(serialize_as = Sql<SheetStatus>)]
    pub status: SheetStatus,
    /// What gates look at beside the scores.
    #[diesel(serialize_as = Sql<Facts>)]
    pub facts: Facts,
    /// What it comes to as the highest layer sees it.
    #[diesel(serialize_as = Sql<Points>)]
    pub total: Points,
    /// Whether every item has been claimed and every index published.
    pub complete: bool,
    /// Total from paper.
    #[diesel(serialize_as = SqlOpt<Points>)]
    pub recorded_total: Option<Points>,
    /// Rank from paper.
    pub recorded_rank: Option<i32>,
    /// Remark.
    pub note: Option<String>,
    /// Done here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// Facts of its latest step where that was recorded.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    pub fictional: bool,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
    /// What a ranking needs of it; `None` in a sheet from before that was kept, until it changes.
    #[diesel(serialize_as = SqlOpt<Standing>)]
    pub standing: Option<Standing>,
}

impl ScoresheetRow {
    /// What paper says of it, which counts where nothing was entered.
    #[must_use]
    pub fn on_paper(&self) -> Option<OnPaper> {
        self.recorded_total.map(OnPaper::Total).or(self.recorded_rank.map(|_| OnPaper::Rank))
    }

    /// Keeps what the sheet comes to.
    pub fn stand(&mut self, standing: Standing) {
        self.total = standing.total;
        self.complete = standing.complete;
        self.standing = Some(standing);
    }
}

impl Resource for ScoresheetRow {
    type Marker = Scoresheet;
    const KIND: Kind = Kind::Scoresheet;
    fn load(conn: &mut Conn, id: ScoresheetId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| scoresheets::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Scoresheet> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Keeps a new sheet.
///
/// # Errors
/// [`Code::SheetTwice`], [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &ScoresheetRow) -> Result<()> {
    let (year, unit) = (row.bloc_year_id, row.unit_id);
    let there: i64 = on!(tx.conn(), |c| scoresheets::table
        .filter(scoresheets::bloc_year_id.eq(Sql(year)))
        .filter(scoresheets::unit_id.eq(Sql(unit)))
        .count()
        .get_result(c))?;
    if there > 0 {
        let today = tx.today();
        let name = crate::refs::units(tx.conn(), &[unit], today)?.get(unit).code;
        return Err(Refusal::at("/unit", Code::SheetTwice).with("unit", name).into());
    }
    on!(tx.conn(), |c| diesel::insert_into(scoresheets::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// Keeps a changed sheet under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<ScoresheetRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(scoresheets::table, scoresheets::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// Several sheets: one query.
///
/// # Errors
/// Whatever the database says.
pub fn of_all(conn: &mut Conn, ids: &[ScoresheetId]) -> Result<Vec<ScoresheetRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(scoresheets::id, ids, |within| scoresheets::table.filter(within).load(c)))?)
}

/// All sheets of a bloc year.
///
/// # Errors
/// Whatever the database says.
pub fn of_year(conn: &mut Conn, year: BlocYearId) -> Result<Vec<ScoresheetRow>> {
    Ok(on!(conn, |c| scoresheets::table.filter(scoresheets::bloc_year_id.eq(Sql(year))).order(scoresheets::id).load(c))?)
}

/// The sheet of a unit in a bloc year.
///
/// # Errors
/// Whatever the database says.
pub fn of_unit(conn: &mut Conn, year: BlocYearId, unit: UnitId) -> Result<Option<ScoresheetRow>> {
    Ok(on!(conn, |c| scoresheets::table
        .filter(scoresheets::bloc_year_id.eq(Sql(year)))
        .filter(scoresheets::unit_id.eq(Sql(unit)))
        .first(c)
        .optional())?)
}

/// Sheets of a unit that are not settled, in bloc years of a year that go on: one for each bloc it is in.
///
/// # Errors
/// Whatever the database says.
pub fn open_of_unit(conn: &mut Conn, unit: UnitId, year: i32) -> Result<Vec<ScoresheetRow>> {
    let on: Vec<Sql<BlocYearStatus>> = BlocYearStatus::ALL.iter().copied().filter(|status| status.goes_on()).map(Sql).collect();
    Ok(on!(conn, |c| scoresheets::table
        .inner_join(bloc_years::table)
        .filter(scoresheets::unit_id.eq(Sql(unit)))
        .filter(scoresheets::status.ne(Sql(SheetStatus::Settled)))
        .filter(bloc_years::year.eq(year))
        .filter(bloc_years::status.eq_any(on))
        .order(scoresheets::id)
        .select(scoresheets::all_columns)
        .load(c))?)
}

/// What sheets are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this bloc year.
    pub bloc_year: Option<BlocYearId>,
    /// Only of this unit.
    pub unit: Option<UnitId>,
    /// Only those that this unit cross-checks.
    pub cross_checker: Option<UnitId>,
    /// Only in this state.
    pub status: Option<SheetStatus>,
    /// Only complete ones, or only others.
    pub complete: Option<bool>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of sheets by code.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<ScoresheetRow>> {
    let scope = Scoped::of(who, Kind::Scoresheet, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = scoresheets::table.filter(scope.clone()).into_boxed();
            if let Some(year) = filter.bloc_year {
                query = query.filter(scoresheets::bloc_year_id.eq(Sql(year)));
            }
            if let Some(unit) = filter.unit {
                query = query.filter(scoresheets::unit_id.eq(Sql(unit)));
            }
            if let Some(unit) = filter.cross_checker {
                query = query.filter(scoresheets::cross_checker_id.eq(Sql(unit)));
            }
            if let Some(status) = filter.status {
                query = query.filter(scoresheets::status.eq(Sql(status)));
            }
            if let Some(complete) = filter.complete {
                query = query.filter(scoresheets::complete.eq(complete));
            }
            if let Some(code) = &filter.code {
                query = query.filter(scoresheets::code.eq(code.clone()));
            }
            called!(query, filter.external, Kind::Scoresheet, scoresheets::id);
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(scoresheets::code), scoresheets::id);
        (query.load::<ScoresheetRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
