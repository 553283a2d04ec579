//! Units: everything that belongs, is named, has a place and can follow another: territories,
//! organs, offices, enterprises, schools, ad hoc collectives. Identity is permanent; names, codes
//! and relations are dated.

use std::collections::HashSet;
use std::hash::Hash;

use crate::dated::Span;
use crate::refusal::{Code, Refusal};
use crate::time::Date;
use crate::words;

words! {
    /// Kinds of unit.
    pub enum UnitKind in "unit-kinds" {
        Country = "country", "Quốc gia", "Country";
        Province = "province", "Tỉnh, thành phố trực thuộc Trung ương", "Province or centrally run city";
        District = "district", "Cấp huyện (đến 30/6/2025)", "District (until 2025-06-30)";
        Commune = "commune", "Xã, phường, đặc khu", "Commune, ward or special zone";
        Village = "village", "Thôn, tổ dân phố", "Village or residential group";
        Government = "government", "Chính phủ, Thủ tướng Chính phủ", "Government and Prime Minister";
        Presidency = "presidency", "Chủ tịch nước", "Presidency";
        NationalAssembly = "national_assembly", "Quốc hội", "National Assembly";
        Ministry = "ministry", "Bộ, cơ quan ngang bộ", "Ministry";
        CentralAgency = "central_agency", "Cơ quan Trung ương và đơn vị đóng trên địa bàn", "Central agency, also its offices in a province";
        PartyOrgan = "party_organ", "Cơ quan Đảng", "Party organ";
        PeoplesCouncil = "peoples_council", "Hội đồng nhân dân", "People's Council";
        PeoplesCommittee = "peoples_committee", "Ủy ban nhân dân", "People's Committee";
        DelegationOffice = "delegation_office", "Văn phòng Đoàn đại biểu Quốc hội và HĐND", "Office of the National Assembly delegation and People's Council";
        CommitteeOffice = "committee_office", "Văn phòng Ủy ban nhân dân", "Office of the People's Committee";
        Department = "department", "Sở, ban, ngành", "Department";
        Division = "division", "Phòng, ban trực thuộc", "Division";
        Front = "front", "Mặt trận Tổ quốc", "Fatherland Front";
        Union = "union", "Công đoàn, đoàn thể", "Union or mass organisation";
        Association = "association", "Hội, tổ chức xã hội", "Association";
        Court = "court", "Tòa án", "Court";
        Procuracy = "procuracy", "Viện kiểm sát", "Procuracy";
        ArmedForces = "armed_forces", "Quân đội", "Army";
        Police = "police", "Công an", "Police";
        PublicService = "public_service", "Đơn vị sự nghiệp công lập", "Public service unit";
        School = "school", "Trường học, cơ sở giáo dục", "School";
        Hospital = "hospital", "Cơ sở y tế", "Hospital or health station";
        Enterprise = "enterprise", "Doanh nghiệp", "Enterprise";
        Cooperative = "cooperative", "Hợp tác xã", "Co-operative";
        Media = "media", "Cơ quan báo chí, truyền thông", "Press and broadcasting";
        AdHoc = "ad_hoc", "Tập thể lâm thời", "Ad hoc collective";
        Other = "other", "Đơn vị khác", "Other";
    }
}

words! {
    /// In what sense one unit stands above another.
    pub enum UnitRelationKind in "unit-relations" {
        Administrative = "administrative", "Trực thuộc về hành chính", "Administrative parent";
        Professional = "professional", "Theo ngành dọc", "Professional line";
        Location = "location", "Đóng trên địa bàn", "Located in";
    }
}

words! {
    /// Systems in which units carry codes.
    pub enum CodeSystem in "unit-code-systems" {
        National = "national", "Mã định danh điện tử (QĐ 20/2020/QĐ-TTg, QCVN 102:2016)", "National electronic identifier";
        Statistical = "statistical", "Mã thống kê đơn vị hành chính", "Statistical code";
        Tax = "tax", "Mã số thuế", "Tax code";
        Other = "other", "Mã khác", "Other";
    }
}

words! {
    /// How one unit came to follow another.
    pub enum SuccessionKind in "succession-kinds" {
        Merge = "merge", "Sáp nhập, hợp nhất", "Merged into";
        Split = "split", "Chia tách", "Split off";
        Rename = "rename", "Đổi tên, chuyển đổi", "Continued under another form";
        Transfer = "transfer", "Chuyển giao", "Transferred to";
        Dissolve = "dissolve", "Giải thể", "Dissolved";
    }
}

impl SuccessionKind {
    /// Whether the former unit is no more from then on; what is split off or transferred leaves it standing.
    #[must_use]
    pub const fn ends_predecessor(self) -> bool {
        matches!(self, Self::Merge | Self::Rename | Self::Dissolve)
    }
}

/// Checks that a succession names a successor exactly when its kind has one.
///
/// # Errors
/// [`Code::SuccessionTarget`].
pub fn check_succession<U: PartialEq>(kind: SuccessionKind, from: &U, to: Option<&U>) -> Result<(), Code> {
    let fits = match to {
        None => kind == SuccessionKind::Dissolve,
        Some(to) => kind != SuccessionKind::Dissolve && to != from,
    };
    if fits { Ok(()) } else { Err(Code::SuccessionTarget) }
}

/// A step from one unit to what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuccessionStep<U> {
    /// How.
    pub kind: SuccessionKind,
    /// What follows; `None` for a dissolution.
    pub to: Option<U>,
    /// First day of the new order.
    pub on: Date,
}

impl<U: PartialEq> SuccessionStep<U> {
    /// Whether both cannot be true of one former unit: it ends on one day, in one way, though it may
    /// then be divided among several; nothing happens to it after its end; nothing is told twice.
    fn contradicts(&self, other: &Self) -> bool {
        let dissolved = self.to.is_none() || other.to.is_none();
        match (self.kind.ends_predecessor(), other.kind.ends_predecessor()) {
            (true, true) => self.on != other.on || self.to == other.to || dissolved,
            (true, false) => other.on > self.on,
            (false, true) => self.on > other.on,
            (false, false) => self == other,
        }
    }

    /// Checks a new step against the known end of the former unit and its other steps.
    ///
    /// # Errors
    /// [`Code::UnitEnded`], [`Code::SuccessionContradicts`].
    pub fn check(&self, ended_on: Option<Date>, others: &[Self]) -> Result<(), Refusal> {
        if let Some(end) = ended_on.filter(|end| end.succ_opt().is_some_and(|after| self.on > after)) {
            return Err(Refusal::at("/effective_on", Code::UnitEnded).with("end", end).with("on", self.on));
        }
        match others.iter().find(|other| self.contradicts(other)) {
            Some(other) => Err(Refusal::at("/effective_on", Code::SuccessionContradicts).with("other", other.on).with("on", self.on)),
            None => Ok(()),
        }
    }
}

/// The last day of a unit, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitEnd {
    /// Last day; `None` while it goes on.
    pub on: Option<Date>,
    /// Whether it follows from a succession. Else somebody entered it, and no succession moves it.
    pub by_succession: bool,
}

impl UnitEnd {
    /// The last day as it follows from all successions of the unit: the eve of those that end it. Asked
    /// anew after each change of them, so that what one gave the unit goes when it goes.
    #[must_use]
    pub fn under<U>(self, steps: &[SuccessionStep<U>]) -> Self {
        if self.on.is_some() && !self.by_succession {
            return self;
        }
        let ending = steps.iter().filter(|step| step.kind.ends_predecessor()).map(|step| step.on).min();
        Self { on: ending.and_then(|on| on.pred_opt()), by_succession: ending.is_some() }
    }

    /// Checks that a unit that began on a day does not end before it.
    ///
    /// # Errors
    /// [`Code::EndsBeforeStart`] at `effective_on`.
    pub fn check(self, from_on: Option<Date>) -> Result<Self, Refusal> {
        let span = Span { from_on, to_on: self.on };
        span.check().map(|_| self).map_err(|refusal| Refusal { pointer: "/effective_on".to_owned(), ..refusal })
    }
}

/// Checks the time of a unit against its successions: it was there when each of them happened, and no
/// longer after one that ended it.
///
/// # Errors
/// [`Code::SuccessionContradicts`] at `/from_on` or `/to_on`.
pub fn check_life<U>(span: Span, steps: &[SuccessionStep<U>]) -> Result<(), Refusal> {
    let contradicts = |pointer: &'static str, day: Date, step: &SuccessionStep<U>| {
        Refusal::at(pointer, Code::SuccessionContradicts).with("on", day).with("other", step.on)
    };
    for step in steps {
        if let Some(from) = span.from_on.filter(|from| *from >= step.on) {
            return Err(contradicts("/from_on", from, step));
        }
        if let Some(to) = span.to_on.filter(|to| step.kind.ends_predecessor() && *to >= step.on) {
            return Err(contradicts("/to_on", to, step));
        }
    }
    Ok(())
}

/// Checks that a successor is there on the day on which it takes over.
///
/// # Errors
/// [`Code::UnitNotYet`] or [`Code::UnitEnded`] at `/to`.
pub fn check_successor(span: Span, on: Date) -> Result<(), Refusal> {
    match (span.from_on, span.to_on) {
        (Some(from), _) if from > on => Err(Refusal::at("/to", Code::UnitNotYet).with("from", from).with("on", on)),
        (_, Some(end)) if end < on => Err(Refusal::at("/to", Code::UnitEnded).with("end", end).with("on", on)),
        _ => Ok(()),
    }
}

/// Checks that a succession may be taken away as a mistake: what a public source confirms is none.
///
/// # Errors
/// [`Code::SuccessionVerified`].
pub fn check_succession_removal(verified: bool, effective_on: Date) -> Result<(), Refusal> {
    if verified { Err(Refusal::of(Code::SuccessionVerified).with("on", effective_on)) } else { Ok(()) }
}

/// What becomes of the other official names when one is taken away: the one that ended on its eve,
/// as a name does when the next is added, goes on in its time. Which of them, and its new time.
///
/// # Errors
/// [`Code::LastName`]: a unit has a name.
pub fn without_name(name: &str, time: Span, others: &[Span]) -> Result<Option<(usize, Span)>, Refusal> {
    if others.is_empty() {
        return Err(Refusal::of(Code::LastName).with("name", name));
    }
    let eve = time.from_on.and_then(|from| from.pred_opt());
    let before = others.iter().enumerate().find(|(_, other)| eve.is_some() && other.to_on == eve);
    Ok(before.map(|(place, other)| (place, Span { to_on: time.to_on, ..*other })))
}

/// Whether a new edge `lower -> upper` would close a circle, given all units already above `upper`.
#[must_use]
pub fn closes_circle<U: Eq + Hash>(lower: &U, upper: &U, above_upper: &HashSet<U>) -> bool {
    lower == upper || above_upper.contains(lower)
}

/// A national identifier in its present form, most general part first: `000.24.41.H13` (older
/// standard) and `H13.41.24` are the same unit. `None` when it has neither form.
#[must_use]
pub fn normal_national_code(raw: &str) -> Option<String> {
    let upper = raw.trim().to_ascii_uppercase();
    let parts: Vec<&str> = upper.split('.').collect();
    let level_one = |part: &str| {
        let mut bytes = part.bytes();
        part.len() == 3 && bytes.next().is_some_and(|b| b.is_ascii_uppercase()) && bytes.all(|b| b.is_ascii_digit())
    };
    let deeper = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    if parts.len() > 4 {
        return None;
    }
    let (first, last) = (parts.first()?, parts.last()?);
    let mut ordered: Vec<&str> = if level_one(first) && parts.iter().skip(1).all(|part| deeper(part)) {
        parts.clone()
    } else if parts.len() == 4 && level_one(last) && parts.iter().take(3).all(|part| deeper(part)) {
        parts.iter().rev().copied().collect()
    } else {
        return None;
    };
    while ordered.len() > 1 && ordered.last().is_some_and(|part| part.bytes().all(|b| b == b'0')) {
        ordered.pop();
    }
    Some(ordered.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_national_forms_meet() {
        assert_eq!(normal_national_code("000.00.00.H49").as_deref(), Some("H49"));
        assert_eq!(normal_national_code("H49").as_deref(), Some("H49"));
        assert_eq!(normal_national_code("000.24.41.H13").as_deref(), Some("H13.41.24"));
        assert_eq!(normal_national_code(" h13.41.24 ").as_deref(), Some("H13.41.24"));
        for odd in ["", "49", "H4", "H49.", "H49.1", "00.H49", "H49.1.2.3.4"] {
            assert_eq!(normal_national_code(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_unit_ends_once_and_nothing_follows_its_end() {
        use SuccessionKind::{Dissolve, Merge, Rename, Split, Transfer};
        let day = |n: u32| Date::from_ymd_opt(2025, 1, n).unwrap();
        let step = |kind, to, n| SuccessionStep { kind, to, on: day(n) };
        let code = |new: SuccessionStep<u8>, ended, others: &[_]| new.check(ended, others).err().map(|no| no.code);
        let (fine, contradicts) = (None, Some(Code::SuccessionContradicts));
        assert_eq!(code(step(Merge, Some(1), 10), None, &[]), fine);
        assert_eq!(code(step(Merge, Some(1), 10), Some(day(9)), &[]), fine, "the new order begins the day after the end");
        assert_eq!(code(step(Merge, Some(1), 11), Some(day(9)), &[]), Some(Code::UnitEnded));
        assert_eq!(code(step(Merge, Some(1), 10), None, &[step(Rename, Some(1), 10)]), contradicts, "told twice");
        assert_eq!(code(step(Merge, Some(1), 10), None, &[step(Merge, Some(2), 10)]), fine, "divided among two");
        assert_eq!(code(step(Merge, Some(1), 10), None, &[step(Merge, Some(2), 9)]), contradicts);
        assert_eq!(code(step(Dissolve, None, 10), None, &[step(Merge, Some(2), 10)]), contradicts);
        assert_eq!(code(step(Merge, Some(1), 10), None, &[step(Split, Some(1), 10), step(Transfer, Some(3), 5)]), fine);
        assert_eq!(code(step(Merge, Some(1), 10), None, &[step(Split, Some(2), 11)]), contradicts);
        assert_eq!(code(step(Split, Some(1), 11), None, &[step(Merge, Some(2), 10)]), contradicts);
        assert_eq!(code(step(Split, Some(1), 2), None, &[step(Merge, Some(2), 10), step(Split, Some(1), 2)]), contradicts, "told twice");
    }

    #[test]
    fn the_last_day_follows_the_successions_unless_somebody_entered_it() {
        use SuccessionKind::{Merge, Split};
        let day = |n: u32| Date::from_ymd_opt(2025, 1, n).unwrap();
        let step = |kind, to: u8, n| SuccessionStep { kind, to: Some(to), on: day(n) };
        let open = UnitEnd { on: None, by_succession: false };
        let ended = open.under(&[step(Split, 1, 5), step(Merge, 2, 10), step(Merge, 3, 10)]);
        assert_eq!(ended, UnitEnd { on: Some(day(9)), by_succession: true });
        assert_eq!(ended.under(&[step(Merge, 3, 10)]), ended, "another one still ends it");
        assert_eq!(ended.under(&[step(Merge, 3, 20)]).on, Some(day(19)), "corrected");
        assert_eq!(ended.under(&[step(Split, 1, 5)]), open, "taken away");
        let entered = UnitEnd { on: Some(day(9)), by_succession: false };
        assert_eq!(entered.under(&[step(Merge, 3, 10)]), entered);
        assert_eq!(entered.under::<u8>(&[]), entered);
        assert!(ended.check(Some(day(9))).is_ok());
        assert_eq!(
            ended.check(Some(day(10))).map_err(|no| (no.code, no.pointer)),
            Err((Code::EndsBeforeStart, "/effective_on".to_owned()))
        );
        assert!(check_succession_removal(false, day(1)).is_ok());
        assert_eq!(check_succession_removal(true, day(1)).map_err(|no| no.code), Err(Code::SuccessionVerified));
    }

    #[test]
    fn the_time_of_a_unit_agrees_with_its_successions() {
        let day = |n: u32| Date::from_ymd_opt(2025, 1, n);
        let steps = [SuccessionStep { kind: SuccessionKind::Merge, to: Some(1_u8), on: day(10).unwrap() }];
        let check = |from, to| check_life(Span { from_on: from, to_on: to }, &steps).map_err(|no| no.pointer);
        assert_eq!(check(None, day(9)), Ok(()));
        assert_eq!(check(day(9), day(9)), Ok(()));
        assert_eq!(check(None, day(10)), Err("/to_on".to_owned()));
        assert_eq!(check(day(10), None), Err("/from_on".to_owned()));
        let there = |from, to| check_successor(Span { from_on: from, to_on: to }, day(10).unwrap()).map_err(|no| no.code);
        assert_eq!(there(day(10), None), Ok(()));
        assert_eq!(there(day(11), None), Err(Code::UnitNotYet));
        assert_eq!(there(None, day(9)), Err(Code::UnitEnded));
    }

    #[test]
    fn a_name_gives_its_time_back_to_the_one_it_ended() {
        let span = |from: &str, to: &str| Span { from_on: from.parse().ok(), to_on: to.parse().ok() };
        let before = span("", "2015-12-31");
        let taken = |time: Span, others: &[Span]| without_name("x", time, others).map_err(|no| no.code);
        assert_eq!(taken(Span::ALWAYS, &[]), Err(Code::LastName));
        assert_eq!(taken(span("2016-01-01", ""), &[before]), Ok(Some((0, Span::ALWAYS))));
        assert_eq!(taken(span("2016-01-01", "2020-12-31"), &[span("2021-01-01", ""), before]), Ok(Some((1, span("", "2020-12-31")))));
        assert_eq!(taken(span("2017-01-01", ""), &[before]), Ok(None), "nobody knows who bore what in between");
        assert_eq!(taken(before, &[span("2016-01-01", "")]), Ok(None), "a name does not begin earlier than it was said to");
    }

    #[test]
    fn successions_have_the_successor_their_kind_needs() {
        assert!(check_succession(SuccessionKind::Merge, &1, Some(&2)).is_ok());
        assert!(check_succession(SuccessionKind::Merge, &1, Some(&1)).is_err());
        assert!(check_succession(SuccessionKind::Merge, &1, None).is_err());
        assert!(check_succession(SuccessionKind::Dissolve, &1, None).is_ok());
        assert!(check_succession(SuccessionKind::Dissolve, &1, Some(&2)).is_err());
    }
}
