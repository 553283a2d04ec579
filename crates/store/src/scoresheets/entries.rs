//! What each layer says of each item of a sheet, and the files that show it.

use std::collections::HashMap;

use diesel::prelude::*;
use thidua_domain::id::{FileId, ScoresheetId, UserId};
use thidua_domain::points::Points;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::scoresheet::{Claim, Entry, Layer};
use thidua_domain::time::Instant;

use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::{score_entries, score_evidence};
use crate::unit_of_work::Tx;

/// What a layer says of an item.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = score_entries, treat_none_as_default_value = false)]
pub struct EntryRow {
    /// On which sheet.
    #[diesel(serialize_as = Sql<ScoresheetId>)]
    pub scoresheet_id: ScoresheetId,
    /// Of which item, bonus or penalty.
    pub item: String,
    /// Which layer.
    #[diesel(serialize_as = Sql<Layer>)]
    pub layer: Layer,
    /// What was measured or done.
    #[diesel(serialize_as = SqlOpt<Claim>)]
    pub claim: Option<Claim>,
    /// Points given by a person.
    #[diesel(serialize_as = SqlOpt<Points>)]
    pub points: Option<Points>,
    /// Whether the item does not apply.
    pub not_applicable: bool,
    /// Why.
    pub reason: Option<String>,
    /// Whether it counts: what was said above the unit before a sheet went back to it does no longer.
    pub stands: bool,
    /// What it comes to.
    #[diesel(serialize_as = Sql<Points>)]
    pub comes_to: Points,
    /// Who entered it.
    #[diesel(serialize_as = Sql<UserId>)]
    pub entered_by: UserId,
    /// Said here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// Facts where it was recorded.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
    /// The version of the sheet with which it came.
    pub version: i64,
    /// When.
    #[diesel(serialize_as = Sql<Instant>)]
    pub entered_at: Instant,
}

impl EntryRow {
    /// As the rules look at it.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry {
            item: self.item.clone(),
            layer: self.layer,
            claim: self.claim.clone(),
            points: self.points,
            not_applicable: self.not_applicable,
            reason: self.reason.clone(),
        }
    }
}

/// A file that shows what an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = score_evidence)]
pub struct EvidenceRow {
    /// On which sheet.
    #[diesel(serialize_as = Sql<ScoresheetId>)]
    pub scoresheet_id: ScoresheetId,
    /// Of which item.
    pub item: String,
    /// Which layer.
    #[diesel(serialize_as = Sql<Layer>)]
    pub layer: Layer,
    /// The file.
    #[diesel(serialize_as = Sql<FileId>)]
    pub file_id: FileId,
}

/// All entries of several sheets.
///
/// # Errors
/// Whatever the database says.
pub fn entries_of_all(conn: &mut Conn, sheets: &[ScoresheetId]) -> Result<Vec<EntryRow>> {
    if sheets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(score_entries::scoresheet_id, sheets, |within| score_entries::table
        .filter(within)
        .order((score_entries::scoresheet_id, score_entries::item, score_entries::layer))
        .load(c)))?)
}

/// What counts of entries: what was set aside does not.
#[must_use]
pub fn counted(rows: &[EntryRow]) -> Vec<Entry> {
    rows.iter().filter(|row| row.stands).map(EntryRow::entry).collect()
}

/// What counts of several sheets, by sheet; one of which nothing does is not among them.
///
/// # Errors
/// Whatever the database says.
pub fn counted_of_all(conn: &mut Conn, sheets: &[ScoresheetId]) -> Result<HashMap<ScoresheetId, Vec<Entry>>> {
    let mut by_sheet: HashMap<ScoresheetId, Vec<Entry>> = HashMap::new();
    for row in entries_of_all(conn, sheets)?.iter().filter(|row| row.stands) {
        by_sheet.entry(row.scoresheet_id).or_default().push(row.entry());
    }
    Ok(by_sheet)
}

/// All evidence of a sheet.
///
/// # Errors
/// Whatever the database says.
pub fn evidence_of(conn: &mut Conn, sheet: ScoresheetId) -> Result<Vec<EvidenceRow>> {
    Ok(on!(conn, |c| score_evidence::table
        .filter(score_evidence::scoresheet_id.eq(Sql(sheet)))
        .order((score_evidence::item, score_evidence::layer, score_evidence::file_id))
        .load(c))?)
}

/// Keeps entries in the place of those of the same items and layer.
///
/// # Errors
/// Whatever the database says.
pub fn put(tx: &mut Tx<'_>, sheet: ScoresheetId, layer: Layer, rows: Vec<EntryRow>) -> Result<()> {
    let items: Vec<String> = rows.iter().map(|row| row.item.clone()).collect();
    on!(tx.conn(), |c| diesel::delete(
        score_entries::table
            .filter(score_entries::scoresheet_id.eq(Sql(sheet)))
            .filter(score_entries::layer.eq(Sql(layer)))
            .filter(score_entries::item.eq_any(items))
    )
    .execute(c))?;
    on!(tx.conn(), |c| diesel::insert_into(score_entries::table).values(rows).execute(c))?;
    Ok(())
}

/// Keeps the evidence of an entry in the place of what it was before.
///
/// # Errors
/// Whatever the database says.
pub fn show(tx: &mut Tx<'_>, sheet: ScoresheetId, item: &str, layer: Layer, files: &[FileId]) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(
        score_evidence::table
            .filter(score_evidence::scoresheet_id.eq(Sql(sheet)))
            .filter(score_evidence::item.eq(item))
            .filter(score_evidence::layer.eq(Sql(layer)))
    )
    .execute(c))?;
    let rows: Vec<EvidenceRow> =
        files.iter().map(|file| EvidenceRow { scoresheet_id: sheet, item: item.to_owned(), layer, file_id: *file }).collect();
    if !rows.is_empty() {
        on!(tx.conn(), |c| diesel::insert_into(score_evidence::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// What the layers above the unit have said counts no longer: the sheet goes back to the unit.
///
/// # Errors
/// Whatever the database says.
pub fn set_aside(tx: &mut Tx<'_>, sheet: ScoresheetId) -> Result<()> {
    on!(tx.conn(), |c| diesel::update(
        score_entries::table.filter(score_entries::scoresheet_id.eq(Sql(sheet))).filter(score_entries::layer.ne(Sql(Layer::Own)))
    )
    .set(score_entries::stands.eq(false))
    .execute(c))?;
    Ok(())
}

/// Gives entries of sheets the codes that an amended set has for their items; what is dropped there is dropped here. All of
/// them at once, so that two items can change places.
///
/// # Errors
/// Whatever the database says.
pub fn carry_over(tx: &mut Tx<'_>, sheets: &[ScoresheetId], changes: &[(String, Option<String>)]) -> Result<()> {
    let between = |item: &str| format!("~{item}");
    for sheet in sheets.iter().copied() {
        for (from, to) in changes {
            rename(tx, sheet, from, to.as_deref().map(between).as_deref())?;
        }
        for to in changes.iter().filter_map(|(_, to)| to.as_deref()) {
            rename(tx, sheet, &between(to), Some(to))?;
        }
    }
    Ok(())
}

fn rename(tx: &mut Tx<'_>, sheet: ScoresheetId, from: &str, to: Option<&str>) -> Result<()> {
    let entries =
        || score_entries::table.filter(score_entries::scoresheet_id.eq(Sql(sheet))).filter(score_entries::item.eq(from.to_owned()));
    let shown =
        || score_evidence::table.filter(score_evidence::scoresheet_id.eq(Sql(sheet))).filter(score_evidence::item.eq(from.to_owned()));
    match to {
        Some(to) => {
            on!(tx.conn(), |c| diesel::update(entries()).set(score_entries::item.eq(to)).execute(c))?;
            on!(tx.conn(), |c| diesel::update(shown()).set(score_evidence::item.eq(to)).execute(c))?;
        }
        None => {
            let files: Vec<FileId> = on!(tx.conn(), |c| shown().select(score_evidence::file_id).load(c))?;
            let dropped: Vec<EntryRow> = on!(tx.conn(), |c| entries().load(c))?;
            for row in dropped {
                crate::files::follow(tx, row.recorded.as_ref(), None)?;
            }
            on!(tx.conn(), |c| diesel::delete(shown()).execute(c))?;
            on!(tx.conn(), |c| diesel::delete(entries()).execute(c))?;
            files.into_iter().try_for_each(|file| crate::files::let_go(tx, file))?;
        }
    }
    Ok(())
}
