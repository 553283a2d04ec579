//! How fast the built server is, as ratios of fixed points measured in the same run.
//!
//! `cargo run --release -p bench` builds the release server, fills it over HTTP on SQLite and on a
//! durable throw-away PostgreSQL, and measures in rounds that take turns with those of the fixed
//! points: a static answer of the same size, `pgbench` with the same statements, the disk.
//! `--quick` runs one short round of everything; `--only reads`, `writes`, `rankings`, `starts` or `sign-ins` runs that part,
//! `--on sqlite` leaves PostgreSQL out; `--folder DIR` says on which disk; `--server FILE`
//! measures a server built before.

mod child;
mod fill;
mod load;
mod pgbench;
mod plan;
mod province;
mod rankings;
mod sign_ins;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// Anything that stops a run.
pub type Failed = Box<dyn Error>;

/// How much is measured.
#[derive(Debug, Clone)]
pub struct Extent {
    /// Rounds of each measurement; the median counts.
    pub rounds: usize,
    /// Length of a round.
    pub round: Duration,
    /// Units in each database.
    pub units: usize,
    /// Wrong passwords for each kind of account.
    pub tries: usize,
    /// Signatures made ready for a round at the most.
    pub signatures: usize,
    /// The folder for databases, removed afterwards.
    pub folder: PathBuf,
    /// Only this part: reads, writes, rankings, starts or sign-ins.
    pub only: Option<String>,
    /// Whether PostgreSQL is measured too.
    pub postgres: bool,
    /// A server built before, instead of one built now.
    pub server: Option<PathBuf>,
}

impl Extent {
    /// Whether a part is to be measured.
    #[must_use]
    pub fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

fn extent(arguments: &[String]) -> Result<Extent, Failed> {
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let parent = after("--folder").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = parent.join(format!("thidua-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let rounds = after("--rounds").map_or(Ok(if quick { 1 } else { 5 }), |text| text.parse())?;
    let (seconds, units, signatures, tries) = if quick { (1, 100, 1_000, 50) } else { (2, 2_000, 10_000, 1_000) };
    let only = after("--only").cloned();
    let postgres = after("--on").is_none_or(|database| database != "sqlite");
    Ok(Extent {
        only,
        postgres,
        rounds,
        round: Duration::from_secs(seconds),
        units,
        signatures,
        tries,
        folder,
        server: after("--server").map(PathBuf::from),
    })
}

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, size] = arguments.as_slice()
        && word == "static"
    {
        return child::serve_static(size.parse()?);
    }
    if let [word, units] = arguments.as_slice()
        && word == "province"
    {
        return province::child(units.parse()?);
    }
    let extent = extent(&arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Whatever ends the run drops the plan, and with it every child.
    let outcome = runtime.block_on(async {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            outcome = plan::run(&extent) => outcome,
            _ = tokio::signal::ctrl_c() => Err("stopped".into()),
            _ = terminate.recv() => Err("stopped".into()),
        }
    });
    drop(runtime);
    std::fs::remove_dir_all(&extent.folder)?;
    let all_met = outcome?;
    if !all_met {
        std::process::exit(1);
    }
    Ok(())
}
