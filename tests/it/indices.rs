//! Indices that others publish.

use thidua_testkit::{json, on_both};

on_both! {
    fn five_indices_come_with_the_program(app) {
        let anyone = app.account("khong-vai-tro", &[]);
        let all = anyone.get("/api/v1/indices").items();
        let mut codes: Vec<&str> = all.iter().map(|index| index["code"].as_str().unwrap()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["ICT_INDEX", "PAPI", "PAR_INDEX", "PCI", "SIPAS"]);
        let par = anyone.get("/api/v1/indices?code=PAR_INDEX").items();
        assert_eq!((&par[0]["publisher"], &par[0]["better"], &par[0]["most"]), (&json!("Bộ Nội vụ"), &json!("higher"), &json!(100)));
        assert_eq!(par[0]["better_label"], "Càng cao càng tốt");
        assert_eq!(par[0]["allowed_actions"], json!([]));
        assert_eq!(anyone.get("/api/v1/indices?q=canh%20tranh").items()[0]["code"], "PCI");
        let path = format!("/api/v1/indices/{}", par[0]["id"].as_str().unwrap());
        let read = anyone.get(&path);
        anyone.send("GET", &path, &[("if-none-match", &read.etag())], None).is(304);
        app.anon().get("/api/v1/indices").refused(401, "unauthenticated");
        anyone.get("/api/v1/indices/0198c0de-0000-7000-8000-000000000000").refused(404, "not_found");
    }

    fn a_province_adds_its_own(app) {
        let standing = app.standing();
        let draft = json!({
            "code": "DDCI", "name": "Chỉ số DDCI (giả định)", "publisher": "UBND tỉnh (giả định)", "better": "lower",
            "least": -1.5, "most": 10.0001, "external_ids": {"cu": "9"}
        });
        standing.post("/api/v1/indices?dry_run=true", &draft).is(201);
        let made = standing.post("/api/v1/indices", &draft);
        let path = format!("/api/v1/indices/{}", made.made());
        assert_eq!((&made.json()["least"], &made.json()["most"]), (&json!(-1.5), &json!(10.0001)));
        standing.post("/api/v1/indices", &draft).refused(409, "code_taken");
        let with = |field: &str, value| {
            let mut other = draft.clone();
            other["code"] = json!("KHAC");
            other[field] = value;
            other
        };
        standing.post("/api/v1/indices", &with("least", json!(10.0001))).refused(422, "index_range_reversed");
        standing.post("/api/v1/indices", &with("code", json!("có dấu"))).refused(422, "bad_format");
        standing.post("/api/v1/indices", &with("better", json!("best"))).refused(422, "not_in_list");
        standing.post("/api/v1/indices", &with("least", json!(0.00001))).refused(422, "too_fine");
        standing.post("/api/v1/indices", &with("least", json!("0"))).refused(400, "wrong_type");
        standing.post("/api/v1/indices", &with("name", json!("Khác"))).refused(409, "already_exists");
        assert_eq!(standing.get("/api/v1/indices?external_id=cu:9").items()[0]["code"], "DDCI");
        standing.send("PATCH", &path, &[], Some(&json!({"note": "x"}))).refused(428, "if_match_required");
        standing.send("PATCH", &path, &[("if-match", "\"99\"")], Some(&json!({"note": "x"}))).refused(412, "version_stale");
        standing.patch(&path, &json!({"name": null})).refused(422, "field_emptied");
        let edited = standing.patch(&path, &json!({"least": null, "note": "Thang điểm\nđổi năm 2026"})).gives(200);
        assert_eq!((edited["version"].clone(), edited.get("least").is_none()), (json!(2), true));
        assert_eq!(standing.get(&format!("{path}/history")).items().len(), 2);
        let officer = app.officer("P-HUE");
        officer.post("/api/v1/indices", &with("external_ids", json!({}))).refused(403, "forbidden");
        officer.patch(&path, &json!({"note": "x"})).refused(403, "forbidden");
    }
}
