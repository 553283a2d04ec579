//! The service held against its own OpenAPI document by an independent tester, schemathesis: every operation,
//! every check, as three callers. Nothing may fail in the service, be answered undocumented, or have another form.

use thidua_testkit::{Database, TestApp, Value, json};

use crate::access_matrix::World;
use crate::python;

/// What one caller's run is made of.
struct Extent {
    phases: &'static str,
    examples: u32,
    /// Cases that must have been asked at least, so that an empty run does not pass.
    least: u64,
}

/// A few of each in the short run; everything that the tester knows in the long one.
fn extent() -> Extent {
    if std::env::var_os("THIDUA_LONG").is_some() {
        Extent { phases: "examples,coverage,fuzzing,stateful", examples: 20, least: 7000 }
    } else {
        Extent { phases: "examples,fuzzing", examples: 3, least: 250 }
    }
}

/// The things there are, by the noun of their path or the name of their parameter.
fn ids(world: &World) -> Value {
    let of = |name: &str| world.ids[name].clone();
    json!({
        "units": of("unit"), "blocs": of("bloc"), "bloc-years": of("bloc_year"), "meetings": of("meeting"), "pledges": of("pledge"),
        "people": of("person"), "documents": of("document"), "files": of("file"), "campaigns": of("campaign"), "clients": of("client"),
        "award-types": of("award_type"), "member_id": of("bloc_member"), "target_id": of("target"), "employment_id": of("employment"),
        "part_id": of("part"), "succession_id": of("succession"), "secret_id": of("client_secret"), "name": "roles", "resource": "pledge",
    })
}

fn asked_by(database: Database, seed: u32, caller: fn(&TestApp) -> String) {
    // The tester signs in wrongly too, from the address from which it signs in well.
    let app = TestApp::start_with(database, |settings| settings.throttle = false);
    let world = World::make(&app);
    let username = caller(&app);
    let extent = extent();
    let told = python::run(
        "conformance.py",
        &[],
        &json!({
            "base": app.base, "username": username, "password": thidua_testkit::PASSWORD, "ids": ids(&world),
            "phases": extent.phases, "examples": extent.examples, "seed": seed,
        }),
    );
    assert_eq!((&told["failures"], &told["errors"]), (&json!([]), &json!([])), "{}", told["said"].as_str().unwrap_or_default());
    assert_eq!(told["operations"]["tested"], told["operations"]["total"]);
    let cases = told["cases"].as_u64().unwrap();
    println!("conformance: {username}, {cases} cases on {database:?}");
    assert!(cases >= extent.least, "only {cases} cases");
}

#[test]
fn as_an_administrator() {
    asked_by(Database::Sqlite, 1, |_| "system-admin.tat-ca".to_owned());
}

#[test]
fn as_the_standing_body() {
    asked_by(Database::Postgres, 2, |_| "standing-body.tat-ca".to_owned());
}

#[test]
fn as_an_officer() {
    asked_by(Database::Sqlite, 3, |app| app.officer("MEMBER").name.unwrap());
}
