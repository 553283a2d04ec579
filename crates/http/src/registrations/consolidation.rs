//! What the registrations of a year add up to, for who looks after the units or runs their bloc; and unit by unit, who has
//! registered and who has not.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Relation, Verb, permits, require};
use thidua_domain::id::{AwardTypeId, RegistrationId, UnitId};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::registration::{RegistrationGate, RegistrationStanding, RegistrationStatus, RegistrationSubject, is_late};
use thidua_domain::time::Date;
use thidua_store::access::ties_through;
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::conn::Conn;
use thidua_store::page::Key;
use thidua_store::registrations::{self as store, Aims, Asked, Whose};
use thidua_store::{Reach, StoreError, refs};
use utoipa::ToSchema;

use crate::answer::{List, One};
use crate::call::{Call, Eyes, Query};
use crate::list::{Filters, Listing};
use crate::parts::{self, RefView, label};
use crate::problem::ApiError;

/// Whose registrations are added up, of which year.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct ConsolidationQuery {
    /// A unit with all below it: identifier or code. Goes with `year`.
    #[schema(min_length = 1, max_length = 64)]
    unit: Option<String>,
    /// The year, where a unit is asked about.
    #[schema(minimum = 1948, maximum = 2200)]
    year: Option<i32>,
    /// The members of a bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    bloc_year: Option<String>,
}

/// Whose registrations are looked through, and for what.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct StandingFilter {
    /// A unit with all below it: identifier or code. Goes with `year`.
    #[schema(min_length = 1, max_length = 64)]
    unit: Option<String>,
    /// The year, where a unit is asked about.
    #[schema(minimum = 1948, maximum = 2200)]
    year: Option<i32>,
    /// The members of a bloc year: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    bloc_year: Option<String>,
    /// Only units that have come so far.
    standing: Option<RegistrationStanding>,
    /// Only units that are late, or only those that are not.
    late: Option<bool>,
}

impl Filters for StandingFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

/// How often an award is aimed for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrationAim)]
pub(crate) struct AimView {
    /// The title or commendation.
    award_type: RefView,
    /// For what sort of subject.
    subject_kind: RegistrationSubject,
    /// The same in words.
    #[schema(max_length = 100)]
    subject_kind_label: String,
    /// In drafts.
    #[schema(minimum = 0)]
    draft: i64,
    /// In what is submitted and not yet accepted.
    #[schema(minimum = 0)]
    submitted: i64,
    /// In what is accepted.
    #[schema(minimum = 0)]
    accepted: i64,
}

/// What registrations add up to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrationConsolidation, example = json!({
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "DA-NANG", "name": "Thành phố Đà Nẵng"}, "year": 2021,
    "units": 14, "none": 3, "draft": 2, "submitted": 4, "accepted": 5, "late": 1,
    "aims": [{
        "award_type": {"id": "0198c0de-0000-7000-8000-000000000090", "code": "CSTD_COSO", "name": "Chiến sĩ thi đua cơ sở"},
        "subject_kind": "person", "subject_kind_label": "Cá nhân", "draft": 10, "submitted": 21, "accepted": 40
    }]
}))]
pub(crate) struct ConsolidationView {
    /// The unit with all below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    unit: Option<RefView>,
    /// The bloc year whose members are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bloc_year: Option<RefView>,
    /// What the bloc year makes of members that have not submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    registration_gate: Option<RegistrationGate>,
    /// The year.
    #[schema(minimum = 1948, maximum = 2200)]
    year: i32,
    /// Units in being, today or on the nearest day of the year.
    #[schema(minimum = 0)]
    units: i64,
    /// Those without a registration, or with one that was withdrawn.
    #[schema(minimum = 0)]
    none: i64,
    /// Those with a draft.
    #[schema(minimum = 0)]
    draft: i64,
    /// Those with a submitted one, not yet accepted.
    #[schema(minimum = 0)]
    submitted: i64,
    /// Those with an accepted one.
    #[schema(minimum = 0)]
    accepted: i64,
    /// Those with a late one, whatever its state.
    #[schema(minimum = 0)]
    late: i64,
    /// What is aimed for, by award and by sort of subject, highest honour first.
    #[schema(max_items = 10000)]
    aims: Vec<AimView>,
}

/// A unit and how far it has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrationStandingLine, example = json!({
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "standing": "none", "standing_label": "Chưa đăng ký", "late": false, "item_count": 0
}))]
pub(crate) struct StandingView {
    /// The unit.
    unit: RefView,
    /// How far it has come.
    standing: RegistrationStanding,
    /// The same in words.
    #[schema(max_length = 100)]
    standing_label: String,
    /// Whether it is late.
    late: bool,
    /// Its registration, to who sees that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    registration: Option<RefView>,
    /// Day until which it is to be submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    register_by: Option<Date>,
    /// Day of the first submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    submitted_on: Option<Date>,
    /// What is registered, counted.
    #[schema(minimum = 0, maximum = 1000)]
    item_count: i32,
}

/// What is asked about, once it is known to be there and the caller's to see.
struct Found {
    asked: Asked,
    unit: Option<RefView>,
    bloc_year: Option<RefView>,
    gate: Option<RegistrationGate>,
}

/// Finds what is asked about. Whoever sees the registrations of a unit sees those below it; those of a bloc year are for who
/// organises, leads or looks after it.
fn find(conn: &mut Conn, eyes: &Eyes, query: &ConsolidationQuery) -> Result<Found, StoreError> {
    let sees = |ties| require(&eyes.who, Kind::Registration, Verb::See, &ties, eyes.lang);
    match (&query.unit, query.year, &query.bloc_year) {
        (Some(typed), Some(year), None) => {
            let (unit, names) = refs::find_named_unit(conn, "/unit", typed, eyes.today)?;
            sees(ties_through(conn, Relation::Owner, unit, eyes.today)?)?;
            let asked = Asked { whose: Whose::Under(unit), year, today: eyes.today };
            Ok(Found { asked, unit: Some(names.get(unit).into()), bloc_year: None, gate: None })
        }
        (None, None, Some(typed)) => {
            let id = refs::find_bloc_year(conn, "/bloc_year", typed)?;
            let looked = parts::look_at::<BlocYearRow>(conn, eyes, id);
            let (row, ties) = looked.map_err(|error| parts::hidden(error, "/bloc_year", Kind::BlocYear, typed))?;
            sees(ties)?;
            let asked = Asked { whose: Whose::Members(id), year: row.year, today: eyes.today };
            let named = RefView { id: id.any(), code: row.code.clone(), name: row.code };
            Ok(Found { asked, unit: None, bloc_year: Some(named), gate: Some(row.registration_gate) })
        }
        _ => Err(Refusal::at("/unit", Code::RegistrationWhose).into()),
    }
}

/// What is aimed for, award by award; the counts of one award and sort of subject stand together.
fn aims(conn: &mut Conn, eyes: &Eyes, counted: &[Aims]) -> Result<Vec<AimView>, StoreError> {
    let mut keys: Vec<(AwardTypeId, RegistrationSubject)> = counted.iter().map(|aim| (aim.award_type, aim.subject_kind)).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut awards: Vec<AwardTypeId> = keys.iter().map(|(award, _)| *award).collect();
    awards.dedup();
    let awards = thidua_store::award_types::in_order(conn, &awards)?;
    let mut views = Vec::with_capacity(keys.len());
    for award in &awards {
        for (_, kind) in keys.iter().filter(|(id, _)| *id == award.id) {
            let of = |status| {
                let same = |aim: &&Aims| aim.award_type == award.id && aim.subject_kind == *kind && aim.status == status;
                counted.iter().filter(same).map(|aim| aim.count).sum()
            };
            views.push(AimView {
                award_type: RefView { id: award.id.any(), code: award.code.clone(), name: award.name.clone() },
                subject_kind: *kind,
                subject_kind_label: label(*kind, eyes.lang),
                draft: of(RegistrationStatus::Draft),
                submitted: of(RegistrationStatus::Submitted),
                accepted: of(RegistrationStatus::Accepted),
            });
        }
    }
    Ok(views)
}

pub(crate) async fn read(call: Call<(), Query<ConsolidationQuery>>) -> Result<One<ConsolidationView>, ApiError> {
    let query = call.query.0.clone();
    let view = call
        .read(Reach::Long, move |conn, eyes| {
            let found = find(conn, eyes, &query)?;
            let count = store::count(conn, &found.asked)?;
            let counted = store::aims(conn, &found.asked)?;
            Ok(ConsolidationView {
                unit: found.unit,
                bloc_year: found.bloc_year,
                registration_gate: found.gate,
                year: found.asked.year,
                units: count.units,
                none: count.none,
                draft: count.draft,
                submitted: count.submitted,
                accepted: count.accepted,
                late: count.late,
                aims: aims(conn, eyes, &counted)?,
            })
        })
        .await?;
    One::plain(&view)
}

pub(crate) async fn list(call: Call<(), Listing<StandingFilter>>) -> Result<List<StandingView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let query = ConsolidationQuery { unit: asked.unit, year: asked.year, bloc_year: asked.bloc_year };
            let found = find(conn, eyes, &query)?;
            let page = store::standings(conn, &found.asked, asked.standing, asked.late, &ask)?;
            let units: Vec<UnitId> = page.rows.iter().map(|(unit, ..)| *unit).collect();
            let names = refs::units(conn, &units, eyes.today)?;
            let seen = seen(conn, eyes, &page.rows)?;
            let views: Vec<StandingView> = page.rows.iter().map(|row| standing(row, &names, eyes, &seen)).collect();
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |(unit, key, _)| (Key::Text(key.clone()), unit.any()))
}

/// Those of the registrations that the caller sees one by one.
fn seen(conn: &mut Conn, eyes: &Eyes, rows: &[store::Standing]) -> Result<Vec<RegistrationId>, StoreError> {
    let ids: Vec<RegistrationId> = rows.iter().filter_map(|(_, _, row)| row.as_ref().map(|row| row.id)).collect();
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let ties = parts::ties_of_all(conn, eyes, Kind::Registration, &any)?;
    let seen = ids.into_iter().zip(ties).filter(|(_, ties)| permits(&eyes.who, Kind::Registration, Verb::See, ties));
    Ok(seen.map(|(id, _)| id).collect())
}

/// How far a unit has come is for all who see the whole; what its registration says only for who sees that one.
fn standing((unit, _, row): &store::Standing, names: &refs::Refs, eyes: &Eyes, seen: &[RegistrationId]) -> StandingView {
    let standing = RegistrationStanding::of(row.as_ref().map(|row| row.status));
    let late = row.as_ref().is_some_and(|row| is_late(row.status, row.register_by, row.submitted_on, eyes.today));
    let row = row.as_ref().filter(|row| seen.contains(&row.id));
    StandingView {
        unit: names.get(*unit).into(),
        standing,
        standing_label: label(standing, eyes.lang),
        late,
        registration: row.map(|row| RefView { id: row.id.any(), code: row.code.clone(), name: row.code.clone() }),
        register_by: row.and_then(|row| row.register_by),
        submitted_on: row.and_then(|row| row.submitted_on),
        item_count: row.map_or(0, |row| row.item_count),
    }
}
