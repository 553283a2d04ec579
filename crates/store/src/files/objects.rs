//! The object store: bytes under the digest of what they are. Today a folder; the rest of the service
//! knows nothing of that.

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use thidua_domain::file::MediaType;
use thidua_domain::time::Instant;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::arriving::{Arrived, Arriving, broken};
use crate::error::{Result, StoreError};
use crate::location::Location;

/// Where files lie that are still coming in: on the same disk, so that they become objects by being renamed.
const INCOMING: &str = "incoming";

/// Bytes as they are read.
pub type ByteStream = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

/// The object store.
#[derive(Debug)]
pub struct Objects {
    folder: PathBuf,
    /// Opened, and its folder made, when it is first needed: commands that keep no files leave no folder.
    opened: OnceLock<LocalFileSystem>,
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
    /// When the URL names a kind of store that this program does not have.
    pub fn at(url: Option<&str>, database: &Location) -> Result<Self> {
        let folder = match url {
            Some(url) => match url.split_once("://") {
                Some(("file", path)) if path.starts_with('/') => PathBuf::from(path),
                Some((scheme, _)) => {
                    return Err(StoreError::Broken(format!("files cannot be kept at \"{scheme}://\": use file:///FOLDER or a path")));
                }
                None => PathBuf::from(url),
            },
            None => match database {
                Location::Sqlite(path) => FilePath::new(path).parent().map_or_else(PathBuf::new, FilePath::to_path_buf).join("files"),
                Location::Postgres(_) => PathBuf::from("files"),
            },
        };
        Ok(Self { folder, opened: OnceLock::new() })
    }

    async fn store(&self) -> Result<&LocalFileSystem> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let folder = self.folder.clone();
        let opened = spawn_blocking(move || {
            private_folder(&folder.join(INCOMING)).map_err(|error| broken(&error))?;
            LocalFileSystem::new_with_prefix(&folder).map_err(|error| failed(&error))
        })
        .await
        .map_err(|error| StoreError::Broken(error.to_string()))??;
        Ok(self.opened.get_or_init(|| opened))
    }

    /// A file begins to come in.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub async fn receive(&self, media: MediaType) -> Result<Arriving> {
        self.store().await?;
        Arriving::begin(self.folder.join(INCOMING).join(Uuid::new_v4().to_string()), media).await
    }

    /// Keeps a file that has arrived, for good: a crash after this loses nothing.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub async fn keep(&self, arrived: &Arrived) -> Result<()> {
        let store = self.store().await?;
        let name = arrived.temporary.0.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let to = place(&arrived.sha256);
        store.rename(&Path::from(format!("{INCOMING}/{name}")), &to).await.map_err(|error| failed(&error))?;
        let path = store.path_to_filesystem(&to).map_err(|error| failed(&error))?;
        spawn_blocking(move || {
            // The name too must be on the disk, and that of the folder it is in.
            path.ancestors().skip(1).take(2).try_for_each(|folder| std::fs::File::open(folder)?.sync_all())
        })
        .await
        .map_err(|error| StoreError::Broken(error.to_string()))?
        .map_err(|error| broken(&error))
    }

    /// Reads a part of what is kept.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn read(&self, sha256: &[u8], range: Range<u64>) -> Result<ByteStream> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let found = self.store().await?.get_opts(&place(sha256), options).await.map_err(|error| failed(&error))?;
        Ok(Box::pin(found.into_stream().map_err(std::io::Error::other)))
    }

    /// Takes bytes away; that they are gone already is as good.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub(super) async fn remove(&self, sha256: &[u8]) -> Result<()> {
        match self.store().await?.delete(&place(sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Whether anything was ever kept here.
    pub(super) fn is_used(&self) -> bool {
        self.folder.join(INCOMING).is_dir()
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
            let object = object.map_err(|error| failed(&error))?;
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
        let folder = self.folder.join(INCOMING);
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
        spawn_blocking(work).await.map_err(|error| StoreError::Broken(error.to_string()))?.map_err(|error: std::io::Error| broken(&error))
    }
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
        let at = |url, location| Objects::at(url, location).map(|objects| objects.folder);
        assert_eq!(at(None, &lite).unwrap(), FilePath::new("/var/t/files"));
        assert_eq!(at(None, &here).unwrap(), FilePath::new("files"));
        assert_eq!(at(Some("file:///srv/f"), &lite).unwrap(), FilePath::new("/srv/f"));
        assert_eq!(at(Some("f"), &lite).unwrap(), FilePath::new("f"));
        assert!(at(Some("ftp://x/y"), &lite).is_err());
    }
}
