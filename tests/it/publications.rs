//! Rankings as published: announced, decided by the council, withdrawn; the days for appeals, and what a decision holds still.

use aws_lc_rs::digest::{SHA256, digest};
use thidua_store::clock::Clock;
use thidua_testkit::{Caller, PASSWORD, TestApp, Value, json, on_both};

use crate::scoresheets::{own, scored_year, sheet, submitted};

/// A submitted sheet, settled as from paper.
fn settle(standing: &Caller<'_>, path: &str, code: &str) {
    for act in ["verify", "appraise"] {
        standing.step(path, &json!({"action": act, "recorded": {"from": "paper", "happened_on": "2026-01-20"}})).is(201);
    }
    standing.step(path, &json!({"action": "settle", "confirm": code})).is(201);
}

/// The sheets of all three members, settled as from paper.
fn settled(standing: &Caller<'_>) -> Vec<String> {
    ["A", "B", "C"]
        .into_iter()
        .zip([90.0, 80.0, 70.0])
        .map(|(unit, actual)| {
            let path = sheet(standing, unit);
            submitted(standing, &path, &own(actual, 0, 10.0));
            settle(standing, &path, &format!("KHOI-2026-{unit}"));
            path
        })
        .collect()
}

fn document(standing: &Caller<'_>) {
    let draft = json!({"code": "QD", "kind": "decision", "title": "Kết quả thi đua (giả định)", "owner": "TOCHUC"});
    standing.post("/api/v1/documents", &draft).is(201);
}

/// Withdraws a publication as who read it last.
fn withdraw(caller: &Caller<'_>, path: &str, body: &Value) -> thidua_testkit::Reply {
    let etag = caller.get(path).is(200).etag();
    caller.send("POST", &format!("{path}/withdrawals"), &[("if-match", &etag)], Some(body))
}

/// The same account, signed in anew after time has passed.
fn again<'a>(app: &'a TestApp, name: &str) -> Caller<'a> {
    let session = app.anon().post("/api/v1/auth/sessions", &json!({"username": name, "password": PASSWORD})).gives(201);
    app.bearer(session["access_token"].as_str().unwrap())
}

on_both! {
    fn an_announced_ranking_keeps_what_it_said(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let path = sheet(&standing, "A");
        submitted(&standing, &path, &own(90.0, 0, 10.0));
        let publications = format!("{year}/ranking/publications");
        let announce = json!({"stage": "announced", "note": "Lấy ý kiến"});
        assert_eq!(standing.post(&format!("{publications}?dry_run=true"), &announce).is(201).header("dry-run"), Some("true"));
        assert_eq!(standing.get(&publications).items().len(), 0);
        let (deputy, organizer) = (app.officer("B"), app.officer("TOCHUC"));
        for who in [&deputy, &app.head("C")] {
            who.post(&publications, &announce).refused(403, "forbidden");
        }
        let leader = app.officer("A");
        let made = leader.post(&publications, &announce);
        let first = made.gives(201);
        assert_eq!(made.header("location"), Some(format!("{publications}/1").as_str()));
        assert_eq!((&first["number"], &first["status"], &first["missing"]), (&json!(1), &json!("provisional"), &json!([])));
        assert_eq!((&first["ranking"]["rows"][0]["total"], first["ranking"].get("published")), (&json!(85), None));
        // What is kept is told by its digest, and later scoring changes nothing of it.
        let sum = digest(&SHA256, first["ranking"].to_string().as_bytes());
        let sum: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(first["sha256"], sum);
        let recorded = json!({"from": "paper", "happened_on": "2026-01-15"});
        let again = json!({"layer": "verified", "entries": [{"item": "II", "points": 20, "reason": "Bổ sung"}], "recorded": recorded});
        organizer.post(&format!("{path}/entries"), &again).refused(403, "forbidden");
        deputy.post(&format!("{path}/entries"), &again).is(201);
        let ranking = deputy.get(&format!("{year}/ranking")).gives(200);
        assert_eq!((&ranking["rows"][0]["total"], &ranking["published"]["number"]), (&json!(95), &json!(1)));
        let seen = deputy.get(&format!("{publications}/1")).gives(200);
        assert_eq!((&seen["ranking"], &seen["sha256"], &seen["allowed_actions"]), (&first["ranking"], &first["sha256"], &json!([])));
        organizer.post(&publications, &json!({"stage": "announced", "document": "KHONG-CO"})).refused(422, "unknown_reference");
        assert_eq!(organizer.post(&publications, &announce).gives(201)["ranking"]["rows"][0]["total"], 95);
        let listed = deputy.get(&publications).items();
        assert_eq!((listed.len(), listed[0].get("ranking"), &listed[1]["number"]), (2, None, &json!(2)));
        deputy.get(&format!("{publications}/3")).refused(404, "not_found");
        deputy.get(&format!("{publications}/x")).refused(404, "not_found");
        let stranger = app.officer("P-HUE");
        for path in [publications.clone(), format!("{publications}/1")] {
            stranger.get(&path).refused(404, "not_found");
        }
    }

    fn the_council_decides_once_all_is_settled_and_then_nothing_moves(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let publications = format!("{year}/ranking/publications");
        let paths = settled(&standing);
        document(&standing);
        let officer = app.officer("C");
        let appeal = json!({"scoresheet": "KHOI-2026-C", "code": "KN-1", "grounds": "Thiếu điểm"});
        let waiting = format!("/api/v1/appeals/{}", officer.post("/api/v1/appeals", &appeal).made());
        standing.step(&paths[1], &json!({"action": "reopen", "reason": "Tính lại"})).is(201);
        let decide = json!({"stage": "decided", "document": "QD"});
        let refused = standing.post(&publications, &json!({"stage": "decided"})).json();
        let codes: Vec<&Value> = refused["errors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
        assert_eq!(codes, ["ranking_unsettled", "ranking_appealed", "decision_without_document"], "{refused}");
        assert!(refused.to_string().contains("KN-1") && refused.to_string().contains(": B."), "{refused}");
        app.officer("A").post(&publications, &decide).refused(403, "forbidden");
        standing.post(&publications, &decide).refused(409, "ranking_unsettled");
        standing.step(&paths[1], &json!({"action": "settle", "confirm": "KHOI-2026-B"})).is(201);
        standing.post(&publications, &decide).refused(409, "ranking_appealed");
        standing.step(&waiting, &json!({"action": "answer", "outcome": "dismissed", "answer": "Đủ điểm", "confirm": "KN-1"})).is(201);
        standing.post(&publications, &json!({"stage": "decided"})).refused(422, "decision_without_document");
        let decided = standing.post(&publications, &decide).gives(201);
        assert_eq!((&decided["status"], &decided["document"]["code"]), (&json!("final"), &json!("QD")));
        assert_eq!(standing.get(&format!("{year}/ranking")).gives(200)["published"]["stage"], "decided");

        // From here on nothing moves that the ranking rests on.
        let still = |asked: thidua_testkit::Reply| {
            asked.refused(409, "council_decided");
        };
        still(standing.post(&publications, &decide));
        still(standing.step(&paths[0], &json!({"action": "reopen", "reason": "Tính lại"})));
        still(standing.patch(&year, &json!({"registration_gate": "exclude"})));
        still(standing.post(&format!("{year}/members"), &json!({"unit": "P-HUE"})));
        still(officer.post("/api/v1/appeals", &json!({"scoresheet": "KHOI-2026-C", "grounds": "x"})));
        let ties = json!({"units": [{"unit": "A", "votes": 1}, {"unit": "B", "votes": 2}], "decided_on": "2026-01-25"});
        let etag = standing.get(&year).etag();
        still(standing.send("PUT", &format!("{year}/tie-decisions/ballot"), &[("if-match", &etag)], Some(&ties)));
        still(standing.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "A"})));
        still(standing.step(&year, &json!({"action": "cancel", "reason": "x"})));
        standing.patch(&year, &json!({"note": "Đã xong"})).is(200);
        standing.step(&year, &json!({"action": "open"})).is(201);
        standing.step(&year, &json!({"action": "close"})).is(201);
        still(standing.step(&year, &json!({"action": "reopen", "reason": "Tính lại"})));
        assert!(standing.get(&year).gives(200)["blocked"].to_string().contains("council_decided"));

        // A council annuls its own decision: then it moves again.
        let first = format!("{publications}/1");
        let why = json!({"reason": "Hội đồng xem xét lại", "confirm": "KHOI/2026"});
        app.officer("TOCHUC").send("POST", &format!("{first}/withdrawals"), &[("if-match", "*")], Some(&why)).refused(403, "forbidden");
        standing.send("POST", &format!("{first}/withdrawals"), &[], Some(&why)).refused(428, "if_match_required");
        standing.send("POST", &format!("{first}/withdrawals"), &[("if-match", "\"1.x\"")], Some(&why)).refused(412, "version_stale");
        withdraw(&standing, &first, &json!({"reason": "x"})).refused(422, "confirm_required");
        withdraw(&standing, &first, &json!({"confirm": "KHOI/2026"})).refused(422, "required");
        let withdrawn = withdraw(&standing, &first, &why).gives(201);
        assert_eq!((&withdrawn["withdrawn"]["reason"], &withdrawn["allowed_actions"]), (&json!("Hội đồng xem xét lại"), &json!([])));
        withdraw(&standing, &first, &why).refused(409, "publication_withdrawn");
        standing.send("POST", &format!("{publications}/9/withdrawals"), &[("if-match", "*")], Some(&why)).refused(404, "not_found");
        assert_eq!(standing.get(&format!("{year}/ranking")).gives(200).get("published"), None);
        standing.step(&year, &json!({"action": "reopen", "reason": "Tính lại"})).is(201);
        standing.step(&paths[0], &json!({"action": "reopen", "reason": "Tính lại"})).is(201);
        standing.post(&publications, &decide).refused(409, "ranking_unsettled");
        let acts: Vec<Value> = standing.get(&format!("{year}/history")).items().iter().map(|entry| entry["action"].clone()).collect();
        assert!(acts.contains(&json!("decide")) && acts.contains(&json!("withdraw")), "{acts:?}");
    }

    fn what_was_decided_on_paper_is_recorded_with_what_it_lacks(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let publications = format!("{year}/ranking/publications");
        let bare = json!({"bloc": "KHOI", "year": 2025, "members": ["A"]});
        let bare = format!("/api/v1/bloc-years/{}", standing.post("/api/v1/bloc-years", &bare).made());
        standing.post(&format!("{bare}/ranking/publications"), &json!({"stage": "announced"})).refused(409, "sheet_without_criteria");
        let decided = |on: &str| json!({"stage": "decided", "recorded": {"from": "meeting", "happened_on": on}});
        standing.post(&publications, &decided("2100-01-01")).refused(422, "date_in_future");
        standing.post(&publications, &decided("1900-01-01")).refused(422, "date_too_early");
        standing.post(&publications, &decided("2020-01-01")).refused(422, "date_outside_year");
        let path = sheet(&standing, "A");
        let made = standing.post(&publications, &decided("2026-02-01")).gives(201);
        assert_eq!((&made["missing"], &made["status"], &made["published_on"]), (&json!(["document"]), &json!("provisional"), &json!("2026-02-01")));
        let event = standing.get(&format!("{year}/history")).items()[0].clone();
        assert_eq!(event["warnings"], json!(["ranking_unsettled", "decision_without_document"]));
        standing.post(&format!("{path}/entries"), &own(90.0, 0, 10.0)).refused(409, "council_decided");
        standing.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "B"})).refused(409, "council_decided");
        let why = json!({"reason": "Ghi nhầm", "confirm": "KHOI/2026", "recorded": {"from": "meeting", "happened_on": "2026-02-02"}});
        assert_eq!(withdraw(&standing, &format!("{publications}/1"), &why).gives(201)["withdrawn"]["on"], "2026-02-02");
        standing.step(&year, &json!({"action": "cancel", "reason": "Lập nhầm"})).is(201);
        standing.post(&publications, &json!({"stage": "announced"})).refused(409, "wrong_state");
    }

    fn appeals_are_taken_until_the_last_day_that_was_published(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        settled(&standing);
        for (days, code) in [(0, "too_small"), (366, "too_large")] {
            standing.patch(&year, &json!({"appeal_days": days})).refused(422, code);
        }
        assert_eq!(standing.patch(&year, &json!({"appeal_days": 5})).gives(200)["appeal_days"], 5);
        let announced = standing.post(&format!("{year}/ranking/publications"), &json!({"stage": "announced"})).gives(201);
        let until = announced["appeals_until"].as_str().unwrap().to_owned();
        assert_eq!(standing.get(&format!("{year}/ranking")).gives(200)["published"]["appeals_until"], until);
        let appeal = json!({"scoresheet": "KHOI-2026-C", "grounds": "Thiếu điểm"});
        let _ = app.officer("C");
        app.clock.advance(5 * 24 * 3600);
        let officer = again(&app, "cb.c");
        officer.post("/api/v1/appeals", &appeal).is(201);
        app.clock.advance(24 * 3600);
        let officer = again(&app, "cb.c");
        let refused = officer.post("/api/v1/appeals", &appeal).refused(409, "appeal_late");
        assert!(refused.to_string().contains(&until), "{refused}");
        let mut recorded = appeal.clone();
        recorded["recorded"] = json!({"from": "paper", "happened_on": until});
        officer.post("/api/v1/appeals", &recorded).refused(403, "forbidden");
        let standing = again(&app, "standing-body.tat-ca");
        let timely = standing.post("/api/v1/appeals", &recorded).made();
        assert_eq!(officer.get(&format!("/api/v1/appeals/{timely}/history")).items()[0]["warnings"], json!([]));
        recorded["recorded"]["happened_on"] = json!(app.clock.now().today());
        officer.post("/api/v1/appeals", &recorded).refused(403, "forbidden");
        let late = standing.post("/api/v1/appeals", &recorded).made();
        assert_eq!(officer.get(&format!("/api/v1/appeals/{late}/history")).items()[0]["warnings"], json!(["appeal_late"]));
    }

    fn a_decision_waits_until_all_are_ranked_and_equals_are_told_apart(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let publications = format!("{year}/ranking/publications");
        document(&standing);
        for unit in ["A", "B"] {
            let path = sheet(&standing, unit);
            submitted(&standing, &path, &own(90.0, 0, 10.0));
            settle(&standing, &path, &format!("KHOI-2026-{unit}"));
        }
        let recorded = json!({"from": "paper", "happened_on": "2026-01-15"});
        let ranked = json!({"bloc_year": "KHOI/2026", "unit": "C", "recorded_rank": 3, "recorded": recorded});
        let ranked = format!("/api/v1/scoresheets/{}", standing.post("/api/v1/scoresheets", &ranked).made());
        let decide = json!({"stage": "decided", "document": "QD"});
        let refused = standing.post(&publications, &decide).refused(409, "ranking_unsettled");
        let codes: Vec<&Value> = refused["errors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
        assert_eq!(codes, ["ranking_unsettled", "ranking_unranked", "ranking_tied"], "{refused}");
        assert!(refused.to_string().contains(": A, B."), "{refused}");
        // What the council decided elsewhere is entered all the same.
        let elsewhere = json!({"stage": "decided", "document": "QD", "recorded": {"from": "meeting", "happened_on": "2026-02-01"}});
        standing.post(&publications, &elsewhere).is(201);
        let warnings = standing.get(&format!("{year}/history")).items()[0]["warnings"].clone();
        assert_eq!(warnings, json!(["ranking_unsettled", "ranking_unranked", "ranking_tied"]));
        withdraw(&standing, &format!("{publications}/1"), &json!({"reason": "Ghi nhầm", "confirm": "KHOI/2026"})).is(201);

        standing.patch(&ranked, &json!({"recorded_total": 70})).is(200);
        standing.step(&ranked, &json!({"action": "submit", "recorded": recorded})).is(201);
        settle(&standing, &ranked, "KHOI-2026-C");
        standing.post(&publications, &decide).refused(409, "ranking_tied");
        let ballot = json!({"units": [{"unit": "A", "votes": 1}, {"unit": "B", "votes": 2}], "decided_on": "2026-01-25"});
        let etag = standing.get(&year).etag();
        standing.send("PUT", &format!("{year}/tie-decisions/ballot"), &[("if-match", &etag)], Some(&ballot)).is(200);
        standing.post(&publications, &decide).is(201);
    }

    fn a_decision_waits_for_the_last_day_of_every_announcement_that_stands(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let publications = format!("{year}/ranking/publications");
        settled(&standing);
        document(&standing);
        let days = |days: i32| assert_eq!(standing.patch(&year, &json!({"appeal_days": days})).gives(200)["appeal_days"], days);
        let announce = || standing.post(&publications, &json!({"stage": "announced"})).gives(201);
        days(5);
        let first = announce()["appeals_until"].as_str().unwrap().to_owned();
        days(1);
        assert_ne!(announce()["appeals_until"], first);
        // A later announcement takes no day away that an earlier one gave.
        let published = || standing.get(&format!("{year}/ranking")).gives(200)["published"].clone();
        assert_eq!((&published()["number"], &published()["appeals_until"]), (&json!(2), &json!(first)));
        let decide = json!({"stage": "decided", "document": "QD"});
        let refused = standing.post(&publications, &decide).refused(409, "appeals_may_come");
        assert!(refused.to_string().contains(&first), "{refused}");
        let mut elsewhere = decide.clone();
        elsewhere["recorded"] = json!({"from": "meeting", "happened_on": app.clock.now().today()});
        let decided = standing.post(&publications, &elsewhere).gives(201);
        assert_eq!((decided.get("appeals_until"), published().get("appeals_until")), (None, None));
        assert_eq!(standing.get(&format!("{year}/history")).items()[0]["warnings"], json!(["appeals_may_come"]));
        let why = json!({"reason": "Ghi nhầm", "confirm": "KHOI/2026"});
        withdraw(&standing, &format!("{publications}/3"), &why).is(201);
        // The long one is withdrawn: the short one counts, and its last day does so too.
        withdraw(&standing, &format!("{publications}/1"), &why).is(201);
        standing.post(&publications, &decide).refused(409, "appeals_may_come");
        app.clock.advance(2 * 24 * 3600);
        let standing = again(&app, "standing-body.tat-ca");
        assert_eq!(standing.post(&publications, &decide).gives(201).get("appeals_until"), None);

        // In a year that is over no appeals are taken, and an announcement names no day for them.
        withdraw(&standing, &format!("{publications}/4"), &why).is(201);
        standing.step(&year, &json!({"action": "open"})).is(201);
        standing.step(&year, &json!({"action": "close"})).is(201);
        assert_eq!(standing.post(&publications, &json!({"stage": "announced"})).gives(201).get("appeals_until"), None);
    }

    fn a_decision_names_what_was_voted_on(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let publications = format!("{year}/ranking/publications");
        let paths = settled(&standing);
        document(&standing);
        let voted = standing.post(&publications, &json!({"stage": "announced"})).gives(201)["sha256"].as_str().unwrap().to_owned();
        let decide = |sha256: &str| standing.post(&format!("{publications}?dry_run=true"), &json!({"stage": "decided", "document": "QD", "sha256": sha256}));
        decide(&voted).is(201);
        decide(&voted.to_uppercase()).is(201);
        decide("x").refused(422, "too_short");
        standing.step(&paths[2], &json!({"action": "reopen", "reason": "Tính lại"})).is(201);
        let recorded = json!({"from": "paper", "happened_on": "2026-01-21"});
        let entries = json!({"layer": "final", "entries": [{"item": "II", "points": 12, "reason": "Bổ sung"}], "recorded": recorded});
        standing.post(&format!("{}/entries", paths[2]), &entries).is(201);
        standing.step(&paths[2], &json!({"action": "settle", "confirm": "KHOI-2026-C"})).is(201);
        let now = standing.post(&format!("{publications}?dry_run=true"), &json!({"stage": "announced"})).gives(201)["sha256"].as_str().unwrap().to_owned();
        let refused = decide(&voted).refused(409, "ranking_moved");
        assert!(refused.to_string().contains(&now) && refused.to_string().contains("/sha256"), "{refused}");
        standing.post(&publications, &json!({"stage": "announced", "sha256": voted})).refused(409, "ranking_moved");
        decide(&now).is(201);
        let elsewhere = json!({"stage": "decided", "document": "QD", "sha256": voted, "recorded": {"from": "meeting", "happened_on": "2026-02-01"}});
        standing.post(&publications, &elsewhere).is(201);
        assert_eq!(standing.get(&format!("{year}/history")).items()[0]["warnings"], json!(["ranking_moved"]));
    }
}
