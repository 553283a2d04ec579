//! Where the operations of OAuth are, and the document that says so (RFC 8414).

use serde_json::{Value, json};
use thidua_domain::client::ClientScope;
use thidua_domain::vocabulary::Word;

use crate::app::App;
use crate::call::Call;
use crate::clients::ALGORITHMS;

/// Where tokens are had.
pub(crate) const TOKEN: &str = "/api/v1/oauth/token";
/// Where a token is looked into.
pub(crate) const INTROSPECT: &str = "/api/v1/oauth/introspect";
/// Where a token is taken back.
pub(crate) const REVOKE: &str = "/api/v1/oauth/revoke";

/// A place as callers reach it.
pub(super) fn of<P, Q, B>(call: &Call<P, Q, B>, path: &str) -> String {
    at(&call.app, path)
}

fn at(app: &App, path: &str) -> String {
    format!("{}{path}", app.settings.public_url)
}

/// What the authorization server says of itself. There is no page on which people would be asked, hence no
/// response type.
pub(super) fn metadata(app: &App) -> Value {
    let (client, public) = (["client_secret_basic", "private_key_jwt"], ["client_secret_basic", "private_key_jwt", "none"]);
    json!({
        "issuer": app.settings.public_url,
        "token_endpoint": at(app, TOKEN),
        "introspection_endpoint": at(app, INTROSPECT),
        "revocation_endpoint": at(app, REVOKE),
        "jwks_uri": at(app, "/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials", "refresh_token"],
        "response_types_supported": [],
        "scopes_supported": ClientScope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "token_endpoint_auth_methods_supported": public,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": client,
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": public,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "service_documentation": at(app, "/docs"),
        "ui_locales_supported": ["vi", "en"],
    })
}
