//! What every feature of this subgraph works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_database::{Database, Transaction};
use platform_server::Platform;
use sea_orm::DbErr;

use crate::mail::{Mailer, OutboxFolder};
use crate::password::{Hasher, HasherError};
use crate::token::{Keyring, VaultError};

/// Why this subgraph cannot begin its work.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Hasher(#[from] HasherError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    platform: Platform,
    hasher: Hasher,
    keyring: Keyring,
    mailer: Arc<dyn Mailer>,
}

impl App {
    pub fn new(platform: Platform) -> Result<Self, AppError> {
        let hasher = Hasher::new(&platform.config.auth)?;
        let keyring = Keyring::new(platform.database.clone(), platform.clock.clone(), &platform.config.auth)?;
        let mailer = Arc::new(OutboxFolder::new(platform.data_dir.join(platform.name).join("mail")));
        Ok(Self(Arc::new(Inner { platform, hasher, keyring, mailer })))
    }

    pub fn platform(&self) -> &Platform {
        &self.0.platform
    }

    pub fn database(&self) -> &Database {
        &self.0.platform.database
    }

    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        self.0.platform.database.begin().await
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.0.platform.clock.now()
    }

    pub fn next_id<I: From<uuid::Uuid>>(&self) -> I {
        self.0.platform.ids.next()
    }

    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    pub fn keyring(&self) -> &Keyring {
        &self.0.keyring
    }

    pub fn mailer(&self) -> &dyn Mailer {
        &*self.0.mailer
    }
}
