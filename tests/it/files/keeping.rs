//! What is kept, how much, for how long: quotas, keys, broken uploads, and the sweep.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use thidua_testkit::{Caller, FILE_QUOTA, TestApp, json, on_both};

use super::samples::{CSV, PDF, pdf, pdf_of};
use super::{to, units, walk};

const DAY: i64 = 24 * 3600;
const MIB: usize = 1024 * 1024;

fn objects(app: &TestApp) -> Vec<String> {
    walk(&app.files()).into_iter().filter(|path| !path.contains("incoming")).collect()
}

fn incoming(app: &TestApp) -> Vec<String> {
    walk(&app.files().join("incoming"))
}

/// Sends the head of an upload and as much of its body as given, on a connection of its own.
fn begun(app: &TestApp, caller: &Caller<'_>, headers: &str, body: &[u8]) -> TcpStream {
    let address = app.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let path = to("A", "a.pdf");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: {PDF}\r\n{headers}\r\n\r\n",
        caller.token()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let _ = stream.write_all(body);
    stream
}

fn answer(mut stream: TcpStream) -> String {
    let mut text = [0; 4096];
    let read = stream.read(&mut text).unwrap_or(0);
    String::from_utf8_lossy(&text[..read]).into_owned()
}

on_both! {
    fn a_unit_has_only_so_much_room(app) {
        let (officer, other) = units(&app);
        let large = 20 * MIB;
        assert_eq!(FILE_QUOTA, 64 * MIB as u64);
        officer.upload(&to("A", "a.pdf"), PDF, &pdf_of(large, b'a')).is(201);
        officer.upload(&to("A", "b.pdf"), PDF, &pdf_of(large + 1, b'b')).refused(413, "body_too_large");
        officer.upload(&to("A", "b.pdf"), PDF, &pdf_of(large, b'a')).is(201);
        officer.upload(&to("A", "c.pdf"), PDF, &pdf_of(17 * MIB, b'a')).is(201);
        // 57 MiB are in use. Two of 4 MiB at the same moment: there is room for one.
        let told: Vec<u16> = std::thread::scope(|scope| {
            let (app, name) = (&app, officer.name.clone().unwrap());
            let send = |n: usize| {
                let name = name.clone();
                scope.spawn(move || app.signed_in(&name).upload(&to("A", &format!("{n}.pdf")), PDF, &pdf_of(4 * MIB, b'0' + n as u8)).status)
            };
            let sent: Vec<_> = (0..4).map(send).collect();
            sent.into_iter().map(|sent| sent.join().unwrap()).collect()
        });
        assert_eq!(told.iter().filter(|status| **status == 201).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|status| **status == 409).count(), 3, "{told:?}");
        officer.upload(&to("A", "e.pdf"), PDF, &pdf_of(4 * MIB, b'e')).refused(409, "quota_exceeded");
        other.upload(&to("B", "e.pdf"), PDF, &pdf_of(4 * MIB, b'e')).is(201);
        let first = officer.get("/api/v1/files?q=a.pdf").items()[0]["id"].as_str().unwrap().to_owned();
        officer.take_away(&format!("/api/v1/files/{first}")).is(204);
        officer.upload(&to("A", "e.pdf"), PDF, &pdf_of(4 * MIB, b'e')).is(201);
    }

    fn a_key_and_a_dry_run_do_as_everywhere(app) {
        let (officer, _) = units(&app);
        let path = to("A", "a.csv");
        let dry = officer.upload(&format!("{path}&dry_run=true"), CSV, b"a,b\n");
        assert_eq!(dry.is(201).header("dry-run"), Some("true"));
        assert_eq!(officer.get("/api/v1/files").items().len(), 0);
        assert_eq!(walk(&app.files()), Vec::<String>::new());
        officer.upload(&format!("{path}&dry_run=true"), CSV, b"<html>").refused(422, "file_mismatch");
        let keyed = |bytes: &[u8], path: &str| {
            let headers = [("authorization", format!("Bearer {}", officer.token())), ("content-type", CSV.to_owned()), ("idempotency-key", "k1".to_owned())];
            let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            app.send(thidua_testkit::Ask { method: "POST".to_owned(), path: path.to_owned(), headers, body: Some(bytes.to_vec()) })
        };
        let id = keyed(b"a,b\n", &path).made();
        let again = keyed(b"a,b\n", &path);
        assert_eq!((again.made(), again.header("idempotency-replayed")), (id, Some("true")));
        keyed(b"a,c\n", &path).refused(422, "idempotency_key_reused");
        keyed(b"a,b\n", &to("A", "b.csv")).refused(422, "idempotency_key_reused");
        assert_eq!(officer.get("/api/v1/files").items().len(), 1);
    }

    fn what_breaks_off_leaves_nothing(app) {
        let (officer, _) = units(&app);
        // Announced as too large: refused before anything is sent. Not announced: refused on the way.
        let told = answer(begun(&app, &officer, "Content-Length: 20971521", b""));
        assert!(told.starts_with("HTTP/1.1 413"), "{told}");
        let chunk = format!("100000\r\n{}\r\n", " ".repeat(MIB)).repeat(22);
        let told = answer(begun(&app, &officer, "Transfer-Encoding: chunked", chunk.as_bytes()));
        assert!(told.starts_with("HTTP/1.1 413"), "{told}");
        // No token, no body: refused at the door.
        let told = answer(begun(&app, &app.bearer("x.y.z"), "Content-Length: 1000", b""));
        assert!(told.starts_with("HTTP/1.1 401"), "{told}");
        // Hung up halfway.
        drop(begun(&app, &officer, "Content-Length: 1000000", &pdf_of(500_000, b'x')));
        // Too slow.
        let told = answer(begun(&app, &officer, "Content-Length: 1000", b"%PDF-1.7\n"));
        assert!(told.starts_with("HTTP/1.1 408"), "{told}");
        assert_eq!(officer.get("/api/v1/files").items().len(), 0);
        assert_eq!((objects(&app), incoming(&app)), (Vec::new(), Vec::new()));
    }

    fn what_nobody_wants_is_swept(app) {
        let (officer, _) = units(&app);
        let send = |name: &str, said: &str| officer.upload(&to("A", name), PDF, &pdf(said)).made();
        let (loose, linked, shared) = (send("loose.pdf", "loose"), send("linked.pdf", "linked"), send("shared.pdf", "linked"));
        let deleted = send("deleted.pdf", "deleted");
        let recorded = json!({"from": "paper", "happened_on": "2026-01-05", "file_id": linked});
        officer.post("/api/v1/documents", &json!({"kind": "plan", "title": "Kế hoạch", "owner": "A", "recorded": recorded})).is(201);
        officer.take_away(&format!("/api/v1/files/{deleted}")).is(204);
        // What a process leaves that died: a temporary file, and bytes that no row announces.
        let stale = app.files().join("incoming/stale");
        std::fs::write(&stale, b"x").unwrap();
        let fresh = app.files().join("incoming/fresh");
        std::fs::write(&fresh, b"x").unwrap();
        let stray = app.files().join("ab").join("ab".repeat(32));
        std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
        std::fs::write(&stray, b"x").unwrap();
        app.every_hour();
        assert_eq!((objects(&app).len(), incoming(&app).len()), (4, 2), "too early: {:?}", walk(&app.files()));
        app.clock.advance(DAY + 60);
        let before = fresh.metadata().unwrap().modified().unwrap() - Duration::from_secs(2 * 3600);
        std::fs::File::options().write(true).open(&stale).unwrap().set_modified(before).unwrap();
        app.every_hour();
        let officer = app.account("cb.a2", &[(thidua_domain::access::Role::UnitOfficer, Some("A"))]);
        for gone in [&loose, &shared] {
            officer.get(&format!("/api/v1/files/{gone}")).refused(404, "not_found");
        }
        assert_eq!(officer.get(&format!("/api/v1/files/{linked}/content")).is(200).bytes, pdf("linked"));
        assert!(!stale.exists() && fresh.exists(), "{:?}", incoming(&app));
        // All folders are looked into within a day.
        for _ in 0..24 {
            app.clock.advance(3600);
            app.every_hour();
        }
        assert_eq!(objects(&app).len(), 1, "{:?}", objects(&app));
        assert!(!stray.exists());
        let officer = app.account("cb.a3", &[(thidua_domain::access::Role::UnitOfficer, Some("A"))]);
        assert_eq!(officer.get(&format!("/api/v1/files/{linked}/content")).is(200).bytes, pdf("linked"));
        // The same bytes come in again after they were swept.
        let again = officer.upload(&to("A", "again.pdf"), PDF, &pdf("loose")).made();
        assert_eq!(officer.get(&format!("/api/v1/files/{again}/content")).is(200).bytes, pdf("loose"));
    }

    fn the_sweep_and_an_upload_of_the_same_bytes_do_not_meet(app) {
        let (_officer, _) = units(&app);
        // Again and again: bytes that nobody names any more are swept while the same bytes come in.
        for round in 0..6 {
            let name = format!("cb.vong{round}");
            let officer = app.account(&name, &[(thidua_domain::access::Role::UnitOfficer, Some("A"))]);
            let id = officer.upload(&to("A", "first.pdf"), PDF, &pdf("same")).made();
            officer.take_away(&format!("/api/v1/files/{id}")).is(204);
            app.clock.advance(DAY + 60);
            let name = format!("cb.sau{round}");
            let _ = app.account(&name, &[(thidua_domain::access::Role::UnitOfficer, Some("A"))]);
            let told: Vec<(u16, Option<String>)> = std::thread::scope(|scope| {
                let (app, name) = (&app, &name);
                let sweeping = scope.spawn(move || (0..3).for_each(|_| app.every_hour()));
                let sending: Vec<_> = (0..4)
                    .map(|n| {
                        scope.spawn(move || {
                            let reply = app.signed_in(name).upload(&to("A", &format!("{n}.pdf")), PDF, &pdf("same"));
                            (reply.status, reply.json()["content"].as_str().map(str::to_owned))
                        })
                    })
                    .collect();
                sweeping.join().unwrap();
                sending.into_iter().map(|sent| sent.join().unwrap()).collect()
            });
            let officer = app.signed_in(&name);
            for (status, content) in &told {
                // While the bytes are being taken away they cannot come back; a moment later they can.
                assert!([201, 503].contains(status), "{told:?}");
                if let Some(content) = content {
                    assert_eq!(officer.get(content).is(200).bytes, pdf("same"), "round {round}: a row without its bytes");
                }
            }
            for row in officer.get("/api/v1/files").items() {
                officer.take_away(&format!("/api/v1/files/{}", row["id"].as_str().unwrap())).is(204);
            }
        }
    }
}
