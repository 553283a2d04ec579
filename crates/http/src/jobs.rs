//! Jobs: what the service does by itself, as shown, and how it is carried on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thidua_domain::access::{Ties, Verb};
use thidua_domain::id::JobId;
use thidua_domain::job::{JobKind, JobLife, JobStatus};
use thidua_domain::lifecycle::Taken;
use thidua_domain::recorded::Recorded;
use thidua_domain::retention::RetentionTimes;
use thidua_domain::time::{Date, Instant};
use thidua_domain::vocabulary::Word;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::jobs::{self as store, Filter, JobRow};
use thidua_store::page::Key;
use thidua_store::{Held, Reach, Root, StoreError, Tx, UnitOfWork, Unkept, Written, retention};
use utoipa::ToSchema;

use crate::answer::{List, One};
use crate::app::App;
use crate::call::{Call, Eyes};
use crate::list::{Filters, Listing};
use crate::parts::{self, allowed, label};
use crate::problem::ApiError;
use crate::transition::Living;

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000090", "kind": "forget_old", "kind_label": "Xóa dữ liệu đã quá hạn lưu", "status": "done",
    "status_label": "Đã xong", "attempts": 1, "done": 700, "result": {"forgotten": {"idempotent_answers": 700}}, "allowed_actions": [], "version": 3,
    "created_at": "2026-11-27T02:00:00Z", "updated_at": "2026-11-27T02:00:01Z"
}))]
pub(crate) struct JobView {
    /// Identifier.
    id: JobId,
    /// What it does.
    kind: JobKind,
    /// The same in words.
    #[schema(max_length = 100)]
    kind_label: String,
    /// Where it stands.
    status: JobStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// How often it was taken on.
    #[schema(minimum = 0, maximum = 1000)]
    attempts: i32,
    /// Pieces done.
    #[schema(minimum = 0)]
    done: i64,
    /// Pieces there are, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, nullable = false)]
    total: Option<i64>,
    /// Last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    heartbeat_at: Option<Instant>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, nullable = false)]
    result: Option<Value>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60, nullable = false)]
    error_code: Option<String>,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// Version; rises with the state, not with every step.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// What jobs are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct JobFilter {
    /// Only of this kind.
    kind: Option<JobKind>,
    /// Only in this state.
    status: Option<JobStatus>,
}

impl Filters for JobFilter {
    const SORTS: &'static [&'static str] = &["newest"];
    const SEARCH: bool = false;
}

fn view(eyes: &Eyes, row: &JobRow) -> JobView {
    JobView {
        id: row.id,
        kind: row.kind,
        kind_label: label(row.kind, eyes.lang),
        status: row.status,
        status_label: label(row.status, eyes.lang),
        attempts: row.attempts,
        done: row.done,
        total: row.total,
        heartbeat_at: row.heartbeat_at,
        result: row.result.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        error_code: row.error_code.clone(),
        // Who may does not depend on how a job is tied.
        allowed_actions: allowed::<JobLife>(row.status, eyes, &Ties::default()),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

pub(crate) async fn list(call: Call<(), Listing<JobFilter>>) -> Result<List<JobView>, ApiError> {
    let filter = Filter { kind: call.query.filter.kind, status: call.query.filter.status };
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views: Vec<JobView> = page.rows.iter().map(|row| view(eyes, row)).collect();
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Big(row.created_at.micros()), row.id.any()))
}

pub(crate) async fn read(call: Call<JobId>) -> Result<One<JobView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<JobRow>(conn, eyes, id)?;
            Ok((view(eyes, &row), row.version))
        })
        .await?;
    One::of(&view, version)
}

impl Living for JobRow {
    type Life = JobLife;
    type View = JobView;
    const PATH: &'static str = "/api/v1/jobs";

    fn status(&self) -> JobStatus {
        self.status
    }
    fn code(&self) -> &str {
        ""
    }
    fn facts(&self, _: &mut Conn, _: Date) -> Result<(), StoreError> {
        Ok(())
    }
    fn enter(&mut self, _: &mut Tx<'_>, _: Verb, taken: &Taken<JobStatus>, _: Option<&Recorded>) -> Result<(), StoreError> {
        self.status = taken.to;
        self.lease_until = None;
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(_: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<JobView, StoreError> {
        Ok(view(eyes, &held.value))
    }
}

/// How far forgetting has come: classes that are through, and how many of each were forgotten.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Forgetting {
    passed: usize,
    forgotten: BTreeMap<String, i64>,
}

/// One step of a job, in the transaction that keeps how far it has come. Whether it goes on.
fn go_on(tx: &mut Tx<'_>, job: &mut JobRow, times: &RetentionTimes) -> Result<bool, StoreError> {
    match job.kind {
        JobKind::ForgetOld => forget(tx, job, times),
    }
}

fn forget(tx: &mut Tx<'_>, job: &mut JobRow, times: &RetentionTimes) -> Result<bool, StoreError> {
    let now = tx.now();
    let mut state: Forgetting = job.resume.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    while let Some(kept) = retention::FORGOTTEN.get(state.passed) {
        let gone = i64::try_from(kept.forget(tx.conn(), times, now)?).unwrap_or(0);
        if gone > 0 {
            job.done += gone;
            *state.forgotten.entry(kept.class.as_str().to_owned()).or_default() += gone;
            job.resume = Some(json!(state).to_string());
            store::beat(tx, job)?;
            return Ok(true);
        }
        state.passed += 1;
    }
    store::end(tx, job, Ok(json!({ "forgotten": state.forgotten }).to_string()))?;
    Ok(false)
}

impl App {
    /// Puts a job into the queue, unless one of its kind is waiting or running.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn enqueue(&self, kind: JobKind) -> Result<(), StoreError> {
        let id: JobId = new_id();
        self.store.write(self.chore(), Root::New, move |tx| store::enqueue(tx, id, kind)).await?;
        Ok(())
    }

    /// Does the jobs that wait, and those that somebody has left.
    ///
    /// # Errors
    /// Whatever the database says. The job that met it is taken on again when its lease is over.
    pub async fn work(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        while self.store.read(Reach::One, move |conn| store::any_free(conn, now)).await? {
            let claimed = self.store.write(self.chore(), Root::New, store::claim).await?;
            let Written::Fresh(Unkept(Some(job))) = claimed else { return Ok(()) };
            tracing::debug!(kind = ?job.kind, attempts = job.attempts, "a job goes on");
            while self.go_on(job.id, job.attempts).await? {}
        }
        Ok(())
    }

    async fn go_on(&self, id: JobId, attempts: i32) -> Result<bool, StoreError> {
        let times = self.settings.retention.clone();
        let step = move |tx: &mut Tx<'_>| match store::still_held(tx, id, attempts)? {
            Some(mut job) => Ok(Unkept(go_on(tx, &mut job, &times)?)),
            None => Ok(Unkept(false)),
        };
        Ok(matches!(self.store.write(self.chore(), Root::Of(id.any()), step).await?, Written::Fresh(Unkept(true))))
    }

    fn chore(&self) -> UnitOfWork {
        UnitOfWork::system(self.clock.now(), "chore")
    }
}
