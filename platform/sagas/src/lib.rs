//! Sagas: work in several steps, on several subgraphs, that is finished or undone whatever dies in between.
//!
//! Invariants:
//! - One worker at a time drives a saga, by a lease it renews; every claim raises the saga's fence, and progress is
//!   stored only under the fence that claimed it, so a worker that was given up for dead cannot overwrite its heir.
//! - Progress is stored where a run begins, turns and ends, in one row update, not after each step. After a crash the
//!   steps run again from there, so every step and every undo is idempotent, after later ones too; and what is undone is
//!   undone from the furthest step that a worker may have reached.
//! - A parked step has a deadline; a signal that comes before the step parks is not lost.
//! - A step that keeps failing makes its saga stuck: visible, kept, to be retried or given up by staff.
//! - What no repetition can change is not repeated: it undoes a saga that can still be undone.
//!
//! Deliberately absent: branches and parallel steps, and a history beside the row's last error.

mod abandon;
mod context;
mod engine;
mod operations;
mod outcome;
mod registry;
mod saga;
mod sagas;
mod status;
mod store;
mod worker;

mod migration;

pub use abandon::{Abandoned, Reach};
pub use context::StepContext;
pub use engine::Abandonment;
pub use migration::migrations;
pub use operations::{SagaFilter, SagaInfo};
pub use outcome::{OnDeadline, Outcome, StepError};
pub use registry::SagaRegistry;
pub use saga::{GiveUp, Saga, Step};
pub use sagas::{SagaError, Sagas};
pub use status::{SagaStatus, UnknownStatus};
