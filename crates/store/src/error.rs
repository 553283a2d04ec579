//! What can go wrong below the rules.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use thidua_domain::refusal::{Class, Code, DomainError, Refusal};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The domain said no; nothing was kept.
    #[error(transparent)]
    Refused(#[from] DomainError),
    /// No such row.
    #[error("not found")]
    NotFound,
    /// A uniqueness rule of the database; names the constraint where the database does.
    #[error("conflict: {0}")]
    Conflict(String),
    /// Somebody else was quicker; worth trying again.
    #[error("busy: {0}")]
    Busy(String),
    /// The database cannot be reached, or every connection is taken.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A key used for an earlier request came back with another one.
    #[error("idempotency key reused")]
    KeyReused,
    /// A defect, here or in the data.
    #[error("broken: {0}")]
    Broken(String),
}

impl StoreError {
    /// Whether running the same closure again can help.
    #[must_use]
    pub const fn worth_retrying(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    /// Whether a place was taken: by a uniqueness rule of the database, or the refusal made of one.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        match self {
            Self::Conflict(_) => true,
            Self::Refused(refused) => refused.0.iter().any(|refusal| refusal.code.class() == Class::Taken),
            _ => false,
        }
    }

    /// The same as a reason to run the closure again: what it chose by itself was taken.
    #[must_use]
    pub fn again(self) -> Self {
        Self::Busy(self.to_string())
    }

    /// Turns a uniqueness violation into the refusal that the caller knows it means.
    #[must_use]
    pub fn conflict_as(self, refusal: impl FnOnce() -> Refusal) -> Self {
        match self {
            Self::Conflict(_) => Self::Refused(refusal().into()),
            other => other,
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<Code> for StoreError {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, info) => {
                let text = info.message().to_owned();
                match kind {
                    DatabaseErrorKind::UniqueViolation => Self::Conflict(info.constraint_name().map_or(text, str::to_owned)),
                    DatabaseErrorKind::SerializationFailure => Self::Busy(text),
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Self::Unavailable(text),
                    // diesel has no kinds for these: the words of the two databases decide.
                    _ if text.contains("deadlock detected") || text.contains("database is locked") => Self::Busy(text),
                    _ if text.contains("disk is full") || text.contains("could not extend file") => Self::Unavailable(text),
                    _ if is_shutdown(&text) => Self::Unavailable(text),
                    _ => Self::Broken(text),
                }
            }
            DieselError::BrokenTransactionManager => Self::Unavailable("transaction lost".to_owned()),
            other => Self::Broken(other.to_string()),
        }
    }
}

fn is_shutdown(text: &str) -> bool {
    [
        "terminating connection",
        "the database system is",
        "server closed the connection",
        "canceling statement due to",
        "connection to server",
        "SSL connection has been closed",
    ]
    .iter()
    .any(|words| text.contains(words))
}

impl From<diesel::ConnectionError> for StoreError {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// The result of everything in the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
