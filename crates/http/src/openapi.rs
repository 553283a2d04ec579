//! The OpenAPI document, made from the route table: what is served is what is described.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use thidua_domain::refusal::fill;
use thidua_domain::vocabulary::Lang;

use crate::answer::Described;
use crate::csv_page;
use crate::list::{LIMIT, LIMIT_MAX};
use crate::op::Op;
use crate::problem::{Code, ProblemView};
use crate::routes::{TAGS, table};
use crate::shape::{Shape, integer_bounds};

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
    let mut examples = BTreeMap::new();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for op in table().iter().filter(|op| !op.hidden) {
        for shape in [&op.body, &op.reply.shape, &op.query].into_iter().flatten() {
            components.extend(shape.components.clone());
        }
        for shape in op.query.iter() {
            components.remove(&shape.name);
        }
        let path = paths.entry(op.path).or_default();
        path.insert(op.method.as_str().to_ascii_lowercase(), operation(op));
        for code in op.codes() {
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
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "access_token của POST /api/v1/auth/sessions" }
            }
        }
    })
}

/// Problems that several operations answer alike are described once, and referred to.
fn share(paths: &mut Value) -> Map<String, Value> {
    let operations = paths.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let mut places: BTreeMap<(String, String), Vec<&mut Value>> = BTreeMap::new();
    for (status, response) in operations.filter_map(|op| op["responses"].as_object_mut()).flatten() {
        if let Some(codes) = response["description"].as_str().filter(|_| status.starts_with(['4', '5'])) {
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

/// Bodies are closed: an unknown field is refused, and the document says so.
fn close_bodies(components: &mut BTreeMap<String, Value>) {
    let mut names: Vec<String> = table().iter().filter_map(|op| op.body.as_ref().map(|shape| shape.name.clone())).collect();
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
        "security": if op.open { json!([]) } else { json!([{ "bearer": [] }]) },
        "parameters": parameters(op),
        "responses": responses(op),
    });
    if let (Some(shape), Some(object)) = (&op.body, operation.as_object_mut()) {
        let mut content = json!({ "schema": { "$ref": format!("#/components/schemas/{}", shape.name) } });
        if let (Some(example), Some(content)) = (&shape.example, content.as_object_mut()) {
            content.insert("example".to_owned(), example.clone());
        }
        let media: Map<String, Value> = op.media.iter().map(|media| ((*media).to_owned(), content.clone())).collect();
        object.insert("requestBody".to_owned(), json!({ "required": true, "content": media }));
    }
    operation
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

fn parameter(place: &str, name: &str, required: bool, says: &str, schema: Value, example: Option<Value>) -> Value {
    let mut parameter = json!({ "name": name, "in": place, "required": required, "description": says, "schema": schema });
    if let (Some(example), Some(object)) = (example, parameter.as_object_mut()) {
        object.insert("example".to_owned(), example);
    }
    parameter
}

/// What a field says of itself: where it refers to a named schema it may be absent from, beside that reference.
fn described(schema: &Value) -> Option<&str> {
    schema.get("description").and_then(Value::as_str).or_else(|| schema.get("oneOf")?.as_array()?.iter().find_map(described))
}

fn parameters(op: &Op) -> Vec<Value> {
    let mut all = Vec::new();
    for name in op.path.split('/').filter_map(|part| part.strip_prefix('{')).filter_map(|part| part.strip_suffix('}')) {
        let schema = if name.ends_with("id") {
            json!({ "type": "string", "format": "uuid" })
        } else {
            json!({ "type": "string", "minLength": 1, "maxLength": 64 })
        };
        let example = if name.ends_with("id") { json!("0198c0de-0000-7000-8000-000000000000") } else { json!(name) };
        all.push(parameter("path", name, true, "Định danh trong đường dẫn (path parameter)", schema, Some(example)));
    }
    if let Some(shape) = &op.query {
        let required: Vec<&str> =
            shape.own().get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, schema) in shape.own().get("properties").and_then(Value::as_object).into_iter().flatten() {
            let says = described(schema).unwrap_or("Bộ lọc (filter)").to_owned();
            let mut schema = not_null(schema);
            if let Some(object) = schema.as_object_mut() {
                object.remove("description");
            }
            all.push(parameter("query", name, required.contains(&name.as_str()), &says, schema, None));
        }
    }
    if !op.sorts.is_empty() {
        all.push(parameter(
            "query",
            "limit",
            false,
            "Số dòng mỗi trang (rows per page)",
            json!({ "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT }),
            None,
        ));
        all.push(parameter(
            "query",
            "cursor",
            false,
            "next_cursor của trang trước (of the page before)",
            json!({ "type": "string", "maxLength": 1000 }),
            None,
        ));
        all.push(parameter(
            "query",
            "sort",
            false,
            "Thứ tự (order)",
            json!({ "type": "string", "enum": op.sorts, "default": op.sorts.first() }),
            None,
        ));
        all.push(parameter(
            "header",
            "Prefer",
            false,
            "`count=exact` thêm total (adds total)",
            json!({ "type": "string", "maxLength": 100 }),
            None,
        ));
    }
    if op.searchable {
        all.push(parameter(
            "query",
            "q",
            false,
            "Tìm theo tên, không phân biệt dấu và hoa thường (search without accents)",
            json!({ "type": "string", "maxLength": 200 }),
            None,
        ));
    }
    if op.writes && !op.open {
        all.push(parameter(
            "query",
            "dry_run",
            false,
            "Chạy thử, không lưu (run and undo)",
            json!({ "type": "boolean", "default": false }),
            None,
        ));
    }
    if op.keyed() {
        all.push(parameter(
            "header",
            "Idempotency-Key",
            false,
            "Khóa chống gửi trùng, giữ 72 giờ (replays the same answer)",
            json!({ "type": "string", "minLength": 1, "maxLength": 128 }),
            None,
        ));
    }
    if op.if_match {
        all.push(parameter(
            "header",
            "If-Match",
            true,
            "ETag đã đọc (the ETag you have seen)",
            json!({ "type": "string", "minLength": 1, "maxLength": 100 }),
            Some(json!("\"1.0123456789abcdef\"")),
        ));
    }
    all
}

fn not_null(schema: &Value) -> Value {
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        return choices.iter().find(|choice| choice.get("type") != Some(&"null".into())).cloned().unwrap_or(Value::Null);
    }
    let mut schema = schema.clone();
    let kind = schema.get("type").and_then(Value::as_array).and_then(|kinds| kinds.iter().find(|kind| *kind != "null").cloned());
    if let (Some(kind), Some(object)) = (kind, schema.as_object_mut()) {
        object.insert("type".to_owned(), kind);
    }
    schema
}

fn responses(op: &Op) -> Value {
    let mut responses = Map::new();
    let Described { status, says, .. } = &op.reply;
    responses.insert(status.to_string(), success(op, says));
    if op.reply.etag && op.method == actix_web::http::Method::GET {
        responses.insert("304".to_owned(), json!({ "description": "Không đổi so với If-None-Match (not modified)" }));
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in op.codes() {
        let codes = by_status.entry(code.status().as_u16()).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    for (status, codes) in by_status {
        let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        let examples: Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), json!({ "$ref": format!("#/components/examples/{name}") }))).collect();
        let mut response = json!({
            "description": names.join(", "),
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" }, "examples": examples } }
        });
        let header = match status {
            401 => Some(("WWW-Authenticate", "Bearer")),
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

/// A problem as it is answered; one example serves every operation that answers it.
fn example(code: Code, example: Option<&Value>) -> Value {
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

fn success(op: &Op, says: &str) -> Value {
    let mut response = json!({ "description": says });
    let Some(object) = response.as_object_mut() else { return response };
    let mut headers = Map::new();
    let mut header = |name: &str, says: &str| {
        headers.insert(name.to_owned(), json!({ "description": says, "schema": { "type": "string", "maxLength": 2000 } }));
    };
    if op.reply.etag {
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

fn content(op: &Op) -> Option<Value> {
    if let Some(media) = op.reply.media {
        let media = media.split(';').next().unwrap_or(media);
        let schema =
            if media == "application/json" { json!({ "type": "object" }) } else { json!({ "type": "string", "maxLength": 10_000_000 }) };
        let example = if media == "application/json" { json!({}) } else { json!("…") };
        return Some(json!({ media: { "schema": schema, "example": example } }));
    }
    let shape = op.reply.shape.as_ref()?;
    let reference = json!({ "$ref": format!("#/components/schemas/{}", shape.name) });
    let example = shape.example.clone().unwrap_or(Value::Null);
    if !op.reply.list {
        return Some(json!({ "application/json": { "schema": reference, "example": example } }));
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
    let rows = csv_page::write(shape, example.to_string().as_bytes()).ok().and_then(|rows| String::from_utf8(rows).ok());
    Some(json!({
        "application/json": { "schema": page, "example": example },
        "text/csv": { "schema": { "type": "string", "maxLength": 10_000_000 }, "example": rows }
    }))
}
