//! The life of a criteria set: drafted, published, replaced by an amendment or withdrawn. Once published its table
//! stays as it is.

use super::CriteriaSet;
use super::check::check;
use super::mapping::Mapping;
use crate::access::{Kind, Verb};
use crate::lifecycle::{Guard, Life, Step, plain};
use crate::missing::{Missing, absent};
use crate::refusal::{Code, Refusal, word_named};
use crate::words;

words! {
    /// Where a criteria set stands.
    pub enum CriteriaSetStatus in "criteria-set-statuses" {
        Draft = "draft", "Dự thảo", "Draft";
        Published = "published", "Đã ban hành", "Published";
        Replaced = "replaced", "Đã được thay thế", "Replaced";
        Withdrawn = "withdrawn", "Đã bãi bỏ", "Withdrawn";
    }
}

/// What the guards of a criteria set look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CriteriaSetFacts {
    /// What is wrong with the table and its mapping.
    pub faults: usize,
    /// Whether it amends another.
    pub amends: bool,
    /// Whether it comes with the program.
    pub template: bool,
    /// Whether the document that puts it in force is named.
    pub has_document: bool,
    /// Bloc years that are scored by it.
    pub bloc_years: usize,
}

impl CriteriaSetFacts {
    /// What is absent and stays listed until it is filled in.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        absent([(Missing::Document, self.has_document)])
    }
}

/// Every rule that can keep a table from being published.
pub const FAULTS: &[Code] = &[
    Code::CodeMalformed,
    Code::CriteriaCodeTwice,
    Code::CriteriaNameUnfit,
    Code::CriteriaEmpty,
    Code::CriteriaTooLarge,
    Code::CriteriaTooDeep,
    Code::CriteriaSumDiffers,
    Code::CriteriaPointsOutside,
    Code::CriteriaDeadItem,
    Code::CriteriaMostOutOfReach,
    Code::CriteriaBandGap,
    Code::CriteriaBandOverlap,
    Code::CriteriaBandReversed,
    Code::CriteriaDaysUnordered,
    Code::CriteriaLateRewarded,
    Code::CriteriaStepUnfit,
    Code::CriteriaCapUnfit,
    Code::CriteriaValueUnfit,
    Code::CriteriaUnknownItem,
    Code::CriteriaGateIdle,
    Code::CriteriaThresholdOrder,
    Code::CriteriaThresholdOutOfReach,
    Code::CriteriaClassesOpen,
    Code::CriteriaTieTwice,
    Code::MappingUnknown,
    Code::MappingTwice,
    Code::MappingMissing,
];

/// Everything that keeps a table from being published: faults of its own, and of how it carries on what it amends.
#[must_use]
pub fn faults(set: &CriteriaSet, amended: Option<(&CriteriaSet, &Mapping)>) -> Vec<Refusal> {
    let mut all = check(set);
    if let Some((before, mapping)) = amended {
        all.extend(mapping.check(before, set));
    }
    all
}

/// That a table can be amended or applied to bloc years: it is published, and somebody answers for it. Templates that
/// come with the program are copied first.
///
/// # Errors
/// [`Code::CriteriaNotPublished`], [`Code::CriteriaTemplate`] at `pointer`.
pub fn require_usable(pointer: &str, code: &str, status: CriteriaSetStatus, owned: bool) -> Result<(), Refusal> {
    if status != CriteriaSetStatus::Published {
        return Err(Refusal::at(pointer, Code::CriteriaNotPublished).with("set", code).with("state", word_named(status)));
    }
    if owned { Ok(()) } else { Err(Refusal::at(pointer, Code::CriteriaTemplate).with("set", code)) }
}

/// The life of a criteria set.
#[derive(Debug)]
pub enum CriteriaSetLife {}

impl Life for CriteriaSetLife {
    type State = CriteriaSetStatus;
    type Facts = CriteriaSetFacts;
    const KIND: Kind = Kind::CriteriaSet;
    const BORN: CriteriaSetStatus = CriteriaSetStatus::Draft;
    const STEPS: &'static [Step<CriteriaSetStatus, CriteriaSetFacts>] = &[
        Step {
            from: &[CriteriaSetStatus::Draft],
            verb: Verb::Publish,
            to: Some(CriteriaSetStatus::Published),
            guards: &[
                Guard {
                    code: Code::CriteriaFaulty,
                    holds: |facts| facts.faults == 0,
                    binds_recorded: true,
                    figures: |facts| vec![("count", facts.faults.to_string())],
                },
                Guard {
                    code: Code::AmendmentWithoutDocument,
                    holds: |facts| !facts.amends || facts.has_document,
                    binds_recorded: true,
                    figures: plain,
                },
            ],
            reason: false,
            confirm: true,
            automatic: false,
        },
        Step {
            from: &[CriteriaSetStatus::Published],
            verb: Verb::Replace,
            to: Some(CriteriaSetStatus::Replaced),
            guards: &[],
            reason: false,
            confirm: false,
            automatic: true,
        },
        Step {
            from: &[CriteriaSetStatus::Draft, CriteriaSetStatus::Published],
            verb: Verb::Withdraw,
            to: Some(CriteriaSetStatus::Withdrawn),
            guards: &[
                Guard {
                    code: Code::CriteriaInUse,
                    holds: |facts| facts.bloc_years == 0,
                    binds_recorded: true,
                    figures: |facts| vec![("count", facts.bloc_years.to_string())],
                },
                Guard { code: Code::CriteriaTemplate, holds: |facts| !facts.template, binds_recorded: true, figures: plain },
            ],
            reason: true,
            confirm: true,
            automatic: false,
        },
        Step {
            from: &[CriteriaSetStatus::Draft],
            verb: Verb::Edit,
            to: None,
            guards: &[],
            reason: false,
            confirm: false,
            automatic: false,
        },
    ];
}
