//! Indices that others publish, as kept.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::criteria_set::Better;
use thidua_domain::id::{Id, Index, IndexId};
use thidua_domain::index::Measure;
use thidua_domain::points::Quantity;
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::indices;
use crate::unit_of_work::{Held, Resource, Tx};

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = indices, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct IndexRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<IndexId>)]
    pub id: IndexId,
    /// Code.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// English name.
    pub name_en: Option<String>,
    /// Search key.
    pub folded: String,
    /// Key for the Vietnamese alphabet.
    pub collation_key: String,
    /// Who publishes it.
    pub publisher: String,
    /// Which way its value is good.
    #[diesel(serialize_as = Sql<Better>)]
    pub better: Better,
    /// Least value there can be.
    #[diesel(serialize_as = SqlOpt<Quantity>)]
    pub least: Option<Quantity>,
    /// Greatest value there can be.
    #[diesel(serialize_as = SqlOpt<Quantity>)]
    pub most: Option<Quantity>,
    /// Remark.
    pub note: Option<String>,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl IndexRow {
    /// As its results are judged.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        Measure { better: self.better, least: self.least, most: self.most }
    }

    /// Brings the keys in line with what they are made of: names, publisher and code.
    pub fn key(&mut self) {
        let english = self.name_en.as_deref().unwrap_or_default();
        self.folded = text::fold(&format!("{} {} {english} {}", self.code, self.name, self.publisher));
        self.collation_key = text::collation_key(&self.name);
    }
}

impl Resource for IndexRow {
    type Marker = Index;
    const KIND: Kind = Kind::Index;
    fn load(conn: &mut Conn, id: IndexId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| indices::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Index> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn code_taken(error: diesel::result::Error, row: &IndexRow) -> StoreError {
    StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code))
}

/// Whether an index has this code.
///
/// # Errors
/// Whatever the database says.
pub fn is_known(conn: &mut Conn, code: &str) -> Result<bool> {
    let found: i64 = on!(conn, |c| indices::table.filter(indices::code.eq(code)).count().get_result(c))?;
    Ok(found > 0)
}

/// Keeps a new index.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &IndexRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(indices::table).values(row.clone()).execute(c)).map_err(|error| code_taken(error, row))?;
    Ok(())
}

/// Keeps a changed index under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<IndexRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(indices::table, indices::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| code_taken(error, &row))?;
    Ok(())
}

/// What indices are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of indices by name.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<IndexRow>> {
    let scope = Scoped::of(who, Kind::Index, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = indices::table.filter(scope.clone()).into_boxed();
            if let Some(code) = &filter.code {
                query = query.filter(indices::code.eq(code.clone()));
            }
            called!(query, filter.external, Kind::Index, indices::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(indices::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(indices::collation_key), indices::id);
        (query.load::<IndexRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
