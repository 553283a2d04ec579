//! What can go wrong as the document describes it: each set of problems once, each problem with its example.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use thidua_domain::refusal::fill;
use thidua_domain::vocabulary::Lang;

use crate::answer::Described;
use crate::oauth::{error_view, said_as};
use crate::op::Op;
use crate::problem::{ApiError, Code, Fault, Protocol};

pub(super) fn responses(op: &Op) -> Value {
    let mut responses = Map::new();
    let Described { status, says, .. } = &op.reply;
    responses.insert(status.to_string(), super::success(op, says));
    if op.reply.etag && op.method == actix_web::http::Method::GET {
        responses.insert("304".to_owned(), json!({ "description": "Không đổi so với If-None-Match (not modified)" }));
    }
    if op.problems.contains(&Protocol::RangeNotSatisfiable) {
        responses.insert("206".to_owned(), super::success(op, "Một phần, theo Range (the part that Range asks for)"));
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in op.codes() {
        let status = if op.oauth { said_as(code).1 } else { code.status() };
        let codes = by_status.entry(status.as_u16()).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    for (status, codes) in by_status {
        let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        let examples: Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), json!({ "$ref": format!("#/components/examples/{name}") }))).collect();
        let content = if op.oauth {
            json!({ "application/json": { "schema": { "$ref": "#/components/schemas/OAuthError" }, "example": said(&codes) } })
        } else {
            json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" }, "examples": examples } })
        };
        let mut response = json!({ "description": names.join(", "), "content": content });
        let header = match status {
            308 => Some(("Location", "/api/v1/people/0198c0de-0000-7000-8000-000000000042")),
            401 => Some(("WWW-Authenticate", if op.oauth { "Basic" } else { "Bearer" })),
            403 if op.scope.is_some() => Some(("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"units:read\"")),
            503 => Some(("Retry-After", "2")),
            _ => None,
        };
        if let (Some((name, example)), Some(object)) = (header, response.as_object_mut()) {
            object.insert("headers".to_owned(), json!({ name: { "schema": { "type": "string", "maxLength": 100 }, "example": example } }));
        }
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

/// The first of several codes as OAuth says it.
fn said(codes: &[Code]) -> Value {
    let error = codes.first().map(|code| ApiError::new(Fault::of(*code)));
    error.and_then(|error| serde_json::to_value(error_view(&error, "", "0198c0de-0000-7000-8000-0000000000aa")).ok()).unwrap_or_default()
}

/// A problem as it is answered; one example serves every operation that answers it.
pub(super) fn example(code: Code, example: Option<&Value>) -> Value {
    let mut problem = example.cloned().unwrap_or_else(|| json!({}));
    if let Some(object) = problem.as_object_mut() {
        object.insert("type".to_owned(), format!("/api/v1/errors#{}", code.as_str()).into());
        object.insert("title".to_owned(), code.title().get(Lang::Vi).into());
        object.insert("status".to_owned(), code.status().as_u16().into());
        // The figures of a case that never was stay open.
        let detail = fill(code.detail().get(Lang::Vi), &[], Lang::Vi);
        if code.status().as_u16() == 422 {
            object.insert("errors".to_owned(), json!([{ "code": code.as_str(), "detail": detail }]));
        }
        object.insert("detail".to_owned(), detail.into());
        object.insert("code".to_owned(), code.as_str().into());
    }
    problem
}

/// Problems that several operations answer alike are described once, and referred to.
pub(super) fn share(paths: &mut Value) -> Map<String, Value> {
    let operations = paths.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let mut places: BTreeMap<(String, String), Vec<&mut Value>> = BTreeMap::new();
    for (status, response) in operations.filter_map(|op| op["responses"].as_object_mut()).flatten() {
        // Those of OAuth have another form, and few share one.
        let shared = status.starts_with(['4', '5']) && response.pointer("/content/application~1problem+json").is_some();
        if let Some(codes) = response["description"].as_str().filter(|_| shared) {
            places.entry((status.clone(), codes.to_owned())).or_default().push(response);
        }
    }
    let mut shared = Map::new();
    for ((status, codes), responses) in places {
        let name = if codes.contains(',') {
            let sort = format!("several_{status}_");
            let before = shared.keys().filter(|name: &&String| name.starts_with(&sort)).count();
            format!("{sort}{}", before + 1)
        } else {
            codes
        };
        for response in responses {
            let whole = std::mem::replace(response, json!({ "$ref": format!("#/components/responses/{name}") }));
            shared.insert(name.clone(), whole);
        }
    }
    shared
}
