//! The table of the protocol: what can go wrong before or below the rules, its status and its texts.

use actix_web::http::StatusCode;
use thidua_domain::vocabulary::Bilingual;

macro_rules! protocol {
    ($( $variant:ident = $code:literal, $status:ident, $tvi:literal, $ten:literal, $dvi:literal, $den:literal; )+) => {
        /// What can go wrong before or below the rules.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Protocol { $( #[doc = $ten] $variant, )+ }

        impl Protocol {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];
            pub(super) const fn row(self) -> (&'static str, StatusCode, Bilingual, Bilingual) {
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
        "Nội dung gửi không phải JSON hợp lệ, từ dòng:cột {at}. Hãy kiểm tra cú pháp và bảng mã UTF-8.", "The body is not valid JSON from line:column {at} on. Check its syntax and that it is UTF-8.";
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
        "Tham số {name} cần {expected} và chỉ xuất hiện một lần.", "The parameter {name} must be {expected} and stand once.";
    BadCursor = "bad_cursor", BAD_REQUEST, "Con trỏ không hợp lệ", "Bad cursor",
        "cursor không thuộc danh sách với bộ lọc và thứ tự này. Hãy bắt đầu lại không có cursor.", "The cursor does not belong to this list with these filters and this order. Begin again without one.";
    BadHeader = "bad_header", BAD_REQUEST, "Tiêu đề không hợp lệ", "Bad header",
        "Tiêu đề {name} không hợp lệ: {why}.", "The header {name} is not valid: {why}.";
    BodyRequired = "body_required", BAD_REQUEST, "Thiếu nội dung", "Body required",
        "Thao tác này cần nội dung: xem tài liệu của thao tác.", "This operation needs a body: see its documentation.";
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Chưa đăng nhập", "Not signed in",
        "Cần tiêu đề Authorization: Bearer với access token còn hiệu lực. Hãy đăng nhập ở POST /api/v1/auth/sessions.", "An Authorization: Bearer header with a valid access token is needed. Sign in at POST /api/v1/auth/sessions.";
    BadToken = "bad_token", UNAUTHORIZED, "Token không hợp lệ", "Token not valid",
        "Access token không hợp lệ, đã hết hạn hoặc phiên đã kết thúc. Hãy làm mới hoặc đăng nhập lại.", "The access token is not valid, has expired, or its session has ended. Refresh it or sign in again.";
    BadCredentials = "bad_credentials", UNAUTHORIZED, "Sai tên đăng nhập hoặc mật khẩu", "Wrong user name or password",
        "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đã khóa.", "The user name or the password is wrong, or the account is deactivated.";
    BadRefreshToken = "bad_refresh_token", UNAUTHORIZED, "Refresh token không hợp lệ", "Refresh token not valid",
        "Refresh token không hợp lệ, đã hết hạn hoặc đã dùng; nếu đã dùng thì cả phiên bị thu hồi. Hãy đăng nhập lại.", "The refresh token is not valid, has expired or was used before; if it was used, the whole session is revoked. Sign in again.";
    PasswordMustChange = "password_must_change", FORBIDDEN, "Phải đổi mật khẩu", "The password must be changed",
        "Mật khẩu này do người khác cấp hoặc đã quá hạn, chỉ dùng để đặt mật khẩu mới. Hãy gọi PUT /api/v1/me/password rồi làm tiếp, không cần đăng nhập lại.", "This password was handed out by somebody else or is too old: it only serves to choose another. Call PUT /api/v1/me/password, then go on; there is no need to sign in again.";
    OtpRequired = "otp_required", UNAUTHORIZED, "Cần mã xác thực", "Code required",
        "Mật khẩu đúng; tài khoản này cần thêm mã 6 chữ số của ứng dụng xác thực hoặc một mã khôi phục trong trường otp.", "The password is right; this account also needs the 6 digits of its authenticator app, or a recovery code, in the field otp.";
    BadOtp = "otp_refused", UNAUTHORIZED, "Mã xác thực không đúng", "Code refused",
        "Danh tính đã được xác nhận, nhưng mã trong trường otp không đúng, đã dùng hoặc đã quá hạn. Hãy gửi lại cùng yêu cầu với mã mới nhất; mỗi lần đăng nhập được thử tối đa {tries} lần.", "Who you are is known, but the code in the field otp is wrong, was used before or is too old. Send the same request with the latest code; one sign-in has {tries} tries at the most.";
    SecondFactorRequired = "second_factor_required", FORBIDDEN, "Cần yếu tố thứ hai", "Second factor required",
        "Vai trò của tài khoản này cần yếu tố thứ hai. Hãy đặt bằng POST rồi PUT /api/v1/me/second-factor.", "A role of this account needs a second factor. Set it up with POST and then PUT /api/v1/me/second-factor.";
    ReadOnlySession = "read_only_session", FORBIDDEN, "Phiên chỉ đọc", "Read-only session",
        "Phiên này xem như người khác nên không thay đổi được gì.", "This session looks on as somebody else, so it changes nothing.";
    TooManyTries = "too_many_tries", TOO_MANY_REQUESTS, "Thử quá nhiều lần", "Too many tries",
        "Đã có quá nhiều lần đăng nhập sai từ địa chỉ này hoặc với tài khoản này. Hãy thử lại sau {seconds} giây; tài khoản không bị khóa.", "There were too many failed sign-ins from this address or for this account. Try again in {seconds} seconds; the account is not locked.";
    InsufficientScope = "insufficient_scope", FORBIDDEN, "Token không có phạm vi này", "Token without this scope",
        "Thao tác này cần phạm vi {scope}; token có: {held}. Hãy xin token với phạm vi đó, hoặc nhờ quản trị viên thêm cho tài khoản dịch vụ.", "This operation needs the scope {scope}; the token has: {held}. Ask for a token with it, or have the administrator add it to the service account.";
    NotForClients = "not_for_clients", FORBIDDEN, "Chỉ dành cho người dùng", "For people alone",
        "Việc này thuộc về con người; tài khoản dịch vụ không làm được với bất kỳ phạm vi nào.", "This belongs to people: no scope lets a service account do it.";
    InvalidClient = "invalid_client", UNAUTHORIZED, "Không xác thực được tài khoản dịch vụ", "Client not authenticated",
        "Sai client_id hoặc bí mật, chữ ký không đúng hoặc đã dùng, hoặc tài khoản dịch vụ đã khóa, hết hạn.", "The client_id or its secret is wrong, the assertion is not valid or was used before, or the service account is deactivated or over.";
    ClientMissing = "client_credentials_missing", UNAUTHORIZED, "Chưa xác thực tài khoản dịch vụ", "No credentials of a client",
        "Yêu cầu không kèm thông tin xác thực. Hãy gửi Authorization: Basic với client_id và bí mật, hoặc client_assertion; xem và thu hồi token thì người quản trị dùng Authorization: Bearer.", "No credentials came with the request. Send Authorization: Basic with client_id and secret, or a client_assertion; to look into or take back tokens, an administrator sends Authorization: Bearer.";
    InvalidGrant = "invalid_grant", BAD_REQUEST, "Token đưa ra không dùng được", "Grant not valid",
        "Token không hợp lệ, đã hết hạn, đã dùng, hoặc không phải của bên gọi; refresh token dùng lần thứ hai thì cả phiên bị thu hồi.", "The token is not valid, has expired, was used before, or is not the caller's; a refresh token used twice ends its whole session.";
    UnsupportedGrantType = "unsupported_grant_type", BAD_REQUEST, "Không có cách cấp token này", "No such grant",
        "grant_type phải là client_credentials hoặc refresh_token.", "grant_type must be client_credentials or refresh_token.";
    InvalidScope = "invalid_scope", BAD_REQUEST, "Phạm vi không được cấp", "Scope not given",
        "Phạm vi xin không có, hoặc tài khoản dịch vụ không có phạm vi đó. Phạm vi được cấp: {held}.", "There is no such scope, or it is not the service account's. Its scopes: {held}.";
    InvalidRequest = "invalid_request", BAD_REQUEST, "Yêu cầu không đúng", "Request not understood",
        "Yêu cầu không đúng: {why}.", "The request is not understood: {why}.";
    OidcOff = "oidc_off", CONFLICT, "Không dùng đăng nhập một lần", "No sign-in through an issuer",
        "Dịch vụ này không đặt đăng nhập qua hệ thống khác. Hãy dùng POST /api/v1/auth/sessions.", "This service is not set up to sign in through another. Use POST /api/v1/auth/sessions.";
    IssuerUnavailable = "issuer_unavailable", SERVICE_UNAVAILABLE, "Hệ thống đăng nhập không trả lời", "Issuer out of reach",
        "Hệ thống đăng nhập một lần không trả lời hoặc trả lời không đúng. Hãy thử lại sau, hoặc đăng nhập bằng mật khẩu.", "The issuer does not answer, or not as it should. Try again later, or sign in with a password.";
    StateInvalid = "sign_in_state_invalid", UNAUTHORIZED, "Lần đăng nhập không còn hiệu lực", "Sign-in not under way",
        "state không phải của trình duyệt này, đã dùng hoặc đã quá hạn. Hãy bắt đầu lại ở POST /api/v1/auth/oidc/starts.", "The state is not this browser's, was used, or is over. Begin again at POST /api/v1/auth/oidc/starts.";
    IdentityRefused = "identity_refused", UNAUTHORIZED, "Danh tính không được chấp nhận", "Identity not believed",
        "Mã không dùng được, hoặc token danh tính không đúng chữ ký, nơi nhận, thời hạn hay câu hỏi. Hãy bắt đầu lại.", "The code is of no use, or the identity token does not fit by signature, audience, time or question. Begin again.";
    NoAccount = "no_account_for_identity", FORBIDDEN, "Chưa có tài khoản", "No account",
        "Danh tính đúng, nhưng không có tài khoản nào đang hoạt động gắn với danh tính này. Hãy nhờ quản trị viên gắn (external_ids hoặc tên đăng nhập).", "The identity is right, but no active account is linked to it. Have the administrator link one (external_ids or the user name).";
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
    BodyBroken = "body_broken", BAD_REQUEST, "Nội dung đến không đủ", "Body cut off",
        "Kết nối bị ngắt trước khi nội dung đến đủ; chưa lưu gì. Hãy gửi lại.", "The connection broke before the body was complete; nothing was kept. Send it again.";
    RangeNotSatisfiable = "range_not_satisfiable", RANGE_NOT_SATISFIABLE, "Không có phần được yêu cầu", "No such part",
        "Tệp dài {size} byte, không có phần mà Range yêu cầu. Hãy đọc lại từ đầu, không gửi Range.", "The file has {size} bytes, and Range asks for a part beyond them. Read it from the beginning, without Range.";
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "Kiểu nội dung không hỗ trợ", "Unsupported media type",
        "Hãy gửi Content-Type: {expected}, bảng mã UTF-8, không nén (không Content-Encoding).", "Send Content-Type: {expected} in UTF-8, not compressed (no Content-Encoding).";
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
    NothingToChange = "nothing_to_change", UNPROCESSABLE_ENTITY, "Không có gì để sửa", "Nothing to change",
        "Không có trường nào sửa được ở đây: trường chỉ đọc được bỏ qua. Những phần có đường dẫn riêng (tên, mã, quan hệ, thành viên, …) được sửa ở đó.", "No field that can be changed here was sent: read-only fields are ignored. Parts with paths of their own (names, codes, relations, members, …) are changed there.";
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
        "Hãy đọc {of}, rồi gửi ETag của câu trả lời trong If-Match để không ghi đè thay đổi của người khác.", "Read {of}, then send the ETag of the answer in If-Match, so that nobody's change is overwritten.";
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Quá nhiều yêu cầu", "Too many requests",
        "Hãy thử lại sau {seconds} giây.", "Try again in {seconds} seconds.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Lỗi hệ thống", "Internal error",
        "Hệ thống gặp lỗi và không có gì bị thay đổi. Hãy báo quản trị viên kèm request_id.", "Something broke; nothing was changed. Report it with the request_id.";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Tạm thời quá tải", "Temporarily unavailable",
        "Hệ thống đang bận hoặc cơ sở dữ liệu chưa sẵn sàng. Hãy thử lại sau vài giây; khi ghi, gửi lại với cùng Idempotency-Key để không ghi hai lần.", "The service is busy or its database is not ready. Try again in a few seconds; for a write, under the same Idempotency-Key, so that nothing is written twice.";
}
