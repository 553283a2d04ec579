//! A campaign as shown, with what the caller may do and what is still absent.

use serde::Serialize;
use thidua_domain::access::Kind;
use thidua_domain::campaign::{CampaignForm, CampaignLife, CampaignScope, CampaignStatus};
use thidua_domain::dated::Precision;
use thidua_domain::id::CampaignId;
use thidua_domain::lifecycle;
use thidua_domain::missing::{Missing, absent};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::time::{Date, Instant};
use thidua_store::campaigns::{self as store, CampaignRow};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::parts::{self, BlockedView, RefView, label};

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Campaign, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000070", "code": "DN-NTM-2021", "title": "Đà Nẵng chung sức xây dựng nông thôn mới",
    "scope": "province", "scope_label": "Tỉnh, thành phố", "form": "thematic", "form_label": "Theo chuyên đề",
    "issuer": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "from_on": "2021-01-01", "from_precision": "year", "to_on": "2025-12-31", "to_precision": "day",
    "responds_to": [{"id": "0198c0de-0000-7000-8000-000000000071", "code": "CN-NTM-2021", "name": "Cả nước chung sức xây dựng nông thôn mới"}],
    "owner": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "status": "draft", "status_label": "Dự thảo", "origin": "performed", "fictional": false, "external_ids": {},
    "allowed_actions": ["edit", "launch", "cancel"], "blocked": [], "missing": ["document"], "missing_labels": ["Chưa ghi văn bản"],
    "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct CampaignView {
    /// Identifier.
    id: CampaignId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Title.
    #[schema(max_length = 500)]
    title: String,
    /// Slogan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    slogan: Option<String>,
    /// How far it reaches.
    scope: CampaignScope,
    /// The same in words.
    #[schema(max_length = 200)]
    scope_label: String,
    /// Form.
    form: CampaignForm,
    /// The same in words.
    #[schema(max_length = 200)]
    form_label: String,
    /// What an older law or practice calls the form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, nullable = false)]
    legacy_label: Option<String>,
    /// The unit that launches it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issuer: Option<RefView>,
    /// Who launches it, where no unit is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    issuer_name: Option<String>,
    /// When it was launched.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    launched_on: Option<Date>,
    /// First day of its period.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// How exactly it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from_precision: Option<Precision>,
    /// Last day of its period.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// How exactly it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to_precision: Option<Precision>,
    /// The document that launches it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// Higher campaigns it responds to.
    #[schema(max_items = 20)]
    responds_to: Vec<RefView>,
    /// The unit that keeps the record.
    owner: RefView,
    /// Where it stands.
    status: CampaignStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Launched here, or recorded from elsewhere.
    origin: Origin,
    /// What is known of a recorded launch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What a guard holds back.
    #[schema(max_items = 20)]
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
}

fn missing(row: &CampaignRow) -> Vec<Missing> {
    absent([
        (Missing::LaunchedOn, row.launched_on.is_some() || row.status == CampaignStatus::Draft),
        (Missing::Document, row.document_id.is_some()),
        (Missing::FromOn, row.from_on.is_some()),
        (Missing::ToOn, row.to_on.is_some()),
        (Missing::Issuer, row.issuer_id.is_some() || row.issuer_name.is_some()),
    ])
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &CampaignRow) -> Result<CampaignView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

/// Views of several campaigns: a fixed number of queries.
pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[CampaignRow]) -> Result<Vec<CampaignView>, StoreError> {
    let ids: Vec<CampaignId> = rows.iter().map(|row| row.id).collect();
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let units: Vec<_> = rows.iter().flat_map(|row| [Some(row.owner_id), row.issuer_id]).flatten().collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let documents: Vec<_> = rows.iter().filter_map(|row| row.document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    let responses = store::responses_of_all(conn, &ids)?;
    let higher: Vec<CampaignId> = responses.iter().map(|(_, higher)| *higher).collect();
    let higher = refs::campaigns(conn, &higher)?;
    let external = external_ids::of_all(conn, Kind::Campaign, &any)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Campaign, &any)?;
    Ok(rows
        .iter()
        .zip(external)
        .zip(ties)
        .map(|((row, external_ids), ties)| CampaignView {
            id: row.id,
            code: row.code.clone(),
            title: row.title.clone(),
            slogan: row.slogan.clone(),
            scope: row.scope,
            scope_label: label(row.scope, eyes.lang),
            form: row.form,
            form_label: label(row.form, eyes.lang),
            legacy_label: row.legacy_label.clone(),
            issuer: units.opt(row.issuer_id).map(Into::into),
            issuer_name: row.issuer_name.clone(),
            launched_on: row.launched_on,
            from_on: row.from_on,
            from_precision: row.from_precision,
            to_on: row.to_on,
            to_precision: row.to_precision,
            document: documents.opt(row.document_id).map(Into::into),
            responds_to: responses.iter().filter(|(campaign, _)| *campaign == row.id).map(|(_, to)| higher.get(*to).into()).collect(),
            owner: units.get(row.owner_id).into(),
            status: row.status,
            status_label: label(row.status, eyes.lang),
            origin: row.origin,
            recorded: row.recorded.clone(),
            fictional: row.fictional,
            external_ids,
            allowed_actions: parts::allowed::<CampaignLife>(row.status, eyes, &ties),
            blocked: parts::blocked(lifecycle::blocked::<CampaignLife>(row.status, &(), &eyes.who, &ties), eyes.lang),
            missing_labels: parts::labels(&missing(row), eyes.lang),
            missing: missing(row),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}
