//! Schemas and how they are brought up to date: embedded, under a lock, on a connection of their own.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::conn::Conn;
use crate::dialect;
use crate::error::{Result, StoreError};
use crate::inspect;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
/// Any number, as long as every replica uses the same and nothing else does.
const LOCK: i64 = 0x6d69_6772_6174;

fn broken(error: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("migration: {error}"))
}

/// Versions this program knows.
///
/// # Errors
/// When the embedded files are broken.
pub fn known() -> Result<Vec<String>> {
    let migrations: Vec<Box<dyn Migration<Sqlite>>> = SQLITE.migrations().map_err(broken)?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

/// The first of these versions that this program does not know.
///
/// # Errors
/// When the embedded files are broken.
pub(crate) fn unknown(versions: impl IntoIterator<Item = String>) -> Result<Option<String>> {
    let known = known()?;
    Ok(versions.into_iter().find(|version| !known.contains(version)))
}

fn refuse_newer(applied: Vec<MigrationVersion<'static>>) -> Result<()> {
    match unknown(applied.into_iter().map(|version| version.to_string()))? {
        Some(version) => Err(StoreError::Broken(format!(
            "the database has schema {version}, which this program does not know: it was written by a newer one. Start that one, or restore a backup."
        ))),
        None => Ok(()),
    }
}

/// Brings the schema up to date; does nothing when it is.
///
/// # Errors
/// When the database is newer than the program, or a migration fails.
pub fn up(conn: &mut Conn) -> Result<usize> {
    match conn {
        Conn::Sqlite(c) => {
            // Rebuilding a table inside a transaction with foreign keys on empties its children.
            c.batch_execute("PRAGMA foreign_keys = OFF;")?;
            // One program at a time: whoever comes second waits, then finds nothing to do.
            #[allow(clippy::disallowed_methods, reason = "nothing else is running yet")]
            let done = dialect::patiently(|| {
                c.exclusive_transaction(|c| {
                    refuse_newer(c.applied_migrations().map_err(broken)?)?;
                    let run = c.run_pending_migrations(SQLITE).map_err(broken)?.len();
                    check_foreign_keys(c)?;
                    Ok(run)
                })
            });
            c.batch_execute("PRAGMA foreign_keys = ON;")?;
            done
        }
        Conn::Postgres(c) => {
            // Waiting for another replica, or rewriting a large table, takes as long as it takes.
            c.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0;")?;
            diesel::sql_query("SELECT pg_advisory_lock($1)").bind::<BigInt, _>(LOCK).execute(c)?;
            let done = (|| {
                refuse_newer(MigrationHarness::<Pg>::applied_migrations(c).map_err(broken)?)?;
                Ok(c.run_pending_migrations(POSTGRES).map_err(broken)?.len())
            })();
            diesel::sql_query("SELECT pg_advisory_unlock($1)").bind::<BigInt, _>(LOCK).execute(c)?;
            done
        }
    }
}

/// Versions that the database has, oldest first; none when it has no schema. Writes nothing.
///
/// # Errors
/// Whatever the database says.
pub fn applied(conn: &mut Conn) -> Result<Vec<String>> {
    let table = match conn {
        Conn::Sqlite(_) => "SELECT name AS line FROM sqlite_master WHERE name = '__diesel_schema_migrations'",
        Conn::Postgres(_) => {
            "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = current_schema() AND tablename = '__diesel_schema_migrations'"
        }
    };
    if inspect::lines(conn, table)?.is_empty() {
        return Ok(Vec::new());
    }
    inspect::lines(conn, "SELECT CAST(version AS text) AS line FROM __diesel_schema_migrations ORDER BY version")
}

/// Has the schema to oneself, until the connection ends or, on SQLite, the transaction that the caller
/// begins next; references are checked by the caller from now on.
///
/// # Errors
/// Whatever the database says.
pub(crate) fn hold(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => c.batch_execute("PRAGMA foreign_keys = OFF;")?,
        Conn::Postgres(c) => c.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?,
    }
    Ok(())
}

/// Runs those of the versions that the database lacks, inside a transaction of the caller.
///
/// # Errors
/// When a migration fails.
pub(crate) fn up_to(conn: &mut Conn, versions: &[String]) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => {
            for migration in MigrationHarness::<Sqlite>::pending_migrations(c, SQLITE).map_err(broken)? {
                if versions.contains(&migration.name().version().to_string()) {
                    c.run_migration(migration.as_ref()).map_err(broken)?;
                }
            }
        }
        Conn::Postgres(c) => {
            for migration in MigrationHarness::<Pg>::pending_migrations(c, POSTGRES).map_err(broken)? {
                if versions.contains(&migration.name().version().to_string()) {
                    c.run_migration(migration.as_ref()).map_err(broken)?;
                }
            }
        }
    }
    Ok(())
}

/// Takes every migration back.
///
/// # Errors
/// When one fails.
pub fn down(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => {
            c.batch_execute("PRAGMA foreign_keys = OFF;")?;
            c.revert_all_migrations(SQLITE).map_err(broken)?;
        }
        Conn::Postgres(c) => {
            c.revert_all_migrations(POSTGRES).map_err(broken)?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Broken {
    #[diesel(sql_type = Text)]
    place: String,
}

fn check_foreign_keys(conn: &mut SqliteConnection) -> Result<()> {
    let broken: Vec<Broken> =
        diesel::sql_query("SELECT \"table\" || ' -> ' || \"parent\" AS place FROM pragma_foreign_key_check").load(conn)?;
    match broken.first() {
        Some(row) => Err(StoreError::Broken(format!("migration left a dangling reference: {}", row.place))),
        None => Ok(()),
    }
}

/// One column as both databases can describe it, types reduced to what they mean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
pub struct Column {
    /// Table.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// Column.
    #[diesel(sql_type = Text)]
    pub column_name: String,
    /// `null` or `not null`.
    #[diesel(sql_type = Text)]
    pub nullability: String,
    /// Type, in the words of the database.
    #[diesel(sql_type = Text)]
    pub type_name: String,
}

/// Reads the columns back from the database, for comparing the two.
///
/// # Errors
/// Whatever the database says.
pub fn columns(conn: &mut Conn) -> Result<Vec<Column>> {
    let mut columns: Vec<Column> = match conn {
        Conn::Sqlite(c) => diesel::sql_query(
            "SELECT m.name AS table_name, p.name AS column_name, \
             CASE WHEN p.\"notnull\" = 1 OR p.pk > 0 THEN 'not null' ELSE 'null' END AS nullability, p.type AS type_name \
             FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '__diesel%'",
        )
        .load(c)?,
        Conn::Postgres(c) => diesel::sql_query(
            "SELECT c.table_name::text AS table_name, c.column_name::text AS column_name, \
             CASE WHEN c.is_nullable = 'NO' THEN 'not null' ELSE 'null' END AS nullability, c.data_type::text AS type_name \
             FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE '\\_\\_diesel%'",
        )
        .load(c)?,
    };
    columns.sort();
    Ok(columns)
}

/// An index as both databases can describe it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
pub struct Index {
    /// Name.
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// Names of the indexes that the migrations create.
///
/// # Errors
/// Whatever the database says.
pub fn indexes(conn: &mut Conn) -> Result<Vec<String>> {
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        Conn::Postgres(_) => {
            "SELECT i.indexname::text AS name FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname \
             WHERE i.schemaname = current_schema() AND c.oid IS NULL"
        }
    };
    let mut names: Vec<String> =
        crate::conn::on!(conn, |c| diesel::sql_query(sql).load::<Index>(c))?.into_iter().map(|index| index.name).collect();
    names.sort();
    Ok(names)
}

/// Whether the database has a schema at all, and if so whether it is the one of this program.
///
/// # Errors
/// When the database is newer than the program.
pub fn is_current(conn: &mut Conn) -> Result<bool> {
    dialect::execute(conn, "SELECT 1")?;
    match conn {
        Conn::Sqlite(c) => Ok(!c.has_pending_migration(SQLITE).map_err(broken)?),
        Conn::Postgres(c) => Ok(!c.has_pending_migration(POSTGRES).map_err(broken)?),
    }
}
