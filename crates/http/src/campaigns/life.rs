//! The life of a campaign: launching, closing, cancelling, each performed or recorded.

use thidua_domain::access::Verb;
use thidua_domain::campaign::{CampaignLife, CampaignStatus};
use thidua_domain::dated::Precision;
use thidua_domain::lifecycle::Taken;
use thidua_domain::recorded::Recorded;
use thidua_domain::time::Date;
use thidua_store::campaigns::{self as store, CampaignRow};
use thidua_store::conn::Conn;
use thidua_store::{Held, StoreError, Tx};

use super::view::{CampaignView, view};
use crate::call::Eyes;
use crate::transition::{Living, mark};

/// Puts a launch into the row: the day it happened, unless one is known, and where it comes from. A day
/// that is known only to the month or year is not made up.
fn launch(tx: &Tx<'_>, row: &mut CampaignRow, taken: &Taken<CampaignStatus>, recorded: Option<&Recorded>) {
    row.status = taken.to;
    let day = match recorded {
        Some(recorded) if recorded.precision() != Precision::Day => None,
        Some(recorded) => Some(recorded.happened_on),
        None => Some(tx.today()),
    };
    row.launched_on = row.launched_on.or(day);
    mark(recorded, &mut row.origin, &mut row.recorded);
}

impl Living for CampaignRow {
    type Life = CampaignLife;
    type View = CampaignView;
    const PATH: &'static str = "/api/v1/campaigns";

    fn status(&self) -> CampaignStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn facts(&self, _: &mut Conn, _: Date) -> Result<(), StoreError> {
        Ok(())
    }
    fn enter(&mut self, tx: &mut Tx<'_>, verb: Verb, taken: &Taken<CampaignStatus>, recorded: Option<&Recorded>) -> Result<(), StoreError> {
        if verb == Verb::Launch {
            launch(tx, self, taken, recorded);
        } else {
            self.status = taken.to;
        }
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<CampaignView, StoreError> {
        view(conn, eyes, &held.value)
    }
}
