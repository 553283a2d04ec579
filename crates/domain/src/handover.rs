//! An officer's work handed to another: what goes over on a day, what stays behind as history, and what cannot go
//! over, which is told all at once.

use crate::access::Role;
use crate::dated::Span;
use crate::refusal::{Code, Refusal, both, fill};
use crate::time::Date;
use crate::vocabulary::{Lang, Word};
use crate::words;

words! {
    /// Why something cannot be handed over.
    pub enum Obstacle in "handover-obstacles" {
        Receiver = "receiver", "Tài khoản nhận đã khóa", "The account that is to receive is deactivated";
        NoPerson = "no_person", "Tài khoản nhận chưa gắn với hồ sơ cá nhân, nên không làm cán bộ thi đua của đơn vị được", "The account that is to receive has no person, and so holds no office in a unit";
        Personal = "personal", "Vai trò gắn với chức vụ của chính người đó", "The role goes with a post of that very person";
        Delegated = "delegated", "Ủy quyền được giao đích danh, chỉ người ủy quyền giao lại được", "A delegation is given by name: only its delegator gives it to another";
        Delegates = "delegates", "Người này đang ủy quyền cho người khác, cần thu hồi trước", "They delegate to somebody else, which is revoked first";
    }
}

impl Role {
    /// Whether the role is work that one officer hands to another. The others go with a post, are looked after apart
    /// from content, or follow from something else.
    #[must_use]
    pub const fn is_handed_over(self) -> bool {
        matches!(self, Self::StandingBody | Self::UnitOfficer | Self::Viewer | Self::CouncilSecretary)
    }
}

impl Obstacle {
    /// The code under which it is told by itself.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Receiver => Code::HandoverReceiver,
            Self::NoPerson => Code::HandoverNoPerson,
            Self::Personal => Code::HandoverPersonal,
            Self::Delegated => Code::HandoverDelegated,
            Self::Delegates => Code::HandoverDelegates,
        }
    }

    /// Where in what was sent it lies: with who receives, or in the whole.
    const fn place(self) -> &'static str {
        match self {
            Self::Receiver | Self::NoPerson => "/to",
            Self::Personal | Self::Delegated | Self::Delegates => "",
        }
    }
}

/// What becomes of a span on the day on which work goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// What stays with who hands over.
    pub before: Option<Span>,
    /// What goes over.
    pub after: Option<Span>,
}

/// Divides a span on a day: up to the day before with who hands over, from that day on with who receives.
#[must_use]
pub fn split(span: Span, on: Date) -> Split {
    if span.to_on.is_some_and(|to| to < on) {
        return Split { before: Some(span), after: None };
    }
    if span.from_on.is_some_and(|from| on <= from) {
        return Split { before: None, after: Some(span) };
    }
    let before = on.pred_opt().map(|last| Span { to_on: Some(last), ..span });
    Split { before, after: Some(Span { from_on: Some(on), ..span }) }
}

/// Checks the day on which work goes over: what somebody did until now stays what they did.
///
/// # Errors
/// [`Code::HandoverInPast`] at `/on`.
pub fn check_day(on: Date, today: Date) -> Result<(), Refusal> {
    if on < today { Err(Refusal::at("/on", Code::HandoverInPast).with("date", on).with("today", today)) } else { Ok(()) }
}

/// Checks that nothing stands in the way: everything goes over, or nothing does.
///
/// # Errors
/// [`Code::HandoverToOneself`] at `/to`; [`Code::HandoverBlocked`], naming all that stands in the way, in one
/// sentence and one by one.
pub fn check(same: bool, obstacles: &[(Obstacle, String)]) -> Result<(), Refusal> {
    if same {
        return Err(Refusal::at("/to", Code::HandoverToOneself));
    }
    if obstacles.is_empty() {
        return Ok(());
    }
    let one = |(obstacle, what): &(Obstacle, String), lang: Lang| {
        let says = obstacle.label().get(lang);
        let about = fill("{what}", &[("what", what.clone())], lang);
        if about.is_empty() { says.to_owned() } else { format!("{says} ({about})") }
    };
    let said = |lang: Lang| obstacles.iter().map(|it| one(it, lang)).collect::<Vec<_>>().join("; ");
    let each = obstacles.iter().map(|(obstacle, what)| Refusal::at(obstacle.place(), obstacle.code()).with("what", what)).collect();
    Err(Refusal::of(Code::HandoverBlocked).with("obstacles", both(said(Lang::Vi), said(Lang::En))).made_of(each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_divided_on_the_day() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let span = |from: &str, to: &str| Span { from_on: from.parse().ok(), to_on: to.parse().ok() };
        let on = day("2026-07-01");
        let both = |before, after| Split { before, after };
        assert_eq!(split(Span::ALWAYS, on), both(Some(span("", "2026-06-30")), Some(span("2026-07-01", ""))));
        assert_eq!(
            split(span("2026-01-01", "2026-12-31"), on),
            both(Some(span("2026-01-01", "2026-06-30")), Some(span("2026-07-01", "2026-12-31")))
        );
        assert_eq!(split(span("2026-01-01", "2026-06-30"), on), both(Some(span("2026-01-01", "2026-06-30")), None));
        assert_eq!(split(span("2026-07-01", ""), on), both(None, Some(span("2026-07-01", ""))));
        assert_eq!(split(span("2026-08-01", ""), on), both(None, Some(span("2026-08-01", ""))));
    }

    #[test]
    fn the_past_is_not_handed_over() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(check_day(day("2026-11-27"), day("2026-11-27")).is_ok() && check_day(day("2027-01-01"), day("2026-11-27")).is_ok());
        assert_eq!(check_day(day("2026-11-26"), day("2026-11-27")).unwrap_err().code, Code::HandoverInPast);
    }

    #[test]
    fn everything_in_the_way_is_told_at_once() {
        assert!(check(false, &[]).is_ok());
        assert_eq!(check(true, &[]).unwrap_err().code, Code::HandoverToOneself);
        let refusal =
            check(false, &[(Obstacle::Personal, both("thủ trưởng A", "head of A")), (Obstacle::Receiver, String::new())]).unwrap_err();
        let parts: Vec<_> = refusal.parts.iter().map(|part| (part.code, part.pointer.as_str())).collect();
        assert_eq!(parts, [(Code::HandoverPersonal, ""), (Code::HandoverReceiver, "/to")]);
        let told = refusal.detail(Lang::En);
        assert!(told.contains("(head of A)") && told.contains("deactivated"), "{told}");
        assert!(
            refusal.detail(Lang::Vi).contains("(thủ trưởng A)")
                && refusal.parts.iter().any(|part| part.detail(Lang::Vi).contains("thủ trưởng A"))
        );
    }

    #[test]
    fn posts_are_not_handed_over_like_work() {
        let handed: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.is_handed_over()).collect();
        assert!(handed.contains(&Role::UnitOfficer) && !handed.contains(&Role::UnitHead) && !handed.contains(&Role::SystemAdmin));
    }
}
