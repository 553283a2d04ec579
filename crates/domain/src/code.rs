//! The human key of a resource: short, typable, unique among its kind.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::refusal::{Code as Rule, Refusal};

/// A human key such as `SKHDT-DA-NANG` or `KHOI-TONG-HOP/2021`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(String);

/// Longest code, in characters.
pub const CODE_MAX: usize = 64;
/// What a code may be made of, as served in the OpenAPI document.
pub const CODE_PATTERN: &str = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$";

impl Code {
    /// Checks a typed code.
    ///
    /// # Errors
    /// [`Rule::CodeMalformed`] at `pointer`; what looks like a UUID is refused too, since references
    /// accept either.
    pub fn parse(pointer: &str, text: &str) -> Result<Self, Refusal> {
        let mut bytes = text.bytes();
        let starts = bytes.next().is_some_and(|b| b.is_ascii_alphanumeric());
        let goes_on = bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'/' | b'-'));
        if starts && goes_on && text.len() <= CODE_MAX && Uuid::try_parse(text).is_err() {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::at(pointer, Rule::CodeMalformed))
        }
    }

    /// A code made of a name for want of a typed one: folded, upper case, words joined by `-`.
    #[must_use]
    pub fn from_name(name: &str, tail: &str) -> Self {
        let mut code: String = crate::text::fold(name)
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-")
            .to_ascii_uppercase();
        code.truncate(CODE_MAX.saturating_sub(tail.len()));
        if code.is_empty() {
            code.push('X');
        }
        code.push_str(tail);
        Self(code)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A code read back from where it was kept.
    #[must_use]
    pub const fn kept(text: String) -> Self {
        Self(text)
    }

    /// The bare text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Code {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(CODE_MAX)).pattern(Some(CODE_PATTERN)).into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Code {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_plain() {
        for good in ["A", "P34-DA-NANG", "KHOI/2021", "a.b_c"] {
            assert_eq!(Code::parse("/code", good).unwrap().as_str(), good);
        }
        for bad in ["", "-a", "Đ", "a b", "0198c0de-0000-7000-8000-000000000000", &"a".repeat(65)] {
            assert!(Code::parse("/code", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_gives_a_code() {
        assert_eq!(Code::from_name("Khối thi đua Tổng hợp", "/2021").as_str(), "KHOI-THI-DUA-TONG-HOP/2021");
        assert!(Code::parse("", Code::from_name(&"Đ".repeat(200), "-x").as_str()).is_ok());
    }
}
