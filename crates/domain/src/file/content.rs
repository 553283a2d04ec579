//! Whether bytes are what they say they are: marks at the beginning and the end, the directory of an
//! archive, the spelling of a text. One file is one thing: what could be taken for two is refused.

use super::MediaType;
use crate::refusal::{Code, Refusal, both};
use crate::vocabulary::{Lang, Word};

/// How much of the beginning is looked at.
pub const HEAD: usize = 4 * 1024;
/// How much of the end is looked at: as far as the end of an archive can lie before it.
pub const TAIL: usize = 64 * 1024 + 22;
/// Most parts of an archive.
pub const PARTS_MAX: usize = 5_000;
/// Most bytes that an archive may say it unpacks to.
pub const UNPACKED_MAX: u64 = 200 * 1024 * 1024;
/// How many times its own size an archive may unpack to, once that is more than [`UNPACKED_FREE`].
pub const RATIO_MAX: u64 = 100;
/// What an archive may unpack to whatever its own size.
pub const UNPACKED_FREE: u64 = 4 * 1024 * 1024;

/// Where in the last bytes of a PDF its end must stand.
const PDF_END: usize = 1024;
const ARCHIVE_END: &[u8] = b"PK\x05\x06";
/// Length of the end of an archive that has no comment.
const ARCHIVE_END_LEN: usize = 22;
const PNG_END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";

/// What a browser or an interpreter would run.
const MARKUP: &[&[u8]] = &[b"<html", b"<script", b"<svg", b"<!doctype", b"<?php", b"<iframe", b"<body"];
/// How texts begin that are no tables.
const NO_TABLE: &[&[u8]] = &[b"<", b"#!", b"%pdf-", b"%!", b"{\\rtf", b"@echo", b"mime-version:"];
/// Parts of a document that hold programs of the office suite.
const MACROS: &[&str] = &["vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin"];
const MACRO_FOLDERS: &[&str] = &["activex/", "macrosheets/", "dialogsheets/"];
/// Endings of what other systems run; in no document written by an office suite.
const PROGRAMS: &[&str] = &[
    ".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".jar", ".class", ".dex",
    ".lnk", ".sh", ".html", ".htm", ".svg", ".php",
];

/// A part of an archive, as its directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Name as written.
    pub name: Vec<u8>,
    /// Size when unpacked, as it says.
    pub size: u64,
    /// Size as packed, as it says.
    pub packed: u64,
    /// Whether a password is needed.
    pub encrypted: bool,
    /// Whether it points to somewhere else.
    pub link: bool,
}

/// The directory of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// Its parts.
    pub parts: Vec<Part>,
    /// Bytes before the archive begins.
    pub before: u64,
    /// Whether a name stands twice.
    pub twice: bool,
}

/// What was seen of a file while it came in.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its size.
    pub size: u64,
    /// Its first bytes, up to [`HEAD`].
    pub head: &'a [u8],
    /// Its last bytes, up to [`TAIL`].
    pub tail: &'a [u8],
    /// Whether all of it is text.
    pub text: bool,
}

impl MediaType {
    /// Whether it is an archive of parts, whose directory must be looked at too.
    #[must_use]
    pub const fn is_archive(self) -> bool {
        matches!(self, Self::Docx | Self::Xlsx)
    }

    fn refuse(self, code: Code) -> Refusal {
        let label = self.label();
        Refusal::of(code).with("type", both(label.get(Lang::Vi), label.get(Lang::En)))
    }

    /// Checks what can be seen from outside: the marks of its kind, and no marks of another.
    ///
    /// # Errors
    /// [`Code::FileEmpty`], [`Code::FileMismatch`], [`Code::FileTruncated`], [`Code::FileMixed`],
    /// [`Code::FileNotText`], [`Code::ArchiveUnreadable`], [`Code::ArchiveTooLarge`].
    pub fn check(self, seen: &Seen<'_>) -> Result<(), Refusal> {
        let Seen { head, tail, .. } = *seen;
        if seen.size == 0 {
            return Err(Refusal::of(Code::FileEmpty));
        }
        if self == Self::Csv {
            return check_text(seen);
        }
        let begins = match self {
            Self::Pdf => head.starts_with(b"%PDF-") && head.get(5).is_some_and(u8::is_ascii_digit),
            Self::Png => head.starts_with(b"\x89PNG\r\n\x1a\n") && head.get(12..16) == Some(b"IHDR"),
            Self::Jpeg => head.starts_with(b"\xff\xd8\xff") && head.get(3).is_some_and(|mark| (0xc0..=0xfe).contains(mark)),
            Self::Docx | Self::Xlsx => head.starts_with(b"PK\x03\x04"),
            Self::Csv => true,
        };
        if !begins {
            return Err(self.refuse(Code::FileMismatch));
        }
        if self.is_archive() {
            return check_archive_end(self, tail);
        }
        let ends = match self {
            Self::Pdf => tail.get(tail.len().saturating_sub(PDF_END)..).is_some_and(|end| holds(end, b"%%EOF")),
            Self::Png => tail.ends_with(PNG_END),
            // Cameras fill up the last block.
            _ => trimmed(tail, &[0]).ends_with(b"\xff\xd9"),
        };
        if !ends {
            return Err(self.refuse(Code::FileTruncated));
        }
        let markup = |bytes: &[u8]| {
            let lower = bytes.to_ascii_lowercase();
            MARKUP.iter().any(|mark| holds(&lower, mark))
        };
        if holds(tail, ARCHIVE_END) || markup(head) || markup(tail.get(tail.len().saturating_sub(HEAD)..).unwrap_or_default()) {
            return Err(self.refuse(Code::FileMixed));
        }
        Ok(())
    }

    /// Checks the directory of a document that is an archive. Nothing is unpacked, so what it says of
    /// itself is all that counts.
    ///
    /// # Errors
    /// [`Code::ArchiveEncrypted`], [`Code::ArchivePath`], [`Code::ArchiveTooLarge`], [`Code::FileMacros`],
    /// [`Code::FileMixed`], [`Code::FileMismatch`].
    pub fn check_directory(self, size: u64, directory: &Directory) -> Result<(), Refusal> {
        let parts = &directory.parts;
        let (mut unpacked, mut packed) = (0_u64, 0_u64);
        for part in parts {
            unpacked = unpacked.saturating_add(part.size);
            packed = packed.saturating_add(part.packed);
            let name = std::str::from_utf8(&part.name).ok().filter(|name| !part.link && is_inside(name));
            if name.is_none() {
                let shown: String = String::from_utf8_lossy(&part.name).chars().filter(|c| !c.is_control()).take(80).collect();
                return Err(Refusal::of(Code::ArchivePath).with("name", shown));
            }
        }
        if parts.iter().any(|part| part.encrypted) {
            return Err(Refusal::of(Code::ArchiveEncrypted));
        }
        let ratio = unpacked > UNPACKED_FREE && unpacked / size.max(1) > RATIO_MAX;
        // Parts that lie over each other come to more than the whole.
        if parts.len() > PARTS_MAX || unpacked > UNPACKED_MAX || ratio || packed > size {
            return Err(too_large(parts.len(), unpacked));
        }
        let names: Vec<String> = parts.iter().map(|part| String::from_utf8_lossy(&part.name).to_ascii_lowercase()).collect();
        let file = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        if names.iter().any(|name| MACROS.contains(&file(name).as_str()) || MACRO_FOLDERS.iter().any(|folder| name.contains(folder))) {
            return Err(self.refuse(Code::FileMacros));
        }
        let has = |wanted: &str| parts.iter().any(|part| part.name == wanted.as_bytes());
        let (own, other) = match self {
            Self::Xlsx => ("xl/workbook.xml", "word/document.xml"),
            _ => ("word/document.xml", "xl/workbook.xml"),
        };
        if !has("[Content_Types].xml") || !has(own) {
            return Err(self.refuse(Code::FileMismatch));
        }
        let program = names.iter().any(|name| PROGRAMS.iter().any(|ending| name.ends_with(ending)) || name.starts_with("meta-inf/"));
        if program || has(other) || directory.twice || directory.before > 0 {
            return Err(self.refuse(Code::FileMixed));
        }
        Ok(())
    }
}

fn too_large(parts: usize, unpacked: u64) -> Refusal {
    Refusal::of(Code::ArchiveTooLarge)
        .with("parts", parts)
        .with("size", unpacked)
        .with("parts_limit", PARTS_MAX)
        .with("limit", UNPACKED_MAX)
        .with("ratio", RATIO_MAX)
}

/// The end of an archive stands at the very end, without a comment in which something else could hide;
/// and it says how many parts there are, before any of them is read.
fn check_archive_end(media: MediaType, tail: &[u8]) -> Result<(), Refusal> {
    let end = tail.get(tail.len().saturating_sub(ARCHIVE_END_LEN)..).unwrap_or_default();
    if end.len() < ARCHIVE_END_LEN || !end.starts_with(ARCHIVE_END) {
        let last = tail.windows(ARCHIVE_END.len()).rposition(|window| window == ARCHIVE_END);
        let more = last.is_some_and(|last| last + ARCHIVE_END_LEN <= tail.len());
        return Err(media.refuse(if more { Code::FileMixed } else { Code::FileTruncated }));
    }
    let number =
        |at: usize| end.get(at..at + 2).map_or(0, |pair| pair.iter().rev().fold(0_usize, |sum, byte| sum * 256 + usize::from(*byte)));
    if number(10) > PARTS_MAX {
        return Err(too_large(number(10), 0));
    }
    if number(20) > 0 { Err(media.refuse(Code::FileMixed)) } else { Ok(()) }
}

/// Whether the name of a part stays inside the archive on every system.
fn is_inside(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('/')
        && !name.contains(['\\', ':'])
        && !name.chars().any(char::is_control)
        && !name.split('/').any(|step| step == ".." || step == ".")
}

fn check_text(seen: &Seen<'_>) -> Result<(), Refusal> {
    if !seen.text {
        return Err(Refusal::of(Code::FileNotText));
    }
    let head = seen.head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(seen.head).trim_ascii_start().to_ascii_lowercase();
    if NO_TABLE.iter().any(|mark| head.starts_with(mark)) || MARKUP.iter().any(|mark| holds(&head, mark)) {
        return Err(MediaType::Csv.refuse(Code::FileMismatch));
    }
    Ok(())
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn trimmed<'b>(mut bytes: &'b [u8], filling: &[u8]) -> &'b [u8] {
    while let Some((last, rest)) = bytes.split_last()
        && filling.contains(last)
    {
        bytes = rest;
    }
    bytes
}

/// Watches bytes go by and says whether they are text: UTF-8 without U+0000 and other control
/// characters than tab and line ends.
#[derive(Debug, Clone, Default)]
pub struct TextWatch {
    begun: Vec<u8>,
    broken: bool,
}

impl TextWatch {
    /// The next bytes.
    pub fn take(&mut self, bytes: &[u8]) {
        if self.broken {
            return;
        }
        self.broken = bytes.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || *byte == 0x7f);
        let mut whole = std::mem::take(&mut self.begun);
        whole.extend_from_slice(bytes);
        if let Err(error) = std::str::from_utf8(&whole) {
            // A character that the next bytes may complete.
            match whole.get(error.valid_up_to()..).filter(|_| error.error_len().is_none()) {
                Some(rest) => self.begun = rest.to_vec(),
                None => self.broken = true,
            }
        }
    }

    /// Whether it all was text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        !self.broken && self.begun.is_empty()
    }
}

#[cfg(test)]
mod tests;
