//! Dated parts of a unit: names, codes, relations, officers.

use diesel::prelude::*;
use thidua_domain::dated::Span;
use thidua_domain::id::{DocumentId, PersonId, UnitId, UnitPartId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::{Date, Instant};
use thidua_domain::unit::{CodeSystem, UnitRelationKind};

use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::people::merged_among;
use crate::schema::{unit_codes, unit_names, unit_officers, unit_relations};
use crate::unit_of_work::Tx;
use crate::users::offices_changed;

/// A name in its time.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = unit_names, treat_none_as_default_value = false)]
pub struct NameRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<UnitPartId>)]
    pub id: UnitPartId,
    /// Whose.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Official name.
    pub name: String,
    /// Short name.
    pub short_name: Option<String>,
    /// English name.
    pub name_en: Option<String>,
    /// Search key.
    pub folded: String,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
    /// Another spelling beside the official name.
    pub alias: bool,
    /// Deciding document.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

/// A code in its time.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = unit_codes, treat_none_as_default_value = false)]
pub struct CodeRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<UnitPartId>)]
    pub id: UnitPartId,
    /// Whose.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// In which system.
    #[diesel(serialize_as = Sql<CodeSystem>)]
    pub system: CodeSystem,
    /// As written.
    pub code: String,
    /// In its one normal form.
    pub normal_code: String,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
    /// Whether a public source confirms it.
    pub verified: bool,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

/// A relation in its time.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = unit_relations, treat_none_as_default_value = false)]
pub struct RelationRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<UnitPartId>)]
    pub id: UnitPartId,
    /// The lower unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// In what sense.
    #[diesel(serialize_as = Sql<UnitRelationKind>)]
    pub kind: UnitRelationKind,
    /// The upper unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub upper_id: UnitId,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
    /// Deciding document.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

/// An emulation officer in their time.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = unit_officers, treat_none_as_default_value = false)]
pub struct OfficerRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<UnitPartId>)]
    pub id: UnitPartId,
    /// Of which unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Who.
    #[diesel(serialize_as = Sql<PersonId>)]
    pub person_id: PersonId,
    /// Duty.
    pub duty: Option<String>,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

macro_rules! listed {
    ($( $(#[$meta:meta])* $name:ident: $table:ident -> $row:ty; )+) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        /// Whatever the database says.
        pub fn $name(conn: &mut Conn, unit: UnitId) -> Result<Vec<$row>> {
            let mut rows: Vec<$row> =
                on!(conn, |c| $table::table.filter($table::unit_id.eq(Sql(unit))).order($table::id.asc()).load(c))?;
            // Here, because the two databases put an open beginning at different ends.
            rows.sort_by_key(|row| row.from_on);
            Ok(rows)
        }
    )+};
}

listed! {
    /// All names of a unit, oldest first.
    names_of: unit_names -> NameRow;
    /// All codes of a unit.
    codes_of: unit_codes -> CodeRow;
    /// All relations of a unit to others above it.
    relations_of: unit_relations -> RelationRow;
    /// All offices in a unit, those of records that were merged into others too.
    offices_kept: unit_officers -> OfficerRow;
}

/// All emulation officers of a unit.
///
/// # Errors
/// Whatever the database says.
pub fn officers_of(conn: &mut Conn, unit: UnitId) -> Result<Vec<OfficerRow>> {
    let mut rows = offices_kept(conn, unit)?;
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let merged = merged_among(conn, &people)?;
    rows.retain(|row| !merged.contains(&row.person_id));
    Ok(rows)
}

/// The units above several units on a day, by kind of relation: one query.
///
/// # Errors
/// Whatever the database says.
pub fn uppers_on(conn: &mut Conn, units: &[UnitId], on: Date) -> Result<Vec<RelationRow>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(unit_relations::unit_id, units, |within| unit_relations::table
        .filter(within)
        .filter(unit_relations::from_on.is_null().or(unit_relations::from_on.le(on)))
        .filter(unit_relations::to_on.is_null().or(unit_relations::to_on.ge(on)))
        .load(c)))?)
}

pub(super) fn insert_name(tx: &mut Tx<'_>, row: &NameRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(unit_names::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

fn refuse_overlap(new: Span, old: impl IntoIterator<Item = Span>) -> Result<()> {
    let shown = |day: Option<Date>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
    match old.into_iter().find(|span| span.overlaps(new)) {
        Some(_) => Err(Refusal::of(Code::PeriodsOverlap).with("from", shown(new.from_on)).with("to", shown(new.to_on)).into()),
        None => Ok(()),
    }
}

/// Keeps another name. An official name that begins ends the open one before it.
///
/// # Errors
/// [`Code::PeriodsOverlap`].
pub fn add_name(tx: &mut Tx<'_>, row: &NameRow) -> Result<()> {
    if !row.alias {
        let day_before = row.from_on.and_then(|from| from.pred_opt());
        let unit = row.unit_id;
        if let Some(day_before) = day_before {
            on!(tx.conn(), |c| diesel::update(
                unit_names::table
                    .filter(unit_names::unit_id.eq(Sql(unit)))
                    .filter(unit_names::alias.eq(false))
                    .filter(unit_names::to_on.is_null())
                    .filter(unit_names::from_on.is_null().or(unit_names::from_on.le(day_before)))
            )
            .set(unit_names::to_on.eq(Some(day_before)))
            .execute(c))
            .map_err(StoreError::from)?;
        }
        let others = names_of(tx.conn(), unit)?;
        let spans = others.iter().filter(|name| !name.alias).map(|name| Span { from_on: name.from_on, to_on: name.to_on });
        refuse_overlap(Span { from_on: row.from_on, to_on: row.to_on }, spans)?;
    }
    insert_name(tx, row)
}

/// Keeps another code.
///
/// # Errors
/// Whatever the database says.
pub fn add_code(tx: &mut Tx<'_>, row: &CodeRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(unit_codes::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Keeps another relation. A unit has one upper unit of each kind at a time.
///
/// # Errors
/// [`Code::PeriodsOverlap`].
pub fn add_relation(tx: &mut Tx<'_>, row: &RelationRow) -> Result<()> {
    let others = relations_of(tx.conn(), row.unit_id)?;
    let spans = others.iter().filter(|other| other.kind == row.kind).map(|other| Span { from_on: other.from_on, to_on: other.to_on });
    refuse_overlap(Span { from_on: row.from_on, to_on: row.to_on }, spans)?;
    on!(tx.conn(), |c| diesel::insert_into(unit_relations::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Keeps another emulation officer, whose accounts work for the unit from then on.
///
/// # Errors
/// Whatever the database says.
pub fn add_officer(tx: &mut Tx<'_>, row: &OfficerRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(unit_officers::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    offices_changed(tx, row.person_id)
}
