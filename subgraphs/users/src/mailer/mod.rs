//! How mails leave: to a mail server by SMTP, or into a folder.
//!
//! What mails say is the task of the features that send them, from jobs; so a mailer may fail, and is asked again.

mod outbox_folder;
mod smtp;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use platform_config::MailConfig;
use platform_jobs::JobError;
use platform_text::Email;

pub use outbox_folder::OutboxFolder;
use smtp::Smtp;

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
    #[error("no mailer is set up: set mail.url")]
    NotConfigured,
    #[error("the mail could not be written to the outbox folder")]
    Folder(#[source] std::io::Error),
    #[error("the address or the text cannot stand in a mail")]
    Malformed,
    #[error("the mail server answered {code}")]
    Answer { code: String },
    #[error(
        "the mail server takes no mail from this sender, check mail.from and the login in mail.url: {code}"
    )]
    Sender { code: String },
    #[error("the mail server has no {extension}, which this mail needs")]
    Lacks { extension: String },
    #[error("the mail server refuses this mail for good: {code}")]
    Refused { code: String },
    #[error("the mail server could not be spoken to")]
    Connection(#[source] lettre::transport::smtp::Error),
}

impl MailError {
    /// For a job: whether it is of use to try again.
    pub fn into_job_error(self) -> JobError {
        match self {
            Self::Malformed => JobError::reject(self.to_string()),
            other => other.into(),
        }
    }
}

/// A setting of mail is wrong.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    #[error(
        "mail.url must be `folder`, or a URL such as `smtps://user:password@mail.example.com` or `smtp://user:password@mail.example.com:587`"
    )]
    Url,
    #[error("mail.url names a mail server that cannot be used")]
    Server(#[source] lettre::transport::smtp::Error),
    #[error("mail.from must be the address that mails come from, such as `shop@example.com`")]
    From,
    #[error("mail.from_name must be one line of at most 100 characters")]
    FromName,
}

/// Where the addresses of the demo's users and guests are: nobody reads mail there.
const DEMO_DOMAIN: &str = "demo.souk.example";

/// Whether the address is one of the demo's, which is never given to a mail server: its own orders have mails, too.
fn is_demo(to: &Email) -> bool {
    to.key().rsplit_once('@').is_some_and(|(_, domain)| domain == DEMO_DOMAIN)
}

/// Takes mail for delivery. At least once: a mail may come again with the same id.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// The mailer that is set up, if one is. `folder` is where files go unless another folder is named.
pub fn mailer(config: &MailConfig, folder: PathBuf) -> Result<Option<Arc<dyn Mailer>>, MailConfigError> {
    match config.url.as_str() {
        "" => Ok(None),
        "folder" => {
            let named = Some(&config.folder).filter(|named| !named.is_empty()).map(PathBuf::from);
            Ok(Some(Arc::new(OutboxFolder::new(named.unwrap_or(folder)))))
        }
        _ => Ok(Some(Arc::new(Smtp::new(config)?))),
    }
}
