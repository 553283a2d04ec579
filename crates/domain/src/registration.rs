//! Registrations ("đăng ký thi đua"): what a unit aims for in a year, for itself and for its people; what may stand in one,
//! when it is late, and what a bloc year makes of members without one. Who may do what is said in the access policy.

mod life;

use std::collections::HashSet;

use crate::award_type::AwardSubject;
use crate::dated::around_year;
use crate::id::{AnyId, AwardTypeId};
use crate::refusal::{Code, DomainError, Refusal, word_named};
use crate::time::Date;
use crate::vocabulary::Word;
use crate::words;

pub use life::{RegistrationFacts, RegistrationLife};

words! {
    /// Where a registration stands.
    pub enum RegistrationStatus in "registration-statuses" {
        Draft = "draft", "Đang lập", "Being drafted";
        Submitted = "submitted", "Đã nộp", "Submitted";
        Accepted = "accepted", "Đã chấp nhận", "Accepted";
        Withdrawn = "withdrawn", "Đã rút", "Withdrawn";
    }
}

words! {
    /// For whom something is registered.
    pub enum RegistrationSubject in "registration-subjects" {
        Unit = "unit", "Tập thể", "Collective";
        Person = "person", "Cá nhân", "Individual";
        Household = "household", "Hộ gia đình", "Household";
    }
}

words! {
    /// How far a unit has come with its registration of a year.
    pub enum RegistrationStanding in "registration-standings" {
        None = "none", "Chưa đăng ký", "Nothing registered";
        Draft = "draft", "Đang lập", "Being drafted";
        Submitted = "submitted", "Đã nộp", "Submitted";
        Accepted = "accepted", "Đã chấp nhận", "Accepted";
    }
}

words! {
    /// What a bloc year makes of members that have not submitted a registration.
    pub enum RegistrationGate in "registration-gates" {
        Off = "off", "Không xét", "Not looked at";
        Warn = "warn", "Cảnh báo", "Warned of";
        Exclude = "exclude", "Không xếp hạng", "Left out of the ranking";
    }
}

/// Items of one registration at the most.
pub const ITEMS_MAX: usize = 1_000;

/// What the gate says of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateEffect {
    /// Nothing stands in the way.
    Passes,
    /// The member goes on; that it has not registered is said.
    Warned,
    /// The member is left out.
    Excluded,
}

impl RegistrationGate {
    /// What becomes of a member that has submitted a registration of the year, or has not.
    #[must_use]
    pub const fn effect(self, submitted: bool) -> GateEffect {
        match self {
            Self::Off => GateEffect::Passes,
            Self::Warn | Self::Exclude if submitted => GateEffect::Passes,
            Self::Warn => GateEffect::Warned,
            Self::Exclude => GateEffect::Excluded,
        }
    }
}

impl RegistrationStatus {
    /// Whether it was handed in and neither sent back nor withdrawn.
    #[must_use]
    pub const fn is_submitted(self) -> bool {
        matches!(self, Self::Submitted | Self::Accepted)
    }
}

impl RegistrationStanding {
    /// How far a unit has come whose registration is in this state; one that was withdrawn counts as none.
    #[must_use]
    pub const fn of(status: Option<RegistrationStatus>) -> Self {
        match status {
            None | Some(RegistrationStatus::Withdrawn) => Self::None,
            Some(RegistrationStatus::Draft) => Self::Draft,
            Some(RegistrationStatus::Submitted) => Self::Submitted,
            Some(RegistrationStatus::Accepted) => Self::Accepted,
        }
    }
}

impl RegistrationSubject {
    /// Who receives awards among those for whom something is registered like this. A person of foreign citizenship also
    /// receives what is for foreigners.
    #[must_use]
    pub const fn receives(self, foreign: bool) -> &'static [AwardSubject] {
        match (self, foreign) {
            (Self::Unit, _) => &[AwardSubject::Collective],
            (Self::Household, _) => &[AwardSubject::Household],
            (Self::Person, false) => &[AwardSubject::Individual],
            (Self::Person, true) => &[AwardSubject::Individual, AwardSubject::Foreigner],
        }
    }
}

/// Whether a registration is late: submitted after the day set for it, or not yet submitted when that day has passed. One
/// without a set day is never late, nor is one that was withdrawn. What was submitted in time and sent back stays in time:
/// the first submission counts, on the day on which it happened.
#[must_use]
pub fn is_late(status: RegistrationStatus, register_by: Option<Date>, submitted_on: Option<Date>, today: Date) -> bool {
    status != RegistrationStatus::Withdrawn && register_by.is_some_and(|by| submitted_on.unwrap_or(today) > by)
}

/// Whether a change of the day takes away that a registration is late: one that has passed is not moved by the unit itself.
#[must_use]
pub fn moves_passed(before: Option<Date>, after: Option<Date>, today: Date) -> bool {
    before != after && before.is_some_and(|by| by < today)
}

/// The day of the first submission, when one more has happened.
#[must_use]
pub fn first_submission(before: Option<Date>, happened_on: Date) -> Date {
    before.map_or(happened_on, |before| before.min(happened_on))
}

/// The bloc year in which a registration takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InBloc {
    /// Its year.
    pub year: i32,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Whether the unit is a member on the day looked at.
    pub member: bool,
    /// That day.
    pub on: Date,
}

/// Checks what a registration says of itself, its items left aside.
///
/// # Errors
/// [`Code::DateOutsideYear`] at `/register_by`; [`Code::RegistrationOtherYear`], [`Code::BlocYearEnded`] or
/// [`Code::NotAMember`] at `/bloc_year`; all of them at once.
pub fn check_head(unit: &str, year: i32, register_by: Option<Date>, bloc: Option<InBloc>) -> Result<(), DomainError> {
    let mut wrong: Vec<Refusal> = register_by.and_then(|by| around_year("/register_by", by, year).err()).into_iter().collect();
    if let Some(bloc) = bloc {
        let at = |code| Refusal::at("/bloc_year", code);
        if bloc.year != year {
            wrong.push(at(Code::RegistrationOtherYear).with("bloc_year", bloc.year).with("year", year));
        } else if bloc.cancelled {
            wrong.push(at(Code::BlocYearEnded));
        } else if !bloc.member {
            wrong.push(at(Code::NotAMember).with("unit", unit).with("on", bloc.on));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(DomainError(wrong)) }
}

/// An item as the rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is aimed for.
    pub award: AwardTypeId,
    /// Its code, for the text of a refusal.
    pub award_code: String,
    /// Who can receive it.
    pub receivers: Vec<AwardSubject>,
    /// For what sort of subject.
    pub kind: RegistrationSubject,
    /// For whom.
    pub subject: AnyId,
    /// As it was named.
    pub named: String,
    /// Whether the person is of foreign citizenship.
    pub foreign: bool,
    /// Whether the subject is the unit or below it, or works or lives there, or its record is kept there.
    pub of_unit: bool,
}

/// Checks the items of a registration: each award is one that its subject can receive, each subject belongs to the unit, and
/// nothing stands there twice.
///
/// # Errors
/// [`Code::RegistrationSubjectUnfit`] at `/items/{n}/award_type`, [`Code::RegistrationSubjectOutside`] at
/// `/items/{n}/subject`, [`Code::RegistrationItemTwice`] at `/items/{n}`; all of them at once.
pub fn check_items(unit: &str, items: &[Entry]) -> Result<(), DomainError> {
    let mut seen = HashSet::with_capacity(items.len());
    let mut wrong = Vec::new();
    for (n, item) in items.iter().enumerate() {
        let at =
            |rest: &str, code| Refusal::at(format!("/items/{n}{rest}"), code).with("award", &item.award_code).with("subject", &item.named);
        let receives = item.kind.receives(item.foreign);
        if !item.receivers.iter().any(|receiver| receives.contains(receiver)) {
            wrong.push(at("/award_type", Code::RegistrationSubjectUnfit).with("kind", word_named(item.kind)));
        }
        if !item.of_unit {
            wrong.push(at("/subject", Code::RegistrationSubjectOutside).with("unit", unit));
        }
        if !seen.insert((item.award, item.kind, item.subject)) {
            wrong.push(at("", Code::RegistrationItemTwice));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(DomainError(wrong)) }
}

/// Whether somebody is of foreign citizenship, by the country where it is known (ISO 3166-1, two letters).
#[must_use]
pub fn is_foreign(nationality: Option<&str>) -> bool {
    nationality.is_some_and(|country| country != "VN")
}

/// Who can receive an award, out of the words kept with it.
#[must_use]
pub fn receivers(words: &str) -> Vec<AwardSubject> {
    words.split_whitespace().filter_map(AwardSubject::parse).collect()
}

#[cfg(test)]
mod tests;
