//! Reading JSON strictly: no field twice, no nesting without end. `serde_json` alone would keep the
//! last of two equal fields, and a signed document could say two things.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::problem::{ApiError, Fault, Protocol};

/// Deepest nesting that is read.
pub const DEPTH: usize = 32;
const DUPLICATE: &str = "\u{1}duplicate:";
const DEEP: &str = "\u{1}deep";

/// Reads a body.
///
/// # Errors
/// [`Protocol::MalformedJson`], [`Protocol::DuplicateField`], [`Protocol::TooDeep`].
pub fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| {
        let text = error.to_string();
        if let Some((_, rest)) = text.split_once(DUPLICATE) {
            let field = rest.split('\u{1}').next().unwrap_or_default();
            return Fault::of(Protocol::DuplicateField).with("field", field).into();
        }
        if text.contains(DEEP) || text.contains("recursion limit") {
            return Fault::of(Protocol::TooDeep).with("limit", DEPTH).into();
        }
        Fault::of(Protocol::MalformedJson).with("at", format!("{}:{}", error.line(), error.column())).into()
    })
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH { Err(E::custom(DEEP)) } else { Ok(Self { depth: self.depth + 1 }) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut fields = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if fields.contains_key(&name) {
                return Err(A::Error::custom(format!("{DUPLICATE}{name}\u{1}")));
            }
            let value = map.next_value_seed(inner)?;
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> &'static str {
        parse(body.as_bytes()).unwrap_err().code().as_str()
    }

    #[test]
    fn json_is_read_strictly() {
        assert_eq!(parse(br#"{"a": [1, -2, 0.5, null, true, "x"]}"#).unwrap().to_string(), r#"{"a":[1,-2,0.5,null,true,"x"]}"#);
        assert_eq!(code(r#"{"a": 1, "a": 2}"#), "duplicate_field");
        assert_eq!(code(r#"{"a": 1} x"#), "malformed_json");
        assert_eq!(code(r#"{"a": "\ud800"}"#), "malformed_json");
        assert_eq!(code(""), "malformed_json");
        assert_eq!(code(&("[".repeat(33) + &"]".repeat(33))), "too_deep");
        assert!(parse(("[".repeat(32) + &"]".repeat(32)).as_bytes()).is_ok());
        assert_eq!(code(&"[".repeat(100_000)), "too_deep");
    }
}
