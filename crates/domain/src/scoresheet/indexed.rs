//! Claims that rest on an index: which of them wait for its result, and what they say once it is there. The points are worked
//! out in `formula`.

use super::Claim;
use crate::criteria_set::{Compiled, IndexReading, Rule, SlotKind};
use crate::id::IndexResultId;
use crate::points::Quantity;

/// What a result of an index says, as far as claims care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The result.
    pub result: IndexResultId,
    /// Value.
    pub value: Option<Quantity>,
    /// Rank; 1 is the best.
    pub rank: Option<i32>,
}

impl Published {
    fn read(&self, reading: IndexReading) -> Option<Quantity> {
        match reading {
            IndexReading::Value => self.value,
            IndexReading::Rank => self.rank.map(|rank| Quantity::of_units(i64::from(rank) * Quantity::ONE)),
        }
    }

    /// What it claims; waiting on where it does not say what is read.
    #[must_use]
    pub fn claim(&self, reading: IndexReading) -> Claim {
        let value = self.read(reading);
        Claim::Index { value, provisional: false, result: value.map(|_| self.result) }
    }
}

impl Claim {
    /// Whether it waits for an index: nothing was read yet, or what is expected.
    #[must_use]
    pub const fn waits(&self) -> bool {
        matches!(self, Self::Index { value, provisional, result: None } if value.is_none() || *provisional)
    }

    /// The result that it was read off.
    #[must_use]
    pub const fn cites(&self) -> Option<IndexResultId> {
        match self {
            Self::Index { result, .. } => *result,
            _ => None,
        }
    }

    /// What becomes of it when a result is published, corrected, or turns out to be another's (`None`): a claim that waits is
    /// read off it, one that cites it follows, and what was typed stays as it is. `None` where nothing changes.
    #[must_use]
    pub fn follow(&self, reading: IndexReading, result: IndexResultId, now: Option<&Published>) -> Option<Self> {
        let cites = self.cites() == Some(result);
        let follows = match now {
            // What is expected is worth more than nothing.
            Some(now) => cites || (self.waits() && now.read(reading).is_some()),
            None => cites,
        };
        let claim = now.map_or(Self::Index { value: None, provisional: false, result: None }, |now| now.claim(reading));
        (follows && claim != *self).then_some(claim)
    }
}

/// The index on which an item rests, and what is read off it.
#[must_use]
pub fn index_of<'a>(set: &'a Compiled, item: &str) -> Option<(&'a str, IndexReading)> {
    let slot = set.place(item).and_then(|place| set.slots().get(place))?;
    match &slot.kind {
        SlotKind::Item { rule: Rule::ExternalIndex { index, reading, .. }, .. } => Some((index, *reading)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    #[test]
    fn claims_follow_what_is_published_and_nothing_typed_is_lost() {
        let whole = |n: i64| Quantity::of_units(n * Quantity::ONE);
        let (one, other): (IndexResultId, IndexResultId) = (Id::new(uuid::Uuid::from_u128(1)), Id::new(uuid::Uuid::from_u128(2)));
        let published = Published { result: one, value: Some(whole(87)), rank: None };
        let index = |value, provisional, result| Claim::Index { value, provisional, result };
        let waiting = index(None, false, None);
        let read = index(Some(whole(87)), false, Some(one));
        let follow = |claim: &Claim, now: Option<&Published>| claim.follow(IndexReading::Value, one, now);
        assert_eq!(follow(&waiting, Some(&published)), Some(read.clone()));
        assert_eq!(follow(&index(Some(whole(80)), true, None), Some(&published)), Some(read.clone()));
        assert_eq!(follow(&index(Some(whole(80)), false, None), Some(&published)), None);
        assert_eq!(follow(&read, Some(&published)), None);
        assert_eq!(follow(&index(Some(whole(1)), false, Some(one)), Some(&published)), Some(read.clone()));
        assert_eq!(follow(&index(Some(whole(1)), false, Some(other)), Some(&published)), None);
        // What is expected stays while the result does not say what is read.
        assert_eq!(index(Some(whole(3)), true, None).follow(IndexReading::Rank, one, Some(&published)), None);
        assert_eq!(read.follow(IndexReading::Rank, one, Some(&published)), Some(waiting.clone()));
        // The result is another unit's after all.
        assert_eq!(follow(&read, None), Some(waiting.clone()));
        assert_eq!(follow(&waiting, None), None);
        assert_eq!(follow(&Claim::Never {}, Some(&published)), None);
        assert_eq!(Published { rank: Some(4), ..published }.claim(IndexReading::Rank), index(Some(whole(4)), false, Some(one)));
    }
}
