//! Where the database is: read from a URL, shown without its password.

use crate::error::{Result, StoreError};

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file.
    Sqlite(String),
    /// A server; the URL holds a password and is never printed.
    Postgres(String),
}

impl Location {
    /// Reads a database URL.
    ///
    /// # Errors
    /// When the scheme is neither `sqlite:` nor `postgres://`.
    pub fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(StoreError::Broken("a sqlite: URL names a file, such as sqlite:thidua.db".to_owned()));
            }
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let scheme = url.split(':').next().unwrap_or_default();
        Err(StoreError::Broken(format!("unknown kind of database \"{scheme}\": use sqlite:FILE or postgres://…")))
    }

    /// What may be said of it in a log.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{path}"),
            Self::Postgres(url) => {
                let host = url.rsplit('@').next().unwrap_or_default();
                format!("postgres://…@{}", host.split('?').next().unwrap_or_default())
            }
        }
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_databases_are_refused_and_passwords_never_shown() {
        assert!(matches!(Location::parse("sqlite:a.db"), Ok(Location::Sqlite(path)) if path == "a.db"));
        assert!(matches!(Location::parse("sqlite:///var/a.db"), Ok(Location::Sqlite(path)) if path == "/var/a.db"));
        assert!(Location::parse("mysql://x").is_err());
        assert!(Location::parse("sqlite::memory:").is_err());
        let shown = Location::parse("postgres://user:secret@db:5432/thidua?sslmode=require&password=x").unwrap().shown();
        assert_eq!(shown, "postgres://…@db:5432/thidua");
        let odd = Location::parse("postgres://user:se/cr@et@db/thidua").unwrap();
        assert_eq!(format!("{odd:?}"), "postgres://…@db/thidua");
    }
}
