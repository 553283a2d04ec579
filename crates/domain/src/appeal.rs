//! Appeals ("khiếu nại, kiến nghị về điểm"): what a member of a bloc year has against the points of a score sheet, its own or
//! another's, and what it is answered. An answer changes no points: whoever judges enters them on the sheet. Who may do what is
//! said in the access policy; until when appeals are taken, with the publications of the ranking.

use crate::access::{Kind, Verb};
use crate::bloc_year::BlocYearStatus;
use crate::criteria_set::Compiled;
use crate::lifecycle::{Life, Step};
use crate::points::Points;
use crate::refusal::{Code, DomainError, Refusal, Refusals};
use crate::scoresheet::{SheetStatus, most_total};
use crate::time::Date;
use crate::words;

words! {
    /// Where an appeal stands.
    pub enum AppealStatus in "appeal-statuses" {
        Filed = "filed", "Chờ trả lời", "Waiting for an answer";
        Answered = "answered", "Đã trả lời", "Answered";
        Withdrawn = "withdrawn", "Đã rút", "Withdrawn";
    }
}

words! {
    /// What an appeal came to.
    pub enum AppealOutcome in "appeal-outcomes" {
        Upheld = "upheld", "Chấp nhận", "Upheld";
        PartlyUpheld = "partly_upheld", "Chấp nhận một phần", "Partly upheld";
        Dismissed = "dismissed", "Không chấp nhận", "Dismissed";
    }
}

words! {
    /// Whose sheet it is that a unit appeals against.
    pub enum AppealInterest in "appeal-interests" {
        Own = "own", "Phiếu của chính đơn vị", "Its own sheet";
        Another = "another", "Phiếu của đơn vị khác", "The sheet of another member";
    }
}

impl AppealInterest {
    /// Whose sheet it is to a unit that appeals: its own, or another's.
    #[must_use]
    pub const fn of(own: bool) -> Self {
        if own { Self::Own } else { Self::Another }
    }
}

/// The act that files: who appeals speaks for its unit; what was filed elsewhere is entered by who organises, so that nobody calls
/// its own late appeal timely.
#[must_use]
pub const fn filing(recorded: bool) -> Verb {
    if recorded { Verb::Create } else { Verb::File }
}

/// What decides whether an appeal is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filing {
    /// Where the sheet stands.
    pub sheet: SheetStatus,
    /// Where the bloc year stands.
    pub year: BlocYearStatus,
    /// Whether the council has decided the ranking.
    pub decided: bool,
    /// The last day for appeals, as the announcements of the ranking that stand named it; `None` where none is set.
    pub until: Option<Date>,
    /// The day on which it is filed, by business date.
    pub on: Date,
    /// Whether it was filed elsewhere.
    pub recorded: bool,
}

impl Filing {
    /// Whether an appeal can be filed. One that was filed elsewhere and late is only warned of.
    ///
    /// # Errors
    /// [`Code::BlocYearEnded`], [`Code::CouncilDecided`], [`Code::AppealTooEarly`], [`Code::AppealLate`] at `/scoresheet`.
    pub fn check(self) -> Result<Vec<Code>, Refusal> {
        let at = |code| Err(Refusal::at("/scoresheet", code));
        if !self.year.goes_on() {
            return at(Code::BlocYearEnded);
        }
        if self.sheet == SheetStatus::Scoring {
            return at(Code::AppealTooEarly);
        }
        if self.decided {
            return at(Code::CouncilDecided);
        }
        match self.until.filter(|until| self.on > *until) {
            None => Ok(Vec::new()),
            Some(_) if self.recorded => Ok(vec![Code::AppealLate]),
            Some(until) => Err(Refusal::at("/scoresheet", Code::AppealLate).with("until", until)),
        }
    }
}

/// Checks what an appeal asks for: an item, bonus or penalty of the set, or the sheet as a whole; and points that it can come to.
/// Of a penalty, the points are those that it takes.
///
/// # Errors
/// [`Code::ScoreItemUnknown`] at `/item`; [`Code::AppealPointsOutside`] at `/asked_points`; both at once.
pub fn check_asked(set: &Compiled, item: Option<&str>, asked: Option<Points>) -> Result<(), DomainError> {
    let mut refusals = Refusals::default();
    let scored = |code: &str| set.slots().iter().find(|slot| slot.is_scored() && slot.code == code);
    let most = match item {
        None => Some(most_total(set)),
        Some(code) => {
            let found = scored(code).ok_or_else(|| Refusal::at("/item", Code::ScoreItemUnknown).with("item", code));
            refusals.take(found).map(|slot| slot.most)
        }
    };
    if let (Some(most), Some(asked)) = (most, asked)
        && (asked < Points::ZERO || asked > most)
    {
        let refusal = Refusal::at("/asked_points", Code::AppealPointsOutside).with("points", asked.figure());
        refusals.push(refusal.with("most", most.figure()));
    }
    refusals.done()
}

/// Checks that an answer comes with its outcome and its text, and that neither of them, nor a document, comes with anything else.
///
/// # Errors
/// [`Code::AppealAnswerUnfit`] at `/outcome`, `/answer` and `/document`.
pub fn check_answer(verb: Verb, outcome: Option<AppealOutcome>, answer: Option<&str>, document: Option<&str>) -> Result<(), DomainError> {
    let wanted = verb == Verb::Answer;
    let mut refusals = Refusals::default();
    let said = [("/outcome", outcome.is_some()), ("/answer", answer.is_some_and(|text| !text.trim().is_empty()))];
    for (pointer, _) in said.into_iter().filter(|(_, there)| *there != wanted) {
        refusals.push(Refusal::at(pointer, Code::AppealAnswerUnfit));
    }
    if document.is_some() && !wanted {
        refusals.push(Refusal::at("/document", Code::AppealAnswerUnfit));
    }
    refusals.done()
}

/// The life of an appeal.
#[derive(Debug)]
pub enum AppealLife {}

impl Life for AppealLife {
    type State = AppealStatus;
    type Facts = ();
    const KIND: Kind = Kind::Appeal;
    const BORN: AppealStatus = AppealStatus::Filed;
    const STEPS: &'static [Step<AppealStatus, ()>] = &[
        Step {
            from: &[AppealStatus::Filed],
            verb: Verb::Answer,
            to: Some(AppealStatus::Answered),
            guards: &[],
            reason: false,
            confirm: true,
            automatic: false,
        },
        Step {
            from: &[AppealStatus::Filed],
            verb: Verb::Withdraw,
            to: Some(AppealStatus::Withdrawn),
            guards: &[],
            reason: true,
            confirm: true,
            automatic: false,
        },
        Step { from: &[AppealStatus::Filed], verb: Verb::Edit, to: None, guards: &[], reason: false, confirm: false, automatic: false },
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria_set::templates;

    fn codes(found: Result<(), DomainError>) -> Vec<(Code, String)> {
        found.err().map(|error| error.0.into_iter().map(|refusal| (refusal.code, refusal.pointer)).collect()).unwrap_or_default()
    }

    #[test]
    fn nothing_is_appealed_before_it_was_judged_or_after_the_year() {
        let on = "2026-12-05".parse::<Date>().unwrap();
        let usual =
            Filing { sheet: SheetStatus::Submitted, year: BlocYearStatus::Running, decided: false, until: None, on, recorded: false };
        let code = |filing: Filing| filing.check().map_err(|refusal| refusal.code);
        let may = |sheet, year| code(Filing { sheet, year, ..usual });
        assert_eq!(may(SheetStatus::Submitted, BlocYearStatus::Running), Ok(vec![]));
        assert_eq!(may(SheetStatus::Settled, BlocYearStatus::Draft), Ok(vec![]));
        assert_eq!(code(Filing { decided: true, recorded: true, ..usual }), Err(Code::CouncilDecided));
        let late = Filing { until: on.pred_opt(), ..usual };
        assert_eq!(code(late), Err(Code::AppealLate));
        assert_eq!(code(Filing { recorded: true, ..late }), Ok(vec![Code::AppealLate]));
        assert_eq!(code(Filing { until: Some(on), ..usual }), Ok(vec![]), "the last day counts");
        assert_eq!(may(SheetStatus::Scoring, BlocYearStatus::Running), Err(Code::AppealTooEarly));
        for ended in [BlocYearStatus::Closed, BlocYearStatus::Cancelled] {
            assert_eq!(may(SheetStatus::Settled, ended), Err(Code::BlocYearEnded));
        }
    }

    #[test]
    fn points_are_asked_within_the_item_or_the_whole() {
        let set = templates().unwrap().into_iter().find(|set| set.code == "HCM-2008").unwrap();
        let set = Compiled::new(&set).unwrap();
        let points = |units| Some(Points::of_units(units));
        assert_eq!(codes(check_asked(&set, None, None)), []);
        assert_eq!(codes(check_asked(&set, Some("03"), points(500))), []);
        let outside = [(Code::AppealPointsOutside, "/asked_points".to_owned())];
        assert_eq!(codes(check_asked(&set, Some("03"), points(100_000))), outside);
        assert_eq!(codes(check_asked(&set, Some("03"), points(-1))), outside);
        assert_eq!(codes(check_asked(&set, None, points(10_000_000))), outside);
        assert_eq!(codes(check_asked(&set, Some("KHONG-CO"), points(1))), [(Code::ScoreItemUnknown, "/item".to_owned())]);
    }

    #[test]
    fn an_answer_says_what_and_why_and_nothing_else_does() {
        let both = |code| ["/outcome", "/answer"].map(|at| (code, at.to_owned())).to_vec();
        let upheld = Some(AppealOutcome::Upheld);
        assert_eq!(codes(check_answer(Verb::Answer, upheld, Some("Đúng"), Some("TL"))), []);
        assert_eq!(codes(check_answer(Verb::Answer, None, Some("  "), None)), both(Code::AppealAnswerUnfit));
        assert_eq!(codes(check_answer(Verb::Withdraw, upheld, Some("Đúng"), None)), both(Code::AppealAnswerUnfit));
        assert_eq!(codes(check_answer(Verb::Withdraw, None, None, None)), []);
        let document = [(Code::AppealAnswerUnfit, "/document".to_owned())];
        assert_eq!(codes(check_answer(Verb::Withdraw, None, None, Some("TL"))), document);
    }

    #[test]
    fn what_was_filed_elsewhere_is_entered_by_who_organises() {
        assert_eq!((filing(false), filing(true)), (Verb::File, Verb::Create));
    }
}
