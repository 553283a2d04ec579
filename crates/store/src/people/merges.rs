//! Two records of one person that became one: what would move, what was moved, and the way back. What stands in
//! the way is decided in `thidua_domain::person::merge`.

use diesel::prelude::*;
use thidua_domain::access::Kind;
use thidua_domain::dated::Span;
use thidua_domain::household::Bond;
use thidua_domain::id::{DocumentId, HouseholdId, HouseholdMemberId, PersonId, PersonMergeId, UnitId, UnitPartId, UserId};
use thidua_domain::person::identity::PaperKind;
use thidua_domain::person::merge::{Clash, Fate, Job, Living, MergeClash, Moved, UndoFacts, fates};
use thidua_domain::refusal::word_named;
use thidua_domain::time::{Date, Instant};
use thidua_domain::vocabulary::Bilingual;

use super::{employments_of_all, papers_of};
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::external_ids;
use crate::schema::{
    employments, external_ids as known, household_members, households, identity_papers, people, person_merges, unit_officers, units, users,
};
use crate::unit_of_work::Tx;
use crate::users::{accounts_of, offices_changed};

/// A merge.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = person_merges, treat_none_as_default_value = false)]
pub struct MergeRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<PersonMergeId>)]
    pub id: PersonMergeId,
    /// Which record was merged.
    #[diesel(serialize_as = Sql<PersonId>)]
    pub from_id: PersonId,
    /// Into which.
    #[diesel(serialize_as = Sql<PersonId>)]
    pub into_id: PersonId,
    /// Deciding document.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Which rows were moved: [`Moved`] as JSON.
    pub moved: String,
    /// By whom.
    #[diesel(serialize_as = Sql<UserId>)]
    pub merged_by: UserId,
    /// When.
    #[diesel(serialize_as = Sql<Instant>)]
    pub merged_at: Instant,
    /// Undone by whom.
    #[diesel(serialize_as = SqlOpt<UserId>)]
    pub undone_by: Option<UserId>,
    /// Undone.
    #[diesel(serialize_as = SqlOpt<Instant>)]
    pub undone_at: Option<Instant>,
}

impl MergeRow {
    /// Which rows were moved.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when what is kept is no such list.
    pub fn moved(&self) -> Result<Moved> {
        serde_json::from_str(&self.moved).map_err(|error| StoreError::Broken(error.to_string()))
    }
}

/// The rows to move as they are kept.
///
/// # Errors
/// [`StoreError::Broken`], which does not happen.
pub fn written(moved: &Moved) -> Result<String> {
    serde_json::to_string(moved).map_err(|error| StoreError::Broken(error.to_string()))
}

/// What merging would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outlook {
    /// What goes over.
    pub moved: Moved,
    /// How many parts stay behind, because the other record says the same.
    pub stays: usize,
    /// What stands in the way.
    pub clashes: Vec<Clash>,
    /// Units for which an account would work from then on, because its person became their officer.
    pub empowered: Vec<UnitId>,
    /// Accounts of either record.
    pub accounts: Vec<UserId>,
}

impl Outlook {
    /// Sorts the parts of one list; those that move are given back.
    fn sort<T, I>(
        &mut self,
        from: Vec<(I, T)>,
        into: Vec<(I, T)>,
        same: impl Fn(&T, &T) -> bool,
        clash: impl Fn(&T, &T) -> Option<MergeClash>,
        about: impl Fn(&T) -> String,
    ) -> Vec<I> {
        let into: Vec<T> = into.into_iter().map(|(_, part)| part).collect();
        let (ids, from): (Vec<I>, Vec<T>) = from.into_iter().unzip();
        let mut moving = Vec::new();
        for ((id, part), fate) in ids.into_iter().zip(&from).zip(fates(&from, &into, same, clash)) {
            match fate {
                Fate::Moves => moving.push(id),
                Fate::Stays => self.stays += 1,
                Fate::Clashes(what) => self.clashes.push(Clash { what, about: about(part) }),
            }
        }
        moving
    }
}

/// An office as emulation officer: unit, duty, first and last day.
type Office = (UnitId, Option<String>, Option<Date>, Option<Date>);

fn offices(conn: &mut Conn, person: PersonId) -> Result<Vec<(UnitPartId, Office)>> {
    Ok(on!(conn, |c| unit_officers::table
        .filter(unit_officers::person_id.eq(Sql(person)))
        .select((unit_officers::id, (unit_officers::unit_id, unit_officers::duty, unit_officers::from_on, unit_officers::to_on)))
        .load(c))?)
}

fn jobs(conn: &mut Conn, person: PersonId) -> Result<Vec<(thidua_domain::id::EmploymentId, Job)>> {
    let rows = employments_of_all(conn, &[person])?;
    Ok(rows.into_iter().map(|row| (row.id, Job { unit: row.unit_id, span: row.span(), position: row.position, head: row.head })).collect())
}

/// A place in a household as read.
type Membership = (HouseholdMemberId, HouseholdId, Bond, Option<Date>, Option<Date>);

fn living(conn: &mut Conn, person: PersonId) -> Result<Vec<(HouseholdMemberId, Living)>> {
    let rows: Vec<Membership> = on!(conn, |c| household_members::table
        .filter(household_members::person_id.eq(Sql(person)))
        .select((
            household_members::id,
            household_members::household_id,
            household_members::bond,
            household_members::from_on,
            household_members::to_on
        ))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(id, household, bond, from_on, to_on)| (id, Living { household, bond, span: Span { from_on, to_on } }))
        .collect())
}

/// The units of offices, with the duty of each.
///
/// # Errors
/// Whatever the database says.
pub fn offices_in(conn: &mut Conn, offices: &[UnitPartId]) -> Result<Vec<(UnitId, Option<String>)>> {
    if offices.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(unit_officers::id, offices, |within| unit_officers::table
        .filter(within)
        .order(unit_officers::id.asc())
        .select((unit_officers::unit_id, unit_officers::duty))
        .load(c)))?)
}

/// The households of places, each once.
///
/// # Errors
/// Whatever the database says.
pub fn households_in(conn: &mut Conn, places: &[HouseholdMemberId]) -> Result<Vec<HouseholdId>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let mut wholes: Vec<HouseholdId> = on!(conn, |c| among!(household_members::id, places, |within| household_members::table
        .filter(within)
        .select(household_members::household_id)
        .load(c)))?;
    wholes.sort_unstable();
    wholes.dedup();
    Ok(wholes)
}

/// What merging one record into another would do: a fixed number of queries.
///
/// # Errors
/// Whatever the database says.
pub fn outlook(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<Outlook> {
    let mut outlook = Outlook::default();
    let (ours, theirs) = (jobs(conn, from)?, jobs(conn, into)?);
    outlook.moved.employments = outlook.sort(ours, theirs, Job::eq, Job::clash, Job::told);
    let (ours, theirs) = (living(conn, from)?, living(conn, into)?);
    outlook.moved.memberships = outlook.sort(ours, theirs, Living::same, Living::clash, Living::told);
    let (ours, theirs) = (offices(conn, from)?, offices(conn, into)?);
    let accounts = (accounts_of(conn, from)?, accounts_of(conn, into)?);
    for (accounts, gained) in [(&accounts.0, &theirs), (&accounts.1, &ours)] {
        if !accounts.is_empty() {
            outlook.empowered.extend(gained.iter().map(|(_, (unit, ..))| *unit));
        }
    }
    outlook.moved.accounts.clone_from(&accounts.0);
    outlook.accounts = [accounts.0, accounts.1].concat();
    outlook.moved.offices = outlook.sort(ours, theirs, Office::eq, |_, _| None, |_| String::new());
    let named = |conn: &mut Conn, person: PersonId| -> Result<Vec<((String, String), String)>> {
        let ids = external_ids::of(conn, Kind::Person, person.any())?;
        Ok(ids.into_iter().map(|(system, name)| ((system.clone(), name), system)).collect())
    };
    let (ours, theirs) = (named(conn, from)?, named(conn, into)?);
    // No two records bear the same name in one system: a system that knows both knows two.
    let twice = |a: &String, b: &String| (a == b).then_some(MergeClash::ExternalId);
    outlook.moved.external_ids = outlook.sort(ours, theirs, |_, _| false, twice, String::clone).into_iter().collect();
    let papers = |conn: &mut Conn, person: PersonId| -> Result<Vec<_>> {
        Ok(papers_of(conn, person)?.into_iter().map(|paper| (paper.id, paper.kind)).collect())
    };
    let (ours, theirs) = (papers(conn, from)?, papers(conn, into)?);
    // Nor does a number stand in two records.
    let twice = |a: &PaperKind, b: &PaperKind| (a == b && a.one_for_life()).then_some(MergeClash::CitizenCard);
    outlook.moved.papers = outlook.sort(ours, theirs, |_, _| false, twice, |kind| word_named(*kind));
    Ok(outlook)
}

/// Puts rows that belong to one record under another, and moves the versions of their wholes on.
fn put(tx: &mut Tx<'_>, moved: &Moved, of: PersonId, to: PersonId) -> Result<()> {
    if !moved.employments.is_empty() {
        on!(tx.conn(), |c| among!(employments::id, &moved.employments, |within| diesel::update(employments::table.filter(within))
            .set(employments::person_id.eq(Sql(to)))
            .execute(c)))?;
    }
    if !moved.papers.is_empty() {
        on!(tx.conn(), |c| among!(identity_papers::id, &moved.papers, |within| diesel::update(identity_papers::table.filter(within))
            .set(identity_papers::person_id.eq(Sql(to)))
            .execute(c)))?;
    }
    if !moved.accounts.is_empty() {
        on!(tx.conn(), |c| among!(users::id, &moved.accounts, |within| diesel::update(users::table.filter(within))
            .set((users::person_id.eq(Sql(to)), users::version.eq(users::version + 1)))
            .execute(c)))?;
    }
    if !moved.offices.is_empty() {
        let wholes: Vec<UnitId> = offices_in(tx.conn(), &moved.offices)?.into_iter().map(|(unit, _)| unit).collect();
        on!(tx.conn(), |c| among!(units::id, &wholes, |within| diesel::update(units::table.filter(within))
            .set(units::version.eq(units::version + 1))
            .execute(c)))?;
        on!(tx.conn(), |c| among!(unit_officers::id, &moved.offices, |within| diesel::update(unit_officers::table.filter(within))
            .set(unit_officers::person_id.eq(Sql(to)))
            .execute(c)))?;
    }
    if !moved.memberships.is_empty() {
        let wholes = households_in(tx.conn(), &moved.memberships)?;
        on!(tx.conn(), |c| among!(households::id, &wholes, |within| diesel::update(households::table.filter(within))
            .set(households::version.eq(households::version + 1))
            .execute(c)))?;
        on!(tx.conn(), |c| among!(household_members::id, &moved.memberships, |within| diesel::update(
            household_members::table.filter(within)
        )
        .set(household_members::person_id.eq(Sql(to)))
        .execute(c)))?;
    }
    for system in moved.external_ids.keys() {
        on!(tx.conn(), |c| diesel::update(
            known::table
                .filter(known::kind.eq(Sql(Kind::Person)))
                .filter(known::subject_id.eq(Sql(of.any())))
                .filter(known::system.eq(system))
        )
        .set(known::subject_id.eq(Sql(to.any())))
        .execute(c))?;
    }
    Ok(())
}

/// Whose officer an account's person is decides what the account may do.
fn rights_changed(tx: &mut Tx<'_>, row: &MergeRow) -> Result<()> {
    offices_changed(tx, row.from_id)?;
    offices_changed(tx, row.into_id)
}

/// Keeps a merge and moves what it moves; the caller saves both records.
///
/// # Errors
/// Whatever the database says.
pub fn merge_over(tx: &mut Tx<'_>, row: &MergeRow, moved: &Moved) -> Result<()> {
    put(tx, moved, row.from_id, row.into_id)?;
    rights_changed(tx, row)?;
    on!(tx.conn(), |c| diesel::insert_into(person_merges::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Moves back what a merge had moved; the caller saves both records.
///
/// # Errors
/// Whatever the database says.
pub fn merge_back(tx: &mut Tx<'_>, row: &mut MergeRow, by: UserId) -> Result<()> {
    put(tx, &row.moved()?, row.into_id, row.from_id)?;
    rights_changed(tx, row)?;
    row.undone_by = Some(by);
    row.undone_at = Some(tx.now());
    on!(tx.conn(), |c| diesel::update(person_merges::table.find(Sql(row.id)))
        .set((person_merges::undone_by.eq(SqlOpt(row.undone_by)), person_merges::undone_at.eq(SqlOpt(row.undone_at))))
        .execute(c))?;
    Ok(())
}

/// The merges that a record took part in, on either side, the latest first.
///
/// # Errors
/// Whatever the database says.
pub fn merges_of(conn: &mut Conn, person: PersonId) -> Result<Vec<MergeRow>> {
    Ok(on!(conn, |c| person_merges::table
        .filter(person_merges::from_id.eq(Sql(person)).or(person_merges::into_id.eq(Sql(person))))
        .order((person_merges::merged_at.desc(), person_merges::id.desc()))
        .load(c))?)
}

/// One of them.
///
/// # Errors
/// Whatever the database says.
pub fn merge_of(conn: &mut Conn, person: PersonId, id: PersonMergeId) -> Result<Option<MergeRow>> {
    Ok(merges_of(conn, person)?.into_iter().find(|row| row.id == id))
}

/// What undoing a merge would do to rights: accounts of both records, and units whose officer either is.
///
/// # Errors
/// Whatever the database says.
pub fn outlook_back(conn: &mut Conn, row: &MergeRow) -> Result<Outlook> {
    let mut outlook = Outlook::default();
    for person in [row.from_id, row.into_id] {
        outlook.accounts.extend(accounts_of(conn, person)?);
        outlook.empowered.extend(offices(conn, person)?.into_iter().map(|(_, (unit, ..))| unit));
    }
    if outlook.accounts.is_empty() {
        outlook.empowered.clear();
    }
    Ok(outlook)
}

/// What decides whether a merge can be undone: a fixed number of queries.
///
/// # Errors
/// Whatever the database says.
pub fn undo_facts(conn: &mut Conn, row: &MergeRow) -> Result<UndoFacts> {
    let into = row.into_id;
    let merged_on: Option<Option<PersonId>> =
        on!(conn, |c| people::table.find(Sql(into)).select(people::merged_into_id).first(c).optional())?;
    let mut facts = UndoFacts { undone: row.undone_at.is_some(), merged_on: merged_on.flatten(), gone: Vec::new() };
    let moved = row.moved()?;
    macro_rules! in_place {
        ($list:expr, $table:ident, $vi:literal, $en:literal) => {
            if !$list.is_empty() {
                let there: i64 = on!(conn, |c| among!($table::id, &$list, |within| $table::table
                    .filter(within)
                    .filter($table::person_id.eq(Sql(into)))
                    .count()
                    .get_result(c)))?;
                if usize::try_from(there) != Ok($list.len()) {
                    facts.gone.push(Bilingual { vi: $vi, en: $en });
                }
            }
        };
    }
    in_place!(moved.employments, employments, "nơi công tác", "employments");
    in_place!(moved.papers, identity_papers, "giấy tờ tùy thân", "identity papers");
    in_place!(moved.accounts, users, "tài khoản", "accounts");
    in_place!(moved.offices, unit_officers, "cán bộ thi đua của đơn vị", "offices as emulation officer");
    in_place!(moved.memberships, household_members, "hộ gia đình", "places in households");
    let names = external_ids::of(conn, Kind::Person, into.any())?;
    if !moved.external_ids.iter().all(|(system, name)| names.get(system) == Some(name)) {
        facts.gone.push(Bilingual { vi: "mã ở hệ thống khác", en: "names in other systems" });
    }
    Ok(facts)
}
