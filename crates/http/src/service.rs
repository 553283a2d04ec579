//! What the service says of itself: entry page, error table, document, reference pages, probes,
//! metrics, keys and the well-known files.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde_json::{Value, json};
use thidua_domain::signing_key::PUBLISHED_SECONDS;
use utoipa::ToSchema;

use crate::answer::{Answer, Described, JsonDocument, List, Metrics, One, PlainText, Reply};
use crate::call::Call;
use crate::problem::{ApiError, Code};
use crate::{openapi, postman};

/// The entry page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Service, example = json!({
    "name": "thidua", "version": "0.1.0", "api": "v1",
    "links": {"documentation": "/docs", "openapi": "/api/v1/openapi.json", "postman": "/api/v1/postman.json", "errors": "/api/v1/errors", "sign_in": "/api/v1/auth/sessions", "oauth": "/.well-known/oauth-authorization-server", "reference": "/api/v1/reference"}
}))]
pub(crate) struct ServiceView {
    /// Name of the program.
    #[schema(max_length = 20)]
    name: String,
    /// Its version.
    #[schema(max_length = 20)]
    version: String,
    /// Version of the API.
    #[schema(max_length = 5)]
    api: String,
    /// Where to go from here.
    #[schema(value_type = Object)]
    links: Value,
}

pub(crate) async fn entry(_: Call) -> Result<One<ServiceView>, ApiError> {
    One::plain(&ServiceView {
        name: "thidua".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        api: "v1".to_owned(),
        links: json!({
            "documentation": "/docs", "openapi": "/api/v1/openapi.json", "postman": "/api/v1/postman.json",
            "errors": "/api/v1/errors", "sign_in": "/api/v1/auth/sessions",
            "oauth": "/.well-known/oauth-authorization-server", "reference": "/api/v1/reference",
        }),
    })
}

/// One row of the error table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorCode, example = json!({
    "code": "not_found", "status": 404, "title_vi": "Không tìm thấy", "title_en": "Not found",
    "detail_vi": "Không có đối tượng này.", "detail_en": "There is no such object."
}))]
pub(crate) struct ErrorView {
    /// The stable code.
    #[schema(max_length = 60)]
    code: String,
    /// The status it is answered with.
    #[schema(minimum = 300, maximum = 599)]
    status: u16,
    /// The rule, in Vietnamese.
    #[schema(max_length = 200)]
    title_vi: String,
    /// The rule, in English.
    #[schema(max_length = 200)]
    title_en: String,
    /// State and mend, in Vietnamese; `{…}` stands for a figure.
    #[schema(max_length = 1000)]
    detail_vi: String,
    /// State and mend, in English.
    #[schema(max_length = 1000)]
    detail_en: String,
}

pub(crate) async fn errors(_: Call) -> Result<List<ErrorView>, ApiError> {
    let rows: Vec<ErrorView> = Code::all()
        .map(|code| ErrorView {
            code: code.as_str().to_owned(),
            status: code.status().as_u16(),
            title_vi: code.title().vi.to_owned(),
            title_en: code.title().en.to_owned(),
            detail_vi: code.detail().vi.to_owned(),
            detail_en: code.detail().en.to_owned(),
        })
        .collect();
    List::whole(&rows)
}

pub(crate) async fn document(_: Call) -> Result<JsonDocument, ApiError> {
    static DOCUMENT: OnceLock<Vec<u8>> = OnceLock::new();
    Ok(JsonDocument(DOCUMENT.get_or_init(|| openapi::text().into_bytes()).clone()))
}

pub(crate) async fn collection(call: Call) -> Result<JsonDocument, ApiError> {
    Ok(JsonDocument(postman::text(&call.app.settings.public_url).into_bytes()))
}

/// A file of the interactive reference.
pub(crate) struct DocsFile(Answer);

impl Reply for DocsFile {
    fn described() -> Described {
        Described { status: 200, says: "A file", shape: None, list: false, media: &["text/html"], beside: &[], etag: false }
    }
    fn into_answer(self) -> Answer {
        self.0
    }
}

pub(crate) async fn docs_entry(_: Call) -> Result<DocsFile, ApiError> {
    let mut answer = Answer::bytes(308, "", Vec::new());
    answer.location = Some("/docs/".to_owned());
    Ok(DocsFile(answer))
}

pub(crate) async fn docs_index(_: Call) -> Result<DocsFile, ApiError> {
    docs_file("index.html")
}

pub(crate) async fn docs(call: Call<String>) -> Result<DocsFile, ApiError> {
    docs_file(&call.path)
}

fn docs_file(name: &str) -> Result<DocsFile, ApiError> {
    static CONFIG: OnceLock<Arc<utoipa_swagger_ui::Config<'static>>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        Arc::new(
            utoipa_swagger_ui::Config::from("/api/v1/openapi.json")
                .persist_authorization(false)
                .validator_url("none")
                .try_it_out_enabled(true),
        )
    });
    let file = utoipa_swagger_ui::serve(name, Arc::clone(config)).map_err(ApiError::internal)?;
    let file = file.ok_or(thidua_domain::refusal::Code::NotFound)?;
    let mut answer = Answer::bytes(200, &file.content_type, file.bytes.into_owned());
    answer.cache = Some("public, max-age=3600".to_owned());
    Ok(DocsFile(answer))
}

pub(crate) async fn alive(_: Call) -> Result<PlainText, ApiError> {
    Ok(PlainText(b"ok\n".to_vec()))
}

pub(crate) async fn ready(call: Call) -> Result<PlainText, ApiError> {
    call.app.ready().await?;
    Ok(PlainText(b"ready\n".to_vec()))
}

pub(crate) async fn metrics(call: Call) -> Result<Metrics, ApiError> {
    Ok(Metrics(call.app.measures.text(&call.app.store).map_err(ApiError::internal)?.into_bytes()))
}

/// A document with no shape of its own.
fn well_known(value: &Value) -> JsonDocument {
    JsonDocument(value.to_string().into_bytes())
}

pub(crate) async fn jwks(call: Call) -> Result<Published, ApiError> {
    Ok(Published(well_known(&call.app.tokens.jwks(call.meta.now))))
}

/// A document that others may remember for a while.
pub(crate) struct Published(pub(crate) JsonDocument);

impl Reply for Published {
    fn described() -> Described {
        JsonDocument::described()
    }
    fn into_answer(self) -> Answer {
        let cache = Some(format!("public, max-age={PUBLISHED_SECONDS}"));
        Answer { cache, ..self.0.into_answer() }
    }
}

pub(crate) async fn api_catalog(call: Call) -> Result<JsonDocument, ApiError> {
    let url = &call.app.settings.public_url;
    Ok(well_known(&json!({ "linkset": [{
        "anchor": format!("{url}/api/v1"),
        "service-desc": [{ "href": format!("{url}/api/v1/openapi.json"), "type": "application/json" }],
        "service-doc": [{ "href": format!("{url}/docs"), "type": "text/html" }],
        "status": [{ "href": format!("{url}/readyz") }],
    }]})))
}

pub(crate) async fn security_txt(call: Call) -> Result<PlainText, ApiError> {
    let expires = call.meta.now.plus_seconds(180 * 24 * 3600).today();
    let url = &call.app.settings.public_url;
    Ok(PlainText(
        format!(
            "Contact: {url}/docs\nExpires: {expires}T00:00:00Z\nPreferred-Languages: vi, en\nCanonical: {url}/.well-known/security.txt\n"
        )
        .into_bytes(),
    ))
}
