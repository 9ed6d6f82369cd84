//! What every feature of this subgraph works with.

use std::ops::Deref;
use std::sync::Arc;

use platform_jobs::JobError;
use platform_server::Platform;

use crate::mailer::{self, Mail, MailConfigError, MailError, Mailer};
use crate::password::{Hasher, HasherError};
use crate::token::{Keyring, VaultError};

/// Why this subgraph cannot begin its work.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Hasher(#[from] HasherError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Mail(#[from] MailConfigError),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    platform: Platform,
    hasher: Hasher,
    keyring: Keyring,
    /// `None` where none is set up: commands that only use the database need none.
    mailer: Option<Arc<dyn Mailer>>,
}

impl Deref for App {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0.platform
    }
}

impl App {
    pub fn new(platform: Platform) -> Result<Self, AppError> {
        let hasher = Hasher::new(&platform.config.auth)?;
        let keyring = Keyring::new(platform.database.clone(), platform.clock.clone(), &platform.config.auth)?;
        let folder = platform.data_dir.join(platform.name).join("mail");
        let mailer = mailer::mailer(&platform.config.mail, folder)?;
        Ok(Self(Arc::new(Inner { platform, hasher, keyring, mailer })))
    }

    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    pub fn keyring(&self) -> &Keyring {
        &self.0.keyring
    }

    /// Hands a mail over for delivery, from a job: it may fail, and then comes again.
    pub async fn send(&self, mail: &Mail) -> Result<(), JobError> {
        self.deliver(mail).await.map_err(MailError::into_job_error)
    }

    /// Hands a mail over for delivery. One that its server refuses for good is done with: nobody here can mend an address,
    /// and whoever names wrong ones must not fill what staff look after.
    pub async fn deliver(&self, mail: &Mail) -> Result<(), MailError> {
        match self.0.mailer.as_ref().ok_or(MailError::NotConfigured)?.send(mail).await {
            Err(error @ MailError::Refused { .. }) => {
                tracing::warn!(target: "souk", mail = mail.id, %error, "a mail is not delivered");
                Ok(())
            }
            // So it is with every mail, until the operator mends it.
            Err(error @ MailError::Sender { .. }) => {
                tracing::error!(target: "souk", mail = mail.id, %error, "no mail goes out");
                Err(error)
            }
            handed_over => handed_over,
        }
    }
}
