//! Requests that mean harm or nonsense: whatever comes, the answer is a problem document that the
//! table of errors knows, never a failure of the service, and nothing is written.

mod bodies;
mod clients;
mod targets;
mod tokens;
mod wire;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use thidua_domain::access::Role;
use thidua_store::inspect;
use thidua_testkit::{TestApp, Value, document, json, on_both};

use targets::{wrong_paths_and_methods, wrong_queries};
use wire::{Answer, Request};

const NOBODY: &str = "0198c0de-0000-7000-8000-00000000dead";

/// The service under attack, and what is expected of every answer.
struct Siege<'a> {
    address: &'a str,
    token: &'a str,
    codes: BTreeSet<String>,
    sent: Cell<usize>,
    faults: RefCell<Vec<String>>,
}

impl Siege<'_> {
    fn send(&self, request: &Request) -> Answer {
        self.sent.set(self.sent.get() + 1);
        request.send(self.address).unwrap_or_else(|error| panic!("{}: {error}", request.shown()))
    }

    /// Sends what must be refused, with one of these statuses; what is wrong with the answer is told
    /// together with the rest at the end.
    fn refused(&self, request: &Request, statuses: &[u16]) -> Answer {
        let answer = self.send(request);
        let note = |fine: bool, what: &str| {
            if !fine {
                let faults = &mut *self.faults.borrow_mut();
                faults.push(format!("{}: {what}; answered {}: {}", request.shown(), answer.status, answer.text()));
            }
        };
        note(statuses.contains(&answer.status), "not the status there should be");
        if !statuses.contains(&answer.status) || request.method == "HEAD" {
            return answer;
        }
        let problem = answer.json();
        // What is served under this path speaks as RFC 6749 does; what is not there is a problem as elsewhere.
        if request.target.starts_with("/api/v1/oauth/") && ![404, 405].contains(&answer.status) {
            note(answer.header("content-type") == Some("application/json") && problem["error"].is_string(), "no error of OAuth");
        } else {
            note(answer.header("content-type") == Some("application/problem+json"), "no problem document");
            note(problem["status"] == answer.status, "another status in the document");
        }
        note(self.codes.contains(problem["code"].as_str().unwrap_or_default()), "an unlisted code");
        note(problem["request_id"].as_str() == answer.header("x-request-id"), "another request");
        note(answer.status != 401 || answer.header("www-authenticate").is_some(), "no WWW-Authenticate");
        // What the service runs on is nobody's business.
        for leak in ["diesel", "sqlite", "postgres", "panicked", "src/", ".rs:", "SELECT "] {
            note(!answer.text().contains(leak), "gives away what it runs on");
        }
        answer
    }

    fn signed_in(&self, method: &str, target: &str) -> Request {
        Request::new(method, target).bearer(self.token).with("If-Match", "\"1.0123456789abcdef\"")
    }
}

struct Operation {
    method: String,
    path: &'static str,
    is: &'static Value,
}

impl Operation {
    /// Its path, with something that is not there in the place of every parameter.
    fn target(&self) -> String {
        self.path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part }).collect::<Vec<_>>().join("/")
    }
    /// Its body of JSON; files have hostile bytes of their own, see `files`.
    fn body(&self) -> Option<&'static Value> {
        Some(&self.is["requestBody"])
            .filter(|body| body["content"].as_object().is_some_and(|all| all.keys().any(|media| media.ends_with("json"))))
    }
    /// Whether it wants a token; operations of OAuth want something else, see `clients`.
    fn secured(&self) -> bool {
        !self.path.starts_with("/api/v1/oauth/") && self.is["security"].as_array().is_some_and(|ways| !ways.is_empty())
    }
    fn parameters(&self, place: &'static str) -> impl Iterator<Item = &'static Value> {
        self.is["parameters"].as_array().into_iter().flatten().filter(move |parameter| parameter["in"] == place)
    }
}

fn operations() -> Vec<Operation> {
    let paths = document()["paths"].as_object().unwrap();
    let each = |(path, item): (&'static String, &'static Value)| {
        item.as_object().unwrap().iter().map(move |(method, is)| Operation { method: method.to_uppercase(), path, is })
    };
    paths.iter().flat_map(each).collect()
}

on_both! {
    fn nothing_hostile_gets_through(app) {
        let everything = [(Role::SystemAdmin, None), (Role::StandingBody, None), (Role::Auditor, None)];
        let caller = app.account("ke.tan.cong", &everything);
        let other = app.account("nguoi.khac", &[(Role::Auditor, None)]);
        let unit = caller.post("/api/v1/units", &json!({"code": "TARGET", "kind": "school", "name": "Trường (giả định)"})).made();
        let listed = app.anon().get("/api/v1/errors").items();
        let codes = listed.iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect();
        let address = app.base.trim_start_matches("http://");
        let siege = Siege { address, token: caller.token(), codes, sent: Cell::new(0), faults: RefCell::default() };
        let before = inspect::counts(&mut app.open_database()).unwrap();
        let mut told = Vec::new();
        let mut tell = |what: &str, from: usize| told.push(format!("{what} {}", siege.sent.get() - from));

        let from = siege.sent.get();
        wrong_bodies(&siege);
        tell("bodies", from);
        let from = siege.sent.get();
        wrong_bytes(&siege);
        tell("bytes", from);
        let from = siege.sent.get();
        wrong_paths_and_methods(&siege, &unit);
        tell("paths", from);
        let from = siege.sent.get();
        wrong_queries(&siege);
        tell("queries", from);
        let from = siege.sent.get();
        wrong_headers(&siege, &unit);
        tell("headers", from);
        let from = siege.sent.get();
        wrong_tokens(&siege, &app, other.token());
        tell("tokens", from);

        let after = inspect::counts(&mut app.open_database()).unwrap();
        let faults = siege.faults.take();
        assert!(faults.is_empty(), "{} wrong answers, of which: {:#?}", faults.len(), &faults[..faults.len().min(30)]);
        assert_eq!(before, after, "something was written");
        assert_eq!(caller.get(&format!("/api/v1/units/{unit}")).gives(200)["version"], 1);
        app.anon().get("/readyz").is(200);
        let sent = siege.sent.get();
        println!("hostile: {sent} requests on {:?}: {}", app.database, told.join(", "));
        assert!(sent >= 300, "only {sent} requests");
    }

    fn nobody_passes_for_a_service_account(app) {
        let admin = app.admin();
        // A token of a service account is forged as one of a person is.
        let token = |code: &str| app.program(&admin, code, "P-HUE", &["units:read"]).token().to_owned();
        let (own, other) = (token("A"), token("B"));
        app.bearer(&tokens::genuine(&app, &own)).get("/api/v1/units").is(200);
        let forged = tokens::forged(&app, &own, &other).into_iter().chain(tokens::of_a_client(&app, &own));
        for (what, token) in forged {
            let reply = app.bearer(&token).get("/api/v1/units");
            assert_eq!(reply.status, 401, "a token of a service account with {what} was taken");
        }
        let sent = clients::besiege(&app, &admin);
        println!("hostile: {sent} requests of pretended service accounts on {:?}, none taken", app.database);
    }

    fn text_is_brought_into_one_form(app) {
        let caller = app.standing();
        let decomposed = "Tru\u{031b}o\u{031b}\u{0300}ng Tie\u{0302}\u{0309}u ho\u{0323}c\u{00a0}A\u{200b}\u{00ad} (gia\u{0309} đi\u{0323}nh)";
        let unit = caller.post("/api/v1/units", &json!({"code": "NFD", "kind": "school", "name": decomposed})).gives(201);
        assert_eq!(unit["name"], "Trường Tiểu học A (giả định)");
        assert_eq!(caller.get("/api/v1/units?q=truong+tieu+hoc+a").items()[0]["code"], "NFD");
    }
}

#[test]
fn every_scheme_of_the_document_is_attacked() {
    let known: BTreeSet<&str> = document()["components"]["securitySchemes"].as_object().unwrap().keys().map(String::as_str).collect();
    // Tokens of people and of service accounts; secrets; assertions: see `tokens` and `clients`.
    assert_eq!(known, BTreeSet::from(["bearer", "client", "client_basic", "client_assertion"]), "a scheme that nobody attacks");
}

fn wrong_bodies(siege: &Siege<'_>) {
    for op in operations() {
        let Some(body) = op.body() else { continue };
        let wrong = bodies::wrong(body);
        assert!(wrong.len() > 10, "{} {}: only {} wrong bodies", op.method, op.path, wrong.len());
        for body in wrong {
            siege.refused(&siege.signed_in(&op.method, &op.target()).json(body.to_string()), &[400, 422]);
        }
    }
}

/// Bodies that no JSON library would write.
fn spoilt_bytes(example: &str) -> Vec<Vec<u8>> {
    let inner = &example[1..example.len() - 1];
    let first = inner.split(':').next().unwrap_or_default();
    let mut all: Vec<Vec<u8>> = [
        "",
        " ",
        "null",
        "[]",
        "7",
        "\"x\"",
        "true",
        "{",
        "}",
        "{}}",
        "{'a': 1}",
        "{\"a\": NaN}",
        "{\"a\": 1e999}",
        "{\"a\": 01}",
        "{\"a\": \"\\ud800\"}",
        "{\"a\": \"\\udc00\\ud800\"}",
        "{\"\\u0000\": 1}",
        "{\"a\": 1,}",
        "// x\n{}",
        "{\"a\" 1}",
        "\u{feff}{}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    all.extend([
        example.as_bytes()[..example.len() / 2].to_vec(),
        format!("{example} x").into_bytes(),
        format!("{example}{example}").into_bytes(),
        format!("{{{inner},{first}:null}}").into_bytes(),
        format!("{{\"a\":1,\"a\":1,{inner}}}").into_bytes(),
        format!("{{{inner},\"deep\":{}{}}}", "[".repeat(32), "]".repeat(32)).into_bytes(),
        format!("{}{}", "[".repeat(33), "]".repeat(33)).into_bytes(),
        "[".repeat(100_000).into_bytes(),
        "{\"a\":".repeat(50_000).into_bytes(),
        [example.as_bytes(), b"\0"].concat(),
        [b"{\"a\": \"\xff\xfe\"}".as_slice()].concat(),
        [b"{\"a\": \"\xc0\x80\"}".as_slice()].concat(),
        example.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        format!("{{\"a\": {}}}", "9".repeat(400)).into_bytes(),
        format!("{{\"a\": -{}}}", "9".repeat(40)).into_bytes(),
        vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0],
    ]);
    all
}

fn wrong_bytes(siege: &Siege<'_>) {
    let large = 2 << 20;
    for op in operations() {
        let Some(body) = op.body() else { continue };
        let example = bodies::example(body).to_string();
        let ask = || siege.signed_in(&op.method, &op.target());
        for bytes in spoilt_bytes(&example) {
            siege.refused(&ask().json(bytes), &[400]);
        }
        for media in
            ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json", "*/*"]
        {
            siege.refused(&ask().with("Content-Type", media).body(example.clone()), &[415]);
        }
        for charset in ["utf-16", "iso-8859-1", "windows-1258"] {
            let media = format!("application/json; charset={charset}");
            siege.refused(&ask().with("Content-Type", media).body(example.clone()), &[415]);
        }
        for encoding in ["gzip", "br", "deflate", "gzip, identity", "x"] {
            siege.refused(&ask().json(example.clone()).with("Content-Encoding", encoding), &[415]);
        }
        siege.refused(&ask().body(example.clone()), &[415]);
        // Announced as too large: refused before it is sent. Not announced: refused on the way.
        siege.refused(&ask().json("{").with("Content-Length", large.to_string()), &[413]);
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000)).repeat(20);
        siege.refused(&ask().json(chunk).with("Transfer-Encoding", "chunked"), &[413]);
    }
}

fn wrong_headers(siege: &Siege<'_>, unit: &str) {
    let path = format!("/api/v1/units/{unit}");
    let patch = |tag: Option<&str>| {
        let ask = Request::new("PATCH", &path).bearer(siege.token).json(json!({"note": "x"}).to_string());
        match tag {
            Some(tag) => ask.with("If-Match", tag),
            None => ask,
        }
    };
    siege.refused(&patch(None), &[428]);
    for tag in ["\"2.0123456789abcdef\"", "W/\"x\"", "\"\"", "\"0\"", "\"99999999999999999999\"", "\"1e0.x\""] {
        siege.refused(&patch(Some(tag)), &[412]);
    }
    for tag in ["abc", "-1", "\"", "\"2\", \"3\""] {
        siege.refused(&patch(Some(tag)), &[400]);
    }
    let draft = json!({"code": "KEYED", "kind": "school", "name": "Trường (giả định)"}).to_string();
    for key in [b"".as_slice(), b"\"\"", &[b'k'; 129], "khóa".as_bytes(), b"a\xff"] {
        siege.refused(&Request::new("POST", "/api/v1/units").bearer(siege.token).json(draft.clone()).with("Idempotency-Key", key), &[400]);
    }
    // Headers that say nothing useful do no harm.
    for (name, value) in [
        ("Accept-Language", "xx;q=abc,,;;en;q=99999999999999999999"),
        ("Accept", ";;;"),
        ("Prefer", "count=exact=exact;;"),
        ("If-None-Match", "\u{1}"),
        ("X-Request-Id", "'; DROP TABLE units; --"),
        ("X-Forwarded-For", "::1, x"),
        ("Range", "bytes=0-0"),
        ("Cookie", "session=admin"),
        ("X-HTTP-Method-Override", "DELETE"),
    ] {
        if value.bytes().all(|b| b >= b' ') {
            let answer = siege.send(&Request::new("GET", &path).bearer(siege.token).with(name, value));
            assert_eq!(answer.status, 200, "{name}: {value}");
            assert!(!answer.header("x-request-id").unwrap_or_default().contains('\''), "{name}: {value}");
        }
    }
}

fn wrong_tokens(siege: &Siege<'_>, app: &TestApp, other: &str) {
    let me = |authorization: &str| Request::new("GET", "/api/v1/me").with("Authorization", authorization);
    let genuine = tokens::genuine(app, siege.token);
    for scheme in ["Bearer", "bearer", "BEARER"] {
        for token in [siege.token, &genuine] {
            assert_eq!(siege.send(&me(&format!("{scheme} {token}"))).status, 200, "{scheme}");
        }
    }
    let mut forged = tokens::forged(app, siege.token, other);
    forged.extend(tokens::of_a_person(app, siege.token));
    assert!(forged.len() > 60, "only {} forged tokens", forged.len());
    for (what, token) in &forged {
        // Twice: what was refused once must not be remembered as good.
        for _ in 0..2 {
            let answer = siege.send(&me(&format!("Bearer {token}")));
            assert_eq!(answer.status, 401, "a token with {what} was taken: {}", answer.text());
            siege.refused(&me(&format!("Bearer {token}")), &[401]);
        }
    }
    let good = siege.token;
    for authorization in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        good.to_owned(),
        format!("Basic {good}"),
        format!("Token {good}"),
        format!("Bearer: {good}"),
        format!("Bearer {good}, Bearer {good}"),
        format!("Bearer {good} {good}"),
        format!("Bearer\t{good}"),
        "Basic YWRtaW46YWRtaW4=".to_owned(),
    ] {
        siege.refused(&me(&authorization), &[401]);
    }
    siege.refused(&me(&format!("Bearer {good}")).with("Authorization", format!("Bearer {good}")), &[401]);
    siege.refused(&Request::new("GET", "/api/v1/me").with("Authorization", b"Bearer \xff\xfe"), &[401]);
    siege.refused(&Request::new("GET", &format!("/api/v1/me?access_token={good}")), &[401]);
    siege.refused(&Request::new("GET", "/api/v1/me").with("Cookie", format!("access_token={good}")), &[401]);
    // Nobody gets past the door, and the door is before everything else.
    for op in operations().iter().filter(|op| op.secured()) {
        siege.refused(&Request::new(&op.method, &op.target()), &[401]);
        siege.refused(&Request::new(&op.method, &format!("{}?colour=red", op.target())).bearer("x.y.z").body("{broken"), &[401]);
    }
}
