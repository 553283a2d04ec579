//! What PostgreSQL itself does with the same statements, measured by `pgbench`.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use tokio::process::Command;

use crate::Failed;
use crate::child::{Postgres, Server};
use crate::load::{Line, request};

/// Scripts for `pgbench`, each with the variables it needs.
pub struct Scripts {
    files: Vec<PathBuf>,
    variables: Vec<(String, String)>,
}

/// Values of one statement, from the detail line of the log: `$1 = 'a', $2 = 'b'`.
fn values(detail: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = detail;
    while let Some((_, after)) = rest.split_once(" = '") {
        let mut value = String::new();
        let mut chars = after.char_indices().peekable();
        let mut end = after.len();
        while let Some((at, c)) = chars.next() {
            if c != '\'' {
                value.push(c);
            } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
                value.push('\'');
            } else {
                end = at + 1;
                break;
            }
        }
        values.push(value);
        rest = after.get(end..).unwrap_or_default();
    }
    values
}

impl Scripts {
    /// One script for each path: exactly the statements that a GET of it sends, taken from the log
    /// of the database.
    pub async fn of(postgres: &Postgres, server: &Server, paths: &[String]) -> Result<Self, Failed> {
        let token = server.token().await?;
        let mut line = Line::open(server.address).await?;
        let mut scripts = Self { files: Vec::new(), variables: Vec::new() };
        let path = postgres.folder.join("log");
        for (n, asked) in paths.iter().enumerate() {
            let ask = request("GET", asked, Some(&token), None);
            // The first time grants are loaded and statements prepared.
            line.ask(&ask).await?;
            postgres.sql("ALTER SYSTEM SET log_statement = 'all'")?;
            postgres.sql("SELECT pg_reload_conf()")?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            let before = std::fs::read_to_string(&path)?.len();
            line.ask(&ask).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
            let log = std::fs::read_to_string(&path)?;
            postgres.sql("ALTER SYSTEM RESET log_statement")?;
            postgres.sql("SELECT pg_reload_conf()")?;
            let script = scripts.script(n, log.get(before..).unwrap_or_default())?;
            let file = postgres.folder.with_file_name(format!("get-{n}.sql"));
            std::fs::write(&file, script)?;
            scripts.files.push(file);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(scripts)
    }

    /// Scripts as written.
    #[must_use]
    pub const fn of_files(files: Vec<PathBuf>) -> Self {
        Self { files, variables: Vec::new() }
    }

    fn script(&mut self, n: usize, log: &str) -> Result<String, Failed> {
        let mut script = String::new();
        let mut lines = log.lines().peekable();
        while let Some(line) = lines.next() {
            let Some((_, said)) = line.split_once("LOG:  ") else { continue };
            let sql = match said.split_once(": ") {
                Some((how, sql)) if how == "statement" || how.starts_with("execute ") => sql,
                _ => continue,
            };
            // The sealer works beside every request.
            if sql.contains("advisory")
                || sql.starts_with("UPDATE events")
                || sql.contains("pg_reload_conf")
                || sql.contains("ALTER SYSTEM")
            {
                continue;
            }
            let detail = lines.next_if(|next| next.contains("DETAIL:"));
            let values = detail.and_then(|detail| detail.split_once("arameters: ")).map(|(_, text)| values(text)).unwrap_or_default();
            let mut sql = sql.to_owned();
            // From the last: $1 is also the beginning of $10.
            for (i, value) in values.iter().enumerate().rev() {
                let name = match self.variables.iter().find(|(_, known)| known == value) {
                    Some((name, _)) => name.clone(),
                    None => {
                        let name = format!("v{n}_{}", self.variables.len());
                        self.variables.push((name.clone(), value.clone()));
                        name
                    }
                };
                sql = sql.replace(&format!("${}", i + 1), &format!(":{name}"));
            }
            writeln!(script, "{};", sql.trim_end_matches(';'))?;
        }
        if script.is_empty() { Err("the log of the database shows no statement".into()) } else { Ok(script) }
    }

    /// Statements of one request.
    pub fn statements(&self) -> Result<usize, Failed> {
        let first = self.files.first().ok_or("no script")?;
        Ok(std::fs::read_to_string(first)?.lines().count())
    }

    /// Inserting one row shaped like a signature per transaction.
    pub fn insert(postgres: &Postgres) -> Result<Self, Failed> {
        postgres.sql(
            "CREATE TABLE IF NOT EXISTS bench_signatures (id uuid PRIMARY KEY, pledge_id uuid NOT NULL, unit_id uuid NOT NULL, \
             signer_position text, mode text NOT NULL, signed_on date NOT NULL, origin text NOT NULL, recorded text, \
             signed_by uuid NOT NULL, created_at timestamptz NOT NULL, UNIQUE (pledge_id, unit_id))",
        )?;
        let file = postgres.folder.with_file_name("insert.sql");
        std::fs::write(
            &file,
            "INSERT INTO bench_signatures VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'Giám đốc', 'own', \
             '2026-01-24', 'recorded', '{\"from\": \"meeting\"}', gen_random_uuid(), now());\n",
        )?;
        Ok(Self { files: vec![file], variables: Vec::new() })
    }

    /// The least that keeping one signature with its event can be: one serializable transaction that
    /// reads a pledge, inserts the signature and both halves of the event, and counts it. Pipelined, nothing
    /// waits for the answer of the statement before it: no client that decides in between can do that.
    pub fn least(postgres: &Postgres, pipelined: bool) -> Result<Self, Failed> {
        postgres.sql(
            "CREATE TABLE IF NOT EXISTS bench_pledges (id int PRIMARY KEY, version bigint NOT NULL) WITH (fillfactor = 80); \
             INSERT INTO bench_pledges SELECT g, 1 FROM generate_series(1, 1000) g ON CONFLICT DO NOTHING; \
             CREATE TABLE IF NOT EXISTS bench_events (id uuid PRIMARY KEY, seq bigserial, at timestamptz NOT NULL, subject_id int NOT NULL, fields text NOT NULL); \
             CREATE TABLE IF NOT EXISTS bench_values (event_id uuid PRIMARY KEY, after text)",
        )?;
        let file = postgres.folder.with_file_name(if pipelined { "pipelined.sql" } else { "least.sql" });
        let (start, end) = if pipelined { ("\\startpipeline\n", "\\endpipeline\n") } else { ("", "") };
        let script = format!(
            "\\set pledge random(1, 1000)\n{start}\
             BEGIN ISOLATION LEVEL SERIALIZABLE;\n\
             SELECT version FROM bench_pledges WHERE id = :pledge;\n\
             INSERT INTO bench_signatures VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'Giám đốc', 'own', \
             '2026-01-24', 'recorded', '{{\"from\": \"meeting\"}}', gen_random_uuid(), now());\n\
             UPDATE bench_pledges SET version = version + 1 WHERE id = :pledge;\n\
             INSERT INTO bench_events (id, at, subject_id, fields) VALUES (gen_random_uuid(), now(), :pledge, '[\"unit\", \"recorded\"]');\n\
             INSERT INTO bench_values VALUES (gen_random_uuid(), '{{\"recorded\": {{\"from\": \"meeting\"}}}}');\n\
             COMMIT;\n{end}"
        );
        std::fs::write(&file, script)?;
        Ok(Self { files: vec![file], variables: Vec::new() })
    }

    /// Transactions a second.
    pub async fn run(&self, postgres: &Postgres, clients: usize, time: Duration) -> Result<f64, Failed> {
        let mut command = Command::new(postgres.binaries.join("pgbench"));
        command.args([
            "-n",
            "--max-tries",
            "10",
            "-M",
            "prepared",
            "-j",
            "2",
            "-c",
            &clients.to_string(),
            "-T",
            &time.as_secs().max(1).to_string(),
        ]);
        for (name, value) in &self.variables {
            command.arg("-D").arg(format!("{name}={value}"));
        }
        for file in &self.files {
            command.arg("-f").arg(file);
        }
        let done = command.arg(&postgres.url).kill_on_drop(true).output().await?;
        let said = String::from_utf8_lossy(&done.stdout);
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.ok_or_else(|| format!("pgbench: {said}{}", String::from_utf8_lossy(&done.stderr)).into())
    }
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn values_are_read_from_the_log() {
        assert_eq!(values("$1 = 'a', $2 = 'it''s, b', $3 = '{x,y}'"), ["a", "it's, b", "{x,y}"]);
        assert!(values("").is_empty());
    }
}
