//! Appeals: filed against the points of a score sheet, corrected while they wait, answered or withdrawn (`life`). How they are sent
//! and shown is in `view`.

mod life;
mod view;

use thidua_domain::access::{self, Kind, Relation, Tie, Ties, Verb};
use thidua_domain::appeal::{AppealLife, Filing, check_asked, filing};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::event::Event;
use thidua_domain::id::{AppealId, FileId, UnitId};
use thidua_domain::lifecycle::{self, Life};
use thidua_domain::ranking::PublicationStage;
use thidua_domain::recorded::Origin;
use thidua_domain::refusal::Code;
use thidua_store::appeals::{self as store, AppealRow, Filter};
use thidua_store::dialect::new_id;
use thidua_store::page::Key;
use thidua_store::scoresheets::ScoresheetRow;
use thidua_store::{Reach, Root, StoreError, Tx, external_ids, files, rankings, refs};

pub(crate) use life::step;
pub(crate) use view::AppealView;
use view::{AppealDraft, AppealEdit, AppealFilter, view, views};

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Json, Patch};
use crate::codes;
use crate::list::Listing;
use crate::parts::{self, ExternalId, hidden, inside};
use crate::problem::ApiError;
use crate::scoresheets::{Appealed, follow_evidence};

pub(crate) async fn list(call: Call<(), Listing<AppealFilter>>) -> Result<List<AppealView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                bloc_year: refs::optional(conn, refs::find_bloc_year, "/bloc_year", asked.bloc_year.as_deref())?,
                scoresheet: refs::optional(conn, refs::find_scoresheet, "/scoresheet", asked.scoresheet.as_deref())?,
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                by: refs::optional(conn, refs::find_unit, "/by", asked.by.as_deref())?,
                status: asked.status,
                code: asked.code,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Day(row.filed_on), row.id.any()))
}

pub(crate) async fn read(call: Call<AppealId>) -> Result<One<AppealView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<AppealRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// The ties of an appeal before there is one: those of its sheet, and that of the unit that appeals.
fn ties_of(tx: &mut Tx<'_>, sheet: &Ties, by: UnitId) -> Result<Ties, StoreError> {
    let today = tx.today();
    let by: Vec<Tie> = thidua_store::access::ties_through(tx.conn(), Relation::Appellant, by, today)?.0;
    Ok(Ties(sheet.0.iter().copied().chain(by).collect()))
}

/// Who speaks for the unit that appeals may act on what waits; who types what others did does so where it is recorded.
fn require_voice(tx: &Tx<'_>, ties: &Ties, typed: Verb, recorded: bool) -> Result<(), StoreError> {
    let verbs = [Verb::File, typed];
    let verbs = if recorded { verbs.as_slice() } else { verbs.get(..1).unwrap_or_default() };
    Ok(access::require_one(tx.actor(), Kind::Appeal, verbs, ties, tx.lang())?)
}

/// Follows what shows an appeal.
fn evidence(tx: &mut Tx<'_>, row: &AppealRow, before: &[FileId], after: &[FileId]) -> Result<(), StoreError> {
    let shown = follow_evidence(tx, row.by_unit_id, before, after, "")?;
    store::show(tx, row.id, &shown)
}

pub(crate) async fn create(call: Call<(), (), Json<AppealDraft>>) -> Result<Ended<Made<AppealView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: AppealId = new_id();
    let root = call.root_of(refs::find_scoresheet, &draft.scoresheet).await;
    call.write(root, move |tx| {
        let sheet = refs::find_scoresheet(tx.conn(), "/scoresheet", &draft.scoresheet)?;
        let sheet =
            tx.look_at::<ScoresheetRow>(sheet).map_err(|error| hidden(error, "/scoresheet", Kind::Scoresheet, &draft.scoresheet))?;
        let of = Appealed::read(tx.conn(), &sheet.value)?;
        let by = of.appellant(tx, &sheet.value, draft.by.as_deref())?;
        let ties = ties_of(tx, &sheet.ties, by)?;
        access::require_one(tx.actor(), Kind::Appeal, &[filing(draft.recorded.is_some())], &ties, tx.lang())?;
        if let Some(recorded) = &draft.recorded {
            recorded.check(tx.today())?;
            files::follow(tx, None, Some(recorded))?;
        }
        let published = rankings::published(tx.conn(), sheet.value.bloc_year_id)?;
        let filed_on = draft.recorded.as_ref().map_or_else(|| tx.today(), |recorded| recorded.happened_on);
        let filing = Filing {
            sheet: sheet.value.status,
            year: of.year(),
            decided: published.is_some_and(|published| published.stage == PublicationStage::Decided),
            until: published.and_then(|published| published.appeals_until),
            on: filed_on,
            recorded: draft.recorded.is_some(),
        };
        let warnings = filing.check()?;
        check_asked(of.set(), draft.item.as_deref(), draft.asked_points)?;
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?.into_string(),
            None => codes::with_tail(&format!("KN-{}", sheet.value.code), id.any()),
        };
        let mut row = AppealRow {
            id,
            code,
            scoresheet_id: sheet.value.id,
            by_unit_id: by,
            item: draft.item.clone(),
            grounds: String::new(),
            folded: String::new(),
            asked_points: draft.asked_points,
            points_filed: of.points(draft.item.as_deref()).ok_or(Code::NotFound)?,
            points_answered: None,
            filed_on,
            outcome: None,
            answer: None,
            answered_on: None,
            document_id: None,
            status: AppealLife::BORN,
            origin: if draft.recorded.is_some() { Origin::Recorded } else { Origin::Performed },
            recorded: draft.recorded.clone(),
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.ground(&draft.grounds);
        store::insert(tx, &row)?;
        evidence(tx, &row, &[], &draft.evidence)?;
        external_ids::add(tx.conn(), Kind::Appeal, id.any(), &draft.external_ids)?;
        let values = Some(parts::values(&draft));
        tx.record(Event::new(Kind::Appeal, id.any(), Verb::Create).values(None, values).recorded(draft.recorded.clone()).despite(warnings));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/appeals/{id}")).map_err(inside)
    })
    .await
}

pub(crate) async fn edit(call: Call<AppealId, (), Patch<AppealEdit>>) -> Result<Ended<One<AppealView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<AppealRow>(id)?;
        tx.require(Kind::Appeal, Verb::Edit, &held.ties)?;
        require_voice(tx, &held.ties, Verb::Edit, held.value.origin == Origin::Recorded)?;
        lifecycle::allow::<AppealLife>(held.value.status, Verb::Edit, &(), false, tx.lang())?;
        let shown: Vec<FileId> = store::evidence_of_all(tx.conn(), &[id])?.into_iter().map(|(_, file)| file).collect();
        let before = AppealEdit {
            grounds: held.value.grounds.clone(),
            asked_points: held.value.asked_points,
            evidence: shown,
            external_ids: external_ids::of(tx.conn(), Kind::Appeal, id.any())?,
        };
        let after = patch.onto(&before)?;
        if patch.touches("asked_points") {
            let sheet = tx.look_at::<ScoresheetRow>(held.value.scoresheet_id)?;
            let of = Appealed::read(tx.conn(), &sheet.value)?;
            check_asked(of.set(), held.value.item.as_deref(), after.asked_points)?;
        }
        held.value.ground(&after.grounds);
        held.value.asked_points = after.asked_points;
        evidence(tx, &held.value, &before.evidence, &after.evidence)?;
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Appeal, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::Appeal, id.any(), parts::values(&before), parts::values(&after));
        let view = view(tx.conn(), &eyes, &held.value)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}
