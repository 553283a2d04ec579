//! The sign-ins of an account, and a password handed out when its owner has none that works.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{Id, Session, SessionId, User, UserId};
use thidua_domain::lifecycle;
use thidua_domain::password::ONCE_SECONDS;
use thidua_domain::refusal::Code;
use thidua_domain::session::ACCESS_SECONDS;
use thidua_domain::time::Instant;
use thidua_domain::user::UserLife;
use thidua_store::dialect::new_id;
use thidua_store::sessions::{self, Origin, SessionRow};
use thidua_store::users::{self as store, UserRow};
use thidua_store::{Reach, Root, second_factors};
use utoipa::ToSchema;

use super::not_oneself;
use crate::answer::{Done, List, Made};
use crate::call::{Call, Ended, Json};
use crate::parts::{self, inside};
use crate::problem::ApiError;
use crate::secret::random_password;

/// A sign-in that still stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignIn, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000040", "current": true, "looked_at": false, "address": "203.0.113.9", "agent": "curl/8.14.1",
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
    /// The issuer that vouched for the user, when that was not the own password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    vouched_by: Option<String>,
    /// Whether somebody else looks on as this account; the history tells who and why.
    looked_at: bool,
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
        looked_at: row.acted_by.is_some(),
        vouched_by: row.vouched_by,
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
        lifecycle::allow::<UserLife>(held.value.status, Verb::ResetPassword, &(), false, tx.lang())?;
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

/// Why somebody looks on as somebody else.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActAsDraft, example = json!({ "reason": "Phiếu hỗ trợ 128: không thấy giao ước của khối" }))]
pub(crate) struct ActAsDraft {
    /// Why: kept in the history of the account.
    #[schema(min_length = 5, max_length = 500)]
    reason: String,
}

/// A token that looks on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActAs, example = json!({ "access_token": "eyJ0eXAiOiJhdCtqd3Qi…", "token_type": "Bearer", "expires_in": 600 }))]
pub(crate) struct ActAsView {
    /// Reads what the account reads, and changes nothing.
    #[schema(max_length = 2000)]
    access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 10)]
    token_type: String,
    /// Seconds until it ends; it cannot be refreshed.
    #[schema(minimum = 0, maximum = 86400)]
    expires_in: i64,
}

pub(crate) async fn act_as(call: Call<UserId, (), Json<ActAsDraft>>) -> Result<Ended<Made<ActAsView>>, ApiError> {
    let (user, draft, now) = (call.path, call.body.0.clone(), call.meta.now);
    let session: SessionId = new_id();
    let access_token = call.app.tokens.issue(user, session, now)?;
    let origin = Origin { acted_by: call.caller.principal.user, ..call.meta.origin() };
    call.write(Root::Of(user.any()), move |tx| {
        let held = tx.look_at::<UserRow>(user)?;
        tx.require(Kind::User, Verb::ActAs, &held.ties)?;
        not_oneself(tx, user)?;
        lifecycle::allow::<UserLife>(held.value.status, Verb::ActAs, &(), false, tx.lang())?;
        sessions::open(tx, session, user, now.plus_seconds(ACCESS_SECONDS), None, &origin)?;
        tx.record(Event::new(Kind::User, user.any(), Verb::ActAs).values(None, Some(parts::values(&draft))));
        let view = ActAsView { access_token: access_token.clone(), token_type: "Bearer".to_owned(), expires_in: ACCESS_SECONDS };
        Ok(Made::of(&view, None, format!("/api/v1/users/{user}/sessions")).map_err(inside)?.secret())
    })
    .await
}
