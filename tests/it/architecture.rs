//! The house as it stands: who depends on whom, what may be linked in at all, which file is where.
//! Reads `cargo metadata` and the sources; starts no server.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use thidua_domain::access::Kind;
use thidua_domain::lifecycle::{machines, mermaid};
use thidua_domain::vocabulary::{Lang, Word};

/// Licences under which a dependency can be linked into a program given away under MIT OR Apache-2.0.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "PostgreSQL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// All that the domain may use: values and their forms, no I/O, no clock, no randomness.
const PURE: &[&str] = &["chrono", "serde", "serde_json", "thiserror", "toml", "unicode-normalization", "utoipa", "uuid"];

/// What knows a database; for the store alone.
const DATABASES: &[&str] = &["diesel", "diesel_migrations", "libsqlite3-sys", "pq-sys"];

/// Crates that must not be linked, each with its reason.
const FORBIDDEN: &[(&str, &str)] = &[
    ("actix-governor", "GPL; the crate governor is not"),
    ("figment", "no release for years; clap reads the environment too"),
    ("r2d2", "no release for years; deadpool keeps the connections"),
    ("standardwebhooks", "no release for years"),
    ("native-tls", "a second TLS library beside aws-lc and libpq's own"),
    ("openssl", "aws-lc-rs does all cryptography of the service"),
    ("ring", "aws-lc-rs does all cryptography of the service"),
    ("diesel-async", "measured: not faster here, and lacks batch inserts on SQLite"),
    ("sqlx", "diesel is the one way to the databases"),
];

/// Files longer than the limit, each with its reason.
const LONG: &[(&str, &str)] = &[
    ("crates/store/src/schema.rs", "one table after another, as the migrations make them: nothing to be read in parts"),
    ("crates/domain/src/refusal/codes.rs", "one table of all codes: two would be one code spelt twice"),
];
const LIMIT: usize = 400;

/// Every noun: its file in the domain, and its file or folder on all other floors.
const NOUNS: &[(&str, &str)] = &[
    ("user", "users"),
    ("client", "clients"),
    ("unit", "units"),
    ("person", "people"),
    ("household", "households"),
    ("delegation", "delegations"),
    ("document", "documents"),
    ("file", "files"),
    ("campaign", "campaigns"),
    ("award_type", "award_types"),
    ("index", "indices"),
    ("index_result", "index_results"),
    ("criteria_set", "criteria_sets"),
    ("scoresheet", "scoresheets"),
    ("appeal", "appeals"),
    ("bloc", "blocs"),
    ("bloc_year", "bloc_years"),
    ("meeting", "meetings"),
    ("pledge", "pledges"),
    ("registration", "registrations"),
    ("job", "jobs"),
];

#[test]
fn every_kind_is_a_noun_of_the_house() {
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Event) {
        assert!(NOUNS.iter().any(|(noun, _)| *noun == kind.as_str()), "{kind:?} is missing from NOUNS");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn run(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What cargo resolves for this machine; other platforms' crates need not be downloaded.
fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let version = run(Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV"));
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let args = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
        serde_json::from_str(&run(Command::new(env!("CARGO")).args(args))).unwrap()
    })
}

struct Package {
    name: String,
    licence: String,
    /// Packages linked into it or run to build it; what only its tests use is left out.
    needs: Vec<String>,
}

fn packages() -> BTreeMap<String, Package> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut packages: BTreeMap<String, Package> = metadata()["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (text(&p["id"]), Package { name: text(&p["name"]), licence: text(&p["license"]), needs: Vec::new() }))
        .collect();
    for node in metadata()["resolve"]["nodes"].as_array().unwrap() {
        let real = |dep: &&Value| dep["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev");
        let needs = node["deps"].as_array().unwrap().iter().filter(real).map(|dep| text(&dep["pkg"])).collect();
        packages.get_mut(node["id"].as_str().unwrap()).unwrap().needs = needs;
    }
    packages
}

/// Names of what a package depends on directly.
fn needs(name: &str) -> BTreeSet<String> {
    let packages = packages();
    let package = packages.values().find(|package| package.name == name).unwrap_or_else(|| panic!("no package {name}"));
    package.needs.iter().map(|id| packages[id].name.clone()).collect()
}

/// Everything that becomes part of the program.
fn linked() -> Vec<Package> {
    let mut packages = packages();
    let mut ids: Vec<String> = packages.iter().filter(|(_, p)| p.name == "thidua").map(|(id, _)| id.clone()).collect();
    let mut linked = Vec::new();
    while let Some(id) = ids.pop() {
        if let Some(package) = packages.remove(&id) {
            ids.extend(package.needs.iter().cloned());
            linked.push(package);
        }
    }
    // What a feature asks of a crate only if it is there anyway (`ring?/std`) counts as a need in the metadata.
    let built = built();
    linked.retain(|package| built.contains(&package.name));
    linked
}

/// Names of what cargo builds for the program.
fn built() -> BTreeSet<String> {
    let args = ["tree", "--package", "thidua", "--edges", "normal,build", "--prefix", "none", "--format", "{p}", "--locked", "--offline"];
    let tree = run(Command::new(env!("CARGO")).args(args));
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// `A OR (B AND C)`, with `/` for OR as older crates write it.
fn allowed(licence: &str) -> bool {
    fn either(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>) -> bool {
        let mut fits = both(words);
        while words.next_if(|word| word == "OR").is_some() {
            fits |= both(words);
        }
        fits
    }
    fn both(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>) -> bool {
        let mut fits = one(words);
        while words.next_if(|word| word == "AND").is_some() {
            fits &= one(words);
        }
        fits
    }
    fn one(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>) -> bool {
        let Some(word) = words.next() else { return false };
        if word == "(" {
            let fits = either(words);
            return words.next().as_deref() == Some(")") && fits;
        }
        // An exception gives more than the licence it follows.
        if words.next_if(|word| word == "WITH").is_some() && words.next().is_none() {
            return false;
        }
        LICENCES.contains(&word.as_str())
    }
    let spaced = licence.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().map(str::to_owned).collect::<Vec<_>>().into_iter().peekable();
    either(&mut words) && words.next().is_none()
}

#[test]
fn licences_are_read_as_expressions() {
    for fits in
        ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0", "Apache-2.0 WITH LLVM-exception OR X"]
    {
        assert!(allowed(fits), "{fits}");
    }
    for not in [
        "",
        "GPL-3.0-only",
        "MIT AND AGPL-3.0-only",
        "(MIT OR Apache-2.0) AND LGPL-2.1",
        "MIT MIT",
        "MIT WITH",
        "GPL-2.0 WITH Classpath-exception-2.0",
    ] {
        assert!(!allowed(not), "{not}");
    }
}

#[test]
fn arrows_point_one_way() {
    let ours = |name: &str| needs(name).into_iter().filter(|need| need.starts_with("thidua")).collect::<Vec<_>>();
    assert_eq!(ours("thidua-domain"), Vec::<String>::new());
    assert_eq!(ours("thidua-store"), ["thidua-domain"]);
    assert_eq!(ours("thidua-http"), ["thidua-domain", "thidua-store"]);
    assert_eq!(ours("thidua"), ["thidua-domain", "thidua-http", "thidua-store"]);
    for package in linked() {
        assert!(!["thidua-testkit", "acceptance"].contains(&package.name.as_str()), "the program links {}", package.name);
    }
}

#[test]
fn the_domain_is_pure_and_only_the_store_knows_databases() {
    let pure: BTreeSet<String> = PURE.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(needs("thidua-domain"), pure, "the domain gains or loses a dependency");
    let members = metadata()["workspace_members"].as_array().unwrap();
    let packages = packages();
    for member in members.iter().map(|id| &packages[id.as_str().unwrap()]) {
        for database in DATABASES {
            let knows = needs(&member.name).contains(*database);
            assert_eq!(knows, member.name == "thidua-store", "{} and {database}", member.name);
        }
    }
}

#[test]
fn what_is_linked_may_be_given_away() {
    let linked = linked();
    assert!(linked.len() > 100, "only {} packages found", linked.len());
    for package in &linked {
        assert!(allowed(&package.licence), "{} is under {:?}", package.name, package.licence);
        if let Some((_, why)) = FORBIDDEN.iter().find(|(name, _)| *name == package.name) {
            panic!("{} is linked: {why}", package.name);
        }
        // libpq brings its own TLS; nothing else may lean on it.
        let leans = package.needs.iter().any(|id| id.contains("openssl-sys"));
        assert!(!leans || package.name == "pq-src", "{} leans on openssl-sys", package.name);
    }
}

/// Every Rust source of the workspace, with its path from the root.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for room in ["crates", "tests", "benches"] {
        walk(&root().join(room), &mut found);
    }
    assert!(found.len() > 80, "only {} sources found", found.len());
    let relative = |path: &PathBuf| path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
    found.iter().map(|path| (relative(path), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_noun_is_at_home_on_every_floor() {
    let mut missing = Vec::new();
    for (one, many) in NOUNS {
        for (floor, name) in [("crates/domain/src", one), ("crates/store/src", many), ("crates/http/src", many), ("tests/it", many)] {
            let file = root().join(floor).join(format!("{name}.rs"));
            let folder = root().join(floor).join(name).join("mod.rs");
            let text = std::fs::read_to_string(file).or_else(|_| std::fs::read_to_string(folder)).unwrap_or_default();
            // A header alone is a plan, not a home.
            if text.lines().filter(|line| !line.starts_with("//!") && !line.is_empty()).count() < 3 {
                missing.push(format!("{floor}/{name}.rs"));
            }
        }
    }
    assert!(missing.is_empty(), "nothing there yet: {missing:#?}");
}

#[test]
fn files_open_with_what_lives_there_and_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if !text.starts_with("//! ") {
            wrong.push(format!("{path} does not open with //!"));
        }
        let lines = text.lines().count();
        let excused = LONG.iter().any(|(long, _)| *long == path);
        if lines > LIMIT && !excused {
            wrong.push(format!("{path} has {lines} lines"));
        }
        if lines <= LIMIT && excused {
            wrong.push(format!("{path} needs no excuse any more"));
        }
        let name = path.trim_end_matches("/mod.rs").trim_end_matches(".rs").rsplit('/').next().unwrap();
        if ["utils", "util", "helpers", "helper", "common", "misc"].contains(&name) {
            wrong.push(format!("{path} has a name that says nothing"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_left_undone() {
    // Put together here, so that this file does not find itself.
    let words = ["todo", "unimplemented", "dbg"].map(|word| format!("{word}!(")).into_iter().chain([format!("#[{}", "ignore")]);
    let words: Vec<String> = words.collect();
    for (path, text) in sources() {
        for word in &words {
            let at = text.lines().position(|line| line.contains(word.as_str()) && !line.trim_start().starts_with("//"));
            assert_eq!(at, None, "{path} has {word} on line {:?}", at.map(|line| line + 1));
        }
    }
}

#[test]
fn the_page_of_lifecycles_shows_the_machines_as_they_are() {
    let path = root().join("docs/LIFECYCLES.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let words = page.split("\n## ").next().unwrap().trim_end();
    let drawn =
        machines().into_iter().map(|machine| format!("\n## {}\n\n```mermaid\n{}```\n", machine.kind.as_str(), mermaid(&machine, Lang::Vi)));
    let made = format!("{words}\n{}", drawn.collect::<String>());
    if std::env::var_os("THIDUA_BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    } else {
        assert!(page == made, "docs/LIFECYCLES.md is not what the machines say; write its diagrams anew with THIDUA_BLESS=1");
    }
    let codes: BTreeSet<&str> =
        machines().iter().flat_map(|machine| &machine.rows).flat_map(|row| &row.guards).map(|code| code.as_str()).collect();
    let unsaid: Vec<_> = codes.into_iter().filter(|code| !words.contains(&format!("`{code}`"))).collect();
    assert!(unsaid.is_empty(), "conditions that the page does not name: {unsaid:?}");
}
