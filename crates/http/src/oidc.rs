//! Signing in through another service (OpenID Connect, authorization code with PKCE). The front-end owns the page to
//! which people come back; here a sign-in is begun, and ended with what they bring. Who may sign in is decided by
//! the accounts of this service: none is made because the issuer knows somebody.

mod identity;
mod issuer;
mod state;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thidua_domain::id::UserId;
use thidua_domain::issuer::Link;
use thidua_domain::time::Instant;
use thidua_domain::user::UserStatus;
use thidua_store::sessions::{self, State};
use thidua_store::users::{self, UserRow};
use thidua_store::{Reach, Resource, Root, Unkept, Written};
use utoipa::ToSchema;

pub(crate) use issuer::Issuer;
pub use issuer::OidcSettings;

use crate::answer::Made;
use crate::app::App;
use crate::call::{Call, Json};
use crate::problem::{ApiError, Protocol};
use crate::secret::{digest, token};
use crate::sessions::{SessionView, Vouched, admit};

/// A sign-in begun.
#[derive(Serialize, ToSchema)]
#[schema(as = OidcStart, example = json!({
    "authorization_url": "https://sso.example/authorize?response_type=code&client_id=thidua&state=AAAA…", "state": "AAAA…",
    "binder": "q9Yx…", "expires_at": "2026-11-21T02:10:00Z"
}))]
pub(crate) struct StartView {
    /// Where to send the browser.
    #[schema(max_length = 4000)]
    authorization_url: String,
    /// Comes back with the browser; compare it.
    #[schema(max_length = 100)]
    state: String,
    /// A secret of this browser: keep it there (`sessionStorage`), send it with what comes back. It never goes to the issuer.
    #[schema(max_length = 100)]
    binder: String,
    /// Until then somebody must be back.
    expires_at: Instant,
}

/// What came back from the issuer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OidcSessionDraft, example = json!({ "code": "SplxlOBeZQQYbYS6WxSbIA", "state": "AAAA…", "binder": "q9Yx…" }))]
pub(crate) struct Back {
    /// The code.
    #[schema(min_length = 1, max_length = 2000)]
    code: String,
    /// The state.
    #[schema(min_length = 1, max_length = 100)]
    state: String,
    /// The secret of this browser.
    #[schema(min_length = 1, max_length = 100)]
    binder: String,
    /// Six digits of the authenticator app, or a recovery code, where the account has a second factor.
    #[serde(default)]
    #[schema(min_length = 6, max_length = 20)]
    otp: Option<String>,
}

fn issuer(app: &App) -> Result<&Issuer, ApiError> {
    app.issuer.as_ref().ok_or_else(|| Protocol::OidcOff.into())
}

pub(crate) async fn start(call: Call) -> Result<Made<StartView>, ApiError> {
    let issuer = issuer(&call.app)?;
    let (master, now) = (&call.app.master, call.meta.now);
    let binder = token().map_err(ApiError::internal)?;
    let (state, expires_at) = state::make(master, &binder, now).map_err(ApiError::internal)?;
    let (nonce, verifier) = (state::nonce(master, &state), state::verifier(master, &state));
    let authorization_url = issuer.authorization_url(&state, &nonce, &verifier, now).await?;
    let view = StartView { authorization_url, state, binder, expires_at };
    Ok(Made::of(&view, None, "/api/v1/auth/oidc/sessions".to_owned())?.secret())
}

pub(crate) async fn finish(call: Call<(), (), Json<Back>>) -> Result<Made<SessionView>, ApiError> {
    let issuer = issuer(&call.app)?;
    let Json(Back { code, state, binder, otp }) = &call.body;
    let (master, now) = (&call.app.master, call.meta.now);
    let taken = call.app.throttle.take(call.meta.address, &format!("oidc {state}"), now)?;
    let ends = state::check(master, state, binder, now).ok_or(Protocol::StateInvalid)?;
    let good = use_up(&call, state, ends).await?;
    let (account, second_factor) = match good {
        State::Over => return Err(Protocol::StateInvalid.into()),
        // The issuer has said all it had to say: its code is good once.
        State::Waits(user) => (waiting(&call, user).await?.ok_or(Protocol::StateInvalid)?, false),
        State::Fresh => {
            let (nonce, verifier) = (state::nonce(master, state), state::verifier(master, state));
            let said = issuer.identity(code, &nonce, &verifier, now).await.inspect_err(|error| {
                // An issuer that is away is nobody's fault here.
                if error.code() == Protocol::IssuerUnavailable.into() {
                    call.app.throttle.give_back(&taken);
                }
            })?;
            let account = account(&call, issuer, said.get(&issuer.settings.claim)).await?.ok_or(Protocol::NoAccount)?;
            (account, issuer.settings.trusts_second_factor && shown(said.get("amr")))
        }
    };
    // From here on the account is known: codes count against it, whoever vouches.
    let tries = call.app.throttle.take(call.meta.address, &account.username, now)?;
    let vouched = Vouched { issuer: issuer.settings.issuer.clone(), second_factor };
    let admitted = admit(&call, account.id, otp.as_deref(), Some(vouched)).await;
    // Who has come so far is who they say; only the second half is missing, and may be sent again.
    let half =
        admitted.as_ref().err().map(ApiError::code).filter(|code| [Protocol::OtpRequired, Protocol::BadOtp].map(Into::into).contains(code));
    if half.is_some() || good != State::Fresh {
        wait_for(&call, state, half.map(|_| account.id)).await?;
    }
    if half == Some(Protocol::OtpRequired.into()) {
        call.app.throttle.give_back(&taken);
        call.app.throttle.give_back(&tries);
    }
    let session = admitted?;
    call.app.throttle.give_back(&taken);
    call.app.throttle.succeeded(&tries, now);
    Ok(Made::of(&session, None, "/api/v1/auth/sessions/current".to_owned())?.secret())
}

/// Whether the issuer was shown a second factor (RFC 8176).
fn shown(amr: Option<&Value>) -> bool {
    amr.and_then(Value::as_array).is_some_and(|ways| ways.iter().any(|way| way == "mfa"))
}

/// Uses a state up, or one of its tries; what it was still good for, on any replica.
async fn use_up<P, Q, B>(call: &Call<P, Q, B>, state: &str, ends: Instant) -> Result<State, ApiError> {
    let hash = digest(state.as_bytes());
    let used = call.app.store.write(call.work(), Root::New, move |tx| Ok(Unkept(sessions::use_state(tx, &hash, ends)?)));
    Ok(match used.await? {
        Written::Fresh(Unkept(state)) => state,
        Written::Replayed(_) | Written::DryRun(_) => State::Over,
    })
}

/// Notes for whom a state waits from now on.
async fn wait_for<P, Q, B>(call: &Call<P, Q, B>, state: &str, user: Option<UserId>) -> Result<(), ApiError> {
    let hash = digest(state.as_bytes());
    call.app.store.write(call.work(), Root::New, move |tx| Ok(Unkept(sessions::wait_for(tx, &hash, user)?))).await?;
    Ok(())
}

/// The account for which a state waits, if it can still sign in.
async fn waiting<P, Q, B>(call: &Call<P, Q, B>, user: UserId) -> Result<Option<UserRow>, ApiError> {
    let found = call.read(Reach::Point, move |conn, _| UserRow::load(conn, user));
    Ok(found.await?.filter(|account| account.status == UserStatus::Active))
}

/// The account that an identity is linked to, if it can sign in.
async fn account<P, Q, B>(call: &Call<P, Q, B>, issuer: &Issuer, said: Option<&Value>) -> Result<Option<UserRow>, ApiError> {
    let link = issuer.settings.link.clone();
    let Some(value) = said.and_then(Value::as_str).and_then(|said| link.value(said)) else { return Ok(None) };
    let found = call.read(Reach::Point, move |conn, _| match link {
        Link::Username => users::by_username(conn, &value),
        Link::ExternalId(system) => users::by_external_id(conn, &system, &value),
    });
    Ok(found.await?.filter(|account| account.status == UserStatus::Active))
}
