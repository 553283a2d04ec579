//! One connection of either database, and the macro that writes a query once for both.

use diesel::{PgConnection, SqliteConnection};

/// A connection to either database.
#[allow(clippy::large_enum_variant, reason = "connections live in pools, one each, and are never moved about")]
pub enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// The server.
    Postgres(PgConnection),
}

/// Expands a body on the concrete connection: `on!(conn, |c| users.find(id).first(c))`.
///
/// The concrete types give what an abstraction over both lacks: upsert, batch insert, aggregate
/// filters, cached statements.
macro_rules! on {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::conn::Conn::Sqlite($c) => $body,
            $crate::conn::Conn::Postgres($c) => $body,
        }
    };
}

/// One page of a query: order by a key and the id, and go on after a place.
///
/// `column >= k AND (column > k OR id > i)` rather than a bare `OR`: both planners turn the first
/// half into an index range.
macro_rules! keyset {
    ($query:ident, $ask:expr, $key:ident($column:expr), $id:expr) => {{
        $query = $query.order(($column.asc(), $id.asc())).limit($ask.rows());
        if let Some($crate::page::Place { key: $crate::page::Key::$key(key), id }) = &$ask.after {
            $query = $query.filter($column.ge(key.clone()).and($column.gt(key.clone()).or($id.gt($crate::columns::Sql(*id)))));
        }
    }};
}

/// Keeps only the one that another system calls so.
macro_rules! called {
    ($query:ident, $external:expr, $kind:expr, $id:expr) => {
        if let Some((system, value)) = &$external {
            use $crate::schema::external_ids as called;
            $query = $query.filter(
                $id.eq_any(
                    called::table
                        .filter(called::kind.eq($crate::columns::Sql($kind)))
                        .filter(called::system.eq(system.clone()))
                        .filter(called::value.eq(value.clone()))
                        .select(called::subject_id),
                ),
            );
        }
    };
}

pub(crate) use {called, keyset, on};
