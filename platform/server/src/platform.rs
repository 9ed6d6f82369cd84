//! What the platform gives a subgraph to stand on.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_cache::{Broadcast, Cache};
use platform_core::{Clock, Ids};
use platform_database::{Database, StoreError, Transaction};
use platform_events::Outbox;
use platform_identity::{InternalKeys, KeyError};
use platform_jobs::Jobs;
use platform_sagas::Sagas;
use uuid::Uuid;

use crate::config::PlatformConfig;
use crate::peers::Peers;

/// Handed to [`crate::SubgraphDefinition::build`]. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    /// The subgraph's name.
    pub name: &'static str,
    pub config: Arc<PlatformConfig>,
    pub database: Database,
    pub clock: Arc<dyn Clock>,
    pub ids: Ids,
    pub outbox: Outbox,
    pub jobs: Jobs,
    pub sagas: Sagas,
    pub cache: Arc<dyn Cache>,
    pub broadcast: Arc<dyn Broadcast>,
    pub peers: Peers,
    pub secrets: Secrets,
    /// Where the process keeps files; a subgraph uses the folder of its name in it.
    pub data_dir: PathBuf,
}

impl Platform {
    pub fn database(&self) -> &Database {
        &self.database
    }

    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        self.database.begin().await
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn next_id<I: From<Uuid>>(&self) -> I {
        self.ids.next()
    }
}

/// Secrets that every process of the installation has, made of its signing key: nothing more has to be set up or kept.
#[derive(Clone)]
pub struct Secrets(InternalKeys);

impl Secrets {
    pub(crate) fn new(keys: InternalKeys) -> Self {
        Self(keys)
    }

    /// The secret for one purpose.
    pub fn of(&self, purpose: &str) -> Result<[u8; 32], KeyError> {
        self.0.secret(purpose)
    }
}
