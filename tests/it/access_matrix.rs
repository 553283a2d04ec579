//! The access matrix: every operation, asked by every kind of caller in every relation, written down as
//! text and checked in. An operation without a row fails the test; so does any answer that changed.
//!
//! Writes are dry runs, so that every caller finds the same world. `THIDUA_BLESS=1` rewrites the file.

use std::fmt::Write as _;

use thidua_domain::access::Role;
use thidua_testkit::{Caller, TestApp, Value, json, on_both};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/access-matrix.txt");

/// When the member became a part of its heir: a unit ends on one day only.
const MERGED: &str = "2026-02-01";

/// A bloc year with leader, deputy, a member below a superior, and an organizer; an heir that followed the
/// member; whoever issued its document and campaign; a stranger outside.
struct World {
    ids: std::collections::HashMap<&'static str, String>,
}

impl World {
    fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("the world has no {name}"))
    }

    fn make(app: &TestApp) -> Self {
        let standing = app.standing();
        let mut ids = std::collections::HashMap::new();
        let unit = |code: &str, parent: Option<&str>| {
            let mut draft = json!({"code": code, "kind": "department", "name": format!("Đơn vị {code} (giả định)"), "fictional": true});
            if let Some(parent) = parent {
                draft["parent"] = json!(parent);
            }
            standing.post("/api/v1/units", &draft).made()
        };
        unit("SUPERIOR", None);
        ids.insert("unit", unit("MEMBER", Some("SUPERIOR")));
        for code in ["LEADER", "DEPUTY", "ORGANIZER", "STRANGER", "SUCCESSOR", "HEIR", "ISSUER"] {
            unit(code, None);
        }
        let bloc = json!({"code": "KHOI", "name": "Khối (giả định)", "kind": "bloc", "scope": "in_province", "organizer": "ORGANIZER"});
        ids.insert("bloc", standing.post("/api/v1/blocs", &bloc).made());
        let year = json!({"code": "KHOI-2025", "bloc": "KHOI", "year": 2025, "members": ["LEADER", "DEPUTY", "MEMBER"]});
        let year = standing.post("/api/v1/bloc-years", &year).gives(201);
        let year_id = year["id"].as_str().unwrap().to_owned();
        let member = |place: usize| year["members"][place]["id"].as_str().unwrap().to_owned();
        standing.patch(&format!("/api/v1/bloc-years/{year_id}/members/{}", member(0)), &json!({"office": "leader"})).is(200);
        standing.patch(&format!("/api/v1/bloc-years/{year_id}/members/{}", member(1)), &json!({"office": "deputy"})).is(200);
        ids.insert("bloc_member", member(2));
        let meeting = json!({"bloc_year": "KHOI-2025", "kind": "interim", "title": "Sơ kết", "meets_on": "2025-07-01"});
        ids.insert("meeting", standing.post("/api/v1/meetings", &meeting).made());
        let pledge = json!({"bloc_year": "KHOI-2025", "code": "GU", "contents": [{"no": "1", "text": "Hoàn thành nhiệm vụ"}]});
        let pledge = standing.post("/api/v1/pledges", &pledge).made();
        let target = json!({"unit": "MEMBER", "title": "Hồ sơ đúng hạn"});
        ids.insert("target", standing.post(&format!("/api/v1/pledges/{pledge}/targets"), &target).made());
        standing.step(&format!("/api/v1/pledges/{pledge}"), &json!({"action": "open_signing"})).is(201);
        ids.insert("pledge", pledge);
        let signed = json!({"bloc_year": "KHOI-2025", "code": "GU-2", "contents": [{"no": "1", "text": "Hoàn thành nhiệm vụ"}]});
        let signed = standing.post("/api/v1/pledges", &signed).made();
        standing.step(&format!("/api/v1/pledges/{signed}"), &json!({"action": "open_signing"})).is(201);
        let paper = json!({"unit": "DEPUTY", "recorded": {"from": "paper", "happened_on": "2025-04-24", "by_position": "Giám đốc"}});
        ids.insert("signature", standing.post(&format!("/api/v1/pledges/{signed}/signatures"), &paper).made());
        ids.insert("signed", signed);
        let person = json!({"code": "NV", "full_name": "Nguyễn Văn A (giả định)", "owner": "MEMBER", "employment": {"unit": "MEMBER"}, "fictional": true});
        let person = standing.post("/api/v1/people", &person).gives(201);
        ids.insert("employment", person["employments"][0]["id"].as_str().unwrap().to_owned());
        ids.insert("person", person["id"].as_str().unwrap().to_owned());
        let document = json!({"code": "VB", "kind": "plan", "title": "Kế hoạch", "owner": "MEMBER", "issuer": "ISSUER"});
        ids.insert("document", standing.post("/api/v1/documents", &document).made());
        ids.insert("file", standing.upload("/api/v1/files?unit=MEMBER&name=t%E1%BB%87p.csv", "text/csv", b"a,b\n").made());
        let campaign =
            json!({"code": "PT", "title": "Phong trào", "scope": "agency", "form": "regular", "owner": "MEMBER", "issuer": "ISSUER"});
        ids.insert("campaign", standing.post("/api/v1/campaigns", &campaign).made());
        ids.insert("award_type", standing.get("/api/v1/award-types?limit=1").items()[0]["id"].as_str().unwrap().to_owned());
        let officer = standing.post(&format!("/api/v1/units/{}/officers", ids["unit"]), &json!({"person": "NV"})).made();
        ids.insert("part", officer);
        // The heir has what is tied to the member; the stranger, to whom a part was split off, has nothing of it.
        let successions = format!("/api/v1/units/{}/successions", ids["unit"]);
        let split = json!({"kind": "split", "to": "STRANGER", "effective_on": "2026-01-01"});
        ids.insert("succession", standing.post(&successions, &split).made());
        standing.post(&successions, &json!({"kind": "merge", "to": "HEIR", "effective_on": MERGED})).is(201);
        ids.insert("bloc_year", year_id);
        Self { ids }
    }

    /// The path and body with which an operation is tried; `None` for an operation nobody thought of.
    fn sample(&self, op: &str) -> Option<(String, Option<Value>)> {
        let at = |kind: &str, rest: &str| {
            let plural = match kind {
                "person" => "people".to_owned(),
                other => format!("{}s", other.replace('_', "-")),
            };
            format!("/api/v1/{plural}/{}{rest}", self.id(kind))
        };
        let recorded = json!({"from": "paper", "happened_on": "2025-04-24", "by_position": "Giám đốc"});
        let day = "2026-06-30";
        let plain = |path: &str| Some((path.to_owned(), None));
        let get = |path: String| Some((path, None));
        let send = |path: String, body: Value| Some((path, Some(body)));
        match op {
            "get_service" => plain("/api/v1"),
            "get_openapi" => plain("/api/v1/openapi.json"),
            "get_postman" => plain("/api/v1/postman.json"),
            "list_errors" => plain("/api/v1/errors"),
            "get_liveness" => plain("/livez"),
            "get_readiness" => plain("/readyz"),
            "get_metrics" => plain("/metrics"),
            "get_jwks" => plain("/.well-known/jwks.json"),
            "get_api_catalog" => plain("/.well-known/api-catalog"),
            "get_security_txt" => plain("/.well-known/security.txt"),
            "create_session" => send("/api/v1/auth/sessions".into(), json!({"username": "nobody-there", "password": "x"})),
            "refresh_session" => send("/api/v1/auth/refresh".into(), json!({"refresh_token": "x"})),
            "delete_session" => plain("/api/v1/auth/sessions/current"),
            "get_me" => plain("/api/v1/me"),
            "set_password" => send(
                "/api/v1/me/password".into(),
                json!({"current_password": thidua_testkit::PASSWORD, "new_password": "đàn cò bay qua cánh đồng"}),
            ),
            "list_reference" => plain("/api/v1/reference"),
            "get_lifecycle" => plain("/api/v1/reference/lifecycles/pledge"),
            "list_retention" => plain("/api/v1/reference/retention"),
            "get_reference" => plain("/api/v1/reference/roles"),
            "list_users" => plain("/api/v1/users"),
            "create_user" => send(
                "/api/v1/users".into(),
                json!({"username": "moi", "display_name": "Mới (giả định)", "password": thidua_testkit::PASSWORD}),
            ),
            "get_user" => get(at("user", "")),
            "update_user" => send(at("user", ""), json!({"display_name": "Khác (giả định)"})),
            "transition_user" => send(at("user", "/transitions"), json!({"action": "deactivate", "reason": "Nghỉ"})),
            "list_user_transitions" => get(at("user", "/transitions")),
            "list_user_history" => get(at("user", "/history")),
            "list_grants" => get(at("user", "/grants")),
            "create_grant" => send(at("user", "/grants"), json!({"role": "viewer", "scope": "everything"})),
            "list_user_sessions" | "delete_user_sessions" => get(at("user", "/sessions")),
            "delete_user_session" => get(at("user", &format!("/sessions/{}", self.id("session")))),
            "create_act_as" => send(at("user", "/act-as"), json!({"reason": "phiếu hỗ trợ"})),
            "delete_second_factor" => get(at("user", "/second-factor")),
            "create_second_factor" => send("/api/v1/me/second-factor".to_owned(), json!({"password": thidua_testkit::PASSWORD})),
            "set_second_factor" => send("/api/v1/me/second-factor".to_owned(), json!({"otp": "000000"})),
            "remove_second_factor" => send("/api/v1/me/second-factor/removals".to_owned(), json!({"otp": "000000"})),
            "create_recovery_codes" => send("/api/v1/me/recovery-codes".to_owned(), json!({"otp": "000000"})),
            "create_password_reset" => send(at("user", "/password-resets"), json!({})),
            "delete_grant" => get(at("user", &format!("/grants/{}", self.id("grant")))),
            "list_units" => plain("/api/v1/units"),
            "create_unit" => send("/api/v1/units".into(), json!({"kind": "division", "name": "Phòng (giả định)", "parent": "MEMBER"})),
            "get_unit" => get(at("unit", "")),
            "update_unit" => send(at("unit", ""), json!({"note": "x"})),
            "list_unit_history" => get(at("unit", "/history")),
            "list_unit_names" => get(at("unit", "/names")),
            "create_unit_name" => send(at("unit", "/names"), json!({"name": "Tên khác", "alias": true})),
            "list_unit_codes" => get(at("unit", "/codes")),
            "create_unit_code" => send(at("unit", "/codes"), json!({"system": "national", "code": "H49"})),
            "list_unit_relations" => get(at("unit", "/relations")),
            "create_unit_relation" => send(at("unit", "/relations"), json!({"kind": "professional", "upper": "ORGANIZER"})),
            "list_unit_officers" => get(at("unit", "/officers")),
            "create_unit_officer" => send(at("unit", "/officers"), json!({"person": "NV"})),
            "end_unit_part" => send(at("unit", &format!("/parts/{}/end", self.id("part"))), json!({"to_on": day})),
            "delete_unit_part" => get(at("unit", &format!("/parts/{}", self.id("part")))),
            "list_successions" => get(at("unit", "/successions")),
            "create_succession" => send(at("unit", "/successions"), json!({"kind": "merge", "to": "SUCCESSOR", "effective_on": MERGED})),
            "get_succession" => get(at("unit", &format!("/successions/{}", self.id("succession")))),
            "update_succession" => send(at("unit", &format!("/successions/{}", self.id("succession"))), json!({"note": "x"})),
            "delete_succession" => get(at("unit", &format!("/successions/{}", self.id("succession")))),
            "list_lineage" => get(at("unit", "/lineage")),
            "list_people" => plain("/api/v1/people"),
            "create_person" => send("/api/v1/people".into(), json!({"full_name": "Trần B (giả định)", "owner": "MEMBER"})),
            "get_person" => get(at("person", "")),
            "update_person" => send(at("person", ""), json!({"note": "x"})),
            "list_person_history" => get(at("person", "/history")),
            "list_employments" => get(at("person", "/employments")),
            "create_employment" => send(at("person", "/employments"), json!({"unit": "MEMBER", "position": "Chuyên viên"})),
            "end_employment" => send(at("person", &format!("/employments/{}/end", self.id("employment"))), json!({"to_on": day})),
            "delete_employment" => get(at("person", &format!("/employments/{}", self.id("employment")))),
            "list_documents" => plain("/api/v1/documents"),
            "create_document" => send("/api/v1/documents".into(), json!({"kind": "plan", "title": "Kế hoạch khác", "owner": "MEMBER"})),
            "get_document" => get(at("document", "")),
            "update_document" => send(at("document", ""), json!({"title": "Kế hoạch mới"})),
            "list_document_history" => get(at("document", "/history")),
            "list_files" => plain("/api/v1/files"),
            "create_file" => plain("/api/v1/files?unit=MEMBER&name=kh%C3%A1c.csv"),
            "get_file" => get(at("file", "")),
            "delete_file" => get(at("file", "")),
            "get_file_content" => get(at("file", "/content")),
            "list_file_history" => get(at("file", "/history")),
            "list_campaigns" => plain("/api/v1/campaigns"),
            "create_campaign" => {
                send("/api/v1/campaigns".into(), json!({"title": "Khác", "scope": "agency", "form": "regular", "owner": "MEMBER"}))
            }
            "get_campaign" => get(at("campaign", "")),
            "update_campaign" => send(at("campaign", ""), json!({"slogan": "x"})),
            "transition_campaign" => send(at("campaign", "/transitions"), json!({"action": "launch"})),
            "list_campaign_transitions" => get(at("campaign", "/transitions")),
            "list_campaign_history" => get(at("campaign", "/history")),
            "list_award_types" => plain("/api/v1/award-types"),
            "create_award_type" => send(
                "/api/v1/award-types".into(),
                json!({"code": "DH-TINH", "name": "Danh hiệu của tỉnh (giả định)", "name_en": "Provincial title (made up)", "family": "title", "level": "base", "subjects": ["individual"], "protocol_order": 900}),
            ),
            "get_award_type" => get(at("award_type", "")),
            "list_blocs" => plain("/api/v1/blocs"),
            "create_bloc" => send(
                "/api/v1/blocs".into(),
                json!({"name": "Khối khác (giả định)", "kind": "bloc", "scope": "in_province", "organizer": "ORGANIZER"}),
            ),
            "get_bloc" => get(at("bloc", "")),
            "update_bloc" => send(at("bloc", ""), json!({"note": "x"})),
            "list_bloc_history" => get(at("bloc", "/history")),
            "list_bloc_years" => plain("/api/v1/bloc-years"),
            "create_bloc_year" => send("/api/v1/bloc-years".into(), json!({"bloc": "KHOI", "year": 2027})),
            "get_bloc_year" => get(at("bloc_year", "")),
            "update_bloc_year" => send(at("bloc_year", ""), json!({"note": "x"})),
            "transition_bloc_year" => send(at("bloc_year", "/transitions"), json!({"action": "open"})),
            "list_bloc_year_transitions" => get(at("bloc_year", "/transitions")),
            "list_bloc_year_history" => get(at("bloc_year", "/history")),
            "list_bloc_members" => get(at("bloc_year", "/members")),
            "create_bloc_member" => send(at("bloc_year", "/members"), json!({"unit": "SUCCESSOR"})),
            "get_bloc_member" => get(at("bloc_year", &format!("/members/{}", self.id("bloc_member")))),
            "update_bloc_member" => send(at("bloc_year", &format!("/members/{}", self.id("bloc_member"))), json!({"note": "x"})),
            "delete_bloc_member" => get(at("bloc_year", &format!("/members/{}", self.id("bloc_member")))),
            "list_meetings" => plain("/api/v1/meetings"),
            "create_meeting" => {
                send("/api/v1/meetings".into(), json!({"bloc_year": "KHOI-2025", "kind": "final", "title": "Tổng kết", "meets_on": day}))
            }
            "get_meeting" => get(at("meeting", "")),
            "update_meeting" => send(at("meeting", ""), json!({"place": "Hội trường"})),
            "transition_meeting" => send(at("meeting", "/transitions"), json!({"action": "hold"})),
            "list_meeting_transitions" => get(at("meeting", "/transitions")),
            "list_meeting_history" => get(at("meeting", "/history")),
            "list_pledges" => plain("/api/v1/pledges"),
            "create_pledge" => send("/api/v1/pledges".into(), json!({"bloc_year": "KHOI-2025"})),
            "get_pledge" => get(at("pledge", "")),
            "update_pledge" => send(at("pledge", ""), json!({"sign_by": day})),
            "transition_pledge" => send(at("pledge", "/transitions"), json!({"action": "return_to_draft", "reason": "Sửa"})),
            "list_pledge_transitions" => get(at("pledge", "/transitions")),
            "list_pledge_history" => get(at("pledge", "/history")),
            "list_signatures" => get(at("pledge", "/signatures")),
            "create_signature" => send(at("pledge", "/signatures"), json!({"unit": "MEMBER"})),
            "create_signature (recorded)" => send(at("pledge", "/signatures"), json!({"unit": "MEMBER", "recorded": recorded})),
            "get_signature" | "delete_signature" => {
                get(format!("/api/v1/pledges/{}/signatures/{}", self.id("signed"), self.id("signature")))
            }
            "list_pledge_targets" => get(at("pledge", "/targets")),
            "create_pledge_target" => send(at("pledge", "/targets"), json!({"unit": "MEMBER", "title": "Mới"})),
            "get_pledge_target" => get(at("pledge", &format!("/targets/{}", self.id("target")))),
            "update_pledge_target" => send(at("pledge", &format!("/targets/{}", self.id("target"))), json!({"achieved": "1"})),
            "delete_pledge_target" => get(at("pledge", &format!("/targets/{}", self.id("target")))),
            "list_jobs" => plain("/api/v1/jobs"),
            "get_job" => get(at("job", "")),
            "transition_job" => send(at("job", "/transitions"), json!({"action": "cancel"})),
            "list_job_transitions" => get(at("job", "/transitions")),
            "list_events" => plain("/api/v1/events"),
            _ => None,
        }
    }
}

/// Everybody, with a column heading each.
fn callers(app: &TestApp) -> Vec<(String, Caller<'_>)> {
    let mut all = vec![("anonymous".to_owned(), app.anon()), ("no_role".to_owned(), app.account("khong-vai-tro", &[]))];
    for role in [Role::SystemAdmin, Role::StandingBody, Role::Authority, Role::Inspector, Role::Auditor, Role::Viewer] {
        let name = thidua_domain::vocabulary::Word::as_str(role);
        let caller = if role == Role::StandingBody { app.signed_in("standing-body.tat-ca") } else { app.with(role) };
        all.push((name.to_owned(), caller));
    }
    for unit in ["MEMBER", "LEADER", "DEPUTY", "ORGANIZER", "SUPERIOR", "HEIR", "ISSUER", "STRANGER"] {
        let low = unit.to_lowercase();
        all.push((format!("officer_of_{low}"), app.officer(unit)));
        all.push((format!("head_of_{low}"), app.head(unit)));
    }
    let on_units = [
        (Role::Viewer, "MEMBER"),
        (Role::Viewer, "STRANGER"),
        (Role::StandingBody, "MEMBER"),
        (Role::StandingBody, "ISSUER"),
        (Role::StandingBody, "STRANGER"),
        (Role::Authority, "MEMBER"),
        (Role::Inspector, "MEMBER"),
        (Role::Auditor, "MEMBER"),
    ];
    for (role, unit) in on_units {
        let name = format!("{}_of_{}", thidua_domain::vocabulary::Word::as_str(role), unit.to_lowercase());
        let caller = app.account(&name.replace('_', "-"), &[(role, Some(unit))]);
        all.push((name, caller));
    }
    let viewer = app.account("viewer-on-bloc", &[]);
    let id = viewer.get("/api/v1/me").gives(200)["id"].as_str().unwrap().to_owned();
    let grant = json!({"role": "viewer", "scope": "bloc", "scope_ref": "KHOI"});
    app.signed_in("system-admin.tat-ca").post(&format!("/api/v1/users/{id}/grants"), &grant).is(201);
    all.push(("viewer_on_bloc".to_owned(), viewer));
    // The account that the operations on accounts are tried on.
    all.push(("oneself".to_owned(), app.account("nguoi-khac", &[(Role::Viewer, Some("STRANGER"))])));
    all
}

fn ask(caller: &Caller<'_>, op: &thidua_http::op::Op, path: &str, body: Option<&Value>) -> String {
    let mut headers = Vec::new();
    if op.if_match {
        headers.push(("if-match", "*"));
    }
    let dry = op.writes && !op.open;
    let path = if dry { format!("{path}{}dry_run=true", if path.contains('?') { '&' } else { '?' }) } else { path.to_owned() };
    let reply = match op.takes_file {
        true => caller.upload(&path, "text/csv", b"a,b\n"),
        false => caller.send(op.method.as_str(), &path, &headers, body),
    };
    let items = reply.json()["items"].as_array().map(|items| format!("[{}]", items.len()));
    // How many somebody sees is part of what they see; what everybody sees alike is not worth a number.
    let scoped =
        ["people", "files", "blocs", "bloc-years", "meetings", "pledges", "users"].iter().any(|noun| op.path == format!("/api/v1/{noun}"));
    format!("{}{}", reply.status, items.filter(|_| scoped).unwrap_or_default())
}

fn matrix(app: &TestApp) -> String {
    let mut world = World::make(app);
    let callers = callers(app);
    let admin = app.signed_in("system-admin.tat-ca");
    let somebody = admin.get("/api/v1/users?q=khong-vai-tro").items()[0]["id"].as_str().unwrap().to_owned();
    let grants = format!("/api/v1/users/{somebody}/grants");
    let grant = admin.post(&grants, &json!({"role": "council_member", "scope": "council", "scope_ref": "x"}));
    assert_eq!(grant.status, 422, "there are no councils yet");
    let other = app.signed_in("nguoi-khac").get("/api/v1/me").gives(200);
    world.ids.insert("user", other["id"].as_str().unwrap().to_owned());
    let sessions = admin.get(&format!("/api/v1/users/{}/sessions", other["id"].as_str().unwrap())).items();
    world.ids.insert("session", sessions[0]["id"].as_str().unwrap().to_owned());
    world.ids.insert("job", crate::jobs::put(app, 1, "running", 1, "on"));
    world.ids.insert("grant", other["grants"][0]["id"].as_str().unwrap().to_owned());

    let mut text = String::from(
        "# Who may do what, as the service answers: one block per operation, callers in columns of equal answers.\n\
         # Made by the test access_matrix; THIDUA_BLESS=1 rewrites it. Lists show how many items a caller sees.\n",
    );
    for op in thidua_http::table().iter().filter(|op| !op.hidden) {
        let mut names = vec![op.id.to_owned()];
        if op.id == "create_signature" {
            names.push("create_signature (recorded)".to_owned());
        }
        for name in names {
            let (path, body) =
                world.sample(&name).unwrap_or_else(|| panic!("{name} has no row in the access matrix: add a sample to World::sample"));
            let mut answers: Vec<(String, Vec<&str>)> = Vec::new();
            for (who, caller) in &callers {
                // Tries on one account would be held against each other.
                let mut body = body.clone();
                if let Some(username) = body.as_mut().and_then(|body| body.get_mut("username")) {
                    *username = json!(format!("{}.{who}", username.as_str().unwrap()));
                }
                let answer = ask(caller, op, &path, body.as_ref());
                match answers.iter_mut().find(|(known, _)| *known == answer) {
                    Some((_, all)) => all.push(who),
                    None => answers.push((answer, vec![who])),
                }
            }
            let _ = writeln!(text, "\n{name}  ({} {})", op.method, op.path);
            for (answer, who) in answers {
                let everybody = who.len() == callers.len();
                let _ = writeln!(text, "    {answer:<8} {}", if everybody { "everybody".to_owned() } else { who.join(" ") });
            }
        }
    }
    text
}

on_both! {
    fn the_access_matrix_is_as_checked_in(app) {
        let text = matrix(&app);
        if std::env::var_os("THIDUA_BLESS").is_some() {
            std::fs::write(FILE, &text).unwrap();
            return;
        }
        let known = std::fs::read_to_string(FILE).unwrap_or_default();
        for (i, (now, then)) in text.lines().zip(known.lines()).enumerate() {
            assert_eq!(now, then, "line {} of tests/access-matrix.txt: look at the change, then run with THIDUA_BLESS=1", i + 1);
        }
        assert_eq!(text.lines().count(), known.lines().count(), "tests/access-matrix.txt: run with THIDUA_BLESS=1");
    }
}
