//! The state of everything kept, as one value that is asked of the database: as long as it is the
//! same, whatever was read before would be read again. Other processes write too, so the value is
//! compared with what was seen before, never predicted.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

use crate::conn::Conn;
use crate::error::Result;
use crate::prepared::Fixed;

/// A state of the database. Two that are equal are the same state; which of two is the later, they
/// do not tell.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow)]
pub struct DataVersion(Box<str>);

impl<DB: Backend> FromSql<Text, DB> for DataVersion
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, DB>>::from_sql(value).map(|text| Self(text.into_boxed_str()))
    }
}

/// The state that a statement sees, as one more column of its answer.
pub(crate) struct Seen;

impl QueryId for Seen {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl Expression for Seen {
    type SqlType = Text;
}
impl<QS> AppearsOnTable<QS> for Seen {}
impl<QS> SelectableExpression<QS> for Seen {}
impl ValidGrouping<()> for Seen {
    type IsAggregate = is_aggregate::Never;
}
/// The one writer counts its groups.
impl QueryFragment<Sqlite> for Seen {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("COALESCE((SELECT value FROM settings WHERE name = 'data_version'), '0')");
        Ok(())
    }
}
/// The server tells which transactions a snapshot sees, since it was started. Nothing has to be counted
/// there, and writers do not meet at a counter.
impl QueryFragment<Pg> for Seen {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text)");
        Ok(())
    }
}

/// Says that the transaction of a SQLite writer changes something.
///
/// # Errors
/// Whatever the database says.
pub(crate) fn turn(conn: &mut Conn) -> Result<()> {
    if let Conn::Sqlite(c) = conn {
        Fixed(
            "INSERT INTO settings (name, value) VALUES ('data_version', '1') \
             ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)",
        )
        .execute(c)?;
    }
    Ok(())
}
