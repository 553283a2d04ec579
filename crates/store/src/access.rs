//! Access as the database sees it: the ties of a resource walked upwards, and what a caller sees
//! turned into a condition. Both read the same `*_ties` views; what they mean is decided in
//! `thidua_domain::access`.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Date as SqlDate, HasSqlType};
use thidua_domain::access::{Kind, Reach, Relation, Sight, Tie, Ties};
use thidua_domain::id::{AnyId, Id, UnitId};
use thidua_domain::time::Date;
use thidua_domain::vocabulary::Word;

use crate::columns::{Sql, Term, Uid, all};
use crate::conn::{Conn, on};
use crate::error::Result;

/// The condition that a tie or an edge of the unit tree, called `dated` in the query, counts today.
fn push_today<'b, DB>(out: &mut AstPass<'_, 'b, DB>, dated: &str, today: &'b Date) -> QueryResult<()>
where
    DB: Backend + HasSqlType<SqlDate>,
    Date: diesel::serialize::ToSql<SqlDate, DB>,
{
    for (joint, column, sign) in [("(", "from_on", "<="), (") AND (", "to_on", ">=")] {
        for part in [joint, dated, ".", column, " IS NULL OR ", dated, ".", column, " ", sign, " "] {
            out.push_sql(part);
        }
        out.push_bind_param::<SqlDate, Date>(today)?;
    }
    out.push_sql(")");
    Ok(())
}

fn push_ids<'b, DB, T>(out: &mut AstPass<'_, 'b, DB>, ids: &'b [Sql<Id<T>>]) -> QueryResult<()>
where
    DB: Backend + HasSqlType<Uid>,
    Sql<Id<T>>: diesel::serialize::ToSql<Uid, DB>,
{
    for (i, id) in ids.iter().enumerate() {
        if i > 0 {
            out.push_sql(", ");
        }
        out.push_bind_param::<Uid, _>(id)?;
    }
    Ok(())
}

/// The query for the ties of some resources of one kind, walked up the tree of today.
struct UpWalk {
    kind: Kind,
    subjects: Vec<Sql<AnyId>>,
    today: Date,
}

impl QueryId for UpWalk {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for UpWalk {
    type SqlType = (Uid, Term, Uid, Bool);
}

impl<C> RunQueryDsl<C> for UpWalk {}

impl<DB> QueryFragment<DB> for UpWalk
where
    DB: Backend + HasSqlType<SqlDate> + HasSqlType<Uid>,
    Date: diesel::serialize::ToSql<SqlDate, DB>,
    Sql<AnyId>: diesel::serialize::ToSql<Uid, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "WITH RECURSIVE up(subject_id, relation, target_id, own) AS (SELECT t.subject_id, t.relation, t.target_id, TRUE FROM ",
        );
        out.push_sql(self.kind.as_str());
        out.push_sql("_ties t WHERE t.subject_id IN (");
        push_ids(&mut out, &self.subjects)?;
        out.push_sql(") AND ");
        push_today(&mut out, "t", &self.today)?;
        out.push_sql(
            " UNION SELECT up.subject_id, up.relation, e.upper_id, up.own AND e.succession FROM up JOIN unit_edges e ON e.lower_id = up.target_id WHERE ",
        );
        push_today(&mut out, "e", &self.today)?;
        out.push_sql(") SELECT subject_id, relation, target_id, own FROM up");
        Ok(())
    }
}

/// The ties of several resources of one kind, in the order in which they were asked for: one query
/// however many there are.
///
/// # Errors
/// Whatever the database says.
pub fn ties_of_all(conn: &mut Conn, kind: Kind, subjects: &[AnyId], today: Date) -> Result<Vec<Ties>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let query = UpWalk { kind, subjects: all(subjects), today };
    let rows: Vec<(AnyId, Relation, AnyId, bool)> = on!(conn, |c| query.load(c))?;
    let mut all: Vec<Ties> = subjects.iter().map(|_| Ties::default()).collect();
    for (subject, relation, to, own) in rows {
        for (asked, ties) in subjects.iter().zip(all.iter_mut()) {
            if *asked == subject {
                ties.0.push(Tie { relation, to, own });
            }
        }
    }
    Ok(all)
}

/// The ties of one resource.
///
/// # Errors
/// Whatever the database says.
pub fn ties_of(conn: &mut Conn, kind: Kind, subject: AnyId, today: Date) -> Result<Ties> {
    Ok(ties_of_all(conn, kind, &[subject], today)?.pop().unwrap_or_default())
}

/// The ties of a resource that does not exist yet, from the unit that will own it.
///
/// # Errors
/// Whatever the database says.
pub fn ties_through(conn: &mut Conn, relation: Relation, unit: UnitId, today: Date) -> Result<Ties> {
    let mut ties = ties_of(conn, Kind::Unit, unit.any(), today)?;
    for tie in &mut ties.0 {
        tie.relation = relation;
    }
    Ok(ties)
}

/// The table of a kind; the log has no ties and is not scoped by rows.
const fn table(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::User => Some("users"),
        Kind::Unit => Some("units"),
        Kind::Person => Some("people"),
        Kind::Document => Some("documents"),
        Kind::Campaign => Some("campaigns"),
        Kind::AwardType => Some("award_types"),
        Kind::Bloc => Some("blocs"),
        Kind::BlocYear => Some("bloc_years"),
        Kind::Meeting => Some("meetings"),
        Kind::Pledge => Some("pledges"),
        Kind::Event => None,
    }
}

/// The query for everything of a kind within a condition.
struct Within(Scoped);

impl QueryId for Within {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Within {
    type SqlType = (Uid,);
}

impl<C> RunQueryDsl<C> for Within {}

impl<DB> QueryFragment<DB> for Within
where
    DB: Backend,
    Scoped: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT id FROM ");
        out.push_sql(self.0.table);
        out.push_sql(" WHERE ");
        self.0.walk_ast(out.reborrow())
    }
}

/// Everything of a kind within sight, by the condition that scopes its lists: what the property test
/// compares with the decisions on each object. Empty for the log.
///
/// # Errors
/// Whatever the database says.
pub fn visible(conn: &mut Conn, kind: Kind, sight: Sight, today: Date) -> Result<Vec<AnyId>> {
    let Some(table) = table(kind) else { return Ok(Vec::new()) };
    let query = Within(Scoped::new(sight, kind, table, today));
    let rows: Vec<(AnyId,)> = on!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What a caller sees of a kind, as a condition on its table.
#[derive(Debug, Clone)]
pub struct Scoped {
    sight: Sight,
    kind: Kind,
    table: &'static str,
    today: Date,
    /// Units that share relations and reach are walked once.
    groups: Vec<Group>,
    own: Option<Sql<AnyId>>,
    blocs: Vec<Sql<AnyId>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    relations: Vec<Relation>,
    reach: Reach,
    units: Vec<Sql<UnitId>>,
}

impl Scoped {
    /// The condition for a table whose identifier is `id`.
    #[must_use]
    pub fn new(sight: Sight, kind: Kind, table: &'static str, today: Date) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (relation, reach, unit) in &sight.units {
            match groups.iter_mut().find(|group| group.reach == *reach && group.units.as_slice() == [Sql(*unit)]) {
                Some(group) => group.relations.push(*relation),
                None => groups.push(Group { relations: vec![*relation], reach: *reach, units: vec![Sql(*unit)] }),
            }
        }
        let mut merged: Vec<Group> = Vec::new();
        for group in groups {
            match merged.iter_mut().find(|other| other.relations == group.relations && other.reach == group.reach) {
                Some(other) => other.units.extend(group.units),
                None => merged.push(group),
            }
        }
        let own = sight.oneself.map(|user| Sql(user.any()));
        let blocs = sight.blocs.iter().map(|bloc| Sql(bloc.any())).collect();
        Self { sight, kind, table, today, groups: merged, own, blocs }
    }

    fn push_subject<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<SqlDate>,
        Date: diesel::serialize::ToSql<SqlDate, DB>,
    {
        for part in [" OR EXISTS (SELECT 1 FROM ", self.kind.as_str(), "_ties t WHERE t.subject_id = ", self.table, ".id AND "] {
            out.push_sql(part);
        }
        push_today(out, "t", &self.today)?;
        out.push_sql(" AND t.relation IN (");
        Ok(())
    }

    fn push_relations<DB: Backend>(out: &mut AstPass<'_, '_, DB>, relations: &[Relation]) {
        for (i, relation) in relations.iter().enumerate() {
            out.push_sql(if i > 0 { ", '" } else { "'" });
            out.push_sql(relation.as_str());
            out.push_sql("'");
        }
        out.push_sql(") AND t.target_id IN (");
    }
}

impl QueryId for Scoped {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl Expression for Scoped {
    type SqlType = Bool;
}
impl<QS> AppearsOnTable<QS> for Scoped {}
impl<QS> SelectableExpression<QS> for Scoped {}
impl<G> ValidGrouping<G> for Scoped {
    type IsAggregate = is_aggregate::Never;
}

impl<DB> QueryFragment<DB> for Scoped
where
    DB: Backend + HasSqlType<SqlDate> + HasSqlType<Uid>,
    Date: diesel::serialize::ToSql<SqlDate, DB>,
    Sql<AnyId>: diesel::serialize::ToSql<Uid, DB>,
    Sql<UnitId>: diesel::serialize::ToSql<Uid, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.sight.all {
            out.push_sql("1 = 1");
            return Ok(());
        }
        out.push_sql("(1 = 0");
        for group in &self.groups {
            self.push_subject(&mut out)?;
            Self::push_relations(&mut out, &group.relations);
            out.push_sql("WITH RECURSIVE down(id) AS (SELECT id FROM units WHERE id IN (");
            push_ids(&mut out, &group.units)?;
            out.push_sql(") UNION SELECT e.lower_id FROM down JOIN unit_edges e ON e.upper_id = down.id WHERE ");
            push_today(&mut out, "e", &self.today)?;
            if group.reach == Reach::Own {
                out.push_sql(" AND e.succession");
            }
            out.push_sql(") SELECT id FROM down))");
        }
        if !self.blocs.is_empty() {
            self.push_subject(&mut out)?;
            Self::push_relations(&mut out, &[Relation::Bloc]);
            push_ids(&mut out, &self.blocs)?;
            out.push_sql("))");
        }
        if let Some(own) = &self.own {
            self.push_subject(&mut out)?;
            Self::push_relations(&mut out, &[Relation::Oneself]);
            out.push_bind_param::<Uid, Sql<AnyId>>(own)?;
            out.push_sql("))");
        }
        out.push_sql(")");
        Ok(())
    }
}
