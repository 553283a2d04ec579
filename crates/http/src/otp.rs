//! Codes of the second factor: those of an authenticator app (TOTP, RFC 6238, as every app knows it: SHA-1,
//! six digits, thirty seconds) and those for who has lost it. Which are used up is kept in the store.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use thidua_domain::second_factor::{RECOVERY_CODES, plain_code};
use thidua_domain::time::Instant;
use totp_rs::{Builder, Secret, Totp};

use crate::problem::ApiError;
use crate::secret::{MasterKey, random, random_letters};

/// Name of the service in authenticator apps.
const ISSUER: &str = "Thidua";
const PURPOSE: &str = "second-factor";

/// A code as typed, and what it can be.
pub(crate) enum Typed {
    /// Of the app, good for this step.
    Step(i64),
    /// A recovery code, by its mark.
    Recovery(Vec<u8>),
    /// Nothing.
    Wrong,
}

fn totp(secret: &[u8]) -> Result<Totp, ApiError> {
    Builder::new().with_secret(secret.to_vec()).build().map_err(ApiError::internal)
}

/// A new shared secret: sealed, in base32, and as the address that apps read from a picture.
pub(crate) fn new(master: &MasterKey, username: &str) -> Result<(Vec<u8>, String, String), ApiError> {
    let secret = random::<20>().map_err(ApiError::internal)?;
    let sealed = master.seal(PURPOSE, &secret).map_err(ApiError::internal)?;
    let base32 = Secret::from(secret.to_vec()).to_base32();
    let account = utf8_percent_encode(username, NON_ALPHANUMERIC);
    let uri = format!("otpauth://totp/{ISSUER}:{account}?secret={base32}&issuer={ISSUER}");
    Ok((sealed, base32, uri))
}

/// What a typed code can be.
pub(crate) fn typed(master: &MasterKey, sealed: &[u8], code: &str, now: Instant) -> Result<Typed, ApiError> {
    let plain = plain_code(code);
    if plain.len() == 6 && plain.bytes().all(|b| b.is_ascii_digit()) {
        let secret = master.open(PURPOSE, sealed).map_err(ApiError::internal)?;
        let at = u64::try_from(now.seconds()).map_err(ApiError::internal)?;
        let step = totp(&secret)?.check(&plain, at).and_then(|step| i64::try_from(step).ok());
        return Ok(step.map_or(Typed::Wrong, Typed::Step));
    }
    Ok(if plain.len() == 10 { Typed::Recovery(mark(master, &plain)) } else { Typed::Wrong })
}

fn mark(master: &MasterKey, plain: &str) -> Vec<u8> {
    master.mark(format!("recovery code {plain}").as_bytes())
}

/// New recovery codes, as shown once and as marks.
pub(crate) fn recovery_codes(master: &MasterKey) -> Result<(Vec<String>, Vec<Vec<u8>>), ApiError> {
    let plain = (0..RECOVERY_CODES).map(|_| random_letters::<10>()).collect::<Result<Vec<_>, _>>().map_err(ApiError::internal)?;
    let marks = plain.iter().map(|plain| mark(master, plain)).collect();
    let shown = plain.iter().map(|plain| plain.split_at_checked(5).map_or_else(String::new, |(a, b)| format!("{a}-{b}"))).collect();
    Ok((shown, marks))
}
