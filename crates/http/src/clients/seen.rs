//! When service accounts were last seen: gathered in memory, and noted beside the requests, once a minute.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use thidua_domain::id::UserId;
use thidua_domain::time::Instant;
use thidua_store::{Root, StoreError, UnitOfWork, clients};

use crate::app::App;

/// Those seen since it was last noted: never more than there are.
#[derive(Default)]
pub(crate) struct Seen(Mutex<BTreeMap<UserId, Instant>>);

impl Seen {
    /// Remembers that one was seen.
    pub(crate) fn note(&self, client: UserId, now: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(client, now);
    }

    fn take(&self) -> BTreeMap<UserId, Instant> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// Notes when service accounts were last seen. Nothing is written where none was.
    ///
    /// # Errors
    /// Whatever the database says; what was not noted is noted when they are seen again.
    pub async fn note_clients(&self) -> Result<(), StoreError> {
        let seen = self.seen.take();
        if !seen.is_empty() {
            self.store.write(UnitOfWork::system(self.clock.now(), "chore"), Root::New, move |tx| clients::note_use(tx, &seen)).await?;
        }
        Ok(())
    }
}
