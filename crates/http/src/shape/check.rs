//! A schema compiled, and a value held against it: texts are brought into their kept form on the way.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use thidua_domain::refusal::both;
use thidua_domain::text::{self, Fault as TextFault, Lines};
use thidua_domain::time::Date;

use super::compile::node;
use super::{ENTRIES_MAX, Shape};
use crate::problem::{Fault, Protocol};

/// A compiled schema.
#[derive(Debug, Clone)]
pub struct Check {
    root: Node,
    named: HashMap<String, Node>,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    Any,
    Named(String),
    Nullable(Box<Node>),
    Text {
        min: usize,
        max: usize,
        format: Format,
    },
    Words(Vec<String>),
    Integer {
        min: i64,
        max: i64,
    },
    Number {
        min: f64,
        max: f64,
        places: Option<usize>,
    },
    Boolean,
    List {
        item: Box<Node>,
        min: usize,
        max: usize,
    },
    /// Objects of several shapes, told apart by the word in one field.
    Tagged {
        tag: String,
        shapes: BTreeMap<String, Node>,
    },
    Object {
        fields: BTreeMap<String, Node>,
        required: Vec<String>,
        rest: Option<Box<Node>>,
        min: usize,
        ignored: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Line,
    Lines,
    Secret,
    Uuid,
    Date,
    Instant,
    Code,
    Username,
    Country,
    ExternalId,
}

impl Check {
    /// Compiles a shape. Fields that only the answer shows are ignored when they are sent back, in the
    /// whole as in its parts.
    #[must_use]
    pub fn compile(shape: &Shape, answer: Option<&Shape>) -> Self {
        let mut named = shape.components.iter().map(|(name, schema)| (name.clone(), node(schema))).collect::<HashMap<_, _>>();
        let mut root = named.get(&shape.name).cloned().unwrap_or(Node::Any);
        if let Some(answer) = answer {
            ignore_shown(&mut root, answer.own(), &mut named, answer);
        }
        Self { root, named }
    }

    /// Checks a value and brings its texts into their kept form. A wrong type is told alone and at
    /// once (400); everything else is gathered (422).
    ///
    /// # Errors
    /// All faults found.
    pub fn run(&self, value: &mut Value) -> Result<(), Vec<Fault>> {
        let mut walk = Walk { check: self, faults: Vec::new() };
        match walk.node(&self.root, value, "") {
            Err(fatal) => Err(vec![fatal]),
            Ok(()) if walk.faults.is_empty() => Ok(()),
            Ok(()) => Err(walk.faults),
        }
    }
}

/// Marks what the answer shows and the body does not take, side by side down to the smallest part.
fn ignore_shown(taken: &mut Node, shown: &Value, named: &mut HashMap<String, Node>, answer: &Shape) {
    let shown = answer.resolve(shown);
    match taken {
        Node::Nullable(inner) => ignore_shown(inner, shown, named, answer),
        Node::List { item, .. } => {
            if let Some(shown) = shown.get("items") {
                ignore_shown(item, shown, named, answer);
            }
        }
        Node::Named(name) => {
            // Out of the map while it is walked, so that what contains itself is walked once.
            if let Some((name, mut part)) = named.remove_entry(name) {
                ignore_shown(&mut part, shown, named, answer);
                named.insert(name, part);
            }
        }
        Node::Object { fields, ignored, rest: None, .. } => {
            for (name, shown) in shown.get("properties").and_then(Value::as_object).into_iter().flatten() {
                match fields.get_mut(name) {
                    Some(field) => ignore_shown(field, shown, named, answer),
                    None if ignored.contains(name) => {}
                    None => ignored.push(name.clone()),
                }
            }
        }
        _ => {}
    }
}

/// JSON knows one kind of number: 7.0 is the integer 7. Larger ones than a fraction holds exactly are none.
fn as_integer(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then(|| whole(number))
}

#[allow(clippy::cast_possible_truncation, reason = "small whole numbers only: bounds written in the source, and what was looked at before")]
pub(super) fn whole(bound: f64) -> i64 {
    bound as i64
}

/// Digits after the decimal point of the shortest number that reads back as this one.
fn decimals(number: f64) -> usize {
    let written = number.to_string();
    written.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

struct Walk<'a> {
    check: &'a Check,
    faults: Vec<Fault>,
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn wrong_type(pointer: &str, expected: &str, value: &Value) -> Fault {
    Fault::at(pointer, Protocol::WrongType).with("expected", expected).with("found", kind_of(value))
}

/// A field name as a JSON pointer token.
#[must_use]
pub fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl<'a> Walk<'a> {
    fn node(&mut self, node: &'a Node, value: &mut Value, pointer: &str) -> Result<(), Fault> {
        match node {
            Node::Any => Ok(()),
            Node::Named(name) => match self.check.named.get(name) {
                Some(node) => self.node(node, value, pointer),
                None => Ok(()),
            },
            Node::Nullable(inner) => {
                if value.is_null() {
                    Ok(())
                } else {
                    self.node(inner, value, pointer)
                }
            }
            Node::Text { min, max, format } => self.text(value, pointer, *min, *max, *format),
            Node::Words(words) => {
                let Value::String(word) = value else { return Err(wrong_type(pointer, "string", value)) };
                if !words.contains(word) {
                    self.faults.push(Fault::at(pointer, Protocol::NotInList).with("allowed", words.join(", ")));
                }
                Ok(())
            }
            Node::Integer { min, max } => {
                let Some(number) = value.as_i64().or_else(|| value.as_f64().and_then(as_integer)) else {
                    return Err(wrong_type(pointer, "integer", value));
                };
                *value = Value::from(number);
                if number < *min {
                    self.faults.push(Fault::at(pointer, Protocol::TooSmall).with("limit", min));
                } else if number > *max {
                    self.faults.push(Fault::at(pointer, Protocol::TooLarge).with("limit", max));
                }
                Ok(())
            }
            Node::Number { min, max, places } => self.number(value, pointer, *min, *max, *places),
            Node::Boolean => {
                if value.is_boolean() {
                    Ok(())
                } else {
                    Err(wrong_type(pointer, "boolean", value))
                }
            }
            Node::List { item, min, max } => self.list(value, pointer, item, *min, *max),
            Node::Tagged { tag, shapes } => self.tagged(value, pointer, tag, shapes),
            Node::Object { .. } => self.object(node, value, pointer),
        }
    }

    fn number(&mut self, value: &Value, pointer: &str, min: f64, max: f64, places: Option<usize>) -> Result<(), Fault> {
        let Some(number) = value.as_f64() else { return Err(wrong_type(pointer, "number", value)) };
        if number < min {
            self.faults.push(Fault::at(pointer, Protocol::TooSmall).with("limit", min));
        } else if number > max {
            self.faults.push(Fault::at(pointer, Protocol::TooLarge).with("limit", max));
        } else if let Some(limit) = places.filter(|limit| decimals(number) > *limit) {
            self.faults.push(Fault::at(pointer, Protocol::TooFine).with("limit", limit));
        }
        Ok(())
    }

    fn tagged(&mut self, value: &mut Value, pointer: &str, tag: &str, shapes: &'a BTreeMap<String, Node>) -> Result<(), Fault> {
        let Value::Object(object) = &*value else { return Err(wrong_type(pointer, "object", value)) };
        let here = format!("{pointer}/{}", token(tag));
        match object.get(tag) {
            None => self.faults.push(Fault::at(here, Protocol::Required).with("field", tag)),
            Some(Value::String(word)) => match shapes.get(word) {
                Some(shape) => return self.node(shape, value, pointer),
                None => {
                    let allowed = shapes.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                    self.faults.push(Fault::at(here, Protocol::NotInList).with("allowed", allowed));
                }
            },
            Some(other) => return Err(wrong_type(&here, "string", other)),
        }
        Ok(())
    }

    fn list(&mut self, value: &mut Value, pointer: &str, item: &'a Node, min: usize, max: usize) -> Result<(), Fault> {
        let Value::Array(items) = value else { return Err(wrong_type(pointer, "array", value)) };
        if items.len() < min {
            self.faults.push(Fault::at(pointer, Protocol::TooFew).with("limit", min));
        }
        if items.len() > max {
            self.faults.push(Fault::at(pointer, Protocol::TooMany).with("limit", max).with("found", items.len()));
            return Ok(());
        }
        for (i, value) in items.iter_mut().enumerate() {
            self.node(item, value, &format!("{pointer}/{i}"))?;
        }
        Ok(())
    }

    fn object(&mut self, node: &'a Node, value: &mut Value, pointer: &str) -> Result<(), Fault> {
        let Node::Object { fields, required, rest, min, ignored } = node else { return Ok(()) };
        let Value::Object(object) = value else { return Err(wrong_type(pointer, "object", value)) };
        if !ignored.is_empty() {
            object.retain(|name, _| !ignored.contains(name));
        }
        for (name, value) in object.iter_mut() {
            let here = format!("{pointer}/{}", token(name));
            match (fields.get(name), rest) {
                (Some(field), _) => self.node(field, value, &here)?,
                (None, Some(rest)) => {
                    // A colon parts the system from the value in filters.
                    if name.is_empty()
                        || name.chars().count() > 64
                        || name.contains(':')
                        || text::normalise(name, Lines::One).as_deref() != Ok(name.as_str())
                    {
                        self.faults.push(
                            Fault::at(here.clone(), Protocol::BadFormat)
                                .with("expected", both("1–64 ký tự, không có dấu hai chấm", "1–64 characters without a colon")),
                        );
                    }
                    self.node(rest, value, &here)?;
                }
                (None, None) => return Err(Fault::at(here, Protocol::UnknownField).with("field", name)),
            }
        }
        if rest.is_some() && object.len() > ENTRIES_MAX {
            self.faults.push(Fault::at(pointer, Protocol::TooMany).with("limit", ENTRIES_MAX).with("found", object.len()));
        }
        if object.len() < *min {
            self.faults.push(Fault::at(pointer, Protocol::NothingToChange));
        }
        for name in required.iter().filter(|name| !object.contains_key(*name)) {
            self.faults.push(Fault::at(format!("{pointer}/{}", token(name)), Protocol::Required).with("field", name));
        }
        Ok(())
    }

    fn text(&mut self, value: &mut Value, pointer: &str, min: usize, max: usize, format: Format) -> Result<(), Fault> {
        if let Some(id) = shown_reference(value) {
            *value = id;
        }
        let Value::String(typed) = value else { return Err(wrong_type(pointer, "string", value)) };
        let lines = if format == Format::Lines { Lines::Many } else { Lines::One };
        let trimmed = match text::normalise(typed, lines) {
            Ok(kept) => kept,
            Err(TextFault::Control(c)) => {
                self.faults.push(Fault::at(pointer, Protocol::TextControl).with("found", format!("U+{:04X}", u32::from(c))));
                return Ok(());
            }
            Err(TextFault::Direction(c)) => {
                self.faults.push(Fault::at(pointer, Protocol::TextDirection).with("found", format!("U+{:04X}", u32::from(c))));
                return Ok(());
            }
        };
        // A secret keeps the blanks at its ends: they may be part of it.
        if format != Format::Secret {
            *typed = trimmed;
        }
        let length = typed.chars().count();
        if length < min {
            self.faults.push(Fault::at(pointer, Protocol::TooShort).with("limit", min));
        } else if length > max {
            self.faults.push(Fault::at(pointer, Protocol::TooLong).with("limit", max).with("found", length));
        } else if let Some(expected) = misses(format, typed) {
            self.faults.push(Fault::at(pointer, Protocol::BadFormat).with("expected", expected));
        }
        Ok(())
    }
}

/// The identifier out of a reference as answers show it, `{id, code, name}`: what was read can be sent back.
fn shown_reference(value: &Value) -> Option<Value> {
    let object = value.as_object().filter(|object| object.len() == 3 && object.contains_key("code") && object.contains_key("name"))?;
    object.get("id").filter(|id| id.is_string()).cloned()
}

/// What a text should look like, when it does not.
fn misses(format: Format, text: &str) -> Option<String> {
    let (fits, expected) = match format {
        Format::Line | Format::Lines | Format::Secret => (true, ""),
        Format::Uuid => (uuid::Uuid::try_parse(text).is_ok() && text.len() == 36, "0198c0de-0000-7000-8000-000000000000"),
        Format::Date => (is_date(text), "2021-04-24"),
        Format::Instant => {
            (serde_json::from_value::<thidua_domain::time::Instant>(Value::String(text.to_owned())).is_ok(), "2021-04-24T01:30:00Z")
        }
        Format::Code => (thidua_domain::code::Code::parse("", text).is_ok(), "SKHDT-DA-NANG"),
        Format::ExternalId => (text.split_once(':').is_some_and(|(system, value)| !system.is_empty() && !value.is_empty()), "qlvb:1234"),
        Format::Country => {
            let named = || both("hai chữ cái in hoa (ISO 3166-1), ví dụ VN", "two capital letters (ISO 3166-1), such as VN");
            return (!thidua_domain::person::is_country(text)).then(named);
        }
        Format::Username => (thidua_domain::user::is_username(text), "lan.nguyen"),
    };
    (!fits).then(|| expected.to_owned())
}

/// A day of the calendar, written in full; no year of the first century, which is a slip of the pen.
fn is_date(text: &str) -> bool {
    text.len() == 10 && text.starts_with(['1', '2']) && text.parse::<Date>().is_ok_and(|date| date.to_string() == text)
}
