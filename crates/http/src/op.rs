//! One row of the route table: a path, a method, a handler, and everything the OpenAPI document
//! says of it. What can be derived from the types of the handler is never written twice.

mod outcome;
mod scopes;
mod versions;

use std::future::Future;
use std::sync::OnceLock;

use actix_web::http::Method;
use futures_util::future::LocalBoxFuture;
use thidua_domain::client::ClientScope;
use thidua_domain::refusal::Code as Rule;

use crate::answer::{Described, Reply};
use crate::call::{BodyArgs, Call, PathArgs, QueryArgs, Raw};
use crate::csv_page::Columns;
use crate::form::FORM;
use crate::problem::{ApiError, Code, Protocol};
use crate::shape::{Check, Shape};

pub use outcome::{Finished, Outcome, Streamed};
pub(crate) use versions::name_versions;

/// A handler with its types taken away.
pub type Run = Box<dyn Fn(Raw) -> LocalBoxFuture<'static, Result<Finished, ApiError>> + Send + Sync>;

/// One operation.
pub struct Op {
    /// Method.
    pub method: Method,
    /// Path, parameters in braces.
    pub path: &'static str,
    /// `verb_noun`, unique.
    pub id: &'static str,
    /// Group in the document.
    pub tag: &'static str,
    /// What it does, in Vietnamese with English in brackets.
    pub summary: &'static str,
    /// More, where more is worth saying.
    pub says: &'static str,
    /// Whether anybody may call it without signing in.
    pub open: bool,
    /// Whether it is an operation of OAuth: it looks at the credentials itself, and says what is wrong as RFC 6749 does.
    pub oauth: bool,
    /// The scope that a service account needs for it; nothing for what belongs to people.
    pub scope: Option<ClientScope>,
    /// Whether it is open to who must choose another password first.
    pub first_steps: bool,
    /// Whether it changes something.
    pub writes: bool,
    /// Whether the caller must name the version it has seen.
    pub if_match: bool,
    /// Whether `If-None-Match: *` does as well, where there is nothing yet.
    pub creates: bool,
    /// The path of what has the version that `If-Match` names: the innermost thing in its own path that can be read.
    pub versioned: Option<&'static str>,
    /// Rules it can be refused for.
    pub refusals: Vec<Rule>,
    /// Protocol problems of its own.
    pub problems: Vec<Protocol>,
    /// Shape of its own query parameters.
    pub query: Option<Shape>,
    /// Orders of a list.
    pub sorts: &'static [&'static str],
    /// Whether the list can be searched.
    pub searchable: bool,
    /// Whether it has a body of fields.
    pub has_body: bool,
    /// Whether a number in its body has so many places at most.
    pub has_decimals: bool,
    /// Names of the fields of a form.
    pub form_fields: Vec<String>,
    /// Whether its body is a file, read by its handler piece by piece.
    pub takes_file: bool,
    /// Media types of its body.
    pub media: &'static [&'static str],
    /// Its answer.
    pub reply: Described,
    /// Whether its answer is remembered while nothing that is kept has changed: it may depend on that,
    /// on the caller's rights, the day, the language and what is asked, and on nothing else.
    pub remembered: bool,
    /// Left out of the document: pages and probes.
    pub hidden: bool,
    pub(crate) run: Run,
    body: fn() -> Option<Shape>,
    /// Columns of its list as CSV, from its first page on.
    pub(crate) columns: OnceLock<Columns>,
    pub(crate) body_check: Option<Check>,
    pub(crate) query_check: Option<Check>,
}

impl Op {
    fn new<P, Q, B, R, F, Fut>(method: Method, path: &'static str, id: &'static str, handler: F) -> Self
    where
        P: PathArgs,
        Q: QueryArgs,
        B: BodyArgs,
        R: Outcome,
        F: Fn(Call<P, Q, B>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, ApiError>> + 'static,
    {
        let reply = R::Reply::described();
        let body = B::shape();
        let query = Q::shape();
        let writes = method != Method::GET;
        Self {
            path,
            id,
            tag: "",
            summary: "",
            says: "",
            open: false,
            oauth: false,
            scope: path.strip_prefix("/api/v1/").and_then(|rest| ClientScope::of_operation(rest.split('/').next().unwrap_or(rest), writes)),
            first_steps: false,
            writes,
            if_match: false,
            creates: false,
            versioned: None,
            refusals: Vec::new(),
            problems: Vec::new(),
            sorts: Q::sorts(),
            searchable: Q::searchable(),
            takes_file: B::FILE,
            media: B::media(),
            remembered: false,
            hidden: false,
            run: Box::new(move |raw: Raw| {
                let typed = typed(raw);
                match typed {
                    Ok(call) => {
                        let answer = handler(call);
                        Box::pin(async move { answer.await.map(Outcome::finish) })
                    }
                    Err(error) => Box::pin(std::future::ready(Err(error))),
                }
            }),
            body_check: body.as_ref().map(|shape| Check::compile(shape, reply.shape.map(|shape| shape()).as_ref())),
            query_check: query.as_ref().map(|shape| Check::compile(shape, None)),
            method,
            query,
            has_body: body.is_some(),
            has_decimals: body.as_ref().is_some_and(Shape::has_decimals),
            form_fields: body.as_ref().filter(|_| B::media() == [FORM]).map(Shape::fields).unwrap_or_default(),
            body: B::shape,
            columns: OnceLock::new(),
            reply,
        }
    }

    /// Shape of its body, made when asked for.
    #[must_use]
    pub fn body(&self) -> Option<Shape> {
        (self.body)()
    }

    /// Whether its body is a form.
    #[must_use]
    pub fn takes_form(&self) -> bool {
        self.media == [FORM]
    }

    /// Whether the path names something.
    #[must_use]
    pub fn names_something(&self) -> bool {
        self.path.contains('{')
    }

    /// Whether an Idempotency-Key is taken: every POST by somebody.
    #[must_use]
    pub fn keyed(&self) -> bool {
        self.method == Method::POST && !self.open
    }

    /// Every code it can be refused with.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        use Protocol as P;
        let mut codes: Vec<Code> =
            vec![P::UnknownParameter.into(), P::BadParameter.into(), P::BadHeader.into(), P::Internal.into(), P::Unavailable.into()];
        let mut add = |more: &[Protocol]| codes.extend(more.iter().copied().map(Code::from));
        if !self.open {
            add(&[P::Unauthenticated, P::BadToken, if self.scope.is_some() { P::InsufficientScope } else { P::NotForClients }]);
            if self.writes {
                add(&[P::ReadOnlySession]);
            }
            if !self.first_steps {
                add(&[P::PasswordMustChange, P::SecondFactorRequired]);
            }
        }
        if self.has_body {
            add(&[
                P::MalformedJson,
                P::DuplicateField,
                P::TooDeep,
                P::WrongType,
                P::UnknownField,
                P::BodyRequired,
                P::BodyTooLarge,
                P::UnsupportedMediaType,
                P::RequestTimeout,
                P::ValidationFailed,
                P::Required,
                P::TooShort,
                P::TooLong,
                P::TooSmall,
                P::TooLarge,
                P::TooFew,
                P::NothingToChange,
                P::TooMany,
                P::NotInList,
                P::BadFormat,
                P::TextControl,
                P::TextDirection,
            ]);
        }
        if self.has_decimals {
            add(&[P::TooFine]);
        }
        if self.takes_file {
            add(&[P::BodyRequired, P::BodyTooLarge, P::UnsupportedMediaType, P::RequestTimeout, P::BodyBroken, P::ValidationFailed]);
        }
        if self.query.is_some() || !self.sorts.is_empty() {
            add(&[P::BadCursor]);
        }
        if self.if_match {
            add(&[P::IfMatchRequired]);
        }
        if self.if_match || self.may_match() {
            codes.push(Rule::VersionStale.into());
        }
        if self.keyed() {
            codes.push(P::KeyInUse.into());
        }
        if self.names_something() {
            codes.push(Rule::NotFound.into());
        }
        codes.extend(self.problems.iter().copied().map(Code::from));
        codes.extend(self.refusals.iter().copied().map(Code::from));
        codes
    }
}

fn typed<P: PathArgs, Q: QueryArgs, B: BodyArgs>(raw: Raw) -> Result<Call<P, Q, B>, ApiError> {
    let path = P::read(&raw.path)?;
    let query = Q::read(raw.query, raw.op, &raw.meta)?;
    let body = B::receive(raw.body, raw.incoming)?;
    Ok(Call { app: raw.app, op: raw.op, caller: raw.caller, meta: raw.meta, path, query, body })
}

/// The rows of one group of the route table.
pub struct Group {
    tag: &'static str,
    ops: Vec<Op>,
}

macro_rules! methods {
    ($( $(#[$meta:meta])* $name:ident = $method:ident; )+) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name<P, Q, B, R, F, Fut>(mut self, path: &'static str, id: &'static str, summary: &'static str, handler: F) -> Self
        where
            P: PathArgs,
            Q: QueryArgs,
            B: BodyArgs,
            R: Outcome,
            F: Fn(Call<P, Q, B>) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = Result<R, ApiError>> + 'static,
        {
            let mut op = Op::new(Method::$method, path, id, handler);
            op.tag = self.tag;
            op.summary = summary;
            self.ops.push(op);
            self
        }
    )+};
}

impl Group {
    /// An empty group.
    #[must_use]
    pub const fn new(tag: &'static str) -> Self {
        Self { tag, ops: Vec::new() }
    }

    methods! {
        /// Reads.
        get = GET;
        /// Makes, or does.
        post = POST;
        /// Changes in part.
        patch = PATCH;
        /// Replaces.
        put = PUT;
        /// Takes away.
        delete = DELETE;
    }

    fn last(mut self, change: impl FnOnce(&mut Op)) -> Self {
        if let Some(op) = self.ops.last_mut() {
            change(op);
        }
        self
    }

    /// Says more of the row before.
    #[must_use]
    pub fn says(self, text: &'static str) -> Self {
        self.last(|op| op.says = text)
    }

    /// Lets anybody call the row before.
    #[must_use]
    pub fn open(self) -> Self {
        self.last(|op| op.open = true)
    }

    /// Makes the row before an operation of OAuth.
    #[must_use]
    pub fn oauth(self) -> Self {
        self.last(|op| (op.open, op.oauth) = (true, true))
    }

    /// Opens the row before to who must choose another password first.
    #[must_use]
    pub fn first_steps(self) -> Self {
        self.last(|op| op.first_steps = true)
    }

    /// The caller of the row before must name the version it has seen.
    #[must_use]
    pub fn if_match(self) -> Self {
        self.last(|op| op.if_match = true)
    }

    /// Rules the row before can be refused for.
    #[must_use]
    pub fn refuses(self, rules: &[Rule]) -> Self {
        self.last(|op| op.refusals.extend_from_slice(rules))
    }

    /// Protocol problems of the row before.
    #[must_use]
    pub fn fails(self, problems: &[Protocol]) -> Self {
        self.last(|op| op.problems.extend_from_slice(problems))
    }

    /// The answer of the row before is remembered.
    #[must_use]
    pub fn remembered(self) -> Self {
        self.last(|op| op.remembered = true)
    }

    /// Leaves the row before out of the document.
    #[must_use]
    pub fn hidden(self) -> Self {
        self.last(|op| op.hidden = true)
    }

    /// Its rows.
    #[must_use]
    pub fn rows(self) -> Vec<Op> {
        self.ops
    }
}
