//! A pledge as shown: a line of a list, and whole with its wording and who has signed.

use serde::Serialize;
use thidua_domain::access::{Kind, Ties};
use thidua_domain::id::{BlocYearId, PledgeId, PledgePartId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::missing::Missing;
use thidua_domain::pledge::{PartnerKind, PledgeLife, PledgeStatus, is_late};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::time::{Date, Instant};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::pledges::{self as store, PledgeRow, Wording};
use thidua_store::refs::Refs;
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::parts::{self, BlockedView, RefView, label};

/// A pledge in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PledgeLine, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000090", "code": "KHOI-SKHDT-2021/GU1",
    "bloc_year": {"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI-SKHDT/2021", "name": "KHOI-SKHDT/2021"},
    "title": "Giao ước thi đua năm 2021", "status": "signing", "status_label": "Đang ký", "signature_count": 3, "origin": "performed",
    "fictional": false, "allowed_actions": ["sign"], "external_ids": {}, "version": 5
}))]
pub(crate) struct PledgeLine {
    /// Identifier.
    id: PledgeId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// The bloc year.
    bloc_year: RefView,
    /// Title.
    #[schema(max_length = 500)]
    title: String,
    /// Where it stands.
    status: PledgeStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Day by which all members should have signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    sign_by: Option<Date>,
    /// Day from which it binds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    in_force_on: Option<Date>,
    /// Signatures so far.
    #[schema(minimum = 0, maximum = 10000)]
    signature_count: i32,
    /// Performed here or recorded.
    origin: Origin,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
}

/// A document or campaign referred to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PledgeReference)]
pub(crate) struct ReferenceView {
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// The campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    campaign: Option<RefView>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
}

/// A numbered content.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PledgeContent)]
pub(crate) struct ContentView {
    /// Number as printed.
    #[schema(max_length = 20)]
    no: String,
    /// Text.
    #[schema(max_length = 10000)]
    text: String,
    /// Contents one level below.
    #[schema(max_items = 100, no_recursion)]
    parts: Vec<Self>,
    /// Documents and campaigns this content refers to.
    #[schema(max_items = 50)]
    references: Vec<ReferenceView>,
}

/// An organisation that joins the members.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PledgePartner)]
pub(crate) struct PartnerView {
    /// What it is.
    kind: PartnerKind,
    /// The same in words.
    #[schema(max_length = 100)]
    kind_label: String,
    /// The unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    unit: Option<RefView>,
    /// Its name, where it is no unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    name: Option<String>,
}

/// A member that has not signed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unsigned)]
pub(crate) struct UnsignedView {
    /// The member.
    unit: RefView,
    /// Whether the day set for signing has passed.
    late: bool,
}

/// A pledge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pledge, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000090", "code": "KHOI-SKHDT-2021/GU1",
    "bloc_year": {"id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI-SKHDT/2021", "name": "KHOI-SKHDT/2021"},
    "title": "Giao ước thi đua năm 2021", "status": "signing", "status_label": "Đang ký",
    "requirements": ["Phong trào thiết thực, có chỉ tiêu cụ thể"],
    "contents": [{"no": "1", "text": "Triển khai các nghị quyết của Chính phủ", "parts": [], "references": []}], "references": [], "partners": [],
    "signature_count": 1, "member_count": 11, "unsigned": [], "origin": "performed", "fictional": false, "allowed_actions": ["sign"],
    "blocked": [], "missing": ["meeting"], "missing_labels": ["Chưa ghi cuộc họp ký kết"], "external_ids": {}, "version": 5, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct PledgeView {
    /// Identifier.
    id: PledgeId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// The bloc year.
    bloc_year: RefView,
    /// Title.
    #[schema(max_length = 500)]
    title: String,
    /// Opening words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10000, nullable = false)]
    preamble: Option<String>,
    /// Where it stands.
    status: PledgeStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Day by which all members should have signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    sign_by: Option<Date>,
    /// Day from which it binds: that of the last signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    in_force_on: Option<Date>,
    /// Meeting at which it is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    meeting: Option<RefView>,
    /// Pledge it was copied from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    copied_from: Option<RefView>,
    /// What emulation in the bloc must be like.
    #[schema(max_items = 100)]
    requirements: Vec<String>,
    /// What is pledged.
    #[schema(max_items = 100)]
    contents: Vec<ContentView>,
    /// Documents and campaigns the pledge as a whole refers to.
    #[schema(max_items = 100)]
    references: Vec<ReferenceView>,
    /// Organisations that join the members.
    #[schema(max_items = 100)]
    partners: Vec<PartnerView>,
    /// Signatures so far.
    #[schema(minimum = 0, maximum = 10000)]
    signature_count: i32,
    /// Members that must sign.
    #[schema(minimum = 0, maximum = 10000)]
    member_count: usize,
    /// Members that have not signed, late ones marked.
    #[schema(max_items = 1000)]
    unsigned: Vec<UnsignedView>,
    /// Performed here or recorded.
    origin: Origin,
    /// Facts, where it was made elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What a guard holds back.
    #[schema(max_items = 40)]
    blocked: Vec<BlockedView>,
    /// What is absent.
    #[schema(max_items = 20)]
    missing: Vec<Missing>,
    /// The same in words.
    #[schema(max_items = 20, max_length = 200)]
    missing_labels: Vec<String>,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

struct Names {
    documents: Refs,
    campaigns: Refs,
    units: Refs,
}

fn references(wording: &Wording, content: Option<PledgePartId>, names: &Names) -> Vec<ReferenceView> {
    wording
        .references
        .iter()
        .filter(|reference| reference.content_id == content)
        .map(|reference| ReferenceView {
            document: names.documents.opt(reference.document_id).map(Into::into),
            campaign: names.campaigns.opt(reference.campaign_id).map(Into::into),
            note: reference.note.clone(),
        })
        .collect()
}

fn contents(wording: &Wording, parent: Option<PledgePartId>, names: &Names) -> Vec<ContentView> {
    wording
        .contents
        .iter()
        .filter(|content| content.parent_id == parent)
        .map(|content| ContentView {
            no: content.no.clone(),
            text: content.body.clone(),
            parts: contents(wording, Some(content.id), names),
            references: references(wording, Some(content.id), names),
        })
        .collect()
}

fn names(conn: &mut Conn, eyes: &Eyes, wording: &Wording, signers: &[UnitId]) -> Result<Names, StoreError> {
    let documents: Vec<_> = wording.references.iter().filter_map(|reference| reference.document_id).collect();
    let campaigns: Vec<_> = wording.references.iter().filter_map(|reference| reference.campaign_id).collect();
    let units: Vec<UnitId> = wording.partners.iter().filter_map(|partner| partner.unit_id).chain(signers.iter().copied()).collect();
    Ok(Names {
        documents: refs::documents(conn, &documents)?,
        campaigns: refs::campaigns(conn, &campaigns)?,
        units: refs::units(conn, &units, eyes.today)?,
    })
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &PledgeRow, ties: &Ties) -> Result<PledgeView, StoreError> {
    let wording = store::wording_of(conn, row.id)?;
    let signers = store::signers(conn, row, eyes.today)?;
    let signatures = store::signatures_of(conn, row.id)?;
    let facts = store::facts(conn, row, &signers, &signatures)?;
    let unsigned: Vec<UnitId> =
        signers.iter().copied().filter(|unit| !signatures.iter().any(|signature| signature.unit_id == *unit)).collect();
    let names = names(conn, eyes, &wording, &unsigned)?;
    let meetings: Vec<_> = row.meeting_id.into_iter().collect();
    let sources: Vec<_> = row.copied_from_id.into_iter().collect();
    Ok(PledgeView {
        id: row.id,
        code: row.code.clone(),
        bloc_year: refs::bloc_years(conn, &[row.bloc_year_id])?.get(row.bloc_year_id).into(),
        title: row.title.clone(),
        preamble: row.preamble.clone(),
        status: row.status,
        status_label: label(row.status, eyes.lang),
        sign_by: row.sign_by,
        in_force_on: row.in_force_on,
        meeting: refs::meetings(conn, &meetings)?.opt(row.meeting_id).map(Into::into),
        copied_from: refs::pledges(conn, &sources)?.opt(row.copied_from_id).map(Into::into),
        requirements: wording.requirements.clone(),
        contents: contents(&wording, None, &names),
        references: references(&wording, None, &names),
        partners: wording
            .partners
            .iter()
            .map(|partner| PartnerView {
                kind: partner.kind,
                kind_label: label(partner.kind, eyes.lang),
                unit: names.units.opt(partner.unit_id).map(Into::into),
                name: partner.name.clone(),
            })
            .collect(),
        signature_count: row.signature_count,
        member_count: signers.len(),
        unsigned: unsigned
            .into_iter()
            .map(|unit| UnsignedView { unit: names.units.get(unit).into(), late: is_late(eyes.today, row.sign_by) })
            .collect(),
        origin: row.origin,
        recorded: row.recorded.clone(),
        fictional: row.fictional,
        allowed_actions: parts::allowed::<PledgeLife>(row.status, eyes, ties),
        blocked: parts::blocked(lifecycle::blocked::<PledgeLife>(row.status, &facts, &eyes.who, ties), eyes.lang),
        missing_labels: parts::labels(&facts.missing(), eyes.lang),
        missing: facts.missing(),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        external_ids: external_ids::of(conn, Kind::Pledge, row.id.any())?,
    })
}

/// Lines of a list: a fixed number of queries.
pub(super) fn lines(conn: &mut Conn, eyes: &Eyes, rows: &[PledgeRow]) -> Result<Vec<PledgeLine>, StoreError> {
    let ids: Vec<PledgeId> = rows.iter().map(|row| row.id).collect();
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let years: Vec<BlocYearId> = rows.iter().map(|row| row.bloc_year_id).collect();
    let years = refs::bloc_years(conn, &years)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Pledge, &any)?;
    let external = external_ids::of_all(conn, Kind::Pledge, &any)?;
    Ok(rows
        .iter()
        .zip(&ties)
        .zip(external)
        .map(|((row, ties), external_ids)| PledgeLine {
            id: row.id,
            code: row.code.clone(),
            bloc_year: years.get(row.bloc_year_id).into(),
            title: row.title.clone(),
            status: row.status,
            status_label: label(row.status, eyes.lang),
            sign_by: row.sign_by,
            in_force_on: row.in_force_on,
            signature_count: row.signature_count,
            origin: row.origin,
            fictional: row.fictional,
            allowed_actions: parts::allowed::<PledgeLife>(row.status, eyes, ties),
            external_ids,
            version: row.version,
        })
        .collect())
}
