//! What every feature of this subgraph works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use platform_sagas::Sagas;
use platform_server::{Peers, Platform};

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Platform>);

impl App {
    pub fn new(platform: Platform) -> Self {
        Self(Arc::new(platform))
    }

    pub fn platform(&self) -> &Platform {
        &self.0
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

    pub fn peers(&self) -> &Peers {
        &self.0.peers
    }

    pub fn sagas(&self) -> &Sagas {
        &self.0.sagas
    }
}
