//! Natural persons and their time in units.

use crate::text;
use crate::words;

words! {
    /// Gender, where a person has stated it. Never required.
    pub enum Gender in "genders" {
        Female = "female", "Nữ", "Female";
        Male = "male", "Nam", "Male";
        Other = "other", "Khác", "Other";
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
}
