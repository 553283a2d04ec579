//! Jobs as kept: put into the queue, taken on by one service at a time, carried on step by step. A step
//! and the place where it ended are one transaction, so that nothing is done twice or left out.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::id::{Id, Job, JobId};
use thidua_domain::job::{ATTEMPTS, JobKind, JobLife, JobStatus, LEASE_SECONDS};
use thidua_domain::lifecycle::Life;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::among::Among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::jobs;
use crate::unit_of_work::{Held, Resource, Tx, Unkept};

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct JobRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<JobId>)]
    pub id: JobId,
    /// What it does.
    #[diesel(serialize_as = Sql<JobKind>)]
    pub kind: JobKind,
    /// Where it stands.
    #[diesel(serialize_as = Sql<JobStatus>)]
    pub status: JobStatus,
    /// How often it was taken on.
    pub attempts: i32,
    /// Until when it is somebody's.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub lease_until: Option<Instant>,
    /// Last step.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub heartbeat_at: Option<Instant>,
    /// Pieces done.
    pub done: i64,
    /// Pieces there are, where that is known.
    pub total: Option<i64>,
    /// Where to go on: JSON.
    pub resume: Option<String>,
    /// What came of it: JSON.
    pub result: Option<String>,
    /// Why it failed.
    pub error_code: Option<String>,
    /// Version; rises with the state, not with every step.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl Resource for JobRow {
    type Marker = Job;
    const KIND: Kind = Kind::Job;
    fn load(conn: &mut Conn, id: JobId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| jobs::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Job> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn put(conn: &mut Conn, row: &JobRow) -> Result<()> {
    on!(conn, |c| Whole::of(jobs::table, jobs::id.eq(Sql(row.id)), row.clone()).execute(c))?;
    Ok(())
}

/// Keeps a changed job under its next version.
///
/// # Errors
/// Whatever the database says.
pub fn save(tx: &mut Tx<'_>, held: &mut Held<JobRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    put(tx.conn(), &held.value)
}

/// Puts a job into the queue, unless one of its kind is there or running.
///
/// # Errors
/// Whatever the database says.
pub fn enqueue(tx: &mut Tx<'_>, id: JobId, kind: JobKind) -> Result<()> {
    let going: Option<JobId> = on!(tx.conn(), |c| jobs::table
        .filter(jobs::kind.eq(Sql(kind)))
        .filter(jobs::status.eq(Sql(JobStatus::Queued)).or(jobs::status.eq(Sql(JobStatus::Running))))
        .select(jobs::id)
        .first(c)
        .optional())?;
    if going.is_some() {
        return Ok(());
    }
    let now = tx.now();
    let row = JobRow {
        id,
        kind,
        status: JobLife::BORN,
        attempts: 0,
        lease_until: None,
        heartbeat_at: None,
        done: 0,
        total: None,
        resume: None,
        result: None,
        error_code: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    on!(tx.conn(), |c| diesel::insert_into(jobs::table).values(row).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Whose turn it is: waiting, or left by somebody who has said nothing for too long.
macro_rules! free {
    ($now:expr) => {
        jobs::table
            .filter(
                jobs::status.eq(Sql(JobStatus::Queued)).or(jobs::status.eq(Sql(JobStatus::Running)).and(jobs::lease_until.lt(Sql($now)))),
            )
            .order(jobs::id.asc())
    };
}

/// Whether a job waits for somebody. Asked first: on SQLite even a write that changes nothing is one.
///
/// # Errors
/// Whatever the database says.
pub fn any_free(conn: &mut Conn, now: Instant) -> Result<bool> {
    let free: Option<JobRow> = on!(conn, |c| free!(now).first(c).optional())?;
    Ok(free.is_some())
}

/// Takes a job on. One that was taken on too often has failed.
///
/// # Errors
/// Whatever the database says.
pub fn claim(tx: &mut Tx<'_>) -> Result<Unkept<Option<JobRow>>> {
    let now = tx.now();
    loop {
        let found: Option<JobRow> = match tx.conn() {
            // The one writer is alone.
            Conn::Sqlite(c) => free!(now).first(c).optional()?,
            // Several services look at once: none waits for another's job.
            Conn::Postgres(c) => free!(now).for_update().skip_locked().first(c).optional()?,
        };
        let Some(mut row) = found else { return Ok(Unkept(None)) };
        if row.attempts >= ATTEMPTS {
            end(tx, &mut row, Err("gave_up"))?;
            continue;
        }
        row.status = JobStatus::Running;
        row.attempts += 1;
        row.version += 1;
        row.updated_at = now;
        row.heartbeat_at = Some(now);
        row.lease_until = Some(now.plus_seconds(LEASE_SECONDS));
        put(tx.conn(), &row)?;
        return Ok(Unkept(Some(row)));
    }
}

/// The job as it stands, if it is still held by the attempt that asks: not cancelled, not taken on by
/// somebody else.
///
/// # Errors
/// Whatever the database says.
pub fn still_held(tx: &mut Tx<'_>, id: JobId, attempts: i32) -> Result<Option<JobRow>> {
    let row = JobRow::load(tx.conn(), id)?;
    Ok(row.filter(|row| row.status == JobStatus::Running && row.attempts == attempts))
}

/// Keeps how far a job has come, and holds it for another while.
///
/// # Errors
/// Whatever the database says.
pub fn beat(tx: &mut Tx<'_>, row: &mut JobRow) -> Result<()> {
    row.heartbeat_at = Some(tx.now());
    row.lease_until = Some(tx.now().plus_seconds(LEASE_SECONDS));
    put(tx.conn(), row)
}

/// Ends a job: with what came of it, or with why it failed.
///
/// # Errors
/// Whatever the database says.
pub fn end(tx: &mut Tx<'_>, row: &mut JobRow, outcome: Result<String, &str>) -> Result<()> {
    row.lease_until = None;
    row.version += 1;
    row.updated_at = tx.now();
    match outcome {
        Ok(result) => (row.status, row.result) = (JobStatus::Done, Some(result)),
        Err(code) => (row.status, row.error_code) = (JobStatus::Failed, Some(code.to_owned())),
    }
    put(tx.conn(), row)
}

fn old(conn: &mut Conn, before: Instant, limit: i64) -> Result<Vec<JobId>> {
    Ok(on!(conn, |c| jobs::table
        .filter(jobs::status.ne(Sql(JobStatus::Queued)))
        .filter(jobs::status.ne(Sql(JobStatus::Running)))
        .filter(jobs::updated_at.lt(Sql(before)))
        .select(jobs::id)
        .limit(limit)
        .load(c))?)
}

/// Whether a job ended long ago.
pub(crate) fn any_old(conn: &mut Conn, before: Instant) -> Result<bool> {
    Ok(!old(conn, before, 1)?.is_empty())
}

/// Forgets jobs that ended long ago, a bounded number at a time.
pub(crate) fn forget_old(conn: &mut Conn, before: Instant) -> Result<usize> {
    let old = old(conn, before, 200)?;
    on!(conn, |c| diesel::delete(jobs::table.filter(Among::of(jobs::id, &old))).execute(c))?;
    Ok(old.len())
}

/// What jobs are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this kind.
    pub kind: Option<JobKind>,
    /// Only in this state.
    pub status: Option<JobStatus>,
}

/// A page of jobs, newest first: their identifiers are in the order of time.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<JobRow>> {
    let scope = Scoped::of(who, Kind::Job, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = jobs::table.filter(scope.clone()).into_boxed();
            if let Some(kind) = filter.kind {
                query = query.filter(jobs::kind.eq(Sql(kind)));
            }
            if let Some(status) = filter.status {
                query = query.filter(jobs::status.eq(Sql(status)));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base().order(jobs::id.desc()).limit(ask.rows());
        if let Some(place) = &ask.after {
            query = query.filter(jobs::id.lt(Sql(place.id)));
        }
        (query.load::<JobRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
