//! Backups: taken while clients write, brought back into a new database of the same and of the other
//! kind, with the same content, and serving goes on there. Damaged ones leave no trace.
//!
//! Rounds per database: 3, or 25 in the long run (`THIDUA_LONG`).

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use thidua_store::backup::{self, BackupError, Contents};
use thidua_store::clock::{Clock, SystemClock};
use thidua_store::{Location, inspect, migrate};
use thidua_testkit::{Database, EmptyDatabase, PASSWORD, TestApp, Value, json, on_both};

use crate::blocs::bloc_of;
use crate::crash::{Server, Site};
use crate::pledges::pledge;

const BOTH: [Database; 2] = [Database::Sqlite, Database::Postgres];
const CLIENTS: usize = 4;

fn rounds() -> usize {
    if std::env::var_os("THIDUA_LONG").is_some() { 25 } else { 3 }
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("thidua-backup-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn at(url: &str) -> Location {
    Location::parse(url).unwrap()
}

fn take(url: &str, to: &Path) -> Result<Contents, BackupError> {
    backup::take(&at(url), to, "0.0.0", SystemClock.now())
}

fn restore(url: &str, from: &Path) -> Result<Contents, BackupError> {
    backup::restore(&at(url), from, SystemClock.now())
}

/// What is in a database in which nothing is wrong.
fn sound(url: &str) -> Contents {
    let begun = Instant::now();
    loop {
        let checked = backup::check(&at(url)).unwrap();
        assert_eq!(checked.faults, Vec::<String>::new());
        if checked.unsealed == 0 {
            return checked.contents;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "the log is not sealed: {}", checked.unsealed);
    }
}

fn token(app: &TestApp) -> String {
    let body = json!({"username": "standing-body.tat-ca", "password": PASSWORD});
    app.anon().post("/api/v1/auth/sessions", &body).gives(201)["access_token"].as_str().unwrap().to_owned()
}

/// A unit with text that JSON and SQL could trip over.
fn unit(mark: &str) -> Value {
    let note = "\"nháy\" 'đơn' \\ / {\"a\": [1]}\n\tdòng hai 🏅";
    json!({"code": mark, "kind": "school", "name": format!("Trường \"{mark}\" \\ (giả định) 🏅"), "note": note, "fictional": true})
}

/// Something in every corner: an announcement, a signed pledge, accounts, sessions, kept answers.
fn fill(app: &TestApp) {
    let standing = app.standing();
    let (base, token) = (app.base.clone(), standing.token().to_owned());
    let played = std::thread::spawn(move || {
        thidua_testkit::block_on(async move { thidua::demo::play(&thidua::demo::Player::with_token(&base, &token)).await })
    });
    played.join().unwrap().unwrap();
    let path = pledge(&standing, &bloc_of(app, &standing, &["A", "B"]));
    standing.step(&path, &json!({"action": "open_signing"})).is(201);
    app.head("A").post(&format!("{path}/signatures"), &json!({"unit": "A"})).is(201);
    let person = json!({"full_name": "Nguyễn Văn Ấ (giả định)", "owner": "A", "born_on": "1990-02-28", "fictional": true});
    let person = standing.post("/api/v1/people", &person).gives(201);
    let (id, code) = (person["id"].as_str().unwrap(), &person["code"]);
    let paper = json!({"kind": "citizen_card", "number": "000090000001"});
    standing.post(&format!("/api/v1/people/{id}/identity-papers"), &paper).is(201);
    let document = json!({"code": "GUQ", "kind": "other", "title": "Giấy ủy quyền (giả định)", "owner": "A", "fictional": true});
    standing.post("/api/v1/documents", &document).is(201);
    let _ = app.account("pho.a", &[]);
    let given =
        json!({"unit": "A", "delegate": "pho.a", "acts": ["sign"], "from_on": "2020-01-01", "to_on": "2199-12-31", "document": "GUQ"});
    app.signed_in("tt.a").post("/api/v1/delegations", &given).is(201);
    standing.post("/api/v1/households", &json!({"name": "Hộ (giả định)", "unit": "A", "head": code})).is(201);
    let double = standing.post("/api/v1/people", &json!({"full_name": "Nguyễn Văn Ấ (giả định)", "owner": "A"})).made();
    standing.post(&format!("/api/v1/people/{double}/merges"), &json!({"into": code, "reason": "nhập hai lần"})).is(201);
}

/// Takes a backup while clients write; gives the marks that had been acknowledged before it began.
fn take_under_load(app: &TestApp, token: &str, round: usize, to: &Path) -> (Contents, Vec<String>) {
    let (acknowledged, enough) = (Mutex::new(Vec::<String>::new()), AtomicBool::new(false));
    let count = || acknowledged.lock().unwrap().len();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (acknowledged, enough, caller) = (&acknowledged, &enough, app.bearer(token));
            scope.spawn(move || {
                for n in 0.. {
                    if enough.load(Ordering::Relaxed) {
                        return;
                    }
                    let mark = format!("R{round}-{client}-{n}");
                    let reply = caller.send("POST", "/api/v1/units", &[("idempotency-key", &mark)], Some(&unit(&mark)));
                    if reply.status == 201 {
                        acknowledged.lock().unwrap().push(mark);
                    }
                }
            });
        }
        let begun = Instant::now();
        while count() < 5 * CLIENTS && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let before = acknowledged.lock().unwrap().clone();
        let taken = take(&app.url, to);
        while count() < before.len() + CLIENTS && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(1));
        }
        enough.store(true, Ordering::Relaxed);
        (taken.unwrap(), before)
    })
}

/// A service on the restored database knows who is signed in, gives kept answers again, and goes on.
fn serves(restored: &EmptyDatabase, token: &str, marks: &[String], there: &Contents) {
    let app = TestApp::on(restored);
    let caller = app.bearer(token);
    let mark = marks.last().unwrap();
    let kept = caller.get(&format!("/api/v1/units?code={mark}")).items()[0].clone();
    let again = caller.send("POST", "/api/v1/units", &[("idempotency-key", mark)], Some(&unit(mark))).gives(201);
    assert_eq!(again["id"], kept["id"], "the answer is kept");
    assert_eq!(again["note"], unit(mark)["note"]);
    caller.post("/api/v1/units", &unit("AFTER")).is(201);
    assert_eq!(caller.get("/api/v1/units?code=AFTER").items().len(), 1, "an answer from before the write");
    let after = sound(&restored.url);
    let rows = |contents: &Contents, name: &str| contents.tables.iter().find(|(table, _)| table == name).unwrap().1;
    assert_eq!((rows(&after, "units"), rows(&after, "events")), (rows(there, "units") + 1, rows(there, "events") + 1));
}

on_both! {
    fn what_is_taken_under_load_comes_back_on_either_database(app) {
        fill(&app);
        let folder = Folder::new();
        for round in 0..rounds() {
            let token = token(&app);
            let file = folder.file(&format!("{round}.gz"));
            let (taken, marks) = take_under_load(&app, &token, round, &file);
            assert_eq!(backup::read_through(&file).unwrap().1, taken);
            for database in BOTH {
                let empty = EmptyDatabase::create(database);
                assert_eq!(restore(&empty.url, &file).unwrap(), taken);
                assert_eq!(sound(&empty.url), taken, "round {round}: {database:?}");
                let codes = inspect::lines(&mut inspect::connect(&at(&empty.url)).unwrap(), "SELECT code AS line FROM units").unwrap();
                assert!(marks.iter().all(|mark| codes.contains(mark)), "round {round}: {database:?} lacks what was acknowledged");
                let copy = folder.file(&format!("{round}-{database:?}.gz"));
                assert_eq!(take(&empty.url, &copy).unwrap(), taken, "a backup of the restored database");
                serves(&empty, &token, &marks, &taken);
            }
        }
        sound(&app.url);
        println!("backup: {} rounds from {:?}", rounds(), app.database);
    }

    fn nothing_is_written_over(app) {
        let folder = Folder::new();
        let file = folder.file("a.gz");
        let taken = take(&app.url, &file).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
        let bytes = std::fs::read(&file).unwrap();
        assert!(matches!(take(&app.url, &file), Err(BackupError::Refused(_))));
        let refused = restore(&app.url, &file).unwrap_err().to_string();
        assert!(refused.contains("not empty"), "{refused}");
        assert_eq!(sound(&app.url), taken);
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
        assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1, "something else is left in the folder");
    }
}

fn text(bytes: &[u8]) -> std::io::Result<String> {
    std::io::read_to_string(flate2::read::GzDecoder::new(bytes))
}

fn unpacked(bytes: &[u8]) -> Vec<String> {
    text(bytes).unwrap().lines().map(str::to_owned).collect()
}

fn packed(lines: &[String]) -> Vec<u8> {
    let mut out = flate2::GzBuilder::new().operating_system(255).write(Vec::new(), flate2::Compression::new(3));
    for line in lines {
        writeln!(out, "{line}").unwrap();
    }
    out.finish().unwrap()
}

/// The same with a last line that fits the others.
fn sealed(mut lines: Vec<String>) -> Vec<u8> {
    let mut last: Value = serde_json::from_str(&lines.pop().unwrap()).unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let sum: String = digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    last["sha256"] = json!(sum);
    lines.push(last.to_string());
    packed(&lines)
}

/// Each way to spoil a backup, with its name.
fn spoilt(good: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut all = vec![("nothing".to_owned(), Vec::new()), ("two in one".to_owned(), [good, good].concat())];
    for place in 0..50 {
        let byte = place * good.len() / 50;
        all.push((format!("cut off after {byte}"), good[..byte].to_vec()));
        let mut flipped = good.to_vec();
        flipped[byte] ^= 1 << (place % 8);
        // Packing leaves bits over that say nothing.
        if text(&flipped).ok() != text(good).ok() {
            all.push((format!("byte {byte} flipped"), flipped));
        }
    }
    let lines = unpacked(good);
    let rows: Vec<usize> = (1..lines.len()).filter(|n| lines[*n].starts_with('[') && lines[n - 1].starts_with('[')).collect();
    for row in rows.iter().step_by(rows.len() / 10 + 1).copied() {
        let mut other = lines.clone();
        other.swap(row, row - 1);
        all.push((format!("rows {row} swapped"), packed(&other)));
        other.remove(row);
        all.push((format!("row {row} missing"), packed(&other)));
        let mut other = lines.clone();
        other.insert(row, lines[row].clone());
        all.push((format!("row {row} twice"), sealed(other)));
    }
    let header = |from: &str, to: &str| {
        let mut other = lines.clone();
        assert!(other[0].contains(from), "{}", other[0]);
        other[0] = other[0].replacen(from, to, 1);
        other
    };
    all.push(("another form".to_owned(), sealed(header("\"thidua_backup\":1", "\"thidua_backup\":2"))));
    all.push(("a newer schema".to_owned(), sealed(header("\"migrations\":[", "\"migrations\":[\"29991231000000\","))));
    all.push(("another time".to_owned(), packed(&header("\"taken_at\":\"2", "\"taken_at\":\"1"))));
    all.push(("no last line".to_owned(), packed(&lines[..lines.len() - 1])));
    all.push(("text after the end".to_owned(), packed(&[lines, vec!["[]".to_owned()]].concat())));
    all
}

#[test]
fn what_is_damaged_is_refused_and_leaves_the_target_empty() {
    let app = TestApp::start(Database::Sqlite);
    drop(app.standing());
    let folder = Folder::new();
    let good = folder.file("good.gz");
    take(&app.url, &good).unwrap();
    // What the test packs anew is a good backup as long as nothing was changed.
    let lines = unpacked(&std::fs::read(&good).unwrap());
    let bad = folder.file("bad.gz");
    for same in [packed(&lines), sealed(lines)] {
        std::fs::write(&bad, same).unwrap();
        backup::read_through(&bad).unwrap();
    }
    let targets = BOTH.map(EmptyDatabase::create);
    for (what, bytes) in spoilt(&std::fs::read(&good).unwrap()) {
        std::fs::write(&bad, bytes).unwrap();
        assert!(backup::read_through(&bad).is_err() || what == "a newer schema", "{what} is not noticed");
        for target in &targets {
            assert!(restore(&target.url, &bad).is_err(), "{what} was restored into {:?}", target.database);
        }
    }
    for target in &targets {
        let mut conn = inspect::connect(&at(&target.url)).unwrap();
        assert_eq!(migrate::columns(&mut conn).unwrap().len(), 0, "{:?}: something is left", target.database);
        assert!(migrate::applied(&mut conn).unwrap().is_empty());
        drop(conn);
        restore(&target.url, &good).unwrap();
        sound(&target.url);
    }
}

fn thidua(url: &str, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thidua-under-test"));
    command.args(words).args(["--database-url", url]).env_remove("THIDUA_MASTER_KEY").output().unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{err}");
    (out, err)
}

#[test]
fn the_program_moves_an_installation_to_the_other_database() {
    let site = Site::create(Database::Sqlite);
    let running = Server::start(&site);
    let folder = Folder::new();
    let file = folder.file("moving.gz").to_string_lossy().into_owned();
    let (_, log) = said(&thidua(&site.database.url, &["backup", "--to", &file]));
    let told: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    assert!(
        told["rows"].as_u64().unwrap() > 100
            && told["seconds_per_million_rows"].as_str().is_some_and(|figure| figure.parse::<f64>().is_ok()),
        "{told}"
    );
    drop(running);
    let target = EmptyDatabase::create(Database::Postgres);
    let nothing = thidua(&target.url, &["verify"]);
    assert!(!nothing.status.success() && String::from_utf8_lossy(&nothing.stderr).contains("no schema"));
    said(&thidua(&target.url, &["restore", "--from", &file]));
    let digest = |output: Output| said(&output).0.lines().last().unwrap().to_owned();
    let there = digest(thidua(&target.url, &["verify"]));
    assert_eq!(there, format!("digest {}", told["digest"].as_str().unwrap()));
    assert_eq!(there, digest(thidua(&target.url, &["verify", "--from", &file])));
    assert_eq!(there, digest(thidua(&site.database.url, &["verify"])));
    let again = thidua(&target.url, &["restore", "--from", &file]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("not empty"));
}

#[test]
fn a_restore_that_is_killed_leaves_all_or_nothing() {
    let app = TestApp::start(Database::Sqlite);
    fill(&app);
    let folder = Folder::new();
    let file = folder.file("whole.gz");
    let taken = take(&app.url, &file).unwrap();
    for database in BOTH {
        let (mut target, mut whole, mut nothing) = (EmptyDatabase::create(database), 0, 0);
        for n in 0..12 {
            let mut command = Command::new(env!("CARGO_BIN_EXE_thidua-under-test"));
            let command = command.args(["restore", "--log", "error", "--database-url", &target.url, "--from"]).arg(&file);
            let mut child = command.stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(n * 40));
            child.kill().unwrap();
            child.wait().unwrap();
            match backup::check(&at(&target.url)) {
                Ok(checked) => {
                    assert_eq!((checked.contents, checked.faults), (taken.clone(), Vec::new()), "{database:?}");
                    target = EmptyDatabase::create(database);
                    whole += 1;
                }
                Err(BackupError::Refused(_)) => nothing += 1,
                Err(error) => panic!("{database:?}: {error}"),
            }
        }
        println!("backup: of 12 restores killed on {database:?}, {whole} were done and {nothing} had left nothing");
    }
}
