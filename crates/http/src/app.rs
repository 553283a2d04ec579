//! The service put together: store, clock, keys, hasher, metrics and what is remembered between
//! requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ipnet::IpNet;
use quick_cache::sync::Cache;
use thidua_domain::access::{Principal, Role};
use thidua_domain::file::QUOTA;
use thidua_domain::id::UserId;
use thidua_domain::password::PasswordRules;
use thidua_domain::retention::RetentionTimes;
use thidua_domain::second_factor::needs_second_factor;
use thidua_domain::signing_key::NOTICE_SECONDS;
use thidua_domain::time::{Date, Instant};
use thidua_domain::user::AccountKind;
use thidua_store::clock::Clock;
use thidua_store::files::{BucketAccess, Objects, Swept, sweep};
use thidua_store::keys::Occasion;
use thidua_store::sessions::Standing;
use thidua_store::{Reach, Root, Store, UnitOfWork, Unkept, Written, keys, pledges, reference, retention};

use crate::call::Caller;
use crate::clients::{Seen, within};
use crate::metrics::Measures;
use crate::oidc::{Issuer, OidcSettings};
use crate::op::Op;
use crate::passwords::{Cost, Hasher};
use crate::problem::{ApiError, Protocol};
use crate::remembered::Remembered;
use crate::secret::MasterKey;
use crate::throttle::Throttle;
use crate::tokens::{Tokens, Verified, new_key};

/// How the service answers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address under which callers know the service; names it in tokens.
    pub public_url: String,
    /// Largest JSON body, in bytes.
    pub body_limit: usize,
    /// Seconds for a body to arrive.
    pub body_seconds: u64,
    /// Networks of proxies that are believed when they say where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether failed sign-ins are held against address and account.
    pub throttle: bool,
    /// What a password must be made of.
    pub passwords: PasswordRules,
    /// How staff sign in through another service, if they do.
    pub oidc: Option<OidcSettings>,
    /// Roles that need a second factor.
    pub second_factor_roles: Vec<Role>,
    /// Seconds for a file to arrive.
    pub upload_seconds: u64,
    /// Where files are kept: a folder, as a path or `file:///…`, or a bucket, `s3://…`; beside the database where nothing is said.
    pub files_url: Option<String>,
    /// How a bucket is reached.
    pub bucket_access: BucketAccess,
    /// What the files of one unit may come to, in bytes.
    pub file_quota: u64,
    /// For how long what is kept stays.
    pub retention: RetentionTimes,
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
            trusted_proxies: Vec::new(),
            throttle: true,
            passwords: PasswordRules::default(),
            oidc: None,
            second_factor_roles: Vec::new(),
            upload_seconds: 300,
            files_url: None,
            bucket_access: BucketAccess::default(),
            file_quota: QUOTA,
            retention: RetentionTimes::default(),
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
    /// Bytes of files.
    pub files: Objects,
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
    pub(crate) seen: Seen,
    pub(crate) issuer: Option<Issuer>,
    pub(crate) remembered: Remembered,
    pub(crate) throttle: Throttle,
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
            let first = new_key(&master, now, now)?;
            store.write(UnitOfWork::system(now, "start"), Root::New, move |tx| keys::insert_first(tx, &first)).await?;
            rows = store.read(Reach::One, keys::all).await?;
        }
        let tokens = Tokens::open(&settings.public_url, &master, &rows)?;
        let issuer = settings.oidc.clone().map(Issuer::new).transpose()?;
        let hasher = Hasher::new(settings.hash_cost, settings.hash_threads)?;
        let files = Objects::at(settings.files_url.as_deref(), &settings.bucket_access, store.location())?;
        Ok(Arc::new(Self {
            files,
            remembered: Remembered::new(settings.answer_memory),
            throttle: Throttle::new(settings.throttle),
            store,
            clock,
            settings,
            master,
            tokens,
            hasher,
            measures: Measures::new(),
            principals: Cache::new(KNOWN),
            seen: Seen::default(),
            issuer,
            stopping: AtomicBool::new(false),
        }))
    }

    /// Forgets what is too old to be kept, if there is any. A job like others: one that is killed half-way
    /// is gone on with.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn forget_old(&self) -> Result<(), thidua_store::StoreError> {
        let (times, now) = (self.settings.retention.clone(), self.clock.now());
        if self.store.read(Reach::Long, move |conn| retention::any_old(conn, &times, now)).await? {
            self.enqueue(thidua_domain::job::JobKind::ForgetOld).await?;
        }
        self.work().await
    }

    /// Takes the signing keys as they are kept now: another replica or a command may have changed them.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn look_at_keys(&self) -> Result<(), ApiError> {
        let rows = self.store.read(Reach::One, keys::all).await?;
        self.tokens.take(&self.master, &rows)
    }

    /// Lets a new signing key follow those before; whether it does.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn rotate_keys(&self, occasion: Occasion) -> Result<bool, ApiError> {
        let now = self.clock.now();
        // Mostly it is not time, and then nothing is made or written.
        if occasion == Occasion::Due && !self.store.read(Reach::One, move |conn| keys::is_due(conn, now)).await? {
            return Ok(false);
        }
        // Others are told of a key before it signs, unless nothing may be signed with those before.
        let notice = if occasion == Occasion::Compromised { 0 } else { NOTICE_SECONDS };
        let next = new_key(&self.master, now, now.plus_seconds(notice))?;
        let rotate = self.store.write(UnitOfWork::system(now, "keys"), Root::New, move |tx| Ok(Unkept(keys::rotate(tx, &next, occasion)?)));
        let rotated = matches!(rotate.await?, Written::Fresh(Unkept(true)));
        self.look_at_keys().await?;
        Ok(rotated)
    }

    /// Sweeps files away that nothing refers to, and what broken uploads left.
    ///
    /// # Errors
    /// Whatever database or object store say.
    pub async fn sweep(&self) -> Result<Swept, thidua_store::StoreError> {
        sweep(&self.store, &self.files, self.clock.now()).await
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

    /// Whether a session serves for an operation, whatever its user may do: one that looks on as somebody
    /// else only reads; a password made by others, or too old, only serves to choose another; and a role may
    /// need a second factor. A service account needs the scope of the operation.
    ///
    /// # Errors
    /// [`Protocol::InsufficientScope`], [`Protocol::NotForClients`], [`Protocol::ReadOnlySession`], [`Protocol::PasswordMustChange`], [`Protocol::SecondFactorRequired`].
    pub(crate) fn may_call(&self, op: &Op, caller: &Caller, standing: &Standing, now: Instant) -> Result<(), ApiError> {
        if let Some(scopes) = &caller.scopes {
            return within(op, scopes);
        }
        if standing.acted_by.is_some() {
            return if op.writes { Err(Protocol::ReadOnlySession.into()) } else { Ok(()) };
        }
        if op.first_steps {
            return Ok(());
        }
        // Who is vouched for has not used the password, whatever has become of it.
        let password = standing.password_once_until.is_some() || self.settings.passwords.is_too_old(standing.password_set_at, now);
        if password && !standing.vouched {
            return Err(Protocol::PasswordMustChange.into());
        }
        if !standing.second_factor && needs_second_factor(&caller.principal, &self.settings.second_factor_roles) {
            return Err(Protocol::SecondFactorRequired.into());
        }
        Ok(())
    }

    /// The caller of a token: its signature from memory, its session from the database every time,
    /// its grants from memory as long as nothing about them changed. With it comes the standing of the
    /// session, which says in what state the database was.
    ///
    /// # Errors
    /// [`Protocol::BadToken`].
    pub(crate) async fn authenticate(&self, token: &str, now: Instant) -> Result<(Caller, Standing), ApiError> {
        let (verified, standing) = self.look_into(token, now).await?;
        let (user, today) = (standing.user, now.today());
        if verified.scopes.is_some() {
            self.seen.note(user, now);
        }
        let remembered = self.principals.get(&user).filter(|(version, day, _)| *version == standing.access_version && *day == today);
        let principal = match remembered {
            Some((_, _, principal)) => principal,
            None => {
                let loaded =
                    Arc::new(self.store.read(Reach::Point, move |conn| thidua_store::sessions::principal(conn, user, today)).await?);
                self.principals.insert(user, (standing.access_version, today, Arc::clone(&loaded)));
                loaded
            }
        };
        Ok((Caller { principal, session: Some(verified.claims.sid), scopes: verified.scopes.clone() }, standing))
    }

    /// What a token says, and the standing of its session.
    ///
    /// # Errors
    /// [`Protocol::BadToken`].
    pub(crate) async fn look_into(&self, token: &str, now: Instant) -> Result<(Arc<Verified>, Standing), ApiError> {
        let verified = match self.tokens.verify(token, now) {
            // Another replica may have begun to sign with a key we have not seen.
            Err(_) if self.tokens.names_unknown_key(token) => {
                self.look_at_keys().await?;
                self.tokens.verify(token, now)?
            }
            verified => verified?,
        };
        let session = verified.claims.sid;
        let of_client = verified.scopes.is_some();
        let standing = self
            .store
            .read(Reach::One, move |conn| thidua_store::sessions::standing(conn, session))
            .await?
            .filter(|standing| standing.user == verified.claims.sub && standing.stands(now))
            .filter(|standing| (standing.kind == AccountKind::Client) == of_client)
            .ok_or(Protocol::BadToken)?;
        Ok((verified, standing))
    }
}
