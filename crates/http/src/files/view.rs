//! Files as they are asked for and shown.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb, permits};
use thidua_domain::file::{MediaType, Secrecy, deletable};
use thidua_domain::id::{FileId, UserId};
use thidua_domain::time::Instant;
use thidua_store::conn::Conn;
use thidua_store::files::FileRow;
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::list::Filters;
use crate::parts::{self, BlockedView, RefView, label};

/// A file, without its bytes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000f0",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "name": "Biên bản ký kết.pdf", "media_type": "application/pdf", "media_type_label": "Văn bản PDF", "size": 48213,
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "content": "/api/v1/files/0198c0de-0000-7000-8000-0000000000f0/content",
    "created_by": "0198c0de-0000-7000-8000-000000000001", "links": 0, "allowed_actions": ["delete"], "blocked": [],
    "version": 1, "created_at": "2026-11-27T02:00:00Z", "updated_at": "2026-11-27T02:00:00Z"
}))]
pub(crate) struct FileView {
    /// Identifier.
    id: FileId,
    /// Whose it is.
    unit: RefView,
    /// Name.
    #[schema(max_length = 200)]
    name: String,
    /// What it is.
    media_type: MediaType,
    /// The same in words.
    #[schema(max_length = 100)]
    media_type_label: String,
    /// Bytes.
    size: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
    /// Where its bytes are read.
    #[schema(max_length = 100)]
    content: String,
    /// The account that uploaded it.
    created_by: UserId,
    /// How many records refer to it. One that none refers to is swept away a day later.
    links: i32,
    /// What this caller may do to it now.
    #[schema(max_items = 10)]
    allowed_actions: Vec<String>,
    /// What is held back, with the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 10, nullable = false)]
    blocked: Option<Vec<BlockedView>>,
    /// Version.
    version: i64,
    /// Uploaded.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// What files are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct FileFilter {
    /// Only of this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: Option<String>,
    /// Only of this type.
    pub(super) media_type: Option<MediaType>,
    /// Only those with this content: SHA-256 in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    pub(super) sha256: Option<String>,
}

impl Filters for FileFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

/// What is said of a file that is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct UploadQuery {
    /// The unit whose file it is: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: String,
    /// Name of the file.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) name: String,
    /// How secret the law says it is; what is secret is refused.
    pub(super) secrecy: Option<Secrecy>,
}

/// Bytes as hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// And back; what is no hexadecimal is the digest of nothing.
pub(super) fn bytes_of(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect::<Option<_>>().unwrap_or_default()
}

pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[FileRow]) -> Result<Vec<FileView>, StoreError> {
    let ids: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let ties = parts::ties_of_all(conn, eyes, Kind::File, &ids)?;
    let owners: Vec<_> = rows.iter().map(|row| row.owner_id).collect();
    let units = refs::units(conn, &owners, eyes.today)?;
    let view = |(row, ties): (&FileRow, _)| {
        let may = permits(&eyes.who, Kind::File, Verb::Delete, ties) && deletable(row.links).is_ok();
        FileView {
            id: row.id,
            unit: units.get(row.owner_id).into(),
            name: row.name.clone(),
            media_type: row.media_type,
            media_type_label: label(row.media_type, eyes.lang),
            size: row.size,
            sha256: hex(&row.sha256),
            content: format!("/api/v1/files/{}/content", row.id),
            created_by: row.created_by,
            links: row.links,
            allowed_actions: parts::spelt(if may { &[Verb::Delete] } else { &[] }),
            blocked: None,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    };
    Ok(rows.iter().zip(&ties).map(view).collect())
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &FileRow) -> Result<FileView, StoreError> {
    let mut view = views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)?;
    let held = deletable(row.links).err().map(|refusal| (Verb::Delete, refusal.code));
    view.blocked = Some(parts::blocked(held.into_iter().collect(), eyes.lang));
    Ok(view)
}
