//! The two doors: `read` and `write`.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Pool, PoolError, QueueMode};
use thidua_domain::id::AnyId;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::conn::Conn;
use crate::dialect::{self, SqliteUse};
use crate::error::{Result, StoreError};
use crate::location::Location;
use crate::migrate;
use crate::pool::{Connections, Lent, Opener, Target};
use crate::turns::{Hold, Turns};
use crate::unit_of_work::{Keep, Tx, UnitOfWork, Written, run};
use crate::writer::{Finish, Job, Verdict, Writer};

/// How far a read goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// One statement, indexed: needs no snapshot of its own.
    One,
    /// A few indexed statements about one thing with its parts: on SQLite done on the spot.
    Point,
    /// Anything longer: on a thread of its own.
    Long,
}

/// What a write is about, so that writes to one thing queue up instead of colliding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The thing itself, or the whole of which it is a part.
    Of(AnyId),
    /// Something new that nothing else can touch yet.
    New,
}

/// How the store works.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections that read.
    pub readers: usize,
    /// Connections that write (PostgreSQL).
    pub writers: usize,
    /// Seconds to wait for a free connection.
    pub wait_seconds: u64,
    /// Whether commits wait for the disk. Only measurements turn this off.
    pub durable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 16, writers: 24, wait_seconds: 10, durable: true }
    }
}

/// Tries of one write before the caller is told to come back.
const TRIES: u32 = 12;
/// Tries beside others; after them a write has everything to itself, so that it succeeds.
const PATIENCE: u32 = 5;

enum Kept {
    Sqlite { readers: Connections, writer: Writer },
    Postgres { readers: Connections, writers: Connections },
}

/// The store. Cheap to share behind an [`Arc`].
pub struct Store {
    kept: Kept,
    location: Location,
    turns: Turns,
}

fn pool(target: Target, size: usize, wait_seconds: u64) -> Result<Connections> {
    let wait = Some(Duration::from_secs(wait_seconds));
    Pool::builder(Opener(target))
        .max_size(size)
        // The connection used last has everything at hand; those that are not needed are not opened.
        .queue_mode(QueueMode::Lifo)
        .wait_timeout(wait)
        .create_timeout(wait)
        .recycle_timeout(wait)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| StoreError::Broken(error.to_string()))
}

async fn lend(pool: &Connections) -> Result<Lent> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => error,
        other => StoreError::Unavailable(other.to_string()),
    })
}

/// Ends a transaction that failed; a connection that cannot even do that is not used again.
fn abandon(lent: &mut Lent) {
    lent.dirty = dialect::rollback(&mut lent.conn).is_err();
}

fn read_on<T>(lent: &mut Lent, reach: Reach, look: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    if reach == Reach::One {
        let seen = look(&mut lent.conn);
        lent.dirty = matches!(seen, Err(StoreError::Unavailable(_)));
        return seen;
    }
    lent.dirty = true;
    dialect::begin_read(&mut lent.conn)?;
    let seen = look(&mut lent.conn);
    lent.dirty = dialect::end_read(&mut lent.conn).is_err();
    seen
}

fn write_on<T: Keep>(
    lent: &mut Lent,
    hold: Hold,
    work: &UnitOfWork,
    act: &(dyn Fn(&mut Tx<'_>) -> Result<T> + Send + Sync),
) -> Result<Written<T>> {
    lent.dirty = true;
    match hold {
        Hold::Beside(root) => dialect::begin_write_beside(&mut lent.conn, root)?,
        Hold::Root(_) | Hold::Everything => dialect::begin_write(&mut lent.conn)?,
    }
    match run(&mut lent.conn, work, act) {
        Ok(Written::Fresh(answer)) => match dialect::commit(&mut lent.conn) {
            Ok(()) => {
                lent.dirty = false;
                Ok(Written::Fresh(answer))
            }
            Err(error) => {
                abandon(lent);
                Err(error)
            }
        },
        other => {
            abandon(lent);
            other
        }
    }
}

/// The same with the root held across services. Who wants it alone takes it before the transaction,
/// because a transaction that waits inside sees the world from before its wait; who holds it beside
/// others and had to wait inside collides, and then wants it alone too.
fn write_held<T: Keep>(
    lent: &mut Lent,
    hold: Hold,
    work: &UnitOfWork,
    act: &(dyn Fn(&mut Tx<'_>) -> Result<T> + Send + Sync),
) -> Result<Written<T>> {
    // A connection that is thrown away lets go of its locks.
    lent.dirty = true;
    match hold {
        Hold::Beside(_) => return write_on(lent, hold, work, act),
        Hold::Root(key) => dialect::lock_root(&mut lent.conn, key)?,
        Hold::Everything => dialect::lock_everything(&mut lent.conn)?,
    }
    let outcome = write_on(lent, hold, work, act);
    lent.dirty |= dialect::unlock(&mut lent.conn).is_err();
    outcome
}

/// How long to wait before the next try: at random within a span that doubles, because writers that
/// collided and wait equally long collide again.
fn pause(attempt: u32) -> Duration {
    let span = 4_u64 << attempt.min(6);
    let random = uuid::Uuid::new_v4().as_bytes().first().copied().map_or(0, u64::from);
    Duration::from_millis(1 + span * random / 256)
}

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// When the database cannot be reached, is newer than the program, or a migration fails.
    pub fn open(location: Location, options: &Options) -> Result<Self> {
        let kept = match &location {
            Location::Sqlite(path) => {
                let mut conn = dialect::open_sqlite(path, SqliteUse::Write, options.durable)?;
                migrate::up(&mut conn)?;
                let target = Target::Sqlite { path: path.clone(), durable: options.durable };
                Kept::Sqlite { readers: pool(target, options.readers, options.wait_seconds)?, writer: Writer::start(conn)? }
            }
            Location::Postgres(url) => {
                let mut conn = dialect::open_postgres(url)?;
                migrate::up(&mut conn)?;
                Kept::Postgres {
                    readers: pool(Target::Postgres(url.clone()), options.readers, options.wait_seconds)?,
                    writers: pool(Target::PostgresWriter(url.clone()), options.writers, options.wait_seconds)?,
                }
            }
        };
        Ok(Self { kept, location, turns: Turns::default() })
    }

    /// Where the database is.
    #[must_use]
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// Reads: one snapshot, nothing written.
    ///
    /// # Errors
    /// Whatever `look` says, or [`StoreError::Unavailable`].
    pub async fn read<T, F>(&self, reach: Reach, look: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (readers, inline) = match &self.kept {
            Kept::Sqlite { readers, .. } => (readers, reach != Reach::Long),
            Kept::Postgres { readers, .. } => (readers, false),
        };
        let mut lent = lend(readers).await?;
        if inline {
            return read_on(&mut lent, reach, look);
        }
        spawn_blocking(move || read_on(&mut lent, reach, look)).await.map_err(|error| StoreError::Broken(error.to_string()))?
    }

    /// Writes: one serializable transaction with its events and its kept answer. `act` may run
    /// more than once and must not touch anything but the transaction.
    ///
    /// # Errors
    /// Whatever `act` says; [`StoreError::Busy`] when others were always quicker;
    /// [`StoreError::Unavailable`].
    pub async fn write<T, F>(&self, work: UnitOfWork, root: Root, act: F) -> Result<Written<T>>
    where
        T: Keep,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + Sync + 'static,
    {
        match &self.kept {
            Kept::Sqlite { writer, .. } => write_in_group(writer, work, act).await,
            Kept::Postgres { writers, .. } => self.write_serializable(writers, work, root, act).await,
        }
    }

    async fn write_serializable<T, F>(&self, writers: &Connections, work: UnitOfWork, root: Root, act: F) -> Result<Written<T>>
    where
        T: Keep,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + Sync + 'static,
    {
        let mut turn = match root {
            Root::Of(id) => Some(self.turns.wait(id).await),
            Root::New => None,
        };
        let shared = Arc::new((work, act));
        let mut taken_twice = false;
        for attempt in 1..=TRIES {
            let mut lent = lend(writers).await?;
            let shared = Arc::clone(&shared);
            let hold = match &turn {
                _ if attempt > PATIENCE => Hold::Everything,
                Some(turn) => turn.hold(),
                None => Hold::Beside(None),
            };
            let outcome = spawn_blocking(move || write_held(&mut lent, hold, &shared.0, &shared.1))
                .await
                .map_err(|error| StoreError::Broken(error.to_string()))?;
            match outcome {
                Err(error) if error.worth_retrying() && attempt < TRIES => {
                    tracing::debug!(%error, attempt, "trying a write again");
                    match &mut turn {
                        // From now on the rivals queue in the database: nothing to wait for here.
                        Some(turn) if matches!(hold, Hold::Beside(_)) => turn.collided(),
                        _ => tokio::time::sleep(pause(attempt)).await,
                    }
                }
                // Somebody may just have taken the place, even this very request under the same key:
                // what is there now decides.
                Err(error) if error.is_taken() && !taken_twice => taken_twice = true,
                other => return other,
            }
        }
        Err(StoreError::Busy("others were always quicker".to_owned()))
    }

    /// Runs work of the service itself that keeps its own order, outside the two doors: sealing,
    /// forgetting. Each statement stands alone.
    ///
    /// # Errors
    /// Whatever `chore` says.
    pub(crate) async fn maintain<T, F>(&self, chore: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let Kept::Postgres { writers, .. } = &self.kept else {
            return Err(StoreError::Broken("the writer of a SQLite file does its own chores".to_owned()));
        };
        let mut lent = lend(writers).await?;
        spawn_blocking(move || {
            let done = chore(&mut lent.conn);
            lent.dirty = done.is_err();
            done
        })
        .await
        .map_err(|error| StoreError::Broken(error.to_string()))?
    }

    /// Groups committed by the writer and requests in them; zeros on PostgreSQL.
    #[must_use]
    pub fn groups(&self) -> (u64, u64) {
        match &self.kept {
            Kept::Sqlite { writer, .. } => (writer.groups.load(Ordering::Relaxed), writer.jobs.load(Ordering::Relaxed)),
            Kept::Postgres { .. } => (0, 0),
        }
    }

    /// Connections in use and connections there may be.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        let used = |pool: &Connections| {
            let status = pool.status();
            (status.size.saturating_sub(status.available), status.max_size)
        };
        match &self.kept {
            Kept::Sqlite { readers, .. } => used(readers),
            Kept::Postgres { readers, writers } => {
                let ((a, b), (c, d)) = (used(readers), used(writers));
                (a + c, b + d)
            }
        }
    }
}

async fn write_in_group<T, F>(writer: &Writer, work: UnitOfWork, act: F) -> Result<Written<T>>
where
    T: Keep,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + Sync + 'static,
{
    let (tell, told) = oneshot::channel();
    // Whoever comes first answers: the request itself, or the writer when the request is lost.
    let tell = Arc::new(Mutex::new(Some(tell)));
    let answer = move |tell: &Mutex<Option<oneshot::Sender<_>>>, outcome| {
        if let Some(tell) = tell.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // The caller may have gone away; its write stands all the same.
            drop(tell.send(outcome));
        }
    };
    let sorry = Arc::clone(&tell);
    let act = move |conn: &mut Conn| {
        let outcome = run(conn, &work, &act);
        let verdict = if matches!(outcome, Ok(Written::Fresh(_))) { Verdict::Keep } else { Verdict::Undo };
        let finish: Finish = Box::new(move |committed: Result<()>| {
            // What was undone is true whatever became of the group; what was kept is not.
            answer(
                &tell,
                match committed {
                    Err(error) if verdict == Verdict::Keep => Err(error),
                    _ => outcome,
                },
            );
        });
        (verdict, finish)
    };
    writer.submit(Job { act: Box::new(act), lost: Box::new(move |error| answer(&sorry, Err(error))) })?;
    told.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the writer has stopped".to_owned())))
}
