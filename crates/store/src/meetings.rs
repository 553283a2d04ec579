//! Meetings of a bloc as kept, with who came.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::id::{AttendanceId, BlocYearId, DocumentId, Id, Meeting, MeetingId, UnitId};
use thidua_domain::meeting::{DayPart, MeetingKind, MeetingStatus, Presence};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{attendances, meetings};
use crate::unit_of_work::{Held, Resource, Tx};

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = meetings, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct MeetingRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<MeetingId>)]
    pub id: MeetingId,
    /// Code.
    pub code: String,
    /// Of which bloc year.
    #[diesel(serialize_as = Sql<BlocYearId>)]
    pub bloc_year_id: BlocYearId,
    /// What for.
    #[diesel(serialize_as = Sql<MeetingKind>)]
    pub kind: MeetingKind,
    /// Title.
    pub title: String,
    /// Search key.
    pub folded: String,
    /// Date.
    pub meets_on: Date,
    /// Part of the day.
    #[diesel(serialize_as = SqlOpt<DayPart>)]
    pub day_part: Option<DayPart>,
    /// Where.
    pub place: Option<String>,
    /// Minutes.
    pub minutes: Option<String>,
    /// Minutes as a document.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub minutes_document_id: Option<DocumentId>,
    /// Where it stands.
    #[diesel(serialize_as = Sql<MeetingStatus>)]
    pub status: MeetingStatus,
    /// Performed here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// Facts where it was recorded.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    pub fictional: bool,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

/// A unit's seat at a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = attendances, treat_none_as_default_value = false)]
pub struct AttendanceRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<AttendanceId>)]
    pub id: AttendanceId,
    /// At which meeting.
    #[diesel(serialize_as = Sql<MeetingId>)]
    pub meeting_id: MeetingId,
    /// Which unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Whether it was there.
    #[diesel(serialize_as = Sql<Presence>)]
    pub presence: Presence,
    /// Who came.
    pub attendee_name: Option<String>,
    /// In what position.
    pub attendee_position: Option<String>,
    /// Order.
    pub ordinal: i32,
}

impl Resource for MeetingRow {
    type Marker = Meeting;
    const KIND: Kind = Kind::Meeting;
    fn load(conn: &mut Conn, id: MeetingId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| meetings::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Meeting> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Keeps a new meeting.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &MeetingRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(meetings::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// Keeps a changed meeting under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<MeetingRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(meetings::table, meetings::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// Who came to several meetings: one query.
///
/// # Errors
/// Whatever the database says.
pub fn attendance_of_all(conn: &mut Conn, meetings: &[MeetingId]) -> Result<Vec<AttendanceRow>> {
    if meetings.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(attendances::meeting_id, meetings, |within| attendances::table
        .filter(within)
        .order((attendances::ordinal.asc(), attendances::id.asc()))
        .load(c)))?)
}

/// Replaces who came to a meeting.
///
/// # Errors
/// Whatever the database says.
pub fn replace_attendance(tx: &mut Tx<'_>, meeting: MeetingId, rows: &[AttendanceRow]) -> Result<()> {
    on!(tx.conn(), |c| {
        diesel::delete(attendances::table.filter(attendances::meeting_id.eq(Sql(meeting)))).execute(c)?;
        diesel::insert_into(attendances::table).values(rows.to_vec()).execute(c)
    })
    .map_err(StoreError::from)?;
    Ok(())
}

/// What meetings are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this bloc year.
    pub bloc_year: Option<BlocYearId>,
    /// Only of this kind.
    pub kind: Option<MeetingKind>,
    /// Only in this state.
    pub status: Option<MeetingStatus>,
    /// Only from this day on.
    pub from_on: Option<Date>,
    /// Only up to this day.
    pub to_on: Option<Date>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of meetings by date.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<MeetingRow>> {
    let scope = Scoped::of(who, Kind::Meeting, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = meetings::table.filter(scope.clone()).into_boxed();
            if let Some(year) = filter.bloc_year {
                query = query.filter(meetings::bloc_year_id.eq(Sql(year)));
            }
            if let Some(kind) = filter.kind {
                query = query.filter(meetings::kind.eq(Sql(kind)));
            }
            if let Some(status) = filter.status {
                query = query.filter(meetings::status.eq(Sql(status)));
            }
            if let Some(from) = filter.from_on {
                query = query.filter(meetings::meets_on.ge(from));
            }
            if let Some(to) = filter.to_on {
                query = query.filter(meetings::meets_on.le(to));
            }
            called!(query, filter.external, Kind::Meeting, meetings::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(meetings::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Day(meetings::meets_on), meetings::id);
        (query.load::<MeetingRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
