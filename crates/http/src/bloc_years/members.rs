//! Members of a bloc year: added, changed by date, and looked at on any day, with what they are now.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::bloc_year::{BlocYearStatus, Office, check_span, fits_running, reference_day};
use thidua_domain::event::Event;
use thidua_domain::id::{BlocMember, BlocMemberId, BlocYear, BlocYearId, Id, UnitId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::Date;
use thidua_domain::unit::UnitRelationKind;
use thidua_store::bloc_years::{self as store, BlocYearRow, MemberRow};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::units::{self, SuccessionRow};
use thidua_store::{Held, Reach, Resource, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use super::view::{MemberView, member_view};
use crate::answer::{Done, List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch, Query};
use crate::parts::{self, RefView, inside, label};
use crate::problem::ApiError;
use crate::scoresheets;

/// A member to be added or changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlocMemberDraft, example = json!({ "unit": "SKHDT-DA-NANG", "office": "leader" }))]
pub(crate) struct MemberDraft {
    /// The unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// Its office; `member` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    office: Option<Office>,
    /// Order of the founding document; last when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100000)]
    ordinal: Option<i32>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// Remark, or why it joins or leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    note: Option<String>,
}

/// A member on a day, with what became of it and of the territory it stands in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlocMemberOnDay, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000072",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-QUANG-NAM", "name": "Sở Kế hoạch và Đầu tư tỉnh Quảng Nam"},
    "office": "member", "office_label": "Thành viên", "ordinal": 2,
    "location": {"id": "0198c0de-0000-7000-8000-000000000021", "code": "P63-QUANG-NAM", "name": "Tỉnh Quảng Nam"},
    "unit_now": [], "location_now": [{"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"}],
    "unverified": false
}))]
pub(crate) struct MemberOnDayView {
    /// Identifier.
    id: BlocMemberId,
    /// The unit, under the name it bore in the year of the bloc.
    unit: RefView,
    /// Its office.
    office: Office,
    /// The same in words.
    #[schema(max_length = 100)]
    office_label: String,
    /// Order of the founding document.
    ordinal: i32,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Territory in the year of the bloc.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    location: Option<RefView>,
    /// What the unit is on the day asked for (“nay là”); empty when it is still itself.
    #[schema(max_items = 100)]
    unit_now: Vec<RefView>,
    /// What the territory is on the day asked for; empty when it is still itself.
    #[schema(max_items = 100)]
    location_now: Vec<RefView>,
    /// Whether any step on the way is not confirmed by a public source.
    unverified: bool,
}

/// On which day members are looked at.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct MembersQuery {
    /// The day; today when left out. Shows what units and territories are on it.
    #[schema(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
}

/// Where a chain of successions ends: the units that live on in place of this one. What was split off
/// or transferred leaves the former unit standing, and is not what it has become.
fn ends(unit: UnitId, steps: &[SuccessionRow]) -> Vec<UnitId> {
    let (mut level, mut seen, mut last) = (vec![unit], HashSet::from([unit]), Vec::new());
    while let Some(here) = level.pop() {
        let mut ending = steps.iter().filter(|step| step.from_id == here && step.kind.ends_predecessor()).peekable();
        if ending.peek().is_none() && here != unit {
            last.push(here);
        }
        level.extend(ending.filter_map(|step| step.to_id).filter(|to| seen.insert(*to)));
    }
    last.sort_unstable();
    last
}

fn on_day(conn: &mut Conn, eyes: &Eyes, row: &BlocYearRow, on: Date) -> Result<Vec<MemberOnDayView>, StoreError> {
    let day = reference_day(row.year, eyes.today);
    let members = store::members_of(conn, row.id)?;
    let units: Vec<UnitId> = members.iter().map(|member| member.unit_id).collect();
    let located = units::uppers_on(conn, &units, day)?;
    let located: Vec<_> = located.into_iter().filter(|upper| upper.kind == UnitRelationKind::Location).collect();
    let mut all = units.clone();
    all.extend(located.iter().map(|upper| upper.upper_id));
    let lineage = units::lineage(conn, &all, on)?;
    let then = refs::units(conn, &all, day)?;
    let now: Vec<UnitId> = lineage.iter().flat_map(|(unit, steps)| ends(*unit, steps)).collect();
    let now = refs::units(conn, &now, on)?;
    Ok(members
        .iter()
        .map(|member| {
            let location = located.iter().find(|upper| upper.unit_id == member.unit_id).map(|upper| upper.upper_id);
            let steps = |unit: UnitId| lineage.get(&unit).map(Vec::as_slice).unwrap_or_default();
            let became = |unit: UnitId| ends(unit, steps(unit)).into_iter().map(|end| now.get(end).into()).collect::<Vec<RefView>>();
            let doubtful = |unit: UnitId| steps(unit).iter().any(|step| !step.verified);
            MemberOnDayView {
                id: member.id,
                unit: then.get(member.unit_id).into(),
                office: member.office,
                office_label: label(member.office, eyes.lang),
                ordinal: member.ordinal,
                from_on: member.from_on,
                to_on: member.to_on,
                location: then.opt(location).map(Into::into),
                unit_now: became(member.unit_id),
                location_now: location.map(became).unwrap_or_default(),
                unverified: doubtful(member.unit_id) || location.is_some_and(doubtful),
            }
        })
        .collect())
}

pub(crate) async fn list(call: Call<BlocYearId, Query<MembersQuery>>) -> Result<List<MemberOnDayView>, ApiError> {
    let (id, as_of) = (call.path, call.query.0.as_of);
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::BlocYear, id.any())?;
            let row = BlocYearRow::load(conn, id)?.ok_or(StoreError::NotFound)?;
            on_day(conn, eyes, &row, as_of.unwrap_or(eyes.today))
        })
        .await?;
    List::whole(&views)
}

fn one_view(conn: &mut Conn, eyes: &Eyes, row: &BlocYearRow, member: &MemberRow) -> Result<MemberView, StoreError> {
    let names = refs::units(conn, &[member.unit_id], reference_day(row.year, eyes.today))?;
    Ok(member_view(member, &names, eyes))
}

pub(crate) async fn read(call: Call<(Id<BlocYear>, Id<BlocMember>)>) -> Result<One<MemberView>, ApiError> {
    let (id, member) = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::BlocYear, id.any())?;
            let row = BlocYearRow::load(conn, id)?.ok_or(StoreError::NotFound)?;
            let member = store::member(conn, id, member)?.ok_or(StoreError::NotFound)?;
            Ok((one_view(conn, eyes, &row, &member)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// Loads the year for a change of its members. While it runs, units only join or leave by date,
/// and say why.
fn held(tx: &mut Tx<'_>, id: BlocYearId) -> Result<Held<BlocYearRow>, StoreError> {
    let held = tx.load_for_change::<BlocYearRow>(id)?;
    tx.require(Kind::BlocYear, Verb::ChangeMembers, &held.ties)?;
    super::allow(tx, &held, Verb::ChangeMembers)?;
    Ok(held)
}

/// What may change once the year runs is for the domain to say; a draft is free.
fn settled(
    tx: &Tx<'_>,
    held: &Held<BlocYearRow>,
    before: Option<&MemberRow>,
    after: Option<&MemberRow>,
    says_why: bool,
) -> Result<(), StoreError> {
    let (before, after) = (before.map(MemberRow::place), after.map(MemberRow::place));
    if held.value.status == BlocYearStatus::Draft || fits_running(before.as_ref(), after.as_ref(), says_why) {
        return Ok(());
    }
    Err(Refusal::of(Code::MembersFrozen).with("state", label(held.value.status, tx.lang())).into())
}

/// A place whose unit has signed stays that unit's, on the day on which it signed.
fn unsigned(tx: &mut Tx<'_>, was: &MemberRow, is: Option<&MemberRow>, year: i32) -> Result<(), StoreError> {
    let days = thidua_store::pledges::days_signed(tx.conn(), was.bloc_year_id, was.unit_id)?;
    let stays = |day: &Date| is.is_some_and(|is| is.unit_id == was.unit_id && is.span().holds(reference_day(year, *day)));
    // What it signed outside this place belongs to another of its places.
    let mut of_place = days.iter().filter(|day| was.span().holds(reference_day(year, **day)));
    if of_place.all(stays) { Ok(()) } else { Err(Refusal::of(Code::MemberSigned).into()) }
}

fn changed(
    tx: &mut Tx<'_>,
    held: &mut Held<BlocYearRow>,
    before: Option<&MemberDraft>,
    after: Option<&MemberDraft>,
    units: &[UnitId],
) -> Result<(), StoreError> {
    store::save(tx, held)?;
    let id = held.value.id;
    tx.record(Event::new(Kind::BlocYear, id.any(), Verb::ChangeMembers).values(before.map(parts::values), after.map(parts::values)));
    for unit in units {
        scoresheets::follow_places(tx, &held.value, *unit)?;
    }
    // A member that leaves may have been the last one that had not signed.
    thidua_store::pledges::settle_year(tx, id)
}

pub(crate) async fn add(call: Call<BlocYearId, (), Json<MemberDraft>>) -> Result<Ended<Made<MemberView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let member: BlocMemberId = new_id();
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = held(tx, id)?;
        let last = store::members_of(tx.conn(), id)?.iter().map(|member| member.ordinal).max().unwrap_or(0);
        let row = MemberRow {
            id: member,
            bloc_year_id: id,
            unit_id: refs::find_unit(tx.conn(), "/unit", &draft.unit)?,
            office: draft.office.unwrap_or(Office::Member),
            ordinal: draft.ordinal.unwrap_or(last + 1),
            from_on: draft.from_on,
            to_on: draft.to_on,
            note: draft.note.clone(),
            created_at: tx.now(),
        };
        check_span(row.span(), held.value.year)?;
        settled(tx, &held, None, Some(&row), draft.note.is_some())?;
        store::add_member(tx, &row)?;
        changed(tx, &mut held, None, Some(&draft), &[row.unit_id])?;
        let view = one_view(tx.conn(), &eyes, &held.value, &row)?;
        Made::of(&view, Some(held.value.version), format!("/api/v1/bloc-years/{id}/members/{member}")).map_err(inside)
    })
    .await
}

fn draft_of(row: &MemberRow) -> MemberDraft {
    MemberDraft {
        unit: row.unit_id.to_string(),
        office: Some(row.office),
        ordinal: Some(row.ordinal),
        from_on: row.from_on,
        to_on: row.to_on,
        note: row.note.clone(),
    }
}

pub(crate) async fn change(call: Call<(Id<BlocYear>, Id<BlocMember>), (), Patch<MemberDraft>>) -> Result<Ended<One<MemberView>>, ApiError> {
    let ((id, member), patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = held(tx, id)?;
        let mut row = store::member(tx.conn(), id, member)?.ok_or(Code::NotFound)?;
        let before = draft_of(&row);
        let after = patch.onto(&before)?;
        if parts::values(&after) == parts::values(&before) {
            let view = one_view(tx.conn(), &eyes, &held.value, &row)?;
            return One::of(&view, held.value.version).map_err(inside);
        }
        let unit = refs::find_unit(tx.conn(), "/unit", &after.unit)?;
        let was = row.clone();
        row.unit_id = unit;
        row.office = after.office.unwrap_or(Office::Member);
        row.ordinal = after.ordinal.unwrap_or(row.ordinal);
        row.from_on = after.from_on;
        row.to_on = after.to_on;
        row.note.clone_from(&after.note);
        check_span(row.span(), held.value.year)?;
        unsigned(tx, &was, Some(&row), held.value.year)?;
        settled(tx, &held, Some(&was), Some(&row), patch.touches("note") && after.note.is_some())?;
        store::change_member(tx, &row)?;
        changed(tx, &mut held, Some(&before), Some(&after), &[was.unit_id, row.unit_id])?;
        let view = one_view(tx.conn(), &eyes, &held.value, &row)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}

pub(crate) async fn remove(call: Call<(Id<BlocYear>, Id<BlocMember>)>) -> Result<Ended<Done>, ApiError> {
    let (id, member) = call.path;
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = held(tx, id)?;
        let row = store::member(tx.conn(), id, member)?.ok_or(Code::NotFound)?;
        settled(tx, &held, Some(&row), None, false)?;
        unsigned(tx, &row, None, held.value.year)?;
        store::remove_member(tx, member)?;
        changed(tx, &mut held, Some(&draft_of(&row)), None, &[])?;
        Ok(Done)
    })
    .await
}
