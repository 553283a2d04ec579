//! Problems: every answer that is not a success. One table maps each code to its status and texts;
//! the codes of rules come from the domain, those of the protocol are here.

use actix_web::http::StatusCode;
use serde::Serialize;
use thidua_domain::refusal::{Class, Code as Rule, DomainError, Refusal, fill};
use thidua_domain::vocabulary::{Bilingual, Lang};
use thidua_store::StoreError;
use utoipa::ToSchema;

macro_rules! protocol {
    ($( $variant:ident = $code:literal, $status:ident, $tvi:literal, $ten:literal, $dvi:literal, $den:literal; )+) => {
        /// What can go wrong before or below the rules.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Protocol { $( #[doc = $ten] $variant, )+ }

        impl Protocol {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];
            const fn row(self) -> (&'static str, StatusCode, Bilingual, Bilingual) {
                match self {
                    $( Self::$variant => (
                        $code, StatusCode::$status, Bilingual { vi: $tvi, en: $ten }, Bilingual { vi: $dvi, en: $den },
                    ), )+
                }
            }
        }
    };
}

protocol! {
    MalformedJson = "malformed_json", BAD_REQUEST, "JSON không đọc được", "Unreadable JSON",
        "Nội dung gửi không phải JSON hợp lệ: {why}. Hãy kiểm tra cú pháp và bảng mã UTF-8.", "The body is not valid JSON: {why}. Check its syntax and that it is UTF-8.";
    DuplicateField = "duplicate_field", BAD_REQUEST, "Trường lặp lại", "Field given twice",
        "Trường {field} xuất hiện hai lần trong cùng một đối tượng. Hãy giữ lại một.", "The field {field} stands twice in one object. Keep one.";
    TooDeep = "too_deep", BAD_REQUEST, "Lồng quá sâu", "Nested too deeply",
        "JSON lồng quá {limit} tầng.", "The JSON is nested more than {limit} levels deep.";
    WrongType = "wrong_type", BAD_REQUEST, "Sai kiểu dữ liệu", "Wrong type",
        "Giá trị phải là {expected}, nhận được {found}.", "The value must be {expected}, but {found} was sent.";
    UnknownField = "unknown_field", BAD_REQUEST, "Trường không có", "Unknown field",
        "Không có trường {field} ở đây. Hãy xem tài liệu của thao tác này.", "There is no field {field} here. See the documentation of this operation.";
    UnknownParameter = "unknown_parameter", BAD_REQUEST, "Tham số không có", "Unknown parameter",
        "Không có tham số {name} ở đây. Tham số bắt đầu bằng _ được bỏ qua.", "There is no parameter {name} here. Parameters that begin with _ are ignored.";
    BadParameter = "bad_parameter", BAD_REQUEST, "Tham số không đọc được", "Unreadable parameter",
        "Tham số {name} phải là {expected} và chỉ xuất hiện một lần.", "The parameter {name} must be {expected} and stand once.";
    BadCursor = "bad_cursor", BAD_REQUEST, "Con trỏ không hợp lệ", "Bad cursor",
        "cursor không thuộc danh sách với bộ lọc và thứ tự này. Hãy bắt đầu lại không có cursor.", "The cursor does not belong to this list with these filters and this order. Begin again without one.";
    BadHeader = "bad_header", BAD_REQUEST, "Tiêu đề không hợp lệ", "Bad header",
        "Tiêu đề {name} không hợp lệ: {why}.", "The header {name} is not valid: {why}.";
    BodyRequired = "body_required", BAD_REQUEST, "Thiếu nội dung", "Body required",
        "Thao tác này cần nội dung JSON.", "This operation needs a JSON body.";
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Chưa đăng nhập", "Not signed in",
        "Cần tiêu đề Authorization: Bearer với access token còn hiệu lực. Hãy đăng nhập ở POST /api/v1/auth/sessions.", "An Authorization: Bearer header with a valid access token is needed. Sign in at POST /api/v1/auth/sessions.";
    BadToken = "bad_token", UNAUTHORIZED, "Token không hợp lệ", "Token not valid",
        "Access token không hợp lệ, đã hết hạn hoặc phiên đã kết thúc. Hãy làm mới hoặc đăng nhập lại.", "The access token is not valid, has expired, or its session has ended. Refresh it or sign in again.";
    BadCredentials = "bad_credentials", UNAUTHORIZED, "Sai tên đăng nhập hoặc mật khẩu", "Wrong user name or password",
        "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đã khóa.", "The user name or the password is wrong, or the account is deactivated.";
    BadRefreshToken = "bad_refresh_token", UNAUTHORIZED, "Refresh token không hợp lệ", "Refresh token not valid",
        "Refresh token không hợp lệ, đã hết hạn hoặc đã dùng; nếu đã dùng thì cả phiên bị thu hồi. Hãy đăng nhập lại.", "The refresh token is not valid, has expired or was used before; if it was used, the whole session is revoked. Sign in again.";
    NoSuchPath = "no_such_path", NOT_FOUND, "Không có đường dẫn này", "No such path",
        "Không có tài nguyên nào ở đường dẫn này. Danh sách thao tác có tại /api/v1/openapi.json.", "There is nothing at this path. All operations are listed at /api/v1/openapi.json.";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Phương thức không hỗ trợ", "Method not allowed",
        "Đường dẫn này không nhận phương thức {method}; hãy dùng: {allow}.", "This path does not take {method}; use: {allow}.";
    RequestTimeout = "request_timeout", REQUEST_TIMEOUT, "Gửi quá chậm", "Sent too slowly",
        "Nội dung không đến đủ trong {seconds} giây.", "The body did not arrive within {seconds} seconds.";
    KeyInUse = "idempotency_key_reused", UNPROCESSABLE_ENTITY, "Idempotency-Key đã dùng", "Idempotency-Key used",
        "Idempotency-Key này đã được dùng cho một yêu cầu khác. Hãy tạo khóa mới cho mỗi việc mới.", "This Idempotency-Key was used for another request. Make a new key for each new act.";
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "Nội dung quá lớn", "Body too large",
        "Nội dung vượt quá {limit} byte.", "The body is larger than {limit} bytes.";
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "Kiểu nội dung không hỗ trợ", "Unsupported media type",
        "Hãy gửi Content-Type: {expected}.", "Send Content-Type: {expected}.";
    ValidationFailed = "validation_failed", UNPROCESSABLE_ENTITY, "Dữ liệu chưa hợp lệ", "Not valid",
        "Có {count} điểm chưa hợp lệ; xem errors.", "{count} things are not valid; see errors.";
    Required = "required", UNPROCESSABLE_ENTITY, "Thiếu trường bắt buộc", "Required field missing",
        "Thiếu trường {field}.", "The field {field} is missing.";
    TooShort = "too_short", UNPROCESSABLE_ENTITY, "Quá ngắn", "Too short",
        "Cần ít nhất {limit} ký tự.", "At least {limit} characters are needed.";
    TooLong = "too_long", UNPROCESSABLE_ENTITY, "Quá dài", "Too long",
        "Tối đa {limit} ký tự, nhận được {found}.", "At most {limit} characters, but {found} were sent.";
    TooSmall = "too_small", UNPROCESSABLE_ENTITY, "Quá nhỏ", "Too small",
        "Giá trị nhỏ nhất là {limit}.", "The smallest value is {limit}.";
    TooLarge = "too_large", UNPROCESSABLE_ENTITY, "Quá lớn", "Too large",
        "Giá trị lớn nhất là {limit}.", "The largest value is {limit}.";
    TooFew = "too_few", UNPROCESSABLE_ENTITY, "Quá ít phần tử", "Too few items",
        "Cần ít nhất {limit} phần tử.", "At least {limit} items are needed.";
    TooMany = "too_many", UNPROCESSABLE_ENTITY, "Quá nhiều phần tử", "Too many items",
        "Tối đa {limit} phần tử, nhận được {found}.", "At most {limit} items, but {found} were sent.";
    NotInList = "not_in_list", UNPROCESSABLE_ENTITY, "Không có trong danh mục", "Not in the list",
        "Giá trị phải là một trong: {allowed}.", "The value must be one of: {allowed}.";
    BadFormat = "bad_format", UNPROCESSABLE_ENTITY, "Sai định dạng", "Wrong format",
        "Giá trị phải có dạng {expected}.", "The value must look like {expected}.";
    TextControl = "text_control", UNPROCESSABLE_ENTITY, "Ký tự điều khiển", "Control character",
        "Văn bản có ký tự điều khiển {found} không được phép; trường một dòng không nhận xuống dòng.", "The text has a control character {found}, which is not allowed; a one-line field takes no line break.";
    TextDirection = "text_direction", UNPROCESSABLE_ENTITY, "Ký tự đảo chiều", "Direction override",
        "Văn bản có ký tự đảo chiều viết {found}, có thể làm sai lệch nội dung. Hãy bỏ ký tự đó.", "The text has {found}, which overrides the direction of writing and can make it lie. Remove it.";
    IfMatchRequired = "if_match_required", PRECONDITION_REQUIRED, "Cần If-Match", "If-Match required",
        "Hãy đọc đối tượng, rồi gửi lại ETag của nó trong If-Match để không ghi đè thay đổi của người khác.", "Read the object, then send its ETag back in If-Match, so that nobody's change is overwritten.";
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Quá nhiều yêu cầu", "Too many requests",
        "Hãy thử lại sau {seconds} giây.", "Try again in {seconds} seconds.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Lỗi hệ thống", "Internal error",
        "Hệ thống gặp lỗi và không có gì bị thay đổi. Hãy báo quản trị viên kèm request_id.", "Something broke; nothing was changed. Report it with the request_id.";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Tạm thời quá tải", "Temporarily unavailable",
        "Hệ thống đang bận hoặc cơ sở dữ liệu chưa sẵn sàng. Hãy thử lại sau vài giây; không có gì bị thay đổi.", "The service is busy or its database is not ready. Try again in a few seconds; nothing was changed.";
}

/// A stable code: a rule of the domain or a matter of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A rule.
    Rule(Rule),
    /// The protocol.
    Protocol(Protocol),
}

impl From<Rule> for Code {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}
impl From<Protocol> for Code {
    fn from(protocol: Protocol) -> Self {
        Self::Protocol(protocol)
    }
}

impl Code {
    /// Every code of the service.
    pub fn all() -> impl Iterator<Item = Self> {
        Protocol::ALL.iter().copied().map(Self::Protocol).chain(Rule::ALL.iter().copied().map(Self::Rule))
    }

    /// The stable spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.as_str(),
            Self::Protocol(protocol) => protocol.row().0,
        }
    }

    /// The status it is answered with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Protocol(protocol) => protocol.row().1,
            Self::Rule(rule) => match rule.class() {
                Class::Absent => StatusCode::NOT_FOUND,
                Class::Forbidden => StatusCode::FORBIDDEN,
                Class::State | Class::Taken => StatusCode::CONFLICT,
                Class::Stale => StatusCode::PRECONDITION_FAILED,
                Class::Rule => StatusCode::UNPROCESSABLE_ENTITY,
            },
        }
    }

    /// The rule in a few words.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Rule(rule) => rule.title(),
            Self::Protocol(protocol) => protocol.row().2,
        }
    }

    /// State and mend.
    #[must_use]
    pub const fn detail(self) -> Bilingual {
        match self {
            Self::Rule(rule) => rule.detail(),
            Self::Protocol(protocol) => protocol.row().3,
        }
    }
}

/// Where in the request something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The whole.
    Whole,
    /// A JSON pointer into the body.
    Pointer(String),
    /// A query parameter or header.
    Parameter(String),
}

/// One thing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// Figures for the texts.
    pub with: Vec<(&'static str, String)>,
}

impl Fault {
    /// Something wrong with the whole request.
    #[must_use]
    pub fn of(code: impl Into<Code>) -> Self {
        Self { code: code.into(), place: Place::Whole, with: Vec::new() }
    }

    /// Something wrong at a pointer.
    #[must_use]
    pub fn at(pointer: impl Into<String>, code: impl Into<Code>) -> Self {
        Self { place: Place::Pointer(pointer.into()), ..Self::of(code) }
    }

    /// Something wrong with a parameter or header.
    #[must_use]
    pub fn parameter(name: impl Into<String>, code: impl Into<Code>) -> Self {
        Self { place: Place::Parameter(name.into()), ..Self::of(code) }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.with.push((name, value.to_string()));
        self
    }

    fn detail(&self, lang: Lang) -> String {
        fill(self.code.detail().get(lang), &self.with)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let place = if refusal.pointer.is_empty() { Place::Whole } else { Place::Pointer(refusal.pointer) };
        Self { code: refusal.code.into(), place, with: refusal.with }
    }
}

/// Why a request failed: a public half, and a private one that only the log sees.
#[derive(Debug)]
pub struct ApiError {
    faults: Vec<Fault>,
    private: Option<String>,
    /// Value of the Allow header, for 405.
    pub(crate) allow: Option<String>,
}

impl ApiError {
    /// Fails for one reason.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { faults: vec![fault], private: None, allow: None }
    }

    /// Fails for several reasons at once.
    #[must_use]
    pub const fn many(faults: Vec<Fault>) -> Self {
        Self { faults, private: None, allow: None }
    }

    /// Something broke; the caller learns only that.
    #[must_use]
    pub fn internal(private: impl std::fmt::Display) -> Self {
        Self { private: Some(private.to_string()), ..Self::new(Fault::of(Protocol::Internal)) }
    }

    /// Come back later.
    #[must_use]
    pub fn unavailable(private: impl std::fmt::Display) -> Self {
        Self { private: Some(private.to_string()), ..Self::new(Fault::of(Protocol::Unavailable)) }
    }

    /// What only the log sees.
    #[must_use]
    pub fn private(&self) -> Option<&str> {
        self.private.as_deref()
    }

    /// The code that speaks for the whole.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.faults.as_slice() {
            [] => Protocol::Internal.into(),
            [only] => only.code,
            [first, ..] if first.code.status() == StatusCode::UNPROCESSABLE_ENTITY => Protocol::ValidationFailed.into(),
            [first, ..] => first.code,
        }
    }

    /// All codes, for comparing them with what the operation declares.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        self.faults.iter().map(|fault| fault.code).chain([self.code()]).collect()
    }

    /// The problem document.
    #[must_use]
    pub fn document(&self, instance: &str, request_id: &str, lang: Lang) -> ProblemView {
        let code = self.code();
        let detail = match self.faults.as_slice() {
            [only] => only.detail(lang),
            faults => fill(code.detail().get(lang), &[("count", faults.len().to_string())]),
        };
        let errors = self
            .faults
            .iter()
            .filter(|fault| self.faults.len() > 1 || fault.place != Place::Whole)
            .map(|fault| {
                let (pointer, parameter) = match &fault.place {
                    Place::Whole => (Some(String::new()), None),
                    Place::Pointer(pointer) => (Some(pointer.clone()), None),
                    Place::Parameter(name) => (None, Some(name.clone())),
                };
                FaultView { pointer, parameter, code: fault.code.as_str().to_owned(), detail: fault.detail(lang) }
            })
            .collect();
        ProblemView {
            r#type: format!("/api/v1/errors#{}", code.as_str()),
            title: code.title().get(lang).to_owned(),
            status: code.status().as_u16(),
            detail,
            instance: instance.to_owned(),
            code: code.as_str().to_owned(),
            request_id: request_id.to_owned(),
            errors,
        }
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}
impl From<Protocol> for ApiError {
    fn from(code: Protocol) -> Self {
        Self::new(Fault::of(code))
    }
}
impl From<Rule> for ApiError {
    fn from(code: Rule) -> Self {
        Self::new(Fault::of(code))
    }
}
impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.into())
    }
}
impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        Self::many(error.0.into_iter().map(Fault::from).collect())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(error) => error.into(),
            StoreError::NotFound => Rule::NotFound.into(),
            StoreError::Conflict(constraint) => Self { private: Some(format!("conflict: {constraint}")), ..Rule::AlreadyExists.into() },
            StoreError::KeyReused => Self::new(Fault::parameter("Idempotency-Key", Protocol::KeyInUse)),
            StoreError::Busy(why) | StoreError::Unavailable(why) => Self::unavailable(why),
            StoreError::Broken(why) => Self::internal(why),
        }
    }
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
    #[schema(minimum = 400, maximum = 599)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_across_domain_and_protocol() {
        let mut seen = HashSet::new();
        for code in Code::all() {
            assert!(seen.insert(code.as_str()), "{code:?}");
            assert!(code.status().as_u16() >= 400);
            assert_ne!(code.title().vi, code.title().en);
        }
    }

    #[test]
    fn several_rules_broken_are_told_at_once() {
        let error =
            ApiError::many(vec![Fault::at("/a", Protocol::TooLong).with("limit", 3).with("found", 5), Fault::at("/b", Rule::DateInFuture)]);
        let problem = error.document("/x", "r", Lang::En);
        assert_eq!((problem.status, problem.code.as_str(), problem.errors.len()), (422, "validation_failed", 2));
    }
}
