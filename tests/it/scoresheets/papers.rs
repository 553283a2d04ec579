//! A score sheet and a ranking as tables and on paper.

use thidua_testkit::{Caller, Reply, Value, json, on_both};

use crate::blocs::bloc_of;
use crate::criteria_sets::{published, table};

use super::{own, scored_year, sheet, submitted};

fn form(caller: &Caller<'_>, path: &str, accept: &str) -> Reply {
    caller.send("GET", path, &[("accept", accept)], None)
}

/// The lines of a table, without the byte order mark.
fn lines(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.is(200).header("content-type"), Some("text/csv; charset=utf-8"));
    let text = reply.text();
    text.strip_prefix('\u{feff}').unwrap().split_terminator("\r\n").map(str::to_owned).collect()
}

/// A page that stands alone under a policy that lets nothing else in.
fn page(reply: &Reply) -> String {
    assert_eq!(reply.is(200).header("content-type"), Some("text/html; charset=utf-8"));
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let text = reply.text();
    for outside in ["<script", "<link", "<img", "http:", "https:", "url(", " style="] {
        assert!(!text.contains(outside), "{outside}");
    }
    text
}

on_both! {
    fn a_sheet_is_had_as_a_table_and_on_paper(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        let (officer, leader, stranger) = (app.officer("C"), app.officer("A"), app.officer("P-HUE"));
        let path = sheet(&standing, "C");
        let picture = leader.upload("/api/v1/files?unit=A&name=anh.png", "image/png", &crate::files::samples::png()).made();
        submitted(&standing, &path, &own(97.5, 3, 10.0));
        let less = json!({"layer": "verified", "entries": [{"item": "II", "points": 8.5, "reason": "=SUM(A1) <b>thiếu</b>", "evidence": [picture]}]});
        leader.post(&format!("{path}/entries"), &less).is(201);
        let sheet = officer.get(&path);

        let csv = form(&officer, &path, "text/csv");
        let table = lines(&csv);
        assert_eq!(table[0], "item,name,max,self,cross_checked,verified,standing,final,points,state,reason,evidence");
        let row = |item: &str| table.iter().find(|line| line.starts_with(&format!("{item},"))).unwrap().clone();
        assert!(row("I.1").ends_with(",50,48.75,,,,,48.75,scored,,0"), "{}", row("I.1"));
        assert!(row("II").ends_with(",20,10,,8.5,,,8.5,scored,\"Cụm, khối thẩm định: =SUM(A1) <b>thiếu</b>\",1"), "{}", row("II"));
        assert_eq!(table.len(), 1 + sheet.gives(200)["items"].as_array().unwrap().len());
        assert_ne!(csv.etag(), sheet.etag());
        assert_eq!(csv.etag().split('.').next(), sheet.etag().split('.').next(), "the same version");
        form(&stranger, &path, "text/csv").refused(404, "not_found");

        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        let paper = form(&officer, &path, browser);
        assert!(paper.header("vary").unwrap().contains("Accept,"));
        let text = page(&paper);
        for said in ["Bộ Tổ chức (giả định)", "Phiếu chấm điểm thi đua năm 2026", "Độc lập - Tự do - Hạnh phúc", "48,75", "8,5", "Bản tạm tính", "Số liệu giả định"] {
            assert!(text.contains(said), "{said}");
        }
        assert!(text.contains("=SUM(A1) &lt;b&gt;thiếu&lt;/b&gt;") && !text.contains("<b>thiếu"));
        let english = officer.send("GET", &path, &[("accept", "text/html"), ("accept-language", "en")], None);
        let english = page(&english);
        assert!(english.contains("Score sheet of 2026") && english.contains("48.75") && english.contains("Provisional"));
        form(&stranger, &path, "text/html").refused(404, "not_found");
        // Asked for again, unchanged: nothing is sent twice, and each form keeps its own tag.
        officer.send("GET", &path, &[("accept", "text/html"), ("if-none-match", &paper.etag())], None).is(304);
        officer.send("GET", &path, &[("accept", "text/csv"), ("if-none-match", &paper.etag())], None).is(200);
        assert_eq!(form(&officer, &path, "application/json").gives(200), sheet.gives(200));
        // What has no other forms comes as JSON.
        assert_eq!(form(&officer, &format!("{path}/explanation"), "text/csv").is(200).header("content-type"), Some("application/json"));
        assert!(form(&officer, &format!("{path}/explanation"), "text/html").header("content-security-policy").is_none());
    }

    fn a_ranking_is_had_as_a_table_and_on_paper(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let ranking = format!("{year}/ranking");
        for (unit, entries) in [("A", own(100.0, 0, 10.0)), ("B", own(90.0, 0, 15.0))] {
            submitted(&standing, &sheet(&standing, unit), &entries);
        }
        let reader = app.officer("B");
        let table = lines(&form(&reader, &ranking, "text/csv"));
        assert_eq!(table[0], "rank,unit_code,unit_name,total,class,status,excluded_by,note");
        assert_eq!(table.len(), 4);
        assert!(table[1].starts_with("1,A,Sở A (giả định),") && table[1].contains(",90,"), "{}", table[1]);
        assert!(table[1].ends_with(",submitted,,\"bằng điểm (90), phân định theo điểm mục I: 80\""), "{}", table[1]);
        assert_eq!(table[3], ",C,Sở C (giả định),,,,,chưa có phiếu");
        let text = page(&form(&reader, &ranking, "text/html"));
        for said in ["Bộ Tổ chức (giả định)", "Kết quả chấm điểm, xếp hạng thi đua năm 2026", "Tạm tính", "Số liệu giả định", "Sở C (giả định)", "Chưa đăng ký thi đua:"] {
            assert!(text.contains(said), "{said}");
        }
        let why = format!("{ranking}/explanation?unit=A");
        let table = lines(&form(&reader, &why, "text/csv"));
        assert_eq!(table[0], "item,name,max,formula,exact,rounded,effects,points");
        assert!(table[1].starts_with("I,Thực hiện nhiệm vụ,80,50 + 30,80/1,80,,80"), "{}", table[1]);
        assert!(table[2].starts_with("I.1,") && table[4].starts_with("II,"), "{table:?}");
        let text = page(&form(&reader, &why, "text/html"));
        for said in ["Diễn giải điểm và thứ hạng năm 2026", "Sở A (giả định)", "Hạng 1 · Tổng điểm 90", "50 + 30"] {
            assert!(text.contains(said), "{said}");
        }
        // Left out: by its code in the table, by its name on paper.
        standing.patch(&year, &json!({"registration_gate": "exclude"})).is(200);
        let table = lines(&form(&reader, &ranking, "text/csv"));
        assert!(table[1].starts_with(",A,") && table[1].contains(",UNREGISTERED,"), "{}", table[1]);
        let english = reader.send("GET", &ranking, &[("accept", "text/html"), ("accept-language", "en")], None);
        assert!(page(&english).contains("not ranked: has not registered"));
        form(&app.officer("P-HUE"), &ranking, "text/html").refused(404, "not_found");
        assert_eq!(form(&standing, "/api/v1/units?limit=1", "text/html").is(200).header("content-type"), Some("application/json"));
    }

    fn a_sheet_known_from_paper_shows_what_paper_says_and_no_more(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let mut rules = table("BD", "TOCHUC");
        rules["classes"] = json!([{"code": "TOT", "name": "Hạng cao", "at_least": 80}, {"code": "DAT", "name": "Hạng thấp", "at_least": 0}]);
        let set = published(&standing, &rules);
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let recorded = json!({"from": "paper", "happened_on": "2026-01-15"});
        let draft = |unit: &str, more: Value| {
            let mut draft = json!({"bloc_year": "KHOI/2026", "unit": unit, "recorded": recorded});
            draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            format!("/api/v1/scoresheets/{}", standing.post("/api/v1/scoresheets", &draft).made())
        };
        let total = draft("A", json!({"recorded_total": 95.25}));
        let seen = standing.get(&total).gives(200);
        assert_eq!((&seen["total"], &seen["score"]["total"], &seen["score"]["class"], &seen["score"]["missing"]), (&json!(95.25), &json!(95.25), &Value::Null, &json!([])));
        let shown = page(&form(&standing, &total, "text/html"));
        assert!(shown.contains("95,25") && !shown.contains("Hạng thấp") && !shown.contains("Cộng nội dung"), "{shown}");
        let why = standing.get(&format!("{year}/ranking/explanation?unit=A")).gives(200);
        assert_eq!((&why["total"], &why["explanation"]["class"], &why["explanation"]["sums"]), (&json!(95.25), &Value::Null, &json!([])));
        // Of a rank alone no total is shown anywhere.
        let rank = draft("B", json!({"recorded_rank": 1}));
        assert!(!page(&form(&standing, &rank, "text/html")).contains("Tổng điểm"));
        assert!(page(&form(&standing, &rank, "text/html")).contains("Thứ hạng ghi theo hồ sơ giấy: 1."));
        standing.patch(&total, &json!({"recorded_total": null, "recorded_rank": 2})).is(200);
        let rows = lines(&form(&standing, &format!("{year}/ranking"), "text/csv"));
        assert!(rows[1].starts_with("1,B,Sở B (giả định),,"), "{rows:?}");
    }
}
