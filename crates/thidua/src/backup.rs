//! Taking backups, bringing them back, and looking whether all is well: the commands around
//! `thidua_store::backup`.

use std::path::{Path, PathBuf};
use std::time::Instant as Stopwatch;

use clap::Args;
use thidua_store::Location;
use thidua_store::backup::{self, BackupError, Contents};
use thidua_store::clock::{Clock, SystemClock};

use crate::command::{DatabaseArgs, Stopped, say};

/// How to take a backup.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// The database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// File to write; it must not be there yet. It holds personal data, and not the master key.
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// How to bring a backup back.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// The database, which must be empty.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Backup to read.
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
}

/// What to look at.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// The database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Backup to look at instead of the database.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
}

impl From<BackupError> for Stopped {
    fn from(error: BackupError) -> Self {
        Self::Said(error.to_string())
    }
}

fn told(what: &'static str, file: &Path, contents: &Contents, begun: Stopwatch) {
    let seconds = begun.elapsed().as_secs_f64();
    let millions = f64::from(u32::try_from(contents.rows).unwrap_or(u32::MAX)) / 1e6;
    let rounded = |number: f64| (number * 1e3).round() / 1e3;
    tracing::info!(
        file = %file.display(),
        rows = contents.rows,
        seconds = rounded(seconds),
        seconds_per_million_rows = if contents.rows == 0 { 0.0 } else { rounded(seconds / millions) },
        digest = contents.digest,
        "{what}"
    );
}

/// Takes a backup, while the service works.
///
/// # Errors
/// When the database cannot be read or the file not be written.
pub fn take(args: &BackupArgs) -> Result<(), Stopped> {
    let begun = Stopwatch::now();
    let location = Location::parse(&args.database.database_url)?;
    let contents = backup::take(&location, &args.to, env!("CARGO_PKG_VERSION"), SystemClock.now())?;
    told("the backup was taken; the master key is not in it", &args.to, &contents, begun);
    Ok(())
}

/// Brings a backup back into an empty database.
///
/// # Errors
/// When the backup is damaged or newer, or the database is not empty.
pub fn restore(args: &RestoreArgs) -> Result<(), Stopped> {
    let begun = Stopwatch::now();
    let location = Location::parse(&args.database.database_url)?;
    let contents = backup::restore(&location, &args.from, SystemClock.now())?;
    told("the backup was brought back; the service needs the master key it had", &args.from, &contents, begun);
    Ok(())
}

fn counted(contents: &Contents) -> String {
    let mut text: String = contents.tables.iter().map(|(table, rows)| format!("{table:<24} {rows:>12}\n")).collect();
    text.push_str(&format!("{:<24} {:>12}\ndigest {}\n", "rows altogether", contents.rows, contents.digest));
    text
}

/// Looks at a backup, or at the database, and prints what there is.
///
/// # Errors
/// When something is wrong with it.
pub fn verify(args: &VerifyArgs) -> Result<(), Stopped> {
    if let Some(from) = &args.from {
        let (header, contents) = backup::read_through(from)?;
        let origin = format!("taken {} from {} by thidua {}", header.taken_at, header.database, header.program);
        return say(&format!("{origin}, schema {}\n{}", header.migrations.join(" "), counted(&contents)));
    }
    let checked = backup::check(&Location::parse(&args.database.database_url)?)?;
    say(&counted(&checked.contents))?;
    if checked.unsealed > 0 {
        tracing::info!(events = checked.unsealed, "the newest entries of the log have no position yet");
    }
    match checked.faults.len() {
        0 => Ok(()),
        _ => Err(Stopped::Said(format!("the database is damaged: {}", checked.faults.join("; ")))),
    }
}
