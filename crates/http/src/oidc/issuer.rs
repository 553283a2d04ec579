//! The issuer as it is asked: where its operations are, its keys, and a code turned into an identity token. Only
//! its own origin is ever asked, redirects are not followed, and no answer is waited for or read without end.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant as Stopwatch};

use awc::{Client, Connector};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use serde_json::{Map, Value};
use thidua_domain::issuer::{Expected, Link};
use thidua_domain::time::Instant;

use super::identity::{self, Doubt, Key};
use crate::problem::{ApiError, Protocol};
use crate::secret::digest;

/// How staff sign in through another service.
#[derive(Clone)]
pub struct OidcSettings {
    /// The issuer, as it names itself.
    pub issuer: String,
    /// What it calls this service.
    pub client_id: String,
    /// The secret between the two.
    pub client_secret: String,
    /// The page of the front-end to which people come back.
    pub redirect_uri: String,
    /// The claim that links an identity to an account.
    pub claim: String,
    /// How it links it.
    pub link: Link,
    /// Whether a second factor shown to the issuer counts here.
    pub trusts_second_factor: bool,
}

impl std::fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcSettings").field("issuer", &self.issuer).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// Seconds for which places and keys are remembered.
const FRESH_SECONDS: i64 = 3600;
/// Seconds between two looks for a key that is not known.
const LOOK_SECONDS: i64 = 30;
/// Within so long an answer must be there, whole.
const WITHIN: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read.
const ANSWER_MOST: usize = 256 * 1024;
/// What is written plainly in a form or a query.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn written(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

#[derive(Deserialize)]
struct Places {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

struct Known {
    places: Places,
    keys: Vec<Key>,
    at: Instant,
}

/// The issuer.
pub(crate) struct Issuer {
    /// How it is asked.
    pub settings: OidcSettings,
    origin: String,
    tls: Option<Arc<ClientConfig>>,
    known: RwLock<Option<Arc<Known>>>,
    /// Held by who asks; when that was last in vain.
    asking: tokio::sync::Mutex<Option<Stopwatch>>,
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> Option<String> {
    let uri: actix_web::http::Uri = url.parse().ok()?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    Some(format!("{}://{authority}", uri.scheme_str()?))
}

fn unreachable(why: impl std::fmt::Display) -> ApiError {
    ApiError::because(Protocol::IssuerUnavailable, why)
}

fn refused(why: impl std::fmt::Display) -> ApiError {
    ApiError::because(Protocol::IdentityRefused, why)
}

impl Issuer {
    /// Gets ready to ask; nothing is asked yet, so that the service starts without the issuer.
    ///
    /// # Errors
    /// When the address is none that secrets can be sent to, or the machine trusts no certificate.
    pub(crate) fn new(settings: OidcSettings) -> Result<Self, ApiError> {
        let odd = || ApiError::internal("the issuer must be an address https://…, or http://127.0.0.1:… for a trial");
        let origin = origin(&settings.issuer).filter(|_| !settings.issuer.contains(['?', '#'])).ok_or_else(odd)?;
        let tls = match origin.split_once("://") {
            Some(("https", _)) => Some(Arc::new(trust()?)),
            Some(("http", host)) if host.starts_with("127.0.0.1:") || host.starts_with("localhost:") => None,
            _ => return Err(odd()),
        };
        Ok(Self { settings, origin, tls, known: RwLock::default(), asking: tokio::sync::Mutex::default() })
    }

    fn client(&self) -> Client {
        let connector = Connector::new().timeout(WITHIN);
        let client = Client::builder().timeout(WITHIN).disable_redirects();
        match &self.tls {
            Some(tls) => client.connector(connector.rustls_0_23(Arc::clone(tls))).finish(),
            None => client.connector(connector).finish(),
        }
    }

    /// Sends a request; the status and the JSON of the answer.
    async fn send(&self, url: &str, form: Option<(String, String)>) -> Result<(u16, Value), ApiError> {
        self.at_home(url)?;
        let exchange = async {
            let sent = match form {
                Some((authorization, form)) => {
                    let request = self.client().post(url).insert_header(("Authorization", authorization));
                    request
                        .insert_header(("Accept", "application/json"))
                        .content_type("application/x-www-form-urlencoded")
                        .send_body(form)
                        .await
                }
                None => self.client().get(url).insert_header(("Accept", "application/json")).send().await,
            };
            let mut answer = sent.map_err(|error| unreachable(format!("{url}: {error}")))?;
            let bytes = answer.body().limit(ANSWER_MOST).await.map_err(|error| unreachable(format!("{url}: {error}")))?;
            Ok((answer.status().as_u16(), serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
        };
        tokio::time::timeout(WITHIN, exchange).await.unwrap_or_else(|_| Err(unreachable(format!("{url}: no answer in time"))))
    }

    async fn fetch(&self, url: &str) -> Result<Value, ApiError> {
        match self.send(url, None).await? {
            (200, value) => Ok(value),
            (status, _) => Err(unreachable(format!("{url} was answered {status}"))),
        }
    }

    fn remembered(&self) -> Option<Arc<Known>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Places and keys, no older than told; one asks, the others wait for it.
    async fn known(&self, now: Instant, seconds: i64) -> Result<Arc<Known>, ApiError> {
        let fresh = |known: &Arc<Known>| now.seconds() - known.at.seconds() < seconds;
        if let Some(known) = self.remembered().filter(fresh) {
            return Ok(known);
        }
        let came = Stopwatch::now();
        let mut failed = self.asking.lock().await;
        if let Some(known) = self.remembered().filter(fresh) {
            return Ok(known);
        }
        // Who has waited while somebody asked in vain does not ask again: nobody waits for one after the other.
        if failed.is_some_and(|at| at > came) {
            return Err(unreachable("asked in vain a moment ago"));
        }
        let asked = self.ask(now).await;
        *failed = asked.is_err().then(Stopwatch::now);
        let known = Arc::new(asked?);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    /// Asks for places and keys; what leads elsewhere is not even remembered.
    async fn ask(&self, now: Instant) -> Result<Known, ApiError> {
        let said = self.fetch(&format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'))).await?;
        let places: Places =
            serde_json::from_value(said).map_err(|error| unreachable(format!("what the issuer says of itself: {error}")))?;
        if places.issuer != self.settings.issuer {
            return Err(unreachable(format!("the issuer names itself {}", places.issuer)));
        }
        for place in [&places.authorization_endpoint, &places.token_endpoint, &places.jwks_uri] {
            self.at_home(place)?;
        }
        let keys = identity::keys(&self.fetch(&places.jwks_uri).await?);
        Ok(Known { places, keys, at: now })
    }

    /// Nobody but the issuer itself is asked, whatever it says.
    fn at_home(&self, url: &str) -> Result<(), ApiError> {
        if origin(url).as_deref() == Some(self.origin.as_str()) {
            return Ok(());
        }
        Err(unreachable(format!("the issuer names {url}, which is not at {}", self.origin)))
    }

    /// Where somebody is sent to sign in.
    ///
    /// # Errors
    /// [`Protocol::IssuerUnavailable`].
    pub(super) async fn authorization_url(&self, state: &str, nonce: &str, verifier: &str, now: Instant) -> Result<String, ApiError> {
        use base64::Engine;
        let known = self.known(now, FRESH_SECONDS).await?;
        let place = &known.places.authorization_endpoint;
        let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest(verifier.as_bytes()));
        let said = [
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &self.settings.redirect_uri),
            ("scope", "openid profile"),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let query: Vec<String> = said.iter().map(|(name, value)| format!("{name}={}", written(value))).collect();
        Ok(format!("{place}{}{}", if place.contains('?') { '&' } else { '?' }, query.join("&")))
    }

    /// Turns a code in for what the issuer says of who came back with it.
    ///
    /// # Errors
    /// [`Protocol::IdentityRefused`], [`Protocol::IssuerUnavailable`].
    pub(super) async fn identity(&self, code: &str, nonce: &str, verifier: &str, now: Instant) -> Result<Map<String, Value>, ApiError> {
        let known = self.known(now, FRESH_SECONDS).await?;
        let token = self.exchange(&known.places.token_endpoint, code, verifier).await?;
        let OidcSettings { issuer, client_id, .. } = &self.settings;
        let expected = Expected { issuer, client: client_id, nonce, now: now.seconds() };
        let checked = match identity::check(&token, &known.keys, &expected) {
            // The issuer may have begun to sign with a key that is new.
            Err(Doubt::UnknownKey) => identity::check(&token, &self.known(now, LOOK_SECONDS).await?.keys, &expected),
            checked => checked,
        };
        checked.map_err(|doubt| match doubt {
            Doubt::UnknownKey => refused("signed with a key that is not the issuer's"),
            Doubt::Bad(why) => refused(why),
        })
    }

    async fn exchange(&self, place: &str, code: &str, verifier: &str) -> Result<String, ApiError> {
        use base64::Engine;
        let OidcSettings { client_id, client_secret, redirect_uri, .. } = &self.settings;
        let who = format!("{}:{}", written(client_id), written(client_secret));
        let authorization = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(who));
        let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect_uri), ("code_verifier", verifier)];
        let form: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", written(value))).collect();
        let (status, said) = self.send(place, Some((authorization, form.join("&")))).await?;
        match (status, said.get("id_token").and_then(Value::as_str), said.get("error").and_then(Value::as_str)) {
            (200, Some(token), _) => Ok(token.to_owned()),
            (200, None, _) => Err(refused("no identity token came")),
            (400, _, Some("invalid_grant")) => Err(refused("the issuer does not take the code")),
            (_, _, error) => Err(unreachable(format!("{place} was answered {status}: {}", error.unwrap_or("no reason")))),
        }
    }
}

/// Certificates that the machine trusts, by the one library for cryptography.
fn trust() -> Result<ClientConfig, ApiError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(ApiError::internal("this machine trusts no certificate (Debian package: ca-certificates)"));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(ApiError::internal)?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_origin_is_asked() {
        assert_eq!(origin("https://sso.example/realms/x").as_deref(), Some("https://sso.example"));
        assert_eq!(origin("http://127.0.0.1:9/x").as_deref(), Some("http://127.0.0.1:9"));
        for odd in ["sso.example", "/x", "https://sso.example@evil.test/", "file:///etc/passwd", ""] {
            assert!(origin(odd).is_none_or(|origin| !origin.starts_with("https://sso.example")), "{odd}");
        }
        let settings = |issuer: &str| OidcSettings {
            issuer: issuer.to_owned(),
            client_id: "us".to_owned(),
            client_secret: "s".to_owned(),
            redirect_uri: "https://portal.example/back".to_owned(),
            claim: "sub".to_owned(),
            link: Link::Username,
            trusts_second_factor: false,
        };
        assert!(Issuer::new(settings("http://127.0.0.1:8081")).is_ok());
        for odd in ["http://sso.example", "ftp://sso.example", "sso.example", "https://sso.example?x=1", "http://127.0.0.1.evil.test:1"] {
            assert!(Issuer::new(settings(odd)).is_err(), "{odd}");
        }
        assert!(!format!("{:?}", settings("https://sso.example")).contains("\"s\""), "the secret is not shown");
    }
}
