//! What registrations add up to, who has none, and what a bloc year makes of that.

use thidua_domain::id::BlocYearId;
use thidua_store::clock::Clock;
use thidua_store::registrations::unregistered;
use thidua_testkit::{Caller, Value, json, on_both};

use super::{made, submit, world};

const PATH: &str = "/api/v1/registrations/consolidation";

fn standings(caller: &Caller<'_>, query: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = caller.get(&format!("{PATH}/units?{query}")).items();
    items.iter().map(|item| (text(&item["unit"]["code"]), text(&item["standing"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(unit, standing)| ((*unit).to_owned(), (*standing).to_owned())).collect()
}

on_both! {
    fn a_unit_sees_what_all_below_it_register(app) {
        let (standing, _) = world(&app);
        let (officer, above) = (app.officer("A"), app.officer("TINH"));
        let person = |who: &str| json!({"award_type": "CSTD_COSO", "subject_kind": "person", "subject": who});
        let path = made(&officer, "A", &json!({"items": [person("NV-A"), person("NV-T"), {"award_type": "TTLDXS", "subject_kind": "unit"}]}));
        let late = json!({"register_by": "2026-03-31", "recorded": {"from": "paper", "happened_on": "2026-04-02"}, "items": [person("NV-T")]});
        made(&officer, "TRUONG", &late);
        made(&standing, "B", &json!({}));
        submit(&officer, &path);
        above.step(&path, &json!({"action": "accept"})).is(201);

        let seen = above.get(&format!("{PATH}?unit=TINH&year=2026")).gives(200);
        let count = |name: &str| seen[name].as_i64().unwrap();
        assert_eq!(["units", "none", "draft", "submitted", "accepted", "late"].map(count), [3, 1, 0, 1, 1, 1]);
        assert_eq!(seen["unit"]["code"], "TINH");
        let aims: Vec<Value> = seen["aims"].as_array().unwrap().iter().map(|aim| json!([aim["award_type"]["code"], aim["subject_kind"], aim["submitted"], aim["accepted"]])).collect();
        assert_eq!(json!(aims), json!([["TTLDXS", "unit", 0, 1], ["CSTD_COSO", "person", 1, 2]]));
        assert_eq!(above.get(&format!("{PATH}?unit=TINH&year=2025")).gives(200)["none"], 3);

        let of = |more: &str| standings(&above, &format!("unit=TINH&year=2026{more}"));
        let mut all = of("");
        all.sort();
        assert_eq!(all, pairs(&[("A", "accepted"), ("TINH", "none"), ("TRUONG", "submitted")]));
        assert_eq!(of("&standing=none"), pairs(&[("TINH", "none")]));
        assert_eq!(of("&standing=submitted"), pairs(&[("TRUONG", "submitted")]));
        assert_eq!(of("&standing=draft"), []);
        assert_eq!(of("&late=true"), pairs(&[("TRUONG", "submitted")]));
        assert_eq!(of("&late=false").len(), 2);
        assert_eq!(of("&q=truong").len(), 1);
        let first = above.get(&format!("{PATH}/units?unit=TINH&year=2026&limit=2")).gives(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(above.get(&format!("{PATH}/units?unit=TINH&year=2026&limit=2&cursor={cursor}")).items().len(), 1);

        // The own subtree, not what stands beside or above.
        assert_eq!(officer.get(&format!("{PATH}?unit=A&year=2026")).gives(200)["units"], 2);
        officer.get(&format!("{PATH}?unit=TINH&year=2026")).refused(403, "forbidden");
        app.officer("B").get(&format!("{PATH}/units?unit=A&year=2026")).refused(403, "forbidden");
        for query in ["", "unit=A", "year=2026", "unit=A&year=2026&bloc_year=KHOI/2026", "year=2026&bloc_year=KHOI/2026"] {
            officer.get(&format!("{PATH}?{query}")).refused(422, "registration_whose");
            officer.get(&format!("{PATH}/units?{query}")).refused(422, "registration_whose");
        }
        officer.get(&format!("{PATH}?unit=NOWHERE&year=2026")).refused(422, "unknown_reference");
    }

    fn a_bloc_year_knows_its_members_without_a_registration(app) {
        let (standing, year) = world(&app);
        let (organizer, member) = (app.officer("TOCHUC"), app.officer("B"));
        let seen = standing.get(&year).gives(200);
        assert_eq!((&seen["registration_gate"], &seen["registration_gate_label"]), (&json!("warn"), &json!("Cảnh báo")));
        assert_eq!(standing.patch(&year, &json!({"registration_gate": "exclude"})).gives(200)["registration_gate"], "exclude");
        standing.patch(&year, &json!({"registration_gate": "perhaps"})).refused(422, "not_in_list");
        let path = made(&member, "B", &json!({"bloc_year": "KHOI/2026"}));
        let id = BlocYearId::new(year.rsplit('/').next().unwrap().parse().unwrap());
        let today = app.clock.now().today();
        let without = || unregistered(&mut app.open_database(), id, today).unwrap().len();
        assert_eq!(without(), 2, "a draft is none");
        submit(&member, &path);
        assert_eq!(without(), 1);
        let counted = organizer.get(&format!("{PATH}?bloc_year=KHOI/2026")).gives(200);
        assert_eq!((&counted["units"], &counted["none"], &counted["submitted"]), (&json!(2), &json!(1), &json!(1)));
        assert_eq!((&counted["registration_gate"], &counted["year"]), (&json!("exclude"), &json!(2026)));
        assert_eq!(standings(&organizer, "bloc_year=KHOI/2026&standing=none"), pairs(&[("A", "none")]));
        // How far each has come is for who organises; what was registered outside the bloc is not.
        made(&app.officer("A"), "A", &json!({}));
        let items = organizer.get(&format!("{PATH}/units?bloc_year=KHOI/2026")).items();
        let of = |unit: &str| items.iter().find(|item| item["unit"]["code"] == unit).unwrap().clone();
        assert!(of("B").get("registration").is_some());
        assert_eq!((of("A").get("registration"), &of("A")["standing"]), (None, &json!("draft")));
        // Members do not look into each other; who is outside does not see the bloc year.
        member.get(&format!("{PATH}?bloc_year=KHOI/2026")).refused(403, "forbidden");
        app.officer("TRUONG").get(&format!("{PATH}?bloc_year=KHOI/2026")).refused(422, "unknown_reference");
    }
}
