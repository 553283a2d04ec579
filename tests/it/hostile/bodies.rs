//! Bodies that are wrong in one place, made from the schemas of the document: every field of every
//! body with every wrong type, and beyond every bound.

use serde_json::{Map, json};
use thidua_testkit::{Value, document};

fn resolved(schema: &'static Value) -> &'static Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return resolved(document().pointer(reference.trim_start_matches('#')).expect("references resolve"));
    }
    match schema["oneOf"].as_array() {
        Some(choices) => resolved(choices.iter().find(|choice| choice["type"] != "null").unwrap_or(&choices[0])),
        None => schema,
    }
}

/// The same for a value at hand: of shapes told apart by a word, the one that the value is of.
fn chosen(schema: &'static Value, value: &Value) -> &'static Value {
    let bare = match schema["$ref"].as_str() {
        Some(reference) => document().pointer(reference.trim_start_matches('#')).expect("references resolve"),
        None => schema,
    };
    let Some(choices) = bare["oneOf"].as_array() else { return bare };
    let told = |choice: &&'static Value| {
        let properties = choice["properties"].as_object();
        properties
            .into_iter()
            .flatten()
            .any(|(name, is)| is["enum"].as_array().is_some_and(|words| words.len() == 1 && words[0] == value[name]))
    };
    let others: Vec<&'static Value> = choices.iter().filter(|choice| choice["type"] != "null").collect();
    match others.as_slice() {
        [only] => chosen(only, value),
        several => several.iter().copied().find(told).unwrap_or_else(|| resolved(schema)),
    }
}

fn nullable(schema: &Value) -> bool {
    let of = |schema: &Value| schema["type"] == "null" || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
    of(schema) || schema["oneOf"].as_array().is_some_and(|choices| choices.iter().any(of))
}

fn is(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)))
}

/// A value that fits a schema.
fn fitting(schema: &'static Value) -> Value {
    let schema = resolved(schema);
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    match schema["format"].as_str() {
        Some("uuid") => return json!("0198c0de-0000-7000-8000-000000000000"),
        Some("date") => return json!("2021-04-24"),
        Some("date-time") => return json!("2021-04-24T01:30:00Z"),
        _ => {}
    }
    if is(schema, "object") {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        return Value::Object(required.map(|name| (name.to_owned(), fitting(&schema["properties"][name]))).collect());
    }
    if is(schema, "array") {
        let items = schema["minItems"].as_u64().unwrap_or(0);
        return (0..items).map(|_| fitting(&schema["items"])).collect();
    }
    if is(schema, "integer") || is(schema, "number") {
        return json!(schema["minimum"].as_i64().unwrap_or(1).max(1));
    }
    if is(schema, "boolean") { json!(true) } else { json!("A-1") }
}

/// Values that a schema refuses.
fn misfits(schema: &'static Value) -> Vec<Value> {
    let can_be_null = nullable(schema);
    let schema = resolved(schema);
    let mut wrong = Vec::new();
    let kinds = [
        ("null", Value::Null),
        ("boolean", json!(true)),
        ("integer", json!(7)),
        ("number", json!(0.5)),
        ("string", json!("abc")),
        ("array", json!([])),
        ("object", json!({})),
    ];
    for (kind, value) in kinds {
        let fits =
            if kind == "null" { can_be_null || nullable(schema) } else { is(schema, kind) || kind == "integer" && is(schema, "number") };
        if !fits {
            wrong.push(value);
        }
    }
    if is(schema, "string") {
        wrong.extend(["a\u{0}b", "a\u{7}b", "a\u{202e}b", "\u{2066}a", "a\u{7f}b"].map(|text| json!(text)));
        if let Some(most) = schema["maxLength"].as_u64() {
            wrong.push(json!("x".repeat(usize::try_from(most).unwrap() + 1)));
        }
        if schema["minLength"].as_u64().is_some_and(|least| least > 0) {
            wrong.push(json!(""));
            // Only a secret may be all blanks.
            if schema["format"] != "password" {
                wrong.push(json!(" \u{200b} "));
            }
        }
        if schema["enum"].is_array() {
            wrong.extend([json!("no_such_word"), json!("'; DROP TABLE units; --")]);
        }
        match schema["format"].as_str() {
            Some("date") => {
                wrong.extend(["2021-02-30", "24/04/2021", "2021-4-24", "99999-01-01", "2021-04-24T00:00:00Z"].map(|day| json!(day)))
            }
            Some("date-time") => wrong.extend(["2021-02-30T00:00:00Z", "2021-04-24", "now"].map(|at| json!(at))),
            Some("uuid") => wrong.extend(["not-an-id", "{0198c0de-0000-7000-8000-000000000000}", ""].map(|id| json!(id))),
            _ => {}
        }
    }
    if is(schema, "integer") {
        let beyond = |bound: Option<i64>, by: i64| bound.and_then(|bound| bound.checked_add(by)).map(|beyond| json!(beyond));
        wrong.extend(beyond(schema["minimum"].as_i64(), -1));
        wrong.extend(beyond(schema["maximum"].as_i64(), 1));
        wrong.extend([json!(i64::MIN), json!(u64::MAX), json!(1e300)]);
    }
    if is(schema, "array")
        && let Some(most) = schema["maxItems"].as_u64().filter(|most| *most <= 1_000)
    {
        wrong.push((0..=most).map(|_| fitting(&schema["items"])).collect());
    }
    wrong
}

/// Every way to put one wrong value into a value that fits, all the way down.
fn spoilt(schema: &'static Value, value: &Value, depth: usize) -> Vec<Value> {
    let mut all = misfits(schema);
    let schema = chosen(schema, value);
    if depth > 4 {
        return all;
    }
    if is(schema, "object") {
        let object = value.as_object().cloned().unwrap_or_default();
        let put = |name: &str, inner: Value| {
            let mut object = object.clone();
            object.insert(name.to_owned(), inner);
            Value::Object(object)
        };
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let inner = object.get(name).cloned().unwrap_or_else(|| fitting(property));
            all.extend(spoilt(property, &inner, depth + 1).into_iter().map(|inner| put(name, inner)));
        }
        if schema["additionalProperties"].is_object() {
            all.extend(misfits(&schema["additionalProperties"]).into_iter().map(|inner| json!({ "system": inner })));
            all.extend([json!({"": "x"}), json!({"a\u{0}": "x"}), json!({"x".repeat(65): "x"})]);
        } else {
            all.extend(["colour", "__proto__", "ID", "a\u{0}"].map(|name| put(name, json!("x"))));
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let mut object: Map<String, Value> = object.clone();
            object.remove(name);
            all.push(Value::Object(object));
        }
    }
    if is(schema, "array") {
        let inner = value.get(0).cloned().unwrap_or_else(|| fitting(&schema["items"]));
        all.extend(spoilt(&schema["items"], &inner, depth + 1).into_iter().map(|inner| json!([inner])));
    }
    all
}

/// Wrong bodies for an operation, from its documented body.
pub fn wrong(body: &'static Value) -> Vec<Value> {
    let content = body["content"].as_object().and_then(|content| content.values().next()).expect("a body has content");
    spoilt(&content["schema"], &content["example"], 0)
}

/// The documented example of a body.
pub fn example(body: &'static Value) -> &'static Value {
    &body["content"].as_object().and_then(|content| content.values().next()).expect("a body has content")["example"]
}
