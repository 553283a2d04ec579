//! Many callers at the same instant: keys that are used twenty times at once, one version that
//! everybody has seen, one code that everybody wants, one pledge that all sign and edit; on PostgreSQL also through two services that
//! share the database, so that serialization failures are met and tried again.

use std::sync::Barrier;

use thidua_testkit::{Caller, Database, Reply, TestApp, json, on_both};

use crate::blocs::bloc_of;
use crate::pledges::pledge;

const CALLERS: usize = 64;
const TWINS: usize = 20;

/// The services that share the database: two on PostgreSQL; a SQLite file has one writer and so one.
fn services(app: &TestApp) -> Vec<TestApp> {
    if app.database == Database::Sqlite {
        return Vec::new();
    }
    vec![app.beside(), app.beside()]
}

/// The same caller at every service.
fn everywhere<'a>(caller: &'a Caller<'_>, app: &'a TestApp, services: &'a [TestApp]) -> Vec<Caller<'a>> {
    let at = if services.is_empty() { std::slice::from_ref(app) } else { services };
    at.iter().map(|app| app.bearer(caller.token())).collect()
}

/// Everybody asks at once; each by the number of the caller, spread over the services.
fn at_once(callers: usize, at: &[Caller<'_>], ask: impl Fn(&Caller<'_>, usize) -> Reply + Sync) -> Vec<Reply> {
    let barrier = Barrier::new(callers);
    std::thread::scope(|scope| {
        let (ask, barrier) = (&ask, &barrier);
        let asking: Vec<_> = (0..callers)
            .map(|n| {
                let caller = &at[n % at.len()];
                scope.spawn(move || {
                    barrier.wait();
                    ask(caller, n)
                })
            })
            .collect();
        asking.into_iter().map(|reply| reply.join().unwrap()).collect()
    })
}

fn count(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

fn statuses(replies: &[Reply]) -> Vec<u16> {
    replies.iter().map(|reply| reply.status).collect()
}

on_both! {
    fn a_key_used_many_times_at_once_has_one_effect_and_one_answer(app) {
        let standing = app.standing();
        let services = services(&app);
        let callers = everywhere(&standing, &app, &services);
        for round in 0..5 {
            let draft = json!({"code": format!("TWIN-{round}"), "kind": "school", "name": "Trường (giả định)", "fictional": true});
            let key = format!("twin-{round}");
            let replies = at_once(TWINS, &callers, |caller, _| {
                caller.send("POST", "/api/v1/units", &[("idempotency-key", &key)], Some(&draft))
            });
            assert_eq!(count(&replies, 201), TWINS, "round {round}: {:?}", statuses(&replies));
            assert!(replies.iter().all(|reply| reply.bytes == replies[0].bytes), "round {round}: answers differ");
            let fresh = replies.iter().filter(|reply| reply.header("idempotency-replayed").is_none()).count();
            assert_eq!(fresh, 1, "round {round}");
            // A name of a unit can be given twice, so here nothing but the key keeps it single.
            let names = format!("/api/v1/units/{}/names", replies[0].made());
            let alias = json!({"name": "Trường cũ (giả định)", "alias": true});
            let replies = at_once(TWINS, &callers, |caller, _| caller.send("POST", &names, &[("idempotency-key", &key)], Some(&alias)));
            assert_eq!(count(&replies, 201), TWINS, "round {round}: {:?}", statuses(&replies));
            assert!(replies.iter().all(|reply| reply.bytes == replies[0].bytes), "round {round}: answers differ");
            let kept = standing.get(&names).items();
            assert_eq!(kept.iter().filter(|name| name["alias"] == true).count(), 1, "round {round}: {kept:?}");
        }
    }

    fn of_many_who_saw_the_same_version_one_changes_it(app) {
        let standing = app.standing();
        let services = services(&app);
        let callers = everywhere(&standing, &app, &services);
        let unit = standing.post("/api/v1/units", &json!({"code": "RACE", "kind": "school", "name": "Trường (giả định)"})).made();
        let path = format!("/api/v1/units/{unit}");
        for round in 0..3 {
            let etag = standing.get(&path).is(200).etag();
            let replies = at_once(CALLERS, &callers, |caller, n| {
                caller.send("PATCH", &path, &[("if-match", &etag)], Some(&json!({"note": format!("{round}/{n}")})))
            });
            assert_eq!((count(&replies, 200), count(&replies, 412)), (1, CALLERS - 1), "round {round}: {:?}", statuses(&replies));
            let winner = replies.iter().find(|reply| reply.status == 200).unwrap().json();
            let now = standing.get(&path).gives(200);
            assert_eq!(now["note"], winner["note"]);
            assert_eq!(now["version"], round + 2);
        }
        assert_eq!(standing.get(&format!("{path}/history")).items().len(), 4);
    }

    fn of_many_who_want_one_code_one_gets_it(app) {
        let standing = app.standing();
        let services = services(&app);
        let callers = everywhere(&standing, &app, &services);
        for round in 0..3 {
            let draft = json!({"code": format!("ONE-{round}"), "kind": "school", "name": "Trường (giả định)"});
            let replies = at_once(CALLERS, &callers, |caller, _| caller.post("/api/v1/units", &draft));
            assert_eq!((count(&replies, 201), count(&replies, 409)), (1, CALLERS - 1), "round {round}: {:?}", statuses(&replies));
            for loser in replies.iter().filter(|reply| reply.status == 409) {
                loser.refused(409, "code_taken");
            }
            assert_eq!(standing.get(&format!("/api/v1/units?code=ONE-{round}")).items().len(), 1);
        }
    }

    fn nobody_who_creates_is_sent_away(app) {
        let standing = app.standing();
        let services = services(&app);
        let callers = everywhere(&standing, &app, &services);
        for round in 0..3 {
            // Half make things of their own; half try one and the same without keeping it, and wait for each other.
            let replies = at_once(CALLERS, &callers, |caller, n| {
                let (path, code) = if n % 2 == 0 { ("/api/v1/units", format!("OWN-{round}-{n}")) } else { ("/api/v1/units?dry_run=true", "DRY".to_owned()) };
                caller.post(path, &json!({"code": code, "kind": "school", "name": "Trường (giả định)"}))
            });
            assert_eq!(count(&replies, 201), CALLERS, "round {round}: {:?}", statuses(&replies));
        }
        assert_eq!(standing.get("/api/v1/units?kind=school&limit=200").items().len(), 3 * CALLERS / 2);
    }

    fn crossed_relations_never_close_a_circle(app) {
        let standing = app.standing();
        let services = services(&app);
        let callers = everywhere(&standing, &app, &services);
        for round in 0..8 {
            let made = |side: &str| {
                let draft = json!({"code": format!("{side}-{round}"), "kind": "department", "name": format!("Sở {side} {round} (giả định)")});
                standing.post("/api/v1/units", &draft).made()
            };
            let ids = [made("LEFT"), made("RIGHT")];
            let codes = [format!("LEFT-{round}"), format!("RIGHT-{round}")];
            let replies = at_once(2, &callers, |caller, n| {
                let upper = json!({"kind": "administrative", "upper": codes[1 - n]});
                caller.post(&format!("/api/v1/units/{}/relations", ids[n]), &upper)
            });
            let mut statuses = statuses(&replies);
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 422], "round {round}: each stands below the other");
        }
    }

    fn a_pledge_signed_and_edited_at_once_loses_nothing(app) {
        const EDITORS: usize = 16;
        const SIGNERS: usize = CALLERS - EDITORS;
        let standing = app.standing();
        // One member more than signs at once: the pledge stays open to edits until the end.
        let units: Vec<String> = (0..=SIGNERS).map(|n| format!("M{n}")).collect();
        let path = pledge(&standing, &bloc_of(&app, &standing, &units.iter().map(String::as_str).collect::<Vec<_>>()));
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let heads: Vec<Caller<'_>> = units.iter().map(|unit| app.head(unit)).collect();
        let services = services(&app);
        let standings = everywhere(&standing, &app, &services);
        let signers: Vec<Vec<Caller<'_>>> = heads.iter().map(|head| everywhere(head, &app, &services)).collect();
        let replies = at_once(CALLERS, &standings, |standing, n| match n.checked_sub(EDITORS) {
            // A signature of its own for each head; for each editor a name of its own beside those of all the others.
            Some(n) => signers[n][n % standings.len()].post(&format!("{path}/signatures"), &json!({"unit": units[n]})),
            None => standing.send("PATCH", &path, &[("if-match", "*")], Some(&json!({"external_ids": {format!("system-{n}"): "x"}}))),
        });
        assert_eq!((count(&replies, 201), count(&replies, 200)), (SIGNERS, EDITORS), "{:?}", statuses(&replies));
        let open = standing.get(&path).gives(200);
        assert_eq!((&open["status"], &open["signature_count"]), (&json!("signing"), &json!(SIGNERS)));
        assert_eq!(open["external_ids"].as_object().unwrap().len(), EDITORS, "an edit was lost: {}", open["external_ids"]);
        // Made, opened, and every signature and edit: each moved the version on by one.
        assert_eq!(open["version"], 2 + CALLERS);
        heads[SIGNERS].post(&format!("{path}/signatures"), &json!({"unit": units[SIGNERS]})).is(201);
        assert_eq!(standing.get(&path).gives(200)["status"], "in_force");
        assert_eq!(standing.get(&format!("{path}/signatures")).items().len(), SIGNERS + 1);
        // The same once more, and the step into force.
        assert_eq!(standing.get(&format!("{path}/history?limit=200")).items().len(), 2 + CALLERS + 2);
    }

    fn many_score_one_bloc_at_once_and_no_entry_is_lost(app) {
        const UNITS: usize = 4;
        const ITEMS: usize = CALLERS / UNITS;
        let standing = app.standing();
        let services = services(&app);
        let callers = everywhere(&standing, &app, &services);
        bloc_of(&app, &standing, &["A", "B", "C", "D"]);
        let item = |n: usize| json!({"node": "item", "code": format!("M{n}"), "name": format!("Mục {n}"), "max": 10, "rule": {"kind": "manual", "step": 0.5}});
        let table = json!({
            "code": "BD", "name": "Bảng điểm (giả định)", "owner": "TOCHUC", "scale": 10 * ITEMS, "contents": (0..ITEMS).map(item).collect::<Vec<_>>()
        });
        let set = crate::criteria_sets::published(&standing, &table);
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let sheets: Vec<String> = ["A", "B", "C", "D"]
            .iter()
            .map(|unit| format!("/api/v1/scoresheets/{}", standing.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": unit})).made()))
            .collect();
        // Each caller another item of one of the sheets, first for the unit itself, then for the bloc.
        let own = at_once(CALLERS, &callers, |caller, n| {
            let claim = json!({"kind": "points", "points": n as f64 / 8.0 - (n as f64 / 8.0) % 0.5});
            caller.post(&format!("{}/entries", sheets[n % UNITS]), &json!({"layer": "self", "entries": [{"item": format!("M{}", n / UNITS), "claim": claim}]}))
        });
        assert_eq!(count(&own, 201), CALLERS, "{:?}", statuses(&own));
        for sheet in &sheets {
            standing.step(sheet, &json!({"action": "submit"})).is(201);
        }
        let verified = at_once(CALLERS, &callers, |caller, n| {
            let entry = json!({"item": format!("M{}", n / UNITS), "points": 10, "reason": "Theo hồ sơ"});
            caller.post(&format!("{}/entries", sheets[n % UNITS]), &json!({"layer": "verified", "entries": [entry]}))
        });
        assert_eq!(count(&verified, 201), CALLERS, "{:?}", statuses(&verified));
        for (at, sheet) in sheets.iter().enumerate() {
            let kept = standing.get(sheet).gives(200);
            assert_eq!(kept["total"], 10 * ITEMS);
            for (n, item) in kept["items"].as_array().unwrap().iter().enumerate() {
                let caller = (n * UNITS + at) as f64 / 8.0;
                assert_eq!(item["layers"][0]["comes_to"].as_f64(), Some(caller - caller % 0.5), "{item}");
                assert_eq!((&item["layers"][1]["layer"], &item["layers"][1]["comes_to"]), (&json!("verified"), &json!(10)));
            }
            // Making, 32 entries, one submission.
            assert_eq!(kept["version"], 1 + 2 * ITEMS + 1);
        }
    }
}
