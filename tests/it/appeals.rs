//! Appeals: filed by members against points, answered by who judges, and holding a ranking back while they wait.

use thidua_domain::access::Role;
use thidua_store::clock::Clock;
use thidua_testkit::{Caller, Value, json, on_both};

use crate::criteria_sets::{published, table};
use crate::scoresheets::{own, scored_year, sheet, submitted};

const APPEALS: &str = "/api/v1/appeals";

/// A submitted sheet of a unit.
fn judged(standing: &Caller<'_>, unit: &str) -> String {
    let path = sheet(standing, unit);
    submitted(standing, &path, &own(100.0, 3, 15.0));
    path
}

fn about(sheet: &str, more: &Value) -> Value {
    let mut draft = json!({"scoresheet": sheet, "grounds": "Báo cáo đã gửi đúng hạn.", "fictional": true});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

fn answer(code: &str) -> Value {
    json!({"action": "answer", "outcome": "upheld", "answer": "Đúng hạn theo dấu công văn đến.", "confirm": code})
}

on_both! {
    fn a_unit_appeals_and_who_judges_answers(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        judged(&standing, "C");
        let (officer, leader) = (app.officer("C"), app.officer("A"));
        let draft = about("KHOI-2026-C", &json!({"code": "KN-C", "item": "I.2", "asked_points": 20, "external_ids": {"ioffice": "7"}}));
        let dry = officer.post(&format!("{APPEALS}?dry_run=true"), &draft);
        assert_eq!(dry.is(201).header("dry-run"), Some("true"));
        let path = format!("{APPEALS}/{}", officer.post(APPEALS, &draft).made());
        let seen = officer.get(&path).gives(200);
        assert_eq!((&seen["unit"]["code"], &seen["by"]["code"], &seen["interest"]), (&json!("C"), &json!("C"), &json!("own")));
        assert_eq!((&seen["points_filed"], &seen["asked_points"], &seen["status"]), (&json!(15), &json!(20), &json!("filed")));
        assert_eq!(seen["allowed_actions"], json!(["withdraw", "edit"]));

        officer.send("PATCH", &path, &[], Some(&json!({"asked_points": 18}))).refused(428, "if_match_required");
        let etag = officer.get(&path).etag();
        assert_eq!(officer.patch(&path, &json!({"asked_points": 18})).gives(200)["asked_points"], 18);
        officer.send("PATCH", &path, &[("if-match", &etag)], Some(&json!({"asked_points": 17}))).refused(412, "version_stale");
        officer.patch(&path, &json!({"asked_points": 30.5})).refused(422, "appeal_points_outside");
        officer.patch(&path, &json!({"grounds": null})).refused(422, "field_emptied");
        leader.patch(&path, &json!({"asked_points": 0})).refused(403, "forbidden");
        standing.patch(&path, &json!({"asked_points": 0})).refused(403, "forbidden");

        // Members see it and search it; others do not.
        assert_eq!(leader.get(&path).gives(200)["allowed_actions"], json!(["answer"]));
        let member = app.head("B");
        let filters = ["bloc_year=KHOI/2026", "scoresheet=KHOI-2026-C", "unit=C", "by=C", "status=filed", "q=dung%20han", "external_id=ioffice:7"];
        for filter in filters {
            assert_eq!(member.get(&format!("{APPEALS}?{filter}")).items().len(), 1, "{filter}");
        }
        for filter in ["unit=A", "by=A", "status=answered", "q=khac"] {
            assert_eq!(member.get(&format!("{APPEALS}?{filter}")).items().len(), 0, "{filter}");
        }
        member.get(&format!("{APPEALS}?unit=KHONG-CO")).refused(422, "unknown_reference");
        let stranger = app.officer("P-HUE");
        stranger.get(&path).refused(404, "not_found");
        stranger.post(APPEALS, &draft).refused(422, "unknown_reference");
        assert_eq!(stranger.get(APPEALS).items().len(), 0);

        // The answer says what and why, and changes no points by itself.
        let head = app.head("C");
        head.step(&path, &answer("KN-C")).refused(403, "forbidden");
        leader.step(&path, &json!({"action": "answer", "outcome": "upheld", "confirm": "KN-C"})).refused(422, "appeal_answer_unfit");
        leader.step(&path, &json!({"action": "answer", "outcome": "upheld", "answer": "Đúng"})).refused(422, "confirm_required");
        standing.post("/api/v1/documents", &json!({"code": "TL", "kind": "official_letter", "title": "Trả lời (giả định)", "owner": "TOCHUC"})).is(201);
        let mut replied = answer("KN-C");
        replied["document"] = json!("TL");
        let answered = leader.step(&path, &replied).gives(201);
        assert_eq!((&answered["status"], &answered["outcome_label"], &answered["points_answered"]), (&json!("answered"), &json!("Chấp nhận"), &json!(15)));
        assert_eq!((&answered["document"]["code"], &answered["allowed_actions"]), (&json!("TL"), &json!([])));
        assert_eq!(standing.get("/api/v1/scoresheets?unit=C").items()[0]["total"], 80);
        leader.step(&path, &answer("KN-C")).refused(409, "wrong_state");
        officer.patch(&path, &json!({"grounds": "x"})).refused(409, "wrong_state");
        let history = leader.get(&format!("{path}/history")).items();
        assert_eq!((history.len(), &history[0]["after"]["outcome"], &history[0]["after"]["document"]), (3, &json!("upheld"), &json!("TL")));
        assert_eq!(history[0]["after"]["answer"], "Đúng hạn theo dấu công văn đến.");
        assert_eq!(leader.get(&format!("{path}/transitions")).items()[0]["to"], "answered");
    }

    fn nobody_answers_for_a_unit_of_theirs(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        judged(&standing, "A");
        judged(&standing, "C");
        let (leader, deputy, officer) = (app.head("A"), app.head("B"), app.officer("C"));
        // About the sheet of the leading unit: the deputy answers, or who organises.
        let of_leader = format!("{APPEALS}/{}", officer.post(APPEALS, &about("KHOI-2026-A", &json!({"by": "C", "code": "KN-1"}))).made());
        assert_eq!(officer.get(&of_leader).gives(200)["interest"], "another");
        leader.step(&of_leader, &answer("KN-1")).refused(403, "forbidden");
        officer.step(&of_leader, &answer("KN-1")).refused(403, "forbidden");
        let both = app.account("hai.vai", &[(Role::StandingBody, None), (Role::UnitOfficer, Some("A"))]);
        both.step(&of_leader, &answer("KN-1")).refused(403, "forbidden");
        deputy.step(&of_leader, &answer("KN-1")).is(201);
        // Filed by the leading unit about another's: it does not answer itself.
        let by_leader = format!("{APPEALS}/{}", leader.post(APPEALS, &about("KHOI-2026-C", &json!({"by": "A", "item": "II", "code": "KN-2"}))).made());
        leader.step(&by_leader, &answer("KN-2")).refused(403, "forbidden");
        app.officer("TOCHUC").step(&by_leader, &answer("KN-2")).is(201);

        officer.post(APPEALS, &about("KHOI-2026-C", &json!({"by": "A"}))).refused(403, "forbidden");
        officer.post(APPEALS, &about("KHOI-2026-A", &json!({}))).refused(403, "forbidden");
        standing.post(APPEALS, &about("KHOI-2026-C", &json!({}))).refused(403, "forbidden");
        officer.post(APPEALS, &about("KHOI-2026-C", &json!({"by": "P-HUE"}))).refused(422, "not_a_member");
        officer.post(APPEALS, &about("KHOI-2026-C", &json!({"by": "KHONG-CO"}))).refused(422, "unknown_reference");
        officer.post(APPEALS, &about("KHONG-CO", &json!({}))).refused(422, "unknown_reference");
    }

    fn a_delegate_who_submits_files_for_the_unit_and_does_nothing_else(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        judged(&standing, "C");
        judged(&standing, "A");
        let (head, deputy) = (app.head("C"), app.account("pho.c", &[]));
        standing.post("/api/v1/documents", &json!({"code": "GUQ", "kind": "other", "title": "Giấy ủy quyền (giả định)", "owner": "C"})).is(201);
        deputy.post(APPEALS, &about("KHOI-2026-C", &json!({}))).refused(422, "unknown_reference");
        let today = app.clock.now().today();
        let delegation = json!({"unit": "C", "delegate": "pho.c", "acts": ["submit"], "from_on": today, "to_on": today, "document": "GUQ"});
        head.post("/api/v1/delegations", &delegation).is(201);
        let path = format!("{APPEALS}/{}", deputy.post(APPEALS, &about("KHOI-2026-C", &json!({"code": "KN-1"}))).made());
        assert_eq!(deputy.get(&path).gives(200)["allowed_actions"], json!([]));
        deputy.patch(&path, &json!({"grounds": "x"})).refused(403, "forbidden");
        deputy.step(&path, &json!({"action": "withdraw", "reason": "x", "confirm": "KN-1"})).refused(403, "forbidden");
        deputy.step(&path, &answer("KN-1")).refused(403, "forbidden");
        deputy.post(APPEALS, &about("KHOI-2026-A", &json!({"by": "C"}))).is(201);
        deputy.post(APPEALS, &about("KHOI-2026-A", &json!({"by": "B"}))).refused(403, "forbidden");
    }

    fn an_appeal_holds_the_sheet_back_until_it_is_answered_or_withdrawn(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let path = judged(&standing, "C");
        for act in ["verify", "appraise"] {
            standing.step(&path, &json!({"action": act, "recorded": {"from": "paper", "happened_on": "2026-01-20"}})).is(201);
        }
        for unit in ["A", "B"] {
            let other = judged(&standing, unit);
            let recorded = json!({"from": "paper", "happened_on": "2026-01-20"});
            for act in ["verify", "appraise"] {
                standing.step(&other, &json!({"action": act, "recorded": recorded})).is(201);
            }
            standing.step(&other, &json!({"action": "settle", "confirm": format!("KHOI-2026-{unit}")})).is(201);
        }
        let officer = app.officer("C");
        let appeal = format!("{APPEALS}/{}", officer.post(APPEALS, &about("KHOI-2026-C", &json!({"code": "KN-1"}))).made());
        let settle = json!({"action": "settle", "confirm": "KHOI-2026-C"});
        let refused = standing.step(&path, &settle).refused(409, "appeal_open");
        assert!(refused["detail"].as_str().unwrap().contains('1'), "{refused}");
        assert_eq!(standing.get(&path).gives(200)["blocked"][0]["code"], "appeal_open");
        // What was settled on paper is entered with a warning, and the ranking still waits.
        standing.step(&path, &json!({"action": "settle", "confirm": "KHOI-2026-C", "recorded": {"from": "meeting", "happened_on": "2026-01-25"}})).is(201);
        let event = &standing.get(&format!("{path}/transitions")).items()[0];
        assert_eq!(event["warnings"], json!(["appeal_open"]));
        assert_eq!(standing.get(&format!("{year}/ranking")).gives(200)["status"], "provisional");
        let withdraw = json!({"action": "withdraw", "reason": "Đã rõ", "confirm": "KN-1"});
        officer.step(&appeal, &json!({"action": "withdraw", "confirm": "KN-1"})).refused(422, "reason_required");
        officer.step(&appeal, &json!({"action": "withdraw", "reason": "Đã rõ"})).refused(422, "confirm_required");
        officer.step(&appeal, &json!({"action": "withdraw", "reason": "Đã rõ", "confirm": "KN-1", "outcome": "upheld"})).refused(422, "appeal_answer_unfit");
        standing.post("/api/v1/documents", &json!({"code": "TL", "kind": "official_letter", "title": "Đơn rút (giả định)", "owner": "C"})).is(201);
        officer.step(&appeal, &json!({"action": "withdraw", "reason": "Đã rõ", "confirm": "KN-1", "document": "TL"})).refused(422, "appeal_answer_unfit");
        app.officer("A").step(&appeal, &withdraw).refused(403, "forbidden");
        // Who types for others withdraws only what was withdrawn on paper.
        standing.step(&appeal, &withdraw).refused(403, "forbidden");
        assert_eq!(officer.step(&appeal, &withdraw).gives(201)["status"], "withdrawn");
        assert_eq!(standing.get(&format!("{year}/ranking")).gives(200)["status"], "final");
    }

    fn what_came_on_paper_is_recorded(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        judged(&standing, "C");
        let paper = |on: &str| json!({"from": "paper", "happened_on": on});
        let late = about("KHOI-2026-C", &json!({"recorded": paper("2100-01-01")}));
        standing.post(APPEALS, &late).refused(422, "date_in_future");
        standing.post(APPEALS, &about("KHOI-2026-C", &json!({"recorded": paper("1900-01-01")}))).refused(422, "date_too_early");
        // Who appeals does not say of its own appeal that it was filed elsewhere, and when.
        let own = about("KHOI-2026-C", &json!({"recorded": paper("2026-01-20")}));
        app.officer("C").post(APPEALS, &own).refused(403, "forbidden");
        app.officer("TOCHUC").post(&format!("{APPEALS}?dry_run=true"), &own).is(201);
        let made = |code: &str| standing.post(APPEALS, &about("KHOI-2026-C", &json!({"code": code, "by": "B", "recorded": paper("2026-01-20")})));
        let path = format!("{APPEALS}/{}", made("KN-1").made());
        made("KN-1").refused(409, "code_taken");
        made("kn 1").refused(422, "bad_format");
        let seen = standing.get(&path).gives(200);
        assert_eq!((&seen["origin"], &seen["filed_on"], &seen["by"]["code"]), (&json!("recorded"), &json!("2026-01-20"), &json!("B")));
        standing.patch(&path, &json!({"grounds": "Theo văn bản", "external_ids": {"ioffice": "9"}})).is(200);
        // What is known of the filing is not overwritten by what is known of the answer.
        let mut replied = answer("KN-1");
        replied["recorded"] = paper("2026-02-01");
        let answered = standing.step(&path, &replied).gives(201);
        assert_eq!((&answered["answered_on"], &answered["recorded"]["happened_on"]), (&json!("2026-02-01"), &json!("2026-01-20")));
        assert_eq!(standing.get(&format!("{path}/history")).items()[0]["recorded"]["happened_on"], "2026-02-01");
        let other = format!("{APPEALS}/{}", made("KN-2").made());
        standing.patch(&other, &json!({"external_ids": {"ioffice": "9"}})).refused(409, "already_exists");
        let withdrawn = json!({"action": "withdraw", "reason": "Theo đơn", "confirm": "KN-2", "recorded": paper("2026-02-01")});
        assert_eq!(standing.step(&other, &withdrawn).gives(201)["status"], "withdrawn");
    }

    fn appeals_are_checked(app) {
        let standing = app.standing();
        let year = scored_year(&app, &standing);
        let (officer, path) = (app.officer("C"), sheet(&standing, "C"));
        officer.post(APPEALS, &about("KHOI-2026-C", &json!({}))).refused(409, "appeal_too_early");
        submitted(&standing, &path, &own(100.0, 3, 15.0));
        let file = |more: Value| officer.post(APPEALS, &about("KHOI-2026-C", &more));
        file(json!({"item": "KHONG-CO", "asked_points": 1})).refused(422, "score_item_unknown");
        file(json!({"item": "I"})).refused(422, "score_item_unknown");
        file(json!({"item": "II", "asked_points": 20.5})).refused(422, "appeal_points_outside");
        file(json!({"asked_points": -1})).refused(422, "appeal_points_outside");
        file(json!({"colour": "red"})).refused(400, "unknown_field");
        let list = officer.upload("/api/v1/files?unit=C&name=bang.csv", "text/csv", b"a,b\n").made();
        file(json!({"evidence": [list]})).refused(422, "evidence_type");
        let picture = |unit: &str| app.officer(unit).upload(&format!("/api/v1/files?unit={unit}&name=anh.png"), "image/png", &crate::files::samples::png()).made();
        let (own, other) = (officer.upload("/api/v1/files?unit=C&name=anh.png", "image/png", &crate::files::samples::png()).made(), picture("B"));
        file(json!({"evidence": [other]})).refused(422, "unknown_reference");
        let appeal = format!("{APPEALS}/{}", file(json!({"evidence": [own, own]})).made());
        assert_eq!(officer.get(&appeal).gives(200)["evidence"], json!([own]));
        assert_eq!(app.officer("A").get(&format!("/api/v1/files/{own}")).gives(200)["links"], 1);
        officer.patch(&appeal, &json!({"evidence": []})).is(200);
        assert_eq!(officer.get(&format!("/api/v1/files/{own}")).gives(200)["links"], 0);
        standing.step(&year, &json!({"action": "cancel", "reason": "Lập nhầm"})).is(201);
        file(json!({})).refused(409, "bloc_year_ended");
    }

    fn an_appeal_follows_the_item_that_an_amendment_renames(app) {
        let standing = app.standing();
        scored_year(&app, &standing);
        let path = judged(&standing, "C");
        let officer = app.officer("C");
        let filed = |code: &str, more: Value| {
            let mut draft = about("KHOI-2026-C", &more);
            draft["code"] = json!(code);
            format!("{APPEALS}/{}", officer.post(APPEALS, &draft).made())
        };
        let waiting = filed("KN-1", json!({"item": "II", "asked_points": 18}));
        let dropped = filed("KN-2", json!({"item": "T"}));
        let answered = filed("KN-3", json!({"item": "II"}));
        standing.step(&answered, &answer("KN-3")).is(201);
        let etag = officer.get(&waiting).etag();

        standing.post("/api/v1/documents", &json!({"code": "VB", "kind": "decision", "title": "Sửa bảng điểm (giả định)", "owner": "TOCHUC"})).is(201);
        let mut amended = table("BD-2", "TOCHUC");
        amended["contents"][1]["code"] = json!("III");
        amended["bonus"]["items"][0]["code"] = json!("T2");
        let mapping = json!([{"from": "II", "to": "III"}, {"from": "T"}]);
        for (field, value) in [("amends", json!("BD")), ("document", json!("VB")), ("mapping", mapping)] {
            amended[field] = value;
        }
        published(&standing, &amended);
        assert_eq!(standing.get(&path).gives(200)["criteria_set"]["code"], "BD-2");

        let seen = officer.get(&waiting);
        assert_ne!(seen.etag(), etag);
        assert_eq!(seen.gives(200)["item"], "III");
        let event = officer.get(&format!("{waiting}/history")).items()[0].clone();
        assert_eq!((&event["action"], &event["before"], &event["after"]), (&json!("apply_criteria"), &json!({"item": "II"}), &json!({"item": "III"})));
        officer.patch(&waiting, &json!({"asked_points": 17})).is(200);
        assert_eq!(standing.step(&waiting, &answer("KN-1")).gives(201)["points_answered"], 15);
        // What was answered before stays as it was answered; what is dropped has no points any more.
        assert_eq!(officer.get(&answered).gives(200)["item"], "II");
        assert_eq!(officer.get(&dropped).gives(200)["item"], "T");
        assert_eq!(standing.step(&dropped, &answer("KN-2")).gives(201).get("points_answered"), None);
    }
}
