//! The life of a criteria set: published, and what it amends with it; withdrawn.

use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::bloc_year::takes_criteria;
use thidua_domain::criteria_set::{CriteriaSetFacts, CriteriaSetLife, CriteriaSetStatus};
use thidua_domain::event::Event;
use thidua_domain::id::CriteriaSetId;
use thidua_domain::lifecycle::Taken;
use thidua_domain::recorded::Recorded;
use thidua_domain::refusal::DomainError;
use thidua_domain::time::Date;
use thidua_domain::vocabulary::Word;
use thidua_store::bloc_years;
use thidua_store::conn::Conn;
use thidua_store::criteria_sets::{self as store, CriteriaSetRow};
use thidua_store::{Held, Resource, StoreError, Tx, rankings};

use super::applications::apply;
use super::view::{self, CriteriaSetView};
use crate::call::Eyes;
use crate::transition::{Living, mark};

/// What is amended gives way: it is replaced, and the years that were scored on it are scored on its amendment.
fn replace(tx: &mut Tx<'_>, amended: CriteriaSetId, by: CriteriaSetId) -> Result<(), StoreError> {
    let before = CriteriaSetRow::load(tx.conn(), amended)?.ok_or(StoreError::NotFound)?;
    let from = before.status;
    let mut held = Held { value: before, ties: Ties::default() };
    held.value.status = CriteriaSetStatus::Replaced;
    store::save(tx, &mut held)?;
    tx.record(Event::new(Kind::CriteriaSet, amended.any(), Verb::Replace).moved(from.as_str(), CriteriaSetStatus::Replaced.as_str()));
    // Years that are over, or whose ranking the council has decided, stay on the edition they were scored on.
    for year in bloc_years::scored_on(tx.conn(), amended)?.into_iter().filter(|year| takes_criteria(year.status)) {
        if rankings::is_decided(tx.conn(), year.id)? {
            continue;
        }
        apply(tx, &mut Held { value: year, ties: Ties::default() }, by)?;
    }
    Ok(())
}

impl Living for CriteriaSetRow {
    type Life = CriteriaSetLife;
    type View = CriteriaSetView;
    const PATH: &'static str = "/api/v1/criteria-sets";

    fn status(&self) -> CriteriaSetStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    /// Faults are told one by one, with the item of each; that there are some is told by a guard to who only looks.
    fn admit(&self, tx: &mut Tx<'_>, verb: Verb) -> Result<(), StoreError> {
        if verb != Verb::Publish {
            return Ok(());
        }
        let own = store::content(tx.conn(), self.id)?;
        let wrong = view::wrong(tx.conn(), self, &own)?;
        if wrong.is_empty() { Ok(()) } else { Err(DomainError(wrong).into()) }
    }
    fn facts(&self, conn: &mut Conn, _: Date) -> Result<CriteriaSetFacts, StoreError> {
        let own = store::content(conn, self.id)?;
        let wrong = view::wrong(conn, self, &own)?;
        view::facts(conn, self, &wrong)
    }
    fn enter(
        &mut self,
        tx: &mut Tx<'_>,
        verb: Verb,
        taken: &Taken<CriteriaSetStatus>,
        recorded: Option<&Recorded>,
    ) -> Result<(), StoreError> {
        self.status = taken.to;
        if verb == Verb::Publish {
            mark(recorded, &mut self.origin, &mut self.recorded);
            if let Some(amended) = self.amends_id {
                super::require_amendable(tx, amended)?;
                replace(tx, amended, self.id)?;
            }
        }
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<CriteriaSetView, StoreError> {
        view::view(conn, eyes, &held.value, &held.ties)
    }
}
