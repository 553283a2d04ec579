//! Units, their dated parts and successions.

use thidua_testkit::{json, on_both};

on_both! {
    fn sixty_three_provinces_and_thirty_four(app) {
        let anyone = app.officer("P-HA-NOI");
        let there = |day: &str| anyone.send("GET", &format!("/api/v1/units?kind=province&as_of={day}&limit=200"), &[("prefer", "count=exact")], None).gives(200);
        assert_eq!(there("2025-06-30")["total"], 63);
        assert_eq!(there("2025-07-01")["total"], 34);
        let found = anyone.get("/api/v1/units?q=dak%20nong").items();
        assert_eq!(found[0]["name"], "Tỉnh Đắk Nông");
        assert_eq!(found[0]["succeeded_by"][0]["unit"]["name"], "Tỉnh Lâm Đồng");
        let hue = anyone.get("/api/v1/units?code=P-HUE&as_of=2021-04-24").items();
        assert_eq!(hue[0]["name"], "Tỉnh Thừa Thiên Huế");
    }

    fn a_unit_is_made_read_and_changed(app) {
        let standing = app.standing();
        let draft = json!({"code": "SKHDT-DA-NANG", "kind": "department", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng", "location": "P63-DA-NANG"});
        let id = standing.post("/api/v1/units", &draft).made();
        standing.post("/api/v1/units", &draft).refused(409, "code_taken");
        let path = format!("/api/v1/units/{id}");
        let read = standing.get(&path);
        let unit = read.gives(200);
        assert_eq!(unit["location"]["code"], "P63-DA-NANG");
        assert_eq!(unit["allowed_actions"], json!(["edit", "succeed"]));
        standing.send("GET", &path, &[("if-none-match", &read.etag())], None).is(304);
        standing.send("PATCH", &path, &[], Some(&json!({"note": "x"}))).refused(428, "if_match_required");
        let changed = standing.patch(&path, &json!({"note": "Trưởng khối"}));
        assert_eq!(changed.gives(200)["version"], 2);
        standing.send("PATCH", &path, &[("if-match", &read.etag())], Some(&json!({"note": "y"}))).refused(412, "version_stale");
        standing.patch(&path, &json!({"code": null})).refused(422, "field_emptied");
        let history = standing.get(&format!("{path}/history")).items();
        assert_eq!(history[0]["after"], json!({"note": "Trưởng khối"}));
        let stranger = app.officer("P-HA-NOI");
        assert_eq!(stranger.get(&path).gives(200)["allowed_actions"], json!([]));
        stranger.patch(&path, &json!({"note": "z"})).refused(403, "forbidden");
    }

    fn keys_and_dry_runs(app) {
        let standing = app.standing();
        let draft = json!({"code": "KEY-1", "kind": "school", "name": "Trường A (giả định)", "fictional": true});
        let first = standing.send("POST", "/api/v1/units", &[("idempotency-key", "k1")], Some(&draft));
        let again = standing.send("POST", "/api/v1/units", &[("idempotency-key", "k1")], Some(&draft));
        assert_eq!(first.gives(201), again.gives(201));
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        let turned = json!({"fictional": true, "name": "Trường A (giả định)", "kind": "school", "code": "KEY-1"});
        let same = standing.send("POST", "/api/v1/units", &[("idempotency-key", "k1")], Some(&turned));
        assert_eq!(same.header("idempotency-replayed"), Some("true"), "fields in another order ask the same");
        let other = json!({"code": "KEY-2", "kind": "school", "name": "Trường B (giả định)"});
        standing.send("POST", "/api/v1/units", &[("idempotency-key", "k1")], Some(&other)).refused(422, "idempotency_key_reused");
        let dry = standing.post("/api/v1/units?dry_run=true", &other);
        dry.is(201);
        assert_eq!(dry.header("dry-run"), Some("true"));
        assert_eq!(standing.get("/api/v1/units?code=KEY-2").items().len(), 0);
    }

    fn pages_follow_each_other(app) {
        let standing = app.standing();
        let mut seen = Vec::new();
        let mut path = "/api/v1/units?kind=province&sort=name&limit=20".to_owned();
        loop {
            let page = standing.get(&path).gives(200);
            seen.extend(page["items"].as_array().unwrap().iter().map(|unit| unit["name"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/api/v1/units?kind=province&sort=name&limit=20&cursor={cursor}");
        }
        assert_eq!(seen.len(), 86);
        let mut sorted = seen.clone();
        sorted.sort_by_key(|name| thidua_domain::text::collation_key(name));
        assert_eq!(seen, sorted);
        standing.get("/api/v1/units?sort=protocol&cursor=bnVsbA").refused(400, "bad_cursor");
        standing.get("/api/v1/units?colour=red").refused(400, "unknown_parameter");
        standing.get("/api/v1/units?_colour=red").is(200);
        let csv = standing.send("GET", "/api/v1/units?kind=province&limit=2", &[("accept", "text/csv")], None);
        csv.is(200);
        assert!(csv.text().starts_with('\u{feff}'), "{}", csv.text());
    }

    fn dated_parts_and_successions(app) {
        let standing = app.standing();
        let old = standing.post("/api/v1/units", &json!({"code": "SKHDT-X", "kind": "department", "name": "Sở Kế hoạch X (giả định)"})).made();
        let new = standing.post("/api/v1/units", &json!({"code": "STC-X", "kind": "department", "name": "Sở Tài chính X (giả định)"})).made();
        let path = format!("/api/v1/units/{old}");
        standing.post(&format!("{path}/codes"), &json!({"system": "national", "code": "000.24.41.H13"})).is(201);
        assert_eq!(standing.get("/api/v1/units?official_code=H13.41.24").items().len(), 1);
        standing.post(&format!("{path}/names"), &json!({"name": "Sở KHĐT X", "alias": true})).is(201);
        let renamed = json!({"name": "Sở Kế hoạch và Đầu tư X", "from_on": "2016-01-01"});
        standing.post(&format!("{path}/names"), &renamed).is(201);
        assert_eq!(standing.get(&path).gives(200)["name"], "Sở Kế hoạch và Đầu tư X");
        assert_eq!(standing.get(&format!("{path}?as_of=2015-12-31")).gives(200)["name"], "Sở Kế hoạch X (giả định)");
        standing.post(&format!("{path}/relations"), &json!({"kind": "administrative", "upper": "STC-X"})).is(201);
        standing.post(&format!("/api/v1/units/{new}/relations"), &json!({"kind": "administrative", "upper": "SKHDT-X"})).refused(422, "unit_relation_cycle");
        standing.post(&format!("{path}/relations"), &json!({"kind": "administrative", "upper": "P-HUE"})).refused(409, "periods_overlap");
        let merge = json!({"kind": "merge", "to": "STC-X", "effective_on": "2025-03-01"});
        standing.post(&format!("{path}/successions"), &merge).is(201);
        standing.post(&format!("{path}/successions"), &json!({"kind": "dissolve", "to": "STC-X", "effective_on": "2025-03-01"})).refused(422, "succession_target");
        standing.post(&format!("/api/v1/units/{new}/successions"), &json!({"kind": "merge", "to": "SKHDT-X", "effective_on": "2025-03-01"})).refused(422, "succession_cycle");
        standing.post(&format!("{path}/successions"), &merge).refused(422, "succession_contradicts");
        let late = json!({"kind": "split", "to": "P-HUE", "effective_on": "2025-03-02"});
        standing.post(&format!("{path}/successions"), &late).refused(422, "unit_ended");
        assert_eq!(standing.get(&path).gives(200)["to_on"], "2025-02-28");
        assert_eq!(standing.get(&format!("{path}/lineage?as_of=2025-07-02")).items().len(), 1);
        assert_eq!(standing.get(&format!("{path}/lineage?as_of=2025-02-28")).items().len(), 0);
    }
}
