//! The Postman collection, made from the same route table as the document.

use serde_json::{Value, json};

use crate::op::Op;
use crate::routes::{TAGS, table};

/// The collection as text.
#[must_use]
pub fn text(base_url: &str) -> String {
    let groups: Vec<Value> = TAGS
        .iter()
        .map(|(tag, says)| {
            let items: Vec<Value> = table().iter().filter(|op| op.tag == *tag && !op.hidden).map(item).collect();
            json!({ "name": tag, "description": says, "item": items })
        })
        .collect();
    let collection = json!({
        "info": {
            "name": "Thidua",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
            "description": "Đặt biến base_url và access_token (set the variables base_url and access_token)."
        },
        "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{access_token}}", "type": "string" }] },
        "variable": [
            { "key": "base_url", "value": base_url }, { "key": "access_token", "value": "" },
            { "key": "client_id", "value": "" }, { "key": "client_secret", "value": "" }
        ],
        "item": groups
    });
    serde_json::to_string_pretty(&collection).unwrap_or_default() + "\n"
}

fn item(op: &Op) -> Value {
    let path: Vec<String> = op
        .path
        .trim_start_matches('/')
        .split('/')
        .map(|part| {
            part.strip_prefix('{').and_then(|part| part.strip_suffix('}')).map_or_else(|| part.to_owned(), |name| format!(":{name}"))
        })
        .collect();
    let variables: Vec<Value> =
        path.iter().filter_map(|part| part.strip_prefix(':')).map(|name| json!({ "key": name, "value": "" })).collect();
    let mut headers = Vec::new();
    if op.has_body || op.takes_file {
        headers.push(json!({ "key": "Content-Type", "value": op.media.first() }));
    }
    if op.if_match {
        headers.push(json!({ "key": "If-Match", "value": "{{etag}}" }));
    }
    let mut request = json!({
        "method": op.method.as_str(),
        "description": op.says,
        "header": headers,
        "url": { "raw": format!("{{{{base_url}}}}/{}", path.join("/")), "host": ["{{base_url}}"], "path": path, "variable": variables }
    });
    if let Some(object) = request.as_object_mut() {
        if op.open {
            object.insert("auth".to_owned(), json!({ "type": "noauth" }));
        }
        let example = op.body().and_then(|shape| shape.example);
        let example = example.as_ref();
        if op.takes_form() {
            let auth = |key: &str| json!({ "key": key, "value": format!("{{{{client_{}}}}}", if key == "username" { "id" } else { "secret" }), "type": "string" });
            object.insert("auth".to_owned(), json!({ "type": "basic", "basic": [auth("username"), auth("password")] }));
            let fields = example.and_then(Value::as_object).into_iter().flatten();
            let fields: Vec<Value> = fields.map(|(key, value)| json!({ "key": key, "value": value, "type": "text" })).collect();
            object.insert("body".to_owned(), json!({ "mode": "urlencoded", "urlencoded": fields }));
        } else if let Some(example) = example {
            let raw = serde_json::to_string_pretty(example).unwrap_or_default();
            object.insert("body".to_owned(), json!({ "mode": "raw", "raw": raw, "options": { "raw": { "language": "json" } } }));
        }
    }
    if let (true, Some(object)) = (op.takes_file, request.as_object_mut()) {
        object.insert("body".to_owned(), json!({ "mode": "file", "file": {} }));
    }
    json!({ "name": op.summary, "request": request })
}
