//! Households: who lives together, headed by one of them. A household is a subject of emulation in its own
//! right (Law on Emulation and Commendation 2022, article 2).

use crate::dated::Span;
use crate::refusal::{Code, Refusal};
use crate::words;

words! {
    /// How somebody belongs to a household.
    pub enum Bond in "household-bonds" {
        Head = "head", "Chủ hộ", "Head of the household";
        Spouse = "spouse", "Vợ, chồng", "Spouse";
        Child = "child", "Con", "Child";
        Parent = "parent", "Cha, mẹ", "Parent";
        Grandparent = "grandparent", "Ông, bà", "Grandparent";
        Grandchild = "grandchild", "Cháu", "Grandchild";
        Sibling = "sibling", "Anh, chị, em", "Sibling";
        Relative = "relative", "Người thân khác", "Another relative";
        Other = "other", "Người cùng ở", "Lives there too";
    }
}

/// A place in a household, as far as the rules look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// How.
    pub bond: Bond,
    /// When.
    pub span: Span,
}

/// Checks that somebody can take a place in a household: at any time it has one head, and a person lives in one
/// household.
///
/// # Errors
/// [`Code::HouseholdHeadTaken`] at `/bond`; [`Code::LivesElsewhere`] at `/person`.
pub fn check_place(new: Place, household: &[Place], same_person: &[Place]) -> Result<(), Refusal> {
    let overlaps = |other: &&Place| other.span.overlaps(new.span);
    if same_person.iter().any(|other| overlaps(&other)) {
        return Err(Refusal::at("/person", Code::LivesElsewhere));
    }
    if new.bond == Bond::Head && household.iter().filter(|other| other.bond == Bond::Head).any(|other| overlaps(&other)) {
        return Err(Refusal::at("/bond", Code::HouseholdHeadTaken));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(bond: Bond, from: &str, to: &str) -> Place {
        Place { bond, span: Span { from_on: from.parse().ok(), to_on: to.parse().ok() } }
    }

    #[test]
    fn one_head_at_a_time_and_one_household_for_each() {
        let code = |new: Place, household: &[Place], own: &[Place]| check_place(new, household, own).err().map(|no| no.code);
        let old = place(Bond::Head, "2000-01-01", "2019-12-31");
        assert_eq!(code(place(Bond::Head, "2020-01-01", ""), &[old], &[]), None);
        assert_eq!(code(place(Bond::Head, "2019-12-31", ""), &[old], &[]), Some(Code::HouseholdHeadTaken));
        assert_eq!(code(place(Bond::Spouse, "2010-01-01", ""), &[old], &[]), None);
        assert_eq!(code(place(Bond::Spouse, "2010-01-01", ""), &[], &[old]), Some(Code::LivesElsewhere));
        assert_eq!(code(place(Bond::Spouse, "2020-01-01", ""), &[], &[old]), None);
    }
}
