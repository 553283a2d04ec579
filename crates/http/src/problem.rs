//! Problems: every answer that is not a success. One table maps each code to its status and texts;
//! the codes of rules come from the domain, those of the protocol are here.

mod protocol;
mod view;

use actix_web::http::StatusCode;
use thidua_domain::refusal::{Class, Code as Rule, DomainError, Refusal, fill};
use thidua_domain::vocabulary::{Bilingual, Lang};
use thidua_store::StoreError;

pub use protocol::Protocol;
use view::{DETAIL_MOST, FAULTS_MOST, INSTANCE_MOST, cut};
pub use view::{FaultView, ProblemView};

/// A stable code: a rule of the domain or a matter of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A rule.
    Rule(Rule),
    /// The protocol.
    Protocol(Protocol),
}

impl From<Rule> for Code {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}
impl From<Protocol> for Code {
    fn from(protocol: Protocol) -> Self {
        Self::Protocol(protocol)
    }
}

impl Code {
    /// Every code of the service.
    pub fn all() -> impl Iterator<Item = Self> {
        Protocol::ALL.iter().copied().map(Self::Protocol).chain(Rule::ALL.iter().copied().map(Self::Rule))
    }

    /// The stable spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.as_str(),
            Self::Protocol(protocol) => protocol.row().0,
        }
    }

    /// The status it is answered with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Protocol(protocol) => protocol.row().1,
            Self::Rule(rule) => match rule.class() {
                Class::Absent => StatusCode::NOT_FOUND,
                Class::Forbidden => StatusCode::FORBIDDEN,
                Class::State | Class::Taken => StatusCode::CONFLICT,
                Class::Stale => StatusCode::PRECONDITION_FAILED,
                Class::Rule => StatusCode::UNPROCESSABLE_ENTITY,
                Class::Moved => StatusCode::PERMANENT_REDIRECT,
            },
        }
    }

    /// The rule in a few words.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Rule(rule) => rule.title(),
            Self::Protocol(protocol) => protocol.row().2,
        }
    }

    /// State and mend.
    #[must_use]
    pub const fn detail(self) -> Bilingual {
        match self {
            Self::Rule(rule) => rule.detail(),
            Self::Protocol(protocol) => protocol.row().3,
        }
    }
}

/// Where in the request something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The whole.
    Whole,
    /// A JSON pointer into the body.
    Pointer(String),
    /// A query parameter or header.
    Parameter(String),
}

/// One thing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// Figures for the texts.
    pub with: Vec<(&'static str, String)>,
    /// What it comes to one by one.
    pub parts: Vec<Fault>,
}

impl Fault {
    /// Something wrong with the whole request.
    #[must_use]
    pub fn of(code: impl Into<Code>) -> Self {
        Self { code: code.into(), place: Place::Whole, with: Vec::new(), parts: Vec::new() }
    }

    /// Something wrong at a pointer.
    #[must_use]
    pub fn at(pointer: impl Into<String>, code: impl Into<Code>) -> Self {
        Self { place: Place::Pointer(pointer.into()), ..Self::of(code) }
    }

    /// Something wrong with a parameter or header.
    #[must_use]
    pub fn parameter(name: impl Into<String>, code: impl Into<Code>) -> Self {
        Self { place: Place::Parameter(name.into()), ..Self::of(code) }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.with.push((name, value.to_string()));
        self
    }

    fn detail(&self, lang: Lang) -> String {
        if self.code == Code::Protocol(Protocol::WrongType) {
            let with: Vec<_> = self.with.iter().map(|(name, value)| (*name, json_type(value, lang).to_owned())).collect();
            return fill(self.code.detail().get(lang), &with, lang);
        }
        fill(self.code.detail().get(lang), &self.with, lang)
    }
}

/// A type of JSON in words.
fn json_type(name: &str, lang: Lang) -> &str {
    if lang == Lang::En {
        return name;
    }
    match name {
        "string" => "chuỗi ký tự (string)",
        "integer" => "số nguyên (integer)",
        "number" => "số (number)",
        "boolean" => "true hoặc false (boolean)",
        "array" => "danh sách (array)",
        "object" => "đối tượng (object)",
        other => other,
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let place = if refusal.pointer.is_empty() { Place::Whole } else { Place::Pointer(refusal.pointer) };
        let parts = refusal.parts.into_iter().map(Self::from).collect();
        Self { code: refusal.code.into(), place, with: refusal.with, parts }
    }
}

/// Why a request failed: a public half, and a private one that only the log sees.
#[derive(Debug)]
pub struct ApiError {
    faults: Vec<Fault>,
    private: Option<String>,
    /// What there is instead, told in a header: `Allow` for 405, `Content-Range` for 416, `WWW-Authenticate` for 403.
    pub(crate) says: Option<String>,
    /// Seconds of the Retry-After header, for 429.
    pub(crate) retry_after: Option<i64>,
}

impl ApiError {
    /// Fails for one reason.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { faults: vec![fault], private: None, says: None, retry_after: None }
    }

    /// Fails for several reasons at once.
    #[must_use]
    pub const fn many(faults: Vec<Fault>) -> Self {
        Self { faults, private: None, says: None, retry_after: None }
    }

    /// Something broke; the caller learns only that.
    #[must_use]
    pub fn internal(private: impl std::fmt::Display) -> Self {
        Self { private: Some(private.to_string()), ..Self::new(Fault::of(Protocol::Internal)) }
    }

    /// Come back later.
    #[must_use]
    pub fn unavailable(private: impl std::fmt::Display) -> Self {
        Self { private: Some(private.to_string()), ..Self::new(Fault::of(Protocol::Unavailable)) }
    }

    /// Fails with a code; why, only the log sees.
    #[must_use]
    pub fn because(code: impl Into<Code>, private: impl std::fmt::Display) -> Self {
        Self { private: Some(private.to_string()), ..Self::new(Fault::of(code)) }
    }

    /// The same, told of query parameters instead of places in a body.
    #[must_use]
    pub fn about_parameters(mut self) -> Self {
        for fault in &mut self.faults {
            if let Place::Pointer(pointer) = &fault.place {
                fault.place = Place::Parameter(pointer.trim_start_matches('/').to_owned());
            }
        }
        self
    }

    /// The same, saying where the ETag is read that `If-Match` should have named.
    #[must_use]
    pub fn versioned_at(mut self, path: &str) -> Self {
        let of_versions = [Code::Rule(Rule::VersionStale), Code::Protocol(Protocol::IfMatchRequired)];
        for fault in self.faults.iter_mut().filter(|fault| of_versions.contains(&fault.code)) {
            fault.with.push(("of", format!("GET {path}")));
        }
        self
    }

    /// Under which identifier that is found instead, where it is found under another.
    #[must_use]
    pub fn moved_to(&self) -> Option<&str> {
        let moved = self.faults.iter().find(|fault| fault.code == Code::Rule(Rule::RecordMoved))?;
        moved.with.iter().find(|(name, _)| *name == "into").map(|(_, into)| into.as_str())
    }

    /// What only the log sees.
    #[must_use]
    pub fn private(&self) -> Option<&str> {
        self.private.as_deref()
    }

    /// The code that speaks for the whole.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.faults.as_slice() {
            [] => Protocol::Internal.into(),
            [only] => only.code,
            [first, ..] if first.code.status() == StatusCode::UNPROCESSABLE_ENTITY => Protocol::ValidationFailed.into(),
            [first, ..] => first.code,
        }
    }

    /// All codes, for comparing them with what the operation declares.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        self.faults.iter().flat_map(|fault| fault.parts.iter().chain([fault])).map(|fault| fault.code).chain([self.code()]).collect()
    }

    /// The problem document.
    #[must_use]
    pub fn document(&self, instance: &str, request_id: &str, lang: Lang) -> ProblemView {
        let code = self.code();
        let detail = match self.faults.as_slice() {
            [only] => only.detail(lang),
            faults => fill(code.detail().get(lang), &[("count", faults.len().to_string())], lang),
        };
        let told_apart = self.faults.len() > 1 || self.faults.iter().any(|fault| !fault.parts.is_empty());
        let errors = self
            .faults
            .iter()
            .flat_map(|fault| if fault.parts.is_empty() { std::slice::from_ref(fault) } else { fault.parts.as_slice() })
            .filter(|fault| told_apart || fault.place != Place::Whole)
            .take(FAULTS_MOST)
            .map(|fault| FaultView::of(fault, lang))
            .collect();
        ProblemView {
            r#type: format!("/api/v1/errors#{}", code.as_str()),
            title: code.title().get(lang).to_owned(),
            status: code.status().as_u16(),
            detail: cut(detail, DETAIL_MOST),
            instance: cut(instance.to_owned(), INSTANCE_MOST),
            code: code.as_str().to_owned(),
            request_id: request_id.to_owned(),
            errors,
        }
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}
impl From<Protocol> for ApiError {
    fn from(code: Protocol) -> Self {
        Self::new(Fault::of(code))
    }
}
impl From<Rule> for ApiError {
    fn from(code: Rule) -> Self {
        Self::new(Fault::of(code))
    }
}
impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.into())
    }
}
impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        Self::many(error.0.into_iter().map(Fault::from).collect())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(error) => error.into(),
            StoreError::NotFound => Rule::NotFound.into(),
            StoreError::Conflict(constraint) => Self { private: Some(format!("conflict: {constraint}")), ..Rule::AlreadyExists.into() },
            StoreError::KeyReused => Self::new(Fault::parameter("Idempotency-Key", Protocol::KeyInUse)),
            StoreError::Busy(why) | StoreError::Unavailable(why) => Self::unavailable(why),
            StoreError::Broken(why) => Self::internal(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_across_domain_and_protocol() {
        let mut seen = HashSet::new();
        for code in Code::all() {
            assert!(seen.insert(code.as_str()), "{code:?}");
            assert!(code.status().as_u16() >= 300);
            assert_ne!(code.title().vi, code.title().en);
        }
    }

    #[test]
    fn several_rules_broken_are_told_at_once() {
        let error =
            ApiError::many(vec![Fault::at("/a", Protocol::TooLong).with("limit", 3).with("found", 5), Fault::at("/b", Rule::DateInFuture)]);
        let problem = error.document("/x", "r", Lang::En);
        assert_eq!((problem.status, problem.code.as_str(), problem.errors.len()), (422, "validation_failed", 2));
    }
}
