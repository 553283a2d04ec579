//! Score sheets: opened for a member of a bloc year, scored layer by layer (`entries`), moved on (`life`), explained.

mod appealed;
mod carry;
mod criteria;
mod entries;
mod evidence;
mod indexed;
mod issuer;
mod life;
mod part_of_year;
pub(crate) mod publications;
mod ranked;
pub(crate) mod ranking;
mod sums;
pub(crate) mod tie_decisions;
mod view;
mod whole;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Relation, Tie, Ties, Verb};
use thidua_domain::bloc_year::reference_day;
use thidua_domain::criteria_set::Compiled;
use thidua_domain::id::{ScoresheetId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::points::Points;
use thidua_domain::recorded::Recorded;
use thidua_domain::refusal::{Code, DomainError, Refusal, Refusals};
use thidua_domain::scoresheet::{Facts, Layer, SheetFacts, SheetLife, SheetStatus, check_facts, check_paper, check_total, explain, score};
use thidua_store::bloc_years::{self, BlocYearRow, MemberRow};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::page::Key;
use thidua_store::scoresheets::{self as store, Filter, ScoresheetRow};
use thidua_store::{Reach, Root, StoreError, Tx, access, files, refs};
use utoipa::ToSchema;

pub(crate) use appealed::Appealed;
pub(crate) use carry::carry;
pub(crate) use entries::{put, put_many, read_item};
pub(crate) use evidence::follow as follow_evidence;
pub(crate) use indexed::carry_in;
pub(crate) use part_of_year::follow as follow_places;
use publications::of_ranking;
use ranking::WhyView;
pub(crate) use view::{ScoresheetLine, ScoresheetView};

use crate::answer::{List, Made, One, Shown};
use crate::call::{Call, Ended, Json, Patch, Query};
use crate::codes;
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, hidden, inside};
use crate::problem::ApiError;
use crate::transition::Living;

/// A score sheet to be opened for a member of a bloc year.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScoresheetDraft, example = json!({ "bloc_year": "KHOI/2026", "unit": "A", "cross_checker": "B", "fictional": true }))]
pub(crate) struct ScoresheetDraft {
    /// Of which bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    bloc_year: String,
    /// Of which member: identifier or code of the unit.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// The member that cross-checks it: identifier or code of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    cross_checker: Option<String>,
    /// What gates look at beside the scores.
    #[serde(default)]
    facts: Facts,
    /// Total from paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded_total: Option<Points>,
    /// Rank from paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    recorded_rank: Option<i32>,
    /// From which paper the total or rank is, and whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

impl ScoresheetDraft {
    /// Whether it says more than that there is a sheet: what only others than the unit may say.
    fn judges(&self) -> bool {
        self.facts != Facts::default()
            || self.recorded_total.is_some()
            || self.recorded_rank.is_some()
            || self.recorded.is_some()
            || self.cross_checker.is_some()
    }
}

/// What of a score sheet can be edited beside its entries.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScoresheetEdit, example = json!({ "cross_checker": "B", "facts": {"declared": {"ky_luat": false}, "task_grade": "good"} }))]
pub(crate) struct ScoresheetEdit {
    /// The member that cross-checks it: identifier or code of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    cross_checker: Option<String>,
    /// What gates look at beside the scores.
    #[serde(default)]
    facts: Facts,
    /// Total from paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded_total: Option<Points>,
    /// Rank from paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    recorded_rank: Option<i32>,
    /// From which paper the total or rank is, and whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// What other systems call it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What sheets are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct ScoresheetFilter {
    /// Only of this bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    bloc_year: Option<String>,
    /// Only of this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: Option<String>,
    /// Only those that this unit cross-checks: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    cross_checker: Option<String>,
    /// Only in this state.
    status: Option<SheetStatus>,
    /// Only complete ones, or only others.
    complete: Option<bool>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for ScoresheetFilter {
    const SORTS: &'static [&'static str] = &["code"];
    const SEARCH: bool = false;
}

pub(crate) async fn list(call: Call<(), Listing<ScoresheetFilter>>) -> Result<List<ScoresheetLine>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, lines) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                bloc_year: refs::optional(conn, refs::find_bloc_year, "/bloc_year", asked.bloc_year.as_deref())?,
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                cross_checker: refs::optional(conn, refs::find_unit, "/cross_checker", asked.cross_checker.as_deref())?,
                status: asked.status,
                complete: asked.complete,
                code: asked.code,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let lines = view::lines(conn, eyes, &page.rows)?;
            Ok((page, lines))
        })
        .await?;
    call.query.page(&page, &lines, |row| (Key::Text(row.code.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<ScoresheetId>) -> Result<Shown<ScoresheetView>, ApiError> {
    let (id, medium) = (call.path, call.meta.medium);
    call.read(Reach::Long, move |conn, eyes| {
        let (row, ties) = parts::look_at::<ScoresheetRow>(conn, eyes, id)?;
        let view = view::view(conn, eyes, &row, &ties)?;
        view::shown(conn, eyes, medium, &row, &view)
    })
    .await
}

/// As which layer sees it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplanationQuery {
    /// As this layer sees it; the highest when left out.
    layer: Option<Layer>,
}

pub(crate) async fn explanation(call: Call<ScoresheetId, Query<ExplanationQuery>>) -> Result<One<WhyView>, ApiError> {
    let (id, layer) = (call.path, call.query.0.layer.unwrap_or(Layer::Final));
    let (view, version) = call
        .read(Reach::Long, move |conn, eyes| {
            let (row, _) = parts::look_at::<ScoresheetRow>(conn, eyes, id)?;
            let whole = whole::whole(conn, &row)?;
            let score = score(&whole.set, &whole.entries, &row.facts, layer)?;
            let standing = whole::standing_of(&whole.set, &row, &whole.entries, &score);
            let explanation = explain(&whole.set, &whole.entries, &row.facts, layer, None)?;
            let view = WhyView {
                unit: refs::units(conn, &[row.unit_id], eyes.today)?.get(row.unit_id).into(),
                scoresheet_id: row.id,
                rank: None,
                before_gates: None,
                rank_at_best: standing.rank_at_best,
                unresolved: Vec::new(),
                total: standing.total,
                excluded_by: Vec::new(),
                explanation: if whole.is_paper(&row) { explanation.on_paper() } else { explanation },
            };
            Ok((view, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// A member of a bloc year on the day on which its membership is looked at.
fn member(tx: &mut Tx<'_>, year: &BlocYearRow, pointer: &str, typed: &str) -> Result<UnitId, StoreError> {
    let members = bloc_years::members_of(tx.conn(), year.id)?;
    among(tx, year, &members, pointer, typed)
}

/// The same among members that were read before.
fn among(tx: &mut Tx<'_>, year: &BlocYearRow, members: &[MemberRow], pointer: &str, typed: &str) -> Result<UnitId, StoreError> {
    let unit = refs::find_unit(tx.conn(), pointer, typed)?;
    if members.iter().any(|member| member.unit_id == unit) {
        return Ok(unit);
    }
    let on = reference_day(year.year, tx.today());
    Err(Refusal::at(pointer, Code::NotAMember).with("unit", typed).with("on", on).into())
}

/// The member that cross-checks: another one of the same bloc year.
fn cross_checker(tx: &mut Tx<'_>, year: &BlocYearRow, judged: UnitId, typed: Option<&str>) -> Result<Option<UnitId>, StoreError> {
    let Some(typed) = typed else { return Ok(None) };
    let peer = member(tx, year, "/cross_checker", typed)?;
    if peer == judged {
        return Err(Refusal::at("/cross_checker", Code::PeerIsOwn).with("unit", typed).into());
    }
    Ok(Some(peer))
}

/// The ties of a sheet before there is one: those of its year, and that of its unit.
fn ties_of(tx: &mut Tx<'_>, year: &Ties, unit: UnitId) -> Result<Ties, StoreError> {
    let today = tx.today();
    let own: Vec<Tie> = access::ties_through(tx.conn(), Relation::Owner, unit, today)?.0;
    Ok(Ties(year.0.iter().copied().chain(own).collect()))
}

/// What others than the unit may say of a sheet beside its entries.
struct Judged<'a> {
    facts: &'a Facts,
    total: Option<Points>,
    rank: Option<i32>,
    recorded: Option<&'a Recorded>,
}

/// That facts and a total from paper can be those of a table, and that the paper is named.
fn judged(set: &Compiled, says: &Judged<'_>) -> Result<(), StoreError> {
    let mut refusals = Refusals::default();
    refusals.take(check_facts(set, says.facts));
    refusals.take(says.total.map_or(Ok(()), |total| check_total(set, total)));
    refusals.take(check_paper(says.total, says.rank, says.recorded));
    Ok(refusals.done()?)
}

/// Brings what is kept of the score in line with facts and entries.
pub(super) fn follow(conn: &mut Conn, row: &mut ScoresheetRow) -> Result<(), StoreError> {
    let whole = whole::whole(conn, row)?;
    row.stand(whole.standing);
    Ok(())
}

pub(crate) async fn create(call: Call<(), (), Json<ScoresheetDraft>>) -> Result<Ended<Made<ScoresheetView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: ScoresheetId = new_id();
    call.write(Root::New, move |tx| {
        let year = refs::find_bloc_year(tx.conn(), "/bloc_year", &draft.bloc_year)?;
        let year = tx.look_at::<BlocYearRow>(year).map_err(|error| hidden(error, "/bloc_year", Kind::BlocYear, &draft.bloc_year))?;
        let unit_id = member(tx, &year.value, "/unit", &draft.unit)?;
        let ties = ties_of(tx, &year.ties, unit_id)?;
        tx.require(Kind::Scoresheet, Verb::Create, &ties)?;
        if draft.judges() {
            tx.require(Kind::Scoresheet, Verb::Edit, &ties)?;
        }
        let set = criteria::criteria(tx.conn(), &year.value)?;
        let decided = thidua_store::rankings::is_decided(tx.conn(), year.value.id)?;
        let new = SheetFacts { missing: 0, provisional: 0, recorded_only: false, open_appeals: 0, decided, year: year.value.status };
        lifecycle::allow::<SheetLife>(SheetStatus::Scoring, Verb::Score, &new, false, tx.lang())?;
        let (facts, recorded) = (&draft.facts, draft.recorded.as_ref());
        judged(&set, &Judged { facts, total: draft.recorded_total, rank: draft.recorded_rank, recorded })?;
        let origin = Recorded::edited(None, recorded, tx.today())?;
        files::follow(tx, None, recorded)?;
        let names = refs::units(tx.conn(), &[unit_id], eyes.today)?;
        let mut row = ScoresheetRow {
            id,
            code: codes::free(tx.conn(), &year.value.code, &format!("-{}", names.get(unit_id).code), id.any(), refs::find_scoresheet)?,
            bloc_year_id: year.value.id,
            unit_id,
            cross_checker_id: cross_checker(tx, &year.value, unit_id, draft.cross_checker.as_deref())?,
            status: SheetStatus::Scoring,
            facts: Facts {
                part_of_year: draft.facts.part_of_year || part_of_year::is_part(tx.conn(), &year.value, unit_id)?,
                ..draft.facts.clone()
            },
            total: Points::ZERO,
            complete: false,
            recorded_total: draft.recorded_total,
            recorded_rank: draft.recorded_rank,
            note: draft.note.clone(),
            origin,
            recorded: draft.recorded.clone(),
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
            standing: None,
        };
        follow(tx.conn(), &mut row)?;
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::Scoresheet, id.any(), &draft.external_ids)?;
        tx.made(Kind::Scoresheet, id.any(), parts::values(&draft));
        let ties = access::ties_of(tx.conn(), Kind::Scoresheet, id.any(), eyes.today)?;
        let view = view::view(tx.conn(), &eyes, &row, &ties)?;
        Made::of(&view, Some(row.version), format!("/api/v1/scoresheets/{id}")).map_err(inside)
    })
    .await
}

/// Entries are as they were: what does not fit them now is the fact about the unit.
fn as_of_the_whole_year(error: StoreError) -> StoreError {
    let StoreError::Refused(DomainError(refusals)) = error else { return error };
    let at_fact = |refusal: Refusal| Refusal { pointer: "/facts/part_of_year".to_owned(), ..refusal };
    DomainError(refusals.into_iter().map(at_fact).collect()).into()
}

fn edit_of(row: &ScoresheetRow, external_ids: ExternalIds) -> ScoresheetEdit {
    ScoresheetEdit {
        cross_checker: row.cross_checker_id.map(|id| id.to_string()),
        facts: row.facts.clone(),
        recorded_total: row.recorded_total,
        recorded_rank: row.recorded_rank,
        recorded: row.recorded.clone(),
        note: row.note.clone(),
        external_ids,
    }
}

pub(crate) async fn edit(call: Call<ScoresheetId, (), Patch<ScoresheetEdit>>) -> Result<Ended<One<ScoresheetView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<ScoresheetRow>(id)?;
        tx.require(Kind::Scoresheet, Verb::Edit, &held.ties)?;
        let facts = held.value.facts(tx.conn(), eyes.today)?;
        lifecycle::allow::<SheetLife>(held.value.status, Verb::Edit, &facts, false, tx.lang())?;
        let before = edit_of(&held.value, external_ids::of(tx.conn(), Kind::Scoresheet, id.any())?);
        let after = patch.onto(&before)?;
        let year = tx.look_at::<BlocYearRow>(held.value.bloc_year_id)?.value;
        held.value.cross_checker_id = cross_checker(tx, &year, held.value.unit_id, after.cross_checker.as_deref())?;
        let (facts, recorded) = (&after.facts, after.recorded.as_ref());
        let says = Judged { facts, total: after.recorded_total, rank: after.recorded_rank, recorded };
        let set = criteria::criteria(tx.conn(), &year)?;
        judged(&set, &says)?;
        held.value.origin = Recorded::edited(before.recorded.as_ref(), recorded, tx.today())?;
        files::follow(tx, before.recorded.as_ref(), recorded)?;
        held.value.recorded.clone_from(&after.recorded);
        held.value.facts = after.facts.clone();
        held.value.recorded_total = after.recorded_total;
        held.value.recorded_rank = after.recorded_rank;
        held.value.note.clone_from(&after.note);
        follow(tx.conn(), &mut held.value).map_err(as_of_the_whole_year)?;
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Scoresheet, id.any(), &before.external_ids, &after.external_ids)?;
        let kept = edit_of(&held.value, after.external_ids);
        tx.edited(Kind::Scoresheet, id.any(), parts::values(&before), parts::values(&kept));
        let view = view::view(tx.conn(), &eyes, &held.value, &held.ties)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}
