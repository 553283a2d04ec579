//! What is entered on a score sheet: claims and points of one item at one layer, and facts about the unit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Layer;
use crate::criteria_set::{Compiled, GateWhen, SlotKind, TaskGrade};
use crate::id::{IndexResultId, UserId};
use crate::points::{Points, Quantity};
use crate::recorded::Recorded;
use crate::refusal::{Code, Refusal, word_named};
use crate::time::Date;

/// What one layer says of one item. Zero is something said; an item without an entry is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreEntry))]
pub struct Entry {
    /// Code of the item, bonus or penalty.
    pub item: String,
    /// Who says so.
    pub layer: Layer,
    /// What was measured or done; absent, the claim of the layer below stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// Points that an assessor gives in place of what the rule gives; of a penalty, the points it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// Whether the item does not apply to the unit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_applicable: bool,
    /// Why; needed where points differ from what the rule gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub reason: Option<String>,
}

/// What was measured or done, in the form that the rule of the item takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreClaim))]
pub enum Claim {
    /// For a checklist: the parts that are there.
    Checklist {
        /// Codes of the parts.
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        parts: Vec<String>,
    },
    /// For a linear item.
    Measured {
        /// What was planned, where the criteria set does not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Quantity>,
        /// What was reached.
        actual: Quantity,
    },
    /// For a tiered item.
    Value {
        /// The value; of a rate, in per cent.
        value: Quantity,
    },
    /// For a tiered item that is a rate: taken exactly, not rounded first.
    Rate {
        /// How many of them.
        part: Quantity,
        /// Of how many.
        whole: Quantity,
    },
    /// For a deadline.
    Late {
        /// Days late; 0 on the day, below 0 before it.
        #[cfg_attr(feature = "openapi", schema(minimum = -366, maximum = 3660))]
        days: i32,
    },
    /// For a deadline, by its dates.
    HandedIn {
        /// The deadline.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
        due: Date,
        /// The day it came.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
        on: Date,
    },
    /// For a deadline: it never came.
    Never {},
    /// For a manual item.
    Points {
        /// Points given.
        points: Points,
    },
    /// For an external index.
    Index {
        /// Value or rank; absent while it is not published.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Quantity>,
        /// Whether it is not published yet and only expected.
        #[serde(default)]
        provisional: bool,
        /// The result that it is read off: named here, or found when it is published. What was typed without one stays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<IndexResultId>,
    },
    /// For a bonus or penalty.
    Causes {
        /// What happened, each cause in one row.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        causes: Vec<Counted>,
        /// Points given by a person beside them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        points: Option<Points>,
    },
}

/// A cause with how often it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CountedCause))]
pub struct Counted {
    /// Code of the cause.
    pub cause: String,
    /// How often.
    #[serde(default = "once")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub times: u32,
}

const fn once() -> u32 {
    1
}

/// What is known of the unit beside its scores: what gates look at, and whether it was there the whole year.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreFacts))]
pub struct Facts {
    /// What was declared, true or false; what is absent was not declared.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = declared))]
    pub declared: BTreeMap<String, bool>,
    /// How the tasks of the year were graded, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_grade: Option<TaskGrade>,
    /// Whether the unit was a member for a part of the year only: any item can then be left out that lies outside that part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub part_of_year: bool,
}

/// As many facts as a set has gates.
#[cfg(feature = "openapi")]
fn declared() -> utoipa::openapi::Object {
    use utoipa::openapi::ObjectBuilder;
    use utoipa::openapi::schema::{AdditionalProperties, Schema, Type};
    let fact = Schema::Object(ObjectBuilder::new().schema_type(Type::Boolean).build());
    let facts = ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(AdditionalProperties::from(fact)));
    facts
        .max_properties(Some(crate::criteria_set::PARTS_MAX))
        .description(Some("What was declared, true or false; what is absent was not declared."))
        .build()
}

/// That every fact declared is one that a gate of the set asks for: a slip of the pen would leave the gate open.
///
/// # Errors
/// [`Code::ScoreFactUnknown`] at the fact.
pub fn check_facts(set: &Compiled, facts: &Facts) -> Result<(), Refusal> {
    let asked: Vec<&str> = set
        .gates()
        .filter_map(|gate| match &gate.when {
            GateWhen::Fact { fact } => Some(fact.as_str()),
            _ => None,
        })
        .collect();
    match facts.declared.keys().find(|fact| !asked.contains(&fact.as_str())) {
        None => Ok(()),
        Some(fact) => {
            let known = if asked.is_empty() { "—".to_owned() } else { asked.join(", ") };
            let pointer = format!("/facts/declared/{}", fact.replace('~', "~0").replace('/', "~1"));
            Err(Refusal::at(pointer, Code::ScoreFactUnknown).with("fact", fact).with("known", known))
        }
    }
}

/// The most that a sheet can come to under a set.
#[must_use]
pub fn most_total(set: &Compiled) -> Points {
    let gives = |kind: &SlotKind| matches!(kind, SlotKind::Item { .. } | SlotKind::Bonus(_));
    set.slots().iter().filter(|slot| gives(&slot.kind)).map(|slot| slot.most).sum()
}

/// That nobody takes the place of another person's entry unseen: who names the version of the sheet has seen it, who entered
/// it before replaces the own words.
///
/// # Errors
/// [`Code::ScoreEntryOther`] at `/item`.
pub fn check_speaker(item: &str, layer: Layer, before: UserId, now: UserId, has_seen: bool) -> Result<(), Refusal> {
    if before == now || has_seen {
        return Ok(());
    }
    Err(Refusal::at("/item", Code::ScoreEntryOther).with("item", item).with("layer", word_named(layer)))
}

/// That a total or rank from paper names its paper.
///
/// # Errors
/// [`Code::ScorePaperMissing`] at `/recorded`.
pub fn check_paper(total: Option<Points>, rank: Option<i32>, recorded: Option<&Recorded>) -> Result<(), Refusal> {
    if recorded.is_none() && (total.is_some() || rank.is_some()) {
        return Err(Refusal::at("/recorded", Code::ScorePaperMissing));
    }
    Ok(())
}

/// That a total from paper is one that the set can give.
///
/// # Errors
/// [`Code::ScoreTotalOutside`] at `/recorded_total`.
pub fn check_total(set: &Compiled, total: Points) -> Result<(), Refusal> {
    let most = most_total(set);
    if total < Points::ZERO || total > most {
        return Err(Refusal::at("/recorded_total", Code::ScoreTotalOutside).with("total", total.figure()).with("most", most.figure()));
    }
    Ok(())
}
