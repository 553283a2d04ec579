//! What ballot or council decided between units of the same total: entered here, looked at by the ranking.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::bloc_year::reference_day;
use thidua_domain::criteria_set::TieBreaker;
use thidua_domain::dated::{around_year, happened};
use thidua_domain::event::Event;
use thidua_domain::id::{BlocYear, BlocYearId, Id, MeetingId, UnitId};
use thidua_domain::ranking::{TieDecider, TieLine, check_ties};
use thidua_domain::refusal::{Code, Refusal, word_named};
use thidua_domain::time::{Date, Instant};
use thidua_domain::vocabulary::Word;
use thidua_store::bloc_years::{self, BlocYearRow};
use thidua_store::conn::Conn;
use thidua_store::meetings::MeetingRow;
use thidua_store::rankings::{self as store, TieDecisionRow, TieUnitRow};
use thidua_store::{Held, Reach, Resource, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use super::criteria::criteria;
use super::publications::of_ranking;
use crate::answer::{Done, List, One};
use crate::call::{Call, Ended, Eyes, Json, Query};
use crate::parts::{self, RefView, inside, label};
use crate::problem::ApiError;

/// What was decided about a unit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TieDecisionLine)]
pub(crate) struct LineDraft {
    /// The unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// Votes for it, in a ballot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10000)]
    votes: Option<i32>,
    /// Its place, by the council; 1 is the best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    place: Option<i32>,
}

/// What ballot or council decided between equals.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TieDecisionDraft, example = json!({ "units": [{"unit": "A", "votes": 7}, {"unit": "B", "votes": 4}], "decided_on": "2026-11-20" }))]
pub(crate) struct TieDecisionDraft {
    /// The units between which it was decided.
    #[schema(min_items = 2, max_items = 200)]
    units: Vec<LineDraft>,
    /// When.
    #[schema(value_type = String, format = Date)]
    decided_on: Date,
    /// Document that says so: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
    /// Meeting of the bloc year at which it was decided: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    meeting: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
}

/// What was decided about a unit, as shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TieDecisionUnit)]
struct LineView {
    /// The unit.
    unit: RefView,
    /// Votes for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10000, nullable = false)]
    votes: Option<i32>,
    /// Its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    place: Option<i32>,
}

/// What ballot or council decided between equals, as shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TieDecision, example = json!({
    "by": "ballot", "by_label": "Bỏ phiếu của khối", "units": [], "decided_on": "2026-11-20", "looked_at": true, "updated_at": "2026-11-27T02:00:00Z"
}))]
pub(crate) struct TieDecisionView {
    /// Who decided.
    by: TieDecider,
    /// The same in words.
    #[schema(max_length = 100)]
    by_label: String,
    /// The units.
    #[schema(max_items = 200)]
    units: Vec<LineView>,
    /// When.
    #[schema(value_type = String, format = Date)]
    decided_on: Date,
    /// Document that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// Meeting at which it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    meeting: Option<RefView>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// Whether the criteria of the year have it among their tie-breakers: if not, the ranking does not look at it.
    looked_at: bool,
    /// Entered.
    updated_at: Instant,
}

fn views(conn: &mut Conn, eyes: &Eyes, year: &BlocYearRow) -> Result<Vec<TieDecisionView>, StoreError> {
    let rows = store::tie_decisions(conn, year.id)?;
    let units = store::tie_units(conn, year.id)?;
    let ids: Vec<UnitId> = units.iter().map(|row| row.unit_id).collect();
    let names = refs::units(conn, &ids, reference_day(year.year, eyes.today))?;
    let documents: Vec<_> = rows.iter().filter_map(|row| row.document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    let meetings: Vec<_> = rows.iter().filter_map(|row| row.meeting_id).collect();
    let meetings = refs::meetings(conn, &meetings)?;
    let set = year.criteria_set_id.map(|_| criteria(conn, year)).transpose()?;
    let line = |row: &TieUnitRow| {
        let value = |by| (row.decided_by == by).then_some(row.value);
        LineView { unit: names.get(row.unit_id).into(), votes: value(TieDecider::Ballot), place: value(TieDecider::Council) }
    };
    Ok(rows
        .into_iter()
        .map(|row| TieDecisionView {
            by: row.decided_by,
            by_label: label(row.decided_by, eyes.lang),
            units: units.iter().filter(|unit| unit.decided_by == row.decided_by).map(line).collect(),
            decided_on: row.decided_on,
            document: documents.opt(row.document_id).map(Into::into),
            meeting: meetings.opt(row.meeting_id).map(Into::into),
            note: row.note,
            looked_at: set.iter().flat_map(|set| set.tie_breakers()).any(|breaker| match row.decided_by {
                TieDecider::Ballot => *breaker == TieBreaker::Ballot {},
                TieDecider::Council => *breaker == TieBreaker::Council {},
            }),
            updated_at: row.updated_at,
        })
        .collect())
}

/// Who decided, as the path names it.
fn decider(word: &str) -> Result<TieDecider, StoreError> {
    TieDecider::parse(word).ok_or(StoreError::NotFound)
}

fn view(conn: &mut Conn, eyes: &Eyes, year: &BlocYearRow, by: TieDecider) -> Result<TieDecisionView, StoreError> {
    views(conn, eyes, year)?.into_iter().find(|view| view.by == by).ok_or(StoreError::NotFound)
}

pub(crate) async fn list(call: Call<BlocYearId>) -> Result<List<TieDecisionView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Long, move |conn, eyes| {
            let (year, _) = parts::look_at::<BlocYearRow>(conn, eyes, id)?;
            views(conn, eyes, &year)
        })
        .await?;
    List::whole(&views)
}

pub(crate) async fn read(call: Call<(Id<BlocYear>, String)>) -> Result<One<TieDecisionView>, ApiError> {
    let (id, by) = call.path.clone();
    let (view, version) = call
        .read(Reach::Long, move |conn, eyes| {
            let (year, _) = parts::look_at::<BlocYearRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &year, decider(&by)?)?, year.version))
        })
        .await?;
    One::of(&view, version)
}

/// The meeting at which it was decided: one of the same bloc year.
fn meeting(tx: &mut Tx<'_>, year: BlocYearId, typed: Option<&str>) -> Result<Option<MeetingId>, StoreError> {
    let Some(typed) = typed else { return Ok(None) };
    let id = refs::find_meeting(tx.conn(), "/meeting", typed)?;
    let of = MeetingRow::load(tx.conn(), id)?.filter(|meeting| meeting.bloc_year_id == year);
    let unknown = || Refusal::at("/meeting", Code::UnknownReference).with("what", word_named(Kind::Meeting)).with("value", typed);
    Ok(Some(of.ok_or_else(unknown)?.id))
}

fn lines(tx: &mut Tx<'_>, year: &BlocYearRow, typed: &[LineDraft]) -> Result<Vec<TieLine<UnitId>>, StoreError> {
    let members = bloc_years::members_of(tx.conn(), year.id)?;
    let found = |(n, line): (usize, &LineDraft)| {
        let unit = super::among(tx, year, &members, &format!("/units/{n}/unit"), &line.unit)?;
        Ok(TieLine { unit, typed: line.unit.clone(), votes: line.votes, place: line.place })
    };
    typed.iter().enumerate().map(found).collect()
}

fn held(tx: &mut Tx<'_>, id: BlocYearId, by: TieDecider) -> Result<Held<BlocYearRow>, StoreError> {
    let held = tx.load_for_change::<BlocYearRow>(id)?;
    of_ranking(tx, &held, by.entering(), false)?;
    Ok(held)
}

/// What was said before, for the history.
fn before(tx: &mut Tx<'_>, eyes: &Eyes, year: &BlocYearRow, by: TieDecider) -> Result<Option<serde_json::Value>, StoreError> {
    Ok(views(tx.conn(), eyes, year)?.iter().find(|view| view.by == by).map(parts::values))
}

pub(crate) async fn put(call: Call<(Id<BlocYear>, String), (), Json<TieDecisionDraft>>) -> Result<Ended<One<TieDecisionView>>, ApiError> {
    let ((id, by), draft, eyes) = (call.path.clone(), call.body.0.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let by = decider(&by)?;
        let mut held = held(tx, id, by)?;
        happened("/decided_on", draft.decided_on, tx.today())?;
        around_year("/decided_on", draft.decided_on, held.value.year)?;
        let values = check_ties(by, &lines(tx, &held.value, &draft.units)?)?;
        let was = before(tx, &eyes, &held.value, by)?;
        let row = TieDecisionRow {
            bloc_year_id: id,
            decided_by: by,
            decided_on: draft.decided_on,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            meeting_id: meeting(tx, id, draft.meeting.as_deref())?,
            note: draft.note.clone(),
            updated_at: tx.now(),
        };
        let unit = |(unit_id, value)| TieUnitRow { bloc_year_id: id, decided_by: by, unit_id, value };
        store::decide_ties(tx, &row, &values.into_iter().map(unit).collect::<Vec<_>>())?;
        bloc_years::save(tx, &mut held)?;
        let view = view(tx.conn(), &eyes, &held.value, by)?;
        tx.record(Event::new(Kind::BlocYear, id.any(), by.entering()).values(was, Some(parts::values(&view))));
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}

/// Why something is taken away.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonQuery {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

pub(crate) async fn remove(call: Call<(Id<BlocYear>, String), Query<ReasonQuery>>) -> Result<Ended<Done>, ApiError> {
    let ((id, by), reason, eyes) = (call.path.clone(), call.query.0.reason.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let by = decider(&by)?;
        let mut held = held(tx, id, by)?;
        let was = before(tx, &eyes, &held.value, by)?.ok_or(StoreError::NotFound)?;
        store::undo_ties(tx, id, by)?;
        bloc_years::save(tx, &mut held)?;
        let verb: Verb = by.entering();
        tx.record(Event::new(Kind::BlocYear, id.any(), verb).values(Some(was), None).because(Some(reason.clone())));
        Ok(Done)
    })
    .await
}
