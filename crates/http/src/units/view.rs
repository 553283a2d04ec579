//! A unit as shown: on a day, with what stands above it and what it became.

use serde::Serialize;
use thidua_domain::id::UnitId;
use thidua_domain::time::{Date, Instant};
use thidua_domain::unit::{SuccessionKind, UnitKind, UnitRelationKind};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::units::{self as store, UnitRow};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::parts::{RefView, label};

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unit, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-QUANG-NAM", "kind": "department", "kind_label": "Sở, ban, ngành",
    "name": "Sở Kế hoạch và Đầu tư tỉnh Quảng Nam", "protocol_order": 10,
    "location": {"id": "0198c0de-0000-7000-8000-000000000021", "code": "P63-QUANG-NAM", "name": "Tỉnh Quảng Nam"},
    "succeeded_by": [], "in_being": true, "fictional": false, "external_ids": {}, "allowed_actions": [],
    "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct UnitView {
    /// Identifier.
    id: UnitId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Kind.
    kind: UnitKind,
    /// Kind in words.
    #[schema(max_length = 200)]
    kind_label: String,
    /// Official name on the day asked for.
    #[schema(max_length = 300)]
    name: String,
    /// Place in protocol.
    #[schema(minimum = 0, maximum = 1000000)]
    protocol_order: i32,
    /// Administrative parent on the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parent: Option<RefView>,
    /// Territory on the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    location: Option<RefView>,
    /// Upper body in its professional line on the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    professional: Option<RefView>,
    /// What followed it directly, up to the day (“nay là”).
    #[schema(max_items = 100)]
    succeeded_by: Vec<FollowedByView>,
    /// First day in being.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day in being.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Whether it is in being on the day.
    in_being: bool,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// What followed a unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FollowedBy)]
pub(crate) struct FollowedByView {
    /// The unit that follows; absent for a dissolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    unit: Option<RefView>,
    /// How.
    kind: SuccessionKind,
    /// Since when.
    #[schema(value_type = String, format = Date)]
    effective_on: Date,
    /// Whether a public source confirms it.
    verified: bool,
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &UnitRow, on: Date) -> Result<UnitView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row), on)?.pop().ok_or(StoreError::NotFound)
}

/// Views of several units: a fixed number of queries.
pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[UnitRow], on: Date) -> Result<Vec<UnitView>, StoreError> {
    let ids: Vec<UnitId> = rows.iter().map(|row| row.id).collect();
    let uppers = store::uppers_on(conn, &ids, on)?;
    let followers = store::followers(conn, &ids)?;
    let mut named = ids.clone();
    named.extend(uppers.iter().map(|row| row.upper_id));
    named.extend(followers.iter().filter_map(|row| row.to_id));
    named.sort_unstable();
    named.dedup();
    let names = refs::units(conn, &named, on)?;
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let external = external_ids::of_all(conn, thidua_domain::access::Kind::Unit, &any)?;
    let allowed = allowed(conn, eyes, &ids)?;
    Ok(rows
        .iter()
        .zip(external)
        .zip(allowed)
        .map(|((row, external_ids), allowed_actions)| {
            let above = |kind: UnitRelationKind| {
                uppers.iter().find(|upper| upper.unit_id == row.id && upper.kind == kind).map(|upper| names.get(upper.upper_id).into())
            };
            UnitView {
                id: row.id,
                code: row.code.clone(),
                kind: row.kind,
                kind_label: label(row.kind, eyes.lang),
                name: names.get(row.id).name,
                protocol_order: row.protocol_order,
                parent: above(UnitRelationKind::Administrative),
                location: above(UnitRelationKind::Location),
                professional: above(UnitRelationKind::Professional),
                succeeded_by: followers
                    .iter()
                    .filter(|next| next.from_id == row.id && next.effective_on <= on)
                    .map(|next| FollowedByView {
                        unit: names.opt(next.to_id).map(Into::into),
                        kind: next.kind,
                        effective_on: next.effective_on,
                        verified: next.verified,
                    })
                    .collect(),
                from_on: row.from_on,
                to_on: row.to_on,
                in_being: thidua_domain::dated::Span { from_on: row.from_on, to_on: row.to_on }.holds(on),
                fictional: row.fictional,
                note: row.note.clone(),
                external_ids,
                allowed_actions,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            }
        })
        .collect())
}

/// Acts open to the caller. Most callers only read units, and for them nothing is asked of the database.
fn allowed(conn: &mut Conn, eyes: &Eyes, ids: &[UnitId]) -> Result<Vec<Vec<String>>, StoreError> {
    use thidua_domain::access::{Kind, Verb, may_somewhere};
    const VERBS: [Verb; 3] = [Verb::Edit, Verb::Arrange, Verb::Succeed];
    if !VERBS.iter().any(|verb| may_somewhere(&eyes.who, Kind::Unit, *verb)) {
        return Ok(ids.iter().map(|_| Vec::new()).collect());
    }
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let ties = crate::parts::ties_of_all(conn, eyes, Kind::Unit, &any)?;
    Ok(ties.iter().map(|ties| crate::parts::open_acts(eyes, Kind::Unit, &VERBS, ties)).collect())
}
