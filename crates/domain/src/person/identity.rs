//! Identity papers: which there are, how their numbers are made, and what of a number is shown. How a number
//! is sealed and known again lives in `thidua-http`, what is kept of it in `thidua-store`.

use super::VIET_NAM;
use crate::refusal::{Code, Refusal, both};
use crate::vocabulary::Word;
use crate::words;

words! {
    /// Papers by which a person is known.
    pub enum PaperKind in "identity-papers" {
        CitizenCard = "citizen_card", "Căn cước, căn cước công dân (12 số)", "Citizen identity card (12 digits)";
        OldIdentityCard = "old_identity_card", "Chứng minh nhân dân (9 số)", "Former identity card (9 digits)";
        Passport = "passport", "Hộ chiếu", "Passport";
        ForeignPaper = "foreign_paper", "Giấy tờ tùy thân của nước ngoài", "Identity paper of another country";
    }
}

/// Characters of a number at the end that are shown.
const SHOWN: usize = 4;
/// Characters of a number that stay hidden at the least, however short it is.
const HIDDEN: usize = 4;

impl PaperKind {
    /// Whether the number stays the same for life, so that a person has one: the personal identifier of the
    /// identity law 26/2023/QH15, article 12.
    #[must_use]
    pub const fn is_for_life(self) -> bool {
        matches!(self, Self::CitizenCard)
    }

    /// Which country issues it: cards are Vietnamese, a passport is unless another country is named, and a
    /// foreign paper names its country, which is another.
    ///
    /// # Errors
    /// [`Code::CountryDoesNotFit`] at `/country`.
    pub fn country(self, named: Option<&str>) -> Result<String, Refusal> {
        let country = named.unwrap_or(if self == Self::ForeignPaper { "" } else { VIET_NAM });
        let fits = match self {
            Self::CitizenCard | Self::OldIdentityCard => country == VIET_NAM,
            Self::Passport => true,
            Self::ForeignPaper => !country.is_empty() && country != VIET_NAM,
        };
        if fits {
            return Ok(country.to_owned());
        }
        Err(Refusal::at("/country", Code::CountryDoesNotFit).with("paper", both(self.label().vi, self.label().en)))
    }

    /// A number in its one form: without blanks, dots and hyphens, letters large.
    ///
    /// # Errors
    /// [`Code::NumberMalformed`] at `/number`, which does not repeat what was typed.
    pub fn normal(self, country: &str, typed: &str) -> Result<String, Refusal> {
        let plain: String = typed.chars().filter(|letter| !matches!(letter, ' ' | '.' | '-' | '/')).flat_map(char::to_uppercase).collect();
        let digits = |from: usize| plain.get(from..).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        let plain_letters = plain.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = match self {
            Self::CitizenCard => plain.len() == 12 && digits(0),
            Self::OldIdentityCard => plain.len() == 9 && digits(0),
            Self::Passport if country == VIET_NAM => {
                matches!(plain.len(), 8 | 9) && plain.starts_with(|first: char| first.is_ascii_uppercase()) && digits(1)
            }
            Self::Passport => (5..=20).contains(&plain.len()) && plain_letters,
            Self::ForeignPaper => (4..=40).contains(&plain.len()) && plain_letters,
        };
        if fits {
            return Ok(plain);
        }
        let form = match self {
            Self::CitizenCard => both("12 chữ số", "12 digits"),
            Self::OldIdentityCard => both("9 chữ số", "9 digits"),
            Self::Passport if country == VIET_NAM => both("một chữ cái và 7 hoặc 8 chữ số", "one letter and 7 or 8 digits"),
            Self::Passport => both("5–20 chữ cái không dấu, chữ số", "5 to 20 plain letters and digits"),
            Self::ForeignPaper => both("4–40 chữ cái không dấu, chữ số", "4 to 40 plain letters and digits"),
        };
        Err(Refusal::at("/number", Code::NumberMalformed).with("paper", both(self.label().vi, self.label().en)).with("form", form))
    }

    /// What a number is known again by, before it is made a mark of: equal for equal numbers of one kind and
    /// country, and for nothing else.
    #[must_use]
    pub fn known_by(self, country: &str, normal: &str) -> String {
        format!("{} {country} {normal}", self.as_str())
    }

    /// Whether a person has but one number of the kind in their life: two people then, or a mistake.
    #[must_use]
    pub const fn one_for_life(self) -> bool {
        matches!(self, Self::CitizenCard)
    }
}

/// A number as it is shown unless its holder's keeper asks for it with a reason: its end, the rest starred.
#[must_use]
pub fn masked(normal: &str) -> String {
    let letters: Vec<char> = normal.chars().collect();
    let shown = SHOWN.min(letters.len().saturating_sub(HIDDEN));
    let hidden = letters.len() - shown;
    letters.iter().enumerate().map(|(place, letter)| if place < hidden { '*' } else { *letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        let normal = |kind: PaperKind, country: &str, typed: &str| kind.normal(country, typed).ok();
        assert_eq!(normal(PaperKind::CitizenCard, "VN", " 000 085-000.001 ").as_deref(), Some("000085000001"));
        assert_eq!(normal(PaperKind::CitizenCard, "VN", "00008500000"), None);
        assert_eq!(normal(PaperKind::CitizenCard, "VN", "00008500000A"), None);
        assert_eq!(normal(PaperKind::CitizenCard, "VN", "００００８５０００００１"), None, "digits are plain digits");
        assert_eq!(normal(PaperKind::OldIdentityCard, "VN", "000 123 456").as_deref(), Some("000123456"));
        assert_eq!(normal(PaperKind::Passport, "VN", "c1234567").as_deref(), Some("C1234567"));
        assert_eq!(normal(PaperKind::Passport, "VN", "12345678"), None);
        assert_eq!(normal(PaperKind::Passport, "FR", "12ab34567").as_deref(), Some("12AB34567"));
        assert_eq!(normal(PaperKind::ForeignPaper, "LA", "số"), None);
    }

    #[test]
    fn a_refused_number_is_not_repeated() {
        let refusal = PaperKind::CitizenCard.normal("VN", "00008500000").unwrap_err();
        assert!(!format!("{refusal:?}").contains("000085"), "{refusal:?}");
    }

    #[test]
    fn cards_are_of_this_country_and_foreign_papers_of_another() {
        let country = |kind: PaperKind, named: Option<&str>| kind.country(named).ok();
        assert_eq!(country(PaperKind::CitizenCard, None).as_deref(), Some("VN"));
        assert_eq!(country(PaperKind::CitizenCard, Some("LA")), None);
        assert_eq!(country(PaperKind::Passport, Some("LA")).as_deref(), Some("LA"));
        assert_eq!(country(PaperKind::Passport, None).as_deref(), Some("VN"));
        assert_eq!(country(PaperKind::ForeignPaper, None), None);
        assert_eq!(country(PaperKind::ForeignPaper, Some("VN")), None);
    }

    #[test]
    fn the_end_of_a_number_is_shown_and_never_most_of_it() {
        assert_eq!(masked("000085001234"), "********1234");
        assert_eq!(masked("C1234567"), "****4567");
        assert_eq!(masked("12345"), "****5");
        assert_eq!(masked("1234"), "****");
        assert_eq!(masked(""), "");
    }
}
