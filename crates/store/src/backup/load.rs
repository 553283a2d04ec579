//! Bringing a backup back: into an empty database of either kind, all of it or nothing, and checked
//! afterwards against what the backup says of itself.

use std::path::Path;

use thidua_domain::time::Instant;

use super::catalogue::{self, Table};
use super::file::{Contents, Header, Heading, Item, Reader};
use super::{BackupError, contents, read_through, refused};
use crate::conn::Conn;
use crate::error::StoreError;
use crate::location::Location;
use crate::{dialect, inspect, migrate, settings};

/// Rows that go to the database together, at most, and their bytes, roughly.
const ROWS: usize = 500;
const BYTES: usize = 1 << 20;

/// Brings a backup back and the schema up to date. The file is read through before the database is
/// touched.
///
/// # Errors
/// When the backup is damaged or newer than the program, when the database holds anything, or whatever
/// it says. Nothing is kept then.
pub fn restore(location: &Location, from: &Path, now: Instant) -> Result<Contents, BackupError> {
    let (header, stated) = read_through(from)?;
    if let Some(version) = migrate::unknown(header.migrations.iter().cloned())? {
        return Err(refused(format!(
            "the backup has schema {version}, which this program does not know: it was written by thidua {}, restore it with that",
            header.program
        )));
    }
    let mut conn = inspect::connect(location)?;
    dialect::unhurried(&mut conn)?;
    migrate::hold(&mut conn)?;
    dialect::begin_alone(&mut conn)?;
    match fill(&mut conn, &header, &stated, from, now) {
        Ok(()) => {
            dialect::commit(&mut conn)?;
            Ok(stated)
        }
        Err(error) => {
            dialect::rollback(&mut conn)?;
            Err(error)
        }
    }
}

fn refuse_filled(conn: &mut Conn) -> Result<(), BackupError> {
    let tables = catalogue::tables(conn)?;
    catalogue::lock(conn, &tables)?;
    for table in &tables {
        if !table.is_empty(conn)? {
            return Err(refused(format!(
                "the database is not empty: there is something in {}. A backup is brought back into a new database only",
                table.quoted()
            )));
        }
    }
    Ok(())
}

fn fill(conn: &mut Conn, header: &Header, stated: &Contents, from: &Path, now: Instant) -> Result<(), BackupError> {
    refuse_filled(conn)?;
    migrate::up_to(conn, &header.migrations)?;
    if migrate::applied(conn)? != header.migrations {
        return Err(refused("the database has a schema that is not that of the backup: make a new, empty database"));
    }
    let tables = catalogue::tables(conn)?;
    // Rows come table by table, and some refer to rows that come later.
    let (away, back) = catalogue::foreign_keys(conn)?;
    for sql in away {
        dialect::execute(conn, &sql)?;
    }
    load(conn, &tables, from)?;
    catalogue::analyze(conn, &tables)?;
    for sql in &back {
        dialect::execute(conn, sql)?;
    }
    // Keys that were put back have been checked by that.
    let dangling = if back.is_empty() { catalogue::dangling(conn)? } else { Vec::new() };
    if let Some(dangling) = dangling.first() {
        return Err(BackupError::Damaged(dangling.clone()));
    }
    let there = contents(conn)?;
    if there != *stated {
        return Err(StoreError::Broken(format!("the backup says {}, the restored database {}", stated.digest, there.digest)).into());
    }
    if matches!(conn, Conn::Sqlite(_)) {
        // Counted on from a number that no state had before: answers remembered elsewhere are not taken
        // for those of this database.
        settings::set(conn, "data_version", &now.micros().to_string())?;
    }
    Ok(migrate::up_to(conn, &migrate::known()?)?)
}

fn load(conn: &mut Conn, tables: &[Table], from: &Path) -> Result<(), BackupError> {
    let (_, mut reader) = Reader::open(from)?;
    let mut into: Option<&Table> = None;
    let mut batch = Batch::default();
    loop {
        match reader.item()? {
            Item::Row => {
                batch.add(reader.row());
                if batch.rows >= ROWS || batch.text.len() >= BYTES {
                    batch.send(conn, into)?;
                }
            }
            Item::Table(heading) => {
                batch.send(conn, into)?;
                into = Some(named(tables, &heading)?);
            }
            Item::End(_) => return batch.send(conn, into),
        }
    }
}

fn named<'t>(tables: &'t [Table], heading: &Heading) -> Result<&'t Table, BackupError> {
    let table = tables.iter().find(|table| table.heading() == *heading);
    table.ok_or_else(|| refused(format!("the backup has a table {} that its schema does not have so", heading.table)))
}

#[derive(Default)]
struct Batch {
    text: String,
    rows: usize,
}

impl Batch {
    fn add(&mut self, row: &str) {
        self.text.push(if self.rows == 0 { '[' } else { ',' });
        self.text.push_str(row);
        self.rows += 1;
    }

    fn send(&mut self, conn: &mut Conn, into: Option<&Table>) -> Result<(), BackupError> {
        if let (Some(table), 1..) = (into, self.rows) {
            self.text.push(']');
            table.insert(conn, &self.text)?;
        }
        self.text.clear();
        self.rows = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::take;

    #[test]
    fn a_backup_of_the_first_schema_is_brought_up_to_date() {
        let dir = std::env::temp_dir().join(format!("thidua-backup-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        let at = |name: &str| Location::Sqlite(dir.join(name).to_string_lossy().into_owned());
        let first: Vec<String> = migrate::known().unwrap().into_iter().min().into_iter().collect();
        let mut conn = inspect::connect(&at("old.db")).unwrap();
        migrate::up_to(&mut conn, &first).unwrap();
        settings::set(&mut conn, "kept", "yes").unwrap();
        settings::set(&mut conn, "data_version", "7").unwrap();
        let (file, now) = (dir.join("old.gz"), Instant::from_micros(1_764_000_000_000_000).unwrap());
        assert_eq!(take(&at("old.db"), &file, "0.0.0", now).unwrap().rows, 1);
        assert_eq!(read_through(&file).unwrap().0.migrations, first);

        restore(&at("new.db"), &file, now).unwrap();
        let mut conn = inspect::connect(&at("new.db")).unwrap();
        assert!(migrate::is_current(&mut conn).unwrap());
        assert_eq!(settings::get(&mut conn, "kept").unwrap().as_deref(), Some("yes"));
        assert_eq!(settings::get(&mut conn, "data_version").unwrap(), Some(now.micros().to_string()));
        assert!(matches!(restore(&at("new.db"), &file, now), Err(BackupError::Refused(_))));
        std::fs::remove_dir_all(dir).unwrap();
    }
}
