//! Rankings as published: announced, decided by the council, withdrawn. Each keeps what the ranking said then.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thidua_domain::access::{Kind, Ties, Verb, permits};
use thidua_domain::bloc_year::BlocYearLife;
use thidua_domain::dated::around_year;
use thidua_domain::event::Event;
use thidua_domain::id::{BlocYear, BlocYearId, DocumentId, Id, UserId};
use thidua_domain::lifecycle;
use thidua_domain::missing::{Missing, absent};
use thidua_domain::ranking::{Pending, PublicationStage, appeals_until, check_withdrawal, may_come, moved};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::Code;
use thidua_domain::scoresheet::RankingStatus;
use thidua_domain::time::{Date, Instant};
use thidua_domain::vocabulary::Lang;
use thidua_store::bloc_years::{self, BlocYearRow};
use thidua_store::conn::Conn;
use thidua_store::rankings::{self as store, PublicationRow};
use thidua_store::{Held, Reach, Root, StoreError, Tx, files, refs};
use utoipa::ToSchema;

use super::ranked::Ranked;
use super::ranking;
use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json};
use crate::files::hex;
use crate::parts::{self, RefView, inside, label};
use crate::problem::ApiError;
use crate::secret::digest;

/// A ranking to be published as it stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RankingPublicationDraft, example = json!({ "stage": "announced", "note": "Công bố để các đơn vị góp ý" }))]
pub(crate) struct PublicationDraft {
    /// How far it has come.
    stage: PublicationStage,
    /// Document by which it is published: identifier or code; needed for what the council decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
    /// SHA-256 of the ranking that was voted on, in hexadecimal, as an earlier publication or a trial run (`dry_run`) gave it: a
    /// ranking that has changed since is not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 64, max_length = 64)]
    sha256: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// Facts, where it was published elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
}

/// A withdrawal of what was published.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RankingWithdrawalDraft, example = json!({ "reason": "Hội đồng xem xét lại", "confirm": "KHOI/2026" }))]
pub(crate) struct WithdrawalDraft {
    /// Why.
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    reason: String,
    /// The code of the bloc year, repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    confirm: Option<String>,
    /// Facts, where it was withdrawn elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
}

/// A withdrawal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingWithdrawal)]
struct WithdrawnView {
    /// When.
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// By whom.
    by: RefView,
    /// Why.
    #[schema(max_length = 2000)]
    reason: String,
}

/// A ranking as it was published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankingPublication, example = json!({
    "number": 1, "stage": "announced", "stage_label": "Công bố", "status": "provisional", "published_on": "2026-12-01",
    "published_at": "2026-12-01T02:00:00Z", "published_by": {"id": "0198c0de-0000-7000-8000-000000000001", "code": "thuongtruc", "name": "Ban Thi đua"},
    "appeals_until": "2026-12-11", "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "origin": "performed", "missing": [], "allowed_actions": ["withdraw"]
}))]
pub(crate) struct PublicationView {
    /// Which of its bloc year.
    #[schema(minimum = 1)]
    number: i32,
    /// How far it had come.
    stage: PublicationStage,
    /// The same in words.
    #[schema(max_length = 100)]
    stage_label: String,
    /// Whether the ranking could still change.
    status: RankingStatus,
    /// Document by which it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// When.
    #[schema(value_type = String, format = Date)]
    published_on: Date,
    /// When it was entered here.
    published_at: Instant,
    /// By whom.
    published_by: RefView,
    /// The last day for appeals; only of an announcement.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    appeals_until: Option<Date>,
    /// SHA-256 of `ranking` as compact JSON in the order in which it is given, in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
    /// The ranking as it was then; only where one is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, nullable = false)]
    ranking: Option<Value>,
    /// Performed here or recorded.
    origin: Origin,
    /// Facts where it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded: Option<Recorded>,
    /// What is absent.
    #[schema(max_items = 20)]
    missing: Vec<Missing>,
    /// When and why it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    withdrawn: Option<WithdrawnView>,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
}

fn views(conn: &mut Conn, eyes: &Eyes, ties: &Ties, rows: Vec<PublicationRow>) -> Result<Vec<PublicationView>, StoreError> {
    let users: Vec<UserId> = rows.iter().flat_map(|row| [Some(row.published_by), row.withdrawn_by]).flatten().collect();
    let users = refs::users(conn, &users)?;
    let documents: Vec<DocumentId> = rows.iter().filter_map(|row| row.document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    let may = permits(&eyes.who, Kind::BlocYear, Verb::Withdraw, ties);
    let view = |row: PublicationRow| {
        let documented = row.stage == PublicationStage::Announced || row.document_id.is_some();
        let withdrawn = row.withdrawn_on.zip(row.withdrawn_because).zip(row.withdrawn_by);
        let withdrawn = withdrawn.map(|((on, reason), by)| WithdrawnView { on, by: users.get(by).into(), reason });
        PublicationView {
            number: row.number,
            stage: row.stage,
            stage_label: label(row.stage, eyes.lang),
            status: row.status,
            document: documents.opt(row.document_id).map(Into::into),
            note: row.note,
            published_on: row.published_on,
            published_at: row.published_at,
            published_by: users.get(row.published_by).into(),
            appeals_until: row.appeals_until,
            sha256: hex(&row.sha256),
            ranking: None,
            origin: row.origin,
            recorded: row.recorded,
            missing: absent([(Missing::Document, documented)]),
            allowed_actions: if may && withdrawn.is_none() { parts::spelt(&[Verb::Withdraw]) } else { Vec::new() },
            withdrawn,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// One with what it said.
fn whole(conn: &mut Conn, eyes: &Eyes, ties: &Ties, row: PublicationRow, said: &str) -> Result<PublicationView, StoreError> {
    let said = serde_json::from_str(said).map_err(|error| StoreError::Broken(error.to_string()))?;
    let view = views(conn, eyes, ties, vec![row])?.pop().ok_or(StoreError::NotFound)?;
    Ok(PublicationView { ranking: Some(said), ..view })
}

pub(crate) async fn list(call: Call<BlocYearId>) -> Result<List<PublicationView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Long, move |conn, eyes| {
            let (_, ties) = parts::look_at::<BlocYearRow>(conn, eyes, id)?;
            let rows = store::publications(conn, id)?;
            views(conn, eyes, &ties, rows)
        })
        .await?;
    List::whole(&views)
}

/// The publication that a path names, and what it said.
fn named(conn: &mut Conn, year: BlocYearId, number: &str) -> Result<(PublicationRow, String), StoreError> {
    let number = number.parse().map_err(|_| StoreError::NotFound)?;
    store::publication(conn, year, number)?.ok_or(StoreError::NotFound)
}

pub(crate) async fn read(call: Call<(Id<BlocYear>, String)>) -> Result<One<PublicationView>, ApiError> {
    let (id, number) = call.path.clone();
    let (view, version) = call
        .read(Reach::Long, move |conn, eyes| {
            let (year, ties) = parts::look_at::<BlocYearRow>(conn, eyes, id)?;
            let (row, said) = named(conn, id, &number)?;
            Ok((whole(conn, eyes, &ties, row, &said)?, year.version))
        })
        .await?;
    One::of(&view, version)
}

/// The act that publishes.
const fn publishing(stage: PublicationStage) -> Verb {
    match stage {
        PublicationStage::Announced => Verb::Announce,
        PublicationStage::Decided => Verb::Decide,
    }
}

fn happened(tx: &mut Tx<'_>, recorded: Option<&Recorded>) -> Result<Date, StoreError> {
    let Some(recorded) = recorded else { return Ok(tx.today()) };
    recorded.check(tx.today())?;
    files::follow(tx, None, Some(recorded))?;
    Ok(recorded.happened_on)
}

/// What stands in the way of publishing a ranking: of an announcement, only that it is not the one that was named.
fn pending(conn: &mut Conn, ranked: &Ranked, row: &PublicationRow, moved: Option<String>) -> Result<Pending, StoreError> {
    if row.stage == PublicationStage::Announced {
        return Ok(Pending { moved, has_document: true, ..Pending::default() });
    }
    let until = store::published(conn, row.bloc_year_id)?.and_then(|published| published.appeals_until);
    Ok(Pending {
        unsettled: ranked.unsettled(),
        unranked: ranked.unranked.clone(),
        tied: ranked.tied(),
        appeals: ranked.open_appeals.clone(),
        may_come: may_come(until, row.published_on),
        moved,
        has_document: row.document_id.is_some(),
    })
}

/// A publication to be kept.
struct New {
    row: PublicationRow,
    /// What it says.
    said: String,
    /// What did not stand in the way because it was published elsewhere.
    warnings: Vec<Code>,
}

fn new(tx: &mut Tx<'_>, eyes: &Eyes, held: &Held<BlocYearRow>, draft: &PublicationDraft) -> Result<New, StoreError> {
    let published_on = happened(tx, draft.recorded.as_ref())?;
    if draft.recorded.is_some() {
        around_year("/recorded/happened_on", published_on, held.value.year)?;
    }
    let document_id = refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?;
    // What is kept does not depend on the language of who publishes.
    let eyes = Eyes { lang: Lang::Vi, ..eyes.clone() };
    let ranked = Ranked::read(tx.conn(), &eyes, held.value.clone())?;
    let said = ranking::shown(tx.conn(), &eyes, &ranked, None)?;
    let said = serde_json::to_string(&said).map_err(|error| StoreError::Broken(error.to_string()))?;
    let row = PublicationRow {
        bloc_year_id: held.value.id,
        number: 0,
        stage: draft.stage,
        sha256: digest(said.as_bytes()),
        status: ranked.status(),
        document_id,
        note: draft.note.clone(),
        published_on,
        published_at: tx.now(),
        published_by: tx.actor().user.ok_or(Code::Forbidden)?,
        appeals_until: appeals_until(draft.stage, held.value.status, published_on, held.value.appeal_days),
        origin: if draft.recorded.is_some() { Origin::Recorded } else { Origin::Performed },
        recorded: draft.recorded.clone(),
        withdrawn_on: None,
        withdrawn_at: None,
        withdrawn_by: None,
        withdrawn_because: None,
    };
    let moved = moved(draft.sha256.as_deref(), &hex(&row.sha256));
    let warnings = pending(tx.conn(), &ranked, &row, moved)?.check(draft.recorded.is_some())?;
    Ok(New { row, said, warnings })
}

pub(crate) async fn publish(call: Call<BlocYearId, (), Json<PublicationDraft>>) -> Result<Ended<Made<PublicationView>>, ApiError> {
    let (id, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<BlocYearRow>(id)?;
        let verb = publishing(draft.stage);
        super::of_ranking(tx, &held, verb, draft.recorded.is_some())?;
        let New { row, said, warnings } = new(tx, &eyes, &held, &draft)?;
        let row = store::publish(tx, row, &said)?;
        bloc_years::save(tx, &mut held)?;
        let values = Some(parts::values(&draft));
        tx.record(Event::new(Kind::BlocYear, id.any(), verb).values(None, values).recorded(draft.recorded.clone()).despite(warnings));
        let at = format!("/api/v1/bloc-years/{id}/ranking/publications/{}", row.number);
        let view = whole(tx.conn(), &eyes, &held.ties, row, &said)?;
        Made::of(&view, Some(held.value.version), at).map_err(inside)
    })
    .await
}

pub(crate) async fn withdraw(
    call: Call<(Id<BlocYear>, String), (), Json<WithdrawalDraft>>,
) -> Result<Ended<Made<PublicationView>>, ApiError> {
    let ((id, number), draft, eyes) = (call.path.clone(), call.body.0.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<BlocYearRow>(id)?;
        let (mut row, said) = named(tx.conn(), id, &number)?;
        tx.require(Kind::BlocYear, Verb::Withdraw, &held.ties)?;
        let action = label(Verb::Withdraw, tx.lang());
        check_withdrawal(row.withdrawn_on, &held.value.code, draft.confirm.as_deref(), &action)?;
        row.withdrawn_on = Some(happened(tx, draft.recorded.as_ref())?);
        row.withdrawn_at = Some(tx.now());
        row.withdrawn_by = tx.actor().user;
        row.withdrawn_because = Some(draft.reason.clone());
        store::withdraw(tx, &row)?;
        bloc_years::save(tx, &mut held)?;
        let event = Event::new(Kind::BlocYear, id.any(), Verb::Withdraw).because(Some(draft.reason.clone()));
        let was = serde_json::json!({ "publication": row.number, "stage": row.stage });
        tx.record(event.values(Some(was), None).recorded(draft.recorded.clone()));
        let at = format!("/api/v1/bloc-years/{id}/ranking/publications/{}", row.number);
        let view = whole(tx.conn(), &eyes, &held.ties, row, &said)?;
        Made::of(&view, Some(held.value.version), at).map_err(inside)
    })
    .await
}

/// Asks the policy and the lifecycle of the year whether an act about its ranking is possible now.
pub(super) fn of_ranking(tx: &mut Tx<'_>, held: &Held<BlocYearRow>, verb: Verb, recorded: bool) -> Result<(), StoreError> {
    tx.require(Kind::BlocYear, verb, &held.ties)?;
    let today = tx.today();
    let members = bloc_years::members_of(tx.conn(), held.value.id)?;
    let facts = bloc_years::facts(tx.conn(), &held.value, &members, today)?;
    Ok(lifecycle::allow::<BlocYearLife>(held.value.status, verb, &facts, recorded, tx.lang())?)
}
