//! The way of a request, from actix-web to the answer: identifier, sign-in before the body is read,
//! strict reading, the handler, conditional answers, problems, log and metrics.

mod answering;
mod dispatch;
mod reading;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use actix_web::dev::ServerHandle;
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::{self, Payload, ServiceConfig};
use actix_web::{App as Actix, HttpRequest, HttpResponse, HttpServer};
use futures_util::FutureExt;
use thidua_domain::time::Date;
use thidua_domain::vocabulary::Lang;
use thidua_store::DataVersion;
use thidua_store::sessions::Standing;

use crate::app::App;
use crate::call::{Caller, Credentials, Incoming, Meta, Raw, Wanted, header};
use crate::client;
use crate::headers;
use crate::oauth;
use crate::op::{Finished, Op, Streamed};
use crate::problem::{ApiError, Protocol};
use crate::remembered::{Question, Ready};

use answering::{dress, problem, send, send_streamed, wanted};
pub(crate) use answering::{names, tell_log};
use dispatch::find;
pub(crate) use reading::is_decodable;
use reading::{body, check_body, idempotency, if_match, query};

/// Puts the route table into actix-web.
pub fn configure(app: &Arc<App>) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let app = Arc::clone(app);
    move |config: &mut ServiceConfig| {
        config.default_service(web::to(move |request: HttpRequest, payload: Payload| serve(Arc::clone(&app), request, payload)));
    }
}

async fn serve(app: Arc<App>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let begun = Stopwatch::now();
    let request_id = request_id(request.headers());
    let (id, response) = match find(request.method(), request.path()) {
        Ok((op, path)) => (op.id, answer(op, path, &app, &request, payload, &request_id).await),
        Err(error) => ("unrouted", problem(&request, &error, &request_id, lang(request.headers()))),
    };
    finish(&app, id, &request, response, &request_id, begun)
}

async fn answer(
    op: &'static Op,
    path: Vec<String>,
    app: &Arc<App>,
    request: &HttpRequest,
    payload: Payload,
    request_id: &str,
) -> HttpResponse {
    let lang = lang(request.headers());
    // A handler that panics is a defect, but its caller still gets a problem document.
    let outcome = AssertUnwindSafe(run(op, path, app, request, payload, request_id, lang)).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|_| Err(ApiError::internal("the handler panicked")));
    // A list has no body: what a rule says of a filter is said of a parameter.
    let outcome = outcome.map_err(|error| if op.method == Method::GET { error.about_parameters() } else { error });
    let outcome = outcome.map_err(|error| error.versioned_at(&op.versioned_at(request.path())));
    match outcome {
        Ok(Outgoing::Ready(ready)) => send(op, request, &ready),
        Ok(Outgoing::Streamed(streamed)) => send_streamed(streamed),
        Err(error) => {
            debug_assert!(
                error.codes().iter().all(|code| op.codes().contains(code)),
                "{} answers {:?} without declaring it",
                op.id,
                error.codes()
            );
            if op.oauth { oauth::problem(request, &error, request_id) } else { problem(request, &error, request_id, lang) }
        }
    }
}

/// What is about to be sent.
enum Outgoing {
    /// Bytes that are there.
    Ready(Arc<Ready>),
    /// Bytes that are still to be read.
    Streamed(Streamed),
}

async fn run(
    op: &'static Op,
    path: Vec<String>,
    app: &Arc<App>,
    request: &HttpRequest,
    payload: Payload,
    request_id: &str,
    lang: Lang,
) -> Result<Outgoing, ApiError> {
    let now = app.clock.now();
    let headers = request.headers();
    let count = header(headers, "prefer").is_some_and(|prefer| prefer.split([',', ';']).any(|want| want.trim() == "count=exact"));
    let (caller, asked) = if op.open {
        (Caller::default(), None)
    } else {
        let (caller, standing) = authenticate(app, headers, now).await?;
        app.may_call(op, &caller, &standing, now)?;
        (caller, question(op, request, standing, (now.today(), lang, count)))
    };
    headers::check(headers)?;
    if let Some((question, seen)) = &asked
        && let Some(ready) = app.remembered.get(question, seen)
    {
        app.measures.given_again();
        return Ok(Outgoing::Ready(ready));
    }
    let (query, dry_run) = query(op, request.query_string())?;
    let (bytes, incoming) = match op {
        op if op.takes_file => (None, Some(Incoming::of(headers, payload, app.settings.upload_seconds)?)),
        op if op.has_body => (Some(body(op, app, headers, payload).await?), None),
        _ => (None, None),
    };
    let checked = bytes.as_deref().map(|bytes| check_body(op, bytes)).transpose()?;
    let mut meta = Meta {
        request_id: request_id.to_owned(),
        lang,
        now,
        address: client::address(request.peer_addr(), headers, &app.settings.trusted_proxies),
        agent: header(headers, "user-agent").map(|agent| agent.chars().filter(|c| !c.is_control()).take(200).collect()),
        count,
        dry_run,
        names_version: headers.contains_key("if-match"),
        if_match: if_match(op, headers)?,
        idempotency: None,
        wanted: Wanted::of(headers),
        medium: wanted(op, headers),
        credentials: if op.oauth { Credentials::of(headers) } else { Credentials::default() },
    };
    if op.keyed() {
        meta.idempotency = idempotency(app, request, &caller, checked.as_ref(), dry_run)?;
    }
    let finished = (op.run)(Raw { app: Arc::clone(app), op, caller, meta, path, query, body: checked, incoming }).await?;
    let finished = match finished {
        Finished { streamed: Some(streamed), .. } => return Ok(Outgoing::Streamed(streamed)),
        finished => finished,
    };
    let ready = Arc::new(dress(op, request, finished));
    if let Some((question, seen)) = asked {
        app.remembered.keep(question, seen, &ready);
    }
    Ok(Outgoing::Ready(ready))
}

/// What is asked, in full, with the state of the database before anything is read for it; nothing when
/// the answer is not one to remember.
fn question(
    op: &Op,
    request: &HttpRequest,
    standing: Standing,
    (today, lang, count): (Date, Lang, bool),
) -> Option<(Question, DataVersion)> {
    let headers = request.headers();
    (op.remembered && !headers.contains_key("if-match")).then(|| {
        let Standing { user, access_version, data, .. } = standing;
        let target = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        (Question { user, access_version, today, lang, medium: wanted(op, headers), count, target }, data)
    })
}

async fn authenticate(app: &App, headers: &HeaderMap, now: thidua_domain::time::Instant) -> Result<(Caller, Standing), ApiError> {
    let mut sent = headers.get_all("authorization");
    let (Some(value), None) = (sent.next(), sent.next()) else { return Err(Protocol::Unauthenticated.into()) };
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or(Protocol::Unauthenticated)?;
    app.authenticate(token, now).await
}

fn finish(
    app: &App,
    operation: &'static str,
    request: &HttpRequest,
    mut response: HttpResponse,
    request_id: &str,
    begun: Stopwatch,
) -> HttpResponse {
    let seconds = begun.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    app.measures.answered(operation, status, seconds);
    // The query is left out on purpose: people search for names.
    tracing::info!(target: "http", request_id, operation, method = %request.method(), path = request.path(), status, micros = begun.elapsed().as_micros(), "answered");
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    response
}

/// The caller's own identifier where it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    header(headers, "x-request-id")
        .filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')))
        .map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// Vietnamese unless English is preferred.
fn lang(headers: &HeaderMap) -> Lang {
    let Some(accept) = header(headers, "accept-language") else { return Lang::Vi };
    let quality = |wanted: &str| {
        accept
            .split(',')
            .filter_map(|range| {
                let mut parts = range.trim().split(';');
                let tag = parts.next()?.trim().to_ascii_lowercase();
                let q = parts.find_map(|part| part.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok())).unwrap_or(1.0);
                (tag == wanted || tag.starts_with(&format!("{wanted}-"))).then_some(q)
            })
            .fold(0.0_f32, f32::max)
    };
    if quality("en") > quality("vi") { Lang::En } else { Lang::Vi }
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: std::net::SocketAddr,
    /// Stops it.
    pub handle: ServerHandle,
    /// Ends when it has stopped.
    pub server: actix_web::dev::Server,
}

/// Starts serving.
///
/// # Errors
/// When the address cannot be bound.
pub fn start(app: &Arc<App>, bind: &str, workers: usize) -> std::io::Result<Running> {
    let listener = std::net::TcpListener::bind(bind)?;
    let address = listener.local_addr()?;
    let shared = Arc::clone(app);
    let server = HttpServer::new(move || Actix::new().configure(configure(&shared)))
        .workers(workers.max(1))
        .keep_alive(Duration::from_secs(75))
        .client_request_timeout(Duration::from_secs(10))
        .shutdown_timeout(20)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(Running { address, handle: server.handle(), server })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_follows_preference_and_defaults_to_vietnamese() {
        let of = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static("accept-language"), HeaderValue::from_str(accept).unwrap());
            lang(&headers)
        };
        assert_eq!(lang(&HeaderMap::new()), Lang::Vi);
        assert_eq!(of("en-GB,en;q=0.9,vi;q=0.8"), Lang::En);
        assert_eq!(of("vi,en;q=0.9"), Lang::Vi);
        assert_eq!(of("fr"), Lang::Vi);
    }
}
