//! Natural persons and their time in units. What they are known by stands in `person/identity.rs`; when
//! two records of one person become one, in `person/merge.rs`.

mod ethnicity;
pub mod identity;
pub mod merge;

pub use ethnicity::Ethnicity;

use crate::dated::not_after_today;
use crate::refusal::{Code, Refusal, both};
use crate::text;
use crate::time::Date;
use crate::words;

words! {
    /// Gender, where a person has stated it. Never required.
    pub enum Gender in "genders" {
        Female = "female", "Nữ", "Female";
        Male = "male", "Nam", "Male";
        Other = "other", "Khác", "Other";
    }
}

words! {
    /// From what somebody lives, as reports on commendation count it. Never required.
    pub enum Livelihood in "livelihoods" {
        Official = "official", "Cán bộ, công chức, viên chức", "Official or public employee";
        Worker = "worker", "Công nhân", "Worker";
        Farmer = "farmer", "Nông dân", "Farmer";
        Soldier = "soldier", "Lực lượng vũ trang", "Armed forces";
        Entrepreneur = "entrepreneur", "Doanh nhân", "Entrepreneur";
        Learner = "learner", "Học sinh, sinh viên", "Pupil or student";
        Retired = "retired", "Nghỉ hưu", "Retired";
        Other = "other", "Khác", "Other";
    }
}

/// A country as ISO 3166-1 names it in two letters, as served in the OpenAPI document.
pub const COUNTRY_PATTERN: &str = "^[A-Z]{2}$";

/// Whether a country is written so.
#[must_use]
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The country whose citizens are no foreigners here.
pub const VIET_NAM: &str = "VN";

/// Nobody dies in the future, nor before they were born.
///
/// # Errors
/// [`Code::DateInFuture`], [`Code::EndsBeforeStart`] at `/died_on`.
pub fn check_death(born_on: Option<Date>, died_on: Date, today: Date) -> Result<Date, Refusal> {
    not_after_today("/died_on", died_on, today)?;
    match born_on {
        Some(born) if died_on < born => {
            let (from, to) = (
                both(format!("{born} (ngày sinh)"), format!("{born} (birth)")),
                both(format!("{died_on} (ngày mất)"), format!("{died_on} (death)")),
            );
            Err(Refusal::at("/died_on", Code::EndsBeforeStart).with("from", from).with("to", to))
        }
        _ => Ok(died_on),
    }
}

/// The key under which people stand in order: Vietnamese lists go by the given name, which is
/// written last, then by the rest. A remark in parentheses is no part of the name.
#[must_use]
pub fn collation_key(full_name: &str) -> String {
    let name = full_name.split('(').next().unwrap_or_default().trim_end();
    let (rest, given) = name.rsplit_once(char::is_whitespace).unwrap_or(("", name));
    text::collation_key(&format!("{given} {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_stand_by_their_given_names() {
        let mut names = ["Trần Văn Bình", "Nguyễn Thị Lan (giả định)", "Đỗ An", "Lê Thị Lan", "Ân"];
        names.sort_by_key(|name| collation_key(name));
        assert_eq!(names, ["Đỗ An", "Ân", "Trần Văn Bình", "Lê Thị Lan", "Nguyễn Thị Lan (giả định)"]);
    }

    #[test]
    fn nobody_dies_tomorrow_or_before_birth() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let code = |born: Option<&str>, died: &str| check_death(born.map(day), day(died), day("2026-11-21")).err().map(|no| no.code);
        assert_eq!(code(Some("1950-01-01"), "2026-11-21"), None);
        assert_eq!(code(None, "1968-02-01"), None);
        assert_eq!(code(None, "2026-11-22"), Some(Code::DateInFuture));
        assert_eq!(code(Some("1950-01-01"), "1949-12-31"), Some(Code::EndsBeforeStart));
    }
}
