//! Tokens looked into (RFC 7662) and taken back (RFC 7009). A service account sees and takes back its own;
//! who looks after sign-ins sees what the policy lets them end. What is taken back ends at once, on every
//! replica: each request asks whether its session stands.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Principal, Verb, permits};
use thidua_domain::event::Event;
use thidua_domain::id::{ClientId, SessionId, UserId};
use thidua_domain::user::AccountKind;
use thidua_store::clients::ClientRow;
use thidua_store::sessions::{self, Standing};
use thidua_store::{Reach, Root, UnitOfWork, access};
use utoipa::ToSchema;

use super::authentication::{Sent, client};
use crate::answer::{JsonDocument, One};
use crate::call::{Call, Form};
use crate::problem::{ApiError, Protocol};
use crate::secret::digest;
use crate::tokens::Claims;

/// A token to look into or to take back.
#[derive(Deserialize, ToSchema)]
#[schema(as = TokenLookForm, example = json!({ "token": "eyJ0eXAiOiJhdCtqd3Qi…" }))]
pub(crate) struct LookForm {
    /// An access token, or a refresh token of a person.
    #[schema(min_length = 1, max_length = 4000)]
    token: String,
    /// Which of the two it is; found out without, too.
    #[schema(max_length = 100)]
    #[allow(dead_code, reason = "the standard names it; both sorts are told apart without")]
    token_type_hint: Option<String>,
    /// The service account, where nothing else says it.
    #[schema(max_length = 64)]
    client_id: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` with an assertion.
    #[schema(max_length = 100)]
    client_assertion_type: Option<String>,
    /// A JWT signed by the service account (`private_key_jwt`).
    #[schema(max_length = 4000)]
    client_assertion: Option<String>,
}

type Asked = Call<(), (), Form<LookForm>>;

/// What a token is worth.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = TokenState, example = json!({
    "active": true, "scope": "units:read", "client_id": "0198c0de-0000-7000-8000-000000000050", "token_type": "Bearer",
    "exp": 1795000600, "iat": 1795000000, "sub": "0198c0de-0000-7000-8000-000000000050", "aud": "https://thidua.example",
    "iss": "https://thidua.example", "jti": "7b1f2a52-8a55-4d6e-9f0e-3f3a5b0c6d11"
}))]
pub(crate) struct StateView {
    /// Whether it speaks for somebody now. Where it does not, or is none of the caller's, nothing else is said.
    active: bool,
    /// What it serves for, when it is a service account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, nullable = false)]
    scope: Option<String>,
    /// The service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_id: Option<UserId>,
    /// `Bearer` for an access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10, nullable = false)]
    token_type: Option<String>,
    /// Expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    exp: Option<i64>,
    /// Issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    iat: Option<i64>,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sub: Option<UserId>,
    /// For whom it is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    aud: Option<String>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    iss: Option<String>,
    /// Its own identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    jti: Option<uuid::Uuid>,
}

/// Who asks about a token.
enum Asker {
    /// A service account.
    Client(Box<ClientRow>),
    /// A person, signed in.
    Person(std::sync::Arc<Principal>),
}

/// A token that stands.
struct Found {
    standing: Standing,
    session: SessionId,
    /// What an access token says.
    claims: Option<Claims>,
    /// When it ends, in seconds.
    ends: i64,
}

fn sent(form: &LookForm) -> Sent<'_> {
    let kind = form.client_assertion_type.as_deref();
    Sent { id: form.client_id.as_deref(), kind, assertion: form.client_assertion.as_deref() }
}

/// Who asks, by any of the ways there are; nothing when nobody says so.
async fn asker(call: &Asked) -> Result<Option<Asker>, ApiError> {
    let bearer =
        |header: &str| header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, t)| t.trim().to_owned());
    let Some(token) = call.meta.credentials.0.as_deref().and_then(bearer) else {
        return Ok(client(call, sent(&call.body.0)).await?.map(|client| Asker::Client(Box::new(client))));
    };
    let (caller, standing) = call.app.authenticate(&token, call.meta.now).await?;
    call.app.may_call(call.op, &caller, &standing, call.meta.now)?;
    Ok(Some(Asker::Person(caller.principal)))
}

/// The token, if it stands: an access token, or a refresh token that was not used.
async fn found(call: &Asked) -> Result<Option<Found>, ApiError> {
    let (token, now) = (call.body.0.token.as_str(), call.meta.now);
    match call.app.look_into(token, now).await {
        Ok((verified, standing)) => {
            let claims = verified.claims.clone();
            return Ok(Some(Found { standing, session: claims.sid, ends: claims.exp, claims: Some(claims) }));
        }
        Err(error) if error.code() != Protocol::BadToken.into() => return Err(error),
        Err(_) => {}
    }
    let hash = digest(token.as_bytes());
    let kept = call.read(Reach::Point, move |conn, _| {
        let Some((session, ends, used)) = sessions::of_refresh(conn, &hash)? else { return Ok(None) };
        Ok(sessions::standing(conn, session)?.map(|standing| (session, ends, used, standing)))
    });
    let good = kept.await?.filter(|(_, ends, used, standing)| used.is_none() && now < *ends && standing.stands(now));
    Ok(good.map(|(session, ends, _, standing)| Found { ends: ends.min(standing.expires_at).seconds(), standing, session, claims: None }))
}

pub(crate) async fn introspect(call: Asked) -> Result<One<StateView>, ApiError> {
    let asker = asker(&call).await?.ok_or(Protocol::ClientMissing)?;
    let Some(found) = found(&call).await? else { return nothing() };
    let user = found.standing.user;
    let theirs = match asker {
        Asker::Client(client) => client.user() == user,
        // Whoever may end a sign-in may also look into it.
        Asker::Person(who) => {
            let today = call.meta.now.today();
            let ties = call.read(Reach::Point, move |conn, _| access::ties_of(conn, Kind::User, user.any(), today)).await?;
            permits(&who, Kind::User, Verb::RevokeSession, &ties)
        }
    };
    if !theirs {
        return nothing();
    }
    let claims = found.claims;
    let view = StateView {
        active: true,
        scope: claims.as_ref().and_then(|claims| claims.scope.clone()),
        client_id: claims.as_ref().and_then(|claims| claims.client_id),
        token_type: claims.as_ref().map(|_| "Bearer".to_owned()),
        exp: Some(found.ends),
        iat: claims.as_ref().map(|claims| claims.iat),
        sub: Some(user),
        aud: claims.as_ref().map(|claims| claims.aud.clone()),
        jti: claims.as_ref().map(|claims| claims.jti),
        iss: claims.map(|claims| claims.iss),
    };
    Ok(One::plain(&view)?.secret())
}

fn nothing() -> Result<One<StateView>, ApiError> {
    Ok(One::plain(&StateView::default())?.secret())
}

/// Takes a token back, and all that follow from the same sign-in. What is no token, or none any more, is as good
/// as taken back.
pub(crate) async fn revoke(call: Asked) -> Result<JsonDocument, ApiError> {
    let asker = match asker(&call).await? {
        Some(Asker::Client(client)) => Some(client),
        // A person shows the token itself, as a front-end without a secret does.
        Some(Asker::Person(_)) | None => None,
    };
    let done = || Ok(JsonDocument(b"{}".to_vec()));
    let Some(Found { standing, session, .. }) = found(&call).await? else { return done() };
    // What was issued to a service account is taken back by it; what a person has, by whoever has it.
    let theirs = match (standing.kind, asker) {
        (AccountKind::Client, Some(client)) => client.user() == standing.user,
        (AccountKind::Client, None) => return Err(Protocol::ClientMissing.into()),
        (AccountKind::Person, asker) => asker.is_none(),
    };
    if !theirs {
        return Err(Protocol::InvalidGrant.into());
    }
    let user = standing.user;
    let (kind, subject) = match standing.kind {
        AccountKind::Client => (Kind::Client, ClientId::new(user.uuid()).any()),
        AccountKind::Person => (Kind::User, user.any()),
    };
    let actor = Principal { user: Some(user), grants: Vec::new() };
    let ended = call.app.store.write(UnitOfWork { actor, ..call.work() }, Root::Of(subject), move |tx| {
        sessions::revoke(tx, session, "taken_back")?;
        tx.record(Event::new(kind, subject, Verb::RevokeToken));
        Ok(())
    });
    ended.await?;
    done()
}
