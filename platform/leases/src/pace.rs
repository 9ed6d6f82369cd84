//! How often, how long and how many.

use std::time::Duration;

use platform_config::JobsConfig;

/// The settings of a queue.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The longest pause between two looks for rows that are due.
    pub poll: Duration,
    /// How long a claim holds a row that is not renewed.
    pub lease: Duration,
    /// Rows that one process works at at once.
    pub concurrency: usize,
}

impl Pace {
    pub fn new(config: &JobsConfig) -> Self {
        Self {
            poll: Duration::from_millis(config.poll_interval_ms.max(10)),
            lease: Duration::from_millis(config.lease_ms.max(100)),
            concurrency: config.concurrency.max(1),
        }
    }
}

/// The pauses after failures in a row: each is twice the one before, up to the longest.
#[derive(Debug, Clone, Copy)]
pub struct Retries {
    pub first: Duration,
    pub longest: Duration,
}

impl Retries {
    /// The pause after so many failures.
    pub fn pause(&self, failures: u32) -> Duration {
        self.first.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(self.longest)
    }
}
