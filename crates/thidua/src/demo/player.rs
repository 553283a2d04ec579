//! Plays requests against a running service, like any client.

use awc::Client;
use awc::http::Method;
use serde_json::{Value, json};

use crate::command::Stopped;

/// A signed-in client.
pub struct Player {
    base: String,
    token: String,
    client: Client,
}

impl Player {
    /// Signs in.
    ///
    /// # Errors
    /// When the service does not let it in.
    pub async fn sign_in(base: &str, username: &str, password: &str) -> Result<Self, Stopped> {
        let mut player = Self { base: base.to_owned(), token: String::new(), client: Client::default() };
        let session = player.post("/api/v1/auth/sessions", &json!({ "username": username, "password": password })).await?;
        session.get("access_token").and_then(Value::as_str).unwrap_or_default().clone_into(&mut player.token);
        Ok(player)
    }

    /// A client with a token at hand.
    #[must_use]
    pub fn with_token(base: &str, token: &str) -> Self {
        Self { base: base.to_owned(), token: token.to_owned(), client: Client::default() }
    }

    async fn send(&self, method: Method, path: &str, if_match: Option<&str>, body: Option<&Value>) -> Result<(Value, String), Stopped> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(etag) = if_match {
            request = request.insert_header(("If-Match", etag));
        }
        let sent = match body {
            Some(body) => request.send_json(body).await,
            None => request.send().await,
        };
        let mut response = sent.map_err(|error| Stopped::Said(format!("{method} {path}: {error}")))?;
        let status = response.status();
        let etag = response.headers().get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
        let bytes = response.body().limit(1 << 24).await.map_err(|error| Stopped::Said(format!("{method} {path}: {error}")))?;
        if !status.is_success() {
            return Err(Stopped::Said(format!("{method} {path} was answered {status}: {}", String::from_utf8_lossy(&bytes))));
        }
        Ok((serde_json::from_slice(&bytes).unwrap_or(Value::Null), etag))
    }

    /// Makes something and gives it.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Stopped> {
        Ok(self.send(Method::POST, path, None, Some(body)).await?.0)
    }

    /// Reads, then takes a step of a lifecycle.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn step(&self, path: &str, body: &Value) -> Result<Value, Stopped> {
        let (_, etag) = self.send(Method::GET, path, None, None).await?;
        Ok(self.send(Method::POST, &format!("{path}/transitions"), Some(&etag), Some(body)).await?.0)
    }

    /// Reads, then patches.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value, Stopped> {
        let (_, etag) = self.send(Method::GET, path, None, None).await?;
        Ok(self.send(Method::PATCH, path, Some(&etag), Some(body)).await?.0)
    }
}

/// The identifier of what was made.
///
/// # Errors
/// When there is none, which is a defect.
pub(super) fn id(made: &Value) -> Result<&str, Stopped> {
    made.get("id").and_then(Value::as_str).ok_or_else(|| Stopped::Said(format!("no id in {made}")))
}
