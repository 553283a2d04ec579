//! The program killed in the middle of its work, again and again: what it acknowledged is there
//! exactly once after a restart, and a repeated request with its key has one effect.
//!
//! Rounds per database: `THIDUA_CRASH_ROUNDS`, else 50, or 300 in the long run (`THIDUA_LONG`).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use thidua_store::conn::Conn;
use thidua_store::{Location, inspect};
use thidua_testkit::{Database, EmptyDatabase, MASTER, PASSWORD, Value, files_of, json};
use ureq::Agent;

const CLIENTS: usize = 8;
/// A different client writes what no uniqueness rule of the database would keep single.
const ALIASES: usize = 3;

fn rounds() -> usize {
    let wanted = std::env::var("THIDUA_CRASH_ROUNDS").ok().map(|rounds| rounds.parse().expect("THIDUA_CRASH_ROUNDS is a number"));
    wanted.unwrap_or(if std::env::var_os("THIDUA_LONG").is_some() { 300 } else { 50 })
}

/// Where a program works: a database of its own and a key.
pub(crate) struct Site {
    pub(crate) database: EmptyDatabase,
    /// Where files are kept: where the tests' own service looks for them too.
    pub(crate) files: PathBuf,
    key: PathBuf,
}

impl Site {
    /// An empty database with one account, `thuong.truc` of the standing body, made by the program itself.
    pub(crate) fn create(database: Database) -> Self {
        let database = EmptyDatabase::create(database);
        let key = std::env::temp_dir().join(format!("thidua-key-{}", uuid::Uuid::new_v4()));
        // The key of the tests' own service, so that it can go on where the program was stopped.
        std::fs::write(&key, MASTER).unwrap();
        let site = Self { files: files_of(&database.url), database, key };
        let create = ["admin", "create", "--username", "thuong.truc", "--role", "standing_body"];
        let mut child = site.command(&create, "warn").stdin(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(child.wait().unwrap().success());
        site
    }

    pub(crate) fn command(&self, words: &[&str], level: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thidua-under-test"));
        command.args(words).arg("--database-url").arg(&self.database.url).arg("--master-key-file").arg(&self.key);
        command.args(["--log", level]).env_remove("THIDUA_MASTER_KEY");
        command.env("THIDUA_FILES_URL", &self.files);
        command
    }

    fn open(&self) -> Conn {
        inspect::connect(&Location::parse(&self.database.url).unwrap()).unwrap()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.key);
        let _ = std::fs::remove_dir_all(&self.files);
    }
}

/// A running program; killed when it goes out of scope.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) base: String,
}

impl Server {
    pub(crate) fn start(site: &Site) -> Self {
        Self::start_with(site, &[])
    }

    /// The same, with some variables.
    pub(crate) fn start_with(site: &Site, variables: &[(&str, &str)]) -> Self {
        let mut child = site
            .command(&["serve", "--bind", "127.0.0.1:0", "--workers", "2"], "warn,thidua::serving=info")
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut told = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "the program stopped: {told}");
            let said: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = said["address"].as_str() {
                break address.to_owned();
            }
            told.push_str(&line);
        };
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, base: format!("http://{address}") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Posts; `None` when the connection broke before an answer came.
pub(crate) fn post(agent: &Agent, url: &str, token: Option<&str>, key: Option<&str>, body: &Value) -> Option<(u16, Value)> {
    let mut request = ureq::http::Request::post(url).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let mut response = agent.run(request.body(body.to_string()).unwrap()).ok()?;
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().ok()?;
    Some((status, serde_json::from_str(&text).ok()?))
}

/// Somebody who does not wait for ever.
pub(crate) fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(20))).build().new_agent()
}

pub(crate) fn sign_in(server: &Server) -> String {
    let body = json!({"username": "thuong.truc", "password": PASSWORD});
    let (status, session) = post(&agent(), &format!("{}/api/v1/auth/sessions", server.base), None, None, &body).expect("an answer");
    assert_eq!(status, 201, "{session}");
    session["access_token"].as_str().unwrap().to_owned()
}

/// One thing to be written: where, under which key, and the mark by which it is found again.
#[derive(Clone)]
struct Wish {
    path: String,
    body: Value,
    mark: String,
}

fn write_of(round: usize, client: usize, n: usize, unit: &str) -> Wish {
    let mark = format!("R{round}-{client}-{n}");
    if client < ALIASES {
        Wish { path: format!("/api/v1/units/{unit}/names"), body: json!({"name": mark, "alias": true}), mark }
    } else {
        let body = json!({"code": mark, "kind": "school", "name": mark, "fictional": true});
        Wish { path: "/api/v1/units".to_owned(), body, mark }
    }
}

/// How often each mark of a round is in the database. A unit leaves one row in three places: itself,
/// its first name, its event.
fn found(conn: &mut Conn, round: usize) -> BTreeMap<String, usize> {
    let names = format!("SELECT name AS line FROM unit_names WHERE name LIKE 'R{round}-%'");
    let units = format!("SELECT u.code AS line FROM units u LEFT JOIN events e ON e.subject_id = u.id WHERE u.code LIKE 'R{round}-%'");
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for mark in inspect::lines(conn, &names).unwrap() {
        *found.entry(mark).or_default() += 1;
    }
    let mut events: BTreeMap<String, usize> = BTreeMap::new();
    for mark in inspect::lines(conn, &units).unwrap() {
        *events.entry(mark).or_default() += 1;
    }
    let odd: Vec<_> = events.iter().filter(|(mark, times)| **times != 1 || found.get(*mark) != Some(&1)).collect();
    assert!(odd.is_empty(), "units without their one name and one event: {odd:?}");
    found
}

/// Positions must run from 1 to the number of entries; on PostgreSQL sealing may take a moment.
fn log_is_dense(conn: &mut Conn) {
    let figures = "SELECT CAST(count(*) AS text) || ' ' || CAST(count(position) AS text) || ' ' || CAST(COALESCE(MAX(position), 0) AS text) || \
        ' ' || CAST(COALESCE(MIN(position), 0) AS text) AS line FROM events";
    let begun = Instant::now();
    loop {
        let line = inspect::lines(conn, figures).unwrap().remove(0);
        let [all, sealed, last, first] = line.split(' ').map(|n| n.parse::<i64>().unwrap()).collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        assert_eq!((sealed, first), (last, 1), "holes in the log: {line}");
        if all == sealed {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "the log is not sealed: {line}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Lets clients write until the program is killed; gives what was acknowledged and what was not.
fn write_until_killed(server: Server, token: &str, round: usize, unit: &str, busy: &AtomicUsize) -> (Vec<String>, Vec<Wish>) {
    let (acknowledged, open) = (Mutex::new(Vec::<String>::new()), Mutex::new(Vec::new()));
    let random = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
    let mut server = server;
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (acknowledged, open, base) = (&acknowledged, &open, server.base.clone());
            scope.spawn(move || {
                let agent = agent();
                let mut n = 0;
                loop {
                    let write = write_of(round, client, n, unit);
                    match post(&agent, &format!("{base}{}", write.path), Some(token), Some(&write.mark), &write.body) {
                        Some((201, _)) => {
                            acknowledged.lock().unwrap().push(write.mark);
                            n += 1;
                        }
                        // Others were always quicker: nothing was changed, so the same is asked again.
                        Some((503, _)) => {
                            busy.fetch_add(1, Ordering::Relaxed);
                        }
                        Some((status, said)) => panic!("round {round}: {} was answered {status}: {said}", write.mark),
                        None => {
                            open.lock().unwrap().push(write);
                            break;
                        }
                    }
                }
            });
        }
        // Counted from the first answer: a machine that has other work too must not be killed idle.
        let begun = Instant::now();
        while acknowledged.lock().unwrap().is_empty() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(50 + random * 250 / 255));
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    });
    (acknowledged.into_inner().unwrap(), open.into_inner().unwrap())
}

fn survives(database: Database) {
    let site = Site::create(database);
    let begun = Instant::now();
    let mut server = Server::start(&site);
    let mut token = sign_in(&server);
    let mut signed_in = Instant::now();
    let (mut kept, mut lost, mut repeated, busy) = (0, 0, 0, AtomicUsize::new(0));
    let rounds = rounds();
    for round in 0..rounds {
        if signed_in.elapsed() > Duration::from_secs(300) {
            (token, signed_in) = (sign_in(&server), Instant::now());
        }
        let draft = json!({"code": format!("UNIT-{round}"), "kind": "school", "name": "Trường (giả định)"});
        let (_, unit) = post(&agent(), &format!("{}/api/v1/units", server.base), Some(&token), None, &draft).expect("an answer");
        let unit = unit["id"].as_str().unwrap().to_owned();
        let (acknowledged, open) = write_until_killed(server, &token, round, &unit, &busy);

        server = Server::start(&site);
        let mut conn = site.open();
        let there = found(&mut conn, round);
        for mark in &acknowledged {
            assert_eq!(there.get(mark), Some(&1), "round {round}: {mark} was acknowledged");
        }
        assert!(there.values().all(|times| *times == 1), "round {round}: {there:?}");
        assert!(there.len() <= acknowledged.len() + open.len(), "round {round}: more than was asked for");
        // Asked again under the same key, twice: one effect, whether or not the first had one.
        let agent = agent();
        for write in &open {
            let ask = || {
                post(&agent, &format!("{}{}", server.base, write.path), Some(&token), Some(&write.mark), &write.body).expect("an answer")
            };
            let (first, second) = (ask(), ask());
            assert_eq!((first.0, &first), (201, &second), "round {round}: {}", write.mark);
        }
        let after = found(&mut conn, round);
        for write in &open {
            assert_eq!(after.get(&write.mark), Some(&1), "round {round}: {} was repeated", write.mark);
        }
        assert_eq!(after.len(), acknowledged.len() + open.len(), "round {round}");
        log_is_dense(&mut conn);
        kept += acknowledged.len();
        lost += after.len() - there.len();
        repeated += open.len();
    }
    drop(server);
    assert!(kept >= rounds && repeated >= rounds, "hardly anything was written: {kept}, or cut off: {repeated}");
    println!(
        "crash: {rounds} rounds on {:?} in {} s: {kept} acknowledged and kept; of {repeated} cut off, {lost} had not been done; {} times busy",
        site.database.database,
        begun.elapsed().as_secs(),
        busy.load(Ordering::Relaxed)
    );
}

#[test]
fn sqlite() {
    survives(Database::Sqlite);
}

#[test]
fn postgres() {
    survives(Database::Postgres);
}
