//! Publications of a ranking: what was announced, and what the council decided. From the decision on, nothing that the ranking rests
//! on changes any more until the decision is withdrawn.

use crate::refusal::{Code, DomainError, Refusal, Refusals};
use crate::time::Date;
use crate::words;

words! {
    /// How far a published ranking has come.
    pub enum PublicationStage in "publication-stages" {
        Announced = "announced", "Công bố", "Announced";
        Decided = "decided", "Hội đồng đã quyết định", "Decided by the council";
    }
}

/// Names in the text of a refusal at the most.
const NAMED: usize = 10;

/// What stands in the way of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pending {
    /// Codes of members without a sheet, or whose sheet is not settled.
    pub unsettled: Vec<String>,
    /// Codes of appeals that wait for an answer.
    pub appeals: Vec<String>,
    /// Whether a document says what was decided.
    pub has_document: bool,
}

fn named(code: Code, names: &[String]) -> Refusal {
    let shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    let more = if names.len() > NAMED { ", …" } else { "" };
    Refusal::of(code).with("count", names.len()).with("names", format!("{}{more}", shown.join(", ")))
}

impl Pending {
    /// Whether the council's decision can be published. For one that was taken elsewhere, what stands in the way is only warned of.
    ///
    /// # Errors
    /// [`Code::RankingUnsettled`], [`Code::RankingAppealed`], [`Code::DecisionWithoutDocument`] at `/document`; all of them at once.
    pub fn check(&self, recorded: bool) -> Result<Vec<Code>, DomainError> {
        let mut refusals = Vec::new();
        if !self.unsettled.is_empty() {
            refusals.push(named(Code::RankingUnsettled, &self.unsettled));
        }
        if !self.appeals.is_empty() {
            refusals.push(named(Code::RankingAppealed, &self.appeals));
        }
        if !self.has_document {
            refusals.push(Refusal::at("/document", Code::DecisionWithoutDocument));
        }
        match (recorded, refusals.is_empty()) {
            (_, true) => Ok(Vec::new()),
            (true, false) => Ok(refusals.into_iter().map(|refusal| refusal.code).collect()),
            (false, false) => Err(DomainError(refusals)),
        }
    }
}

/// The last day for appeals, counted from the day of publication, where the year has a number of days (1 to 365).
#[must_use]
pub fn appeals_until(published_on: Date, days: Option<i32>) -> Option<Date> {
    let days = u64::try_from(days?).ok()?;
    published_on.checked_add_days(chrono::Days::new(days))
}

/// That the council has not decided: from then on, nothing changes that the ranking rests on.
///
/// # Errors
/// [`Code::CouncilDecided`].
pub fn undecided(decided: bool) -> Result<(), Refusal> {
    if decided { Err(Refusal::of(Code::CouncilDecided)) } else { Ok(()) }
}

/// That what was withdrawn is not withdrawn again, and that the act is confirmed with the code of its bloc year.
///
/// # Errors
/// [`Code::PublicationWithdrawn`], [`Code::ConfirmRequired`] at `/confirm`; both at once.
pub fn check_withdrawal(withdrawn_on: Option<Date>, code: &str, confirm: Option<&str>, action: &str) -> Result<(), DomainError> {
    let mut refusals = Refusals::default();
    if let Some(on) = withdrawn_on {
        refusals.push(Refusal::of(Code::PublicationWithdrawn).with("on", on));
    }
    if confirm != Some(code) {
        refusals.push(Refusal::at("/confirm", Code::ConfirmRequired).with("action", action).with("code", code));
    }
    refusals.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_waits_for_all_sheets_and_appeals_and_names_them() {
        let pending = Pending { unsettled: vec!["A".into(), "B".into()], appeals: vec!["KN-1".into()], has_document: false };
        let refused = pending.check(false).unwrap_err().0;
        let codes = [Code::RankingUnsettled, Code::RankingAppealed, Code::DecisionWithoutDocument];
        assert_eq!(refused.iter().map(|refusal| refusal.code).collect::<Vec<_>>(), codes);
        assert!(refused[0].with.contains(&("names", "A, B".to_owned())));
        assert_eq!(pending.check(true).unwrap(), codes);
        assert_eq!(Pending { has_document: true, ..Pending::default() }.check(false).unwrap(), []);
        let many = Pending { unsettled: vec!["X".into(); 11], has_document: true, ..Pending::default() };
        assert!(many.check(false).unwrap_err().0[0].with.iter().any(|(_, text)| text.ends_with(", …")));
    }

    #[test]
    fn days_for_appeals_are_counted_from_the_day_of_publication() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(appeals_until(day("2026-12-28"), Some(5)), Some(day("2027-01-02")));
        assert_eq!(appeals_until(day("2026-12-28"), None), None);
    }

    #[test]
    fn a_withdrawal_is_confirmed_and_happens_once() {
        let day = "2026-12-28".parse::<Date>().ok();
        assert!(check_withdrawal(None, "KHOI/2026", Some("KHOI/2026"), "Rút").is_ok());
        assert_eq!(check_withdrawal(day, "KHOI/2026", None, "Rút").unwrap_err().0.len(), 2);
        assert!(undecided(false).is_ok() && undecided(true).is_err());
    }
}
