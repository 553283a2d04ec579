//! Households and who lives in them.

use thidua_domain::access::Role;
use thidua_testkit::{Caller, json, on_both};

fn people(caller: &Caller<'_>, codes: &[&str]) {
    for code in codes {
        let draft = json!({"code": code, "full_name": format!("Nguyễn {code} (giả định)"), "owner": "P-HUE", "fictional": true});
        caller.post("/api/v1/people", &draft).is(201);
    }
}

on_both! {
    fn a_household_is_made_headed_and_changed(app) {
        let officer = app.officer("P-HUE");
        people(&officer, &["LAN", "HOA", "MAI"]);
        let draft = json!({"code": "HO-1", "name": "Hộ bà Lan (giả định)", "unit": "P-HUE", "head": "LAN", "address": "Tổ 5", "fictional": true, "external_ids": {"dancu": "1"}});
        let made = officer.post("/api/v1/households", &draft);
        let path = format!("/api/v1/households/{}", made.made());
        assert_eq!(made.header("location"), Some(path.as_str()));
        assert_eq!((made.json()["head"]["code"].clone(), made.json()["unit"]["code"].clone()), (json!("LAN"), json!("P-HUE")));
        officer.post("/api/v1/households", &json!({"code": "HO-1", "name": "x", "unit": "P-HUE"})).refused(409, "code_taken");
        let two = officer.post("/api/v1/households", &json!({"name": "x", "unit": "P-HUE", "head": "LAN"})).refused(409, "lives_elsewhere");
        assert_eq!(two["errors"][0]["pointer"], "/head");
        officer.post("/api/v1/households", &json!({"name": "x", "unit": "P-HUE", "head": "NOBODY"})).refused(422, "unknown_reference");
        officer.post("/api/v1/households", &json!({"name": "x", "unit": "P-HUE", "external_ids": {"dancu": "1"}})).refused(409, "already_exists");
        let dry = officer.post("/api/v1/households?dry_run=true", &json!({"code": "DRY", "name": "x", "unit": "P-HUE"}));
        assert_eq!(dry.is(201).header("dry-run"), Some("true"));
        let etag = officer.get(&path).etag();
        officer.send("PATCH", &path, &[], Some(&json!({"note": "x"}))).refused(428, "if_match_required");
        assert_eq!(officer.patch(&path, &json!({"name": "Hộ Lan (giả định)", "address": null})).gives(200)["version"], 2);
        officer.send("PATCH", &path, &[("if-match", &etag)], Some(&json!({"note": "y"}))).refused(412, "version_stale");
        officer.patch(&path, &json!({"name": null})).refused(422, "field_emptied");
        officer.patch(&path, &json!({"unit": "P-HA-NOI"})).refused(403, "forbidden");
        let history = officer.get(&format!("{path}/history")).items();
        assert_eq!(history[0]["fields"], json!(["address", "name"]));
        for (query, found) in [("q=ho%20lan", 1), ("unit=P-HUE", 1), ("code=HO-1", 1), ("person=LAN", 1), ("person=HOA", 0), ("external_id=dancu:1", 1), ("code=DRY", 0)] {
            assert_eq!(officer.get(&format!("/api/v1/households?{query}")).items().len(), found, "{query}");
        }
        officer.get("/api/v1/households?person=NOBODY").refused(422, "unknown_reference");
    }

    fn members_come_and_go_and_one_is_the_head(app) {
        let officer = app.officer("P-HUE");
        people(&officer, &["LAN", "HOA", "MAI"]);
        let make = |code: &str| format!("/api/v1/households/{}", officer.post("/api/v1/households", &json!({"code": code, "name": "Hộ (giả định)", "unit": "P-HUE"})).made());
        let (path, other) = (make("HO-1"), make("HO-2"));
        let members = format!("{path}/members");
        let old = officer.post(&members, &json!({"person": "LAN", "bond": "head", "from_on": "2000-01-01"})).made();
        officer.post(&members, &json!({"person": "HOA", "bond": "head", "from_on": "2020-01-01"})).refused(409, "household_head_taken");
        officer.post(&members, &json!({"person": "HOA", "bond": "spouse", "from_on": "2005-01-01"})).is(201);
        officer.post(&members, &json!({"person": "HOA", "bond": "friend"})).refused(422, "not_in_list");
        officer.post(&members, &json!({"person": "MAI", "bond": "child", "from_on": "2021-01-02", "to_on": "2021-01-01"})).refused(422, "ends_before_start");
        officer.post(&format!("{other}/members"), &json!({"person": "HOA", "bond": "head"})).refused(409, "lives_elsewhere");
        let end = format!("members/{old}");
        officer.send("PUT", &format!("{path}/{end}/end"), &[], Some(&json!({"to_on": "2019-12-31"}))).refused(428, "if_match_required");
        officer.end_part(&path, &end, "2019-12-31").is(204);
        officer.end_part(&path, &end, "2020-12-31").refused(409, "already_ended");
        let mistaken = officer.post(&members, &json!({"person": "MAI", "bond": "head", "from_on": "2020-01-01"})).made();
        assert_eq!(officer.get(&path).gives(200)["head"]["code"], "MAI");
        officer.take_part(&path, &format!("members/{mistaken}")).is(204);
        assert!(officer.get(&path).gives(200)["head"].is_null());
        assert_eq!(officer.get(&members).items().len(), 2);
        officer.post(&format!("{other}/members"), &json!({"person": "LAN", "bond": "head", "from_on": "2020-01-01"})).is(201);
        assert_eq!(officer.get("/api/v1/households?person=LAN").items().len(), 2);
        let last = officer.get(&format!("{path}/history")).items().remove(0);
        assert_eq!(last["before"]["members"]["bond"], "head", "{last}");
    }

    fn households_are_seen_where_they_live(app) {
        let standing = app.standing();
        let draft = json!({"code": "NV-X", "full_name": "Trần X (giả định)", "owner": "P-HA-NOI", "fictional": true});
        standing.post("/api/v1/people", &draft).is(201);
        let household = json!({"code": "HO-1", "name": "Hộ (giả định)", "unit": "P-HUE", "head": "NV-X", "fictional": true});
        let path = format!("/api/v1/households/{}", standing.post("/api/v1/households", &household).made());
        let officer = app.officer("P-HUE");
        // The household is theirs; the person is not, and is named by code.
        assert_eq!(officer.get(&path).gives(200)["head"]["name"], "NV-X");
        officer.post(&format!("{path}/members"), &json!({"person": "NV-X", "bond": "child"})).refused(422, "unknown_reference");
        let viewer = app.account("nguoi-xem", &[(Role::Viewer, Some("P-HUE"))]);
        assert_eq!(viewer.get(&path).gives(200)["allowed_actions"], json!([]));
        viewer.patch(&path, &json!({"note": "x"})).refused(403, "forbidden");
        viewer.post(&format!("{path}/members"), &json!({"person": "NV-X", "bond": "child"})).refused(403, "forbidden");
        for stranger in [app.officer("P-HA-NOI"), app.admin()] {
            stranger.get(&path).refused(404, "not_found");
            stranger.get(&format!("{path}/members")).refused(404, "not_found");
            stranger.get(&format!("{path}/history")).refused(404, "not_found");
            assert_eq!(stranger.get("/api/v1/households").items().len(), 0);
            stranger.post("/api/v1/households", &json!({"name": "x", "unit": "P-HUE"})).refused(403, "forbidden");
        }
    }
}
