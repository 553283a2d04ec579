//! Registrations: what a unit aims for in a year, drafted, submitted, sent back or accepted. Shapes are in `view`, items in
//! `items`, what registrations add up to in `consolidation`.

mod consolidation;
mod items;
mod view;

use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::bloc_year::{BlocYearStatus, reference_day};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::event::Event;
use thidua_domain::id::{RegistrationId, UnitId};
use thidua_domain::lifecycle::{self, Life, Taken};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::registration::{
    InBloc, RegistrationFacts, RegistrationLife, RegistrationStatus, check_head, first_submission, moves_passed,
};
use thidua_domain::time::Date;
use thidua_store::access::ties_through;
use thidua_store::bloc_years::{BlocYearRow, membership};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::page::Key;
use thidua_store::registrations::{self as store, Filter, RegistrationRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, external_ids, files, refs};

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::codes;
use crate::list::Listing;
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;
use crate::transition::{Living, happened, mark};

pub(crate) use consolidation::{list as standings, read as consolidation};
pub(crate) use view::RegistrationView;
use view::{RegistrationDraft, RegistrationEdit, RegistrationFilter, RegistrationLine, facts, lines, view};

pub(crate) async fn list(call: Call<(), Listing<RegistrationFilter>>) -> Result<List<RegistrationLine>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                under: refs::optional(conn, refs::find_unit, "/under", asked.under.as_deref())?,
                year: asked.year,
                bloc_year: refs::optional(conn, refs::find_bloc_year, "/bloc_year", asked.bloc_year.as_deref())?,
                status: asked.status,
                award_type: refs::optional(conn, refs::find_award_type, "/award_type", asked.award_type.as_deref())?,
                person: refs::optional(conn, refs::find_person, "/person", asked.person.as_deref())?,
                late: asked.late,
                code: asked.code,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = lines(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Int(row.year), row.id.any()))
}

pub(crate) async fn read(call: Call<RegistrationId>) -> Result<One<RegistrationView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Long, move |conn, eyes| {
            let (row, ties) = parts::look_at::<RegistrationRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row, &ties)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// The bloc year that is meant, with what the rules look at.
fn bloc_year_of(tx: &mut Tx<'_>, unit: UnitId, on: Date, typed: &str) -> Result<(BlocYearRow, InBloc), StoreError> {
    let id = refs::find_bloc_year(tx.conn(), "/bloc_year", typed)?;
    let year = tx.look_at::<BlocYearRow>(id).map_err(|error| parts::hidden(error, "/bloc_year", Kind::BlocYear, typed))?.value;
    let members = membership(tx.conn(), id)?;
    let on = reference_day(year.year, on);
    let of = InBloc { year: year.year, cancelled: year.status == BlocYearStatus::Cancelled, member: members.holds(unit, on), on };
    Ok((year, of))
}

/// Puts the bloc year and the day into a row, checked by the rules.
fn set_head(
    tx: &mut Tx<'_>,
    row: &mut RegistrationRow,
    unit: &str,
    on: Date,
    (bloc_year, register_by): (Option<&str>, Option<Date>),
) -> Result<(), StoreError> {
    let bloc = bloc_year.map(|typed| bloc_year_of(tx, row.unit_id, on, typed)).transpose()?;
    check_head(unit, row.year, register_by, bloc.as_ref().map(|(_, of)| *of))?;
    row.bloc_year_id = bloc.map(|(year, _)| year.id);
    row.register_by = register_by;
    Ok(())
}

/// The day on which people, tree and places count: that of a recorded submission, else today, within the year.
fn day_of(year: i32, recorded: Option<&Recorded>, today: Date) -> Date {
    reference_day(year, recorded.map_or(today, |recorded| recorded.happened_on))
}

pub(crate) async fn create(call: Call<(), (), Json<RegistrationDraft>>) -> Result<Ended<Made<RegistrationView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: RegistrationId = new_id();
    let root = call.root_of(refs::find_unit, &draft.unit).await;
    call.write(root, move |tx| {
        let today = tx.today();
        let (unit_id, names) = refs::find_named_unit(tx.conn(), "/unit", &draft.unit, today)?;
        let unit = names.get(unit_id);
        let ties = ties_through(tx.conn(), Relation::Owner, unit_id, today)?;
        tx.require(Kind::Registration, Verb::Create, &ties)?;
        // One that was withdrawn after its day makes room for another, not for a later day.
        if moves_passed(store::day_of_withdrawn(tx.conn(), unit_id, draft.year)?, draft.register_by, today) {
            tx.require(Kind::Registration, Verb::MoveDeadline, &ties)?;
        }
        if let Some(recorded) = &draft.recorded {
            tx.require(Kind::Registration, Verb::Submit, &ties)?;
            recorded.check(today)?;
            files::follow(tx, None, Some(recorded))?;
        }
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?.into_string(),
            None => codes::with_tail(&format!("DK-{}-{}", draft.year, unit.code), id.any()),
        };
        let mut row = RegistrationRow {
            id,
            code,
            unit_id,
            year: draft.year,
            bloc_year_id: None,
            folded: String::new(),
            register_by: None,
            submitted_on: None,
            item_count: 0,
            note: draft.note.clone(),
            status: RegistrationLife::BORN,
            origin: Origin::Performed,
            recorded: None,
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.find_by(&unit.name);
        let on = day_of(draft.year, draft.recorded.as_ref(), today);
        set_head(tx, &mut row, &unit.code, on, (draft.bloc_year.as_deref(), draft.register_by))?;
        let items = items::rows(tx, &mut row, &unit.code, on, &draft.items)?;
        let submitted = draft.recorded.as_ref().map(|recorded| happened(tx, &mut row, Verb::Submit, recorded)).transpose()?;
        store::insert(tx, &row, &unit.code)?;
        store::replace_items(tx, id, &items)?;
        external_ids::add(tx.conn(), Kind::Registration, id.any(), &draft.external_ids)?;
        let values = Some(parts::values(&draft));
        tx.record(Event::new(Kind::Registration, id.any(), Verb::Create).values(None, values).recorded(draft.recorded.clone()));
        submitted.into_iter().for_each(|event| tx.record(event));
        let ties = thidua_store::access::ties_of(tx.conn(), Kind::Registration, id.any(), today)?;
        let view = view(tx.conn(), &eyes, &row, &ties)?;
        Made::of(&view, Some(row.version), format!("/api/v1/registrations/{id}")).map_err(inside)
    })
    .await
}

fn edit_of(tx: &mut Tx<'_>, row: &RegistrationRow) -> Result<RegistrationEdit, StoreError> {
    Ok(RegistrationEdit {
        code: row.code.clone(),
        bloc_year: row.bloc_year_id.map(|id| id.to_string()),
        register_by: row.register_by,
        items: items::drafts(tx.conn(), row.id)?,
        note: row.note.clone(),
        fictional: row.fictional,
        external_ids: external_ids::of(tx.conn(), Kind::Registration, row.id.any())?,
    })
}

pub(crate) async fn edit(call: Call<RegistrationId, (), Patch<RegistrationEdit>>) -> Result<Ended<One<RegistrationView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<RegistrationRow>(id)?;
        tx.require(Kind::Registration, Verb::Edit, &held.ties)?;
        lifecycle::allow::<RegistrationLife>(held.value.status, Verb::Edit, &facts(&held.value), false, tx.lang())?;
        let before = edit_of(tx, &held.value)?;
        let after = patch.onto(&before)?;
        let today = tx.today();
        if moves_passed(before.register_by, after.register_by, today) {
            tx.require(Kind::Registration, Verb::MoveDeadline, &held.ties)?;
        }
        let row = &mut held.value;
        let unit = refs::units(tx.conn(), &[row.unit_id], today)?.get(row.unit_id);
        let on = day_of(row.year, row.recorded.as_ref(), today);
        row.code = HumanCode::parse("/code", &after.code)?.into_string();
        row.find_by(&unit.name);
        row.note.clone_from(&after.note);
        row.fictional = after.fictional;
        if patch.touches("bloc_year") || patch.touches("register_by") {
            set_head(tx, row, &unit.code, on, (after.bloc_year.as_deref(), after.register_by))?;
        }
        if patch.touches("items") {
            let items = items::rows(tx, row, &unit.code, on, &after.items)?;
            store::replace_items(tx, id, &items)?;
        }
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Registration, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::Registration, id.any(), parts::values(&before), parts::values(&after));
        let view = view(tx.conn(), &eyes, &held.value, &held.ties)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}

impl Living for RegistrationRow {
    type Life = RegistrationLife;
    type View = RegistrationView;
    const PATH: &'static str = "/api/v1/registrations";

    fn status(&self) -> RegistrationStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn facts(&self, _: &mut Conn, _: Date) -> Result<RegistrationFacts, StoreError> {
        Ok(facts(self))
    }
    fn enter(
        &mut self,
        tx: &mut Tx<'_>,
        verb: Verb,
        taken: &Taken<RegistrationStatus>,
        recorded: Option<&Recorded>,
    ) -> Result<(), StoreError> {
        self.status = taken.to;
        if verb == Verb::Submit {
            let on = recorded.map_or_else(|| tx.today(), |recorded| recorded.happened_on);
            self.submitted_on = Some(first_submission(self.submitted_on, on));
        }
        mark(recorded, &mut self.origin, &mut self.recorded);
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<RegistrationView, StoreError> {
        view(conn, eyes, &held.value, &held.ties)
    }
}
