//! Delegations: who acts for the head of a unit, in what, from when to when, by which document.
//!
//! A delegation is written, limited in time and content, and not passed on (Decree 30/2020/ND-CP, article 13,
//! clause 4). It gives nobody more than the delegator holds, and ends with that.

use crate::access::{Kind, Role, Verb};
use crate::dated::Span;
use crate::id::{UnitId, UserId};
use crate::lifecycle::{Life, Step};
use crate::recorded::SignMode;
use crate::refusal::{Code, Refusal};
use crate::time::Date;
use crate::vocabulary::Word;
use crate::words;

words! {
    /// What somebody does for the head of a unit.
    pub enum DelegatedAct in "delegated-acts" {
        Sign = "sign", "Ký thay đơn vị", "Sign for the unit";
        Submit = "submit", "Trình, gửi thay đơn vị", "Submit for the unit";
        Vote = "vote", "Biểu quyết thay đơn vị", "Vote for the unit";
    }
}

impl DelegatedAct {
    /// As what somebody acts who does this.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Sign => Role::SigningDelegate,
            Self::Submit => Role::SubmittingDelegate,
            Self::Vote => Role::VotingDelegate,
        }
    }

    /// Acts as they are kept: their words, separated by blanks, each once and in the order of the list.
    #[must_use]
    pub fn kept(acts: &[Self]) -> String {
        Self::ALL.iter().filter(|act| acts.contains(act)).map(|act| act.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Acts out of what is kept.
    #[must_use]
    pub fn read(kept: &str) -> Vec<Self> {
        kept.split_whitespace().filter_map(Self::parse).collect()
    }
}

words! {
    /// Where a delegation stands, its dates left aside.
    pub enum DelegationStatus in "delegation-statuses" {
        Given = "given", "Đã ủy quyền", "Given";
        Revoked = "revoked", "Đã thu hồi", "Revoked";
    }
}

/// The life of a delegation.
#[derive(Debug)]
pub enum DelegationLife {}

impl Life for DelegationLife {
    type State = DelegationStatus;
    type Facts = ();
    const KIND: Kind = Kind::Delegation;
    const BORN: DelegationStatus = DelegationStatus::Given;
    const STEPS: &'static [Step<DelegationStatus, ()>] = &[Step {
        from: &[DelegationStatus::Given],
        verb: Verb::Revoke,
        to: Some(DelegationStatus::Revoked),
        guards: &[],
        reason: true,
        // Another can be given: nothing is lost that would need the code repeated.
        confirm: false,
        automatic: false,
    }];
}

/// A delegation, as far as the rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegated {
    /// For which unit.
    pub unit: UnitId,
    /// Who gives.
    pub delegator: UserId,
    /// Who acts.
    pub delegate: UserId,
    /// What.
    pub acts: Vec<DelegatedAct>,
    /// From when to when.
    pub span: Span,
}

impl Delegated {
    fn meets(&self, other: &Self) -> bool {
        self.unit == other.unit && self.span.overlaps(other.span) && self.acts.iter().any(|act| other.acts.contains(act))
    }
}

/// Checks a new delegation against what its delegator holds in their own right (the times of their headship of the
/// unit) and against those that stand.
///
/// # Errors
/// [`Code::DelegationToOneself`], [`Code::DelegationPassedOn`], [`Code::DelegationBeyondRights`],
/// [`Code::DelegationCircle`], [`Code::DelegationOverlaps`].
pub fn check(new: &Delegated, headship: &[Span], standing: &[Delegated]) -> Result<(), Refusal> {
    if new.delegator == new.delegate {
        return Err(Refusal::at("/delegate", Code::DelegationToOneself));
    }
    let own = headship.iter().any(|span| span.covers(new.span));
    let passed_on = standing.iter().any(|other| other.delegate == new.delegator && other.meets(new));
    if !own {
        let code = if passed_on { Code::DelegationPassedOn } else { Code::DelegationBeyondRights };
        return Err(Refusal::at("/delegator", code));
    }
    if standing.iter().any(|other| other.delegator == new.delegate && other.delegate == new.delegator && other.meets(new)) {
        return Err(Refusal::at("/delegate", Code::DelegationCircle));
    }
    match standing.iter().find(|other| other.meets(new)) {
        Some(other) => {
            let day = |on: Option<Date>| on.map_or_else(|| "…".to_owned(), |on| on.to_string());
            Err(Refusal::of(Code::DelegationOverlaps).with("from", day(other.span.from_on)).with("to", day(other.span.to_on)))
        }
        None => Ok(()),
    }
}

/// The document of a delegation, as far as the rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The unit that issued it, where it is known.
    pub issuer: Option<UnitId>,
    /// The unit that keeps its record.
    pub keeper: UnitId,
    /// Whether that record is looked after by who enters a delegation that another gave.
    pub looked_after: bool,
}

/// Checks that a delegation rests on a paper of the delegating side. A head delegates in writing (Decree 30/2020/ND-CP,
/// article 13, clause 4), so the paper is the unit's own, or comes from a unit above it. Where no unit is known to have
/// issued it, it counts by who keeps it: the unit, one above it, or the body that enters what it has seen on paper. A
/// paper of somebody else proves nothing here, however many may read it.
///
/// `line` is the unit with those above it.
///
/// # Errors
/// [`Code::DelegationPaperOther`] at `/document`.
pub fn check_paper(paper: &Paper, line: &[UnitId]) -> Result<(), Refusal> {
    let fits = match paper.issuer {
        Some(issuer) => line.contains(&issuer),
        None => line.contains(&paper.keeper) || paper.looked_after,
    };
    if fits { Ok(()) } else { Err(Refusal::at("/document", Code::DelegationPaperOther)) }
}

/// In what capacity a delegate signs: by written authorisation unless another that is not the head's own.
///
/// # Errors
/// [`Code::DelegateSignsForHead`] at `/mode`.
pub fn mode(asked: Option<SignMode>) -> Result<SignMode, Refusal> {
    match asked.unwrap_or(SignMode::Authorised) {
        mode @ (SignMode::Authorised | SignMode::ForHead | SignMode::ByOrder) => Ok(mode),
        SignMode::Own | SignMode::OnBehalf | SignMode::Acting => Err(Refusal::at("/mode", Code::DelegateSignsForHead)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        UserId::new(Uuid::from_u128(n))
    }

    fn span(from: &str, to: &str) -> Span {
        Span { from_on: from.parse().ok(), to_on: to.parse().ok() }
    }

    fn given(unit: u128, delegator: u128, delegate: u128, acts: &[DelegatedAct], from: &str, to: &str) -> Delegated {
        Delegated {
            unit: UnitId::new(Uuid::from_u128(unit)),
            delegator: user(delegator),
            delegate: user(delegate),
            acts: acts.to_vec(),
            span: span(from, to),
        }
    }

    fn code(new: &Delegated, headship: &[Span], standing: &[Delegated]) -> Option<Code> {
        check(new, headship, standing).err().map(|no| no.code)
    }

    const SIGN: &[DelegatedAct] = &[DelegatedAct::Sign];

    #[test]
    fn nobody_gives_more_than_they_hold_nor_passes_on_what_was_given() {
        let new = given(1, 1, 2, SIGN, "2026-01-01", "2026-06-30");
        assert_eq!(code(&new, &[Span::ALWAYS], &[]), None);
        assert_eq!(code(&new, &[], &[]), Some(Code::DelegationBeyondRights));
        assert_eq!(code(&new, &[span("2026-02-01", "")], &[]), Some(Code::DelegationBeyondRights));
        assert_eq!(code(&new, &[span("", "2026-06-29")], &[]), Some(Code::DelegationBeyondRights));
        assert_eq!(code(&new, &[span("2026-01-01", "2026-06-30")], &[]), None);
        let held = given(1, 9, 1, SIGN, "2026-01-01", "2026-12-31");
        assert_eq!(code(&new, &[], &[held]), Some(Code::DelegationPassedOn));
        assert_eq!(code(&given(1, 1, 1, SIGN, "2026-01-01", "2026-01-02"), &[Span::ALWAYS], &[]), Some(Code::DelegationToOneself));
    }

    #[test]
    fn one_acts_for_a_unit_in_one_thing_at_a_time() {
        let standing = [given(1, 1, 2, SIGN, "2026-01-01", "2026-06-30")];
        let with = |unit, delegator, delegate, acts: &[DelegatedAct], from: &str| {
            code(&given(unit, delegator, delegate, acts, from, "2026-12-31"), &[Span::ALWAYS], &standing)
        };
        assert_eq!(with(1, 1, 3, SIGN, "2026-06-30"), Some(Code::DelegationOverlaps));
        assert_eq!(with(1, 1, 3, SIGN, "2026-07-01"), None);
        assert_eq!(with(1, 1, 3, &[DelegatedAct::Vote], "2026-01-01"), None);
        assert_eq!(with(2, 1, 2, SIGN, "2026-01-01"), None);
        assert_eq!(with(1, 2, 1, SIGN, "2026-06-01"), Some(Code::DelegationCircle), "two heads of a unit for each other");
    }

    #[test]
    fn a_delegation_rests_on_a_paper_of_its_own_side() {
        let unit = |n| UnitId::new(Uuid::from_u128(n));
        let line = [unit(1), unit(10)];
        let fits = |issuer: Option<u128>, keeper, looked_after| {
            check_paper(&Paper { issuer: issuer.map(unit), keeper: unit(keeper), looked_after }, &line).is_ok()
        };
        assert!(fits(Some(1), 9, false) && fits(Some(10), 9, false), "issued by the unit, or above it");
        assert!(fits(None, 1, false) && fits(None, 10, false) && fits(None, 9, true));
        assert!(!fits(None, 9, false));
        assert!(!fits(Some(2), 1, true), "another unit's paper stays that, whoever keeps it");
    }

    #[test]
    fn a_delegate_does_not_sign_as_the_head() {
        assert_eq!(mode(None), Ok(SignMode::Authorised));
        assert_eq!(mode(Some(SignMode::ForHead)), Ok(SignMode::ForHead));
        assert_eq!(mode(Some(SignMode::Own)).unwrap_err().code, Code::DelegateSignsForHead);
    }

    #[test]
    fn acts_are_kept_as_words() {
        let kept = DelegatedAct::kept(&[DelegatedAct::Vote, DelegatedAct::Sign, DelegatedAct::Vote]);
        assert_eq!(kept, "sign vote");
        assert_eq!(DelegatedAct::read(&kept), [DelegatedAct::Sign, DelegatedAct::Vote]);
    }
}
