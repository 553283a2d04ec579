//! Errors as RFC 6749 (5.2) has them: programs that speak OAuth look for `error` in JSON, not for a problem
//! document. The same codes stand beside it, and what they mean is in the same table.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use thidua_domain::vocabulary::Lang;
use utoipa::ToSchema;

use crate::problem::{ApiError, Code, Protocol};
use crate::serve::tell_log;

/// An error of OAuth.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OAuthError, example = json!({
    "error": "invalid_client", "error_description": "The client_id or its secret is wrong.", "error_uri": "/api/v1/errors#invalid_client",
    "code": "invalid_client", "request_id": "0198c0de-0000-7000-8000-0000000000aa"
}))]
pub(crate) struct ErrorView {
    /// The error of RFC 6749.
    #[schema(max_length = 40)]
    pub error: &'static str,
    /// What is wrong, in English: the standard allows no other letters here.
    #[schema(max_length = 4000)]
    pub error_description: String,
    /// Where the code is explained.
    #[schema(max_length = 200)]
    pub error_uri: String,
    /// The stable code.
    #[schema(max_length = 60)]
    pub code: String,
    /// The request, for the log.
    #[schema(max_length = 64)]
    pub request_id: String,
}

/// What a code is in OAuth, and the status it is answered with there.
pub(crate) fn said_as(code: Code) -> (&'static str, StatusCode) {
    let status = code.status();
    match code {
        Code::Protocol(
            own @ (Protocol::InvalidClient | Protocol::InvalidGrant | Protocol::InvalidScope | Protocol::UnsupportedGrantType),
        ) => (Code::from(own).as_str(), status),
        Code::Protocol(Protocol::Unauthenticated | Protocol::ClientMissing) => ("invalid_client", status),
        _ => match status {
            StatusCode::UNAUTHORIZED => ("invalid_token", status),
            StatusCode::FORBIDDEN => ("access_denied", status),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => ("temporarily_unavailable", status),
            // Nothing in OAuth is found elsewhere.
            StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PERMANENT_REDIRECT => ("invalid_request", StatusCode::BAD_REQUEST),
            status if status.is_server_error() => ("server_error", status),
            status => ("invalid_request", status),
        },
    }
}

/// The letters that RFC 6749 allows.
fn allowed(text: &str) -> String {
    let letter = |c: char| match c {
        '"' => '\'',
        ' '..='~' if c != '\\' => c,
        _ => '?',
    };
    text.replace('…', "...").chars().map(letter).collect()
}

/// An error in the form of OAuth.
pub(crate) fn view(error: &ApiError, path: &str, request_id: &str) -> ErrorView {
    let problem = error.document(path, request_id, Lang::En);
    let first = problem.errors.first();
    let says = first.map_or(problem.detail.as_str(), |fault| fault.detail.as_str());
    let code = error.code();
    ErrorView {
        error: said_as(code).0,
        error_description: allowed(says),
        error_uri: problem.r#type,
        code: first.map_or(problem.code, |fault| fault.code.clone()),
        request_id: problem.request_id,
    }
}

/// The answer to what went wrong in an operation of OAuth, in the manner of [`problem`](crate::serve).
pub(crate) fn problem(request: &HttpRequest, error: &ApiError, request_id: &str) -> HttpResponse {
    tell_log(error, request_id);
    let (_, status) = said_as(error.code());
    let mut response = HttpResponse::build(status);
    response.insert_header(("Cache-Control", "no-store")).insert_header(("Pragma", "no-cache"));
    match status {
        StatusCode::UNAUTHORIZED => {
            response.insert_header(("WWW-Authenticate", "Basic realm=\"thidua\", charset=\"UTF-8\""));
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            response.insert_header(("Retry-After", error.retry_after.unwrap_or(2)));
        }
        _ => {}
    }
    let body = serde_json::to_vec(&view(error, request.path(), request_id)).unwrap_or_default();
    response.insert_header(("Content-Type", "application/json")).body(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_place_in_oauth() {
        for code in Code::all() {
            let (error, status) = said_as(code);
            assert!(error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && status.as_u16() >= 400, "{code:?}");
            let view = view(&ApiError::new(crate::problem::Fault::of(code)), "/", "r");
            assert!(view.error_description.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{code:?}");
        }
        assert_eq!(said_as(Protocol::Required.into()), ("invalid_request", StatusCode::BAD_REQUEST));
        assert_eq!(said_as(Protocol::InvalidScope.into()), ("invalid_scope", StatusCode::BAD_REQUEST));
    }
}
