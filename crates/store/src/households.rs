//! Households as kept, with who lives in them.

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::dated::Span;
use thidua_domain::household::{Bond, Place, check_place};
use thidua_domain::id::{Household, HouseholdId, HouseholdMemberId, Id, PersonId, UnitId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::Sql;
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::people::merged_among;
use crate::prepared::Whole;
use crate::schema::{household_members, households};
use crate::unit_of_work::{Held, Resource, Tx};

/// A household.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = households, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct HouseholdRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<HouseholdId>)]
    pub id: HouseholdId,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Search key.
    pub folded: String,
    /// Order key.
    pub collation_key: String,
    /// Where it lives; that unit keeps the record.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// Address within it.
    pub address: Option<String>,
    /// Remark.
    pub note: Option<String>,
    /// Made up for a demonstration or test.
    pub fictional: bool,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
}

impl HouseholdRow {
    /// Gives the household a name and a code, with the keys that follow from them.
    pub fn rename(&mut self, name: &str, code: &str) {
        name.clone_into(&mut self.name);
        code.clone_into(&mut self.code);
        self.folded = text::fold(&format!("{name} {code}"));
        self.collation_key = text::collation_key(name);
    }
}

/// A person's place in a household.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = household_members, treat_none_as_default_value = false)]
pub struct MemberRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<HouseholdMemberId>)]
    pub id: HouseholdMemberId,
    /// In which household.
    #[diesel(serialize_as = Sql<HouseholdId>)]
    pub household_id: HouseholdId,
    /// Who.
    #[diesel(serialize_as = Sql<PersonId>)]
    pub person_id: PersonId,
    /// How they belong to it.
    #[diesel(serialize_as = Sql<Bond>)]
    pub bond: Bond,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
}

impl MemberRow {
    /// The time it covers.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span { from_on: self.from_on, to_on: self.to_on }
    }

    const fn place(&self) -> Place {
        Place { bond: self.bond, span: self.span() }
    }
}

impl Resource for HouseholdRow {
    type Marker = Household;
    const KIND: Kind = Kind::Household;
    fn load(conn: &mut Conn, id: HouseholdId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| households::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Household> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn taken(row: &HouseholdRow) -> Refusal {
    Refusal::at("/code", Code::CodeTaken).with("code", &row.code)
}

/// Keeps a new household.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &HouseholdRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(households::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| taken(row)))?;
    Ok(())
}

/// Keeps a changed household under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<HouseholdRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(households::table, households::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| taken(&row)))?;
    Ok(())
}

/// Who lives and lived in several households, the head first, then in order of time: one query.
///
/// # Errors
/// Whatever the database says.
pub fn members_of_all(conn: &mut Conn, of: &[HouseholdId]) -> Result<Vec<MemberRow>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<MemberRow> =
        on!(conn, |c| among!(household_members::household_id, of, |within| household_members::table.filter(within).load(c)))?;
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let merged = merged_among(conn, &people)?;
    rows.retain(|row| !merged.contains(&row.person_id));
    rows.sort_by_key(|row| (row.bond, row.from_on, row.id));
    Ok(rows)
}

fn places_of(conn: &mut Conn, person: PersonId) -> Result<Vec<Place>> {
    let rows: Vec<MemberRow> = on!(conn, |c| household_members::table.filter(household_members::person_id.eq(Sql(person))).load(c))?;
    Ok(rows.iter().map(MemberRow::place).collect())
}

/// One member of a household.
///
/// # Errors
/// Whatever the database says.
pub fn member(conn: &mut Conn, household: HouseholdId, id: HouseholdMemberId) -> Result<Option<MemberRow>> {
    Ok(on!(conn, |c| household_members::table
        .find(Sql(id))
        .filter(household_members::household_id.eq(Sql(household)))
        .first(c)
        .optional())?)
}

/// Keeps another member.
///
/// # Errors
/// [`Code::HouseholdHeadTaken`], [`Code::LivesElsewhere`].
pub fn add_member(tx: &mut Tx<'_>, row: &MemberRow) -> Result<()> {
    let household: Vec<Place> = members_of_all(tx.conn(), &[row.household_id])?.iter().map(MemberRow::place).collect();
    let own = places_of(tx.conn(), row.person_id)?;
    check_place(row.place(), &household, &own)?;
    on!(tx.conn(), |c| diesel::insert_into(household_members::table).values(row.clone()).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// Ends a membership on a day.
///
/// # Errors
/// [`Code::AlreadyEnded`], [`Code::EndsBeforeStart`].
pub fn end_member(tx: &mut Tx<'_>, row: &mut MemberRow, to_on: Date) -> Result<()> {
    row.to_on = row.span().ended(to_on)?.to_on;
    on!(tx.conn(), |c| diesel::update(household_members::table.find(Sql(row.id))).set(household_members::to_on.eq(row.to_on)).execute(c))
        .map_err(StoreError::from)?;
    Ok(())
}

/// Takes a membership away that was entered by mistake.
///
/// # Errors
/// Whatever the database says.
pub fn remove_member(tx: &mut Tx<'_>, id: HouseholdMemberId) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(household_members::table.find(Sql(id))).execute(c)).map_err(StoreError::from)?;
    Ok(())
}

/// What households are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only those that live in this unit.
    pub unit: Option<UnitId>,
    /// Only those in which this person lives or lived.
    pub person: Option<PersonId>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of households by name.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<HouseholdRow>> {
    let scope = Scoped::of(who, Kind::Household, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = households::table.filter(scope.clone()).into_boxed();
            if let Some(code) = &filter.code {
                query = query.filter(households::code.eq(code.clone()));
            }
            if let Some(unit) = filter.unit {
                query = query.filter(households::unit_id.eq(Sql(unit)));
            }
            if let Some(person) = filter.person {
                query = query.filter(households::id.eq_any(
                    household_members::table.filter(household_members::person_id.eq(Sql(person))).select(household_members::household_id),
                ));
            }
            called!(query, filter.external, Kind::Household, households::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(households::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(households::collation_key), households::id);
        (query.load::<HouseholdRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
