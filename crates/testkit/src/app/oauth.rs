//! Service accounts and the forms of OAuth, as tests send them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Caller, TestApp};
use crate::reply::{Ask, Reply};

/// What a service account shows to get a token.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Its `client_id`.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl Credentials {
    /// The header of `client_secret_basic`.
    #[must_use]
    pub fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.id, self.secret)))
    }
}

impl Caller<'_> {
    /// POSTs a form.
    #[track_caller]
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        self.app.form(path, bearer.as_deref(), fields)
    }
}

impl TestApp {
    /// Sends a form; with an Authorization header, if there is one.
    #[track_caller]
    pub fn form(&self, path: &str, authorization: Option<&str>, fields: &[(&str, &str)]) -> Reply {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let written =
            |text: &str| text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect::<String>();
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", written(name), written(value))).collect();
        let mut headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        headers.extend(authorization.map(|value| ("authorization".to_owned(), value.to_owned())));
        self.send(Ask { method: "POST".to_owned(), path: path.to_owned(), headers, body: Some(body.join("&").into_bytes()) })
    }

    /// Asks for a token of a service account.
    #[track_caller]
    pub fn token(&self, client: &Credentials, more: &[(&str, &str)]) -> Reply {
        let fields: Vec<(&str, &str)> = [("grant_type", "client_credentials")].into_iter().chain(more.iter().copied()).collect();
        self.form("/api/v1/oauth/token", Some(&client.basic()), &fields)
    }

    /// Has an administrator make a service account that works in a unit, with a secret.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    #[track_caller]
    pub fn client(&self, admin: &Caller<'_>, code: &str, unit: &str, scopes: &[&str]) -> Credentials {
        let draft = json!({"code": code, "name": format!("{code} (giả định)"), "unit": unit, "scopes": scopes});
        let id = admin.post("/api/v1/clients", &draft).made();
        let secret = admin.send("POST", &format!("/api/v1/clients/{id}/secrets"), &[], None).gives(201);
        Credentials { id, secret: secret["client_secret"].as_str().expect("a secret").to_owned() }
    }

    /// The same, with a token.
    ///
    /// # Panics
    /// When it gets none.
    #[must_use]
    #[track_caller]
    pub fn program(&self, admin: &Caller<'_>, code: &str, unit: &str, scopes: &[&str]) -> Caller<'_> {
        let client = self.client(admin, code, unit, scopes);
        let token = self.token(&client, &[]).gives(200);
        self.bearer(token["access_token"].as_str().expect("a token"))
    }
}
