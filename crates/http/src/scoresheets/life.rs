//! The life of a score sheet: submitted, verified, appraised, settled; returned and reopened.

use thidua_domain::access::Verb;
use thidua_domain::lifecycle::Taken;
use thidua_domain::recorded::Recorded;
use thidua_domain::scoresheet::{SheetFacts, SheetLife, SheetStatus};
use thidua_domain::time::Date;
use thidua_store::conn::Conn;
use thidua_store::scoresheets::{self as store, ScoresheetRow};
use thidua_store::{Held, StoreError, Tx};

use super::view::{self, ScoresheetView};
use super::whole;
use crate::call::Eyes;
use crate::transition::{Living, mark};

impl Living for ScoresheetRow {
    type Life = SheetLife;
    type View = ScoresheetView;
    const PATH: &'static str = "/api/v1/scoresheets";

    fn status(&self) -> SheetStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn facts(&self, conn: &mut Conn, _: Date) -> Result<SheetFacts, StoreError> {
        let whole = whole::whole(conn, self)?;
        whole::facts(conn, self, &whole)
    }
    fn enter(&mut self, tx: &mut Tx<'_>, verb: Verb, taken: &Taken<SheetStatus>, recorded: Option<&Recorded>) -> Result<(), StoreError> {
        self.status = taken.to;
        if verb == Verb::Return {
            store::set_aside(tx, self.id)?;
            super::follow(tx.conn(), self)?;
        }
        mark(recorded, &mut self.origin, &mut self.recorded);
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<ScoresheetView, StoreError> {
        view::view(conn, eyes, &held.value, &held.ties)
    }
}
