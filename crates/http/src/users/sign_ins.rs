//! The sign-ins of an account, and a password handed out when its owner has none that works.

use serde::Serialize;
use thidua_domain::access::{Kind, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{Id, Session, SessionId, User, UserId};
use thidua_domain::password::ONCE_SECONDS;
use thidua_domain::refusal::Code;
use thidua_domain::time::Instant;
use thidua_store::sessions::{self, SessionRow};
use thidua_store::users::{self as store, UserRow};
use thidua_store::{Reach, Root, second_factors};
use utoipa::ToSchema;

use super::not_oneself;
use crate::answer::{Done, List, Made};
use crate::call::{Call, Ended};
use crate::parts::{self, inside};
use crate::problem::ApiError;
use crate::secret::random_password;

/// A sign-in that still stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignIn, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000040", "current": true, "address": "203.0.113.9", "agent": "curl/8.14.1",
    "created_at": "2026-11-21T02:00:00Z", "expires_at": "2026-11-21T14:00:00Z"
}))]
pub(crate) struct SignInView {
    /// Identifier.
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, nullable = false)]
    address: Option<String>,
    /// With what, as it calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    agent: Option<String>,
    /// Signed in.
    created_at: Instant,
    /// Ends whatever happens.
    expires_at: Instant,
}

/// A password that serves once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PasswordOnce, example = json!({ "one_time_password": "k7mq-x2wd-9htp-4vzn", "expires_at": "2026-11-24T02:00:00Z" }))]
pub(crate) struct PasswordOnceView {
    /// The password: it serves to sign in and choose another, and nothing else.
    #[schema(max_length = 64)]
    one_time_password: String,
    /// Serves until then.
    expires_at: Instant,
}

pub(crate) async fn list(call: Call<UserId>) -> Result<List<SignInView>, ApiError> {
    let (user, current, now) = (call.path, call.caller.session, call.meta.now);
    let rows = call
        .read(Reach::Point, move |conn, eyes| {
            let (_, ties) = parts::look_at::<UserRow>(conn, eyes, user)?;
            thidua_domain::access::require(&eyes.who, Kind::User, Verb::RevokeSession, &ties, eyes.lang)?;
            sessions::standing_of(conn, user, now)
        })
        .await?;
    let shown = |row: SessionRow| SignInView {
        current: Some(row.id) == current,
        id: row.id,
        address: row.address,
        agent: row.agent,
        created_at: row.created_at,
        expires_at: row.expires_at,
    };
    List::whole(&rows.into_iter().map(shown).collect::<Vec<_>>())
}

pub(crate) async fn end(call: Call<(Id<User>, Id<Session>)>) -> Result<Ended<Done>, ApiError> {
    let (user, session) = call.path;
    call.write(Root::Of(user.any()), move |tx| {
        let held = tx.look_at::<UserRow>(user)?;
        tx.require(Kind::User, Verb::RevokeSession, &held.ties)?;
        let now = tx.now();
        if !sessions::standing_of(tx.conn(), user, now)?.iter().any(|row| row.id == session) {
            return Err(Code::NotFound.into());
        }
        sessions::revoke(tx, session, "taken_back")?;
        tx.record(Event::new(Kind::User, user.any(), Verb::RevokeSession));
        Ok(Done)
    })
    .await
}

pub(crate) async fn end_all(call: Call<UserId>) -> Result<Ended<Done>, ApiError> {
    let (user, current) = (call.path, call.caller.session);
    call.write(Root::Of(user.any()), move |tx| {
        let held = tx.look_at::<UserRow>(user)?;
        tx.require(Kind::User, Verb::RevokeSession, &held.ties)?;
        sessions::revoke_all(tx, user, current, "taken_back")?;
        tx.record(Event::new(Kind::User, user.any(), Verb::RevokeSession));
        Ok(Done)
    })
    .await
}

pub(crate) async fn reset_password(call: Call<UserId>) -> Result<Ended<Made<PasswordOnceView>>, ApiError> {
    let user = call.path;
    // Before the hash, which is dear: who may not do this cannot keep the service busy with it.
    call.read(Reach::Point, move |conn, eyes| {
        let (_, ties) = parts::look_at::<UserRow>(conn, eyes, user)?;
        Ok(thidua_domain::access::require(&eyes.who, Kind::User, Verb::ResetPassword, &ties, eyes.lang)?)
    })
    .await?;
    let password = random_password().map_err(ApiError::internal)?;
    let hash = call.app.hasher.hash(password.clone()).await?;
    call.write(Root::Of(user.any()), move |tx| {
        let mut held = tx.load_for_change::<UserRow>(user)?;
        tx.require(Kind::User, Verb::ResetPassword, &held.ties)?;
        not_oneself(tx, user)?;
        let until = tx.now().plus_seconds(ONCE_SECONDS);
        held.value.set_password(&hash, tx.now(), Some(until));
        store::save(tx, &mut held)?;
        sessions::revoke_all(tx, user, None, "password_reset")?;
        tx.record(Event::new(Kind::User, user.any(), Verb::ResetPassword));
        let view = PasswordOnceView { one_time_password: password.clone(), expires_at: until };
        Ok(Made::of(&view, Some(held.value.version), format!("/api/v1/users/{user}")).map_err(inside)?.secret())
    })
    .await
}

pub(crate) async fn remove_second_factor(call: Call<UserId>) -> Result<Ended<Done>, ApiError> {
    let user = call.path;
    call.write(Root::Of(user.any()), move |tx| {
        let held = tx.load_for_change::<UserRow>(user)?;
        tx.require(Kind::User, Verb::RemoveSecondFactor, &held.ties)?;
        not_oneself(tx, user)?;
        if !second_factors::remove(tx, user)? {
            return Err(Code::SecondFactorOff.into());
        }
        sessions::revoke_all(tx, user, None, "second_factor")?;
        tx.record(Event::new(Kind::User, user.any(), Verb::RemoveSecondFactor));
        Ok(Done)
    })
    .await
}
