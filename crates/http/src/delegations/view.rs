//! Delegations as they are sent and shown.

use serde::{Deserialize, Serialize};
use thidua_domain::access::Kind;
use thidua_domain::code::Code as HumanCode;
use thidua_domain::delegation::{DelegatedAct, DelegationLife, DelegationStatus};
use thidua_domain::id::DelegationId;
use thidua_domain::missing::Missing;
use thidua_domain::time::{Date, Instant};
use thidua_store::StoreError;
use thidua_store::conn::Conn;
use thidua_store::delegations::DelegationRow;
use thidua_store::refs;
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::list::Filters;
use crate::parts::{self, RefView, label};

/// A delegation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delegation, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000c0", "code": "UQ-01",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "delegator": {"id": "0198c0de-0000-7000-8000-000000000001", "code": "tt.skhdt", "name": "Giám đốc (giả định)"},
    "delegate": {"id": "0198c0de-0000-7000-8000-000000000002", "code": "pho.skhdt", "name": "Phó Giám đốc (giả định)"},
    "acts": ["sign"], "act_labels": ["Ký thay đơn vị"], "from_on": "2026-11-01", "to_on": "2026-12-31",
    "document": {"id": "0198c0de-0000-7000-8000-000000000050", "code": "GUQ-12", "name": "Giấy ủy quyền"},
    "in_force": true, "status": "given", "status_label": "Đã ủy quyền", "allowed_actions": ["revoke"], "blocked": [], "missing": [], "missing_labels": [],
    "version": 1, "created_at": "2026-11-01T02:00:00Z", "updated_at": "2026-11-01T02:00:00Z"
}))]
pub(crate) struct DelegationView {
    /// Identifier.
    id: DelegationId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// For which unit.
    unit: RefView,
    /// Whose right it is: an account, its user name as code.
    delegator: RefView,
    /// Who acts: an account, its user name as code.
    delegate: RefView,
    /// In what.
    #[schema(max_items = 10)]
    acts: Vec<DelegatedAct>,
    /// The same in words.
    #[schema(max_items = 10)]
    act_labels: Vec<String>,
    /// First day.
    #[schema(value_type = String, format = Date)]
    from_on: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to_on: Date,
    /// By which document.
    document: RefView,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
    /// Whether it stands and its time holds today. It serves as long as its delegator heads the unit.
    in_force: bool,
    /// Where it stands.
    status: DelegationStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What a guard holds back.
    #[schema(max_items = 20)]
    blocked: Vec<parts::BlockedView>,
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

/// A delegation to be given, or entered from paper.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DelegationDraft, example = json!({
    "unit": "SKHDT-DA-NANG", "delegate": "pho.skhdt", "acts": ["sign"], "from_on": "2026-11-01", "to_on": "2026-12-31", "document": "GUQ-12"
}))]
pub(crate) struct DelegationDraft {
    /// Code; made when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    pub(super) code: Option<String>,
    /// For which unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: String,
    /// Whose right it is: identifier or user name; the caller when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) delegator: Option<String>,
    /// Who is to act: identifier or user name.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) delegate: String,
    /// In what.
    #[schema(min_items = 1, max_items = 10)]
    pub(super) acts: Vec<DelegatedAct>,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub(super) from_on: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub(super) to_on: Date,
    /// By which document: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) document: String,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    pub(super) note: Option<String>,
}

/// What delegations are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct DelegationFilter {
    /// Only for this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: Option<String>,
    /// Only those that this account gave: identifier or user name.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) delegator: Option<String>,
    /// Only those under which this account acts: identifier or user name.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) delegate: Option<String>,
    /// Only in this state.
    pub(super) status: Option<DelegationStatus>,
    /// Only those whose time holds this day.
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) on: Option<Date>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) code: Option<String>,
}

impl Filters for DelegationFilter {
    const SORTS: &'static [&'static str] = &["from_on"];
    const SEARCH: bool = false;
}

/// Views of several delegations: a fixed number of queries.
pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[DelegationRow]) -> Result<Vec<DelegationView>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let units: Vec<_> = rows.iter().map(|row| row.unit_id).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let accounts: Vec<_> = rows.iter().flat_map(|row| [row.delegator_id, row.delegate_id]).collect();
    let accounts = refs::users(conn, &accounts)?;
    let documents: Vec<_> = rows.iter().map(|row| row.document_id).collect();
    let documents = refs::documents(conn, &documents)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Delegation, &any)?;
    Ok(rows
        .iter()
        .zip(&ties)
        .map(|(row, ties)| {
            let acts = row.acts();
            DelegationView {
                id: row.id,
                code: row.code.clone(),
                unit: units.get(row.unit_id).into(),
                delegator: accounts.get(row.delegator_id).into(),
                delegate: accounts.get(row.delegate_id).into(),
                act_labels: acts.iter().map(|act| label(*act, eyes.lang)).collect(),
                acts,
                from_on: row.from_on,
                to_on: row.to_on,
                document: documents.get(row.document_id).into(),
                note: row.note.clone(),
                in_force: row.status == DelegationStatus::Given && row.span().holds(eyes.today),
                status: row.status,
                status_label: label(row.status, eyes.lang),
                allowed_actions: parts::allowed::<DelegationLife>(row.status, eyes, ties),
                blocked: Vec::new(),
                missing: Vec::new(),
                missing_labels: Vec::new(),
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            }
        })
        .collect())
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &DelegationRow) -> Result<DelegationView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}
