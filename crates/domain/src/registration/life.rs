//! The life of a registration: drafted, submitted, sent back or accepted, withdrawn.

use super::RegistrationStatus;
use super::RegistrationStatus::{Accepted, Draft, Submitted, Withdrawn};
use crate::access::{Kind, Verb};
use crate::lifecycle::{Guard, Life, Step, plain};
use crate::missing::{Missing, absent};
use crate::refusal::Code;

/// What the guards of a registration look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RegistrationFacts {
    /// What is registered, counted.
    pub items: usize,
    /// Whether a day is set until which it is to be submitted.
    pub has_deadline: bool,
}

impl RegistrationFacts {
    /// What is absent and stays listed until it is filled in.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        absent([(Missing::Items, self.items > 0), (Missing::RegisterBy, self.has_deadline)])
    }
}

/// The life of a registration.
#[derive(Debug)]
pub enum RegistrationLife {}

const fn step(
    from: &'static [RegistrationStatus],
    verb: Verb,
    to: Option<RegistrationStatus>,
    reason: bool,
) -> Step<RegistrationStatus, RegistrationFacts> {
    Step { from, verb, to, guards: &[], reason, confirm: false, automatic: false }
}

impl Life for RegistrationLife {
    type State = RegistrationStatus;
    type Facts = RegistrationFacts;
    const KIND: Kind = Kind::Registration;
    const BORN: RegistrationStatus = Draft;
    const STEPS: &'static [Step<RegistrationStatus, RegistrationFacts>] = &[
        Step {
            guards: &[Guard { code: Code::RegistrationEmpty, holds: |facts| facts.items > 0, binds_recorded: true, figures: plain }],
            ..step(&[Draft], Verb::Submit, Some(Submitted), false)
        },
        step(&[Submitted, Accepted], Verb::Return, Some(Draft), true),
        step(&[Submitted], Verb::Accept, Some(Accepted), false),
        Step { confirm: true, ..step(&[Draft, Submitted], Verb::Withdraw, Some(Withdrawn), true) },
        step(&[Draft], Verb::Edit, None, false),
    ];
}
