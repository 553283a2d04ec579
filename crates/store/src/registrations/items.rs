//! What stands in a registration, in order.

use diesel::prelude::*;
use thidua_domain::id::{AnyId, AwardTypeId, HouseholdId, PersonId, RegistrationId, RegistrationItemId, UnitId};
use thidua_domain::registration::RegistrationSubject;

use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::registration_items;
use crate::unit_of_work::Tx;

/// One thing aimed for. Of the three subjects there is the one that the kind names.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = registration_items, treat_none_as_default_value = false)]
pub struct ItemRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<RegistrationItemId>)]
    pub id: RegistrationItemId,
    /// In which registration.
    #[diesel(serialize_as = Sql<RegistrationId>)]
    pub registration_id: RegistrationId,
    /// Order.
    pub ordinal: i32,
    /// What is aimed for.
    #[diesel(serialize_as = Sql<AwardTypeId>)]
    pub award_type_id: AwardTypeId,
    /// For what sort of subject.
    #[diesel(serialize_as = Sql<RegistrationSubject>)]
    pub subject_kind: RegistrationSubject,
    /// The unit.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub unit_id: Option<UnitId>,
    /// The person.
    #[diesel(serialize_as = SqlOpt<PersonId>)]
    pub person_id: Option<PersonId>,
    /// The household.
    #[diesel(serialize_as = SqlOpt<HouseholdId>)]
    pub household_id: Option<HouseholdId>,
    /// Remark.
    pub note: Option<String>,
}

impl ItemRow {
    /// For whom, whatever it is.
    #[must_use]
    pub fn subject(&self) -> Option<AnyId> {
        self.unit_id.map(|id| id.any()).or(self.person_id.map(|id| id.any())).or(self.household_id.map(|id| id.any()))
    }

    /// An item for a subject of a kind.
    #[must_use]
    pub fn of(
        (id, registration_id, ordinal): (RegistrationItemId, RegistrationId, i32),
        award_type_id: AwardTypeId,
        (subject_kind, subject): (RegistrationSubject, AnyId),
        note: Option<String>,
    ) -> Self {
        let only = |kind: RegistrationSubject| (kind == subject_kind).then(|| subject.uuid());
        Self {
            id,
            registration_id,
            ordinal,
            award_type_id,
            subject_kind,
            unit_id: only(RegistrationSubject::Unit).map(UnitId::new),
            person_id: only(RegistrationSubject::Person).map(PersonId::new),
            household_id: only(RegistrationSubject::Household).map(HouseholdId::new),
            note,
        }
    }
}

/// What stands in a registration, in order.
///
/// # Errors
/// Whatever the database says.
pub fn items_of(conn: &mut Conn, registration: RegistrationId) -> Result<Vec<ItemRow>> {
    Ok(on!(conn, |c| registration_items::table
        .filter(registration_items::registration_id.eq(Sql(registration)))
        .order((registration_items::ordinal.asc(), registration_items::id.asc()))
        .load(c))?)
}

/// Rows that are written by one statement: SQLite counts its parameters.
const CHUNK: usize = 500;

/// Replaces what stands in a registration.
///
/// # Errors
/// Whatever the database says.
pub fn replace_items(tx: &mut Tx<'_>, registration: RegistrationId, rows: &[ItemRow]) -> Result<()> {
    on!(tx.conn(), |c| diesel::delete(registration_items::table.filter(registration_items::registration_id.eq(Sql(registration))))
        .execute(c))
    .map_err(StoreError::from)?;
    for chunk in rows.chunks(CHUNK) {
        on!(tx.conn(), |c| diesel::insert_into(registration_items::table).values(chunk.to_vec()).execute(c)).map_err(StoreError::from)?;
    }
    Ok(())
}
