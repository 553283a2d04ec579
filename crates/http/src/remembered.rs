//! Answers remembered between requests: the bytes of a reading that was answered before, for the same
//! caller with the same rights, on the same day, while nothing that is kept has changed. What an
//! answer looks like is in `serve`.

use std::sync::Arc;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use thidua_domain::id::UserId;
use thidua_domain::time::Date;
use thidua_domain::vocabulary::Lang;
use thidua_store::DataVersion;

use crate::medium::Medium;

/// An answer as sent, but for what each request has of its own.
#[derive(Debug)]
pub(crate) struct Ready {
    /// Status.
    pub(crate) status: u16,
    /// Headers.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// Tag, which is among the headers too.
    pub(crate) etag: Option<String>,
    /// Body.
    pub(crate) body: Bytes,
}

/// Everything an answer depends on beside what is kept in the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    /// Who asks.
    pub(crate) user: UserId,
    /// Version of what the account may do.
    pub(crate) access_version: i64,
    /// Civil date.
    pub(crate) today: Date,
    /// Language of labels.
    pub(crate) lang: Lang,
    /// In which form.
    pub(crate) medium: Medium,
    /// With the exact number of rows.
    pub(crate) count: bool,
    /// Path and query as sent.
    pub(crate) target: String,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Question, (DataVersion, Arc<Ready>)> for ByBytes {
    fn weight(&self, question: &Question, (_, ready): &(DataVersion, Arc<Ready>)) -> u64 {
        // What surrounds the bytes weighs about as much as a small answer.
        u64::try_from(question.target.len() + ready.body.len()).unwrap_or(u64::MAX).saturating_add(1_000)
    }
}

/// The answers.
pub(crate) struct Remembered {
    answers: Cache<Question, (DataVersion, Arc<Ready>), ByBytes>,
    largest: usize,
}

impl Remembered {
    /// Room for so many bytes; none remembers nothing.
    pub(crate) fn new(bytes: u64) -> Self {
        let about = usize::try_from(bytes / 2_000).unwrap_or(usize::MAX);
        Self { answers: Cache::with_weighter(about, bytes, ByBytes), largest: usize::try_from(bytes / 100).unwrap_or(usize::MAX) }
    }

    /// The answer to a question, if everything is still as it was.
    pub(crate) fn get(&self, question: &Question, now: &DataVersion) -> Option<Arc<Ready>> {
        self.answers.get(question).filter(|(then, _)| then == now).map(|(_, ready)| ready)
    }

    /// Remembers an answer that was read after `seen` was.
    pub(crate) fn keep(&self, question: Question, seen: DataVersion, ready: &Arc<Ready>) {
        if ready.body.len() <= self.largest {
            self.answers.insert(question, (seen, Arc::clone(ready)));
        }
    }
}
