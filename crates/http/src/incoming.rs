//! Files as they come over the wire, and which part of one is wanted back. What becomes of their bytes
//! is for the store.

use std::time::Duration;

use actix_web::http::header::HeaderMap;
use actix_web::web::Payload;
use futures_util::StreamExt;
use serde_json::Value;
use thidua_domain::file::MediaType;
use thidua_domain::vocabulary::Word;
use thidua_store::files::{Arrived, Arriving};

use crate::call::{BodyArgs, header};
use crate::problem::{ApiError, Fault, Protocol};
use crate::shape::Shape;

/// Which part of the bytes of a file is wanted, and unless what.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// `Range`.
    pub range: Option<String>,
    /// `If-Range`.
    pub if_range: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
}

impl Wanted {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let sent = |name| header(headers, name).map(str::to_owned);
        Self { range: sent("range"), if_range: sent("if-range"), if_none_match: sent("if-none-match") }
    }
}

/// A file that was announced and whose bytes have not been read.
pub struct Incoming {
    /// What it is said to be.
    pub media: MediaType,
    /// How large it is said to be; nothing where that is not said.
    pub announced: u64,
    seconds: u64,
    payload: Payload,
}

fn too_large(limit: u64) -> ApiError {
    Fault::of(Protocol::BodyTooLarge).with("limit", limit).into()
}

impl Incoming {
    /// Reads what is said of the file before any of it is read.
    pub(crate) fn of(headers: &HeaderMap, payload: Payload, seconds: u64) -> Result<Self, ApiError> {
        let encoded = header(headers, "content-encoding").is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"));
        let Some(media) = header(headers, "content-type").and_then(MediaType::declared).filter(|_| !encoded) else {
            return Err(Fault::of(Protocol::UnsupportedMediaType).with("expected", Upload::media().join(", ")).into());
        };
        let announced = header(headers, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if announced > media.limit() { Err(too_large(media.limit())) } else { Ok(Self { media, announced, seconds, payload }) }
    }

    /// Writes it down piece by piece, up to its limit and for as long as it is given.
    pub(crate) async fn into_file(self, mut arriving: Arriving) -> Result<Arrived, ApiError> {
        let Self { media, seconds, mut payload, .. } = self;
        let reading = async {
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|_| ApiError::from(Protocol::BodyBroken))?;
                let room = media.limit().saturating_sub(arriving.size());
                if u64::try_from(chunk.len()).unwrap_or(u64::MAX) > room {
                    return Err(too_large(media.limit()));
                }
                arriving.take(&chunk).await?;
            }
            Ok(())
        };
        let late = |_| Err(Fault::of(Protocol::RequestTimeout).with("seconds", seconds).into());
        tokio::time::timeout(Duration::from_secs(seconds), reading).await.unwrap_or_else(late)?;
        Ok(arriving.done().await?)
    }
}

/// A body that is a file.
pub struct Upload(pub Option<Incoming>);

impl BodyArgs for Upload {
    const FILE: bool = true;
    fn shape() -> Option<Shape> {
        None
    }
    fn media() -> &'static [&'static str] {
        static MEDIA: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
        MEDIA.get_or_init(|| MediaType::ALL.iter().map(|media| media.as_str()).collect())
    }
    fn read(_: Option<Value>) -> Result<Self, ApiError> {
        Ok(Self(None))
    }
    fn receive(_: Option<Value>, incoming: Option<Incoming>) -> Result<Self, ApiError> {
        Ok(Self(incoming))
    }
}
