//! Rankings as published, and what was decided between equals, as kept. The ranking itself is worked out from the sheets.

use diesel::prelude::*;
use thidua_domain::id::{BlocYearId, DocumentId, MeetingId, UnitId, UserId};
use thidua_domain::ranking::{PublicationStage, TieDecider};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::scoresheet::RankingStatus;
use thidua_domain::time::{Date, Instant};

use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::{ranking_publications, tie_decision_units, tie_decisions};
use crate::unit_of_work::Tx;

/// A ranking as it was published, without what it said: that is read where one is read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = ranking_publications, treat_none_as_default_value = false)]
pub struct PublicationRow {
    /// Of which bloc year.
    #[diesel(serialize_as = Sql<BlocYearId>)]
    pub bloc_year_id: BlocYearId,
    /// Which of that year, from 1 on.
    pub number: i32,
    /// How far it had come.
    #[diesel(serialize_as = Sql<PublicationStage>)]
    pub stage: PublicationStage,
    /// SHA-256 of what it said.
    pub sha256: Vec<u8>,
    /// Whether it could still change.
    #[diesel(serialize_as = Sql<RankingStatus>)]
    pub status: RankingStatus,
    /// Document by which it was published.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Remark.
    pub note: Option<String>,
    /// When, by business date.
    pub published_on: Date,
    /// When it was entered here.
    #[diesel(serialize_as = Sql<Instant>)]
    pub published_at: Instant,
    /// By whom.
    #[diesel(serialize_as = Sql<UserId>)]
    pub published_by: UserId,
    /// The last day for appeals.
    pub appeals_until: Option<Date>,
    /// Performed here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// Facts where it was recorded.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
    /// When it was withdrawn, by business date.
    pub withdrawn_on: Option<Date>,
    /// When that was entered here.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub withdrawn_at: Option<Instant>,
    /// By whom.
    #[diesel(serialize_as = SqlOpt<UserId>)]
    pub withdrawn_by: Option<UserId>,
    /// Why.
    pub withdrawn_because: Option<String>,
}

/// The latest publication that stands, without what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Published {
    /// Which of its year.
    pub number: i32,
    /// How far it has come.
    pub stage: PublicationStage,
    /// When.
    pub published_on: Date,
    /// The last day for appeals, the latest that an announcement which stands has named; none after a decision.
    pub appeals_until: Option<Date>,
}

/// All columns of a publication but what it said.
macro_rules! bare {
    () => {
        (
            ranking_publications::bloc_year_id,
            ranking_publications::number,
            ranking_publications::stage,
            ranking_publications::sha256,
            ranking_publications::status,
            ranking_publications::document_id,
            ranking_publications::note,
            ranking_publications::published_on,
            ranking_publications::published_at,
            ranking_publications::published_by,
            ranking_publications::appeals_until,
            ranking_publications::origin,
            ranking_publications::recorded,
            ranking_publications::withdrawn_on,
            ranking_publications::withdrawn_at,
            ranking_publications::withdrawn_by,
            ranking_publications::withdrawn_because,
        )
    };
}

/// Keeps a publication and what it says, as JSON, under the next number of its year; gives it back with that.
///
/// # Errors
/// Whatever the database says.
pub fn publish(tx: &mut Tx<'_>, row: PublicationRow, snapshot: &str) -> Result<PublicationRow> {
    let year = row.bloc_year_id;
    let last: Option<i32> = on!(tx.conn(), |c| ranking_publications::table
        .filter(ranking_publications::bloc_year_id.eq(Sql(year)))
        .select(diesel::dsl::max(ranking_publications::number))
        .first(c))?;
    let row = PublicationRow { number: last.unwrap_or_default() + 1, ..row };
    on!(tx.conn(), |c| diesel::insert_into(ranking_publications::table)
        .values((row.clone(), ranking_publications::snapshot.eq(snapshot)))
        .execute(c))?;
    Ok(row)
}

/// All publications of a year, the first first, without what they said.
///
/// # Errors
/// Whatever the database says.
pub fn publications(conn: &mut Conn, year: BlocYearId) -> Result<Vec<PublicationRow>> {
    Ok(on!(conn, |c| ranking_publications::table
        .filter(ranking_publications::bloc_year_id.eq(Sql(year)))
        .order(ranking_publications::number)
        .select(bare!())
        .load(c))?)
}

/// One of them, with what it said, as JSON.
///
/// # Errors
/// Whatever the database says.
pub fn publication(conn: &mut Conn, year: BlocYearId, number: i32) -> Result<Option<(PublicationRow, String)>> {
    Ok(on!(conn, |c| ranking_publications::table
        .find((Sql(year), number))
        .select((bare!(), ranking_publications::snapshot))
        .first(c)
        .optional())?)
}

/// Keeps that a publication was withdrawn.
///
/// # Errors
/// Whatever the database says.
pub fn withdraw(tx: &mut Tx<'_>, row: &PublicationRow) -> Result<()> {
    let (year, at, by) = (row.bloc_year_id, row.withdrawn_at, row.withdrawn_by);
    on!(tx.conn(), |c| diesel::update(ranking_publications::table.find((Sql(year), row.number)))
        .set((
            ranking_publications::withdrawn_on.eq(row.withdrawn_on),
            ranking_publications::withdrawn_at.eq(SqlOpt(at)),
            ranking_publications::withdrawn_by.eq(SqlOpt(by)),
            ranking_publications::withdrawn_because.eq(row.withdrawn_because.as_deref()),
        ))
        .execute(c))?;
    Ok(())
}

/// The latest publication of a year that was not withdrawn.
///
/// # Errors
/// Whatever the database says.
pub fn published(conn: &mut Conn, year: BlocYearId) -> Result<Option<Published>> {
    let standing: Vec<Published> = on!(conn, |c| ranking_publications::table
        .filter(ranking_publications::bloc_year_id.eq(Sql(year)))
        .filter(ranking_publications::withdrawn_at.is_null())
        .order(ranking_publications::number)
        .select((
            ranking_publications::number,
            ranking_publications::stage,
            ranking_publications::published_on,
            ranking_publications::appeals_until,
        ))
        .load(c))?;
    let announced = standing.iter().filter(|one| one.stage == PublicationStage::Announced);
    let until = announced.filter_map(|one| one.appeals_until).max();
    let last = standing.last().copied();
    Ok(last.map(|last| Published { appeals_until: until.filter(|_| last.stage == PublicationStage::Announced), ..last }))
}

/// Whether the council has decided the ranking of a year: nothing is published after that but what is withdrawn.
///
/// # Errors
/// Whatever the database says.
pub fn is_decided(conn: &mut Conn, year: BlocYearId) -> Result<bool> {
    Ok(published(conn, year)?.is_some_and(|published| published.stage == PublicationStage::Decided))
}

/// What ballot or council decided between equals.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = tie_decisions, treat_none_as_default_value = false)]
pub struct TieDecisionRow {
    /// Of which bloc year.
    #[diesel(serialize_as = Sql<BlocYearId>)]
    pub bloc_year_id: BlocYearId,
    /// Who decided.
    #[diesel(serialize_as = Sql<TieDecider>)]
    pub decided_by: TieDecider,
    /// When.
    pub decided_on: Date,
    /// Document that says so.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Meeting at which it was decided.
    #[diesel(serialize_as = SqlOpt<MeetingId>)]
    pub meeting_id: Option<MeetingId>,
    /// Remark.
    pub note: Option<String>,
    /// Entered.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

/// Votes for a unit, or its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = tie_decision_units)]
pub struct TieUnitRow {
    /// Of which bloc year.
    #[diesel(serialize_as = Sql<BlocYearId>)]
    pub bloc_year_id: BlocYearId,
    /// Who decided.
    #[diesel(serialize_as = Sql<TieDecider>)]
    pub decided_by: TieDecider,
    /// The unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Votes of a ballot, the place that a council gave.
    pub value: i32,
}

/// What was decided between equals in a year.
///
/// # Errors
/// Whatever the database says.
pub fn tie_decisions(conn: &mut Conn, year: BlocYearId) -> Result<Vec<TieDecisionRow>> {
    Ok(on!(conn, |c| tie_decisions::table.filter(tie_decisions::bloc_year_id.eq(Sql(year))).order(tie_decisions::decided_by).load(c))?)
}

/// What was decided about each unit, by who decided and by number.
///
/// # Errors
/// Whatever the database says.
pub fn tie_units(conn: &mut Conn, year: BlocYearId) -> Result<Vec<TieUnitRow>> {
    Ok(on!(conn, |c| tie_decision_units::table
        .filter(tie_decision_units::bloc_year_id.eq(Sql(year)))
        .order((tie_decision_units::decided_by, tie_decision_units::value, tie_decision_units::unit_id))
        .load(c))?)
}

/// Takes away what was decided by one of them.
///
/// # Errors
/// Whatever the database says.
pub fn undo_ties(tx: &mut Tx<'_>, year: BlocYearId, by: TieDecider) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(
        tie_decision_units::table.filter(tie_decision_units::bloc_year_id.eq(Sql(year))).filter(tie_decision_units::decided_by.eq(Sql(by)))
    )
    .execute(c))?;
    on!(tx.conn(), |c| diesel::delete(tie_decisions::table.find((Sql(year), Sql(by)))).execute(c))?;
    Ok(())
}

/// Keeps what was decided in the place of what one of them had decided before.
///
/// # Errors
/// Whatever the database says.
pub fn decide_ties(tx: &mut Tx<'_>, row: &TieDecisionRow, units: &[TieUnitRow]) -> Result<()> {
    undo_ties(tx, row.bloc_year_id, row.decided_by)?;
    on!(tx.conn(), |c| diesel::insert_into(tie_decisions::table).values(row.clone()).execute(c))?;
    let units = units.to_vec();
    on!(tx.conn(), |c| diesel::insert_into(tie_decision_units::table).values(units).execute(c))?;
    Ok(())
}
