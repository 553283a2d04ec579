//! Bytes held against what they say they are.

use super::*;

fn code(media: MediaType, bytes: &[u8]) -> Option<Code> {
    let mut watch = TextWatch::default();
    bytes.chunks(3).for_each(|chunk| watch.take(chunk));
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap();
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap();
    media.check(&Seen { size: bytes.len() as u64, head, tail, text: watch.is_text() }).err().map(|refusal| refusal.code)
}

fn part(name: &str, size: u64) -> Part {
    Part { name: name.as_bytes().to_vec(), size, packed: 1, encrypted: false, link: false }
}

fn directory(names: &[&str]) -> Directory {
    Directory { parts: names.iter().map(|name| part(name, 100)).collect(), ..Directory::default() }
}

#[test]
fn marks_stand_where_they_belong() {
    assert_eq!(code(MediaType::Pdf, b"%PDF-1.7\nx\n%%EOF\n"), None);
    assert_eq!(code(MediaType::Pdf, b"\n%PDF-1.7\nx\n%%EOF\n"), Some(Code::FileMismatch));
    assert_eq!(code(MediaType::Pdf, b"%PDF-1.7\nx\n"), Some(Code::FileTruncated));
    assert_eq!(code(MediaType::Pdf, b"%PDF-1.7\n<HTML>\n%%EOF"), Some(Code::FileMixed));
    assert_eq!(code(MediaType::Pdf, b"%PDF-1.7\nPK\x05\x06\n%%EOF"), Some(Code::FileMixed));
    assert_eq!(code(MediaType::Pdf, b""), Some(Code::FileEmpty));
    assert_eq!(code(MediaType::Jpeg, b"\xff\xd8\xff\xe0xx\xff\xd9\0\0"), None);
    assert_eq!(code(MediaType::Jpeg, b"\xff\xd8\xff\xe0xx"), Some(Code::FileTruncated));
    assert_eq!(code(MediaType::Png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0IEND\xae\x42\x60\x82"), None);
    assert_eq!(code(MediaType::Png, b"GIF89a"), Some(Code::FileMismatch));
    assert_eq!(code(MediaType::Docx, b"PK\x03\x04"), Some(Code::FileTruncated));
}

#[test]
fn tables_are_text() {
    assert_eq!(code(MediaType::Csv, "\u{feff}Đơn vị,Điểm\r\nA,1\n".as_bytes()), None);
    assert_eq!(code(MediaType::Csv, b"a,\0"), Some(Code::FileNotText));
    assert_eq!(code(MediaType::Csv, b"a,\xff"), Some(Code::FileNotText));
    assert_eq!(code(MediaType::Csv, "Đ".as_bytes().get(..1).unwrap()), Some(Code::FileNotText));
    for wrong in ["#!/bin/sh\n", " <html>", "<?xml?>", "{\\rtf1", "a,<ScRiPt>", "%PDF-1.4"] {
        assert_eq!(code(MediaType::Csv, wrong.as_bytes()), Some(Code::FileMismatch), "{wrong}");
    }
}

#[test]
fn archives_say_what_is_in_them() {
    const WORD: &[&str] = &["[Content_Types].xml", "word/document.xml"];
    let check = |directory: &Directory| MediaType::Docx.check_directory(100_000, directory).err().map(|refusal| refusal.code);
    let with = |name: &str| check(&directory(&[WORD[0], WORD[1], name]));
    assert_eq!(check(&directory(WORD)), None);
    assert_eq!(check(&directory(&["word/document.xml"])), Some(Code::FileMismatch));
    assert_eq!(MediaType::Xlsx.check_directory(9, &directory(WORD)).unwrap_err().code, Code::FileMismatch);
    for wrong in ["../x", "a/../../x", "/etc/x", "c:\\x", "a\\b", "a\0b", ""] {
        assert_eq!(with(wrong), Some(Code::ArchivePath), "{wrong:?}");
    }
    for wrong in ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "word/activeX/activeX1.bin", "xl/macrosheets/sheet1.xml"] {
        assert_eq!(with(wrong), Some(Code::FileMacros), "{wrong}");
    }
    for wrong in ["xl/workbook.xml", "Main.class", "META-INF/MANIFEST.MF", "word/run.EXE"] {
        assert_eq!(with(wrong), Some(Code::FileMixed), "{wrong}");
    }
    let mut bomb = directory(WORD);
    bomb.parts.push(part("word/a.xml", UNPACKED_MAX));
    assert_eq!(check(&bomb), Some(Code::ArchiveTooLarge));
    let mut many = directory(WORD);
    many.parts.extend((0..PARTS_MAX).map(|n| part(&format!("word/{n}.xml"), 1)));
    assert_eq!(check(&many), Some(Code::ArchiveTooLarge));
    let mut locked = directory(WORD);
    locked.parts.iter_mut().for_each(|part| part.encrypted = true);
    assert_eq!(check(&locked), Some(Code::ArchiveEncrypted));
    assert_eq!(check(&Directory { twice: true, ..directory(WORD) }), Some(Code::FileMixed));
}
