//! Official documents.

use thidua_domain::access::Role;
use thidua_testkit::{json, on_both};

on_both! {
    fn a_document_is_made_read_and_changed(app) {
        let officer = app.officer("P-HUE");
        let draft = json!({
            "kind": "directive", "number": "01", "symbol": "01/CT-UBND", "issued_on": "2021-01-21", "issuer": "P-HUE",
            "signer_name": "Nguyễn Văn A (giả định)", "signer_position": "Chủ tịch", "signer_mode": "on_behalf",
            "title": "Về phát động phong trào thi đua năm 2021", "owner": "P-HUE", "external_ids": {"ioffice": "77"}
        });
        let made = officer.post("/api/v1/documents", &draft);
        let id = made.made();
        let document = made.json();
        assert_eq!(document["code"], "01-CT-UBND/2021");
        assert_eq!(document["kind_label"], "Chỉ thị");
        assert_eq!(document["issuer"]["code"], "P-HUE");
        assert_eq!(document["issued_precision"], "day");
        assert_eq!(document["origin"], "performed");
        assert_eq!(document["missing"], json!([]));
        let path = format!("/api/v1/documents/{id}");
        assert_eq!(made.header("location"), Some(path.as_str()));
        let etag = officer.get(&path).etag();
        officer.send("GET", &path, &[("if-none-match", &etag)], None).is(304);
        let bare = officer.send("PATCH", &path, &[], Some(&json!({"number": "1"}))).refused(428, "if_match_required");
        assert!(bare["detail"].as_str().unwrap().contains(&format!("GET {path}")), "{bare}");
        let changed = officer.patch(&path, &json!({"number": null, "signer_name": null, "signer_position": null, "issued_on": null})).gives(200);
        assert_eq!(changed["missing"], json!(["number", "issued_on", "signer"]));
        assert_eq!(changed["version"], 2);
        officer.send("PATCH", &path, &[("if-match", &etag)], Some(&json!({"number": "1"}))).refused(412, "version_stale");
        officer.patch(&path, &json!({"title": null})).refused(422, "field_emptied");
        officer.patch(&path, &json!({"owner": "P-HA-NOI"})).refused(403, "forbidden");
        officer.patch(&path, &json!({"owner": "NOWHERE"})).refused(422, "unknown_reference");
        let both = json!({"issuer_name": "Chính phủ", "issued_on": "2999-01-01"});
        let problem = officer.patch(&path, &both).refused(422, "reference_ambiguous");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
        assert_eq!(officer.patch(&path, &json!({"issuer": null, "issuer_name": "Chính phủ"})).gives(200)["issuer_name"], "Chính phủ");
        let history = officer.get(&format!("{path}/history")).items();
        assert_eq!(history[0]["fields"], json!(["issuer", "issuer_name"]));
        assert_eq!(history.len(), 3);
    }

    fn records_are_found_by_who_keeps_them(app) {
        let standing = app.standing();
        for (code, owner) in [("CUA-HUE", "P-HUE"), ("CUA-HA-NOI", "P-HA-NOI")] {
            standing.post("/api/v1/documents", &json!({"code": code, "kind": "plan", "title": "Kế hoạch (giả định)", "owner": owner, "fictional": true})).is(201);
            standing.post("/api/v1/people", &json!({"code": code, "full_name": "Lan (giả định)", "owner": owner, "fictional": true})).is(201);
            let campaign = json!({"code": code, "title": "Phong trào (giả định)", "scope": "province", "form": "thematic", "owner": owner, "fictional": true});
            standing.post("/api/v1/campaigns", &campaign).is(201);
        }
        let unit = standing.get("/api/v1/units?code=P-HUE").items()[0]["id"].as_str().unwrap().to_owned();
        for list in ["documents", "people", "campaigns"] {
            for owner in ["P-HUE", &unit] {
                let found = standing.get(&format!("/api/v1/{list}?owner={owner}")).items();
                assert_eq!(found.iter().map(|row| row["code"].clone()).collect::<Vec<_>>(), [json!("CUA-HUE")], "{list} of {owner}");
            }
            let refused = standing.get(&format!("/api/v1/{list}?owner=NOWHERE")).refused(422, "unknown_reference");
            assert_eq!(refused["errors"][0]["parameter"], "owner", "{refused}");
        }
    }

    fn one_issuer_has_one_document_of_a_sign_and_year(app) {
        let standing = app.standing();
        let draft = |code: &str, symbol: &str, kind: &str, on: &str| json!({
            "code": code, "kind": kind, "symbol": symbol, "issued_on": on, "issuer": "P-HUE", "title": "Văn bản", "owner": "P-HUE"
        });
        standing.post("/api/v1/documents", &draft("D1", "01/NQ-CP", "resolution", "2021-01-01")).is(201);
        standing.post("/api/v1/documents", &draft("D2", "01-NQ/CP", "resolution", "2021-05-05")).refused(409, "document_taken");
        standing.post("/api/v1/documents", &draft("D1", "02/NQ-CP", "resolution", "2021-01-01")).refused(409, "code_taken");
        let next = standing.post("/api/v1/documents", &draft("D2", "01-NQ/CP", "resolution", "2022-01-01")).made();
        standing.post("/api/v1/documents", &draft("D3", "01/NQ-CP", "plan", "2021-01-01")).is(201);
        let path = format!("/api/v1/documents/{next}");
        standing.patch(&path, &json!({"issued_on": "2021-12-31"})).refused(409, "document_taken");
        standing.patch(&path, &json!({"code": "D1"})).refused(409, "code_taken");
        standing.patch(&path, &json!({"code": "D2"})).is(200);
        // Without an issuer of ours nobody can say that two are one.
        let elsewhere = json!({"kind": "resolution", "symbol": "01/NQ-CP", "issued_on": "2021-01-01", "issuer_name": "Chính phủ", "title": "x", "owner": "P-HUE"});
        let first = standing.post("/api/v1/documents", &elsewhere).gives(201);
        let second = standing.post("/api/v1/documents", &elsewhere).gives(201);
        assert_eq!(first["code"], "01-NQ-CP/2021");
        assert!(second["code"].as_str().unwrap().starts_with("01-NQ-CP/2021-"), "{second}");
    }

    fn drafts_are_checked(app) {
        let standing = app.standing();
        let with = |more: serde_json::Value| {
            let mut draft = json!({"kind": "plan", "title": "Kế hoạch", "owner": "P-HUE"});
            draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            draft
        };
        let refused = |more, status, code: &str| standing.post("/api/v1/documents", &with(more)).refused(status, code);
        refused(json!({"issued_on": "2999-01-01"}), 422, "date_in_future");
        refused(json!({"issuer": "P-HUE", "issuer_name": "x"}), 422, "reference_ambiguous");
        refused(json!({"issuer": "NOWHERE"}), 422, "unknown_reference");
        refused(json!({"owner": "NOWHERE"}), 422, "unknown_reference");
        refused(json!({"kind": "poem"}), 422, "not_in_list");
        refused(json!({"code": "a b"}), 422, "bad_format");
        refused(json!({"colour": "red"}), 400, "unknown_field");
        refused(json!({"recorded": {"from": "paper", "happened_on": "2999-01-01"}}), 422, "date_in_future");
        let recorded = standing.post("/api/v1/documents", &with(json!({"recorded": {"from": "paper", "happened_on": "2021-01-01"}}))).gives(201);
        assert_eq!(recorded["origin"], "recorded");
        assert_eq!(recorded["recorded"]["from"], "paper");
        assert_eq!(recorded["code"], "PLAN");
        assert_eq!(recorded["missing"], json!(["number", "symbol", "issued_on", "issuer", "signer"]));
        let path = format!("/api/v1/documents/{}", recorded["id"].as_str().unwrap());
        assert_eq!(standing.get(&format!("{path}/history")).items()[0]["recorded"]["happened_on"], "2021-01-01");
        // What is only read may be sent back.
        assert_eq!(standing.patch(&path, &json!({"number": "5", "missing": [], "origin": "performed"})).gives(200)["origin"], "recorded");
        let dry = standing.post("/api/v1/documents?dry_run=true", &with(json!({"code": "DRY"})));
        assert_eq!(dry.is(201).header("dry-run"), Some("true"));
        assert_eq!(standing.get("/api/v1/documents?code=DRY").items().len(), 0);
    }

    fn staff_read_documents_and_others_do_not(app) {
        let id = app.standing().post("/api/v1/documents", &json!({"kind": "plan", "title": "Kế hoạch", "owner": "P-HUE"})).made();
        let path = format!("/api/v1/documents/{id}");
        let officer = app.officer("P-HA-NOI");
        assert_eq!(officer.get(&path).gives(200)["allowed_actions"], json!([]));
        officer.patch(&path, &json!({"title": "x"})).refused(403, "forbidden");
        officer.post("/api/v1/documents", &json!({"kind": "plan", "title": "Kế hoạch", "owner": "P-HUE"})).refused(403, "forbidden");
        assert!(officer.get(&format!("{path}/history")).items()[0]["after"].is_null());
        app.with(Role::Viewer).get(&path).is(200);
        for stranger in [app.admin(), app.account("khong-vai-tro", &[])] {
            stranger.get(&path).refused(404, "not_found");
            stranger.get(&format!("{path}/history")).refused(404, "not_found");
            assert_eq!(stranger.get("/api/v1/documents").items().len(), 0);
        }
        app.anon().get(&path).refused(401, "unauthenticated");
        // The standing body of the issuer may edit what another unit keeps.
        let issued = json!({"kind": "plan", "title": "Kế hoạch 2", "owner": "P-HUE", "issuer": "P-HA-NOI"});
        let standing = app.account("ttruc.ha-noi", &[(Role::StandingBody, Some("P-HA-NOI"))]);
        let id = standing.post("/api/v1/documents", &issued).made();
        standing.patch(&format!("/api/v1/documents/{id}"), &json!({"number": "2"})).is(200);
        officer.patch(&format!("/api/v1/documents/{id}"), &json!({"number": "3"})).refused(403, "forbidden");
    }

    fn documents_are_found_by_sign_year_and_words(app) {
        let standing = app.standing();
        for (code, kind, symbol, on, title) in [
            ("C", "directive", "01/CT-UBND", "2021-01-21", "Phát động phong trào thi đua"),
            ("A", "plan", "45/KH-UBND", "2022-02-02", "Kế hoạch thi đua"),
            ("B", "decision", "77/2025/QĐ-UBND", "2025-07-01", "Quy định cụm, khối"),
        ] {
            let issuer = if code == "B" { "P-HA-NOI" } else { "P-HUE" };
            let draft = json!({"code": code, "kind": kind, "symbol": symbol, "issued_on": on, "issuer": issuer, "title": title, "owner": "P-HUE", "external_ids": {"ioffice": code}});
            standing.post("/api/v1/documents", &draft).is(201);
        }
        let codes = |query: &str| -> Vec<String> {
            standing.get(&format!("/api/v1/documents?{query}")).items().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("sort=title"), ["A", "C", "B"]);
        assert_eq!(codes("sort=code"), ["A", "B", "C"]);
        assert_eq!(codes("symbol=1-CT%2FUBND"), ["C"]);
        assert_eq!(codes("kind=plan"), ["A"]);
        assert_eq!(codes("code=B"), ["B"]);
        assert_eq!(codes("issuer=P-HA-NOI"), ["B"]);
        assert_eq!(codes("year=2022"), ["A"]);
        assert_eq!(codes("external_id=ioffice:C"), ["C"]);
        assert_eq!(codes("q=thi%20dua"), ["A", "C"]);
        assert_eq!(codes("q=77%2F2025"), ["B"]);
        for sort in ["title", "code"] {
            let first = standing.get(&format!("/api/v1/documents?sort={sort}&limit=2")).gives(200);
            let next = standing.get(&format!("/api/v1/documents?sort={sort}&limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).items();
            assert_eq!(next.len(), 1);
        }
        standing.get("/api/v1/documents?issuer=NOWHERE").refused(422, "unknown_reference");
        standing.get("/api/v1/documents?sort=issued").is(400);
    }
}
