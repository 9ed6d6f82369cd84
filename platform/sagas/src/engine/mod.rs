//! Drives one claimed saga from step to step until it parks, ends, fails or is lost to another worker.
//!
//! What a step did is not stored when it ends: whoever takes over runs the steps again from the last one that was.
//! Stored is what ends the run (parked, failed, at its end), what turns it (aborted, past its pivot), a step with a
//! transaction of its own, and a run of which a third of its lease is gone, since only that renews the lease between
//! steps. So a row may be behind its saga; the fence under which it came to rest tells one that is not.

mod abandonment;
mod guard;
mod kind;
mod run;

pub use abandonment::Abandonment;
pub(crate) use abandonment::{Course, Goal};
pub(crate) use kind::{Drive, Typed};

use std::sync::Arc;

use platform_core::Clock;
use platform_database::Database;
use platform_leases::Pace;

/// What drives a saga needs of its surroundings.
pub(crate) struct Surroundings {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pace: Pace,
}
