//! What lists show and what single objects allow are two answers from one policy: on random worlds,
//! the rows within the SQL condition are exactly those on which the decision permits sight. Units
//! are also walked once more in memory, independently of both.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use thidua_domain::access::{Grant, Kind, Principal, Role, Scope, Sight, Verb, permits, sight};
use thidua_domain::id::{AnyId, BlocId, UnitId, UserId};
use thidua_domain::time::Date;
use thidua_domain::unit::SuccessionKind;
use thidua_domain::vocabulary::Word;
use thidua_store::conn::Conn;
use thidua_store::{access, dialect, sessions};
use thidua_testkit::{Database, TestApp};
use uuid::Uuid;

const CASES: u32 = 40;
const UNITS: usize = 8;
const USERS: usize = 3;
const BLOCS: usize = 3;
const YEARS: usize = 4;
const OTHERS: usize = 5;

/// Days in a small calendar: 2 is today.
const DAYS: [&str; 5] = ["2020-01-01", "2026-11-20", "2026-11-21", "2026-11-22", "2030-01-01"];

type Span = (Option<usize>, Option<usize>);

#[derive(Debug, Clone)]
struct World {
    /// Lower, upper, dates: administrative relations, circles included.
    relations: Vec<(usize, usize, Span)>,
    /// From, to, first day, kind.
    successions: Vec<(usize, Option<usize>, usize, usize)>,
    organizers: Vec<Option<usize>>,
    /// Bloc of each bloc year.
    years: Vec<usize>,
    /// Year, unit, office, dates.
    members: Vec<(usize, usize, usize, Span)>,
    /// Owner, and an employer with the dates of the employment.
    people: Vec<(usize, Option<(usize, Span)>)>,
    /// Owner and issuer, for documents and campaigns.
    papers: Vec<(usize, Option<usize>)>,
    /// Unit, delegator, delegate, days of the delegation, and when the delegator heads the unit.
    delegations: Vec<(usize, usize, usize, (usize, usize), Span)>,
    /// Bloc year of meetings and pledges.
    acts: Vec<usize>,
    /// Grants of each user: role, kind of scope, which.
    grants: Vec<Vec<(usize, usize, usize)>>,
}

fn span() -> impl Strategy<Value = Span> {
    (prop::option::of(0..DAYS.len()), prop::option::of(0..DAYS.len())).prop_map(|(a, b)| match (a, b) {
        (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
        other => other,
    })
}

fn world() -> impl Strategy<Value = World> {
    let edges = (
        prop::collection::vec((0..UNITS, 0..UNITS, span()), 0..12),
        prop::collection::vec((0..UNITS, prop::option::weighted(0.8, 0..UNITS), 0..DAYS.len(), 0..SuccessionKind::ALL.len()), 0..6),
    );
    let blocs = (
        prop::collection::vec(prop::option::of(0..UNITS), BLOCS),
        prop::collection::vec(0..BLOCS, YEARS),
        prop::collection::vec((0..YEARS, 0..UNITS, 0..3_usize, span()), 0..10),
        prop::collection::vec(0..YEARS, OTHERS),
    );
    let content = (
        prop::collection::vec((0..UNITS, prop::option::of((0..UNITS, span()))), OTHERS),
        prop::collection::vec((0..UNITS, prop::option::of(0..UNITS)), OTHERS),
        prop::collection::vec((0..UNITS, 0..USERS, 1..USERS, (0..DAYS.len(), 0..DAYS.len()), span()), OTHERS),
    );
    let grants = prop::collection::vec(prop::collection::vec((0..Role::ALL.len(), 0..10_usize, 0..UNITS), 0..4), USERS);
    (edges, blocs, content, grants).prop_map(
        |((relations, successions), (organizers, years, members, acts), (people, papers, delegations), grants)| World {
            relations: relations.into_iter().filter(|(lower, upper, _)| lower != upper).collect(),
            successions: successions.into_iter().filter(|(from, to, ..)| Some(*from) != *to).collect(),
            organizers,
            years,
            members,
            people,
            papers,
            delegations: delegations
                .into_iter()
                .map(|(unit, from, step, (a, b), heads)| (unit, from, (from + step) % USERS, (a.min(b), a.max(b)), heads))
                .collect(),
            acts,
            grants,
        },
    )
}

/// Kinds of made-up rows, as the leading digit of their identifiers.
#[derive(Clone, Copy)]
enum Of {
    Unit = 1,
    User,
    Bloc,
    Year,
    Person,
    Paper,
    Act,
    Part,
    Client,
}

fn uuid(of: Of, n: usize) -> Uuid {
    Uuid::from_u128(((of as u128) << 64) | n as u128 | (0xabcd << 96))
}

/// Writes rows in the dialect of a database.
struct Pen {
    sqlite: bool,
    sql: String,
    parts: usize,
}

impl Pen {
    fn id(&self, of: Of, n: usize) -> String {
        let uuid = uuid(of, n);
        if self.sqlite { format!("x'{}'", uuid.simple()) } else { format!("'{uuid}'") }
    }
    fn bytes(&self, n: usize) -> String {
        if self.sqlite { format!("x'{n:064x}'") } else { format!("'\\x{n:064x}'") }
    }
    fn maybe(&self, of: Of, n: Option<usize>) -> String {
        n.map_or_else(|| "NULL".to_owned(), |n| self.id(of, n))
    }
    fn part(&mut self) -> String {
        self.parts += 1;
        self.id(Of::Part, self.parts)
    }
    const fn no(&self) -> &'static str {
        if self.sqlite { "0" } else { "false" }
    }
    const fn now(&self) -> &'static str {
        if self.sqlite { "0" } else { "now()" }
    }
    fn day(day: Option<usize>) -> String {
        day.map_or_else(|| "NULL".to_owned(), |day| format!("'{}'", DAYS[day]))
    }
    fn row(&mut self, table: &str, columns: &str, values: &[&str]) {
        writeln!(self.sql, "INSERT INTO {table} ({columns}) VALUES ({});", values.join(", ")).unwrap();
    }
}

/// The world as statements for one database.
fn written(world: &World, database: Database) -> String {
    let mut pen = Pen { sqlite: database == Database::Sqlite, sql: String::new(), parts: 0 };
    let (no, now) = (pen.no(), pen.now());
    for n in 0..UNITS {
        let (id, code) = (pen.id(Of::Unit, n), format!("'WORLD-{n}'"));
        let columns =
            "id, code, kind, protocol_order, ended_by_succession, name, folded, collation_key, fictional, version, created_at, updated_at";
        pen.row("units", columns, &[&id, &code, "'school'", "1", no, "'x'", "'x'", "'x'", no, "1", now, now]);
    }
    for n in 0..USERS {
        let (id, name) = (pen.id(Of::User, n), format!("'world.{n}'"));
        let columns = "id, username, display_name, folded, password_hash, status, access_version, version, created_at, updated_at";
        pen.row("users", columns, &[&id, &name, "'x'", "'x'", "'x'", "'active'", "1", "1", now, now]);
    }
    // A service account stands on an account of its own.
    let (id, unit) = (pen.id(Of::Client, 0), pen.id(Of::Unit, 0));
    let columns = "id, username, display_name, folded, password_hash, status, access_version, version, created_at, updated_at, kind";
    pen.row("users", columns, &[&id, "'client:WORLD'", "'x'", "'x'", "''", "'active'", "1", "1", now, now, "'client'"]);
    pen.row("clients", "id, code, unit_id, scopes, keys, token_seconds", &[&id, "'WORLD'", &unit, "'units:read'", "'[]'", "600"]);
    for (lower, upper, (from, to)) in &world.relations {
        let (id, lower, upper) = (pen.part(), pen.id(Of::Unit, *lower), pen.id(Of::Unit, *upper));
        let values = [&id, &lower, "'administrative'", &upper, &Pen::day(*from), &Pen::day(*to), now];
        pen.row("unit_relations", "id, unit_id, kind, upper_id, from_on, to_on, created_at", &values);
    }
    for (from, to, day, kind) in &world.successions {
        let (id, from, to) = (pen.part(), pen.id(Of::Unit, *from), pen.maybe(Of::Unit, *to));
        let kind = format!("'{}'", SuccessionKind::ALL[*kind].as_str());
        let values = [&id, &from, &to, &kind, &Pen::day(Some(*day)), no, "1", now];
        pen.row("successions", "id, from_id, to_id, kind, effective_on, verified, version, created_at", &values);
    }
    for (n, organizer) in world.organizers.iter().enumerate() {
        let (id, code, organizer) = (pen.id(Of::Bloc, n), format!("'WORLD-{n}'"), pen.maybe(Of::Unit, *organizer));
        let columns = "id, code, name, folded, collation_key, kind, scope, organizer_id, fictional, version, created_at, updated_at";
        pen.row("blocs", columns, &[&id, &code, "'x'", "'x'", "'x'", "'bloc'", "'province'", &organizer, no, "1", now, now]);
    }
    for (n, bloc) in world.years.iter().enumerate() {
        let (id, code, bloc, year) = (pen.id(Of::Year, n), format!("'WORLD-{n}'"), pen.id(Of::Bloc, *bloc), (2000 + n).to_string());
        let columns = "id, code, bloc_id, year, status, origin, fictional, version, created_at, updated_at";
        pen.row("bloc_years", columns, &[&id, &code, &bloc, &year, "'forming'", "'performed'", no, "1", now, now]);
    }
    for (year, unit, office, (from, to)) in &world.members {
        let (id, year, unit) = (pen.part(), pen.id(Of::Year, *year), pen.id(Of::Unit, *unit));
        let office = ["'leader'", "'deputy'", "'member'"][*office];
        let values = [&id, &year, &unit, office, "1", &Pen::day(*from), &Pen::day(*to), now];
        pen.row("bloc_members", "id, bloc_year_id, unit_id, office, ordinal, from_on, to_on, created_at", &values);
    }
    for (n, (owner, employer)) in world.people.iter().enumerate() {
        let (id, code, owner) = (pen.id(Of::Person, n), format!("'WORLD-{n}'"), pen.id(Of::Unit, *owner));
        let columns = "id, code, full_name, folded, collation_key, owner_id, fictional, version, created_at, updated_at";
        pen.row("people", columns, &[&id, &code, "'x'", "'x'", "'x'", &owner, no, "1", now, now]);
        if let Some((unit, (from, to))) = employer {
            let (part, unit) = (pen.part(), pen.id(Of::Unit, *unit));
            let values = [&part, &id, &unit, no, &Pen::day(*from), &Pen::day(*to), "1", now];
            pen.row("employments", "id, person_id, unit_id, head, from_on, to_on, version, created_at", &values);
        }
    }
    for (n, (owner, _)) in world.people.iter().enumerate() {
        let (id, code, owner) = (pen.id(Of::Act, n), format!("'WORLD-{n}'"), pen.id(Of::Unit, *owner));
        let columns = "id, code, name, folded, collation_key, unit_id, fictional, version, created_at, updated_at";
        pen.row("households", columns, &[&id, &code, "'x'", "'x'", "'x'", &owner, no, "1", now, now]);
    }
    for (n, (owner, issuer)) in world.papers.iter().enumerate() {
        let (id, code, owner) = (pen.id(Of::Paper, n), format!("'WORLD-{n}'"), pen.id(Of::Unit, *owner));
        let issuer = pen.maybe(Of::Unit, *issuer);
        let columns =
            "id, code, kind, title, folded, collation_key, issuer_id, owner_id, origin, fictional, version, created_at, updated_at";
        pen.row("documents", columns, &[&id, &code, "'plan'", "'x'", "'x'", "'x'", &issuer, &owner, "'performed'", no, "1", now, now]);
        let columns = "id, code, title, folded, collation_key, scope, form, issuer_id, owner_id, status, origin, fictional, version, created_at, updated_at";
        let values =
            [&id, &code, "'x'", "'x'", "'x'", "'national'", "'regular'", &issuer, &owner, "'draft'", "'performed'", no, "1", now, now];
        pen.row("campaigns", columns, &values);
        let (bytes, user) = (pen.bytes(n), pen.id(Of::User, 0));
        pen.row("file_objects", "sha256, announced_at", &[&bytes, now]);
        let columns = "id, owner_id, name, folded, collation_key, media_type, size, sha256, created_by, links, loose_since, version, created_at, updated_at";
        let values = [&id, &owner, "'x'", "'x'", "'x'", "'text/csv'", "1", &bytes, &user, "0", now, "1", now, now];
        pen.row("files", columns, &values);
    }
    for (n, (unit, from, to, (first, last), (heads_from, heads_to))) in world.delegations.iter().enumerate() {
        let (id, code, unit) = (pen.id(Of::Act, n), format!("'WORLD-{n}'"), pen.id(Of::Unit, *unit));
        let (from, to, paper) = (pen.id(Of::User, *from), pen.id(Of::User, *to), pen.id(Of::Paper, n));
        let (first, last) = (Pen::day(Some(*first)), Pen::day(Some(*last)));
        let columns =
            "id, code, unit_id, delegator_id, delegate_id, acts, from_on, to_on, document_id, status, version, created_at, updated_at";
        pen.row("delegations", columns, &[&id, &code, &unit, &from, &to, "'sign vote'", &first, &last, &paper, "'given'", "1", now, now]);
        let grant = pen.part();
        let values = [&grant, &from, "'unit_head'", "'unit'", &unit, &Pen::day(*heads_from), &Pen::day(*heads_to), now];
        pen.row("grants", "id, user_id, role, scope, scope_id, from_on, to_on, created_at", &values);
    }
    let job = pen.part();
    pen.row(
        "jobs",
        "id, kind, status, attempts, done, version, created_at, updated_at",
        &[&job, "'forget_old'", "'queued'", "0", "0", "1", now, now],
    );
    for (n, year) in world.acts.iter().enumerate() {
        let (id, code, year) = (pen.id(Of::Act, n), format!("'WORLD-{n}'"), pen.id(Of::Year, *year));
        let columns = "id, code, bloc_year_id, kind, title, folded, meets_on, status, origin, fictional, version, created_at, updated_at";
        let values = [&id, &code, &year, "'other'", "'x'", "'x'", "'2026-01-01'", "'planned'", "'performed'", no, "1", now, now];
        pen.row("meetings", columns, &values);
        let columns = "id, code, bloc_year_id, title, folded, status, signature_count, origin, fictional, version, created_at, updated_at";
        pen.row("pledges", columns, &[&id, &code, &year, "'x'", "'x'", "'draft'", "0", "'performed'", no, "1", now, now]);
    }
    pen.sql
}

fn principals(world: &World) -> Vec<Principal> {
    let grant = |(role, scope, which): &(usize, usize, usize)| Grant {
        role: Role::ALL[*role],
        scope: match scope {
            0 => Scope::Everything,
            1..=6 => Scope::Unit(UnitId::new(uuid(Of::Unit, *which))),
            7 | 8 => Scope::Bloc(BlocId::new(uuid(Of::Bloc, which % BLOCS))),
            _ => Scope::Council(AnyId::new(uuid(Of::Bloc, which % BLOCS))),
        },
    };
    let known = world
        .grants
        .iter()
        .enumerate()
        .map(|(n, grants)| Principal { user: Some(UserId::new(uuid(Of::User, n))), grants: grants.iter().map(grant).collect() });
    // Nobody, though with a grant in hand, sees nothing.
    let anonymous = Principal { user: None, grants: world.grants.iter().flatten().map(grant).collect() };
    known.chain([anonymous]).collect()
}

/// What delegations let a user do today, worked out in memory.
fn delegated(world: &World, user: usize, today: &str) -> BTreeSet<(Role, Uuid)> {
    let heads = |unit: usize, who: usize| {
        world.delegations.iter().any(|(of, head, _, _, (from, to))| {
            *of == unit && *head == who && from.is_none_or(|day| DAYS[day] <= today) && to.is_none_or(|day| DAYS[day] >= today)
        })
    };
    let held = world
        .delegations
        .iter()
        .filter(|(unit, from, to, (first, last), _)| *to == user && DAYS[*first] <= today && DAYS[*last] >= today && heads(*unit, *from));
    held.flat_map(|(unit, ..)| [Role::SigningDelegate, Role::VotingDelegate].map(|role| (role, uuid(Of::Unit, *unit)))).collect()
}

/// The users as the service looks them up: with what they may by grants and by delegations.
fn looked_up(conn: &mut Conn, world: &World, today: Date) -> Result<Vec<Principal>, TestCaseError> {
    let mut all = Vec::new();
    for n in 0..USERS {
        let who = sessions::principal(conn, UserId::new(uuid(Of::User, n)), today).unwrap();
        let found = who.grants.iter().filter(|grant| grant.role.is_delegated());
        let found: BTreeSet<(Role, Uuid)> = found.filter_map(|grant| Some((grant.role, grant.scope.id()?.uuid()))).collect();
        prop_assert_eq!(found, delegated(world, n, &today.to_string()), "delegations of user {}", n);
        all.push(who);
    }
    Ok(all)
}

/// What stands above a unit today, and whether it is the unit itself or its successor.
fn above(world: &World, unit: usize, today: &str) -> BTreeSet<(usize, bool)> {
    let started = |day: Option<usize>| day.is_none_or(|day| DAYS[day] <= today);
    let going_on = |day: Option<usize>| day.is_none_or(|day| DAYS[day] >= today);
    let mut seen = BTreeSet::from([(unit, true)]);
    let mut level = vec![(unit, true)];
    while let Some((here, own)) = level.pop() {
        let up = world.relations.iter().filter(|(lower, _, (from, to))| *lower == here && started(*from) && going_on(*to));
        let up = up.map(|(_, upper, _)| (*upper, false));
        // A unit that lives on in another: what was split off or transferred left the former one standing.
        let lives_on = |kind: usize| matches!(SuccessionKind::ALL[kind], SuccessionKind::Merge | SuccessionKind::Rename);
        let next = world.successions.iter().filter(|(from, _, day, kind)| *from == here && started(Some(*day)) && lives_on(*kind));
        let next = next.filter_map(|(_, to, ..)| to.map(|to| (to, own)));
        for step in up.chain(next) {
            if seen.insert(step) {
                level.push(step);
            }
        }
    }
    seen
}

/// Compares the two answers for everybody and everything; says how many rows were seen and not seen.
fn compare(conn: &mut Conn, world: &World, today: Date) -> Result<(usize, usize), TestCaseError> {
    let (mut seen, mut unseen) = (0, 0);
    let everybody: Vec<Principal> = principals(world).into_iter().chain(looked_up(conn, world, today)?).collect();
    for kind in Kind::ALL {
        let all = access::visible(conn, *kind, Sight { all: true, ..Sight::default() }, today).unwrap();
        prop_assert!(!all.is_empty() || *kind == Kind::Event, "no {:?} at all: give it rows in `written`", kind);
        let ties = access::ties_of_all(conn, *kind, &all, today).unwrap();
        for who in &everybody {
            let listed = access::visible(conn, *kind, sight(who, *kind), today).unwrap();
            let shown: BTreeSet<AnyId> = listed.iter().copied().collect();
            prop_assert_eq!(shown.len(), listed.len(), "{:?} listed twice", kind);
            let permitted = all.iter().zip(&ties).filter(|(_, ties)| permits(who, *kind, Verb::See, ties)).map(|(id, _)| *id);
            let permitted: BTreeSet<AnyId> = permitted.collect();
            prop_assert_eq!(&shown, &permitted, "{:?} as {:?}", kind, who);
            seen += shown.len();
            unseen += all.len() - shown.len();
        }
        if *kind == Kind::Unit {
            for (id, ties) in all.iter().zip(&ties) {
                let Some(n) = (0..UNITS).find(|n| uuid(Of::Unit, *n) == id.uuid()) else { continue };
                let expected: BTreeSet<(Uuid, bool)> =
                    above(world, n, &today.to_string()).into_iter().map(|(n, own)| (uuid(Of::Unit, n), own)).collect();
                let walked: BTreeSet<(Uuid, bool)> = ties.0.iter().map(|tie| (tie.to.uuid(), tie.own)).collect();
                prop_assert_eq!(walked, expected, "above unit {}", n);
            }
        }
    }
    Ok((seen, unseen))
}

fn lists_and_decisions_agree(database: Database) {
    let app = TestApp::start(database);
    let mut conn = app.open_database();
    let today: Date = DAYS[2].parse().unwrap();
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (conn, totals) = (std::cell::RefCell::new(&mut conn), std::cell::Cell::new((0, 0)));
    let outcome = runner.run(&world(), |world| {
        let conn: &mut Conn = &mut conn.borrow_mut();
        dialect::begin_alone(conn).unwrap();
        dialect::execute(conn, &written(&world, database)).unwrap();
        let compared = compare(conn, &world, today);
        dialect::rollback(conn).unwrap();
        let (seen, unseen) = compared?;
        totals.set((totals.get().0 + seen, totals.get().1 + unseen));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{database:?}: {error}"));
    let (seen, unseen) = totals.get();
    println!("access: {CASES} worlds on {database:?}: {seen} rows within sight, {unseen} beyond");
    assert!(seen > 1_000 && unseen > 1_000, "worlds in which everything or nothing is seen prove nothing: {seen}, {unseen}");
}

#[test]
fn sqlite() {
    lists_and_decisions_agree(Database::Sqlite);
}

#[test]
fn postgres() {
    lists_and_decisions_agree(Database::Postgres);
}
