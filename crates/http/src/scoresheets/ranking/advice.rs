//! Advice to those who judge the sheets of a bloc year: cross-checks that stand apart, how far layers agree, close ranks,
//! indices that say something else. It changes nothing. The rules behind it live in the domain.

use std::collections::HashMap;

use serde::Serialize;
use thidua_domain::access::{Kind, Verb, require_one};
use thidua_domain::criteria_set::IndexReading;
use thidua_domain::id::{BlocYearId, ScoresheetId, UnitId};
use thidua_domain::points::{Points, Quantity};
use thidua_domain::refusal::DomainError;
use thidua_domain::scoresheet::{Agreement, Entry, RankingStatus, agreement, cross_checks, index_differences, outliers};
use thidua_domain::vocabulary::Bilingual;
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::conn::Conn;
use thidua_store::index_results::{self, IndexResultRow};
use thidua_store::scoresheets::{self as store, ScoresheetRow};
use thidua_store::{Reach, StoreError, refs};
use utoipa::ToSchema;

use super::{ByCode, MarginView, Ranked};
use crate::answer::One;
use crate::call::{Call, Eyes};
use crate::parts::{self, RefView};
use crate::problem::ApiError;

const SAYS: Bilingual = Bilingual {
    vi: "Chỉ để tham khảo: không thay đổi điểm, xếp hạng hay trạng thái nào.",
    en: "Advice only: it changes no points, no rank and no state.",
};

/// A cross-check that stands far from those of other sheets on the same item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdviceOutlier)]
struct OutlierView {
    /// Code of the item.
    #[schema(max_length = 64)]
    item: String,
    /// Whose sheet.
    unit: RefView,
    /// The sheet.
    scoresheet_id: ScoresheetId,
    /// Who cross-checks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cross_checker: Option<RefView>,
    /// How much more the cross-check gives than the unit itself; below zero where less.
    change: Points,
    /// The middle of these over all sheets.
    median: Quantity,
    /// The middle of all distances from that.
    spread: Quantity,
    /// How many cross-checks of the item there are.
    marks: usize,
}

/// An index that says something else than a sheet was scored on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdviceIndex)]
struct IndexView {
    /// Code of the item.
    #[schema(max_length = 64)]
    item: String,
    /// Whose sheet.
    unit: RefView,
    /// The sheet.
    scoresheet_id: ScoresheetId,
    /// Code of the index.
    #[schema(max_length = 64)]
    index: String,
    /// What is read off it.
    reading: IndexReading,
    /// What the sheet says; absent where nothing was claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    claimed: Option<Quantity>,
    /// What was published.
    published: Quantity,
    /// Whether the sheet only expects what it says.
    provisional: bool,
}

/// Advice on the ranking of a bloc year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingAdvice, example = json!({
    "bloc_year": {"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI/2026", "name": "KHOI/2026"}, "status": "provisional",
    "says": "Chỉ để tham khảo", "outliers": [], "agreement": [], "margins": [], "indices": []
}))]
pub(crate) struct AdviceView {
    /// Of which bloc year.
    bloc_year: RefView,
    /// Whether the ranking can still change.
    status: RankingStatus,
    /// That it is advice and changes nothing.
    #[schema(max_length = 200)]
    says: String,
    /// Cross-checks that stand apart.
    #[schema(max_items = 10000)]
    outliers: Vec<OutlierView>,
    /// How far layers agree over all sheets.
    #[schema(max_items = 10)]
    agreement: Vec<Agreement>,
    /// How close ranks are, from the top on.
    #[schema(max_items = 1000)]
    margins: Vec<MarginView>,
    /// Indices of the year that say something else than a sheet was scored on.
    #[schema(max_items = 10000)]
    indices: Vec<IndexView>,
}

/// A sheet with what counts of its entries.
struct Said<'a> {
    sheet: &'a ScoresheetRow,
    entries: Vec<Entry>,
}

impl Said<'_> {
    /// All sheets of a ranking, in one query.
    fn all<'a>(conn: &mut Conn, ranked: &'a Ranked) -> Result<Vec<Said<'a>>, StoreError> {
        let ids: Vec<ScoresheetId> = ranked.sheets.iter().map(|sheet| sheet.id).collect();
        let mut by_sheet = store::counted_of_all(conn, &ids)?;
        Ok(ranked.sheets.iter().map(|sheet| Said { sheet, entries: by_sheet.remove(&sheet.id).unwrap_or_default() }).collect())
    }
}

/// Each sheet has one cross-checker: a mark is known by the sheet it stands on.
fn apart_from_others(ranked: &Ranked, said: &[Said<'_>], checkers: &refs::Refs) -> Result<Vec<OutlierView>, DomainError> {
    let mut marks = Vec::new();
    for Said { sheet, entries } in said {
        marks.extend(cross_checks(&ranked.set, entries, &sheet.facts, &sheet.id.to_string())?);
    }
    let by_key: HashMap<String, &ScoresheetRow> = said.iter().map(|said| (said.sheet.id.to_string(), said.sheet)).collect();
    let shown = outliers(&marks).into_iter().filter_map(|found| {
        let sheet = by_key.get(&found.checker)?;
        Some(OutlierView {
            item: found.item,
            unit: ranked.codes.get(sheet.unit_id).into(),
            scoresheet_id: sheet.id,
            cross_checker: checkers.opt(sheet.cross_checker_id).map(Into::into),
            change: found.points,
            median: found.median,
            spread: found.spread,
            marks: found.marks,
        })
    });
    Ok(shown.collect())
}

fn against_indices(ranked: &Ranked, said: &[Said<'_>], results: &[(String, IndexResultRow)]) -> Result<Vec<IndexView>, DomainError> {
    let by_unit: HashMap<(UnitId, &str), &IndexResultRow> = results.iter().map(|(code, row)| ((row.unit_id, code.as_str()), row)).collect();
    let mut shown = Vec::new();
    for Said { sheet, entries } in said {
        // Of a sheet known from paper only, nothing was said of single items.
        if entries.is_empty() && sheet.on_paper().is_some() {
            continue;
        }
        let result = |index: &str| by_unit.get(&(sheet.unit_id, index)).map(|row| row.reading());
        shown.extend(index_differences(&ranked.set, entries, &sheet.facts, result)?.into_iter().map(|found| IndexView {
            item: found.item,
            unit: ranked.codes.get(sheet.unit_id).into(),
            scoresheet_id: sheet.id,
            index: found.index,
            reading: found.reading,
            claimed: found.claimed,
            published: found.published,
            provisional: found.provisional,
        }));
    }
    Ok(shown)
}

/// A fixed number of queries, whatever the number of units.
fn view(conn: &mut Conn, eyes: &Eyes, ranked: &Ranked) -> Result<AdviceView, StoreError> {
    let said = Said::all(conn, ranked)?;
    let units: Vec<UnitId> = ranked.sheets.iter().map(|sheet| sheet.unit_id).collect();
    let results = index_results::of_units(conn, ranked.year.year, &units)?;
    let checkers: Vec<UnitId> = ranked.sheets.iter().filter_map(|sheet| sheet.cross_checker_id).collect();
    let checkers = refs::units(conn, &checkers, eyes.today)?;
    let years = refs::bloc_years(conn, &[ranked.year.id])?;
    Ok(AdviceView {
        bloc_year: years.get(ranked.year.id).into(),
        status: ranked.status(),
        says: SAYS.get(eyes.lang).to_owned(),
        outliers: apart_from_others(ranked, &said, &checkers)?,
        agreement: agreement(&ranked.set, said.iter().map(|said| (said.entries.as_slice(), &said.sheet.facts)))?,
        margins: ByCode::of(ranked).margins(),
        indices: against_indices(ranked, &said, &results)?,
    })
}

pub(crate) async fn read(call: Call<BlocYearId>) -> Result<One<AdviceView>, ApiError> {
    let id = call.path;
    let view = call
        .read(Reach::Long, move |conn, eyes| {
            let (year, ties) = parts::look_at::<BlocYearRow>(conn, eyes, id)?;
            // Whoever verifies or appraises sheets of the bloc: what they judge by is not for those who are judged.
            require_one(&eyes.who, Kind::Scoresheet, &[Verb::Verify, Verb::Appraise], &ties, eyes.lang)?;
            let ranked = Ranked::read(conn, eyes, year)?;
            view(conn, eyes, &ranked)
        })
        .await?;
    One::plain(&view)
}
