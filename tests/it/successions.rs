//! Successions: completed when more is known, corrected, and taken away when they were a mistake.

use thidua_testkit::{Caller, json, on_both};

/// A department with this code.
fn department(standing: &Caller<'_>, code: &str) -> String {
    let draft = json!({"code": code, "kind": "department", "name": format!("Sở {code} (giả định)"), "fictional": true});
    format!("/api/v1/units/{}", standing.post("/api/v1/units", &draft).made())
}

on_both! {
    fn a_succession_is_completed_later(app) {
        let standing = app.standing();
        let (old, new) = (department(&standing, "CU"), department(&standing, "MOI"));
        let made = standing.post(&format!("{old}/successions"), &json!({"kind": "merge", "to": "MOI", "effective_on": "2025-03-01"}));
        let path = format!("{old}/successions/{}", made.made());
        assert_eq!(made.header("location"), Some(path.as_str()));
        let first = standing.get(&path).etag();
        assert_eq!(made.etag(), first);
        let document = json!({"code": "NQ-1", "kind": "resolution", "title": "Nghị quyết (giả định)", "owner": "MOI"});
        standing.post("/api/v1/documents", &document).is(201);
        standing.send("PATCH", &path, &[], Some(&json!({"verified": true}))).refused(428, "if_match_required");
        let known = json!({"document": "NQ-1", "inherits_emulation": true, "verified": true, "note": "Theo nghị quyết"});
        let changed = standing.patch(&path, &known).gives(200);
        assert_eq!(changed["document"]["code"], "NQ-1");
        assert_eq!((&changed["inherits_emulation"], &changed["verified"], &changed["version"]), (&json!(true), &json!(true), &json!(2)));
        standing.send("PATCH", &path, &[("if-match", &first)], Some(&json!({"note": null}))).refused(412, "version_stale");
        standing.patch(&path, &json!({"document": "KHONG-CO"})).refused(422, "unknown_reference");
        standing.patch(&path, &json!({"effective_on": null})).refused(422, "field_emptied");
        // Who followed whom is not edited; what an answer shows may come back.
        standing.patch(&path, &json!({"to": "P-HUE"})).refused(422, "cannot_move");
        standing.patch(&path, &json!({"to": null})).refused(422, "cannot_move");
        standing.patch(&path, &standing.get(&path).json()).is(200);
        assert_eq!(standing.get(&old).gives(200)["succeeded_by"][0]["verified"], true);
        let history = standing.get(&format!("{old}/history")).items();
        assert_eq!(history[1]["before"]["successions"]["verified"], false, "{history:?}");
        assert_eq!(history[1]["after"]["successions"]["note"], "Theo nghị quyết");
        assert_eq!(history[1]["fields"], json!(["successions"]));
        assert_eq!(history[2]["after"]["to_on"], "2025-02-28");
        // It lies under the former unit, and who may not record it may not correct it.
        standing.get(&path.replace(&old, &new)).refused(404, "not_found");
        for someone in [app.officer("CU"), app.head("MOI")] {
            someone.get(&path).is(200);
            someone.patch(&path, &json!({"note": "x"})).refused(403, "forbidden");
            someone.take_away(&path).refused(403, "forbidden");
        }
        let dry = standing.send("DELETE", &format!("{path}?dry_run=true"), &[("if-match", "*")], None);
        dry.refused(409, "succession_verified");
    }

    fn a_corrected_succession_is_checked_like_a_new_one(app) {
        let standing = app.standing();
        let (old, _) = (department(&standing, "CU"), department(&standing, "MOI"));
        standing.patch(&old, &json!({"from_on": "2010-01-01"})).is(200);
        let list = format!("{old}/successions");
        let merge = format!("{list}/{}", standing.post(&list, &json!({"kind": "merge", "to": "MOI", "effective_on": "2025-03-01"})).made());
        let split = standing.post(&list, &json!({"kind": "split", "to": "P-HUE", "effective_on": "2020-01-01"})).made();
        let split = format!("{list}/{split}");
        standing.patch(&split, &json!({"effective_on": "2025-03-02"})).refused(422, "unit_ended");
        standing.patch(&split, &json!({"kind": "merge"})).refused(422, "succession_contradicts");
        standing.patch(&split, &json!({"kind": "dissolve"})).refused(422, "succession_target");
        standing.patch(&merge, &json!({"effective_on": "2019-12-31"})).refused(422, "succession_contradicts");
        standing.take_away(&split).is(204);
        standing.get(&split).refused(404, "not_found");
        standing.patch(&merge, &json!({"effective_on": "2010-01-01"})).refused(422, "ends_before_start");
        standing.post(&format!("{}/successions", department(&standing, "TRE")), &json!({"kind": "merge", "to": "MOI", "effective_on": "2010-01-01"})).is(201);
        // The last day that the succession gave the unit moves with it, both ways.
        standing.patch(&merge, &json!({"effective_on": "2025-07-01"})).is(200);
        assert_eq!(standing.get(&old).gives(200)["to_on"], "2025-06-30");
        standing.patch(&merge, &json!({"kind": "transfer"})).is(200);
        assert!(standing.get(&old).gives(200)["to_on"].is_null());
        standing.patch(&merge, &json!({"kind": "rename", "effective_on": "2025-03-01"})).is(200);
        assert_eq!(standing.get(&old).gives(200)["to_on"], "2025-02-28");
        assert_eq!(standing.get(&format!("{old}/lineage")).items()[0]["kind"], "rename");
    }

    fn what_a_mistaken_succession_did_is_undone(app) {
        let standing = app.standing();
        let (old, new) = (department(&standing, "CU"), department(&standing, "MOI"));
        department(&standing, "KHAC");
        let list = format!("{old}/successions");
        let heir = app.officer("MOI");
        assert_eq!(heir.get(&old).gives(200)["allowed_actions"], json!([]));
        let merge = |to: &str| {
            let path = format!("{list}/{}", standing.post(&list, &json!({"kind": "merge", "to": to, "effective_on": "2025-03-01"})).made());
            (standing.get(&path).etag(), path)
        };
        let ((etag, first), (_, second)) = (merge("MOI"), merge("KHAC"));
        assert_eq!(heir.get(&old).gives(200)["allowed_actions"], json!(["edit"]), "the successor has the past");
        standing.send("DELETE", &first, &[], None).refused(428, "if_match_required");
        standing.patch(&first, &json!({"note": "Nhầm"})).is(200);
        standing.send("DELETE", &first, &[("if-match", &etag)], None).refused(412, "version_stale");
        let version = standing.get(&old).gives(200)["version"].as_i64().unwrap();
        standing.take_away(&first).is(204);
        let unit = standing.get(&old).gives(200);
        assert_eq!((&unit["to_on"], &unit["version"]), (&json!("2025-02-28"), &json!(version + 1)), "another one still ends it");
        assert_eq!(heir.get(&old).gives(200)["allowed_actions"], json!([]));
        assert_eq!(standing.get(&format!("{new}/successions")).items().len(), 0);
        standing.take_away(&second).is(204);
        assert!(standing.get(&old).gives(200)["to_on"].is_null());
        let last = standing.get(&format!("{old}/history")).items().remove(0);
        assert_eq!((&last["action"], &last["before"]["to_on"]), (&json!("succeed"), &json!("2025-02-28")), "{last}");
        assert_eq!(last["before"]["successions"]["effective_on"], "2025-03-01");
        assert!(last["after"]["successions"].is_null());
        // A day that somebody entered stays, whatever becomes of the succession.
        let (_, third) = merge("MOI");
        standing.patch(&old, &json!({"to_on": "2025-03-01"})).refused(422, "succession_contradicts");
        standing.patch(&old, &json!({"to_on": "2025-02-15"})).is(200);
        standing.take_away(&third).is(204);
        assert_eq!(standing.get(&old).gives(200)["to_on"], "2025-02-15");
        standing.patch(&old, &json!({"to_on": null})).is(200);
        // What a public source confirms is no mistake, unless the confirmation was.
        let (_, fourth) = merge("KHAC");
        standing.patch(&fourth, &json!({"verified": true})).is(200);
        standing.take_away(&fourth).refused(409, "succession_verified");
        standing.patch(&fourth, &json!({"verified": false})).is(200);
        standing.take_away(&fourth).is(204);
        standing.send("DELETE", &fourth, &[("if-match", "*")], None).refused(404, "not_found");
    }
}
