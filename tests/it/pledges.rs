//! Pledges: drafted, opened, signed by every member, in force.

use thidua_store::clock::Clock;
use thidua_testkit::{Caller, Value, json, on_both};

use crate::blocs::bloc_of;

fn draft(code: &Value) -> Value {
    json!({"bloc_year": code, "sign_by": "2026-04-30", "requirements": ["Thiết thực\nkhông hình thức"],
        "contents": [
            {"no": "1", "text": "Hoàn thành nhiệm vụ", "parts": [{"no": "a", "text": "Đúng hạn"}, {"no": "b", "text": "Đúng luật"}]},
            {"no": "2", "text": "Cải cách hành chính"}],
        "partners": [{"kind": "union", "name": "Công đoàn ngành (giả định)"}]})
}

pub fn pledge(standing: &Caller<'_>, year: &str) -> String {
    let code = standing.get(year).gives(200)["code"].clone();
    format!("/api/v1/pledges/{}", standing.post("/api/v1/pledges", &draft(&code)).made())
}

on_both! {
    fn a_pledge_binds_when_every_member_has_signed(app) {
        let standing = app.standing();
        let path = pledge(&standing, &bloc_of(&app, &standing, &["A", "B", "C"]));
        let (a, b, c) = (app.head("A"), app.head("B"), app.head("C"));
        a.post(&format!("{path}/signatures"), &json!({"unit": "A"})).refused(409, "wrong_state");
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        a.post(&format!("{path}/signatures"), &json!({"unit": "B"})).refused(403, "forbidden");
        app.officer("A").post(&format!("{path}/signatures"), &json!({"unit": "A"})).refused(403, "forbidden");
        standing.post(&format!("{path}/signatures"), &json!({"unit": "A"})).refused(403, "forbidden");
        a.post(&format!("{path}/signatures"), &json!({"unit": "A", "signer_position": "Giám đốc"})).is(201);
        a.post(&format!("{path}/signatures"), &json!({"unit": "A"})).refused(409, "signed_already");
        standing.patch(&path, &json!({"contents": [{"no": "1", "text": "Khác"}]})).refused(409, "pledge_text_frozen");
        standing.patch(&path, &json!({"sign_by": "2026-05-15"})).is(200);
        standing.step(&path, &json!({"action": "return_to_draft", "reason": "x"})).refused(409, "pledge_signed");
        let half = b.get(&path).gives(200);
        assert_eq!((half["signature_count"].clone(), half["member_count"].clone()), (json!(1), json!(3)));
        assert_eq!(half["unsigned"][0]["unit"]["code"], "B");
        assert_eq!(half["unsigned"][0]["late"], true);
        b.post(&format!("{path}/signatures"), &json!({"unit": "B"})).is(201);
        let paper = json!({"unit": "C", "recorded": {"from": "paper", "happened_on": "2026-04-24", "by_position": "Phó Giám đốc", "mode": "for_head"}});
        app.officer("P-HUE").post(&format!("{path}/signatures"), &paper).refused(404, "not_found");
        let entered = standing.post(&format!("{path}/signatures"), &paper).gives(201);
        assert_eq!((entered["late"].clone(), entered["origin"].clone(), entered["mode"].clone()), (json!(false), json!("recorded"), json!("for_head")));
        let done = c.get(&path).gives(200);
        assert_eq!(done["status"], "in_force");
        assert_eq!(done["unsigned"], json!([]));
        assert_eq!(c.get(&format!("{path}/signatures")).items().len(), 3);
        assert_eq!(c.get("/api/v1/pledges?status=in_force&signed_by=C").items().len(), 1);
        standing.step(&path, &json!({"action": "replace", "reason": "Sắp xếp bộ máy"})).refused(422, "confirm_required");
        let code = done["code"].clone();
        standing.step(&path, &json!({"action": "replace", "reason": "Sắp xếp bộ máy", "confirm": code})).is(201);
        let moves: Vec<_> = standing.get(&format!("{path}/transitions")).items().iter().map(|m| m["to"].clone()).collect();
        assert_eq!(moves, ["replaced", "in_force", "signing"]);
    }

    fn recorded_signatures_must_say_who(app) {
        let standing = app.standing();
        let path = pledge(&standing, &bloc_of(&app, &standing, &["A", "B"]));
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let signatures = format!("{path}/signatures");
        standing.post(&signatures, &json!({"unit": "A", "recorded": {"from": "paper", "happened_on": "2026-04-24"}})).refused(422, "recorded_incomplete");
        let torn = json!({"unit": "A", "mode": "own", "recorded": {"from": "paper", "happened_on": "2026-05-02", "by_name": "X", "mode": "for_head"}});
        standing.post(&signatures, &torn).refused(422, "recorded_contradicts");
        // One typed wrongly is taken away and entered again.
        let wrong = standing.post(&signatures, &json!({"unit": "A", "recorded": {"from": "paper", "happened_on": "2026-04-02", "by_name": "X"}})).made();
        let wrong = format!("{signatures}/{wrong}");
        assert_eq!(standing.get(&wrong).gives(200)["signed_on"], "2026-04-02");
        app.officer("P-HUE").get(&wrong).refused(404, "not_found");
        standing.take_away(&wrong).is(204);
        standing.get(&wrong).refused(404, "not_found");
        assert_eq!(standing.get(&path).gives(200)["signature_count"], 0);
        let late = json!({"unit": "A", "recorded": {"from": "paper", "happened_on": "2026-05-02", "by_name": "Người Ký (giả định)"}});
        assert_eq!(standing.post(&signatures, &late).gives(201)["late"], true);
        standing.patch(&path, &json!({"sign_by": "2026-05-31"})).is(200);
        assert_eq!(standing.get(&signatures).items()[0]["late"], false, "late is what the day set for it says now");
        let stale = json!({"unit": "B", "recorded": {"from": "paper", "happened_on": "2026-04-24", "by_name": "X"}});
        standing.send("POST", &signatures, &[("if-match", "\"1.0\"")], Some(&stale)).refused(412, "version_stale");
        standing.post(&signatures, &json!({"unit": "P-HUE", "recorded": {"from": "paper", "happened_on": "2026-04-24", "by_name": "X"}})).refused(422, "not_a_member");
        standing.post(&signatures, &json!({"unit": "B", "recorded": {"from": "paper", "happened_on": "2099-04-24", "by_name": "X"}})).refused(422, "date_in_future");
        // An officer enters what the own unit signed on paper, and nobody else's.
        let officer = app.officer("B");
        officer.post(&signatures, &json!({"unit": "A", "recorded": {"from": "paper", "happened_on": "2026-04-24", "by_name": "X"}})).refused(403, "forbidden");
        officer.post(&signatures, &json!({"unit": "B", "recorded": {"from": "paper", "happened_on": "2026-04-24", "by_name": "X"}})).is(201);
        let done = standing.get(&path).gives(200);
        assert_eq!((done["status"].clone(), done["in_force_on"].clone()), (json!("in_force"), json!("2026-05-02")));
        let given = format!("{signatures}/{}", standing.get(&signatures).items()[0]["id"].as_str().unwrap());
        standing.take_away(&given).refused(409, "signature_stays");
    }

    fn a_member_that_leaves_is_no_longer_waited_for(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let path = pledge(&standing, &year);
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        app.head("A").post(&format!("{path}/signatures"), &json!({"unit": "A"})).is(201);
        let b = standing.get(&year).gives(200)["members"][1]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{year}/members/{b}"), &json!({"to_on": "2026-01-31", "note": "Giải thể"})).is(200);
        assert_eq!(standing.get(&path).gives(200)["status"], "in_force");
    }

    fn who_joins_later_signs_a_pledge_that_is_in_force(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B", "C"]);
        let path = pledge(&standing, &year);
        let signatures = format!("{path}/signatures");
        let members = standing.get(&year).gives(200)["members"].clone();
        let place = |n: usize| format!("{year}/members/{}", members[n]["id"].as_str().unwrap());
        let etag = standing.get(&place(2)).etag();
        standing.send("DELETE", &place(2), &[("if-match", &etag)], None).is(204);
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let paper = |unit: &str, on: &str| json!({"unit": unit, "recorded": {"from": "paper", "happened_on": on, "by_name": "X"}});
        for unit in ["A", "B"] {
            standing.post(&signatures, &paper(unit, "2026-04-24")).is(201);
        }
        assert_eq!(standing.get(&path).gives(200)["status"], "in_force");
        standing.post(&format!("{year}/members"), &json!({"unit": "C"})).is(201);
        assert_eq!(standing.get(&path).gives(200)["unsigned"][0]["unit"]["code"], "C");
        app.head("C").post(&signatures, &json!({"unit": "C"})).is(201);
        let done = app.signed_in("tt.c").get(&path).gives(200);
        assert_eq!((done["unsigned"].clone(), done["in_force_on"].clone()), (json!([]), json!("2026-04-24")));
        assert_eq!((&done["blocked"][0]["action"], &done["blocked"][0]["code"]), (&json!("sign"), &json!("pledge_complete")));
        assert_eq!(done["blocked"][0]["code_label"], "Mọi thành viên đã ký");
        // A place is not cut back behind what was signed in it.
        standing.patch(&place(0), &json!({"to_on": "2026-04-23"})).refused(409, "member_signed");
        standing.patch(&place(0), &json!({"to_on": "2026-04-24"})).is(200);
    }

    fn who_must_sign_is_judged_on_the_day_of_signing_too(app) {
        let standing = app.standing();
        let _ = bloc_of(&app, &standing, &["A", "B", "C"]);
        let year = standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": 2023, "members": ["A", "B"]})).made();
        let year = format!("/api/v1/bloc-years/{year}");
        standing.post(&format!("{year}/members"), &json!({"unit": "C", "from_on": "2023-12-15"})).is(201);
        let path = pledge(&standing, &year);
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let paper = |unit: &str, on: &str| json!({"unit": unit, "recorded": {"from": "paper", "happened_on": on, "by_name": "X"}});
        standing.post(&format!("{path}/signatures"), &paper("A", "1800-03-02")).refused(422, "date_too_early");
        standing.post(&format!("{path}/signatures"), &paper("A", "2021-12-31")).refused(422, "date_outside_year");
        standing.post(&format!("{path}/signatures"), &paper("A", "2023-03-01")).is(201);
        standing.post(&format!("{path}/signatures"), &paper("C", "2023-03-01")).refused(422, "not_a_member");
        standing.post(&format!("{path}/signatures"), &paper("B", "2023-03-02")).is(201);
        let done = standing.get(&path).gives(200);
        assert_eq!((done["status"].clone(), done["in_force_on"].clone()), (json!("in_force"), json!("2023-03-02")));
        standing.post(&format!("{year}/members"), &json!({"unit": "C", "from_on": "2024-01-01"})).refused(422, "date_outside_year");
    }

    fn a_year_that_is_over_takes_paper_and_nothing_else(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let path = pledge(&standing, &year);
        let recorded = json!({"from": "paper", "happened_on": "2026-02-01"});
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        standing.step(&year, &json!({"action": "open", "recorded": recorded})).is(201);
        standing.step(&year, &json!({"action": "close", "recorded": recorded})).is(201);
        app.head("A").post(&format!("{path}/signatures"), &json!({"unit": "A"})).refused(409, "bloc_year_ended");
        standing.patch(&path, &json!({"sign_by": "2026-06-30"})).refused(409, "bloc_year_ended");
        let paper = json!({"unit": "A", "recorded": {"from": "paper", "happened_on": "2026-01-24", "by_name": "X"}});
        standing.post(&format!("{path}/signatures"), &paper).is(201);
        let other = standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": 2025, "members": ["A"]})).made();
        let other = format!("/api/v1/bloc-years/{other}");
        let path = pledge(&standing, &other);
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        standing.step(&other, &json!({"action": "cancel", "reason": "Nhập nhầm", "recorded": recorded})).is(201);
        let paper = json!({"unit": "A", "recorded": {"from": "paper", "happened_on": "2025-01-24", "by_name": "X"}});
        standing.post(&format!("{path}/signatures"), &paper).refused(409, "bloc_year_ended");
        // A year cancelled by mistake is formed again.
        assert_eq!(standing.step(&other, &json!({"action": "reopen", "reason": "Hủy nhầm"})).gives(201)["status"], "draft");
        standing.post(&format!("{path}/signatures"), &paper).is(201);
    }

    fn a_unit_that_is_no_more_signs_no_more(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let path = pledge(&standing, &year);
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let head = app.head("B");
        let b = standing.get("/api/v1/units?code=B").items()[0]["id"].as_str().unwrap().to_owned();
        standing.post(&format!("/api/v1/units/{b}/successions"), &json!({"kind": "dissolve", "effective_on": "2026-02-01"})).is(201);
        head.post(&format!("{path}/signatures"), &json!({"unit": "B"})).refused(422, "not_a_member");
        app.head("A").post(&format!("{path}/signatures"), &json!({"unit": "A"})).is(201);
        assert_eq!(standing.get(&path).gives(200)["status"], "in_force", "nobody waits for it");
    }

    fn nobody_waits_for_a_member_whose_day_of_leaving_has_come(app) {
        let standing = app.standing();
        let _ = bloc_of(&app, &standing, &["A", "B"]);
        let today = app.clock.now().today();
        let next: i32 = today.format("%Y").to_string().parse::<i32>().unwrap() + 1;
        let year = format!("/api/v1/bloc-years/{}", standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": next, "members": ["A", "B"]})).made());
        let path = pledge(&standing, &year);
        let b = standing.get(&year).gives(200)["members"][1]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("{year}/members/{b}"), &json!({"to_on": format!("{next}-01-10"), "note": "Giải thể"})).is(200);
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let signed = app.head("A").post(&format!("{path}/signatures"), &json!({"unit": "A", "signer_position": "Giám đốc"})).gives(201);
        assert_eq!((signed["origin"].clone(), signed["signer_name"].clone()), (json!("performed"), json!("tt.a (giả định)")));
        app.every_hour();
        assert_eq!(standing.get(&path).gives(200)["status"], "signing", "B is still waited for");
        app.clock.advance(400 * 24 * 3600);
        app.every_hour();
        let body = json!({"username": "standing-body.tat-ca", "password": thidua_testkit::PASSWORD});
        let again = app.anon().post("/api/v1/auth/sessions", &body).gives(201);
        let done = app.bearer(again["access_token"].as_str().unwrap()).get(&path).gives(200);
        assert_eq!((done["status"].clone(), done["in_force_on"].clone()), (json!("in_force"), json!(today)));
    }

    fn wording_is_checked_kept_and_copied(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let code = standing.get(&year).gives(200)["code"].clone();
        let bad = json!({"bloc_year": code, "contents": [{"no": "1", "text": "x"}, {"no": "1", "text": "y"}]});
        assert_eq!(standing.post("/api/v1/pledges", &bad).refused(422, "content_number_twice")["errors"][0]["pointer"], "/contents/1/no");
        let deep = json!({"bloc_year": code, "contents": [{"no": "1", "text": "x", "parts": [{"no": "1", "text": "x", "parts": [{"no": "1", "text": "x", "parts": [{"no": "1", "text": "x"}]}]}]}]});
        standing.post("/api/v1/pledges", &deep).refused(422, "content_too_deep");
        let refers: Vec<_> = (0..50).map(|_| json!({"document": "X"})).collect();
        let much: Vec<_> = (0..5).map(|n| json!({"no": n.to_string(), "text": "x", "references": refers})).collect();
        standing.post("/api/v1/pledges", &json!({"bloc_year": code, "contents": much})).refused(422, "references_too_many");
        standing.post("/api/v1/pledges", &json!({"bloc_year": code, "partners": [{"kind": "union"}]})).refused(422, "reference_ambiguous");
        standing.post("/api/v1/pledges", &json!({"bloc_year": code, "copied_from": "last_year"})).refused(422, "no_pledge_before");
        let path = pledge(&standing, &year);
        let first = standing.get(&path).gives(200);
        assert_eq!(first["contents"][0]["parts"][1]["text"], "Đúng luật");
        assert_eq!(first["requirements"], json!(["Thiết thực\nkhông hình thức"]));
        standing.patch(&path, &json!({"contents": []})).is(200);
        standing.step(&path, &json!({"action": "open_signing"})).refused(409, "pledge_empty");
        standing.patch(&path, &json!({"contents": first["contents"].as_array().unwrap().iter().map(|c| json!({"no": c["no"], "text": c["text"], "parts": c["parts"].as_array().unwrap().iter().map(|p| json!({"no": p["no"], "text": p["text"]})).collect::<Vec<_>>()})).collect::<Vec<_>>()})).is(200);
        let next = standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": 2027, "members": ["A", "B"]})).made();
        let copy = standing.post("/api/v1/pledges", &json!({"bloc_year": next, "copied_from": "last_year"})).gives(201);
        assert_eq!(copy["contents"], standing.get(&path).gives(200)["contents"]);
        assert_eq!(copy["copied_from"]["code"], first["code"]);
        assert_eq!(copy["partners"], first["partners"]);
        assert_eq!(copy["status"], "draft");
    }

    fn a_pledge_lives_and_ends_with_its_year(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let code = standing.get(&year).gives(200)["code"].clone();
        let first = pledge(&standing, &year);
        let members = standing.get(&year).gives(200)["members"].clone();
        let place = |n: usize| format!("{year}/members/{}", members[n]["id"].as_str().unwrap());
        standing.step(&first, &json!({"action": "open_signing"})).is(201);
        let paper = |unit: &str| json!({"unit": unit, "recorded": {"from": "paper", "happened_on": "2026-04-24", "by_name": "X"}});
        standing.post(&format!("{first}/signatures"), &paper("A")).is(201);
        // Who has signed stays a member; it can leave by date.
        let etag = standing.get(&place(0)).etag();
        standing.send("DELETE", &place(0), &[("if-match", &etag)], None).refused(409, "member_signed");
        standing.patch(&place(0), &json!({"unit": "P-HUE"})).refused(409, "member_signed");
        standing.post(&format!("{first}/signatures"), &paper("B")).is(201);
        standing.step(&year, &json!({"action": "cancel", "reason": "Nhập nhầm"})).refused(409, "pledge_in_force");
        // A second one is drafted, and the year closes over it.
        let second = pledge(&standing, &year);
        standing.patch(&place(0), &json!({"office": "leader"})).is(200);
        standing.step(&year, &json!({"action": "open"})).is(201);
        standing.step(&year, &json!({"action": "close"})).is(201);
        standing.step(&second, &json!({"action": "open_signing"})).refused(409, "bloc_year_ended");
        assert_eq!(standing.get(&second).gives(200)["blocked"][0]["code"], "bloc_year_ended");
        standing.post("/api/v1/pledges", &draft(&code)).refused(409, "bloc_year_ended");
        standing.step(&year, &json!({"action": "reopen", "reason": "Bổ sung"})).is(201);
        standing.step(&second, &json!({"action": "open_signing"})).is(201);
    }

    fn what_was_signed_elsewhere_is_judged_on_its_day(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B", "C"]);
        let path = pledge(&standing, &year);
        let members = standing.get(&year).gives(200)["members"].clone();
        let place = |n: usize| format!("{year}/members/{}", members[n]["id"].as_str().unwrap());
        standing.patch(&place(1), &json!({"to_on": "2026-03-31"})).is(200);
        standing.patch(&place(2), &json!({"from_on": "2026-04-01"})).is(200);
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let paper = |unit: &str, on: &str| json!({"unit": unit, "recorded": {"from": "paper", "happened_on": on, "by_name": "X"}});
        standing.post(&format!("{path}/signatures"), &paper("B", "2026-04-01")).refused(422, "not_a_member");
        standing.post(&format!("{path}/signatures"), &paper("C", "2026-03-31")).refused(422, "not_a_member");
        standing.post(&format!("{path}/signatures"), &paper("B", "2026-03-31")).is(201);
        standing.post(&format!("{path}/signatures"), &paper("C", "2026-04-01")).is(201);
    }

    fn what_was_read_can_be_sent_back(app) {
        let standing = app.standing();
        let path = pledge(&standing, &bloc_of(&app, &standing, &["A", "B"]));
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let title = standing.get(&path).gives(200)["title"].clone();
        standing.patch(&path, &json!({"title": title, "sign_by": "2026-05-01"})).is(200);
        standing.patch(&path, &json!({"title": "Khác"})).refused(409, "pledge_text_frozen");
        // Later found to have been made on paper: it says so everywhere.
        let recorded = json!({"from": "paper", "happened_on": "2026-01-05"});
        assert_eq!(standing.patch(&path, &json!({"recorded": recorded})).gives(200)["origin"], "recorded");
        let scan = json!({"from": "paper", "happened_on": "2026-01-05", "file_id": "0198c0de-0000-7000-8000-000000000001"});
        standing.patch(&path, &json!({"recorded": scan})).refused(422, "unknown_reference");
        standing.patch(&path, &json!({"recorded": null})).refused(422, "recorded_stays");
        let back = json!({"action": "return_to_draft", "reason": "Sửa", "recorded": recorded});
        assert_eq!(standing.step(&path, &back).gives(201)["origin"], "recorded");
        standing.step(&path, &json!({"action": "open_signing"})).is(201);
        let many: Vec<_> = (0..100).map(|n| json!({"no": n.to_string(), "text": "x", "parts": [{"no": "a", "text": "x"}, {"no": "b", "text": "x"}, {"no": "c", "text": "x"}]})).collect();
        standing.step(&path, &json!({"action": "return_to_draft", "reason": "Sửa"})).is(201);
        standing.patch(&path, &json!({"contents": many})).refused(422, "contents_too_many");
        standing.send("PATCH", &path, &[("if-match", "junk")], Some(&json!({"title": "x"}))).refused(400, "bad_header");
        standing.send("PATCH", &path, &[("if-match", "\"other.tag\"")], Some(&json!({"title": "x"}))).refused(412, "version_stale");
    }

    fn a_pledge_is_signed_at_a_meeting_of_its_own_year(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B"]);
        let path = pledge(&standing, &year);
        let next = standing.post("/api/v1/bloc-years", &json!({"bloc": "KHOI", "year": 2027, "members": ["A"]})).gives(201)["code"].clone();
        let meeting = |year: &Value, code: &str| json!({"bloc_year": year, "code": code, "kind": "signing", "title": "Ký", "meets_on": "2026-03-01"});
        standing.post("/api/v1/meetings", &meeting(&next, "ELSEWHERE")).is(201);
        standing.patch(&path, &json!({"meeting": "ELSEWHERE"})).refused(422, "unknown_reference");
        let own = standing.get(&year).gives(200)["code"].clone();
        standing.post("/api/v1/meetings", &meeting(&own, "HERE")).is(201);
        assert_eq!(standing.patch(&path, &json!({"meeting": "HERE"})).gives(200)["meeting"]["code"], "HERE");
    }

    fn a_code_that_is_made_is_one_that_nobody_has(app) {
        let standing = app.standing();
        let code = standing.get(&bloc_of(&app, &standing, &["A", "B"])).gives(200)["code"].clone();
        let typed = format!("{}/GU2", code.as_str().unwrap().replace('/', "-"));
        standing.post("/api/v1/pledges", &json!({"bloc_year": code, "code": typed})).is(201);
        let made: Vec<_> = (0..2).map(|_| standing.post("/api/v1/pledges", &json!({"bloc_year": code})).gives(201)["code"].clone()).collect();
        assert_eq!(made, [typed.replace("GU2", "GU3"), typed.replace("GU2", "GU4")]);
    }

    fn each_unit_sets_its_own_targets(app) {
        let standing = app.standing();
        let path = pledge(&standing, &bloc_of(&app, &standing, &["A", "B"]));
        let (a, b) = (app.officer("A"), app.officer("B"));
        let target = a.post(&format!("{path}/targets"), &json!({"unit": "A", "title": "Hồ sơ đúng hạn", "measure": "%", "planned": "98"})).made();
        a.post(&format!("{path}/targets"), &json!({"unit": "B", "title": "x"})).refused(403, "forbidden");
        standing.post(&format!("{path}/targets"), &json!({"unit": "P-HUE", "title": "x"})).refused(422, "not_a_member");
        let at = format!("{path}/targets/{target}");
        b.patch(&at, &json!({"achieved": "99"})).refused(403, "forbidden");
        assert_eq!(a.patch(&at, &json!({"achieved": "99,2"})).gives(200)["achieved"], "99,2");
        a.patch(&at, &json!({"unit": "B"})).refused(422, "cannot_move");
        assert_eq!(b.get(&format!("{path}/targets")).items().len(), 1);
        let etag = a.get(&at).etag();
        a.send("DELETE", &at, &[("if-match", &etag)], None).is(204);
        a.get(&at).refused(404, "not_found");
    }
}
