//! Official documents: kinds, numbers and symbols, and who issued them.

use chrono::Datelike;

use crate::refusal::{Code, Refusal};
use crate::time::Date;
use crate::words;

words! {
    /// Kinds of official document (Decree 30/2020/NĐ-CP and Party practice).
    pub enum DocumentKind in "document-kinds" {
        Law = "law", "Luật", "Law";
        Resolution = "resolution", "Nghị quyết", "Resolution";
        Decree = "decree", "Nghị định", "Decree";
        Circular = "circular", "Thông tư", "Circular";
        Directive = "directive", "Chỉ thị", "Directive";
        Decision = "decision", "Quyết định", "Decision";
        Plan = "plan", "Kế hoạch", "Plan";
        Guidance = "guidance", "Hướng dẫn", "Guidance";
        Notice = "notice", "Thông báo", "Notice";
        Report = "report", "Báo cáo", "Report";
        Submission = "submission", "Tờ trình", "Submission";
        Minutes = "minutes", "Biên bản", "Minutes";
        OfficialLetter = "official_letter", "Công văn", "Official letter";
        Regulation = "regulation", "Quy chế", "Regulation";
        Pledge = "pledge", "Giao ước", "Pledge";
        Other = "other", "Văn bản khác", "Other";
    }
}

/// Longest symbol, in characters.
pub const SYMBOL_MAX: usize = 80;

/// The form in which symbols are compared: accents and case go, and the type of the document meets
/// its issuer in one way, so that `01-NQ/CP` and `01/NQ-CP` are the same document.
#[must_use]
pub fn normal_symbol(raw: &str) -> String {
    let folded = crate::text::fold(raw);
    let mut parts: Vec<String> = folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(|part| {
            let digits = part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.trim_start_matches('0').to_owned() } else { part.to_owned() }
        })
        .collect();
    if let Some(first) = parts.first_mut()
        && first.is_empty()
    {
        "0".clone_into(first);
    }
    parts.join("-")
}

/// The year within which a document is numbered: books begin anew every first of January.
#[must_use]
pub fn numbered_in(issued_on: Date) -> i32 {
    issued_on.year()
}

/// Checks that an issuer is a unit or, for want of one, a name as written; never both. Neither is
/// allowed: what is absent stays listed as missing.
///
/// # Errors
/// [`Code::ReferenceAmbiguous`] at `/issuer_name`.
pub fn one_issuer(unit: Option<&str>, name: Option<&str>) -> Result<(), Refusal> {
    if unit.is_some() && name.is_some() {
        return Err(Refusal::at("/issuer_name", Code::ReferenceAmbiguous).with("fields", "issuer, issuer_name"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_a_unit_or_a_name() {
        assert!(one_issuer(None, None).is_ok());
        assert!(one_issuer(Some("CP"), None).is_ok());
        assert_eq!(one_issuer(Some("CP"), Some("Chính phủ")).unwrap_err().code, Code::ReferenceAmbiguous);
    }

    #[test]
    fn two_spellings_of_one_symbol_meet() {
        assert_eq!(normal_symbol("01-NQ/CP"), normal_symbol("01/NQ-CP"));
        assert_eq!(normal_symbol("05- CT/TW"), normal_symbol("05-CT/TW"));
        assert_eq!(normal_symbol("1954/UBND-TH"), "1954-ubnd-th");
        assert_ne!(normal_symbol("77/2025/QĐ-UBND"), normal_symbol("77/QĐ-UBND"));
        assert_ne!(normal_symbol("01/NQ-CP"), normal_symbol("02/NQ-CP"));
        assert_ne!(normal_symbol("15a/QĐ-UBND"), normal_symbol("15/QĐ-UBND"));
    }
}
