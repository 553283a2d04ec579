//! What followed a unit, step by step and all the way.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use thidua_domain::id::{DocumentId, SuccessionId, UnitId};
use thidua_domain::time::{Date, Instant};
use thidua_domain::unit::{SuccessionKind, SuccessionStep};

use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::prepared::Whole;
use crate::schema::successions;
use crate::unit_of_work::Tx;

/// How one unit came to follow another.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = successions, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct SuccessionRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<SuccessionId>)]
    pub id: SuccessionId,
    /// The former unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub from_id: UnitId,
    /// The one that follows; `None` for a dissolution.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub to_id: Option<UnitId>,
    /// How.
    #[diesel(serialize_as = Sql<SuccessionKind>)]
    pub kind: SuccessionKind,
    /// First day of the new order.
    pub effective_on: Date,
    /// Deciding document, where it is kept.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Deciding document, in words.
    pub document_text: Option<String>,
    /// Whether the successor inherits the emulation record; `None` where nobody has decided.
    pub inherits_emulation: Option<bool>,
    /// Whether a public source confirms it.
    pub verified: bool,
    /// Remark.
    pub note: Option<String>,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

impl SuccessionRow {
    /// What the rules look at.
    #[must_use]
    pub const fn step(&self) -> SuccessionStep<UnitId> {
        SuccessionStep { kind: self.kind, to: self.to_id, on: self.effective_on }
    }
}

/// Keeps a succession.
///
/// # Errors
/// Whatever the database says.
pub fn add_succession(tx: &mut Tx<'_>, row: &SuccessionRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(successions::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// One succession of a former unit.
///
/// # Errors
/// Whatever the database says.
pub fn succession(conn: &mut Conn, from: UnitId, id: SuccessionId) -> Result<Option<SuccessionRow>> {
    Ok(on!(conn, |c| successions::table.find(Sql(id)).filter(successions::from_id.eq(Sql(from))).first(c).optional())?)
}

/// Keeps a changed succession under its next version.
///
/// # Errors
/// Whatever the database says.
pub fn save_succession(tx: &mut Tx<'_>, row: &mut SuccessionRow) -> Result<()> {
    row.version += 1;
    on!(tx.conn(), |c| Whole::of(successions::table, successions::id.eq(Sql(row.id)), row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Takes a succession away that was entered by mistake.
///
/// # Errors
/// Whatever the database says.
pub fn remove_succession(tx: &mut Tx<'_>, id: SuccessionId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(successions::table.find(Sql(id))).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// What followed a unit directly.
///
/// # Errors
/// Whatever the database says.
pub fn successions_of(conn: &mut Conn, unit: UnitId) -> Result<Vec<SuccessionRow>> {
    followers(conn, &[unit])
}

/// What a unit directly followed.
///
/// # Errors
/// Whatever the database says.
pub fn predecessors_of(conn: &mut Conn, unit: UnitId) -> Result<Vec<SuccessionRow>> {
    Ok(on!(conn, |c| successions::table
        .filter(successions::to_id.eq(Sql(unit)))
        .order((successions::effective_on.asc(), successions::id.asc()))
        .load(c))?)
}

/// What followed several units directly: one query.
///
/// # Errors
/// Whatever the database says.
pub fn followers(conn: &mut Conn, units: &[UnitId]) -> Result<Vec<SuccessionRow>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(successions::from_id, units, |within| successions::table
        .filter(within)
        .order((successions::effective_on.asc(), successions::id.asc()))
        .load(c)))?)
}

/// For each unit, the steps by which it became what it is on a day. One query per generation,
/// whatever the number of units; a chain has few generations.
///
/// # Errors
/// Whatever the database says.
pub fn lineage(conn: &mut Conn, units: &[UnitId], on: Date) -> Result<HashMap<UnitId, Vec<SuccessionRow>>> {
    let mut by_from: HashMap<UnitId, Vec<SuccessionRow>> = HashMap::new();
    let mut asked: HashSet<UnitId> = units.iter().copied().collect();
    let mut level: Vec<UnitId> = asked.iter().copied().collect();
    while !level.is_empty() {
        let rows: Vec<SuccessionRow> = followers(conn, &level)?.into_iter().filter(|row| row.effective_on <= on).collect();
        level = rows.iter().filter_map(|row| row.to_id).filter(|to| asked.insert(*to)).collect();
        for row in rows {
            by_from.entry(row.from_id).or_default().push(row);
        }
    }
    Ok(units.iter().map(|unit| (*unit, walk(*unit, &by_from))).collect())
}

fn walk(unit: UnitId, by_from: &HashMap<UnitId, Vec<SuccessionRow>>) -> Vec<SuccessionRow> {
    let mut steps = Vec::new();
    let mut seen = HashSet::from([unit]);
    let mut level = vec![unit];
    while let Some(here) = level.pop() {
        for row in by_from.get(&here).into_iter().flatten() {
            steps.push(row.clone());
            if let Some(to) = row.to_id.filter(|to| seen.insert(*to)) {
                level.push(to);
            }
        }
    }
    steps.sort_by_key(|row| (row.effective_on, row.id));
    steps
}
