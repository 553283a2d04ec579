//! The life of a campaign: launching, closing, cancelling, each performed or recorded.

use thidua_domain::access::{Kind, Verb};
use thidua_domain::campaign::{CampaignLife, CampaignStatus};
use thidua_domain::event::Event;
use thidua_domain::id::CampaignId;
use thidua_domain::lifecycle::{self, Ask, Life, Taken};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::vocabulary::Word;
use thidua_store::campaigns::{self as store, CampaignRow};
use thidua_store::{Root, StoreError, Tx};

use super::view::{CampaignView, view};
use crate::answer::{List, Made};
use crate::call::{Call, Ended, Json};
use crate::list::Listing;
use crate::parts::{self, HistoryFilter, HistoryView, TransitionDraft, inside, label};
use crate::problem::ApiError;

/// Puts a launch into the row: the day it happened, unless one is known, and where it comes from.
fn launch(tx: &Tx<'_>, row: &mut CampaignRow, taken: &Taken<CampaignStatus>, recorded: Option<&Recorded>) {
    row.status = taken.to;
    row.launched_on = row.launched_on.or_else(|| Some(recorded.map_or_else(|| tx.today(), |recorded| recorded.happened_on)));
    if recorded.is_some() {
        row.origin = Origin::Recorded;
        row.recorded = recorded.cloned();
    }
}

fn moved(id: CampaignId, verb: Verb, taken: &Taken<CampaignStatus>) -> Event {
    Event::new(Kind::Campaign, id.any(), verb).moved(taken.from.as_str(), taken.to.as_str())
}

/// A campaign that was launched elsewhere before it was drafted here; gives the event of its launch.
pub(super) fn launch_recorded(tx: &Tx<'_>, row: &mut CampaignRow, recorded: &Recorded) -> Result<Event, StoreError> {
    recorded.check(tx.today())?;
    let ask = Ask { recorded: true, ..Ask::default() };
    let taken = lifecycle::take::<CampaignLife>(row.status, &row.code, Verb::Launch, &(), ask, tx.lang())?;
    launch(tx, row, &taken, Some(recorded));
    Ok(moved(row.id, Verb::Launch, &taken).recorded(Some(recorded.clone())))
}

/// Only acts that move a campaign are steps; editing has its own door.
fn step_of(draft: &TransitionDraft, tx: &Tx<'_>, status: CampaignStatus) -> Result<Verb, StoreError> {
    let state = label(status, tx.lang());
    let verb = draft.verb(tx.lang(), &state)?;
    if CampaignLife::STEPS.iter().any(|step| step.verb == verb && step.to.is_some()) {
        return Ok(verb);
    }
    let refusal = Refusal::at("/action", Code::WrongState).with("action", &draft.action).with("state", state).with("from", "—");
    Err(refusal.into())
}

pub(crate) async fn step(call: Call<CampaignId, (), Json<TransitionDraft>>) -> Result<Ended<Made<CampaignView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<CampaignRow>(id)?;
        let verb = step_of(&draft, tx, held.value.status)?;
        tx.require(Kind::Campaign, verb, &held.ties)?;
        if let Some(recorded) = &draft.recorded {
            recorded.check(tx.today())?;
        }
        let taken = lifecycle::take::<CampaignLife>(held.value.status, &held.value.code, verb, &(), draft.ask(), tx.lang())?;
        if verb == Verb::Launch {
            launch(tx, &mut held.value, &taken, draft.recorded.as_ref());
        } else {
            held.value.status = taken.to;
        }
        store::save(tx, &mut held)?;
        tx.record(moved(id, verb, &taken).because(draft.reason.clone()).recorded(draft.recorded.clone()));
        let view = view(tx.conn(), &eyes, &held.value)?;
        Made::of(&view, Some(held.value.version), format!("/api/v1/campaigns/{id}")).map_err(inside)
    })
    .await
}

pub(crate) async fn transitions(call: Call<CampaignId, Listing<HistoryFilter>>) -> Result<List<HistoryView>, ApiError> {
    parts::transitions(call, Kind::Campaign).await
}
