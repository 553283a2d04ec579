//! Units, their dated parts and successions.

use thidua_testkit::{Caller, Value, json, on_both};

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
        assert_eq!(unit["allowed_actions"], json!(["edit", "arrange", "succeed"]));
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

    fn things_show_the_name_their_unit_bore_then(app) {
        let standing = app.standing();
        let unit = standing.post("/api/v1/units", &json!({"code": "SO-Z", "kind": "department", "name": "Sở Cũ (giả định)"})).made();
        let path = format!("/api/v1/units/{unit}");
        standing.post(&format!("{path}/names"), &json!({"name": "Sở Mới (giả định)", "from_on": "2025-01-01"})).is(201);
        let paper = |code: &str, on: &str| json!({"code": code, "kind": "plan", "title": "Kế hoạch", "owner": "SO-Z", "issuer": "SO-Z", "issued_on": on});
        let then = standing.post("/api/v1/documents", &paper("KH-A", "2024-12-31")).gives(201);
        let now = standing.post("/api/v1/documents", &paper("KH-B", "2025-01-01")).gives(201);
        assert_eq!((then["issuer"]["name"].clone(), then["owner"]["name"].clone()), (json!("Sở Cũ (giả định)"), json!("Sở Mới (giả định)")));
        assert_eq!(now["issuer"]["name"], "Sở Mới (giả định)");
    }

    fn parts_are_ended_once_and_mistakes_are_taken_away(app) {
        let standing = app.standing();
        let unit = standing.post("/api/v1/units", &json!({"code": "SO-Y", "kind": "department", "name": "Sở Y (giả định)", "parent": "P-HUE"})).made();
        standing.post("/api/v1/people", &json!({"code": "NV-Y", "full_name": "Lê Văn Y (giả định)", "owner": "SO-Y"})).is(201);
        let path = format!("/api/v1/units/{unit}");
        let part = |list: &str, draft: &Value| format!("parts/{}", standing.post(&format!("{path}/{list}"), draft).made());
        let code = part("codes", &json!({"system": "national", "code": "H57.1Y", "from_on": "2020-01-01", "verified": true}));
        let officer = part("officers", &json!({"person": "NV-Y", "duty": "Chuyên viên"}));
        // That there is an officer everybody may know; who, those who see the person.
        let named = |caller: &Caller<'_>| caller.get(&format!("{path}/officers")).items()[0]["person"]["name"].clone();
        assert_ne!(named(&standing), "NV-Y");
        assert_eq!((named(&app.admin()), named(&app.officer("P-HA-NOI"))), (json!("NV-Y"), json!("NV-Y")));
        let relation = format!("parts/{}", standing.get(&format!("{path}/relations")).items()[0]["id"].as_str().unwrap());
        // Those who are looked after do not choose by whom.
        let own = app.officer("SO-Y");
        own.end_part(&path, &relation, "2024-12-31").refused(403, "forbidden");
        own.take_part(&path, &relation).refused(403, "forbidden");
        own.post(&format!("{path}/relations"), &json!({"kind": "professional", "upper": "P-HA-NOI"})).refused(403, "forbidden");
        for one in [&code, &officer, &relation] {
            standing.end_part(&path, one, "2024-12-31").is(204);
            standing.end_part(&path, one, "2024-12-31").refused(409, "already_ended");
            standing.end_part(&path, one, "2030-12-31").refused(409, "already_ended");
        }
        assert_eq!(standing.get(&format!("{path}/codes")).items()[0]["to_on"], "2024-12-31");
        let early = part("codes", &json!({"system": "tax", "code": "01", "from_on": "2020-01-01"}));
        standing.end_part(&path, &early, "2019-12-31").refused(422, "ends_before_start");
        standing.send("DELETE", &format!("{path}/{code}"), &[], None).refused(428, "if_match_required");
        standing.send("DELETE", &format!("{path}/{code}"), &[("if-match", "\"1.x\"")], None).refused(412, "version_stale");
        let stranger = app.signed_in("cb.p-ha-noi");
        stranger.take_part(&path, &code).refused(403, "forbidden");
        let other = standing.get("/api/v1/units?code=P-HUE").items()[0]["id"].as_str().unwrap().to_owned();
        standing.take_part(&format!("/api/v1/units/{other}"), &code).refused(404, "not_found");
        standing.send("DELETE", &format!("{path}/{code}?dry_run=true"), &[("if-match", "*")], None).is(204);
        for one in [&code, &officer, &relation] {
            let version = standing.get(&path).gives(200)["version"].as_i64().unwrap();
            standing.take_part(&path, one).is(204);
            standing.take_part(&path, one).refused(404, "not_found");
            assert_eq!(standing.get(&path).gives(200)["version"], version + 1);
        }
        assert_eq!(standing.get(&format!("{path}/officers")).items().len(), 0);
        assert_eq!(standing.get("/api/v1/units?official_code=H57.1Y").items().len(), 0);
        let history = standing.get(&format!("{path}/history")).items();
        assert_eq!(history[2]["before"]["codes"]["code"], "H57.1Y", "{history:?}");
        assert_eq!(history[1]["before"]["officers"]["duty"], "Chuyên viên");
        assert_eq!(history[0]["before"]["relations"]["to_on"], "2024-12-31");
        assert!(history[0]["after"].is_null());
        // The place is free again.
        standing.post(&format!("{path}/relations"), &json!({"kind": "administrative", "upper": "P-HUE"})).is(201);
    }

    fn a_mistaken_name_gives_its_time_back(app) {
        let standing = app.standing();
        let unit = standing.post("/api/v1/units", &json!({"code": "SO-Z", "kind": "department", "name": "Sở Z (giả định)"})).made();
        let path = format!("/api/v1/units/{unit}");
        let only = standing.get(&format!("{path}/names")).items()[0]["id"].as_str().unwrap().to_owned();
        standing.take_part(&path, &format!("parts/{only}")).refused(409, "last_name");
        let alias = standing.post(&format!("{path}/names"), &json!({"name": "Sở Zét", "alias": true})).made();
        let typo = standing.post(&format!("{path}/names"), &json!({"name": "Sở Zz (giả định)", "from_on": "2016-01-01"})).made();
        assert_eq!(standing.get(&path).gives(200)["name"], "Sở Zz (giả định)");
        standing.take_part(&path, &format!("parts/{alias}")).is(204);
        standing.take_part(&path, &format!("parts/{typo}")).is(204);
        assert_eq!(standing.get(&path).gives(200)["name"], "Sở Z (giả định)");
        assert_eq!(standing.get("/api/v1/units?q=so%20zz").items().len(), 0);
        let names = standing.get(&format!("{path}/names")).items();
        assert_eq!((names.len(), &names[0]["to_on"]), (1, &Value::Null));
        let last = standing.get(&format!("{path}/history")).items().remove(0);
        assert_eq!(last["before"]["names"]["name"], "Sở Zz (giả định)", "{last}");
        assert_eq!(last["after"]["names"]["id"], only);
        // What was wrong from the start: the right name first, then the wrong one goes.
        standing.post(&format!("{path}/names"), &json!({"name": "Sở Đúng (giả định)", "from_on": "2016-01-01"})).is(201);
        standing.take_part(&path, &format!("parts/{only}")).is(204);
        assert_eq!(standing.get(&format!("{path}?as_of=2010-01-01")).gives(200)["name"], "Sở Đúng (giả định)");
    }

    fn official_codes_have_their_time(app) {
        let anyone = app.officer("P-HA-NOI");
        let bear = |query: &str| -> Vec<String> {
            let items = anyone.get(&format!("/api/v1/units?kind=province&official_code={query}")).items();
            items.iter().map(|unit| unit["code"].as_str().unwrap().to_owned()).collect()
        };
        // 52 was Bình Định's, and is Gia Lai's since the merger; Gia Lai's own 64 is no more.
        assert_eq!(bear("52&as_of=2025-06-30"), ["P63-BINH-DINH"]);
        assert_eq!(bear("52&as_of=2025-07-01"), ["P34-GIA-LAI"]);
        assert_eq!(bear("64&as_of=2025-06-30"), ["P63-GIA-LAI"]);
        assert_eq!(bear("64&as_of=2025-07-01"), Vec::<String>::new());
        assert_eq!(bear("12&as_of=2030-01-01"), ["P-LAI-CHAU"]);
        // Without a day a retired code still leads to its province, and on to what followed.
        let mut ever = bear("52");
        ever.sort_unstable();
        assert_eq!(ever, ["P34-GIA-LAI", "P63-BINH-DINH"]);
        assert_eq!(bear("000.00.00.H09"), ["P63-BINH-DUONG"]);
        assert_eq!(bear("H09&as_of=2025-07-01"), Vec::<String>::new());
        let retired = anyone.get("/api/v1/units?official_code=H09").items();
        assert_eq!(retired[0]["succeeded_by"][0]["unit"]["code"], "P34-HO-CHI-MINH");
        let codes = anyone.get(&format!("/api/v1/units/{}/codes", retired[0]["id"].as_str().unwrap())).items();
        assert!(codes.iter().all(|code| code["to_on"] == "2025-06-30"), "{codes:?}");
    }
}
