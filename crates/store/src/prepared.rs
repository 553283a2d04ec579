//! Statements that diesel would have the database read and plan anew each time, although their text
//! never varies.

use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;

/// A statement without parameters: what surrounds every read.
pub(crate) struct Fixed(pub(crate) &'static str);

impl QueryId for Fixed {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<DB: Backend> QueryFragment<DB> for Fixed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}
impl<C> RunQueryDsl<C> for Fixed {}

/// Two inserts in one statement: one way to the server instead of two. PostgreSQL only.
pub(crate) struct Both<A, B>(pub(crate) A, pub(crate) B);

impl<A, B> QueryId for Both<A, B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for Both<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH beside AS (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") ");
        self.1.walk_ast(out)
    }
}
impl<A, B, C> RunQueryDsl<C> for Both<A, B> {}

/// An update that sets the same columns whatever the values. Diesel takes each of its own for one
/// whose columns vary, and prepares none; so a changeset put in here must leave no column out, as
/// those of rows with `treat_none_as_null` do.
pub(crate) struct Whole<F, V, P> {
    table: F,
    values: V,
    which: P,
}

impl<F, V, P> Whole<F, V, P> {
    /// The update of what `which` holds for in `table`, to `row`.
    pub(crate) fn of<T, R>(table: T, which: P, row: R) -> Self
    where
        T: QuerySource<FromClause = F>,
        R: AsChangeset<Target = T, Changeset = V>,
        P: AppearsOnTable<T>,
    {
        Self { table: table.from_clause(), values: row.as_changeset(), which }
    }
}

impl<F, V, P> QueryId for Whole<F, V, P> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<DB: Backend, F: QueryFragment<DB>, V: QueryFragment<DB>, P: QueryFragment<DB>> QueryFragment<DB> for Whole<F, V, P> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.which.walk_ast(out)
    }
}
impl<F, V, P, C> RunQueryDsl<C> for Whole<F, V, P> {}
