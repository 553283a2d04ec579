//! Results of indices on their way into sheets: looked up when a claim is entered, carried in when a result is published or
//! corrected. Which claims follow is for the domain.

use std::collections::HashMap;

use serde_json::{Map, Value};
use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::event::Event;
use thidua_domain::refusal::{Code, Refusal, Refusals, word_named};
use thidua_domain::scoresheet::{Claim, Entry, Layer, Published, index_of, weigh};
use thidua_domain::vocabulary::Word;
use thidua_store::conn::Conn;
use thidua_store::index_results::{self, IndexResultRow};
use thidua_store::indices::IndexRow;
use thidua_store::scoresheets::{self as store, EntryRow, ScoresheetRow};
use thidua_store::{Held, Resource, StoreError, Tx, rankings};

use super::entries::EntryLine;
use super::whole::{self, Whole};
use crate::parts;

/// Lines as they are kept: what rests on an index is read off its result, the one that is named or the one that is there.
pub(super) fn read_off(
    conn: &mut Conn,
    sheet: &ScoresheetRow,
    whole: &Whole,
    lines: &[EntryLine],
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<EntryLine>, StoreError> {
    let asks = |line: &EntryLine| line.claim.as_ref().is_some_and(|claim| claim.waits() || claim.cites().is_some());
    if !lines.iter().any(asks) {
        return Ok(lines.to_vec());
    }
    let results = index_results::of_units(conn, whole.year.year, &[sheet.unit_id])?;
    let mut refusals = Refusals::default();
    let mut read = lines.to_vec();
    for (n, line) in read.iter_mut().enumerate().filter(|(_, line)| asks(line)) {
        let (Some(claim), Some((index, reading))) = (&line.claim, index_of(&whole.set, &line.item)) else { continue };
        let result = results.iter().find(|(code, _)| code == index).map(|(_, row)| row.published());
        match (claim.cites(), result) {
            (Some(cited), found) if found.is_none_or(|found| found.result != cited) => {
                let refusal = Refusal::at(format!("{}/claim/result", pointer(n)), Code::UnknownReference);
                refusals.push(refusal.with("what", word_named(Kind::IndexResult)).with("value", cited));
            }
            (cited, Some(found)) => {
                let follows = if cited.is_some() { Some(found.claim(reading)) } else { claim.follow(reading, found.result, Some(&found)) };
                line.claim = follows.or_else(|| line.claim.clone());
            }
            (_, None) => {}
        }
    }
    refusals.done()?;
    Ok(read)
}

/// Carries a result into the sheets that wait for it or rest on it, and out of those of what it was before; nothing when
/// it is taken away.
pub(crate) fn carry_in(tx: &mut Tx<'_>, before: Option<&IndexResultRow>, now: Option<&IndexResultRow>) -> Result<(), StoreError> {
    let about = |row: &IndexResultRow| (row.index_id, row.unit_id, row.edition);
    if let Some(before) = before.filter(|before| now.map(about) != Some(about(before))) {
        follow(tx, before, None)?;
    }
    now.map_or(Ok(()), |now| follow(tx, now, Some(&now.published())))
}

fn follow(tx: &mut Tx<'_>, row: &IndexResultRow, published: Option<&Published>) -> Result<(), StoreError> {
    let sheets = store::open_of_unit(tx.conn(), row.unit_id, row.edition)?;
    if sheets.is_empty() {
        return Ok(());
    }
    let index = IndexRow::load(tx.conn(), row.index_id)?.ok_or(StoreError::NotFound)?.code;
    sheets.into_iter().try_for_each(|sheet| one(tx, sheet, &index, row, published))
}

fn one(tx: &mut Tx<'_>, sheet: ScoresheetRow, index: &str, row: &IndexResultRow, published: Option<&Published>) -> Result<(), StoreError> {
    if rankings::is_decided(tx.conn(), sheet.bloc_year_id)? {
        return Ok(());
    }
    let whole = whole::whole(tx.conn(), &sheet)?;
    let mut below: HashMap<&str, Claim> = HashMap::new();
    let mut changed: Vec<EntryRow> = Vec::new();
    let mut lines: Vec<&EntryRow> = whole.rows.iter().filter(|line| line.stands).collect();
    lines.sort_by_key(|line| line.layer);
    for line in lines {
        let Some((_, reading)) = index_of(&whole.set, &line.item).filter(|(rests_on, _)| *rests_on == index) else { continue };
        let mut after = line.clone();
        if let Some(claim) = line.claim.as_ref().and_then(|claim| claim.follow(reading, row.id, published)) {
            after.claim = Some(claim);
        }
        // Points that a person gave stay, whatever the rule would give now.
        if after.points.is_none() && !after.not_applicable {
            // A result that the table has no band for is left to people.
            let below = below.get(line.item.as_str());
            let weighed = weigh(&whole.set, &after.entry(), &sheet.facts, below).or_else(|_| {
                after.claim = line.claim.as_ref().and_then(|claim| claim.follow(reading, row.id, None)).or(line.claim.clone());
                weigh(&whole.set, &after.entry(), &sheet.facts, below)
            });
            let Ok(weighed) = weighed else { continue };
            after.comes_to = weighed.points;
        }
        if let Some(claim) = &after.claim {
            below.insert(&line.item, claim.clone());
        }
        if after.claim != line.claim || after.comes_to != line.comes_to {
            after.version = sheet.version + 1;
            changed.push(after);
        }
    }
    if changed.is_empty() { Ok(()) } else { keep(tx, sheet, &whole, changed) }
}

/// Keeps entries that have followed, and works the sheet out anew.
fn keep(tx: &mut Tx<'_>, sheet: ScoresheetRow, whole: &Whole, changed: Vec<EntryRow>) -> Result<(), StoreError> {
    let is_same = |a: &EntryRow, b: &EntryRow| a.item == b.item && a.layer == b.layer;
    let was: Vec<EntryRow> = whole.rows.iter().filter(|old| changed.iter().any(|row| is_same(old, row))).cloned().collect();
    let (before, after) = (told(&was), told(&changed));
    let entry = |row: &EntryRow| changed.iter().find(|new| is_same(new, row)).unwrap_or(row).entry();
    let entries: Vec<Entry> = whole.rows.iter().filter(|row| row.stands).map(entry).collect();
    let standing = whole::standing(&whole.set, &sheet, &entries)?;
    let mut held = Held { value: sheet, ties: Ties::default() };
    for layer in Layer::ALL.iter().copied() {
        let rows: Vec<EntryRow> = changed.iter().filter(|row| row.layer == layer).cloned().collect();
        if !rows.is_empty() {
            store::put(tx, held.value.id, layer, rows)?;
        }
    }
    held.value.stand(standing);
    store::save(tx, &mut held)?;
    let event = Event::new(Kind::Scoresheet, held.value.id.any(), Verb::Edit);
    tx.record(event.values(Some(before), Some(after)));
    Ok(())
}

/// Claims for the history, each under its item and layer.
fn told(rows: &[EntryRow]) -> Value {
    let mut items = Map::new();
    for row in rows {
        let layers = items.entry(row.item.clone()).or_insert_with(|| Value::Object(Map::new()));
        if let Some(layers) = layers.as_object_mut() {
            layers.insert(row.layer.as_str().to_owned(), parts::values(&row.claim));
        }
    }
    Value::Object(items)
}
