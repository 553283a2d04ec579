//! What follows from a score: classes, gates and what decides between equals, as data.

use serde::{Deserialize, Serialize};

use crate::points::{Points, Quantity};
use crate::words;

words! {
    /// How a unit's tasks of the year were graded by who is charged with that.
    pub enum TaskGrade in "task-grades" {
        Excellent = "excellent", "Hoàn thành xuất sắc nhiệm vụ", "Tasks done excellently";
        Good = "good", "Hoàn thành tốt nhiệm vụ", "Tasks done well";
        Done = "done", "Hoàn thành nhiệm vụ", "Tasks done";
        NotDone = "not_done", "Không hoàn thành nhiệm vụ", "Tasks not done";
    }
}

words! {
    /// What counts as a criterion where a class asks a least share of every criterion.
    #[derive(Default)]
    pub enum ClassCriteria in "class-criteria" {
        #[default] Items = "items", "Từng mục chấm điểm", "Every item";
        Top = "top", "Từng nhóm ở cấp cao nhất", "Every part at the top of the tree";
    }
}

/// A class of totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreClass))]
pub struct Class {
    /// Key, unique among classes.
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
    /// Least total.
    pub at_least: Points,
    /// Least share of every criterion, in per cent of its most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_criterion: Option<Quantity>,
}

/// A condition with what it bars from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreGate))]
pub struct Gate {
    /// Key, unique among gates.
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
    /// When it bars.
    pub when: GateWhen,
    /// What from.
    pub then: GateThen,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// When a gate bars. What is not known yet bars nobody, but is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum GateWhen {
    /// Somebody declared that this is so.
    Fact {
        /// Name of what is declared.
        fact: String,
    },
    /// A part of the tree gives less than a share of its most.
    Below {
        /// Code of a group or item.
        item: String,
        /// The share, in per cent.
        percent: Quantity,
    },
    /// A part of the tree gives nothing; one of which nothing is known yet is left open.
    Zero {
        /// Code of a group or item.
        item: String,
    },
    /// Nothing was claimed for an item.
    Missing {
        /// Code of an item.
        item: String,
    },
    /// The tasks of the year were graded lower.
    TasksBelow {
        /// The lowest grade that does not bar.
        grade: TaskGrade,
    },
}

/// What a gate bars from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum GateThen {
    /// From the ranking.
    Excluded {},
    /// From the first ranks.
    RankAtBest {
        /// Best rank that stays open; 2 or more.
        #[cfg_attr(feature = "openapi", schema(minimum = 2, maximum = 1000))]
        rank: u32,
    },
    /// From the better classes.
    ClassAtMost {
        /// Code of the best class that stays open.
        class: String,
    },
}

/// What decides between equal totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TieBreaker {
    /// More bonus points.
    Bonus {},
    /// More points in the group that holds how the year's tasks were done.
    TaskGroup {},
    /// More points in a group.
    Group {
        /// Code of the group.
        group: String,
    },
    /// More points in an item.
    Item {
        /// Code of the item.
        item: String,
    },
    /// More votes in a secret ballot of the bloc.
    Ballot {},
    /// The order that the council decides.
    Council {},
}
