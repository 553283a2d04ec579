//! The log as kept: append-only, positions dense in the order of commits; the restricted values
//! beside it; reading it back as feed and as history of one object.

use diesel::prelude::*;
use serde_json::Value;
use thidua_domain::access::{Kind, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{AnyId, EventId, UserId};
use thidua_domain::recorded::Origin;
use thidua_domain::time::Instant;

use crate::among::Among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::dialect::new_id;
use crate::error::Result;
use crate::prepared::Both;
use crate::schema::{event_values, events, users};
use crate::unit_of_work::UnitOfWork;

/// One entry of the log.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub struct EventRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<EventId>)]
    pub id: EventId,
    /// Place in the feed; `None` until sealed.
    pub position: Option<i64>,
    /// When.
    #[diesel(serialize_as = Sql<Instant>)]
    pub at: Instant,
    /// Who; `None` for the service itself.
    #[diesel(serialize_as = SqlOpt<UserId>)]
    pub actor_id: Option<UserId>,
    /// Kind of subject.
    #[diesel(serialize_as = Sql<Kind>)]
    pub kind: Kind,
    /// Subject.
    #[diesel(serialize_as = Sql<AnyId>)]
    pub subject_id: AnyId,
    /// What was done.
    #[diesel(serialize_as = Sql<Verb>)]
    pub verb: Verb,
    /// Names of changed fields, as a JSON list.
    pub fields: String,
    /// State before, when a lifecycle moved.
    pub from_status: Option<String>,
    /// State after.
    pub to_status: Option<String>,
    /// Performed or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// The request.
    pub request_id: String,
}

/// The restricted half of an entry on its way in.
#[derive(Debug, Insertable)]
#[diesel(table_name = event_values, treat_none_as_default_value = false)]
struct ValuesRow {
    #[diesel(serialize_as = Sql<EventId>)]
    event_id: EventId,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
    recorded: Option<String>,
    warnings: Option<String>,
}

/// The restricted half of an entry.
#[derive(Debug, Clone, Default, Queryable)]
pub struct EventValues {
    /// Values before.
    pub before: Option<String>,
    /// Values after.
    pub after: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Facts of a recorded act.
    pub recorded: Option<String>,
    /// What would have refused it, had it been performed: a JSON list of codes.
    pub warnings: Option<String>,
}

/// An entry as history shows it.
#[derive(Debug, Clone)]
pub struct HistoryRow {
    /// The entry.
    pub event: EventRow,
    /// User name of the actor.
    pub actor: Option<String>,
    /// Its restricted half, unless erased.
    pub values: EventValues,
}

impl ValuesRow {
    /// The restricted half of an event that has one.
    fn of(event_id: EventId, event: &Event) -> Option<Self> {
        let text = |value: Option<&Value>| value.map(Value::to_string);
        let (before, after) = (text(event.before.as_ref()), text(event.after.as_ref()));
        let recorded = event.recorded.as_ref().and_then(|recorded| serde_json::to_string(recorded).ok());
        let codes: Vec<&str> = event.warnings.iter().map(|code| code.as_str()).collect();
        let warnings = if codes.is_empty() { None } else { serde_json::to_string(&codes).ok() };
        let any = before.is_some() || after.is_some() || event.reason.is_some() || recorded.is_some() || warnings.is_some();
        any.then(|| Self { event_id, before, after, reason: event.reason.clone(), recorded, warnings })
    }
}

/// Entries whose restricted half is older than a moment, among the oldest that there are. Their identifiers
/// follow the time, so that the oldest are found along the key.
fn old_values(conn: &mut Conn, before: Instant, among: i64) -> Result<Vec<EventId>> {
    let oldest: Vec<(EventId, Instant)> = on!(conn, |c| event_values::table
        .inner_join(events::table)
        .order(event_values::event_id)
        .limit(among)
        .select((event_values::event_id, events::at))
        .load(c))?;
    Ok(oldest.into_iter().filter(|(_, at)| *at < before).map(|(id, _)| id).collect())
}

/// Whether restricted values are too old to be kept.
pub(crate) fn any_old(conn: &mut Conn, before: Instant) -> Result<bool> {
    Ok(!old_values(conn, before, 100)?.is_empty())
}

/// Erases restricted values that are too old, a bounded number at a time. What happened stays in the log.
pub(crate) fn forget_old(conn: &mut Conn, before: Instant) -> Result<usize> {
    let old = old_values(conn, before, 500)?;
    on!(conn, |c| diesel::delete(event_values::table.filter(Among::of(event_values::event_id, &old))).execute(c))?;
    Ok(old.len())
}

/// Keeps events inside the transaction of their change.
pub(crate) fn append(conn: &mut Conn, work: &UnitOfWork, noted: &[Event]) -> Result<()> {
    for event in noted {
        let id: EventId = new_id();
        let row = EventRow {
            id,
            position: None,
            at: work.now,
            actor_id: work.actor.user,
            kind: event.kind,
            subject_id: event.subject,
            verb: event.verb,
            fields: serde_json::to_string(&event.fields()).unwrap_or_else(|_| "[]".to_owned()),
            from_status: event.moved.map(|(from, _)| from.to_owned()),
            to_status: event.moved.map(|(_, to)| to.to_owned()),
            origin: event.origin(),
            request_id: work.request_id.clone(),
        };
        insert(conn, row, ValuesRow::of(id, event))?;
    }
    Ok(())
}

/// On SQLite the writer itself is the order of commits and numbers at once; on PostgreSQL the
/// sealer numbers what is committed.
fn insert(conn: &mut Conn, mut row: EventRow, values: Option<ValuesRow>) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => {
            let last: Option<i64> = events::table.select(diesel::dsl::max(events::position)).first(c)?;
            row.position = Some(last.unwrap_or(0) + 1);
            diesel::insert_into(events::table).values(row).execute(c)?;
            if let Some(values) = values {
                diesel::insert_into(event_values::table).values(values).execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            let entry = diesel::insert_into(events::table).values(row);
            match values {
                Some(values) => Both(entry, diesel::insert_into(event_values::table).values(values)).execute(c)?,
                None => entry.execute(c)?,
            };
        }
    }
    Ok(())
}

/// Sealed entries after a position, oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn feed(conn: &mut Conn, after: i64, limit: u32) -> Result<Vec<EventRow>> {
    Ok(on!(conn, |c| events::table
        .filter(events::position.gt(after))
        .order(events::position.asc())
        .limit(i64::from(limit))
        .load::<EventRow>(c))?)
}

/// The history of one object, newest first; `moves` keeps only movements of its lifecycle.
///
/// # Errors
/// Whatever the database says.
pub fn history(
    conn: &mut Conn,
    kind: Kind,
    subject: AnyId,
    moves: bool,
    before: Option<(Instant, AnyId)>,
    limit: i64,
) -> Result<Vec<HistoryRow>> {
    type Row = (EventRow, Option<String>, Option<EventValues>);
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = events::table
            .left_join(users::table.on(events::actor_id.eq(users::id.nullable())))
            .left_join(event_values::table)
            .filter(events::kind.eq(Sql(kind)))
            .filter(events::subject_id.eq(Sql(subject)))
            .select((
                events::all_columns,
                users::username.nullable(),
                (event_values::before, event_values::after, event_values::reason, event_values::recorded, event_values::warnings)
                    .nullable(),
            ))
            .order((events::at.desc(), events::id.desc()))
            .limit(limit)
            .into_boxed();
        if moves {
            query = query.filter(events::to_status.is_not_null());
        }
        if let Some((at, id)) = before {
            query = query.filter(events::at.le(Sql(at)).and(events::at.lt(Sql(at)).or(events::id.lt(Sql(id)))));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(|(event, actor, values)| HistoryRow { event, actor, values: values.unwrap_or_default() }).collect())
}
