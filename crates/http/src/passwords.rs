//! Password hashing: argon2id in a bounded pool, so that sign-ins can never take all cores or all
//! memory. What makes a good password is a rule of the domain.

mod threads;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use self::threads::HashThreads;
use crate::problem::ApiError;

/// Cost of one hash.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
}

impl Default for Cost {
    /// OWASP's argon2id setting with least memory: about 35 ms on a small server.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2 }
    }
}

/// Hashes and verifies.
pub struct Hasher {
    cost: Cost,
    threads: HashThreads,
    /// A hash nobody has the password of: an unknown account costs what a known one does.
    decoy: String,
}

fn argon(cost: Cost) -> Result<Argon2<'static>, ApiError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(ApiError::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Hasher {
    /// A hasher with a number of threads.
    ///
    /// # Errors
    /// When the cost is out of range, or the system has no thread left.
    pub fn new(cost: Cost, threads: usize) -> Result<Self, ApiError> {
        let decoy = argon(cost)?.hash_password(b"nobody has this password").map_err(ApiError::internal)?.to_string();
        Ok(Self { cost, threads: HashThreads::start(threads)?, decoy })
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// When too many wait, or the random source fails.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        let cost = self.cost;
        self.threads.turn(move || Ok(argon(cost)?.hash_password(password.as_bytes()).map_err(ApiError::internal)?.to_string())).await?
    }

    /// Verifies a password; without a hash the decoy is verified, at the same cost, and fails.
    ///
    /// # Errors
    /// When too many wait.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, ApiError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let fits = self
            .threads
            .turn(move || PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()))
            .await?;
        Ok(fits && known)
    }
}
