//! The form of a backup: lines of text under gzip. A header; for each table a heading, a line for each
//! row and a footer; a last line. Every line is under two hashes, so that nothing can be lost, changed
//! or moved unnoticed.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::BackupError;
use super::catalogue::Kind;

/// Rises when the form changes.
const FORMAT: u64 = 1;
/// No line is longer: what is not a backup must not fill the memory.
const LONGEST: u64 = 256 << 20;
/// Every backup begins with these bytes. Other values would not change the content, so no hash is over them.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// The first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Form of the file.
    pub thidua_backup: u64,
    /// Version of the program that wrote it.
    pub program: String,
    /// Database that it was taken from: `sqlite` or `postgres`.
    pub database: String,
    /// When, in UTC.
    pub taken_at: String,
    /// Migrations that the database had.
    pub migrations: Vec<String>,
}

impl Header {
    pub(super) fn new(program: &str, database: &str, taken_at: String, migrations: Vec<String>) -> Self {
        Self { thidua_backup: FORMAT, program: program.to_owned(), database: database.to_owned(), taken_at, migrations }
    }
}

/// What a table is, before its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Heading {
    pub(super) table: String,
    pub(super) columns: Vec<(String, Kind)>,
    /// The columns of its order.
    pub(super) key: Vec<String>,
}

/// What a table was, after its rows.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Footer {
    end: String,
    rows: u64,
    /// Over its heading and rows.
    sha256: String,
}

/// The last line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Last {
    total_rows: u64,
    /// Over the footers: the same for the same content, whatever the database.
    digest: String,
    /// Over all lines before this one.
    sha256: String,
}

/// What is in a backup or a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Rows of each table.
    pub tables: Vec<(String, u64)>,
    /// Rows altogether.
    pub rows: u64,
    /// SHA-256 of the content: the same for the same content, whatever the database.
    pub digest: String,
}

fn hex(context: Context) -> String {
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json(value: &impl Serialize) -> Result<String, BackupError> {
    serde_json::to_string(value).map_err(|error| BackupError::Refused(error.to_string()))
}

/// What has been written or read so far.
struct Tally {
    whole: Context,
    digest: Context,
    table: Option<(String, u64, Context)>,
    tables: Vec<(String, u64)>,
    rows: u64,
}

impl Tally {
    fn new() -> Self {
        Self { whole: Context::new(&SHA256), digest: Context::new(&SHA256), table: None, tables: Vec::new(), rows: 0 }
    }

    fn line(&mut self, line: &str) {
        self.whole.update(line.as_bytes());
        self.whole.update(b"\n");
    }

    fn open(&mut self, name: &str, line: &str) {
        self.line(line);
        let mut sum = Context::new(&SHA256);
        sum.update(line.as_bytes());
        self.table = Some((name.to_owned(), 0, sum));
    }

    fn row(&mut self, line: &str) {
        self.line(line);
        if let Some((_, rows, sum)) = &mut self.table {
            *rows += 1;
            sum.update(b"\n");
            sum.update(line.as_bytes());
        }
        self.rows += 1;
    }

    fn close(&mut self) -> Option<Footer> {
        let (end, rows, sum) = self.table.take()?;
        self.tables.push((end.clone(), rows));
        Some(Footer { end, rows, sha256: hex(sum) })
    }

    fn footer(&mut self, line: &str) {
        self.line(line);
        self.digest.update(line.as_bytes());
        self.digest.update(b"\n");
    }

    fn end(self) -> (Last, Contents) {
        let digest = hex(self.digest);
        let last = Last { total_rows: self.rows, digest: digest.clone(), sha256: hex(self.whole) };
        (last, Contents { tables: self.tables, rows: self.rows, digest })
    }
}

/// Writes a backup, or only counts and hashes it.
pub(super) struct Writer<W> {
    out: W,
    tally: Tally,
}

/// What compresses; light, since the rows come faster than the best would take them.
pub(super) fn compressed<W: Write>(out: W) -> GzEncoder<W> {
    GzBuilder::new().operating_system(255).write(out, Compression::new(3))
}

impl<W: Write> Writer<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, tally: Tally::new() }
    }

    fn put(&mut self, line: &str) -> Result<(), BackupError> {
        self.out.write_all(line.as_bytes())?;
        Ok(self.out.write_all(b"\n")?)
    }

    pub(super) fn header(&mut self, header: &Header) -> Result<(), BackupError> {
        let line = json(header)?;
        self.tally.line(&line);
        self.put(&line)
    }

    pub(super) fn open(&mut self, heading: &Heading) -> Result<(), BackupError> {
        let line = json(heading)?;
        self.tally.open(&heading.table, &line);
        self.put(&line)
    }

    pub(super) fn row(&mut self, line: &str) -> Result<(), BackupError> {
        self.tally.row(line);
        self.put(line)
    }

    pub(super) fn close(&mut self) -> Result<(), BackupError> {
        let Some(footer) = self.tally.close() else { return Ok(()) };
        let line = json(&footer)?;
        self.tally.footer(&line);
        self.put(&line)
    }

    pub(super) fn finish(mut self) -> Result<(W, Contents), BackupError> {
        let (last, contents) = self.tally.end();
        writeln!(self.out, "{}", json(&last)?)?;
        Ok((self.out, contents))
    }
}

/// What comes next in a backup.
pub(super) enum Item {
    /// A table begins.
    Table(Heading),
    /// A row of it: see [`Reader::row`].
    Row,
    /// The end, with nothing missing and nothing changed.
    End(Contents),
}

/// Reads a backup and checks it on the way.
pub(super) struct Reader {
    lines: BufReader<GzDecoder<BufReader<File>>>,
    line: String,
    tally: Option<Tally>,
    name: Option<String>,
}

fn damaged(why: impl std::fmt::Display) -> BackupError {
    BackupError::Damaged(why.to_string())
}

fn parsed<T: DeserializeOwned>(line: &str) -> Result<T, BackupError> {
    serde_json::from_str(line).map_err(damaged)
}

impl Reader {
    /// Opens a backup and reads its header.
    pub(super) fn open(path: &Path) -> Result<(Header, Self), BackupError> {
        let file = File::open(path).map_err(|error| BackupError::Refused(format!("{}: {error}", path.display())))?;
        let mut file = BufReader::with_capacity(1 << 16, file);
        if !file.fill_buf()?.starts_with(&GZIP) {
            return Err(damaged("it does not begin as a backup does"));
        }
        let lines = BufReader::with_capacity(1 << 16, GzDecoder::new(file));
        let mut reader = Self { lines, line: String::new(), tally: Some(Tally::new()), name: None };
        reader.advance()?;
        let header: Value = parsed(&reader.line)?;
        match header.get("thidua_backup").and_then(Value::as_u64) {
            Some(FORMAT) => {}
            Some(other) => {
                return Err(BackupError::Refused(format!("the backup has the form {other}; this program knows form {FORMAT} only")));
            }
            None => return Err(damaged("its first line is no header")),
        }
        let header = parsed(&reader.line)?;
        let (tally, line) = reader.tally()?;
        tally.line(line);
        Ok((header, reader))
    }

    fn tally(&mut self) -> Result<(&mut Tally, &str), BackupError> {
        let tally = self.tally.as_mut().ok_or_else(|| damaged("it goes on after its end"))?;
        Ok((tally, &self.line))
    }

    /// The next line; a last one that is cut off is no line.
    fn advance(&mut self) -> Result<(), BackupError> {
        self.line.clear();
        (&mut self.lines).take(LONGEST).read_line(&mut self.line).map_err(damaged)?;
        match self.line.pop() {
            Some('\n') => Ok(()),
            Some(_) => Err(damaged("a line is cut off")),
            None => Err(damaged("it ends before its last line")),
        }
    }

    /// The row that came last.
    pub(super) fn row(&self) -> &str {
        &self.line
    }

    /// What comes next.
    pub(super) fn item(&mut self) -> Result<Item, BackupError> {
        loop {
            self.advance()?;
            let (tally, line) = self.tally()?;
            match &tally.table {
                Some(_) if line.starts_with('[') => {
                    tally.row(line);
                    return Ok(Item::Row);
                }
                Some(_) => {
                    let footer: Footer = parsed(line)?;
                    if tally.close().as_ref() != Some(&footer) {
                        return Err(damaged(format!("the rows of {} are not what its footer says", footer.end)));
                    }
                    tally.footer(line);
                }
                None if line.starts_with("{\"table\"") => {
                    let heading: Heading = parsed(line)?;
                    tally.open(&heading.table, line);
                    let before = self.name.replace(heading.table.clone());
                    if before.is_some_and(|before| before >= heading.table) {
                        return Err(damaged("its tables are not in order"));
                    }
                    return Ok(Item::Table(heading));
                }
                None => return self.last(),
            }
        }
    }

    fn last(&mut self) -> Result<Item, BackupError> {
        let said: Last = parsed(&self.line)?;
        let (last, contents) = self.tally.take().ok_or_else(|| damaged("it goes on after its end"))?.end();
        if said != last {
            return Err(damaged("its content is not what its last line says"));
        }
        // Reading on to the end makes gzip check its own sum.
        let more = self.lines.fill_buf().map_err(damaged)?;
        if !more.is_empty() || !self.lines.get_mut().get_mut().fill_buf()?.is_empty() {
            return Err(damaged("it goes on after its end"));
        }
        Ok(Item::End(contents))
    }
}
