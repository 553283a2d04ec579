//! The commands and their settings, each also an environment variable. Secrets are read from files
//! or variables and never printed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;

use crate::admin;
use crate::backup::{self, BackupArgs, RestoreArgs, VerifyArgs};
use crate::log::{self, LogFormat};
use crate::serving;

/// Thi đua, khen thưởng: emulation and commendation as a REST service.
#[derive(Debug, Parser)]
#[command(name = "thidua", version, about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How much to log: error, warn, info, debug, trace, or a filter such as `info,thidua_store=debug`.
    #[arg(long, global = true, env = "THIDUA_LOG", default_value = "info")]
    pub log: String,
    /// Form of the log.
    #[arg(long, global = true, env = "THIDUA_LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API.
    Serve(Box<ServeArgs>),
    /// Demonstrate: embedded database in a local folder, a real announcement, one login per role.
    Demo(crate::demo::DemoArgs),
    /// Bring the schema of the database up to date and stop.
    Migrate(DatabaseArgs),
    /// Write everything that is kept into one file, while the service works.
    Backup(BackupArgs),
    /// Bring a backup back into an empty database, of either kind.
    Restore(RestoreArgs),
    /// Look whether a database or a backup is whole, and print what is in it.
    Verify(VerifyArgs),
    /// Administration on the machine itself.
    Admin(AdminArgs),
    /// Print the OpenAPI document.
    Openapi,
    /// Print the Postman collection.
    Postman,
}

/// Where the database is.
#[derive(Clone, Args)]
pub struct DatabaseArgs {
    /// sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE. The password is never printed; it can
    /// also be given as PGPASSWORD.
    #[arg(long, env = "THIDUA_DATABASE_URL", default_value = "sqlite:thidua.db", hide_env_values = true)]
    pub database_url: String,
    /// File that holds the master key (32 bytes in base64); made when it is missing. Keep it apart
    /// from the database and its backups.
    #[arg(long, env = "THIDUA_MASTER_KEY_FILE", default_value = "thidua.key")]
    pub master_key_file: PathBuf,
    /// The master key itself, instead of a file.
    #[arg(long, env = "THIDUA_MASTER_KEY", hide_env_values = true)]
    pub master_key: Option<String>,
}

/// Neither URL nor key is shown: both hold secrets.
impl std::fmt::Debug for DatabaseArgs {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("DatabaseArgs").field("master_key_file", &self.master_key_file).finish_non_exhaustive()
    }
}

/// How to serve.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// The database and its secrets.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Address to listen on.
    #[arg(long, env = "THIDUA_BIND", default_value = "127.0.0.1:8080")]
    pub bind: String,
    /// Address under which callers know the service; names it in tokens. Must be the same on every replica.
    #[arg(long, env = "THIDUA_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Threads that answer requests; one per core when left out.
    #[arg(long, env = "THIDUA_WORKERS")]
    pub workers: Option<usize>,
    /// Connections that read.
    #[arg(long, env = "THIDUA_READERS", default_value_t = 16)]
    pub readers: usize,
    /// Connections that write (PostgreSQL only).
    #[arg(long, env = "THIDUA_WRITERS", default_value_t = 24)]
    pub writers: usize,
    /// Largest JSON body, in bytes.
    #[arg(long, env = "THIDUA_BODY_LIMIT", default_value_t = 1024 * 1024)]
    pub body_limit: usize,
    /// Networks of proxies that are believed when they say where a request comes from, with commas between.
    #[arg(long, env = "THIDUA_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,
    /// What a password must be made of: `nist`, or rules of the office such as `min=8,kinds=4,days=90`.
    #[arg(long, env = "THIDUA_PASSWORD_RULES", default_value = "nist")]
    pub password_rules: String,
    /// Do not hold failed sign-ins against address and account. For tests behind other protection only.
    #[arg(long, env = "THIDUA_NO_THROTTLE")]
    pub no_throttle: bool,
    /// Roles that need a second factor beside the password, with commas between; `none` for none.
    #[arg(long, env = "THIDUA_SECOND_FACTOR", default_value = "system_admin")]
    pub second_factor: String,
    /// Sign-in through another service.
    #[command(flatten)]
    pub oidc: OidcArgs,
    /// Where uploaded files are kept: a folder, as a path or file:///FOLDER, or a bucket, s3://BUCKET/PREFIX, whose
    /// keys, region and endpoint come from the usual variables (AWS_ACCESS_KEY_ID and so on). Beside the SQLite
    /// file, or `files` in the working folder, when left out. Every replica must see the same.
    #[arg(long, env = "THIDUA_FILES_URL")]
    pub files_url: Option<String>,
    /// What the files of one unit may come to, in MiB.
    #[arg(long, env = "THIDUA_FILE_QUOTA", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(..=1_048_576))]
    pub file_quota: u64,
    /// For how long what is kept stays, where not as the program has it: `sessions=30,jobs=90,event_values=3650`, in
    /// days, or `event_values=forever`. GET /api/v1/reference/retention shows what is in force.
    #[arg(long, env = "THIDUA_RETENTION", default_value = "")]
    pub retention: String,
    /// Memory for answers that are given again while nothing has changed, in MiB; 0 remembers none.
    #[arg(long, env = "THIDUA_ANSWER_MEMORY", default_value_t = 32, value_parser = clap::value_parser!(u64).range(..=65_536))]
    pub answer_memory: u64,
    /// Threads that hash passwords, 19 MiB each.
    #[arg(long, env = "THIDUA_HASH_THREADS", default_value_t = 2)]
    pub hash_threads: usize,
    /// Do not wait for the disk when committing (SQLite). For measurements only: a power cut loses writes.
    #[arg(long, env = "THIDUA_NOT_DURABLE", hide = true)]
    pub not_durable: bool,
}

/// How staff sign in through another service (OpenID Connect); not at all without an issuer.
#[derive(Clone, Default, Args)]
pub struct OidcArgs {
    /// The issuer, as it names itself: https://…
    #[arg(long, env = "THIDUA_OIDC_ISSUER", requires_all = ["oidc_client_id", "oidc_redirect_uri"])]
    pub oidc_issuer: Option<String>,
    /// What the issuer calls this service.
    #[arg(long, env = "THIDUA_OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,
    /// File with the secret between the issuer and this service.
    #[arg(long, env = "THIDUA_OIDC_CLIENT_SECRET_FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,
    /// The secret itself, instead of a file.
    #[arg(long, env = "THIDUA_OIDC_CLIENT_SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<String>,
    /// The page of the front-end to which people come back.
    #[arg(long, env = "THIDUA_OIDC_REDIRECT_URI")]
    pub oidc_redirect_uri: Option<String>,
    /// The claim of the issuer that links an identity to an account.
    #[arg(long, env = "THIDUA_OIDC_CLAIM", default_value = "preferred_username")]
    pub oidc_claim: String,
    /// What of the account it is: `username`, or `external_ids:SYSTEM`.
    #[arg(long, env = "THIDUA_OIDC_LINK", default_value = "username")]
    pub oidc_link: String,
    /// A second factor shown to the issuer (`mfa` in `amr`) counts as the one of this service.
    #[arg(long, env = "THIDUA_OIDC_TRUSTS_SECOND_FACTOR")]
    pub oidc_trusts_second_factor: bool,
}

/// The secret is not shown.
impl std::fmt::Debug for OidcArgs {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("OidcArgs").field("oidc_issuer", &self.oidc_issuer).finish_non_exhaustive()
    }
}

/// Administration.
#[derive(Debug, Clone, Args)]
pub struct AdminArgs {
    /// What to do.
    #[command(subcommand)]
    pub act: AdminAct,
}

/// What an administrator does on the machine itself.
#[derive(Debug, Clone, Subcommand)]
pub enum AdminAct {
    /// Make an account with roles. The password is read from the first line of standard input; without one,
    /// or at a terminal, a password is made and printed that serves once, to choose another.
    Create {
        /// The database and its secrets.
        #[command(flatten)]
        database: DatabaseArgs,
        /// User name.
        #[arg(long)]
        username: String,
        /// Name shown.
        #[arg(long)]
        display_name: Option<String>,
        /// Roles: ROLE for everything, or ROLE@UNIT-CODE.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
    },
    /// Grant roles to an account.
    Grant {
        /// The database and its secrets.
        #[command(flatten)]
        database: DatabaseArgs,
        /// User name.
        #[arg(long)]
        username: String,
        /// Roles: ROLE for everything, or ROLE@UNIT-CODE.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
    },
    /// Take roles back from an account.
    Revoke {
        /// The database and its secrets.
        #[command(flatten)]
        database: DatabaseArgs,
        /// User name.
        #[arg(long)]
        username: String,
        /// Roles: ROLE for everything, or ROLE@UNIT-CODE.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
    },
    /// Let somebody in again who has lost password or second factor: prints a password that serves once, takes the
    /// second factor away and ends every sign-in.
    LetIn {
        /// The database and its secrets.
        #[command(flatten)]
        database: DatabaseArgs,
        /// User name.
        #[arg(long)]
        username: String,
    },
    /// Let a new key sign access tokens. Those signed before stay good until they expire.
    RotateKeys {
        /// The database and its secrets.
        #[command(flatten)]
        database: DatabaseArgs,
        /// The keys before may be known to others: nothing signed with them is believed any more, and
        /// everybody must refresh.
        #[arg(long)]
        compromised: bool,
    },
}

/// What stops the program.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// A file or socket.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The database.
    #[error("{0}")]
    Store(#[from] thidua_store::StoreError),
    /// A secret.
    #[error("{0}")]
    Secret(#[from] thidua_http::SecretError),
    /// Anything else, in words.
    #[error("{0}")]
    Said(String),
}

impl From<thidua_http::problem::ApiError> for Stopped {
    fn from(error: thidua_http::problem::ApiError) -> Self {
        // At a terminal the cause itself says more than the words for callers.
        let told = || error.document("", "command-line", thidua_domain::vocabulary::Lang::En).detail;
        Self::Said(error.private().map_or_else(told, str::to_owned))
    }
}

/// Runs a command.
///
/// # Errors
/// Whatever stops it.
pub fn run(cli: Cli) -> Result<(), Stopped> {
    // A demonstration is read by people at a terminal: only what goes wrong is worth a line.
    let quiet = matches!(cli.command, Command::Demo(_)) && cli.log == "info";
    log::start(if quiet { "warn" } else { &cli.log }, cli.log_format);
    match cli.command {
        Command::Serve(args) => actix_web::rt::System::new().block_on(serving::serve(*args)),
        Command::Demo(args) => actix_web::rt::System::new().block_on(crate::demo::demonstrate(args)),
        Command::Migrate(args) => serving::migrate(&args),
        Command::Backup(args) => backup::take(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Verify(args) => backup::verify(&args),
        Command::Admin(AdminArgs { act }) => actix_web::rt::System::new().block_on(administer(act)),
        Command::Openapi => say(&thidua_http::openapi::text()),
        Command::Postman => say(&thidua_http::postman_text("http://127.0.0.1:8080")),
    }
}

async fn administer(act: AdminAct) -> Result<(), Stopped> {
    match act {
        AdminAct::Create { database, username, display_name, roles } => {
            admin::create_account(&database, username, display_name, &roles).await
        }
        AdminAct::Grant { database, username, roles } => admin::grant(&database, &username, &roles).await,
        AdminAct::Revoke { database, username, roles } => admin::revoke(&database, &username, &roles).await,
        AdminAct::LetIn { database, username } => admin::let_in(&database, &username).await,
        AdminAct::RotateKeys { database, compromised } => admin::rotate_keys(&database, compromised).await,
    }
}

/// Writes to standard output, where a closed pipe is no error worth telling.
pub(crate) fn say(text: &str) -> Result<(), Stopped> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
