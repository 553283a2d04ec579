//! Emulation pledges: what a bloc's members promise each other for a year, who has signed, and
//! when the pledge binds.

use crate::access::{Kind, Verb};
use crate::bloc_year::BlocYearStatus;
use crate::lifecycle::{Guard, Life, Step, plain};
use crate::missing::{Missing, absent};
use crate::recorded::Origin;
use crate::refusal::{Code, Refusal, Refusals};
use crate::time::Date;
use crate::vocabulary::{Lang, Word};
use crate::words;

words! {
    /// Where a pledge stands.
    pub enum PledgeStatus in "pledge-statuses" {
        Draft = "draft", "Dự thảo", "Draft";
        Signing = "signing", "Đang ký", "Being signed";
        InForce = "in_force", "Có hiệu lực", "In force";
        Replaced = "replaced", "Đã thay thế", "Replaced";
        Withdrawn = "withdrawn", "Đã rút", "Withdrawn";
    }
}

words! {
    /// Organisations that join the members in a pledge.
    pub enum PartnerKind in "pledge-partner-kinds" {
        PartyOrganisation = "party_organisation", "Tổ chức Đảng", "Party organisation";
        Union = "union", "Công đoàn", "Trade union";
        YouthUnion = "youth_union", "Đoàn Thanh niên", "Youth Union";
        WomensUnion = "womens_union", "Hội Phụ nữ", "Women's Union";
        Front = "front", "Mặt trận Tổ quốc", "Fatherland Front";
        Other = "other", "Tổ chức khác", "Other organisation";
    }
}

/// What the guards of a pledge look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PledgeFacts {
    /// Where the bloc year stands.
    pub year: BlocYearStatus,
    /// Contents at the first level.
    pub contents: usize,
    /// Units that must sign: the members of the bloc year on the day it is looked at.
    pub members: usize,
    /// Of them, those that have signed.
    pub signed: usize,
    /// Signatures in all, units that have left since included.
    pub signatures: usize,
    /// Whether a day was set by which all should have signed.
    pub has_due_day: bool,
    /// Whether the meeting at which it was signed is known.
    pub has_meeting: bool,
}

/// Nothing known yet, in a year that is being formed.
impl Default for PledgeFacts {
    fn default() -> Self {
        let year = BlocYearStatus::Draft;
        Self { year, contents: 0, members: 0, signed: 0, signatures: 0, has_due_day: false, has_meeting: false }
    }
}

impl PledgeFacts {
    /// What is absent and stays listed until it is filled in.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        absent([
            (Missing::Contents, self.contents > 0),
            (Missing::Members, self.members > 0),
            (Missing::SignBy, self.has_due_day),
            (Missing::Meeting, self.has_meeting),
        ])
    }
}

/// The life of a pledge.
#[derive(Debug)]
pub enum PledgeLife {}

const YEAR_GOES_ON: Guard<PledgeFacts> =
    Guard { code: Code::BlocYearEnded, holds: |facts| facts.year.goes_on(), binds_recorded: true, figures: plain };
/// A year that is over still takes what was signed on paper before; one that was cancelled takes nothing.
const YEAR_STANDS: Guard<PledgeFacts> =
    Guard { code: Code::BlocYearEnded, holds: |facts| facts.year != BlocYearStatus::Cancelled, binds_recorded: true, figures: plain };
/// Somebody may still have to sign: a member that joined after the pledge took effect.
const SOMEBODY_LEFT: Guard<PledgeFacts> = Guard {
    code: Code::PledgeComplete,
    holds: |facts| facts.members == 0 || facts.signed < facts.members,
    binds_recorded: false,
    figures: plain,
};
const HAS_CONTENTS: Guard<PledgeFacts> =
    Guard { code: Code::PledgeEmpty, holds: |facts| facts.contents > 0, binds_recorded: true, figures: plain };
const HAS_MEMBERS: Guard<PledgeFacts> =
    Guard { code: Code::NoMembers, holds: |facts| facts.members > 0, binds_recorded: true, figures: plain };
const NOBODY_SIGNED: Guard<PledgeFacts> = Guard {
    code: Code::PledgeSigned,
    holds: |facts| facts.signatures == 0,
    binds_recorded: true,
    figures: |facts| vec![("count", facts.signatures.to_string())],
};
const ALL_SIGNED: Guard<PledgeFacts> = Guard {
    code: Code::PledgeOpen,
    holds: |facts| facts.members > 0 && facts.signed == facts.members,
    binds_recorded: true,
    figures: plain,
};

const fn stays(from: &'static [PledgeStatus], verb: Verb, guards: &'static [Guard<PledgeFacts>]) -> Step<PledgeStatus, PledgeFacts> {
    Step { from, verb, to: None, guards, reason: false, confirm: false, automatic: false }
}

impl Life for PledgeLife {
    type State = PledgeStatus;
    type Facts = PledgeFacts;
    const KIND: Kind = Kind::Pledge;
    const BORN: PledgeStatus = PledgeStatus::Draft;
    const STEPS: &'static [Step<PledgeStatus, PledgeFacts>] = &[
        Step {
            from: &[PledgeStatus::Draft],
            verb: Verb::OpenSigning,
            to: Some(PledgeStatus::Signing),
            guards: &[YEAR_GOES_ON, HAS_CONTENTS, HAS_MEMBERS],
            reason: false,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[PledgeStatus::Signing],
            verb: Verb::ReturnToDraft,
            to: Some(PledgeStatus::Draft),
            guards: &[NOBODY_SIGNED],
            reason: true,
            confirm: false,
            automatic: false,
        },
        stays(&[PledgeStatus::Signing, PledgeStatus::InForce], Verb::Sign, &[YEAR_GOES_ON, SOMEBODY_LEFT]),
        stays(&[PledgeStatus::Signing, PledgeStatus::InForce], Verb::RecordSignature, &[YEAR_STANDS]),
        Step {
            from: &[PledgeStatus::Signing],
            verb: Verb::TakeEffect,
            to: Some(PledgeStatus::InForce),
            guards: &[ALL_SIGNED],
            reason: false,
            confirm: false,
            automatic: true,
        },
        Step {
            from: &[PledgeStatus::Draft, PledgeStatus::Signing],
            verb: Verb::Withdraw,
            to: Some(PledgeStatus::Withdrawn),
            guards: &[],
            reason: true,
            confirm: true,
            automatic: false,
        },
        Step {
            from: &[PledgeStatus::InForce],
            verb: Verb::Replace,
            to: Some(PledgeStatus::Replaced),
            guards: &[],
            reason: true,
            confirm: true,
            automatic: false,
        },
        stays(&[PledgeStatus::Draft, PledgeStatus::Signing], Verb::Edit, &[YEAR_GOES_ON]),
        stays(&[PledgeStatus::Draft, PledgeStatus::Signing, PledgeStatus::InForce], Verb::SetTargets, &[YEAR_STANDS]),
    ];
}

/// Parts of a pledge that are its text: settled once it is opened for signing.
pub const TEXT_FIELDS: &[&str] = &["title", "preamble", "requirements", "contents", "references", "partners"];

/// A numbered content with those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Number as printed: `1`, `1.a`, `II`.
    pub no: String,
    /// Text.
    pub text: String,
    /// Contents one level below.
    pub parts: Vec<Self>,
}

/// Deepest nesting of contents.
pub const CONTENT_DEPTH: usize = 3;

/// Most contents of a pledge, all levels together. The longest that was announced has 14.
pub const CONTENTS_MAX: usize = 300;

/// Most documents and campaigns a pledge refers to, all contents together.
pub const REFERENCES_MAX: usize = 200;

/// Checks that a pledge does not refer to more than it may.
///
/// # Errors
/// [`Code::ReferencesTooMany`].
pub fn check_references(count: usize) -> Result<(), Refusal> {
    if count > REFERENCES_MAX {
        return Err(Refusal::at("/references", Code::ReferencesTooMany).with("count", count).with("limit", REFERENCES_MAX));
    }
    Ok(())
}

fn count(contents: &[Content]) -> usize {
    contents.iter().map(|content| 1 + count(&content.parts)).sum()
}

/// Checks that contents are not too many, not nested too deeply, and that no number stands twice on
/// one level.
///
/// # Errors
/// [`Code::ContentsTooMany`]; [`Code::ContentNumberTwice`], one for each repeated number, and
/// [`Code::ContentTooDeep`], at their pointers.
pub fn check_contents(contents: &[Content]) -> Result<(), crate::refusal::DomainError> {
    let count = count(contents);
    if count > CONTENTS_MAX {
        return Err(Refusal::at("/contents", Code::ContentsTooMany).with("count", count).with("limit", CONTENTS_MAX).into());
    }
    let mut refusals = Refusals::default();
    walk(contents, "/contents", 1, &mut refusals);
    refusals.done()
}

fn walk(contents: &[Content], pointer: &str, depth: usize, refusals: &mut Refusals) {
    if depth > CONTENT_DEPTH && !contents.is_empty() {
        refusals.push(Refusal::at(pointer, Code::ContentTooDeep).with("limit", CONTENT_DEPTH));
        return;
    }
    for (i, content) in contents.iter().enumerate() {
        let here = format!("{pointer}/{i}");
        if contents.iter().take(i).any(|other| other.no == content.no) {
            refusals.push(Refusal::at(format!("{here}/no"), Code::ContentNumberTwice).with("no", &content.no));
        }
        walk(&content.parts, &format!("{here}/parts"), depth + 1, refusals);
    }
}

/// Checks that a signature may be taken away: it was entered, not given here, and the pledge waits for others.
///
/// # Errors
/// [`Code::SignatureStays`].
pub fn check_signature_removal(status: PledgeStatus, origin: Origin, lang: Lang) -> Result<(), Refusal> {
    if status == PledgeStatus::Signing && origin == Origin::Recorded {
        return Ok(());
    }
    Err(Refusal::of(Code::SignatureStays).with("state", status.label().get(lang)).with("origin", origin.label().get(lang)))
}

/// Whether a signature came after the day set for it; one without a set day is never late.
#[must_use]
pub fn is_late(signed_on: Date, sign_by: Option<Date>) -> bool {
    sign_by.is_some_and(|due| signed_on > due)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle;

    #[test]
    fn a_pledge_binds_when_the_last_member_signs() {
        let facts = |signed| PledgeFacts { contents: 11, members: 11, signed, signatures: signed, ..PledgeFacts::default() };
        assert_eq!(lifecycle::automatic::<PledgeLife>(PledgeStatus::Signing, &facts(10)), None);
        assert_eq!(lifecycle::automatic::<PledgeLife>(PledgeStatus::Signing, &facts(11)), Some((Verb::TakeEffect, PledgeStatus::InForce)));
        assert_eq!(lifecycle::automatic::<PledgeLife>(PledgeStatus::Draft, &facts(11)), None);
        assert_eq!(lifecycle::automatic::<PledgeLife>(PledgeStatus::Signing, &PledgeFacts::default()), None);
    }

    #[test]
    fn repeated_numbers_are_told_all_at_once() {
        let leaf = |no: &str| Content { no: no.into(), text: "…".into(), parts: vec![] };
        let contents = vec![leaf("1"), Content { parts: vec![leaf("a"), leaf("a")], ..leaf("2") }, leaf("1")];
        let error = check_contents(&contents).unwrap_err();
        let pointers: Vec<_> = error.0.iter().map(|r| r.pointer.as_str()).collect();
        assert_eq!(pointers, ["/contents/1/parts/1/no", "/contents/2/no"]);
    }

    #[test]
    fn late_is_after_the_day() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(!is_late(day("2021-04-30"), Some(day("2021-04-30"))));
        assert!(is_late(day("2021-05-01"), Some(day("2021-04-30"))));
        assert!(!is_late(day("2021-05-01"), None));
    }
}
