//! What a request sends, read strictly: query, body, and the headers that change what is done.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use actix_web::web::{self, Payload};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use thidua_domain::refusal::both;
use thidua_store::{IdempotencyKey, NO_VERSION};

use crate::app::App;
use crate::call::{Caller, header};
use crate::form;
use crate::headers::{IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, unquoted};
use crate::json;
use crate::list::{LIMIT, LIMIT_MAX};
use crate::op::Op;
use crate::problem::{ApiError, Code, Fault, Protocol};

fn unreadable(name: &str, expected: String) -> ApiError {
    let shown = if name.is_empty() { "?" } else { name };
    Fault::parameter(name, Protocol::BadParameter).with("name", shown).with("expected", expected).into()
}

/// Whether every escape of a query stands for a byte, and all bytes together for text.
pub(crate) fn is_decodable(query: &str) -> bool {
    let mut rest = query;
    while let Some((_, after)) = rest.split_once('%') {
        if !after.bytes().take(2).filter(u8::is_ascii_hexdigit).count().eq(&2) {
            return false;
        }
        rest = after;
    }
    percent_encoding::percent_decode_str(query).decode_utf8().is_ok()
}

/// The query, typed by the shape of the operation; and whether it asks for a dry run.
pub(super) fn query(op: &Op, text: &str) -> Result<(Map<String, Value>, bool), ApiError> {
    if !is_decodable(text) {
        return Err(unreadable("", both("mã hóa phần trăm của UTF-8", "percent-encoded UTF-8")));
    }
    let pairs: Vec<(String, String)> = web::Query::<Vec<(String, String)>>::from_query(text)
        .map(web::Query::into_inner)
        .map_err(|_| unreadable("", "name=value".to_owned()))?;
    let mut typed = Map::new();
    let mut dry_run = None;
    for (name, value) in pairs {
        if name.starts_with('_') {
            continue;
        }
        let bad = |expected: &str| unreadable(&name, expected.to_owned());
        if typed.contains_key(&name) {
            return Err(bad(&both("một giá trị duy nhất", "a single value")));
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
                typed.insert(
                    name.clone(),
                    limit
                        .ok_or_else(|| {
                            bad(&both(
                                format!("số từ 1 đến {LIMIT_MAX} (mặc định {LIMIT})"),
                                format!("a number from 1 to {LIMIT_MAX} (default {LIMIT})"),
                            ))
                        })?
                        .into(),
                );
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
                    return Err(bad(&both("văn bản tối đa 200 ký tự", "a text of at most 200 characters")));
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
                    value.parse::<i64>().map(Value::from).map_err(|_| bad(&both("số nguyên", "an integer")))?
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
        let expected = expected(&fault);
        return Err(Fault::parameter(&name, Protocol::BadParameter).with("name", &name).with("expected", expected).into());
    }
    if let Value::Object(filters) = filters {
        *typed = filters;
    }
    typed.extend(general);
    Ok(())
}

/// What a filter should have been, in both languages.
fn expected(fault: &Fault) -> String {
    let figure = |name: &str| fault.with.iter().find(|(known, _)| *known == name).map_or("…", |(_, value)| value.as_str());
    match fault.code {
        Code::Protocol(Protocol::Required) => both("được nêu trong địa chỉ (đang thiếu)", "to be given in the address (it is missing)"),
        Code::Protocol(Protocol::TooShort) => {
            both(format!("văn bản ít nhất {} ký tự", figure("limit")), format!("a text of at least {} characters", figure("limit")))
        }
        Code::Protocol(Protocol::TooLong) => {
            both(format!("văn bản tối đa {} ký tự", figure("limit")), format!("a text of at most {} characters", figure("limit")))
        }
        Code::Protocol(Protocol::TooSmall) => format!("≥ {}", figure("limit")),
        Code::Protocol(Protocol::TooLarge) => format!("≤ {}", figure("limit")),
        Code::Protocol(Protocol::NotInList) => both(format!("một trong: {}", figure("allowed")), format!("one of: {}", figure("allowed"))),
        Code::Protocol(Protocol::TextControl | Protocol::TextDirection) => {
            both(format!("văn bản không chứa ký tự {}", figure("found")), format!("a text without the character {}", figure("found")))
        }
        _ => both(format!("dạng {}", figure("expected")), format!("of the form {}", figure("expected"))),
    }
}

pub(super) async fn body(op: &Op, app: &App, headers: &HeaderMap, mut payload: Payload) -> Result<Vec<u8>, ApiError> {
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
            let chunk = chunk.map_err(|_| ApiError::from(Protocol::MalformedJson))?;
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

pub(super) fn check_body(op: &Op, bytes: &[u8]) -> Result<Value, ApiError> {
    if bytes.is_empty() {
        return Err(Protocol::BodyRequired.into());
    }
    let mut value = if op.takes_form() { form::parse(op, bytes)? } else { json::parse(bytes)? };
    if let Some(check) = &op.body_check {
        check.run(&mut value).map_err(ApiError::many)?;
    }
    Ok(value)
}

pub(super) fn if_match(op: &Op, headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    let sent = header(headers, "if-match");
    match sent {
        // There is nothing yet: that is version 0.
        None if op.creates && header(headers, IF_NONE_MATCH.name).is_some_and(|tag| tag.trim() == "*") => Ok(Some(0)),
        None if op.if_match => Err(Protocol::IfMatchRequired.into()),
        None => Ok(None),
        Some(tag) if tag.trim() == "*" => Ok(None),
        Some(tag) => {
            let tag = tag.trim();
            let tag = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            let Some(tag) = tag.filter(|tag| tag.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')) else {
                return Err(IF_MATCH.fault(both("cần một ETag dạng \"…\"", "one ETag is wanted, \"…\"")));
            };
            // A tag that is not one of ours names no version that there is.
            Ok(Some(tag.split('.').next().and_then(|version| version.parse().ok()).unwrap_or(NO_VERSION)))
        }
    }
}

pub(super) fn idempotency(
    app: &App,
    request: &HttpRequest,
    caller: &Caller,
    body: Option<&Value>,
    dry_run: bool,
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let Some(key) = value.to_str().ok().and_then(|key| unquoted(key.trim())) else {
        let why = both("cần 1–128 ký tự ASCII nhìn thấy được, không có dấu cách", "1–128 visible ASCII characters are wanted, no blanks");
        return Err(IDEMPOTENCY_KEY.fault(why));
    };
    let (Some(user), false) = (caller.principal.user, dry_run) else { return Ok(None) };
    Ok(Some(IdempotencyKey {
        caller: user.any(),
        method: request.method().as_str().to_owned(),
        path: request.path().to_owned(),
        key: key.to_owned(),
        fingerprint: app.master.mark(&said(request.query_string(), body)),
    }))
}

/// What was asked, written in one way: fields in another order ask the same.
fn said(query: &str, body: Option<&Value>) -> Vec<u8> {
    let mut body = body.cloned().unwrap_or(Value::Null);
    body.sort_all_objects();
    format!("{query}\n{body}").into_bytes()
}
