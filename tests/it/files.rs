//! Files of units: what is taken and what is not, who reads it, how much there is room for, and what
//! becomes of what nobody wants.

mod bucket;
mod crash;
mod hostile;
mod keeping;
mod samples;

use thidua_domain::access::Role;
use thidua_testkit::{Caller, TestApp, json, on_both};

use samples::{CSV, DOCX, JPEG, PDF, PNG, XLSX, jpeg, pdf, png, sheet, word, zip};

/// Two units, each with its officer.
fn units(app: &TestApp) -> (Caller<'_>, Caller<'_>) {
    let standing = app.standing();
    for code in ["A", "B"] {
        let unit = json!({"code": code, "kind": "school", "name": format!("Trường {code} (giả định)"), "fictional": true});
        standing.post("/api/v1/units", &unit).is(201);
    }
    (app.officer("A"), app.officer("B"))
}

/// The address at which a file of this name is sent.
fn to(unit: &str, name: &str) -> String {
    let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/v1/files?unit={unit}&name={name}")
}

fn part(caller: &Caller<'_>, path: &str, range: &str) -> (u16, Vec<u8>, Option<String>) {
    let reply = caller.send("GET", path, &[("range", range)], None);
    (reply.status, reply.bytes.clone(), reply.header("content-range").map(str::to_owned))
}

on_both! {
    fn a_file_comes_in_and_is_read_back(app) {
        let (officer, _) = units(&app);
        let bytes = pdf("Biên bản");
        let sent = officer.upload(&to("A", "Biên ba\u{309}n ký kết.pdf"), PDF, &bytes);
        let id = sent.made();
        let path = format!("/api/v1/files/{id}");
        assert_eq!(sent.header("location"), Some(path.as_str()));
        let shown = officer.get(&path).gives(200);
        assert_eq!(shown["name"], "Biên bản ký kết.pdf");
        assert_eq!((shown["size"].as_u64(), shown["media_type"].as_str()), (Some(bytes.len() as u64), Some(PDF)));
        assert_eq!((shown["unit"]["code"].clone(), shown["links"].clone()), (json!("A"), json!(0)));
        assert_eq!((shown["allowed_actions"].clone(), shown["blocked"].clone()), (json!(["delete"]), json!([])));
        assert_eq!(officer.get(&format!("{path}/history")).items().len(), 1);

        let content = format!("{path}/content");
        let whole = officer.get(&content);
        assert_eq!(whole.is(200).bytes, bytes);
        for (name, value) in [
            ("content-type", PDF),
            ("content-disposition", "attachment; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%20k%C3%BD%20k%E1%BA%BFt.pdf"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("x-content-type-options", "nosniff"),
            ("accept-ranges", "bytes"),
            ("cache-control", "private, no-cache"),
            ("content-length", &bytes.len().to_string()),
        ] {
            assert_eq!(whole.header(name), Some(value), "{name}");
        }
        let size = bytes.len();
        let told = |first: usize, last: usize| Some(format!("bytes {first}-{last}/{size}"));
        assert_eq!(part(&officer, &content, "bytes=0-4"), (206, b"%PDF-".to_vec(), told(0, 4)));
        assert_eq!(part(&officer, &content, "bytes=-6"), (206, b"%%EOF\n".to_vec(), told(size - 6, size - 1)));
        assert_eq!(part(&officer, &content, "bytes=5-").1, bytes[5..]);
        assert_eq!(part(&officer, &content, "bytes=5-999999"), (206, bytes[5..].to_vec(), told(5, size - 1)));
        for ignored in ["bytes=0-1,3-4", "bytes=4-2", "lines=0-1", "bytes=x-y", "bytes"] {
            assert_eq!(part(&officer, &content, ignored).0, 200, "{ignored}");
        }
        for beyond in [format!("bytes={size}-"), "bytes=-0".to_owned(), "bytes=99999999999999999999-".to_owned()] {
            let reply = officer.send("GET", &content, &[("range", &beyond)], None);
            reply.refused(416, "range_not_satisfiable");
            assert_eq!(reply.header("content-range"), Some(format!("bytes */{size}").as_str()), "{beyond}");
        }
        let etag = whole.etag();
        assert!(officer.send("GET", &content, &[("if-none-match", &etag)], None).is(304).bytes.is_empty());
        assert_eq!(officer.send("GET", &content, &[("range", "bytes=0-0"), ("if-range", &etag)], None).status, 206);
        assert_eq!(officer.send("GET", &content, &[("range", "bytes=0-0"), ("if-range", "\"other\"")], None).status, 200);
        assert_eq!(officer.send("HEAD", &content, &[], None).is(200).header("content-length"), Some(size.to_string().as_str()));

        officer.delete(&path).refused(428, "if_match_required");
        officer.send("DELETE", &path, &[("if-match", "\"9.x\"")], None).refused(412, "version_stale");
        officer.take_away(&path).is(204);
        officer.get(&path).refused(404, "not_found");
        officer.get(&content).refused(404, "not_found");
    }

    fn every_kind_is_taken_and_found_again(app) {
        let (officer, _) = units(&app);
        let digest = |bytes: &[u8]| {
            let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
            hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let table = "\u{feff}Đơn vị,Điểm\r\nA,\"1,5\"\r\n".as_bytes().to_vec();
        let kinds = [
            ("a.PDF", PDF, pdf("a")),
            ("b.png", PNG, png()),
            ("c.jpg", JPEG, jpeg()),
            ("d.jpeg", JPEG, jpeg()),
            ("e.docx", DOCX, zip(&word())),
            ("g.xlsx", XLSX, zip(&sheet())),
            ("h.csv", CSV, table.clone()),
            ("i.csv", "text/csv; charset=utf-8", table.clone()),
        ];
        for (name, media, bytes) in &kinds {
            let made = officer.upload(&to("A", name), media, bytes).gives(201);
            assert_eq!(made["sha256"], digest(bytes), "{name}");
            assert_eq!(officer.get(made["content"].as_str().unwrap()).is(200).bytes, *bytes, "{name}");
        }
        let names = |query: &str| -> Vec<String> {
            officer.get(&format!("/api/v1/files?{query}")).items().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names("unit=A"), kinds.iter().map(|(name, ..)| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names("media_type=image/jpeg"), ["c.jpg", "d.jpeg"]);
        assert_eq!(names(&format!("sha256={}", digest(&table))), ["h.csv", "i.csv"]);
        assert_eq!(names(&format!("sha256={}", "0".repeat(64))), Vec::<String>::new());
        assert_eq!(names("q=docx"), ["e.docx"]);
        assert_eq!(names("unit=B"), Vec::<String>::new());
        let first = officer.get("/api/v1/files?limit=5").gives(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(officer.get(&format!("/api/v1/files?limit=5&cursor={cursor}")).items().len(), 3);
        officer.get("/api/v1/files?media_type=text/html").refused(400, "bad_parameter");
        officer.get("/api/v1/files?sha256=abc").refused(400, "bad_parameter");
        officer.get("/api/v1/files?unit=KHONG-CO").refused(422, "unknown_reference");
        // The same bytes lie in the store once.
        let stored = walk(&app.files()).iter().filter(|path| !path.contains("incoming")).count();
        assert_eq!(stored, 6, "{:?}", walk(&app.files()));
    }

    fn files_are_seen_by_whoever_looks_after_the_unit(app) {
        let (officer, other) = units(&app);
        let path = format!("/api/v1/files/{}", officer.upload(&to("A", "a.pdf"), PDF, &pdf("a")).made());
        let content = format!("{path}/content");
        for seeing in [app.signed_in("standing-body.tat-ca"), app.head("A"), app.with(Role::Auditor), app.account("xem", &[(Role::Viewer, Some("A"))])] {
            seeing.get(&path).is(200);
            seeing.get(&content).is(200);
        }
        for blind in [&other, &app.admin(), &app.account("xem-b", &[(Role::Viewer, Some("B"))])] {
            blind.get(&path).refused(404, "not_found");
            blind.get(&content).refused(404, "not_found");
            blind.send("DELETE", &path, &[("if-match", "*")], None).refused(404, "not_found");
            assert_eq!(blind.get("/api/v1/files").items().len(), 0);
        }
        let viewer = app.signed_in("xem");
        assert_eq!(viewer.get(&path).gives(200)["allowed_actions"], json!([]));
        viewer.take_away(&path).refused(403, "forbidden");
        for barred in [&viewer, &other, &app.signed_in("system-admin.tat-ca"), &app.signed_in("auditor.tat-ca")] {
            barred.upload(&to("A", "x.pdf"), PDF, &pdf("x")).refused(403, "forbidden");
        }
        app.anon().upload(&to("A", "x.pdf"), PDF, &pdf("x")).refused(401, "unauthenticated");
        app.anon().get(&content).refused(401, "unauthenticated");
        officer.upload(&to("KHONG-CO", "x.pdf"), PDF, &pdf("x")).refused(422, "unknown_reference");
        assert_eq!(walk(&app.files()).len(), 1, "what was refused left something: {:?}", walk(&app.files()));
    }

    fn what_is_not_what_it_says_is_not_taken(app) {
        let (officer, _) = units(&app);
        let hostile = hostile::all();
        let mut wrong = Vec::new();
        for file in &hostile {
            let reply = officer.upload(&to("A", &file.name), file.media, &file.bytes);
            let code = reply.json()["code"].as_str().unwrap_or_default().to_owned();
            if reply.status != 422 || code != file.code {
                wrong.push(format!("{} as {}: {} {code}, not {}", file.what, file.name, reply.status, file.code));
            }
        }
        assert!(wrong.is_empty(), "{} wrong answers: {wrong:#?}", wrong.len());
        // Names that no text may be, and types that are not taken at all.
        for name in ["a\0.pdf", "a\n.pdf", "a\u{202e}fdp.pdf", &"x".repeat(300), ""] {
            officer.upload(&to("A", name), PDF, &pdf("x")).refused(400, "bad_parameter");
        }
        let types = [
            "text/html", "image/svg+xml", "application/zip", "application/msword", "application/octet-stream", "application/x-msdownload",
            "application/vnd.ms-excel.sheet.macroEnabled.12", "multipart/form-data; boundary=x", "application/json", "image/gif", "*/*",
        ];
        for media in types {
            officer.upload(&to("A", "a.pdf"), media, &pdf("x")).refused(415, "unsupported_media_type");
        }
        for secrecy in ["mat", "toi_mat", "tuyet_mat"] {
            let told = officer.upload(&format!("{}&secrecy={secrecy}", to("A", "a.pdf")), PDF, &pdf("x")).refused(422, "state_secret");
            assert_eq!(told["errors"][0]["parameter"], "secrecy");
        }
        officer.upload(&format!("{}&secrecy=thuong", to("A", "a.pdf")), PDF, &pdf("x")).refused(400, "bad_parameter");
        officer.upload("/api/v1/files?unit=A", PDF, &pdf("x")).refused(400, "bad_parameter");
        officer.upload(&format!("{}&colour=red", to("A", "a.pdf")), PDF, &pdf("x")).refused(400, "unknown_parameter");
        assert_eq!(officer.get("/api/v1/files").items().len(), 0);
        assert_eq!(walk(&app.files()), Vec::<String>::new(), "something was left");
        println!("files: {} hostile ones on {:?}, none taken", hostile.len() + types.len() + 8, app.database);
        assert!(hostile.len() > 100, "only {}", hostile.len());
    }

    fn a_scan_is_linked_to_what_was_recorded(app) {
        let (officer, other) = units(&app);
        let made = |caller: &Caller<'_>, unit: &str| caller.upload(&to(unit, "scan.pdf"), PDF, &pdf(unit)).made();
        let (first, second, foreign) = (made(&officer, "A"), made(&officer, "A"), made(&other, "B"));
        let draft = |file: &str| {
            json!({"kind": "plan", "title": "Kế hoạch", "owner": "A", "recorded": {"from": "paper", "happened_on": "2026-01-05", "file_id": file}})
        };
        for unknown in [foreign.as_str(), "0198c0de-0000-7000-8000-000000000001"] {
            let told = officer.post("/api/v1/documents", &draft(unknown)).refused(422, "unknown_reference");
            assert_eq!(told["errors"][0]["pointer"], "/recorded/file_id");
        }
        let path = format!("/api/v1/files/{first}");
        officer.post("/api/v1/documents?dry_run=true", &draft(&first)).is(201);
        assert_eq!(officer.get(&path).gives(200)["links"], 0);
        let document = officer.post("/api/v1/documents", &draft(&first)).gives(201);
        assert_eq!(document["recorded"]["file_id"], first);
        let linked = officer.get(&path).gives(200);
        assert_eq!((linked["links"].clone(), linked["allowed_actions"].clone()), (json!(1), json!([])));
        assert_eq!(linked["blocked"], json!([{"action": "delete", "action_label": "Xóa", "code": "file_linked", "code_label": "Tệp đang được dùng"}]));
        officer.take_away(&path).refused(409, "file_linked");

        // A pledge later found to have been made on paper; its scan is replaced by a better one.
        let standing = app.signed_in("standing-body.tat-ca");
        let bloc = json!({"code": "KHOI", "name": "Khối (giả định)", "kind": "bloc", "scope": "in_province", "organizer": "A"});
        standing.post("/api/v1/blocs", &bloc).is(201);
        let year = standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": 2026, "members": ["A", "B"]})).gives(201)["code"].clone();
        let pledge = json!({"bloc_year": year, "contents": [{"no": "1", "text": "x"}]});
        let pledge_path = format!("/api/v1/pledges/{}", standing.post("/api/v1/pledges", &pledge).made());
        let links = |file: &str| standing.get(&format!("/api/v1/files/{file}")).gives(200)["links"].as_i64().unwrap();
        let scan = |file: &str| json!({"recorded": {"from": "paper", "happened_on": "2026-01-05", "file_id": file}});
        standing.patch(&pledge_path, &scan(&first)).is(200);
        assert_eq!((links(&first), links(&second)), (2, 0));
        standing.patch(&pledge_path, &scan(&first)).is(200);
        assert_eq!((links(&first), links(&second)), (2, 0), "the same again");
        standing.patch(&pledge_path, &scan(&second)).is(200);
        assert_eq!((links(&first), links(&second)), (1, 1));
        standing.patch(&pledge_path, &json!({"recorded": {"from": "paper", "happened_on": "2026-01-05", "file_id": null}})).is(200);
        assert_eq!((links(&first), links(&second)), (1, 0));
        // A signature that was recorded by mistake lets its scan go.
        standing.step(&pledge_path, &json!({"action": "open_signing"})).is(201);
        let paper = json!({"unit": "A", "recorded": {"from": "paper", "happened_on": "2026-01-05", "by_position": "Giám đốc", "file_id": second}});
        let signature = standing.post(&format!("{pledge_path}/signatures"), &paper).made();
        assert_eq!(links(&second), 1);
        standing.take_part(&pledge_path, &format!("signatures/{signature}")).is(204);
        assert_eq!(links(&second), 0);
    }
}

/// Every file below a folder; none when it is not there.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path.display().to_string()) }
    }
    found
}
