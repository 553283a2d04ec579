//! Why a unit has its rank: every point, who gave it, gates, and what tells equals apart.

use serde::{Deserialize, Serialize};
use thidua_domain::id::{BlocYearId, ScoresheetId};
use thidua_domain::points::Points;
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::scoresheet::{Explanation, Layer, explain};
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::scoresheets as store;
use thidua_store::{Reach, refs};
use utoipa::ToSchema;

use super::super::ranked::Ranked;
use super::{ByCode, TieView, reasons};
use crate::answer::Shown;
use crate::call::{Call, Query};
use crate::parts::{self, RefView};
use crate::problem::ApiError;

/// Whose rank is to be explained.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhoseQuery {
    /// The unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
}

/// Why a unit has its rank: every point, who gave it, the formula, the tie-breaks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingExplanation, example = json!({
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "A", "name": "Sở A (giả định)"},
    "scoresheet_id": "0198c0de-0000-7000-8000-0000000000e0", "rank": 1, "total": 97.5, "excluded_by": [], "unresolved": [],
    "explanation": {
        "parts": [], "bonuses": [], "penalties": [], "sums": [], "class": null, "class_before": null, "class_because": null,
        "gates": [], "tie_breaks": []
    }
}))]
pub(crate) struct WhyView {
    /// The unit.
    pub(crate) unit: RefView,
    /// Its sheet.
    pub(crate) scoresheet_id: ScoresheetId,
    /// Its rank; absent where a gate leaves it out, or where the sheet alone is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, nullable = false)]
    pub(crate) rank: Option<u32>,
    /// Its rank without gates that close the first ranks, where one closed them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, nullable = false)]
    pub(crate) before_gates: Option<u32>,
    /// The best rank that gates leave open, where one closed ranks: see `explanation.gates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, nullable = false)]
    pub(crate) rank_at_best: Option<u32>,
    /// With whom it still shares its rank, and what that waits for.
    #[schema(max_items = 1)]
    pub(crate) unresolved: Vec<TieView>,
    /// Its total.
    pub(crate) total: Points,
    /// What leaves it out of the ranking: codes of gates, `UNREGISTERED`, `PART_YEAR`.
    #[schema(max_items = 50)]
    pub(crate) excluded_by: Vec<String>,
    /// How it comes to them.
    pub(crate) explanation: Explanation,
}

pub(crate) async fn why(call: Call<BlocYearId, Query<WhoseQuery>>) -> Result<Shown<WhyView>, ApiError> {
    let (id, typed, medium) = (call.path, call.query.0.unit.clone(), call.meta.medium);
    call.read(Reach::Long, move |conn, eyes| {
        let (year, _) = parts::look_at::<BlocYearRow>(conn, eyes, id)?;
        let unit = refs::find_unit(conn, "/unit", &typed)?;
        let ranked = Ranked::read(conn, eyes, year)?;
        let sheet = ranked.sheets.iter().find(|sheet| sheet.unit_id == unit);
        let sheet = sheet.ok_or_else(|| Refusal::at("/unit", Code::NoSheet).with("unit", &typed))?;
        let said = store::counted(&store::entries_of_all(conn, &[sheet.id])?);
        let code = ranked.codes.get(unit).code;
        let row = ranked.ranking.rows.iter().find(|row| row.unit == code);
        let by_code = ByCode::of(&ranked);
        let rank_at_best = by_code.place(&code).and_then(|place| ranked.standings.get(place)).and_then(|standing| standing.rank_at_best);
        let open = ranked.ranking.unresolved.iter().filter(|tie| tie.units.contains(&code));
        let on_paper = said.is_empty() && sheet.on_paper().is_some();
        let explanation = explain(&ranked.set, &said, &sheet.facts, Layer::Final, Some((&ranked.ranking, &code)))?;
        let view = WhyView {
            unit: ranked.codes.get(unit).into(),
            scoresheet_id: sheet.id,
            rank: row.map(|row| row.rank),
            before_gates: row.filter(|_| rank_at_best.is_some()).map(|row| row.before_gates),
            rank_at_best,
            unresolved: open.map(|tie| by_code.tied(tie)).collect(),
            total: row.map_or(sheet.total, |row| row.total),
            excluded_by: ranked.ranking.excluded.iter().find(|row| row.unit == code).map(|row| row.gates.clone()).unwrap_or_default(),
            explanation: if on_paper { explanation.on_paper() } else { explanation },
        };
        reasons::shown(conn, eyes, medium, &ranked, &view)
    })
    .await
}
