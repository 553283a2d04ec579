//! The run: what is measured against what, in which turns.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::child::{Database, How, Postgres, Server, build};
use crate::fill::{Filled, fill, signatures};
use crate::load::{Requests, request, run as load};
use crate::pgbench::Scripts;
use crate::table::{Series, Table};
use crate::{Extent, Failed};

/// Connections that read.
const READING: usize = 32;
/// Connections that write.
const WRITING: usize = 64;

/// A filled database being served.
struct Stage {
    server: Server,
    filled: Filled,
}

impl Stage {
    async fn set(binary: &Path, database: &Database, how: How, extent: &Extent) -> Result<Self, Failed> {
        let (server, _) = Server::start(binary, database, how).await?;
        let filled = fill(&server, extent.units).await?;
        Ok(Self { server, filled })
    }

    async fn gets(&self, collection: &str, ids: &[String]) -> Result<Vec<Vec<u8>>, Failed> {
        let token = self.server.token().await?;
        Ok(ids.iter().map(|id| request("GET", &format!("/api/v1/{collection}/{id}"), Some(&token), None)).collect())
    }

    async fn read(&self, requests: &[Vec<u8>], time: Duration) -> Result<f64, Failed> {
        load(self.server.address, READING, time, &Requests::Again(requests), 200).await
    }

    async fn sign(&self, extent: &Extent) -> Result<f64, Failed> {
        let requests = signatures(&self.server, &self.filled, extent.signatures).await?;
        load(self.server.address, WRITING, extent.round, &Requests::Once(&requests), 201).await
    }
}

/// How long an answer is.
pub async fn body_length(server: &Server, ask: &[u8]) -> Result<usize, Failed> {
    Ok(crate::load::Line::open(server.address).await?.ask(ask).await?.body.len())
}

/// How often a second the disk takes 4 KiB for good.
fn disk(folder: &Path, time: Duration) -> Result<f64, Failed> {
    let path = folder.join("disk");
    let mut file = std::fs::File::create(&path)?;
    let page = [0x5a_u8; 4096];
    let (begun, mut done) = (Instant::now(), 0_u32);
    while begun.elapsed() < time {
        file.write_all(&page)?;
        file.sync_data()?;
        done += 1;
    }
    let rate = f64::from(done) / begun.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(rate)
}

/// Measures everything; whether all targets were met.
pub async fn run(extent: &Extent) -> Result<bool, Failed> {
    let binary = match &extent.server {
        Some(server) => server.canonicalize()?,
        None => build()?,
    };
    let mut table = Table::default();
    let postgres = match extent.postgres {
        true => Postgres::start(&extent.folder.join("pg")).inspect_err(|error| eprintln!("PostgreSQL is left out: {error}")).ok(),
        false => None,
    };
    let file = |name: &str| format!("sqlite:{}", extent.folder.join(format!("{name}.db")).display());
    let database = Database::prepare(&binary, &file("durable"), &extent.folder, "durable")?;
    let sqlite = Stage::set(&binary, &database, How::Usual, extent).await?;
    let on_postgres = match &postgres {
        Some(postgres) => {
            let database = Database::prepare(&binary, &postgres.url, &extent.folder, "postgres")?;
            let filled = Stage::set(&binary, &database, How::Usual, extent).await?;
            filled.server.stop().await?;
            // The statements are compared, so they are to be sent.
            let (server, _) = Server::start(&binary, &database, How::RememberingNothing).await?;
            let stage = Stage { server, filled: filled.filled };
            postgres.sql("VACUUM ANALYZE")?;
            Some((postgres, stage, database))
        }
        None => None,
    };
    if extent.wants("reads") {
        let (anew, _) = Server::start(&binary, &database, How::RememberingNothing).await?;
        let anew = Stage { server: anew, filled: sqlite.filled.clone() };
        reads(extent, &sqlite, &anew, on_postgres.as_ref(), &mut table).await?;
        anew.server.stop().await?;
    }
    if extent.wants("writes") {
        let loose = Database::prepare(&binary, &file("loose"), &extent.folder, "loose")?;
        let loose = Stage::set(&binary, &loose, How::WithoutSync, extent).await?;
        writes(extent, &sqlite, &loose, on_postgres.as_ref(), &mut table).await?;
        loose.server.stop().await?;
    }
    if extent.wants("rankings") {
        let there = on_postgres.as_ref().map(|(postgres, stage, database)| (*postgres, database, &stage.server, &stage.filled));
        crate::rankings::run(extent, &binary, (&database, &sqlite.server), there, &mut table).await?;
        crate::province::run(extent, &mut table)?;
    }
    sqlite.server.stop().await?;
    if let Some((_, stage, _)) = on_postgres {
        stage.server.stop().await?;
    }
    if extent.wants("starts") {
        starts(extent, &binary, &database, &sqlite.filled, &mut table).await?;
    }
    if extent.wants("sign-ins") {
        crate::sign_ins::run(extent, &binary, &database, &sqlite.filled.units, &mut table).await?;
    }
    Ok(table.all_met())
}

async fn reads(
    extent: &Extent,
    sqlite: &Stage,
    anew: &Stage,
    on_postgres: Option<&(&Postgres, Stage, Database)>,
    table: &mut Table,
) -> Result<(), Failed> {
    let (mut unit, mut unit_static, mut year, mut year_static) =
        (Series::default(), Series::default(), Series::default(), Series::default());
    let (mut unit_anew, mut year_anew) = (Series::default(), Series::default());
    let (mut pg, mut raw) = (Series::default(), Series::default());
    let (units, years) = (sqlite.gets("units", &sqlite.filled.units).await?, sqlite.gets("bloc-years", &sqlite.filled.years).await?);
    let of_unit = Server::fixed(body_length(&sqlite.server, units.first().ok_or("no unit")?).await?).await?;
    let of_year = Server::fixed(body_length(&sqlite.server, years.first().ok_or("no year")?).await?).await?;
    let scripts = match on_postgres {
        Some((postgres, stage, _)) => {
            let paths: Vec<String> = stage.filled.units.iter().step_by(11).take(8).map(|id| format!("/api/v1/units/{id}")).collect();
            let scripts = Scripts::of(postgres, &stage.server, &paths).await?;
            println!("a GET of a unit sends {} statements to PostgreSQL", scripts.statements()?);
            Some((stage, scripts, *postgres))
        }
        None => None,
    };
    for _ in 0..extent.rounds {
        let (units, years) = (sqlite.gets("units", &sqlite.filled.units).await?, sqlite.gets("bloc-years", &sqlite.filled.years).await?);
        unit.0.push(sqlite.read(&units, extent.round).await?);
        unit_static.0.push(load(of_unit.address, READING, extent.round, &Requests::Again(&units), 200).await?);
        year.0.push(sqlite.read(&years, extent.round).await?);
        year_static.0.push(load(of_year.address, READING, extent.round, &Requests::Again(&years), 200).await?);
        unit_anew.0.push(anew.read(&anew.gets("units", &anew.filled.units).await?, extent.round).await?);
        year_anew.0.push(anew.read(&anew.gets("bloc-years", &anew.filled.years).await?, extent.round).await?);
        if let Some((stage, scripts, postgres)) = &scripts {
            let requests = stage.gets("units", &stage.filled.units).await?;
            pg.0.push(stage.read(&requests, extent.round).await?);
            raw.0.push(scripts.run(postgres, READING, extent.round).await?);
        }
    }
    table.ratio("GET unit, SQLite", &unit, ("static", &unit_static), 0.35);
    table.note("  … read anew each time", &unit_anew, ("static", &unit_static));
    table.ratio("GET bloc year with members, SQLite", &year, ("static", &year_static), 0.15);
    table.note("  … read anew each time", &year_anew, ("static", &year_static));
    if scripts.is_some() {
        table.ratio("GET unit, PostgreSQL", &pg, ("pgbench, same statements", &raw), 0.6);
    }
    Ok(())
}

async fn writes(
    extent: &Extent,
    sqlite: &Stage,
    loose: &Stage,
    on_postgres: Option<&(&Postgres, Stage, Database)>,
    table: &mut Table,
) -> Result<(), Failed> {
    let (mut signed, mut unsynced, mut synced) = (Series::default(), Series::default(), Series::default());
    let (mut pg, mut raw, mut least, mut pipelined) = (Series::default(), Series::default(), Series::default(), Series::default());
    for _ in 0..extent.rounds {
        signed.0.push(sqlite.sign(extent).await?);
        synced.0.push(disk(&extent.folder, extent.round / 2)?);
        unsynced.0.push(loose.sign(extent).await?);
        if let Some((postgres, stage, _)) = on_postgres {
            let insert = Scripts::insert(postgres)?;
            pg.0.push(stage.sign(extent).await?);
            raw.0.push(insert.run(postgres, WRITING, extent.round).await?);
            least.0.push(Scripts::least(postgres, false)?.run(postgres, WRITING, extent.round).await?);
            pipelined.0.push(Scripts::least(postgres, true)?.run(postgres, WRITING, extent.round).await?);
        }
    }
    table.either("POST signature, durable, SQLite", &signed, ("fdatasync", &synced, 8.0), ("without fsync", &unsynced, 0.5));
    if on_postgres.is_some() {
        table.ratio("POST signature, durable, PostgreSQL", &pg, ("pgbench INSERT", &raw), 0.5);
        table.note("  … beside", &pg, ("pgbench, the least such transaction", &least));
        table.note("  pgbench, the least such transaction", &least, ("pgbench INSERT", &raw));
        table.note("  … pipelined", &pipelined, ("pgbench INSERT", &raw));
    }
    Ok(())
}

async fn starts(extent: &Extent, binary: &Path, database: &Database, filled: &Filled, table: &mut Table) -> Result<(), Failed> {
    let (mut millis, mut idle, mut memory) = (Series::default(), Series::default(), Series::default());
    for _ in 0..extent.rounds {
        let (server, took) = Server::start(binary, database, How::Usual).await?;
        millis.0.push(took.as_secs_f64() * 1000.0);
        idle.0.push(server.memory()?);
        let token = server.token().await?;
        let mut line = crate::load::Line::open(server.address).await?;
        for id in filled.units.iter().take(50) {
            line.ask(&request("GET", &format!("/api/v1/units/{id}"), Some(&token), None)).await?;
        }
        memory.0.push(server.memory()?);
        server.stop().await?;
    }
    table.at_most("cold start until ready, SQLite", "ms", &millis, 150.0);
    table.at_most("idle memory, SQLite", "MB", &idle, 50.0);
    table.tell("  … after a sign-in and 50 requests", "MB", &memory);
    Ok(())
}
