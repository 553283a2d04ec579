//! Service accounts as they are sent and shown.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Ties};
use thidua_domain::client::{ClientLife, ClientScope, TOKEN_SECONDS};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::id::{AnyId, ClientId, ClientSecretId, UnitId};
use thidua_domain::missing::{Missing, absent};
use thidua_domain::time::{Date, Instant};
use thidua_domain::user::UserStatus;
use thidua_store::StoreError;
use thidua_store::clients::{self as store, ClientRow};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::refs;
use utoipa::ToSchema;

use super::keys::ClientKey;
use crate::call::Eyes;
use crate::list::Filters;
use crate::parts::{self, ExternalId, RefView, label};

/// A service account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Client, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000050", "code": "CONG-SKHDT", "name": "Cổng thông tin của Sở (giả định)",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "scopes": ["units:read", "pledges:read"], "scope_labels": ["Đọc đơn vị", "Đọc giao ước thi đua"], "keys": [],
    "secrets": [{"id": "0198c0de-0000-7000-8000-000000000051", "created_at": "2026-11-21T02:00:00Z"}], "token_seconds": 600,
    "status": "active", "status_label": "Đang hoạt động", "allowed_actions": ["deactivate", "edit", "add_secret"], "blocked": [], "missing": [], "missing_labels": [],
    "external_ids": {}, "version": 2, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct ClientView {
    /// Identifier; the `client_id` of OAuth.
    id: ClientId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Name.
    #[schema(max_length = 200)]
    name: String,
    /// The unit in which, and below which, it works.
    unit: RefView,
    /// What its tokens serve for at the most.
    #[schema(max_items = 50)]
    scopes: Vec<ClientScope>,
    /// The same in words.
    #[schema(max_items = 50)]
    scope_labels: Vec<String>,
    /// Public keys for `private_key_jwt`.
    #[schema(max_items = 5)]
    keys: Vec<ClientKey>,
    /// Secrets that stand, without what is secret.
    #[schema(max_items = 2)]
    secrets: Vec<SecretView>,
    /// Last day; without one it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    expires_on: Option<Date>,
    /// Seconds for which its tokens last.
    #[schema(minimum = 60, maximum = 3600)]
    token_seconds: i32,
    /// When it was last seen; noted once a minute at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_used_at: Option<Instant>,
    /// Whether it gets tokens.
    status: UserStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What a guard holds back.
    #[schema(max_items = 20)]
    blocked: Vec<parts::BlockedView>,
    /// What is absent: `credentials` where it has neither secret nor key.
    #[schema(max_items = 20)]
    missing: Vec<Missing>,
    /// The same in words.
    #[schema(max_items = 20, max_length = 200)]
    missing_labels: Vec<String>,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// A secret that stands; the secret itself was shown once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientSecret, example = json!({ "id": "0198c0de-0000-7000-8000-000000000051", "created_at": "2026-11-21T02:00:00Z" }))]
pub(crate) struct SecretView {
    /// Identifier.
    id: ClientSecretId,
    /// Made.
    created_at: Instant,
}

/// A secret, shown once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientSecretOnce, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000051", "client_id": "0198c0de-0000-7000-8000-000000000050",
    "client_secret": "thidua_q9Yx…", "created_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct SecretOnceView {
    /// Identifier of the secret.
    pub(super) id: ClientSecretId,
    /// The `client_id` of OAuth.
    pub(super) client_id: ClientId,
    /// The `client_secret` of OAuth: in this answer and nowhere else.
    #[schema(max_length = 100)]
    pub(super) client_secret: String,
    /// Made.
    pub(super) created_at: Instant,
}

pub(super) const fn token_seconds() -> i32 {
    TOKEN_SECONDS
}

/// A new service account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClientDraft, example = json!({
    "code": "CONG-SKHDT", "name": "Cổng thông tin của Sở (giả định)", "unit": "SKHDT-DA-NANG", "scopes": ["units:read", "pledges:read"]
}))]
pub(crate) struct ClientDraft {
    /// Code; made from the name when left out. It stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    pub(super) code: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) name: String,
    /// The unit in which, and below which, it works: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: String,
    /// What its tokens serve for at the most.
    #[schema(min_items = 1, max_items = 50)]
    pub(super) scopes: Vec<ClientScope>,
    /// Public keys for `private_key_jwt`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub(super) keys: Vec<ClientKey>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) expires_on: Option<Date>,
    /// Seconds for which its tokens last; 600 when left out.
    #[serde(default = "token_seconds")]
    #[schema(minimum = 60, maximum = 3600)]
    pub(super) token_seconds: i32,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What of a service account can be edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClientEdit, example = json!({ "scopes": ["units:read"], "expires_on": "2027-12-31" }))]
pub(crate) struct ClientEdit {
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) name: String,
    /// The unit in which, and below which, it works: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) unit: String,
    /// What its tokens serve for at the most.
    #[schema(min_items = 1, max_items = 50)]
    pub(super) scopes: Vec<ClientScope>,
    /// Public keys for `private_key_jwt`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub(super) keys: Vec<ClientKey>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) expires_on: Option<Date>,
    /// Seconds for which its tokens last.
    #[schema(minimum = 60, maximum = 3600)]
    pub(super) token_seconds: i32,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

impl ClientEdit {
    pub(super) fn of(row: &ClientRow, external_ids: ExternalIds) -> Self {
        Self {
            name: row.account.display_name.clone(),
            unit: row.own.unit_id.to_string(),
            scopes: row.scopes().list().to_vec(),
            keys: keys_of(row),
            expires_on: row.own.expires_on,
            token_seconds: row.own.token_seconds,
            external_ids,
        }
    }
}

/// What service accounts are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct ClientFilter {
    /// Only in this state.
    pub(super) status: Option<UserStatus>,
    /// Only those that work in this very unit: identifier or code.
    pub(super) unit: Option<String>,
    /// Only the one with this code.
    #[schema(max_length = 64)]
    pub(super) code: Option<String>,
    /// Only the one that another system calls so: `system:id`.
    pub(super) external_id: Option<ExternalId>,
}

impl Filters for ClientFilter {
    const SORTS: &'static [&'static str] = &["code"];
    const SEARCH: bool = true;
}

/// The public keys of a service account.
pub(crate) fn keys_of(row: &ClientRow) -> Vec<ClientKey> {
    serde_json::from_str(&row.own.keys).unwrap_or_default()
}

pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[ClientRow]) -> Result<Vec<ClientView>, StoreError> {
    let ids: Vec<ClientId> = rows.iter().map(|row| row.own.id).collect();
    let any: Vec<AnyId> = ids.iter().map(|id| id.any()).collect();
    let units: Vec<UnitId> = rows.iter().map(|row| row.own.unit_id).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let secrets = store::secrets_of_all(conn, &ids)?;
    let external = external_ids::of_all(conn, Kind::Client, &any)?;
    Ok(rows.iter().zip(external).map(|(row, external_ids)| one(eyes, row, &units, &secrets, external_ids)).collect())
}

fn one(eyes: &Eyes, row: &ClientRow, units: &refs::Refs, secrets: &[store::SecretRow], external_ids: ExternalIds) -> ClientView {
    let ClientRow { own, account } = row;
    let (keys, scopes) = (keys_of(row), row.scopes());
    let secrets: Vec<SecretView> = secrets
        .iter()
        .filter(|secret| secret.client_id == own.id)
        .map(|secret| SecretView { id: secret.id, created_at: secret.created_at })
        .collect();
    let missing = absent([(Missing::Credentials, !keys.is_empty() || !secrets.is_empty())]);
    ClientView {
        id: own.id,
        code: own.code.clone(),
        name: account.display_name.clone(),
        unit: units.get(own.unit_id).into(),
        scope_labels: scopes.list().iter().map(|scope| label(*scope, eyes.lang)).collect(),
        scopes: scopes.list().to_vec(),
        missing_labels: parts::labels(&missing, eyes.lang),
        missing,
        keys,
        secrets,
        expires_on: own.expires_on,
        token_seconds: own.token_seconds,
        last_used_at: own.last_used_at,
        status: account.status,
        status_label: label(account.status, eyes.lang),
        // Who may does not depend on how a service account is tied.
        allowed_actions: parts::allowed::<ClientLife>(account.status, eyes, &Ties::default()),
        blocked: Vec::new(),
        external_ids,
        version: account.version,
        created_at: account.created_at,
        updated_at: account.updated_at,
    }
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &ClientRow) -> Result<ClientView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}
