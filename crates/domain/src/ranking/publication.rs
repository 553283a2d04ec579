//! Publications of a ranking: what was announced, and what the council decided. From the decision on, nothing that the ranking rests
//! on changes any more until the decision is withdrawn.

use crate::bloc_year::BlocYearStatus;
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
    /// Codes of members of which only a rank is known, beside others that have scores.
    pub unranked: Vec<String>,
    /// Codes of members that share a rank while a ballot or the council can still tell them apart.
    pub tied: Vec<String>,
    /// Codes of appeals that wait for an answer.
    pub appeals: Vec<String>,
    /// The last day for appeals and the day of the decision, where that does not come after it.
    pub may_come: Option<(Date, Date)>,
    /// The digest of the ranking as it stands, where what was voted on has another.
    pub moved: Option<String>,
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
    /// [`Code::RankingUnsettled`], [`Code::RankingUnranked`], [`Code::RankingTied`], [`Code::RankingAppealed`],
    /// [`Code::AppealsMayCome`], [`Code::RankingMoved`] at `/sha256`, [`Code::DecisionWithoutDocument`] at `/document`; all of them
    /// at once.
    pub fn check(&self, recorded: bool) -> Result<Vec<Code>, DomainError> {
        let waiting = [
            (Code::RankingUnsettled, &self.unsettled),
            (Code::RankingUnranked, &self.unranked),
            (Code::RankingTied, &self.tied),
            (Code::RankingAppealed, &self.appeals),
        ];
        let mut refusals: Vec<Refusal> =
            waiting.into_iter().filter(|(_, names)| !names.is_empty()).map(|(code, names)| named(code, names)).collect();
        refusals.extend(self.may_come.map(|(until, on)| Refusal::of(Code::AppealsMayCome).with("until", until).with("on", on)));
        refusals.extend(self.moved.as_ref().map(|now| Refusal::at("/sha256", Code::RankingMoved).with("now", now)));
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

/// The last day for appeals, counted from the day of announcement, where the year has a number of days (1 to 365). What the
/// council decided opens no appeals, and in a year that is over none are taken.
#[must_use]
pub fn appeals_until(stage: PublicationStage, year: BlocYearStatus, published_on: Date, days: Option<i32>) -> Option<Date> {
    if stage != PublicationStage::Announced || !year.goes_on() {
        return None;
    }
    let days = u64::try_from(days?).ok()?;
    published_on.checked_add_days(chrono::Days::new(days))
}

/// The last day for appeals and the day of a decision, where appeals may still come on that day.
#[must_use]
pub fn may_come(until: Option<Date>, decided_on: Date) -> Option<(Date, Date)> {
    until.filter(|until| decided_on <= *until).map(|until| (until, decided_on))
}

/// The digest of a ranking as it stands, where it is not the one that was named; digests in hexadecimal.
#[must_use]
pub fn moved(named: Option<&str>, now: &str) -> Option<String> {
    named.filter(|named| !named.eq_ignore_ascii_case(now)).map(|_| now.to_owned())
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
        let (on, names) = ("2026-12-28".parse::<Date>().unwrap(), |codes: &[&str]| codes.iter().map(ToString::to_string).collect());
        let pending = Pending {
            unsettled: names(&["A", "B"]),
            unranked: names(&["C"]),
            tied: names(&["D", "E"]),
            appeals: names(&["KN-1"]),
            may_come: may_come(Some(on), on),
            moved: moved(Some("aa"), "bb"),
            has_document: false,
        };
        let refused = pending.check(false).unwrap_err().0;
        let codes = [
            Code::RankingUnsettled,
            Code::RankingUnranked,
            Code::RankingTied,
            Code::RankingAppealed,
            Code::AppealsMayCome,
            Code::RankingMoved,
            Code::DecisionWithoutDocument,
        ];
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
        let until = |stage, year, days| appeals_until(stage, year, day("2026-12-28"), days);
        let (announced, decided) = (PublicationStage::Announced, PublicationStage::Decided);
        assert_eq!(until(announced, BlocYearStatus::Running, Some(5)), Some(day("2027-01-02")));
        assert_eq!(until(announced, BlocYearStatus::Running, None), None);
        assert_eq!(until(announced, BlocYearStatus::Closed, Some(5)), None);
        assert_eq!(until(decided, BlocYearStatus::Running, Some(5)), None);
        assert_eq!(may_come(Some(day("2027-01-02")), day("2027-01-02")), Some((day("2027-01-02"), day("2027-01-02"))));
        assert_eq!(may_come(Some(day("2027-01-02")), day("2027-01-03")), None, "the last day counts");
        assert_eq!(may_come(None, day("2027-01-03")), None);
    }

    #[test]
    fn what_was_voted_on_is_told_by_its_digest() {
        assert_eq!(moved(None, "ab"), None);
        assert_eq!(moved(Some("AB"), "ab"), None);
        assert_eq!(moved(Some("cd"), "ab"), Some("ab".to_owned()));
    }

    #[test]
    fn a_withdrawal_is_confirmed_and_happens_once() {
        let day = "2026-12-28".parse::<Date>().ok();
        assert!(check_withdrawal(None, "KHOI/2026", Some("KHOI/2026"), "Rút").is_ok());
        assert_eq!(check_withdrawal(day, "KHOI/2026", None, "Rút").unwrap_err().0.len(), 2);
        assert!(undecided(false).is_ok() && undecided(true).is_err());
    }
}
