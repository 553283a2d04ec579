//! Signatures under a pledge: one for each member, by its head or authorised representative,
//! performed here or recorded from paper.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thidua_domain::access::{Kind, Relation, Ties, Verb, permits, require, ties_matter};
use thidua_domain::dated::{Precision, around_year};
use thidua_domain::delegation::{self, DelegatedAct};
use thidua_domain::event::Event;
use thidua_domain::id::{DelegationId, Id, Pledge, PledgeId, Signature, SignatureId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::pledge::{PledgeFacts, PledgeLife, check_signature_removal, is_late};
use thidua_domain::recorded::{Origin, Recorded, SignMode};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::time::{Date, Instant};
use thidua_store::bloc_years::membership;
use thidua_store::conn::Conn;
use thidua_store::delegations::{self, DelegationRow};
use thidua_store::dialect::new_id;
use thidua_store::pledges::{self as store, PledgeRow, SignatureRow};
use thidua_store::refs::{self, Ref};
use thidua_store::users::UserRow;
use thidua_store::{Reach, Root, StoreError, Tx, access, files};
use utoipa::ToSchema;

use crate::answer::{Done, List, Made, One};
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{self, RefView, inside, label};
use crate::problem::ApiError;

/// A signature.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signature, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000095",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "signer_position": "Giám đốc", "mode": "own", "mode_label": "Ký trực tiếp", "signed_on": "2021-04-24", "precision": "day", "late": false,
    "origin": "recorded", "recorded": {"from": "meeting", "happened_on": "2021-04-24", "by_position": "Giám đốc"},
    "created_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct SignatureView {
    /// Identifier.
    id: SignatureId,
    /// The member.
    unit: RefView,
    /// Who signed: as recorded, or the name of the account that signed here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    signer_name: Option<String>,
    /// In what position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    signer_position: Option<String>,
    /// In what capacity.
    mode: SignMode,
    /// The same in words.
    #[schema(max_length = 100)]
    mode_label: String,
    /// When.
    #[schema(value_type = String, format = Date)]
    signed_on: Date,
    /// How exactly that is known.
    precision: Precision,
    /// Whether it came after the day set for it.
    late: bool,
    /// Performed here or recorded; a recorded one is not verified by the service.
    origin: Origin,
    /// Facts, where it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded: Option<Recorded>,
    /// The delegation under which it was given here, where who signed does not head the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    delegation: Option<RefView>,
    /// Entered.
    created_at: Instant,
}

/// A signature to be made or entered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignatureDraft, example = json!({
    "unit": "SKHDT-DA-NANG", "recorded": {"from": "meeting", "happened_on": "2021-04-24", "by_position": "Giám đốc"}
}))]
pub(crate) struct SignatureDraft {
    /// The member: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// Position of who signs here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    signer_position: Option<String>,
    /// In what capacity; `own` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<SignMode>,
    /// Facts of a signature given elsewhere: who, in what position, when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
}

fn views(conn: &mut Conn, eyes: &Eyes, pledge: &PledgeRow, rows: Vec<SignatureRow>) -> Result<Vec<SignatureView>, StoreError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let names = refs::unit_names(conn, &units)?;
    let delegations: Vec<_> = rows.iter().filter_map(|row| row.delegation_id).collect();
    let delegations = refs::delegations(conn, &delegations)?;
    let shown = |row: SignatureRow| {
        let delegation = delegations.opt(row.delegation_id);
        view(&row, pledge, names.at(row.unit_id, row.signed_on), delegation, eyes)
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// A signature, by the name its unit bore when it signed.
fn view(row: &SignatureRow, pledge: &PledgeRow, unit: Ref, delegation: Option<Ref>, eyes: &Eyes) -> SignatureView {
    SignatureView {
        id: row.id,
        unit: unit.into(),
        signer_name: row.signer_name.clone(),
        signer_position: row.signer_position.clone(),
        mode: row.mode,
        mode_label: label(row.mode, eyes.lang),
        signed_on: row.signed_on,
        precision: row.precision,
        late: is_late(row.signed_on, pledge.sign_by),
        origin: row.origin,
        recorded: row.recorded.clone(),
        delegation: delegation.map(Into::into),
        created_at: row.created_at,
    }
}

pub(crate) async fn list(call: Call<PledgeId>) -> Result<List<SignatureView>, ApiError> {
    let id = call.path;
    let views = call
        .read(Reach::Point, move |conn, eyes| {
            let (pledge, _) = parts::look_at::<PledgeRow>(conn, eyes, id)?;
            let rows = store::signatures_of(conn, id)?;
            views(conn, eyes, &pledge, rows)
        })
        .await?;
    List::whole(&views)
}

/// The ties through which an act for one member is judged: those of the pledge, but of the members
/// only this one. A head signs for the own unit, not for a neighbour.
pub(super) fn ties_for(tx: &mut Tx<'_>, pledge: &Ties, unit: UnitId) -> Result<Ties, StoreError> {
    if !ties_matter(tx.actor(), Kind::Unit) {
        return Ok(Ties::default());
    }
    let today = tx.today();
    let mut ties: Vec<_> = pledge.0.iter().copied().filter(|tie| tie.relation != Relation::Member).collect();
    ties.extend(access::ties_through(tx.conn(), Relation::Member, unit, today)?.0);
    Ok(Ties(ties))
}

/// What stands beside the block of a recorded signature may repeat it, not contradict it.
fn one_statement(draft: &SignatureDraft, recorded: &Recorded) -> Result<(), Refusal> {
    let differs =
        |field: &str, inside: &str| Refusal::at(format!("/{field}"), Code::RecordedContradicts).with("field", field).with("inside", inside);
    if draft.mode.is_some() && recorded.mode.is_some() && draft.mode != recorded.mode {
        return Err(differs("mode", "mode"));
    }
    if draft.signer_position.is_some() && recorded.by_position.is_some() && draft.signer_position != recorded.by_position {
        return Err(differs("signer_position", "by_position"));
    }
    Ok(())
}

/// The act as kept, from what was sent.
fn row(
    tx: &mut Tx<'_>,
    id: SignatureId,
    pledge: &PledgeRow,
    unit: UnitId,
    draft: &SignatureDraft,
    under: Option<DelegationId>,
) -> Result<SignatureRow, StoreError> {
    let signed_by = tx.actor().user.ok_or(Code::Forbidden)?;
    let recorded = draft.recorded.as_ref();
    let signed_on = recorded.map_or_else(|| tx.today(), |recorded| recorded.happened_on);
    let signer_name = match recorded {
        Some(recorded) => recorded.by_name.clone(),
        None => Some(tx.look_at::<UserRow>(signed_by)?.value.display_name),
    };
    Ok(SignatureRow {
        id,
        pledge_id: pledge.id,
        unit_id: unit,
        signer_name,
        signer_position: recorded.and_then(|recorded| recorded.by_position.clone()).or_else(|| draft.signer_position.clone()),
        mode: match under {
            Some(_) => delegation::mode(draft.mode)?,
            None => draft.mode.or_else(|| recorded.and_then(|recorded| recorded.mode)).unwrap_or(SignMode::Own),
        },
        signed_on,
        precision: recorded.map_or(Precision::Day, Recorded::precision),
        origin: if recorded.is_some() { Origin::Recorded } else { Origin::Performed },
        recorded: draft.recorded.clone(),
        signed_by,
        created_at: tx.now(),
        delegation_id: under,
    })
}

/// The delegation under which the caller signs for a member: none for who may in their own right.
fn acts_under(tx: &mut Tx<'_>, ties: &Ties) -> Result<Option<DelegationRow>, StoreError> {
    if permits(&tx.actor().in_own_right(), Kind::Pledge, Verb::Sign, ties) {
        return Ok(None);
    }
    let (caller, today) = (tx.actor().user.ok_or(Code::Forbidden)?, tx.today());
    let reached = |unit: UnitId| ties.0.iter().any(|tie| tie.relation == Relation::Member && tie.own && tie.to == unit.any());
    let mut given = delegations::in_force(tx.conn(), caller, today)?.into_iter();
    let found = given.find(|row| row.acts().contains(&DelegatedAct::Sign) && reached(row.unit_id));
    // What the caller may was looked up before this transaction: the delegation can have ended since.
    match found {
        Some(row) => Ok(Some(row)),
        None => Ok(require(&tx.actor().in_own_right(), Kind::Pledge, Verb::Sign, ties, tx.lang()).map(|()| None)?),
    }
}

fn reference(row: DelegationRow) -> Ref {
    Ref { id: row.id.any(), name: row.code.clone(), code: row.code }
}

pub(crate) async fn sign(call: Call<PledgeId, (), Json<SignatureDraft>>) -> Result<Ended<Made<SignatureView>>, ApiError> {
    let (pledge, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    let id: SignatureId = new_id();
    call.write(Root::Of(pledge.any()), move |tx| {
        let mut held = tx.load_for_change::<PledgeRow>(pledge)?;
        let verb = if draft.recorded.is_some() { Verb::RecordSignature } else { Verb::Sign };
        let today = tx.today();
        // What was signed elsewhere is judged on the day on which it was signed.
        let on = draft.recorded.as_ref().map_or(today, |recorded| recorded.happened_on);
        let (unit, names) = refs::find_named_unit(tx.conn(), "/unit", &draft.unit, on)?;
        let ties = ties_for(tx, &held.ties, unit)?;
        tx.require(Kind::Pledge, verb, &ties)?;
        let membership = membership(tx.conn(), held.value.bloc_year_id)?;
        let facts = PledgeFacts { year: membership.status, ..PledgeFacts::default() };
        lifecycle::allow::<PledgeLife>(held.value.status, verb, &facts, draft.recorded.is_some(), tx.lang())?;
        if let Some(recorded) = &draft.recorded {
            recorded.check_signature(today)?;
            files::follow(tx, None, Some(recorded))?;
            one_statement(&draft, recorded)?;
            around_year("/recorded/happened_on", on, membership.year())?;
        }
        if !membership.holds(unit, on) {
            return Err(Refusal::at("/unit", Code::NotAMember).with("unit", &draft.unit).with("on", on).into());
        }
        let under = if draft.recorded.is_some() { None } else { acts_under(tx, &ties)? };
        let row = row(tx, id, &held.value, unit, &draft, under.as_ref().map(|under| under.id))?;
        store::add_signature(tx, &mut held.value, &row)
            .map_err(|error| error.conflict_as(|| Refusal::at("/unit", Code::SignedAlready).with("unit", &draft.unit)))?;
        tx.record(Event::new(Kind::Pledge, pledge.any(), verb).values(None, Some(parts::values(&draft))).recorded(draft.recorded.clone()));
        store::settle(tx, &mut held.value, &membership)?;
        store::save(tx, &mut held)?;
        Made::of(
            &view(&row, &held.value, names.get(unit), under.map(reference), &eyes),
            Some(held.value.version),
            format!("/api/v1/pledges/{pledge}/signatures/{id}"),
        )
        .map_err(inside)
    })
    .await
}

pub(crate) async fn read_signature(call: Call<(Id<Pledge>, Id<Signature>)>) -> Result<One<SignatureView>, ApiError> {
    let (pledge, id) = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (pledge, _) = parts::look_at::<PledgeRow>(conn, eyes, pledge)?;
            let row = store::signature(conn, pledge.id, id)?.ok_or(StoreError::NotFound)?;
            let version = pledge.version;
            Ok((views(conn, eyes, &pledge, vec![row])?.pop().ok_or(StoreError::NotFound)?, version))
        })
        .await?;
    One::of(&view, version)
}

/// Takes away a signature that was entered with a mistake in it, as long as the pledge is being signed. One that
/// was given here was given.
pub(crate) async fn remove_signature(call: Call<(Id<Pledge>, Id<Signature>)>) -> Result<Ended<Done>, ApiError> {
    let (pledge, id) = call.path;
    call.write(Root::Of(pledge.any()), move |tx| {
        let mut held = tx.load_for_change::<PledgeRow>(pledge)?;
        let row = store::signature(tx.conn(), pledge, id)?.ok_or(Code::NotFound)?;
        let ties = ties_for(tx, &held.ties, row.unit_id)?;
        tx.require(Kind::Pledge, Verb::RecordSignature, &ties)?;
        check_signature_removal(held.value.status, row.origin, tx.lang())?;
        files::follow(tx, row.recorded.as_ref(), None)?;
        store::remove_signature(tx, &mut held.value, id)?;
        store::save(tx, &mut held)?;
        tx.record(Event::new(Kind::Pledge, pledge.any(), Verb::RecordSignature).values(Some(entered(&row)), None));
        Ok(Done)
    })
    .await
}

/// A signature as it was entered, for the history.
fn entered(row: &SignatureRow) -> Value {
    json!({ "signature": row.id, "unit": row.unit_id, "signed_on": row.signed_on, "recorded": row.recorded })
}
