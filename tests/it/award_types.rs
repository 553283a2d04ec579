//! The catalogue of titles and forms of commendation.

use thidua_testkit::{json, on_both};

on_both! {
    fn the_catalogue_comes_with_the_program(app) {
        let anyone = app.account("khong-vai-tro", &[]);
        let orders = anyone.get("/api/v1/award-types?limit=1").items();
        assert_eq!(orders[0]["code"], "HC_SAOVANG");
        assert_eq!(orders[0]["subjects"], json!(["individual", "collective", "foreigner"]));
        assert_eq!(orders[0]["family_label"], "Hình thức khen thưởng");
        assert_eq!(orders[0]["level_label"], "Cấp Nhà nước");
        let path = format!("/api/v1/award-types/{}", orders[0]["id"].as_str().unwrap());
        let read = anyone.get(&path);
        assert_eq!(read.gives(200)["name_en"], "Gold Star Order");
        anyone.send("GET", &path, &[("if-none-match", &read.etag())], None).is(304);
        let english = anyone.send("GET", &path, &[("accept-language", "en")], None).gives(200);
        assert_eq!(english["subject_labels"][0], "Individual");
        assert!(anyone.get("/api/v1/award-types?family=title&level=state&limit=200").items().iter().all(|row| row["family"] == "title" && row["level"] == "state"));
        assert_eq!(anyone.get("/api/v1/award-types?code=LDTT").items().len(), 1);
        assert_eq!(anyone.get("/api/v1/award-types?q=sao%20vang").items()[0]["code"], "HC_SAOVANG");
        let page = anyone.get("/api/v1/award-types?limit=5").gives(200);
        let next = anyone.get(&format!("/api/v1/award-types?limit=5&cursor={}", page["next_cursor"].as_str().unwrap())).items();
        assert!(next[0]["protocol_order"].as_i64() >= page["items"][4]["protocol_order"].as_i64());
        anyone.get("/api/v1/award-types/0198c0de-0000-7000-8000-000000000000").refused(404, "not_found");
        app.anon().get("/api/v1/award-types").refused(401, "unauthenticated");
    }

    fn a_province_adds_its_own(app) {
        let standing = app.standing();
        let draft = json!({
            "code": "HUY_HIEU_X", "name": "Huy hiệu X (giả định)", "name_en": "Badge X", "family": "commendation", "level": "ministry_province",
            "subjects": ["individual", "household", "individual"], "protocol_order": 900, "external_ids": {"cu": "9"}
        });
        let dry = standing.post("/api/v1/award-types?dry_run=true", &draft);
        assert_eq!(dry.is(201).header("dry-run"), Some("true"));
        let made = standing.post("/api/v1/award-types", &draft).gives(201);
        assert_eq!(made["subjects"], json!(["individual", "household"]));
        assert_eq!(made["article_verified"], false);
        assert_eq!(standing.get("/api/v1/award-types?external_id=cu:9").items().len(), 1);
        standing.post("/api/v1/award-types", &draft).refused(409, "code_taken");
        let other = |field: &str, value| {
            let mut other = draft.clone();
            other["code"] = json!("HUY_HIEU_Y");
            other[field] = value;
            other
        };
        standing.post("/api/v1/award-types", &other("level", json!("base"))).refused(409, "already_exists");
        standing.post("/api/v1/award-types", &other("subjects", json!([]))).refused(422, "too_few");
        standing.post("/api/v1/award-types", &other("subjects", json!(["cat"]))).refused(422, "not_in_list");
        standing.post("/api/v1/award-types", &other("protocol_order", json!(-1))).refused(422, "too_small");
        app.officer("P-HUE").post("/api/v1/award-types", &other("external_ids", json!({}))).refused(403, "forbidden");
    }
}
