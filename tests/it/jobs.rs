//! Jobs: shown to who looks after the service, done once whoever takes them on, and gone on with when
//! somebody has left them.

use thidua_domain::access::Role;
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
        let school = json!({"code": "TRUONG-A", "kind": "school", "name": "Trường A (giả định)", "fictional": true});
        app.standing().send("POST", "/api/v1/units", &[("idempotency-key", "k1")], Some(&school)).is(201);
        app.every_hour();
        let jobs = |app: &TestApp| inspect::lines(&mut app.open_database(), "SELECT status AS line FROM jobs").unwrap();
        assert!(jobs(&app).is_empty(), "nothing is too old, so nothing is done");
        app.clock.advance(8 * 24 * 3600);
        app.every_hour();
        let done = app.admin().get("/api/v1/jobs?kind=forget_old&status=done").items();
        assert_eq!(done.len(), 1);
        let forgotten = done[0]["result"]["forgotten"].as_object().unwrap();
        assert_eq!(forgotten["idempotent_answers"], 1);
        assert!(forgotten["sessions"].as_i64().unwrap() >= 1, "{forgotten:?}");
        assert_eq!(json!(forgotten.values().filter_map(serde_json::Value::as_i64).sum::<i64>()), done[0]["done"]);
        assert_eq!(done[0]["allowed_actions"], json!([]));
        app.clock.advance(40 * 24 * 3600);
        app.every_hour();
        assert_eq!(jobs(&app), ["done"], "only the job that forgot the others is left");
    }

    fn values_in_the_history_are_erased_when_their_time_is_over(app) {
        let standing = app.standing();
        let school = json!({"code": "TRUONG-A", "kind": "school", "name": "Trường A (giả định)", "fictional": true});
        let path = format!("/api/v1/units/{}", standing.post("/api/v1/units", &school).made());
        app.clock.advance(7304 * 24 * 3600);
        app.every_hour();
        let standing = app.account("thuong-truc.2", &[(Role::StandingBody, None)]);
        assert_eq!(standing.get(&format!("{path}/history")).items()[0]["after"]["name"], "Trường A (giả định)");
        app.clock.advance(2 * 24 * 3600);
        app.every_hour();
        let standing = app.account("thuong-truc.3", &[(Role::StandingBody, None)]);
        let history = standing.get(&format!("{path}/history")).items();
        assert_eq!((history.len(), &history[0]["action"]), (1, &json!("create")), "what happened stays");
        assert!(history[0].get("after").is_none(), "{}", history[0]);
        assert_eq!(standing.get(&path).gives(200)["name"], "Trường A (giả định)", "and so does the unit");
    }

    fn how_long_data_is_kept_is_told_to_everybody(app) {
        let times = app.anon().get("/api/v1/reference/retention").items();
        let of = |class: &str| times.iter().find(|row| row["class"] == class).unwrap();
        assert_eq!(of("sessions")["kept_seconds"], 7 * 24 * 3600);
        assert_eq!((&of("sessions")["can_be_set"], &of("sessions")["most_days"]), (&json!(true), &json!(365)));
        assert!(of("events").get("kept_seconds").is_none(), "for good");
        assert_eq!(times.len(), app.anon().get("/api/v1/reference/retention-classes").items().len());
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
