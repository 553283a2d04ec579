//! Official documents as kept.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::dated::Precision;
use thidua_domain::document::{DocumentKind, normal_symbol, numbered_in};
use thidua_domain::id::{Document, DocumentId, Id, UnitId};
use thidua_domain::recorded::{Origin, Recorded, SignMode};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::documents;
use crate::unit_of_work::{Held, Resource, Tx};

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = documents, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct DocumentRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<DocumentId>)]
    pub id: DocumentId,
    /// Code.
    pub code: String,
    /// Kind.
    #[diesel(serialize_as = Sql<DocumentKind>)]
    pub kind: DocumentKind,
    /// Number.
    pub number: Option<String>,
    /// The full sign as written.
    pub symbol: Option<String>,
    /// The sign as it is compared.
    pub normal_symbol: Option<String>,
    /// Date of issue.
    pub issued_on: Option<Date>,
    /// How exactly it is known.
    #[diesel(serialize_as = SqlOpt<Precision>)]
    pub issued_precision: Option<Precision>,
    /// Year within which it is numbered.
    pub issued_year: Option<i32>,
    /// The unit that issued it.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub issuer_id: Option<UnitId>,
    /// Who issued it, where no unit is known.
    pub issuer_name: Option<String>,
    /// Who signed.
    pub signer_name: Option<String>,
    /// In what position.
    pub signer_position: Option<String>,
    /// In what capacity.
    #[diesel(serialize_as = SqlOpt<SignMode>)]
    pub signer_mode: Option<SignMode>,
    /// What it is about.
    pub title: String,
    /// Search key.
    pub folded: String,
    /// Key for the Vietnamese alphabet.
    pub collation_key: String,
    /// The unit that keeps the record.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub owner_id: UnitId,
    /// Performed or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// What is known of a recorded one.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
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

impl DocumentRow {
    /// Brings the keys in line with what they are made of: title, sign, date, issuer's name and code.
    pub fn key(&mut self) {
        self.normal_symbol = self.symbol.as_deref().map(normal_symbol).filter(|symbol| !symbol.is_empty());
        self.issued_year = self.issued_on.map(numbered_in);
        let parts = [Some(self.title.as_str()), self.symbol.as_deref(), self.issuer_name.as_deref(), Some(self.code.as_str())];
        self.folded = text::fold(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
        self.collation_key = text::collation_key(&self.title);
    }
}

impl Resource for DocumentRow {
    type Marker = Document;
    const KIND: Kind = Kind::Document;
    fn load(conn: &mut Conn, id: DocumentId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| documents::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Document> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn twin(row: &DocumentRow) -> Refusal {
    Refusal::at("/symbol", Code::DocumentTaken)
        .with("number", "")
        .with("symbol", row.symbol.as_deref().unwrap_or_default())
        .with("year", row.issued_year.unwrap_or_default())
}

/// Refuses a second document of one issuer, kind, sign and year. SQLite does not say which
/// uniqueness was broken, so this one is looked at first.
fn refuse_twin(tx: &mut Tx<'_>, row: &DocumentRow) -> Result<()> {
    let (Some(issuer), Some(symbol), Some(year)) = (row.issuer_id, &row.normal_symbol, row.issued_year) else { return Ok(()) };
    let found: Option<DocumentId> = on!(tx.conn(), |c| documents::table
        .filter(documents::issuer_id.eq(Sql(issuer)))
        .filter(documents::kind.eq(Sql(row.kind)))
        .filter(documents::normal_symbol.eq(symbol))
        .filter(documents::issued_year.eq(year))
        .filter(documents::id.ne(Sql(row.id)))
        .select(documents::id)
        .first(c)
        .optional())?;
    if found.is_some() { Err(twin(row).into()) } else { Ok(()) }
}

/// What a broken uniqueness means when the look before found nothing: a quicker writer on
/// PostgreSQL, which names the constraint, or the code.
fn taken(error: diesel::result::Error, row: &DocumentRow) -> StoreError {
    match StoreError::from(error) {
        StoreError::Conflict(name) if name == "documents_key" => twin(row).into(),
        other => other.conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)),
    }
}

/// Keeps a new document.
///
/// # Errors
/// [`Code::DocumentTaken`], [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &DocumentRow) -> Result<()> {
    refuse_twin(tx, row)?;
    on!(tx.conn(), |c| diesel::insert_into(documents::table).values(row.clone()).execute(c)).map_err(|error| taken(error, row))?;
    Ok(())
}

/// Keeps a changed document under its next version.
///
/// # Errors
/// [`Code::DocumentTaken`], [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<DocumentRow>) -> Result<()> {
    refuse_twin(tx, &held.value)?;
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(documents::table, documents::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| taken(error, &row))?;
    Ok(())
}

/// How documents can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By title.
    Title,
    /// By code.
    Code,
}

/// What documents are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this kind.
    pub kind: Option<DocumentKind>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only those with this sign, however it is written.
    pub symbol: Option<String>,
    /// Only those of this issuer.
    pub issuer: Option<UnitId>,
    /// Only those that this unit keeps.
    pub owner: Option<UnitId>,
    /// Only those numbered within this year.
    pub year: Option<i32>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of documents.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, sort: Sort, ask: &Ask) -> Result<Page<DocumentRow>> {
    let scope = Scoped::of(who, Kind::Document, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = documents::table.filter(scope.clone()).into_boxed();
            if let Some(kind) = filter.kind {
                query = query.filter(documents::kind.eq(Sql(kind)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(documents::code.eq(code.clone()));
            }
            if let Some(symbol) = &filter.symbol {
                query = query.filter(documents::normal_symbol.eq(normal_symbol(symbol)));
            }
            if let Some(issuer) = filter.issuer {
                query = query.filter(documents::issuer_id.eq(Sql(issuer)));
            }
            if let Some(owner) = filter.owner {
                query = query.filter(documents::owner_id.eq(Sql(owner)));
            }
            if let Some(year) = filter.year {
                query = query.filter(documents::issued_year.eq(year));
            }
            called!(query, filter.external, Kind::Document, documents::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(documents::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        match sort {
            Sort::Title => keyset!(query, ask, Text(documents::collation_key), documents::id),
            Sort::Code => keyset!(query, ask, Text(documents::code), documents::id),
        }
        (query.load::<DocumentRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
