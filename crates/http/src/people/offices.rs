//! The offices of a person as emulation officer: one officer can look after many units.

use serde::Serialize;
use thidua_domain::dated::Span;
use thidua_domain::id::{PersonId, UnitPartId};
use thidua_domain::time::Date;
use thidua_store::people::PersonRow;
use thidua_store::{Reach, refs, users};
use utoipa::ToSchema;

use crate::answer::List;
use crate::call::Call;
use crate::parts::{self, RefView};
use crate::problem::ApiError;

/// An office of a person as emulation officer of a unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonOffice, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000033",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "duty": "Chuyên viên thi đua", "from_on": "2024-01-01", "in_force": true
}))]
pub(crate) struct OfficeView {
    /// Identifier: that of the part of the unit.
    id: UnitPartId,
    /// Of which unit.
    unit: RefView,
    /// Duty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    duty: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Whether it covers today: then the person's account works for the unit.
    in_force: bool,
}

pub(crate) async fn list(call: Call<PersonId>) -> Result<List<OfficeView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            parts::look_at::<PersonRow>(conn, eyes, id)?;
            let rows = users::offices_of(conn, id)?;
            let units: Vec<_> = rows.iter().map(|row| row.unit_id).collect();
            let units = refs::units(conn, &units, eyes.today)?;
            let view = |row: users::Office| OfficeView {
                id: row.id,
                unit: units.get(row.unit_id).into(),
                duty: row.duty,
                from_on: row.from_on,
                to_on: row.to_on,
                in_force: Span { from_on: row.from_on, to_on: row.to_on }.holds(eyes.today),
            };
            Ok(rows.into_iter().map(view).collect::<Vec<_>>())
        })
        .await?;
    List::whole(&views)
}
