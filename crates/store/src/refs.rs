//! References as answers show them: identifier, code and name of the thing referred to; and the
//! way back from what people type: an identifier or a code.

use std::collections::HashMap;

use diesel::prelude::*;
use thidua_domain::access::Kind;
use thidua_domain::dated::Span;
use thidua_domain::id::{
    AnyId, AwardTypeId, BlocId, BlocYearId, CampaignId, CriteriaSetId, DelegationId, DocumentId, HouseholdId, Id, IndexId, MeetingId,
    PersonId, PledgeId, ScoresheetId, UnitId, UserId,
};
use thidua_domain::refusal::{Code, Refusal, word_named};
use thidua_domain::time::Date;
use thidua_domain::user::AccountKind;
use uuid::Uuid;

use crate::among::among;
use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::{
    award_types, bloc_years, blocs, campaigns, criteria_sets, delegations, documents, households, indices, meetings, people, pledges,
    scoresheets, unit_names, units, users,
};

/// What an answer shows of a thing referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref {
    /// Identifier.
    pub id: AnyId,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// References by identifier.
#[derive(Debug, Clone, Default)]
pub struct Refs(HashMap<AnyId, Ref>);

impl Refs {
    /// The reference to `id`. One that vanished is shown bare rather than hidden.
    #[must_use]
    pub fn get<T>(&self, id: Id<T>) -> Ref {
        self.0.get(&id.any()).cloned().unwrap_or_else(|| Ref { id: id.any(), code: String::new(), name: String::new() })
    }

    /// The reference, where there is an identifier at all.
    #[must_use]
    pub fn opt<T>(&self, id: Option<Id<T>>) -> Option<Ref> {
        id.map(|id| self.get(id))
    }

    /// Takes in more.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    fn of(rows: Vec<(AnyId, String, String)>) -> Self {
        Self(rows.into_iter().map(|(id, code, name)| (id, Ref { id, code, name })).collect())
    }
}

/// A unit with its present name and the one it bore on the day asked about.
type NamedUnit = (AnyId, String, String, Option<String>);

/// Units, each beside its name on a day.
macro_rules! named_units {
    ($on:expr) => {
        units::table
            .left_join(
                unit_names::table.on(unit_names::unit_id
                    .eq(units::id)
                    .and(unit_names::alias.eq(false))
                    .and(unit_names::from_on.is_null().or(unit_names::from_on.le($on)))
                    .and(unit_names::to_on.is_null().or(unit_names::to_on.ge($on)))),
            )
            .select((units::id, units::code, units::name, unit_names::name.nullable()))
    };
}

fn as_named(rows: impl IntoIterator<Item = NamedUnit>) -> Refs {
    Refs::of(rows.into_iter().map(|(id, code, name, then)| (id, code, then.unwrap_or(name))).collect())
}

/// Units with the names they bore on a day.
///
/// # Errors
/// Whatever the database says.
pub fn units(conn: &mut Conn, ids: &[UnitId], on: Date) -> Result<Refs> {
    if ids.is_empty() {
        return Ok(Refs::default());
    }
    let rows: Vec<NamedUnit> = on!(conn, |c| among!(units::id, ids, |within| named_units!(on).filter(within).load(c)))?;
    Ok(as_named(rows))
}

/// The unit that people mean by an identifier or a code, with the name it bears on a day: one query.
///
/// # Errors
/// [`Code::UnknownReference`] at `pointer`.
pub fn find_named_unit(conn: &mut Conn, pointer: &str, typed: &str, on: Date) -> Result<(UnitId, Refs)> {
    let found: Option<NamedUnit> = on!(conn, |c| match Uuid::try_parse(typed) {
        Ok(uuid) => named_units!(on).filter(units::id.eq(Sql(UnitId::new(uuid)))).first(c).optional(),
        Err(_) => named_units!(on).filter(units::code.eq(typed)).first(c).optional(),
    })?;
    let found = found.ok_or_else(|| unknown(pointer, Kind::Unit, typed))?;
    Ok((UnitId::new(found.0.uuid()), as_named([found])))
}

/// Units with all the names they bore.
#[derive(Debug, Clone, Default)]
pub struct UnitNames(HashMap<UnitId, (Ref, Vec<(Span, String)>)>);

impl UnitNames {
    /// The reference to a unit by the name it bore on a day, or by its present one where none is known.
    #[must_use]
    pub fn at(&self, id: UnitId, on: Date) -> Ref {
        let Some((now, names)) = self.0.get(&id) else { return Refs::default().get(id) };
        let then = names.iter().find(|(span, _)| span.holds(on)).map(|(_, name)| name.clone());
        Ref { name: then.unwrap_or_else(|| now.name.clone()), ..now.clone() }
    }
}

/// The names of units, for lists in which each counts on a day of its own: one query.
///
/// # Errors
/// Whatever the database says.
pub fn unit_names(conn: &mut Conn, ids: &[UnitId]) -> Result<UnitNames> {
    type Borne = (Option<Date>, Option<Date>, String);
    if ids.is_empty() {
        return Ok(UnitNames::default());
    }
    let rows: Vec<(UnitId, String, String, Option<Borne>)> = on!(conn, |c| among!(units::id, ids, |within| units::table
        .left_join(unit_names::table.on(unit_names::unit_id.eq(units::id).and(unit_names::alias.eq(false))))
        .filter(within)
        .select((units::id, units::code, units::name, (unit_names::from_on, unit_names::to_on, unit_names::name).nullable()))
        .load(c)))?;
    let mut all = UnitNames::default();
    for (id, code, name, borne) in rows {
        let (_, names) = all.0.entry(id).or_insert_with(|| (Ref { id: id.any(), code, name }, Vec::new()));
        names.extend(borne.map(|(from_on, to_on, name)| (Span { from_on, to_on }, name)));
    }
    Ok(all)
}

macro_rules! plain_refs {
    ($( $(#[$meta:meta])* $name:ident: $table:ident, $id:ty, $label:ident; )+) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        /// Whatever the database says.
        pub fn $name(conn: &mut Conn, ids: &[$id]) -> Result<Refs> {
            if ids.is_empty() {
                return Ok(Refs::default());
            }
            Ok(Refs::of(on!(conn, |c| among!($table::id, ids, |within| $table::table
                .filter(within)
                .select(($table::id, $table::code, $table::$label))
                .load(c)))?))
        }
    )+};
}

plain_refs! {
    /// Documents.
    documents: documents, DocumentId, title;
    /// Delegations, named by their code.
    delegations: delegations, DelegationId, code;
    /// Campaigns.
    campaigns: campaigns, CampaignId, title;
    /// Award types.
    award_types: award_types, AwardTypeId, name;
    /// Households.
    households: households, HouseholdId, name;
    /// People.
    people: people, PersonId, full_name;
    /// Criteria sets.
    criteria_sets: criteria_sets, CriteriaSetId, name;
    /// Indices.
    indices: indices, IndexId, name;
    /// Blocs.
    blocs: blocs, BlocId, name;
    /// Meetings.
    meetings: meetings, MeetingId, title;
    /// Pledges.
    pledges: pledges, PledgeId, title;
    /// Bloc years, named by their code.
    bloc_years: bloc_years, BlocYearId, code;
}

macro_rules! resolvers {
    ($( $(#[$meta:meta])* $name:ident: $table:ident, $id:ty, $kind:expr; )+) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        /// [`Code::UnknownReference`] at `pointer`.
        pub fn $name(conn: &mut Conn, pointer: &str, typed: &str) -> Result<$id> {
            let found: Option<$id> = on!(conn, |c| match Uuid::try_parse(typed) {
                Ok(uuid) => $table::table.filter($table::id.eq(Sql(<$id>::new(uuid)))).select($table::id).first(c).optional(),
                Err(_) => $table::table.filter($table::code.eq(typed)).select($table::id).first(c).optional(),
            })?;
            Ok(found.ok_or_else(|| unknown(pointer, $kind, typed))?)
        }
    )+};
}

/// What is told of a thing that is not there.
pub(crate) fn unknown(pointer: &str, kind: Kind, typed: &str) -> Refusal {
    Refusal::at(pointer, Code::UnknownReference).with("what", word_named(kind)).with("value", typed)
}

resolvers! {
    /// The unit that people mean by an identifier or a code.
    find_unit: units, UnitId, Kind::Unit;
    /// The document.
    find_document: documents, DocumentId, Kind::Document;
    /// The campaign.
    find_campaign: campaigns, CampaignId, Kind::Campaign;
    /// The record of a person, though it may have been merged into another.
    find_person_record: people, PersonId, Kind::Person;
    /// The bloc.
    find_bloc: blocs, BlocId, Kind::Bloc;
    /// The bloc year.
    find_bloc_year: bloc_years, BlocYearId, Kind::BlocYear;
    /// The meeting.
    find_meeting: meetings, MeetingId, Kind::Meeting;
    /// The pledge.
    find_pledge: pledges, PledgeId, Kind::Pledge;
    /// The index.
    find_index: indices, IndexId, Kind::Index;
    /// The criteria set.
    find_criteria_set: criteria_sets, CriteriaSetId, Kind::CriteriaSet;
    /// The score sheet.
    find_scoresheet: scoresheets, ScoresheetId, Kind::Scoresheet;
    /// The household.
    find_household: households, HouseholdId, Kind::Household;
    /// The award type.
    find_award_type: award_types, AwardTypeId, Kind::AwardType;
}

/// The person that people mean: a record that was merged into another means that other one.
///
/// # Errors
/// [`Code::UnknownReference`] at `pointer`.
pub fn find_person(conn: &mut Conn, pointer: &str, typed: &str) -> Result<PersonId> {
    let found = find_person_record(conn, pointer, typed)?;
    crate::people::living(conn, found)
}

/// Accounts, with their user names as codes.
///
/// # Errors
/// Whatever the database says.
pub fn users(conn: &mut Conn, ids: &[UserId]) -> Result<Refs> {
    if ids.is_empty() {
        return Ok(Refs::default());
    }
    Ok(Refs::of(on!(conn, |c| among!(users::id, ids, |within| users::table
        .filter(within)
        .select((users::id, users::username, users::display_name))
        .load(c)))?))
}

/// The account of a person that people mean by an identifier or a user name; programs are none.
///
/// # Errors
/// [`Code::UnknownReference`] at `pointer`.
pub fn find_user(conn: &mut Conn, pointer: &str, typed: &str) -> Result<UserId> {
    let found: Option<UserId> = on!(conn, |c| {
        let people = users::table.filter(users::kind.eq(Sql(AccountKind::Person))).select(users::id);
        match Uuid::try_parse(typed) {
            Ok(uuid) => people.filter(users::id.eq(Sql(UserId::new(uuid)))).first(c).optional(),
            Err(_) => people.filter(users::username.eq(typed)).first(c).optional(),
        }
    })?;
    Ok(found.ok_or_else(|| unknown(pointer, Kind::User, typed))?)
}

/// Whether something was found, by any of the functions above.
///
/// # Errors
/// Whatever the database says.
pub fn is_known<T>(found: Result<T>) -> Result<bool> {
    match found {
        Ok(_) => Ok(true),
        Err(StoreError::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The same for a reference that may be absent.
///
/// # Errors
/// [`Code::UnknownReference`] at `pointer`.
pub fn optional<T>(conn: &mut Conn, find: fn(&mut Conn, &str, &str) -> Result<T>, pointer: &str, typed: Option<&str>) -> Result<Option<T>> {
    typed.map(|typed| find(conn, pointer, typed)).transpose()
}
