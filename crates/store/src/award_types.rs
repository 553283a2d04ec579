//! Titles and forms of commendation as kept.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::award_type::{AwardFamily, AwardLevel};
use thidua_domain::id::{AwardType, AwardTypeId, Id};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::Sql;
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::schema::award_types;
use crate::unit_of_work::{Resource, Tx};

/// A title or form of commendation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = award_types, treat_none_as_default_value = false)]
pub struct AwardTypeRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<AwardTypeId>)]
    pub id: AwardTypeId,
    /// Code.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Search key.
    pub folded: String,
    /// Title or commendation.
    #[diesel(serialize_as = Sql<AwardFamily>)]
    pub family: AwardFamily,
    /// Level.
    #[diesel(serialize_as = Sql<AwardLevel>)]
    pub level: AwardLevel,
    /// Who can receive it: words separated by blanks.
    pub subjects: String,
    /// Article of the law.
    pub article: Option<String>,
    /// Whether the article is confirmed.
    pub article_verified: bool,
    /// Protocol order.
    pub protocol_order: i32,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl Resource for AwardTypeRow {
    type Marker = AwardType;
    const KIND: Kind = Kind::AwardType;
    fn load(conn: &mut Conn, id: AwardTypeId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| award_types::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<AwardType> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// The award with a code.
///
/// # Errors
/// Whatever the database says.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<AwardTypeRow>> {
    Ok(on!(conn, |c| award_types::table.filter(award_types::code.eq(code)).first(c).optional())?)
}

/// Several awards, highest honour first: one query.
///
/// # Errors
/// Whatever the database says.
pub fn in_order(conn: &mut Conn, ids: &[AwardTypeId]) -> Result<Vec<AwardTypeRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(award_types::id, ids, |within| award_types::table
        .filter(within)
        .order((award_types::protocol_order.asc(), award_types::id.asc()))
        .load(c)))?)
}

/// Keeps a new award.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &AwardTypeRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(award_types::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// What awards are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this family.
    pub family: Option<AwardFamily>,
    /// Only of this level.
    pub level: Option<AwardLevel>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of awards, highest honour first.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<AwardTypeRow>> {
    let scope = Scoped::of(who, Kind::AwardType, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = award_types::table.filter(scope.clone()).into_boxed();
            if let Some(family) = filter.family {
                query = query.filter(award_types::family.eq(Sql(family)));
            }
            if let Some(level) = filter.level {
                query = query.filter(award_types::level.eq(Sql(level)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(award_types::code.eq(code.clone()));
            }
            called!(query, filter.external, Kind::AwardType, award_types::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(award_types::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Int(award_types::protocol_order), award_types::id);
        (query.load::<AwardTypeRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
