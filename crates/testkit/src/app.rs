//! The service under test and its callers.

mod chores;
mod inside;
mod oauth;

use std::path::PathBuf;

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::{Value, json};
use thidua_domain::access::Role;
use thidua_domain::vocabulary::Word;
use thidua_http::{App, Cost, MasterKey, NewAccount, Settings, create_first};
use thidua_store::clock::ShiftedClock;
use thidua_store::{Location, Options, Store};

use crate::conforms;
use crate::database::{self, Database, EmptyDatabase};
use crate::reply::{Ask, Reply};

pub use oauth::Credentials;

/// The password of every account made by tests.
pub const PASSWORD: &str = "đàn trâu về làng lúc chiều";

/// What the files of a unit may come to in tests.
pub const FILE_QUOTA: u64 = 64 * 1024 * 1024;

/// A running service.
pub struct TestApp {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// Its database.
    pub database: Database,
    /// URL of its database.
    pub url: String,
    /// Its clock.
    pub clock: Arc<ShiftedClock>,
    app: Arc<App>,
    agent: ureq::Agent,
    stop: Option<actix_web::dev::ServerHandle>,
    thread: Option<JoinHandle<()>>,
    folder: Option<PathBuf>,
    tokens: Mutex<std::collections::HashMap<String, String>>,
}

/// Somebody who calls.
pub struct Caller<'a> {
    app: &'a TestApp,
    /// User name; `None` is anonymous.
    pub name: Option<String>,
    token: Option<String>,
}

/// The same secret for every test: templates hold keys sealed under it.
pub const MASTER: &str = "dGVzdHMgb25seTogbm90IGEgc2VjcmV0IGtleSAhISE=";

/// What a test wants otherwise than all the others.
type Change = Box<dyn FnOnce(&mut Settings) + Send>;

pub(crate) async fn assemble(url: &str, change: Change) -> (Arc<App>, Arc<ShiftedClock>) {
    let location = Location::parse(url).expect("a database URL");
    let store = Store::open(location, &Options { readers: 8, writers: 8, ..Options::default() }).expect("open the database");
    let clock = Arc::new(ShiftedClock::default());
    let mut settings = Settings {
        public_url: "http://thidua.test".to_owned(),
        hash_cost: Cost { memory_kib: 64, passes: 1 },
        body_seconds: 5,
        upload_seconds: 5,
        files_url: Some(database::files_of(url).display().to_string()),
        file_quota: FILE_QUOTA,
        ..Settings::default()
    };
    change(&mut settings);
    let master = MasterKey::parse(MASTER).expect("the master key of tests");
    let shared: Arc<dyn thidua_store::clock::Clock> = clock.clone();
    let app = App::new(store, shared, settings, master).await.unwrap_or_else(|error| panic!("{:?}: {:?}", error.code(), error.private()));
    (app, clock)
}

impl TestApp {
    /// Starts the service on an empty database with the reference data.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(database: Database) -> Self {
        Self::start_with(database, |_| {})
    }

    /// The same with other settings.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_with(database: Database, change: impl FnOnce(&mut Settings) + Send + 'static) -> Self {
        let (url, folder) = database::copy(database);
        Self::serve(database, url, folder, Box::new(change))
    }

    /// A second instance of the service on the same database, with a clock of its own. Stop it
    /// before the first: the database belongs to the first.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn beside(&self) -> Self {
        self.beside_with(|_| {})
    }

    /// The same, with other settings.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn beside_with(&self, change: impl FnOnce(&mut Settings) + Send + 'static) -> Self {
        Self::serve(self.database, self.url.clone(), None, Box::new(change))
    }

    /// Starts the service on a database that has no schema yet; the database outlives it.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn on(empty: &EmptyDatabase) -> Self {
        Self::serve(empty.database, empty.url.clone(), None, Box::new(|_| {}))
    }

    fn serve(database: Database, url: String, folder: Option<PathBuf>, change: Change) -> Self {
        // What only the log sees is what one needs when a test fails.
        thidua::log::start(&std::env::var("THIDUA_LOG").unwrap_or_else(|_| "error".to_owned()), thidua::log::LogFormat::Text);
        let (tell, told) = std::sync::mpsc::channel();
        let at = url.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (app, clock) = assemble(&at, change).await;
                let running = thidua_http::start(&app, "127.0.0.1:0", 2).expect("listen");
                let chores = actix_web::rt::spawn(thidua::serving::chores(Arc::clone(&app)));
                tell.send((app, clock, running.address, running.handle.clone())).expect("tell the test");
                running.server.await.expect("serve");
                chores.abort();
            });
        });
        let (app, clock, address, handle) = told.recv().expect("the service starts");
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        Self {
            base: format!("http://{address}"),
            database,
            url,
            clock,
            app,
            agent,
            stop: Some(handle),
            thread: Some(thread),
            folder,
            tokens: Mutex::default(),
        }
    }

    /// An account with one role on everything (`None`) or on a unit, and that caller signed in.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn account(&self, username: &str, roles: &[(Role, Option<&str>)]) -> Caller<'_> {
        let app = Arc::clone(&self.app);
        let new = NewAccount {
            username: username.to_owned(),
            display_name: format!("{username} (giả định)"),
            password: Some(PASSWORD.to_owned()),
            roles: roles.iter().map(|(role, unit)| (*role, unit.map(str::to_owned))).collect(),
        };
        let made = std::thread::spawn(move || actix_web::rt::System::new().block_on(async move { create_first(&app, new).await }));
        let made = made.join().expect("the thread ends");
        made.unwrap_or_else(|error| panic!("{username}: {:?}", error.document("", "", thidua_domain::vocabulary::Lang::En)));
        self.signed_in(username)
    }

    /// An account with a role on everything.
    #[must_use]
    pub fn with(&self, role: Role) -> Caller<'_> {
        self.account(&format!("{}.tat-ca", role.as_str().replace('_', "-")), &[(role, None)])
    }

    /// The system administrator.
    #[must_use]
    pub fn admin(&self) -> Caller<'_> {
        self.with(Role::SystemAdmin)
    }

    /// The standing body, for everything.
    #[must_use]
    pub fn standing(&self) -> Caller<'_> {
        self.with(Role::StandingBody)
    }

    /// An emulation officer of a unit.
    #[must_use]
    pub fn officer(&self, unit: &str) -> Caller<'_> {
        self.account(&format!("cb.{}", unit.to_lowercase()), &[(Role::UnitOfficer, Some(unit))])
    }

    /// The head of a unit.
    #[must_use]
    pub fn head(&self, unit: &str) -> Caller<'_> {
        self.account(&format!("tt.{}", unit.to_lowercase()), &[(Role::UnitHead, Some(unit))])
    }

    /// Signs an existing account in; its token is remembered.
    ///
    /// # Panics
    /// When it cannot sign in.
    #[must_use]
    pub fn signed_in(&self, username: &str) -> Caller<'_> {
        let known = self.tokens.lock().expect("tokens").get(username).cloned();
        let token = known.unwrap_or_else(|| {
            let body = json!({ "username": username, "password": PASSWORD });
            let session = self.anon().post("/api/v1/auth/sessions", &body).gives(201);
            let token = session["access_token"].as_str().expect("a token").to_owned();
            self.tokens.lock().expect("tokens").insert(username.to_owned(), token.clone());
            token
        });
        Caller { app: self, name: Some(username.to_owned()), token: Some(token) }
    }

    /// Nobody.
    #[must_use]
    pub const fn anon(&self) -> Caller<'_> {
        Caller { app: self, name: None, token: None }
    }

    /// Somebody with this token.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Caller<'_> {
        Caller { app: self, name: Some("token".to_owned()), token: Some(token.to_owned()) }
    }

    /// Sends a request as it is and checks the reply against the OpenAPI document.
    ///
    /// # Panics
    /// When no reply comes, or one that the document does not describe.
    #[track_caller]
    pub fn send(&self, ask: Ask) -> Reply {
        let mut request = ureq::http::Request::builder().method(ask.method.as_str()).uri(format!("{}{}", self.base, ask.path));
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let asked = format!("{} {}", ask.method, ask.path);
        let sent = match ask.body.clone() {
            Some(body) => self.agent.run(request.body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let mut response = sent.unwrap_or_else(|error| panic!("{asked}: {error}"));
        let reply = Reply {
            asked,
            status: response.status().as_u16(),
            headers: response.headers().iter().map(|(n, v)| (n.as_str().to_owned(), v.to_str().unwrap_or_default().to_owned())).collect(),
            bytes: response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap_or_default(),
        };
        conforms::check(&ask, &reply);
        reply
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let (Some(stop), Some(thread)) = (self.stop.take(), self.thread.take()) {
            // Not gracefully: a test that failed may have left requests open.
            std::mem::drop(stop.stop(false));
            let _ = thread.join();
        }
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

impl Caller<'_> {
    fn ask(&self, method: &str, path: &str) -> Ask {
        let mut headers = Vec::new();
        if let Some(token) = &self.token {
            headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        }
        Ask { method: method.to_owned(), path: path.to_owned(), headers, body: None }
    }

    /// The bare token.
    ///
    /// # Panics
    /// When the caller is anonymous.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("somebody")
    }

    /// Sends anything.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Reply {
        let mut ask = self.ask(method, path);
        if let Some(body) = body {
            ask.headers.push(("content-type".to_owned(), "application/json".to_owned()));
            ask.body = Some(body.to_string().into_bytes());
        }
        ask.headers.extend(headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        self.app.send(ask)
    }

    /// GET.
    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None)
    }

    /// POST.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[], Some(body))
    }

    /// POSTs a file.
    #[track_caller]
    pub fn upload(&self, path: &str, media: &str, bytes: &[u8]) -> Reply {
        let mut ask = self.ask("POST", path);
        ask.headers.push(("content-type".to_owned(), media.to_owned()));
        ask.body = Some(bytes.to_vec());
        self.app.send(ask)
    }

    /// PUT.
    #[track_caller]
    pub fn put(&self, path: &str, body: &Value) -> Reply {
        self.send("PUT", path, &[], Some(body))
    }

    /// DELETE.
    #[track_caller]
    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, &[], None)
    }

    /// Reads, then PATCHes what was read.
    #[track_caller]
    pub fn patch(&self, path: &str, body: &Value) -> Reply {
        let etag = self.get(path).is(200).etag();
        self.send("PATCH", path, &[("if-match", &etag)], Some(body))
    }

    /// Reads, then DELETEs what was read.
    #[track_caller]
    pub fn take_away(&self, path: &str) -> Reply {
        let etag = self.get(path).is(200).etag();
        self.send("DELETE", path, &[("if-match", &etag)], None)
    }

    /// Reads a whole, then DELETEs a part that has its version.
    #[track_caller]
    pub fn take_part(&self, whole: &str, part: &str) -> Reply {
        let etag = self.get(whole).is(200).etag();
        self.send("DELETE", &format!("{whole}/{part}"), &[("if-match", &etag)], None)
    }

    /// Reads a whole, then ends a part that has its version.
    #[track_caller]
    pub fn end_part(&self, whole: &str, part: &str, to_on: &str) -> Reply {
        let etag = self.get(whole).is(200).etag();
        self.send("PUT", &format!("{whole}/{part}/end"), &[("if-match", &etag)], Some(&json!({ "to_on": to_on })))
    }

    /// Reads, then takes a step of the lifecycle.
    #[track_caller]
    pub fn step(&self, path: &str, body: &Value) -> Reply {
        let etag = self.get(path).is(200).etag();
        self.send("POST", &format!("{path}/transitions"), &[("if-match", &etag)], Some(body))
    }
}
