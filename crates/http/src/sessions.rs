//! Signing in, carrying on, signing out.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{SessionId, UserId};
use thidua_domain::issuer::CODE_TRIES;
use thidua_domain::session::{ACCESS_SECONDS, REFRESH_SECONDS, SESSION_SECONDS};
use thidua_domain::time::Instant;
use thidua_domain::user::UserStatus;
use thidua_store::dialect::new_id;
use thidua_store::sessions::{Origin, TurnedIn, add_refresh, open, revoke, turn_in};
use thidua_store::{Reach, Root, Unkept, Written, second_factors, users};
use utoipa::ToSchema;

use crate::answer::{Done, Made};
use crate::app::App;
use crate::call::{Call, Ended, Json};
use crate::otp;
use crate::problem::{ApiError, Fault, Protocol};
use crate::second_factor::use_up;
use crate::secret::{digest, token};

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionDraft, example = json!({ "username": "thuongtruc", "password": "con trâu trắng bên bờ sông" }))]
pub(crate) struct SignIn {
    /// User name.
    #[schema(min_length = 1, max_length = 64)]
    username: String,
    /// Password.
    #[schema(min_length = 1, max_length = 256, format = Password)]
    password: String,
    /// Six digits of the authenticator app, or a recovery code, where the account has a second factor.
    #[serde(default)]
    #[schema(min_length = 6, max_length = 20)]
    otp: Option<String>,
}

/// A refresh token turned in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefreshDraft, example = json!({ "refresh_token": "q9Yx…" }))]
pub(crate) struct Refresh {
    /// The token.
    #[schema(min_length = 1, max_length = 100)]
    refresh_token: String,
}

/// Tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = Session, example = json!({
    "access_token": "eyJ0eXAiOiJhdCtqd3Qi…", "token_type": "Bearer", "expires_in": 600,
    "refresh_token": "q9Yx…", "session_expires_at": "2026-11-21T14:00:00Z"
}))]
pub(crate) struct SessionView {
    /// Speaks for the caller until it expires.
    #[schema(max_length = 2000)]
    pub(crate) access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 10)]
    token_type: String,
    /// Seconds until the access token expires.
    #[schema(minimum = 0, maximum = 86400)]
    pub(crate) expires_in: i64,
    /// To be turned in once for new tokens; a second time ends the session.
    #[schema(max_length = 100)]
    pub(crate) refresh_token: String,
    /// When the session ends whatever happens.
    session_expires_at: Instant,
}

fn view(app: &App, user: UserId, session: SessionId, refresh: String, ends: Instant, now: Instant) -> Result<SessionView, ApiError> {
    Ok(SessionView {
        access_token: app.tokens.issue(user, session, now)?,
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_SECONDS,
        refresh_token: refresh,
        session_expires_at: ends,
    })
}

pub(crate) async fn sign_in(call: Call<(), (), Json<SignIn>>) -> Result<Made<SessionView>, ApiError> {
    let Json(SignIn { username, password, otp }) = &call.body;
    let (name, now) = (username.to_lowercase(), call.meta.now);
    let taken = call.app.throttle.take(call.meta.address, &name, now)?;
    let account = call.read(Reach::One, move |conn, _| users::by_username(conn, &name)).await?;
    let able = account
        .as_ref()
        .filter(|account| account.status == UserStatus::Active && account.password_once_until.is_none_or(|until| now < until));
    // An unknown account costs what a known one does.
    let fits = call.app.hasher.verify(password.clone(), able.map(|account| account.password_hash.clone())).await;
    let fits = fits.inspect_err(|_| call.app.throttle.give_back(&taken))?;
    let (Some(account), true) = (able, fits) else { return Err(Protocol::BadCredentials.into()) };
    let admitted = admit(&call, account.id, otp.as_deref(), None).await.inspect_err(|error| {
        // Whoever has come so far knows the password; only the second half is missing.
        if error.code() == Protocol::OtpRequired.into() {
            call.app.throttle.give_back(&taken);
        }
    })?;
    call.app.throttle.succeeded(&taken, now);
    Ok(Made::of(&admitted, None, "/api/v1/auth/sessions/current".to_owned())?.secret())
}

/// Who vouches for a user in the place of a password.
pub(crate) struct Vouched {
    /// The issuer.
    pub issuer: String,
    /// Whether a second factor that was shown there counts here.
    pub second_factor: bool,
}

/// Opens a session for a user who has shown a password, or whom somebody vouches for; a second factor is asked for
/// where the account has one.
///
/// # Errors
/// [`Protocol::OtpRequired`]; for a code that is no good [`Protocol::BadCredentials`], or [`Protocol::BadOtp`] to who came
/// without a password.
pub(crate) async fn admit<P, Q, B>(
    call: &Call<P, Q, B>,
    user: UserId,
    otp: Option<&str>,
    vouched: Option<Vouched>,
) -> Result<SessionView, ApiError> {
    let (session, now): (SessionId, Instant) = (new_id(), call.meta.now);
    let trusted = vouched.as_ref().is_some_and(|vouched| vouched.second_factor);
    let factor = call.read(Reach::One, move |conn, _| second_factors::of(conn, user)).await?;
    let shown = match (factor.filter(|factor| factor.confirmed_at.is_some() && !trusted), otp) {
        (None, _) => None,
        (Some(_), None) => return Err(Protocol::OtpRequired.into()),
        (Some(factor), Some(code)) => Some(otp::typed(&call.app.master, &factor.sealed, code, now)?),
    };
    let ends = now.plus_seconds(SESSION_SECONDS);
    let refresh = token().map_err(ApiError::internal)?;
    let hash = digest(refresh.as_bytes());
    let refused =
        if vouched.is_some() { Fault::of(Protocol::BadOtp).with("tries", CODE_TRIES) } else { Fault::of(Protocol::BadCredentials) };
    let vouched_by = vouched.map(|vouched| vouched.issuer);
    let origin = Origin { second_factor: shown.is_some() || trusted, vouched_by, ..call.meta.origin() };
    let signed_in = call.app.store.write(call.work(), Root::Of(user.any()), move |tx| {
        if let Some(code) = &shown
            && !use_up(tx, user, code)?
        {
            return Ok(Unkept(false));
        }
        open(tx, session, user, ends, Some((hash.clone(), now.plus_seconds(REFRESH_SECONDS))), &origin)?;
        tx.record(Event::new(Kind::User, user.any(), Verb::SignIn));
        Ok(Unkept(true))
    });
    if !matches!(signed_in.await?, Written::Fresh(Unkept(true))) {
        return Err(refused.into());
    }
    view(&call.app, user, session, refresh, ends, now)
}

pub(crate) async fn refresh(call: Call<(), (), Json<Refresh>>) -> Result<Made<SessionView>, ApiError> {
    let next = turn(&call, &call.body.0.refresh_token).await?.ok_or(Protocol::BadRefreshToken)?;
    Ok(Made::of(&next, None, "/api/v1/auth/sessions/current".to_owned())?.secret())
}

/// Turns a refresh token in for the next tokens; nothing when it was no good. One that was used before ends its
/// session.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn turn<P, Q, B>(call: &Call<P, Q, B>, token_before: &str) -> Result<Option<SessionView>, ApiError> {
    let hash = digest(token_before.as_bytes());
    let next = token().map_err(ApiError::internal)?;
    let (now, next_hash) = (call.meta.now, digest(next.as_bytes()));
    let turned = call.app.store.write(call.work(), Root::New, move |tx| {
        let turned = turn_in(tx, &hash)?;
        match turned {
            TurnedIn::Good(session, _, _) => add_refresh(tx, session, (next_hash.clone(), now.plus_seconds(REFRESH_SECONDS)))?,
            // Kept although the answer is a refusal: the family must stay revoked.
            TurnedIn::Reused(_, user) => tx.record(Event::new(Kind::User, user.any(), Verb::RevokeSession)),
            TurnedIn::Bad => {}
        }
        Ok(Unkept(turned))
    });
    match turned.await? {
        Written::Fresh(Unkept(TurnedIn::Good(session, user, ends))) => view(&call.app, user, session, next, ends, now).map(Some),
        _ => Ok(None),
    }
}

pub(crate) async fn sign_out(call: Call) -> Result<Ended<Done>, ApiError> {
    let (Some(session), Some(user)) = (call.caller.session, call.caller.principal.user) else {
        return Err(ApiError::internal("a signed-in call without a session"));
    };
    call.write(Root::Of(user.any()), move |tx| {
        revoke(tx, session, "signed_out")?;
        tx.record(Event::new(Kind::User, user.any(), Verb::SignOut));
        Ok(Done)
    })
    .await
}
