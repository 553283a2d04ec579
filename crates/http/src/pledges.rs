//! Pledges: drafted, opened, signed, in force. The shown form is in `view`, wording as typed in
//! `wording`, signatures and targets in files of their own.

mod signatures;
mod targets;
mod view;
mod wording;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::event::Event;
use thidua_domain::id::{BlocYearId, MeetingId, PledgeId};
use thidua_domain::lifecycle::{self, Life, Taken};
use thidua_domain::pledge::{PledgeFacts, PledgeLife, PledgeStatus, TEXT_FIELDS};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal, word_named};
use thidua_domain::text;
use thidua_domain::time::Date;
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::meetings::MeetingRow;
use thidua_store::page::Key;
use thidua_store::pledges::{self as store, Filter, PledgeRow};
use thidua_store::{Held, Reach, Resource, Root, StoreError, Tx, files, refs};
use utoipa::ToSchema;

pub(crate) use signatures::{list as signatures, read_signature, remove_signature, sign};
pub(crate) use targets::{add as add_target, change as change_target, list as targets, read as target, remove as remove_target};
pub(crate) use view::{PledgeLine, PledgeView};
use wording::{ContentDraft, PartnerDraft, ReferenceDraft};

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside, label};
use crate::problem::ApiError;
use crate::transition::{Living, mark};

/// A pledge to be entered or edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PledgeDraft, example = json!({
    "bloc_year": "KHOI-SKHDT/2021", "title": "Giao ước thi đua năm 2021", "sign_by": "2021-04-30",
    "requirements": ["Phong trào thiết thực, có chỉ tiêu cụ thể"],
    "contents": [{"no": "1", "text": "Triển khai các nghị quyết của Chính phủ", "parts": [{"no": "1.1", "text": "Nghị quyết 01/NQ-CP"}]}]
}))]
pub(crate) struct PledgeDraft {
    /// The bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    bloc_year: String,
    /// Code; made when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    code: Option<String>,
    /// Title; made when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    title: Option<String>,
    /// Opening words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 10000, format = "multiline")]
    preamble: Option<String>,
    /// Day by which all members should have signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    sign_by: Option<Date>,
    /// Meeting at which it is signed: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    meeting: Option<String>,
    /// What emulation in the bloc must be like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100, value_type = Vec<wording::Requirement>)]
    requirements: Vec<String>,
    /// What is pledged, numbered as printed, nested up to three levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    contents: Vec<ContentDraft>,
    /// Documents and campaigns the pledge as a whole refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    references: Vec<ReferenceDraft>,
    /// Organisations that join the members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    partners: Vec<PartnerDraft>,
    /// Pledge whose wording is copied: identifier, code, or `last_year`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    copied_from: Option<String>,
    /// Facts of a pledge that was made elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What pledges are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct PledgeFilter {
    /// Only of this bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    bloc_year: Option<String>,
    /// Only of this year.
    #[schema(minimum = 1948, maximum = 2200)]
    year: Option<i32>,
    /// Only in this state.
    status: Option<PledgeStatus>,
    /// Only those this unit has signed: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    signed_by: Option<String>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for PledgeFilter {
    const SORTS: &'static [&'static str] = &["code"];
    const SEARCH: bool = true;
}

pub(crate) async fn list(call: Call<(), Listing<PledgeFilter>>) -> Result<List<PledgeLine>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                bloc_year: refs::optional(conn, refs::find_bloc_year, "/bloc_year", asked.bloc_year.as_deref())?,
                year: asked.year,
                status: asked.status,
                signed_by: refs::optional(conn, refs::find_unit, "/signed_by", asked.signed_by.as_deref())?,
                code: asked.code,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = view::lines(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.code.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<PledgeId>) -> Result<One<PledgeView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, ties) = parts::look_at::<PledgeRow>(conn, eyes, id)?;
            Ok((view::view(conn, eyes, &row, &ties)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// The pledge to copy from: it must be in the caller's sight.
fn source(tx: &mut Tx<'_>, draft: &PledgeDraft, year: &BlocYearRow) -> Result<Option<PledgeId>, StoreError> {
    let Some(typed) = draft.copied_from.as_deref() else { return Ok(None) };
    let found = if typed == "last_year" {
        store::of_year_before(tx.conn(), year.bloc_id, year.year)?
            .ok_or_else(|| Refusal::at("/copied_from", Code::NoPledgeBefore).with("year", year.year - 1))?
    } else {
        refs::find_pledge(tx.conn(), "/copied_from", typed)?
    };
    tx.look_at::<PledgeRow>(found).map_err(|error| parts::hidden(error, "/copied_from", Kind::Pledge, typed))?;
    Ok(Some(found))
}

pub(crate) async fn create(call: Call<(), (), Json<PledgeDraft>>) -> Result<Ended<Made<PledgeView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: PledgeId = new_id();
    // Pledges of one year are numbered one after the other.
    let root = call.root_of(refs::find_bloc_year, &draft.bloc_year).await;
    call.write(root, move |tx| {
        let year = refs::find_bloc_year(tx.conn(), "/bloc_year", &draft.bloc_year)?;
        let of = tx.look_at::<BlocYearRow>(year).map_err(|error| parts::hidden(error, "/bloc_year", Kind::BlocYear, &draft.bloc_year))?;
        tx.require(Kind::Pledge, Verb::Create, &of.ties)?;
        if !of.value.status.goes_on() {
            return Err(Refusal::at("/bloc_year", Code::BlocYearEnded).into());
        }
        if let Some(recorded) = &draft.recorded {
            recorded.check(tx.today())?;
            files::follow(tx, None, Some(recorded))?;
        }
        let copied_from_id = source(tx, &draft, &of.value)?;
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?,
            None => store::next_code(tx.conn(), &of.value)?,
        };
        let title = draft.title.clone().unwrap_or_else(|| format!("Giao ước thi đua năm {}", of.value.year));
        let row = PledgeRow {
            id,
            code: code.into_string(),
            bloc_year_id: year,
            folded: text::fold(&title),
            title,
            preamble: draft.preamble.clone(),
            status: PledgeLife::BORN,
            sign_by: draft.sign_by,
            meeting_id: meeting(tx, year, draft.meeting.as_deref())?,
            copied_from_id,
            in_force_on: None,
            signature_count: 0,
            origin: if draft.recorded.is_some() { Origin::Recorded } else { Origin::Performed },
            recorded: draft.recorded.clone(),
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        // A number that was made here and is taken belongs to who was quicker: the next one is free.
        store::insert(tx, &row).map_err(|error| if draft.code.is_none() && error.is_taken() { error.again() } else { error })?;
        external_ids::add(tx.conn(), Kind::Pledge, id.any(), &draft.external_ids)?;
        let wording = wording::rows(tx, id, &draft, copied_from_id)?;
        store::add_wording(tx, id, &wording)?;
        tx.record(
            Event::new(Kind::Pledge, id.any(), Verb::Create).values(None, Some(parts::values(&draft))).recorded(draft.recorded.clone()),
        );
        made(tx, &eyes, &row)
    })
    .await
}

/// The meeting at which a pledge is signed: one of its own bloc year.
fn meeting(tx: &mut Tx<'_>, year: BlocYearId, typed: Option<&str>) -> Result<Option<MeetingId>, StoreError> {
    let Some(typed) = typed else { return Ok(None) };
    let id = refs::find_meeting(tx.conn(), "/meeting", typed)?;
    let of = MeetingRow::load(tx.conn(), id)?.filter(|meeting| meeting.bloc_year_id == year);
    let unknown = || Refusal::at("/meeting", Code::UnknownReference).with("what", word_named(Kind::Meeting)).with("value", typed);
    Ok(Some(of.ok_or_else(unknown)?.id))
}

fn made(tx: &mut Tx<'_>, eyes: &Eyes, row: &PledgeRow) -> Result<Made<PledgeView>, StoreError> {
    let ties = thidua_store::access::ties_of(tx.conn(), Kind::Pledge, row.id.any(), eyes.today)?;
    let view = view::view(tx.conn(), eyes, row, &ties)?;
    Made::of(&view, Some(row.version), format!("/api/v1/pledges/{}", row.id)).map_err(inside)
}

fn draft_of(tx: &mut Tx<'_>, row: &PledgeRow) -> Result<PledgeDraft, StoreError> {
    let wording = store::wording_of(tx.conn(), row.id)?;
    Ok(PledgeDraft {
        bloc_year: row.bloc_year_id.to_string(),
        code: Some(row.code.clone()),
        title: Some(row.title.clone()),
        preamble: row.preamble.clone(),
        sign_by: row.sign_by,
        meeting: row.meeting_id.map(|id| id.to_string()),
        requirements: wording.requirements.clone(),
        contents: wording::content_drafts(&wording),
        references: wording::reference_drafts(&wording, None),
        partners: wording::partner_drafts(&wording),
        copied_from: row.copied_from_id.map(|id| id.to_string()),
        recorded: row.recorded.clone(),
        fictional: row.fictional,
        external_ids: external_ids::of(tx.conn(), Kind::Pledge, row.id.any())?,
    })
}

/// Once opened for signing, the wording is settled; the days around it are not. Sending back what was
/// read changes nothing.
fn check_settled(tx: &Tx<'_>, row: &PledgeRow, before: &PledgeDraft, after: &PledgeDraft) -> Result<(), StoreError> {
    if row.status == PledgeStatus::Draft {
        return Ok(());
    }
    let (before, after) = (parts::values(before), parts::values(after));
    match TEXT_FIELDS.iter().find(|field| before.get(**field) != after.get(**field)) {
        Some(field) => Err(Refusal::at(format!("/{field}"), Code::PledgeTextFrozen)
            .with("state", label(row.status, tx.lang()))
            .with("field", field)
            .into()),
        None => Ok(()),
    }
}

pub(crate) async fn edit(call: Call<PledgeId, (), Patch<PledgeDraft>>) -> Result<Ended<One<PledgeView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<PledgeRow>(id)?;
        tx.require(Kind::Pledge, Verb::Edit, &held.ties)?;
        let facts = PledgeFacts { year: store::year_status(tx.conn(), held.value.bloc_year_id)?, ..PledgeFacts::default() };
        lifecycle::allow::<PledgeLife>(held.value.status, Verb::Edit, &facts, false, tx.lang())?;
        let before = draft_of(tx, &held.value)?;
        let after = patch.onto(&before)?;
        check_settled(tx, &held.value, &before, &after)?;
        for fixed in ["bloc_year", "copied_from"] {
            if patch.touches(fixed) && parts::values(&before).get(fixed) != parts::values(&after).get(fixed) {
                return Err(Refusal::at(format!("/{fixed}"), Code::CannotMove).into());
            }
        }
        held.value.code = parts::kept_code(after.code.as_deref())?;
        let title = after.title.as_ref().ok_or_else(|| Refusal::at("/title", Code::FieldEmptied).with("field", "title"))?;
        held.value.title.clone_from(title);
        held.value.folded = text::fold(title);
        held.value.preamble.clone_from(&after.preamble);
        held.value.sign_by = after.sign_by;
        held.value.meeting_id = meeting(tx, held.value.bloc_year_id, after.meeting.as_deref())?;
        held.value.origin = Recorded::edited(before.recorded.as_ref(), after.recorded.as_ref(), tx.today())?;
        files::follow(tx, before.recorded.as_ref(), after.recorded.as_ref())?;
        held.value.recorded.clone_from(&after.recorded);
        held.value.fictional = after.fictional;
        if patch.fields().iter().any(|field| ["requirements", "contents", "references", "partners"].contains(field)) {
            let wording = wording::rows(tx, id, &after, None)?;
            store::replace_wording(tx, id, &wording)?;
        }
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Pledge, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::Pledge, id.any(), parts::values(&before), parts::values(&after));
        let view = view::view(tx.conn(), &eyes, &held.value, &held.ties)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}

impl Living for PledgeRow {
    type Life = PledgeLife;
    type View = PledgeView;
    const PATH: &'static str = "/api/v1/pledges";

    fn status(&self) -> PledgeStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn facts(&self, conn: &mut Conn, today: Date) -> Result<PledgeFacts, StoreError> {
        let signers = store::signers(conn, self, today)?;
        let signatures = store::signatures_of(conn, self.id)?;
        store::facts(conn, self, &signers, &signatures)
    }
    fn enter(&mut self, _: &mut Tx<'_>, _: Verb, taken: &Taken<PledgeStatus>, recorded: Option<&Recorded>) -> Result<(), StoreError> {
        self.status = taken.to;
        mark(recorded, &mut self.origin, &mut self.recorded);
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<PledgeView, StoreError> {
        view::view(conn, eyes, &held.value, &held.ties)
    }
}
