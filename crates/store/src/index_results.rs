//! What editions of indices say about units, as kept.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::id::{DocumentId, Id, IndexId, IndexResult, IndexResultId, UnitId};
use thidua_domain::index::Measure;
use thidua_domain::index_result::Reading;
use thidua_domain::points::Quantity;
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::scoresheet::Published;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{index_results, indices};
use crate::unit_of_work::{Held, Resource, Tx};

/// A result.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = index_results, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct IndexResultRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<IndexResultId>)]
    pub id: IndexResultId,
    /// Of which index.
    #[diesel(serialize_as = Sql<IndexId>)]
    pub index_id: IndexId,
    /// About which unit.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Year that was measured.
    pub edition: i32,
    /// Value.
    #[diesel(serialize_as = SqlOpt<Quantity>)]
    pub value: Option<Quantity>,
    /// Rank; 1 is the best.
    pub rank: Option<i32>,
    /// Among how many.
    pub ranked: Option<i32>,
    /// Day of publication.
    pub published_on: Date,
    /// Where it stands.
    pub source: String,
    /// The document, where it is kept here.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Made up for a demonstration or test.
    pub fictional: bool,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl IndexResultRow {
    /// As the rules look at it.
    #[must_use]
    pub const fn reading(&self) -> Reading {
        Reading { value: self.value, rank: self.rank, ranked: self.ranked, edition: self.edition, published_on: self.published_on }
    }
}

impl IndexResultRow {
    /// As claims look at it.
    #[must_use]
    pub const fn published(&self) -> Published {
        Published { result: self.id, value: self.value, rank: self.rank }
    }
}

impl Resource for IndexResultRow {
    type Marker = IndexResult;
    const KIND: Kind = Kind::IndexResult;
    fn load(conn: &mut Conn, id: IndexResultId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| index_results::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<IndexResult> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn taken(error: diesel::result::Error, row: &IndexResultRow) -> StoreError {
    StoreError::from(error).conflict_as(|| Refusal::at("/unit", Code::IndexResultTaken).with("edition", row.edition))
}

/// Keeps a new result.
///
/// # Errors
/// [`Code::IndexResultTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &IndexResultRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(index_results::table).values(row.clone()).execute(c)).map_err(|error| taken(error, row))?;
    Ok(())
}

/// Keeps a changed result under its next version.
///
/// # Errors
/// [`Code::IndexResultTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<IndexResultRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(index_results::table, index_results::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| taken(error, &row))?;
    Ok(())
}

/// What an edition of every index says about several units, with the codes of the indices.
///
/// # Errors
/// Whatever the database says.
pub fn of_units(conn: &mut Conn, edition: i32, units: &[UnitId]) -> Result<Vec<(String, IndexResultRow)>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(index_results::unit_id, units, |within| index_results::table
        .inner_join(indices::table.on(indices::id.eq(index_results::index_id)))
        .filter(index_results::edition.eq(edition))
        .filter(within)
        .select((indices::code, index_results::all_columns))
        .load(c)))?)
}

/// How many results of an index have a value that a range would not hold.
///
/// # Errors
/// Whatever the database says.
pub fn outside(conn: &mut Conn, index: IndexId, measure: Measure) -> Result<usize> {
    let values: Vec<Quantity> = on!(conn, |c| index_results::table
        .filter(index_results::index_id.eq(Sql(index)))
        .filter(index_results::value.is_not_null())
        .select(index_results::value.assume_not_null())
        .load(c))?;
    Ok(values.into_iter().filter(|value| !measure.holds(*value)).count())
}

/// Takes a result away.
///
/// # Errors
/// Whatever the database says.
pub fn delete(tx: &mut Tx<'_>, id: IndexResultId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(index_results::table.find(Sql(id))).execute(c))?;
    Ok(())
}

/// What results are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this index.
    pub index: Option<IndexId>,
    /// Only about this unit.
    pub unit: Option<UnitId>,
    /// Only of this edition.
    pub edition: Option<i32>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of results by edition.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<IndexResultRow>> {
    let scope = Scoped::of(who, Kind::IndexResult, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = index_results::table.filter(scope.clone()).into_boxed();
            if let Some(index) = filter.index {
                query = query.filter(index_results::index_id.eq(Sql(index)));
            }
            if let Some(unit) = filter.unit {
                query = query.filter(index_results::unit_id.eq(Sql(unit)));
            }
            if let Some(edition) = filter.edition {
                query = query.filter(index_results::edition.eq(edition));
            }
            called!(query, filter.external, Kind::IndexResult, index_results::id);
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Int(index_results::edition), index_results::id);
        (query.load::<IndexResultRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
