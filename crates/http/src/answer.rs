//! Answers: what handlers give back, and how each kind of answer is described in the OpenAPI
//! document. Bytes and headers only; conditional requests and language live in `serve`.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use thidua_store::Keep;
use utoipa::ToSchema;

use crate::call::BodyArgs;
use crate::csv_page::Table;
use crate::medium::Medium;
use crate::paper::Paper;
use crate::problem::ApiError;
use crate::shape::Shape;

/// A table for a spreadsheet.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";
/// A page.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// An answer on its way out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Media type of the body.
    pub media: String,
    /// Body.
    pub body: Vec<u8>,
    /// Where what was made can be found.
    pub location: Option<String>,
    /// Version of the resource, for its ETag.
    pub version: Option<i64>,
    /// Link to the next page.
    pub next: Option<String>,
    /// Whether the answer holds a secret, and so is neither kept nor cached.
    pub secret: bool,
    /// Cache-Control, where it is not the usual `no-cache`.
    pub cache: Option<String>,
}

impl Answer {
    /// An answer in JSON.
    ///
    /// # Errors
    /// When the value cannot be written as JSON, which is a defect.
    pub fn json<V: Serialize>(status: u16, value: &V) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(value).map_err(ApiError::internal)?;
        Ok(Self::bytes(status, "application/json", body))
    }

    /// An answer in any media type.
    #[must_use]
    pub fn bytes(status: u16, media: &str, body: Vec<u8>) -> Self {
        Self { status, media: media.to_owned(), body, location: None, version: None, next: None, secret: false, cache: None }
    }
}

impl Keep for Answer {
    fn keep(&self) -> Option<Vec<u8>> {
        if self.secret || !(200..300).contains(&self.status) { None } else { serde_json::to_vec(self).ok() }
    }
    fn kept(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// How the document describes a kind of answer.
#[derive(Debug, Clone)]
pub struct Described {
    /// Status.
    pub status: u16,
    /// In words.
    pub says: &'static str,
    /// Shape of the JSON body, made when asked for: hardly anybody does after the start, and all of them together weigh much.
    pub shape: Option<fn() -> Shape>,
    /// Whether it is a list of that shape.
    pub list: bool,
    /// Media types when it is not JSON.
    pub media: &'static [&'static str],
    /// Forms in which it can be had beside JSON.
    pub beside: &'static [Medium],
    /// Whether it carries an ETag.
    pub etag: bool,
}

/// A kind of answer.
pub trait Reply: 'static {
    /// Its description.
    fn described() -> Described;
    /// The answer itself.
    fn into_answer(self) -> Answer;
}

macro_rules! kinds {
    ($( $(#[$meta:meta])* $name:ident; )+) => {$(
        $(#[$meta])*
        pub struct $name<V>(pub(crate) Answer, PhantomData<fn() -> V>);

        impl<V: 'static> Keep for $name<V> {
            fn keep(&self) -> Option<Vec<u8>> {
                self.0.keep()
            }
            fn kept(bytes: &[u8]) -> Option<Self> {
                Answer::kept(bytes).map(|answer| Self(answer, PhantomData))
            }
        }
    )+};
}

kinds! {
    /// 200 with one resource.
    One;
    /// 201 with what was made and where it is.
    Made;
    /// 200 with a page of a list.
    List;
    /// 200 with one resource, as JSON, as a table or on paper.
    Shown;
}

impl<V: Serialize> One<V> {
    /// One resource at a version.
    ///
    /// # Errors
    /// When the view cannot be written, which is a defect.
    pub fn of(view: &V, version: i64) -> Result<Self, ApiError> {
        let mut answer = Answer::json(200, view)?;
        answer.version = Some(version);
        Ok(Self(answer, PhantomData))
    }

    /// Something that has no version.
    ///
    /// # Errors
    /// When the view cannot be written, which is a defect.
    pub fn plain(view: &V) -> Result<Self, ApiError> {
        Ok(Self(Answer::json(200, view)?, PhantomData))
    }

    /// Marks the answer as holding a secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.0.secret = true;
        self
    }

    /// Lets anybody keep the answer for a while.
    #[must_use]
    pub fn public(mut self, seconds: u32) -> Self {
        self.0.cache = Some(format!("public, max-age={seconds}"));
        self
    }
}

impl<V: Serialize> Made<V> {
    /// What was made, at a version, and where it is.
    ///
    /// # Errors
    /// When the view cannot be written, which is a defect.
    pub fn of(view: &V, version: Option<i64>, location: String) -> Result<Self, ApiError> {
        let mut answer = Answer::json(201, view)?;
        answer.version = version;
        answer.location = Some(location);
        Ok(Self(answer, PhantomData))
    }

    /// Marks the answer as holding a secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.0.secret = true;
        self
    }
}

impl<V: Serialize> Shown<V> {
    /// As JSON.
    ///
    /// # Errors
    /// When the view cannot be written, which is a defect.
    pub fn of(view: &V, version: i64) -> Result<Self, ApiError> {
        One::of(view, version).map(|one| Self(one.0, PhantomData))
    }

    /// As a table for a spreadsheet.
    ///
    /// # Errors
    /// When the table cannot be written, which is a defect.
    pub(crate) fn table(table: &Table, version: i64) -> Result<Self, ApiError> {
        Ok(Self::other(CSV, table.write()?, version))
    }

    /// As a page for a printer.
    #[must_use]
    pub(crate) fn paper(paper: Paper, version: i64) -> Self {
        Self::other(HTML, paper.page().into_bytes(), version)
    }

    fn other(media: &str, body: Vec<u8>, version: i64) -> Self {
        let mut answer = Answer::bytes(200, media, body);
        answer.version = Some(version);
        Self(answer, PhantomData)
    }
}

/// A list as written.
#[derive(Serialize)]
struct ListBody<'a, V> {
    items: &'a [V],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
}

impl<V: Serialize> List<V> {
    /// A page.
    ///
    /// # Errors
    /// When a view cannot be written, which is a defect.
    pub fn of(items: &[V], next_cursor: Option<String>, total: Option<i64>) -> Result<Self, ApiError> {
        let mut answer = Answer::json(200, &ListBody { items, next_cursor: next_cursor.as_deref(), total })?;
        answer.next = next_cursor;
        Ok(Self(answer, PhantomData))
    }

    /// A whole list that needs no pages.
    ///
    /// # Errors
    /// When a view cannot be written, which is a defect.
    pub fn whole(items: &[V]) -> Result<Self, ApiError> {
        Self::of(items, None, None)
    }
}

impl<V: ToSchema + 'static> Reply for One<V> {
    fn described() -> Described {
        Described { status: 200, says: "Thành công (OK)", shape: Some(Shape::of::<V>), list: false, media: &[], beside: &[], etag: true }
    }
    fn into_answer(self) -> Answer {
        self.0
    }
}
impl<V: ToSchema + 'static> Reply for Made<V> {
    fn described() -> Described {
        Described {
            status: 201, says: "Đã tạo (Created)", shape: Some(Shape::of::<V>), list: false, media: &[], beside: &[], etag: true
        }
    }
    fn into_answer(self) -> Answer {
        self.0
    }
}
impl<V: ToSchema + 'static> Reply for List<V> {
    fn described() -> Described {
        Described {
            status: 200,
            says: "Một trang (one page)",
            shape: Some(Shape::of::<V>),
            list: true,
            media: &[],
            beside: &[Medium::Csv],
            etag: true,
        }
    }
    fn into_answer(self) -> Answer {
        self.0
    }
}

impl<V: ToSchema + 'static> Reply for Shown<V> {
    fn described() -> Described {
        Described { beside: &[Medium::Csv, Medium::Paper], ..One::<V>::described() }
    }
    fn into_answer(self) -> Answer {
        self.0
    }
}

/// 204: done, nothing to say.
pub struct Done;

impl Keep for Done {
    fn keep(&self) -> Option<Vec<u8>> {
        self.answer().keep()
    }
    fn kept(_: &[u8]) -> Option<Self> {
        Some(Self)
    }
}

impl Done {
    fn answer(&self) -> Answer {
        Answer::bytes(204, "", Vec::new())
    }
}

impl Reply for Done {
    fn described() -> Described {
        Described { status: 204, says: "Đã thực hiện (No content)", shape: None, list: false, media: &[], beside: &[], etag: false }
    }
    fn into_answer(self) -> Answer {
        self.answer()
    }
}

macro_rules! media {
    ($( $(#[$meta:meta])* $name:ident = $media:literal; )+) => {$(
        $(#[$meta])*
        pub struct $name(pub Vec<u8>);
        impl Reply for $name {
            fn described() -> Described {
                Described { status: 200, says: "Thành công (OK)", shape: None, list: false, media: &[$media], beside: &[], etag: false }
            }
            fn into_answer(self) -> Answer {
                Answer::bytes(200, $media, self.0)
            }
        }
    )+};
}

media! {
    /// A JSON document made elsewhere.
    JsonDocument = "application/json";
    /// A web page.
    Html = "text/html; charset=utf-8";
    /// Plain text.
    PlainText = "text/plain; charset=utf-8";
    /// Metrics in the OpenMetrics text form.
    Metrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

/// The bytes of a file: described here, sent piece by piece.
pub struct FileBytes;

impl Reply for FileBytes {
    fn described() -> Described {
        let says = "Toàn bộ nội dung (all of it)";
        Described { status: 200, says, shape: None, list: false, media: crate::incoming::Upload::media(), beside: &[], etag: true }
    }
    fn into_answer(self) -> Answer {
        Answer::bytes(200, "application/octet-stream", Vec::new())
    }
}
