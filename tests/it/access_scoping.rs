//! What lists show and what single objects allow are two answers from one policy: on random worlds,
//! the rows within the SQL condition are exactly those on which the decision permits sight. Units
//! are also walked once more in memory, independently of both.

mod world;

use std::collections::BTreeSet;

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

use world::{BLOCS, DAYS, Of, UNITS, USERS, World, uuid, world, written};

const CASES: u32 = 40;
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

/// What delegations and offices let a user do today, worked out in memory.
fn follows(world: &World, user: usize, today: &str) -> BTreeSet<(Role, Uuid)> {
    let now = |from: Option<usize>, to: Option<usize>| from.is_none_or(|day| DAYS[day] <= today) && to.is_none_or(|day| DAYS[day] >= today);
    let offices = world.officers.iter().filter(|(person, _, (from, to))| *person == user && now(*from, *to));
    let offices = offices.map(|(_, unit, _)| (Role::UnitOfficer, uuid(Of::Unit, *unit)));
    let heads = |unit: usize, who: usize| {
        world.delegations.iter().any(|(of, head, _, _, (from, to))| *of == unit && *head == who && now(*from, *to))
    };
    let held = world
        .delegations
        .iter()
        .filter(|(unit, from, to, (first, last), _)| *to == user && DAYS[*first] <= today && DAYS[*last] >= today && heads(*unit, *from));
    let acts = held.flat_map(|(unit, ..)| [Role::SigningDelegate, Role::VotingDelegate].map(|role| (role, uuid(Of::Unit, *unit))));
    acts.chain(offices).collect()
}

/// The users as the service looks them up: with what they may by grants, by delegations and by offices.
fn looked_up(conn: &mut Conn, world: &World, today: Date) -> Result<Vec<Principal>, TestCaseError> {
    let mut all = Vec::new();
    for n in 0..USERS {
        let who = sessions::principal(conn, UserId::new(uuid(Of::User, n)), today).unwrap();
        let found = who.grants.iter().filter(|grant| grant.role != Role::UnitHead);
        let found: BTreeSet<(Role, Uuid)> = found.filter_map(|grant| Some((grant.role, grant.scope.id()?.uuid()))).collect();
        prop_assert_eq!(found, follows(world, n, &today.to_string()), "what follows for user {}", n);
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
