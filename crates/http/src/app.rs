//! The service put together: store, clock, keys, hasher, metrics and what is remembered between
//! requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use quick_cache::sync::Cache;
use thidua_domain::access::Principal;
use thidua_domain::id::UserId;
use thidua_domain::time::{Date, Instant};
use thidua_store::clock::Clock;
use thidua_store::sessions::Standing;
use thidua_store::{Reach, Root, Store, UnitOfWork, keys, pledges, reference};

use crate::metrics::Measures;
use crate::passwords::{Cost, Hasher};
use crate::problem::ApiError;
use crate::remembered::Remembered;
use crate::secret::MasterKey;
use crate::tokens::{Tokens, new_key};

/// How the service answers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address under which callers know the service; names it in tokens.
    pub public_url: String,
    /// Largest JSON body, in bytes.
    pub body_limit: usize,
    /// Seconds for a body to arrive.
    pub body_seconds: u64,
    /// Memory for answers that are given again while nothing has changed, in bytes.
    pub answer_memory: u64,
    /// Threads that hash passwords.
    pub hash_threads: usize,
    /// Cost of a password hash.
    pub hash_cost: Cost,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            body_limit: 1024 * 1024,
            body_seconds: 30,
            answer_memory: 32 * 1024 * 1024,
            hash_threads: 2,
            hash_cost: Cost::default(),
        }
    }
}

/// Callers whose grants are remembered at the most.
const KNOWN: usize = 10_000;

/// A probe that takes longer says no.
const READY_WITHIN: std::time::Duration = std::time::Duration::from_secs(2);

type Known = (i64, Date, Arc<Principal>);

/// The service.
pub struct App {
    /// What is kept.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How it answers.
    pub settings: Settings,
    /// Secrets kept outside the database.
    pub master: MasterKey,
    pub(crate) tokens: Tokens,
    pub(crate) hasher: Hasher,
    pub(crate) measures: Measures,
    principals: Cache<UserId, Known>,
    pub(crate) remembered: Remembered,
    stopping: AtomicBool,
}

impl App {
    /// Puts the service together: signing keys are opened (the first is made), reference data is
    /// brought in where it is missing.
    ///
    /// # Errors
    /// When the database cannot be reached or the master key does not fit.
    pub async fn new(store: Store, clock: Arc<dyn Clock>, settings: Settings, master: MasterKey) -> Result<Arc<Self>, ApiError> {
        let now = clock.now();
        reference::bring_in(&store, now).await?;
        let mut rows = store.read(Reach::One, keys::all).await?;
        if rows.is_empty() {
            let first = new_key(&master, now)?;
            store.write(UnitOfWork::system(now, "start"), Root::New, move |tx| keys::insert_first(tx, &first)).await?;
            rows = store.read(Reach::One, keys::all).await?;
        }
        let tokens = Tokens::open(&settings.public_url, &master, &rows)?;
        let hasher = Hasher::new(settings.hash_cost, settings.hash_threads)?;
        Ok(Arc::new(Self {
            remembered: Remembered::new(settings.answer_memory),
            store,
            clock,
            settings,
            master,
            tokens,
            hasher,
            measures: Measures::new(),
            principals: Cache::new(KNOWN),
            stopping: AtomicBool::new(false),
        }))
    }

    /// Forgets what is too old to count: kept answers, sessions and jobs that ended. A job like others: one
    /// that is killed half-way is gone on with.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn forget_old(&self) -> Result<(), thidua_store::StoreError> {
        self.enqueue(thidua_domain::job::JobKind::ForgetOld).await?;
        self.work().await
    }

    /// Lets pledges take effect whose last missing member left by a date that has come.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn settle(&self) -> Result<(), thidua_store::StoreError> {
        let now = self.clock.now();
        for pledge in self.store.read(Reach::Long, pledges::waiting).await? {
            self.store.write(UnitOfWork::system(now, "chore"), Root::Of(pledge.any()), move |tx| pledges::settle_one(tx, pledge)).await?;
        }
        Ok(())
    }

    /// Whether writes go through; a service that is stopping says no, so that nothing new is sent to it.
    ///
    /// # Errors
    /// [`thidua_store::StoreError::Unavailable`] when stopping; whatever the database says.
    pub(crate) async fn ready(&self) -> Result<(), ApiError> {
        if self.stopping.load(Ordering::Relaxed) {
            return Err(thidua_store::StoreError::Unavailable("stopping".to_owned()).into());
        }
        self.store.read(Reach::One, |conn| thidua_store::settings::get(conn, "reference").map(|_| ())).await?;
        let probe = self.store.write(UnitOfWork::system(self.clock.now(), "ready"), Root::New, |_| Ok(()));
        let late = |_| thidua_store::StoreError::Unavailable("no write got through in time".to_owned());
        tokio::time::timeout(READY_WITHIN, probe).await.map_err(late)??;
        Ok(())
    }

    /// From now on the service is not ready for more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// The caller of a token: its signature from memory, its session from the database every time,
    /// its grants from memory as long as nothing about them changed. With it comes the standing of the
    /// session, which says in what state the database was.
    ///
    /// # Errors
    /// [`crate::problem::Protocol::BadToken`].
    pub(crate) async fn authenticate(&self, token: &str, now: Instant) -> Result<(crate::call::Caller, Standing), ApiError> {
        let claims = self.tokens.verify(token, now)?;
        let session = claims.sid;
        let standing = self
            .store
            .read(Reach::One, move |conn| thidua_store::sessions::standing(conn, session))
            .await?
            .filter(|standing| standing.user == claims.sub && standing.stands(now))
            .ok_or(crate::problem::Protocol::BadToken)?;
        let today = now.today();
        let remembered = self.principals.get(&claims.sub).filter(|(version, day, _)| *version == standing.access_version && *day == today);
        let principal = match remembered {
            Some((_, _, principal)) => principal,
            None => {
                let user = claims.sub;
                let loaded = Arc::new(self.store.read(Reach::One, move |conn| thidua_store::sessions::principal(conn, user, today)).await?);
                self.principals.insert(user, (standing.access_version, today, Arc::clone(&loaded)));
                loaded
            }
        };
        Ok((crate::call::Caller { principal, session: Some(session) }, standing))
    }
}
