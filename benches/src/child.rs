//! The children of a run: the built server, a bare static server, a throw-away PostgreSQL. Each
//! ends with the value that stands for it.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command as Blocking, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::process::{Child, Command};

use crate::Failed;
use crate::load::{Line, request};

const PASSWORD: &str = "chi-de-do-toc-do-2026";
/// The account of a run.
pub const USER: &str = "do.toc.do";

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Builds the server the way it is shipped and says where it is.
pub fn build() -> Result<PathBuf, Failed> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let done = Blocking::new(cargo).args(["build", "--release", "-p", "thidua"]).current_dir(workspace()).status()?;
    if !done.success() {
        return Err("the server cannot be built".into());
    }
    // The bench itself lies in the same folder.
    let beside = std::env::current_exe()?.with_file_name("thidua");
    if beside.exists() { Ok(beside) } else { Err(format!("there is no server at {}", beside.display()).into()) }
}

fn free_address() -> Result<SocketAddr, Failed> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Waits until a path is answered with 200.
async fn ready(address: SocketAddr, path: &str) -> Result<(), Failed> {
    let begun = Instant::now();
    let ask = request("GET", path, None, None);
    while begun.elapsed() < Duration::from_secs(30) {
        if let Ok(mut line) = Line::open(address).await
            && let Ok(answer) = line.ask(&ask).await
            && answer.status == 200
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Err(format!("nothing answers at {address}{path}").into())
}

/// A database with its key, ready to be served.
#[derive(Debug, Clone)]
pub struct Database {
    url: String,
    key: PathBuf,
    log: PathBuf,
}

impl Database {
    /// Makes the schema and an account that may do everything here.
    pub fn prepare(server: &Path, url: &str, folder: &Path, name: &str) -> Result<Self, Failed> {
        let made = Self { url: url.to_owned(), key: folder.join(format!("{name}.key")), log: folder.join(format!("{name}.log")) };
        let mut create = Blocking::new(server)
            .args(["admin", "create", "--username", USER, "--role", "standing_body", "--database-url", url, "--master-key-file"])
            .arg(&made.key)
            .stdin(Stdio::piped())
            .stderr(std::fs::File::create(&made.log)?)
            .spawn()?;
        if let Some(mut stdin) = create.stdin.take() {
            writeln!(stdin, "{PASSWORD}")?;
        }
        if create.wait()?.success() { Ok(made) } else { Err(std::fs::read_to_string(&made.log)?.into()) }
    }
}

/// How a server is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// As in service.
    Usual,
    /// Without waiting for the disk.
    WithoutSync,
    /// Reading everything anew for each answer.
    RememberingNothing,
    /// Without holding failed sign-ins against anybody.
    Unthrottled,
    /// Believing this machine about the address a request comes from.
    BehindProxy,
}

/// A server that answers.
pub struct Server {
    /// Where.
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts the built server and says how long that took. Everything is logged, as in service.
    pub async fn start(server: &Path, database: &Database, how: How) -> Result<(Self, Duration), Failed> {
        let address = free_address()?;
        let mut command = Command::new(server);
        command.args(["serve", "--database-url", &database.url, "--bind", &address.to_string(), "--master-key-file"]);
        command.arg(&database.key).stdin(Stdio::null()).stderr(std::fs::File::create(&database.log)?).kill_on_drop(true);
        command
            .env_remove("THIDUA_NOT_DURABLE")
            .env_remove("THIDUA_ANSWER_MEMORY")
            .env_remove("THIDUA_NO_THROTTLE")
            .env_remove("THIDUA_TRUSTED_PROXIES");
        match how {
            How::Usual => {}
            How::WithoutSync => {
                command.env("THIDUA_NOT_DURABLE", "true");
            }
            How::RememberingNothing => {
                command.env("THIDUA_ANSWER_MEMORY", "0");
            }
            How::Unthrottled => {
                command.env("THIDUA_NO_THROTTLE", "true");
            }
            How::BehindProxy => {
                command.env("THIDUA_TRUSTED_PROXIES", "127.0.0.1/32");
            }
        }
        let begun = Instant::now();
        let child = command.spawn()?;
        ready(address, "/readyz").await?;
        Ok((Self { address, child }, begun.elapsed()))
    }

    /// Starts a bare server whose every answer is so long.
    pub async fn fixed(size: usize) -> Result<Self, Failed> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["static", &size.to_string()]).env("BENCH_BIND", address.to_string()).kill_on_drop(true);
        let child = command.spawn()?;
        ready(address, "/").await?;
        Ok(Self { address, child })
    }

    /// Signs in anew: a token lasts ten minutes, a run may last longer.
    pub async fn token(&self) -> Result<String, Failed> {
        let body = json!({ "username": USER, "password": PASSWORD });
        let mut line = Line::open(self.address).await?;
        let answer = line.ask(&request("POST", "/api/v1/auth/sessions", None, Some(&body))).await?;
        let session: serde_json::Value = serde_json::from_slice(answer.body)?;
        Ok(session["access_token"].as_str().ok_or_else(|| format!("no token in {session}"))?.to_owned())
    }

    /// Resident memory in MB.
    pub fn memory(&self) -> Result<f64, Failed> {
        let pid = self.child.id().ok_or("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
    }

    /// Ends it and waits until it has.
    pub async fn stop(mut self) -> Result<(), Failed> {
        Ok(self.child.kill().await?)
    }
}

/// The bare server: one answer from memory, as many workers as the real one has.
pub fn serve_static(size: usize) -> Result<(), Failed> {
    use actix_web::{App, HttpResponse, HttpServer, web};
    let bind = std::env::var("BENCH_BIND")?;
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let body = web::Bytes::from(vec![b'x'; size]);
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let body = body.clone();
            App::new().default_service(web::to(move || {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            }))
        });
        server.workers(workers).bind(bind)?.run().await
    })?;
    Ok(())
}

/// A durable throw-away PostgreSQL.
pub struct Postgres {
    /// Its URL.
    pub url: String,
    /// Its server binaries.
    pub binaries: PathBuf,
    /// Its folder.
    pub folder: PathBuf,
}

fn script(arguments: &[&str]) -> Result<String, Failed> {
    let done = Blocking::new(workspace().join("scripts/throwaway-postgres")).args(arguments).stderr(Stdio::inherit()).output()?;
    if !done.status.success() {
        return Err("no throw-away PostgreSQL".into());
    }
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}

impl Postgres {
    /// Starts one in a folder.
    pub fn start(folder: &Path) -> Result<Self, Failed> {
        let binaries = PathBuf::from(script(&["bindir"])?);
        let url = script(&["start", "--durable", &folder.to_string_lossy()])?;
        Ok(Self { url, binaries, folder: folder.to_path_buf() })
    }

    /// Runs SQL.
    pub fn sql(&self, sql: &str) -> Result<String, Failed> {
        let done = Blocking::new(self.binaries.join("psql")).args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url]).output()?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
        }
        Ok(String::from_utf8(done.stdout)?.trim().to_owned())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = script(&["stop", &self.folder.to_string_lossy()]) {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}
