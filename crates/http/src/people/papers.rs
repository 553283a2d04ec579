//! Identity papers of people. A number is kept sealed, shown by its end, found again by a mark, and told whole
//! only to who keeps the record and says why; that they asked stands in the history.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thidua_domain::access::{Kind, Verb, permits};
use thidua_domain::dated::{Span, not_after_today};
use thidua_domain::event::Event;
use thidua_domain::id::{Id, Paper, PaperId, Person, PersonId};
use thidua_domain::person::identity::{PaperKind, masked};
use thidua_domain::refusal::{Code, Refusal, both};
use thidua_domain::time::{Date, Instant};
use thidua_store::dialect::new_id;
use thidua_store::people::{self as store, PaperRow, PersonRow};
use thidua_store::{Reach, Resource, Root, StoreError, Tx};
use utoipa::ToSchema;

use super::employments::{changed, held};
use super::view::{self, PersonView};
use crate::answer::{Done, List, Made};
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{self, inside, label};
use crate::problem::ApiError;
use crate::secret::MasterKey;

/// An identity paper.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityPaper, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000045", "kind": "citizen_card", "kind_label": "Căn cước, căn cước công dân (12 số)",
    "country": "VN", "number": "********1234", "issued_on": "2021-05-10", "created_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct PaperView {
    /// Identifier.
    id: PaperId,
    /// Kind.
    kind: PaperKind,
    /// The same in words.
    #[schema(max_length = 100)]
    kind_label: String,
    /// Country that issued it: two letters (ISO 3166-1).
    #[schema(max_length = 2)]
    country: String,
    /// The end of its number, the rest starred.
    #[schema(max_length = 40)]
    number: String,
    /// Issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    issued_on: Option<Date>,
    /// Last day on which it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    expires_on: Option<Date>,
    /// By which office.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    issued_by: Option<String>,
    /// Entered.
    created_at: Instant,
}

/// An identity paper to be entered.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IdentityPaperDraft, example = json!({ "kind": "citizen_card", "number": "000085001234", "issued_on": "2021-05-10" }))]
pub(crate) struct PaperDraft {
    /// Kind.
    kind: PaperKind,
    /// Its number.
    #[schema(min_length = 4, max_length = 60)]
    number: String,
    /// Country that issued it: two letters (ISO 3166-1); Viet Nam when left out.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 2, pattern = "^[A-Z]{2}$")]
    country: Option<String>,
    /// Issued.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    issued_on: Option<Date>,
    /// Last day on which it serves.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<Date>,
    /// By which office.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300)]
    issued_by: Option<String>,
}

/// The number of an identity paper that somebody is looked for by.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IdentityQuestion, example = json!({ "kind": "citizen_card", "number": "000085001234" }))]
pub(crate) struct Question {
    /// Kind of the identity paper.
    kind: PaperKind,
    /// Its whole number.
    #[schema(min_length = 4, max_length = 60)]
    number: String,
    /// Country that issued it: two letters (ISO 3166-1); Viet Nam when left out.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 2, pattern = "^[A-Z]{2}$")]
    country: Option<String>,
}

/// Why a whole number is asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevealDraft, example = json!({ "reason": "In quyết định khen thưởng" }))]
pub(crate) struct RevealDraft {
    /// Why; it stays in the history of the person.
    #[schema(min_length = 3, max_length = 2000, format = "multiline")]
    reason: String,
}

/// The whole number of an identity paper, told this once.
#[derive(Serialize, ToSchema)]
#[schema(as = RevealedNumber, example = json!({ "kind": "citizen_card", "country": "VN", "number": "000085001234" }))]
pub(crate) struct RevealView {
    /// Kind of the identity paper.
    kind: PaperKind,
    /// Country that issued it.
    #[schema(max_length = 2)]
    country: String,
    /// Its number; in a dry run, which leaves nothing in the history, the end of it.
    #[schema(max_length = 40)]
    number: String,
}

fn purpose(id: PaperId) -> String {
    format!("identity-paper {id}")
}

/// The number of a paper; it opens only in its own row.
fn number(master: &MasterKey, row: &PaperRow) -> Result<String, ApiError> {
    if row.key_id != master.id() {
        return Err(ApiError::internal(format!("an identity paper was sealed with the master key {}", row.key_id)));
    }
    let opened = master.open(&purpose(row.id), &row.sealed).map_err(ApiError::internal)?;
    String::from_utf8(opened).map_err(ApiError::internal)
}

fn paper_view(row: PaperRow, number: &str, eyes: &Eyes) -> PaperView {
    PaperView {
        id: row.id,
        kind: row.kind,
        kind_label: label(row.kind, eyes.lang),
        country: row.country,
        number: masked(number),
        issued_on: row.issued_on,
        expires_on: row.expires_on,
        issued_by: row.issued_by,
        created_at: row.created_at,
    }
}

/// What the history says of a paper: all but its number.
fn told(row: &PaperRow) -> Value {
    json!({ "identity_papers": {
        "id": row.id, "kind": row.kind, "country": row.country,
        "issued_on": row.issued_on, "expires_on": row.expires_on, "issued_by": row.issued_by
    } })
}

pub(crate) async fn list(call: Call<PersonId>) -> Result<List<PaperView>, ApiError> {
    let id = call.path;
    let rows = call
        .read(Reach::Point, move |conn, eyes| {
            let (_, ties) = parts::look_at::<PersonRow>(conn, eyes, id)?;
            thidua_domain::access::require(&eyes.who, Kind::Person, Verb::SeeRestricted, &ties, eyes.lang)?;
            store::papers_of(conn, id)
        })
        .await?;
    let eyes = call.eyes();
    let views = rows.into_iter().map(|row| {
        let number = number(&call.app.master, &row)?;
        Ok(paper_view(row, &number, &eyes))
    });
    List::whole(&views.collect::<Result<Vec<_>, ApiError>>()?)
}

/// A number that is known already, with whose it is where the caller sees that person.
fn taken(tx: &mut Tx<'_>, holder: PersonId) -> StoreError {
    let named = match tx.look_at::<PersonRow>(holder) {
        Ok(held) => held.value.code,
        Err(_) => both("ngoài phạm vi được xem của tài khoản", "that this account does not see"),
    };
    Refusal::at("/number", Code::NumberTaken).with("holder", named).into()
}

pub(crate) async fn add(call: Call<PersonId, (), Json<PaperDraft>>) -> Result<Ended<Made<PaperView>>, ApiError> {
    let (person, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let id: PaperId = new_id();
    let country = draft.kind.country(draft.country.as_deref());
    let plain = country.as_deref().ok().map(|country| draft.kind.normal(country, &draft.number)).transpose();
    let (mark, sealed) = match (&country, &plain) {
        (Ok(country), Ok(Some(plain))) => {
            let sealed = call.app.master.seal(&purpose(id), plain.as_bytes()).map_err(ApiError::internal)?;
            (call.app.master.known_again(draft.kind.known_by(country, plain).as_bytes()), sealed)
        }
        // What is wrong with it is told in its turn.
        _ => (Vec::new(), Vec::new()),
    };
    let app = Arc::clone(&call.app);
    let key_id = app.master.id().to_owned();
    call.write(Root::Of(person.any()), move |tx| {
        let held = held(tx, person)?;
        let country = country.clone()?;
        let plain = plain.clone()?.unwrap_or_default();
        Span { from_on: draft.issued_on, to_on: draft.expires_on }
            .check()
            .map_err(|refusal| Refusal { pointer: "/expires_on".to_owned(), ..refusal })?;
        if let Some(issued) = draft.issued_on {
            not_after_today("/issued_on", issued, tx.today())?;
        }
        if let Some(holder) = store::holder_of(tx.conn(), &mark)? {
            return Err(taken(tx, holder));
        }
        // Another number than this one: the same was refused before.
        let there = store::papers_of(tx.conn(), person)?.into_iter().find(|paper| draft.kind.is_for_life() && paper.kind == draft.kind);
        if let Some(there) = there {
            let known = masked(&number(&app.master, &there).map_err(inside)?);
            return Err(Refusal::at("/number", Code::CitizenNumberOther).with("known", known).into());
        }
        let row = PaperRow {
            id,
            person_id: person,
            kind: draft.kind,
            country,
            sealed: sealed.clone(),
            key_id: key_id.clone(),
            mark: mark.clone(),
            issued_on: draft.issued_on,
            expires_on: draft.expires_on,
            issued_by: draft.issued_by.clone(),
            created_at: tx.now(),
        };
        store::add_paper(tx, &row).map_err(|error| error.conflict_as(|| Refusal::at("/number", Code::NumberTaken)))?;
        let version = changed(tx, held, None, Some(told(&row)))?;
        let view = paper_view(row, &plain, &eyes);
        Made::of(&view, Some(version), format!("/api/v1/people/{person}/identity-papers")).map_err(inside)
    })
    .await
}

pub(crate) async fn remove(call: Call<(Id<Person>, Id<Paper>)>) -> Result<Ended<Done>, ApiError> {
    let (person, id) = call.path;
    call.write(Root::Of(person.any()), move |tx| {
        let held = held(tx, person)?;
        // The number is gone with it: that is for who may see all of it.
        tx.require(Kind::Person, Verb::Reveal, &held.ties)?;
        let row = store::paper(tx.conn(), person, id)?.ok_or(Code::NotFound)?;
        store::remove_paper(tx, id)?;
        changed(tx, held, Some(told(&row)), None)?;
        Ok(Done)
    })
    .await
}

pub(crate) async fn reveal(call: Call<(Id<Person>, Id<Paper>), (), Json<RevealDraft>>) -> Result<Ended<Made<RevealView>>, ApiError> {
    let ((person, id), reason) = (call.path, call.body.0.reason.clone());
    let (app, dry_run) = (std::sync::Arc::clone(&call.app), call.meta.dry_run);
    call.write(Root::Of(person.any()), move |tx| {
        let held = tx.look_at::<PersonRow>(person)?;
        tx.require(Kind::Person, Verb::Reveal, &held.ties)?;
        let row = store::paper(tx.conn(), person, id)?.ok_or(Code::NotFound)?;
        let plain = number(&app.master, &row).map_err(inside)?;
        tx.record(Event::new(Kind::Person, person.any(), Verb::Reveal).because(Some(reason.clone())).values(None, Some(told(&row))));
        let view = RevealView { kind: row.kind, country: row.country, number: if dry_run { masked(&plain) } else { plain } };
        let made = Made::of(&view, None, format!("/api/v1/people/{person}/identity-papers")).map_err(inside)?;
        Ok(made.secret())
    })
    .await
}

/// Who bears a number, among those the caller sees with what is restricted about them. Asked with a body: what
/// stands in an address stands in logs.
pub(crate) async fn find(call: Call<(), (), Json<Question>>) -> Result<List<PersonView>, ApiError> {
    let asked = call.body.0.clone();
    let country = asked.kind.country(asked.country.as_deref())?;
    let plain = asked.kind.normal(&country, &asked.number)?;
    let mark = call.app.master.known_again(asked.kind.known_by(&country, &plain).as_bytes());
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            let Some(holder) = store::holder_of(conn, &mark)? else { return Ok(Vec::new()) };
            let ties = parts::ties_of_all(conn, eyes, Kind::Person, &[holder.any()])?.pop().unwrap_or_default();
            if !permits(&eyes.who, Kind::Person, Verb::SeeRestricted, &ties) {
                return Ok(Vec::new());
            }
            let row = PersonRow::load(conn, holder)?.ok_or(StoreError::NotFound)?;
            view::views(conn, eyes, &[row])
        })
        .await?;
    List::whole(&views)
}
