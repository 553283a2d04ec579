//! Answers that are given again: only while nothing has changed, and only to who asks the same.

use std::time::{Duration, Instant};

use thidua_testkit::{TestApp, json, on_both};

/// How many answers were given again so far.
fn given_again(app: &TestApp) -> u64 {
    let text = app.anon().get("/metrics").text();
    let line = text.lines().find_map(|line| line.strip_prefix("thidua_answers_given_again_total "));
    line.expect("the measure").parse().unwrap()
}

on_both! {
    fn an_unchanged_unit_is_not_read_again(app) {
        let officer = app.officer("P-HA-NOI");
        let path = "/api/v1/units?code=P-HUE";
        let first = officer.get(path);
        let before = given_again(&app);
        // Whatever else happens on a PostgreSQL server, in other databases too, changes its state.
        let begun = Instant::now();
        let asking = std::iter::from_fn(|| (begun.elapsed() < Duration::from_secs(20)).then(|| officer.get(path)));
        let again = { asking }.find(|_| given_again(&app) > before).expect("it is given again some time");
        assert_eq!(again.is(200).text(), first.text());
        for name in ["etag", "vary", "cache-control", "content-type"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
        officer.send("GET", path, &[("if-none-match", &first.etag())], None).is(304);
    }

    fn a_change_is_seen_at_once_wherever_it_was_made(app) {
        let standing = app.standing();
        let id = standing.post("/api/v1/units", &json!({"code": "RE-1", "kind": "school", "name": "Trường (giả định)", "fictional": true})).made();
        let path = format!("/api/v1/units/{id}");
        let other = app.beside();
        let there = other.bearer(standing.token());
        for n in 0..20 {
            let (writer, reader) = if n % 2 == 0 { (&standing, &there) } else { (&there, &standing) };
            reader.get(&path).is(200);
            let note = format!("lần {n}");
            let changed = writer.patch(&path, &json!({"note": note}));
            assert_eq!(reader.get(&path).gives(200)["note"], note);
            assert_eq!(reader.get(&path).etag(), changed.etag());
            assert_eq!(writer.get(&path).gives(200)["note"], note);
        }
    }

    fn who_asks_something_else_is_told_something_else(app) {
        let (standing, officer) = (app.standing(), app.officer("P-HUE"));
        let id = standing.get("/api/v1/units?code=P-HUE").items()[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/units/{id}");
        let list = "/api/v1/units?code=P-HUE";
        for _ in 0..3 {
            assert_eq!(standing.get(&path).gives(200)["allowed_actions"], json!(["edit", "arrange", "succeed"]));
            assert_ne!(officer.get(&path).gives(200)["allowed_actions"], json!(["edit", "arrange", "succeed"]));
            let english = officer.send("GET", &path, &[("accept-language", "en")], None);
            assert_eq!(english.gives(200)["kind_label"], "Province or centrally run city");
            assert_ne!(officer.get(&path).gives(200)["kind_label"], "Province or centrally run city");
            let csv = officer.send("GET", list, &[("accept", "text/csv")], None);
            assert_eq!(csv.is(200).header("content-type"), Some("text/csv; charset=utf-8"));
            assert_eq!(officer.get(list).header("content-type"), Some("application/json"));
            let counted = officer.send("GET", list, &[("prefer", "count=exact")], None);
            assert_eq!(counted.gives(200)["total"], 1);
            assert_eq!(officer.get(list).gives(200).get("total"), None);
            assert_eq!(officer.get(&format!("{path}?as_of=2021-04-24")).gives(200)["name"], "Tỉnh Thừa Thiên Huế");
        }
    }

    fn a_right_that_ends_is_seen_at_once(app) {
        let (admin, officer) = (app.admin(), app.officer("P-HUE"));
        let me = officer.get("/api/v1/me").gives(200)["id"].as_str().unwrap().to_owned();
        let path = "/api/v1/units?code=P-HUE";
        officer.get(path).is(200);
        officer.get(path).is(200);
        admin.step(&format!("/api/v1/users/{me}"), &json!({"action": "deactivate", "reason": "thử"})).is(201);
        officer.get(path).refused(401, "bad_token");
    }
}
