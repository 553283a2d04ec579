//! A document as shown, with what is still absent.

use serde::Serialize;
use thidua_domain::access::{Kind, Verb};
use thidua_domain::dated::Precision;
use thidua_domain::document::DocumentKind;
use thidua_domain::id::DocumentId;
use thidua_domain::missing::{Missing, absent};
use thidua_domain::recorded::{Origin, Recorded, SignMode};
use thidua_domain::time::{Date, Instant};
use thidua_store::conn::Conn;
use thidua_store::documents::DocumentRow;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::parts::{self, RefView, label, open_acts};

/// A document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000060", "code": "01-NQ-CP/2021", "kind": "resolution", "kind_label": "Nghị quyết",
    "number": "01", "symbol": "01/NQ-CP", "issued_on": "2021-01-01", "issued_precision": "day", "issuer_name": "Chính phủ",
    "title": "Về những nhiệm vụ, giải pháp chủ yếu thực hiện Kế hoạch phát triển kinh tế - xã hội năm 2021",
    "owner": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "origin": "recorded", "recorded": {"from": "paper", "happened_on": "2021-01-01"}, "fictional": false, "external_ids": {},
    "allowed_actions": ["edit"], "missing": ["signer"], "missing_labels": ["Chưa ghi người ký"],
    "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct DocumentView {
    /// Identifier.
    id: DocumentId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Kind.
    kind: DocumentKind,
    /// Kind in words.
    #[schema(max_length = 200)]
    kind_label: String,
    /// Number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, nullable = false)]
    number: Option<String>,
    /// The full sign as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80, nullable = false)]
    symbol: Option<String>,
    /// Date of issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    issued_on: Option<Date>,
    /// How exactly it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issued_precision: Option<Precision>,
    /// The unit that issued it, under its name of today.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issuer: Option<RefView>,
    /// Who issued it, where no unit is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    issuer_name: Option<String>,
    /// Who signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    signer_name: Option<String>,
    /// In what position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    signer_position: Option<String>,
    /// In what capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signer_mode: Option<SignMode>,
    /// What it is about.
    #[schema(max_length = 500)]
    title: String,
    /// The unit that keeps the record.
    owner: RefView,
    /// Entered as issued here, or recorded from elsewhere.
    origin: Origin,
    /// What is known of a recorded one.
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

fn missing(row: &DocumentRow) -> Vec<Missing> {
    absent([
        (Missing::Number, row.number.is_some()),
        (Missing::Symbol, row.symbol.is_some()),
        (Missing::IssuedOn, row.issued_on.is_some()),
        (Missing::Issuer, row.issuer_id.is_some() || row.issuer_name.is_some()),
        (Missing::Signer, row.signer_name.is_some() || row.signer_position.is_some()),
    ])
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &DocumentRow) -> Result<DocumentView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

/// Views of several documents: a fixed number of queries.
pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[DocumentRow]) -> Result<Vec<DocumentView>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let units: Vec<_> = rows.iter().flat_map(|row| [Some(row.owner_id), row.issuer_id]).flatten().collect();
    let units = refs::unit_names(conn, &units)?;
    let external = external_ids::of_all(conn, Kind::Document, &any)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Document, &any)?;
    Ok(rows
        .iter()
        .zip(external)
        .zip(ties)
        .map(|((row, external_ids), ties)| DocumentView {
            id: row.id,
            code: row.code.clone(),
            kind: row.kind,
            kind_label: label(row.kind, eyes.lang),
            number: row.number.clone(),
            symbol: row.symbol.clone(),
            issued_on: row.issued_on,
            issued_precision: row.issued_precision,
            issuer: row.issuer_id.map(|issuer| units.at(issuer, row.issued_on.unwrap_or(eyes.today)).into()),
            issuer_name: row.issuer_name.clone(),
            signer_name: row.signer_name.clone(),
            signer_position: row.signer_position.clone(),
            signer_mode: row.signer_mode,
            title: row.title.clone(),
            owner: units.at(row.owner_id, eyes.today).into(),
            origin: row.origin,
            recorded: row.recorded.clone(),
            fictional: row.fictional,
            external_ids,
            allowed_actions: open_acts(eyes, Kind::Document, &[Verb::Edit], &ties),
            missing_labels: parts::labels(&missing(row), eyes.lang),
            missing: missing(row),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}
