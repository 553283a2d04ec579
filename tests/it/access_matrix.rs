//! The access matrix: every operation, asked by every kind of caller in every relation, written down as
//! text and checked in. An operation without a row fails the test; so does any answer that changed.
//!
//! Writes are dry runs, so that every caller finds the same world. `THIDUA_BLESS=1` rewrites the file.

mod appeals;
mod registrations;
mod world;

use std::fmt::Write as _;

use thidua_domain::access::Role;
use thidua_domain::client::ClientScope;
use thidua_domain::vocabulary::Word;
use thidua_testkit::{Caller, TestApp, Value, json, on_both};

pub(crate) use world::World;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/access-matrix.txt");

/// Everybody, with a column heading each.
fn callers(app: &TestApp) -> Vec<(String, Caller<'_>)> {
    let mut all = vec![("anonymous".to_owned(), app.anon()), ("no_role".to_owned(), app.account("khong-vai-tro", &[]))];
    for role in [Role::SystemAdmin, Role::StandingBody, Role::Authority, Role::Inspector, Role::Auditor, Role::Viewer] {
        let name = thidua_domain::vocabulary::Word::as_str(role);
        let known = [Role::StandingBody, Role::SystemAdmin].contains(&role);
        let caller = if known { app.signed_in(&format!("{}.tat-ca", name.replace('_', "-"))) } else { app.with(role) };
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
    let scopes: Vec<&str> = ClientScope::ALL.iter().map(|scope| scope.as_str()).collect();
    let (reads, writes): (Vec<&str>, Vec<&str>) = scopes.iter().partition(|scope| scope.ends_with(":read"));
    let admin = app.signed_in("system-admin.tat-ca");
    for unit in ["MEMBER", "ORGANIZER", "STRANGER"] {
        let name = |what: &str| format!("client_{what}_of_{}", unit.to_lowercase());
        all.push((name("reading"), app.program(&admin, &format!("DOC-{unit}"), unit, &reads)));
        all.push((name("writing"), app.program(&admin, &format!("GHI-{unit}"), unit, &writes)));
        all.push((name("doing_both"), app.program(&admin, &format!("CA-{unit}"), unit, &scopes)));
    }
    all.push(("client_without_the_scope".to_owned(), app.program(&admin, "IT", "MEMBER", &["award_types:read"])));
    all.push(("signs_for_member".to_owned(), app.signed_in("uy.quyen")));
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
    let reply = match op {
        op if op.takes_file => caller.upload(&path, "text/csv", b"a,b\n"),
        op if op.takes_form() => {
            let fields = body.and_then(Value::as_object).into_iter().flatten();
            caller.form(&path, &fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect::<Vec<_>>())
        }
        op => caller.send(op.method.as_str(), &path, &headers, body),
    };
    let items = reply.json()["items"].as_array().map(|items| format!("[{}]", items.len()));
    // How many somebody sees is part of what they see; what everybody sees alike is not worth a number.
    let lists = [
        "appeals",
        "clients",
        "people",
        "households",
        "delegations",
        "files",
        "blocs",
        "bloc-years",
        "meetings",
        "pledges",
        "registrations",
        "users",
    ];
    let scoped = op.id == "list_paper_holders" || lists.iter().any(|noun| op.path == format!("/api/v1/{noun}"));
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
        if ["create_signature", "create_delegation"].contains(&op.id) {
            names.push(format!("{} (recorded)", op.id));
        }
        match op.id {
            "get_registration_consolidation" => names.push(format!("{} (bloc)", op.id)),
            "update_registration" => names.push(format!("{} (day passed)", op.id)),
            "create_appeal" => names.push(format!("{} (recorded)", op.id)),
            "create_ranking_publication" => names.push(format!("{} (decided)", op.id)),
            "set_tie_decision" => names.push(format!("{} (council)", op.id)),
            "transition_appeal" => names.push(format!("{} (withdraw)", op.id)),
            "transition_registration" => names.push(format!("{} (submit)", op.id)),
            _ => {}
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
