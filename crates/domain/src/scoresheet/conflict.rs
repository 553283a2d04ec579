//! Who may judge a sheet: nobody verifies the sheet of the own unit, and an office that belongs to it passes on. Roles and
//! rights live with access; relations in a council's ballot are declared there.

use super::Layer;
use crate::refusal::{Code, Refusal, word_named};

/// Layers at which others judge a unit. The council decides as a whole, with relations declared and shown.
const JUDGED_BY_OTHERS: [Layer; 3] = [Layer::CrossChecked, Layer::Verified, Layer::Standing];

/// Checks that a unit does not judge its own sheet. Standing above another unit is no conflict.
///
/// # Errors
/// [`Code::ScoreOwnSheet`].
pub fn check_assessor<U: PartialEq>(layer: Layer, assessor: &U, judged: &U) -> Result<(), Refusal> {
    if assessor == judged && JUDGED_BY_OTHERS.contains(&layer) {
        return Err(Refusal::at("/layer", Code::ScoreOwnSheet).with("layer", word_named(layer)));
    }
    Ok(())
}

/// Who judges, and who was passed over for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessor<'a, U> {
    /// The unit that judges.
    pub unit: &'a U,
    /// Those before it in line, each of which is the judged unit: the reason that the record gives.
    pub passed_over: &'a [U],
}

/// The first in line that is not the judged unit: leader, deputy, other members, a reviewer named by the council. `None` where
/// the council still has to name one.
pub fn assessor<'a, U: PartialEq>(judged: &U, line: &'a [U]) -> Option<Assessor<'a, U>> {
    let place = line.iter().position(|unit| unit != judged)?;
    let (passed_over, rest) = line.split_at_checked(place)?;
    rest.first().map(|unit| Assessor { unit, passed_over })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_judges_the_own_sheet() {
        for layer in JUDGED_BY_OTHERS {
            assert_eq!(check_assessor(layer, &1, &1).unwrap_err().code, Code::ScoreOwnSheet);
            assert_eq!(check_assessor(layer, &2, &1), Ok(()));
        }
        assert_eq!(check_assessor(Layer::Own, &1, &1), Ok(()));
        assert_eq!(check_assessor(Layer::Final, &1, &1), Ok(()));
    }

    #[test]
    fn an_office_of_the_judged_unit_passes_on() {
        assert_eq!(assessor(&1, &[2, 3]), Some(Assessor { unit: &2, passed_over: &[] }));
        assert_eq!(assessor(&2, &[2, 3]), Some(Assessor { unit: &3, passed_over: &[2] }));
        assert_eq!(assessor(&2, &[2]), None);
    }
}
