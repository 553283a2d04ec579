//! A criteria set applied to bloc years, many at once.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::bloc_year::BlocYearLife;
use thidua_domain::criteria_set::require_usable;
use thidua_domain::event::Event;
use thidua_domain::id::{BlocYearId, CriteriaSetId};
use thidua_domain::lifecycle;
use thidua_store::bloc_years::{self, BlocYearRow};
use thidua_store::criteria_sets::CriteriaSetRow;
use thidua_store::{Held, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use crate::answer::Made;
use crate::call::{Call, Ended, Json};
use crate::parts::{IdOrCode, RefView, hidden, inside};
use crate::problem::ApiError;
use crate::scoresheets;

/// Bloc years to be scored on a set.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CriteriaApplicationDraft, example = json!({ "bloc_years": ["KHOI-SO-NGANH/2026", "KHOI-DOANH-NGHIEP/2026"] }))]
pub(crate) struct ApplicationDraft {
    /// Which: identifiers or codes. All or none of them.
    #[schema(min_items = 1, max_items = 100, value_type = Vec<IdOrCode>)]
    bloc_years: Vec<String>,
}

/// Bloc years that are scored on a set from now on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CriteriaApplication, example = json!({
    "criteria_set": {"id": "0198c0de-0000-7000-8000-0000000000d0", "code": "BD-KHOI-2026", "name": "Bảng điểm khối các sở năm 2026 (giả định)"},
    "bloc_years": [{"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI-SO-NGANH/2026", "name": "KHOI-SO-NGANH/2026"}]
}))]
pub(crate) struct ApplicationView {
    /// The set.
    criteria_set: RefView,
    /// The bloc years.
    #[schema(max_items = 100)]
    bloc_years: Vec<RefView>,
}

/// Puts a set in force for a bloc year.
pub(super) fn apply(tx: &mut Tx<'_>, year: &mut Held<BlocYearRow>, set: CriteriaSetId) -> Result<(), StoreError> {
    let before = year.value.criteria_set_id.replace(set);
    if before == Some(set) {
        return Ok(());
    }
    bloc_years::save(tx, year)?;
    if let Some(before) = before {
        scoresheets::carry(tx, &year.value, before, set)?;
    }
    let values = |set: Option<CriteriaSetId>| serde_json::json!({ "criteria_set": set.map(|set| set.to_string()) });
    tx.record(Event::new(Kind::BlocYear, year.value.id.any(), Verb::ApplyCriteria).values(Some(values(before)), Some(values(Some(set)))));
    Ok(())
}

/// A bloc year that this caller may put a set in force for.
fn open_year(tx: &mut Tx<'_>, pointer: &str, typed: &str) -> Result<Held<BlocYearRow>, StoreError> {
    let id = refs::find_bloc_year(tx.conn(), pointer, typed)?;
    let year = tx.look_at::<BlocYearRow>(id).map_err(|error| hidden(error, pointer, Kind::BlocYear, typed))?;
    tx.require(Kind::BlocYear, Verb::ApplyCriteria, &year.ties)?;
    let members = bloc_years::members_of(tx.conn(), id)?;
    let today = tx.today();
    let facts = bloc_years::facts(tx.conn(), &year.value, &members, today)?;
    lifecycle::allow::<BlocYearLife>(year.value.status, Verb::ApplyCriteria, &facts, false, tx.lang())?;
    Ok(year)
}

pub(crate) async fn create(call: Call<CriteriaSetId, (), Json<ApplicationDraft>>) -> Result<Ended<Made<ApplicationView>>, ApiError> {
    let (id, draft) = (call.path, call.body.0.clone());
    call.write(Root::Of(id.any()), move |tx| {
        let set = tx.look_at::<CriteriaSetRow>(id)?.value;
        require_usable("", &set.code, set.status, set.owner_id.is_some())?;
        let mut years: Vec<Held<BlocYearRow>> = Vec::with_capacity(draft.bloc_years.len());
        for (n, typed) in draft.bloc_years.iter().enumerate() {
            let year = open_year(tx, &format!("/bloc_years/{n}"), typed)?;
            if years.iter().all(|other| other.value.id != year.value.id) {
                years.push(year);
            }
        }
        for year in &mut years {
            apply(tx, year, id)?;
        }
        let ids: Vec<BlocYearId> = years.iter().map(|year| year.value.id).collect();
        let shown = refs::bloc_years(tx.conn(), &ids)?;
        let view = ApplicationView {
            criteria_set: refs::criteria_sets(tx.conn(), &[set.id])?.get(set.id).into(),
            bloc_years: ids.into_iter().map(|id| shown.get(id).into()).collect(),
        };
        Made::of(&view, None, format!("/api/v1/bloc-years?criteria_set={id}")).map_err(inside)
    })
    .await
}
