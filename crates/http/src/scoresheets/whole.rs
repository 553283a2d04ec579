//! A sheet with everything it is worked out from, and what it comes to.

use std::sync::Arc;

use thidua_domain::criteria_set::Compiled;
use thidua_domain::ranking::Standing;
use thidua_domain::scoresheet::{Entry, Layer, Score, ScoreReport, SheetFacts, TallyState, report, score};
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::conn::Conn;
use thidua_store::scoresheets::{self as store, EntryRow, ScoresheetRow};
use thidua_store::{Resource, StoreError, appeals, rankings};

use super::criteria::criteria;

/// A sheet with everything it is worked out from.
pub(super) struct Whole {
    pub(super) year: BlocYearRow,
    pub(super) set: Arc<Compiled>,
    pub(super) rows: Vec<EntryRow>,
    pub(super) entries: Vec<Entry>,
    pub(super) score: Score,
    /// What it comes to: what was scored, or, where nothing was entered, what paper says.
    pub(super) standing: Standing,
}

/// Reads everything a sheet is worked out from, and works it out.
pub(super) fn whole(conn: &mut Conn, row: &ScoresheetRow) -> Result<Whole, StoreError> {
    let year = BlocYearRow::load(conn, row.bloc_year_id)?.ok_or(StoreError::NotFound)?;
    let set = criteria(conn, &year)?;
    let rows = store::entries_of_all(conn, &[row.id])?;
    let entries = store::counted(&rows);
    let score = score(&set, &entries, &row.facts, Layer::Final)?;
    let standing = standing_of(&set, row, &entries, &score);
    Ok(Whole { year, set, rows, entries, score, standing })
}

impl Whole {
    /// Whether all that is known of the sheet is on paper: its total, or its rank.
    pub(super) fn is_paper(&self, row: &ScoresheetRow) -> bool {
        self.entries.is_empty() && row.on_paper().is_some()
    }

    /// The score with its codes and names.
    pub(super) fn report(&self, row: &ScoresheetRow) -> ScoreReport {
        let report = report(&self.set, &self.score);
        if self.is_paper(row) { report.on_paper(&self.standing) } else { report }
    }
}

/// What a sheet comes to by a score of what counts of its entries.
pub(super) fn standing_of(set: &Compiled, row: &ScoresheetRow, entries: &[Entry], score: &Score) -> Standing {
    Standing::of(set, score, row.on_paper().filter(|_| entries.is_empty()))
}

/// What a sheet comes to by what counts of its entries, at its highest layer.
pub(super) fn standing(set: &Compiled, row: &ScoresheetRow, entries: &[Entry]) -> Result<Standing, StoreError> {
    Ok(standing_of(set, row, entries, &score(set, entries, &row.facts, Layer::Final)?))
}

/// What the guards look at.
pub(super) fn facts(conn: &mut Conn, row: &ScoresheetRow, whole: &Whole) -> Result<SheetFacts, StoreError> {
    let count = |state| whole.score.tallies.iter().filter(|tally| tally.state == state).count();
    Ok(SheetFacts {
        missing: count(TallyState::Missing),
        provisional: count(TallyState::Provisional),
        recorded_only: whole.is_paper(row),
        open_appeals: appeals::open_of(conn, row.id)?,
        decided: rankings::is_decided(conn, row.bloc_year_id)?,
        year: whole.year.status,
    })
}
