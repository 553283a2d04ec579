//! Bloc years: formed, run, closed; members by date are in `members`, the shown form in `view`.

mod members;
mod view;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Verb};
use thidua_domain::bloc_year::{BlocYearFacts, BlocYearLife, BlocYearStatus, Office};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::event::Event;
use thidua_domain::id::{BlocId, BlocYearId};
use thidua_domain::lifecycle::{self, Life, Taken};
use thidua_domain::ranking::undecided;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::registration::RegistrationGate;
use thidua_domain::time::Date;
use thidua_store::bloc_years::{self as store, BlocYearRow, Filter, MemberRow};
use thidua_store::blocs::BlocRow;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::page::Key;
use thidua_store::{Held, Reach, Root, StoreError, Tx, files, refs};
use utoipa::ToSchema;

pub(crate) use members::{add as add_member, change as change_member, list as members, read as member, remove as remove_member};
pub(crate) use view::BlocYearView;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;
use crate::transition::{Living, mark};

/// A bloc year to be made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlocYearDraft, example = json!({ "bloc": "KHOI-SKHDT", "year": 2021, "members": ["SKHDT-DA-NANG", "SKHDT-QUANG-NAM"] }))]
pub(crate) struct BlocYearDraft {
    /// The bloc: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    bloc: String,
    /// The year.
    #[schema(minimum = 1948, maximum = 2200)]
    year: i32,
    /// Code; bloc and year when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    code: Option<String>,
    /// Document that forms it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
    /// Members in the order of the founding document: identifiers or codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    members: Vec<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// What becomes of members that have not submitted a registration of the year: `warn` when left out.
    #[serde(default = "warned", skip_serializing_if = "is_warned")]
    registration_gate: RegistrationGate,
    /// Days for appeals after the ranking is published; no last day when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 365)]
    appeal_days: Option<i32>,
    /// Whole months that a unit must have been a member of the year to be ranked; left out, any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 12)]
    ranked_from_months: Option<i32>,
    /// Facts, where the year was formed elsewhere.
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

/// What is usual for members without a registration.
const fn warned() -> RegistrationGate {
    RegistrationGate::Warn
}

fn is_warned(gate: &RegistrationGate) -> bool {
    *gate == warned()
}

/// What of a bloc year can be edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlocYearEdit, example = json!({ "note": "Khối gồm 11 tỉnh, thành phố" }))]
pub(crate) struct BlocYearEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    code: String,
    /// Document that forms it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// What becomes of members that have not submitted a registration of the year.
    registration_gate: RegistrationGate,
    /// Days for appeals after the ranking is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 365)]
    appeal_days: Option<i32>,
    /// Whole months that a unit must have been a member of the year to be ranked; left out, any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 12)]
    ranked_from_months: Option<i32>,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What bloc years are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct BlocYearFilter {
    /// Only of this bloc: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    bloc: Option<String>,
    /// Only of this year.
    #[schema(minimum = 1948, maximum = 2200)]
    year: Option<i32>,
    /// Only those whose members are scored on this set: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    criteria_set: Option<String>,
    /// Only in this state.
    status: Option<BlocYearStatus>,
    /// Only those of which this unit is a member: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    member: Option<String>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for BlocYearFilter {
    const SORTS: &'static [&'static str] = &["year"];
    const SEARCH: bool = true;
}

pub(crate) async fn list(call: Call<(), Listing<BlocYearFilter>>) -> Result<List<view::BlocYearLine>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                bloc: refs::optional(conn, refs::find_bloc, "/bloc", asked.bloc.as_deref())?,
                criteria_set: refs::optional(conn, refs::find_criteria_set, "/criteria_set", asked.criteria_set.as_deref())?,
                year: asked.year,
                status: asked.status,
                member: refs::optional(conn, refs::find_unit, "/member", asked.member.as_deref())?,
                code: asked.code,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = view::lines(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Int(row.year), row.id.any()))
}

pub(crate) async fn read(call: Call<BlocYearId>) -> Result<One<BlocYearView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, ties) = parts::look_at::<BlocYearRow>(conn, eyes, id)?;
            Ok((view::view(conn, eyes, &row, &ties)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

pub(crate) async fn create(call: Call<(), (), Json<BlocYearDraft>>) -> Result<Ended<Made<BlocYearView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: BlocYearId = new_id();
    call.write(Root::New, move |tx| {
        let bloc: BlocId = refs::find_bloc(tx.conn(), "/bloc", &draft.bloc)?;
        let of = tx.look_at::<BlocRow>(bloc).map_err(|error| parts::hidden(error, "/bloc", Kind::Bloc, &draft.bloc))?;
        tx.require(Kind::BlocYear, Verb::Create, &of.ties)?;
        if let Some(recorded) = &draft.recorded {
            recorded.check(tx.today())?;
            files::follow(tx, None, Some(recorded))?;
        }
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?,
            None => HumanCode::from_name(&of.value.code, &format!("/{}", draft.year)),
        };
        let row = BlocYearRow {
            id,
            code: code.into_string(),
            bloc_id: bloc,
            year: draft.year,
            status: BlocYearLife::BORN,
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?,
            note: draft.note.clone(),
            origin: if draft.recorded.is_some() { Origin::Recorded } else { Origin::Performed },
            recorded: draft.recorded.clone(),
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
            criteria_set_id: None,
            registration_gate: draft.registration_gate,
            appeal_days: draft.appeal_days,
            ranked_from_months: draft.ranked_from_months,
        };
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::BlocYear, id.any(), &draft.external_ids)?;
        for ((i, typed), ordinal) in draft.members.iter().enumerate().zip(1_i32..) {
            let unit_id = refs::find_unit(tx.conn(), &format!("/members/{i}"), typed)?;
            let member = MemberRow {
                id: new_id(),
                bloc_year_id: id,
                unit_id,
                office: Office::Member,
                ordinal,
                from_on: None,
                to_on: None,
                note: None,
                created_at: tx.now(),
            };
            store::add_member(tx, &member)?;
        }
        tx.record(
            Event::new(Kind::BlocYear, id.any(), Verb::Create).values(None, Some(parts::values(&draft))).recorded(draft.recorded.clone()),
        );
        made(tx, &eyes, &row)
    })
    .await
}

fn made(tx: &mut Tx<'_>, eyes: &Eyes, row: &BlocYearRow) -> Result<Made<BlocYearView>, StoreError> {
    let ties = thidua_store::access::ties_of(tx.conn(), Kind::BlocYear, row.id.any(), eyes.today)?;
    let view = view::view(tx.conn(), eyes, row, &ties)?;
    Made::of(&view, Some(row.version), format!("/api/v1/bloc-years/{}", row.id)).map_err(inside)
}

pub(crate) async fn edit(call: Call<BlocYearId, (), Patch<BlocYearEdit>>) -> Result<Ended<One<BlocYearView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<BlocYearRow>(id)?;
        tx.require(Kind::BlocYear, Verb::Edit, &held.ties)?;
        allow(tx, &held, Verb::Edit)?;
        let before = BlocYearEdit {
            code: held.value.code.clone(),
            document: held.value.document_id.map(|id| id.to_string()),
            note: held.value.note.clone(),
            registration_gate: held.value.registration_gate,
            appeal_days: held.value.appeal_days,
            ranked_from_months: held.value.ranked_from_months,
            external_ids: external_ids::of(tx.conn(), Kind::BlocYear, id.any())?,
        };
        let after = patch.onto(&before)?;
        held.value.code = HumanCode::parse("/code", &after.code)?.into_string();
        held.value.document_id = refs::optional(tx.conn(), refs::find_document, "/document", after.document.as_deref())?;
        held.value.note.clone_from(&after.note);
        if (after.registration_gate, after.ranked_from_months) != (before.registration_gate, before.ranked_from_months) {
            let today = tx.today();
            undecided(held.value.facts(tx.conn(), today)?.decided)?;
        }
        held.value.registration_gate = after.registration_gate;
        held.value.appeal_days = after.appeal_days;
        held.value.ranked_from_months = after.ranked_from_months;
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::BlocYear, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::BlocYear, id.any(), parts::values(&before), parts::values(&after));
        let view = view::view(tx.conn(), &eyes, &held.value, &held.ties)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}

/// Asks the lifecycle whether an act that leaves the state alone is possible now.
fn allow(tx: &mut Tx<'_>, held: &Held<BlocYearRow>, verb: Verb) -> Result<(), StoreError> {
    let today = tx.today();
    let facts = held.value.facts(tx.conn(), today)?;
    lifecycle::allow::<BlocYearLife>(held.value.status, verb, &facts, false, tx.lang())?;
    Ok(())
}

impl Living for BlocYearRow {
    type Life = BlocYearLife;
    type View = BlocYearView;
    const PATH: &'static str = "/api/v1/bloc-years";

    fn status(&self) -> BlocYearStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn facts(&self, conn: &mut Conn, today: Date) -> Result<BlocYearFacts, StoreError> {
        let members = store::members_of(conn, self.id)?;
        store::facts(conn, self, &members, today)
    }
    fn enter(&mut self, _: &mut Tx<'_>, _: Verb, taken: &Taken<BlocYearStatus>, recorded: Option<&Recorded>) -> Result<(), StoreError> {
        self.status = taken.to;
        mark(recorded, &mut self.origin, &mut self.recorded);
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<BlocYearView, StoreError> {
        view::view(conn, eyes, &held.value, &held.ties)
    }
}
