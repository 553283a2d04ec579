//! A running service for tests: real HTTP on a free port, one database for each test on SQLite or
//! PostgreSQL, and callers that are visible in every line of a test. For tests only.

mod app;
mod conforms;
mod database;
mod reply;

pub use app::{Caller, Credentials, FILE_QUOTA, MASTER, PASSWORD, TestApp};
pub use conforms::{document, fits, resolved};
pub use database::{Database, EmptyDatabase, files_of};
pub use reply::{Ask, Reply};
pub use serde_json::{Value, json};

/// Declares tests that run on both databases: each body becomes two tests.
#[macro_export]
macro_rules! on_both {
    ($( $(#[$meta:meta])* fn $name:ident($app:ident) $body:block )+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            fn body($app: $crate::TestApp) $body
            $(#[$meta])*
            #[test]
            fn sqlite() {
                body($crate::TestApp::start($crate::Database::Sqlite));
            }
            $(#[$meta])*
            #[test]
            fn postgres() {
                body($crate::TestApp::start($crate::Database::Postgres));
            }
        }
    )+};
}

/// Runs a future to its end, for code that is a client of the service.
///
/// # Panics
/// When the runtime does not start.
pub fn block_on<F: std::future::Future>(future: F) -> F::Output {
    actix_web::rt::System::new().block_on(future)
}
