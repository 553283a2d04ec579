//! The program killed while files come in, again and again. Whatever the moment: what it acknowledged is there as
//! it was sent, nothing is linked to a file that is not there, and after the sweep nothing is left over.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use thidua_domain::access::Role;
use thidua_store::conn::Conn;
use thidua_store::{Location, inspect};
use thidua_testkit::{Database, TestApp, Value, json};
use ureq::Agent;

use super::samples::{PDF, pdf_of};
use super::{to, walk};
use crate::crash::{Server, Site, agent, post, sign_in};

const CLIENTS: usize = 4;

fn rounds() -> usize {
    if std::env::var_os("THIDUA_LONG").is_some() { 150 } else { 25 }
}

/// A file like no other: from a few bytes up to more than the service gathers before it writes.
fn bytes(round: usize, client: usize, n: usize) -> Vec<u8> {
    let size = [200, 40_000, 300_000, 2_000_000][(client + n) % 4];
    let mut bytes = pdf_of(size, b'x');
    let mark = format!("{round}-{client}-{n} ");
    bytes[20..20 + mark.len()].copy_from_slice(mark.as_bytes());
    bytes
}

/// Uploads; nothing when the connection broke before an answer came.
pub(super) fn upload(agent: &Agent, base: &str, token: &str, (name, media): (&str, &str), bytes: &[u8]) -> Option<(u16, Value)> {
    let request = ureq::http::Request::post(format!("{base}{}", to("A", name)))
        .header("content-type", media)
        .header("authorization", format!("Bearer {token}"));
    let mut response = agent.run(request.body(bytes).unwrap()).ok()?;
    let status = response.status().as_u16();
    Some((status, serde_json::from_str(&response.body_mut().read_to_string().ok()?).ok()?))
}

/// What was acknowledged: a file with its bytes, and whether a document refers to it.
struct Kept {
    id: String,
    bytes: Vec<u8>,
    linked: bool,
}

fn upload_until_killed(mut server: Server, token: &str, round: usize) -> Vec<Kept> {
    let kept = Mutex::new(Vec::new());
    let random = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (kept, base) = (&kept, server.base.clone());
            scope.spawn(move || {
                let agent = agent();
                for n in 0.. {
                    let bytes = bytes(round, client, n);
                    let Some((status, file)) = upload(&agent, &base, token, (&format!("{round}-{client}-{n}.pdf"), PDF), &bytes) else {
                        break;
                    };
                    if status == 503 {
                        continue;
                    }
                    assert_eq!(status, 201, "{file}");
                    let id = file["id"].as_str().unwrap().to_owned();
                    kept.lock().unwrap().push(Kept { id: id.clone(), bytes, linked: false });
                    let recorded = json!({"from": "paper", "happened_on": "2026-01-05", "file_id": id});
                    let draft = json!({"kind": "plan", "title": "Kế hoạch (giả định)", "owner": "A", "recorded": recorded});
                    match post(&agent, &format!("{base}/api/v1/documents"), Some(token), None, &draft) {
                        Some((201, _)) => kept.lock().unwrap().iter_mut().filter(|one| one.id == id).for_each(|one| one.linked = true),
                        Some((503, _)) => {}
                        Some((status, said)) => panic!("{status}: {said}"),
                        None => break,
                    }
                }
            });
        }
        let begun = std::time::Instant::now();
        while kept.lock().unwrap().is_empty() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(random * 150 / 255));
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    });
    kept.into_inner().unwrap()
}

fn named(conn: &mut Conn) -> BTreeSet<String> {
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT lower(hex(sha256)) AS line FROM files",
        Conn::Postgres(_) => "SELECT encode(sha256, 'hex') AS line FROM files",
    };
    inspect::lines(conn, sql).unwrap().into_iter().collect()
}

fn lying(folder: &Path) -> BTreeSet<String> {
    let name = |path: String| path.rsplit('/').next().unwrap_or_default().to_owned();
    walk(folder).into_iter().filter(|path| !path.contains("/incoming/")).map(name).collect()
}

/// Signs in and makes the unit A; the token.
pub(super) fn with_a_unit(server: &Server) -> String {
    let token = sign_in(server);
    let unit = json!({"code": "A", "kind": "school", "name": "Trường A (giả định)", "fictional": true});
    let (status, _) = post(&agent(), &format!("{}/api/v1/units", server.base), Some(&token), None, &unit).expect("an answer");
    assert_eq!(status, 201);
    token
}

fn survives(database: Database) {
    let site = Site::create(database);
    let mut server = Server::start(&site);
    let token = with_a_unit(&server);
    let mut kept = Vec::new();
    for round in 0..rounds() {
        kept.extend(upload_until_killed(server, &token, round));
        server = Server::start(&site);
    }
    drop(server);
    let left = walk(&site.files.join("incoming"));
    println!("crash of uploads: {} files acknowledged on {database:?}, {} left half-way", kept.len(), left.len());
    assert!(kept.len() >= rounds(), "hardly anything was uploaded: {}", kept.len());

    // A day later all of it has been swept but what something refers to.
    let app = TestApp::on(&site.database);
    let mut conn = inspect::connect(&Location::parse(&site.database.url).unwrap()).unwrap();
    assert!(named(&mut conn).is_subset(&lying(&site.files)), "a row without its bytes");
    #[allow(clippy::disallowed_methods, reason = "how old a file is the machine says, not the service")]
    let long_ago = SystemTime::now() - Duration::from_secs(2 * 3600);
    for path in &left {
        std::fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    app.clock.advance(25 * 3600);
    for _ in 0..50 {
        app.every_hour();
        app.clock.advance(3600);
    }
    assert_eq!(named(&mut conn), lying(&site.files), "bytes without a row, or a row without bytes");
    assert_eq!(walk(&site.files.join("incoming")), Vec::<String>::new());
    let reader = app.account("doc", &[(Role::StandingBody, None)]);
    for one in kept.iter().filter(|one| one.linked) {
        assert_eq!(reader.get(&format!("/api/v1/files/{}/content", one.id)).is(200).bytes, one.bytes, "{}", one.id);
    }
    // What was not acknowledged may be there as well: then with its file.
    let texts = inspect::lines(&mut conn, "SELECT recorded AS line FROM documents WHERE recorded IS NOT NULL").unwrap();
    assert!(texts.len() >= kept.iter().filter(|one| one.linked).count());
    for recorded in texts {
        let recorded: Value = serde_json::from_str(&recorded).unwrap();
        reader.get(&format!("/api/v1/files/{}/content", recorded["file_id"].as_str().unwrap())).is(200);
    }
}

#[test]
fn sqlite() {
    survives(Database::Sqlite);
}

#[test]
fn postgres() {
    survives(Database::Postgres);
}
