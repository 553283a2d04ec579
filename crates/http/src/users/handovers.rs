//! An officer's work handed to another in one act: grants and offices go over on a day, with a reason and a
//! document; or nothing does, and all that stands in the way is told.

use serde::{Deserialize, Serialize};
use serde_json::json;
use thidua_domain::access::{Kind, Role, Verb};
use thidua_domain::event::Event;
use thidua_domain::handover::{check, check_day};
use thidua_domain::id::UserId;
use thidua_domain::time::Date;
use thidua_store::conn::Conn;
use thidua_store::users::{self as store, Plan, UserRow};
use thidua_store::{Held, Root, StoreError, refs};
use utoipa::ToSchema;

use super::not_oneself;
use super::view::grant_views;
use crate::answer::Made;
use crate::call::{Call, Ended, Eyes, Json};
use crate::parts::{RefView, hidden, inside, label};
use crate::problem::ApiError;

/// A role that goes over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandedRole)]
pub(crate) struct RoleView {
    /// The role.
    role: Role,
    /// The same in words.
    #[schema(max_length = 200)]
    role_label: String,
    /// What its scope names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scope_ref: Option<RefView>,
}

/// An office as emulation officer that goes over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandedOffice)]
pub(crate) struct OfficeView {
    /// Of which unit.
    unit: RefView,
    /// Duty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    duty: Option<String>,
}

/// What went over, or would.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Handover, example = json!({
    "from": {"id": "0198c0de-0000-7000-8000-000000000001", "code": "lan.nguyen", "name": "Nguyễn Thị Lan (giả định)"},
    "to": {"id": "0198c0de-0000-7000-8000-000000000002", "code": "binh.tran", "name": "Trần Văn Bình (giả định)"},
    "on": "2026-12-01",
    "roles": [{"role": "unit_officer", "role_label": "Cán bộ thi đua của đơn vị",
        "scope_ref": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"}}],
    "offices": []
}))]
pub(crate) struct HandoverView {
    /// Whose work it was.
    from: RefView,
    /// Whose it is from then on.
    to: RefView,
    /// From which day on.
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// Roles that go over.
    #[schema(max_items = 500)]
    roles: Vec<RoleView>,
    /// Offices as emulation officer that go over.
    #[schema(max_items = 500)]
    offices: Vec<OfficeView>,
    /// Deciding document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
}

/// Work to be handed over.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HandoverDraft, example = json!({ "to": "binh.tran", "on": "2026-12-01", "reason": "Chuyển công tác", "document": "QD-128" }))]
pub(crate) struct HandoverDraft {
    /// Who receives: identifier or user name.
    #[schema(min_length = 1, max_length = 64)]
    to: String,
    /// From which day on, today or later; up to the day before it is the work of who hands over.
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// Why; it stays in the history of the account.
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    reason: String,
    /// Deciding document: identifier or code.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
}

fn account(row: &UserRow) -> RefView {
    RefView { id: row.id.any(), code: row.username.clone(), name: row.display_name.clone() }
}

fn view(conn: &mut Conn, eyes: &Eyes, (from, to): (&UserRow, &UserRow), plan: &Plan, on: Date) -> Result<HandoverView, StoreError> {
    let units: Vec<_> = plan.offices.iter().map(|office| office.unit_id).collect();
    let units = refs::units(conn, &units, eyes.today)?;
    let roles = grant_views(conn, &plan.grants, eyes)?.into_iter();
    Ok(HandoverView {
        from: account(from),
        to: account(to),
        on,
        roles: roles
            .map(|grant| RoleView { role: grant.role, role_label: label(grant.role, eyes.lang), scope_ref: grant.scope_ref })
            .collect(),
        offices: plan
            .offices
            .iter()
            .map(|office| OfficeView { unit: units.get(office.unit_id).into(), duty: office.duty.clone() })
            .collect(),
        document: None,
    })
}

pub(crate) async fn hand_over(call: Call<UserId, (), Json<HandoverDraft>>) -> Result<Ended<Made<HandoverView>>, ApiError> {
    let (user, draft, eyes) = (call.path, call.body.0.clone(), call.eyes());
    call.write(Root::Of(user.any()), move |tx| {
        let mut from = tx.load_for_change::<UserRow>(user)?;
        tx.require(Kind::User, Verb::HandOver, &from.ties)?;
        let to = refs::find_user(tx.conn(), "/to", &draft.to)?;
        let mut to: Held<UserRow> = tx.look_at::<UserRow>(to).map_err(|error| hidden(error, "/to", Kind::User, &draft.to))?;
        // Nobody hands rights to themselves, nor away.
        not_oneself(tx, user)?;
        not_oneself(tx, to.value.id)?;
        let document = refs::optional(tx.conn(), refs::find_document, "/document", draft.document.as_deref())?;
        check_day(draft.on, tx.today())?;
        let plan = store::plan(tx.conn(), &from.value, &to.value, draft.on)?;
        check(user == to.value.id, &plan.obstacles)?;
        store::hand_over(tx, &mut from, &mut to, &plan, draft.on)?;
        let grants: Vec<_> =
            plan.grants.iter().map(|grant| json!({ "role": grant.role, "scope": grant.scope, "scope_id": grant.scope_id })).collect();
        let offices: Vec<_> = plan.offices.iter().map(|office| json!({ "unit": office.unit_id, "duty": office.duty })).collect();
        for office in &plan.offices {
            let (before, after) = (from.value.person_id, to.value.person_id);
            let officers = |person| Some(json!({ "officers": { "person": person, "duty": office.duty, "on": draft.on } }));
            tx.record(Event::new(Kind::Unit, office.unit_id.any(), Verb::Edit).values(officers(before), officers(after)));
        }
        let told = json!({ "to": to.value.id, "on": draft.on, "document": document, "grants": grants, "offices": offices });
        tx.record(Event::new(Kind::User, user.any(), Verb::HandOver).because(Some(draft.reason.clone())).values(None, Some(told)));
        let shown = view(tx.conn(), &eyes, (&from.value, &to.value), &plan, draft.on)?;
        let documents: Vec<_> = document.into_iter().collect();
        let document = refs::documents(tx.conn(), &documents)?.opt(document).map(Into::into);
        let shown = HandoverView { document, ..shown };
        Made::of(&shown, Some(from.value.version), format!("/api/v1/users/{user}/history")).map_err(inside)
    })
    .await
}
