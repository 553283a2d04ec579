//! The life of a campaign: launching, closing, cancelling, each performed or recorded.

use thidua_domain::access::Verb;
use thidua_domain::campaign::{CampaignLife, CampaignStatus};
use thidua_domain::event::Event;
use thidua_domain::lifecycle::{self, Ask, Taken};
use thidua_domain::recorded::Recorded;
use thidua_domain::time::Date;
use thidua_store::campaigns::{self as store, CampaignRow};
use thidua_store::conn::Conn;
use thidua_store::{Held, StoreError, Tx};

use super::view::{CampaignView, view};
use crate::call::Eyes;
use crate::transition::{Living, mark, moved};

/// Puts a launch into the row: the day it happened, unless one is known, and where it comes from.
fn launch(tx: &Tx<'_>, row: &mut CampaignRow, taken: &Taken<CampaignStatus>, recorded: Option<&Recorded>) {
    row.status = taken.to;
    row.launched_on = row.launched_on.or_else(|| Some(recorded.map_or_else(|| tx.today(), |recorded| recorded.happened_on)));
    mark(recorded, &mut row.origin, &mut row.recorded);
}

/// A campaign that was launched elsewhere before it was drafted here; gives the event of its launch.
pub(super) fn launch_recorded(tx: &Tx<'_>, row: &mut CampaignRow, recorded: &Recorded) -> Result<Event, StoreError> {
    recorded.check(tx.today())?;
    let ask = Ask { recorded: true, ..Ask::default() };
    let taken = lifecycle::take::<CampaignLife>(row.status, &row.code, Verb::Launch, &(), ask, tx.lang())?;
    launch(tx, row, &taken, Some(recorded));
    Ok(moved::<CampaignRow>(row.id, Verb::Launch, &taken).recorded(Some(recorded.clone())).despite(taken.warnings))
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
