//! Two records of one person become one: what moves, what stays behind because it is there already, what
//! stands in the way, and when it can be undone. Rows are found and moved in `thidua-store`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dated::Span;
use crate::household::Bond;
use crate::id::{EmploymentId, HouseholdId, HouseholdMemberId, PaperId, PersonId, UnitId, UnitPartId, UserId};
use crate::refusal::{Code, Refusal, both};
use crate::time::Date;
use crate::vocabulary::{Bilingual, Word};
use crate::words;

words! {
    /// What keeps two records from being those of one person.
    pub enum MergeClash in "merge-clashes" {
        Employment = "employment", "Hai nơi công tác trùng thời gian nhưng khác nhau", "Two employments overlap and differ";
        Household = "household", "Ở hai hộ trong cùng thời gian", "In two households at one time";
        Bond = "bond", "Hai quan hệ khác nhau trong cùng một hộ", "Two different bonds in one household";
        ExternalId = "external_id", "Hệ thống khác gọi bằng hai mã khác nhau", "Another system calls them by two names";
        CitizenCard = "citizen_card", "Hai số căn cước khác nhau", "Two different citizen card numbers";
    }
}

impl MergeClash {
    /// The code under which it is told by itself.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Employment => Code::MergeEmployment,
            Self::Household => Code::MergeHousehold,
            Self::Bond => Code::MergeBond,
            Self::ExternalId => Code::MergeExternalId,
            Self::CitizenCard => Code::MergeCitizenCard,
        }
    }
}

/// One thing that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// What.
    pub what: MergeClash,
    /// What it is about, in the record that is merged: a unit and a position, a time, a system. Never a number of a paper.
    pub about: String,
}

/// A time as it is told.
fn told(span: Span) -> String {
    let day = |on: Option<Date>| on.map_or_else(|| "…".to_owned(), |on| on.to_string());
    format!("{} – {}", day(span.from_on), day(span.to_on))
}

/// What becomes of a part of the record that is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes over to the record that goes on.
    Moves,
    /// It stays behind: the other record says the same.
    Stays,
    /// It contradicts what the other record says, in this.
    Clashes(MergeClash),
}

/// What becomes of each part of one record beside those of the other.
pub fn fates<T>(from: &[T], into: &[T], same: impl Fn(&T, &T) -> bool, clash: impl Fn(&T, &T) -> Option<MergeClash>) -> Vec<Fate> {
    let fate = |part: &T| {
        if into.iter().any(|other| same(part, other)) {
            Fate::Stays
        } else {
            into.iter().find_map(|other| clash(part, other)).map_or(Fate::Moves, Fate::Clashes)
        }
    };
    from.iter().map(fate).collect()
}

/// An employment, as far as merging looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Where.
    pub unit: UnitId,
    /// Position.
    pub position: Option<String>,
    /// Whether the position heads the unit.
    pub head: bool,
    /// When.
    pub span: Span,
}

impl Job {
    /// The same position in the same unit at one time, told in two ways.
    #[must_use]
    pub fn clash(&self, other: &Self) -> Option<MergeClash> {
        let clashes = self.unit == other.unit && self.position == other.position && self.span.overlaps(other.span);
        clashes.then_some(MergeClash::Employment)
    }

    /// What a clash is about: the position, or the time where none is known.
    #[must_use]
    pub fn told(&self) -> String {
        self.position.as_ref().map_or_else(|| told(self.span), |position| format!("{position}, {}", told(self.span)))
    }
}

/// A place in a household, as far as merging looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Living {
    /// In which.
    pub household: HouseholdId,
    /// As what: the head of a household and a child in it are not one person.
    pub bond: Bond,
    /// When.
    pub span: Span,
}

impl Living {
    /// The same place told twice: in one household, by one bond, at one time. Days that differ are told by the record
    /// that goes on.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.household == other.household && self.bond == other.bond && self.span.overlaps(other.span)
    }

    /// In another household at one time, or by another bond in the same one.
    #[must_use]
    pub fn clash(&self, other: &Self) -> Option<MergeClash> {
        let what = if self.household == other.household { MergeClash::Bond } else { MergeClash::Household };
        (self.span.overlaps(other.span) && !self.same(other)).then_some(what)
    }

    /// What a clash is about: the time. Which household it is, only who sees it learns elsewhere.
    #[must_use]
    pub fn told(&self) -> String {
        told(self.span)
    }
}

/// The rows that a merge moved, by list: what an undoing moves back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Moved {
    /// Employments.
    pub employments: Vec<EmploymentId>,
    /// Offices as emulation officer of a unit.
    pub offices: Vec<UnitPartId>,
    /// Accounts.
    pub accounts: Vec<UserId>,
    /// Identity papers.
    pub papers: Vec<PaperId>,
    /// Places in households.
    pub memberships: Vec<HouseholdMemberId>,
    /// Names in other systems, by system.
    pub external_ids: BTreeMap<String, String>,
}

/// A record on its way into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Which.
    pub id: PersonId,
    /// Into which it was merged already.
    pub merged_into: Option<PersonId>,
}

/// Checks that two records can become one: they are two, each stands for itself, and they contradict each other in
/// nothing. Since only what stands for itself is merged, and only into what does, merges never form a circle.
///
/// # Errors
/// [`Code::MergeSame`] at `/into`; [`Code::RecordMerged`]; [`Code::MergeClashes`], naming all that stands in the way, in one
/// sentence and one by one.
pub fn check(from: Side, into: Side, clashes: &[Clash]) -> Result<(), Refusal> {
    if from.id == into.id {
        return Err(Refusal::at("/into", Code::MergeSame));
    }
    for (side, at) in [(from, ""), (into, "/into")] {
        if let Some(next) = side.merged_into {
            return Err(Refusal::at(at, Code::RecordMerged).with("into", next));
        }
    }
    if clashes.is_empty() {
        return Ok(());
    }
    let mut kinds: Vec<MergeClash> = Vec::new();
    for clash in clashes {
        if !kinds.contains(&clash.what) {
            kinds.push(clash.what);
        }
    }
    let said = |of: fn(&Bilingual) -> &'static str| kinds.iter().map(|kind| of(&kind.label())).collect::<Vec<_>>().join("; ");
    let each = clashes.iter().map(|clash| Refusal::at("/into", clash.what.code()).with("what", &clash.about)).collect();
    Err(Refusal::of(Code::MergeClashes).with("clashes", both(said(|text| text.vi), said(|text| text.en))).made_of(each))
}

/// What decides whether a merge can be undone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoFacts {
    /// It was undone.
    pub undone: bool,
    /// The record that went on was itself merged into this one since.
    pub merged_on: Option<PersonId>,
    /// Lists with a row that is no longer where the merge put it, or can no longer go back.
    pub gone: Vec<Bilingual>,
}

/// Checks that a merge can be undone exactly.
///
/// # Errors
/// [`Code::MergeUndone`]; [`Code::MergeNotUndoable`], saying what has changed since.
pub fn check_undo(facts: &UndoFacts) -> Result<(), Refusal> {
    if facts.undone {
        return Err(Refusal::of(Code::MergeUndone));
    }
    let why = match facts.merged_on {
        Some(next) => both(
            format!("hồ sơ đích đã nhập tiếp vào {next}; hãy hoàn tác lần nhập đó trước"),
            format!("the record that went on was merged into {next}; undo that first"),
        ),
        None if facts.gone.is_empty() => return Ok(()),
        None => {
            let said = |of: fn(&Bilingual) -> &'static str| facts.gone.iter().map(of).collect::<Vec<_>>().join(", ");
            both(format!("đã thay đổi: {}", said(|text| text.vi)), format!("changed since: {}", said(|text| text.en)))
        }
    };
    Err(Refusal::of(Code::MergeNotUndoable).with("why", why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Lang;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId::new(Uuid::from_u128(n))
    }

    fn job(unit: u128, position: &str, from: &str, to: &str) -> Job {
        let unit = UnitId::new(Uuid::from_u128(unit));
        Job { unit, position: Some(position.to_owned()), head: false, span: Span { from_on: from.parse().ok(), to_on: to.parse().ok() } }
    }

    #[test]
    fn what_both_records_say_stays_behind_and_what_differs_clashes() {
        let into = [job(1, "Chuyên viên", "2015-01-01", "")];
        let from = [
            job(1, "Chuyên viên", "2015-01-01", ""),
            job(1, "Chuyên viên", "2016-01-01", ""),
            job(1, "Trưởng phòng", "2016-01-01", ""),
            job(2, "Chuyên viên", "2010-01-01", "2014-12-31"),
        ];
        assert_eq!(
            fates(&from, &into, Job::eq, Job::clash),
            [Fate::Stays, Fate::Clashes(MergeClash::Employment), Fate::Moves, Fate::Moves]
        );
    }

    #[test]
    fn nobody_lives_in_two_households_at_one_time() {
        let living = |n: u128, from: &str, to: &str| Living {
            bond: Bond::Child,
            household: HouseholdId::new(Uuid::from_u128(n)),
            span: Span { from_on: from.parse().ok(), to_on: to.parse().ok() },
        };
        let into = [living(1, "2020-01-01", "")];
        let head = Living { bond: Bond::Head, ..living(1, "2020-01-01", "") };
        let from = [living(2, "2021-01-01", ""), living(2, "2010-01-01", "2019-12-31"), living(1, "2021-05-01", ""), head];
        let fates = fates(&from, &into, Living::same, Living::clash);
        assert_eq!(fates, [Fate::Clashes(MergeClash::Household), Fate::Moves, Fate::Stays, Fate::Clashes(MergeClash::Bond)]);
    }

    #[test]
    fn a_record_is_not_merged_with_itself_nor_with_another_person() {
        let side = |n| Side { id: person(n), merged_into: None };
        let code = |from, into, clashes: &[Clash]| check(side(from), side(into), clashes).err().map(|no| no.code);
        assert_eq!(code(1, 1, &[]), Some(Code::MergeSame));
        assert_eq!(code(1, 2, &[]), None);
        let clash = |what, about: &str| Clash { what, about: about.to_owned() };
        let clashes = [clash(MergeClash::ExternalId, "hrm"), clash(MergeClash::ExternalId, "portal"), clash(MergeClash::CitizenCard, "")];
        let refusal = check(side(1), side(2), &clashes).unwrap_err();
        assert_eq!(refusal.code, Code::MergeClashes);
        let parts: Vec<_> = refusal.parts.iter().map(|part| (part.code, part.detail(Lang::En).contains("hrm"))).collect();
        assert_eq!(parts, [(Code::MergeExternalId, true), (Code::MergeExternalId, false), (Code::MergeCitizenCard, false)]);
        assert_eq!(refusal.detail(Lang::En).matches("two names").count(), 1, "each kind once");
        let gone = Side { merged_into: Some(person(3)), ..side(1) };
        assert_eq!(check(gone, side(2), &[]).unwrap_err().code, Code::RecordMerged);
        assert_eq!(check(side(2), gone, &[]).unwrap_err().pointer, "/into");
    }

    proptest::proptest! {
        /// Whatever is tried in whatever order: everybody is found, and only the last link of a chain is undone.
        #[test]
        fn merges_never_form_a_circle(tries in proptest::collection::vec((0..6_u128, 0..6_u128, proptest::bool::ANY), 0..60)) {
            let mut merged: std::collections::BTreeMap<u128, u128> = std::collections::BTreeMap::new();
            for (from, into, undo) in tries {
                let next = |n: u128, merged: &std::collections::BTreeMap<u128, u128>| merged.get(&n).copied().map(person);
                if undo {
                    if let Some(target) = merged.get(&from).copied() {
                        let facts = UndoFacts { merged_on: next(target, &merged), ..UndoFacts::default() };
                        if check_undo(&facts).is_ok() {
                            merged.remove(&from);
                        }
                    }
                } else {
                    let side = |n: u128| Side { id: person(n), merged_into: next(n, &merged) };
                    if check(side(from), side(into), &[]).is_ok() {
                        merged.insert(from, into);
                    }
                }
                for start in 0..6_u128 {
                    let (mut here, mut steps) = (start, 0);
                    while let Some(next) = merged.get(&here) {
                        here = *next;
                        steps += 1;
                        proptest::prop_assert!(steps <= 6, "a circle from {} on: {:?}", start, merged);
                    }
                }
            }
        }
    }

    #[test]
    fn only_the_last_link_of_a_chain_is_undone_and_only_while_everything_is_in_its_place() {
        let code = |facts: &UndoFacts| check_undo(facts).err().map(|no| no.code);
        assert_eq!(code(&UndoFacts::default()), None);
        assert_eq!(code(&UndoFacts { undone: true, ..UndoFacts::default() }), Some(Code::MergeUndone));
        assert_eq!(code(&UndoFacts { merged_on: Some(person(3)), ..UndoFacts::default() }), Some(Code::MergeNotUndoable));
        let gone = vec![Bilingual { vi: "nơi công tác", en: "employments" }];
        assert_eq!(code(&UndoFacts { gone, ..UndoFacts::default() }), Some(Code::MergeNotUndoable));
    }
}
