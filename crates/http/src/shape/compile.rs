//! A schema made into what bodies are held against.

use std::collections::BTreeMap;

use serde_json::Value;
use thidua_domain::points::DECIMAL_PLACES;

use super::check::{Format, Node, whole};

fn usize_of(schema: &Value, key: &str) -> Option<usize> {
    schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok())
}

pub(super) fn node(schema: &Value) -> Node {
    if let Some(Value::String(target)) = schema.get("$ref") {
        return Node::Named(target.rsplit('/').next().unwrap_or_default().to_owned());
    }
    if let Some(Value::Array(choices)) = schema.get("oneOf").or_else(|| schema.get("allOf")).or_else(|| schema.get("anyOf")) {
        let others: Vec<&Value> = choices.iter().filter(|choice| choice.get("type") != Some(&"null".into())).collect();
        let inner = match others.as_slice() {
            [only] => node(only),
            several => tagged(several).unwrap_or(Node::Any),
        };
        return if others.len() < choices.len() { Node::Nullable(Box::new(inner)) } else { inner };
    }
    let (kind, can_be_null) = match schema.get("type") {
        Some(Value::String(kind)) => (kind.as_str(), false),
        Some(Value::Array(kinds)) => {
            let kind = kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default();
            (kind, kinds.iter().any(|kind| kind == "null"))
        }
        _ => ("", false),
    };
    let inner = typed(kind, schema);
    if can_be_null { Node::Nullable(Box::new(inner)) } else { inner }
}

/// The one word that a field of an object can be.
fn word_of(schema: &Value, field: &str) -> Option<String> {
    let words = schema.get("properties")?.get(field)?.get("enum")?.as_array()?;
    match words.as_slice() {
        [word] => word.as_str().map(str::to_owned),
        _ => None,
    }
}

/// Objects that a field tells apart: the first field that is one word in each of them, another in each.
fn tagged(choices: &[&Value]) -> Option<Node> {
    let fields = choices.first()?.get("properties")?.as_object()?;
    fields.keys().find_map(|tag| {
        let shapes: BTreeMap<String, Node> =
            choices.iter().map(|choice| Some((word_of(choice, tag)?, node(choice)))).collect::<Option<_>>()?;
        (shapes.len() == choices.len()).then(|| Node::Tagged { tag: tag.clone(), shapes })
    })
}

fn typed(kind: &str, schema: &Value) -> Node {
    match kind {
        "string" => match schema.get("enum") {
            Some(Value::Array(words)) => Node::Words(words.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            _ => Node::Text {
                min: usize_of(schema, "minLength").unwrap_or(0),
                max: usize_of(schema, "maxLength").unwrap_or(usize::MAX),
                format: format(schema),
            },
        },
        "integer" => {
            let (min, max) = integer_bounds(schema);
            let bound = |key, widest| schema.get(key).and_then(Value::as_f64).map_or(widest, whole);
            Node::Integer { min: bound("minimum", min), max: bound("maximum", max) }
        }
        "number" => {
            let bound = |key, widest| schema.get(key).and_then(Value::as_f64).unwrap_or(widest);
            Node::Number { min: bound("minimum", f64::MIN), max: bound("maximum", f64::MAX), places: usize_of(schema, DECIMAL_PLACES) }
        }
        "boolean" => Node::Boolean,
        "array" => Node::List {
            item: Box::new(schema.get("items").map_or(Node::Any, node)),
            min: usize_of(schema, "minItems").unwrap_or(0),
            max: usize_of(schema, "maxItems").unwrap_or(usize::MAX),
        },
        "object" => Node::Object {
            fields: schema
                .get("properties")
                .and_then(Value::as_object)
                .map(|properties| properties.iter().map(|(name, schema)| (name.clone(), node(schema))).collect())
                .unwrap_or_default(),
            required: schema
                .get("required")
                .and_then(Value::as_array)
                .map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                .unwrap_or_default(),
            rest: schema.get("additionalProperties").filter(|rest| rest.is_object()).map(|rest| Box::new(node(rest))),
            min: usize_of(schema, "minProperties").unwrap_or(0),
            ignored: Vec::new(),
        },
        _ => Node::Any,
    }
}

/// Bounds of an integer whose shape says none: what its type can hold, and every client's JSON too.
pub(crate) fn integer_bounds(schema: &Value) -> (i64, i64) {
    match schema.get("format").and_then(Value::as_str) {
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        _ => (-(1 << 53), 1 << 53),
    }
}

fn format(schema: &Value) -> Format {
    match (schema.get("format").and_then(Value::as_str), schema.get("pattern").and_then(Value::as_str)) {
        (Some("multiline"), _) => Format::Lines,
        (Some("password"), _) => Format::Secret,
        (Some("uuid"), _) => Format::Uuid,
        (Some("date"), _) => Format::Date,
        (Some("date-time"), _) => Format::Instant,
        (_, Some(thidua_domain::code::CODE_PATTERN)) => Format::Code,
        (_, Some(thidua_domain::user::USERNAME_PATTERN)) => Format::Username,
        (_, Some(thidua_domain::person::COUNTRY_PATTERN)) => Format::Country,
        (_, Some(crate::parts::EXTERNAL_ID_PATTERN)) => Format::ExternalId,
        _ => Format::Line,
    }
}
