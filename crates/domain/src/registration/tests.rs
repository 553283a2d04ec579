//! Rules of registrations, held to examples.

use uuid::Uuid;

use super::*;
use crate::access::Verb;
use crate::lifecycle::{self, Ask};
use crate::vocabulary::Lang;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn entry(award: u128, receivers: &str, kind: RegistrationSubject, subject: u128) -> Entry {
    Entry {
        award: AwardTypeId::new(Uuid::from_u128(award)),
        award_code: format!("DH-{award}"),
        receivers: self::receivers(receivers),
        kind,
        subject: AnyId::new(Uuid::from_u128(subject)),
        named: format!("NV-{subject}"),
        foreign: false,
        of_unit: true,
    }
}

fn refused(items: &[Entry]) -> Vec<(Code, String)> {
    check_items("A", items).err().map(|error| error.0.into_iter().map(|r| (r.code, r.pointer)).collect()).unwrap_or_default()
}

#[test]
fn late_is_after_the_day_and_the_first_submission_counts() {
    let (by, today) = (Some(day("2026-03-31")), day("2026-04-02"));
    assert!(!is_late(RegistrationStatus::Submitted, by, by, today));
    assert!(is_late(RegistrationStatus::Submitted, by, Some(day("2026-04-01")), today));
    assert!(is_late(RegistrationStatus::Draft, by, None, today));
    assert!(!is_late(RegistrationStatus::Draft, by, None, day("2026-03-31")));
    assert!(!is_late(RegistrationStatus::Draft, None, None, today));
    assert!(!is_late(RegistrationStatus::Withdrawn, by, None, today));
    assert!(moves_passed(by, None, today) && moves_passed(by, Some(today), today));
    assert!(!moves_passed(by, by, today) && !moves_passed(by, None, day("2026-03-31")) && !moves_passed(None, by, today));
    // Sent back and handed in again.
    let first = first_submission(None, day("2026-03-30"));
    assert_eq!(first_submission(Some(first), today), first);
    assert_eq!(first_submission(Some(today), day("2026-03-30")), day("2026-03-30"));
}

#[test]
fn an_award_is_for_those_who_can_receive_it() {
    use RegistrationSubject::{Household, Person, Unit};
    let fine = [entry(1, "individual", Person, 1), entry(2, "collective individual", Unit, 2), entry(3, "household", Household, 3)];
    assert_eq!(refused(&fine), []);
    let unfit = [entry(1, "individual", Unit, 1), entry(2, "collective", Person, 2), entry(3, "individual collective", Household, 3)];
    let expected = [0, 1, 2].map(|n| (Code::RegistrationSubjectUnfit, format!("/items/{n}/award_type")));
    assert_eq!(refused(&unfit), expected);
    let friend = Entry { foreign: true, ..entry(4, "foreigner", Person, 4) };
    assert_eq!(refused(std::slice::from_ref(&friend)), []);
    assert_eq!(refused(&[Entry { foreign: false, ..friend }]).len(), 1);
    assert_eq!(receivers("individual nonsense"), [AwardSubject::Individual]);
}

#[test]
fn all_that_is_wrong_with_items_is_told_at_once() {
    use RegistrationSubject::Person;
    let one = entry(1, "individual", Person, 1);
    let outside = Entry { of_unit: false, ..entry(1, "individual", Person, 2) };
    // Another award for the same person is another item.
    let other = entry(2, "individual", Person, 1);
    assert_eq!(
        refused(&[one.clone(), outside, other, one]),
        [(Code::RegistrationSubjectOutside, "/items/1/subject".to_owned()), (Code::RegistrationItemTwice, "/items/3".to_owned())]
    );
}

#[test]
fn a_bloc_year_is_of_the_same_year_goes_on_and_has_the_unit() {
    let bloc = InBloc { year: 2026, cancelled: false, member: true, on: day("2026-05-01") };
    let codes = |by: Option<Date>, bloc: InBloc| -> Vec<Code> {
        check_head("A", 2026, by, Some(bloc)).err().map(|error| error.0.iter().map(|r| r.code).collect()).unwrap_or_default()
    };
    assert_eq!(codes(Some(day("2026-03-31")), bloc), []);
    assert_eq!(codes(Some(day("2030-03-31")), InBloc { member: false, ..bloc }), [Code::DateOutsideYear, Code::NotAMember]);
    assert_eq!(codes(None, InBloc { year: 2025, ..bloc }), [Code::RegistrationOtherYear]);
    assert_eq!(codes(None, InBloc { cancelled: true, ..bloc }), [Code::BlocYearEnded]);
    assert!(check_head("A", 2026, None, None).is_ok());
}

#[test]
fn a_registration_is_submitted_sent_back_and_accepted() {
    let full = RegistrationFacts { items: 1, has_deadline: true };
    let take = |state, verb, facts: &RegistrationFacts, reason: Option<&str>| {
        let ask = Ask { reason, confirm: Some("DK"), recorded: true };
        lifecycle::take::<RegistrationLife>(state, "DK", verb, facts, ask, Lang::En).map(|taken| taken.to).map_err(|refusal| refusal.code)
    };
    let empty = RegistrationFacts::default();
    assert_eq!(empty.missing(), [crate::missing::Missing::Items, crate::missing::Missing::RegisterBy]);
    assert_eq!(take(RegistrationStatus::Draft, Verb::Submit, &empty, None), Err(Code::RegistrationEmpty), "also one on paper");
    assert_eq!(take(RegistrationStatus::Draft, Verb::Submit, &full, None), Ok(RegistrationStatus::Submitted));
    assert_eq!(take(RegistrationStatus::Submitted, Verb::Return, &full, None), Err(Code::ReasonRequired));
    assert_eq!(take(RegistrationStatus::Submitted, Verb::Return, &full, Some("x")), Ok(RegistrationStatus::Draft));
    assert_eq!(take(RegistrationStatus::Draft, Verb::Accept, &full, None), Err(Code::WrongState));
    assert_eq!(take(RegistrationStatus::Submitted, Verb::Accept, &full, None), Ok(RegistrationStatus::Accepted));
    assert_eq!(take(RegistrationStatus::Accepted, Verb::Withdraw, &full, Some("x")), Err(Code::WrongState));
    assert_eq!(take(RegistrationStatus::Submitted, Verb::Withdraw, &full, Some("x")), Ok(RegistrationStatus::Withdrawn));
}

#[test]
fn the_gate_lets_pass_warns_or_leaves_out() {
    for gate in RegistrationGate::ALL {
        assert_eq!(gate.effect(true), GateEffect::Passes);
    }
    assert_eq!(RegistrationGate::Off.effect(false), GateEffect::Passes);
    assert_eq!(RegistrationGate::Warn.effect(false), GateEffect::Warned);
    assert_eq!(RegistrationGate::Exclude.effect(false), GateEffect::Excluded);
    assert_eq!(RegistrationStanding::of(Some(RegistrationStatus::Withdrawn)), RegistrationStanding::None);
    assert!(RegistrationStatus::Accepted.is_submitted() && !RegistrationStatus::Draft.is_submitted());
}
