//! Sheets of units that join or leave in the course of the year: that a sheet is of a part of the year follows from the
//! places of the unit in the bloc. What follows from it for the score is for the domain.

use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::bloc_year::months_of;
use thidua_domain::event::Event;
use thidua_domain::id::UnitId;
use thidua_domain::scoresheet::SheetStatus;
use thidua_store::bloc_years::{self, BlocYearRow, MemberRow};
use thidua_store::conn::Conn;
use thidua_store::scoresheets as store;
use thidua_store::{Held, StoreError, Tx};

/// Whether a unit is a member for less than the whole year.
pub(super) fn is_part(conn: &mut Conn, year: &BlocYearRow, unit: UnitId) -> Result<bool, StoreError> {
    let members = bloc_years::members_of(conn, year.id)?;
    Ok(months(year, &members, unit) < 12)
}

/// Whole months of the year in which a unit is a member, over all its places.
pub(super) fn months(year: &BlocYearRow, members: &[MemberRow], unit: UnitId) -> u32 {
    months_of(year.year, members.iter().filter(|member| member.unit_id == unit).map(MemberRow::span))
}

/// Says on the sheet of a unit that it is of a part of the year, once its places say so. What was settled stays, and what
/// somebody said by hand is not taken back: places that were entered late make no sheet whole.
pub(crate) fn follow(tx: &mut Tx<'_>, year: &BlocYearRow, unit: UnitId) -> Result<(), StoreError> {
    let sheet = store::of_unit(tx.conn(), year.id, unit)?;
    let open = sheet.filter(|sheet| sheet.status != SheetStatus::Settled && !sheet.facts.part_of_year);
    let Some(sheet) = open else { return Ok(()) };
    if !is_part(tx.conn(), year, unit)? {
        return Ok(());
    }
    let mut held = Held { value: sheet, ties: Ties::default() };
    held.value.facts.part_of_year = true;
    super::follow(tx.conn(), &mut held.value)?;
    store::save(tx, &mut held)?;
    let told = |part: bool| serde_json::json!({ "facts": { "part_of_year": part } });
    tx.record(Event::new(Kind::Scoresheet, held.value.id.any(), Verb::Edit).values(Some(told(false)), Some(told(true))));
    Ok(())
}
