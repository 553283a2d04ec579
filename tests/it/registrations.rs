//! Registrations: drafted and submitted by units, sent back or accepted by others, late or not.

mod consolidation;

use thidua_domain::access::Role;
use thidua_store::clock::Clock;
use thidua_testkit::{Caller, Reply, TestApp, Value, json, on_both};

use crate::blocs::bloc_of;

const PATH: &str = "/api/v1/registrations";

fn with(mut draft: Value, more: &Value) -> Value {
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

/// A province above the unit A, its school below it; a person of each, and a household.
pub(crate) fn world<'a>(app: &'a TestApp) -> (Caller<'a>, String) {
    let standing = app.standing();
    let year = bloc_of(app, &standing, &["A", "B"]);
    let unit = |code: &str, kind: &str| {
        let draft = json!({"code": code, "kind": kind, "name": format!("Đơn vị {code} (giả định)"), "fictional": true});
        standing.post("/api/v1/units", &draft).made()
    };
    unit("TINH", "ministry");
    unit("TRUONG", "school");
    let place = |lower: &str, upper: &str| {
        let id = standing.get(&format!("/api/v1/units?code={lower}")).items()[0]["id"].as_str().unwrap().to_owned();
        let relation = json!({"kind": "administrative", "upper": upper});
        standing.post(&format!("/api/v1/units/{id}/relations"), &relation).is(201);
    };
    place("A", "TINH");
    place("TRUONG", "A");
    for (code, unit) in [("NV-A", "A"), ("NV-T", "TRUONG"), ("NV-B", "B")] {
        let name = format!("Nguyễn Văn {code} (giả định)");
        let person = json!({"code": code, "full_name": name, "owner": unit, "employment": {"unit": unit}, "fictional": true});
        standing.post("/api/v1/people", &person).is(201);
    }
    standing.post("/api/v1/households", &json!({"code": "HO-A", "name": "Hộ A (giả định)", "unit": "A", "fictional": true})).is(201);
    (standing, year)
}

/// The draft of a unit for 2026.
pub(crate) fn draft(unit: &str, more: &Value) -> Value {
    with(json!({"unit": unit, "year": 2026, "fictional": true, "items": [{"award_type": "TTLDTT", "subject_kind": "unit"}]}), more)
}

pub(crate) fn made(caller: &Caller<'_>, unit: &str, more: &Value) -> String {
    format!("{PATH}/{}", caller.post(PATH, &draft(unit, more)).made())
}

pub(crate) fn submit(caller: &Caller<'_>, path: &str) {
    caller.step(path, &json!({"action": "submit"})).is(201);
}

fn act(caller: &Caller<'_>, path: &str, action: &str) -> Reply {
    caller.step(path, &json!({"action": action, "reason": "Xem lại"}))
}

/// A day so many days from today.
fn day(app: &TestApp, offset: i32) -> String {
    let today = app.clock.now().today();
    let step = |day: thidua_domain::time::Date, _| if offset < 0 { day.pred_opt().unwrap() } else { day.succ_opt().unwrap() };
    (0..offset.abs()).fold(today, step).to_string()
}

fn codes(reply: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    reply["errors"].as_array().unwrap().iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

on_both! {
    fn a_unit_registers_and_its_superior_accepts(app) {
        let (standing, _) = world(&app);
        let officer = app.officer("A");
        let items = json!({"items": [
            {"award_type": "TTLDXS", "subject_kind": "unit"},
            {"award_type": "TTLDTT", "subject_kind": "unit", "subject": "TRUONG"},
            {"award_type": "CSTD_COSO", "subject_kind": "person", "subject": "NV-A", "note": "Đề tài cấp sở"},
            {"award_type": "CSTD_COSO", "subject_kind": "person", "subject": "NV-T"},
            {"award_type": "GDVH", "subject_kind": "household", "subject": "HO-A"}
        ]});
        let path = made(&officer, "A", &items);
        let seen = officer.get(&path).gives(200);
        assert_eq!((&seen["status"], &seen["item_count"], &seen["late"]), (&json!("draft"), &json!(5), &json!(false)));
        assert_eq!(seen["items"][0]["subject"]["code"], "A");
        assert_eq!((&seen["items"][2]["subject"]["name"], &seen["items"][2]["subject_kind_label"]), (&json!("Nguyễn Văn NV-A (giả định)"), &json!("Cá nhân")));
        assert_eq!(seen["items"][4]["subject"]["code"], "HO-A");
        assert_eq!((&seen["allowed_actions"], &seen["missing"]), (&json!(["submit", "withdraw", "edit"]), &json!(["register_by"])));
        assert!(seen["code"].as_str().unwrap().starts_with("DK-2026-A-"));

        officer.send("PATCH", &path, &[], Some(&json!({"note": "x"}))).refused(428, "if_match_required");
        let etag = officer.get(&path).etag();
        let edited = officer.patch(&path, &json!({"items": [{"award_type": "TTLDXS", "subject_kind": "unit"}], "note": "Bản rút gọn"})).gives(200);
        assert_eq!((&edited["item_count"], &edited["version"], &edited["items"][0]["award_type"]["code"]), (&json!(1), &json!(2), &json!("TTLDXS")));
        officer.send("PATCH", &path, &[("if-match", &etag)], Some(&json!({"note": "x"}))).refused(412, "version_stale");
        officer.patch(&path, &json!({"code": null})).refused(422, "field_emptied");

        let (head, superior, stranger) = (app.head("A"), app.head("TINH"), app.officer("B"));
        act(&superior, &path, "submit").refused(403, "forbidden");
        act(&head, &path, "accept").refused(403, "forbidden");
        submit(&head, &path);
        let today = app.clock.now().today().to_string();
        assert_eq!(head.get(&path).gives(200)["submitted_on"], today);
        head.patch(&path, &json!({"note": "x"})).refused(409, "wrong_state");
        for own in [&officer, &head] {
            assert_eq!(own.get(&path).gives(200)["allowed_actions"].as_array().unwrap().iter().filter(|act| *act == "accept").count(), 0);
            act(own, &path, "accept").refused(403, "forbidden");
            act(own, &path, "return").refused(403, "forbidden");
        }
        stranger.get(&path).refused(404, "not_found");
        app.admin().get(&path).refused(404, "not_found");
        assert_eq!(superior.get(&path).gives(200)["allowed_actions"], json!(["return", "accept"]));
        superior.step(&path, &json!({"action": "return"})).refused(422, "reason_required");
        act(&superior, &path, "return").is(201);
        submit(&officer, &path);
        act(&superior, &path, "accept").is(201);
        act(&officer, &path, "withdraw").refused(409, "wrong_state");
        act(&superior, &path, "return").is(201);
        officer.step(&path, &json!({"action": "withdraw", "reason": "x"})).refused(422, "confirm_required");
        let code = seen["code"].clone();
        officer.step(&path, &json!({"action": "withdraw", "reason": "Đơn vị giải thể", "confirm": code})).is(201);
        let steps: Vec<Value> = standing.get(&format!("{path}/transitions")).items().iter().map(|step| step["action"].clone()).collect();
        assert_eq!(steps.len(), 6, "{steps:?}");
        assert_eq!(standing.get(&format!("{path}/history")).items().len(), 8);
        // What was withdrawn makes room.
        made(&officer, "A", &json!({}));
        officer.post(PATH, &draft("A", &json!({}))).refused(409, "registration_taken");
    }

    fn who_belongs_to_the_unit_does_not_accept_in_another_role(app) {
        let (standing, year) = world(&app);
        let first = standing.get(&year).gives(200)["members"][0]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{year}/members/{first}"), &json!({"office": "leader"})).is(200);
        let (leader, organizer, member) = (app.officer("A"), app.officer("TOCHUC"), app.officer("B"));
        let own = made(&leader, "A", &json!({"bloc_year": "KHOI/2026"}));
        let of_member = made(&member, "B", &json!({"bloc_year": "KHOI/2026"}));
        submit(&leader, &own);
        submit(&member, &of_member);
        // The leader judges members, not the own unit; members see nothing of each other; the organizer judges all.
        act(&leader, &own, "accept").refused(403, "forbidden");
        member.get(&own).refused(404, "not_found");
        assert_eq!(leader.get(&of_member).gives(200)["allowed_actions"], json!(["return", "accept"]));
        act(&leader, &of_member, "accept").is(201);
        act(&organizer, &of_member, "return").is(201);
        act(&organizer, &own, "accept").is(201);
        organizer.post(PATH, &draft("B", &json!({"year": 2025}))).refused(403, "forbidden");
        // Looking after everything is no way round it for who also works for the unit.
        let both = app.account("hai.vai", &[(Role::StandingBody, None), (Role::UnitOfficer, Some("B"))]);
        submit(&both, &of_member);
        act(&both, &of_member, "accept").refused(403, "forbidden");
        act(&standing, &of_member, "accept").is(201);
    }

    fn a_delegate_submits_and_does_nothing_else(app) {
        let (standing, _) = world(&app);
        let (head, deputy) = (app.head("A"), app.account("pho.a", &[]));
        let document = json!({"code": "GUQ", "kind": "other", "title": "Giấy ủy quyền (giả định)", "owner": "A", "fictional": true});
        standing.post("/api/v1/documents", &document).is(201);
        let path = made(&head, "A", &json!({}));
        deputy.get(&path).refused(404, "not_found");
        let delegation = json!({"unit": "A", "delegate": "pho.a", "acts": ["submit"], "from_on": day(&app, 0), "to_on": day(&app, 30), "document": "GUQ"});
        head.post("/api/v1/delegations", &delegation).is(201);
        assert_eq!(deputy.get(&path).gives(200)["allowed_actions"], json!(["submit"]));
        deputy.patch(&path, &json!({"note": "x"})).refused(403, "forbidden");
        submit(&deputy, &path);
    }

    fn what_is_wrong_with_items_is_told_at_once(app) {
        let (standing, _) = world(&app);
        let officer = app.officer("A");
        let items = |items: Value| draft("A", &json!({"items": items}));
        let person = |award: &str, who: &str| json!({"award_type": award, "subject_kind": "person", "subject": who});
        let reply = officer.post(PATH, &items(json!([
            person("TTLDXS", "NV-A"), person("CSTD_COSO", "NV-A"), person("CSTD_COSO", "NV-A"),
            {"award_type": "CSTD_COSO", "subject_kind": "unit"}, {"award_type": "TTLDTT", "subject_kind": "unit", "subject": "B"}
        ]))).gives(422);
        let expected = [
            ("/items/0/award_type", "registration_subject_unfit"), ("/items/2", "registration_item_twice"),
            ("/items/3/award_type", "registration_subject_unfit"), ("/items/4/subject", "registration_subject_outside"),
        ];
        assert_eq!(codes(&reply), expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
        assert!(reply["errors"][3]["detail"].as_str().unwrap().contains("TTLDTT"), "{reply}");
        // Who is out of sight is told like who is not there; who looks after everything is told what is wrong.
        for who in ["NV-B", "KHONG-CO", "00000000-0000-0000-0000-000000000001"] {
            let reply = officer.post(PATH, &items(json!([person("CSTD_COSO", who)]))).gives(422);
            assert_eq!(codes(&reply), [("/items/0/subject".to_owned(), "unknown_reference".to_owned())], "{who}");
        }
        standing.post(PATH, &items(json!([person("CSTD_COSO", "NV-B")]))).refused(422, "registration_subject_outside");
        officer.post(PATH, &items(json!([person("KHONG", "NV-A")]))).refused(422, "unknown_reference");
        officer.post(PATH, &items(json!([{"award_type": "GDVH", "subject_kind": "household"}]))).refused(422, "registration_subject_missing");
        officer.post(PATH, &items(json!([{"award_type": "GDVH", "subject_kind": "town"}]))).refused(422, "not_in_list");
        let many: Vec<Value> = (0..1_001).map(|_| json!({"award_type": "TTLDTT", "subject_kind": "unit"})).collect();
        officer.post(PATH, &items(json!(many))).refused(422, "too_many");
        officer.post(&format!("{PATH}?dry_run=true"), &draft("A", &json!({"code": "DK-1"}))).is(201);
        officer.post(PATH, &draft("A", &json!({"code": "DK-1", "external_ids": {"ioffice": "7"}}))).is(201);
        officer.post(PATH, &draft("A", &json!({"code": "DK-1", "year": 2025}))).refused(409, "code_taken");
        officer.post(PATH, &draft("A", &json!({"code": "mã 1", "year": 2025}))).refused(422, "bad_format");
        officer.post(PATH, &draft("A", &json!({"year": 2025, "external_ids": {"ioffice": "7"}}))).refused(409, "already_exists");
        // By identifier as well, and in capitals.
        let id = officer.get("/api/v1/people?code=NV-A").items()[0]["id"].as_str().unwrap().to_uppercase();
        officer.post(PATH, &draft("A", &json!({"year": 2025, "items": [person("CSTD_COSO", &id)]}))).is(201);
    }

    fn a_bloc_year_and_a_day_fit_the_registration(app) {
        let (standing, year) = world(&app);
        let officer = app.officer("A");
        let refused = |more: Value, code: &str| { officer.post(PATH, &draft("A", &more)).refused(422, code); };
        refused(json!({"year": 2025, "bloc_year": "KHOI/2026"}), "registration_other_year");
        refused(json!({"register_by": "2030-01-01"}), "date_outside_year");
        refused(json!({"bloc_year": "KHONG-CO"}), "unknown_reference");
        let school = draft("TRUONG", &json!({"bloc_year": "KHOI/2026"}));
        standing.post(PATH, &school).refused(422, "not_a_member");
        app.officer("TRUONG").post(PATH, &school).refused(422, "unknown_reference");
        officer.post(PATH, &draft("B", &json!({}))).refused(403, "forbidden");
        officer.post(PATH, &draft("NOWHERE", &json!({}))).refused(422, "unknown_reference");
        let path = made(&officer, "A", &json!({"bloc_year": "KHOI/2026"}));
        assert_eq!(officer.get(&path).gives(200)["bloc_year"]["code"], "KHOI/2026");
        assert_eq!(officer.patch(&path, &json!({"bloc_year": null, "register_by": "2026-03-31"})).gives(200)["bloc_year"], Value::Null);
        standing.step(&year, &json!({"action": "cancel", "reason": "x"})).is(201);
        officer.patch(&path, &json!({"bloc_year": "KHOI/2026"})).refused(409, "bloc_year_ended");
        officer.patch(&path, &json!({"items": []})).is(200);
        act(&officer, &path, "submit").refused(409, "registration_empty");
        let held = officer.get(&path).gives(200)["blocked"][0].clone();
        assert_eq!((&held["action"], &held["code"]), (&json!("submit"), &json!("registration_empty")));
    }

    fn late_is_judged_by_the_day_on_which_it_happened(app) {
        let (_standing, _) = world(&app);
        let officer = app.officer("A");
        let year: i32 = app.clock.now().today().format("%Y").to_string().parse().unwrap();
        let in_year = |more: Value| with(json!({"year": year}), &more);
        // Not submitted, and the day has passed.
        let path = made(&officer, "A", &in_year(json!({"register_by": day(&app, -5)})));
        assert_eq!(officer.get(&path).gives(200)["late"], true);
        assert_eq!(officer.get(&format!("{PATH}?late=true")).items().len(), 1);
        // Withdrawing it makes room for another, not for a later day.
        let code = officer.get(&path).gives(200)["code"].clone();
        officer.step(&path, &json!({"action": "withdraw", "reason": "Lập lại", "confirm": code})).is(201);
        officer.post(PATH, &draft("A", &in_year(json!({"register_by": day(&app, 3)})))).refused(403, "forbidden");
        let path = made(&officer, "A", &in_year(json!({"register_by": day(&app, -5)})));
        // Whoever looks after the unit moves a day that has passed; the unit does not.
        officer.patch(&path, &json!({"register_by": null})).refused(403, "forbidden");
        let clerk = app.officer("TINH");
        assert_eq!(clerk.patch(&path, &json!({"register_by": day(&app, 3)})).gives(200)["late"], false);
        officer.patch(&path, &json!({"register_by": day(&app, -5)})).is(200);
        // On paper it was in time.
        let recorded = json!({"from": "paper", "happened_on": day(&app, -6), "by_position": "Giám đốc"});
        officer.step(&path, &json!({"action": "submit", "recorded": recorded})).is(201);
        let seen = officer.get(&path).gives(200);
        assert_eq!((&seen["late"], &seen["submitted_on"], &seen["origin"]), (&json!(false), &json!(day(&app, -6)), &json!("recorded")));
        assert_eq!(officer.get(&format!("{PATH}?late=true")).items().len(), 0);
        assert_eq!(officer.get(&format!("{PATH}?late=false&status=submitted")).items().len(), 1);
        // Sent back, it stays in time.
        act(&clerk, &path, "return").is(201);
        assert_eq!(officer.get(&path).gives(200)["late"], false);
        // Born submitted, too late.
        let late = json!({"year": 2021, "register_by": "2021-03-31", "recorded": {"from": "legacy", "happened_on": "2021-04-02"}});
        let path = made(&officer, "A", &late);
        let seen = officer.get(&path).gives(200);
        assert_eq!((&seen["status"], &seen["late"], &seen["origin"]), (&json!("submitted"), &json!(true), &json!("recorded")));
        let future = json!({"year": 2020, "recorded": {"from": "paper", "happened_on": day(&app, 2)}});
        officer.post(PATH, &draft("A", &future)).refused(422, "date_in_future");
        let ancient = json!({"year": 2020, "recorded": {"from": "paper", "happened_on": "1900-01-01"}});
        officer.post(PATH, &draft("A", &ancient)).refused(422, "date_too_early");
        let empty = json!({"year": 2020, "items": [], "recorded": {"from": "paper", "happened_on": "2020-02-01"}});
        officer.post(PATH, &draft("A", &empty)).refused(409, "registration_empty");
        // A head speaks for the own unit only, on paper as well; a clerk types for those below.
        let paper = json!({"year": 2020, "recorded": {"from": "paper", "happened_on": "2020-02-01"}});
        app.head("TINH").post(PATH, &draft("A", &paper)).refused(403, "forbidden");
        clerk.post(PATH, &draft("A", &paper)).is(201);
    }

    fn a_thousand_items_stand_in_one_registration(app) {
        let (standing, _) = world(&app);
        let officer = app.officer("A");
        let awards = standing.get("/api/v1/award-types?limit=200").items();
        let individual = |award: &&Value| award["subjects"].as_array().unwrap().contains(&json!("individual"));
        let awards: Vec<&Value> = awards.iter().filter(individual).map(|award| &award["code"]).collect();
        let people: Vec<String> = (0..1_000_usize.div_ceil(awards.len())).map(|n| format!("NV-{n}")).collect();
        for code in &people {
            standing.post("/api/v1/people", &json!({"code": code, "full_name": "Trần Thị B (giả định)", "owner": "A", "fictional": true})).is(201);
        }
        let item = |award: &Value, who: &str| json!({"award_type": award, "subject_kind": "person", "subject": who});
        let items: Vec<Value> = people.iter().flat_map(|who| awards.iter().map(move |award| item(award, who))).take(1_000).collect();
        let path = made(&officer, "A", &json!({"items": items}));
        let seen = officer.get(&path).gives(200);
        assert_eq!((&seen["item_count"], seen["items"].as_array().unwrap().len()), (&json!(1_000), 1_000));
        assert_eq!((&seen["items"][999]["subject"]["code"], &seen["items"][0]["award_type"]["code"]), (&items[999]["subject"], awards[0]));
        // In the other order, all but the last.
        let turned: Vec<Value> = items.iter().rev().take(999).cloned().collect();
        let seen = officer.patch(&path, &json!({"items": turned})).gives(200);
        assert_eq!((&seen["item_count"], &seen["items"][0]["subject"]["code"]), (&json!(999), &items[999]["subject"]));
    }

    fn registrations_are_listed_by_what_they_say(app) {
        let (standing, _) = world(&app);
        let (officer, other) = (app.officer("A"), app.officer("B"));
        let items = json!([{"award_type": "CSTD_COSO", "subject_kind": "person", "subject": "NV-A"}]);
        let path = made(&officer, "A", &json!({"code": "DK-A", "bloc_year": "KHOI/2026", "items": items, "external_ids": {"ioffice": "9"}}));
        made(&officer, "TRUONG", &json!({"code": "DK-T"}));
        made(&officer, "A", &json!({"code": "DK-A-25", "year": 2025}));
        made(&other, "B", &json!({"code": "DK-B"}));
        submit(&officer, &path);
        let found = |query: &str| standing.get(&format!("{PATH}?{query}")).items().len();
        let queries = [
            ("", 4), ("unit=A", 2), ("under=A", 3), ("under=TINH", 3), ("year=2026", 3), ("bloc_year=KHOI/2026", 1), ("status=submitted", 1),
            ("award_type=CSTD_COSO", 1), ("award_type=TTLDTT", 3), ("person=NV-A", 1), ("late=false", 4), ("late=true", 0), ("code=DK-B", 1),
            ("external_id=ioffice:9", 1), ("q=dk-t", 1), ("q=so%20b", 1),
        ];
        for (query, count) in queries {
            assert_eq!(found(query), count, "{query}");
        }
        standing.get(&format!("{PATH}?unit=NOWHERE")).refused(422, "unknown_reference");
        assert_eq!((officer.get(PATH).items().len(), other.get(PATH).items().len(), app.officer("TOCHUC").get(PATH).items().len()), (3, 1, 1));
        let first = standing.get(&format!("{PATH}?limit=3")).gives(200);
        let next = standing.get(&format!("{PATH}?limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).items();
        assert_eq!((first["items"][0]["code"].as_str(), next.len()), (Some("DK-A-25"), 1));
    }
}
