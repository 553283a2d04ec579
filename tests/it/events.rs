//! The log: dense positions in the order of commits however many write, nothing taken back, and the
//! personal half erasable on its own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use thidua_domain::access::Role;
use thidua_store::conn::Conn;
use thidua_store::{dialect, inspect, migrate};
use thidua_testkit::{Caller, Database, TestApp, Value, json, on_both};

const WRITERS: usize = 16;
const EACH: usize = 12;

fn page(follower: &Caller<'_>, after: i64) -> Vec<Value> {
    follower.get(&format!("/api/v1/events?after={after}&limit=50")).items()
}

/// Follows the feed until nothing new comes once `written` is set; checks each step on the way.
fn follow(follower: &Caller<'_>, from: i64, written: &AtomicBool) -> Vec<Value> {
    let (mut seen, mut after) = (Vec::new(), from);
    let mut quiet_since = Instant::now();
    loop {
        let ended = written.load(Ordering::SeqCst);
        let events = page(follower, after);
        for event in &events {
            let position = event["position"].as_i64().unwrap();
            assert_eq!(position, after + 1, "a hole in the feed, or a step back");
            after = position;
        }
        if events.is_empty() {
            // Sealing takes its time on PostgreSQL; long after the last write nothing more may come.
            if ended && quiet_since.elapsed() > Duration::from_millis(1500) {
                return seen;
            }
            std::thread::sleep(Duration::from_millis(5));
        } else {
            quiet_since = Instant::now();
            seen.extend(events);
        }
    }
}

fn last_position(conn: &mut Conn) -> i64 {
    inspect::lines(conn, "SELECT CAST(COALESCE(MAX(position), 0) AS text) AS line FROM events").unwrap()[0].parse().unwrap()
}

fn wait_until_sealed(conn: &mut Conn) {
    let begun = Instant::now();
    while inspect::lines(conn, "SELECT 'x' AS line FROM events WHERE position IS NULL").unwrap() != Vec::<String>::new() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the log is not sealed");
        std::thread::sleep(Duration::from_millis(20));
    }
}

on_both! {
    fn the_feed_is_dense_and_in_the_order_of_commits(app) {
        let standing = app.standing();
        let others: Vec<TestApp> = if app.database == Database::Postgres { vec![app.beside()] } else { Vec::new() };
        let at: Vec<Caller<'_>> = std::iter::once(&app).chain(&others).map(|app| app.bearer(standing.token())).collect();
        let mut conn = app.open_database();
        wait_until_sealed(&mut conn);
        let from = last_position(&mut conn);
        let written = AtomicBool::new(false);
        let (seen, acknowledged) = std::thread::scope(|scope| {
            let followers: Vec<_> = at.iter().map(|caller| scope.spawn(|| follow(caller, from, &written))).collect();
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let caller = &at[writer % at.len()];
                    scope.spawn(move || {
                        let mut ids = Vec::new();
                        for n in 0..EACH {
                            let draft = json!({"code": format!("EV-{writer}-{n}"), "kind": "school", "name": "Trường (giả định)"});
                            let id = caller.post("/api/v1/units", &draft).made();
                            caller.patch(&format!("/api/v1/units/{id}"), &json!({"note": "x"})).is(200);
                            // Refused writes and dry runs leave no trace in the log.
                            caller.post("/api/v1/units", &draft).is(409);
                            caller.post("/api/v1/units?dry_run=true", &json!({"code": "DRY", "kind": "school", "name": "x"})).is(201);
                            ids.push(id);
                        }
                        ids
                    })
                })
                .collect();
            let acknowledged: Vec<_> = writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
            // Whatever became of the writers: the followers have nothing more to wait for.
            written.store(true, Ordering::SeqCst);
            let acknowledged: Vec<Vec<String>> = acknowledged.into_iter().map(Result::unwrap).collect();
            (followers.into_iter().map(|seen| seen.join().unwrap()).collect::<Vec<_>>(), acknowledged)
        });
        assert_eq!(seen[0].len(), WRITERS * EACH * 2);
        assert!(seen.iter().all(|one| *one == seen[0]), "two followers saw two feeds");
        let mut places: HashMap<(&str, &str), usize> = HashMap::new();
        for (place, event) in seen[0].iter().enumerate() {
            let twice = places.insert((event["subject_id"].as_str().unwrap(), event["action"].as_str().unwrap()), place);
            assert_eq!(twice, None, "{event} stands twice");
        }
        for ids in &acknowledged {
            // What one writer did after another thing was acknowledged comes after it.
            let order: Vec<usize> = ids.iter().flat_map(|id| ["create", "edit"].map(|verb| places[&(id.as_str(), verb)])).collect();
            assert!(order.is_sorted(), "{order:?}");
        }
        println!("events: {} entries by {WRITERS} writers at {} services", seen[0].len(), at.len());
    }

    fn a_page_as_csv_tells_who_did_what_when(app) {
        let standing = app.standing();
        let id = standing.post("/api/v1/units", &json!({"code": "CSV", "kind": "school", "name": "Trường (giả định)"})).made();
        let rows = |path: &str| -> Vec<String> {
            let reply = standing.send("GET", path, &[("accept", "text/csv")], None);
            String::from_utf8(reply.is(200).bytes.clone()).unwrap().trim_start_matches('\u{feff}').lines().map(str::to_owned).collect()
        };
        let history = rows(&format!("/api/v1/units/{id}/history"));
        assert_eq!(history[0], "action,action_label,actor,at,fields,from,id,origin,reason,request_id,to,warnings");
        assert!(history[1].starts_with("create,Tạo,standing-body.tat-ca,"), "{}", history[1]);
        for (list, columns) in [("pledges", ["id", "status", "origin"]), ("documents", ["id", "kind", "issuer_name"]), ("blocs", ["id", "kind", "scope"])] {
            let head = &rows(&format!("/api/v1/{list}"))[0];
            for column in columns {
                assert_eq!(head.split(',').filter(|other| *other == column).count(), 1, "{column} in {head}");
            }
        }
    }

    fn nothing_in_the_log_is_changed_or_taken_back(app) {
        let standing = app.standing();
        let _ = standing.post("/api/v1/units", &json!({"code": "LOG", "kind": "school", "name": "Trường (giả định)"})).made();
        let mut conn = app.open_database();
        wait_until_sealed(&mut conn);
        let entries = "SELECT CAST(position AS text) || kind || verb || fields || request_id AS line FROM events ORDER BY position";
        let before = inspect::lines(&mut conn, entries).unwrap();
        assert!(!before.is_empty());
        let mut attempts = vec![
            "UPDATE events SET verb = 'edit'",
            "UPDATE events SET position = position + 1000",
            "UPDATE events SET position = NULL",
            "UPDATE events SET actor_id = NULL",
            "DELETE FROM events",
            "DELETE FROM events WHERE position = 1",
        ];
        attempts.push(match app.database {
            Database::Sqlite => "INSERT OR REPLACE INTO events SELECT id, seq, position, at, actor_id, kind, subject_id, 'edit', fields, \
                from_status, to_status, origin, request_id FROM events WHERE position = 1",
            Database::Postgres => "TRUNCATE events CASCADE",
        });
        for attempt in attempts {
            let refused = dialect::execute(&mut conn, attempt);
            assert!(refused.as_ref().is_err_and(|error| error.to_string().contains("append-only")), "{attempt}: {refused:?}");
        }
        assert_eq!(inspect::lines(&mut conn, entries).unwrap(), before);
    }

    fn an_entry_without_a_position_gets_one_and_nothing_else(app) {
        let standing = app.standing();
        let _ = standing.post("/api/v1/units", &json!({"code": "LOG", "kind": "school", "name": "Trường (giả định)"})).made();
        let mut conn = app.open_database();
        wait_until_sealed(&mut conn);
        let columns: Vec<_> = migrate::columns(&mut conn).unwrap().into_iter().filter(|column| column.table_name == "events").collect();
        assert!(columns.len() > 10, "{columns:?}");
        for name in columns.iter().map(|column| column.column_name.as_str()) {
            let other = match (app.database, name) {
                // The database numbers these itself.
                (Database::Postgres, "seq") => continue,
                (_, "position") => "position + 1000",
                (Database::Postgres, "id" | "actor_id" | "subject_id") => "gen_random_uuid()",
                (Database::Postgres, "at") => "at + interval '1 second'",
                (Database::Sqlite, "id" | "actor_id" | "subject_id") => "randomblob(16)",
                (Database::Sqlite, "at" | "seq") => "at + 1",
                _ => "'other'",
            };
            // Out of sight of the sealer: nothing of it is committed.
            let id = if app.database == Database::Postgres { "gen_random_uuid()" } else { "randomblob(16)" };
            dialect::execute(&mut conn, "BEGIN").unwrap();
            let copy = format!("INSERT INTO events (id, position, at, kind, subject_id, verb, fields, origin, request_id) \
                SELECT {id}, NULL, at, kind, subject_id, verb, fields, origin, 'copy' FROM events WHERE position = 1");
            dialect::execute(&mut conn, &copy).unwrap();
            let sealed = if name == "position" { "position = 1" } else { "request_id = 'copy'" };
            let refused = dialect::execute(&mut conn, &format!("UPDATE events SET {name} = {other} WHERE {sealed}"));
            dialect::execute(&mut conn, "ROLLBACK").unwrap();
            assert!(refused.as_ref().is_err_and(|error| error.to_string().contains("append-only")), "{name}: {refused:?}");
        }
    }

    fn the_personal_half_can_be_erased_on_its_own(app) {
        let standing = app.standing();
        let unit = standing.post("/api/v1/units", &json!({"code": "ERASE", "kind": "school", "name": "Trường (giả định)"})).made();
        let path = format!("/api/v1/units/{unit}");
        standing.patch(&path, &json!({"note": "bí mật"})).is(200);
        let history = format!("{path}/history");
        assert_eq!(standing.get(&history).items()[0]["after"], json!({"note": "bí mật"}));
        let mut conn = app.open_database();
        wait_until_sealed(&mut conn);
        let auditor = app.with(Role::Auditor);
        wait_until_sealed(&mut conn);
        let log = page(&auditor, 0);
        assert!(!log.iter().any(|event| event.to_string().contains("bí mật")), "the log itself holds no values");
        dialect::execute(&mut conn, "DELETE FROM event_values").unwrap();
        let after = standing.get(&history).items();
        assert_eq!(after.len(), 2);
        assert!(after.iter().all(|entry| entry.get("after").is_none_or(Value::is_null)), "{after:?}");
        assert_eq!(page(&auditor, 0), log, "the log does not change");
    }

    fn only_those_who_oversee_read_the_log(app) {
        app.officer("P-HUE").get("/api/v1/events").refused(403, "forbidden");
        app.admin().get("/api/v1/events").refused(403, "forbidden");
        app.anon().get("/api/v1/events").refused(401, "unauthenticated");
        app.with(Role::Auditor).get("/api/v1/events").is(200);
    }
}
