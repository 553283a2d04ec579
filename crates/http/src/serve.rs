//! The way of a request, from actix-web to the answer: identifier, sign-in before the body is read,
//! strict reading, the handler, conditional answers, problems, log and metrics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use actix_web::dev::ServerHandle;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Payload, ServiceConfig};
use actix_web::{App as Actix, HttpRequest, HttpResponse, HttpServer};
use futures_util::{FutureExt, StreamExt};
use serde_json::{Map, Value};
use thidua_domain::vocabulary::Lang;
use thidua_store::IdempotencyKey;

use crate::answer::Answer;
use crate::app::App;
use crate::call::{Caller, Meta, Raw, header};
use crate::json;
use crate::list::{LIMIT, LIMIT_MAX};
use crate::op::{Finished, Op};
use crate::problem::{ApiError, Fault, Protocol};
use crate::routes::table;
use crate::secret::digest;

const VARY: &str = "Authorization, Accept, Accept-Language, Accept-Encoding";

/// Puts the route table into actix-web.
pub fn configure(app: &Arc<App>) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let app = Arc::clone(app);
    move |config: &mut ServiceConfig| {
        // Paths with fewer parameters come first: `/reference/lifecycles/…` before `/reference/{name}`.
        let mut paths: Vec<&'static str> = table().iter().map(|op| op.path).collect();
        paths.sort_by_key(|path| (path.matches('{').count(), *path));
        paths.dedup();
        for path in paths {
            let mut resource = web::resource(path);
            let mut allow: Vec<&str> = Vec::new();
            for op in table().iter().filter(|op| op.path == path) {
                allow.push(op.method.as_str());
                let methods = if op.method == Method::GET { vec![Method::GET, Method::HEAD] } else { vec![op.method.clone()] };
                for method in methods {
                    let app = Arc::clone(&app);
                    resource = resource.route(
                        web::method(method).to(move |request: HttpRequest, payload: Payload| serve(op, Arc::clone(&app), request, payload)),
                    );
                }
            }
            if allow.contains(&"GET") {
                allow.push("HEAD");
            }
            let allow = allow.join(", ");
            let app = Arc::clone(&app);
            config.service(resource.default_service(web::to(move |request: HttpRequest| {
                let fault = Fault::of(Protocol::MethodNotAllowed).with("method", request.method()).with("allow", &allow);
                let mut error = ApiError::new(fault);
                error.allow = Some(allow.clone());
                refuse_unrouted(Arc::clone(&app), request, error)
            })));
        }
        config
            .default_service(web::to(move |request: HttpRequest| refuse_unrouted(Arc::clone(&app), request, Protocol::NoSuchPath.into())));
    }
}

async fn refuse_unrouted(app: Arc<App>, request: HttpRequest, error: ApiError) -> HttpResponse {
    let begun = Stopwatch::now();
    let request_id = request_id(request.headers());
    let response = problem(&request, &error, &request_id, lang(request.headers()));
    finish(&app, "unrouted", &request, response, &request_id, begun)
}

async fn serve(op: &'static Op, app: Arc<App>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let begun = Stopwatch::now();
    let request_id = request_id(request.headers());
    let lang = lang(request.headers());
    // A handler that panics is a defect, but its caller still gets a problem document.
    let outcome = AssertUnwindSafe(run(op, &app, &request, payload, &request_id, lang)).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|_| Err(ApiError::internal("the handler panicked")));
    let response = match outcome {
        Ok(finished) => respond(op, &request, finished),
        Err(error) => {
            debug_assert!(
                error.codes().iter().all(|code| op.codes().contains(code)),
                "{} answers {:?} without declaring it",
                op.id,
                error.codes()
            );
            problem(&request, &error, &request_id, lang)
        }
    };
    finish(&app, op.id, &request, response, &request_id, begun)
}

async fn run(
    op: &'static Op,
    app: &Arc<App>,
    request: &HttpRequest,
    payload: Payload,
    request_id: &str,
    lang: Lang,
) -> Result<Finished, ApiError> {
    let now = app.clock.now();
    let headers = request.headers();
    let caller = if op.open { Caller::default() } else { authenticate(app, headers, now).await? };
    let (query, dry_run) = query(op, request.query_string())?;
    let bytes = if op.body.is_some() { Some(body(op, app, headers, payload).await?) } else { None };
    let checked = bytes.as_deref().map(|bytes| check_body(op, bytes)).transpose()?;
    let mut meta = Meta {
        request_id: request_id.to_owned(),
        lang,
        now,
        count: header(headers, "prefer").is_some_and(|prefer| prefer.split([',', ';']).any(|want| want.trim() == "count=exact")),
        dry_run,
        if_match: if_match(op, headers)?,
        idempotency: None,
    };
    if op.keyed() {
        meta.idempotency = idempotency(request, &caller, bytes.as_deref().unwrap_or_default(), dry_run)?;
    }
    let path = request.match_info().iter().map(|(_, value)| value.to_owned()).collect();
    (op.run)(Raw { app: Arc::clone(app), op, caller, meta, path, query, body: checked }).await
}

async fn authenticate(app: &App, headers: &HeaderMap, now: thidua_domain::time::Instant) -> Result<Caller, ApiError> {
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

/// The query, typed by the shape of the operation; and whether it asks for a dry run.
fn query(op: &Op, text: &str) -> Result<(Map<String, Value>, bool), ApiError> {
    let pairs: Vec<(String, String)> = web::Query::<Vec<(String, String)>>::from_query(text)
        .map(web::Query::into_inner)
        .map_err(|error| Fault::parameter("", Protocol::BadParameter).with("name", "?").with("expected", error))?;
    let mut typed = Map::new();
    let mut dry_run = None;
    for (name, value) in pairs {
        if name.starts_with('_') {
            continue;
        }
        let bad =
            |expected: &str| ApiError::from(Fault::parameter(&name, Protocol::BadParameter).with("name", &name).with("expected", expected));
        if typed.contains_key(&name) {
            return Err(bad("…"));
        }
        match name.as_str() {
            "dry_run" if op.writes && !op.open => {
                let wanted = value.parse().map_err(|_| bad("true, false"))?;
                if dry_run.replace(wanted).is_some() {
                    return Err(bad("true, false"));
                }
            }
            "limit" if !op.sorts.is_empty() => {
                let limit = value.parse::<u32>().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                typed.insert(name.clone(), limit.ok_or_else(|| bad(&format!("1–{LIMIT_MAX} ({LIMIT})")))?.into());
            }
            "sort" if !op.sorts.is_empty() => {
                if !op.sorts.contains(&value.as_str()) {
                    return Err(bad(&op.sorts.join(", ")));
                }
                typed.insert(name, value.into());
            }
            "cursor" if !op.sorts.is_empty() => {
                typed.insert(name, value.into());
            }
            "q" if op.searchable => {
                if value.chars().count() > 200 || value.contains('\0') {
                    return Err(bad("≤ 200"));
                }
                typed.insert(name, value.into());
            }
            _ => {
                let schema = op.query.as_ref().and_then(|shape| shape.own().get("properties")).and_then(|properties| properties.get(&name));
                let Some(schema) = schema else {
                    return Err(Fault::parameter(&name, Protocol::UnknownParameter).with("name", &name).into());
                };
                let kind = schema.get("type").map(Value::to_string).unwrap_or_default();
                let value = if kind.contains("integer") {
                    value.parse::<i64>().map(Value::from).map_err(|_| bad("integer"))?
                } else if kind.contains("boolean") {
                    value.parse::<bool>().map(Value::from).map_err(|_| bad("true, false"))?
                } else {
                    Value::from(value)
                };
                typed.insert(name, value);
            }
        }
    }
    if let Some(check) = &op.query_check {
        check_query(op, check, &mut typed)?;
    }
    Ok((typed, dry_run.unwrap_or(false)))
}

/// Filters are checked like bodies, but what is wrong is told as a parameter, with 400.
fn check_query(op: &Op, check: &crate::shape::Check, typed: &mut Map<String, Value>) -> Result<(), ApiError> {
    // What every list takes was checked before; what bears the same name in a shape was not.
    let own = op.query.as_ref().map(crate::shape::Shape::fields).unwrap_or_default();
    let general: Vec<(String, Value)> = ["limit", "sort", "cursor", "q"]
        .iter()
        .filter(|name| !own.iter().any(|own| own == *name))
        .filter_map(|name| typed.remove(*name).map(|value| ((*name).to_owned(), value)))
        .collect();
    let mut filters = Value::Object(std::mem::take(typed));
    if let Err(faults) = check.run(&mut filters) {
        let fault = faults.into_iter().next().unwrap_or_else(|| Fault::of(Protocol::BadParameter));
        let crate::problem::Place::Pointer(pointer) = &fault.place else { return Err(fault.into()) };
        let name = pointer.trim_start_matches('/').to_owned();
        let expected = fault.with.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ");
        return Err(Fault::parameter(&name, Protocol::BadParameter).with("name", &name).with("expected", expected).into());
    }
    if let Value::Object(filters) = filters {
        *typed = filters;
    }
    typed.extend(general);
    Ok(())
}

async fn body(op: &Op, app: &App, headers: &HeaderMap, mut payload: Payload) -> Result<Vec<u8>, ApiError> {
    let expected = || op.media.join(", ");
    let media = header(headers, "content-type").map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let charset = header(headers, "content-type")
        .and_then(|text| text.to_ascii_lowercase().split_once("charset=").map(|(_, set)| set.trim_matches('"').trim().to_owned()));
    let encoded = header(headers, "content-encoding").is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"));
    let known = media.is_some_and(|media| op.media.contains(&media.as_str()));
    if !known || encoded || charset.is_some_and(|charset| charset != "utf-8") {
        return Err(Fault::of(Protocol::UnsupportedMediaType).with("expected", expected()).into());
    }
    let limit = app.settings.body_limit;
    let too_large = || ApiError::from(Fault::of(Protocol::BodyTooLarge).with("limit", limit));
    if header(headers, "content-length").and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let reading = async {
        let mut bytes = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| ApiError::from(Fault::of(Protocol::MalformedJson).with("why", error)))?;
            if bytes.len() + chunk.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    let seconds = app.settings.body_seconds;
    tokio::time::timeout(Duration::from_secs(seconds), reading)
        .await
        .unwrap_or_else(|_| Err(Fault::of(Protocol::RequestTimeout).with("seconds", seconds).into()))
}

fn check_body(op: &Op, bytes: &[u8]) -> Result<Value, ApiError> {
    if bytes.is_empty() {
        return Err(Protocol::BodyRequired.into());
    }
    let mut value = json::parse(bytes)?;
    if let Some(check) = &op.body_check {
        check.run(&mut value).map_err(ApiError::many)?;
    }
    Ok(value)
}

fn if_match(op: &Op, headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    let sent = header(headers, "if-match");
    match sent {
        None if op.if_match => Err(Protocol::IfMatchRequired.into()),
        None | Some("*") => Ok(None),
        // A tag that is not one of ours names no version that there is.
        Some(tag) => Ok(Some(
            tag.trim().trim_start_matches("W/").trim_matches('"').split('.').next().and_then(|version| version.parse().ok()).unwrap_or(-1),
        )),
    }
}

fn idempotency(request: &HttpRequest, caller: &Caller, body: &[u8], dry_run: bool) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().map(|key| key.trim().trim_matches('"')).filter(|key| (1..=128).contains(&key.len()));
    let Some(key) = key else {
        let fault = Fault::parameter("Idempotency-Key", Protocol::BadHeader).with("name", "Idempotency-Key").with("why", "1–128 ASCII");
        return Err(fault.into());
    };
    let (Some(user), false) = (caller.principal.user, dry_run) else { return Ok(None) };
    Ok(Some(IdempotencyKey {
        caller: user.any(),
        method: request.method().as_str().to_owned(),
        path: request.path().to_owned(),
        key: key.to_owned(),
        fingerprint: digest(body),
    }))
}

fn respond(op: &Op, request: &HttpRequest, finished: Finished) -> HttpResponse {
    let Finished { answer, replayed, dry_run } = finished;
    let headers = request.headers();
    let wants_csv = op.reply.list && header(headers, "accept").is_some_and(|accept| accept.contains("text/csv"));
    let answer = match (wants_csv, &op.reply.shape) {
        (true, Some(shape)) => match crate::csv_page::write(shape, &answer.body) {
            Ok(body) => Answer { body, media: "text/csv; charset=utf-8".to_owned(), ..answer },
            Err(error) => {
                tracing::error!(error = error.private(), "a page could not be written as CSV");
                answer
            }
        },
        _ => answer,
    };
    let etag = (!answer.secret && !answer.body.is_empty()).then(|| etag(&answer));
    let unchanged = op.method == Method::GET
        && etag.as_ref().is_some_and(|etag| header(headers, "if-none-match").is_some_and(|sent| names(sent, etag)));
    let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK) };
    let mut response = HttpResponse::build(status);
    response.insert_header(("Vary", VARY));
    let cache = if answer.secret { "no-store" } else { answer.cache.as_deref().unwrap_or("private, no-cache") };
    response.insert_header(("Cache-Control", cache));
    if let Some(etag) = etag {
        response.insert_header(("ETag", etag));
    }
    if let Some(location) = answer.location {
        response.insert_header(("Location", location));
    }
    if let Some(next) = answer.next {
        response.insert_header(("Link", format!("<{}>; rel=\"next\"", next_link(request, &next))));
    }
    if replayed {
        response.insert_header(("Idempotency-Replayed", "true"));
    }
    if dry_run {
        response.insert_header(("Dry-Run", "true"));
    }
    if unchanged || answer.body.is_empty() {
        return response.finish();
    }
    response.insert_header(("Content-Type", answer.media)).body(answer.body)
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

fn names(sent: &str, etag: &str) -> bool {
    sent.trim() == "*" || sent.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)
}

fn problem(request: &HttpRequest, error: &ApiError, request_id: &str, lang: Lang) -> HttpResponse {
    let status = error.code().status();
    let mut response = HttpResponse::build(status);
    response.insert_header(("Vary", VARY)).insert_header(("Cache-Control", "no-store"));
    response.insert_header(("Content-Language", if lang == Lang::Vi { "vi" } else { "en" }));
    match status {
        StatusCode::UNAUTHORIZED => {
            response.insert_header(("WWW-Authenticate", "Bearer realm=\"thidua\""));
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            response.insert_header(("Retry-After", "2"));
        }
        _ => {}
    }
    if let Some(allow) = &error.allow {
        response.insert_header(("Allow", allow.as_str()));
    }
    if let Some(private) = error.private() {
        if status.is_server_error() {
            tracing::error!(request_id, code = error.code().as_str(), private, "request failed");
        } else {
            tracing::debug!(request_id, code = error.code().as_str(), private, "request refused");
        }
    }
    let document = error.document(request.path(), request_id, lang);
    let body = serde_json::to_vec(&document).unwrap_or_default();
    response.insert_header(("Content-Type", "application/problem+json")).body(body)
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
