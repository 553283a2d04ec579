//! What the service says of itself.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use thidua_testkit::{Database, TestApp, Value, on_both};

use crate::crash::agent;

/// What a page or a style names as its sources: attributes of HTML, `url(…)` and `@import` of CSS.
fn sources(text: &str) -> BTreeSet<String> {
    let ends = |c: char| matches!(c, '"' | '\'' | ')' | ' ' | '>' | ';');
    let marks = ["src=\"", "src='", "href=\"", "href='", "url(\"", "url('", "url(", "@import \"", "@import '"];
    let named = marks.iter().flat_map(|mark| text.split(mark).skip(1));
    named.map(|after| after.split(ends).next().unwrap_or_default().to_owned()).filter(|source| !source.is_empty()).collect()
}

/// Ways in which a script fetches more: each is followed by what it fetches.
const FETCHES: &[&str] =
    &[".src=", "src:", "import(", "importScripts(", "fetch(", "new Worker(", "<script src=", "<link href=", "@import "];

fn foreign(source: &str) -> bool {
    let source = source.trim_start_matches(['"', '\'', '`', '(']);
    ["http:", "https:", "//"].iter().any(|begins| source.starts_with(begins))
}

on_both! {
    fn probes_and_pages_answer_anybody(app) {
        for path in ["/livez", "/readyz", "/metrics", "/api/v1", "/api/v1/openapi.json", "/api/v1/postman.json", "/api/v1/errors",
            "/.well-known/jwks.json", "/.well-known/api-catalog", "/.well-known/security.txt", "/api/v1/reference",
            "/api/v1/reference/unit-kinds", "/api/v1/reference/lifecycles/pledge", "/docs/", "/docs/swagger-ui.css"]
        {
            app.anon().get(path).is(200);
        }
        app.anon().get("/docs").is(308);
        assert!(app.anon().get("/metrics").text().contains("thidua_http_answers_total"));
        assert!(app.anon().get("/docs/").text().contains("swagger"));
    }

    fn what_is_not_there_is_a_problem(app) {
        app.anon().get("/nowhere").refused(404, "no_such_path");
        app.anon().get("/api/v1/reference/nothing").refused(404, "not_found");
        let reply = app.anon().delete("/api/v1/units");
        reply.refused(405, "method_not_allowed");
        assert_eq!(reply.header("allow"), Some("GET, POST, HEAD"));
        app.anon().get("/api/v1/units").refused(401, "unauthenticated");
    }

    fn the_reference_pages_load_nothing_from_elsewhere(app) {
        assert!(sources("<script src=\"https://elsewhere.test/a.js\"></script>").iter().any(|source| foreign(source)));
        let page = app.anon().get("/docs/").text();
        let mut names: BTreeSet<String> = sources(&page);
        assert!(names.iter().any(|name| name.ends_with(".js")) && names.iter().any(|name| name.ends_with(".css")), "{names:?}");
        assert_eq!(names.iter().find(|name| foreign(name)), None);
        names.retain(|name| [".html", ".js", ".css"].iter().any(|kind| name.ends_with(kind)));
        for name in names {
            let reply = app.anon().get(&format!("/docs/{}", name.trim_start_matches("./")));
            let text = reply.is(200).text();
            if name.ends_with(".js") {
                for fetch in FETCHES {
                    let found = text.split(fetch).skip(1).find(|after| foreign(after)).map(|after| after.chars().take(80).collect::<String>());
                    assert_eq!(found, None, "{name}: {fetch}");
                }
            } else {
                assert_eq!(sources(&text).into_iter().find(|source| foreign(source)), None, "{name}");
            }
        }
        // Where it would have its document judged by somebody else, it is told not to.
        let begins = app.anon().get("/docs/swagger-initializer.js").is(200).text();
        assert!(begins.contains("\"validatorUrl\": \"none\"") && !begins.contains("http"), "{begins}");
    }

    fn a_service_about_to_stop_is_not_ready(app) {
        app.anon().get("/readyz").is(200);
        app.about_to_stop();
        let reply = app.anon().get("/readyz");
        reply.refused(503, "unavailable");
        let wait: u32 = reply.header("retry-after").expect("Retry-After").parse().unwrap();
        assert!(wait > 0);
        app.anon().get("/livez").is(200);
        // What is sent to it all the same is answered.
        assert!(app.standing().get("/api/v1/units?limit=1").items().len() == 1);
    }
}

/// A bounded question past the checks of the testkit: status, problem code, Retry-After.
fn asked(app: &TestApp, path: &str, token: &str) -> (u16, Value, bool) {
    let begun = Instant::now();
    let mut response =
        agent().get(format!("{}{path}", app.base)).header("authorization", format!("Bearer {token}")).call().expect("an answer");
    assert!(begun.elapsed() < Duration::from_secs(15), "{path} took {:?}", begun.elapsed());
    let body = response.body_mut().read_to_string().unwrap();
    let retry = response.headers().contains_key("retry-after");
    (response.status().as_u16(), serde_json::from_str::<Value>(&body).unwrap_or_default()["code"].clone(), retry)
}

/// A database that goes away is no defect of the service: it says to come back, and does not say why.
#[test]
fn without_its_database_the_service_asks_to_come_back() {
    let app = TestApp::start(Database::Postgres);
    let standing = app.standing();
    let unit = format!("/api/v1/units/{}", standing.get("/api/v1/units?limit=1").items()[0]["id"].as_str().unwrap());
    standing.get(&unit).is(200);
    let (server, name) = app.url.rsplit_once('/').unwrap();
    let postgres = format!("{server}/postgres");

    // All connections cut, as a restart of the server does: some answers say so, then all is well again.
    let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    thidua_store::dialect::admin(&postgres, &cut).unwrap();
    let answers: Vec<_> = (0..20).map(|_| asked(&app, &unit, standing.token())).collect();
    assert!(answers.iter().all(|(status, _, retry)| *status == 200 || (*status == 503 && *retry)), "{answers:?}");
    assert!(answers.iter().any(|(status, ..)| *status == 503), "nothing was cut: {answers:?}");
    assert_eq!(answers.last().unwrap().0, 200, "{answers:?}");

    thidua_store::dialect::admin(&postgres, &format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
    for _ in 0..10 {
        assert_eq!(asked(&app, &unit, standing.token()), (503, "unavailable".into(), true));
    }
    assert_eq!(asked(&app, "/readyz", standing.token()), (503, "unavailable".into(), true));
    assert_eq!(asked(&app, "/livez", standing.token()).0, 200);
    // The same once more, held against the document; nothing of the database is told.
    let problem = standing.get(&unit).refused(503, "unavailable");
    assert!(!problem.to_string().contains(name), "{problem}");
}
