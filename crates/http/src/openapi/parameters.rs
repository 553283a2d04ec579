//! Parameters of an operation as the document describes them: of the path, the query, the headers.

use serde_json::{Value, json};

use crate::headers::{IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, PREFER, RANGE};
use crate::list::{LIMIT, LIMIT_MAX};
use crate::op::Op;
use crate::problem::Protocol;

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

pub(super) fn parameters(op: &Op) -> Vec<Value> {
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
        all.push(parameter("header", PREFER.name, false, "`count=exact` thêm total (adds total)", PREFER.schema(), None));
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
            IDEMPOTENCY_KEY.name,
            false,
            "Khóa chống gửi trùng, giữ 72 giờ (replays the same answer)",
            IDEMPOTENCY_KEY.schema(),
            None,
        ));
    }
    if op.problems.contains(&Protocol::RangeNotSatisfiable) {
        let says = "Chỉ một phần, ví dụ để tải tiếp (only a part, as to go on with a download)";
        all.push(parameter("header", RANGE.name, false, says, RANGE.schema(), Some(json!("bytes=0-1023"))));
    }
    if op.if_match || op.may_match() {
        let of = op.versioned.unwrap_or(op.path);
        let says = if op.if_match {
            format!("ETag đã đọc của GET {of} (the ETag you have seen there)")
        } else {
            format!("ETag đã đọc của GET {of}, không bắt buộc (the ETag you have seen there, if it matters)")
        };
        all.push(parameter(
            "header",
            IF_MATCH.name,
            op.if_match && !op.creates,
            &says,
            IF_MATCH.schema(),
            Some(json!("\"1.0123456789abcdef\"")),
        ));
    }
    if op.creates {
        let says = "* khi chưa có gì, thay cho If-Match (while there is nothing yet, in place of If-Match)";
        all.push(parameter("header", IF_NONE_MATCH.name, false, says, IF_NONE_MATCH.schema(), None));
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
