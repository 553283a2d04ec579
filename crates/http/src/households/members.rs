//! Who lives in a household: added, ended on a day, and taken away when it was a mistake.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thidua_domain::access::{Kind, Verb, permits, require_sight};
use thidua_domain::dated::Span;
use thidua_domain::event::Event;
use thidua_domain::household::Bond;
use thidua_domain::id::{Household, HouseholdId, HouseholdMember, HouseholdMemberId, Id, PersonId};
use thidua_domain::refusal::Code;
use thidua_domain::time::Date;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::households::{self as store, HouseholdRow, MemberRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use crate::answer::{Done, List, Made};
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{self, RefView, inside, label, named_person};
use crate::problem::ApiError;

/// A person's place in a household.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HouseholdMember, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000b1",
    "person": {"id": "0198c0de-0000-7000-8000-000000000040", "code": "NV-001", "name": "Nguyễn Thị Lan (giả định)"},
    "bond": "head", "bond_label": "Chủ hộ", "in_force": true
}))]
pub(crate) struct MemberView {
    /// Identifier.
    id: HouseholdMemberId,
    /// Who; by name to who sees the person, to others by code.
    pub(super) person: RefView,
    /// How they belong to it.
    pub(super) bond: Bond,
    /// The same in words.
    #[schema(max_length = 100)]
    bond_label: String,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Whether it covers today.
    pub(super) in_force: bool,
}

/// A member to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HouseholdMemberDraft, example = json!({ "person": "NV-001", "bond": "spouse", "from_on": "2015-03-01" }))]
pub(crate) struct MemberDraft {
    /// Who: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    person: String,
    /// How they belong to it.
    bond: Bond,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
}

/// The last day of a member.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HouseholdMemberEnd, example = json!({ "to_on": "2025-06-30" }))]
pub(crate) struct MemberEnd {
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to_on: Date,
}

/// Views of several members: a fixed number of queries.
pub(super) fn member_views(conn: &mut Conn, eyes: &Eyes, rows: &[MemberRow]) -> Result<Vec<MemberView>, StoreError> {
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let any: Vec<_> = people.iter().map(|id| id.any()).collect();
    let ties = parts::ties_of_all(conn, eyes, Kind::Person, &any)?;
    let names = refs::people(conn, &people)?;
    Ok(rows
        .iter()
        .zip(ties)
        .map(|(row, ties)| MemberView {
            id: row.id,
            person: named_person(names.get(row.person_id), permits(&eyes.who, Kind::Person, Verb::See, &ties)),
            bond: row.bond,
            bond_label: label(row.bond, eyes.lang),
            from_on: row.from_on,
            to_on: row.to_on,
            in_force: row.span().holds(eyes.today),
        })
        .collect())
}

pub(crate) async fn members(call: Call<HouseholdId>) -> Result<List<MemberView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Household, id.any())?;
            let rows = store::members_of_all(conn, &[id])?;
            member_views(conn, eyes, &rows)
        })
        .await?;
    List::whole(&views)
}

/// A person is named only by who sees the person.
pub(super) fn seen_person(conn: &mut Conn, eyes: &Eyes, pointer: &str, typed: &str) -> Result<PersonId, StoreError> {
    let id = refs::find_person(conn, pointer, typed)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Person, &[id.any()])?.pop().unwrap_or_default();
    let seen = require_sight(&eyes.who, Kind::Person, &ties).map_err(StoreError::from);
    seen.map_err(|error| parts::hidden(error, pointer, Kind::Person, typed))?;
    Ok(id)
}

/// Gives a new household its head; what is wrong is told where the draft of the household names it.
pub(super) fn add_head(tx: &mut Tx<'_>, eyes: &Eyes, household: HouseholdId, id: HouseholdMemberId, typed: &str) -> Result<(), StoreError> {
    let person_id = seen_person(tx.conn(), eyes, "/head", typed)?;
    let created_at = tx.now();
    let row = MemberRow { id, household_id: household, person_id, bond: Bond::Head, from_on: None, to_on: None, created_at };
    store::add_member(tx, &row).map_err(|error| match error {
        StoreError::Refused(mut refused) => {
            refused.0.iter_mut().for_each(|refusal| "/head".clone_into(&mut refusal.pointer));
            StoreError::Refused(refused)
        }
        other => other,
    })
}

/// Loads the household for a change of a member, and moves the version on: a part belongs to the whole.
fn held(tx: &mut Tx<'_>, id: HouseholdId) -> Result<Held<HouseholdRow>, StoreError> {
    let held = tx.load_for_change::<HouseholdRow>(id)?;
    tx.require(Kind::Household, Verb::Edit, &held.ties)?;
    Ok(held)
}

fn changed(tx: &mut Tx<'_>, mut held: Held<HouseholdRow>, before: Option<Value>, after: Option<Value>) -> Result<i64, StoreError> {
    let id = held.value.id;
    store::save(tx, &mut held)?;
    tx.record(Event::new(Kind::Household, id.any(), Verb::Edit).values(before, after));
    Ok(held.value.version)
}

pub(crate) async fn add_member(call: Call<HouseholdId, (), Json<MemberDraft>>) -> Result<Ended<Made<MemberView>>, ApiError> {
    let (household, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let id: HouseholdMemberId = new_id();
    call.write(Root::Of(household.any()), move |tx| {
        let held = held(tx, household)?;
        let span = Span { from_on: draft.from_on, to_on: draft.to_on }.check()?;
        let row = MemberRow {
            id,
            household_id: household,
            person_id: seen_person(tx.conn(), &eyes, "/person", &draft.person)?,
            bond: draft.bond,
            from_on: span.from_on,
            to_on: span.to_on,
            created_at: tx.now(),
        };
        store::add_member(tx, &row)?;
        let version = changed(tx, held, None, Some(json!({ "members": parts::named(id.any(), &draft) })))?;
        let view = member_views(tx.conn(), &eyes, &[row])?.pop().ok_or(StoreError::NotFound)?;
        Made::of(&view, Some(version), format!("/api/v1/households/{household}/members")).map_err(inside)
    })
    .await
}

/// Loads a member that may be changed, with the household.
fn part(tx: &mut Tx<'_>, household: HouseholdId, id: HouseholdMemberId) -> Result<(Held<HouseholdRow>, MemberRow), StoreError> {
    let held = held(tx, household)?;
    let row = store::member(tx.conn(), household, id)?.ok_or(Code::NotFound)?;
    Ok((held, row))
}

pub(crate) async fn end_member(call: Call<(Id<Household>, Id<HouseholdMember>), (), Json<MemberEnd>>) -> Result<Ended<Done>, ApiError> {
    let ((household, id), draft) = (call.path, call.body.0.clone());
    call.write(Root::Of(household.any()), move |tx| {
        let (held, mut row) = part(tx, household, id)?;
        store::end_member(tx, &mut row, draft.to_on)?;
        changed(tx, held, None, Some(json!({ "ended": id, "to_on": draft.to_on })))?;
        Ok(Done)
    })
    .await
}

pub(crate) async fn remove_member(call: Call<(Id<Household>, Id<HouseholdMember>)>) -> Result<Ended<Done>, ApiError> {
    let (household, id) = call.path;
    call.write(Root::Of(household.any()), move |tx| {
        let (held, row) = part(tx, household, id)?;
        store::remove_member(tx, id)?;
        let draft = MemberDraft { person: row.person_id.to_string(), bond: row.bond, from_on: row.from_on, to_on: row.to_on };
        changed(tx, held, Some(json!({ "members": parts::named(id.any(), &draft) })), None)?;
        Ok(Done)
    })
    .await
}
