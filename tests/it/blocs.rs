//! Blocs, whatever the year.

use thidua_testkit::{Caller, TestApp, json, on_both};

/// Units `A`, `B`, `C`, … of one bloc with a year, made by the standing body. Gives the path of the bloc year.
pub(crate) fn bloc_of(app: &TestApp, standing: &Caller<'_>, units: &[&str]) -> String {
    for unit in units {
        let draft = json!({"code": unit, "kind": "department", "name": format!("Sở {unit} (giả định)"), "fictional": true});
        standing.post("/api/v1/units", &draft).is(201);
    }
    standing.post("/api/v1/units", &json!({"code": "TOCHUC", "kind": "ministry", "name": "Bộ Tổ chức (giả định)"})).is(201);
    let bloc = json!({"code": "KHOI", "name": "Khối thi đua (giả định)", "kind": "bloc", "scope": "in_province", "organizer": "TOCHUC"});
    standing.post("/api/v1/blocs", &bloc).is(201);
    let id = standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": 2026, "members": units})).made();
    let _ = app;
    format!("/api/v1/bloc-years/{id}")
}

on_both! {
    fn a_bloc_is_seen_by_its_organizer_and_members_only(app) {
        let standing = app.standing();
        bloc_of(&app, &standing, &["A", "B"]);
        let id = standing.get("/api/v1/blocs?code=KHOI").items()[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/blocs/{id}");
        for insider in [app.officer("A"), app.head("B"), app.officer("TOCHUC")] {
            insider.get(&path).is(200);
            assert_eq!(insider.get("/api/v1/blocs").items().len(), 1);
        }
        let stranger = app.officer("P-HUE");
        stranger.get(&path).refused(404, "not_found");
        assert_eq!(stranger.get("/api/v1/blocs").items().len(), 0);
        app.admin().get(&path).refused(404, "not_found");
        let member = app.signed_in("cb.a");
        let etag = standing.get(&path).etag();
        member.send("PATCH", &path, &[("if-match", &etag)], Some(&json!({"note": "x"}))).refused(403, "forbidden");
        let organizer = app.signed_in("cb.tochuc");
        assert_eq!(organizer.patch(&path, &json!({"note": "x"})).gives(200)["note"], "x");
        organizer.patch(&path, &json!({"organizer": "P-HUE"})).refused(403, "forbidden");
        assert_eq!(organizer.get("/api/v1/blocs?member=B&q=khoi%20thi%20dua").items().len(), 1);
        stranger.post("/api/v1/blocs", &json!({"name": "X", "kind": "bloc", "scope": "in_province", "organizer": "A"})).refused(403, "forbidden");
        assert_eq!(standing.get(&format!("{path}/history")).items().len(), 2);
    }
}
