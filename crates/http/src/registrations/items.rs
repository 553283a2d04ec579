//! Items of a registration as they are sent and shown.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb, permits};
use thidua_domain::id::{AnyId, AwardTypeId, HouseholdId, PersonId, RegistrationId, UnitId};
use thidua_domain::registration::RegistrationSubject;
use thidua_domain::time::Date;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::refs::Refs;
use thidua_store::registrations::{self as store, ItemRow, RegistrationRow, Typed};
use thidua_store::{StoreError, Tx, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::parts::{self, RefView, label, named_person};

/// Something aimed for, to be entered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegistrationItemDraft, example = json!({ "award_type": "CSTD_COSO", "subject_kind": "person", "subject": "NV-001" }))]
pub(crate) struct ItemDraft {
    /// The title or commendation: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    award_type: String,
    /// For what sort of subject.
    subject_kind: RegistrationSubject,
    /// The unit, person or household: identifier or code. A unit may be left out: it is then the one that registers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    subject: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    note: Option<String>,
}

/// Something aimed for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrationItem)]
pub(crate) struct ItemView {
    /// The title or commendation.
    award_type: RefView,
    /// For what sort of subject.
    subject_kind: RegistrationSubject,
    /// The same in words.
    #[schema(max_length = 100)]
    subject_kind_label: String,
    /// For whom; people and households by name to who sees them, to others by code.
    subject: RefView,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
}

/// Rows out of what was typed, checked; the registration is told how many there are.
pub(super) fn rows(
    tx: &mut Tx<'_>,
    of: &mut RegistrationRow,
    unit: &str,
    on: Date,
    typed: &[ItemDraft],
) -> Result<Vec<ItemRow>, StoreError> {
    let asked: Vec<Typed> = typed
        .iter()
        .map(|item| Typed { award_type: item.award_type.clone(), kind: item.subject_kind, subject: item.subject.clone() })
        .collect();
    let entries = store::entries(tx, of.unit_id, unit, on, &asked)?;
    let rows: Vec<ItemRow> = entries
        .iter()
        .zip(typed)
        .zip(1_i32..)
        .map(|((entry, item), ordinal)| {
            ItemRow::of((new_id(), of.id, ordinal), entry.award, (entry.kind, entry.subject), item.note.clone())
        })
        .collect();
    of.item_count = i32::try_from(rows.len()).unwrap_or(i32::MAX);
    Ok(rows)
}

/// What stands in a registration, as it would be sent.
pub(super) fn drafts(conn: &mut Conn, registration: RegistrationId) -> Result<Vec<ItemDraft>, StoreError> {
    let rows = store::items_of(conn, registration)?;
    Ok(rows
        .into_iter()
        .map(|row| ItemDraft {
            award_type: row.award_type_id.to_string(),
            subject_kind: row.subject_kind,
            subject: row.subject().map(|id| id.to_string()),
            note: row.note,
        })
        .collect())
}

/// The names of what is personal: to who sees it by name, to others by code.
fn personal(conn: &mut Conn, eyes: &Eyes, kind: Kind, ids: &[AnyId], names: &Refs) -> Result<Vec<RefView>, StoreError> {
    let ties = parts::ties_of_all(conn, eyes, kind, ids)?;
    let shown = ids.iter().zip(&ties).map(|(id, ties)| named_person(names.get(*id), permits(&eyes.who, kind, Verb::See, ties)));
    Ok(shown.collect())
}

/// Items as shown: a fixed number of queries.
pub(super) fn views(conn: &mut Conn, eyes: &Eyes, registration: RegistrationId) -> Result<Vec<ItemView>, StoreError> {
    let rows = store::items_of(conn, registration)?;
    let mut awards: Vec<AwardTypeId> = rows.iter().map(|row| row.award_type_id).collect();
    awards.sort_unstable();
    awards.dedup();
    let awards = refs::award_types(conn, &awards)?;
    let units: Vec<UnitId> = each(&rows, |row| row.unit_id);
    let people: Vec<PersonId> = each(&rows, |row| row.person_id);
    let households: Vec<HouseholdId> = each(&rows, |row| row.household_id);
    let units = refs::units(conn, &units, eyes.today)?;
    let names = refs::people(conn, &people)?;
    let ids: Vec<AnyId> = people.iter().map(|id| id.any()).collect();
    let mut shown = personal(conn, eyes, Kind::Person, &ids, &names)?;
    let names = refs::households(conn, &households)?;
    let ids: Vec<AnyId> = households.iter().map(|id| id.any()).collect();
    shown.extend(personal(conn, eyes, Kind::Household, &ids, &names)?);
    let shown: std::collections::HashMap<AnyId, RefView> = shown.into_iter().map(|found| (found.id, found)).collect();
    let subject = |row: &ItemRow| match row.unit_id {
        Some(unit) => Some(units.get(unit).into()),
        None => row.subject().and_then(|id| shown.get(&id).cloned()),
    };
    rows.iter()
        .map(|row| {
            Ok(ItemView {
                award_type: awards.get(row.award_type_id).into(),
                subject_kind: row.subject_kind,
                subject_kind_label: label(row.subject_kind, eyes.lang),
                subject: subject(row).ok_or_else(|| StoreError::Broken(format!("the item {} is for nobody", row.id)))?,
                note: row.note.clone(),
            })
        })
        .collect()
}

/// What items name in one column, each once.
fn each<T: Ord + Copy>(rows: &[ItemRow], column: fn(&ItemRow) -> Option<T>) -> Vec<T> {
    let mut all: Vec<T> = rows.iter().filter_map(column).collect();
    all.sort_unstable();
    all.dedup();
    all
}
