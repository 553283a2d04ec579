//! What the service says of itself.

use thidua_testkit::on_both;

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
}
