//! What goes back: the answer with its conditions, or the problem document.

use actix_web::body::SizedStream;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LINK, LOCATION, PRAGMA, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use thidua_domain::vocabulary::Lang;

use crate::answer::{Answer, CSV, HTML};
use crate::call::header;
use crate::csv_page::Columns;
use crate::medium::Medium;
use crate::op::{Finished, Op, Streamed};
use crate::paper;
use crate::problem::ApiError;
use crate::remembered::Ready;
use crate::secret::digest;

const VARIES: &str = "Authorization, Accept, Accept-Language, Accept-Encoding";

/// The answer as it goes out, to whoever asks the same.
pub(super) fn dress(op: &Op, request: &HttpRequest, finished: Finished) -> Ready {
    let Finished { answer, replayed, dry_run, .. } = finished;
    let answer = match op.reply.shape {
        Some(shape) if op.reply.list && wanted(op, request.headers()) == Medium::Csv => {
            match crate::csv_page::write(op.columns.get_or_init(|| Columns::of(&shape())), &answer.body) {
                Ok(body) => Answer { body, media: CSV.to_owned(), ..answer },
                Err(error) => {
                    tracing::error!(error = error.private(), "a page could not be written as CSV");
                    answer
                }
            }
        }
        _ => answer,
    };
    let etag = (!answer.secret && !answer.body.is_empty()).then(|| etag(&answer));
    let cache = if answer.secret { "no-store" } else { answer.cache.as_deref().unwrap_or("private, no-cache") };
    let link = answer.next.as_deref().map(|next| format!("<{}>; rel=\"next\"", next_link(request, next)));
    let policy = (op.reply.beside.contains(&Medium::Paper) && answer.media == HTML).then(paper::policy);
    let headers = [
        (VARY, Some(VARIES)),
        (CACHE_CONTROL, Some(cache)),
        // What RFC 6749 (5.1) wants beside it, for caches of long ago.
        (PRAGMA, answer.secret.then_some("no-cache")),
        (ETAG, etag.as_deref()),
        (LOCATION, answer.location.as_deref()),
        (LINK, link.as_deref()),
        (CONTENT_SECURITY_POLICY, policy.as_deref()),
        (HeaderName::from_static("idempotency-replayed"), replayed.then_some("true")),
        (HeaderName::from_static("dry-run"), dry_run.then_some("true")),
        (CONTENT_TYPE, (!answer.body.is_empty()).then_some(answer.media.as_str())),
    ];
    let headers = headers.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value?).ok()?))).collect();
    Ready { status: answer.status, headers, etag, body: answer.body.into() }
}

/// Sends an answer; who has it already gets its tag only.
pub(super) fn send(op: &Op, request: &HttpRequest, ready: &Ready) -> HttpResponse {
    let unchanged = op.method == Method::GET
        && ready.etag.as_ref().is_some_and(|etag| header(request.headers(), "if-none-match").is_some_and(|sent| names(sent, etag)));
    let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::from_u16(ready.status).unwrap_or(StatusCode::OK) };
    let mut response = HttpResponse::build(status);
    for (name, value) in &ready.headers {
        if !unchanged || *name != CONTENT_TYPE {
            response.insert_header((name.clone(), value.clone()));
        }
    }
    if unchanged || ready.body.is_empty() { response.finish() } else { response.body(ready.body.clone()) }
}

/// Sends an answer piece by piece.
pub(super) fn send_streamed(streamed: Streamed) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(streamed.status).unwrap_or(StatusCode::OK));
    for header in streamed.headers {
        response.insert_header(header);
    }
    match streamed.body {
        Some(body) => response.body(SizedStream::new(streamed.length, body)),
        None => response.finish(),
    }
}

/// In which of its forms an answer is wanted.
pub(super) fn wanted(op: &Op, headers: &HeaderMap) -> Medium {
    Medium::wanted(op.reply.beside, headers)
}

fn next_link(request: &HttpRequest, cursor: &str) -> String {
    let rest: Vec<&str> = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")).collect();
    let mut query = rest.join("&");
    if !query.is_empty() {
        query.push('&');
    }
    format!("{}?{query}cursor={cursor}", request.path())
}

fn etag(answer: &Answer) -> String {
    let hash: String = digest(&answer.body).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    match answer.version {
        Some(version) => format!("\"{version}.{hash}\""),
        None => format!("\"{hash}\""),
    }
}

/// Whether a list of tags names this one.
pub(crate) fn names(sent: &str, etag: &str) -> bool {
    sent.trim() == "*" || sent.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)
}

/// The address asked for, with another identifier where it names what it is about.
fn elsewhere(request: &HttpRequest, into: &str) -> String {
    let mut found = false;
    let parts: Vec<&str> = request
        .path()
        .split('/')
        .map(|part| {
            let names = !found && uuid::Uuid::try_parse(part).is_ok();
            found |= names;
            if names { into } else { part }
        })
        .collect();
    let query = request.query_string();
    if query.is_empty() { parts.join("/") } else { format!("{}?{query}", parts.join("/")) }
}

pub(super) fn problem(request: &HttpRequest, error: &ApiError, request_id: &str, lang: Lang) -> HttpResponse {
    let status = error.code().status();
    let mut response = HttpResponse::build(status);
    response.insert_header((VARY, VARIES)).insert_header(("Cache-Control", "no-store"));
    response.insert_header(("Content-Language", if lang == Lang::Vi { "vi" } else { "en" }));
    match status {
        StatusCode::UNAUTHORIZED => {
            response.insert_header(("WWW-Authenticate", "Bearer realm=\"thidua\""));
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            response.insert_header(("Retry-After", error.retry_after.unwrap_or(2)));
        }
        _ => {}
    }
    if let Some(says) = &error.says {
        let name = match status {
            StatusCode::RANGE_NOT_SATISFIABLE => "Content-Range",
            StatusCode::FORBIDDEN => "WWW-Authenticate",
            _ => "Allow",
        };
        response.insert_header((name, says.as_str()));
    }
    if let Some(into) = error.moved_to() {
        response.insert_header((LOCATION, elsewhere(request, into)));
    }
    tell_log(error, request_id);
    let document = error.document(request.path(), request_id, lang);
    let body = serde_json::to_vec(&document).unwrap_or_default();
    response.insert_header(("Content-Type", "application/problem+json")).body(body)
}

/// What only the log sees of an error.
pub(crate) fn tell_log(error: &ApiError, request_id: &str) {
    let status = error.code().status();
    if let Some(private) = error.private() {
        if status.is_server_error() {
            tracing::error!(request_id, code = error.code().as_str(), private, "request failed");
        } else {
            tracing::debug!(request_id, code = error.code().as_str(), private, "request refused");
        }
    }
}
