//! Jobs: shown to who looks after the service, done once whoever takes them on, and gone on with when
//! somebody has left them.

use thidua_store::conn::Conn;
use thidua_store::{dialect, inspect};
use thidua_testkit::{TestApp, json, on_both};

/// Puts a job there as a service that died would have left it, or as one that has just begun.
pub(crate) fn put(app: &TestApp, n: u8, status: &str, attempts: u8, lease: &str) -> String {
    let id = format!("00000000-0000-7000-8000-0000000000{n:02}");
    let mut conn = app.open_database();
    let (written, then) = match (&conn, lease) {
        (Conn::Sqlite(_), "over") => (format!("x'{}'", id.replace('-', "")), "1"),
        (Conn::Sqlite(_), _) => (format!("x'{}'", id.replace('-', "")), "9000000000000000"),
        (Conn::Postgres(_), "over") => (format!("'{id}'"), "'2020-01-01'"),
        (Conn::Postgres(_), _) => (format!("'{id}'"), "'2200-01-01'"),
    };
    let now = if matches!(conn, Conn::Sqlite(_)) { "1790000000000000" } else { "now()" };
    let sql = format!(
        "INSERT INTO jobs (id, kind, status, attempts, lease_until, done, version, created_at, updated_at) \
         VALUES ({written}, 'forget_old', '{status}', {attempts}, {then}, 3, 1, {now}, {now})"
    );
    dialect::execute(&mut conn, &sql).unwrap();
    id
}

on_both! {
    fn what_is_too_old_is_forgotten_by_a_job(app) {
        let admin = app.admin();
        app.every_hour();
        let jobs = admin.get("/api/v1/jobs?kind=forget_old&status=done").items();
        assert!(!jobs.is_empty());
        assert_eq!(jobs[0]["result"]["forgotten"], jobs[0]["done"]);
        assert_eq!(jobs[0]["allowed_actions"], json!([]));
        app.clock.advance(40 * 24 * 3600);
        app.every_hour();
        let left = inspect::lines(&mut app.open_database(), "SELECT status AS line FROM jobs").unwrap();
        assert_eq!(left, ["done"], "only the job that forgot the others is left");
    }

    fn a_job_that_was_left_is_gone_on_with(app) {
        let admin = app.admin();
        app.every_hour();
        let at = |n, status, attempts, lease| format!("/api/v1/jobs/{}", put(&app, n, status, attempts, lease));
        let (left, going, hopeless) = (at(1, "running", 1, "over"), at(2, "running", 1, "on"), at(3, "running", 5, "over"));
        app.every_hour();
        let done = admin.get(&left).gives(200);
        assert_eq!((&done["status"], &done["attempts"], &done["done"]), (&json!("done"), &json!(2), &json!(3)));
        assert_eq!(admin.get(&going).gives(200)["status"], "running");
        let failed = admin.get(&hopeless).gives(200);
        assert_eq!((&failed["status"], &failed["error_code"]), (&json!("failed"), &json!("gave_up")));
    }

    fn a_job_can_be_cancelled_by_who_looks_after_the_service(app) {
        let admin = app.admin();
        let path = format!("/api/v1/jobs/{}", put(&app, 1, "running", 1, "on"));
        assert_eq!(admin.get(&path).gives(200)["allowed_actions"], json!(["cancel"]));
        let auditor = app.with(thidua_domain::access::Role::Auditor);
        auditor.step(&path, &json!({"action": "cancel"})).refused(403, "forbidden");
        app.standing().get(&path).refused(404, "not_found");
        assert_eq!(app.signed_in("standing-body.tat-ca").get("/api/v1/jobs").items().len(), 0);
        assert_eq!(admin.step(&path, &json!({"action": "cancel"})).gives(201)["status"], "cancelled");
        admin.step(&path, &json!({"action": "cancel"})).refused(409, "wrong_state");
        assert_eq!(auditor.get(&format!("{path}/transitions")).items()[0]["to"], "cancelled");
    }
}
