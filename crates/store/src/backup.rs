//! Backups: the whole content of a database as one file that either database can be filled from. Taken
//! from one snapshot while the service works; checked to the last bit before anything is brought back.
//!
//! The file's form is in `file`, the tables and their SQL in `catalogue`, bringing back in `load`.

mod catalogue;
mod file;
mod load;

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use thidua_domain::time::Instant;

use crate::conn::Conn;
use crate::dialect::{self, SqliteUse};
use crate::error::StoreError;
use crate::location::Location;
use crate::{inspect, migrate};
use file::{Item, Reader, Writer};

pub use file::{Contents, Header};
pub use load::restore;

/// Why a backup was not taken, not brought back, or is none.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file system.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The file is not what was once written.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// It would do harm, or cannot be.
    #[error("{0}")]
    Refused(String),
}

/// What a look at a whole database has found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Its content.
    pub contents: Contents,
    /// Events that have no position yet; they get one within a second while the service runs.
    pub unsealed: i64,
    /// Whatever is wrong, in words; nothing is well.
    pub faults: Vec<String>,
}

fn refused(why: impl std::fmt::Display) -> BackupError {
    BackupError::Refused(why.to_string())
}

/// A connection that reads a database that is there, for as long as it takes.
fn reading(location: &Location) -> Result<Conn, BackupError> {
    let mut conn = match location {
        // Opening a file that is not there would make it.
        Location::Sqlite(path) if !Path::new(path).exists() => return Err(refused(format!("there is no database {path}"))),
        Location::Sqlite(path) => dialect::open_sqlite(path, SqliteUse::Read, true)?,
        Location::Postgres(url) => dialect::open_postgres(url)?,
    };
    dialect::unhurried(&mut conn)?;
    Ok(conn)
}

/// The migrations of a database that this program can read.
fn schema(conn: &mut Conn) -> Result<Vec<String>, BackupError> {
    let applied = migrate::applied(conn)?;
    if applied.is_empty() {
        return Err(refused("the database has no schema: nothing has been kept in it yet"));
    }
    match migrate::unknown(applied.iter().cloned())? {
        Some(version) => {
            Err(refused(format!("the database has schema {version}, which this program does not know: use the newer program")))
        }
        None => Ok(applied),
    }
}

/// Writes every row of every table.
fn dump<W: Write>(conn: &mut Conn, writer: &mut Writer<W>) -> Result<(), BackupError> {
    for table in catalogue::tables(conn)? {
        writer.open(&table.heading())?;
        table.each_row(conn, |row| writer.row(row))?;
        writer.close()?;
    }
    Ok(())
}

/// What is in a database, as the connection sees it.
fn contents(conn: &mut Conn) -> Result<Contents, BackupError> {
    let mut writer = Writer::new(std::io::sink());
    dump(conn, &mut writer)?;
    Ok(writer.finish()?.1)
}

/// A file beside the wanted one, gone again unless it was finished.
struct Partial {
    path: PathBuf,
    done: bool,
}

impl Partial {
    /// Only its owner can read it: it holds personal data.
    fn create(to: &Path) -> Result<(Self, File), BackupError> {
        let name = to.file_name().ok_or_else(|| refused(format!("{} names no file", to.display())))?;
        let path = to.with_file_name(format!(".{}.{}.partial", name.to_string_lossy(), uuid::Uuid::new_v4().simple()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| refused(format!("{}: {error}", path.display())))?;
        Ok((Self { path, done: false }, file))
    }

    /// Makes what was written last under its name, also through a power cut.
    fn keep(mut self, file: &File, to: &Path) -> Result<(), BackupError> {
        file.sync_all()?;
        std::fs::rename(&self.path, to)?;
        self.done = true;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(File::open(folder)?.sync_all()?)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.done {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

/// Takes a backup, from one snapshot, while others write.
///
/// # Errors
/// When the file is there already or cannot be written, when the database is newer than the program, or
/// whatever it says.
pub fn take(location: &Location, to: &Path, program: &str, now: Instant) -> Result<Contents, BackupError> {
    if to.exists() {
        return Err(refused(format!("{} is there already; a backup is never written over anything", to.display())));
    }
    let mut conn = reading(location)?;
    dialect::begin_read(&mut conn)?;
    let migrations = schema(&mut conn)?;
    let database = if matches!(location, Location::Sqlite(_)) { "sqlite" } else { "postgres" };
    let (partial, file) = Partial::create(to)?;
    let mut writer = Writer::new(file::compressed(BufWriter::with_capacity(1 << 18, file)));
    writer.header(&Header::new(program, database, now.utc().to_rfc3339(), migrations))?;
    dump(&mut conn, &mut writer)?;
    dialect::end_read(&mut conn)?;
    let (out, contents) = writer.finish()?;
    let file = out.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    partial.keep(&file, to)?;
    Ok(contents)
}

/// Reads a backup from end to end: every hash and every count.
///
/// # Errors
/// When it is damaged, or of another form.
pub fn read_through(from: &Path) -> Result<(Header, Contents), BackupError> {
    let (header, mut reader) = Reader::open(from)?;
    loop {
        if let Item::End(contents) = reader.item()? {
            return Ok((header, contents));
        }
    }
}

fn number(conn: &mut Conn, sql: &str) -> Result<i64, StoreError> {
    let lines = inspect::lines(conn, sql)?;
    lines.first().and_then(|line| line.parse().ok()).ok_or_else(|| StoreError::Broken(format!("no number for {sql}")))
}

/// Looks at a whole database, in one snapshot: the log, the references, and what there is.
///
/// # Errors
/// When it cannot be reached or is newer than the program. What is wrong in it is no error here, but
/// among the faults.
pub fn check(location: &Location) -> Result<Checked, BackupError> {
    let mut conn = reading(location)?;
    dialect::begin_read(&mut conn)?;
    schema(&mut conn)?;
    let mut faults = catalogue::damage(&mut conn)?;
    faults.extend(catalogue::dangling(&mut conn)?);
    let mut of_events = |what: &str| number(&mut conn, &format!("SELECT CAST({what} AS text) AS line FROM events"));
    let [all, sealed, first, last] = [
        of_events("count(*)")?,
        of_events("count(position)")?,
        of_events("COALESCE(MIN(position), 1)")?,
        of_events("COALESCE(MAX(position), 0)")?,
    ];
    if first != 1 || last != sealed {
        faults.push(format!("the log has holes: {sealed} entries with positions from {first} to {last}"));
    }
    let lost = "SELECT CAST(count(*) AS text) AS line FROM event_values WHERE NOT EXISTS (SELECT 1 FROM events WHERE id = event_id)";
    let lost = number(&mut conn, lost)?;
    if lost != 0 {
        faults.push(format!("{lost} values of the log belong to no entry"));
    }
    let contents = contents(&mut conn)?;
    dialect::end_read(&mut conn)?;
    Ok(Checked { contents, unsealed: all - sealed, faults })
}
