//! Files as kept: a row for each upload, and a row for each content, which several may share. Bytes
//! themselves are in `objects`, a folder or a `bucket`; what is no longer wanted goes in `sweep`.

mod arriving;
mod bucket;
mod objects;
mod sweep;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::event::Event;
use thidua_domain::file::MediaType;
use thidua_domain::id::{File, FileId, Id, UnitId, UserId};
use thidua_domain::recorded::Recorded;
use thidua_domain::refusal::{Code, DomainError, Refusal, word_named};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{file_objects, files};
use crate::unit_of_work::{Resource, Tx};

pub use arriving::{Arrived, Arriving};
pub use bucket::BucketAccess;
pub use objects::{ByteStream, Objects};
pub use sweep::{Swept, sweep};

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = files, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct FileRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<FileId>)]
    pub id: FileId,
    /// Whose it is.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub owner_id: UnitId,
    /// Name.
    pub name: String,
    /// Search key.
    pub folded: String,
    /// Order key.
    pub collation_key: String,
    /// What it is.
    #[diesel(serialize_as = Sql<MediaType>)]
    pub media_type: MediaType,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of its bytes, under which they are kept.
    pub sha256: Vec<u8>,
    /// Who uploaded it.
    #[diesel(serialize_as = Sql<UserId>)]
    pub created_by: UserId,
    /// How many acts refer to it.
    pub links: i32,
    /// Since when none does.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub loose_since: Option<Instant>,
    /// Version.
    pub version: i64,
    /// Uploaded.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl FileRow {
    /// A file that nothing refers to yet.
    #[must_use]
    pub fn new(id: FileId, owner_id: UnitId, name: &str, arrived: &Arrived, created_by: UserId, now: Instant) -> Self {
        Self {
            id,
            owner_id,
            name: name.to_owned(),
            folded: text::fold(name),
            collation_key: text::collation_key(name),
            media_type: arrived.media,
            size: i64::try_from(arrived.size).unwrap_or(i64::MAX),
            sha256: arrived.sha256.clone(),
            created_by,
            links: 0,
            loose_since: Some(now),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Resource for FileRow {
    type Marker = File;
    const KIND: Kind = Kind::File;
    fn load(conn: &mut Conn, id: FileId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| files::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<File> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// What the files of a unit come to, in bytes. Inside a write this is what the next file is held
/// against: two that would pass the quota together cannot both be committed, since each reads what the
/// other writes.
///
/// # Errors
/// Whatever the database says.
pub fn used(conn: &mut Conn, unit: UnitId) -> Result<u64> {
    let sum: i64 = on!(conn, |c| files::table
        .filter(files::owner_id.eq(Sql(unit)))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(size), 0) AS BIGINT)"))
        .first(c))?;
    Ok(u64::try_from(sum).unwrap_or(0))
}

fn going_away() -> StoreError {
    StoreError::Unavailable("these very bytes are being taken away; they can come back in a moment".to_owned())
}

/// Says that bytes are about to be put into the object store. This is committed before they are.
///
/// # Errors
/// [`StoreError::Unavailable`] while the same bytes are being taken away.
pub fn announce(tx: &mut Tx<'_>, sha256: &[u8]) -> Result<()> {
    let now = tx.now();
    on!(tx.conn(), |c| diesel::insert_into(file_objects::table)
        .values((file_objects::sha256.eq(sha256), file_objects::announced_at.eq(Sql(now))))
        .on_conflict(file_objects::sha256)
        .do_update()
        .set(file_objects::announced_at.eq(Sql(now)))
        .execute(c))?;
    require_kept(tx, sha256)
}

fn require_kept(tx: &mut Tx<'_>, sha256: &[u8]) -> Result<()> {
    let condemned: Option<Option<Instant>> =
        on!(tx.conn(), |c| file_objects::table.find(sha256).select(file_objects::condemned_at).first(c).optional())?;
    if condemned == Some(None) { Ok(()) } else { Err(going_away()) }
}

/// Keeps a new file, whose bytes are there.
///
/// # Errors
/// [`StoreError::Unavailable`] when its bytes are being taken away.
pub fn insert(tx: &mut Tx<'_>, row: &FileRow) -> Result<()> {
    require_kept(tx, &row.sha256)?;
    on!(tx.conn(), |c| diesel::insert_into(files::table).values(row.clone()).execute(c))?;
    Ok(())
}

/// Takes a file away; its bytes go with the sweep, once nobody names them.
///
/// # Errors
/// Whatever the database says.
pub fn remove(tx: &mut Tx<'_>, row: &FileRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(files::table.find(Sql(row.id))).execute(c))?;
    tx.record(Event::new(Kind::File, row.id.any(), thidua_domain::access::Verb::Delete).values(
        Some(serde_json::json!({ "owner": row.owner_id, "name": row.name, "size": row.size, "media_type": row.media_type })),
        None,
    ));
    Ok(())
}

fn save(tx: &mut Tx<'_>, mut row: FileRow) -> Result<()> {
    row.version += 1;
    row.updated_at = tx.now();
    on!(tx.conn(), |c| Whole::of(files::table, files::id.eq(Sql(row.id)), row).execute(c))?;
    Ok(())
}

/// Follows what a recorded act says of its scan: what it newly names is linked to it and must be
/// within the caller's sight, what it no longer names is let go.
///
/// # Errors
/// [`Code::UnknownReference`] at `/recorded/file_id`.
pub fn follow(tx: &mut Tx<'_>, before: Option<&Recorded>, after: Option<&Recorded>) -> Result<()> {
    let (before, after) = (before.and_then(|recorded| recorded.file_id), after.and_then(|recorded| recorded.file_id));
    if before == after {
        return Ok(());
    }
    if let Some(id) = after {
        link(tx, "/recorded/file_id", id)?;
    }
    before.map_or(Ok(()), |id| let_go(tx, id))
}

/// Links something to a file that must be within the caller's sight.
///
/// # Errors
/// [`Code::UnknownReference`] at `pointer`.
pub fn link(tx: &mut Tx<'_>, pointer: &str, id: FileId) -> Result<FileRow> {
    let mut row = tx.look_at::<FileRow>(id).map_err(|error| unknown(error, pointer, id))?.value;
    row.links = row.links.saturating_add(1);
    row.loose_since = None;
    save(tx, row.clone())?;
    Ok(row)
}

/// Something refers to a file no longer.
///
/// # Errors
/// Whatever the database says.
pub fn let_go(tx: &mut Tx<'_>, id: FileId) -> Result<()> {
    let Some(mut row) = FileRow::load(tx.conn(), id)? else { return Ok(()) };
    row.links = row.links.saturating_sub(1).max(0);
    row.loose_since = if row.links == 0 { Some(tx.now()) } else { None };
    save(tx, row)
}

/// A file out of sight is told like one that is not there.
fn unknown(error: StoreError, pointer: &str, id: FileId) -> StoreError {
    match error {
        StoreError::Refused(DomainError(refusals)) if refusals.iter().any(|refusal| refusal.code == Code::NotFound) => {
            Refusal::at(pointer, Code::UnknownReference).with("what", word_named(Kind::File)).with("value", id).into()
        }
        other => other,
    }
}

/// What files are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this unit.
    pub unit: Option<UnitId>,
    /// Only of this type.
    pub media_type: Option<MediaType>,
    /// Only with this content.
    pub sha256: Option<Vec<u8>>,
}

/// A page of files by name.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<FileRow>> {
    let scope = Scoped::of(who, Kind::File, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = files::table.filter(scope.clone()).into_boxed();
            if let Some(unit) = filter.unit {
                query = query.filter(files::owner_id.eq(Sql(unit)));
            }
            if let Some(media_type) = filter.media_type {
                query = query.filter(files::media_type.eq(Sql(media_type)));
            }
            if let Some(sha256) = &filter.sha256 {
                query = query.filter(files::sha256.eq(sha256.clone()));
            }
            if let Some(pattern) = ask.pattern() {
                query = query.filter(files::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(files::collation_key), files::id);
        (query.load::<FileRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
