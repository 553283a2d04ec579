//! How close ranks are: advice for those who check scores near a rank that matters. It changes nothing.

use serde::Serialize;

use super::{Ranked, Ranking};
use crate::points::Points;

/// Two neighbours by points, gates aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RankMargin))]
pub struct Margin {
    /// Key of the unit above.
    pub above: String,
    /// Key of the unit below.
    pub below: String,
    /// Points between their totals: with so many more the unit below draws level. None where a tie-breaker put them in order.
    pub gap: Points,
    /// The fewest points with which the unit below passes the one above whatever decides between equals.
    pub to_pass: Points,
}

/// How far neighbours are apart, from the top on; units of the same total in the order that tie-breakers gave them.
#[must_use]
pub fn margins(ranking: &Ranking) -> Vec<Margin> {
    let mut rows: Vec<&Ranked> = ranking.rows.iter().collect();
    rows.sort_by(|a, b| a.before_gates.cmp(&b.before_gates).then_with(|| a.unit.cmp(&b.unit)));
    let margin = |(above, below): (&&Ranked, &&Ranked)| {
        let gap = above.total.minus(below.total);
        Margin { above: above.unit.clone(), below: below.unit.clone(), gap, to_pass: gap.plus(Points::of_units(1)) }
    };
    rows.iter().zip(rows.iter().skip(1)).map(margin).collect()
}
