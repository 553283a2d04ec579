//! Files that units upload: what is taken, under what name, how large, how much of it for each unit.
//! Whether bytes are what they say is judged in `content`; bytes themselves are never read here.

pub mod content;

use crate::refusal::{Code, Refusal, both};
use crate::time::Instant;
use crate::vocabulary::{Lang, Word};
use crate::{text, words};

words! {
    /// What files are taken, under the name that the web has for them.
    pub enum MediaType in "media-types" {
        Pdf = "application/pdf", "Văn bản PDF", "PDF document";
        Png = "image/png", "Ảnh PNG", "PNG image";
        Jpeg = "image/jpeg", "Ảnh JPEG", "JPEG image";
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Văn bản Word (DOCX)", "Word document (DOCX)";
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Bảng tính Excel (XLSX)", "Excel workbook (XLSX)";
        Csv = "text/csv", "Bảng CSV", "CSV table";
    }
}

words! {
    /// How secret the law says that a document is.
    pub enum Secrecy in "secrecy-levels" {
        Secret = "mat", "Mật", "Secret (mật)";
        TopSecret = "toi_mat", "Tối mật", "Top secret (tối mật)";
        HighestSecret = "tuyet_mat", "Tuyệt mật", "Highest secret (tuyệt mật)";
    }
}

const MIB: u64 = 1024 * 1024;

/// Longest name, in code points.
pub const NAME_MAX: usize = 200;
/// What the files of a unit may come to, unless the installation says otherwise.
pub const QUOTA: u64 = 2 * 1024 * MIB;
/// Seconds that a file waits to be linked to something before it is swept away.
pub const LOOSE_SECONDS: i64 = 24 * 3600;

impl MediaType {
    /// The type that a `Content-Type` names, whatever its parameters.
    #[must_use]
    pub fn declared(content_type: &str) -> Option<Self> {
        Self::parse(&content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// Largest file, in bytes.
    #[must_use]
    pub const fn limit(self) -> u64 {
        match self {
            Self::Pdf | Self::Docx => 20 * MIB,
            Self::Png | Self::Jpeg | Self::Xlsx | Self::Csv => 10 * MIB,
        }
    }

    /// Whether it can be evidence for a score: something people read and that stays as it was.
    #[must_use]
    pub const fn is_evidence(self) -> bool {
        !matches!(self, Self::Csv)
    }

    /// How names of such files end; who saves one opens it by that.
    #[must_use]
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &[".pdf"],
            Self::Png => &[".png"],
            Self::Jpeg => &[".jpg", ".jpeg"],
            Self::Docx => &[".docx"],
            Self::Xlsx => &[".xlsx"],
            Self::Csv => &[".csv"],
        }
    }
}

/// The name in the form in which it is kept and shown: one that no system takes for a path or for a
/// program, and that ends as such files do.
///
/// # Errors
/// [`Code::FileNameMalformed`] at `/name`.
pub fn name(typed: &str, media: MediaType) -> Result<String, Refusal> {
    let refuse = || Refusal::at("/name", Code::FileNameMalformed).with("limit", NAME_MAX).with("endings", media.endings().join(", "));
    let name = text::normalise(typed, text::Lines::One).map_err(|_| refuse())?;
    let lower = name.to_lowercase();
    let stem = media.endings().iter().find_map(|ending| lower.strip_suffix(ending)).ok_or_else(refuse)?;
    let path = name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) || name.contains("..");
    if path || stem.trim().is_empty() || name.starts_with('.') || name.chars().count() > NAME_MAX {
        return Err(refuse());
    }
    Ok(name)
}

/// Refuses what the law keeps secret: this service is not made for it, whoever runs it.
///
/// # Errors
/// [`Code::StateSecret`] at `/secrecy`.
pub fn not_secret(secrecy: Option<Secrecy>) -> Result<(), Refusal> {
    let Some(secrecy) = secrecy else { return Ok(()) };
    let label = secrecy.label();
    Err(Refusal::at("/secrecy", Code::StateSecret).with("level", both(label.get(Lang::Vi), label.get(Lang::En))))
}

/// Refuses what the unit has no room for.
///
/// # Errors
/// [`Code::QuotaExceeded`].
pub fn within_quota(used: u64, more: u64, quota: u64) -> Result<(), Refusal> {
    if used.saturating_add(more) <= quota {
        return Ok(());
    }
    Err(Refusal::of(Code::QuotaExceeded).with("used", used).with("size", more).with("quota", quota))
}

/// Refuses to take away what something is linked to.
///
/// # Errors
/// [`Code::FileLinked`].
pub fn deletable(links: i32) -> Result<(), Refusal> {
    if links == 0 { Ok(()) } else { Err(Refusal::of(Code::FileLinked).with("links", links)) }
}

/// Files that have been linked to nothing since before this moment are swept away, and so are bytes
/// that nobody names.
#[must_use]
pub fn swept_before(now: Instant) -> Instant {
    now.plus_seconds(-LOOSE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_declared_as_the_web_does() {
        assert_eq!(MediaType::declared("Text/CSV; charset=utf-8"), Some(MediaType::Csv));
        assert_eq!(MediaType::declared(" application/pdf "), Some(MediaType::Pdf));
        for other in ["", "text/html", "image/svg+xml", "application/octet-stream", "application/pdf2"] {
            assert_eq!(MediaType::declared(other), None, "{other}");
        }
    }

    #[test]
    fn names_are_neither_paths_nor_programs() {
        assert_eq!(name(" Biên ba\u{309}n.PDF ", MediaType::Pdf).unwrap(), "Biên bản.PDF");
        assert_eq!(name("ảnh.jpeg", MediaType::Jpeg).unwrap(), "ảnh.jpeg");
        let long = format!("{}.pdf", "x".repeat(NAME_MAX));
        for wrong in
            ["", ".pdf", "a", "a.pdf.exe", "a.png", "../a.pdf", "a/b.pdf", "c:a.pdf", "a\\b.pdf", "a\0.pdf", "a\u{202e}fdp.pdf", &long]
        {
            assert_eq!(name(wrong, MediaType::Pdf).unwrap_err().code, Code::FileNameMalformed, "{wrong:?}");
        }
    }

    #[test]
    fn secrets_and_what_is_too_much_are_refused() {
        assert!(not_secret(None).is_ok());
        for secrecy in Secrecy::ALL {
            assert_eq!(not_secret(Some(*secrecy)).unwrap_err().code, Code::StateSecret);
        }
        assert!(within_quota(90, 10, 100).is_ok());
        assert_eq!(within_quota(90, 11, 100).unwrap_err().code, Code::QuotaExceeded);
        assert!(within_quota(u64::MAX, 1, u64::MAX - 1).is_err());
        assert!(deletable(0).is_ok() && deletable(1).is_err());
    }
}
