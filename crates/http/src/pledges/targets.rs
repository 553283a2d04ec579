//! What each unit has set itself under a pledge, and what it achieved.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{Id, Pledge, PledgeId, PledgePart, PledgePartId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::pledge::{PledgeFacts, PledgeLife};
use thidua_domain::refusal::{Code, Refusal};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::pledges::{self as store, PledgeRow, TargetRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use super::signatures::ties_for;
use crate::answer::{Done, List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::parts::{self, RefView, inside};
use crate::problem::ApiError;

/// A target.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PledgeTarget, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000096",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "title": "Hồ sơ giải quyết đúng hạn", "measure": "%", "planned": "98", "ordinal": 1, "version": 1
}))]
pub(crate) struct TargetView {
    /// Identifier.
    id: PledgePartId,
    /// Whose.
    unit: RefView,
    /// What.
    #[schema(max_length = 500)]
    title: String,
    /// Unit of measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, nullable = false)]
    measure: Option<String>,
    /// What was planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    planned: Option<String>,
    /// What was achieved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    achieved: Option<String>,
    /// Order.
    ordinal: i32,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
}

/// A target to be set or changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PledgeTargetDraft, example = json!({ "unit": "SKHDT-DA-NANG", "title": "Hồ sơ giải quyết đúng hạn", "measure": "%", "planned": "98" }))]
pub(crate) struct TargetDraft {
    /// Whose: identifier or code of a member.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// What.
    #[schema(min_length = 1, max_length = 500)]
    title: String,
    /// Unit of measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 50)]
    measure: Option<String>,
    /// What is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    planned: Option<String>,
    /// What was achieved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    achieved: Option<String>,
}

fn views(conn: &mut Conn, eyes: &Eyes, rows: &[TargetRow]) -> Result<Vec<TargetView>, StoreError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let names = refs::units(conn, &units, eyes.today)?;
    Ok(rows
        .iter()
        .map(|row| TargetView {
            id: row.id,
            unit: names.get(row.unit_id).into(),
            title: row.title.clone(),
            measure: row.measure.clone(),
            planned: row.planned.clone(),
            achieved: row.achieved.clone(),
            ordinal: row.ordinal,
            version: row.version,
        })
        .collect())
}

fn view(conn: &mut Conn, eyes: &Eyes, row: &TargetRow) -> Result<TargetView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

pub(crate) async fn list(call: Call<PledgeId>) -> Result<List<TargetView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Pledge, id.any())?;
            let rows = store::targets_of(conn, id)?;
            views(conn, eyes, &rows)
        })
        .await?;
    List::whole(&views)
}

pub(crate) async fn read(call: Call<(Id<Pledge>, Id<PledgePart>)>) -> Result<One<TargetView>, ApiError> {
    let (id, target) = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            parts::seen(conn, eyes, Kind::Pledge, id.any())?;
            let row = store::target(conn, id, target)?.ok_or(StoreError::NotFound)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// Whether the caller may set targets of this unit under the pledge now.
fn may_set(tx: &mut Tx<'_>, held: &Held<PledgeRow>, unit: UnitId) -> Result<(), StoreError> {
    let ties = ties_for(tx, &held.ties, unit)?;
    tx.require(Kind::Pledge, Verb::SetTargets, &ties)?;
    let facts = PledgeFacts { year: store::year_status(tx.conn(), held.value.bloc_year_id)?, ..PledgeFacts::default() };
    Ok(lifecycle::allow::<PledgeLife>(held.value.status, Verb::SetTargets, &facts, false, tx.lang())?)
}

fn noted(tx: &mut Tx<'_>, pledge: PledgeId, before: Option<&TargetDraft>, after: Option<&TargetDraft>) {
    tx.record(Event::new(Kind::Pledge, pledge.any(), Verb::SetTargets).values(before.map(parts::values), after.map(parts::values)));
}

pub(crate) async fn add(call: Call<PledgeId, (), Json<TargetDraft>>) -> Result<Ended<Made<TargetView>>, ApiError> {
    let (pledge, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let id: PledgePartId = new_id();
    call.write(Root::Of(pledge.any()), move |tx| {
        let held = tx.load_for_change::<PledgeRow>(pledge)?;
        let unit_id = refs::find_unit(tx.conn(), "/unit", &draft.unit)?;
        may_set(tx, &held, unit_id)?;
        let today = tx.today();
        if !store::signers(tx.conn(), &held.value, today)?.contains(&unit_id) {
            return Err(Refusal::at("/unit", Code::NotAMember).with("unit", &draft.unit).with("on", today).into());
        }
        let last = store::targets_of(tx.conn(), pledge)?.iter().filter(|row| row.unit_id == unit_id).map(|row| row.ordinal).max();
        let row = TargetRow {
            id,
            pledge_id: pledge,
            unit_id,
            ordinal: last.unwrap_or(0) + 1,
            title: draft.title.clone(),
            measure: draft.measure.clone(),
            planned: draft.planned.clone(),
            achieved: draft.achieved.clone(),
            version: 1,
            created_at: tx.now(),
        };
        store::add_target(tx, &row)?;
        noted(tx, pledge, None, Some(&draft));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/pledges/{pledge}/targets/{id}")).map_err(inside)
    })
    .await
}

fn draft_of(row: &TargetRow) -> TargetDraft {
    TargetDraft {
        unit: row.unit_id.to_string(),
        title: row.title.clone(),
        measure: row.measure.clone(),
        planned: row.planned.clone(),
        achieved: row.achieved.clone(),
    }
}

/// Loads a target that may be changed: sight, version, right, state.
fn target(tx: &mut Tx<'_>, pledge: PledgeId, id: PledgePartId) -> Result<TargetRow, StoreError> {
    let held = tx.look_at::<PledgeRow>(pledge)?;
    let row = store::target(tx.conn(), pledge, id)?.ok_or(Code::NotFound)?;
    tx.check_version(row.version)?;
    may_set(tx, &held, row.unit_id)?;
    Ok(row)
}

pub(crate) async fn change(call: Call<(Id<Pledge>, Id<PledgePart>), (), Patch<TargetDraft>>) -> Result<Ended<One<TargetView>>, ApiError> {
    let ((pledge, id), patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(pledge.any()), move |tx| {
        let mut row = target(tx, pledge, id)?;
        let before = draft_of(&row);
        let after = patch.onto(&before)?;
        if patch.touches("unit") && refs::find_unit(tx.conn(), "/unit", &after.unit)? != row.unit_id {
            return Err(Refusal::at("/unit", Code::CannotMove).into());
        }
        row.title.clone_from(&after.title);
        row.measure.clone_from(&after.measure);
        row.planned.clone_from(&after.planned);
        row.achieved.clone_from(&after.achieved);
        store::save_target(tx, &mut row)?;
        noted(tx, pledge, Some(&before), Some(&after));
        let view = view(tx.conn(), &eyes, &row)?;
        One::of(&view, row.version).map_err(inside)
    })
    .await
}

pub(crate) async fn remove(call: Call<(Id<Pledge>, Id<PledgePart>)>) -> Result<Ended<Done>, ApiError> {
    let (pledge, id) = call.path;
    call.write(Root::Of(pledge.any()), move |tx| {
        let row = target(tx, pledge, id)?;
        store::remove_target(tx, id)?;
        noted(tx, pledge, Some(&draft_of(&row)), None);
        Ok(Done)
    })
    .await
}
