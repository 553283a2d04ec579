//! Two records of one person become one, and two again.

use thidua_domain::access::Role;
use thidua_testkit::{Caller, PASSWORD, TestApp, Value, json, on_both};

fn person(caller: &Caller<'_>, code: &str, more: Value) -> String {
    let mut draft = json!({"code": code, "full_name": "Nguyễn Thị Lan (giả định)", "owner": "P-HUE", "fictional": true});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    caller.post("/api/v1/people", &draft).made()
}

fn at(id: &str) -> String {
    format!("/api/v1/people/{id}")
}

fn merge(caller: &Caller<'_>, from: &str, into: &str) -> thidua_testkit::Reply {
    caller.post(&format!("{}/merges", at(from)), &json!({"into": into, "reason": "Nhập hai lần"}))
}

fn undo(caller: &Caller<'_>, person: &str, merge: &str) -> thidua_testkit::Reply {
    caller.post(&format!("{}/merges/{merge}/undo", at(person)), &json!({"reason": "Hai người trùng tên"}))
}

/// What a person is, without what every change moves.
fn content(caller: &Caller<'_>, id: &str) -> Value {
    let mut seen = caller.get(&at(id)).gives(200);
    for field in ["version", "updated_at"] {
        seen.as_object_mut().unwrap().remove(field);
    }
    json!({ "person": seen, "papers": caller.get(&format!("{}/identity-papers", at(id))).items() })
}

/// A record with something in every list.
fn full(app: &TestApp, caller: &Caller<'_>, code: &str, number: &str) -> String {
    let id = person(
        caller,
        code,
        json!({"employment": {"unit": "P-HUE", "position": format!("Việc của {code}")}, "external_ids": {"hrm": code}}),
    );
    caller.post(&format!("{}/identity-papers", at(&id)), &json!({"kind": "old_identity_card", "number": number})).is(201);
    let unit = caller.get("/api/v1/units?code=P-HUE").items()[0]["id"].as_str().unwrap().to_owned();
    caller.post(&format!("/api/v1/units/{unit}/officers"), &json!({"person": code, "duty": code})).is(201);
    let household = json!({"code": format!("HO-{code}"), "name": "Hộ (giả định)", "unit": "P-HUE", "fictional": true});
    let household = caller.post("/api/v1/households", &household).made();
    let place = json!({"person": code, "bond": "head", "to_on": "2010-12-31"});
    caller.post(&format!("/api/v1/households/{household}/members"), &place).is(201);
    let account = json!({"username": format!("tk.{}", code.to_lowercase()), "display_name": code, "password": PASSWORD, "person": code});
    app.signed_in("system-admin.tat-ca").post("/api/v1/users", &account).is(201);
    id
}

fn unit_of_hue(caller: &Caller<'_>) -> String {
    format!("/api/v1/units/{}", caller.get("/api/v1/units?code=P-HUE").items()[0]["id"].as_str().unwrap())
}

on_both! {
    fn an_office_that_both_records_hold_is_told_once(app) {
        let standing = app.standing();
        let (a, _) = (person(&standing, "A", json!({})), person(&standing, "B", json!({})));
        let officers = format!("{}/officers", unit_of_hue(&standing));
        for code in ["A", "B"] {
            standing.post(&officers, &json!({"person": code, "duty": "Phụ trách"})).is(201);
        }
        let id = merge(&standing, &a, "B").made();
        let told = standing.get(&officers).items();
        assert_eq!(told.iter().map(|row| row["person"]["code"].clone()).collect::<Vec<_>>(), [json!("B")]);
        undo(&standing, &a, &id).is(201);
        assert_eq!(standing.get(&officers).items().len(), 2);
    }

    fn the_same_place_in_a_household_told_twice_is_one(app) {
        let standing = app.standing();
        let (a, _) = (person(&standing, "A", json!({})), person(&standing, "B", json!({})));
        let household = |code: &str| standing.post("/api/v1/households", &json!({"code": code, "name": "Hộ (giả định)", "unit": "P-HUE", "fictional": true})).made();
        let (one, other) = (household("HO-1"), household("HO-2"));
        let place = |household: &str, person: &str, bond: &str, from: &str, to: Option<&str>| {
            standing.post(&format!("/api/v1/households/{household}/members"), &json!({"person": person, "bond": bond, "from_on": from, "to_on": to})).is(201);
        };
        place(&one, "A", "child", "2020-01-01", Some("2022-12-31"));
        place(&one, "B", "child", "2021-01-01", Some("2022-12-31"));
        let preview = |into: &str| standing.get(&format!("{}/merge-previews/{into}", at(&a))).gives(200);
        let b = standing.get("/api/v1/people?code=B").items()[0]["id"].as_str().unwrap().to_owned();
        assert_eq!((&preview(&b)["clashes"], &preview(&b)["stays"]), (&json!([]), &json!(1)));
        place(&one, "A", "parent", "2023-01-01", Some("2023-12-31"));
        place(&one, "B", "child", "2023-01-01", Some("2023-12-31"));
        place(&one, "A", "child", "2024-01-01", Some("2024-12-31"));
        place(&other, "B", "child", "2024-01-01", Some("2024-12-31"));
        let refused = merge(&standing, &a, "B").refused(409, "merge_clashes");
        let each = refused["errors"].as_array().unwrap();
        let codes: Vec<_> = each.iter().map(|error| (error["code"].as_str().unwrap(), error["pointer"].as_str().unwrap())).collect();
        assert!(codes.contains(&("merge_bond", "/into")) && codes.contains(&("merge_household", "/into")) && codes.len() == 2, "{refused}");
        assert!(each.iter().any(|error| error["detail"].as_str().unwrap().contains("2024-01-01")), "{refused}");
        assert_eq!(preview(&b)["clashes"].as_array().unwrap().len(), 2);
    }

    fn everything_goes_over_and_everything_comes_back(app) {
        let (standing, admin) = (app.standing(), app.admin());
        let a = full(&app, &standing, "LAN-1", "000000001");
        let b = person(&standing, "LAN-2", json!({"born_on": "1985-01-01", "external_ids": {"portal": "2"}}));
        let (before_a, before_b) = (content(&standing, &a), content(&standing, &b));
        let user = admin.get("/api/v1/users?q=tk.lan-1").items().remove(0);
        let account = format!("/api/v1/users/{}", user["id"].as_str().unwrap());

        let preview = standing.get(&format!("{}/merge-previews/{b}", at(&a))).gives(200);
        let all = json!({"employments": 1, "offices": 1, "accounts": 1, "identity_papers": 1, "households": 1, "external_ids": 1});
        assert_eq!((preview["moves"].clone(), preview["clashes"].clone()), (all.clone(), json!([])));
        assert_eq!((preview["into_values"]["born_on"].clone(), preview["from_values"]["born_on"].clone()), (json!("1985-01-01"), Value::Null));
        let dry = standing.post(&format!("{}/merges?dry_run=true", at(&a)), &json!({"into": "LAN-2", "reason": "x"}));
        assert_eq!(dry.gives(201)["moved"], all);
        standing.get(&at(&a)).is(200);

        let made = merge(&standing, &a, "LAN-2");
        let id = made.made();
        assert_eq!(made.json()["moved"], all);
        let moved = standing.get(&at(&a));
        assert_eq!(moved.refused(308, "record_moved")["status"], 308);
        assert_eq!(moved.header("location"), Some(at(&b).as_str()));
        let papers = standing.get(&format!("{}/identity-papers?_=1", at(&a)));
        assert_eq!(papers.is(308).header("location"), Some(format!("{}/identity-papers?_=1", at(&b)).as_str()));
        let survivor = standing.get(&at(&b)).gives(200);
        assert_eq!(survivor["employments"][0]["position"], "Việc của LAN-1");
        assert_eq!(survivor["external_ids"], json!({"hrm": "LAN-1", "portal": "2"}));
        assert_eq!(standing.get(&format!("{}/identity-papers", at(&b))).items().len(), 1);
        assert_eq!(admin.get(&account).gives(200)["person"]["code"], "LAN-2");
        assert_eq!(standing.get("/api/v1/households?person=LAN-2").items().len(), 1);
        assert_eq!(standing.get("/api/v1/people?q=lan").items().len(), 1, "lists leave the former record out");
        for code in ["LAN-1", "LAN-2"] {
            assert_eq!(standing.get(&format!("/api/v1/people?code={code}")).items()[0]["id"], b.as_str(), "both codes lead to who goes on");
        }
        assert_eq!(app.officer("P-CAO-BANG").get("/api/v1/people?code=LAN-1").items().len(), 0, "to who sees that record");
        let entry = standing.get(&format!("{}/history", unit_of_hue(&standing))).items().remove(0);
        assert_eq!((&entry["action"], &entry["reason"], &entry["fields"]), (&json!("edit"), &json!("Nhập hai lần"), &json!(["officers"])), "{entry}");
        let officers = |person: &str| entry[person]["officers"]["person"].clone();
        assert_eq!((officers("before"), officers("after")), (json!(a), json!(b)), "{entry}");
        // The former record takes no changes, and says where they go; who names it in a body means the other.
        let refused = standing.send("PATCH", &at(&a), &[("if-match", "*")], Some(&json!({"note": "x"}))).refused(409, "record_merged");
        assert!(refused["detail"].as_str().unwrap().contains(&b), "{refused}");
        standing.post(&format!("{}/employments", at(&a)), &json!({"unit": "P-HUE"})).refused(409, "record_merged");
        standing.post(&format!("{}/identity-papers", at(&a)), &json!({"kind": "passport", "number": "C1234567"})).refused(409, "record_merged");
        assert_eq!(standing.get("/api/v1/households?person=LAN-1").items().len(), 1);
        for one in [&a, &b] {
            let entry = standing.get(&format!("{}/history", at(one))).items().remove(0);
            assert_eq!((entry["action"].clone(), entry["reason"].clone()), (json!("merge"), json!("Nhập hai lần")), "{entry}");
            assert_eq!(standing.get(&format!("{}/merges", at(one))).items()[0]["id"], id);
        }
        undo(&standing, &b, &id).is(201);
        let entry = standing.get(&format!("{}/history", unit_of_hue(&standing))).items().remove(0);
        assert_eq!((&entry["reason"], &entry["after"]["officers"]["person"]), (&json!("Hai người trùng tên"), &json!(a)), "{entry}");
        assert_eq!((content(&standing, &a), content(&standing, &b)), (before_a, before_b), "exactly as it was");
        assert_eq!(admin.get(&account).gives(200)["person"]["code"], "LAN-1");
        undo(&standing, &b, &id).refused(409, "merge_undone");
        assert!(standing.get(&format!("{}/merges", at(&a))).items()[0]["undone_at"].is_string());
        let entry = standing.get(&format!("{}/history", at(&a))).items().remove(0);
        assert_eq!((entry["action"].clone(), entry["reason"].clone()), (json!("undo_merge"), json!("Hai người trùng tên")));
    }

    fn what_contradicts_is_told_and_what_is_the_same_stays(app) {
        let standing = app.standing();
        let job = |from: &str| json!({"employment": {"unit": "P-HUE", "position": "Chuyên viên", "from_on": from}});
        let (a, b, c) = (person(&standing, "A", job("2015-01-01")), person(&standing, "B", job("2015-01-01")), person(&standing, "C", job("2016-01-01")));
        let preview = |from: &str, into: &str| standing.get(&format!("{}/merge-previews/{into}", at(from))).gives(200);
        assert_eq!((preview(&a, &b)["stays"].clone(), preview(&a, &b)["clashes"].clone()), (json!(1), json!([])));
        assert_eq!(preview(&a, &c)["clashes"][0]["clash"], "employment");
        let refused = merge(&standing, &a, "C").refused(409, "merge_clashes");
        assert!(refused["detail"].as_str().unwrap().contains("nơi công tác"), "{refused}");
        assert_eq!(refused["errors"][0]["code"], "merge_employment", "{refused}");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("Chuyên viên, 2015-01-01"), "{refused}");
        for (person, number) in [(&b, "000085000001"), (&c, "000085000002")] {
            standing.post(&format!("{}/identity-papers", at(person)), &json!({"kind": "citizen_card", "number": number})).is(201);
        }
        assert_eq!(preview(&b, &c)["clashes"].as_array().unwrap().len(), 2, "two cards are two people");
        merge(&standing, &a, &a).refused(422, "merge_same");
        standing.get(&format!("{}/merge-previews/{a}", at(&a))).refused(422, "merge_same");
        merge(&standing, &a, "NOBODY").refused(422, "unknown_reference");
        let id = merge(&standing, &a, "B").made();
        assert_eq!(standing.get(&at(&b)).gives(200)["employments"].as_array().unwrap().len(), 1);
        undo(&standing, &a, &id).is(201);
        assert_eq!(standing.get(&at(&a)).gives(200)["employments"].as_array().unwrap().len(), 1);
    }

    fn chains_end_at_the_living_and_are_undone_from_their_end(app) {
        let standing = app.standing();
        let one = |code: &str| person(&standing, code, json!({"external_ids": {code: code}}));
        let (a, b, c) = (one("A"), one("B"), one("C"));
        let first = merge(&standing, &a, "B").made();
        let second = merge(&standing, &b, "C").made();
        for former in [&a, &b] {
            assert_eq!(standing.get(&at(former)).is(308).header("location"), Some(at(&c).as_str()));
        }
        merge(&standing, &a, "C").refused(409, "record_merged");
        // A record that was merged means the one that lives, so there are no circles.
        merge(&standing, &c, "A").refused(422, "merge_same");
        assert_eq!(standing.get(&at(&c)).gives(200)["external_ids"], json!({"A": "A", "B": "B", "C": "C"}));
        let refused = undo(&standing, &a, &first).refused(409, "merge_not_undoable");
        assert!(refused["detail"].as_str().unwrap().contains(&c), "{refused}");
        undo(&standing, &c, &second).is(201);
        assert_eq!(standing.get(&at(&a)).is(308).header("location"), Some(at(&b).as_str()));
        undo(&standing, &b, &first).is(201);
        assert_eq!(standing.get(&at(&a)).gives(200)["external_ids"], json!({"A": "A"}));
    }

    fn what_has_changed_since_is_not_undone(app) {
        let standing = app.standing();
        let a = person(&standing, "A", json!({"employment": {"unit": "P-HUE", "position": "Chuyên viên"}}));
        let b = person(&standing, "B", json!({}));
        let id = merge(&standing, &a, "B").made();
        let job = standing.get(&at(&b)).gives(200)["employments"][0]["id"].as_str().unwrap().to_owned();
        standing.take_part(&at(&b), &format!("employments/{job}")).is(204);
        let refused = undo(&standing, &b, &id).refused(409, "merge_not_undoable");
        assert!(refused["detail"].as_str().unwrap().contains("nơi công tác"), "{refused}");
        // A name that is another by now is not the one that went over.
        let c = person(&standing, "C", json!({"external_ids": {"hrm": "C-1"}}));
        let d = person(&standing, "D", json!({}));
        let id = merge(&standing, &c, "D").made();
        standing.patch(&at(&d), &json!({"external_ids": {"hrm": "D-9"}})).is(200);
        let refused = undo(&standing, &d, &id).refused(409, "merge_not_undoable");
        assert!(refused["detail"].as_str().unwrap().contains("mã ở hệ thống khác"), "{refused}");
        // A changed record that was merged says so before it speaks of versions.
        standing.send("PATCH", &at(&c), &[("if-match", "\"99.x\"")], Some(&json!({"note": "x"}))).refused(409, "record_merged");
    }

    fn head_and_spouse_of_one_household_are_two_people(app) {
        let standing = app.standing();
        let (a, _) = (person(&standing, "A", json!({})), person(&standing, "B", json!({})));
        let household = standing.post("/api/v1/households", &json!({"code": "HO", "name": "Hộ (giả định)", "unit": "P-HUE", "head": "A", "fictional": true})).made();
        let members = format!("/api/v1/households/{household}/members");
        standing.post(&members, &json!({"person": "B", "bond": "spouse"})).is(201);
        merge(&standing, &a, "B").refused(409, "merge_clashes");
    }

    fn both_records_must_be_the_callers_to_merge(app) {
        let standing = app.standing();
        let a = person(&standing, "A", json!({}));
        let b = person(&standing, "B", json!({"owner": "P-HA-NOI", "employment": {"unit": "P-HUE"}}));
        let officer = app.officer("P-HUE");
        merge(&officer, &a, "B").refused(403, "forbidden");
        merge(&officer, &b, "A").refused(403, "forbidden");
        officer.get(&format!("{}/merge-previews/{b}", at(&a))).refused(403, "forbidden");
        let viewer = app.account("nguoi-xem", &[(Role::Viewer, None)]);
        merge(&viewer, &a, "B").refused(403, "forbidden");
        let stranger = app.officer("P-CAO-BANG");
        merge(&stranger, &a, "B").refused(404, "not_found");
        let id = merge(&standing, &a, "B").made();
        undo(&officer, &b, &id).refused(403, "forbidden");
        undo(&stranger, &b, &id).refused(404, "not_found");
        let c = person(&officer, "C", json!({}));
        merge(&app.officer("P-HA-NOI"), &c, "A").refused(404, "not_found");
        let read = standing.get(&at(&c)).etag();
        officer.patch(&at(&c), &json!({"note": "x"})).is(200);
        let draft = json!({"into": "B", "reason": "x"});
        standing.send("POST", &format!("{}/merges", at(&c)), &[("if-match", &read)], Some(&draft)).refused(412, "version_stale");
    }

    fn a_merge_that_makes_somebody_an_officer_is_an_appointment(app) {
        let (standing, _admin) = (app.standing(), app.admin());
        let a = full(&app, &standing, "LAN", "000000001");
        let b = person(&standing, "BINH", json!({}));
        let unit = standing.post("/api/v1/units", &json!({"code": "SO-A", "kind": "department", "name": "Sở A (giả định)", "fictional": true})).made();
        standing.post(&format!("/api/v1/units/{unit}/officers"), &json!({"person": "BINH"})).is(201);
        let account = app.signed_in("tk.lan");
        let writes = |caller: &Caller<'_>| caller.post("/api/v1/documents?dry_run=true", &json!({"kind": "plan", "title": "x", "owner": "SO-A"})).status;
        assert_eq!(writes(&account), 403);
        let officer = app.officer("P-HUE");
        merge(&officer, &a, "BINH").refused(403, "forbidden");
        merge(&officer, &b, "LAN").refused(403, "forbidden");
        // Nobody comes to an office by merging themselves with somebody.
        merge(&account, &a, "BINH").refused(422, "own_access");
        let id = merge(&standing, &a, "BINH").made();
        assert_eq!(writes(&account), 201, "the person is the officer of that unit");
        // Undoing gives and takes rights just as well.
        undo(&officer, &b, &id).refused(403, "forbidden");
        undo(&account, &b, &id).refused(422, "own_access");
        undo(&standing, &b, &id).is(201);
        assert_eq!(writes(&account), 403);
    }

    fn of_two_merges_at_once_one_is_made(app) {
        let standing = app.standing();
        for round in 0..4 {
            let (x, y) = (format!("X-{round}"), format!("Y-{round}"));
            let (a, b) = (person(&standing, &x, json!({})), person(&standing, &y, json!({})));
            let statuses: Vec<u16> = std::thread::scope(|scope| {
                let tries = [scope.spawn(|| merge(&standing, &a, &y).status), scope.spawn(|| merge(&standing, &b, &x).status)];
                tries.into_iter().map(|tried| tried.join().unwrap()).collect()
            });
            let made = statuses.iter().filter(|status| **status == 201).count();
            assert!(made == 1 && statuses.iter().all(|status| [201, 409, 422].contains(status)), "{statuses:?}");
            let standing_now: Vec<u16> = [&a, &b].iter().map(|id| standing.get(&at(id)).status).collect();
            assert!(standing_now.contains(&200) && standing_now.contains(&308), "{standing_now:?}");
        }
    }
}
