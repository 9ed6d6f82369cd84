//! What every feature of this subgraph works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use platform_server::Platform;

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Platform>);

impl App {
    pub fn new(platform: Platform) -> Self {
        Self(Arc::new(platform))
    }

    pub fn database(&self) -> &Database {
        &self.0.database
    }

    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        self.0.database.begin().await
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    pub fn next_id<I: From<uuid::Uuid>>(&self) -> I {
        self.0.ids.next()
    }
}
