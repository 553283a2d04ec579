//! The feed of the log: sealed entries in the order of their commits, for followers.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb, require};
use thidua_domain::id::{AnyId, EventId, UserId};
use thidua_domain::recorded::Origin;
use thidua_domain::time::Instant;
use thidua_store::Reach;
use thidua_store::events::{self, EventRow};
use utoipa::ToSchema;

use crate::answer::List;
use crate::call::{Call, Query};
use crate::problem::ApiError;

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000060", "position": 42, "at": "2026-11-21T02:00:00Z", "kind": "pledge",
    "subject_id": "0198c0de-0000-7000-8000-000000000061", "action": "sign", "fields": ["unit"], "origin": "recorded",
    "request_id": "0198c0de-0000-7000-8000-0000000000aa"
}))]
pub(crate) struct EventView {
    /// Identifier.
    id: EventId,
    /// Place in the feed: dense, in the order of commits.
    #[schema(minimum = 1)]
    position: i64,
    /// When.
    at: Instant,
    /// Who; absent for the service itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    actor_id: Option<UserId>,
    /// Kind of subject.
    kind: Kind,
    /// Subject.
    subject_id: AnyId,
    /// What was done.
    action: Verb,
    /// Names of changed fields; never their values.
    #[schema(max_items = 100)]
    fields: Vec<String>,
    /// State before, when a lifecycle moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, nullable = false)]
    from: Option<String>,
    /// State after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, nullable = false)]
    to: Option<String>,
    /// Performed here or recorded from elsewhere.
    origin: Origin,
    /// The request.
    #[schema(max_length = 64)]
    request_id: String,
}

/// Where to go on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct FeedQuery {
    /// Position of the last entry already read; 0 at first.
    #[schema(minimum = 0)]
    after: Option<i64>,
    /// Entries wanted.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

fn view(row: EventRow) -> EventView {
    EventView {
        id: row.id,
        position: row.position.unwrap_or(0),
        at: row.at,
        actor_id: row.actor_id,
        kind: row.kind,
        subject_id: row.subject_id,
        action: row.verb,
        fields: serde_json::from_str(&row.fields).unwrap_or_default(),
        from: row.from_status,
        to: row.to_status,
        origin: row.origin,
        request_id: row.request_id,
    }
}

pub(crate) async fn feed(call: Call<(), Query<FeedQuery>>) -> Result<List<EventView>, ApiError> {
    require(&call.caller.principal, Kind::Event, Verb::See, &Default::default(), call.meta.lang)?;
    let (after, limit) = (call.query.0.after.unwrap_or(0), call.query.0.limit.unwrap_or(50));
    let rows = call.read(Reach::Long, move |conn, _| events::feed(conn, after, limit)).await?;
    List::whole(&rows.into_iter().map(view).collect::<Vec<_>>())
}
