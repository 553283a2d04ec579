//! Every reply in every test is held against the OpenAPI document: its status must be documented
//! for the operation, and its JSON must have the documented shape.

use std::sync::OnceLock;

use serde_json::Value;

use crate::reply::{Ask, Reply};

/// The OpenAPI document of the service under test.
#[must_use]
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(thidua_http::openapi::document)
}

/// A part of the document, or what it refers to; nothing when that leads nowhere.
#[must_use]
pub fn resolved(part: &'static Value) -> &'static Value {
    match part["$ref"].as_str() {
        Some(target) => document().pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => part,
    }
}

/// The documented path that a path is an instance of; literal parts win over parameters.
fn template(path: &str) -> Option<(&'static String, &'static Value)> {
    let parts: Vec<&str> = path.split('/').collect();
    let mut found: Vec<_> = document()["paths"]
        .as_object()?
        .iter()
        .filter(|(known, _)| {
            let known: Vec<&str> = known.split('/').collect();
            known.len() == parts.len() && known.iter().zip(&parts).all(|(known, part)| known.starts_with('{') || known == part)
        })
        .collect();
    found.sort_by_key(|(known, _)| known.matches('{').count());
    found.first().copied()
}

#[track_caller]
pub(crate) fn check(ask: &Ask, reply: &Reply) {
    let path = ask.path.split('?').next().unwrap_or_default();
    let Some((_, item)) = template(path) else { return };
    let method = if ask.method == "HEAD" { "get".to_owned() } else { ask.method.to_lowercase() };
    let operation = &item[&method];
    if operation.is_null() {
        assert_eq!(reply.status, 405, "{} is not documented", reply.asked);
        return;
    }
    let documented = resolved(&operation["responses"][reply.status.to_string()]);
    assert!(!documented.is_null(), "{} answers {} without documenting it: {}", reply.asked, reply.status, reply.text());
    let media = reply.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
    if reply.bytes.is_empty() || ask.method == "HEAD" {
        return;
    }
    let content = &documented["content"][&media];
    assert!(!content.is_null(), "{} answers {} as {media} without documenting it", reply.asked, reply.status);
    if media.ends_with("json")
        && let Err(why) = fits(&content["schema"], &reply.json(), "")
    {
        panic!("{} answers what its schema does not allow: {why}\n{}", reply.asked, reply.text());
    }
}

/// Whether a value fits a schema of the document; says where it does not.
///
/// # Errors
/// The first thing that does not fit, with its JSON pointer.
pub fn fits(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return fits(&document()["components"]["schemas"][name], value, at);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fit = choices.iter().any(|choice| fits(choice, value, at).is_ok());
        return if fit { Ok(()) } else { Err(format!("{at}: none of the choices")) };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    if !kinds.iter().any(|kind| is(kind)) {
        return Err(format!("{at}: {value} is not {kinds:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Err(format!("{at}: {value} is not one of {words:?}"));
    }
    bounds(schema, value, at)?;
    if let Some(items) = value.as_array() {
        for (i, item) in items.iter().enumerate() {
            fits(&schema["items"], item, &format!("{at}/{i}"))?;
        }
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            return Err(format!("{at}: {name} is missing"));
        }
    }
    let Some(properties) = schema["properties"].as_object() else { return Ok(()) };
    for (name, value) in object {
        match properties.get(name) {
            Some(property) => fits(property, value, &format!("{at}/{name}"))?,
            None if schema["additionalProperties"].is_object() => {}
            None => return Err(format!("{at}: {name} is not documented")),
        }
    }
    Ok(())
}

fn bounds(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let size = match value {
        Value::String(text) => Some((text.chars().count(), "minLength", "maxLength")),
        Value::Array(items) => Some((items.len(), "minItems", "maxItems")),
        _ => None,
    };
    if let Some((size, least, most)) = size {
        let bound = |key: &str| schema[key].as_u64().and_then(|n| usize::try_from(n).ok());
        if bound(least).is_some_and(|least| size < least) || bound(most).is_some_and(|most| size > most) {
            return Err(format!("{at}: size {size} is out of bounds"));
        }
    }
    if let Some(number) = value.as_f64()
        && (schema["minimum"].as_f64().is_some_and(|least| number < least) || schema["maximum"].as_f64().is_some_and(|most| number > most))
    {
        return Err(format!("{at}: {number} is out of bounds"));
    }
    Ok(())
}
