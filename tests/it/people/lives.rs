//! People beyond the offices: without an employer, from elsewhere, dead; and what is restricted about everybody.

use thidua_domain::access::Role;
use thidua_testkit::{json, on_both};

on_both! {
    fn a_farmer_a_foreigner_and_a_dead_hero_are_people_too(app) {
        let officer = app.officer("P-HUE");
        let farmer = json!({
            "code": "ND-1", "full_name": "Hồ Văn Ruộng (giả định)", "owner": "P-HUE", "residence": "P-HUE", "nationality": "VN",
            "livelihood": "farmer", "direct_worker": true, "ethnicity": "ta_oi", "party_member": false, "fictional": true
        });
        let made = officer.post("/api/v1/people", &farmer).gives(201);
        assert_eq!(made["employments"], json!([]));
        assert_eq!(made["residence"]["code"], "P-HUE");
        assert_eq!((made["ethnicity_label"].as_str(), made["livelihood_label"].as_str()), (Some("Tà Ôi"), Some("Nông dân")));
        assert_eq!((made["direct_worker"].clone(), made["party_member"].clone()), (json!(true), json!(false)));
        let foreigner = json!({"code": "NN-1", "full_name": "Somchai (giả định)", "owner": "P-HUE", "nationality": "LA", "fictional": true});
        assert_eq!(officer.post("/api/v1/people", &foreigner).gives(201)["nationality"], "LA");
        officer.post("/api/v1/people", &json!({"full_name": "X", "owner": "P-HUE", "nationality": "Lào"})).refused(422, "too_long");
        officer.post("/api/v1/people", &json!({"full_name": "X", "owner": "P-HUE", "nationality": "la"})).refused(422, "bad_format");
        let told = officer.post("/api/v1/people", &json!({"full_name": "X", "owner": "P-HUE", "nationality": "la"})).json();
        assert!(told["detail"].as_str().unwrap().contains("hai chữ cái in hoa"), "{told}");
        officer.post("/api/v1/people", &json!({"full_name": "X", "owner": "P-HUE", "ethnicity": "roman"})).refused(422, "not_in_list");
        officer.post("/api/v1/people", &json!({"full_name": "X", "owner": "P-HUE", "residence": "NOWHERE"})).refused(422, "unknown_reference");
        let dead = |died: &str| json!({"full_name": "Trần Thị Y (giả định)", "owner": "P-HUE", "born_on": "1950-01-01", "died_on": died});
        officer.post("/api/v1/people", &dead("2999-01-01")).refused(422, "date_in_future");
        let told = officer.post("/api/v1/people", &dead("1949-01-01")).refused(422, "ends_before_start");
        assert_eq!(told["errors"][0]["pointer"], "/died_on");
        let detail = told["detail"].as_str().unwrap();
        assert!(detail.contains("1949-01-01 (ngày mất)") && detail.contains("1950-01-01 (ngày sinh)"), "{detail}");
        let hero = officer.post("/api/v1/people", &dead("1972-05-01")).gives(201);
        assert_eq!((hero["died_on"].as_str(), hero["died_precision"].as_str()), (Some("1972-05-01"), Some("day")));
        let path = format!("/api/v1/people/{}", hero["id"].as_str().unwrap());
        officer.patch(&path, &json!({"born_on": "1980-01-01"})).refused(422, "ends_before_start");
        assert!(officer.patch(&path, &json!({"died_on": null})).gives(200)["died_precision"].is_null());
    }

    fn what_is_restricted_is_shown_to_who_looks_after_people_only(app) {
        let standing = app.standing();
        let draft = json!({
            "code": "NV-R", "full_name": "Lò Thị R (giả định)", "owner": "P-HUE", "born_on": "1985-01-01", "gender": "female",
            "ethnicity": "thai", "livelihood": "worker", "direct_worker": true, "party_member": true, "nationality": "VN", "fictional": true
        });
        let path = format!("/api/v1/people/{}", standing.post("/api/v1/people", &draft).made());
        let restricted = ["born_on", "born_precision", "gender", "gender_label", "ethnicity", "ethnicity_label", "livelihood", "livelihood_label", "direct_worker", "party_member"];
        for keeper in [app.officer("P-HUE"), app.head("P-HUE"), app.signed_in("standing-body.tat-ca")] {
            let seen = keeper.get(&path).gives(200);
            assert_eq!(seen["restricted_shown"], true);
            assert!(restricted.iter().all(|field| !seen[field].is_null()), "{seen}");
        }
        let viewer = app.account("nguoi-xem", &[(Role::Viewer, Some("P-HUE"))]);
        for reader in [&viewer, &app.with(Role::Auditor), &app.with(Role::Authority)] {
            for seen in [reader.get(&path).gives(200), reader.get("/api/v1/people?code=NV-R").items().remove(0)] {
                assert_eq!((seen["restricted_shown"].clone(), seen["nationality"].clone()), (json!(false), json!("VN")));
                assert!(restricted.iter().all(|field| seen[field].is_null()), "{seen}");
            }
        }
        let csv = viewer.send("GET", "/api/v1/people?code=NV-R", &[("accept", "text/csv")], None).is(200).text();
        assert!(csv.contains("Lò Thị R") && !csv.contains("1985") && !csv.contains("thai"), "{csv}");
        // The log names fields, never values.
        let event = app.signed_in("auditor.tat-ca").get("/api/v1/events?limit=200").text();
        assert!(!event.contains("thai") && !event.contains("1985-01-01"), "{event}");
    }
}
