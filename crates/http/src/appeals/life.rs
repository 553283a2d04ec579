//! The life of an appeal: answered by who judges, or withdrawn by who filed it.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::appeal::{AppealLife, AppealOutcome, AppealStatus, check_answer};
use thidua_domain::id::AppealId;
use thidua_domain::lifecycle::Taken;
use thidua_domain::recorded::Recorded;
use thidua_domain::time::Date;
use thidua_store::appeals::{self as store, AppealRow};
use thidua_store::conn::Conn;
use thidua_store::scoresheets::ScoresheetRow;
use thidua_store::{Held, Resource, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use super::view::{self, AppealView};
use crate::answer::Made;
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::inside;
use crate::problem::ApiError;
use crate::scoresheets::Appealed;
use crate::transition::{Living, Said, mark, take};

/// What can be asked of an appeal.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AppealAct)]
enum Act {
    /// Answer it.
    Answer,
    /// Take it back.
    Withdraw,
}

/// A step of an appeal, with the answer where it is one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppealTransition, example = json!({
    "action": "answer", "outcome": "partly_upheld", "answer": "Cộng 2 điểm mục I.2 theo văn bản bổ sung.",
    "confirm": "KN-KHOI-2026-A-0000E8"
}))]
pub(crate) struct AppealStep {
    /// The act.
    action: Act,
    /// Why; to withdraw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    reason: Option<String>,
    /// The code of the appeal, repeated: nothing undoes what ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    confirm: Option<String>,
    /// What it came to; to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<AppealOutcome>,
    /// What is answered; to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000, format = "multiline")]
    answer: Option<String>,
    /// Document of the answer: identifier or code; only to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
    /// Facts of an act that happened elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
}

impl Living for AppealRow {
    type Life = AppealLife;
    type View = AppealView;
    const PATH: &'static str = "/api/v1/appeals";

    fn status(&self) -> AppealStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn facts(&self, _: &mut Conn, _: Date) -> Result<(), StoreError> {
        Ok(())
    }
    fn enter(&mut self, tx: &mut Tx<'_>, verb: Verb, taken: &Taken<AppealStatus>, recorded: Option<&Recorded>) -> Result<(), StoreError> {
        self.status = taken.to;
        if verb == Verb::Answer {
            let sheet = ScoresheetRow::load(tx.conn(), self.scoresheet_id)?.ok_or(StoreError::NotFound)?;
            self.points_answered = Appealed::read(tx.conn(), &sheet)?.points(self.item.as_deref());
            self.answered_on = Some(recorded.map_or_else(|| tx.today(), |recorded| recorded.happened_on));
        }
        // What is known of the filing stays; what is known of this act is in the history.
        if self.recorded.is_none() {
            mark(recorded, &mut self.origin, &mut self.recorded);
        }
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<AppealView, StoreError> {
        view::view(conn, eyes, &held.value)
    }
}

/// What an answer says, for the history; nothing of a withdrawal.
fn answered(draft: &AppealStep) -> Option<serde_json::Value> {
    let answer = draft.answer.as_ref()?;
    let mut said = serde_json::json!({ "outcome": draft.outcome, "answer": answer });
    if let (Some(fields), Some(document)) = (said.as_object_mut(), &draft.document) {
        fields.insert("document".to_owned(), document.as_str().into());
    }
    Some(said)
}

/// Answers an appeal, or takes it back.
pub(crate) async fn step(call: Call<AppealId, (), Json<AppealStep>>) -> Result<Ended<Made<AppealView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let verb = match draft.action {
        Act::Answer => Verb::Answer,
        Act::Withdraw => Verb::Withdraw,
    };
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<AppealRow>(id)?;
        tx.require(Kind::Appeal, verb, &held.ties)?;
        if verb == Verb::Withdraw {
            super::require_voice(tx, &held.ties, verb, draft.recorded.is_some())?;
        }
        let said = Said { reason: draft.reason.as_deref(), confirm: draft.confirm.as_deref(), recorded: draft.recorded.as_ref() };
        let taken = take(tx, &mut held, verb, &said)?;
        check_answer(verb, draft.outcome, draft.answer.as_deref(), draft.document.as_deref())?;
        held.value.outcome = draft.outcome;
        held.value.answer.clone_from(&draft.answer);
        held.value.document_id = refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?;
        store::save(tx, &mut held)?;
        tx.record(taken.values(None, answered(&draft)));
        let view = view::view(tx.conn(), &eyes, &held.value)?;
        Made::of(&view, Some(held.value.version), format!("{}/{id}", AppealRow::PATH)).map_err(inside)
    })
    .await
}
