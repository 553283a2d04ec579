//! Meetings as they are sent and shown.

use serde::{Deserialize, Serialize};
use thidua_domain::access::Kind;
use thidua_domain::code::Code as HumanCode;
use thidua_domain::id::{BlocYearId, MeetingId, UnitId};
use thidua_domain::lifecycle::{self};
use thidua_domain::meeting::{DayPart, MeetingFacts, MeetingKind, MeetingLife, MeetingStatus, Presence};
use thidua_domain::missing::{Missing, absent};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::time::{Date, Instant};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::meetings::{self as store, MeetingRow};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::list::Filters;
use crate::parts::{self, BlockedView, ExternalId, RefView, label};

/// A unit's seat at a meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Attendance)]
pub(crate) struct AttendanceView {
    /// The unit.
    pub(super) unit: RefView,
    /// Whether it was there.
    pub(super) presence: Presence,
    /// The same in words.
    #[schema(max_length = 100)]
    pub(super) presence_label: String,
    /// Who came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    pub(super) attendee_name: Option<String>,
    /// In what position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    pub(super) attendee_position: Option<String>,
}

/// A unit's seat, to be entered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AttendanceDraft)]
pub(crate) struct AttendanceDraft {
    /// The unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: String,
    /// Whether it was there.
    pub(super) presence: Presence,
    /// Who came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub(super) attendee_name: Option<String>,
    /// In what position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub(super) attendee_position: Option<String>,
}

/// A meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Meeting, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000080", "code": "KHOI-SKHDT/2021-HN1",
    "bloc_year": {"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI-SKHDT/2021", "name": "KHOI-SKHDT/2021"},
    "kind": "signing", "kind_label": "Ký kết giao ước", "title": "Hội nghị ký kết giao ước thi đua năm 2021", "meets_on": "2021-04-24",
    "day_part": "morning", "place": "Trung tâm hành chính thành phố Đà Nẵng", "attendance": [], "status": "held", "status_label": "Đã họp",
    "origin": "recorded", "fictional": false, "allowed_actions": ["adopt"], "blocked": [{"action": "adopt", "action_label": "Thông qua biên bản", "code": "minutes_missing", "code_label": "Chưa có biên bản"}],
    "missing": ["minutes"], "missing_labels": ["Chưa có biên bản"], "external_ids": {}, "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct MeetingView {
    /// Identifier.
    pub(super) id: MeetingId,
    /// Code.
    #[schema(max_length = 64)]
    pub(super) code: String,
    /// The bloc year.
    pub(super) bloc_year: RefView,
    /// What it is for.
    pub(super) kind: MeetingKind,
    /// The same in words.
    #[schema(max_length = 100)]
    pub(super) kind_label: String,
    /// Title.
    #[schema(max_length = 500)]
    pub(super) title: String,
    /// Date.
    #[schema(value_type = String, format = Date)]
    pub(super) meets_on: Date,
    /// Part of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) day_part: Option<DayPart>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    pub(super) place: Option<String>,
    /// Who came.
    #[schema(max_items = 500)]
    pub(super) attendance: Vec<AttendanceView>,
    /// Minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50000, nullable = false)]
    pub(super) minutes: Option<String>,
    /// Minutes as a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) minutes_document: Option<RefView>,
    /// Where it stands.
    pub(super) status: MeetingStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    pub(super) status_label: String,
    /// Performed here or recorded.
    pub(super) origin: Origin,
    /// Facts, where it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    pub(super) fictional: bool,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    pub(super) allowed_actions: Vec<String>,
    /// What a guard holds back.
    #[schema(max_items = 40)]
    pub(super) blocked: Vec<BlockedView>,
    /// What is absent.
    #[schema(max_items = 20)]
    pub(super) missing: Vec<Missing>,
    /// The same in words.
    #[schema(max_items = 20, max_length = 200)]
    pub(super) missing_labels: Vec<String>,
    /// Version.
    #[schema(minimum = 1)]
    pub(super) version: i64,
    /// Made.
    pub(super) created_at: Instant,
    /// Changed.
    pub(super) updated_at: Instant,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// A meeting to be entered or edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeetingDraft, example = json!({
    "bloc_year": "KHOI-SKHDT/2021", "kind": "signing", "title": "Hội nghị ký kết giao ước thi đua năm 2021", "meets_on": "2021-04-24",
    "day_part": "morning", "place": "Trung tâm hành chính thành phố Đà Nẵng",
    "attendance": [{"unit": "SKHDT-DA-NANG", "presence": "present"}], "recorded": {"from": "meeting", "happened_on": "2021-04-24"}
}))]
pub(crate) struct MeetingDraft {
    /// The bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) bloc_year: String,
    /// Code; made when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    pub(super) code: Option<String>,
    /// What it is for.
    pub(super) kind: MeetingKind,
    /// Title.
    #[schema(min_length = 1, max_length = 500)]
    pub(super) title: String,
    /// Date.
    #[schema(value_type = String, format = Date)]
    pub(super) meets_on: Date,
    /// Part of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) day_part: Option<DayPart>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    pub(super) place: Option<String>,
    /// Who came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 500)]
    pub(super) attendance: Vec<AttendanceDraft>,
    /// Minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 50000, format = "multiline")]
    pub(super) minutes: Option<String>,
    /// Minutes as a document: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) minutes_document: Option<String>,
    /// Facts of a meeting that was held elsewhere; it is then entered as held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What meetings are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct MeetingFilter {
    /// Only of this bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) bloc_year: Option<String>,
    /// Only of this kind.
    pub(super) kind: Option<MeetingKind>,
    /// Only in this state.
    pub(super) status: Option<MeetingStatus>,
    /// Only from this day on.
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) from_on: Option<Date>,
    /// Only up to this day.
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) to_on: Option<Date>,
    /// Only the one that another system calls so: `system:value`.
    pub(super) external_id: Option<ExternalId>,
}

impl Filters for MeetingFilter {
    const SORTS: &'static [&'static str] = &["date"];
    const SEARCH: bool = true;
}

pub(super) const fn facts(row: &MeetingRow, today: Date) -> MeetingFacts {
    MeetingFacts { on: row.meets_on, today, has_minutes: row.minutes.is_some() || row.minutes_document_id.is_some() }
}

pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[MeetingRow]) -> Result<Vec<MeetingView>, StoreError> {
    let ids: Vec<MeetingId> = rows.iter().map(|row| row.id).collect();
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let years: Vec<BlocYearId> = rows.iter().map(|row| row.bloc_year_id).collect();
    let years = refs::bloc_years(conn, &years)?;
    let documents: Vec<_> = rows.iter().filter_map(|row| row.minutes_document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    let attendance = store::attendance_of_all(conn, &ids)?;
    let units: Vec<UnitId> = attendance.iter().map(|seat| seat.unit_id).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Meeting, &any)?;
    let external = external_ids::of_all(conn, Kind::Meeting, &any)?;
    Ok(rows
        .iter()
        .zip(&ties)
        .zip(external)
        .map(|((row, ties), external_ids)| {
            let facts = facts(row, eyes.today);
            let seats = attendance.iter().filter(|seat| seat.meeting_id == row.id);
            let attendance: Vec<AttendanceView> = seats
                .map(|seat| AttendanceView {
                    unit: units.get(seat.unit_id).into(),
                    presence: seat.presence,
                    presence_label: label(seat.presence, eyes.lang),
                    attendee_name: seat.attendee_name.clone(),
                    attendee_position: seat.attendee_position.clone(),
                })
                .collect();
            let missing = absent([
                (Missing::Minutes, facts.has_minutes),
                (Missing::Attendance, !attendance.is_empty()),
                (Missing::Place, row.place.is_some()),
            ]);
            MeetingView {
                id: row.id,
                code: row.code.clone(),
                bloc_year: years.get(row.bloc_year_id).into(),
                kind: row.kind,
                kind_label: label(row.kind, eyes.lang),
                title: row.title.clone(),
                meets_on: row.meets_on,
                day_part: row.day_part,
                place: row.place.clone(),
                attendance,
                minutes: row.minutes.clone(),
                minutes_document: documents.opt(row.minutes_document_id).map(Into::into),
                status: row.status,
                status_label: label(row.status, eyes.lang),
                origin: row.origin,
                recorded: row.recorded.clone(),
                fictional: row.fictional,
                allowed_actions: parts::allowed::<MeetingLife>(row.status, eyes, ties),
                blocked: parts::blocked(lifecycle::blocked::<MeetingLife>(row.status, &facts, &eyes.who, ties), eyes.lang),
                missing_labels: parts::labels(&missing, eyes.lang),
                missing,
                external_ids,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            }
        })
        .collect())
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &MeetingRow) -> Result<MeetingView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}
