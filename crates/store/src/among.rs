//! Being among several identifiers, as a condition whose statement is prepared once. diesel's own
//! `eq_any` is prepared anew on SQLite each time, because its text grows with the list. The lists of
//! one and of few, which single resources need, even have their text made but once.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, HasSqlType};
use diesel::sqlite::Sqlite;
use thidua_domain::id::{AnyId, Id};

use crate::columns::{Sql, Uid};

/// A condition: the column holds one of the identifiers.
#[derive(Debug, Clone)]
pub struct Among<C> {
    column: C,
    ids: Vec<Sql<AnyId>>,
}

impl<C> Among<C> {
    /// The condition that `column` holds one of `ids`.
    pub fn of<T>(column: C, ids: &[Id<T>]) -> Self {
        Self { column, ids: ids.iter().map(|id| Sql(id.any())).collect() }
    }
}

/// A condition: the column holds one of at most `N` identifiers.
#[derive(Debug, Clone)]
pub struct Few<C, const N: usize>(Among<C>);

impl<C, const N: usize> Few<C, N> {
    /// The condition that `column` holds one of `ids`, which are `N` at the most.
    pub fn of<T>(column: C, ids: &[Id<T>]) -> Self {
        let mut few = Among::of(column, ids);
        if let Some(last) = few.ids.last().copied() {
            few.ids.resize(N, last);
        }
        Self(few)
    }
}

/// Expands a query with the condition `$holds` that a column holds one of some identifiers.
macro_rules! among {
    ($column:expr, $ids:expr, |$holds:ident| $query:expr) => {
        match $ids.len() {
            1 => {
                let $holds = $crate::among::Few::<_, 1>::of($column, $ids);
                $query
            }
            2..=4 => {
                let $holds = $crate::among::Few::<_, 4>::of($column, $ids);
                $query
            }
            _ => {
                let $holds = $crate::among::Among::of($column, $ids);
                $query
            }
        }
    };
}
pub(crate) use among;

/// Pushes identifiers as a list of parameters. The list is padded with its last element to a power
/// of two, so that few texts are prepared however long lists are; an empty list holds nothing.
pub(crate) fn push_list<'b, DB>(out: &mut AstPass<'_, 'b, DB>, ids: &'b [Sql<AnyId>]) -> QueryResult<()>
where
    DB: Backend + HasSqlType<Uid>,
    Sql<AnyId>: ToSql<Uid, DB>,
{
    let Some(last) = ids.last() else {
        out.push_sql("NULL");
        return Ok(());
    };
    let padding = std::iter::repeat_n(last, ids.len().next_power_of_two() - ids.len());
    for (i, id) in ids.iter().chain(padding).enumerate() {
        if i > 0 {
            out.push_sql(", ");
        }
        out.push_bind_param::<Uid, _>(id)?;
    }
    Ok(())
}

impl<C> QueryId for Among<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<C> Expression for Among<C> {
    type SqlType = Bool;
}
impl<C: QueryId, const N: usize> QueryId for Few<C, N> {
    type QueryId = Few<C::QueryId, N>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}
impl<C, const N: usize> Expression for Few<C, N> {
    type SqlType = Bool;
}
impl<C: AppearsOnTable<QS>, QS, const N: usize> AppearsOnTable<QS> for Few<C, N> {}
impl<C: SelectableExpression<QS>, QS, const N: usize> SelectableExpression<QS> for Few<C, N> {}
impl<C, G, const N: usize> ValidGrouping<G> for Few<C, N> {
    type IsAggregate = is_aggregate::Never;
}
impl<C, DB, const N: usize> QueryFragment<DB> for Few<C, N>
where
    DB: Backend,
    Among<C>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}
impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Among<C> {}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for Among<C> {}
impl<C, G> ValidGrouping<G> for Among<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        push_list(&mut out, &self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<Uid>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}
