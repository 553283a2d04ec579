//! What both databases do in their own way for everybody, in one place: how a connection is set up, how
//! transactions begin and end, what is locked, how identifiers are made.

use std::time::Duration;

use diesel::backend::Backend;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};
use thidua_domain::id::Id;
use uuid::Uuid;

use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::prepared::Fixed;

/// Waits this long for another process that holds the file (a backup, an administrator's command); who
/// writes also brings the schema up to date, and may have to wait for others that do.
const fn busy_ms(purpose: SqliteUse) -> u32 {
    match purpose {
        SqliteUse::Read => 5_000,
        SqliteUse::Write => 30_000,
    }
}

/// What a SQLite connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqliteUse {
    /// Reads only, and says so to the database.
    Read,
    /// The one writer.
    Write,
}

/// How queries that walk the unit tree are worded, so that both planners go along indexes.
pub trait Walk: Backend {
    /// What stands before and after a query whose rows a column must be among. PostgreSQL carries a
    /// condition into the arms of a union only when it is made of plain values, as an array is.
    const AMONG: [&'static str; 2];
    /// Edges from `up.target_id` upwards, one source for each arm of a recursive query. PostgreSQL lets
    /// such a query refer to itself once; SQLite lets it do so in several arms, but would read a union
    /// of views from end to end.
    const UP: &'static [&'static str];
    /// Edges from `down.id` downwards.
    const DOWN: &'static [&'static str];
}
impl Walk for Sqlite {
    const AMONG: [&'static str; 2] = [" IN (", ")"];
    const UP: &'static [&'static str] = &["unit_uppers", "unit_heirs"];
    const DOWN: &'static [&'static str] = Self::UP;
}
impl Walk for Pg {
    const AMONG: [&'static str; 2] = [" = ANY(ARRAY(", "))"];
    const UP: &'static [&'static str] = &[
        "LATERAL (SELECT * FROM unit_uppers WHERE lower_id = up.target_id UNION ALL SELECT * FROM unit_heirs WHERE lower_id = up.target_id)",
    ];
    const DOWN: &'static [&'static str] =
        &["LATERAL (SELECT * FROM unit_uppers WHERE upper_id = down.id UNION ALL SELECT * FROM unit_heirs WHERE upper_id = down.id)"];
}

/// Opens a SQLite file.
///
/// # Errors
/// When the file cannot be opened or is not a database.
pub fn open_sqlite(path: &str, purpose: SqliteUse, durable: bool) -> Result<Conn> {
    if purpose == SqliteUse::Write {
        private(path);
    }
    patiently(|| connect_sqlite(path, purpose, durable))
}

/// Tries again what meets somebody else. SQLite itself waits as long as its timeout says, but gives up at once where two
/// could wait for each other, as when both switch a new file to WAL.
///
/// # Errors
/// Whatever the act says in the end.
pub(crate) fn patiently<T>(mut act: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 0..100 {
        match act() {
            Err(StoreError::Busy(_)) => std::thread::sleep(Duration::from_millis(50)),
            done => return done,
        }
    }
    act()
}

fn connect_sqlite(path: &str, purpose: SqliteUse, durable: bool) -> Result<Conn> {
    let mut conn = SqliteConnection::establish(path)?;
    // First of all: even switching to WAL can meet another process.
    conn.batch_execute(&format!("PRAGMA busy_timeout = {};", busy_ms(purpose)))?;
    conn.batch_execute(
        "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000; PRAGMA trusted_schema = OFF;",
    )?;
    conn.batch_execute(if durable { "PRAGMA synchronous = FULL;" } else { "PRAGMA synchronous = OFF;" })?;
    if purpose == SqliteUse::Read {
        conn.batch_execute("PRAGMA query_only = ON;")?;
    }
    Ok(Conn::Sqlite(conn))
}

/// A new file is its owner's alone; the files SQLite puts beside it follow it. Where this fails,
/// opening it tells why.
fn private(path: &str) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        drop(std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Opens a PostgreSQL connection. Nothing here is long enough to be worth compiling.
///
/// # Errors
/// When the server cannot be reached.
pub fn open_postgres(url: &str) -> Result<Conn> {
    let mut conn = PgConnection::establish(url).map_err(|error| StoreError::Unavailable(unreachable(&error.to_string()).to_owned()))?;
    conn.batch_execute(
        "SET timezone = 'UTC'; SET client_min_messages = warning; SET statement_timeout = '30s'; \
         SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; SET jit = off;",
    )?;
    Ok(Conn::Postgres(conn))
}

/// Why a server cannot be reached, in words of ours: libpq quotes parts of the URL, and where that is
/// written wrongly, parts of the password.
fn unreachable(said: &str) -> &'static str {
    const REASONS: &[(&str, &str)] = &[
        ("authentication failed", "the server refuses the user or its password"),
        ("no password supplied", "the server wants a password: put it into the URL or into PGPASSWORD"),
        ("Connection refused", "nothing listens at that address"),
        ("could not translate host name", "the host of the URL is not known"),
        ("timeout expired", "the server did not answer in time"),
        ("does not exist", "the server knows no such database or user"),
        ("too many clients", "the server has no connection left"),
        ("connection slots", "the server has no connection left"),
        ("starting up", "the server is still starting"),
        ("shutting down", "the server is shutting down"),
        ("no pg_hba.conf entry", "the server does not let this user in from here"),
        ("SSL", "TLS could not be agreed on with the server"),
        ("URI", "the URL is not well-formed: special characters in user and password are written percent-encoded"),
    ];
    REASONS.iter().find(|(words, _)| said.contains(words)).map_or("the server cannot be reached", |(_, reason)| reason)
}

/// Opens a PostgreSQL connection that will write.
///
/// Tables are read through their indexes: who reads a whole table, as the planner likes to do with
/// small ones, collides with everybody who writes to it under SERIALIZABLE. And a prepared statement
/// is planned once.
///
/// # Errors
/// When the server cannot be reached.
pub fn open_postgres_writer(url: &str) -> Result<Conn> {
    let mut conn = open_postgres(url)?;
    execute(&mut conn, "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;")?;
    Ok(conn)
}

/// Begins a snapshot for several reads.
///
/// # Errors
/// Whatever the database says.
pub fn begin_read(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => Fixed("BEGIN").execute(c)?,
        Conn::Postgres(c) => Fixed("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(c)?,
    };
    Ok(())
}

/// Ends a snapshot.
///
/// # Errors
/// Whatever the database says.
pub fn end_read(conn: &mut Conn) -> Result<()> {
    on!(conn, |c| Fixed("ROLLBACK").execute(c))?;
    Ok(())
}

/// Begins a transaction that will write.
///
/// It goes through diesel's own manager, which must know that one is open: inserting several rows
/// into SQLite opens a savepoint of its own.
///
/// # Errors
/// Whatever the database says.
pub fn begin_write(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL SERIALIZABLE")?,
    }
    Ok(())
}

/// Begins a transaction that is to have its tables to itself. READ COMMITTED on PostgreSQL: what it sees
/// once it has locked them is what is there then.
///
/// # Errors
/// Whatever the database says.
pub fn begin_alone(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED")?,
    }
    Ok(())
}

/// Lets one statement, one wait and one pause take as long as they take: for work on the whole database.
///
/// # Errors
/// Whatever the database says.
pub fn unhurried(conn: &mut Conn) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        c.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;")?;
    }
    Ok(())
}

/// The lock on everything that is written. It is always taken before that of a root.
const EVERYTHING: i64 = 0x7468_6964_7561;

/// Begins a transaction that will write beside others, and waits in it while somebody holds its root
/// or everything alone. One round trip; nobody else is kept out.
///
/// # Errors
/// Whatever the database says.
pub fn begin_write_beside(conn: &mut Conn, root: Option<i64>) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => begin_write(conn),
        Conn::Postgres(c) => {
            let root = root.map_or_else(String::new, |root| format!(", pg_advisory_xact_lock_shared({root})"));
            let begin = format!("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT pg_advisory_xact_lock_shared({EVERYTHING}){root}");
            Ok(AnsiTransactionManager::begin_transaction_sql(c, &begin)?)
        }
    }
}

/// Begins a part of a transaction that can be undone alone.
///
/// # Errors
/// Whatever the database says.
pub fn savepoint(conn: &mut Conn) -> Result<()> {
    Ok(on!(conn, |c| AnsiTransactionManager::begin_transaction(c))?)
}

/// Ends the innermost part, or the transaction, and keeps what was done.
///
/// # Errors
/// Whatever the database says.
pub fn commit(conn: &mut Conn) -> Result<()> {
    Ok(on!(conn, |c| AnsiTransactionManager::commit_transaction(c))?)
}

/// Ends the innermost part, or the transaction, and undoes what was done. Nothing open is nothing to undo.
///
/// # Errors
/// Whatever the database says.
pub fn rollback(conn: &mut Conn) -> Result<()> {
    match on!(conn, |c| AnsiTransactionManager::rollback_transaction(c)) {
        Err(diesel::result::Error::NotInTransaction) => Ok(()),
        other => Ok(other?),
    }
}

/// Takes a root for itself alone, across all services on one PostgreSQL database, until it is let go
/// or the connection ends. A SQLite file has one writer and needs no locks.
///
/// # Errors
/// Whatever the database says; a wait that takes too long.
pub fn lock_root(conn: &mut Conn, root: i64) -> Result<()> {
    lock(conn, &format!("SELECT pg_advisory_lock_shared({EVERYTHING}), pg_advisory_lock({root})"))
}

/// Takes everything for itself alone.
///
/// # Errors
/// Whatever the database says; a wait that takes too long.
pub fn lock_everything(conn: &mut Conn) -> Result<()> {
    lock(conn, &format!("SELECT pg_advisory_lock({EVERYTHING})"))
}

/// Lets go of what was taken.
///
/// # Errors
/// Whatever the database says.
pub fn unlock(conn: &mut Conn) -> Result<()> {
    lock(conn, "SELECT pg_advisory_unlock_all()")
}

fn lock(conn: &mut Conn, sql: &str) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        c.batch_execute(sql)?;
    }
    Ok(())
}

/// Runs plain SQL without parameters.
///
/// # Errors
/// Whatever the database says.
pub fn execute(conn: &mut Conn, sql: &str) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => c.batch_execute(sql)?,
        Conn::Postgres(c) => c.batch_execute(sql)?,
    }
    Ok(())
}

/// Runs one statement on a PostgreSQL server outside any transaction: making and dropping databases.
///
/// # Errors
/// Whatever the server says.
pub fn admin(url: &str, sql: &str) -> Result<()> {
    let mut conn = open_postgres(url)?;
    execute(&mut conn, sql)
}

/// A new identifier. Time-ordered, so that indexes grow at one end; never used for anything that a
/// ballot touches.
#[must_use]
pub fn new_id<T>() -> Id<T> {
    Id::new(Uuid::now_v7())
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::sql_types::Integer;

    #[test]
    fn what_libpq_says_of_a_connection_is_not_passed_on() {
        for url in ["postgres://u:geheim/x@127.0.0.1:1/d", "postgres://u:ge@heim@127.0.0.1:1/d", "postgres://u:geheim@127.0.0.1:1/d"] {
            let Err(error) = open_postgres(url) else { panic!("{url} opens") };
            assert!(!error.to_string().contains("heim"), "{error}");
        }
        assert_eq!(unreachable("FATAL:  password authentication failed for user \"u\""), "the server refuses the user or its password");
    }

    #[test]
    fn a_reading_connection_cannot_write() {
        let dir = std::env::temp_dir().join(format!("thidua-dialect-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        let path = dir.join("a.db").to_string_lossy().into_owned();
        let mut writer = open_sqlite(&path, SqliteUse::Write, true).unwrap();
        execute(&mut writer, "CREATE TABLE t (a INTEGER) STRICT").unwrap();
        let mut reader = open_sqlite(&path, SqliteUse::Read, true).unwrap();
        assert!(execute(&mut reader, "INSERT INTO t VALUES (1)").is_err());
        let Conn::Sqlite(conn) = &mut reader else { panic!() };
        let keys = diesel::dsl::sql::<Integer>("SELECT 1").get_result::<i32>(conn);
        assert_eq!(keys, Ok(1));
        std::fs::remove_dir_all(dir).unwrap();
    }
}
