//! The program as whoever runs it meets it: the demonstration as a script sees it, and its end on SIGTERM.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use thidua_testkit::{Database, PASSWORD, Value, json};

use crate::crash::{Server, Site, agent, post};

/// The whole announcement is loaded first, by a program built without optimisation that logs all it can.
const LOADED_WITHIN: Duration = Duration::from_secs(180);

/// Asks a running program to end, as a service manager does.
fn terminate(child: &Child) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", child.id())).status().unwrap();
    assert!(sent.success());
}

/// How it ended; a program that goes on fails the test.
fn ends_within(child: &mut Child, wait: Duration) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(begun.elapsed() < wait, "still running after {wait:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A running demonstration; killed when it goes out of scope.
struct Demonstration {
    child: Child,
    lines: Receiver<String>,
    complaints: Option<JoinHandle<String>>,
}

impl Demonstration {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_thidua-under-test"))
            .args(["demo", "--json", "--port", "0", "--log", "trace", "--data-dir"])
            .arg(folder)
            .env_remove("THIDUA_MASTER_KEY")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (tell, lines) = mpsc::channel();
        std::thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let complaints = std::thread::spawn(move || {
            let mut told = Vec::new();
            let _ = err.read_to_end(&mut told);
            String::from_utf8_lossy(&told).into_owned()
        });
        Self { child, lines, complaints: Some(complaints) }
    }

    /// What it announces when it is ready.
    fn announced(&self) -> Value {
        let line = self.lines.recv_timeout(LOADED_WITHIN).expect("a line within the time");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Ends it: the lines it printed besides, and all of standard error.
    fn end(mut self) -> (Vec<String>, String) {
        terminate(&self.child);
        assert!(ends_within(&mut self.child, Duration::from_secs(30)).success());
        (self.lines.iter().collect(), self.complaints.take().unwrap().join().unwrap())
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn get(url: &str, token: Option<&str>) -> (u16, Value) {
    let mut request = agent().get(url);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut response = request.call().unwrap_or_else(|error| panic!("{url}: {error}"));
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// Signs a login in and looks around with it.
fn signs_in(base: &str, login: &Value) -> String {
    let body = json!({"username": login["username"], "password": login["password"]});
    let (status, session) = post(&agent(), &format!("{base}/api/v1/auth/sessions"), None, None, &body).expect("an answer");
    assert_eq!(status, 201, "{}: {session}", login["username"]);
    let token = text(&session, "access_token").to_owned();
    let (status, me) = get(&format!("{base}/api/v1/me"), Some(&token));
    assert_eq!((status, &me["username"]), (200, &login["username"]), "{me}");
    assert!(!me["grants"].as_array().unwrap().is_empty(), "{me}");
    token
}

fn announcement_is_there(base: &str, token: &str) {
    let (_, years) = get(&format!("{base}/api/v1/bloc-years?year=2021"), Some(token));
    assert_eq!((years["items"].as_array().unwrap().len(), &years["items"][0]["member_count"]), (1, &json!(11)), "{years}");
    let id = text(&years["items"][0], "id");
    let (_, pledges) = get(&format!("{base}/api/v1/pledges?bloc_year={id}"), Some(token));
    let pledge = &pledges["items"][0];
    assert_eq!((&pledge["status"], &pledge["signature_count"]), (&json!("in_force"), &json!(11)), "{pledges}");
}

#[test]
fn the_demonstration_tells_a_script_all_it_needs() {
    let folder = Folder(std::env::temp_dir().join(format!("thidua-demonstration-{}", uuid::Uuid::new_v4())));
    let first = Demonstration::start(&folder.0);
    let said = first.announced();
    let fields: BTreeSet<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["base_url", "docs_url", "logins"]));
    let base = text(&said, "base_url");
    assert!(base.starts_with("http://127.0.0.1:") && !base.ends_with(":0"), "{base}");
    assert_eq!(get(text(&said, "docs_url"), None).0, 200);

    let logins = said["logins"].as_array().unwrap();
    let roles: BTreeSet<&str> = logins.iter().map(|login| text(login, "role")).collect();
    let all = ["system_admin", "standing_body", "authority", "inspector", "auditor", "viewer"];
    let all = all.into_iter().chain(["unit_officer", "unit_head", "bloc_leader", "bloc_deputy"]);
    assert_eq!((roles, logins.len()), (all.collect(), 10), "one login for each role");
    let tokens: Vec<String> = logins.iter().map(|login| signs_in(base, login)).collect();
    let standing = logins.iter().position(|login| login["role"] == "standing_body").unwrap();
    announcement_is_there(base, &tokens[standing]);
    let (more, complaints) = first.end();
    assert!(complaints.contains("\"operation\":\"create_session\""), "the log was not read: {complaints}");
    assert!(more.is_empty(), "besides the one line: {more:?}");

    let second = Demonstration::start(&folder.0);
    let again = second.announced();
    assert_eq!(again["logins"], said["logins"], "the folder keeps the logins");
    let token = signs_in(text(&again, "base_url"), &logins[standing]);
    announcement_is_there(text(&again, "base_url"), &token);
    let (more, later) = second.end();
    assert!(more.is_empty(), "besides the one line: {more:?}");
    for login in logins {
        assert!(!format!("{complaints}{later}").contains(text(login, "password")), "the password of {} was logged", login["username"]);
    }
}

/// A connection of its own on which requests are written byte by byte.
fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// One answer off a connection that stays open: status line and body.
fn answer(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut status, mut length) = (String::new(), 0);
    reader.read_line(&mut status).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (status.trim().to_owned(), String::from_utf8(body).unwrap())
}

#[test]
fn a_request_in_flight_is_finished_before_the_program_ends() {
    let site = Site::create(Database::Sqlite);
    let mut server = Server::start(&site);
    // A first request on the same connection: it has been accepted when SIGTERM comes.
    let (mut stream, mut idle) = (connect(&server), connect(&server));
    for stream in [&mut stream, &mut idle] {
        stream.write_all(b"GET /livez HTTP/1.1\r\nHost: thidua.test\r\n\r\n").unwrap();
        assert_eq!(answer(stream).0, "HTTP/1.1 200 OK");
    }

    let body = json!({"username": "thuong.truc", "password": PASSWORD}).to_string();
    let head = "POST /api/v1/auth/sessions HTTP/1.1\r\nHost: thidua.test\r\nContent-Type: application/json\r\nContent-Length";
    stream.write_all(format!("{head}: {}\r\n\r\n", body.len()).as_bytes()).unwrap();
    let (half, rest) = body.as_bytes().split_at(body.len() / 2);
    stream.write_all(half).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    terminate(&server.child);
    std::thread::sleep(Duration::from_millis(700));
    assert!(server.child.try_wait().unwrap().is_none(), "it ended with a request open");
    stream.write_all(rest).unwrap();
    let (status, session) = answer(&stream);
    assert_eq!(status, "HTTP/1.1 201 Created", "{session}");
    assert!(serde_json::from_str::<Value>(&session).unwrap()["access_token"].is_string());

    // Both connections are still open on this side: whoever keeps one does not keep the program.
    assert_eq!(ends_within(&mut server.child, Duration::from_secs(5)).code(), Some(0));
    let refused = TcpStream::connect(server.base.trim_start_matches("http://"));
    assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
}

#[test]
fn the_first_account_gets_a_password_that_serves_once() {
    let folder = Folder(std::env::temp_dir().join(format!("thidua-first-{}", uuid::Uuid::new_v4())));
    std::fs::create_dir_all(&folder.0).unwrap();
    let database = format!("sqlite:{}", folder.0.join("thidua.db").display());
    let admin = |arguments: &[&str], typed: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_thidua-under-test"))
            .args(["admin"])
            .args(arguments)
            .args(["--database-url", &database, "--master-key-file"])
            .arg(folder.0.join("thidua.key"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), typed.as_bytes()).unwrap();
        let ended = child.wait_with_output().unwrap();
        (ended.status.success(), String::from_utf8(ended.stdout).unwrap())
    };
    let (done, once) = admin(&["create", "--username", "quantri", "--role", "system_admin"], "");
    assert!(done && once.trim().chars().count() >= 20 && once.lines().count() == 1, "{once:?}");
    let (done, nothing) = admin(&["create", "--username", "thu.hai", "--role", "auditor"], "con trâu trắng bên bờ sông\n");
    assert_eq!((done, nothing.as_str()), (true, ""), "a password that was piped in is not repeated");
    assert!(!admin(&["create", "--username", "quantri", "--role", "auditor"], "").0, "the name is taken");
    assert!(!admin(&["create", "--username", "thu.ba", "--role", "auditor"], "123456789012345\n").0, "a common password");
    assert!(admin(&["rotate-keys"], "").0);
    assert!(admin(&["rotate-keys", "--compromised"], "").0);

    let roles = |act: &str, role: &str| admin(&[act, "--username", "thu.hai", "--role", role], "").0;
    assert!(roles("grant", "inspector"));
    assert!(!roles("grant", "inspector"), "it is there already");
    assert!(!roles("grant", "unit_officer"), "not on everything");
    assert!(!roles("grant", "auditor@khong-co"), "no such unit");
    assert!(roles("grant", "auditor@P-HA-NOI"), "a unit by its code");
    assert!(roles("revoke", "inspector"));
    assert!(!roles("revoke", "inspector"), "it was taken back");
    assert!(!admin(&["grant", "--username", "khong.ai", "--role", "auditor"], "").0);
    let (done, again) = admin(&["let-in", "--username", "thu.hai"], "");
    assert!(done && again.lines().count() == 1 && again != once, "{again:?}");
    assert!(admin(&["let-in", "--username", "Thu.Hai"], "").0, "names are typed in any case");
    assert!(!admin(&["let-in", "--username", "khong.ai"], "").0);
}
