//! Which client calls: shown by a secret (`client_secret_basic`) or by a signature (`private_key_jwt`), never
//! by both.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use thidua_domain::client::token_ends;
use thidua_domain::id::ClientId;
use thidua_domain::refusal::both;
use thidua_store::clients::{ClientRow, SecretRow, secrets_of_all, use_assertion};
use thidua_store::{Reach, Resource, Root, Unkept, Written};
use uuid::Uuid;

use super::assertion::{self, Proved};
use super::places;
use crate::call::Call;
use crate::clients::keys_of;
use crate::problem::{ApiError, Fault, Protocol};
use crate::secret::digest;

/// What a form says of who sends it.
pub(super) struct Sent<'f> {
    /// `client_id`.
    pub id: Option<&'f str>,
    /// `client_assertion_type`.
    pub kind: Option<&'f str>,
    /// `client_assertion`.
    pub assertion: Option<&'f str>,
}

struct Known {
    client: ClientRow,
    secrets: Vec<SecretRow>,
}

/// The client that calls; nothing when none says that it does.
///
/// # Errors
/// [`Protocol::InvalidClient`], [`Protocol::InvalidRequest`], [`Protocol::TooManyTries`].
pub(super) async fn client<P, Q, B>(call: &Call<P, Q, B>, sent: Sent<'_>) -> Result<Option<ClientRow>, ApiError> {
    match (call.meta.credentials.0.as_deref(), sent.assertion) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            let why = both("chỉ xác thực bằng một cách", "a client shows who it is in one way only");
            Err(Fault::of(Protocol::InvalidRequest).with("why", why).into())
        }
        (Some(header), None) => by_secret(call, header, sent.id).await.map(Some),
        (None, Some(text)) => by_signature(call, text, &sent).await.map(Some),
    }
}

/// Identifier and secret of HTTP Basic, each written as in a form (RFC 6749, 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    let plain = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()).ok())??;
    let plain = String::from_utf8(plain).ok()?;
    let (id, secret) = plain.split_once(':')?;
    let part = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(std::borrow::Cow::into_owned);
    Some((part(id)?, part(secret)?))
}

fn identifier(text: &str) -> Option<ClientId> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok())?.map(ClientId::new)
}

/// A client with the secrets that stand.
async fn known<P, Q, B>(call: &Call<P, Q, B>, id: Option<ClientId>) -> Result<Option<Known>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    call.read(Reach::Point, move |conn, _| {
        let Some(client) = ClientRow::load(conn, id)? else { return Ok(None) };
        Ok(Some(Known { client, secrets: secrets_of_all(conn, &[id])? }))
    })
    .await
}

async fn by_secret<P, Q, B>(call: &Call<P, Q, B>, header: &str, said: Option<&str>) -> Result<ClientRow, ApiError> {
    let (id, secret) = basic(header).filter(|(id, _)| said.is_none_or(|said| said == id)).ok_or(Protocol::InvalidClient)?;
    let shown = digest(secret.as_bytes());
    let is_one = |known: &Known| known.secrets.iter().filter(|kept| verify_slices_are_equal(&kept.hash, &shown).is_ok()).count() > 0;
    let taken = call.app.throttle.take(call.meta.address, &format!("client:{id}"), call.meta.now)?;
    let found = known(call, identifier(&id)).await.inspect_err(|_| call.app.throttle.give_back(&taken))?;
    let client = found.filter(is_one).map(|known| known.client).filter(|client| is_able(call, client)).ok_or(Protocol::InvalidClient)?;
    call.app.throttle.succeeded(&taken, call.meta.now);
    Ok(client)
}

async fn by_signature<P, Q, B>(call: &Call<P, Q, B>, text: &str, sent: &Sent<'_>) -> Result<ClientRow, ApiError> {
    let id = assertion::says_it_is(text).filter(|_| sent.kind == Some(assertion::KIND)).ok_or(Protocol::InvalidClient)?;
    if sent.id.is_some_and(|said| identifier(said) != Some(id)) {
        return Err(Protocol::InvalidClient.into());
    }
    let taken = call.app.throttle.take(call.meta.address, &format!("client:{id}"), call.meta.now)?;
    let found = known(call, Some(id)).await.inspect_err(|_| call.app.throttle.give_back(&taken))?;
    let client = found.map(|known| known.client).filter(|client| is_able(call, client)).ok_or(Protocol::InvalidClient)?;
    let (issuer, endpoint) = (call.app.settings.public_url.as_str(), places::of(call, places::TOKEN));
    let proved = assertion::check(text, id, &keys_of(&client), &[issuer, &endpoint], call.meta.now).ok_or(Protocol::InvalidClient)?;
    if !use_up(call, id, proved).await.inspect_err(|_| call.app.throttle.give_back(&taken))? {
        return Err(Protocol::InvalidClient.into());
    }
    call.app.throttle.succeeded(&taken, call.meta.now);
    Ok(client)
}

/// Whether it gets anything at all: not deactivated, and its last day not over.
fn is_able<P, Q, B>(call: &Call<P, Q, B>, client: &ClientRow) -> bool {
    client.is_active() && token_ends(call.meta.now, client.own.token_seconds, client.own.expires_on).is_some()
}

/// Uses an assertion up; whether it was still good, on any replica.
async fn use_up<P, Q, B>(call: &Call<P, Q, B>, client: ClientId, proved: Proved) -> Result<bool, ApiError> {
    let used = call
        .app
        .store
        .write(call.work(), Root::Of(client.any()), move |tx| Ok(Unkept(use_assertion(tx, client, &proved.jti, proved.expires_at)?)));
    Ok(matches!(used.await?, Written::Fresh(Unkept(true))))
}
