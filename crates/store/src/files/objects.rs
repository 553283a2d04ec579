//! The object store: bytes under the digest of what they are, in a folder or in a bucket of an S3-compatible
//! store; the rest of the service knows nothing of that. Files still coming in lie in a folder in both cases.

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use thidua_domain::file::MediaType;
use thidua_domain::time::Instant;
use uuid::Uuid;

use super::arriving::{Arrived, Arriving, broken, off_thread};
use super::bucket::{self, BucketAccess};
use crate::error::{Result, StoreError};
use crate::location::Location;

/// Where files lie that are still coming in. Beside a folder of objects, on the same disk, so that they become
/// objects by being renamed.
const INCOMING: &str = "incoming";

/// Bytes as they are read.
pub type ByteStream = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

/// The object store.
#[derive(Debug)]
pub struct Objects {
    /// Folder of files still coming in.
    incoming: PathBuf,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Folder {
        folder: PathBuf,
        /// Opened, and its folder made, when it is first needed: commands that keep no files leave no folder.
        opened: OnceLock<LocalFileSystem>,
    },
    Bucket(Arc<dyn ObjectStore>),
}

fn failed(error: &object_store::Error) -> StoreError {
    StoreError::Broken(format!("the object store: {error}"))
}

/// Where bytes are kept: in 256 folders, so that none grows too large to be looked through.
fn place(sha256: &[u8]) -> Path {
    let name: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    Path::from(format!("{}/{name}", name.get(..2).unwrap_or_default()))
}

/// The digest that an object is named by; nothing for what is none of ours.
fn digest(name: &str) -> Option<Vec<u8>> {
    let pairs = name.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect::<Option<Vec<u8>>>().filter(|bytes| bytes.len() == 32 && name.len() == 64)
}

impl Objects {
    /// The store that a URL names, or beside the database where none is given.
    ///
    /// # Errors
    /// When the URL names a kind of store that this program does not have, or a bucket
    /// cannot be reached with what is given.
    pub fn at(url: Option<&str>, access: &BucketAccess, database: &Location) -> Result<Self> {
        let beside = || match database {
            Location::Sqlite(path) => FilePath::new(path).parent().map_or_else(PathBuf::new, FilePath::to_path_buf).join("files"),
            Location::Postgres(_) => PathBuf::from("files"),
        };
        let folder = match url.map(|url| (url, url.split_once("://"))) {
            None => beside(),
            Some((path, None)) => PathBuf::from(path),
            Some((_, Some(("file", path)))) if path.starts_with('/') => PathBuf::from(path),
            Some((url, Some(("s3", _)))) => {
                return Ok(Self { incoming: beside().join(INCOMING), kept: Kept::Bucket(bucket::open(url, access)?) });
            }
            Some((_, Some((scheme, _)))) => {
                let why = format!("files cannot be kept at \"{scheme}://\": use s3://BUCKET/PREFIX, file:///FOLDER or a path");
                return Err(StoreError::Broken(why));
            }
        };
        Ok(Self { incoming: folder.join(INCOMING), kept: Kept::Folder { folder, opened: OnceLock::new() } })
    }

    async fn store(&self) -> Result<&dyn ObjectStore> {
        match &self.kept {
            Kept::Folder { folder, opened } => Ok(self.folder(folder, opened).await?),
            Kept::Bucket(bucket) => Ok(bucket),
        }
    }

    async fn folder<'s>(&self, folder: &FilePath, opened: &'s OnceLock<LocalFileSystem>) -> Result<&'s LocalFileSystem> {
        if let Some(opened) = opened.get() {
            return Ok(opened);
        }
        self.make_incoming().await?;
        let folder = folder.to_path_buf();
        let fresh = off_thread(move || LocalFileSystem::new_with_prefix(&folder).map_err(|error| failed(&error))).await?;
        Ok(opened.get_or_init(|| fresh))
    }

    async fn make_incoming(&self) -> Result<()> {
        let incoming = self.incoming.clone();
        off_thread(move || private_folder(&incoming).map_err(|error| broken(&error))).await
    }

    /// What an object store said. A folder that fails is broken; a bucket is somewhere else and may come back.
    fn failed(&self, error: &object_store::Error) -> StoreError {
        match (&self.kept, error) {
            (Kept::Bucket(_), error) if !matches!(error, object_store::Error::NotFound { .. }) => {
                StoreError::Unavailable(format!("the object store: {error}"))
            }
            _ => failed(error),
        }
    }

    /// A file begins to come in.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub async fn receive(&self, media: MediaType) -> Result<Arriving> {
        self.make_incoming().await?;
        Arriving::begin(self.incoming.join(Uuid::new_v4().to_string()), media).await
    }

    /// Keeps a file that has arrived, for good: a crash after this loses nothing.
    ///
    /// # Errors
    /// Whatever the disk or the object store says.
    pub async fn keep(&self, arrived: &Arrived) -> Result<()> {
        let to = place(&arrived.sha256);
        match &self.kept {
            Kept::Folder { folder, opened } => rename(self.folder(folder, opened).await?, &arrived.temporary.0, to).await,
            Kept::Bucket(bucket) => {
                let mut file = tokio::fs::File::open(&arrived.temporary.0).await.map_err(|error| broken(&error))?;
                let mut writer = BufWriter::with_capacity(Arc::clone(bucket), to, bucket::PIECE);
                let sent = async {
                    tokio::io::copy(&mut file, &mut writer).await?;
                    tokio::io::AsyncWriteExt::shutdown(&mut writer).await
                };
                sent.await.map_err(|error| StoreError::Unavailable(format!("the object store: {error}")))
            }
        }
    }

    /// Reads a part of what is kept.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn read(&self, sha256: &[u8], range: Range<u64>) -> Result<ByteStream> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let found = self.store().await?.get_opts(&place(sha256), options).await.map_err(|error| self.failed(&error))?;
        Ok(Box::pin(found.into_stream().map_err(std::io::Error::other)))
    }

    /// Takes bytes away; that they are gone already is as good.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub(super) async fn remove(&self, sha256: &[u8]) -> Result<()> {
        match self.store().await?.delete(&place(sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Whether anything was ever kept here.
    pub(super) fn is_used(&self) -> bool {
        match &self.kept {
            Kept::Folder { .. } => self.incoming.is_dir(),
            Kept::Bucket(_) => true,
        }
    }

    /// What lies in one of the 256 folders since before a moment, up to a number.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub(super) async fn old(&self, folder: u8, before: Instant, limit: usize) -> Result<Vec<(Vec<u8>, Instant)>> {
        let prefix = Path::from(format!("{folder:02x}"));
        let mut listed = self.store().await?.list(Some(&prefix));
        let mut found = Vec::new();
        while let Some(object) = listed.next().await {
            let object = object.map_err(|error| self.failed(&error))?;
            let since = Instant::new(object.last_modified);
            if let Some(sha256) = object.location.filename().and_then(digest).filter(|_| since < before) {
                found.push((sha256, since));
            }
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    /// Removes temporary files that uploads left behind which ended with the process, up to a number. How
    /// old they are is told by the clock of the disk, which dated them.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub(super) async fn forget_temporary(&self, age: Duration, limit: usize) -> Result<usize> {
        if !self.incoming.is_dir() {
            return Ok(0);
        }
        let folder = self.incoming.clone();
        let work = move || {
            let mut gone = 0;
            for entry in std::fs::read_dir(folder)?.flatten().take(10 * limit) {
                let modified = entry.metadata().and_then(|meta| meta.modified());
                let old = modified.is_ok_and(|at| at.elapsed().is_ok_and(|passed| passed > age));
                if old && gone < limit && std::fs::remove_file(entry.path()).is_ok() {
                    gone += 1;
                }
            }
            Ok(gone)
        };
        off_thread(move || work().map_err(|error: std::io::Error| broken(&error))).await
    }
}

/// A file that has arrived becomes the object itself.
async fn rename(store: &LocalFileSystem, temporary: &FilePath, to: Path) -> Result<()> {
    let name = temporary.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    store.rename(&Path::from(format!("{INCOMING}/{name}")), &to).await.map_err(|error| failed(&error))?;
    let path = store.path_to_filesystem(&to).map_err(|error| failed(&error))?;
    // The name too must be on the disk, and that of the folder it is in.
    let keep = move || path.ancestors().skip(1).take(2).try_for_each(|folder| std::fs::File::open(folder)?.sync_all());
    off_thread(move || keep().map_err(|error| broken(&error))).await
}

/// Makes a folder that only its owner can look into, with those above it.
fn private_folder(path: &FilePath) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_by_their_digest() {
        let sha256: Vec<u8> = (0..32).collect();
        let place = place(&sha256);
        assert!(place.as_ref().starts_with("00/000102"), "{place}");
        assert_eq!(digest(place.filename().unwrap()), Some(sha256));
        for other in ["", "00", "zz", "+1", &"0".repeat(63), &"+".repeat(64)] {
            assert_eq!(digest(other), None, "{other}");
        }
    }

    #[test]
    fn files_lie_beside_the_database_unless_told() {
        let here = Location::Sqlite("thidua.db".to_owned());
        let lite = Location::Sqlite("/var/t/thidua.db".to_owned());
        let at = |url, location| {
            Objects::at(url, &BucketAccess::default(), location).map(|objects| objects.incoming.parent().unwrap().to_path_buf())
        };
        assert_eq!(at(None, &lite).unwrap(), FilePath::new("/var/t/files"));
        assert_eq!(at(None, &here).unwrap(), FilePath::new("files"));
        assert_eq!(at(Some("file:///srv/f"), &lite).unwrap(), FilePath::new("/srv/f"));
        assert_eq!(at(Some("f"), &lite).unwrap(), FilePath::new("f"));
        assert!(at(Some("ftp://x/y"), &lite).is_err());
    }
}
