//! Who may do what: roles, scopes, relations, and the one policy table from which the decision for
//! a single object, the SQL scoping of lists, `allowed_actions` and the access matrix are derived.
//!
//! Loading grants and ties is the store's work.

mod names;
mod policy;
mod sight;

use serde::{Deserialize, Serialize};

use crate::id::{AnyId, BlocId, UnitId, UserId};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{Lang, Word};

pub use names::{Kind, Relation, Role, ScopeKind, Verb};
pub use policy::POLICY;
pub use sight::{Sight, sight};

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
            Self::BlocLeader
            | Self::BlocDeputy
            | Self::ServiceClient
            | Self::SigningDelegate
            | Self::SubmittingDelegate
            | Self::VotingDelegate => &[],
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
            Self::SigningDelegate => &[Self::SigningDelegate],
            Self::SubmittingDelegate => &[Self::SubmittingDelegate],
            Self::VotingDelegate => &[Self::VotingDelegate],
            Self::Viewer => &[Self::Viewer],
            Self::ServiceClient => &[Self::ServiceClient],
        }
    }

    /// Whether the role is held for somebody else, by a delegation.
    #[must_use]
    pub const fn is_delegated(self) -> bool {
        matches!(self, Self::SigningDelegate | Self::SubmittingDelegate | Self::VotingDelegate)
    }

    /// The role in whose place somebody acts: a delegate does what the head of the unit would do.
    #[must_use]
    pub const fn stands_for(self) -> Self {
        if self.is_delegated() { Self::UnitHead } else { self }
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
        let none = || {
            crate::refusal::both(
                "không phạm vi nào: vai trò này đi theo chức trách, không cấp được",
                "none: this role follows from an office and is not granted",
            )
        };
        Err(Refusal::at("/scope", Code::ScopeDoesNotFit)
            .with("role", self.label().get(lang))
            .with("scope", crate::refusal::word_named(kind))
            .with("allowed", if allowed.is_empty() { none() } else { allowed.join(", ") }))
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

impl Principal {
    /// The same caller with nothing but what they hold in their own right.
    #[must_use]
    pub fn in_own_right(&self) -> Self {
        Self { user: self.user, grants: self.grants.iter().copied().filter(|grant| !grant.role.is_delegated()).collect() }
    }
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
    /// The same, but not for those who work for the unit that owns the resource or appeals in it: nobody judges the own.
    OthersTie(&'static [Relation], Reach),
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
        Needs::Tie(relations, reach) | Needs::OthersTie(relations, reach) => match grant.scope {
            Scope::Everything => true,
            Scope::Unit(unit) => relations.iter().any(|relation| ties.holds(*relation, unit.any(), reach)),
            Scope::Bloc(bloc) => reach == Reach::Under && ties.holds(Relation::Bloc, bloc.any(), Reach::Under),
            Scope::Council(_) => false,
        },
    }
}

/// Whether the caller works for the unit that owns the resource, or for the one that appeals: drafts, decides or acts there,
/// rather than only looking on.
fn works_for_party(who: &Principal, ties: &Ties) -> bool {
    who.grants.iter().any(|grant| {
        let works = matches!(grant.role, Role::UnitOfficer | Role::UnitHead | Role::StandingBody | Role::ServiceClient);
        let party = |unit: AnyId| [Relation::Owner, Relation::Appellant].iter().any(|party| ties.holds(*party, unit, Reach::Own));
        let there = matches!(grant.scope, Scope::Unit(unit) if party(unit.any()));
        (works || grant.role.is_delegated()) && there
    })
}

/// Whether the caller may do this to a resource with these ties.
#[must_use]
pub fn permits(who: &Principal, kind: Kind, verb: Verb, ties: &Ties) -> bool {
    let Some(user) = who.user else { return false };
    rules(kind, verb).any(|rule| match rule.needs {
        Needs::SignedIn => true,
        Needs::Oneself => ties.holds(Relation::Oneself, user.any(), Reach::Own),
        Needs::OthersTie(..) if works_for_party(who, ties) => false,
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
    require_one(who, kind, &[verb], ties, lang)
}

/// Requires the right to one of several acts that come to the same, such as doing it oneself and entering what another
/// did. The first names what was asked.
///
/// # Errors
/// [`Code::Forbidden`], naming who may do any of them: roles, and those whom it is about.
pub fn require_one(who: &Principal, kind: Kind, verbs: &[Verb], ties: &Ties, lang: Lang) -> Result<(), Refusal> {
    if verbs.iter().any(|verb| permits(who, kind, *verb, ties)) {
        return Ok(());
    }
    let of_oneself = |verb: &Verb| rules(kind, *verb).any(|rule| matches!(rule.needs, Needs::Oneself));
    let roles = verbs.iter().flat_map(|verb| self::who(kind, *verb)).map(|role| role.label().get(lang));
    let mut names: Vec<&str> = Vec::new();
    for name in roles.chain(verbs.iter().any(of_oneself).then(|| Relation::Oneself.label().get(lang))) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Err(Refusal::of(Code::Forbidden)
        .with("action", verbs.first().map_or("", |verb| verb.label().get(lang)))
        .with("who", if names.is_empty() { "—".to_owned() } else { names.join(", ") }))
}

/// Whether the caller might do this to some resource of the kind: for acts on a collection.
#[must_use]
pub fn may_somewhere(who: &Principal, kind: Kind, verb: Verb) -> bool {
    who.user.is_some()
        && rules(kind, verb).any(|rule| match rule.needs {
            Needs::SignedIn | Needs::Oneself => true,
            Needs::Role | Needs::Tie(..) | Needs::OthersTie(..) => grants_under(who, rule).next().is_some(),
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
