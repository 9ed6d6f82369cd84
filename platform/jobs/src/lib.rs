//! Durable jobs: work enqueued in the transaction that causes it, run at least once, and work that recurs.
//!
//! Invariants: one worker at a time holds a job, by a lease it renews; a worker that lost its lease cannot change the
//! row any more, because every claim raises the row's fence; a job that fails too often is kept as dead until someone
//! retries or discards it. Deliberately absent: priorities and workflows (several steps that must all happen or be
//! undone are a saga).

mod job;
mod migration;
mod queue;
mod schedule;
mod worker;

pub use job::{Job, JobContext, JobError, JobHandler, JobHandlers, RecurringJob};
pub use migration::migrations;
pub use queue::{JobFilter, JobInfo, JobOptions, JobStatus, Jobs};
