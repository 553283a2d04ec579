//! Small cryptography out of one maintained library: digests, random tokens, and sealing of what
//! must not lie open in the database.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest::{SHA256, digest as sha};
use aws_lc_rs::hmac;
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Something secret could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The random source of the machine failed.
    #[error("no randomness")]
    Random,
    /// The master key does not open what was sealed: it is another key, or the data was changed.
    #[error("what was sealed cannot be opened with this master key: give the one it was sealed with")]
    Sealed,
    /// The master key is not 32 bytes of base64.
    #[error("a master key is 32 bytes, written in base64 (44 characters)")]
    MasterKey,
}

/// SHA-256.
#[must_use]
pub fn digest(bytes: &[u8]) -> Vec<u8> {
    sha(&SHA256, bytes).as_ref().to_vec()
}

/// Random bytes.
///
/// # Errors
/// [`SecretError::Random`].
pub fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| SecretError::Random)?;
    Ok(bytes)
}

/// A random token of 256 bits, safe in URLs and headers.
///
/// # Errors
/// [`SecretError::Random`].
pub fn token() -> Result<String, SecretError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// So many letters and digits at random that nobody takes for each other.
///
/// # Errors
/// [`SecretError::Random`].
pub fn random_letters<const N: usize>() -> Result<String, SecretError> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    Ok(random::<N>()?.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)).copied().map(char::from)).collect())
}

/// A random password that can be typed: four groups of five letters and digits.
///
/// # Errors
/// [`SecretError::Random`].
pub fn random_password() -> Result<String, SecretError> {
    let letters = random_letters::<20>()?;
    let groups: Vec<&str> = (0..4).filter_map(|i| letters.get(i * 5..i * 5 + 5)).collect();
    Ok(groups.join("-"))
}

/// The key kept outside database and backups, under which secrets in the database are sealed.
pub struct MasterKey {
    seals: RandomizedNonceKey,
    marks: hmac::Key,
    known: hmac::Key,
    id: String,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// Reads a key as written in a file or variable.
    ///
    /// # Errors
    /// [`SecretError::MasterKey`].
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SecretError::MasterKey)?;
        if bytes.len() != 32 {
            return Err(SecretError::MasterKey);
        }
        let seals = RandomizedNonceKey::new(&AES_256_GCM, &bytes).map_err(|_| SecretError::MasterKey)?;
        let whole = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let key_for = |what: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&whole, what).as_ref());
        let id = hmac::sign(&whole, b"name").as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { seals, marks: key_for(b"marks"), known: key_for(b"known again"), id })
    }

    /// By what it is told from other master keys, beside what it has sealed. Nothing of the key follows from it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A mark under which the same bytes are found again among what is kept, made with a key of its own: whoever has
    /// the database alone can neither read it nor try what it might be.
    #[must_use]
    pub fn known_again(&self, bytes: &[u8]) -> Vec<u8> {
        hmac::sign(&self.known, bytes).as_ref().to_vec()
    }

    /// A mark by which the same bytes are known again, and from which nobody without the key can guess
    /// them: what was sent may hold a password.
    #[must_use]
    pub fn mark(&self, bytes: &[u8]) -> Vec<u8> {
        hmac::sign(&self.marks, bytes).as_ref().to_vec()
    }

    /// A new key, as it is written down.
    ///
    /// # Errors
    /// [`SecretError::Random`].
    pub fn generate() -> Result<String, SecretError> {
        Ok(STANDARD.encode(random::<32>()?))
    }

    /// Seals bytes for one purpose.
    ///
    /// # Errors
    /// [`SecretError::Sealed`].
    pub fn seal(&self, purpose: &str, bytes: &[u8]) -> Result<Vec<u8>, SecretError> {
        let mut sealed = bytes.to_vec();
        let nonce = self.seals.seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut sealed).map_err(|_| SecretError::Sealed)?;
        let mut whole = nonce.as_ref().to_vec();
        whole.append(&mut sealed);
        Ok(whole)
    }

    /// Opens what was sealed for the same purpose.
    ///
    /// # Errors
    /// [`SecretError::Sealed`].
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SecretError> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(SecretError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretError::Sealed)?;
        let mut rest = rest.to_vec();
        let opened = self.seals.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut rest).map_err(|_| SecretError::Sealed)?;
        Ok(opened.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_for_its_purpose_and_key() {
        let key = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let other = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let sealed = key.seal("signing-key", b"secret").unwrap();
        assert_eq!(key.open("signing-key", &sealed).unwrap(), b"secret");
        assert!(key.open("ballot", &sealed).is_err());
        assert!(other.open("signing-key", &sealed).is_err());
        assert!(key.open("signing-key", &sealed[..5]).is_err());
        assert!(MasterKey::parse("c2hvcnQ=").is_err());
    }

    #[test]
    fn marks_of_one_key_for_one_use_tell_nothing_of_another() {
        let (key, other) = (MasterKey::generate().unwrap(), MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
        let (key, again) = (MasterKey::parse(&key).unwrap(), MasterKey::parse(&key).unwrap());
        assert_eq!((key.known_again(b"1"), key.id()), (again.known_again(b"1"), again.id()));
        assert_ne!(key.known_again(b"1"), key.known_again(b"2"));
        assert_ne!(key.known_again(b"1"), other.known_again(b"1"));
        assert_ne!(key.known_again(b"1"), key.mark(b"1"));
        assert_ne!(key.id(), other.id());
    }
}
