//! Meetings of a bloc.

use thidua_store::clock::Clock;
use thidua_testkit::{json, on_both};

use crate::blocs::bloc_of;

on_both! {
    fn a_meeting_is_called_held_and_minuted(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let code = standing.get(&year).gives(200)["code"].as_str().unwrap().to_owned();
        let next: i32 = app.clock.now().today().format("%Y").to_string().parse::<i32>().unwrap() + 1;
        let coming = standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": next, "members": ["A", "B"]})).gives(201)["code"].clone();
        let planned = json!({"bloc_year": coming, "kind": "interim", "title": "Sơ kết 6 tháng", "meets_on": format!("{next}-07-01")});
        let path = format!("/api/v1/meetings/{}", standing.post("/api/v1/meetings", &planned).made());
        standing.step(&path, &json!({"action": "hold"})).refused(409, "meeting_not_yet");
        let draft = json!({"bloc_year": code, "code": "SK-2026", "kind": "interim", "title": "Sơ kết 6 tháng", "meets_on": "2026-06-30",
            "attendance": [{"unit": "A", "presence": "present"}, {"unit": "B", "presence": "absent"}]});
        let path = format!("/api/v1/meetings/{}", standing.post("/api/v1/meetings", &draft).made());
        standing.patch(&path, &json!({"meets_on": "2026-07-01"})).is(200);
        standing.step(&path, &json!({"action": "hold"})).is(201);
        standing.step(&path, &json!({"action": "adopt", "confirm": "SK-2026"})).refused(409, "minutes_missing");
        let adopted = standing.patch(&path, &json!({"minutes": "Thống nhất.\nKhông có ý kiến khác.", "place": "Hội trường"}));
        assert_eq!(adopted.gives(200)["missing"], json!([]));
        let shown = standing.get(&path).gives(200);
        assert_eq!(standing.patch(&path, &shown).gives(200)["attendance"], shown["attendance"], "what was read can be sent back");
        standing.step(&path, &json!({"action": "adopt"})).refused(422, "confirm_required");
        standing.step(&path, &json!({"action": "adopt", "confirm": "SK-2026"})).is(201);
        standing.patch(&path, &json!({"minutes": "Sửa"})).refused(409, "wrong_state");
        app.officer("A").get(&path).is(200);
        app.officer("P-HUE").get(&path).refused(404, "not_found");
        assert_eq!(app.signed_in("cb.a").get("/api/v1/meetings?kind=interim&from_on=2026-01-01").items().len(), 2);
    }

    fn only_members_sit_and_each_once(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let code = standing.get(&year).gives(200)["code"].as_str().unwrap().to_owned();
        let draft = |attendance| json!({"bloc_year": code, "kind": "final", "title": "Tổng kết", "meets_on": "2026-07-01", "attendance": attendance});
        standing.post("/api/v1/meetings", &draft(json!([{"unit": "P-HUE", "presence": "present"}]))).refused(422, "not_a_member");
        let twice = json!([{"unit": "A", "presence": "present"}, {"unit": "A", "presence": "absent"}]);
        standing.post("/api/v1/meetings", &draft(twice)).refused(422, "seat_twice");
        app.officer("A").post("/api/v1/meetings", &draft(json!([]))).refused(403, "forbidden");
        app.officer("P-HUE").post("/api/v1/meetings", &draft(json!([]))).refused(422, "unknown_reference");
        assert_eq!(standing.get("/api/v1/meetings").items().len(), 0);
        let far = json!({"bloc_year": code, "kind": "final", "title": "Tổng kết", "meets_on": "1970-07-01"});
        standing.post("/api/v1/meetings", &far).refused(422, "date_outside_year");
        let b = standing.get(&year).gives(200)["members"][1]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{year}/members/{b}"), &json!({"to_on": "2026-07-31"})).is(200);
        let both = json!([{"unit": "A", "presence": "present"}, {"unit": "B", "presence": "present"}]);
        let met = format!("/api/v1/meetings/{}", standing.post("/api/v1/meetings", &draft(both)).made());
        standing.patch(&met, &json!({"meets_on": "2026-08-01"})).refused(422, "not_a_member");
        standing.patch(&met, &json!({"meets_on": "2026-07-31"})).is(200);
        let held = json!({"bloc_year": code, "kind": "final", "title": "Tổng kết", "meets_on": "2026-07-01", "recorded": {"from": "meeting", "happened_on": "2026-07-01"}});
        let path = format!("/api/v1/meetings/{}", standing.post("/api/v1/meetings", &held).made());
        assert_eq!(standing.get(&path).gives(200)["status"], "held");
        let steps = standing.get(&format!("{path}/transitions")).items();
        assert_eq!((steps[0]["action"].clone(), steps[0]["origin"].clone()), (json!("hold"), json!("recorded")));
        standing.patch(&path, &json!({"recorded": null})).refused(422, "recorded_stays");
        let future = json!({"bloc_year": code, "kind": "final", "title": "x", "meets_on": "2026-07-01", "recorded": {"from": "meeting", "happened_on": "2099-01-01"}});
        standing.post("/api/v1/meetings", &future).refused(422, "date_in_future");
        standing.step(&path, &json!({"action": "cancel", "reason": "x"})).refused(409, "wrong_state");
    }
}
