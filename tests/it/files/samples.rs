//! Files as office software writes them, in their smallest form, and archives with anything in them.

pub const PDF: &str = "application/pdf";
pub const PNG: &str = "image/png";
pub const JPEG: &str = "image/jpeg";
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const CSV: &str = "text/csv";

/// A PDF that differs by what is said in it.
pub fn pdf(said: &str) -> Vec<u8> {
    format!("%PDF-1.7\n%\u{e2}\u{e3}\n1 0 obj << /Type /Catalog >> endobj\n% {said}\nstartxref\n0\n%%EOF\n").into_bytes()
}

/// A PDF of so many bytes.
pub fn pdf_of(size: usize, filling: u8) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(size - 6, filling);
    bytes.extend_from_slice(b"\n%%EOF");
    bytes
}

pub fn png() -> Vec<u8> {
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\0IEND\xae\x42\x60\x82".to_vec()
}

pub fn jpeg() -> Vec<u8> {
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0xxxx\xff\xd9".to_vec()
}

/// A part of an archive, with what its directory says of it.
#[derive(Clone)]
pub struct Part {
    pub name: Vec<u8>,
    pub data: Vec<u8>,
    pub flags: u16,
    pub unpacked: u32,
    pub mode: u32,
}

pub fn part(name: impl AsRef<[u8]>) -> Part {
    let data = b"<x/>".to_vec();
    Part { name: name.as_ref().to_vec(), unpacked: 4, data, flags: 0, mode: 0o100_644 }
}

/// An archive; nothing in it is packed.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let (two, four) = (|n: usize| u16::try_from(n).unwrap().to_le_bytes(), |n: usize| u32::try_from(n).unwrap().to_le_bytes());
    for part in parts {
        let at = bytes.len();
        let method: [u8; 2] = if part.unpacked as usize == part.data.len() { [0, 0] } else { [8, 0] };
        let sizes = [[0; 4], four(part.data.len()), part.unpacked.to_le_bytes()].concat();
        let common = [&part.flags.to_le_bytes()[..], &method, &[0, 0, 0x21, 0x50], &sizes, &two(part.name.len()), &[0, 0]].concat();
        bytes.extend_from_slice(&[b"PK\x03\x04\x14\0".as_slice(), &common, &part.name, &part.data].concat());
        let unix = (part.mode << 16).to_le_bytes();
        directory.extend_from_slice(&[b"PK\x01\x02\x14\x03\x14\0".as_slice(), &common, &[0; 6], &unix, &four(at), &part.name].concat());
    }
    let at = bytes.len();
    bytes.extend_from_slice(&directory);
    let count = two(parts.len());
    bytes.extend_from_slice(&[b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &four(directory.len()), &four(at), &[0, 0]].concat());
    bytes
}

/// The parts of a Word document.
pub fn word() -> Vec<Part> {
    ["[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"].map(part).to_vec()
}

/// The parts of a workbook.
pub fn sheet() -> Vec<Part> {
    ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"].map(part).to_vec()
}
