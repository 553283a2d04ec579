//! The ranking of a bloc year as shown, with everything a person needs to recompute it. What it is worked out from: `ranked`.

pub(crate) mod advice;
mod paper;
mod reasons;
mod told;
mod why;

use std::collections::HashMap;

use serde::Serialize;
use thidua_domain::criteria_set::TieBreaker;
use thidua_domain::id::{BlocYearId, ScoresheetId};
use thidua_domain::points::Points;
use thidua_domain::ranking::{Margin, PublicationStage, RankDiffers, Ranking, RankingBasis, Tie, ranks_that_differ};
use thidua_domain::scoresheet::{RankingStatus, SheetStatus};
use thidua_domain::time::Date;
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::conn::Conn;
use thidua_store::rankings::{self, Published};
use thidua_store::{Reach, StoreError, refs};
use utoipa::ToSchema;

pub(crate) use why::{WhyView, why};

use super::ranked::Ranked;
use crate::answer::Shown;
use crate::call::{Call, Eyes};
use crate::parts::{self, RefView, label};
use crate::problem::ApiError;

/// A unit with its rank.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingRow)]
struct RowView {
    /// The rank; units that share one leave out the next: 1, 2, 2, 4.
    #[schema(minimum = 1)]
    rank: u32,
    /// The rank without gates that close the first ranks.
    #[schema(minimum = 1)]
    before_gates: u32,
    /// The unit.
    unit: RefView,
    /// Its sheet.
    scoresheet_id: ScoresheetId,
    /// Its total.
    total: Points,
    /// Code of its class, after gates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, nullable = false)]
    class: Option<String>,
    /// Where its sheet stands.
    status: SheetStatus,
    /// Whether every item has been claimed and every index published.
    complete: bool,
}

/// A unit that is left out of the ranking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingExclusion)]
struct ExclusionView {
    /// The unit.
    unit: RefView,
    /// Its sheet.
    scoresheet_id: ScoresheetId,
    /// Its total.
    total: Points,
    /// Codes of the gates that bar it; `UNREGISTERED` where the bloc year leaves out who has not registered, `PART_YEAR` who was a member for too few months.
    #[schema(max_items = 50)]
    gates: Vec<String>,
}

/// What a tie-breaker sees of a unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingTieValue)]
struct SeenView {
    /// The unit.
    unit: RefView,
    /// Points, votes, or the place that the council gave.
    value: Points,
}

/// A tie-breaker that told units apart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingTieBreak)]
struct TieBreakView {
    /// Which.
    by: TieBreaker,
    /// The total that the units share.
    total: Points,
    /// Between whom, the best first.
    #[schema(max_items = 1000)]
    units: Vec<SeenView>,
    /// Tie-breakers before it that lacked what they look at.
    #[schema(max_items = 20)]
    without: Vec<TieBreaker>,
}

/// Units that nothing has told apart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingTie)]
pub(crate) struct TieView {
    /// The rank they share.
    #[schema(minimum = 1)]
    rank: u32,
    /// The units.
    #[schema(max_items = 1000)]
    units: Vec<RefView>,
    /// Tie-breakers that could still tell them apart.
    #[schema(max_items = 20)]
    waits_for: Vec<TieBreaker>,
}

/// How far two neighbours are apart: advice, it changes nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingMargin)]
struct MarginView {
    /// The unit above.
    above: RefView,
    /// The unit below.
    below: RefView,
    /// Points between their totals.
    gap: Points,
    /// The fewest points with which the one below passes the one above.
    to_pass: Points,
}

/// The latest publication of a ranking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingPublished)]
struct PublishedView {
    /// Which of its bloc year.
    #[schema(minimum = 1)]
    number: i32,
    /// How far it has come.
    stage: PublicationStage,
    /// The same in words.
    #[schema(max_length = 100)]
    stage_label: String,
    /// When.
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// The last day for appeals, the latest that an announcement which stands has named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    appeals_until: Option<Date>,
}

/// A rank on paper that is not the one worked out: nothing is changed by it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordedRankDiffers)]
struct DiffersView {
    /// The unit.
    unit: RefView,
    /// The rank on paper.
    #[schema(minimum = 1)]
    recorded_rank: u32,
    /// The rank worked out; where only ranks are known, the one that so many before it leave.
    #[schema(minimum = 1)]
    rank: u32,
}

/// The ranking of a bloc year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ranking, example = json!({
    "bloc_year": {"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI/2026", "name": "KHOI/2026"},
    "criteria_set": {"id": "0198c0de-0000-7000-8000-0000000000d0", "code": "BD-KHOI-2026", "name": "Bảng điểm khối các sở năm 2026 (giả định)"},
    "status": "provisional", "status_label": "Tạm tính", "basis": "scores",
    "rows": [{
        "rank": 1, "before_gates": 1, "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "A", "name": "Sở A (giả định)"},
        "scoresheet_id": "0198c0de-0000-7000-8000-0000000000e0", "total": 97.5, "status": "appraised", "complete": true
    }],
    "excluded": [], "tie_breaks": [], "unresolved": [], "margins": [], "unranked": [], "recorded_rank_differs": [], "without_sheet": [], "left": [], "unregistered": []
}))]
pub(crate) struct RankingView {
    /// Of which bloc year.
    bloc_year: RefView,
    /// By which criteria.
    criteria_set: RefView,
    /// Whether it can still change.
    status: RankingStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Its latest publication that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    published: Option<PublishedView>,
    /// What ranks are worked out from: where only ranks are known, from paper, those stand and totals say nothing.
    basis: RankingBasis,
    /// Units with a rank, the best first.
    #[schema(max_items = 1000)]
    rows: Vec<RowView>,
    /// Units that gates leave out.
    #[schema(max_items = 1000)]
    excluded: Vec<ExclusionView>,
    /// What decided between units of the same total, in the order of rank.
    #[schema(max_items = 1000)]
    tie_breaks: Vec<TieBreakView>,
    /// Units that share a rank.
    #[schema(max_items = 1000)]
    unresolved: Vec<TieView>,
    /// How close ranks are, from the top on.
    #[schema(max_items = 1000)]
    margins: Vec<MarginView>,
    /// Units of which only a rank is known, from paper, while others have scores.
    #[schema(max_items = 1000)]
    unranked: Vec<RefView>,
    /// Ranks on paper that are not those worked out.
    #[schema(max_items = 1000)]
    recorded_rank_differs: Vec<DiffersView>,
    /// Members without a sheet.
    #[schema(max_items = 1000)]
    without_sheet: Vec<RefView>,
    /// Units with a sheet that are no members any more on the day looked at: today, or the last day of a year that is over.
    #[schema(max_items = 1000)]
    left: Vec<RefView>,
    /// Members that have not submitted their registration of the year, where the bloc year looks at that.
    #[schema(max_items = 1000)]
    unregistered: Vec<RefView>,
}

pub(super) fn shown(conn: &mut Conn, eyes: &Eyes, ranked: &Ranked, published: Option<Published>) -> Result<RankingView, StoreError> {
    let years = refs::bloc_years(conn, &[ranked.year.id])?;
    let set = ranked.year.criteria_set_id.ok_or(StoreError::NotFound)?;
    let sets = refs::criteria_sets(conn, &[set])?;
    let by_code = ByCode::of(ranked);
    let sheet = |code: &str| by_code.place(code).and_then(|n| Some((ranked.sheets.get(n)?, ranked.standings.get(n)?)));
    let unit = |code: &str| by_code.unit(code);
    let Ranking { rows, excluded, tie_breaks, unresolved } = &ranked.ranking;
    let differs = |told: RankDiffers| Some(DiffersView { unit: by_code.unit(&told.unit)?, recorded_rank: told.recorded, rank: told.rank });
    Ok(RankingView {
        bloc_year: years.get(ranked.year.id).into(),
        criteria_set: sets.get(set).into(),
        status: ranked.status(),
        status_label: label(ranked.status(), eyes.lang),
        published: published.map(|published| PublishedView {
            number: published.number,
            stage: published.stage,
            stage_label: label(published.stage, eyes.lang),
            on: published.published_on,
            appeals_until: published.appeals_until,
        }),
        rows: rows
            .iter()
            .filter_map(|row| {
                let (sheet, standing) = sheet(&row.unit)?;
                Some(RowView {
                    rank: row.rank,
                    before_gates: row.before_gates,
                    unit: ranked.codes.get(sheet.unit_id).into(),
                    scoresheet_id: sheet.id,
                    total: row.total,
                    class: standing.class.clone(),
                    status: sheet.status,
                    complete: row.complete,
                })
            })
            .collect(),
        excluded: excluded
            .iter()
            .filter_map(|row| {
                let (sheet, _) = sheet(&row.unit)?;
                let unit = ranked.codes.get(sheet.unit_id).into();
                Some(ExclusionView { unit, scoresheet_id: sheet.id, total: row.total, gates: row.gates.clone() })
            })
            .collect(),
        tie_breaks: tie_breaks
            .iter()
            .map(|told| TieBreakView {
                by: told.by.clone(),
                total: told.total,
                units: told.units.iter().filter_map(|seen| Some(SeenView { unit: unit(&seen.unit)?, value: seen.value })).collect(),
                without: told.without.clone(),
            })
            .collect(),
        unresolved: unresolved.iter().map(|tie| by_code.tied(tie)).collect(),
        margins: by_code.margins(),
        basis: ranked.basis,
        unranked: ranked.unranked.iter().filter_map(|unit| by_code.unit(unit)).collect(),
        recorded_rank_differs: ranks_that_differ(&ranked.ranking, ranked.basis, &ranked.on_paper).into_iter().filter_map(differs).collect(),
        without_sheet: ranked.without_sheet.iter().map(|unit| ranked.codes.get(*unit).into()).collect(),
        left: ranked.left.iter().map(|unit| ranked.codes.get(*unit).into()).collect(),
        unregistered: ranked.unregistered.iter().map(|unit| ranked.codes.get(*unit).into()).collect(),
    })
}

/// Units with a sheet, found by their codes.
struct ByCode<'a> {
    ranked: &'a Ranked,
    places: HashMap<String, usize>,
}

impl<'a> ByCode<'a> {
    fn of(ranked: &'a Ranked) -> Self {
        let places = ranked.sheets.iter().enumerate().map(|(n, sheet)| (ranked.codes.get(sheet.unit_id).code, n)).collect();
        Self { ranked, places }
    }

    fn place(&self, code: &str) -> Option<usize> {
        self.places.get(code).copied()
    }

    fn unit(&self, code: &str) -> Option<RefView> {
        let sheet = self.place(code).and_then(|place| self.ranked.sheets.get(place))?;
        Some(self.ranked.codes.get(sheet.unit_id).into())
    }

    fn tied(&self, tie: &Tie) -> TieView {
        let units = tie.units.iter().filter_map(|code| self.unit(code)).collect();
        TieView { rank: tie.rank, units, waits_for: tie.waits_for.clone() }
    }

    fn margins(&self) -> Vec<MarginView> {
        let shown = |margin: Margin| {
            let (above, below) = (self.unit(&margin.above)?, self.unit(&margin.below)?);
            Some(MarginView { above, below, gap: margin.gap, to_pass: margin.to_pass })
        };
        self.ranked.margins().into_iter().filter_map(shown).collect()
    }
}

pub(crate) async fn read(call: Call<BlocYearId>) -> Result<Shown<RankingView>, ApiError> {
    let (id, medium) = (call.path, call.meta.medium);
    call.read(Reach::Long, move |conn, eyes| {
        let (year, _) = parts::look_at::<BlocYearRow>(conn, eyes, id)?;
        let ranked = Ranked::read(conn, eyes, year)?;
        let published = rankings::published(conn, id)?;
        let view = shown(conn, eyes, &ranked, published)?;
        paper::shown(conn, eyes, medium, &ranked, &view)
    })
    .await
}
