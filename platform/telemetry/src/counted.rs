//! A counter that is kept elsewhere, and read when the metrics are.

use std::sync::{Mutex, PoisonError};

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{IntCounter, Opts};

/// `read` never falls.
pub(crate) struct Counted<F> {
    counter: IntCounter,
    read: F,
    /// Who asks at the same time waits, so that nothing counts twice.
    reading: Mutex<()>,
}

impl<F: Fn() -> u64 + Send + Sync> Counted<F> {
    pub(crate) fn new(options: Opts, read: F) -> Result<Self, prometheus::Error> {
        Ok(Self { counter: IntCounter::with_opts(options)?, read, reading: Mutex::new(()) })
    }
}

impl<F: Fn() -> u64 + Send + Sync> Collector for Counted<F> {
    fn desc(&self) -> Vec<&Desc> {
        self.counter.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        self.counter.inc_by((self.read)().saturating_sub(self.counter.get()));
        self.counter.collect()
    }
}
