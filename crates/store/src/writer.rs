//! The one writer of a SQLite file: a thread that runs many requests in one transaction, each in
//! its own savepoint, and makes them durable together with one fsync before any is answered.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant as Stopwatch};

use crate::conn::Conn;
use crate::data_version;
use crate::dialect;
use crate::error::{Result, StoreError};

/// What a request leaves behind to be run once its group is committed or lost.
pub(crate) type Finish = Box<dyn FnOnce(Result<()>) + Send>;
/// The part that works on the database.
pub(crate) type Act = Box<dyn FnOnce(&mut Conn) -> (Verdict, Finish) + Send>;
/// A request on its way to the writer.
pub(crate) struct Job {
    /// Runs inside a savepoint, says whether to keep what it did, leaves its answer for later.
    pub(crate) act: Act,
    /// Answers a request that never ran, or that panicked.
    pub(crate) lost: Box<dyn FnOnce(StoreError) + Send>,
}

/// Whether what a request did is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Keep it.
    Keep,
    /// Undo it: refused, or a dry run.
    Undo,
}

/// Requests waiting at the most; beyond that callers are told to come back.
const QUEUE: usize = 2_048;
/// Requests in one group at the most.
const GROUP: usize = 256;
/// A group takes no more requests after this long: nobody waits for a stream that never ends.
const GROUP_TIME: Duration = Duration::from_millis(25);

/// The door to the writer thread. The thread ends when the last door is dropped.
pub(crate) struct Writer {
    send: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    /// Groups committed, for the metrics.
    pub(crate) groups: Arc<AtomicU64>,
    /// Requests in them.
    pub(crate) jobs: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the thread on its own connection.
    pub(crate) fn start(conn: Conn) -> Result<Self> {
        let (send, receive) = sync_channel(QUEUE);
        let groups = Arc::new(AtomicU64::new(0));
        let jobs = Arc::new(AtomicU64::new(0));
        let counters = (Arc::clone(&groups), Arc::clone(&jobs));
        let thread = Builder::new()
            .name("thidua-writer".to_owned())
            .spawn(move || run(conn, &receive, &counters))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { send: Some(send), thread: Some(thread), groups, jobs })
    }

    /// Hands a request over.
    pub(crate) fn submit(&self, job: Job) -> Result<()> {
        let Some(send) = &self.send else { return Err(StoreError::Unavailable("the writer has stopped".to_owned())) };
        send.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Unavailable("the write queue is full".to_owned()),
            TrySendError::Disconnected(_) => StoreError::Unavailable("the writer has stopped".to_owned()),
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Closing the door first lets the thread finish what is waiting, then end.
        self.send = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer thread panicked");
        }
    }
}

fn run(mut conn: Conn, receive: &Receiver<Job>, counters: &(Arc<AtomicU64>, Arc<AtomicU64>)) {
    while let Ok(first) = receive.recv() {
        if let Err(error) = dialect::begin_write(&mut conn) {
            tracing::warn!(%error, "a group of writes could not begin");
            (first.lost)(StoreError::Unavailable(error.to_string()));
            continue;
        }
        let begun = Stopwatch::now();
        let mut changed = false;
        let mut finishes = vec![run_one(&mut conn, first, &mut changed)];
        while finishes.len() < GROUP && begun.elapsed() < GROUP_TIME {
            let Ok(job) = receive.try_recv() else { break };
            finishes.push(run_one(&mut conn, job, &mut changed));
        }
        let committed = commit(&mut conn, changed);
        counters.0.fetch_add(1, Ordering::Relaxed);
        counters.1.fetch_add(u64::try_from(finishes.len()).unwrap_or(0), Ordering::Relaxed);
        for finish in finishes {
            finish(match &committed {
                Ok(()) => Ok(()),
                Err(error) => Err(StoreError::Unavailable(error.to_string())),
            });
        }
    }
}

fn run_one(conn: &mut Conn, job: Job, changed: &mut bool) -> Finish {
    let Job { act, lost } = job;
    if let Err(error) = dialect::savepoint(conn) {
        return Box::new(move |_| lost(StoreError::Unavailable(error.to_string())));
    }
    match catch_unwind(AssertUnwindSafe(|| act(conn))) {
        Ok((verdict, finish)) => {
            *changed |= verdict == Verdict::Keep;
            let ended = match verdict {
                Verdict::Keep => dialect::commit(conn),
                Verdict::Undo => dialect::rollback(conn),
            };
            match ended {
                Ok(()) => finish,
                // The database has ended the whole transaction on its own (full disk, I/O error).
                Err(error) => {
                    let text = error.to_string();
                    Box::new(move |_| finish(Err(StoreError::Unavailable(text))))
                }
            }
        }
        Err(_) => {
            let undone = dialect::rollback(conn);
            Box::new(move |_| {
                if let Err(error) = undone {
                    tracing::error!(%error, "a panicking request could not be undone");
                }
                lost(StoreError::Broken("the request panicked".to_owned()));
            })
        }
    }
}

fn commit(conn: &mut Conn, changed: bool) -> Result<()> {
    let turned = if changed { data_version::turn(conn) } else { Ok(()) };
    turned.and_then(|()| dialect::commit(conn)).inspect_err(|error| {
        tracing::error!(%error, "a group of writes was lost");
        if let Err(error) = dialect::rollback(conn) {
            tracing::error!(%error, "the lost group could not be rolled back");
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conn::on;
    use crate::dialect::SqliteUse;
    use diesel::prelude::*;
    use diesel::sql_types::BigInt;
    use std::sync::mpsc::channel;

    fn count(conn: &mut Conn) -> i64 {
        on!(conn, |c| diesel::dsl::sql::<BigInt>("SELECT count(*) FROM t").get_result(c)).unwrap()
    }

    #[test]
    fn a_panic_and_a_refusal_leave_their_neighbours_alone() {
        let dir = std::env::temp_dir().join(format!("thidua-writer-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        let path = dir.join("a.db").to_string_lossy().into_owned();
        let mut conn = dialect::open_sqlite(&path, SqliteUse::Write, true).unwrap();
        dialect::execute(&mut conn, "CREATE TABLE t (a INTEGER) STRICT").unwrap();
        dialect::execute(&mut conn, "CREATE TABLE settings (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT").unwrap();
        let writer = Writer::start(conn).unwrap();
        let (tell, told) = channel();
        for n in 0..30 {
            let (tell, sorry) = (tell.clone(), tell.clone());
            let act = move |conn: &mut Conn| -> (Verdict, Finish) {
                dialect::execute(conn, "INSERT INTO t VALUES (1)").unwrap();
                assert!(n % 3 != 0, "every third request panics");
                let verdict = if n % 3 == 1 { Verdict::Keep } else { Verdict::Undo };
                (verdict, Box::new(move |result: Result<()>| tell.send(result.is_ok()).unwrap()))
            };
            let lost = move |error| {
                assert!(matches!(error, StoreError::Broken(_)));
                sorry.send(false).unwrap();
            };
            writer.submit(Job { act: Box::new(act), lost: Box::new(lost) }).unwrap();
        }
        drop(tell);
        drop(writer);
        let answers: Vec<_> = told.iter().collect();
        assert_eq!(answers.len(), 30, "every request is answered");
        assert_eq!(answers.iter().filter(|ok| **ok).count(), 20);
        let mut reader = dialect::open_sqlite(&path, SqliteUse::Read, true).unwrap();
        assert_eq!(count(&mut reader), 10);
        std::fs::remove_dir_all(dir).unwrap();
    }
}
