//! Random worlds in which sight is compared, and how they are written into either database.

use std::fmt::Write as _;

use proptest::prelude::*;
use thidua_domain::access::Role;
use thidua_domain::unit::SuccessionKind;
use thidua_domain::vocabulary::Word;
use thidua_testkit::Database;
use uuid::Uuid;

pub(super) const UNITS: usize = 8;
pub(super) const USERS: usize = 3;
pub(super) const BLOCS: usize = 3;
pub(super) const YEARS: usize = 4;
pub(super) const OTHERS: usize = 5;

/// Days in a small calendar: 2 is today.
pub(super) const DAYS: [&str; 5] = ["2020-01-01", "2026-11-20", "2026-11-21", "2026-11-22", "2030-01-01"];

pub(super) type Span = (Option<usize>, Option<usize>);

/// A delegation: unit, delegator, delegate, its days, and when the delegator heads the unit.
pub(super) type Given = (usize, usize, usize, (usize, usize), Span);

/// A made-up world.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// Lower, upper, dates: administrative relations, circles included.
    pub(super) relations: Vec<(usize, usize, Span)>,
    /// From, to, first day, kind.
    pub(super) successions: Vec<(usize, Option<usize>, usize, usize)>,
    pub(super) organizers: Vec<Option<usize>>,
    /// Bloc of each bloc year.
    pub(super) years: Vec<usize>,
    /// Year, unit, office, dates.
    pub(super) members: Vec<(usize, usize, usize, Span)>,
    /// Owner, and an employer with the dates of the employment.
    pub(super) people: Vec<(usize, Option<(usize, Span)>)>,
    /// Owner and issuer, for documents and campaigns.
    pub(super) papers: Vec<(usize, Option<usize>)>,
    /// Person, the unit whose emulation officer they are, and when. The first people are behind the users.
    pub(super) officers: Vec<(usize, usize, Span)>,
    /// Who acts for whom.
    pub(super) delegations: Vec<Given>,
    /// Bloc year of meetings and pledges.
    pub(super) acts: Vec<usize>,
    /// Grants of each user: role, kind of scope, which.
    pub(super) grants: Vec<Vec<(usize, usize, usize)>>,
}

pub(super) fn span() -> impl Strategy<Value = Span> {
    (prop::option::of(0..DAYS.len()), prop::option::of(0..DAYS.len())).prop_map(|(a, b)| match (a, b) {
        (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
        other => other,
    })
}

pub(super) fn world() -> impl Strategy<Value = World> {
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
        prop::collection::vec((0..OTHERS, 0..UNITS, span()), 0..6),
        prop::collection::vec((0..UNITS, 0..USERS, 1..USERS, (0..DAYS.len(), 0..DAYS.len()), span()), OTHERS),
    );
    let grants = prop::collection::vec(prop::collection::vec((0..Role::ALL.len(), 0..10_usize, 0..UNITS), 0..4), USERS);
    (edges, blocs, content, grants).prop_map(
        |((relations, successions), (organizers, years, members, acts), (people, papers, officers, delegations), grants)| World {
            relations: relations.into_iter().filter(|(lower, upper, _)| lower != upper).collect(),
            successions: successions.into_iter().filter(|(from, to, ..)| Some(*from) != *to).collect(),
            organizers,
            years,
            members,
            people,
            papers,
            officers,
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
pub(super) enum Of {
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

pub(super) fn uuid(of: Of, n: usize) -> Uuid {
    Uuid::from_u128(((of as u128) << 64) | n as u128 | (0xabcd << 96))
}

/// Writes rows in the dialect of a database.
pub(super) struct Pen {
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
pub(super) fn written(world: &World, database: Database) -> String {
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
    for (person, unit, (from, to)) in &world.officers {
        let (id, unit, person) = (pen.part(), pen.id(Of::Unit, *unit), pen.id(Of::Person, *person));
        let values = [&id, &unit, &person, &Pen::day(*from), &Pen::day(*to), now];
        pen.row("unit_officers", "id, unit_id, person_id, from_on, to_on, created_at", &values);
    }
    for n in 0..USERS {
        let (user, person) = (pen.id(Of::User, n), pen.id(Of::Person, n));
        writeln!(pen.sql, "UPDATE users SET person_id = {person} WHERE id = {user};").unwrap();
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
        let columns = "id, code, name, folded, collation_key, owner_id, edition, scale, item_count, status, origin, fictional, version, created_at, updated_at";
        let values = [&id, &code, "'x'", "'x'", "'x'", &owner, "1", "100", "1", "'draft'", "'performed'", no, "1", now, now];
        pen.row("criteria_sets", columns, &values);
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
    let (index, result, unit) = (pen.part(), pen.part(), pen.id(Of::Unit, 0));
    let columns = "id, code, name, folded, collation_key, publisher, better, version, created_at, updated_at";
    pen.row("indices", columns, &[&index, "'WORLD'", "'x'", "'x'", "'x'", "'x'", "'higher'", "1", now, now]);
    let columns = "id, index_id, unit_id, edition, rank, published_on, source, fictional, version, created_at, updated_at";
    pen.row("index_results", columns, &[&result, &index, &unit, "2025", "1", "'2026-01-01'", "'x'", no, "1", now, now]);
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
        let (unit, peer) = (pen.id(Of::Unit, n % UNITS), pen.id(Of::Unit, (n + 1) % UNITS));
        let columns = "id, code, bloc_year_id, unit_id, cross_checker_id, status, facts, total, complete, origin, fictional, version, created_at, updated_at";
        let values = [&id, &code, &year, &unit, &peer, "'scoring'", "'{}'", "0", no, "'performed'", no, "1", now, now];
        pen.row("scoresheets", columns, &values);
        let columns = "id, code, scoresheet_id, by_unit_id, grounds, folded, points_filed, filed_on, status, origin, fictional, version, created_at, updated_at";
        let values = [&id, &code, &id, &peer, "'x'", "'x'", "0", "'2026-01-01'", "'filed'", "'performed'", no, "1", now, now];
        pen.row("appeals", columns, &values);
        let columns = "id, code, bloc_year_id, title, folded, status, signature_count, origin, fictional, version, created_at, updated_at";
        pen.row("pledges", columns, &[&id, &code, &year, "'x'", "'x'", "'draft'", "0", "'performed'", no, "1", now, now]);
        // One in three takes part in no bloc.
        let (unit, year) = (pen.id(Of::Unit, world.papers[n].0), if n % 3 == 0 { "NULL" } else { &year });
        let columns =
            "id, code, unit_id, year, bloc_year_id, folded, item_count, status, origin, fictional, version, created_at, updated_at";
        let number = (2000 + n).to_string();
        let values = [&id, &code, &unit, &number, year, "'x'", "0", "'draft'", "'performed'", no, "1", now, now];
        pen.row("registrations", columns, &values);
    }
    pen.sql
}
