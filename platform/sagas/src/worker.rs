//! The worker: drives sagas that are due because a pause, a deadline or a dead worker's lease has run out.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use platform_core::Clock;
use platform_database::{Database, StoreError};
use platform_leases::{Due, LeasedTable, Pace, Queue};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::sagas::{Sagas, Shared};
use crate::status::SagaStatus;
use crate::store::{self, Row, SAGAS};

/// How long a saga is kept after its end.
const RETENTION: Duration = Duration::from_secs(30 * 24 * 3_600);
const CLEANING_ROWS: u64 = 500;

struct Worker {
    shared: Arc<Shared>,
    kinds: Vec<&'static str>,
}

impl Sagas {
    /// Whether this process drives any kind of saga; where none does, there may be no table of them.
    pub fn drives_any(&self) -> bool {
        self.shared.registry.get().is_some_and(|registry| registry.kinds().next().is_some())
    }

    /// Works until `stop` is cancelled, and then until the sagas at work here rest.
    pub async fn run(&self, stop: CancellationToken) {
        let kinds = self.shared.registry.get().map(|r| r.kinds().collect()).unwrap_or_default();
        let worker = Worker { shared: self.shared.clone(), kinds };
        if worker.kinds.is_empty() {
            return stop.cancelled().await;
        }
        platform_leases::run(Arc::new(worker), stop).await;
    }
}

impl Queue for Worker {
    const TABLE: &'static LeasedTable = &SAGAS;
    // A saga whose step failed rings too, and is due after a pause.
    const RINGS_WHEN_DUE: bool = false;
    /// On its way, and listed as active from the claim on.
    type Claim = BoxFuture<'static, Option<SagaStatus>>;

    fn database(&self) -> &Database {
        &self.shared.at.database
    }

    fn clock(&self) -> &dyn Clock {
        &*self.shared.at.clock
    }

    fn pace(&self) -> Pace {
        self.shared.at.pace
    }

    fn rung(&self) -> &Notify {
        &self.shared.changed
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Self::Claim>, StoreError> {
        let now = self.shared.at.clock.now();
        let active: Vec<Uuid> = self.shared.active().keys().map(|id| id.0).collect();
        let until = now + self.shared.at.pace.lease;
        let due = Due { kinds: &self.kinds, except: &active, limit, now, until };
        let rows = SAGAS.claim_due(&self.shared.at.database, due).await?;
        rows.iter().map(|row| Ok(self.shared.drive(Row::read(row)?).boxed())).collect()
    }

    async fn work(&self, saga: Self::Claim) {
        saga.await;
    }

    async fn clean(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        while store::purge(&self.shared.at.database, now - RETENTION, CLEANING_ROWS).await? == CLEANING_ROWS {
        }
        Ok(())
    }

    async fn rest(&self) {
        loop {
            let next = self.shared.active().keys().next().copied();
            let Some(id) = next else { return };
            self.shared.wait(id).await;
        }
    }
}
