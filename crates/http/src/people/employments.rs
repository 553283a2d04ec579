//! A person's time in units: added, ended on a day, and taken away when it was a mistake.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::dated::Span;
use thidua_domain::event::Event;
use thidua_domain::id::{Employment, EmploymentId, Id, Person, PersonId};
use thidua_domain::refusal::Code;
use thidua_domain::time::Date;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::people::{self as store, EmploymentRow, PersonRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, access, refs};
use utoipa::ToSchema;

use crate::answer::{Done, List, Made};
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{self, RefView, inside};
use crate::problem::ApiError;

/// A person's time in a unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Employment, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000041",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "position": "Chuyên viên", "head": false, "from_on": "2015-03-01", "in_force": true
}))]
pub(crate) struct EmploymentView {
    /// Identifier.
    id: EmploymentId,
    /// Where.
    unit: RefView,
    /// Position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    position: Option<String>,
    /// Whether the position heads the unit.
    head: bool,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Whether it covers today.
    in_force: bool,
    /// Deciding document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
}

/// An employment to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmploymentDraft, example = json!({ "unit": "P34-DA-NANG", "position": "Giám đốc", "head": true, "from_on": "2021-01-15" }))]
pub(crate) struct EmploymentDraft {
    /// Where: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// Position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    position: Option<String>,
    /// Whether the position heads the unit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    head: bool,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// Deciding document: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
}

/// The last day of an employment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmploymentEnd, example = json!({ "to_on": "2025-06-30" }))]
pub(crate) struct EmploymentEnd {
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to_on: Date,
}

/// Views of several employments: a fixed number of queries.
pub(super) fn employment_views(conn: &mut Conn, eyes: &Eyes, rows: &[EmploymentRow]) -> Result<Vec<EmploymentView>, StoreError> {
    let units: Vec<_> = rows.iter().map(|row| row.unit_id).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let documents: Vec<_> = rows.iter().filter_map(|row| row.document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    Ok(rows
        .iter()
        .map(|row| EmploymentView {
            id: row.id,
            unit: units.get(row.unit_id).into(),
            position: row.position.clone(),
            head: row.head,
            from_on: row.from_on,
            to_on: row.to_on,
            in_force: row.span().holds(eyes.today),
            document: documents.opt(row.document_id).map(Into::into),
        })
        .collect())
}

pub(crate) async fn employments(call: Call<PersonId>) -> Result<List<EmploymentView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::look_at::<PersonRow>(conn, eyes, id)?;
            let rows = store::employments_of_all(conn, &[id])?;
            employment_views(conn, eyes, &rows)
        })
        .await?;
    List::whole(&views)
}

/// Keeps an employment; what is wrong with it is told below `under`, where the draft of a person holds it.
pub(super) fn add(
    tx: &mut Tx<'_>,
    person: PersonId,
    id: EmploymentId,
    draft: &EmploymentDraft,
    under: &str,
) -> Result<EmploymentRow, StoreError> {
    let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check().map_err(|refusal| refusal.under(under))?;
    let unit_id = refs::find_unit(tx.conn(), &format!("{under}/unit"), &draft.unit)?;
    // Whoever works in a unit is seen there and may head it: that is for the unit to say. What is over is history.
    let today = tx.today();
    if span.to_on.is_none_or(|to_on| to_on >= today) {
        let ties = access::ties_through(tx.conn(), Relation::Owner, unit_id, today)?;
        tx.require(Kind::Person, Verb::Create, &ties)?;
    }
    let row = EmploymentRow {
        id,
        person_id: person,
        unit_id,
        position: draft.position.clone(),
        head: draft.head,
        from_on: span.from_on,
        to_on: span.to_on,
        document_id: refs::optional(tx.conn(), refs::find_document, &format!("{under}/document"), draft.document.as_deref())?,
        version: 1,
        created_at: tx.now(),
    };
    store::add_employment(tx, &row)?;
    Ok(row)
}

/// Loads the person for a change of a part, an employment or a paper.
pub(super) fn held(tx: &mut Tx<'_>, id: PersonId) -> Result<Held<PersonRow>, StoreError> {
    let held = tx.load_for_change::<PersonRow>(id)?;
    tx.require(Kind::Person, Verb::Edit, &held.ties)?;
    Ok(held)
}

/// Moves the version on and tells the history: a part belongs to the whole.
pub(super) fn changed(tx: &mut Tx<'_>, mut held: Held<PersonRow>, before: Option<Value>, after: Option<Value>) -> Result<i64, StoreError> {
    let id = held.value.id;
    store::save(tx, &mut held)?;
    tx.record(Event::new(Kind::Person, id.any(), Verb::Edit).values(before, after));
    Ok(held.value.version)
}

pub(crate) async fn add_employment(call: Call<PersonId, (), Json<EmploymentDraft>>) -> Result<Ended<Made<EmploymentView>>, ApiError> {
    let (person, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let id: EmploymentId = new_id();
    call.write(Root::Of(person.any()), move |tx| {
        let held = held(tx, person)?;
        let row = add(tx, person, id, &draft, "")?;
        let version = changed(tx, held, None, Some(serde_json::json!({ "employments": parts::named(id.any(), &draft) })))?;
        let view = employment_views(tx.conn(), &eyes, &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, Some(version), format!("/api/v1/people/{person}/employments")).map_err(inside)
    })
    .await
}

/// Loads an employment that may be changed, with its person.
fn part(tx: &mut Tx<'_>, person: PersonId, id: EmploymentId) -> Result<(Held<PersonRow>, EmploymentRow), StoreError> {
    let held = held(tx, person)?;
    let row = store::employment(tx.conn(), person, id)?.ok_or(Code::NotFound)?;
    Ok((held, row))
}

pub(crate) async fn end_employment(call: Call<(Id<Person>, Id<Employment>), (), Json<EmploymentEnd>>) -> Result<Ended<Done>, ApiError> {
    let ((person, id), draft) = (call.path, call.body.0.clone());
    call.write(Root::Of(person.any()), move |tx| {
        let (held, mut row) = part(tx, person, id)?;
        store::end_employment(tx, &mut row, draft.to_on)?;
        changed(tx, held, None, Some(serde_json::json!({ "ended": id, "to_on": draft.to_on })))?;
        Ok(Done)
    })
    .await
}

pub(crate) async fn remove_employment(call: Call<(Id<Person>, Id<Employment>)>) -> Result<Ended<Done>, ApiError> {
    let (person, id) = call.path;
    call.write(Root::Of(person.any()), move |tx| {
        let (held, row) = part(tx, person, id)?;
        store::remove_employment(tx, id)?;
        let draft = EmploymentDraft {
            unit: row.unit_id.to_string(),
            position: row.position,
            head: row.head,
            from_on: row.from_on,
            to_on: row.to_on,
            document: row.document_id.map(|document| document.to_string()),
        };
        changed(tx, held, Some(serde_json::json!({ "employments": parts::named(id.any(), &draft) })), None)?;
        Ok(Done)
    })
    .await
}
