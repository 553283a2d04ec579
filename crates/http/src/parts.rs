//! Small shapes that many resources share: references, labels, what a lifecycle allows, transitions
//! and history.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::id::{AnyId, Id};
use thidua_domain::lifecycle::{self, Ask, Life};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::Code;
use thidua_domain::time::Instant;
use thidua_domain::vocabulary::{Lang, Word};
use thidua_store::conn::Conn;
use thidua_store::events::{self, HistoryRow};
use thidua_store::{StoreError, access};
use utoipa::ToSchema;

use crate::answer::List;
use crate::call::{Call, Eyes};
use crate::list::{Filters, Listing};
use crate::problem::ApiError;

/// What an answer shows of a thing referred to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Ref)]
pub(crate) struct RefView {
    /// Identifier.
    pub id: AnyId,
    /// Code.
    #[schema(max_length = 64)]
    pub code: String,
    /// Name.
    #[schema(max_length = 500)]
    pub name: String,
}

impl From<thidua_store::refs::Ref> for RefView {
    fn from(found: thidua_store::refs::Ref) -> Self {
        Self { id: found.id, code: found.code, name: found.name }
    }
}

/// An act that a guard holds back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Blocked)]
pub(crate) struct BlockedView {
    /// The act.
    #[schema(max_length = 40)]
    pub action: String,
    /// The code with which it would be refused.
    #[schema(max_length = 60)]
    pub code: String,
}

/// Acts as they are spelt.
pub(crate) fn spelt(verbs: &[Verb]) -> Vec<String> {
    verbs.iter().map(|verb| verb.as_str().to_owned()).collect()
}

/// What a guard holds back, as shown.
pub(crate) fn blocked(held: Vec<(Verb, Code)>) -> Vec<BlockedView> {
    held.into_iter().map(|(verb, code)| BlockedView { action: verb.as_str().to_owned(), code: code.as_str().to_owned() }).collect()
}

/// What is open to the caller, for a list: no guards, no query of its own.
pub(crate) fn allowed<L: Life>(state: L::State, eyes: &Eyes, ties: &Ties) -> Vec<String> {
    spelt(&lifecycle::allowed::<L>(state, &eyes.who, ties))
}

/// The label of a word in the language of the caller.
pub(crate) fn label<W: Word>(word: W, lang: Lang) -> String {
    word.label().get(lang).to_owned()
}

/// A step asked for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TransitionDraft, example = json!({ "action": "open_signing" }))]
pub(crate) struct TransitionDraft {
    /// The act: one of `allowed_actions`.
    #[schema(min_length = 1, max_length = 40)]
    pub action: String,
    /// Why; some acts demand it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    pub reason: Option<String>,
    /// The code of the resource, repeated, where nothing undoes the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub confirm: Option<String>,
    /// Facts of an act that happened elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
}

impl TransitionDraft {
    /// The act as the domain knows it; an unknown word is an act of no state.
    pub(crate) fn verb(&self, lang: Lang, state: &str) -> Result<Verb, StoreError> {
        Verb::parse(&self.action).ok_or_else(|| {
            let _ = lang;
            thidua_domain::refusal::Refusal::at("/action", Code::WrongState)
                .with("action", &self.action)
                .with("state", state)
                .with("from", "—")
                .into()
        })
    }

    /// What the engine needs to know.
    pub(crate) fn ask(&self) -> Ask<'_> {
        Ask { reason: self.reason.as_deref(), confirm: self.confirm.as_deref(), recorded: self.recorded.is_some() }
    }
}

/// Codes that every transition can be refused with.
pub(crate) const TRANSITION_REFUSALS: &[Code] =
    &[Code::Forbidden, Code::WrongState, Code::ReasonRequired, Code::ConfirmRequired, Code::DateInFuture];

/// One entry of the history of an object.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = HistoryEntry, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000001", "at": "2026-11-21T02:00:00Z", "actor": "thuongtruc",
    "action": "edit", "action_label": "Sửa", "fields": ["note"], "origin": "performed",
    "before": {"note": "a"}, "after": {"note": "b"}, "request_id": "0198c0de-0000-7000-8000-0000000000aa"
}))]
pub(crate) struct HistoryView {
    /// Identifier of the event.
    pub id: AnyId,
    /// When.
    pub at: Instant,
    /// User name of the actor; absent for the service itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, nullable = false)]
    pub actor: Option<String>,
    /// What was done.
    pub action: Verb,
    /// What was done, in words.
    #[schema(max_length = 200)]
    pub action_label: String,
    /// State before, when a lifecycle moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, nullable = false)]
    pub from: Option<String>,
    /// State after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, nullable = false)]
    pub to: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    pub reason: Option<String>,
    /// Names of changed fields.
    #[schema(max_items = 100)]
    pub fields: Vec<String>,
    /// Performed here or recorded from elsewhere.
    pub origin: Origin,
    /// Facts of a recorded act.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub recorded: Option<Recorded>,
    /// Values before; only for those who may see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, nullable = false)]
    pub before: Option<Value>,
    /// Values after; only for those who may see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, nullable = false)]
    pub after: Option<Value>,
    /// The request.
    #[schema(max_length = 64)]
    pub request_id: String,
}

fn history_view(row: HistoryRow, values: bool, lang: Lang) -> HistoryView {
    let parsed = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    HistoryView {
        id: row.event.id.any(),
        at: row.event.at,
        actor: row.actor,
        action: row.event.verb,
        action_label: label(row.event.verb, lang),
        from: row.event.from_status,
        to: row.event.to_status,
        reason: row.values.reason,
        fields: serde_json::from_str(&row.event.fields).unwrap_or_default(),
        origin: row.event.origin,
        recorded: row.values.recorded.and_then(|text| serde_json::from_str(&text).ok()),
        before: if values { parsed(row.values.before) } else { None },
        after: if values { parsed(row.values.after) } else { None },
        request_id: row.event.request_id,
    }
}

/// What a history is asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct HistoryFilter {}

impl Filters for HistoryFilter {
    const SORTS: &'static [&'static str] = &["newest"];
    const SEARCH: bool = false;
}

async fn history_of<T: 'static>(call: Call<Id<T>, Listing<HistoryFilter>>, kind: Kind, moves: bool) -> Result<List<HistoryView>, ApiError> {
    use thidua_store::page::{Key, Page};
    let id = call.path.any();
    let ask = call.query.ask.clone();
    let page = call
        .read(thidua_store::Reach::Long, move |conn, eyes| {
            let ties = seen(conn, eyes, kind, id)?;
            let values = thidua_domain::access::permits(&eyes.who, kind, Verb::SeeValues, &ties);
            let before = ask.after.as_ref().and_then(|place| match place.key {
                Key::Big(micros) => Instant::from_micros(micros).map(|at| (at, place.id)),
                _ => None,
            });
            let rows = events::history(conn, kind, id, moves, before, ask.rows())?;
            let views = rows.into_iter().map(|row| history_view(row, values, eyes.lang)).collect();
            Ok(Page::cut(views, &ask, None))
        })
        .await?;
    let views: &[HistoryView] = &page.rows;
    call.query.page(&page, views, |row| (Key::Big(row.at.micros()), row.id))
}

/// The history of an object of a kind.
pub(crate) async fn history<T: 'static>(call: Call<Id<T>, Listing<HistoryFilter>>, kind: Kind) -> Result<List<HistoryView>, ApiError> {
    history_of(call, kind, false).await
}

/// The movements of an object's lifecycle.
pub(crate) async fn transitions<T: 'static>(call: Call<Id<T>, Listing<HistoryFilter>>, kind: Kind) -> Result<List<HistoryView>, ApiError> {
    history_of(call, kind, true).await
}

/// The ties of an object that the caller sees; one that is not seen is not there.
pub(crate) fn seen(conn: &mut Conn, eyes: &Eyes, kind: Kind, id: AnyId) -> Result<Ties, StoreError> {
    let ties = access::ties_of(conn, kind, id, eyes.today)?;
    if ties.0.is_empty() {
        return Err(Code::NotFound.into());
    }
    thidua_domain::access::require_sight(&eyes.who, kind, &ties)?;
    Ok(ties)
}

/// A thing referred to in a body but out of the caller's sight is told like one that is not there.
pub(crate) fn hidden(error: StoreError, pointer: &str, kind: Kind, typed: &str) -> StoreError {
    use thidua_domain::refusal::{DomainError, Refusal};
    match error {
        StoreError::Refused(DomainError(refusals)) if refusals.iter().any(|refusal| refusal.code == Code::NotFound) => {
            Refusal::at(pointer, Code::UnknownReference).with("what", kind.as_str()).with("value", typed).into()
        }
        other => other,
    }
}

/// The code after an edit: it can change, not vanish.
pub(crate) fn kept_code(code: Option<&str>) -> Result<String, StoreError> {
    use thidua_domain::refusal::Refusal;
    let code = code.ok_or_else(|| Refusal::at("/code", Code::FieldEmptied).with("field", "code"))?;
    Ok(thidua_domain::code::Code::parse("/code", code)?.into_string())
}

/// The filter `external_id=system:value`, taken apart.
pub(crate) fn external(pair: Option<String>) -> Option<(String, String)> {
    pair.and_then(|pair| pair.split_once(':').map(|(system, value)| (system.to_owned(), value.to_owned())))
}

/// A JSON value of a draft, for events.
pub(crate) fn values<T: Serialize>(draft: &T) -> Value {
    serde_json::to_value(draft).unwrap_or(Value::Null)
}

/// Handlers speak in problems, closures of the store in its errors.
pub(crate) fn inside(error: ApiError) -> StoreError {
    StoreError::Broken(error.private().unwrap_or("answer could not be written").to_owned())
}
