//! Headers of requests that steer an answer: how long they may be and what they look like, for the check and for
//! the document alike. What each of them means is said where it is read.

use actix_web::http::header::HeaderMap;
use serde_json::{Value, json};
use thidua_domain::refusal::both;

use crate::problem::{ApiError, Fault, Protocol};

/// A header.
pub(crate) struct Heading {
    /// Its name.
    pub(crate) name: &'static str,
    /// Longest, in bytes.
    pub(crate) most: usize,
    /// What it looks like, as a regular expression of ECMA-262.
    pub(crate) pattern: Option<&'static str>,
}

/// The version that a change is meant for.
pub(crate) const IF_MATCH: Heading = Heading { name: "If-Match", most: 100, pattern: Some(r#"^(\*|(W/)?"[!#-~]*")$"#) };
/// That there is nothing yet to be changed.
pub(crate) const IF_NONE_MATCH: Heading = Heading { name: "If-None-Match", most: 100, pattern: Some(r"^\*$") };
/// Under which an answer is kept.
pub(crate) const IDEMPOTENCY_KEY: Heading = Heading { name: "Idempotency-Key", most: 128, pattern: Some(r#"^("[!#-~]+"|[!#-~]+)$"#) };
/// What else a list should tell.
pub(crate) const PREFER: Heading = Heading { name: "Prefer", most: 100, pattern: None };
/// The part of a file that is wanted.
pub(crate) const RANGE: Heading = Heading { name: "Range", most: 100, pattern: None };

impl Heading {
    /// The header is not what it should be.
    pub(crate) fn fault(&self, why: String) -> ApiError {
        Fault::parameter(self.name, Protocol::BadHeader).with("name", self.name).with("why", why).into()
    }

    /// As the document has it.
    pub(crate) fn schema(&self) -> Value {
        match self.pattern {
            Some(pattern) => json!({ "type": "string", "maxLength": self.most, "pattern": pattern }),
            None => json!({ "type": "string", "maxLength": self.most }),
        }
    }
}

/// Refuses headers that are longer than they may be, whether they mean something here or not, and one that means
/// something in answers only: who sends it does not want to keep what would be kept.
///
/// # Errors
/// [`Protocol::BadHeader`].
pub(crate) fn check(headers: &HeaderMap) -> Result<(), ApiError> {
    for heading in [&IF_MATCH, &IDEMPOTENCY_KEY, &PREFER, &RANGE] {
        if headers.get(heading.name).is_some_and(|value| value.len() > heading.most) {
            let most = heading.most;
            return Err(heading.fault(both(format!("tối đa {most} ký tự"), format!("{most} characters at most"))));
        }
    }
    if headers.contains_key("dry-run") {
        let why = both(
            "chạy thử bằng ?dry_run=true; tiêu đề này chỉ có trong câu trả lời",
            "ask with ?dry_run=true; this header is in answers only",
        );
        return Err(Fault::parameter("Dry-Run", Protocol::BadHeader).with("name", "Dry-Run").with("why", why).into());
    }
    Ok(())
}

/// What stands between quotes, or all of it; nothing where that is empty, has quotes inside or anything that is not
/// visible.
pub(crate) fn unquoted(text: &str) -> Option<&str> {
    let bare = text.strip_prefix('"').map_or(Some(text), |rest| rest.strip_suffix('"'))?;
    (!bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn a_key_is_visible_and_quoted_whole_or_not_at_all() {
        assert_eq!((unquoted("k1"), unquoted("\"k1\"")), (Some("k1"), Some("k1")));
        for wrong in ["", "\"\"", "\"", "\"k1", "k1\"", "k\"1", "k 1", "k\t1", "khóa"] {
            assert_eq!(unquoted(wrong), None, "{wrong}");
        }
    }
}
