//! A call as handlers see it: who, what was sent, and the two doors of the store.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::http::header::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thidua_domain::access::Principal;
use thidua_domain::client::Scopes;
use thidua_domain::id::{Id, SessionId};
use thidua_domain::refusal::Code as Rule;
use thidua_domain::time::{Date, Instant};
use thidua_domain::vocabulary::Lang;
use thidua_store::conn::Conn;
use thidua_store::sessions::Origin;
use thidua_store::{IdempotencyKey, Keep, Reach, Root, StoreError, Tx, UnitOfWork, Written};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
pub use crate::form::{Credentials, Form};
pub use crate::incoming::{Incoming, Upload, Wanted};
use crate::medium::Medium;
use crate::op::Op;
use crate::problem::{ApiError, Fault, Protocol};
use crate::shape::{Check, Shape, merge};

/// Who calls.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The account and its grants of today.
    pub principal: Arc<Principal>,
    /// The session that speaks for it.
    pub session: Option<SessionId>,
    /// What the token of a service account serves for; nothing for a person.
    pub scopes: Option<Arc<Scopes>>,
}

/// What a request says besides its body.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Identifier of the request.
    pub request_id: String,
    /// Language of the answer.
    pub lang: Lang,
    /// When it arrived.
    pub now: Instant,
    /// Where it comes from.
    pub address: Option<IpAddr>,
    /// The program that sent it, as it calls itself.
    pub agent: Option<String>,
    /// Whether the caller wants the exact number of rows.
    pub count: bool,
    /// Do everything, keep nothing.
    pub dry_run: bool,
    /// Version the caller has seen.
    pub if_match: Option<i64>,
    /// Whether it names a version at all, be it any.
    pub names_version: bool,
    /// Key under which the answer is kept.
    pub idempotency: Option<IdempotencyKey>,
    /// Which part of the bytes of a file is wanted.
    pub wanted: Wanted,
    /// In which form the answer is wanted.
    pub medium: Medium,
    /// How the client authenticates, where the operation is one of OAuth.
    pub credentials: Credentials,
}

impl Meta {
    /// From where and with what it was sent.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin { address: self.address.map(|address| address.to_string()), agent: self.agent.clone(), ..Origin::default() }
    }
}

/// What reading and viewing needs to know of the call.
#[derive(Debug, Clone)]
pub struct Eyes {
    /// Who looks.
    pub who: Arc<Principal>,
    /// Civil date of the call.
    pub today: Date,
    /// Language of labels.
    pub lang: Lang,
}

/// A call.
pub struct Call<P = (), Q = (), B = ()> {
    /// The service.
    pub app: Arc<App>,
    /// Its row in the route table.
    pub op: &'static Op,
    /// Who calls.
    pub caller: Caller,
    /// What the request says besides its body.
    pub meta: Meta,
    /// Parameters of the path.
    pub path: P,
    /// Parameters of the query.
    pub query: Q,
    /// The body.
    pub body: B,
}

impl<P, Q, B> Call<P, Q, B> {
    /// The eyes of the caller.
    #[must_use]
    pub fn eyes(&self) -> Eyes {
        Eyes { who: Arc::clone(&self.caller.principal), today: self.meta.now.today(), lang: self.meta.lang }
    }

    /// Reads.
    ///
    /// # Errors
    /// Whatever `look` says.
    pub async fn read<T, F>(&self, reach: Reach, look: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Eyes) -> Result<T, StoreError> + Send + 'static,
    {
        let eyes = self.eyes();
        Ok(self.app.store.read(reach, move |conn| look(conn, &eyes)).await?)
    }

    /// The root of a write to something that is part of what `typed` names. What cannot be found is for
    /// the closure to tell.
    pub async fn root_of<T: 'static>(&self, find: fn(&mut Conn, &str, &str) -> Result<Id<T>, StoreError>, typed: &str) -> Root {
        let typed = typed.to_owned();
        let found = self.app.store.read(Reach::One, move |conn| find(conn, "", &typed)).await;
        found.map_or(Root::New, |id| Root::Of(id.any()))
    }

    /// The unit of work of this call.
    #[must_use]
    pub fn work(&self) -> UnitOfWork {
        UnitOfWork {
            actor: (*self.caller.principal).clone(),
            now: self.meta.now,
            request_id: self.meta.request_id.clone(),
            lang: self.meta.lang,
            dry_run: self.meta.dry_run,
            if_match: self.meta.if_match,
            idempotency: self.meta.idempotency.clone(),
        }
    }

    /// Writes. What becomes of keys, dry runs and events is not the handler's business; whether the
    /// answer was replayed or undone is told in headers by `serve`.
    ///
    /// # Errors
    /// Whatever `act` says.
    pub async fn write<T, F>(&self, root: Root, act: F) -> Result<Ended<T>, ApiError>
    where
        T: Keep,
        F: Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + Sync + 'static,
    {
        Ok(match self.app.store.write(self.work(), root, act).await? {
            Written::Fresh(value) => Ended { value, replayed: false, dry_run: false },
            Written::Replayed(value) => Ended { value, replayed: true, dry_run: false },
            Written::DryRun(value) => Ended { value, replayed: false, dry_run: true },
        })
    }
}

/// How a write ended, with its answer.
pub struct Ended<T> {
    /// The answer.
    pub value: T,
    /// Given before, under the same key.
    pub replayed: bool,
    /// Done and undone.
    pub dry_run: bool,
}

/// The parts of a call that depend on the operation, before they are typed.
pub struct Raw {
    /// The service.
    pub app: Arc<App>,
    /// The row of the route table.
    pub op: &'static Op,
    /// Who calls.
    pub caller: Caller,
    /// What the request says besides its body.
    pub meta: Meta,
    /// Parameters of the path, in order.
    pub path: Vec<String>,
    /// Parameters of the query, checked.
    pub query: Map<String, Value>,
    /// The body, checked.
    pub body: Option<Value>,
    /// The body, when it is a file.
    pub incoming: Option<Incoming>,
}

/// Parameters of a path.
pub trait PathArgs: Sized + 'static {
    /// Reads them; what cannot name anything is not found.
    ///
    /// # Errors
    /// [`Rule::NotFound`].
    fn read(path: &[String]) -> Result<Self, ApiError>;
}

fn uuid(text: Option<&String>) -> Result<Uuid, ApiError> {
    text.filter(|text| text.len() == 36).and_then(|text| Uuid::try_parse(text).ok()).ok_or_else(|| Rule::NotFound.into())
}

impl PathArgs for () {
    fn read(_: &[String]) -> Result<Self, ApiError> {
        Ok(())
    }
}
impl<T: 'static> PathArgs for Id<T> {
    fn read(path: &[String]) -> Result<Self, ApiError> {
        Ok(Self::new(uuid(path.first())?))
    }
}
impl<T: 'static, U: 'static> PathArgs for (Id<T>, Id<U>) {
    fn read(path: &[String]) -> Result<Self, ApiError> {
        Ok((Id::new(uuid(path.first())?), Id::new(uuid(path.get(1))?)))
    }
}
impl<T: 'static> PathArgs for (Id<T>, String) {
    fn read(path: &[String]) -> Result<Self, ApiError> {
        Ok((Id::new(uuid(path.first())?), path.get(1).cloned().ok_or(Rule::NotFound)?))
    }
}
impl PathArgs for String {
    fn read(path: &[String]) -> Result<Self, ApiError> {
        path.first().cloned().ok_or_else(|| Rule::NotFound.into())
    }
}

/// Parameters of a query.
pub trait QueryArgs: Sized + 'static {
    /// The shape of its own parameters.
    fn shape() -> Option<Shape>;
    /// Orders a list can be asked for, the default first; none when it is not a list.
    fn sorts() -> &'static [&'static str] {
        &[]
    }
    /// Whether the list can be searched by text.
    fn searchable() -> bool {
        false
    }
    /// Reads them, checked before against the shape.
    ///
    /// # Errors
    /// [`Protocol::BadCursor`], [`Protocol::BadParameter`].
    fn read(query: Map<String, Value>, op: &'static Op, meta: &Meta) -> Result<Self, ApiError>;
}

impl QueryArgs for () {
    fn shape() -> Option<Shape> {
        None
    }
    fn read(_: Map<String, Value>, _: &'static Op, _: &Meta) -> Result<Self, ApiError> {
        Ok(())
    }
}

/// A plain query, typed by its shape.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + ToSchema + 'static> QueryArgs for Query<T> {
    fn shape() -> Option<Shape> {
        Some(Shape::of::<T>())
    }
    fn read(query: Map<String, Value>, _: &'static Op, _: &Meta) -> Result<Self, ApiError> {
        serde_json::from_value(Value::Object(query)).map(Query).map_err(ApiError::internal)
    }
}

/// A body.
pub trait BodyArgs: Sized + 'static {
    /// Whether it is a file, which the handler reads piece by piece.
    const FILE: bool = false;
    /// Its shape, if there is one.
    fn shape() -> Option<Shape>;
    /// Media types it can be sent in.
    fn media() -> &'static [&'static str] {
        &["application/json"]
    }
    /// Reads it, checked before against the shape.
    ///
    /// # Errors
    /// When shape and type disagree, which is a defect.
    fn read(body: Option<Value>) -> Result<Self, ApiError>;
    /// The same where the body may be a file.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn receive(body: Option<Value>, _: Option<Incoming>) -> Result<Self, ApiError> {
        Self::read(body)
    }
}

impl BodyArgs for () {
    fn shape() -> Option<Shape> {
        None
    }
    fn read(_: Option<Value>) -> Result<Self, ApiError> {
        Ok(())
    }
}

/// A body of JSON.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + ToSchema + 'static> BodyArgs for Json<T> {
    fn shape() -> Option<Shape> {
        Some(Shape::of::<T>())
    }
    fn read(body: Option<Value>) -> Result<Self, ApiError> {
        let body = body.ok_or(Protocol::BodyRequired)?;
        // The shape was checked; what is left is a number too large for its type and the like.
        serde_json::from_value(body).map(Json).map_err(|_| Protocol::MalformedJson.into())
    }
}

/// A merge patch of `T`.
#[derive(Debug, Clone)]
pub struct Patch<T>(Value, std::marker::PhantomData<fn() -> T>);

impl<T: DeserializeOwned + ToSchema + 'static> BodyArgs for Patch<T> {
    fn shape() -> Option<Shape> {
        Some(Shape::of::<T>().patch())
    }
    fn media() -> &'static [&'static str] {
        &["application/merge-patch+json", "application/json"]
    }
    fn read(body: Option<Value>) -> Result<Self, ApiError> {
        Ok(Self(body.ok_or(Protocol::BodyRequired)?, std::marker::PhantomData))
    }
}

impl<T: Serialize + DeserializeOwned + ToSchema + 'static> Patch<T> {
    /// Whether the patch says anything about a field.
    #[must_use]
    pub fn touches(&self, field: &str) -> bool {
        self.0.get(field).is_some()
    }

    /// The fields it says something about.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        self.0.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    /// What `present` becomes under the patch, checked as a whole: emptying a required field is
    /// refused just as leaving it out is.
    ///
    /// # Errors
    /// [`Protocol::Required`] and whatever else the shape of `T` says.
    pub fn onto(&self, present: &T) -> Result<T, StoreError> {
        let broken = |error: serde_json::Error| StoreError::Broken(error.to_string());
        let mut merged = serde_json::to_value(present).map_err(broken)?;
        if let Some(object) = merged.as_object_mut() {
            object.retain(|_, value| !value.is_null());
        }
        merge(&mut merged, self.0.clone());
        let check = Check::compile(&Shape::of::<T>(), None);
        if let Err(faults) = check.run(&mut merged) {
            return Err(emptied(faults));
        }
        serde_json::from_value(merged).map_err(broken)
    }
}

/// Only emptying a required field gets this far: the patch itself was checked.
fn emptied(faults: Vec<Fault>) -> StoreError {
    let refusals = faults
        .into_iter()
        .map(|fault| {
            let pointer = if let crate::problem::Place::Pointer(pointer) = fault.place { pointer } else { String::new() };
            let field = pointer.trim_start_matches('/').to_owned();
            thidua_domain::refusal::Refusal::at(pointer, Rule::FieldEmptied).with("field", field)
        })
        .collect();
    StoreError::Refused(thidua_domain::refusal::DomainError(refusals))
}

/// Reads a header as text.
#[must_use]
pub fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
