//! Rules of single items: how points come out of what was claimed, as data. The arithmetic lives with the score sheet.

use serde::{Deserialize, Serialize};

use crate::points::{Points, Quantity};
use crate::words;

words! {
    /// Which way a measured value is good.
    pub enum Better in "better-directions" {
        Higher = "higher", "Càng cao càng tốt", "The higher the better";
        Lower = "lower", "Càng thấp càng tốt", "The lower the better";
    }
}

words! {
    /// What is read off an index that others publish.
    pub enum IndexReading in "index-readings" {
        Value = "value", "Giá trị chỉ số", "Value of the index";
        Rank = "rank", "Thứ hạng", "Rank";
    }
}

/// How points come out of what was claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoringRule))]
pub enum Rule {
    /// Parts that are there or not, each with its points.
    Checklist {
        /// The parts; their points add up to the most of the item.
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        parts: Vec<Step>,
    },
    /// In proportion to how far a plan was met: the most × reached ÷ plan, or × plan ÷ reached where lower is better. Nothing
    /// reached where nothing was planned meets the plan; nothing reached where something was allowed exceeds it as far as can be.
    Linear {
        /// Which way the value is good.
        better: Better,
        /// The plan where it is one for all; absent, each unit states its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Quantity>,
        /// Whether a plan that was met in part gives its part; else nothing below the plan.
        #[serde(default = "yes")]
        partial: bool,
        /// Whether a plan that was exceeded gives more than the most of the item.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        over: Option<Over>,
    },
    /// By the band in which a value falls.
    Tiered {
        /// Whether the value is a rate in per cent, which can be claimed as a part of a whole.
        #[serde(default)]
        rate: bool,
        /// Least value there can be; absent, there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<Quantity>,
        /// Greatest value there can be; absent, there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Quantity>,
        /// The bands, which cover all values, each once.
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        bands: Vec<Band>,
    },
    /// By how many days late something was handed in.
    Deadline {
        /// From the earliest on; the last is open.
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        bands: Vec<DayBand>,
        /// Points where it was never handed in.
        #[serde(default)]
        never: Points,
    },
    /// A person gives points.
    Manual {
        /// Points go up by this: 0.5.
        step: Points,
    },
    /// By an index that others publish, such as PAR Index or PCI.
    ExternalIndex {
        /// Code of the index.
        index: String,
        /// What is read off it.
        reading: IndexReading,
        /// How a reading becomes points.
        scale: IndexScale,
    },
}

impl Rule {
    /// Most points of an item whose most is `max`: above it only where a plan may be exceeded.
    #[must_use]
    pub fn most(&self, max: Points) -> Points {
        match self {
            Self::Linear { over: Some(over), .. } => over.cap.unwrap_or(Points::of_units(Points::LIMIT)).max(max),
            _ => max,
        }
    }
}

const fn yes() -> bool {
    true
}

/// A named step with its points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ChecklistPart))]
pub struct Step {
    /// Key, unique in its item.
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
    /// Points when there.
    pub points: Points,
}

/// What more than the plan gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OverAchievement))]
pub struct Over {
    /// Most points in all, above the most of the item; absent, there is no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Points>,
}

/// Values between two ends. An end that is absent is open: the band goes to the end of all values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ValueBand))]
pub struct Band {
    /// Lower end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Quantity>,
    /// Whether the lower end belongs to it.
    #[serde(default = "yes")]
    pub from_inclusive: bool,
    /// Upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Quantity>,
    /// Whether the upper end belongs to it.
    #[serde(default)]
    pub to_inclusive: bool,
    /// Points of a value within.
    pub points: Points,
}

/// Days late, after those of the band before and up to these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = LateBand))]
pub struct DayBand {
    /// Last day late that belongs to it; 0 is the deadline itself. Absent in the last band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = -366, maximum = 3660))]
    pub up_to: Option<i32>,
    /// Points.
    pub points: Points,
}

/// How the reading of an index becomes points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum IndexScale {
    /// By the band in which it falls.
    Bands {
        /// Least reading there can be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<Quantity>,
        /// Greatest reading there can be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Quantity>,
        /// The bands, which cover all readings, each once.
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        bands: Vec<Band>,
    },
    /// In proportion between two readings, full and nothing beyond them.
    Linear {
        /// The reading that gives nothing.
        zero_at: Quantity,
        /// The reading that gives all; below `zero_at` where lower is better, as with ranks.
        full_at: Quantity,
    },
}

/// What gives or costs points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PointsCause))]
pub struct Cause {
    /// Key, unique in its row.
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
    /// Points each time: above zero, for a penalty too.
    pub points: Points,
    /// How often it can count.
    #[serde(default = "once")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub times: u32,
}

/// Most times a cause can count.
pub const TIMES_MAX: u32 = 1000;

const fn once() -> u32 {
    1
}

/// Points that a person gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = GivenPoints))]
pub struct Given {
    /// Most of them.
    pub most: Points,
    /// Points go up by this.
    pub step: Points,
}
