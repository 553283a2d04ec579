//! Looking at a database past the two doors, for checks of the whole: rows in every table, foreign
//! keys and their indexes, plain questions. Nothing that answers a request reads through here.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::conn::{Conn, on};
use crate::dialect::{self, SqliteUse};
use crate::error::Result;
use crate::location::Location;
use crate::migrate;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// A foreign key, and whether an index finds the rows that refer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
pub struct ForeignKey {
    /// `table(column)`.
    #[diesel(sql_type = Text)]
    pub place: String,
    /// Whether an index over all rows begins with the column.
    #[diesel(sql_type = Bool)]
    pub indexed: bool,
}

/// A connection of its own that can read and write, outside any pool.
///
/// # Errors
/// When the database cannot be reached.
pub fn connect(location: &Location) -> Result<Conn> {
    match location {
        Location::Sqlite(path) => dialect::open_sqlite(path, SqliteUse::Write, true),
        Location::Postgres(url) => dialect::open_postgres(url),
    }
}

/// The answers to a plain query with one text column called `line`.
///
/// # Errors
/// Whatever the database says.
pub fn lines(conn: &mut Conn, sql: &str) -> Result<Vec<String>> {
    Ok(on!(conn, |c| diesel::sql_query(sql).load::<Line>(c))?.into_iter().map(|row| row.line).collect())
}

/// The number of rows in every table.
///
/// # Errors
/// Whatever the database says.
pub fn counts(conn: &mut Conn) -> Result<BTreeMap<String, i64>> {
    let tables: BTreeSet<String> = migrate::columns(conn)?.into_iter().map(|column| column.table_name).collect();
    let mut counts = BTreeMap::new();
    for table in tables {
        let rows = lines(conn, &format!("SELECT CAST(count(*) AS text) AS line FROM {table}"))?;
        counts.insert(table, rows.first().and_then(|rows| rows.parse().ok()).unwrap_or(-1));
    }
    Ok(counts)
}

/// Every foreign key.
///
/// # Errors
/// Whatever the database says.
pub fn foreign_keys(conn: &mut Conn) -> Result<Vec<ForeignKey>> {
    let sql = match conn {
        Conn::Sqlite(_) => {
            "SELECT m.name || '(' || f.\"from\" || ')' AS place, EXISTS ( \
                 SELECT 1 FROM pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c \
                 WHERE i.partial = 0 AND c.seqno = 0 AND c.name = f.\"from\") AS indexed \
             FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
        Conn::Postgres(_) => {
            "SELECT c.conrelid::regclass::text || '(' || a.attname || ')' AS place, EXISTS ( \
                 SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1] AND i.indpred IS NULL) AS indexed \
             FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace"
        }
    };
    let mut keys: Vec<ForeignKey> = on!(conn, |c| diesel::sql_query(sql).load(c))?;
    keys.sort();
    Ok(keys)
}
