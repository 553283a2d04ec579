//! The made-up world in which every operation is tried, and with what it is tried.

use thidua_domain::access::Role;
use thidua_testkit::{TestApp, Value, json};

/// When the member became a part of its heir: a unit ends on one day only.
const MERGED: &str = "2026-02-01";

/// A bloc year with leader, deputy, a member below a superior, and an organizer; an heir, an issuer, and a stranger outside.
pub struct World {
    pub ids: std::collections::HashMap<&'static str, String>,
}

impl World {
    fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("the world has no {name}"))
    }

    pub fn make(app: &TestApp) -> Self {
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
        let paper = json!({"kind": "citizen_card", "number": "000085000001"});
        ids.insert("paper", standing.post(&format!("/api/v1/people/{}/identity-papers", ids["person"]), &paper).made());
        let twice =
            |code: &str| standing.post("/api/v1/people", &json!({"code": code, "full_name": "Lê C (giả định)", "owner": "MEMBER"})).made();
        let double = twice("NV-2");
        ids.insert("survivor", twice("NV-3"));
        let merge = standing.post(&format!("/api/v1/people/{double}/merges"), &json!({"into": "NV-3", "reason": "nhập hai lần"}));
        ids.insert("merge", merge.made());
        ids.insert("merged", double);
        let _ = (app.account("dung.dau", &[(Role::UnitHead, Some("MEMBER"))]), app.account("uy.quyen", &[]));
        let household = json!({"code": "HO", "name": "Hộ A (giả định)", "unit": "MEMBER", "head": "NV", "fictional": true});
        let household = standing.post("/api/v1/households", &household).gives(201);
        ids.insert("household_member", household["members"][0]["id"].as_str().unwrap().to_owned());
        ids.insert("household", household["id"].as_str().unwrap().to_owned());
        let document = json!({"code": "VB", "kind": "plan", "title": "Kế hoạch", "owner": "MEMBER", "issuer": "ISSUER"});
        ids.insert("document", standing.post("/api/v1/documents", &document).made());
        let paper = json!({"code": "GUQ", "kind": "other", "title": "Giấy ủy quyền", "owner": "MEMBER"});
        standing.post("/api/v1/documents", &paper).is(201);
        let delegation = json!({
            "unit": "MEMBER", "delegator": "dung.dau", "delegate": "uy.quyen", "acts": ["sign"],
            "from_on": "2020-01-01", "to_on": "2199-12-31", "document": "GUQ"
        });
        ids.insert("delegation", standing.post("/api/v1/delegations", &delegation).made());
        ids.insert("file", standing.upload("/api/v1/files?unit=MEMBER&name=t%E1%BB%87p.csv", "text/csv", b"a,b\n").made());
        let campaign =
            json!({"code": "PT", "title": "Phong trào", "scope": "agency", "form": "regular", "owner": "MEMBER", "issuer": "ISSUER"});
        ids.insert("campaign", standing.post("/api/v1/campaigns", &campaign).made());
        ids.insert("award_type", standing.get("/api/v1/award-types?limit=1").items()[0]["id"].as_str().unwrap().to_owned());
        let officer = standing.post(&format!("/api/v1/units/{}/officers", ids["unit"]), &json!({"person": "NV"})).made();
        ids.insert("part", officer);
        let table = json!({
            "code": "BD", "name": "Bảng điểm (giả định)", "owner": "MEMBER", "scale": 10,
            "contents": [{"node": "item", "code": "A", "name": "Mục", "max": 10, "rule": {"kind": "manual", "step": 1}}]
        });
        ids.insert("criteria_set", standing.post("/api/v1/criteria-sets", &table).made());
        let mut issued = table;
        issued["code"] = json!("BD-2");
        issued["recorded"] = json!({"from": "paper", "happened_on": "2025-01-05"});
        ids.insert("issued", standing.post("/api/v1/criteria-sets", &issued).made());
        let applied = json!({"bloc_years": ["KHOI-2025"]});
        standing.post(&format!("/api/v1/criteria-sets/{}/applications", ids["issued"]), &applied).is(201);
        let sheet = json!({"bloc_year": "KHOI-2025", "unit": "MEMBER", "cross_checker": "DEPUTY"});
        ids.insert("scoresheet", standing.post("/api/v1/scoresheets", &sheet).made());
        ids.insert("index", standing.get("/api/v1/indices?code=PCI").items()[0]["id"].as_str().unwrap().to_owned());
        let result =
            json!({"index": "PCI", "unit": "MEMBER", "edition": 2024, "rank": 3, "published_on": "2025-05-06", "source": "Giả định"});
        ids.insert("index_result", standing.post("/api/v1/index-results", &result).made());
        super::registrations::make(&standing, &mut ids);
        // The heir has what is tied to the member; the stranger, to whom a part was split off, has nothing of it.
        let successions = format!("/api/v1/units/{}/successions", ids["unit"]);
        let split = json!({"kind": "split", "to": "STRANGER", "effective_on": "2026-01-01"});
        ids.insert("succession", standing.post(&successions, &split).made());
        standing.post(&successions, &json!({"kind": "merge", "to": "HEIR", "effective_on": MERGED})).is(201);
        let admin = app.admin();
        let client = app.client(&admin, "DICH-VU", "MEMBER", &["units:read"]);
        let secrets = admin.get(&format!("/api/v1/clients/{}", client.id)).gives(200);
        ids.insert("client_secret", secrets["secrets"][0]["id"].as_str().unwrap().to_owned());
        ids.insert("client", client.id);
        ids.insert("bloc_year", year_id);
        Self { ids }
    }

    /// The path and body with which an operation is tried; `None` for an operation nobody thought of.
    pub fn sample(&self, op: &str) -> Option<(String, Option<Value>)> {
        let at = |kind: &str, rest: &str| {
            let plural = match kind {
                "person" => "people".to_owned(),
                "index" => "indices".to_owned(),
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
            "get_oauth_metadata" => plain("/.well-known/oauth-authorization-server"),
            "get_security_txt" => plain("/.well-known/security.txt"),
            "create_session" => send("/api/v1/auth/sessions".into(), json!({"username": "nobody-there", "password": "x"})),
            // No issuer is set up in this world.
            "create_oidc_start" => plain("/api/v1/auth/oidc/starts"),
            "create_oidc_session" => send("/api/v1/auth/oidc/sessions".into(), json!({"code": "x", "state": "x", "binder": "x"})),
            "refresh_session" => send("/api/v1/auth/refresh".into(), json!({"refresh_token": "x"})),
            "delete_session" => plain("/api/v1/auth/sessions/current"),
            "get_me" => plain("/api/v1/me"),
            "set_password" => send(
                "/api/v1/me/password".into(),
                json!({"current_password": thidua_testkit::PASSWORD, "new_password": "đàn cò bay qua cánh đồng"}),
            ),
            "list_clients" => plain("/api/v1/clients"),
            "create_client" => {
                send("/api/v1/clients".into(), json!({"code": "MOI", "name": "Mới (giả định)", "unit": "MEMBER", "scopes": ["units:read"]}))
            }
            "get_client" => get(at("client", "")),
            "update_client" => send(at("client", ""), json!({"name": "Khác (giả định)"})),
            "transition_client" => send(at("client", "/transitions"), json!({"action": "deactivate", "reason": "Nghỉ"})),
            "list_client_transitions" => get(at("client", "/transitions")),
            "list_client_history" => get(at("client", "/history")),
            "create_client_secret" => get(at("client", "/secrets")),
            "delete_client_secret" => get(at("client", &format!("/secrets/{}", self.id("client_secret")))),
            // What secrets and assertions open is in `oauth`: here callers show the tokens they have.
            "create_token" => send("/api/v1/oauth/token".into(), json!({"grant_type": "client_credentials"})),
            "create_token_introspection" => send("/api/v1/oauth/introspect".into(), json!({"token": "x"})),
            "create_token_revocation" => send("/api/v1/oauth/revoke".into(), json!({"token": "x"})),
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
            "create_handover" => send(at("user", "/handovers"), json!({"to": "khong-vai-tro", "on": "2199-12-31", "reason": "nghỉ hưu"})),
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
            "list_paper_holders" => {
                send("/api/v1/people/identity-lookups".into(), json!({"kind": "citizen_card", "number": "000085000001"}))
            }
            "list_offices" => get(at("person", "/offices")),
            "list_identity_papers" => get(at("person", "/identity-papers")),
            "create_identity_paper" => send(at("person", "/identity-papers"), json!({"kind": "passport", "number": "C1234567"})),
            "delete_identity_paper" => get(at("person", &format!("/identity-papers/{}", self.id("paper")))),
            "create_reveal" => {
                send(at("person", &format!("/identity-papers/{}/reveals", self.id("paper"))), json!({"reason": "in quyết định"}))
            }
            "get_merge_preview" => get(at("person", &format!("/merge-previews/{}", self.id("survivor")))),
            "list_merges" => get(at("person", "/merges")),
            "create_merge" => send(at("person", "/merges"), json!({"into": "NV-3", "reason": "nhập hai lần"})),
            "create_merge_undo" => {
                send(format!("/api/v1/people/{}/merges/{}/undo", self.id("merged"), self.id("merge")), json!({"reason": "hai người"}))
            }
            "list_households" => plain("/api/v1/households"),
            "create_household" => send("/api/v1/households".into(), json!({"name": "Hộ B (giả định)", "unit": "MEMBER"})),
            "get_household" => get(at("household", "")),
            "update_household" => send(at("household", ""), json!({"address": "Tổ 5"})),
            "list_household_history" => get(at("household", "/history")),
            "list_household_members" => get(at("household", "/members")),
            "create_household_member" => send(at("household", "/members"), json!({"person": "NV-3", "bond": "child"})),
            "end_household_member" => {
                send(at("household", &format!("/members/{}/end", self.id("household_member"))), json!({"to_on": day}))
            }
            "delete_household_member" => get(at("household", &format!("/members/{}", self.id("household_member")))),
            "list_delegations" => plain("/api/v1/delegations"),
            "create_delegation" => send(
                "/api/v1/delegations".into(),
                json!({"unit": "MEMBER", "delegate": "uy.quyen", "acts": ["vote"], "from_on": day, "to_on": "2199-12-31", "document": "GUQ"}),
            ),
            "create_delegation (recorded)" => send(
                "/api/v1/delegations".into(),
                json!({"unit": "MEMBER", "delegator": "dung.dau", "delegate": "uy.quyen", "acts": ["vote"], "from_on": day, "to_on": "2199-12-31", "document": "GUQ"}),
            ),
            "get_delegation" => get(at("delegation", "")),
            "transition_delegation" => send(at("delegation", "/transitions"), json!({"action": "revoke", "reason": "Đã về"})),
            "list_delegation_transitions" => get(at("delegation", "/transitions")),
            "list_delegation_history" => get(at("delegation", "/history")),
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
            "list_indices" => plain("/api/v1/indices"),
            "create_index" => send(
                "/api/v1/indices".into(),
                json!({"code": "MOI", "name": "Chỉ số mới (giả định)", "publisher": "Tỉnh (giả định)", "better": "higher"}),
            ),
            "get_index" => get(at("index", "")),
            "update_index" => send(at("index", ""), json!({"note": "Ghi chú"})),
            "list_index_history" => get(at("index", "/history")),
            "list_index_results" => plain("/api/v1/index-results"),
            "create_index_result" => send(
                "/api/v1/index-results".into(),
                json!({"index": "PCI", "unit": "MEMBER", "edition": 2023, "rank": 3, "published_on": "2024-05-06", "source": "Giả định"}),
            ),
            "get_index_result" | "delete_index_result" => get(at("index_result", "")),
            "update_index_result" => send(at("index_result", ""), json!({"rank": 4})),
            "list_index_result_history" => get(at("index_result", "/history")),
            "list_criteria_sets" => plain("/api/v1/criteria-sets"),
            "create_criteria_set" => send("/api/v1/criteria-sets".into(), json!({"code": "BD-3", "owner": "MEMBER", "copy_of": "BD"})),
            "get_criteria_set" => get(at("criteria_set", "")),
            "update_criteria_set" => send(at("criteria_set", ""), json!({"name": "Khác"})),
            "transition_criteria_set" => send(at("criteria_set", "/transitions"), json!({"action": "publish", "confirm": "BD"})),
            "list_criteria_set_transitions" => get(at("criteria_set", "/transitions")),
            "list_criteria_set_history" => get(at("criteria_set", "/history")),
            "create_criteria_application" => {
                send(format!("/api/v1/criteria-sets/{}/applications", self.id("issued")), json!({"bloc_years": ["KHOI-2025"]}))
            }
            "list_scoresheets" => plain("/api/v1/scoresheets"),
            "create_scoresheet" => send("/api/v1/scoresheets".into(), json!({"bloc_year": "KHOI-2025", "unit": "LEADER"})),
            "get_scoresheet" => get(at("scoresheet", "")),
            "update_scoresheet" => send(at("scoresheet", ""), json!({"note": "Ghi chú"})),
            "transition_scoresheet" => send(
                at("scoresheet", "/transitions"),
                json!({"action": "submit", "recorded": {"from": "paper", "happened_on": "2025-12-01"}}),
            ),
            "list_scoresheet_transitions" => get(at("scoresheet", "/transitions")),
            "list_scoresheet_history" => get(at("scoresheet", "/history")),
            "get_scoresheet_explanation" => get(at("scoresheet", "/explanation")),
            "create_score_entries" => send(
                at("scoresheet", "/entries"),
                json!({"layer": "self", "entries": [{"item": "A", "claim": {"kind": "points", "points": 5}}]}),
            ),
            "get_score_entry" => get(at("scoresheet", "/entries/A")),
            "set_score_entry" => send(at("scoresheet", "/entries/A"), json!({"layer": "self", "claim": {"kind": "points", "points": 5}})),
            "get_ranking" => get(at("bloc_year", "/ranking")),
            "get_ranking_advice" => get(at("bloc_year", "/ranking/advice")),
            "get_ranking_explanation" => get(at("bloc_year", "/ranking/explanation?unit=MEMBER")),
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
            other => super::registrations::sample(&self.ids, other),
        }
    }
}
