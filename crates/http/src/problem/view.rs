//! A problem document as it is sent (RFC 9457). What callers sent is repeated in it only up to a length.

use serde::Serialize;
use thidua_domain::vocabulary::Lang;
use utoipa::ToSchema;

use super::{Fault, Place};

/// Longest detail, in characters.
pub(super) const DETAIL_MOST: usize = 4000;
/// Longest path that is repeated.
pub(super) const INSTANCE_MOST: usize = 8000;
/// Most faults that are told.
pub(super) const FAULTS_MOST: usize = 1000;
/// Longest pointer: names of fields are the caller's own.
const POINTER_MOST: usize = 1000;
/// Longest name of a parameter.
const PARAMETER_MOST: usize = 200;

/// The text, or its beginning.
pub(super) fn cut(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most.saturating_sub(1)).filter(|(end, c)| end + c.len_utf8() < text.len()) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A problem document (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/api/v1/errors#not_found", "title": "Không tìm thấy", "status": 404,
    "detail": "Không có đối tượng này, hoặc đối tượng nằm ngoài phạm vi được xem của tài khoản. Hãy kiểm tra mã định danh, hoặc xin cấp quyền trên đơn vị liên quan.",
    "instance": "/api/v1/units/0198c0de-0000-7000-8000-000000000000", "code": "not_found",
    "request_id": "0198c0de-0000-7000-8000-0000000000aa", "errors": []
}))]
pub struct ProblemView {
    /// Where the code is explained.
    #[schema(format = "uri-reference", max_length = 200)]
    pub r#type: String,
    /// The rule in a few words.
    #[schema(max_length = 200)]
    pub title: String,
    /// The status, again.
    #[schema(minimum = 300, maximum = 599)]
    pub status: u16,
    /// State and mend.
    #[schema(max_length = 4000)]
    pub detail: String,
    /// The path that was asked for.
    #[schema(max_length = 8000)]
    pub instance: String,
    /// The stable code.
    #[schema(max_length = 60)]
    pub code: String,
    /// The request, for the log.
    #[schema(max_length = 64)]
    pub request_id: String,
    /// Each thing wrong, with its place.
    #[schema(max_items = 1000)]
    pub errors: Vec<FaultView>,
}

/// One thing wrong, with its place.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProblemError)]
pub struct FaultView {
    /// JSON pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, nullable = false)]
    pub pointer: Option<String>,
    /// Name of the query parameter or header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    pub parameter: Option<String>,
    /// The stable code.
    #[schema(max_length = 60)]
    pub code: String,
    /// State and mend.
    #[schema(max_length = 4000)]
    pub detail: String,
}

impl FaultView {
    pub(super) fn of(fault: &Fault, lang: Lang) -> Self {
        let (pointer, parameter) = match &fault.place {
            Place::Whole => (Some(String::new()), None),
            Place::Pointer(pointer) => (Some(cut(pointer.clone(), POINTER_MOST)), None),
            Place::Parameter(name) => (None, Some(cut(name.clone(), PARAMETER_MOST))),
        };
        Self { pointer, parameter, code: fault.code.as_str().to_owned(), detail: cut(fault.detail(lang), DETAIL_MOST) }
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(cut("đơn vị".to_owned(), 6), "đơn vị");
        assert_eq!(cut("đơn vị!".to_owned(), 6), "đơn v…");
        assert_eq!(cut(String::new(), 6), "");
    }
}
