//! How long what is kept stays, as this installation has it.

use serde::Serialize;
use thidua_domain::retention::{Choice, RETENTION, Retention, RetentionClass, RetentionTimes};
use thidua_domain::vocabulary::Lang;
use utoipa::ToSchema;

use crate::answer::List;
use crate::call::Call;
use crate::parts::label;
use crate::problem::ApiError;

/// How long a class of data is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retention, example = json!({
    "class": "sessions", "class_label": "Phiên đăng nhập đã kết thúc", "kept_seconds": 604_800, "counted_from": "lúc phiên kết thúc",
    "can_be_set": true, "least_days": 1, "most_days": 365, "can_be_forever": false, "basis": "để người dùng thấy các lần đăng nhập gần đây"
}))]
pub(crate) struct RetentionView {
    /// What is kept.
    class: RetentionClass,
    /// The same in words.
    #[schema(max_length = 200)]
    class_label: String,
    /// For how many seconds; absent when it is kept for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, nullable = false)]
    kept_seconds: Option<i64>,
    /// What the time is counted from.
    #[schema(max_length = 200)]
    counted_from: String,
    /// Whether the installation may set another time.
    can_be_set: bool,
    /// Shortest time that can be set, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, nullable = false)]
    least_days: Option<i64>,
    /// Longest time that can be set, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, nullable = false)]
    most_days: Option<i64>,
    /// Whether it may be kept for good.
    can_be_forever: bool,
    /// Why so long.
    #[schema(max_length = 300)]
    basis: String,
}

fn view(row: &Retention, times: &RetentionTimes, lang: Lang) -> RetentionView {
    let (least_days, most_days) = match row.choice {
        Choice::None => (None, None),
        Choice::Days(least, most) => (Some(least), Some(most)),
        Choice::DaysOrForGood(least) => (Some(least), None),
    };
    let kept_seconds = times.seconds(row.class);
    RetentionView {
        class: row.class,
        class_label: label(row.class, lang),
        kept_seconds,
        counted_from: row.from.get(lang).to_owned(),
        can_be_set: row.choice != Choice::None,
        least_days,
        most_days,
        can_be_forever: kept_seconds.is_none() || matches!(row.choice, Choice::DaysOrForGood(_)),
        basis: row.basis.get(lang).to_owned(),
    }
}

pub(crate) async fn list(call: Call) -> Result<List<RetentionView>, ApiError> {
    let views: Vec<RetentionView> = RETENTION.iter().map(|row| view(row, &call.app.settings.retention, call.meta.lang)).collect();
    List::whole(&views)
}
