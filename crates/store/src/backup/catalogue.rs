//! The tables as the database itself describes them, and the words in which each of the two gives a row
//! as JSON and takes rows back. All that differs between the databases in a backup stands here.

use std::collections::BTreeMap;

use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::file::Heading;
use crate::conn::{Conn, on};
use crate::dialect;
use crate::error::{Result, StoreError};
use crate::{inspect, migrate};

/// What a value is in the file. Only what both databases can tell of their own columns: SQLite knows no
/// identifiers, instants or truth values, so these are bytes (in hex), microseconds since 1970, 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Text,
    Integer,
    Bytes,
}

struct Column {
    name: String,
    kind: Kind,
    /// In the words of the database.
    type_name: String,
}

/// A table.
pub(super) struct Table {
    name: String,
    columns: Vec<Column>,
    key: Vec<String>,
}

#[derive(QueryableByName)]
struct KeyColumn {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What belongs to one database and not to what is kept: PostgreSQL's order on the way to a position.
fn left_out(table: &str, column: &str) -> bool {
    (table, column) == ("events", "seq")
}

fn kind(type_name: &str) -> Result<Kind> {
    Ok(match type_name {
        "TEXT" | "text" | "date" => Kind::Text,
        "INTEGER" | "smallint" | "integer" | "bigint" | "boolean" | "timestamp with time zone" => Kind::Integer,
        "BLOB" | "uuid" | "bytea" => Kind::Bytes,
        other => return Err(StoreError::Broken(format!("a backup has no words for columns of the type {other}"))),
    })
}

/// Every table with its columns, both in the order of their names: the same on both databases.
///
/// # Errors
/// Whatever the database says; a table without a primary key.
pub(super) fn tables(conn: &mut Conn) -> Result<Vec<Table>> {
    let keys = match conn {
        Conn::Sqlite(_) => {
            "SELECT m.name AS table_name, p.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND p.pk > 0 ORDER BY m.name, p.pk"
        }
        Conn::Postgres(_) => {
            "SELECT c.relname::text AS table_name, a.attname::text AS column_name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
             CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) \
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
             WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, k.place"
        }
    };
    let mut key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in on!(conn, |c| diesel::sql_query(keys).load::<KeyColumn>(c))? {
        key.entry(part.table_name).or_default().push(part.column_name);
    }
    let mut columns: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in migrate::columns(conn)? {
        if !left_out(&column.table_name, &column.column_name) {
            let of = columns.entry(column.table_name).or_default();
            of.push(Column { name: column.column_name, kind: kind(&column.type_name)?, type_name: column.type_name });
        }
    }
    let whole = |(name, columns): (String, Vec<Column>)| match key.remove(&name) {
        Some(key) => Ok(Table { name, columns, key }),
        None => Err(StoreError::Broken(format!("the table {name} has no primary key: its rows have no order"))),
    };
    columns.into_iter().map(whole).collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn listed(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(", ")
}

/// How PostgreSQL gives a value.
fn given(table: &Table, column: &Column) -> String {
    let name = quoted(&column.name);
    if (table.name.as_str(), column.name.as_str()) == ("events", "position") {
        // What the sealer has not numbered yet gets the numbers that come next: a copy has no sealer
        // that would know the order.
        return "COALESCE(position, (SELECT COALESCE(MAX(position), 0) FROM events) + waiting_place)".to_owned();
    }
    match column.type_name.as_str() {
        "uuid" => format!("encode(uuid_send({name}), 'hex')"),
        "bytea" => format!("encode({name}, 'hex')"),
        "timestamp with time zone" => format!("CAST(extract(epoch FROM {name}) * 1000000 AS bigint)"),
        "boolean" => format!("CAST({name} AS integer)"),
        "date" => format!("to_char({name}, 'YYYY-MM-DD')"),
        _ => name,
    }
}

/// How PostgreSQL takes a value back.
fn taken(place: usize, column: &Column) -> String {
    let value = format!("(r ->> {place})");
    match column.type_name.as_str() {
        "bytea" => format!("decode({value}, 'hex')"),
        "timestamp with time zone" => format!("TIMESTAMPTZ 'epoch' + CAST({value} AS bigint) * INTERVAL '1 microsecond'"),
        "boolean" => format!("CAST(CAST({value} AS integer) AS boolean)"),
        "text" => value,
        other => format!("CAST({value} AS {other})"),
    }
}

impl Table {
    /// What the file says of it.
    pub(super) fn heading(&self) -> Heading {
        let columns = self.columns.iter().map(|column| (column.name.clone(), column.kind)).collect();
        Heading { table: self.name.clone(), columns, key: self.key.clone() }
    }

    /// Its name as SQL writes it.
    pub(super) fn quoted(&self) -> String {
        quoted(&self.name)
    }

    /// The state of a database is no part of what it keeps.
    fn wanted(&self) -> &'static str {
        if self.name == "settings" { " WHERE name <> 'data_version'" } else { "" }
    }

    fn give(&self, conn: &Conn) -> String {
        let (table, wanted) = (self.quoted(), self.wanted());
        match conn {
            Conn::Sqlite(_) => {
                let values = listed(self.columns.iter().map(|column| {
                    let name = quoted(&column.name);
                    // The hex of nothing would be an empty text.
                    if column.kind == Kind::Bytes { format!("iif({name} IS NULL, NULL, lower(hex({name})))") } else { name }
                }));
                let order = listed(self.key.iter().map(|name| quoted(name)));
                format!("SELECT json_array({values}) AS line FROM {table}{wanted} ORDER BY {order}")
            }
            Conn::Postgres(_) => {
                let values = listed(self.columns.iter().map(|column| given(self, column)));
                let order = listed(self.key.iter().map(|name| {
                    let text = self.columns.iter().any(|column| column.name == *name && column.type_name == "text");
                    if text { format!("{} COLLATE \"C\"", quoted(name)) } else { quoted(name) }
                }));
                let beside = if self.name == "events" {
                    " LEFT JOIN (SELECT id AS waiting_id, ROW_NUMBER() OVER (ORDER BY seq) AS waiting_place FROM events \
                     WHERE position IS NULL) AS waiting ON waiting_id = id"
                } else {
                    ""
                };
                format!("SELECT CAST(json_build_array({values}) AS text) AS line FROM {table}{beside}{wanted} ORDER BY {order}")
            }
        }
    }

    fn take(&self, conn: &Conn) -> String {
        let (table, names) = (self.quoted(), listed(self.columns.iter().map(|column| quoted(&column.name))));
        let columns = self.columns.iter().enumerate();
        match conn {
            Conn::Sqlite(_) => {
                let values = listed(columns.map(|(place, column)| match column.kind {
                    Kind::Bytes => format!("unhex(value ->> {place})"),
                    Kind::Text | Kind::Integer => format!("value ->> {place}"),
                }));
                format!("INSERT INTO {table} ({names}) SELECT {values} FROM json_each(?)")
            }
            Conn::Postgres(_) => {
                let values = listed(columns.map(|(place, column)| taken(place, column)));
                format!("INSERT INTO {table} ({names}) SELECT {values} FROM json_array_elements(CAST($1 AS json)) AS taken(r)")
            }
        }
    }

    /// Gives every row as JSON, in the order of the key, one at a time: however large the table, only
    /// one is in memory.
    ///
    /// # Errors
    /// Whatever the database or `act` says.
    pub(super) fn each_row<E: From<StoreError>>(&self, conn: &mut Conn, mut act: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let query = diesel::sql_query(self.give(conn));
        match conn {
            Conn::Sqlite(c) => {
                for row in query.load_iter::<Line, DefaultLoadingMode>(c).map_err(StoreError::from)? {
                    act(&canonical(&row.map_err(StoreError::from)?.line)?)?;
                }
            }
            Conn::Postgres(c) => {
                for row in query.load_iter::<Line, PgRowByRowLoadingMode>(c).map_err(StoreError::from)? {
                    act(&canonical(&row.map_err(StoreError::from)?.line)?)?;
                }
            }
        }
        Ok(())
    }

    /// Takes rows back: a JSON list of rows.
    ///
    /// # Errors
    /// Whatever the database says.
    pub(super) fn insert(&self, conn: &mut Conn, rows: &str) -> Result<()> {
        let sql = self.take(conn);
        on!(conn, |c| diesel::sql_query(sql).bind::<Text, _>(rows).execute(c))?;
        Ok(())
    }

    /// Whether it holds nothing.
    ///
    /// # Errors
    /// Whatever the database says.
    pub(super) fn is_empty(&self, conn: &mut Conn) -> Result<bool> {
        Ok(inspect::lines(conn, &format!("SELECT 'one' AS line FROM {} LIMIT 1", self.quoted()))?.is_empty())
    }
}

/// The two databases space and escape JSON differently; here a row has one form.
fn canonical(row: &str) -> Result<String> {
    let broken = |why: String| StoreError::Broken(format!("a row cannot be written: {why}"));
    let values: Vec<Value> = serde_json::from_str(row).map_err(|error| broken(error.to_string()))?;
    match values.iter().find(|value| !(value.is_null() || value.is_i64() || value.is_string())) {
        Some(odd) => Err(broken(format!("{odd} is neither text nor a whole number"))),
        None => serde_json::to_string(&values).map_err(|error| broken(error.to_string())),
    }
}

/// Statements that take the foreign keys of PostgreSQL away, and those that put them back and check
/// every row against them. SQLite needs none: there they are not looked at until the end.
///
/// # Errors
/// Whatever the database says.
pub(super) fn foreign_keys(conn: &mut Conn) -> Result<(Vec<String>, Vec<String>)> {
    if matches!(conn, Conn::Sqlite(_)) {
        return Ok((Vec::new(), Vec::new()));
    }
    let of = "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY oid";
    let away =
        inspect::lines(conn, &format!("SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS line {of}"))?;
    let back = format!(
        "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line {of}"
    );
    Ok((away, inspect::lines(conn, &back)?))
}

/// References that lead nowhere, in words.
///
/// # Errors
/// Whatever the database says.
pub(super) fn dangling(conn: &mut Conn) -> Result<Vec<String>> {
    if matches!(conn, Conn::Sqlite(_)) {
        let sql = "SELECT DISTINCT \"table\" || ' refers to ' || \"parent\" || ' where nothing is' AS line FROM pragma_foreign_key_check";
        return inspect::lines(conn, sql);
    }
    let questions = "SELECT format('SELECT %L AS line FROM %s c LEFT JOIN %s p ON p.%I = c.%I WHERE c.%I IS NOT NULL AND p.%I IS NULL LIMIT 1', \
         conrelid::regclass || ' refers to ' || confrelid::regclass || ' where nothing is', conrelid::regclass, confrelid::regclass, \
         b.attname, a.attname, a.attname, b.attname) AS line \
         FROM pg_constraint JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1] \
         JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1] \
         WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND cardinality(conkey) = 1";
    let mut found = Vec::new();
    for question in inspect::lines(conn, questions)? {
        found.extend(inspect::lines(conn, &question)?);
    }
    Ok(found)
}

/// Damage to the file of a SQLite database itself, in its own words.
///
/// # Errors
/// Whatever the database says.
pub(super) fn damage(conn: &mut Conn) -> Result<Vec<String>> {
    match conn {
        Conn::Sqlite(_) => inspect::lines(conn, "SELECT integrity_check AS line FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
        Conn::Postgres(_) => Ok(Vec::new()),
    }
}

/// Keeps everybody else out of the tables.
///
/// # Errors
/// Whatever the database says.
pub(super) fn lock(conn: &mut Conn, tables: &[Table]) -> Result<()> {
    if matches!(conn, Conn::Postgres(_)) && !tables.is_empty() {
        dialect::execute(conn, &format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", listed(tables.iter().map(Table::quoted))))?;
    }
    Ok(())
}

/// Lets the planner of PostgreSQL know what has come in.
///
/// # Errors
/// Whatever the database says.
pub(super) fn analyze(conn: &mut Conn, tables: &[Table]) -> Result<()> {
    if matches!(conn, Conn::Postgres(_)) {
        dialect::execute(conn, &format!("ANALYZE {}", listed(tables.iter().map(Table::quoted))))?;
    }
    Ok(())
}
