//! Announcement 000 over HTTP: eleven departments of eleven provinces form a bloc and sign the pledge
//! of 2021, entered by one clerk afterwards; then what became of them.

use thidua_testkit::{TestApp, json, on_both};

/// Plays the story as the demonstration does, as the standing body.
fn play(app: &TestApp) {
    let (base, token) = (app.base.clone(), app.standing().token().to_owned());
    let played = std::thread::spawn(move || {
        let player = |base: &str, token: &str| thidua::demo::Player::with_token(base, token);
        thidua_testkit::block_on(async move { thidua::demo::play(&player(&base, &token)).await })
    });
    played.join().expect("the player ends").expect("the service takes all of it");
}

on_both! {
    fn eleven_departments_sign_the_pledge_of_2021(app) {
        play(&app);
        let standing = app.signed_in("standing-body.tat-ca");
        let year = standing.get("/api/v1/bloc-years?year=2021").items()[0].clone();
        assert_eq!(year["member_count"], 11);
        let path = format!("/api/v1/bloc-years/{}", year["id"].as_str().unwrap());
        let year = standing.get(&path).gives(200);
        assert_eq!((year["status"].clone(), year["origin"].clone()), (json!("draft"), json!("recorded")));
        assert_eq!(year["missing"], json!(["leader", "deputy", "organizer", "document"]));
        let names: Vec<&str> = year["members"].as_array().unwrap().iter().map(|m| m["unit"]["name"].as_str().unwrap()).collect();
        assert_eq!(names[0], "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng");
        assert_eq!(names[10], "Sở Kế hoạch và Đầu tư tỉnh Lâm Đồng", "the order of the announcement, not of the alphabet");

        let pledge = standing.get("/api/v1/pledges?year=2021").items()[0].clone();
        let pledge = standing.get(&format!("/api/v1/pledges/{}", pledge["id"].as_str().unwrap())).gives(200);
        assert_eq!((pledge["status"].clone(), pledge["in_force_on"].clone()), (json!("in_force"), json!("2021-04-24")));
        assert_eq!(pledge["contents"].as_array().unwrap().len(), 11);
        let refs: Vec<_> = pledge["contents"][0]["references"].as_array().unwrap().iter().map(|r| r["document"]["code"].clone()).collect();
        assert_eq!(refs, ["NQ-01-CP-2021", "NQ-02-CP-2021", "CT-01-BKHDT-2021"]);
        assert_eq!(pledge["contents"][4]["references"].as_array().unwrap().len(), 3);
        assert_eq!(pledge["requirements"].as_array().unwrap().len(), 4);
        assert_eq!((pledge["signature_count"].clone(), pledge["unsigned"].clone()), (json!(11), json!([])));
        let signatures = standing.get(&format!("/api/v1/pledges/{}/signatures", pledge["id"].as_str().unwrap())).items();
        assert!(signatures.iter().all(|s| s["origin"] == "recorded" && s["signed_on"] == "2021-04-24" && s["recorded"]["from"] == "meeting"));

        let meeting = standing.get("/api/v1/meetings?kind=signing").items()[0].clone();
        assert_eq!(meeting["place"], "Trung tâm hành chính thành phố Đà Nẵng");
        assert_eq!(meeting["attendance"].as_array().unwrap().len(), 11);
        assert_eq!(standing.send("GET", "/api/v1/documents", &[("prefer", "count=exact")], None).gives(200)["total"], 4);
        let campaigns = standing.send("GET", "/api/v1/campaigns", &[("prefer", "count=exact")], None).gives(200);
        assert_eq!(campaigns["total"], 3);
        let culture = campaigns["items"].as_array().unwrap().iter().find(|c| c["code"] == "PT-VHCS-KHDT").unwrap();
        assert!(culture["launched_on"].is_null() && culture["missing"].as_array().unwrap().contains(&json!("launched_on")), "its launch is not stated");
    }

    fn their_provinces_are_six_since_july_2025(app) {
        play(&app);
        let standing = app.signed_in("standing-body.tat-ca");
        let path = format!("/api/v1/bloc-years/{}", standing.get("/api/v1/bloc-years?year=2021").items()[0]["id"].as_str().unwrap());
        let members = standing.get(&format!("{path}/members?as_of=2025-07-02")).items();
        let mut provinces: Vec<&str> = members.iter().map(|m| m["location_now"][0]["name"].as_str().unwrap()).collect();
        provinces.sort_unstable();
        provinces.dedup();
        assert_eq!(provinces, ["Thành phố Đà Nẵng", "Tỉnh Gia Lai", "Tỉnh Khánh Hòa", "Tỉnh Lâm Đồng", "Tỉnh Quảng Ngãi", "Tỉnh Đắk Lắk"]);
        assert!(members.iter().all(|m| m["unit_now"][0]["code"].as_str().unwrap().starts_with("STC-")), "merged into Finance");
        assert!(members.iter().all(|m| m["unverified"] == true), "the departments' own merger is not confirmed");
        let before = standing.get(&format!("{path}/members?as_of=2025-06-30")).items();
        assert!(before.iter().all(|m| m["location_now"] == json!([])), "eleven provinces until the last day of June");
        assert!(before.iter().all(|m| m["unit_now"] != json!([])), "the departments were merged earlier");
        let still = standing.get(&format!("{path}/members?as_of=2025-02-28")).items();
        assert!(still.iter().all(|m| m["unit_now"] == json!([])));
        let quang_nam = &members[1];
        assert_eq!((quang_nam["location"]["name"].clone(), quang_nam["unit"]["code"].clone()), (json!("Tỉnh Quảng Nam"), json!("SKHDT-QUANG-NAM")));
        // Whoever looks after the successor looks after what it succeeded: the officer of Finance sees the old bloc.
        assert_eq!(app.officer("STC-QUANG-NAM").get("/api/v1/pledges").items().len(), 1);
        assert_eq!(app.officer("STC-GIA-LAI").get("/api/v1/bloc-years").items().len(), 1);
        assert_eq!(app.officer("P-HUE").get("/api/v1/pledges").items().len(), 0);
    }
}
