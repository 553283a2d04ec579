//! What the service does by itself or on command of its administrator, done when a test says so.

use std::sync::Arc;

use thidua_store::keys::Occasion;

use super::TestApp;

impl TestApp {
    /// Does what the service does every hour: lets complete pledges take effect, sweeps files,
    /// forgets what is too old to count.
    ///
    /// # Panics
    /// When the database fails.
    pub fn every_hour(&self) {
        let app = Arc::clone(&self.app);
        let chores = async move {
            app.settle().await?;
            app.sweep().await?;
            app.forget_old().await
        };
        let done = std::thread::spawn(move || actix_web::rt::System::new().block_on(chores)).join();
        done.expect("the thread ends").expect("the chores are done");
    }

    /// Does what the service does every minute: notes when service accounts were last seen.
    ///
    /// # Panics
    /// When the database fails.
    pub fn every_minute(&self) {
        let app = Arc::clone(&self.app);
        let done = std::thread::spawn(move || actix_web::rt::System::new().block_on(async move { app.note_clients().await })).join();
        done.expect("the thread ends").expect("it is noted");
    }

    /// Lets a new key sign, as the administrator's command does.
    ///
    /// # Panics
    /// When the database fails.
    pub fn rotate_keys(&self, compromised: bool) {
        let app = Arc::clone(&self.app);
        let occasion = if compromised { Occasion::Compromised } else { Occasion::Wanted };
        let rotate = async move { app.rotate_keys(occasion).await.map_err(|error| error.code()) };
        let done = std::thread::spawn(move || actix_web::rt::System::new().block_on(rotate)).join();
        assert_eq!(done.expect("the thread ends"), Ok(true));
    }

    /// Tells the service that it is about to stop, as SIGTERM does, without stopping it.
    pub fn about_to_stop(&self) {
        self.app.stop();
    }
}
