//! Sheets carried over to the criteria set that amends theirs: entries under their new codes, weighed anew, and the appeals about
//! them that wait for an answer.

use std::collections::HashMap;

use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::criteria_set::Compiled;
use thidua_domain::event::Event;
use thidua_domain::id::{CriteriaSetId, ScoresheetId};
use thidua_domain::points::Points;
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::scoresheet::{Claim, SheetStatus, check_facts, check_total, weigh};
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::criteria_sets::{self, CriteriaSetRow};
use thidua_store::scoresheets::{self as store, EntryRow, ScoresheetRow};
use thidua_store::{Held, Resource, StoreError, Tx, appeals};

use super::whole::standing;

/// Carries the sheets of a year over to another set. Where something has been entered, only an amendment of the set before
/// will do.
pub(crate) fn carry(tx: &mut Tx<'_>, year: &BlocYearRow, before: CriteriaSetId, after: CriteriaSetId) -> Result<(), StoreError> {
    let sheets = store::of_year(tx.conn(), year.id)?;
    let ids: Vec<ScoresheetId> = sheets.iter().map(|sheet| sheet.id).collect();
    let content = criteria_sets::content(tx.conn(), after)?;
    let set = CriteriaSetRow::load(tx.conn(), after)?.ok_or(StoreError::NotFound)?;
    let changes: Vec<(String, Option<String>)> =
        content.mapping.changes().into_iter().map(|(from, to)| (from.to_owned(), to.map(str::to_owned))).collect();
    let from_paper = sheets.iter().any(|sheet| sheet.on_paper().is_some());
    if from_paper || !store::entries_of_all(tx.conn(), &ids)?.is_empty() {
        if let Some(settled) = sheets.iter().find(|sheet| sheet.status == SheetStatus::Settled) {
            return Err(Refusal::of(Code::CriteriaSettled).with("year", &year.code).with("sheet", &settled.code).into());
        }
        if set.amends_id != Some(before) {
            return Err(Refusal::of(Code::CriteriaScored).with("year", &year.code).with("set", &set.code).into());
        }
        store::carry_over(tx, &ids, &changes)?;
    }
    if set.amends_id == Some(before) {
        appeals_follow(tx, &ids, &changes)?;
    }
    let set = Compiled::new(&content.content)?;
    let mut said: HashMap<ScoresheetId, Vec<EntryRow>> = HashMap::new();
    for row in store::entries_of_all(tx.conn(), &ids)? {
        said.entry(row.scoresheet_id).or_default().push(row);
    }
    for sheet in sheets {
        let rows = said.remove(&sheet.id).unwrap_or_default();
        anew(tx, &set, sheet, rows)?;
    }
    Ok(())
}

/// Gives appeals that wait for an answer the codes that their items have in the amendment; one about an item that was dropped stays
/// as it is.
fn appeals_follow(tx: &mut Tx<'_>, sheets: &[ScoresheetId], changes: &[(String, Option<String>)]) -> Result<(), StoreError> {
    let changes: HashMap<&str, &str> = changes.iter().filter_map(|(from, to)| Some((from.as_str(), to.as_deref()?))).collect();
    for mut row in appeals::waiting_about(tx.conn(), sheets)? {
        let Some(after) = row.item.as_deref().and_then(|item| changes.get(item)) else { continue };
        let before = row.item.replace((*after).to_owned());
        let mut held = Held { value: row, ties: Ties::default() };
        appeals::save(tx, &mut held)?;
        let told = |item: Option<&str>| serde_json::json!({ "item": item });
        let event = Event::new(Kind::Appeal, held.value.id.any(), Verb::ApplyCriteria);
        tx.record(event.values(Some(told(before.as_deref())), Some(told(held.value.item.as_deref()))));
    }
    Ok(())
}

/// Weighs and works a sheet out anew.
fn anew(tx: &mut Tx<'_>, set: &Compiled, sheet: ScoresheetRow, mut rows: Vec<EntryRow>) -> Result<(), StoreError> {
    rows.sort_by(|a, b| a.layer.cmp(&b.layer).then_with(|| a.item.cmp(&b.item)));
    let mut below: HashMap<String, Claim> = HashMap::new();
    for row in &mut rows {
        row.version = sheet.version + 1;
        // What was set aside counts nowhere: it stays as it was said.
        if !row.stands {
            continue;
        }
        row.comes_to = weigh(set, &row.entry(), &sheet.facts, below.get(&row.item))?.points;
        if let Some(claim) = &row.claim {
            below.insert(row.item.clone(), claim.clone());
        }
    }
    check_facts(set, &sheet.facts)?;
    sheet.recorded_total.map_or(Ok(()), |total| check_total(set, total))?;
    let entries = store::counted(&rows);
    for same in rows.chunk_by(|a, b| a.layer == b.layer) {
        if let Some(first) = same.first() {
            store::put(tx, sheet.id, first.layer, same.to_vec())?;
        }
    }
    let before = sheet.total;
    let mut held = Held { value: sheet, ties: Ties::default() };
    let standing = standing(set, &held.value, &entries)?;
    held.value.stand(standing);
    store::save(tx, &mut held)?;
    let told = |total: Points| serde_json::json!({ "total": total });
    let event = Event::new(Kind::Scoresheet, held.value.id.any(), Verb::ApplyCriteria);
    tx.record(event.values(Some(told(before)), Some(told(held.value.total))));
    Ok(())
}
