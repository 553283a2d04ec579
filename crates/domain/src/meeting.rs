//! Meetings of a bloc: signing, interim, final, exchange; who came and what was minuted.

use crate::access::{Kind, Verb};
use crate::lifecycle::{Guard, Life, Step, plain};
use crate::refusal::Code;
use crate::time::Date;
use crate::words;

words! {
    /// What a meeting is for.
    pub enum MeetingKind in "meeting-kinds" {
        Signing = "signing", "Ký kết giao ước", "Pledge signing";
        Interim = "interim", "Sơ kết", "Interim review";
        Final = "final", "Tổng kết", "Final review";
        Exchange = "exchange", "Giao lưu, trao đổi kinh nghiệm", "Exchange of experience";
    }
}

words! {
    /// Where a meeting stands.
    pub enum MeetingStatus in "meeting-statuses" {
        Planned = "planned", "Dự kiến", "Planned";
        Held = "held", "Đã họp", "Held";
        Adopted = "adopted", "Đã thông qua biên bản", "Minutes adopted";
        Cancelled = "cancelled", "Đã hủy", "Cancelled";
    }
}

words! {
    /// Part of the day.
    pub enum DayPart in "day-parts" {
        Morning = "morning", "Sáng", "Morning";
        Afternoon = "afternoon", "Chiều", "Afternoon";
        Evening = "evening", "Tối", "Evening";
        WholeDay = "whole_day", "Cả ngày", "Whole day";
    }
}

words! {
    /// Whether a unit was there.
    pub enum Presence in "presences" {
        Present = "present", "Có mặt", "Present";
        Represented = "represented", "Có đại diện", "Represented";
        Excused = "excused", "Vắng có lý do", "Excused";
        Absent = "absent", "Vắng", "Absent";
    }
}

/// What the guards of a meeting look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeetingFacts {
    /// Date of the meeting.
    pub on: Date,
    /// Today.
    pub today: Date,
    /// Whether minutes are there, as text or as a document.
    pub has_minutes: bool,
}

/// The life of a meeting.
#[derive(Debug)]
pub enum MeetingLife {}

impl Life for MeetingLife {
    type State = MeetingStatus;
    type Facts = MeetingFacts;
    const KIND: Kind = Kind::Meeting;
    const BORN: MeetingStatus = MeetingStatus::Planned;
    const STEPS: &'static [Step<MeetingStatus, MeetingFacts>] = &[
        Step {
            from: &[MeetingStatus::Planned],
            verb: Verb::Hold,
            to: Some(MeetingStatus::Held),
            guards: &[Guard {
                code: Code::MeetingNotYet,
                holds: |facts| facts.on <= facts.today,
                binds_recorded: true,
                figures: |facts| vec![("date", facts.on.to_string())],
            }],
            reason: false,
            confirm: false,
            automatic: false,
        },
        Step {
            from: &[MeetingStatus::Held],
            verb: Verb::Adopt,
            to: Some(MeetingStatus::Adopted),
            guards: &[Guard { code: Code::MinutesMissing, holds: |facts| facts.has_minutes, binds_recorded: false, figures: plain }],
            reason: false,
            confirm: true,
            automatic: false,
        },
        Step {
            from: &[MeetingStatus::Planned],
            verb: Verb::Cancel,
            to: Some(MeetingStatus::Cancelled),
            guards: &[],
            reason: true,
            confirm: true,
            automatic: false,
        },
        Step {
            from: &[MeetingStatus::Planned, MeetingStatus::Held],
            verb: Verb::Edit,
            to: None,
            guards: &[],
            reason: false,
            confirm: false,
            automatic: false,
        },
    ];
}
