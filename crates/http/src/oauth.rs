//! OAuth 2.0: tokens for service accounts (RFC 6749, 4.4) and refreshed tokens for people (6), by the same rules
//! as `sessions`. What tokens are worth, and how they are taken back, is told in `oauth/tokens`.

mod assertion;
mod authentication;
mod errors;
pub(crate) mod places;
mod tokens;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Principal, Verb};
use thidua_domain::client::{Scopes, token_ends};
use thidua_domain::event::Event;
use thidua_domain::id::{ClientId, SessionId};
use thidua_domain::time::Instant;
use thidua_store::clients::ClientRow;
use thidua_store::dialect::new_id;
use thidua_store::{Resource, Root, StoreError, Tx, UnitOfWork, Unkept, Written, sessions};
use utoipa::ToSchema;

use crate::answer::{JsonDocument, One};
use crate::call::{Call, Form};
use crate::problem::{ApiError, Fault, Protocol};
use crate::sessions::turn;

use authentication::{Sent, client};
pub(crate) use errors::{ErrorView, problem, said_as, view as error_view};
pub(crate) use tokens::{introspect, revoke};

/// A token asked for.
#[derive(Deserialize, ToSchema)]
#[schema(as = TokenForm, example = json!({ "grant_type": "client_credentials", "scope": "units:read pledges:read" }))]
pub(crate) struct TokenForm {
    /// `client_credentials` for a service account, `refresh_token` for a person.
    #[schema(min_length = 1, max_length = 100)]
    grant_type: String,
    /// Scopes with blanks between; all that the service account has when left out.
    #[schema(max_length = 1000)]
    scope: Option<String>,
    /// The refresh token of a person.
    #[schema(max_length = 100)]
    refresh_token: Option<String>,
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

/// A token.
#[derive(Serialize, ToSchema)]
#[schema(as = Token, example = json!({
    "access_token": "eyJ0eXAiOiJhdCtqd3Qi…", "token_type": "Bearer", "expires_in": 600, "scope": "units:read pledges:read"
}))]
pub(crate) struct TokenView {
    /// Speaks for the caller until it expires.
    #[schema(max_length = 2000)]
    access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 10)]
    token_type: String,
    /// Seconds until it expires.
    #[schema(minimum = 0, maximum = 86400)]
    expires_in: i64,
    /// What it serves for, when it is a service account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, nullable = false)]
    scope: Option<String>,
    /// The next refresh token of a person, to be turned in once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, nullable = false)]
    refresh_token: Option<String>,
}

type Asked = Call<(), (), Form<TokenForm>>;

pub(crate) async fn token(call: Asked) -> Result<One<TokenView>, ApiError> {
    let form = &call.body.0;
    let kind = form.client_assertion_type.as_deref();
    let sent = Sent { id: form.client_id.as_deref(), kind, assertion: form.client_assertion.as_deref() };
    match form.grant_type.as_str() {
        "client_credentials" => {
            let client = client(&call, sent).await?.ok_or(Protocol::ClientMissing)?;
            to_client(&call, &client).await
        }
        "refresh_token" => {
            // What belongs to a person belongs to no client, whoever shows it.
            let nobody = client(&call, sent).await?.is_none();
            refreshed(&call, nobody).await
        }
        _ => Err(Protocol::UnsupportedGrantType.into()),
    }
}

fn not_given(held: impl std::fmt::Display) -> ApiError {
    Fault::of(Protocol::InvalidScope).with("held", held).into()
}

async fn to_client(call: &Asked, client: &ClientRow) -> Result<One<TokenView>, ApiError> {
    let (id, user, now, held) = (client.own.id, client.user(), call.meta.now, client.scopes());
    let given = call.body.0.scope.as_deref().map_or_else(|| Some(held.clone()), Scopes::parse);
    let given = given.filter(|given| given.within(&held)).ok_or_else(|| not_given(&held))?;
    let (session, origin, scopes): (SessionId, _, _) = (new_id(), call.meta.origin(), given.clone());
    let actor = Principal { user: Some(user), grants: Vec::new() };
    let opened = call.app.store.write(UnitOfWork { actor, ..call.work() }, Root::Of(id.any()), move |tx| {
        let ends = still_given(tx, id, &scopes)?;
        sessions::open(tx, session, user, ends, None, &origin)?;
        tx.record(Event::new(Kind::Client, id.any(), Verb::SignIn));
        Ok(Unkept(ends))
    });
    let Written::Fresh(Unkept(ends)) = opened.await? else { return Err(ApiError::internal("a token that is no token")) };
    let view = TokenView {
        access_token: call.app.tokens.issue_to_client(user, session, &given, now, ends)?,
        token_type: "Bearer".to_owned(),
        expires_in: ends.seconds() - now.seconds(),
        scope: Some(given.to_string()),
        refresh_token: None,
    };
    Ok(One::plain(&view)?.secret())
}

/// Until when the token lasts, as things stand in the transaction that keeps it.
fn still_given(tx: &mut Tx<'_>, id: ClientId, scopes: &Scopes) -> Result<Instant, StoreError> {
    let client = ClientRow::load(tx.conn(), id)?.filter(|client| client.is_active() && scopes.within(&client.scopes()));
    let ends = client.and_then(|client| token_ends(tx.now(), client.own.token_seconds, client.own.expires_on));
    ends.ok_or_else(|| StoreError::Busy("the service account has changed meanwhile".to_owned()))
}

async fn refreshed(call: &Asked, nobody: bool) -> Result<One<TokenView>, ApiError> {
    let form = &call.body.0;
    if form.scope.is_some() {
        return Err(not_given("-"));
    }
    let token =
        form.refresh_token.as_deref().ok_or_else(|| Fault::at("/refresh_token", Protocol::Required).with("field", "refresh_token"))?;
    let turned = if nobody { turn(call, token).await? } else { None };
    let next = turned.ok_or(Protocol::InvalidGrant)?;
    let view = TokenView {
        access_token: next.access_token,
        token_type: "Bearer".to_owned(),
        expires_in: next.expires_in,
        scope: None,
        refresh_token: Some(next.refresh_token),
    };
    Ok(One::plain(&view)?.secret())
}

pub(crate) async fn metadata(call: Call) -> Result<crate::service::Published, ApiError> {
    Ok(crate::service::Published(JsonDocument(places::metadata(&call.app).to_string().into_bytes())))
}
