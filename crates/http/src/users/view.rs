//! Accounts and grants as they are sent and shown.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Role, Scope, ScopeKind, Verb, may_somewhere};
use thidua_domain::id::{AnyId, GrantId, UserId};
use thidua_domain::missing::{Missing, absent};
use thidua_domain::time::{Date, Instant};
use thidua_domain::user::{UserLife, UserStatus};
use thidua_store::StoreError;
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::refs::{self, Refs};
use thidua_store::users::{self as store, GrantRow, UserRow};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::list::Filters;
use crate::parts::{self, ExternalId, RefView, label};

/// A role granted on a scope.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000010", "role": "unit_officer", "role_label": "Cán bộ thi đua của đơn vị", "scope": "unit",
    "scope_ref": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "in_force": true, "created_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct GrantView {
    /// Identifier.
    pub(super) id: GrantId,
    /// The role.
    pub(super) role: Role,
    /// The role in words.
    #[schema(max_length = 200)]
    pub(super) role_label: String,
    /// Kind of scope.
    pub(super) scope: ScopeKind,
    /// What the scope names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) scope_ref: Option<RefView>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) to_on: Option<Date>,
    /// Whether it is in force today.
    pub(super) in_force: bool,
    /// Why it was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(super) note: Option<String>,
    /// Granted.
    pub(super) created_at: Instant,
    /// Taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) revoked_at: Option<Instant>,
}

/// A role to be granted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GrantDraft, example = json!({ "role": "unit_officer", "scope": "unit", "scope_ref": "SKHDT-DA-NANG" }))]
pub(crate) struct GrantDraft {
    /// The role.
    pub(super) role: Role,
    /// Kind of scope.
    pub(super) scope: ScopeKind,
    /// What the scope names: identifier or code; left out for `everything`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) scope_ref: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) to_on: Option<Date>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    pub(super) note: Option<String>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000001", "username": "lan.nguyen", "display_name": "Nguyễn Thị Lan (giả định)",
    "status": "active", "status_label": "Đang hoạt động", "grants": [], "allowed_actions": ["deactivate", "edit", "grant"],
    "blocked": [], "missing": ["grants"], "missing_labels": ["Chưa có vai trò nào còn hiệu lực"], "second_factor": false, "external_ids": {}, "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct UserView {
    /// Identifier.
    pub(super) id: UserId,
    /// Name typed at sign-in.
    #[schema(max_length = 64)]
    pub(super) username: String,
    /// Name shown.
    #[schema(max_length = 200)]
    pub(super) display_name: String,
    /// The person behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) person: Option<RefView>,
    /// Whether it can sign in.
    pub(super) status: UserStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    pub(super) status_label: String,
    /// Roles, those taken back or ended included.
    #[schema(max_items = 500)]
    pub(super) grants: Vec<GrantView>,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    pub(super) allowed_actions: Vec<String>,
    /// What a guard holds back.
    #[schema(max_items = 20)]
    pub(super) blocked: Vec<parts::BlockedView>,
    /// What is absent.
    #[schema(max_items = 20)]
    pub(super) missing: Vec<Missing>,
    /// The same in words.
    #[schema(max_items = 20, max_length = 200)]
    pub(super) missing_labels: Vec<String>,
    /// Whether a second factor is asked for at sign-in.
    pub(super) second_factor: bool,
    /// Until when the account only serves to choose another password, because somebody else made this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) password_once_until: Option<Instant>,
    /// The password that serves once, in the answer that makes it and nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, nullable = false)]
    pub(super) one_time_password: Option<String>,
    /// What other systems call it; one may link a sign-in through an issuer to it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
    /// Version.
    #[schema(minimum = 1)]
    pub(super) version: i64,
    /// Made.
    pub(super) created_at: Instant,
    /// Changed.
    pub(super) updated_at: Instant,
}

/// A new account.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserDraft, example = json!({
    "username": "lan.nguyen", "display_name": "Nguyễn Thị Lan (giả định)", "password": "con trâu trắng bên bờ sông"
}))]
pub(crate) struct UserDraft {
    /// Name typed at sign-in: plain lower-case letters, digits and `. _ @ -`.
    #[schema(min_length = 3, max_length = 64, pattern = r"^[a-z0-9][a-z0-9._@-]{2,63}$")]
    pub(super) username: String,
    /// Name shown.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) display_name: String,
    /// First password; left out, one is made that serves once, and is told in this answer only.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 256, format = Password)]
    pub(super) password: Option<String>,
    /// The person behind it: identifier or code.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) person: Option<String>,
    /// What other systems call it; one may link a sign-in through an issuer to it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What of an account can be edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserEdit, example = json!({ "display_name": "Nguyễn Thị Lan (giả định)" }))]
pub(crate) struct UserEdit {
    /// Name shown.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) display_name: String,
    /// The person behind it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) person: Option<String>,
    /// What other systems call it; one may link a sign-in through an issuer to it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What accounts are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct UserFilter {
    /// Only the one with this user name.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) username: Option<String>,
    /// Only in this state.
    pub(super) status: Option<UserStatus>,
    /// Only the one that another system calls so: `system:id`.
    pub(super) external_id: Option<ExternalId>,
}

impl Filters for UserFilter {
    const SORTS: &'static [&'static str] = &["username"];
    const SEARCH: bool = true;
}

/// What scopes name.
pub(crate) fn scope_refs(conn: &mut Conn, scopes: &[Scope], today: Date) -> Result<Refs, StoreError> {
    let units: Vec<_> = scopes.iter().filter_map(|scope| if let Scope::Unit(id) = scope { Some(*id) } else { None }).collect();
    let blocs: Vec<_> = scopes.iter().filter_map(|scope| if let Scope::Bloc(id) = scope { Some(*id) } else { None }).collect();
    let mut found = refs::units(conn, &units, today)?;
    found.extend(refs::blocs(conn, &blocs)?);
    Ok(found)
}

pub(crate) fn grant_views(conn: &mut Conn, rows: &[GrantRow], eyes: &Eyes) -> Result<Vec<GrantView>, StoreError> {
    let scopes: Vec<Scope> = rows.iter().filter_map(|row| Scope::of(row.scope, row.scope_id)).collect();
    let scopes = scope_refs(conn, &scopes, eyes.today)?;
    Ok(rows
        .iter()
        .map(|row| GrantView {
            id: row.id,
            role: row.role,
            role_label: label(row.role, eyes.lang),
            scope: row.scope,
            scope_ref: row.scope_id.map(|id| scopes.get(id).into()),
            from_on: row.from_on,
            to_on: row.to_on,
            in_force: row.in_force(eyes.today),
            note: row.note.clone(),
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        })
        .collect())
}

pub(super) fn views(conn: &mut Conn, eyes: &Eyes, rows: &[UserRow]) -> Result<Vec<UserView>, StoreError> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
    let any: Vec<AnyId> = ids.iter().map(|id| id.any()).collect();
    let ties = parts::ties_of_all(conn, eyes, Kind::User, &any)?;
    let people: Vec<_> = rows.iter().filter_map(|row| row.person_id).collect();
    let people = refs::people(conn, &people)?;
    // Whoever looks after accounts sees whose they are by code.
    let sees_people = may_somewhere(&eyes.who, Kind::Person, Verb::See);
    let grants = store::grants_of_all(conn, &ids)?;
    let second = thidua_store::second_factors::those_with(conn, &ids)?;
    let external = external_ids::of_all(conn, Kind::User, &any)?;
    let mut shown = Vec::with_capacity(rows.len());
    for ((row, ties), external_ids) in rows.iter().zip(&ties).zip(external) {
        let own: Vec<GrantRow> = grants.iter().filter(|grant| grant.user_id == row.id).cloned().collect();
        let missing = absent([(Missing::Grants, own.iter().any(|grant| grant.in_force(eyes.today)))]);
        shown.push((row, ties, own, missing, external_ids));
    }
    let all: Vec<GrantRow> = shown.iter().flat_map(|(_, _, own, ..)| own.iter().cloned()).collect();
    let mut grants = grant_views(conn, &all, eyes)?.into_iter();
    Ok(shown
        .into_iter()
        .map(|(row, ties, own, missing, external_ids)| UserView {
            id: row.id,
            username: row.username.clone(),
            display_name: row.display_name.clone(),
            person: people.opt(row.person_id).map(|person| parts::named_person(person, sees_people || eyes.who.user == Some(row.id))),
            status: row.status,
            status_label: label(row.status, eyes.lang),
            grants: grants.by_ref().take(own.len()).collect(),
            allowed_actions: parts::allowed::<UserLife>(row.status, eyes, ties),
            blocked: Vec::new(),
            missing_labels: parts::labels(&missing, eyes.lang),
            missing,
            second_factor: second.contains(&row.id),
            password_once_until: row.password_once_until,
            one_time_password: None,
            external_ids,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &UserRow) -> Result<UserView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}
