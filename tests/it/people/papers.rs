//! Identity papers: sealed where they are kept, masked where they are shown, found by their whole number, told
//! whole only with a reason.

use thidua_domain::access::Role;
use thidua_store::backup;
use thidua_store::clock::{Clock, SystemClock};
use thidua_store::{Location, inspect};
use thidua_testkit::{Caller, TestApp, json, on_both};

const NUMBER: &str = "000085001234";

fn person(caller: &Caller<'_>, code: &str, unit: &str) -> String {
    let draft = json!({"code": code, "full_name": format!("Người {code} (giả định)"), "owner": unit, "fictional": true});
    format!("/api/v1/people/{}", caller.post("/api/v1/people", &draft).made())
}

/// Everything that the database holds, as a backup tells it.
fn everything(app: &TestApp) -> String {
    let file = std::env::temp_dir().join(format!("thidua-papers-{}.gz", uuid::Uuid::new_v4()));
    backup::take(&Location::parse(&app.url).unwrap(), &file, "0.0.0", SystemClock.now()).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut text).unwrap();
    text
}

on_both! {
    fn a_number_is_sealed_masked_and_told_with_a_reason(app) {
        let officer = app.officer("P-HUE");
        let path = person(&officer, "NV-1", "P-HUE");
        let papers = format!("{path}/identity-papers");
        let draft = json!({"kind": "citizen_card", "number": "000 085-001.234", "issued_on": "2021-05-10", "issued_by": "Cục CSQLHC"});
        let made = officer.send("POST", &papers, &[("idempotency-key", "giay-to-1")], Some(&draft));
        assert_eq!((made.gives(201)["number"].clone(), made.json()["country"].clone()), (json!("********1234"), json!("VN")));
        let again = officer.send("POST", &papers, &[("idempotency-key", "giay-to-1")], Some(&draft));
        assert_eq!((again.is(201).header("idempotency-replayed"), again.json()["number"].clone()), (Some("true"), json!("********1234")));
        let id = made.made();
        let listed = officer.get(&papers).items();
        assert_eq!((listed.len(), listed[0]["number"].clone(), listed[0]["issued_on"].clone()), (1, json!("********1234"), json!("2021-05-10")));

        let reveals = format!("{papers}/{id}/reveals");
        officer.post(&reveals, &json!({})).refused(422, "required");
        officer.post(&reveals, &json!({"reason": " "})).refused(422, "too_short");
        let dry = officer.post(&format!("{reveals}?dry_run=true"), &json!({"reason": "thử"}));
        assert_eq!(dry.gives(201)["number"], "********1234", "what leaves no trace tells nothing");
        let told = officer.send("POST", &reveals, &[("idempotency-key", "xem-1")], Some(&json!({"reason": "In quyết định"})));
        assert_eq!(told.gives(201)["number"], NUMBER);
        assert_eq!(told.header("cache-control"), Some("no-store"));
        assert_eq!(told.header("etag"), None);
        let once_more = officer.send("POST", &reveals, &[("idempotency-key", "xem-1")], Some(&json!({"reason": "In quyết định"})));
        assert_eq!(once_more.is(201).header("idempotency-replayed"), None, "it is never given again from what was kept");
        let history = officer.get(&format!("{path}/history")).items();
        let asked: Vec<_> = history.iter().filter(|entry| entry["action"] == "reveal").collect();
        assert_eq!((asked.len(), asked[0]["reason"].clone(), asked[0]["actor"].clone()), (2, json!("In quyết định"), json!("cb.p-hue")));
        // Not in the log, the history, kept answers or a backup; as it is typed neither.
        let kept = everything(&app);
        for (place, text) in [("history", format!("{history:?}")), ("backup", kept)] {
            assert!(!text.contains(NUMBER) && !text.contains("000 085-001.234"), "the number lies open in the {place}");
        }
        let rows = inspect::lines(&mut app.open_database(), "SELECT key_id AS line FROM identity_papers").unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].len(), 16);

        officer.send("DELETE", &format!("{papers}/{id}"), &[], None).refused(428, "if_match_required");
        officer.take_part(&path, &format!("identity-papers/{id}")).is(204);
        assert_eq!(officer.get(&papers).items().len(), 0);
        officer.post(&reveals, &json!({"reason": "In quyết định"})).refused(404, "not_found");
    }

    fn who_sees_the_end_of_a_number_and_who_all_of_it(app) {
        let standing = app.standing();
        let draft = json!({"code": "SO-A", "kind": "department", "name": "Sở A (giả định)", "parent": "P-HUE", "fictional": true});
        standing.post("/api/v1/units", &draft).is(201);
        let path = person(&standing, "NV-1", "SO-A");
        standing.post(&format!("{path}/employments"), &json!({"unit": "P-HA-NOI"})).is(201);
        let papers = format!("{path}/identity-papers");
        let id = standing.post(&papers, &json!({"kind": "citizen_card", "number": NUMBER})).made();
        let reveals = format!("{papers}/{id}/reveals");
        let why = json!({"reason": "In quyết định"});
        let question = json!({"kind": "citizen_card", "number": "000.085.001.234"});
        for keeper in [app.officer("SO-A"), app.head("SO-A")] {
            assert_eq!(keeper.post(&reveals, &why).gives(201)["number"], NUMBER);
        }
        // The superior and the employer see its end, and find by it.
        for near in [app.officer("P-HUE"), app.officer("P-HA-NOI")] {
            assert_eq!(near.get(&papers).items()[0]["number"], "********1234");
            near.post(&reveals, &why).refused(403, "forbidden");
            let found = near.post("/api/v1/people/identity-lookups", &question);
            assert_eq!(found.items()[0]["code"], "NV-1");
            // Nobody takes the record over to see the rest, and nobody else takes the number away.
            let own = near.get("/api/v1/me").gives(200)["grants"][0]["scope_ref"]["code"].clone();
            near.patch(&path, &json!({"owner": own})).refused(403, "forbidden");
            near.take_part(&path, &format!("identity-papers/{id}")).refused(403, "forbidden");
        }
        for reader in [app.account("nguoi-xem", &[(Role::Viewer, Some("SO-A"))]), app.with(Role::Auditor)] {
            reader.get(&path).is(200);
            reader.get(&papers).refused(403, "forbidden");
            reader.post(&reveals, &why).refused(403, "forbidden");
            reader.post(&papers, &json!({"kind": "passport", "number": "C1234567"})).refused(403, "forbidden");
            assert_eq!(reader.post("/api/v1/people/identity-lookups", &question).items().len(), 0);
        }
        for stranger in [app.officer("P-CAO-BANG"), app.admin()] {
            stranger.get(&papers).refused(404, "not_found");
            stranger.post(&reveals, &why).refused(404, "not_found");
            assert_eq!(stranger.post("/api/v1/people/identity-lookups", &question).items().len(), 0);
        }
        app.anon().post("/api/v1/people/identity-lookups", &question).refused(401, "unauthenticated");
    }

    fn a_number_stands_in_one_record_and_has_its_form(app) {
        let officer = app.officer("P-HUE");
        let (first, second) = (person(&officer, "NV-1", "P-HUE"), person(&officer, "NV-2", "P-HUE"));
        let enter = |path: &str, draft: serde_json::Value| officer.post(&format!("{path}/identity-papers"), &draft);
        enter(&first, json!({"kind": "citizen_card", "number": NUMBER})).is(201);
        let taken = enter(&second, json!({"kind": "citizen_card", "number": "000-085-001-234"})).refused(409, "identity_number_taken");
        assert!(taken["errors"][0]["detail"].as_str().unwrap().contains("NV-1") && !taken.to_string().contains(NUMBER) && !taken.to_string().contains("085-001"), "{taken}");
        let elsewhere = app.officer("P-HA-NOI");
        let other = person(&elsewhere, "NV-3", "P-HA-NOI");
        let blind = elsewhere.post(&format!("{other}/identity-papers"), &json!({"kind": "citizen_card", "number": NUMBER}));
        assert!(!blind.refused(409, "identity_number_taken").to_string().contains("NV-1"));
        // A citizen number is for life: another one is another person, or a mistake.
        let other = enter(&first, json!({"kind": "citizen_card", "number": "000085009999"})).refused(409, "citizen_number_other");
        assert!(other["detail"].as_str().unwrap().contains("********1234"), "{other}");
        // Another kind, another country: another paper.
        enter(&second, json!({"kind": "old_identity_card", "number": "000123456"})).is(201);
        enter(&second, json!({"kind": "passport", "number": "B1234567"})).is(201);
        enter(&second, json!({"kind": "passport", "number": "B1234567", "country": "LA"})).is(201);
        enter(&second, json!({"kind": "foreign_paper", "number": "la-77 01", "country": "LA", "expires_on": "2030-01-01"})).is(201);
        enter(&second, json!({"kind": "citizen_card", "number": "00008500123"})).refused(422, "identity_number_malformed");
        enter(&second, json!({"kind": "citizen_card", "number": "000085001235", "country": "LA"})).refused(422, "country_does_not_fit");
        enter(&second, json!({"kind": "foreign_paper", "number": "770123"})).refused(422, "country_does_not_fit");
        enter(&second, json!({"kind": "library_card", "number": "770123"})).refused(422, "not_in_list");
        enter(&second, json!({"kind": "passport", "number": "C7654321", "issued_on": "2999-01-01"})).refused(422, "date_in_future");
        let backwards = json!({"kind": "passport", "number": "C7654321", "issued_on": "2020-01-01", "expires_on": "2019-01-01"});
        enter(&second, backwards).refused(422, "ends_before_start");
        officer.post("/api/v1/people/identity-lookups", &json!({"kind": "citizen_card", "number": "1234"})).refused(422, "identity_number_malformed");
        let found = officer.post("/api/v1/people/identity-lookups", &json!({"kind": "foreign_paper", "number": "LA7701", "country": "LA"}));
        assert_eq!(found.items()[0]["code"], "NV-2");
    }
}

#[test]
fn a_number_is_known_again_after_a_restore() {
    for database in [thidua_testkit::Database::Sqlite, thidua_testkit::Database::Postgres] {
        let app = TestApp::start(database);
        let officer = app.officer("P-HUE");
        let path = person(&officer, "NV-1", "P-HUE");
        let id = officer.post(&format!("{path}/identity-papers"), &json!({"kind": "citizen_card", "number": NUMBER})).made();
        let file = std::env::temp_dir().join(format!("thidua-papers-{}.gz", uuid::Uuid::new_v4()));
        backup::take(&Location::parse(&app.url).unwrap(), &file, "0.0.0", SystemClock.now()).unwrap();
        let empty = thidua_testkit::EmptyDatabase::create(database);
        backup::restore(&Location::parse(&empty.url).unwrap(), &file, SystemClock.now()).unwrap();
        std::fs::remove_file(&file).unwrap();
        let copy = TestApp::on(&empty);
        let officer = copy.signed_in("cb.p-hue");
        let told = officer.post(&format!("{path}/identity-papers/{id}/reveals"), &json!({"reason": "Diễn tập khôi phục"}));
        assert_eq!(told.gives(201)["number"], NUMBER, "{database:?}");
        let question = json!({"kind": "citizen_card", "number": NUMBER});
        assert_eq!(officer.post("/api/v1/people/identity-lookups", &question).items().len(), 1, "{database:?}");
    }
}
