//! The sweep: files that nothing was linked to for a day, bytes that nobody names, and what broken
//! uploads left. In small steps, so that nobody waits behind it.
//!
//! How it never takes bytes that a row names, even while the same bytes are being uploaded:
//!
//! 1. Who uploads *announces* the bytes (committed), puts them, and then names them in a row. Announcing
//!    and naming both refuse bytes that are condemned, with 503: come back in a moment.
//! 2. The sweep *condemns* bytes that no row names and that were announced a day ago or more (committed),
//!    takes them away, and only then takes away the row that condemned them.
//!
//! So between condemning and the end of taking away nobody can put or name them. That an upload names bytes
//! at the very moment in which they are condemned is excluded by the database: the upload reads what the
//! sweep writes (`condemned_at`) and the sweep reads what the upload writes (`files.sha256`), and of two
//! such transactions one fails where both are serializable. An upload that announced before cannot be so
//! slow: it has a day, and seconds are all that it is given.
//!
//! A sweep that dies halfway leaves bytes condemned; after [`LEASE`] another takes them over. Two never work
//! on the same bytes, since one that takes longer than half of that gives up.

use std::time::Duration;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use thidua_domain::file::swept_before;
use thidua_domain::time::Instant;

use super::{FileRow, Objects, remove};
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::{file_objects, files};
use crate::store::{Reach, Root, Store};
use crate::unit_of_work::{Tx, UnitOfWork, Unkept, Written};

/// Rows, or objects, of one step.
const STEP: i64 = 100;
/// Steps of one sweep; what is left waits for the next.
const STEPS: usize = 50;
/// Seconds after which condemned bytes are taken over from a sweep that did not end.
const LEASE: i64 = 3600;
/// After which a temporary file belongs to no upload any more.
const TEMPORARY: Duration = Duration::from_secs(3600);
/// Objects looked at in a folder; a store with more, some twelve millions in all, keeps strays longer.
const LISTED: usize = 50_000;
/// Folders looked into each hour: all 256 in a day.
const FOLDERS: i64 = 11;

/// What a sweep took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that nothing was linked to.
    pub files: usize,
    /// Objects that nobody named.
    pub objects: usize,
    /// Temporary files.
    pub temporary: usize,
}

async fn step<T: Send + 'static>(store: &Store, now: Instant, act: impl Fn(&mut Tx<'_>) -> Result<T> + Send + Sync + 'static) -> Result<T> {
    match store.write(UnitOfWork::system(now, "sweep"), Root::New, move |tx| act(tx).map(Unkept)).await? {
        Written::Fresh(Unkept(done)) | Written::Replayed(Unkept(done)) | Written::DryRun(Unkept(done)) => Ok(done),
    }
}

/// Files that nothing has been linked to since before a moment.
fn take_files(tx: &mut Tx<'_>, before: Instant) -> Result<usize> {
    let rows: Vec<FileRow> =
        on!(tx.conn(), |c| files::table.filter(files::loose_since.lt(Sql(before))).order(files::loose_since).limit(STEP).load(c))?;
    for row in &rows {
        remove(tx, row)?;
    }
    Ok(rows.len())
}

/// Bytes that nobody names, from now on condemned.
fn condemn(tx: &mut Tx<'_>, before: Instant) -> Result<Vec<Vec<u8>>> {
    let now = tx.now();
    let free = now.plus_seconds(-LEASE);
    let found: Vec<Vec<u8>> = on!(tx.conn(), |c| file_objects::table
        .filter(file_objects::announced_at.lt(Sql(before)))
        .filter(file_objects::condemned_at.is_null().or(file_objects::condemned_at.lt(Sql(free))))
        .filter(not(exists(files::table.filter(files::sha256.eq(file_objects::sha256)))))
        .order(file_objects::announced_at)
        .limit(STEP)
        .select(file_objects::sha256)
        .load(c))?;
    for sha256 in &found {
        on!(tx.conn(), |c| diesel::update(file_objects::table.find(sha256))
            .set(file_objects::condemned_at.eq(SqlOpt(Some(now))))
            .execute(c))?;
    }
    Ok(found)
}

fn forget(tx: &mut Tx<'_>, gone: &[Vec<u8>]) -> Result<()> {
    for sha256 in gone {
        on!(tx.conn(), |c| diesel::delete(file_objects::table.find(sha256)).execute(c))?;
    }
    Ok(())
}

/// Those of the objects that the database knows nothing of.
fn unknown(conn: &mut Conn, old: &[(Vec<u8>, Instant)]) -> Result<Vec<(Vec<u8>, Instant)>> {
    let mut strays = Vec::new();
    for some in old.chunks(100) {
        let names: Vec<&[u8]> = some.iter().map(|(sha256, _)| sha256.as_slice()).collect();
        let known: Vec<Vec<u8>> =
            on!(conn, |c| file_objects::table.filter(file_objects::sha256.eq_any(&names)).select(file_objects::sha256).load(c))?;
        strays.extend(some.iter().filter(|(sha256, _)| !known.contains(sha256)).cloned());
    }
    Ok(strays)
}

/// Bytes that the database knows nothing of, as after going back to an older copy of it: from now on known,
/// since when they were put.
fn adopt(tx: &mut Tx<'_>, strays: &[(Vec<u8>, Instant)]) -> Result<()> {
    for (sha256, since) in strays {
        on!(tx.conn(), |c| diesel::insert_into(file_objects::table)
            .values((file_objects::sha256.eq(sha256), file_objects::announced_at.eq(Sql(*since))))
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

async fn take_objects(store: &Store, objects: &Objects, now: Instant, before: Instant) -> Result<usize> {
    let condemned = step(store, now, move |tx| condemn(tx, before)).await?;
    let count = condemned.len();
    let patience = Duration::from_secs(u64::try_from(LEASE / 2).unwrap_or(0));
    let taking = async {
        for sha256 in &condemned {
            objects.remove(sha256).await?;
        }
        Ok::<(), StoreError>(())
    };
    let late = |_| Err(StoreError::Unavailable("the object store is too slow to be swept".to_owned()));
    tokio::time::timeout(patience, taking).await.unwrap_or_else(late)?;
    step(store, now, move |tx| forget(tx, &condemned)).await?;
    Ok(count)
}

/// Sweeps.
///
/// # Errors
/// Whatever database or object store say; what was done until then is done.
pub async fn sweep(store: &Store, objects: &Objects, now: Instant) -> Result<Swept> {
    let before = swept_before(now);
    let mut swept = Swept::default();
    for _ in 0..STEPS {
        let gone = step(store, now, move |tx| take_files(tx, before)).await?;
        swept.files += gone;
        if gone == 0 {
            break;
        }
    }
    if objects.is_used() {
        let limit = usize::try_from(STEP).unwrap_or(0);
        swept.temporary = objects.forget_temporary(TEMPORARY, limit).await?;
        let first = now.seconds() / 3600 * FOLDERS;
        for folder in (first..first + FOLDERS).filter_map(|folder| u8::try_from(folder.rem_euclid(256)).ok()) {
            let old = objects.old(folder, before, LISTED).await?;
            let strays = store.read(Reach::Long, move |conn| unknown(conn, &old)).await?;
            for some in strays.chunks(limit) {
                let some = some.to_vec();
                step(store, now, move |tx| adopt(tx, &some)).await?;
            }
        }
    }
    for _ in 0..STEPS {
        let gone = take_objects(store, objects, now, before).await?;
        swept.objects += gone;
        if gone == 0 {
            break;
        }
    }
    Ok(swept)
}
