//! What lies behind the service, for tests that look past it: its files, its database, its keys.

use std::path::PathBuf;

use thidua_http::MasterKey;
use thidua_store::Location;

use super::{MASTER, TestApp};
use crate::database;

impl TestApp {
    /// The folder of its files.
    #[must_use]
    pub fn files(&self) -> PathBuf {
        database::files_of(&self.url)
    }

    /// A connection to its database, past the service.
    ///
    /// # Panics
    /// When the database cannot be reached.
    #[must_use]
    pub fn open_database(&self) -> thidua_store::conn::Conn {
        let location = Location::parse(&self.url).expect("a database URL");
        thidua_store::inspect::connect(&location).expect("reach the database")
    }

    /// The signing key of the service, for forging tokens: its name and its private half (PKCS#8).
    ///
    /// # Panics
    /// When it cannot be opened.
    #[must_use]
    pub fn signing_key(&self) -> (String, Vec<u8>) {
        let rows = thidua_store::keys::all(&mut self.open_database()).expect("read the keys");
        let key = rows.first().expect("a signing key");
        let master = MasterKey::parse(MASTER).expect("the master key of tests");
        (key.kid.clone(), master.open("signing-key", &key.sealed_private).expect("open the key"))
    }
}
