//! What OAuth sends in ways of its own: forms, and credentials that its operations look at themselves.

use actix_web::http::header::HeaderMap;
use actix_web::web;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thidua_domain::refusal::both;
use utoipa::ToSchema;

use crate::call::BodyArgs;
use crate::op::Op;
use crate::problem::{ApiError, Fault, Protocol};
use crate::serve::is_decodable;
use crate::shape::Shape;

/// The Authorization header as it was sent, for operations that look at it themselves. It holds secrets.
#[derive(Clone, Default)]
pub struct Credentials(pub(crate) Option<String>);

impl Credentials {
    /// The header, if there is one. What cannot be read, or stands twice, is no credential, but not nothing either.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut sent = headers.get_all("authorization");
        let (Some(value), more) = (sent.next(), sent.next()) else { return Self(None) };
        Self(Some(if more.is_some() { String::new() } else { value.to_str().unwrap_or_default().to_owned() }))
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// A form, as OAuth sends it: what is not known is ignored, what is empty was not sent (RFC 6749, 3.2).
pub struct Form<T>(pub T);

/// The media type of forms.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

impl<T: DeserializeOwned + ToSchema + 'static> BodyArgs for Form<T> {
    fn shape() -> Option<Shape> {
        Some(Shape::of::<T>())
    }
    fn media() -> &'static [&'static str] {
        &[FORM]
    }
    fn read(body: Option<Value>) -> Result<Self, ApiError> {
        let body = body.ok_or(Protocol::BodyRequired)?;
        serde_json::from_value(body).map(Form).map_err(ApiError::internal)
    }
}

/// A form as an object of texts: of the names that the operation knows, those that say something.
pub(crate) fn parse(op: &Op, bytes: &[u8]) -> Result<Value, ApiError> {
    let misread = |vi: &str, en: &str| ApiError::from(Fault::of(Protocol::InvalidRequest).with("why", both(vi, en)));
    let unreadable = || misread("nội dung không phải dạng form mã hóa UTF-8", "the body is no form in UTF-8");
    let text = std::str::from_utf8(bytes).ok().filter(|text| is_decodable(text)).ok_or_else(unreadable)?;
    let pairs = web::Query::<Vec<(String, String)>>::from_query(text).map_err(|_| unreadable())?.into_inner();
    let mut sent = Map::new();
    for (name, value) in pairs.into_iter().filter(|(name, value)| !value.is_empty() && op.form_fields.contains(name)) {
        if sent.insert(name, value.into()).is_some() {
            return Err(misread("một tham số xuất hiện hai lần", "a parameter stands twice"));
        }
    }
    Ok(Value::Object(sent))
}
