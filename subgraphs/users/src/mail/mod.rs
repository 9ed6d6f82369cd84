//! Mail to users: the messages, and where they go.
//!
//! A mail is the one place outside the database where an address and a token meet; neither is logged.

pub mod graphql;
mod message;
mod order_code;
mod outbox_folder;

use async_trait::async_trait;

use crate::email::Email;

pub use message::{password_reset, verify_email};
pub use order_code::forget_sent;
pub use outbox_folder::OutboxFolder;

/// A text mail.
#[derive(Clone)]
pub struct Mail {
    /// Stable over attempts, so that a sink can tell a repetition.
    pub id: String,
    pub to: Email,
    pub subject: String,
    pub text: String,
}

/// The mail was not taken; for the log, without the address.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the mail could not be written to the outbox folder")]
    Folder(#[source] std::io::Error),
}

/// Takes mail for delivery. At least once: a mail may come again with the same id.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
