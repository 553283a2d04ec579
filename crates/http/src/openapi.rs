//! The OpenAPI document, made from the route table: what is served is what is described.

mod parameters;
mod problems;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use thidua_domain::client::ClientScope;
use thidua_domain::file::MediaType;
use thidua_domain::vocabulary::{Lang, Word};

use crate::csv_page;
use crate::medium::Medium;
use crate::oauth::ErrorView;
use crate::oauth::places::TOKEN;
use crate::op::Op;
use crate::problem::{ProblemView, Protocol};
use crate::routes::{TAGS, table};
use crate::shape::{Shape, integer_bounds};

use parameters::parameters;
use problems::{example, responses, share};

/// The document as text, always the same for the same program.
#[must_use]
pub fn text() -> String {
    serde_json::to_string_pretty(&document()).unwrap_or_default() + "\n"
}

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut components = BTreeMap::new();
    let problem = Shape::of::<ProblemView>();
    components.extend(problem.components.clone());
    components.extend(Shape::of::<ErrorView>().components);
    let mut examples = BTreeMap::new();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for op in table().iter().filter(|op| !op.hidden) {
        for shape in [op.body(), op.reply.shape.map(|shape| shape()), op.query.clone()].into_iter().flatten() {
            components.extend(shape.components);
        }
        for shape in op.query.iter() {
            components.remove(&shape.name);
        }
        let path = paths.entry(op.path).or_default();
        path.insert(op.method.as_str().to_ascii_lowercase(), operation(op));
        for code in op.codes().into_iter().filter(|_| !op.oauth) {
            examples
                .entry(code.as_str())
                .or_insert_with(|| json!({ "summary": code.title().get(Lang::Vi), "value": example(code, problem.example.as_ref()) }));
        }
    }
    close_bodies(&mut components);
    for schema in components.values_mut() {
        bound(schema);
    }
    let mut paths = json!(paths);
    bound(&mut paths);
    let problems = share(&mut paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Thidua",
            "version": "1.0.0",
            "summary": "Thi đua, khen thưởng: REST API",
            "description": "Phong trào, khối thi đua, giao ước, chấm điểm, bình xét và khen thưởng (emulation and commendation). Mọi thao tác, lỗi và ví dụ dưới đây sinh ra từ chính bảng đường dẫn của chương trình.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "contact": { "name": "Thidua" }
        },
        "servers": [{ "url": "/", "description": "Máy chủ này (this server)" }],
        "tags": TAGS.iter().map(|(name, says)| json!({ "name": name, "description": says })).collect::<Vec<_>>(),
        "security": [],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": problems,
            "examples": examples,
            "securitySchemes": security_schemes()
        }
    })
}

/// The ways in which callers show who they are.
fn security_schemes() -> Value {
    let scopes: Map<String, Value> =
        ClientScope::ALL.iter().map(|scope| (scope.as_str().to_owned(), scope.label().get(Lang::Vi).into())).collect();
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "access_token của POST /api/v1/auth/sessions"
        },
        "client": {
            "type": "oauth2",
            "description": "access_token của tài khoản dịch vụ (of a service account)",
            "flows": { "clientCredentials": { "tokenUrl": TOKEN, "scopes": scopes } }
        },
        "client_basic": {
            "type": "http", "scheme": "basic", "description": "client_secret_basic: client_id và bí mật của tài khoản dịch vụ (RFC 6749, 2.3.1)"
        },
        "client_assertion": {
            "type": "http", "scheme": "private_key_jwt",
            "description": "private_key_jwt: client_assertion trong form, ký bằng khóa riêng của tài khoản dịch vụ (RFC 7523)"
        }
    })
}

/// Who may call an operation: any one of these.
fn security(op: &Op) -> Value {
    if op.oauth {
        // Who shows the refresh token of a person, or the token that is taken back, need not be a client.
        let beside = if op.problems.contains(&Protocol::InvalidGrant) { json!({}) } else { json!({ "bearer": [] }) };
        return json!([{ "client_basic": [] }, { "client_assertion": [] }, beside]);
    }
    match op.scope {
        _ if op.open => json!([]),
        None => json!([{ "bearer": [] }]),
        Some(scope) => json!([{ "bearer": [] }, { "client": [scope.as_str()] }]),
    }
}

/// Bodies are closed: an unknown field is refused, and the document says so. Forms are not: OAuth ignores it.
fn close_bodies(components: &mut BTreeMap<String, Value>) {
    let mut names: Vec<String> = table().iter().filter(|op| !op.takes_form()).filter_map(|op| op.body().map(|shape| shape.name)).collect();
    while let Some(name) = names.pop() {
        let Some(Value::Object(schema)) = components.get_mut(&name) else { continue };
        if schema.contains_key("properties") && !schema.contains_key("additionalProperties") {
            schema.insert("additionalProperties".to_owned(), false.into());
            let mut found = Vec::new();
            references(&Value::Object(schema.clone()), &mut found);
            names.extend(found);
        }
    }
}

fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get("$ref") {
                found.extend(target.rsplit('/').next().map(str::to_owned));
            }
            object.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Says what holds of every integer, so that clients in other languages choose the right type.
fn bound(schema: &mut Value) {
    let (min, max) = integer_bounds(schema);
    match schema {
        Value::Object(object) => {
            let integer = object
                .get("type")
                .is_some_and(|kind| kind == "integer" || kind.as_array().is_some_and(|kinds| kinds.contains(&"integer".into())));
            if integer {
                object.entry("minimum").or_insert(min.into());
                object.entry("maximum").or_insert(max.into());
            }
            // OpenAPI 3.1 keeps examples beside the schema, not in it.
            object.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn operation(op: &Op) -> Value {
    let mut operation = json!({
        "operationId": op.id,
        "tags": [op.tag],
        "summary": op.summary,
        "description": description(op),
        "security": security(op),
        "parameters": parameters(op),
        "responses": responses(op),
    });
    if let (Some(shape), Some(object)) = (op.body(), operation.as_object_mut()) {
        let mut content = json!({ "schema": { "$ref": format!("#/components/schemas/{}", shape.name) } });
        if let (Some(example), Some(content)) = (&shape.example, content.as_object_mut()) {
            content.insert("example".to_owned(), example.clone());
        }
        let media: Map<String, Value> = op.media.iter().map(|media| ((*media).to_owned(), content.clone())).collect();
        object.insert("requestBody".to_owned(), json!({ "required": true, "content": media }));
    }
    if let (true, Some(object)) = (op.takes_file, operation.as_object_mut()) {
        object.insert("requestBody".to_owned(), json!({ "required": true, "content": files(op.media) }));
    }
    operation
}

/// Files in one of several types.
fn files(media: &[&str]) -> Value {
    let one = |media: &&str| {
        let limit = MediaType::declared(media).map_or(0, MediaType::limit);
        ((*media).to_owned(), json!({ "schema": { "type": "string", "format": "binary", "maxLength": limit }, "example": "…" }))
    };
    Value::Object(media.iter().map(one).collect())
}

fn description(op: &Op) -> String {
    let mut text = op.says.to_owned();
    let codes: Vec<String> = op.refusals.iter().map(|code| format!("`{}`", code.as_str())).collect();
    if !codes.is_empty() {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&format!("Quy tắc có thể từ chối (rules): {}.", codes.join(", ")));
    }
    if text.is_empty() { op.summary.to_owned() } else { text }
}

fn success(op: &Op, says: &str) -> Value {
    let mut response = json!({ "description": says });
    let Some(object) = response.as_object_mut() else { return response };
    let mut headers = Map::new();
    let mut header = |name: &str, says: &str| {
        headers.insert(name.to_owned(), json!({ "description": says, "schema": { "type": "string", "maxLength": 2000 } }));
    };
    // Who signs in gets a session, which has no version.
    if op.reply.etag && !(op.open && op.writes) {
        header("ETag", "\"<version>.<hash>\"");
    }
    if op.reply.status == 201 {
        header("Location", "Nơi đọc kết quả (where it is)");
    }
    if op.keyed() {
        header("Idempotency-Replayed", "true khi trả lại câu trả lời cũ");
    }
    if op.writes && !op.open {
        header("Dry-Run", "true khi chỉ chạy thử");
    }
    if !op.sorts.is_empty() {
        header("Link", "rel=\"next\"");
    }
    if !headers.is_empty() {
        object.insert("headers".to_owned(), Value::Object(headers));
    }
    if let Some(content) = content(op) {
        object.insert("content".to_owned(), content);
    }
    response
}

/// Content that is no JSON.
fn text_of(example: impl Into<Value>) -> Value {
    json!({ "schema": { "type": "string", "maxLength": 10_000_000 }, "example": example.into() })
}

fn content(op: &Op) -> Option<Value> {
    if let [media, more @ ..] = op.reply.media {
        if !more.is_empty() {
            return Some(files(op.reply.media));
        }
        let media = media.split(';').next().unwrap_or(media);
        let schema =
            if media == "application/json" { json!({ "type": "object" }) } else { json!({ "type": "string", "maxLength": 10_000_000 }) };
        let example = if media == "application/json" { json!({}) } else { json!("…") };
        return Some(json!({ media: { "schema": schema, "example": example } }));
    }
    let shape = op.reply.shape?();
    let reference = json!({ "$ref": format!("#/components/schemas/{}", shape.name) });
    let example = shape.example.clone().unwrap_or(Value::Null);
    if !op.reply.list {
        let own = (Medium::Json.essence().to_owned(), json!({ "schema": reference, "example": example }));
        let beside = op.reply.beside.iter().map(|medium| (medium.essence().to_owned(), text_of("…")));
        return Some(Value::Object(std::iter::once(own).chain(beside).collect()));
    }
    let page = json!({
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": { "type": "array", "maxItems": 1000, "items": reference },
            "next_cursor": { "type": "string", "maxLength": 1000 },
            "total": { "type": "integer", "minimum": 0 }
        }
    });
    let example = json!({ "items": [example] });
    let rows =
        csv_page::write(&csv_page::Columns::of(&shape), example.to_string().as_bytes()).ok().and_then(|rows| String::from_utf8(rows).ok());
    Some(json!({
        "application/json": { "schema": page, "example": example },
        (Medium::Csv.essence()): text_of(rows)
    }))
}
