//! What the sums of a sheet are called on paper.

use thidua_domain::vocabulary::Bilingual;

use crate::paper::words;

pub(super) const CONTENTS: Bilingual = words("Cộng nội dung", "Contents");
pub(super) const BONUS: Bilingual = words("Điểm thưởng", "Bonus");
pub(super) const PENALTIES: Bilingual = words("Điểm trừ", "Penalties");
pub(super) const TOTAL: Bilingual = words("Tổng điểm", "Total");

/// The sum of a line of an explanation.
pub(super) fn named(line: &str) -> Bilingual {
    match line {
        "contents" => CONTENTS,
        "bonus" => BONUS,
        "penalties" => PENALTIES,
        _ => TOTAL,
    }
}
