//! Serving: the service put together from its settings, its chores, and a graceful end.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use thidua_domain::access::Role;
use thidua_domain::client::SEEN_SECONDS;
use thidua_domain::issuer::BadLink;
use thidua_domain::password::BadRules;
use thidua_domain::retention::BadRetention;
use thidua_domain::vocabulary::Word;
use thidua_http::{App, MasterKey, OidcSettings, Settings, start};
use thidua_store::clock::SystemClock;
use thidua_store::keys::Occasion;
use thidua_store::{Location, Options, Reach, Store};
use tokio::signal::unix::{SignalKind, signal};

use crate::command::{DatabaseArgs, OidcArgs, ServeArgs, Stopped};

/// Opens the master key. For a new database it is made when it is missing; one that has something
/// sealed needs the key under which it was sealed.
///
/// # Errors
/// When the file cannot be read or written, holds something else, or is missing for a database that needs it.
pub async fn master_key(args: &DatabaseArgs, store: &Store) -> Result<MasterKey, Stopped> {
    if let Some(key) = &args.master_key {
        return Ok(MasterKey::parse(key)?);
    }
    let path = args.master_key_file.as_path();
    if !path.exists() {
        let sealed = store.read(Reach::One, thidua_store::keys::all).await?;
        if !sealed.is_empty() {
            return Err(Stopped::Said(format!(
                "the master key {} is missing, and this database was sealed with it: put the file back, or name it with --master-key-file",
                path.display()
            )));
        }
        write_secret(path, &MasterKey::generate()?)?;
        tracing::info!(file = %path.display(), "a master key was made; keep it apart from the database and its backups");
    }
    Ok(MasterKey::parse(&std::fs::read_to_string(path)?)?)
}

/// Writes a file that only its owner can read; never over an existing one.
pub(crate) fn write_secret(path: &Path, text: &str) -> Result<(), Stopped> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{text}")?;
    Ok(())
}

/// Brings the schema up to date.
///
/// # Errors
/// When the database cannot be reached, is newer, or a migration fails.
pub fn migrate(args: &DatabaseArgs) -> Result<(), Stopped> {
    let location = Location::parse(&args.database_url)?;
    let shown = location.shown();
    Store::open(location, &Options::default())?;
    tracing::info!(database = shown, "the schema is up to date");
    Ok(())
}

/// Puts the service together.
///
/// # Errors
/// When the database cannot be reached or the master key does not fit.
pub async fn assemble(args: &ServeArgs) -> Result<Arc<App>, Stopped> {
    let location = Location::parse(&args.database.database_url)?;
    tracing::info!(database = location.shown(), "opening the database");
    let options = Options { readers: args.readers, writers: args.writers, durable: !args.not_durable, ..Options::default() };
    let store = Store::open(location, &options)?;
    let settings = Settings {
        public_url: args.public_url.clone().unwrap_or_else(|| format!("http://{}", args.bind)),
        body_limit: args.body_limit,
        trusted_proxies: args.trusted_proxies.clone(),
        throttle: !args.no_throttle,
        passwords: args.password_rules.parse().map_err(|error: BadRules| Stopped::Said(error.to_string()))?,
        second_factor_roles: roles(&args.second_factor)?,
        oidc: oidc(&args.oidc)?,
        files_url: args.files_url.clone(),
        bucket_access: std::env::vars().collect(),
        file_quota: args.file_quota * 1024 * 1024,
        retention: args.retention.parse().map_err(|error: BadRetention| Stopped::Said(error.to_string()))?,
        answer_memory: args.answer_memory * 1024 * 1024,
        hash_threads: args.hash_threads,
        ..Settings::default()
    };
    let master = master_key(&args.database, &store).await?;
    Ok(App::new(store, Arc::new(SystemClock), settings, master).await?)
}

/// How staff sign in through another service, if they do.
fn oidc(args: &OidcArgs) -> Result<Option<OidcSettings>, Stopped> {
    let Some(issuer) = args.oidc_issuer.clone() else { return Ok(None) };
    let client_secret = match (&args.oidc_client_secret, &args.oidc_client_secret_file) {
        (Some(secret), _) => secret.clone(),
        (None, Some(file)) => std::fs::read_to_string(file)?.trim().to_owned(),
        (None, None) => return Err(Stopped::Said("the issuer gives a secret: name its file with --oidc-client-secret-file".to_owned())),
    };
    Ok(Some(OidcSettings {
        issuer,
        client_id: args.oidc_client_id.clone().unwrap_or_default(),
        client_secret,
        redirect_uri: args.oidc_redirect_uri.clone().unwrap_or_default(),
        claim: args.oidc_claim.clone(),
        link: args.oidc_link.parse().map_err(|error: BadLink| Stopped::Said(error.to_string()))?,
        trusts_second_factor: args.oidc_trusts_second_factor,
    }))
}

fn roles(text: &str) -> Result<Vec<Role>, Stopped> {
    let named = text.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "none"));
    named.map(|name| Role::parse(name).ok_or_else(|| Stopped::Said(format!("there is no role \"{name}\"")))).collect()
}

/// Threads that answer requests, unless told.
#[must_use]
pub fn workers(args: &ServeArgs) -> usize {
    args.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
}

/// Serves until told to stop: SIGTERM and SIGINT let requests in flight finish.
///
/// # Errors
/// Whatever stops it.
pub async fn serve(args: ServeArgs) -> Result<(), Stopped> {
    let app = assemble(&args).await?;
    let running = start(&app, &args.bind, workers(&args))?;
    tracing::info!(address = %running.address, "serving");
    until_stopped(app, running).await
}

/// Runs a started server and its chores until SIGTERM or SIGINT; requests in flight finish.
///
/// # Errors
/// Whatever stops it.
pub async fn until_stopped(app: Arc<App>, running: thidua_http::Running) -> Result<(), Stopped> {
    let chores = actix_web::rt::spawn(chores(Arc::clone(&app)));
    let handle = running.handle.clone();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = actix_web::rt::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        app.stop();
        tracing::info!("stopping: requests in flight are finished first");
        handle.stop(true).await;
    });
    running.server.await?;
    stop.abort();
    chores.abort();
    tracing::info!("stopped");
    Ok(())
}

/// Work of the service itself, as long as it serves.
pub async fn chores(app: Arc<App>) {
    tokio::join!(all_the_time(Arc::clone(&app)), now_and_then(app));
}

/// What others wait for: sealing the log, knowing the keys.
async fn all_the_time(app: Arc<App>) {
    let mut sealing = tokio::time::interval(Duration::from_millis(200));
    let mut keys = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = sealing.tick() => {
                if let Err(error) = app.store.seal().await {
                    tracing::warn!(%error, "the log could not be sealed; trying again");
                }
            }
            _ = keys.tick() => {
                if let Err(error) = app.look_at_keys().await {
                    tracing::warn!(code = error.code().as_str(), "the signing keys could not be read; trying again");
                }
            }
        }
    }
}

/// What may take long: letting complete pledges take effect, sweeping files, and jobs, among them
/// forgetting what is too old to count.
async fn now_and_then(app: Arc<App>) {
    let mut working = tokio::time::interval(Duration::from_secs(10));
    let mut seen = tokio::time::interval(Duration::from_secs(SEEN_SECONDS));
    let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    loop {
        tokio::select! {
            // Jobs that another service has left.
            _ = working.tick() => {
                if let Err(error) = app.work().await {
                    tracing::warn!(%error, "a job could not go on; trying again");
                }
            }
            _ = seen.tick() => {
                if let Err(error) = app.note_clients().await {
                    tracing::warn!(%error, "it could not be noted when service accounts were last seen");
                }
            }
            _ = hourly.tick() => {
                if let Err(error) = app.rotate_keys(Occasion::Due).await {
                    tracing::warn!(code = error.code().as_str(), "the signing key could not be followed by a new one; trying again in an hour");
                }
                if let Err(error) = app.settle().await {
                    tracing::warn!(%error, "pledges that are complete could not take effect; trying again in an hour");
                }
                if let Err(error) = app.sweep().await {
                    tracing::warn!(%error, "files that nothing refers to could not be swept; trying again in an hour");
                }
                if let Err(error) = app.forget_old().await {
                    tracing::warn!(%error, "what is too old could not be forgotten; trying again in an hour");
                }
            }
        }
    }
}
