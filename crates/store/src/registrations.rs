//! Registrations as kept. What stands in them, how what people type is found, and what they add up to have files of their
//! own.

mod consolidation;
mod items;
mod named;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal, Relation};
use thidua_domain::id::{AwardTypeId, BlocYearId, Id, PersonId, Registration, RegistrationId, UnitId};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::registration::RegistrationStatus;
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{registration_items, registrations};
use crate::unit_of_work::{Held, Resource, Tx};

pub use consolidation::{Aims, Asked, Count, Standing, Whose, aims, count, standings, unregistered};
pub use items::{ItemRow, items_of, replace_items};
pub use named::{Typed, entries};

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = registrations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct RegistrationRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<RegistrationId>)]
    pub id: RegistrationId,
    /// Code.
    pub code: String,
    /// Whose.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub unit_id: UnitId,
    /// For which year.
    pub year: i32,
    /// In which bloc year it takes part.
    #[diesel(serialize_as = SqlOpt<BlocYearId>)]
    pub bloc_year_id: Option<BlocYearId>,
    /// Search key.
    pub folded: String,
    /// Day until which it is to be submitted.
    pub register_by: Option<Date>,
    /// Day of the first submission.
    pub submitted_on: Option<Date>,
    /// What is registered, counted.
    pub item_count: i32,
    /// Remark.
    pub note: Option<String>,
    /// Where it stands.
    #[diesel(serialize_as = Sql<RegistrationStatus>)]
    pub status: RegistrationStatus,
    /// Performed here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// Facts where it was recorded.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
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

impl RegistrationRow {
    /// Makes the search key out of the code and the name of the unit.
    pub fn find_by(&mut self, unit: &str) {
        self.folded = text::fold(&format!("{} {unit}", self.code));
    }
}

impl Resource for RegistrationRow {
    type Marker = Registration;
    const KIND: Kind = Kind::Registration;
    fn load(conn: &mut Conn, id: RegistrationId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| registrations::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Registration> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn taken(row: &RegistrationRow) -> Refusal {
    Refusal::at("/code", Code::CodeTaken).with("code", &row.code)
}

/// Keeps a new registration. There is one for a unit and a year, those left aside that were withdrawn.
///
/// # Errors
/// [`Code::RegistrationTaken`], [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &RegistrationRow, unit: &str) -> Result<()> {
    let (whose, year) = (row.unit_id, row.year);
    let there: Option<String> = on!(tx.conn(), |c| registrations::table
        .filter(registrations::unit_id.eq(Sql(whose)))
        .filter(registrations::year.eq(year))
        .filter(registrations::status.ne(Sql(RegistrationStatus::Withdrawn)))
        .select(registrations::code)
        .first(c)
        .optional())?;
    if let Some(code) = there {
        return Err(Refusal::at("/year", Code::RegistrationTaken).with("unit", unit).with("year", year).with("code", code).into());
    }
    on!(tx.conn(), |c| diesel::insert_into(registrations::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| taken(row)))?;
    Ok(())
}

/// The earliest day until which a registration of a unit was to be submitted that was withdrawn in a year.
///
/// # Errors
/// Whatever the database says.
pub fn day_of_withdrawn(conn: &mut Conn, unit: UnitId, year: i32) -> Result<Option<Date>> {
    Ok(on!(conn, |c| registrations::table
        .filter(registrations::unit_id.eq(Sql(unit)))
        .filter(registrations::year.eq(year))
        .filter(registrations::status.eq(Sql(RegistrationStatus::Withdrawn)))
        .select(diesel::dsl::min(registrations::register_by))
        .first(c))?)
}

/// Keeps a changed registration under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<RegistrationRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(registrations::table, registrations::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| taken(&row)))?;
    Ok(())
}

/// The condition that a registration is late today: what `thidua_domain::registration::is_late` says, for lists.
macro_rules! late {
    ($today:expr) => {
        registrations::status.ne(Sql(RegistrationStatus::Withdrawn)).and(registrations::register_by.is_not_null()).and(
            registrations::submitted_on
                .is_not_null()
                .and(registrations::submitted_on.gt(registrations::register_by))
                .or(registrations::submitted_on.is_null().and(registrations::register_by.lt($today))),
        )
    };
}
pub(crate) use late;

/// What registrations are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this unit.
    pub unit: Option<UnitId>,
    /// Only of this unit and those below it.
    pub under: Option<UnitId>,
    /// Only of this year.
    pub year: Option<i32>,
    /// Only in this bloc year.
    pub bloc_year: Option<BlocYearId>,
    /// Only in this state.
    pub status: Option<RegistrationStatus>,
    /// Only those in which this is aimed for.
    pub award_type: Option<AwardTypeId>,
    /// Only those in which something is registered for this person.
    pub person: Option<PersonId>,
    /// Only late ones, or only those that are not.
    pub late: Option<bool>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of registrations by year.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<RegistrationRow>> {
    let scope = Scoped::of(who, Kind::Registration, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = registrations::table.filter(scope.clone()).into_boxed();
            if let Some(unit) = filter.unit {
                query = query.filter(registrations::unit_id.eq(Sql(unit)));
            }
            if let Some(unit) = filter.under {
                query = query.filter(Scoped::below(Kind::Registration, Relation::Owner, unit, today));
            }
            if let Some(year) = filter.year {
                query = query.filter(registrations::year.eq(year));
            }
            if let Some(year) = filter.bloc_year {
                query = query.filter(registrations::bloc_year_id.eq(Sql(year)));
            }
            if let Some(status) = filter.status {
                query = query.filter(registrations::status.eq(Sql(status)));
            }
            if let Some(award) = filter.award_type {
                let with = registration_items::table.filter(registration_items::award_type_id.eq(Sql(award)));
                query = query.filter(registrations::id.eq_any(with.select(registration_items::registration_id)));
            }
            if let Some(person) = filter.person {
                let with = registration_items::table.filter(registration_items::person_id.eq(Sql(person)));
                query = query.filter(registrations::id.eq_any(with.select(registration_items::registration_id)));
            }
            match filter.late {
                Some(true) => query = query.filter(late!(today)),
                Some(false) => query = query.filter(diesel::dsl::not(late!(today))),
                None => {}
            }
            if let Some(code) = &filter.code {
                query = query.filter(registrations::code.eq(code.clone()));
            }
            called!(query, filter.external, Kind::Registration, registrations::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(registrations::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Int(registrations::year), registrations::id);
        (query.load::<RegistrationRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
