//! Who may do what: roles, scopes, relations, and the one policy table from which the decision for
//! a single object, the SQL scoping of lists, `allowed_actions` and the access matrix are derived.
//!
//! Loading grants and ties is the store's work.

mod policy;
mod sight;

use serde::{Deserialize, Serialize};

use crate::id::{AnyId, BlocId, UnitId, UserId};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{Lang, Word};
use crate::words;

pub use policy::POLICY;
pub use sight::{Sight, sight};

words! {
    /// Kinds of resource that access is granted on.
    pub enum Kind in "resource-kinds" {
        User = "user", "Tài khoản", "User account";
        Client = "client", "Tài khoản dịch vụ", "Service account";
        Unit = "unit", "Đơn vị", "Unit";
        Person = "person", "Cá nhân", "Person";
        Document = "document", "Văn bản", "Document";
        File = "file", "Tệp", "File";
        Campaign = "campaign", "Phong trào thi đua", "Emulation campaign";
        AwardType = "award_type", "Danh hiệu, hình thức khen thưởng", "Title or form of commendation";
        Bloc = "bloc", "Cụm, khối thi đua", "Emulation bloc";
        BlocYear = "bloc_year", "Năm thi đua của khối", "Bloc year";
        Meeting = "meeting", "Cuộc họp của khối", "Bloc meeting";
        Pledge = "pledge", "Giao ước thi đua", "Emulation pledge";
        Job = "job", "Công việc nền", "Background job";
        Event = "event", "Nhật ký", "Event log";
    }
}

words! {
    /// Everything that can be done to a resource.
    pub enum Verb in "actions" {
        See = "see", "Xem", "See";
        SeeValues = "see_values", "Xem giá trị đã đổi", "See changed values";
        Create = "create", "Tạo", "Create";
        Edit = "edit", "Sửa", "Edit";
        Delete = "delete", "Xóa", "Delete";
        Grant = "grant", "Cấp hoặc thu hồi vai trò", "Grant or revoke roles";
        Deactivate = "deactivate", "Khóa tài khoản", "Deactivate";
        Activate = "activate", "Mở lại tài khoản", "Activate";
        SignIn = "sign_in", "Đăng nhập", "Sign in";
        SignOut = "sign_out", "Đăng xuất", "Sign out";
        RevokeSession = "revoke_session", "Thu hồi phiên", "Revoke a session";
        ChangePassword = "change_password", "Đổi mật khẩu", "Change password";
        ResetPassword = "reset_password", "Đặt lại mật khẩu", "Reset the password";
        BeginSecondFactor = "begin_second_factor", "Bắt đầu đặt yếu tố thứ hai", "Begin a second factor";
        ConfirmSecondFactor = "confirm_second_factor", "Xác nhận yếu tố thứ hai", "Confirm the second factor";
        RenewCodes = "renew_codes", "Cấp lại mã khôi phục", "Renew recovery codes";
        RemoveSecondFactor = "remove_second_factor", "Gỡ yếu tố thứ hai", "Remove the second factor";
        AddSecret = "add_secret", "Cấp bí mật mới", "Issue a new secret";
        EndSecret = "end_secret", "Thu hồi bí mật", "End a secret";
        RevokeToken = "revoke_token", "Thu hồi token", "Revoke a token";
        ActAs = "act_as", "Xem như người khác (chỉ đọc)", "Look on as somebody else (read only)";
        RevokeGrant = "revoke_grant", "Thu hồi vai trò", "Revoke a role";
        Arrange = "arrange", "Xếp vào hệ thống đơn vị", "Arrange in the unit tree";
        Succeed = "succeed", "Ghi nhận kế thừa", "Record a succession";
        ChangeMembers = "change_members", "Thay đổi thành viên", "Change members";
        Open = "open", "Mở năm thi đua", "Open the year";
        Close = "close", "Kết thúc", "Close";
        Reopen = "reopen", "Mở lại", "Reopen";
        Cancel = "cancel", "Hủy", "Cancel";
        Launch = "launch", "Phát động", "Launch";
        Hold = "hold", "Ghi nhận đã họp", "Record as held";
        Adopt = "adopt", "Thông qua biên bản", "Adopt the minutes";
        OpenSigning = "open_signing", "Mở ký giao ước", "Open for signing";
        ReturnToDraft = "return_to_draft", "Đưa về dự thảo", "Return to draft";
        Sign = "sign", "Ký", "Sign";
        RecordSignature = "record_signature", "Ghi lại chữ ký", "Record a signature";
        SetTargets = "set_targets", "Đăng ký và cập nhật chỉ tiêu", "Set targets";
        TakeEffect = "take_effect", "Có hiệu lực", "Take effect";
        Withdraw = "withdraw", "Rút", "Withdraw";
        Replace = "replace", "Thay thế", "Replace";
        Start = "start", "Bắt đầu", "Start";
        Finish = "finish", "Hoàn thành", "Finish";
        Fail = "fail", "Thất bại", "Fail";
    }
}

words! {
    /// What a person is to the service.
    pub enum Role in "roles" {
        SystemAdmin = "system_admin", "Quản trị hệ thống", "System administrator";
        StandingBody = "standing_body", "Cơ quan thường trực thi đua, khen thưởng", "Standing body for emulation and commendation";
        UnitOfficer = "unit_officer", "Cán bộ thi đua của đơn vị", "Emulation officer of a unit";
        UnitHead = "unit_head", "Thủ trưởng hoặc người được ủy quyền", "Head or authorised representative of a unit";
        BlocLeader = "bloc_leader", "Trưởng khối", "Bloc leader";
        BlocDeputy = "bloc_deputy", "Phó khối", "Bloc deputy";
        CouncilChair = "council_chair", "Chủ tịch Hội đồng", "Council chair";
        CouncilSecretary = "council_secretary", "Thư ký Hội đồng", "Council secretary";
        CouncilMember = "council_member", "Ủy viên Hội đồng", "Council member";
        Authority = "authority", "Người có thẩm quyền quyết định", "Deciding authority";
        Inspector = "inspector", "Thanh tra", "Inspector";
        Auditor = "auditor", "Kiểm toán, giám sát", "Auditor";
        Viewer = "viewer", "Người xem", "Viewer";
        ServiceClient = "service_client", "Tài khoản dịch vụ", "Service account";
    }
}

words! {
    /// On what a role is granted.
    pub enum ScopeKind in "scopes" {
        Everything = "everything", "Toàn hệ thống", "Everything";
        Unit = "unit", "Đơn vị và các đơn vị trực thuộc", "A unit and all below it";
        Bloc = "bloc", "Một khối", "One bloc";
        Council = "council", "Một hội đồng", "One council";
    }
}

words! {
    /// How a unit stands to a resource.
    pub enum Relation in "relations" {
        Itself = "itself", "Chính đơn vị", "The unit itself";
        Owner = "owner", "Đơn vị lập hồ sơ", "The unit that keeps the record";
        Issuer = "issuer", "Đơn vị ban hành", "The unit that issued it";
        Employer = "employer", "Đơn vị công tác", "The employing unit";
        Organizer = "organizer", "Cơ quan tổ chức khối", "The body that organises the bloc";
        Leader = "leader", "Đơn vị trưởng khối", "The leading unit";
        Deputy = "deputy", "Đơn vị phó khối", "The deputy unit";
        Member = "member", "Đơn vị thành viên", "A member unit";
        Bloc = "bloc", "Khối", "The bloc";
        Oneself = "oneself", "Chính người dùng", "The user themselves";
    }
}

/// How far down from the granted unit a rule reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// The granted unit itself and the units it succeeded: whoever speaks for a unit.
    Own,
    /// Also everything below it: whoever looks after units.
    Under,
}

/// On what a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// The whole installation.
    Everything,
    /// A unit and all below it.
    Unit(UnitId),
    /// One bloc.
    Bloc(BlocId),
    /// One council.
    Council(AnyId),
}

impl Scope {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> ScopeKind {
        match self {
            Self::Everything => ScopeKind::Everything,
            Self::Unit(_) => ScopeKind::Unit,
            Self::Bloc(_) => ScopeKind::Bloc,
            Self::Council(_) => ScopeKind::Council,
        }
    }

    /// What it names, if it names one thing.
    #[must_use]
    pub const fn id(self) -> Option<AnyId> {
        match self {
            Self::Everything => None,
            Self::Unit(id) => Some(id.any()),
            Self::Bloc(id) => Some(id.any()),
            Self::Council(id) => Some(id),
        }
    }

    /// The scope of a kind and an identifier, if the two fit.
    #[must_use]
    pub const fn of(kind: ScopeKind, id: Option<AnyId>) -> Option<Self> {
        match (kind, id) {
            (ScopeKind::Everything, None) => Some(Self::Everything),
            (ScopeKind::Unit, Some(id)) => Some(Self::Unit(UnitId::new(id.uuid()))),
            (ScopeKind::Bloc, Some(id)) => Some(Self::Bloc(BlocId::new(id.uuid()))),
            (ScopeKind::Council, Some(id)) => Some(Self::Council(id)),
            _ => None,
        }
    }
}

impl Role {
    /// Scopes on which the role can be granted; none for roles that follow from an office.
    #[must_use]
    pub const fn scopes(self) -> &'static [ScopeKind] {
        match self {
            Self::SystemAdmin => &[ScopeKind::Everything],
            Self::UnitOfficer | Self::UnitHead => &[ScopeKind::Unit],
            Self::BlocLeader | Self::BlocDeputy | Self::ServiceClient => &[],
            Self::CouncilChair | Self::CouncilSecretary | Self::CouncilMember => &[ScopeKind::Council],
            Self::StandingBody | Self::Authority | Self::Inspector | Self::Auditor => &[ScopeKind::Everything, ScopeKind::Unit],
            Self::Viewer => &[ScopeKind::Everything, ScopeKind::Unit, ScopeKind::Bloc],
        }
    }

    /// Granted roles that count as this one: leading a bloc is the work of the leading unit's people, and the
    /// program of a unit drafts as its officers do.
    #[must_use]
    pub const fn through(self) -> &'static [Self] {
        match self {
            Self::SystemAdmin => &[Self::SystemAdmin],
            Self::StandingBody => &[Self::StandingBody],
            Self::UnitOfficer => &[Self::UnitOfficer, Self::ServiceClient],
            Self::UnitHead => &[Self::UnitHead],
            Self::BlocLeader | Self::BlocDeputy => &[Self::UnitOfficer, Self::UnitHead],
            Self::CouncilChair => &[Self::CouncilChair],
            Self::CouncilSecretary => &[Self::CouncilSecretary],
            Self::CouncilMember => &[Self::CouncilMember],
            Self::Authority => &[Self::Authority],
            Self::Inspector => &[Self::Inspector],
            Self::Auditor => &[Self::Auditor],
            Self::Viewer => &[Self::Viewer],
            Self::ServiceClient => &[Self::ServiceClient],
        }
    }

    /// Checks that the role can stand on a scope.
    ///
    /// # Errors
    /// [`Code::ScopeDoesNotFit`] at `/scope`.
    pub fn check_scope(self, kind: ScopeKind, lang: Lang) -> Result<(), Refusal> {
        if self.scopes().contains(&kind) {
            return Ok(());
        }
        let allowed: Vec<&str> = self.scopes().iter().map(|scope| scope.as_str()).collect();
        Err(Refusal::at("/scope", Code::ScopeDoesNotFit)
            .with("role", self.label().get(lang))
            .with("scope", kind.as_str())
            .with("allowed", if allowed.is_empty() { "—".to_owned() } else { allowed.join(", ") }))
    }
}

/// A role in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// On what.
    pub scope: Scope,
}

/// Who is calling: the user, if any, and the grants in force today.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principal {
    /// The account; `None` for an anonymous caller.
    pub user: Option<UserId>,
    /// Roles in force today.
    pub grants: Vec<Grant>,
}

/// One way in which a unit is bound to a resource, walked upwards from the units named on it:
/// a department that is a member ties its successor (`own`) and its province (not `own`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tie {
    /// How.
    pub relation: Relation,
    /// The unit, bloc or user.
    pub to: AnyId,
    /// Reached without going up the administrative tree.
    pub own: bool,
}

/// All ties of one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties(pub Vec<Tie>);

impl Ties {
    fn holds(&self, relation: Relation, to: AnyId, reach: Reach) -> bool {
        self.0.iter().any(|tie| tie.relation == relation && tie.to == to && (tie.own || reach == Reach::Under))
    }
}

/// What a rule asks of the holder of its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing more: the role is enough, on whatever scope.
    Role,
    /// That the grant reaches one of these relations of the resource.
    Tie(&'static [Relation], Reach),
    /// That the resource is the caller's own account.
    Oneself,
    /// Only to be signed in.
    SignedIn,
}

/// One row of the policy.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Kind of resource.
    pub kind: Kind,
    /// Acts.
    pub verbs: &'static [Verb],
    /// Roles that may.
    pub roles: &'static [Role],
    /// What else must hold.
    pub needs: Needs,
}

/// Whether what this caller may do to things of a kind, and to what belongs to them, depends on how
/// they are tied. Where it does not, because all grants reach everything, nobody needs to look the
/// ties up.
#[must_use]
pub fn ties_matter(who: &Principal, kind: Kind) -> bool {
    let of_oneself = POLICY.iter().any(|rule| rule.kind == kind && matches!(rule.needs, Needs::Oneself));
    of_oneself || who.grants.iter().any(|grant| grant.scope != Scope::Everything)
}

fn rules(kind: Kind, verb: Verb) -> impl Iterator<Item = &'static Rule> {
    POLICY.iter().filter(move |rule| rule.kind == kind && rule.verbs.contains(&verb))
}

fn grants_under<'p>(who: &'p Principal, rule: &'static Rule) -> impl Iterator<Item = &'p Grant> {
    who.grants.iter().filter(move |grant| rule.roles.iter().any(|role| role.through().contains(&grant.role)))
}

fn grant_reaches(grant: &Grant, needs: Needs, ties: &Ties) -> bool {
    match needs {
        Needs::Role => true,
        Needs::Oneself | Needs::SignedIn => false,
        Needs::Tie(relations, reach) => match grant.scope {
            Scope::Everything => true,
            Scope::Unit(unit) => relations.iter().any(|relation| ties.holds(*relation, unit.any(), reach)),
            Scope::Bloc(bloc) => reach == Reach::Under && ties.holds(Relation::Bloc, bloc.any(), Reach::Under),
            Scope::Council(_) => false,
        },
    }
}

/// Whether the caller may do this to a resource with these ties.
#[must_use]
pub fn permits(who: &Principal, kind: Kind, verb: Verb, ties: &Ties) -> bool {
    let Some(user) = who.user else { return false };
    rules(kind, verb).any(|rule| match rule.needs {
        Needs::SignedIn => true,
        Needs::Oneself => ties.holds(Relation::Oneself, user.any(), Reach::Own),
        needs => grants_under(who, rule).any(|grant| grant_reaches(grant, needs, ties)),
    })
}

/// Requires sight: what a caller may not see does not exist for them.
///
/// # Errors
/// [`Code::NotFound`].
pub fn require_sight(who: &Principal, kind: Kind, ties: &Ties) -> Result<(), Refusal> {
    if permits(who, kind, Verb::See, ties) { Ok(()) } else { Err(Refusal::of(Code::NotFound)) }
}

/// Requires the right to act.
///
/// # Errors
/// [`Code::Forbidden`], naming who may.
pub fn require(who: &Principal, kind: Kind, verb: Verb, ties: &Ties, lang: Lang) -> Result<(), Refusal> {
    if permits(who, kind, verb, ties) {
        return Ok(());
    }
    let mut names: Vec<&str> = Vec::new();
    for name in self::who(kind, verb).into_iter().map(|role| role.label().get(lang)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Err(Refusal::of(Code::Forbidden)
        .with("action", verb.label().get(lang))
        .with("who", if names.is_empty() { "—".to_owned() } else { names.join(", ") }))
}

/// Whether the caller might do this to some resource of the kind: for acts on a collection.
#[must_use]
pub fn may_somewhere(who: &Principal, kind: Kind, verb: Verb) -> bool {
    who.user.is_some()
        && rules(kind, verb).any(|rule| match rule.needs {
            Needs::SignedIn | Needs::Oneself => true,
            Needs::Role | Needs::Tie(..) => grants_under(who, rule).next().is_some(),
        })
}

/// Roles that may do this, whatever else must hold.
#[must_use]
pub fn who(kind: Kind, verb: Verb) -> Vec<Role> {
    let mut roles: Vec<Role> = rules(kind, verb).flat_map(|rule| rule.roles.iter().copied()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

#[cfg(test)]
mod tests;
