//! Criteria sets that come with the program: tables that were published, as far as they are known. What a source does not
//! say stands in the notes; nobody is scored on one before it has been completed.

use super::CriteriaSet;

const FILES: [&str; 5] = [
    include_str!("../../rules/criteria/hue-2018.toml"),
    include_str!("../../rules/criteria/hcmc-2008.toml"),
    include_str!("../../rules/criteria/dong-thap-2022.toml"),
    include_str!("../../rules/criteria/justice-2012.toml"),
    include_str!("../../rules/criteria/nghe-an-2025.toml"),
];

/// Published tables to start from.
///
/// # Errors
/// When a shipped file is broken, with line and field.
pub fn templates() -> Result<Vec<CriteriaSet>, toml::de::Error> {
    FILES.into_iter().map(toml::from_str).collect()
}
