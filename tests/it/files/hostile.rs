//! Files that are not what they say, or are more than one thing: none of them is taken.

use thidua_testkit::Database;

use super::crash::{upload, with_a_unit};
use super::samples::{CSV, DOCX, JPEG, PDF, PNG, Part, XLSX, jpeg, part, pdf, pdf_of, png, sheet, word, zip};
use crate::crash::{Server, Site, agent};

/// What is sent, and the code that it is refused with.
pub struct Hostile {
    pub what: String,
    pub name: String,
    pub media: &'static str,
    pub bytes: Vec<u8>,
    pub code: &'static str,
}

fn ending(media: &str) -> &'static str {
    match media {
        PDF => "pdf",
        PNG => "png",
        JPEG => "jpg",
        DOCX => "docx",
        XLSX => "xlsx",
        _ => "csv",
    }
}

fn plus(parts: Vec<Part>, more: Part) -> Vec<u8> {
    zip(&[parts, vec![more]].concat())
}

fn glued(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn contents() -> Vec<(&'static str, &'static str, Vec<u8>, &'static str)> {
    let html = b"<!DOCTYPE html><html><script>alert(1)</script></html>".as_slice();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    let exe = b"MZ\x90\0\x03\0\0\0This program cannot be run in DOS mode".as_slice();
    let elf = b"\x7fELF\x02\x01\x01\0".as_slice();
    let cfb = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Word, or a document with a password".as_slice();
    let mut all = Vec::new();
    // Of another kind than they say.
    let strangers: [(&'static str, &[u8]); 11] = [
        ("HTML", html),
        ("SVG", svg),
        ("a Windows program", exe),
        ("a Linux program", elf),
        ("an old document", cfb),
        ("a shell script", b"#!/bin/sh\nrm -rf /\n"),
        ("GIF", b"GIF89a\x01\0\x01\0;"),
        ("PostScript", b"%!PS-Adobe-3.0\n%%EOF"),
        ("RTF", b"{\\rtf1 x}"),
        ("one byte", b"x"),
        ("zeros", &[0; 100]),
    ];
    for (what, bytes) in strangers {
        for media in [PDF, PNG, JPEG, DOCX, XLSX] {
            all.push((what, media, bytes.to_vec(), "file_mismatch"));
        }
    }
    let (one_pdf, one_png, one_jpeg, one_docx) = (pdf("x"), png(), jpeg(), zip(&word()));
    all.extend([
        ("PNG as PDF", PDF, one_png.clone(), "file_mismatch"),
        ("PDF as PNG", PNG, one_pdf.clone(), "file_mismatch"),
        ("PDF as DOCX", DOCX, one_pdf.clone(), "file_mismatch"),
        ("DOCX as XLSX", XLSX, one_docx.clone(), "file_mismatch"),
        ("XLSX as DOCX", DOCX, zip(&sheet()), "file_mismatch"),
        ("a bare archive", DOCX, zip(&[part("a.txt")]), "file_mismatch"),
        ("DOCX without its table of types", DOCX, zip(&[part("word/document.xml")]), "file_mismatch"),
        ("a PDF that begins later", PDF, glued(&[b"junk\n", &one_pdf]), "file_mismatch"),
        ("a PDF of no version", PDF, b"%PDF-\n%%EOF".to_vec(), "file_mismatch"),
    ]);
    // Cut off.
    for (media, bytes) in [(PDF, &one_pdf), (PNG, &one_png), (JPEG, &one_jpeg), (DOCX, &one_docx)] {
        all.push(("cut off", media, bytes[..bytes.len() - 8].to_vec(), "file_truncated"));
        all.push(("nothing", media, Vec::new(), "file_empty"));
    }
    all.push(("a PDF that goes on", PDF, glued(&[&one_pdf, &[b' '; 2_000]]), "file_truncated"));
    all.push(("a PNG that goes on", PNG, glued(&[&one_png, b"x"]), "file_truncated"));
    // Two things at once.
    let commented = {
        let mut bytes = one_docx.clone();
        let at = bytes.len() - 2;
        bytes[at] = 6;
        glued(&[&bytes, b"\n%%EOF"])
    };
    all.extend([
        ("PDF and archive", PDF, glued(&[&one_pdf, &commented]), "file_mixed"),
        ("JPEG and archive", JPEG, glued(&[&one_jpeg, &one_docx, b"\xff\xd9"]), "file_mixed"),
        ("PNG and archive", PNG, glued(&[&one_png[..33], &one_docx, &one_png[33..]]), "file_mixed"),
        ("PDF and HTML", PDF, glued(&[b"%PDF-1.4\n", html, b"\n%%EOF"]), "file_mixed"),
        ("JPEG and script", JPEG, glued(&[b"\xff\xd8\xff\xfe\0\x40<SCRIPT>alert(1)</SCRIPT>", b"\xff\xd9"]), "file_mixed"),
        ("PNG and PHP", PNG, glued(&[&one_png[..33], b"<?php system($_GET[0]);", &one_png[33..]]), "file_mixed"),
        ("PDF and SVG at its end", PDF, glued(&[&pdf_of(20_000, b'x'), svg, b"\n%%EOF"]), "file_mixed"),
        ("DOCX with a comment", DOCX, commented, "file_mixed"),
        ("DOCX with more behind", DOCX, glued(&[&one_docx, html]), "file_mixed"),
        ("DOCX and XLSX", DOCX, plus(word(), part("xl/workbook.xml")), "file_mixed"),
        ("DOCX and JAR", DOCX, plus(word(), part("META-INF/MANIFEST.MF")), "file_mixed"),
        ("DOCX with a program", DOCX, plus(word(), part("word/embeddings/run.exe")), "file_mixed"),
        ("XLSX with a page", XLSX, plus(sheet(), part("xl/index.html")), "file_mixed"),
        ("a part twice", DOCX, plus(word(), part("word/document.xml")), "file_mixed"),
    ]);
    all.extend(archives());
    // No tables.
    let no_tables: [(&'static str, &[u8], &'static str); 14] = [
        ("U+0000", b"a,b\0c", "file_not_text"),
        ("a control character", b"a,\x1b[2J", "file_not_text"),
        ("no UTF-8", b"a,\xe0\xa4", "file_not_text"),
        ("UTF-16", b"\xff\xfea\0,\0", "file_not_text"),
        ("a program", exe, "file_not_text"),
        ("an archive", &one_docx, "file_not_text"),
        ("a PDF in letters", b"%PDF-1.4\n%%EOF", "file_mismatch"),
        ("HTML", html, "file_mismatch"),
        ("SVG", svg, "file_mismatch"),
        ("HTML after a mark", b"\xef\xbb\xbf  <html>", "file_mismatch"),
        ("a script", b"#!/bin/sh\nls", "file_mismatch"),
        ("a batch file", b"@ECHO OFF\r\n", "file_mismatch"),
        ("a script in a cell", b"a,<script>alert(1)</script>", "file_mismatch"),
        ("nothing", b"", "file_empty"),
    ];
    for (what, bytes, code) in no_tables {
        all.push((what, CSV, bytes.to_vec(), code));
    }
    all
}

/// Archives that would harm whoever unpacks them.
fn archives() -> Vec<(&'static str, &'static str, Vec<u8>, &'static str)> {
    let mut all = Vec::new();
    for name in ["../x", "word/../../x", "/etc/passwd", "C:\\x", "word\\..\\x", "..", "a\0b", "./x", "a/./b"] {
        all.push(("a name that leads out", DOCX, plus(word(), part(name)), "archive_path"));
    }
    all.push(("a name that is no text", DOCX, plus(word(), part(b"\xff\xfe")), "archive_path"));
    all.push(("a link", DOCX, plus(word(), Part { mode: 0o120_777, ..part("word/link") }), "archive_path"));
    let locked: Vec<Part> = word().into_iter().map(|part| Part { flags: 1, ..part }).collect();
    all.push(("a password", DOCX, zip(&locked), "archive_encrypted"));
    all.push(("a password on one part", XLSX, plus(sheet(), Part { flags: 1, ..part("xl/a.xml") }), "archive_encrypted"));
    for name in ["word/vbaProject.bin", "word/VBAproject.BIN", "word/vbaData.xml", "word/activeX/activeX1.xml"] {
        all.push(("macros", DOCX, plus(word(), part(name)), "file_macros"));
    }
    for name in ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/dialogsheets/sheet1.xml"] {
        all.push(("macros", XLSX, plus(sheet(), part(name)), "file_macros"));
    }
    let bomb = |unpacked| Part { unpacked, ..part("xl/a.xml") };
    all.push(("4 GB in four bytes", XLSX, plus(sheet(), bomb(u32::MAX - 1)), "archive_too_large"));
    all.push(("201 MB", XLSX, plus(sheet(), bomb(201 << 20)), "archive_too_large"));
    all.push(("ten thousand times its size", XLSX, plus(sheet(), bomb(10 << 20)), "archive_too_large"));
    let crowd: Vec<Part> = (0..5_001).map(|n| part(format!("word/{n}.xml"))).chain(word()).collect();
    all.push(("a crowd of parts", DOCX, zip(&crowd), "archive_too_large"));
    let whole = zip(&word());
    let mut lost = whole.clone();
    let at = lost.len() - 6;
    lost[at..at + 4].copy_from_slice(&[0xf0, 0xff, 0xff, 0]);
    all.push(("a directory that is not there", DOCX, lost, "archive_unreadable"));
    let mut broken = whole;
    let at = broken.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    broken[at] = b'X';
    all.push(("a broken directory", DOCX, broken, "archive_unreadable"));
    all
}

fn names() -> Vec<(&'static str, String)> {
    let names = [
        "a.exe",
        "a.pdf.exe",
        "a",
        ".pdf",
        "..pdf",
        "../a.pdf",
        "a/b.pdf",
        "a\\b.pdf",
        "c:a.pdf",
        "a?.pdf",
        "a|b.pdf",
        "a\".pdf",
        "<a>.pdf",
        "a.png",
        "a.html",
        "...pdf",
    ];
    names.iter().map(|name| ("a name", (*name).to_owned())).collect()
}

/// All of them.
pub fn all() -> Vec<Hostile> {
    let contents = contents().into_iter().map(|(what, media, bytes, code)| Hostile {
        what: what.to_owned(),
        name: format!("tep.{}", ending(media)),
        media,
        bytes,
        code,
    });
    let names = names().into_iter().map(|(what, name)| Hostile {
        what: what.to_owned(),
        name,
        media: PDF,
        bytes: pdf("name"),
        code: "file_name_malformed",
    });
    contents.chain(names).collect()
}

/// The most memory that a process has had, in MB.
fn most_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
fn none_takes_long_or_much() {
    let site = Site::create(Database::Sqlite);
    let server = Server::start(&site);
    let (agent, token) = (agent(), with_a_unit(&server));
    let mut large = pdf_of(20 * 1024 * 1024 + 1, b'x');
    let crowd: Vec<Part> = (0..60_000).map(|n| part(format!("word/{n}.xml"))).chain(word()).collect();
    let mut all = all();
    for (what, media, code, bytes) in [
        ("too large", PDF, "body_too_large", large.clone()),
        ("a crowd of parts up to the limit of size", DOCX, "archive_too_large", zip(&crowd)),
        ("all but the end", PDF, "file_truncated", {
            large.truncate(20 * 1024 * 1024);
            large
        }),
    ] {
        all.push(Hostile { what: what.to_owned(), name: format!("tep.{}", ending(media)), media, bytes, code });
    }
    let mut slowest = std::time::Duration::ZERO;
    for file in &all {
        let begun = std::time::Instant::now();
        let (status, said) = upload(&agent, &server.base, &token, (&file.name, file.media), &file.bytes).expect("an answer");
        assert!(status >= 400 && said["code"] == file.code, "{}: {status} {said}", file.what);
        slowest = slowest.max(begun.elapsed());
    }
    let memory = most_memory(server.child.id());
    println!("hostile files: {} sent, the slowest took {} ms, {memory} MB of memory at most", all.len(), slowest.as_millis());
    assert!(all.len() >= 100 && slowest.as_secs() < 5 && memory < 200, "{slowest:?}, {memory} MB");
}
