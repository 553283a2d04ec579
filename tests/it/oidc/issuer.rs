//! Issuers for tests: one that answers as it is told, to lie and to be silent; and an independent one, run with
//! Node.js, that signs its one person in.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use thidua_http::OidcSettings;
use thidua_testkit::{Value, json};

/// The page to which people come back.
pub const BACK: &str = "http://127.0.0.1:9/back";

/// What an issuer answers at a path, and after how long.
#[derive(Clone)]
struct Answer {
    status: u16,
    more: String,
    body: Vec<u8>,
    after: Duration,
}

type Plan = Arc<Mutex<HashMap<String, Answer>>>;

/// An issuer that answers as it is told.
pub struct Fake {
    /// Its address, and its name.
    pub base: String,
    plan: Plan,
    /// What was asked of it: path, headers and body.
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

fn serve(mut stream: TcpStream, plan: &Plan, asked: &Mutex<Vec<(String, String)>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length = head
        .to_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length:").map(|n| n.trim().parse().unwrap_or(0)))
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap().push((path.clone(), format!("{head}{}", String::from_utf8_lossy(&body))));
    let answer = plan.lock().unwrap().get(&path).cloned();
    let answer = answer.unwrap_or(Answer { status: 404, more: String::new(), body: Vec::new(), after: Duration::ZERO });
    std::thread::sleep(answer.after);
    let Answer { status, more, body, .. } = answer;
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n{more}content-length: {}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

impl Fake {
    /// Serves until the test is over: its thread ends with the process.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (plan, asked) = (Plan::default(), Arc::<Mutex<Vec<_>>>::default());
        let (told, heard) = (Arc::clone(&plan), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (told, heard) = (Arc::clone(&told), Arc::clone(&heard));
                std::thread::spawn(move || serve(stream, &told, &heard));
            }
        });
        let fake = Self { base, plan, asked };
        fake.says("/.well-known/openid-configuration", 200, &fake.places());
        fake
    }

    /// What it says of itself.
    pub fn places(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.base);
        json!({"issuer": self.base, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/keys")})
    }

    pub fn says(&self, path: &str, status: u16, body: &Value) {
        self.sends(path, status, "", body.to_string().into_bytes(), Duration::ZERO);
    }

    pub fn sends(&self, path: &str, status: u16, more: &str, body: Vec<u8>, after: Duration) {
        self.plan.lock().unwrap().insert(path.to_owned(), Answer { status, more: more.to_owned(), body, after });
    }

    /// How often a path was asked.
    pub fn times(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|(asked, _)| asked == path).count()
    }

    /// What was last asked at a path.
    pub fn heard(&self, path: &str) -> String {
        self.asked.lock().unwrap().iter().rev().find(|(asked, _)| asked == path).map(|(_, said)| said.clone()).unwrap()
    }

    /// How the service signs in through it.
    pub fn settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: self.base.clone(),
            client_id: "thidua".to_owned(),
            client_secret: "a secret: of tests".to_owned(),
            redirect_uri: BACK.to_owned(),
            claim: "preferred_username".to_owned(),
            link: thidua_domain::issuer::Link::Username,
            trusts_second_factor: false,
        }
    }
}

/// An OpenID provider of other people, ended with the test.
pub struct Independent {
    child: Child,
    pub issuer: String,
}

impl Independent {
    /// Starts it; it signs `subject` in.
    pub fn start(subject: &str) -> Self {
        Self::run(subject, None)
    }

    /// The same over TLS, with a certificate out of a folder.
    pub fn secure(subject: &str, folder: &Path) -> Self {
        Self::run(subject, Some(folder))
    }

    fn run(subject: &str, certificate: Option<&Path>) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let made = Command::new(root.join("scripts/node-for-tests")).output().unwrap();
        assert!(made.status.success(), "no Node.js packages: {}", String::from_utf8_lossy(&made.stderr).trim());
        let folder = root.join(String::from_utf8(made.stdout).unwrap().trim());
        let mut child = Command::new("node")
            .arg("issuer.mjs")
            .args([BACK, subject])
            .args(certificate)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("the provider does not start: {error}: {line}"));
        Self { child, issuer: said["issuer"].as_str().unwrap().to_owned() }
    }
}

impl Drop for Independent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
