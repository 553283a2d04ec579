//! Access as the database sees it: the ties of a resource walked upwards, and what a caller sees
//! turned into a condition. Both read the same `*_ties` views; what they mean is decided in
//! `thidua_domain::access`.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Date as SqlDate, HasSqlType};
use thidua_domain::access::{Kind, Principal, Reach, Relation, Sight, Tie, Ties, sight};
use thidua_domain::id::{AnyId, UnitId};
use thidua_domain::time::Date;
use thidua_domain::vocabulary::Word;

use crate::among::push_list;
use crate::columns::{Sql, Term, Uid};
use crate::conn::{Conn, on};
use crate::dialect::Walk;
use crate::error::Result;

fn push<DB: Backend>(out: &mut AstPass<'_, '_, DB>, parts: &[&str]) {
    for part in parts {
        out.push_sql(part);
    }
}

/// The condition that a tie or an edge of the unit tree, called `dated` in the query, counts today.
fn push_today<'b, DB>(out: &mut AstPass<'_, 'b, DB>, dated: &str, today: &'b Date) -> QueryResult<()>
where
    DB: Backend + HasSqlType<SqlDate>,
    Date: diesel::serialize::ToSql<SqlDate, DB>,
{
    for (joint, column, sign) in [("(", "from_on", "<="), (") AND (", "to_on", ">=")] {
        push(out, &[joint, dated, ".", column, " IS NULL OR ", dated, ".", column, " ", sign, " "]);
        out.push_bind_param::<SqlDate, Date>(today)?;
    }
    out.push_sql(")");
    Ok(())
}

/// The query for the ties of some resources of one kind, walked up the tree of today.
struct UpWalk {
    tied: Tied,
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
    DB: Walk + HasSqlType<SqlDate> + HasSqlType<Uid>,
    Date: diesel::serialize::ToSql<SqlDate, DB>,
    Sql<AnyId>: diesel::serialize::ToSql<Uid, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Tied { table, column, kind } = self.tied;
        let [before, after] = DB::AMONG;
        push(
            &mut out,
            &[
                "WITH RECURSIVE up(subject_id, relation, target_id, own) AS (SELECT t.subject_id, t.relation, t.target_id, TRUE FROM ",
                kind.as_str(),
                "_ties t WHERE t.subject_id",
                before,
                "SELECT s.",
                column,
                " FROM ",
                table,
                " s WHERE s.id IN (",
            ],
        );
        push_list(&mut out, &self.subjects)?;
        push(&mut out, &[")", after, " AND "]);
        push_today(&mut out, "t", &self.today)?;
        for edges in DB::UP {
            push(
                &mut out,
                &[
                    " UNION SELECT up.subject_id, up.relation, e.upper_id, up.own AND e.succession FROM up JOIN ",
                    edges,
                    " e ON e.lower_id = up.target_id WHERE ",
                ],
            );
            push_today(&mut out, "e", &self.today)?;
        }
        let select = ") SELECT s.id, up.relation, up.target_id, up.own FROM ";
        push(&mut out, &[select, table, " s JOIN up ON up.subject_id = s.", column, " WHERE s.id IN ("]);
        push_list(&mut out, &self.subjects)?;
        out.push_sql(")");
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
    let Some(tied) = tied(kind) else { return Ok(subjects.iter().map(|_| Ties::default()).collect()) };
    let query = UpWalk { tied, subjects: subjects.iter().copied().map(Sql).collect(), today };
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

/// Where the ties of a kind come from: the rows of `table` have those that the view of `kind` gives
/// for what stands in `column`.
#[derive(Debug, Clone, Copy)]
struct Tied {
    table: &'static str,
    column: &'static str,
    kind: Kind,
}

/// Most kinds have a view of their own; what belongs to a bloc year has its ties. The log has none
/// and is not scoped by rows.
fn tied(kind: Kind) -> Option<Tied> {
    let own = |table| Some(Tied { table, column: "id", kind });
    let of_year = |table| Some(Tied { table, column: "bloc_year_id", kind: Kind::BlocYear });
    match kind {
        Kind::User => own("users"),
        Kind::Client => own("clients"),
        Kind::Unit => own("units"),
        Kind::Person => own("people"),
        Kind::Household => own("households"),
        Kind::Delegation => own("delegations"),
        Kind::Document => own("documents"),
        Kind::File => own("files"),
        Kind::Campaign => own("campaigns"),
        Kind::AwardType => own("award_types"),
        Kind::Index => own("indices"),
        Kind::IndexResult => own("index_results"),
        Kind::CriteriaSet => own("criteria_sets"),
        Kind::Scoresheet => own("scoresheets"),
        Kind::Appeal => own("appeals"),
        Kind::Bloc => own("blocs"),
        Kind::BlocYear => own("bloc_years"),
        Kind::Meeting => of_year("meetings"),
        Kind::Pledge => of_year("pledges"),
        Kind::Registration => own("registrations"),
        Kind::Job => own("jobs"),
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
        push(&mut out, &["SELECT id FROM ", self.0.table(), " WHERE "]);
        self.0.walk_ast(out.reborrow())
    }
}

/// Everything of a kind within sight, by the condition that scopes its lists: what the property test
/// compares with the decisions on each object. Empty for the log.
///
/// # Errors
/// Whatever the database says.
pub fn visible(conn: &mut Conn, kind: Kind, sight: Sight, today: Date) -> Result<Vec<AnyId>> {
    if tied(kind).is_none() {
        return Ok(Vec::new());
    }
    let query = Within(Scoped::new(sight, kind, today));
    let rows: Vec<(AnyId,)> = on!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What a caller sees of a kind, as a condition on its table.
#[derive(Debug, Clone)]
pub struct Scoped {
    sight: Sight,
    tied: Option<Tied>,
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
    units: Vec<Sql<AnyId>>,
}

impl Scoped {
    /// What somebody sees of a kind.
    #[must_use]
    pub fn of(who: &Principal, kind: Kind, today: Date) -> Self {
        Self::new(sight(who, kind), kind, today)
    }

    /// Everything of a kind that is tied by a relation to a unit or to what stands below it, whoever asks.
    pub(crate) fn below(kind: Kind, relation: Relation, unit: UnitId, on: Date) -> Self {
        Self::new(Sight { units: vec![(relation, Reach::Under, unit)], ..Sight::default() }, kind, on)
    }

    fn new(sight: Sight, kind: Kind, today: Date) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (relation, reach, unit) in &sight.units {
            match groups.iter_mut().find(|group| group.reach == *reach && group.units.as_slice() == [Sql(unit.any())]) {
                Some(group) => group.relations.push(*relation),
                None => groups.push(Group { relations: vec![*relation], reach: *reach, units: vec![Sql(unit.any())] }),
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
        Self { sight, tied: tied(kind), today, groups: merged, own, blocs }
    }

    fn table(&self) -> &'static str {
        self.tied.map_or("", |tied| tied.table)
    }

    fn push_subject<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<SqlDate>,
        Date: diesel::serialize::ToSql<SqlDate, DB>,
    {
        let Some(Tied { table, column, kind }) = self.tied else { return Ok(()) };
        push(out, &[" OR ", table, ".", column, " IN (SELECT t.subject_id FROM ", kind.as_str(), "_ties t WHERE "]);
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
        out.push_sql(") AND t.target_id");
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
    DB: Walk + HasSqlType<SqlDate> + HasSqlType<Uid>,
    Date: diesel::serialize::ToSql<SqlDate, DB>,
    Sql<AnyId>: diesel::serialize::ToSql<Uid, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.sight.all {
            out.push_sql("1 = 1");
            return Ok(());
        }
        out.push_sql("(1 = 0");
        if self.tied.is_none() {
            out.push_sql(")");
            return Ok(());
        }
        let [before, after] = DB::AMONG;
        for group in &self.groups {
            self.push_subject(&mut out)?;
            Self::push_relations(&mut out, &group.relations);
            push(&mut out, &[before, "WITH RECURSIVE down(id) AS (SELECT id FROM units WHERE id IN ("]);
            push_list(&mut out, &group.units)?;
            out.push_sql(")");
            for edges in if group.reach == Reach::Own { &["unit_heirs"] } else { DB::DOWN } {
                push(&mut out, &[" UNION SELECT e.lower_id FROM down JOIN ", edges, " e ON e.upper_id = down.id WHERE "]);
                push_today(&mut out, "e", &self.today)?;
            }
            push(&mut out, &[") SELECT id FROM down", after, ")"]);
        }
        if !self.blocs.is_empty() {
            self.push_subject(&mut out)?;
            Self::push_relations(&mut out, &[Relation::Bloc]);
            out.push_sql(" IN (");
            push_list(&mut out, &self.blocs)?;
            out.push_sql("))");
        }
        if let Some(own) = &self.own {
            self.push_subject(&mut out)?;
            Self::push_relations(&mut out, &[Relation::Oneself]);
            out.push_sql(" IN (");
            out.push_bind_param::<Uid, Sql<AnyId>>(own)?;
            out.push_sql("))");
        }
        out.push_sql(")");
        Ok(())
    }
}

#[cfg(test)]
mod tests;
