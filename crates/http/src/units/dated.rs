//! Dated parts of a unit: names, codes, relations, emulation officers. They are added and ended, never
//! overwritten; what was a mistake is taken away.

mod view;

use serde_json::{Value, json};
use thidua_domain::access::{Kind, Verb, require_sight};
use thidua_domain::dated::Span;
use thidua_domain::event::Event;
use thidua_domain::id::{Id, PersonId, Unit, UnitId, UnitPart, UnitPartId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::unit::{CodeSystem, closes_circle, normal_national_code};
use thidua_store::dialect::new_id;
use thidua_store::people::PersonRow;
use thidua_store::units::{self as store, CodeRow, NameRow, OfficerRow, Part, RelationRow, UnitRow};
use thidua_store::users::UserRow;
use thidua_store::{Held, Reach, Resource, Root, StoreError, Tx, refs};

use crate::answer::{Done, List, Made};
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{self, inside, label};
use crate::problem::ApiError;

use view::{
    CodeDraft, CodeView, EndDraft, NameDraft, NameView, OfficerDraft, OfficerView, RelationDraft, RelationView, code_view, draft_of,
    name_view,
};

pub(crate) async fn names(call: Call<UnitId>) -> Result<List<NameView>, ApiError> {
    let id = call.path;
    let rows = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            store::names_of(conn, id)
        })
        .await?;
    List::whole(&rows.into_iter().map(name_view).collect::<Vec<_>>())
}

pub(crate) async fn codes(call: Call<UnitId>) -> Result<List<CodeView>, ApiError> {
    let id = call.path;
    let rows = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            store::codes_of(conn, id)
        })
        .await?;
    List::whole(&rows.into_iter().map(code_view).collect::<Vec<_>>())
}

fn relation_views(
    conn: &mut thidua_store::conn::Conn,
    eyes: &crate::call::Eyes,
    rows: &[RelationRow],
) -> Result<Vec<RelationView>, StoreError> {
    let uppers: Vec<UnitId> = rows.iter().map(|row| row.upper_id).collect();
    let names = refs::units(conn, &uppers, eyes.today)?;
    Ok(rows
        .iter()
        .map(|row| RelationView {
            id: row.id,
            kind: row.kind,
            kind_label: label(row.kind, eyes.lang),
            upper: names.get(row.upper_id).into(),
            from_on: row.from_on,
            to_on: row.to_on,
        })
        .collect())
}

pub(crate) async fn relations(call: Call<UnitId>) -> Result<List<RelationView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            let rows = store::relations_of(conn, id)?;
            relation_views(conn, eyes, &rows)
        })
        .await?;
    List::whole(&views)
}

/// That a unit has officers is told to everybody; their names, to who sees the people.
fn officer_views(conn: &mut thidua_store::conn::Conn, eyes: &Eyes, rows: &[OfficerRow]) -> Result<Vec<OfficerView>, StoreError> {
    let people: Vec<_> = rows.iter().map(|row| row.person_id).collect();
    let any: Vec<_> = people.iter().map(|id| id.any()).collect();
    let ties = parts::ties_of_all(conn, eyes, Kind::Person, &any)?;
    let names = refs::people(conn, &people)?;
    Ok(rows
        .iter()
        .zip(ties)
        .map(|(row, ties)| OfficerView {
            id: row.id,
            person: parts::named_person(names.get(row.person_id), require_sight(&eyes.who, Kind::Person, &ties).is_ok()),
            duty: row.duty.clone(),
            from_on: row.from_on,
            to_on: row.to_on,
        })
        .collect())
}

pub(crate) async fn officers(call: Call<UnitId>) -> Result<List<OfficerView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Unit, id.any())?;
            let rows = store::officers_of(conn, id)?;
            officer_views(conn, eyes, &rows)
        })
        .await?;
    List::whole(&views)
}

/// Loads the unit for a new part, and moves its version on: a part belongs to the whole.
fn held(tx: &mut Tx<'_>, id: UnitId) -> Result<Held<UnitRow>, StoreError> {
    let held = tx.load_for_change::<UnitRow>(id)?;
    tx.require(Kind::Unit, Verb::Edit, &held.ties)?;
    Ok(held)
}

/// A unit above decides who looks after this one.
fn may_arrange(tx: &Tx<'_>, held: &Held<UnitRow>) -> Result<(), StoreError> {
    tx.require(Kind::Unit, Verb::Arrange, &held.ties)
}

/// Keeps the unit under its next version, which it gives back: that of the part too.
fn changed(tx: &mut Tx<'_>, mut held: Held<UnitRow>, before: Option<Value>, after: Option<Value>) -> Result<i64, StoreError> {
    let id = held.value.id;
    store::save(tx, &mut held)?;
    tx.record(Event::new(Kind::Unit, id.any(), Verb::Edit).values(before, after));
    Ok(held.value.version)
}

pub(crate) async fn add_name(call: Call<UnitId, (), Json<NameDraft>>) -> Result<Ended<Made<NameView>>, ApiError> {
    let (id, draft) = (call.path, call.body.0.clone());
    let part: UnitPartId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = held(tx, id)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let row = NameRow {
            id: part,
            unit_id: id,
            name: draft.name.clone(),
            short_name: draft.short_name.clone(),
            name_en: draft.name_en.clone(),
            folded: super::searchable(&draft.name, draft.short_name.as_deref(), draft.name_en.as_deref()),
            from_on: span.from_on,
            to_on: span.to_on,
            alias: draft.alias,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            created_at: tx.now(),
        };
        store::add_name(tx, &row)?;
        if !row.alias && span.holds(tx.today()) {
            held.value.rename(&row.name);
        }
        let version = changed(tx, held, None, Some(json!({ "names": parts::named(part.any(), &draft) })))?;
        Made::of(&name_view(row), Some(version), format!("/api/v1/units/{id}/names")).map_err(inside)
    })
    .await
}

pub(crate) async fn add_code(call: Call<UnitId, (), Json<CodeDraft>>) -> Result<Ended<Made<CodeView>>, ApiError> {
    let (id, draft) = (call.path, call.body.0.clone());
    let part: UnitPartId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let held = held(tx, id)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let normal = if draft.system == CodeSystem::National { normal_national_code(&draft.code) } else { None };
        let row = CodeRow {
            id: part,
            unit_id: id,
            system: draft.system,
            code: draft.code.clone(),
            // An odd national code is kept as written: the standard is a warning, not a wall.
            normal_code: normal.unwrap_or_else(|| draft.code.clone()),
            from_on: span.from_on,
            to_on: span.to_on,
            verified: draft.verified,
            created_at: tx.now(),
        };
        store::add_code(tx, &row)?;
        let version = changed(tx, held, None, Some(json!({ "codes": parts::named(part.any(), &draft) })))?;
        Made::of(&code_view(row), Some(version), format!("/api/v1/units/{id}/codes")).map_err(inside)
    })
    .await
}

pub(crate) async fn add_relation(call: Call<UnitId, (), Json<RelationDraft>>) -> Result<Ended<Made<RelationView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let part: UnitPartId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let held = held(tx, id)?;
        may_arrange(tx, &held)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let upper_id = refs::find_unit(tx.conn(), "/upper", &draft.upper)?;
        let above = store::above(tx.conn(), upper_id, draft.kind)?;
        if closes_circle(&id, &upper_id, &above) {
            return Err(Refusal::at("/upper", Code::UnitRelationCycle).with("upper", &draft.upper).into());
        }
        let row = RelationRow {
            id: part,
            unit_id: id,
            kind: draft.kind,
            upper_id,
            from_on: span.from_on,
            to_on: span.to_on,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            created_at: tx.now(),
        };
        store::add_relation(tx, &row)?;
        let version = changed(tx, held, None, Some(json!({ "relations": parts::named(part.any(), &draft) })))?;
        let view = relation_views(tx.conn(), &eyes, &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, Some(version), format!("/api/v1/units/{id}/relations")).map_err(inside)
    })
    .await
}

/// A person is named only by who sees the person.
fn seen_person(tx: &mut Tx<'_>, typed: &str) -> Result<PersonId, StoreError> {
    let id = refs::find_person(tx.conn(), "/person", typed)?;
    tx.look_at::<PersonRow>(id).map_err(|error| parts::hidden(error, "/person", Kind::Person, typed))?;
    Ok(id)
}

/// An office gives rights in the unit, and nobody gives rights to themselves.
fn not_oneself(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    let Some(caller) = tx.actor().user else { return Err(Code::Forbidden.into()) };
    let own = UserRow::load(tx.conn(), caller)?.and_then(|row| row.person_id);
    if own == Some(person) { Err(Refusal::at("/person", Code::OwnAccess).into()) } else { Ok(()) }
}

pub(crate) async fn add_officer(call: Call<UnitId, (), Json<OfficerDraft>>) -> Result<Ended<Made<OfficerView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let part: UnitPartId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let held = held(tx, id)?;
        tx.require(Kind::Unit, Verb::Appoint, &held.ties)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let person_id = seen_person(tx, &draft.person)?;
        not_oneself(tx, person_id)?;
        let row = OfficerRow {
            id: part,
            unit_id: id,
            person_id,
            duty: draft.duty.clone(),
            from_on: span.from_on,
            to_on: span.to_on,
            created_at: tx.now(),
        };
        store::add_officer(tx, &row)?;
        let version = changed(tx, held, None, Some(json!({ "officers": parts::named(part.any(), &draft) })))?;
        let view = officer_views(tx.conn(), &eyes, &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, Some(version), format!("/api/v1/units/{id}/officers")).map_err(inside)
    })
    .await
}

/// Loads a part that may be changed, with its unit.
fn part(tx: &mut Tx<'_>, unit: UnitId, id: UnitPartId) -> Result<(Held<UnitRow>, Part), StoreError> {
    let held = held(tx, unit)?;
    let part = store::part(tx.conn(), unit, id)?.ok_or(Code::NotFound)?;
    match part {
        Part::Relation(_) => may_arrange(tx, &held)?,
        Part::Officer(_) => tx.require(Kind::Unit, Verb::Appoint, &held.ties)?,
        Part::Name(_) | Part::Code(_) => {}
    }
    Ok((held, part))
}

pub(crate) async fn end(call: Call<(Id<Unit>, Id<UnitPart>), (), Json<EndDraft>>) -> Result<Ended<Done>, ApiError> {
    let ((unit, id), draft) = (call.path, call.body.0.clone());
    call.write(Root::Of(unit.any()), move |tx| {
        let (held, part) = part(tx, unit, id)?;
        store::end_part(tx, &part, draft.to_on)?;
        changed(tx, held, None, Some(json!({ "ended": id, "to_on": draft.to_on })))?;
        Ok(Done)
    })
    .await
}

pub(crate) async fn remove(call: Call<(Id<Unit>, Id<UnitPart>)>) -> Result<Ended<Done>, ApiError> {
    let (unit, id) = call.path;
    call.write(Root::Of(unit.any()), move |tx| {
        let (mut held, part) = part(tx, unit, id)?;
        let before = draft_of(&part);
        let after = match &part {
            Part::Name(name) => {
                let goes_on = store::remove_name(tx, name)?;
                name_of_today(tx, &mut held.value)?;
                goes_on.map(|name| draft_of(&Part::Name(name)))
            }
            other => store::remove_part(tx, other).map(|()| None)?,
        };
        changed(tx, held, Some(before), after)?;
        Ok(Done)
    })
    .await
}

/// Gives the unit the official name that holds today, or else the last that held.
fn name_of_today(tx: &mut Tx<'_>, unit: &mut UnitRow) -> Result<(), StoreError> {
    let today = tx.today();
    let official: Vec<NameRow> = store::names_of(tx.conn(), unit.id)?.into_iter().filter(|name| !name.alias).collect();
    let holds = |name: &&NameRow| Span { from_on: name.from_on, to_on: name.to_on }.holds(today);
    if let Some(name) = official.iter().find(holds).or_else(|| official.iter().max_by_key(|name| name.from_on)) {
        unit.rename(&name.name);
    }
    Ok(())
}
