//! A file on its way in: written to a temporary file piece by piece, never whole in memory, with
//! everything that its checks need to know gathered on the way.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use thidua_domain::file::MediaType;
use thidua_domain::file::content::{Directory, HEAD, Part, Seen, TAIL, TextWatch};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::vocabulary::Word;
use tokio::task::spawn_blocking;
use zip::ZipArchive;

use crate::error::{Result, StoreError};

/// Pieces are gathered up to this before they are written: one way to another thread for many of them.
const GATHERED: usize = 256 * 1024;

/// A file that is removed when nobody wants it any more. What a crash leaves behind is swept.
#[derive(Debug)]
pub(super) struct Temporary(pub(super) PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Gone already when it became the object itself.
        drop(fs::remove_file(&self.0));
    }
}

pub(super) fn broken(error: &std::io::Error) -> StoreError {
    let why = format!("the folder of files: {error}");
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Unavailable(why),
        _ => StoreError::Broken(why),
    }
}

pub(super) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(|error| StoreError::Broken(error.to_string()))?
}

struct Sink {
    file: fs::File,
    digest: Context,
    /// Only what must be text is watched.
    text: Option<TextWatch>,
    head: Vec<u8>,
    tail: Vec<u8>,
    size: u64,
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.write_all(bytes)?;
        self.digest.update(bytes);
        if let Some(text) = &mut self.text {
            text.take(bytes);
        }
        let room = HEAD.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(room));
        self.tail.extend_from_slice(bytes);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
        self.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }
}

/// A file on its way in.
pub struct Arriving {
    media: MediaType,
    temporary: Temporary,
    sink: Option<Sink>,
    gathered: Vec<u8>,
    size: u64,
}

impl Arriving {
    pub(super) async fn begin(path: PathBuf, media: MediaType) -> Result<Self> {
        let at = path.clone();
        let file = off_thread(move || private(&at).map_err(|error| broken(&error))).await?;
        let text = (media == MediaType::Csv).then(TextWatch::default);
        let sink = Sink { file, digest: Context::new(&SHA256), text, head: Vec::new(), tail: Vec::new(), size: 0 };
        Ok(Self { media, temporary: Temporary(path), sink: Some(sink), gathered: Vec::with_capacity(GATHERED), size: 0 })
    }

    /// The next piece.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub async fn take(&mut self, bytes: &[u8]) -> Result<()> {
        self.size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHERED { self.write().await } else { Ok(()) }
    }

    /// Bytes so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    async fn write(&mut self) -> Result<()> {
        let Some(mut sink) = self.sink.take() else { return Err(StoreError::Broken("a file that failed goes on".to_owned())) };
        let bytes = std::mem::take(&mut self.gathered);
        let (sink, bytes) = off_thread(move || {
            sink.write(&bytes).map_err(|error| broken(&error))?;
            Ok((sink, bytes))
        })
        .await?;
        self.sink = Some(sink);
        self.gathered = bytes;
        self.gathered.clear();
        Ok(())
    }

    /// All of it is here: it is on the disk for good, and it is what it says it is.
    ///
    /// # Errors
    /// What [`MediaType::check`] and [`MediaType::check_directory`] refuse.
    pub async fn done(mut self) -> Result<Arrived> {
        self.write().await?;
        let Some(sink) = self.sink.take() else { return Err(StoreError::Broken("a file that failed ends".to_owned())) };
        let (media, temporary) = (self.media, self.temporary);
        off_thread(move || {
            let Sink { file, digest, text, head, tail, size } = sink;
            media.check(&Seen { size, head: &head, tail: &tail, text: text.is_some_and(|text| text.is_text()) })?;
            if media.is_archive() {
                media.check_directory(size, &directory(&temporary.0, media)?)?;
            }
            file.sync_all().map_err(|error| broken(&error))?;
            Ok(Arrived { media, size, sha256: digest.finish().as_ref().to_vec(), temporary })
        })
        .await
    }
}

/// A file that is here and was found to be what it says.
#[derive(Debug)]
pub struct Arrived {
    /// What it is.
    pub media: MediaType,
    /// Bytes.
    pub size: u64,
    /// SHA-256.
    pub sha256: Vec<u8>,
    pub(super) temporary: Temporary,
}

/// A new file that only its owner can read.
fn private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// The directory of an archive. Nothing in it is unpacked.
fn directory(path: &Path, media: MediaType) -> Result<Directory> {
    let damaged = || {
        let label = media.label();
        Refusal::of(Code::ArchiveUnreadable).with("type", thidua_domain::refusal::both(label.vi, label.en))
    };
    let file = fs::File::open(path).map_err(|error| broken(&error))?;
    let archive = ZipArchive::new(std::io::BufReader::new(file)).map_err(|_| damaged())?;
    let mut parts = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(|_| damaged())?;
        parts.push(Part {
            name: entry.name_raw().to_vec(),
            size: entry.size(),
            packed: entry.compressed_size(),
            encrypted: entry.encrypted(),
            link: entry.is_symlink(),
        });
    }
    Ok(Directory { parts, before: archive.offset(), twice: archive.has_duplicate_names() })
}
