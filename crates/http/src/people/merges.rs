//! Two records of one person become one: looked at beforehand, done with a reason, and undone as long as nothing
//! has changed that would keep it from being exact.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thidua_domain::access::{Kind, Verb, require};
use thidua_domain::event::Event;
use thidua_domain::id::{DocumentId, Id, Person, PersonId, PersonMerge, PersonMergeId};
use thidua_domain::person::merge::{Clash, MergeClash, Moved, Side, check, check_undo};
use thidua_domain::refusal::{Code, fill};
use thidua_domain::time::Instant;
use thidua_domain::vocabulary::Lang;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::people::{self as store, MergeRow, Outlook, PersonRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, access, external_ids, refs};
use utoipa::ToSchema;

use super::draft::edit_of;
use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{self, RefView, inside, label, named_person};
use crate::problem::ApiError;

/// How many parts of each list go over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MergeParts)]
pub(crate) struct PartsView {
    /// Employments.
    employments: usize,
    /// Offices as emulation officer of a unit.
    offices: usize,
    /// Accounts.
    accounts: usize,
    /// Identity papers.
    identity_papers: usize,
    /// Places in households.
    households: usize,
    /// Names in other systems.
    external_ids: usize,
}

impl From<&Moved> for PartsView {
    fn from(moved: &Moved) -> Self {
        Self {
            employments: moved.employments.len(),
            offices: moved.offices.len(),
            accounts: moved.accounts.len(),
            identity_papers: moved.papers.len(),
            households: moved.memberships.len(),
            external_ids: moved.external_ids.len(),
        }
    }
}

/// What stands in the way of a merge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MergeClashEntry)]
pub(crate) struct ClashView {
    /// What.
    clash: MergeClash,
    /// The same in words.
    #[schema(max_length = 200)]
    clash_label: String,
    /// What it is about, in the record to be merged: a position and its time, a time, a system, a kind of paper.
    #[schema(max_length = 300)]
    about: String,
}

impl ClashView {
    fn of(clash: &Clash, lang: Lang) -> Self {
        let about = fill("{about}", &[("about", clash.about.clone())], lang);
        Self { clash: clash.what, clash_label: label(clash.what, lang), about }
    }
}

/// What merging two records would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MergePreview, example = json!({
    "from": {"id": "0198c0de-0000-7000-8000-000000000040", "code": "NV-001", "name": "Nguyễn Thị Lan (giả định)"},
    "into": {"id": "0198c0de-0000-7000-8000-000000000042", "code": "NV-002", "name": "Nguyễn Thị Lan (giả định)"},
    "moves": {"employments": 1, "offices": 0, "accounts": 1, "identity_papers": 0, "households": 0, "external_ids": 0}, "stays": 1,
    "clashes": [], "from_values": {"born_on": "1985-01-01"}, "into_values": {"born_on": "1985-02-01"}
}))]
pub(crate) struct PreviewView {
    /// The record to be merged.
    from: RefView,
    /// The record that goes on.
    into: RefView,
    /// What goes over.
    moves: PartsView,
    /// How many parts stay behind, because the other record says the same.
    stays: usize,
    /// What stands in the way.
    #[schema(max_items = 1000)]
    clashes: Vec<ClashView>,
    /// What differs, as the record to be merged says it. The record that goes on keeps its own.
    #[schema(value_type = Object)]
    from_values: Value,
    /// What differs, as the record that goes on says it.
    #[schema(value_type = Object)]
    into_values: Value,
}

/// A merge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonMerge, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000047",
    "from": {"id": "0198c0de-0000-7000-8000-000000000040", "code": "NV-001", "name": "Nguyễn Thị Lan (giả định)"},
    "into": {"id": "0198c0de-0000-7000-8000-000000000042", "code": "NV-002", "name": "Nguyễn Thị Lan (giả định)"},
    "moved": {"employments": 1, "offices": 0, "accounts": 1, "identity_papers": 0, "households": 0, "external_ids": 0},
    "merged_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct MergeView {
    /// Identifier.
    id: PersonMergeId,
    /// The record that was merged.
    from: RefView,
    /// The record that goes on.
    into: RefView,
    /// What went over.
    moved: PartsView,
    /// Deciding document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// When.
    merged_at: Instant,
    /// Undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    undone_at: Option<Instant>,
}

/// A merge to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonMergeDraft, example = json!({ "into": "NV-002", "reason": "Nhập hai lần cùng một người" }))]
pub(crate) struct MergeDraft {
    /// The record that goes on: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    into: String,
    /// Why; it stays in the history of both.
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    reason: String,
    /// Deciding document: identifier or code.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
}

/// Why a merge is undone.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeUndoDraft, example = json!({ "reason": "Hai người trùng họ tên" }))]
pub(crate) struct UndoDraft {
    /// Why; it stays in the history of both.
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    reason: String,
}

/// Both sides of merges by name, to who sees them.
fn views(conn: &mut Conn, eyes: &Eyes, rows: &[MergeRow]) -> Result<Vec<MergeView>, StoreError> {
    let people: Vec<PersonId> = rows.iter().flat_map(|row| [row.from_id, row.into_id]).collect();
    let any: Vec<_> = people.iter().map(|id| id.any()).collect();
    let ties = parts::ties_of_all(conn, eyes, Kind::Person, &any)?;
    let names = refs::people(conn, &people)?;
    let documents: Vec<DocumentId> = rows.iter().filter_map(|row| row.document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    let sees: Vec<bool> = ties.iter().map(|ties| thidua_domain::access::permits(&eyes.who, Kind::Person, Verb::See, ties)).collect();
    let shown = |id: PersonId| {
        let place = people.iter().position(|known| *known == id);
        named_person(names.get(id), place.and_then(|place| sees.get(place).copied()).unwrap_or_default())
    };
    rows.iter()
        .map(|row| {
            Ok(MergeView {
                id: row.id,
                from: shown(row.from_id),
                into: shown(row.into_id),
                moved: (&row.moved()?).into(),
                document: documents.opt(row.document_id).map(Into::into),
                merged_at: row.merged_at,
                undone_at: row.undone_at,
            })
        })
        .collect()
}

/// What two records say differently, each in its words.
fn differing(conn: &mut Conn, from: &PersonRow, into: &PersonRow) -> Result<(Value, Value), StoreError> {
    let mut values = |row: &PersonRow| -> Result<Value, StoreError> {
        Ok(parts::values(&edit_of(row, external_ids::of(conn, Kind::Person, row.id.any())?)))
    };
    let (from_values, into_values) = (values(from)?, values(into)?);
    let both = Event::new(Kind::Person, from.id.any(), Verb::Merge).values(Some(from_values), Some(into_values));
    Ok((both.before.unwrap_or_default(), both.after.unwrap_or_default()))
}

fn reference(row: &PersonRow) -> RefView {
    RefView { id: row.id.any(), code: row.code.clone(), name: row.full_name.clone() }
}

pub(crate) async fn preview(call: Call<(Id<Person>, Id<Person>)>) -> Result<One<PreviewView>, ApiError> {
    let (from, into) = call.path;
    let view = call
        .read(Reach::Long, move |conn, eyes| {
            let (from, ties) = parts::look_at::<PersonRow>(conn, eyes, from)?;
            require(&eyes.who, Kind::Person, Verb::Merge, &ties, eyes.lang)?;
            let into = store::living(conn, into)?;
            let (into, ties) = parts::look_at::<PersonRow>(conn, eyes, into)?;
            require(&eyes.who, Kind::Person, Verb::Merge, &ties, eyes.lang)?;
            check(side(&from), side(&into), &[])?;
            let outlook = store::outlook(conn, from.id, into.id)?;
            let (from_values, into_values) = differing(conn, &from, &into)?;
            Ok(PreviewView {
                from: reference(&from),
                into: reference(&into),
                moves: (&outlook.moved).into(),
                stays: outlook.stays,
                clashes: outlook.clashes.iter().map(|clash| ClashView::of(clash, eyes.lang)).collect(),
                from_values,
                into_values,
            })
        })
        .await?;
    One::plain(&view)
}

const fn side(row: &PersonRow) -> Side {
    Side { id: row.id, merged_into: row.merged_into_id }
}

/// What the history of either record says of a merge: the other one, and the rows that went over.
fn told(side: &str, other: PersonId, moved: &Moved) -> Value {
    json!({ side: other, "moved": parts::values(moved) })
}

/// Loads the record that goes on; it is judged like the one that is merged.
fn goes_on(tx: &mut Tx<'_>, typed: &str) -> Result<Held<PersonRow>, StoreError> {
    let id = refs::find_person(tx.conn(), "/into", typed)?;
    let held = tx.look_at::<PersonRow>(id).map_err(|error| parts::hidden(error, "/into", Kind::Person, typed))?;
    tx.require(Kind::Person, Verb::Merge, &held.ties)?;
    Ok(held)
}

pub(crate) async fn merge(call: Call<PersonId, (), Json<MergeDraft>>) -> Result<Ended<Made<MergeView>>, ApiError> {
    let (from, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let id: PersonMergeId = new_id();
    call.write(Root::Of(from.any()), move |tx| {
        let mut gone = tx.load_for_change::<PersonRow>(from)?;
        tx.require(Kind::Person, Verb::Merge, &gone.ties)?;
        let mut stands = goes_on(tx, &draft.into)?;
        let into = stands.value.id;
        let (one, other) = (side(&gone.value), side(&stands.value));
        check(one, other, &[])?;
        let outlook = store::outlook(tx.conn(), from, into)?;
        gives_rights(tx, &outlook)?;
        let Outlook { moved, clashes, .. } = outlook;
        check(one, other, &clashes)?;
        let row = MergeRow {
            id,
            from_id: from,
            into_id: into,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            moved: store::written(&moved)?,
            merged_by: tx.actor().user.ok_or(Code::Forbidden)?,
            merged_at: tx.now(),
            undone_by: None,
            undone_at: None,
        };
        wholes_told(tx, &row, &moved, (from, into), &draft.reason)?;
        store::merge_over(tx, &row, &moved)?;
        gone.value.merged_into_id = Some(into);
        store::save(tx, &mut gone)?;
        store::save(tx, &mut stands)?;
        both_told(tx, Verb::Merge, &row, &moved, &draft.reason);
        let view = views(tx.conn(), &eyes, &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, Some(stands.value.version), format!("/api/v1/people/{into}/merges")).map_err(inside)
    })
    .await
}

/// Who becomes the officer of a unit by a merge, or by undoing one, is appointed by it, and nobody appoints themselves.
fn gives_rights(tx: &mut Tx<'_>, outlook: &Outlook) -> Result<(), StoreError> {
    if tx.actor().user.is_some_and(|caller| outlook.accounts.contains(&caller)) {
        return Err(Code::OwnAccess.into());
    }
    let (units, today): (Vec<_>, _) = (outlook.empowered.iter().map(|unit| unit.any()).collect(), tx.today());
    for ties in access::ties_of_all(tx.conn(), Kind::Unit, &units, today)? {
        tx.require(Kind::Unit, Verb::Appoint, &ties)?;
    }
    Ok(())
}

fn both_told(tx: &mut Tx<'_>, verb: Verb, row: &MergeRow, moved: &Moved, reason: &str) {
    for (one, side, other) in [(row.from_id, "into", row.into_id), (row.into_id, "from", row.from_id)] {
        let values = Some(told(side, other, moved));
        let (before, after) = if verb == Verb::Merge { (None, values) } else { (values, None) };
        tx.record(Event::new(Kind::Person, one.any(), verb).because(Some(reason.to_owned())).values(before, after));
    }
}

/// What the history of units and households says of a merge: who is their officer, or lives there, from now on.
fn wholes_told(tx: &mut Tx<'_>, row: &MergeRow, moved: &Moved, (of, to): (PersonId, PersonId), reason: &str) -> Result<(), StoreError> {
    let because = Some(reason.to_owned());
    for (unit, duty) in store::offices_in(tx.conn(), &moved.offices)? {
        let says = |person: PersonId| Some(json!({ "officers": { "person": person, "duty": duty, "merge": row.id } }));
        tx.record(Event::new(Kind::Unit, unit.any(), Verb::Edit).because(because.clone()).values(says(of), says(to)));
    }
    for household in store::households_in(tx.conn(), &moved.memberships)? {
        let says = |person: PersonId| Some(json!({ "members": { "person": person, "merge": row.id } }));
        tx.record(Event::new(Kind::Household, household.any(), Verb::Edit).because(because.clone()).values(says(of), says(to)));
    }
    Ok(())
}

pub(crate) async fn list(call: Call<PersonId>) -> Result<List<MergeView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Person, id.any())?;
            let rows = store::merges_of(conn, id)?;
            views(conn, eyes, &rows)
        })
        .await?;
    List::whole(&views)
}

pub(crate) async fn undo(call: Call<(Id<Person>, Id<PersonMerge>), (), Json<UndoDraft>>) -> Result<Ended<Made<MergeView>>, ApiError> {
    let ((person, id), draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    call.write(Root::Of(person.any()), move |tx| {
        let asked = tx.look_at::<PersonRow>(person)?;
        tx.check_version(asked.value.version)?;
        tx.require(Kind::Person, Verb::Merge, &asked.ties)?;
        let mut row = store::merge_of(tx.conn(), person, id)?.ok_or(Code::NotFound)?;
        let facts = store::undo_facts(tx.conn(), &row)?;
        check_undo(&facts)?;
        let mut back = tx.look_at::<PersonRow>(row.from_id)?;
        tx.require(Kind::Person, Verb::Merge, &back.ties)?;
        let mut stands = tx.look_at::<PersonRow>(row.into_id)?;
        tx.require(Kind::Person, Verb::Merge, &stands.ties)?;
        let outlook = store::outlook_back(tx.conn(), &row)?;
        gives_rights(tx, &outlook)?;
        let by = tx.actor().user.ok_or(Code::Forbidden)?;
        wholes_told(tx, &row, &row.moved()?, (row.into_id, row.from_id), &draft.reason)?;
        store::merge_back(tx, &mut row, by)?;
        back.value.merged_into_id = None;
        store::save(tx, &mut back)?;
        store::save(tx, &mut stands)?;
        let moved = row.moved()?;
        both_told(tx, Verb::UndoMerge, &row, &moved, &draft.reason);
        let version = if person == row.from_id { back.value.version } else { stands.value.version };
        let view = views(tx.conn(), &eyes, &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, Some(version), format!("/api/v1/people/{person}/merges")).map_err(inside)
    })
    .await
}
