//! The policy table, read top to bottom: per kind, which acts, which roles, bound how.

use super::Kind::{
    Appeal, AwardType, Bloc, BlocYear, Campaign, Client, CriteriaSet, Delegation, Document, Event, File, Household, Index, IndexResult,
    Job, Meeting, Person, Pledge, Registration, Scoresheet, Unit, User,
};
use super::Relation::{Appellant, Deputy, Employer, Issuer, Itself, Leader, Member, Organizer, Owner, Peer};
use super::Role::{
    Auditor, Authority, BlocDeputy, BlocLeader, CouncilChair, CouncilMember, CouncilSecretary, Inspector, SigningDelegate, StandingBody,
    SubmittingDelegate, SystemAdmin, UnitHead, UnitOfficer, Viewer, VotingDelegate,
};
use super::Verb::{
    Accept, ActAs, Activate, AddSecret, Adopt, Announce, Answer, ApplyCriteria, Appoint, Appraise, Arrange, Cancel, ChangeMembers, Close,
    Create, CrossCheck, Deactivate, Decide, Delegate, Delete, Edit, EndSecret, EnterBallot, EnterCouncil, File as FileAppeal, Grant,
    HandOver, Hold, Launch, Merge, MoveDeadline, Open, OpenSigning, Publish, RecordSignature, RemoveSecondFactor, Reopen, Replace,
    ResetPassword, Return, ReturnToDraft, Reveal, Revoke, RevokeSession, Score, See, SeeRestricted, SeeValues, SetTargets, Settle, Sign,
    Submit, Succeed, Verify, Withdraw,
};
use super::{Kind, Needs, Reach, Role, Rule, Verb};

/// Everybody who works with content: all but those who only look after accounts.
const STAFF: &[Role] = &[
    StandingBody,
    UnitOfficer,
    UnitHead,
    CouncilChair,
    CouncilSecretary,
    CouncilMember,
    Authority,
    Inspector,
    Auditor,
    Viewer,
    SigningDelegate,
    SubmittingDelegate,
    VotingDelegate,
];
/// Those who act for the head of a unit: they see what they act on.
const DELEGATES: &[Role] = &[SigningDelegate, SubmittingDelegate, VotingDelegate];
/// Those who look on through their scope.
const READERS: &[Role] = &[Authority, Inspector, Auditor, Viewer];
/// Those who work for a unit.
const UNIT_PEOPLE: &[Role] = &[UnitOfficer, UnitHead];

const fn rule(kind: Kind, verbs: &'static [Verb], roles: &'static [Role], needs: Needs) -> Rule {
    Rule { kind, verbs, roles, needs }
}

/// Everything anybody may do.
pub const POLICY: &[Rule] = &[
    // Accounts: the administrator's alone; everybody sees themselves.
    rule(
        User,
        &[See, SeeValues, Create, Edit, Grant, Deactivate, Activate, ResetPassword, RemoveSecondFactor, RevokeSession, ActAs, HandOver],
        &[SystemAdmin],
        Needs::Role,
    ),
    rule(User, &[See], &[Auditor], Needs::Role),
    rule(User, &[See, RevokeSession], &[], Needs::Oneself),
    // Service accounts: the administrator's alone. They themselves look after nothing of the kind.
    rule(Client, &[See, SeeValues, Create, Edit, Deactivate, Activate, AddSecret, EndSecret], &[SystemAdmin], Needs::Role),
    rule(Client, &[See], &[Auditor], Needs::Role),
    // Units are a public directory within the service.
    rule(Unit, &[See], &[], Needs::SignedIn),
    // Where a unit stands decides who looks after it: the looked after do not choose that themselves.
    rule(Unit, &[Create, Edit, Arrange, Succeed, SeeValues], &[StandingBody], Needs::Tie(&[Itself], Reach::Under)),
    rule(Unit, &[Create, Edit, SeeValues], UNIT_PEOPLE, Needs::Tie(&[Itself], Reach::Under)),
    // Who is the officer of a unit works for it: its head decides, or who looks after it.
    rule(Unit, &[Appoint], &[StandingBody, UnitHead], Needs::Tie(&[Itself], Reach::Under)),
    // The catalogue of awards is public within the service; provinces add their own forms.
    rule(AwardType, &[See], &[], Needs::SignedIn),
    rule(AwardType, &[Create, SeeValues], &[StandingBody], Needs::Role),
    // Indices are published for all to read; the standing body enters what others publish.
    rule(Index, &[See], &[], Needs::SignedIn),
    rule(Index, &[Create, Edit, SeeValues], &[StandingBody], Needs::Role),
    rule(IndexResult, &[See], &[], Needs::SignedIn),
    rule(IndexResult, &[Create, Edit, Delete, SeeValues], &[StandingBody], Needs::Role),
    // Criteria are there to be read, drafts too, as campaigns are; whoever keeps a table drafts, publishes and amends it.
    rule(CriteriaSet, &[See], STAFF, Needs::Role),
    rule(CriteriaSet, &[SeeValues, Create, Edit, Publish, Withdraw], &[StandingBody], Needs::Tie(&[Owner], Reach::Under)),
    rule(CriteriaSet, &[SeeValues, Create, Edit, Publish, Withdraw], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Under)),
    // People: seen by those who look after their units.
    // Who looks after people sees what is restricted; who looks on does not.
    rule(Person, &[See, SeeValues, SeeRestricted, Create, Edit], &[StandingBody], Needs::Tie(&[Employer, Owner], Reach::Under)),
    rule(Person, &[See, SeeValues, SeeRestricted, Create, Edit], UNIT_PEOPLE, Needs::Tie(&[Employer, Owner], Reach::Under)),
    rule(Person, &[See], READERS, Needs::Tie(&[Employer, Owner], Reach::Under)),
    // Whether two records are of one person, and the whole number of a paper: for who keeps the record.
    rule(Person, &[Merge, Reveal], &[StandingBody], Needs::Tie(&[Owner], Reach::Under)),
    rule(Person, &[Merge, Reveal], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Own)),
    // Households: looked after where they live.
    rule(Household, &[See, SeeValues, Create, Edit], &[StandingBody], Needs::Tie(&[Owner], Reach::Under)),
    rule(Household, &[See, SeeValues, Create, Edit], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Under)),
    rule(Household, &[See], READERS, Needs::Tie(&[Owner], Reach::Under)),
    // Delegations: given by who heads the unit, entered by who looks after it, ended by either side.
    rule(Delegation, &[See, SeeValues, Create, Revoke], &[StandingBody], Needs::Tie(&[Owner], Reach::Under)),
    rule(Delegation, &[See, SeeValues, Delegate, Revoke], &[UnitHead], Needs::Tie(&[Owner], Reach::Own)),
    rule(Delegation, &[See], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Under)),
    rule(Delegation, &[See], READERS, Needs::Tie(&[Owner], Reach::Under)),
    rule(Delegation, &[See, Revoke], &[], Needs::Oneself),
    // Documents are issued to be read.
    rule(Document, &[See], STAFF, Needs::Role),
    rule(Document, &[Create, Edit, SeeValues], &[StandingBody], Needs::Tie(&[Owner, Issuer], Reach::Under)),
    rule(Document, &[Create, Edit, SeeValues], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Under)),
    // Files are papers of a unit: seen by those who look after it.
    rule(File, &[See, SeeValues, Create, Delete], &[StandingBody], Needs::Tie(&[Owner], Reach::Under)),
    rule(File, &[See, SeeValues, Create, Delete], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Under)),
    // Evidence is there to be looked at by those who compare.
    rule(File, &[See], UNIT_PEOPLE, Needs::Tie(&[Organizer, Member], Reach::Own)),
    rule(File, &[See], &[StandingBody], Needs::Tie(&[Organizer, Member], Reach::Under)),
    rule(File, &[See], READERS, Needs::Tie(&[Owner], Reach::Under)),
    // Campaigns are there for all to read, as documents are.
    rule(Campaign, &[See], STAFF, Needs::Role),
    rule(Campaign, &[Create, Edit, SeeValues, Launch, Close, Cancel], &[StandingBody], Needs::Tie(&[Owner, Issuer], Reach::Under)),
    rule(Campaign, &[Create, Edit, SeeValues], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Under)),
    rule(Campaign, &[Launch, Close, Cancel], &[UnitHead], Needs::Tie(&[Owner], Reach::Own)),
    // Blocs: seen by organizer and members.
    rule(Bloc, &[See, SeeValues, Create, Edit], &[StandingBody], Needs::Tie(&[Organizer, Member], Reach::Under)),
    rule(Bloc, &[See, SeeValues, Create, Edit], UNIT_PEOPLE, Needs::Tie(&[Organizer], Reach::Under)),
    rule(Bloc, &[See], UNIT_PEOPLE, Needs::Tie(&[Member], Reach::Under)),
    rule(Bloc, &[See], READERS, Needs::Tie(&[Organizer, Member], Reach::Under)),
    rule(Bloc, &[See], DELEGATES, Needs::Tie(&[Member], Reach::Own)),
    // Bloc years: the organizer forms them, the leader runs them.
    rule(
        BlocYear,
        &[See, SeeValues, Create, Edit, ChangeMembers, ApplyCriteria, Open, Close, Reopen, Cancel],
        &[StandingBody],
        Needs::Tie(&[Organizer, Member], Reach::Under),
    ),
    rule(
        BlocYear,
        &[See, SeeValues, Create, Edit, ChangeMembers, ApplyCriteria, Open, Close, Reopen, Cancel],
        UNIT_PEOPLE,
        Needs::Tie(&[Organizer], Reach::Under),
    ),
    rule(BlocYear, &[See], UNIT_PEOPLE, Needs::Tie(&[Member], Reach::Under)),
    rule(BlocYear, &[See, SeeValues, Edit, ApplyCriteria], &[BlocLeader], Needs::Tie(&[Leader], Reach::Own)),
    // Its ranking: announced by who runs or organises it, decided by the council, for which the organizer or the standing body speaks.
    // A council annuls its own decisions: the standing body withdraws them.
    rule(BlocYear, &[Announce, Decide, EnterBallot, EnterCouncil, Withdraw], &[StandingBody], Needs::Tie(&[Organizer], Reach::Under)),
    rule(BlocYear, &[Announce, Decide, EnterBallot, EnterCouncil], UNIT_PEOPLE, Needs::Tie(&[Organizer], Reach::Under)),
    rule(BlocYear, &[Announce, EnterBallot], &[BlocLeader], Needs::Tie(&[Leader], Reach::Own)),
    rule(BlocYear, &[See], DELEGATES, Needs::Tie(&[Member], Reach::Own)),
    rule(BlocYear, &[See], READERS, Needs::Tie(&[Organizer, Member], Reach::Under)),
    // Meetings: called and minuted by leader or deputy.
    rule(Meeting, &[See, SeeValues, Create, Edit, Hold, Adopt, Cancel], &[StandingBody], Needs::Tie(&[Organizer, Member], Reach::Under)),
    rule(Meeting, &[See, SeeValues, Create, Edit, Hold, Adopt, Cancel], UNIT_PEOPLE, Needs::Tie(&[Organizer], Reach::Under)),
    rule(Meeting, &[See, SeeValues, Create, Edit, Hold, Adopt, Cancel], &[BlocLeader], Needs::Tie(&[Leader], Reach::Own)),
    rule(Meeting, &[See, Create, Edit, Hold, Cancel], &[BlocDeputy], Needs::Tie(&[Deputy], Reach::Own)),
    rule(Meeting, &[See], UNIT_PEOPLE, Needs::Tie(&[Member], Reach::Under)),
    rule(Meeting, &[See], DELEGATES, Needs::Tie(&[Member], Reach::Own)),
    rule(Meeting, &[See], READERS, Needs::Tie(&[Organizer, Member], Reach::Under)),
    // Pledges: drafted by the leader, signed by each member's own head.
    rule(
        Pledge,
        &[See, SeeValues, Create, Edit, OpenSigning, ReturnToDraft, RecordSignature, SetTargets, Withdraw, Replace],
        &[StandingBody],
        Needs::Tie(&[Organizer, Member], Reach::Under),
    ),
    rule(
        Pledge,
        &[See, SeeValues, Create, Edit, OpenSigning, ReturnToDraft, RecordSignature, SetTargets, Withdraw, Replace],
        UNIT_PEOPLE,
        Needs::Tie(&[Organizer], Reach::Under),
    ),
    rule(
        Pledge,
        &[See, SeeValues, Create, Edit, OpenSigning, ReturnToDraft, RecordSignature, SetTargets, Withdraw, Replace],
        &[BlocLeader],
        Needs::Tie(&[Leader], Reach::Own),
    ),
    rule(Pledge, &[See, Create, Edit, RecordSignature], &[BlocDeputy], Needs::Tie(&[Deputy], Reach::Own)),
    rule(Pledge, &[See], UNIT_PEOPLE, Needs::Tie(&[Member], Reach::Under)),
    // What the own unit has set itself, and what it signed on paper.
    rule(Pledge, &[SetTargets, RecordSignature], UNIT_PEOPLE, Needs::Tie(&[Member], Reach::Own)),
    rule(Pledge, &[Sign], &[UnitHead, SigningDelegate], Needs::Tie(&[Member], Reach::Own)),
    rule(Pledge, &[See], DELEGATES, Needs::Tie(&[Member], Reach::Own)),
    rule(Pledge, &[See], READERS, Needs::Tie(&[Organizer, Member], Reach::Under)),
    // Score sheets: scored by the unit itself, cross-checked by another, verified by the leader, appraised and settled by who
    // organises; nobody judges the sheet of a unit they work for. Members see each other's: that is what comparing means.
    // Standing bodies type what others did on paper. One that looks after a single member judges nobody: that is for who organises.
    rule(Scoresheet, &[See, SeeValues], &[StandingBody], Needs::Tie(&[Organizer, Member, Owner], Reach::Under)),
    rule(Scoresheet, &[Create, Score, Submit], &[StandingBody], Needs::Tie(&[Organizer, Owner], Reach::Under)),
    rule(
        Scoresheet,
        &[Edit, CrossCheck, Verify, Return, Appraise, Reopen, Settle],
        &[StandingBody],
        Needs::OthersTie(&[Organizer], Reach::Under),
    ),
    rule(Scoresheet, &[See, SeeValues, Create], UNIT_PEOPLE, Needs::Tie(&[Organizer], Reach::Under)),
    rule(Scoresheet, &[Edit, Return, Appraise, Reopen, Settle], UNIT_PEOPLE, Needs::OthersTie(&[Organizer], Reach::Under)),
    rule(Scoresheet, &[See, SeeValues, Create], &[BlocLeader], Needs::Tie(&[Leader], Reach::Own)),
    rule(Scoresheet, &[Edit, Verify, Return], &[BlocLeader], Needs::OthersTie(&[Leader], Reach::Own)),
    rule(Scoresheet, &[See, SeeValues], &[BlocDeputy], Needs::Tie(&[Deputy], Reach::Own)),
    rule(Scoresheet, &[Verify, Return], &[BlocDeputy], Needs::OthersTie(&[Deputy], Reach::Own)),
    rule(Scoresheet, &[See, SeeValues, Create, Score], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Own)),
    rule(Scoresheet, &[Submit], &[UnitHead], Needs::Tie(&[Owner], Reach::Own)),
    rule(Scoresheet, &[See, Submit], &[SubmittingDelegate], Needs::Tie(&[Owner], Reach::Own)),
    rule(Scoresheet, &[See], UNIT_PEOPLE, Needs::Tie(&[Peer], Reach::Own)),
    rule(Scoresheet, &[CrossCheck], UNIT_PEOPLE, Needs::OthersTie(&[Peer], Reach::Own)),
    rule(Scoresheet, &[See], UNIT_PEOPLE, Needs::Tie(&[Member], Reach::Under)),
    rule(Scoresheet, &[See], DELEGATES, Needs::Tie(&[Member], Reach::Own)),
    rule(Scoresheet, &[See], READERS, Needs::Tie(&[Organizer, Member], Reach::Under)),
    // Appeals: filed by members for themselves, answered by who judges; nobody answers for a unit they work for, whether it is the one
    // that was scored or the one that appeals. Members see them, as they see each other's sheets. Standing bodies and organizers type
    // what came on paper.
    rule(Appeal, &[See, SeeValues], &[StandingBody], Needs::Tie(&[Organizer, Member], Reach::Under)),
    rule(Appeal, &[Create, Edit, Withdraw], &[StandingBody], Needs::Tie(&[Organizer], Reach::Under)),
    rule(Appeal, &[Answer], &[StandingBody], Needs::OthersTie(&[Organizer], Reach::Under)),
    rule(Appeal, &[See, SeeValues, Create, Edit, Withdraw], UNIT_PEOPLE, Needs::Tie(&[Organizer], Reach::Under)),
    rule(Appeal, &[Answer], UNIT_PEOPLE, Needs::OthersTie(&[Organizer], Reach::Under)),
    rule(Appeal, &[See, SeeValues], &[BlocLeader], Needs::Tie(&[Leader], Reach::Own)),
    rule(Appeal, &[Answer], &[BlocLeader], Needs::OthersTie(&[Leader], Reach::Own)),
    rule(Appeal, &[See, SeeValues], &[BlocDeputy], Needs::Tie(&[Deputy], Reach::Own)),
    rule(Appeal, &[Answer], &[BlocDeputy], Needs::OthersTie(&[Deputy], Reach::Own)),
    rule(Appeal, &[See, SeeValues, FileAppeal, Edit, Withdraw], UNIT_PEOPLE, Needs::Tie(&[Appellant], Reach::Own)),
    rule(Appeal, &[See, FileAppeal], &[SubmittingDelegate], Needs::Tie(&[Appellant], Reach::Own)),
    rule(Appeal, &[See], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Own)),
    rule(Appeal, &[See], UNIT_PEOPLE, Needs::Tie(&[Member], Reach::Under)),
    rule(Appeal, &[See], DELEGATES, Needs::Tie(&[Member], Reach::Own)),
    rule(Appeal, &[See], READERS, Needs::Tie(&[Organizer, Member], Reach::Under)),
    // Registrations: drafted and submitted by the unit, judged by who stands above it, leads or organises its bloc; nobody
    // judges what the own unit registers. Clerks type for all units they look after, heads and delegates speak for their own.
    rule(Registration, &[See, SeeValues, Create, Edit, Submit, Withdraw], &[StandingBody], Needs::Tie(&[Owner, Organizer], Reach::Under)),
    rule(Registration, &[See, SeeValues, Create, Edit], UNIT_PEOPLE, Needs::Tie(&[Owner], Reach::Under)),
    rule(Registration, &[Submit, Withdraw], &[UnitOfficer], Needs::Tie(&[Owner], Reach::Under)),
    rule(Registration, &[Submit, Withdraw], &[UnitHead], Needs::Tie(&[Owner], Reach::Own)),
    rule(Registration, &[See, Submit], &[SubmittingDelegate], Needs::Tie(&[Owner], Reach::Own)),
    rule(Registration, &[See, SeeValues], UNIT_PEOPLE, Needs::Tie(&[Organizer], Reach::Under)),
    rule(Registration, &[See, SeeValues], &[BlocLeader], Needs::Tie(&[Leader], Reach::Own)),
    rule(Registration, &[See], &[BlocDeputy], Needs::Tie(&[Deputy], Reach::Own)),
    rule(Registration, &[See], READERS, Needs::Tie(&[Owner, Organizer], Reach::Under)),
    rule(Registration, &[Return, Accept, MoveDeadline], &[StandingBody], Needs::OthersTie(&[Owner, Organizer], Reach::Under)),
    rule(Registration, &[Return, Accept, MoveDeadline], UNIT_PEOPLE, Needs::OthersTie(&[Owner, Organizer], Reach::Under)),
    rule(Registration, &[Return, Accept, MoveDeadline], &[BlocLeader], Needs::OthersTie(&[Leader], Reach::Own)),
    // What the service does by itself: who looks after the service.
    rule(Job, &[See, Cancel], &[SystemAdmin], Needs::Role),
    rule(Job, &[See], &[Auditor], Needs::Role),
    // The log: whoever oversees.
    rule(Event, &[See], &[Auditor, StandingBody], Needs::Tie(&[], Reach::Under)),
];
