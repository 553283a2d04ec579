//! Connections kept ready.

use deadpool::managed::{Manager, Metrics, Object, Pool, RecycleError, RecycleResult};
use tokio::task::spawn_blocking;

use crate::conn::Conn;
use crate::dialect::{self, SqliteUse};
use crate::error::{Result, StoreError};

/// Where connections lead.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// A file, opened for reading.
    Sqlite {
        /// Path.
        path: String,
        /// Whether commits wait for the disk.
        durable: bool,
    },
    /// A server, read from.
    Postgres(String),
    /// A server, written to.
    PostgresWriter(String),
}

/// A pooled connection; `dirty` while a transaction is open on it.
pub(crate) struct Pooled {
    /// The connection.
    pub(crate) conn: Conn,
    /// Set while a transaction is open: such a connection is never handed out again.
    pub(crate) dirty: bool,
}

/// Opens and checks connections.
pub(crate) struct Opener(pub(crate) Target);

impl Manager for Opener {
    type Type = Pooled;
    type Error = StoreError;

    async fn create(&self) -> Result<Pooled> {
        let target = self.0.clone();
        let conn = spawn_blocking(move || match target {
            Target::Sqlite { path, durable } => dialect::open_sqlite(&path, SqliteUse::Read, durable),
            Target::Postgres(url) => dialect::open_postgres(&url),
            Target::PostgresWriter(url) => dialect::open_postgres_writer(&url),
        })
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))??;
        Ok(Pooled { conn, dirty: false })
    }

    async fn recycle(&self, pooled: &mut Pooled, _: &Metrics) -> RecycleResult<StoreError> {
        if pooled.dirty { Err(RecycleError::message("left in the middle of something")) } else { Ok(()) }
    }
}

/// A pool of connections.
pub(crate) type Connections = Pool<Opener>;
/// One of them.
pub(crate) type Lent = Object<Opener>;
