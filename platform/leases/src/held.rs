//! A row that is held while something is done for it.

use std::time::Duration;

use platform_core::Clock;
use platform_core::error::describe;
use platform_database::{Database, StoreError};
use uuid::Uuid;

use crate::table::LeasedTable;

/// A claimed row.
pub struct Held<'a> {
    pub table: &'static LeasedTable,
    pub database: &'a Database,
    pub clock: &'a dyn Clock,
    pub lease: Duration,
    pub id: Uuid,
    /// That of the claim.
    pub fence: i64,
}

impl Held<'_> {
    /// Does `work`, and renews the lease three times as often as it would run out. `None` when the lease is lost: then
    /// `work` is dropped where it stands.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        // Renewing waits its turn for a connection, which the work itself may hold: both are polled together.
        tokio::select! {
            outcome = work => Some(outcome),
            () = self.keep() => {
                let table = self.table.name;
                tracing::warn!(table, id = %self.id, fence = self.fence, "another worker has taken over");
                None
            }
        }
    }

    /// Renews the lease; returns when it is lost.
    async fn keep(&self) {
        loop {
            tokio::time::sleep(self.lease / 3).await;
            match self.renew().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let table = self.table.name;
                    tracing::warn!(table, id = %self.id, error = %describe(&error), "a lease is not renewed");
                }
            }
        }
    }

    async fn renew(&self) -> Result<bool, StoreError> {
        let until = self.clock.now() + self.lease;
        let renewed = self.table.renew(self.database, self.id, self.fence, until).await?;
        // Work that removes its row in a transaction of its own has none left, and is about to return.
        Ok(renewed || !self.table.exists(self.database, self.id).await?)
    }
}
