//! The unit of work: one act by one caller. It carries who, when and under which conditions, hands
//! out values that may be changed, gathers events, and has one place where it ends.

use serde_json::Value;
use thidua_domain::access::{self, Kind, Principal, Ties, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{AnyId, Id};
use thidua_domain::refusal::{Code, Refusal, both};
use thidua_domain::time::{Date, Instant};
use thidua_domain::vocabulary::Lang;

use crate::conn::Conn;
use crate::error::{Result, StoreError};
use crate::{access as ties, events, idempotency};

/// The key under which an answer is kept for a caller that asks twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Who asks.
    pub caller: AnyId,
    /// Method.
    pub method: String,
    /// Path.
    pub path: String,
    /// The key.
    pub key: String,
    /// Digest of what was asked: the same key with another body is a mistake.
    pub fingerprint: Vec<u8>,
}

/// The version named by a tag that is not one of ours: nothing has it.
pub const NO_VERSION: i64 = -1;

/// One act by one caller.
#[derive(Debug, Clone)]
pub struct UnitOfWork {
    /// Who acts.
    pub actor: Principal,
    /// When.
    pub now: Instant,
    /// The request, for the log.
    pub request_id: String,
    /// Language of refusals.
    pub lang: Lang,
    /// Do everything, keep nothing.
    pub dry_run: bool,
    /// Version the caller has seen.
    pub if_match: Option<i64>,
    /// Key of the request.
    pub idempotency: Option<IdempotencyKey>,
}

impl UnitOfWork {
    /// An act of the service itself.
    #[must_use]
    pub fn system(now: Instant, request_id: &str) -> Self {
        Self {
            actor: Principal::default(),
            now,
            request_id: request_id.to_owned(),
            lang: Lang::Vi,
            dry_run: false,
            if_match: None,
            idempotency: None,
        }
    }
}

/// An answer that can be kept under an Idempotency-Key and given again.
pub trait Keep: Sized + Send + 'static {
    /// The bytes to keep; `None` for an answer that must never be kept (secrets, refusals).
    fn keep(&self) -> Option<Vec<u8>>;
    /// The answer back from its bytes.
    fn kept(bytes: &[u8]) -> Option<Self>;
}

impl Keep for () {
    fn keep(&self) -> Option<Vec<u8>> {
        Some(Vec::new())
    }
    fn kept(_: &[u8]) -> Option<Self> {
        Some(())
    }
}

/// What comes out of a transaction for the service itself, and is never kept as an answer.
#[derive(Debug)]
pub struct Unkept<T>(pub T);

impl<T: Send + 'static> Keep for Unkept<T> {
    fn keep(&self) -> Option<Vec<u8>> {
        None
    }
    fn kept(_: &[u8]) -> Option<Self> {
        None
    }
}

/// How a write ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written<T> {
    /// Done now.
    Fresh(T),
    /// Done before under the same key: the answer of then.
    Replayed(T),
    /// Done and undone.
    DryRun(T),
}

/// A resource that can be loaded to be changed.
pub trait Resource: Sized {
    /// What its identifier names.
    type Marker;
    /// Its kind.
    const KIND: Kind;
    /// Loads it.
    ///
    /// # Errors
    /// Whatever the database says.
    fn load(conn: &mut Conn, id: Id<Self::Marker>) -> Result<Option<Self>>;
    /// Its identifier.
    fn id(&self) -> Id<Self::Marker>;
    /// Its version.
    fn version(&self) -> i64;
    /// What stands in its place today, where it was merged into another: it takes no changes any more.
    ///
    /// # Errors
    /// Whatever the database says.
    fn followed_by(&self, _: &mut Conn) -> Result<Option<AnyId>> {
        Ok(None)
    }
}

/// A value inside a transaction with the ties by which acts on it are judged. Out of
/// [`Tx::load_for_change`] it has also been held against the version the caller saw, and only such a
/// one is saved for a caller; the service itself makes its own.
#[derive(Debug)]
pub struct Held<R> {
    /// The value.
    pub value: R,
    /// How it is tied to units, blocs and users.
    pub ties: Ties,
}

/// A write transaction as closures see it. It may run twice: nothing outside the database is
/// touched inside.
pub struct Tx<'c> {
    conn: &'c mut Conn,
    work: &'c UnitOfWork,
    events: Vec<Event>,
}

impl Tx<'_> {
    /// The connection, for reading.
    pub const fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Principal {
        &self.work.actor
    }

    /// The moment of the act.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.work.now
    }

    /// The civil date of the act.
    #[must_use]
    pub fn today(&self) -> Date {
        self.work.now.today()
    }

    /// Language of refusals and labels.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.work.lang
    }

    /// Loads a value that may be changed: sight first (404), then whether another stands in its place (409), then the
    /// version the caller saw (412).
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::RecordMerged`], [`Code::VersionStale`].
    pub fn load_for_change<R: Resource>(&mut self, id: Id<R::Marker>) -> Result<Held<R>> {
        let held = self.look_at::<R>(id)?;
        if let Some(next) = held.value.followed_by(self.conn)? {
            return Err(Refusal::of(Code::RecordMerged).with("into", next).into());
        }
        self.check_version(held.value.version())?;
        Ok(held)
    }

    /// Holds the version the caller has seen against the present one.
    ///
    /// # Errors
    /// [`Code::VersionStale`].
    pub fn check_version(&self, current: i64) -> Result<()> {
        match self.work.if_match {
            Some(sent) if sent != current => {
                let sent = if sent == NO_VERSION { both("không rõ", "unknown") } else { sent.to_string() };
                Err(Refusal::of(Code::VersionStale).with("current", current).with("sent", sent).into())
            }
            _ => Ok(()),
        }
    }

    /// Loads a value that only lends its place, such as the bloc year in which a meeting is made:
    /// sight is checked, the version is not.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn look_at<R: Resource>(&mut self, id: Id<R::Marker>) -> Result<Held<R>> {
        let today = self.today();
        let value = R::load(self.conn, id)?.ok_or(Code::NotFound)?;
        let ties =
            if access::ties_matter(self.actor(), R::KIND) { ties::ties_of(self.conn, R::KIND, id.any(), today)? } else { Ties::default() };
        access::require_sight(self.actor(), R::KIND, &ties)?;
        Ok(Held { value, ties })
    }

    /// Requires the right to act on a resource with these ties.
    ///
    /// # Errors
    /// [`Code::Forbidden`].
    pub fn require(&self, kind: Kind, verb: Verb, ties: &Ties) -> Result<()> {
        Ok(access::require(self.actor(), kind, verb, ties, self.work.lang)?)
    }

    /// Notes an event; it is kept with the change, in the same transaction.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Notes that something was made, with its first values.
    pub fn made(&mut self, kind: Kind, subject: AnyId, after: Value) {
        self.record(Event::new(kind, subject, Verb::Create).values(None, Some(after)));
    }

    /// Notes that something was edited.
    pub fn edited(&mut self, kind: Kind, subject: AnyId, before: Value, after: Value) {
        self.record(Event::new(kind, subject, Verb::Edit).values(Some(before), Some(after)));
    }
}

/// Runs one act inside an open transaction: the key first, then the closure, then the end.
pub(crate) fn run<T: Keep>(
    conn: &mut Conn,
    work: &UnitOfWork,
    act: &(dyn Fn(&mut Tx<'_>) -> Result<T> + Send + Sync),
) -> Result<Written<T>> {
    if let Some(key) = &work.idempotency
        && let Some(kept) = idempotency::claim(conn, key, work.now)?
    {
        if kept.fingerprint != key.fingerprint {
            return Err(StoreError::KeyReused);
        }
        return T::kept(&kept.answer)
            .map(Written::Replayed)
            .ok_or_else(|| StoreError::Broken("a kept answer cannot be read back".to_owned()));
    }
    let mut tx = Tx { conn, work, events: Vec::new() };
    let answer = act(&mut tx)?;
    let noted = tx.events;
    events::append(conn, work, &noted)?;
    if work.dry_run {
        return Ok(Written::DryRun(answer));
    }
    if let Some(key) = &work.idempotency {
        match answer.keep() {
            Some(bytes) => idempotency::keep(conn, key, bytes)?,
            None => idempotency::release(conn, key)?,
        }
    }
    Ok(Written::Fresh(answer))
}
