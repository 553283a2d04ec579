//! What editions of indices say about units.

use thidua_testkit::{json, on_both};

on_both! {
    fn a_published_result_is_entered_and_read_by_all(app) {
        let standing = app.standing();
        let draft = json!({
            "index": "PAR_INDEX", "unit": "P34-DA-NANG", "edition": 2025, "value": 88.12, "rank": 9, "ranked": 34,
            "published_on": "2026-05-20", "source": "Số liệu giả định", "fictional": true, "external_ids": {"cu": "5"}
        });
        standing.post("/api/v1/index-results?dry_run=true", &draft).is(201);
        let made = standing.post("/api/v1/index-results", &draft);
        let path = format!("/api/v1/index-results/{}", made.made());
        let made = made.json();
        assert_eq!((&made["index"]["code"], &made["unit"]["code"]), (&json!("PAR_INDEX"), &json!("P34-DA-NANG")));
        assert_eq!((&made["value"], &made["rank"], &made["fictional"]), (&json!(88.12), &json!(9), &json!(true)));
        standing.post("/api/v1/index-results", &draft).refused(409, "index_result_taken");

        let anyone = app.account("khong-vai-tro", &[]);
        assert_eq!(anyone.get(&path).gives(200)["allowed_actions"], json!([]));
        assert_eq!(anyone.get("/api/v1/index-results?index=PAR_INDEX&unit=P34-DA-NANG&edition=2025").items().len(), 1);
        assert_eq!(anyone.get("/api/v1/index-results?external_id=cu:5").items().len(), 1);
        assert_eq!(anyone.get("/api/v1/index-results?edition=2024").items().len(), 0);
        anyone.get("/api/v1/index-results?index=KHONG-CO").refused(422, "unknown_reference");
        anyone.post("/api/v1/index-results", &draft).refused(403, "forbidden");

        standing.send("PATCH", &path, &[], Some(&json!({"rank": 8}))).refused(428, "if_match_required");
        let edited = standing.patch(&path, &json!({"rank": 8, "value": null})).gives(200);
        assert_eq!((&edited["rank"], edited.get("value"), &edited["version"]), (&json!(8), None, &json!(2)));
        standing.patch(&path, &json!({"rank": null})).refused(422, "index_result_empty");
        standing.patch(&path, &json!({"source": null})).refused(422, "field_emptied");
        app.officer("P34-DA-NANG").patch(&path, &json!({"rank": 1})).refused(403, "forbidden");
        assert_eq!(standing.get(&format!("{path}/history")).items().len(), 2);
    }

    fn results_that_cannot_be_are_refused_all_at_once(app) {
        let standing = app.standing();
        let with = |more: serde_json::Value| {
            let mut draft = json!({
                "index": "PAPI", "unit": "P-HUE", "edition": 2024, "value": 42.5, "published_on": "2025-04-15", "source": "Số liệu giả định"
            });
            draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            draft
        };
        let many = standing.post("/api/v1/index-results", &with(json!({"value": 80.01, "rank": 64, "ranked": 63, "published_on": "2023-12-31"})));
        let many = many.json();
        let codes: Vec<&str> = many["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["index_value_outside", "index_rank_beyond", "index_published_early"]);
        assert!(many["errors"][0]["detail"].as_str().unwrap().contains("8 – 80"));
        standing.post("/api/v1/index-results", &with(json!({"value": null}))).refused(422, "index_result_empty");
        standing.post("/api/v1/index-results", &with(json!({"published_on": "2199-01-01"}))).refused(422, "date_in_future");
        standing.post("/api/v1/index-results", &with(json!({"index": "X"}))).refused(422, "unknown_reference");
        standing.post("/api/v1/index-results", &with(json!({"unit": "X"}))).refused(422, "unknown_reference");
        standing.post("/api/v1/index-results", &with(json!({"edition": 20_240}))).refused(422, "too_large");
        standing.post("/api/v1/index-results", &with(json!({"rank": 0}))).refused(422, "too_small");
        standing.post("/api/v1/index-results", &with(json!({"published_on": "1929-04-15", "edition": 1990}))).refused(422, "date_too_early");
        standing.post("/api/v1/index-results", &with(json!({"external_ids": {"cu": "6"}}))).is(201);
        standing.post("/api/v1/index-results", &with(json!({"edition": 2023, "external_ids": {"cu": "6"}}))).refused(409, "already_exists");
    }

    fn the_range_of_an_index_is_not_narrowed_past_its_results(app) {
        let standing = app.standing();
        let index = standing.get("/api/v1/indices?code=PAR_INDEX").items()[0]["id"].as_str().unwrap().to_owned();
        standing.post("/api/v1/index-results", &json!({
            "index": "PAR_INDEX", "unit": "P34-DA-NANG", "edition": 2025, "value": 75, "published_on": "2026-01-20", "source": "Số liệu giả định"
        })).is(201);
        let path = format!("/api/v1/indices/{index}");
        let refused = standing.patch(&path, &json!({"most": 70})).refused(422, "index_results_outside");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().starts_with("1 kết quả"), "{refused}");
        standing.patch(&path, &json!({"most": 75})).is(200);
        standing.patch(&path, &json!({"note": "Ghi chú (giả định)"})).is(200);
    }
}
