//! What goes to the issuer with somebody and comes back: the state carries its own proof, so that nothing is kept
//! for who never comes back. Nonce and code verifier follow from it and the master key, and are kept nowhere.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thidua_domain::issuer::AWAY_SECONDS;
use thidua_domain::time::Instant;

use crate::secret::{MasterKey, SecretError, digest, random};

/// Seconds when it ends, random bytes, the mark over both and over the browser's secret.
const PARTS: [usize; 3] = [8, 16, 32];

fn mark(master: &MasterKey, purpose: &str, bytes: &[&[u8]]) -> Vec<u8> {
    let mut all = format!("oidc {purpose}\n").into_bytes();
    bytes.iter().for_each(|part| all.extend_from_slice(part));
    master.mark(&all)
}

/// A state for the holder of a secret, and when it ends.
///
/// # Errors
/// When the random source fails.
pub(super) fn make(master: &MasterKey, binder: &str, now: Instant) -> Result<(String, Instant), SecretError> {
    let ends = now.plus_seconds(AWAY_SECONDS);
    let (seconds, salt) = (ends.seconds().to_be_bytes(), random::<16>()?);
    let proof = mark(master, "state", &[&seconds, &salt, &digest(binder.as_bytes())]);
    Ok((URL_SAFE_NO_PAD.encode([seconds.as_slice(), &salt, &proof].concat()), ends))
}

/// When a state ends that was made here for the holder of this secret; nothing when it was not, or is over.
pub(super) fn check(master: &MasterKey, state: &str, binder: &str, now: Instant) -> Option<Instant> {
    let bytes = URL_SAFE_NO_PAD.decode(state).ok().filter(|bytes| bytes.len() == PARTS.iter().sum::<usize>())?;
    let (seconds, rest) = bytes.split_first_chunk::<8>()?;
    let (salt, proof) = rest.split_at_checked(PARTS[1])?;
    let wanted = mark(master, "state", &[seconds, salt, &digest(binder.as_bytes())]);
    aws_lc_rs::constant_time::verify_slices_are_equal(&wanted, proof).ok()?;
    let left = i64::from_be_bytes(*seconds).checked_sub(now.seconds())?;
    (left > 0).then(|| now.plus_seconds(left))
}

/// The question that the identity token must answer.
pub(super) fn nonce(master: &MasterKey, state: &str) -> String {
    URL_SAFE_NO_PAD.encode(mark(master, "nonce", &[state.as_bytes()]))
}

/// The secret behind the code challenge (RFC 7636).
pub(super) fn verifier(master: &MasterKey, state: &str) -> String {
    URL_SAFE_NO_PAD.encode(mark(master, "verifier", &[state.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_good_for_its_browser_and_its_time() {
        let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let other = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let now = Instant::from_micros(1_700_000_000_000_000).unwrap();
        let (state, ends) = make(&master, "binder", now).unwrap();
        assert_eq!(check(&master, &state, "binder", now), Some(ends));
        assert!(check(&master, &state, "binder", now.plus_seconds(AWAY_SECONDS - 1)).is_some());
        assert!(check(&master, &state, "binder", now.plus_seconds(AWAY_SECONDS)).is_none());
        assert!(check(&master, &state, "other", now).is_none());
        assert!(check(&other, &state, "binder", now).is_none());
        let mut later = URL_SAFE_NO_PAD.decode(&state).unwrap();
        later[3] ^= 1;
        for bent in [String::new(), state.chars().skip(1).collect(), format!("{state}A"), URL_SAFE_NO_PAD.encode(later)] {
            assert!(check(&master, &bent, "binder", now).is_none(), "{bent}");
        }
        assert_ne!(nonce(&master, &state), verifier(&master, &state));
        assert_eq!(verifier(&master, &state).len(), 43);
    }
}
