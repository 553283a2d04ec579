//! How handlers end: with an answer as it is, given again, done and undone, or sent piece by piece.

use actix_web::http::header::{HeaderName, HeaderValue};
use thidua_store::files::ByteStream;

use crate::answer::{Answer, Reply};
use crate::call::Ended;

/// How a handler ended.
pub struct Finished {
    /// The answer.
    pub answer: Answer,
    /// Given before, under the same key.
    pub replayed: bool,
    /// Done and undone.
    pub dry_run: bool,
    /// What is sent instead, piece by piece.
    pub streamed: Option<Streamed>,
}

impl Finished {
    /// An answer as it is.
    pub(crate) fn of(reply: impl Reply) -> Self {
        Self { answer: reply.into_answer(), replayed: false, dry_run: false, streamed: None }
    }
}

/// An answer that is sent piece by piece, with all its headers.
pub struct Streamed {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Bytes of the body.
    pub length: u64,
    /// The body.
    pub body: Option<ByteStream>,
}

/// What handlers return.
pub trait Outcome {
    /// The kind of answer.
    type Reply: Reply;
    /// The answer, and how it came about.
    fn finish(self) -> Finished;
}

impl<R: Reply> Outcome for R {
    type Reply = R;
    fn finish(self) -> Finished {
        Finished::of(self)
    }
}

impl<R: Reply> Outcome for Ended<R> {
    type Reply = R;
    fn finish(self) -> Finished {
        Finished { replayed: self.replayed, dry_run: self.dry_run, ..Finished::of(self.value) }
    }
}
