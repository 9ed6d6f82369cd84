//! The connections of a database, counted by their pools when the metrics are read.

use std::sync::{Mutex, PoisonError};

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{IntGaugeVec, Opts};

/// A pool of connections at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    pub pool: &'static str,
    pub in_use: usize,
    pub idle: usize,
}

/// `read` tells of the same pools each time.
pub(crate) struct Pools<F> {
    gauge: IntGaugeVec,
    read: F,
    /// Who asks at the same time waits, so that what is told was so at one moment.
    reading: Mutex<()>,
}

impl<F: Fn() -> Vec<PoolUse> + Send + Sync> Pools<F> {
    pub(crate) fn new(options: Opts, read: F) -> Result<Self, prometheus::Error> {
        let gauge = IntGaugeVec::new(options, &["pool", "state"])?;
        Ok(Self { gauge, read, reading: Mutex::new(()) })
    }
}

impl<F: Fn() -> Vec<PoolUse> + Send + Sync> Collector for Pools<F> {
    fn desc(&self) -> Vec<&Desc> {
        self.gauge.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        for pool in (self.read)() {
            for (state, count) in [("in_use", pool.in_use), ("idle", pool.idle)] {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                self.gauge.with_label_values(&[pool.pool, state]).set(count);
            }
        }
        self.gauge.collect()
    }
}
