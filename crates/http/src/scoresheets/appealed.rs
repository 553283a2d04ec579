//! What of a score sheet an appeal looks at: its year, its criteria, and what an item or the whole comes to.

use thidua_domain::bloc_year::BlocYearStatus;
use thidua_domain::criteria_set::Compiled;
use thidua_domain::id::UnitId;
use thidua_domain::points::Points;
use thidua_store::conn::Conn;
use thidua_store::scoresheets::ScoresheetRow;
use thidua_store::{StoreError, Tx};

use super::whole::{Whole, whole};

/// A sheet as an appeal looks at it.
pub(crate) struct Appealed {
    whole: Whole,
}

impl Appealed {
    pub(crate) fn read(conn: &mut Conn, sheet: &ScoresheetRow) -> Result<Self, StoreError> {
        Ok(Self { whole: whole(conn, sheet)? })
    }

    /// Where its bloc year stands.
    pub(crate) const fn year(&self) -> BlocYearStatus {
        self.whole.year.status
    }

    /// The criteria.
    pub(crate) fn set(&self) -> &Compiled {
        &self.whole.set
    }

    /// What an item comes to, or the sheet as a whole; nothing for an item that an amendment dropped.
    pub(crate) fn points(&self, item: Option<&str>) -> Option<Points> {
        match item {
            None => Some(self.whole.standing.total),
            Some(code) => self.whole.set.place(code).and_then(|place| self.whole.score.tallies.get(place)).map(|tally| tally.points),
        }
    }

    /// A unit that may appeal: the one that is scored, or another member of its bloc year.
    pub(crate) fn appellant(&self, tx: &mut Tx<'_>, sheet: &ScoresheetRow, typed: Option<&str>) -> Result<UnitId, StoreError> {
        typed.map_or(Ok(sheet.unit_id), |typed| super::member(tx, &self.whole.year, "/by", typed))
    }
}
