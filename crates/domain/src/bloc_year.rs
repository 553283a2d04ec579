//! One year of a bloc: its members and offices by date, and its life.

use crate::access::{Kind, Verb};
use crate::dated::Span;
use crate::lifecycle::{Guard, Life, Step, plain};
use crate::missing::{Missing, absent};
use crate::refusal::{Code, Refusal};
use crate::time::Date;
use crate::words;

words! {
    /// Where a bloc year stands.
    pub enum BlocYearStatus in "bloc-year-statuses" {
        Draft = "draft", "Đang lập", "Being formed";
        Running = "running", "Đang thi đua", "Running";
        Closed = "closed", "Đã kết thúc", "Closed";
        Cancelled = "cancelled", "Đã hủy", "Cancelled";
    }
}

words! {
    /// Office of a unit in a bloc year.
    pub enum Office in "bloc-offices" {
        Leader = "leader", "Trưởng khối", "Leader";
        Deputy = "deputy", "Phó khối", "Deputy";
        Member = "member", "Thành viên", "Member";
    }
}

impl BlocYearStatus {
    /// Whether the work of the year goes on: neither closed nor cancelled.
    #[must_use]
    pub const fn goes_on(self) -> bool {
        matches!(self, Self::Draft | Self::Running)
    }
}

/// Below this a bloc can do its work, but barely: it is said, never refused.
pub const FEW_MEMBERS: usize = 5;

/// What the guards of a bloc year look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlocYearFacts {
    /// Units that are members today, or at the end of the year if that has passed.
    pub members: usize,
    /// Whether one of them leads.
    pub has_leader: bool,
    /// Whether one of them deputises.
    pub has_deputy: bool,
    /// Whether the bloc names who organises it.
    pub has_organizer: bool,
    /// Whether a document forms the bloc year.
    pub has_document: bool,
    /// Pledges still waiting for signatures.
    pub open_pledges: usize,
    /// Pledges in force.
    pub binding_pledges: usize,
    /// Whether the council has decided its ranking.
    pub decided: bool,
}

impl BlocYearFacts {
    /// What is absent and stays listed until it is filled in.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        absent([
            (Missing::Members, self.members > 0),
            (Missing::Leader, self.has_leader),
            (Missing::Deputy, self.has_deputy),
            (Missing::Organizer, self.has_organizer),
            (Missing::Document, self.has_document),
        ])
    }
}

/// The life of a bloc year.
#[derive(Debug)]
pub enum BlocYearLife {}

const fn guard(code: Code, holds: fn(&BlocYearFacts) -> bool) -> Guard<BlocYearFacts> {
    Guard { code, holds, binds_recorded: false, figures: plain }
}

/// What the ranking rests on stays as it is once the council has decided: its decision is withdrawn first.
const UNDECIDED: Guard<BlocYearFacts> =
    Guard { code: Code::CouncilDecided, holds: |facts| !facts.decided, binds_recorded: true, figures: plain };

/// An act about the ranking, which leaves the state alone: whenever there is something to rank.
const fn of_ranking(verb: Verb) -> Step<BlocYearStatus, BlocYearFacts> {
    Step {
        from: &[BlocYearStatus::Draft, BlocYearStatus::Running, BlocYearStatus::Closed],
        verb,
        to: None,
        guards: &[UNDECIDED],
        reason: false,
        confirm: false,
        automatic: false,
    }
}

const MEMBERS: Guard<BlocYearFacts> =
    Guard { code: Code::NoMembers, holds: |facts| facts.members > 0, binds_recorded: true, figures: plain };

impl Life for BlocYearLife {
    type State = BlocYearStatus;
    type Facts = BlocYearFacts;
    const KIND: Kind = Kind::BlocYear;
    const BORN: BlocYearStatus = BlocYearStatus::Draft;
    const STEPS: &'static [Step<BlocYearStatus, BlocYearFacts>] = &[
        Step {
            from: &[BlocYearStatus::Draft],
            verb: Verb::Open,
            to: Some(BlocYearStatus::Running),
            guards: &[
                MEMBERS,
                guard(Code::OrganizerMissing, |facts| facts.has_organizer),
                guard(Code::LeaderMissing, |facts| facts.has_leader),
            ],
            reason: false,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[BlocYearStatus::Running],
            verb: Verb::Close,
            to: Some(BlocYearStatus::Closed),
            guards: &[guard(Code::PledgeOpen, |facts| facts.open_pledges == 0)],
            reason: false,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[BlocYearStatus::Closed],
            verb: Verb::Reopen,
            to: Some(BlocYearStatus::Running),
            guards: &[UNDECIDED],
            reason: true,
            confirm: false,
            automatic: false,
        },
        // One that was cancelled by mistake is formed again: there is one year of a bloc, not two.
        Step {
            from: &[BlocYearStatus::Cancelled],
            verb: Verb::Reopen,
            to: Some(BlocYearStatus::Draft),
            guards: &[],
            reason: true,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[BlocYearStatus::Draft],
            verb: Verb::Cancel,
            to: Some(BlocYearStatus::Cancelled),
            guards: &[
                UNDECIDED,
                guard(Code::PledgeOpen, |facts| facts.open_pledges == 0),
                Guard { code: Code::PledgeInForce, holds: |facts| facts.binding_pledges == 0, binds_recorded: true, figures: plain },
            ],
            reason: true,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[BlocYearStatus::Draft, BlocYearStatus::Running],
            verb: Verb::Edit,
            to: None,
            guards: &[],
            reason: false,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[BlocYearStatus::Draft, BlocYearStatus::Running],
            verb: Verb::ChangeMembers,
            to: None,
            guards: &[UNDECIDED],
            reason: false,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[BlocYearStatus::Draft, BlocYearStatus::Running],
            verb: Verb::ApplyCriteria,
            to: None,
            guards: &[UNDECIDED],
            reason: false,
            confirm: false,
            automatic: false,
        },
        of_ranking(Verb::Announce),
        of_ranking(Verb::Decide),
        of_ranking(Verb::EnterBallot),
        of_ranking(Verb::EnterCouncil),
    ];
}

/// Whether criteria can be put in force for a year in this state.
#[must_use]
pub fn takes_criteria(status: BlocYearStatus) -> bool {
    BlocYearLife::STEPS.iter().any(|step| step.verb == Verb::ApplyCriteria && step.from.contains(&status))
}

/// A unit's place in a bloc year, as far as rules care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<U> {
    /// The unit.
    pub unit: U,
    /// Its office.
    pub office: Office,
    /// When.
    pub span: Span,
}

/// The day on which membership of a year is looked at: today while the year goes on, its last day
/// once it is over, its first while it is still to come.
#[must_use]
pub fn reference_day(year: i32, today: Date) -> Date {
    let first = Date::from_ymd_opt(year, 1, 1).unwrap_or(today);
    let last = Date::from_ymd_opt(year, 12, 31).unwrap_or(today);
    today.clamp(first, last)
}

/// Whole months of a year in which a unit is a member, over all its places there. A month that is not whole does not count.
#[must_use]
pub fn months_of(year: i32, places: impl Iterator<Item = Span>) -> u32 {
    let held: Vec<Span> = places.collect();
    let month = |month| {
        let first = Date::from_ymd_opt(year, month, 1)?;
        Some((first, first.checked_add_months(chrono::Months::new(1))?.pred_opt()?))
    };
    let whole = |(first, last): (Date, Date)| {
        let mut days = first.iter_days().take_while(|day| *day <= last);
        days.all(|day| held.iter().any(|span| span.holds(day)))
    };
    (1..=12).filter(|number| month(*number).is_some_and(whole)).map(|_| 1).sum()
}

/// Checks that a place lies in its year at least for a day.
///
/// # Errors
/// [`Code::EndsBeforeStart`] at `/to_on`; [`Code::DateOutsideYear`].
pub fn check_span(span: Span, year: i32) -> Result<(), Refusal> {
    span.check()?;
    let (first, last) = (Date::from_ymd_opt(year, 1, 1), Date::from_ymd_opt(year, 12, 31));
    let outside = |pointer: &'static str, on: Date| Refusal::at(pointer, Code::DateOutsideYear).with("date", on).with("year", year);
    match (span.from_on, span.to_on) {
        (Some(from), _) if last.is_some_and(|last| from > last) => Err(outside("/from_on", from)),
        (_, Some(to)) if first.is_some_and(|first| to < first) => Err(outside("/to_on", to)),
        _ => Ok(()),
    }
}

/// Whether places may change so once a year runs: units join and leave by date, an office that nobody
/// held is filled, and every change says why. `None` is no place: before joining, after being taken away.
#[must_use]
pub fn fits_running<U: PartialEq>(before: Option<&Place<U>>, after: Option<&Place<U>>, says_why: bool) -> bool {
    says_why
        && match (before, after) {
            (None, Some(joins)) => joins.span.from_on.is_some(),
            (Some(was), Some(is)) => {
                was.unit == is.unit && was.span.from_on == is.span.from_on && (was.office == is.office || was.office == Office::Member)
            }
            (_, None) => false,
        }
}

/// Checks a new or changed place against the others of its bloc year: a unit is a member once at a
/// time, and a bloc has one leader at a time.
///
/// # Errors
/// [`Code::MemberTwice`] or [`Code::OfficeTaken`].
pub fn check_place<U: PartialEq>(place: &Place<U>, others: &[Place<U>]) -> Result<(), Code> {
    let at_once = |other: &&Place<U>| other.span.overlaps(place.span);
    if others.iter().filter(at_once).any(|other| other.unit == place.unit) {
        return Err(Code::MemberTwice);
    }
    if place.office == Office::Leader && others.iter().filter(at_once).any(|other| other.office == Office::Leader) {
        return Err(Code::OfficeTaken);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_months_count() {
        let day = |month, day| Date::from_ymd_opt(2024, month, day);
        let span = |from_on, to_on| Span { from_on, to_on };
        assert_eq!(months_of(2024, [Span::ALWAYS].into_iter()), 12);
        assert_eq!(months_of(2024, [span(day(7, 1), None)].into_iter()), 6);
        assert_eq!(months_of(2024, [span(day(7, 2), None)].into_iter()), 5);
        assert_eq!(months_of(2024, [span(None, day(2, 28))].into_iter()), 1);
        assert_eq!(months_of(2024, [span(None, day(2, 29)), span(day(3, 1), day(3, 31))].into_iter()), 3);
        assert_eq!(months_of(2025, [span(None, day(12, 31))].into_iter()), 0);
        assert_eq!(months_of(2024, std::iter::empty()), 0);
    }

    #[test]
    fn in_a_running_year_places_change_by_date_and_with_a_reason() {
        let day = |text: &str| text.parse::<Date>().ok();
        let place = |office, from: &str, to: &str| Place { unit: 1, office, span: Span { from_on: day(from), to_on: day(to) } };
        let always = place(Office::Member, "", "");
        assert!(!fits_running(None, Some(&always), true), "joins without a date");
        assert!(fits_running(None, Some(&place(Office::Member, "2026-07-01", "")), true));
        assert!(!fits_running(None, Some(&place(Office::Member, "2026-07-01", "")), false), "says nothing");
        assert!(fits_running(Some(&always), Some(&place(Office::Member, "", "2026-06-30")), true), "leaves");
        assert!(fits_running(Some(&always), Some(&place(Office::Leader, "", "")), true), "an office that was vacant");
        assert!(!fits_running(Some(&place(Office::Leader, "", "")), Some(&always), true), "an office is not taken away as if it never was");
        assert!(!fits_running(Some(&always), Some(&place(Office::Member, "2026-02-01", "")), true), "was not there before");
        assert!(!fits_running(Some(&always), None, true));
    }

    #[test]
    fn a_unit_may_come_back_and_leaders_may_follow_each_other() {
        let day = |text: &str| text.parse::<Date>().ok();
        let first = Place { unit: 1, office: Office::Leader, span: Span { from_on: None, to_on: day("2021-06-30") } };
        let again = Place { unit: 1, office: Office::Member, span: Span { from_on: day("2021-07-01"), to_on: None } };
        let next = Place { unit: 2, office: Office::Leader, span: Span { from_on: day("2021-07-01"), to_on: None } };
        assert_eq!(check_place(&again, &[first]), Ok(()));
        assert_eq!(check_place(&next, &[first, again]), Ok(()));
        assert_eq!(check_place(&Place { span: Span::ALWAYS, ..again }, &[first]), Err(Code::MemberTwice));
        assert_eq!(check_place(&Place { span: Span::ALWAYS, ..next }, &[first]), Err(Code::OfficeTaken));
    }

    #[test]
    fn a_past_year_is_looked_at_on_its_last_day() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(reference_day(2021, day("2026-11-21")), day("2021-12-31"));
        assert_eq!(reference_day(2026, day("2026-11-21")), day("2026-11-21"));
        assert_eq!(reference_day(2027, day("2026-11-21")), day("2027-01-01"));
    }
}
