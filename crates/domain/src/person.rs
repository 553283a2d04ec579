//! Natural persons and their time in units.

use crate::words;

words! {
    /// Gender, where a person has stated it. Never required.
    pub enum Gender in "genders" {
        Female = "female", "Nữ", "Female";
        Male = "male", "Nam", "Male";
        Other = "other", "Khác", "Other";
    }
}
