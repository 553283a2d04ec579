//! The caller's own second factor: begun, confirmed, its recovery codes, and taken away. That it is asked
//! for at sign-in is in `sessions`.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::UserId;
use thidua_domain::refusal::{Code, Refusal};
use thidua_store::second_factors::{self as store, FactorRow};
use thidua_store::users::UserRow;
use thidua_store::{Reach, Resource, Root, StoreError, Tx, sessions};
use utoipa::ToSchema;

use crate::answer::{Done, Made, One};
use crate::call::{Call, Ended, Json};
use crate::me::guess;
use crate::otp::{self, Typed};
use crate::parts::inside;
use crate::problem::{ApiError, Protocol};
use crate::throttle::Taken;

/// The password, said again.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecondFactorDraft, example = json!({ "password": "con trâu trắng bên bờ sông" }))]
pub(crate) struct Draft {
    /// The present password.
    #[schema(min_length = 1, max_length = 256, format = Password)]
    password: String,
}

/// What the authenticator app is to know.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondFactor, example = json!({
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "uri": "otpauth://totp/Thidua:lan%2Enguyen?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Thidua"
}))]
pub(crate) struct SecretView {
    /// The shared secret in base32, to be typed.
    #[schema(max_length = 64)]
    secret: String,
    /// The same as an address, to be shown as a QR picture.
    #[schema(max_length = 300)]
    uri: String,
}

/// A code.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OtpDraft, example = json!({ "otp": "492039" }))]
pub(crate) struct Otp {
    /// Six digits of the app, or a recovery code.
    #[schema(min_length = 6, max_length = 20)]
    otp: String,
}

/// Codes for who has lost the device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecoveryCodes, example = json!({ "recovery_codes": ["k7mqx-2wd9h", "tp4vz-n8c3r"] }))]
pub(crate) struct CodesView {
    /// Each is good once. They are shown this once.
    #[schema(max_items = 10)]
    recovery_codes: Vec<String>,
}

pub(crate) async fn begin(call: Call<(), (), Json<Draft>>) -> Result<Ended<Made<SecretView>>, ApiError> {
    let user = call.caller.principal.user.ok_or(Protocol::Unauthenticated)?;
    let row = call.read(Reach::One, move |conn, _| UserRow::load(conn, user)).await?.ok_or(Protocol::Unauthenticated)?;
    guess(&call, &row, call.body.0.password.clone(), "/password").await?;
    let (sealed, secret, uri) = otp::new(&call.app.master, &row.username)?;
    call.write(Root::Of(user.any()), move |tx| {
        if store::of(tx.conn(), user)?.is_some_and(|factor| factor.confirmed_at.is_some()) {
            return Err(Code::SecondFactorOn.into());
        }
        store::begin(tx, user, &sealed)?;
        tx.record(Event::new(Kind::User, user.any(), Verb::BeginSecondFactor));
        let view = SecretView { secret: secret.clone(), uri: uri.clone() };
        Ok(Made::of(&view, None, "/api/v1/me/second-factor".to_owned()).map_err(inside)?.secret())
    })
    .await
}

/// A code that was sent.
struct Sent {
    user: UserId,
    factor: FactorRow,
    /// What it can be.
    typed: Typed,
    /// What is given back once it was good.
    taken: Taken,
}

/// The second factor and what the code that was sent can be.
///
/// # Errors
/// [`Code::SecondFactorOff`], [`Protocol::TooManyTries`].
async fn sent<Q>(call: &Call<(), Q, Json<Otp>>) -> Result<Sent, ApiError> {
    let user = call.caller.principal.user.ok_or(Protocol::Unauthenticated)?;
    let (factor, account) = call.read(Reach::One, move |conn, _| Ok((store::of(conn, user)?, UserRow::load(conn, user)?))).await?;
    let (Some(factor), Some(account)) = (factor, account) else { return Err(Code::SecondFactorOff.into()) };
    // A session that was left open is no licence to guess.
    let taken = call.app.throttle.take(call.meta.address, &account.username, call.meta.now)?;
    let typed = otp::typed(&call.app.master, &factor.sealed, &call.body.0.otp, call.meta.now)?;
    Ok(Sent { user, factor, typed, taken })
}

/// Uses a code up.
///
/// # Errors
/// [`Code::OtpWrong`].
fn used(tx: &mut Tx<'_>, user: UserId, typed: &Typed) -> Result<(), StoreError> {
    if use_up(tx, user, typed)? { Ok(()) } else { Err(Refusal::at("/otp", Code::OtpWrong).into()) }
}

/// Uses a code up; whether it was good.
pub(crate) fn use_up(tx: &mut Tx<'_>, user: UserId, typed: &Typed) -> Result<bool, StoreError> {
    match typed {
        Typed::Step(step) => store::use_step(tx, user, *step),
        Typed::Recovery(mark) => store::use_recovery(tx, user, mark),
        Typed::Wrong => Ok(false),
    }
}

pub(crate) async fn confirm(call: Call<(), (), Json<Otp>>) -> Result<Ended<One<CodesView>>, ApiError> {
    let Sent { user, factor, typed, taken } = sent(&call).await?;
    let session = call.caller.session.ok_or(Protocol::Unauthenticated)?;
    if factor.confirmed_at.is_some() {
        return Err(Code::SecondFactorOn.into());
    }
    let (codes, marks) = otp::recovery_codes(&call.app.master)?;
    let done = call.write(Root::Of(user.any()), move |tx| {
        used(tx, user, &typed)?;
        store::confirm(tx, user, session)?;
        store::hand_out(tx, user, &marks)?;
        // Who signed in elsewhere with the password alone has shown too little from now on.
        sessions::revoke_all(tx, user, Some(session), "second_factor")?;
        tx.record(Event::new(Kind::User, user.any(), Verb::ConfirmSecondFactor));
        Ok(One::plain(&CodesView { recovery_codes: codes.clone() }).map_err(inside)?.secret())
    });
    let done = done.await?;
    call.app.throttle.give_back(&taken);
    Ok(done)
}

pub(crate) async fn renew_codes(call: Call<(), (), Json<Otp>>) -> Result<Ended<Made<CodesView>>, ApiError> {
    let Sent { user, factor, typed, taken } = sent(&call).await?;
    if factor.confirmed_at.is_none() {
        return Err(Code::SecondFactorOff.into());
    }
    let (codes, marks) = otp::recovery_codes(&call.app.master)?;
    let done = call.write(Root::Of(user.any()), move |tx| {
        used(tx, user, &typed)?;
        store::hand_out(tx, user, &marks)?;
        tx.record(Event::new(Kind::User, user.any(), Verb::RenewCodes));
        let view = CodesView { recovery_codes: codes.clone() };
        Ok(Made::of(&view, None, "/api/v1/me".to_owned()).map_err(inside)?.secret())
    });
    let done = done.await?;
    call.app.throttle.give_back(&taken);
    Ok(done)
}

pub(crate) async fn remove(call: Call<(), (), Json<Otp>>) -> Result<Ended<Done>, ApiError> {
    let Sent { user, typed, taken, .. } = sent(&call).await?;
    let done = call.write(Root::Of(user.any()), move |tx| {
        used(tx, user, &typed)?;
        store::remove(tx, user)?;
        tx.record(Event::new(Kind::User, user.any(), Verb::RemoveSecondFactor));
        Ok(Done)
    });
    let done = done.await?;
    call.app.throttle.give_back(&taken);
    Ok(done)
}
