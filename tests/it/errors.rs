//! The table of errors: every code once, in both languages, and nothing answered that is not in it.

use std::collections::BTreeSet;

use thidua_http::problem::Code;
use thidua_testkit::{document, on_both, resolved};

on_both! {
    fn every_code_is_listed_once_in_both_languages(app) {
        let rows = app.anon().get("/api/v1/errors").items();
        let listed: Vec<String> = rows.iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect();
        let known: Vec<String> = Code::all().map(|code| code.as_str().to_owned()).collect();
        assert_eq!(listed, known);
        assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len(), "a code stands twice");
        for row in &rows {
            for (vi, en) in [("title_vi", "title_en"), ("detail_vi", "detail_en")] {
                let (vi, en) = (row[vi].as_str().unwrap(), row[en].as_str().unwrap());
                assert!(!vi.trim().is_empty() && !en.trim().is_empty() && vi != en, "{row}");
            }
        }
    }

    fn problems_speak_the_language_asked_for(app) {
        let rows = app.anon().get("/api/v1/errors").items();
        let row = rows.iter().find(|row| row["code"] == "no_such_path").unwrap();
        let asked = |accept: &str| app.anon().send("GET", "/nowhere", &[("accept-language", accept)], None);
        for (accept, tag) in [("en", "en"), ("en-GB,en;q=0.9,vi;q=0.8", "en"), ("vi", "vi"), ("vi-VN,en;q=0.5", "vi"), ("fr", "vi")] {
            let reply = asked(accept);
            let problem = reply.refused(404, "no_such_path");
            assert_eq!(reply.header("content-language"), Some(tag), "{accept}");
            assert_eq!(problem["title"], row[format!("title_{tag}")], "{accept}");
            assert_eq!(problem["detail"], row[format!("detail_{tag}")], "{accept}");
        }
        let problem = app.anon().get("/nowhere").refused(404, "no_such_path");
        assert_eq!(problem["title"], row["title_vi"], "Vietnamese is the default");
    }
}

#[test]
fn the_document_names_only_listed_codes_under_their_status() {
    let mut named = 0;
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let response = resolved(response);
                if response["content"]["application/problem+json"].is_null() {
                    continue;
                }
                for name in response["description"].as_str().unwrap().split(", ") {
                    let code = Code::all().find(|code| code.as_str() == name);
                    let code = code.unwrap_or_else(|| panic!("{method} {path} names {name}, which is not listed"));
                    assert_eq!(code.status().as_str(), status, "{method} {path}: {name}");
                    named += 1;
                }
            }
        }
    }
    assert!(named > 300, "only {named} codes named");
}
