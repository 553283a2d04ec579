//! One dated part of a unit, whichever of the four kinds it is: found, ended, taken away.

use diesel::prelude::*;
use thidua_domain::dated::Span;
use thidua_domain::id::{UnitId, UnitPartId};
use thidua_domain::time::Date;
use thidua_domain::unit::without_name;

use super::parts::{CodeRow, NameRow, OfficerRow, RelationRow, names_of};
use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::{unit_codes, unit_names, unit_officers, unit_relations};
use crate::unit_of_work::Tx;
use crate::users::offices_changed;

macro_rules! kinds {
    ($( $(#[$meta:meta])* $kind:ident($row:ty) in $table:ident; )+) => {
        /// A dated part of a unit.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Part {
            $( $(#[$meta])* $kind($row), )+
        }

        impl Part {
            /// Its identifier.
            #[must_use]
            pub const fn id(&self) -> UnitPartId {
                match self { $( Self::$kind(row) => row.id, )+ }
            }

            /// The time it covers.
            #[must_use]
            pub const fn span(&self) -> Span {
                match self { $( Self::$kind(row) => Span { from_on: row.from_on, to_on: row.to_on }, )+ }
            }
        }

        /// The part of a unit with this identifier.
        ///
        /// # Errors
        /// Whatever the database says.
        pub fn part(conn: &mut Conn, unit: UnitId, id: UnitPartId) -> Result<Option<Part>> {
            $(
                let found: Option<$row> =
                    on!(conn, |c| $table::table.find(Sql(id)).filter($table::unit_id.eq(Sql(unit))).first(c).optional())?;
                if let Some(row) = found {
                    return Ok(Some(Part::$kind(row)));
                }
            )+
            Ok(None)
        }

        fn set_end(tx: &mut Tx<'_>, part: &Part, to_on: Option<Date>) -> Result<()> {
            let id = part.id();
            match part {
                $( Part::$kind(_) => on!(tx.conn(), |c| {
                    diesel::update($table::table.find(Sql(id))).set($table::to_on.eq(to_on)).execute(c)
                }), )+
            }
            .map_err(StoreError::from)?;
            Ok(())
        }

        /// Takes a part away that was entered by mistake. For a name there is [`remove_name`].
        ///
        /// # Errors
        /// Whatever the database says.
        pub fn remove_part(tx: &mut Tx<'_>, part: &Part) -> Result<()> {
            let id = part.id();
            match part {
                $( Part::$kind(_) => on!(tx.conn(), |c| diesel::delete($table::table.find(Sql(id))).execute(c)), )+
            }
            .map_err(StoreError::from)?;
            rights_changed(tx, part)
        }
    };
}

kinds! {
    /// A name.
    Name(NameRow) in unit_names;
    /// A code.
    Code(CodeRow) in unit_codes;
    /// A relation to a unit above.
    Relation(RelationRow) in unit_relations;
    /// An emulation officer.
    Officer(OfficerRow) in unit_officers;
}

/// Ends a part on a day.
///
/// # Errors
/// [`Code::AlreadyEnded`](thidua_domain::refusal::Code::AlreadyEnded),
/// [`Code::EndsBeforeStart`](thidua_domain::refusal::Code::EndsBeforeStart).
pub fn end_part(tx: &mut Tx<'_>, part: &Part, to_on: Date) -> Result<()> {
    let span = part.span().ended(to_on)?;
    set_end(tx, part, span.to_on)?;
    rights_changed(tx, part)
}

/// Whose officer somebody is decides what they may do.
fn rights_changed(tx: &mut Tx<'_>, part: &Part) -> Result<()> {
    match part {
        Part::Officer(row) => offices_changed(tx, row.person_id),
        Part::Name(_) | Part::Code(_) | Part::Relation(_) => Ok(()),
    }
}

/// Takes a name away that was entered by mistake; the official name that goes on in its time, as it is
/// now, if there is one.
///
/// # Errors
/// [`Code::LastName`](thidua_domain::refusal::Code::LastName).
pub fn remove_name(tx: &mut Tx<'_>, name: &NameRow) -> Result<Option<NameRow>> {
    let removed = Part::Name(name.clone());
    if name.alias {
        return remove_part(tx, &removed).map(|()| None);
    }
    let others: Vec<NameRow> = names_of(tx.conn(), name.unit_id)?.into_iter().filter(|other| !other.alias && other.id != name.id).collect();
    let spans: Vec<Span> = others.iter().map(|other| Span { from_on: other.from_on, to_on: other.to_on }).collect();
    let goes_on = without_name(&name.name, removed.span(), &spans)?;
    remove_part(tx, &removed)?;
    let Some((before, span)) = goes_on.and_then(|(place, span)| others.into_iter().nth(place).map(|name| (name, span))) else {
        return Ok(None);
    };
    set_end(tx, &Part::Name(before.clone()), span.to_on)?;
    Ok(Some(NameRow { to_on: span.to_on, ..before }))
}
