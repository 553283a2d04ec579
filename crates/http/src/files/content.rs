//! The bytes of a file, whole or in part. They are always saved, never shown by a browser as a page of
//! this service.

use std::ops::Range;

use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    VARY,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use thidua_domain::id::FileId;
use thidua_domain::vocabulary::Word;
use thidua_store::Reach;
use thidua_store::files::FileRow;

use super::view::hex;
use crate::answer::FileBytes;
use crate::call::Call;
use crate::op::{Finished, Outcome, Streamed};
use crate::parts;
use crate::problem::{ApiError, Fault, Protocol};
use crate::serve::names;

/// What RFC 8187 lets stand in a name as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Bytes on their way out.
pub(crate) struct Content(Streamed);

impl Outcome for Content {
    type Reply = FileBytes;
    fn finish(self) -> Finished {
        Finished { streamed: Some(self.0), ..Finished::of(FileBytes) }
    }
}

/// The part that a `Range` asks for (RFC 9110, section 14): none when it asks for several or says what
/// cannot be understood, which is to be ignored; an error when there is no such part.
fn part(asked: &str, size: u64) -> Result<Option<Range<u64>>, ()> {
    let Some(range) = asked.trim().strip_prefix("bytes=") else { return Ok(None) };
    let Some((first, last)) = range.split_once('-').map(|(first, last)| (first.trim(), last.trim())) else { return Ok(None) };
    let number = |text: &str| (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().unwrap_or(u64::MAX));
    match (number(first), number(last)) {
        (Some(first), None) if last.is_empty() => {
            if first < size {
                Ok(Some(first..size))
            } else {
                Err(())
            }
        }
        (Some(first), Some(last)) if first <= last => {
            if first < size {
                Ok(Some(first..last.saturating_add(1).min(size)))
            } else {
                Err(())
            }
        }
        (None, Some(suffix)) if first.is_empty() => {
            if suffix > 0 {
                Ok(Some(size.saturating_sub(suffix)..size))
            } else {
                Err(())
            }
        }
        _ => Ok(None),
    }
}

fn headers(row: &FileRow, etag: &str, part: Option<&str>) -> Vec<(HeaderName, HeaderValue)> {
    let disposition = format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(&row.name, PLAIN));
    let all = [
        (CONTENT_TYPE, Some(row.media_type.as_str())),
        (CONTENT_DISPOSITION, Some(disposition.as_str())),
        (CONTENT_SECURITY_POLICY, Some("default-src 'none'; sandbox")),
        (ACCEPT_RANGES, Some("bytes")),
        (CACHE_CONTROL, Some("private, no-cache")),
        (VARY, Some("Authorization")),
        (ETAG, Some(etag)),
        (CONTENT_RANGE, part),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value?).ok()?))).collect()
}

pub(crate) async fn content(call: Call<FileId>) -> Result<Content, ApiError> {
    let id = call.path;
    let (row, _) = call.read(Reach::Point, move |conn, eyes| parts::look_at::<FileRow>(conn, eyes, id)).await?;
    let size = u64::try_from(row.size).unwrap_or(0);
    // Bytes never change, so their digest is all there is to know of them.
    let etag = format!("\"{}\"", hex(&row.sha256));
    let wanted = &call.meta.wanted;
    if wanted.if_none_match.as_deref().is_some_and(|sent| names(sent, &etag)) {
        let headers = headers(&row, &etag, None).into_iter().filter(|(name, _)| *name != CONTENT_TYPE).collect();
        return Ok(Content(Streamed { status: 304, headers, length: 0, body: None }));
    }
    let same = wanted.if_range.as_deref().is_none_or(|sent| sent.trim() == etag);
    let asked = wanted.range.as_deref().filter(|_| same).map(|asked| part(asked, size)).transpose().map_err(|()| {
        let mut error = ApiError::new(Fault::parameter("Range", Protocol::RangeNotSatisfiable).with("size", size));
        error.says = Some(format!("bytes */{size}"));
        error
    })?;
    let (status, range) = asked.flatten().map_or((200, 0..size), |range| (206, range));
    let told = (status == 206).then(|| format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1)));
    let length = range.end - range.start;
    let body = call.app.files.read(&row.sha256, range).await?;
    Ok(Content(Streamed { status, headers: headers(&row, &etag, told.as_deref()), length, body: Some(body) }))
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn one_part_is_given_and_what_cannot_be_understood_is_ignored() {
        for (asked, given) in [
            ("bytes=0-0", Some(0..1)),
            ("bytes=2-", Some(2..10)),
            ("bytes=2-99999999999999999999999", Some(2..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=0-1,3-4", None),
            ("bytes=5-2", None),
            ("bytes=-", None),
            ("bytes=a-b", None),
            ("bytes=+1-2", None),
            ("lines=1-2", None),
            ("", None),
        ] {
            assert_eq!(part(asked, 10), Ok(given), "{asked}");
        }
        for beyond in ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(part(beyond, 10), Err(()), "{beyond}");
        }
    }
}
