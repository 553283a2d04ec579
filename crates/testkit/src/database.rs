//! Databases for tests: one each, empty or copied from a template with the schema and the reference
//! data, in files or in the PostgreSQL cluster of the run.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::app::assemble;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file in a folder of its own.
    Sqlite,
    /// A database of its own in the cluster of `./test`.
    Postgres,
}

/// A database without a schema, of its own.
pub struct EmptyDatabase {
    /// Which kind.
    pub database: Database,
    /// Its URL.
    pub url: String,
    folder: Option<PathBuf>,
}

impl EmptyDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn create(database: Database) -> Self {
        match database {
            Database::Sqlite => {
                let folder = folder("empty");
                let url = format!("sqlite:{}", folder.join("thidua.db").display());
                Self { database, url, folder: Some(folder) }
            }
            Database::Postgres => {
                let name = format!("empty_{}", uuid::Uuid::new_v4().simple());
                thidua_store::dialect::admin(&postgres_url(), &format!("CREATE DATABASE {name}")).expect("create the database");
                Self { database, url: with_database(&postgres_url(), &name), folder: None }
            }
        }
    }
}

impl Drop for EmptyDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn folder(what: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("thidua-{what}-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

fn postgres_url() -> String {
    std::env::var("THIDUA_TEST_POSTGRES")
        .expect("THIDUA_TEST_POSTGRES is not set: run ./test, or start a cluster with scripts/throwaway-postgres start DIR")
}

fn with_database(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}")
}

/// A template with the schema and the reference data, made once a process; databases are copied from it.
fn template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("template_{}", uuid::Uuid::new_v4().simple());
        let url = postgres_url();
        thidua_store::dialect::admin(&url, &format!("CREATE DATABASE {name}")).expect("create the template");
        let filled = with_database(&url, &name);
        actix_web::rt::System::new().block_on(async {
            let (app, _) = assemble(&filled, Box::new(|_| {})).await;
            drop(app);
        });
        name
    })
}

/// A SQLite file with the schema and the reference data, made once a process; files are copied from it.
fn template_file() -> &'static PathBuf {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("thidua-template-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).expect("a folder for the template");
        let path = folder.join("template.db");
        let url = format!("sqlite:{}", path.display());
        actix_web::rt::System::new().block_on(async {
            let (app, _) = assemble(&url, Box::new(|_| {})).await;
            drop(app);
        });
        // Closing the last connection folds the log back into the file.
        let conn = thidua_store::dialect::open_sqlite(&path.to_string_lossy(), thidua_store::dialect::SqliteUse::Write, true);
        thidua_store::dialect::execute(&mut conn.expect("open the template"), "PRAGMA wal_checkpoint(TRUNCATE)").expect("checkpoint");
        path
    })
}

/// Where the files of a service on this database are kept.
#[must_use]
pub fn files_of(url: &str) -> PathBuf {
    match url.strip_prefix("sqlite:").and_then(|path| PathBuf::from(path).parent().map(|folder| folder.join("files"))) {
        Some(beside) => beside,
        None => std::env::temp_dir().join(format!("thidua-files-{}", url.rsplit('/').next().unwrap_or_default())),
    }
}

/// A database of its own, copied from the template; with the folder to be removed with it: that
/// of the database and its files, or that of its files alone.
pub(crate) fn copy(database: Database) -> (String, Option<PathBuf>) {
    match database {
        Database::Sqlite => {
            let folder = folder("test");
            let path = folder.join("thidua.db");
            std::fs::copy(template_file(), &path).expect("copy the template");
            (format!("sqlite:{}", path.display()), Some(folder))
        }
        Database::Postgres => {
            let name = format!("test_{}", uuid::Uuid::new_v4().simple());
            let url = postgres_url();
            static COPYING: Mutex<()> = Mutex::new(());
            let template = template();
            let copying = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
            thidua_store::dialect::admin(&url, &format!("CREATE DATABASE {name} TEMPLATE {template}")).expect("create the database");
            drop(copying);
            let url = with_database(&url, &name);
            let files = files_of(&url);
            (url, Some(files))
        }
    }
}
