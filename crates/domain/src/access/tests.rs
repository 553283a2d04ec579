//! The policy held against what offices may expect of it.

use super::*;
use uuid::Uuid;

fn unit(n: u128) -> UnitId {
    UnitId::new(Uuid::from_u128(n))
}

fn caller(role: Role, scope: Scope) -> Principal {
    Principal { user: Some(UserId::new(Uuid::from_u128(99))), grants: vec![Grant { role, scope }] }
}

fn tie(relation: Relation, to: UnitId, own: bool) -> Tie {
    Tie { relation, to: to.any(), own }
}

#[test]
fn anonymous_callers_see_nothing() {
    for kind in Kind::ALL {
        assert!(!permits(&Principal::default(), *kind, Verb::See, &Ties::default()), "{kind:?}");
        assert_eq!(sight(&Principal::default(), *kind), Sight::default());
    }
}

#[test]
fn ties_matter_to_whoever_holds_less_than_everything() {
    let ties = Ties(Relation::ALL.iter().map(|relation| tie(*relation, unit(1), true)).collect());
    for role in Role::ALL {
        for kind in Kind::ALL {
            let everywhere = caller(*role, Scope::Everything);
            if !ties_matter(&everywhere, *kind) {
                for verb in Verb::ALL {
                    let blind = permits(&everywhere, *kind, *verb, &Ties::default());
                    assert_eq!(blind, permits(&everywhere, *kind, *verb, &ties), "{role:?} {kind:?} {verb:?}");
                }
            }
        }
    }
    assert!(!ties_matter(&caller(Role::StandingBody, Scope::Everything), Kind::Pledge));
    assert!(ties_matter(&caller(Role::UnitOfficer, Scope::Unit(unit(1))), Kind::Pledge));
    assert!(ties_matter(&caller(Role::SystemAdmin, Scope::Everything), Kind::User), "everybody sees the own account");
}

#[test]
fn only_the_own_head_signs_and_neither_the_superior_nor_the_officer() {
    let ties = Ties(vec![tie(Relation::Member, unit(1), true), tie(Relation::Member, unit(2), false)]);
    let may = |role, n| permits(&caller(role, Scope::Unit(unit(n))), Kind::Pledge, Verb::Sign, &ties);
    assert!(may(Role::UnitHead, 1));
    assert!(!may(Role::UnitHead, 2), "a province does not sign for its department");
    assert!(!may(Role::UnitOfficer, 1));
    assert!(!may(Role::UnitHead, 3));
}

#[test]
fn leading_follows_from_the_office() {
    let ties = Ties(vec![tie(Relation::Leader, unit(1), true), tie(Relation::Member, unit(1), true), tie(Relation::Member, unit(2), true)]);
    let may = |n| permits(&caller(Role::UnitOfficer, Scope::Unit(unit(n))), Kind::Pledge, Verb::OpenSigning, &ties);
    assert!(may(1));
    assert!(!may(2));
}

#[test]
fn administrators_see_accounts_and_never_content() {
    let admin = caller(Role::SystemAdmin, Scope::Everything);
    assert!(permits(&admin, Kind::User, Verb::Grant, &Ties::default()));
    // Accounts, of people and of services, and jobs are theirs; the directory of units, the catalogue of awards
    // and what is published of units are everybody's.
    let seen = [Kind::User, Kind::Client, Kind::Unit, Kind::AwardType, Kind::Index, Kind::IndexResult, Kind::Job];
    for kind in Kind::ALL {
        assert_eq!(permits(&admin, *kind, Verb::See, &Ties::default()), seen.contains(kind), "{kind:?}");
    }
}

#[test]
fn auditors_change_nothing() {
    let auditor = caller(Role::Auditor, Scope::Everything);
    for kind in Kind::ALL {
        for verb in Verb::ALL.iter().filter(|verb| !matches!(verb, Verb::See | Verb::SeeValues)) {
            assert!(!permits(&auditor, *kind, *verb, &Ties::default()), "{kind:?} {verb:?}");
        }
    }
}

#[test]
fn service_accounts_do_what_officers_do_and_nothing_that_belongs_to_a_person() {
    let client = caller(Role::ServiceClient, Scope::Unit(unit(1)));
    let officer = caller(Role::UnitOfficer, Scope::Unit(unit(1)));
    let ties = Ties(Relation::ALL.iter().map(|relation| tie(*relation, unit(1), true)).collect());
    let personal = [
        Verb::Sign,
        Verb::Launch,
        Verb::Grant,
        Verb::ActAs,
        Verb::ResetPassword,
        Verb::ChangePassword,
        Verb::BeginSecondFactor,
        Verb::RemoveSecondFactor,
        Verb::AddSecret,
    ];
    for kind in Kind::ALL {
        for verb in Verb::ALL {
            let may = permits(&client, *kind, *verb, &ties);
            assert!(!may || permits(&officer, *kind, *verb, &ties), "{kind:?} {verb:?}");
            assert!(!may || !personal.contains(verb), "{kind:?} {verb:?}");
        }
    }
    assert!(permits(&client, Kind::Person, Verb::Edit, &ties));
    let led = Ties(vec![tie(Relation::Leader, unit(1), true)]);
    assert!(!permits(&client, Kind::Pledge, Verb::OpenSigning, &led), "a bloc is led by people");
    for kind in [ScopeKind::Everything, ScopeKind::Unit, ScopeKind::Bloc] {
        assert!(Role::ServiceClient.check_scope(kind, Lang::En).is_err(), "nobody is granted it by hand");
    }
}

#[test]
fn roles_that_follow_from_an_office_cannot_be_granted() {
    assert!(Role::BlocLeader.check_scope(ScopeKind::Unit, Lang::En).is_err());
    assert!(Role::UnitHead.check_scope(ScopeKind::Unit, Lang::En).is_ok());
}

#[test]
fn who_may_act_may_also_see() {
    for rule in POLICY.iter() {
        for role in rule.roles {
            let (Needs::Tie(relations, _) | Needs::OthersTie(relations, _)) = rule.needs else { continue };
            for relation in relations {
                let grant = role.through().first().copied().unwrap_or(*role);
                let principal = caller(grant, Scope::Unit(unit(1)));
                let ties = Ties(vec![tie(*relation, unit(1), true)]);
                assert!(permits(&principal, rule.kind, Verb::See, &ties), "{role:?} acts on {:?} through {relation:?} unseen", rule.kind);
            }
        }
    }
}

#[test]
fn whoever_sees_old_values_of_people_sees_what_is_restricted() {
    for relation in [Relation::Owner, Relation::Employer] {
        let ties = Ties(vec![tie(relation, unit(1), true)]);
        for role in Role::ALL {
            let who = caller(*role, Scope::Unit(unit(1)));
            let restricted = permits(&who, Kind::Person, Verb::SeeRestricted, &ties);
            assert_eq!(permits(&who, Kind::Person, Verb::SeeValues, &ties), restricted, "{role:?}: the history says what the record hides");
            for verb in [Verb::Edit, Verb::Merge, Verb::Reveal] {
                assert!(restricted || !permits(&who, Kind::Person, verb, &ties), "{role:?} may {verb:?} what it does not see");
            }
        }
    }
    let reads = caller(Role::Auditor, Scope::Everything);
    assert!(!permits(&reads, Kind::Person, Verb::SeeRestricted, &Ties::default()));
}

#[test]
fn numbers_of_papers_are_for_who_keeps_the_record() {
    let ties = |relation| Ties(vec![tie(relation, unit(1), true), tie(relation, unit(2), false)]);
    let may = |role, n, relation| permits(&caller(role, Scope::Unit(unit(n))), Kind::Person, Verb::Reveal, &ties(relation));
    assert!(may(Role::UnitOfficer, 1, Relation::Owner));
    assert!(!may(Role::UnitOfficer, 2, Relation::Owner), "a superior sees the end of the number");
    assert!(!may(Role::UnitOfficer, 1, Relation::Employer));
    assert!(!may(Role::Viewer, 1, Relation::Owner));
}

#[test]
fn a_delegate_does_what_was_delegated_for_that_unit_and_nothing_else() {
    let ties = |n| Ties(vec![tie(Relation::Member, unit(n), true), tie(Relation::Owner, unit(n), true)]);
    let signs = caller(Role::SigningDelegate, Scope::Unit(unit(1)));
    assert!(permits(&signs, Kind::Pledge, Verb::Sign, &ties(1)) && permits(&signs, Kind::Pledge, Verb::See, &ties(1)));
    assert!(!permits(&signs, Kind::Pledge, Verb::Sign, &ties(2)));
    assert!(!permits(&caller(Role::VotingDelegate, Scope::Unit(unit(1))), Kind::Pledge, Verb::Sign, &ties(1)));
    for verb in Verb::ALL.iter().filter(|verb| !matches!(verb, Verb::See | Verb::Sign)) {
        for kind in Kind::ALL {
            assert!(!permits(&signs, *kind, *verb, &ties(1)), "{kind:?} {verb:?}: what was given is not passed on");
        }
    }
    assert!(signs.in_own_right().grants.is_empty());
    for role in Role::ALL.iter().filter(|role| role.is_delegated()) {
        assert!(role.check_scope(ScopeKind::Unit, Lang::En).is_err(), "{role:?} is given by a delegation alone");
    }
}

#[test]
fn nobody_judges_what_the_own_unit_registers() {
    // Unit 1 registers; unit 2 stands above it; unit 3 leads its bloc, unit 4 organises it.
    let ties = Ties(vec![
        tie(Relation::Owner, unit(1), true),
        tie(Relation::Owner, unit(2), false),
        tie(Relation::Leader, unit(3), true),
        tie(Relation::Organizer, unit(4), true),
    ]);
    let may = |verb, who: &Principal| permits(who, Kind::Registration, verb, &ties);
    for verb in [Verb::Accept, Verb::Return] {
        for role in [Role::UnitOfficer, Role::UnitHead] {
            assert!(!may(verb, &caller(role, Scope::Unit(unit(1)))), "{role:?}");
            for judge in [2, 3, 4] {
                assert!(may(verb, &caller(role, Scope::Unit(unit(judge)))), "{role:?} of {judge}");
            }
        }
        assert!(may(verb, &caller(Role::StandingBody, Scope::Everything)));
        assert!(may(verb, &caller(Role::StandingBody, Scope::Unit(unit(2)))));
        assert!(!may(verb, &caller(Role::StandingBody, Scope::Unit(unit(1)))));
        // Who also works for the unit does not judge it from elsewhere; who only looks on there does.
        let mut both = caller(Role::StandingBody, Scope::Everything);
        both.grants.push(Grant { role: Role::Viewer, scope: Scope::Unit(unit(1)) });
        assert!(may(verb, &both));
        both.grants.push(Grant { role: Role::UnitOfficer, scope: Scope::Unit(unit(1)) });
        assert!(!may(verb, &both));
    }
    // The leading unit registers like everybody else.
    let own = Ties(vec![tie(Relation::Owner, unit(3), true), tie(Relation::Leader, unit(3), true)]);
    let leader = caller(Role::UnitHead, Scope::Unit(unit(3)));
    assert!(permits(&leader, Kind::Registration, Verb::Submit, &own) && !permits(&leader, Kind::Registration, Verb::Accept, &own));
    assert!(may(Verb::Submit, &caller(Role::SubmittingDelegate, Scope::Unit(unit(1)))));
    assert!(!may(Verb::Submit, &caller(Role::SigningDelegate, Scope::Unit(unit(1)))));
    assert!(!may(Verb::Submit, &caller(Role::UnitHead, Scope::Unit(unit(2)))), "a head speaks for the own unit");
    assert!(may(Verb::Submit, &caller(Role::UnitOfficer, Scope::Unit(unit(2)))), "a clerk types for many");
    assert!(POLICY.iter().all(|rule| !rule.verbs.contains(&Verb::See) || !matches!(rule.needs, Needs::OthersTie(..))));
}
