//! Mail to users: the messages, and where they go.
//!
//! A mail is the one place outside the database where an address and a token meet; neither is logged, nor what a mail
//! server says, which may repeat them. What users wrote stands in no header, and in a text only by [`plain`].

pub mod graphql;
pub mod limit;
mod message;
mod order_code;
mod order_message;
mod outbox_folder;
mod smtp;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use platform_config::MailConfig;
use platform_jobs::JobError;
use platform_text::Email;

pub use limit::MailLimitError;
pub use message::{account_exists, password_reset, registration_code, verify_email};
pub use order_code::forget_sent;
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

/// What somebody wrote, such as a name, for the text of a mail: on one line, short, and so that no mail program makes a
/// link of a part of it.
pub fn plain(text: &str) -> String {
    const MAX: usize = 60;
    let mut plain = String::new();
    let mut letters = text.chars().take(MAX).peekable();
    while let Some(letter) = letters.next() {
        let before_more = letters.peek().is_some_and(|next| !next.is_whitespace());
        match letter {
            '.' if before_more => plain.push_str(". "),
            // Dots, slashes, colons and at signs of other scripts, which programs read as those of an address.
            '．' | '。' | '｡' | '․' if before_more => {
                plain.push(letter);
                plain.push(' ');
            }
            '/' | '\\' | ':' | '@' | '<' | '>' | '／' | '：' | '＠' | '﹕' | '﹫' => plain.push(' '),
            letter if letter.is_control() => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_makes_no_link_in_a_mail() {
        assert_eq!(plain("Ann Smith Jr."), "Ann Smith Jr.");
        assert_eq!(plain("https://evil.example/win"), "https evil. example win");
        assert_eq!(plain("You won: www.evil.example"), "You won www. evil. example");
        assert_eq!(plain("<a@evil.example>\r\nBcc: x"), "a evil. example Bcc x");
        assert_eq!(plain("win at evil．co evil。co evil｡co"), "win at evil． co evil。 co evil｡ co");
        assert_eq!(plain("https：／／evil＠x"), "https evil x");
        assert_eq!(plain(&"x".repeat(100)).len(), 60);
    }
}
