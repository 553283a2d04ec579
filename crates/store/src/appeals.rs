//! Appeals as kept, with the files that they rest on.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::appeal::{AppealOutcome, AppealStatus};
use thidua_domain::id::{Appeal, AppealId, BlocYearId, DocumentId, FileId, Id, ScoresheetId, UnitId};
use thidua_domain::points::Points;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{appeal_evidence, appeals, scoresheets};
use crate::unit_of_work::{Held, Resource, Tx};

/// An appeal.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = appeals, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct AppealRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<AppealId>)]
    pub id: AppealId,
    /// Code.
    pub code: String,
    /// Against which sheet.
    #[diesel(serialize_as = Sql<ScoresheetId>)]
    pub scoresheet_id: ScoresheetId,
    /// Which unit appeals.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub by_unit_id: UnitId,
    /// About which item, bonus or penalty; `None` about the sheet as a whole.
    pub item: Option<String>,
    /// Why.
    pub grounds: String,
    /// Search key.
    pub folded: String,
    /// Points asked for.
    #[diesel(serialize_as = SqlOpt<Points>)]
    pub asked_points: Option<Points>,
    /// Points of the item, or of the sheet, when it was filed.
    #[diesel(serialize_as = Sql<Points>)]
    pub points_filed: Points,
    /// The same when it was answered.
    #[diesel(serialize_as = SqlOpt<Points>)]
    pub points_answered: Option<Points>,
    /// When it was filed, by business date.
    pub filed_on: Date,
    /// What it came to.
    #[diesel(serialize_as = SqlOpt<AppealOutcome>)]
    pub outcome: Option<AppealOutcome>,
    /// What was answered.
    pub answer: Option<String>,
    /// When, by business date.
    pub answered_on: Option<Date>,
    /// Document of the answer.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Where it stands.
    #[diesel(serialize_as = Sql<AppealStatus>)]
    pub status: AppealStatus,
    /// Performed here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// Facts of its filing where that was recorded, and otherwise of the act that ended it.
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
}

impl AppealRow {
    /// Gives the appeal its grounds.
    pub fn ground(&mut self, grounds: &str) {
        grounds.clone_into(&mut self.grounds);
        self.folded = text::fold(&format!("{} {grounds}", self.code));
    }
}

impl Resource for AppealRow {
    type Marker = Appeal;
    const KIND: Kind = Kind::Appeal;
    fn load(conn: &mut Conn, id: AppealId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| appeals::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Appeal> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Keeps a new appeal.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &AppealRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(appeals::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// Keeps a changed appeal under its next version.
///
/// # Errors
/// Whatever the database says.
pub fn save(tx: &mut Tx<'_>, held: &mut Held<AppealRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(appeals::table, appeals::id.eq(Sql(row.id)), row).execute(c))?;
    Ok(())
}

/// How many appeals about a sheet wait for an answer.
///
/// # Errors
/// Whatever the database says.
pub fn open_of(conn: &mut Conn, sheet: ScoresheetId) -> Result<usize> {
    let count: i64 = on!(conn, |c| appeals::table
        .filter(appeals::scoresheet_id.eq(Sql(sheet)))
        .filter(appeals::status.eq(Sql(AppealStatus::Filed)))
        .count()
        .get_result(c))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Codes of the appeals of a bloc year that wait for an answer, the earliest first, each with its sheet.
///
/// # Errors
/// Whatever the database says.
pub fn open_in(conn: &mut Conn, year: BlocYearId) -> Result<Vec<(ScoresheetId, String)>> {
    Ok(on!(conn, |c| appeals::table
        .inner_join(scoresheets::table)
        .filter(scoresheets::bloc_year_id.eq(Sql(year)))
        .filter(appeals::status.eq(Sql(AppealStatus::Filed)))
        .order((appeals::filed_on, appeals::id))
        .select((appeals::scoresheet_id, appeals::code))
        .load(c))?)
}

/// Appeals about sheets that wait for an answer, the earliest first.
///
/// # Errors
/// Whatever the database says.
pub fn waiting_about(conn: &mut Conn, sheets: &[ScoresheetId]) -> Result<Vec<AppealRow>> {
    if sheets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(appeals::scoresheet_id, sheets, |within| appeals::table
        .filter(within)
        .filter(appeals::status.eq(Sql(AppealStatus::Filed)))
        .order((appeals::filed_on, appeals::id))
        .load(c)))?)
}

/// Files that several appeals rest on, each with its appeal.
///
/// # Errors
/// Whatever the database says.
pub fn evidence_of_all(conn: &mut Conn, ids: &[AppealId]) -> Result<Vec<(AppealId, FileId)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(appeal_evidence::appeal_id, ids, |within| appeal_evidence::table
        .filter(within)
        .order((appeal_evidence::appeal_id, appeal_evidence::file_id))
        .select((appeal_evidence::appeal_id, appeal_evidence::file_id))
        .load(c)))?)
}

/// Keeps the evidence of an appeal in the place of what it was before.
///
/// # Errors
/// Whatever the database says.
pub fn show(tx: &mut Tx<'_>, id: AppealId, files: &[FileId]) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(appeal_evidence::table.filter(appeal_evidence::appeal_id.eq(Sql(id)))).execute(c))?;
    for file in files.iter().copied() {
        on!(tx.conn(), |c| diesel::insert_into(appeal_evidence::table)
            .values((appeal_evidence::appeal_id.eq(Sql(id)), appeal_evidence::file_id.eq(Sql(file))))
            .execute(c))?;
    }
    Ok(())
}

/// What appeals are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this bloc year.
    pub bloc_year: Option<BlocYearId>,
    /// Only against this sheet.
    pub scoresheet: Option<ScoresheetId>,
    /// Only against the sheets of this unit.
    pub unit: Option<UnitId>,
    /// Only of this unit that appeals.
    pub by: Option<UnitId>,
    /// Only in this state.
    pub status: Option<AppealStatus>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of appeals by the day on which they were filed.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<AppealRow>> {
    let scope = Scoped::of(who, Kind::Appeal, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = appeals::table.filter(scope.clone()).into_boxed();
            if let Some(year) = filter.bloc_year {
                let of = scoresheets::table.filter(scoresheets::bloc_year_id.eq(Sql(year))).select(scoresheets::id);
                query = query.filter(appeals::scoresheet_id.eq_any(of));
            }
            if let Some(sheet) = filter.scoresheet {
                query = query.filter(appeals::scoresheet_id.eq(Sql(sheet)));
            }
            if let Some(unit) = filter.unit {
                let of = scoresheets::table.filter(scoresheets::unit_id.eq(Sql(unit))).select(scoresheets::id);
                query = query.filter(appeals::scoresheet_id.eq_any(of));
            }
            if let Some(unit) = filter.by {
                query = query.filter(appeals::by_unit_id.eq(Sql(unit)));
            }
            if let Some(status) = filter.status {
                query = query.filter(appeals::status.eq(Sql(status)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(appeals::code.eq(code.clone()));
            }
            called!(query, filter.external, Kind::Appeal, appeals::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(appeals::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Day(appeals::filed_on), appeals::id);
        (query.load::<AppealRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
