//! What happened to an object: its whole history, and the movements of its lifecycle. Values before
//! and after are shown only to those who may see them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thidua_domain::access::Verb;
use thidua_domain::id::{AnyId, Id};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::time::Instant;
use thidua_domain::vocabulary::Lang;
use thidua_store::events::{self, HistoryRow};
use thidua_store::page::{Key, Page};
use thidua_store::{Reach, Resource};
use utoipa::ToSchema;

use crate::answer::List;
use crate::call::Call;
use crate::list::{Filters, Listing};
use crate::parts::{self, label};
use crate::problem::ApiError;

/// One entry of the history of an object.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = HistoryEntry, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000001", "at": "2026-11-21T02:00:00Z", "actor": "thuongtruc",
    "action": "edit", "action_label": "Sửa", "fields": ["note"], "origin": "performed", "warnings": [],
    "before": {"note": "a"}, "after": {"note": "b"}, "request_id": "0198c0de-0000-7000-8000-0000000000aa"
}))]
pub(crate) struct HistoryView {
    /// Identifier of the event.
    pub id: AnyId,
    /// When.
    pub at: Instant,
    /// User name of the actor, `client:` and its code for a service account; absent for the service itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80, nullable = false)]
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
    /// Codes of what would have refused a recorded act, had it been performed here.
    #[schema(max_items = 20)]
    pub warnings: Vec<String>,
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
        warnings: row.values.warnings.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
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

async fn entries<R: Resource>(call: Call<Id<R::Marker>, Listing<HistoryFilter>>, moves: bool) -> Result<List<HistoryView>, ApiError>
where
    R::Marker: 'static,
{
    let (kind, id) = (R::KIND, call.path.any());
    let ask = call.query.ask.clone();
    let page = call
        .read(Reach::Long, move |conn, eyes| {
            let ties = parts::seen(conn, eyes, kind, id)?;
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

/// The history of an object.
pub(crate) async fn history<R: Resource>(call: Call<Id<R::Marker>, Listing<HistoryFilter>>) -> Result<List<HistoryView>, ApiError>
where
    R::Marker: 'static,
{
    entries::<R>(call, false).await
}

/// The movements of an object's lifecycle.
pub(crate) async fn transitions<R: Resource>(call: Call<Id<R::Marker>, Listing<HistoryFilter>>) -> Result<List<HistoryView>, ApiError>
where
    R::Marker: 'static,
{
    entries::<R>(call, true).await
}
