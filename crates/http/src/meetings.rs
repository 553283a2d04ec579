//! Meetings of a bloc: called, held, minuted; with who came.

mod view;

use thidua_domain::access::{Kind, Verb};
use thidua_domain::bloc_year::BlocYearStatus;
use thidua_domain::code::Code as HumanCode;
use thidua_domain::dated::{around_year, not_after_today};
use thidua_domain::event::Event;
use thidua_domain::id::MeetingId;
use thidua_domain::lifecycle::{self, Life, Taken};
use thidua_domain::meeting::{MeetingFacts, MeetingLife, MeetingStatus};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::Date;
use thidua_store::bloc_years::{BlocYearRow, membership};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids;
use thidua_store::meetings::{self as store, AttendanceRow, Filter, MeetingRow};
use thidua_store::page::Key;
use thidua_store::{Held, Reach, Root, StoreError, Tx, files, refs};

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::list::Listing;
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;
use crate::transition::{Living, happened, mark};

pub(crate) use view::MeetingView;
use view::{AttendanceDraft, MeetingDraft, MeetingFilter, facts, view, views};

pub(crate) async fn list(call: Call<(), Listing<MeetingFilter>>) -> Result<List<MeetingView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                bloc_year: refs::optional(conn, refs::find_bloc_year, "/bloc_year", asked.bloc_year.as_deref())?,
                kind: asked.kind,
                status: asked.status,
                from_on: asked.from_on,
                to_on: asked.to_on,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Day(row.meets_on), row.id.any()))
}

pub(crate) async fn read(call: Call<MeetingId>) -> Result<One<MeetingView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<MeetingRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// Seats out of what was typed: each unit once, and a member of the bloc.
fn seats(tx: &mut Tx<'_>, meeting: MeetingId, row: &MeetingRow, typed: &[AttendanceDraft]) -> Result<Vec<AttendanceRow>, StoreError> {
    let members = membership(tx.conn(), row.bloc_year_id)?;
    around_year("/meets_on", row.meets_on, members.year())?;
    let mut rows: Vec<AttendanceRow> = Vec::with_capacity(typed.len());
    for ((i, seat), ordinal) in typed.iter().enumerate().zip(1_i32..) {
        let pointer = format!("/attendance/{i}/unit");
        let unit_id = refs::find_unit(tx.conn(), &pointer, &seat.unit)?;
        if !members.holds(unit_id, row.meets_on) {
            return Err(Refusal::at(pointer, Code::NotAMember).with("unit", &seat.unit).with("on", row.meets_on).into());
        }
        if rows.iter().any(|other| other.unit_id == unit_id) {
            return Err(Refusal::at(pointer, Code::SeatTwice).with("unit", &seat.unit).into());
        }
        rows.push(AttendanceRow {
            id: new_id(),
            meeting_id: meeting,
            unit_id,
            presence: seat.presence,
            attendee_name: seat.attendee_name.clone(),
            attendee_position: seat.attendee_position.clone(),
            ordinal,
        });
    }
    Ok(rows)
}

pub(crate) async fn create(call: Call<(), (), Json<MeetingDraft>>) -> Result<Ended<Made<MeetingView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: MeetingId = new_id();
    call.write(Root::New, move |tx| {
        let year = refs::find_bloc_year(tx.conn(), "/bloc_year", &draft.bloc_year)?;
        let of = tx.look_at::<BlocYearRow>(year).map_err(|error| parts::hidden(error, "/bloc_year", Kind::BlocYear, &draft.bloc_year))?;
        tx.require(Kind::Meeting, Verb::Create, &of.ties)?;
        if of.value.status == BlocYearStatus::Cancelled {
            return Err(Refusal::at("/bloc_year", Code::BlocYearEnded).into());
        }
        if let Some(recorded) = &draft.recorded {
            recorded.check(tx.today())?;
            files::follow(tx, None, Some(recorded))?;
            not_after_today("/meets_on", draft.meets_on, tx.today())?;
        }
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?,
            None => HumanCode::from_name(&format!("{}-{}", of.value.code, draft.meets_on), &format!("-{}", short(id))),
        };
        let mut row = MeetingRow {
            id,
            code: code.into_string(),
            bloc_year_id: year,
            kind: draft.kind,
            title: draft.title.clone(),
            folded: text::fold(&draft.title),
            meets_on: draft.meets_on,
            day_part: draft.day_part,
            place: draft.place.clone(),
            minutes: draft.minutes.clone(),
            minutes_document_id: refs::optional(tx.conn(), refs::find_document, "/minutes_document", draft.minutes_document.as_deref())?,
            status: MeetingLife::BORN,
            origin: Origin::Performed,
            recorded: None,
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        let held = draft.recorded.as_ref().map(|recorded| happened(tx, &mut row, Verb::Hold, recorded)).transpose()?;
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::Meeting, id.any(), &draft.external_ids)?;
        let seats = seats(tx, id, &row, &draft.attendance)?;
        store::replace_attendance(tx, id, &seats)?;
        tx.record(
            Event::new(Kind::Meeting, id.any(), Verb::Create).values(None, Some(parts::values(&draft))).recorded(draft.recorded.clone()),
        );
        held.into_iter().for_each(|event| tx.record(event));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/meetings/{id}")).map_err(inside)
    })
    .await
}

/// A few letters of an identifier, to keep made-up codes apart.
pub(crate) fn short(id: impl std::fmt::Display) -> String {
    let text = id.to_string();
    text.get(text.len().saturating_sub(6)..).unwrap_or_default().to_owned()
}

fn draft_of(tx: &mut Tx<'_>, row: &MeetingRow) -> Result<MeetingDraft, StoreError> {
    let attendance = store::attendance_of_all(tx.conn(), &[row.id])?;
    Ok(MeetingDraft {
        bloc_year: row.bloc_year_id.to_string(),
        code: Some(row.code.clone()),
        kind: row.kind,
        title: row.title.clone(),
        meets_on: row.meets_on,
        day_part: row.day_part,
        place: row.place.clone(),
        attendance: attendance
            .into_iter()
            .map(|seat| AttendanceDraft {
                unit: seat.unit_id.to_string(),
                presence: seat.presence,
                attendee_name: seat.attendee_name,
                attendee_position: seat.attendee_position,
            })
            .collect(),
        minutes: row.minutes.clone(),
        minutes_document: row.minutes_document_id.map(|id| id.to_string()),
        recorded: row.recorded.clone(),
        fictional: row.fictional,
        external_ids: external_ids::of(tx.conn(), Kind::Meeting, row.id.any())?,
    })
}

pub(crate) async fn edit(call: Call<MeetingId, (), Patch<MeetingDraft>>) -> Result<Ended<One<MeetingView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<MeetingRow>(id)?;
        tx.require(Kind::Meeting, Verb::Edit, &held.ties)?;
        lifecycle::allow::<MeetingLife>(held.value.status, Verb::Edit, &facts(&held.value, tx.today()), false, tx.lang())?;
        let before = draft_of(tx, &held.value)?;
        let after = patch.onto(&before)?;
        if patch.touches("bloc_year") && refs::find_bloc_year(tx.conn(), "/bloc_year", &after.bloc_year)? != held.value.bloc_year_id {
            return Err(Refusal::at("/bloc_year", Code::CannotMove).into());
        }
        if held.value.status == MeetingStatus::Held {
            not_after_today("/meets_on", after.meets_on, tx.today())?;
        }
        held.value.code = parts::kept_code(after.code.as_deref())?;
        held.value.kind = after.kind;
        held.value.title.clone_from(&after.title);
        held.value.folded = text::fold(&after.title);
        held.value.meets_on = after.meets_on;
        held.value.day_part = after.day_part;
        held.value.place.clone_from(&after.place);
        held.value.minutes.clone_from(&after.minutes);
        held.value.minutes_document_id =
            refs::optional(tx.conn(), refs::find_document, "/minutes_document", after.minutes_document.as_deref())?;
        held.value.origin = Recorded::edited(before.recorded.as_ref(), after.recorded.as_ref(), tx.today())?;
        files::follow(tx, before.recorded.as_ref(), after.recorded.as_ref())?;
        held.value.recorded.clone_from(&after.recorded);
        held.value.fictional = after.fictional;
        // Who sat there must have been a member on the day, also on a new one.
        if patch.touches("attendance") || patch.touches("meets_on") {
            let seats = seats(tx, id, &held.value, &after.attendance)?;
            store::replace_attendance(tx, id, &seats)?;
        }
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Meeting, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::Meeting, id.any(), parts::values(&before), parts::values(&after));
        let view = view(tx.conn(), &eyes, &held.value)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}

impl Living for MeetingRow {
    type Life = MeetingLife;
    type View = MeetingView;
    const PATH: &'static str = "/api/v1/meetings";

    fn status(&self) -> MeetingStatus {
        self.status
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn facts(&self, _: &mut Conn, today: Date) -> Result<MeetingFacts, StoreError> {
        Ok(facts(self, today))
    }
    fn enter(&mut self, _: &mut Tx<'_>, _: Verb, taken: &Taken<MeetingStatus>, recorded: Option<&Recorded>) -> Result<(), StoreError> {
        self.status = taken.to;
        mark(recorded, &mut self.origin, &mut self.recorded);
        Ok(())
    }
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError> {
        store::save(tx, held)
    }
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<MeetingView, StoreError> {
        view(conn, eyes, &held.value)
    }
}
