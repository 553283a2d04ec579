//! Jobs: work that the service does by itself, a step at a time, so that one killed half-way goes on
//! where it was. How long a job stays somebody's, and how often it is tried.

use crate::access::{Kind, Verb};
use crate::lifecycle::{Life, Step};
use crate::words;

words! {
    /// What a job does.
    pub enum JobKind in "job-kinds" {
        ForgetOld = "forget_old", "Xóa dữ liệu đã quá hạn lưu", "Forget what is too old";
    }
}

words! {
    /// Where a job stands.
    pub enum JobStatus in "job-statuses" {
        Queued = "queued", "Đang chờ", "Queued";
        Running = "running", "Đang chạy", "Running";
        Done = "done", "Đã xong", "Done";
        Failed = "failed", "Thất bại", "Failed";
        Cancelled = "cancelled", "Đã hủy", "Cancelled";
    }
}

/// A job whose holder has said nothing for so long is free to be taken on.
pub const LEASE_SECONDS: i64 = 60;
/// A job is taken on so often at the most.
pub const ATTEMPTS: i32 = 5;

/// The life of a job.
#[derive(Debug)]
pub enum JobLife {}

const fn step(from: &'static [JobStatus], verb: Verb, to: JobStatus, automatic: bool) -> Step<JobStatus, ()> {
    Step { from, verb, to: Some(to), guards: &[], reason: false, confirm: false, automatic }
}

impl Life for JobLife {
    type State = JobStatus;
    type Facts = ();
    const KIND: Kind = Kind::Job;
    const BORN: JobStatus = JobStatus::Queued;
    const STEPS: &'static [Step<JobStatus, ()>] = &[
        step(&[JobStatus::Queued], Verb::Start, JobStatus::Running, true),
        step(&[JobStatus::Running], Verb::Finish, JobStatus::Done, true),
        step(&[JobStatus::Running], Verb::Fail, JobStatus::Failed, true),
        step(&[JobStatus::Queued, JobStatus::Running], Verb::Cancel, JobStatus::Cancelled, false),
    ];
}
