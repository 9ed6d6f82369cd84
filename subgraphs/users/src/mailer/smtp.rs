//! Mail by SMTP (RFC 5321), in a conversation of its own for each mail.
//!
//! Headers are encoded by `lettre` from checked values, so that nothing that somebody wrote ends a line of one. Only what
//! a server says of a recipient or of a mail's text is final: a greeting, a login or a sender that it refuses is the
//! operator's to mend, and the mail waits for it.

mod server;

use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Category;
use lettre::{Address, Message};
use platform_config::MailConfig;
use platform_text::line;

use crate::mailer::{Mail, MailConfigError, MailError, Mailer, is_demo};
use server::Server;

pub struct Smtp {
    server: Server,
    from: Mailbox,
    /// The longest that one mail may take.
    timeout: Duration,
}

impl Smtp {
    pub fn new(config: &MailConfig) -> Result<Self, MailConfigError> {
        let address: Address = config.from.parse().map_err(|_| MailConfigError::From)?;
        let name = line("mail.from_name", &config.from_name, 100).map_err(|_| MailConfigError::FromName)?;
        let timeout = Duration::from_millis(config.timeout_ms);
        Ok(Self { server: Server::parse(&config.url)?, from: Mailbox::new(Some(name), address), timeout })
    }

    async fn converse(&self, message: &Message) -> Result<(), MailError> {
        let mut connection = self.server.connect(self.timeout).await.map_err(answered)?;
        let taken = hand_over(&mut connection, message).await;
        connection.abort().await;
        taken
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        if is_demo(&mail.to) {
            return Ok(());
        }
        let to: Address = mail.to.as_str().parse().map_err(|_| MailError::Malformed)?;
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|_| MailError::Malformed)?;
        match tokio::time::timeout(self.timeout, self.converse(&message)).await {
            Ok(taken) => taken,
            Err(_) => Err(MailError::Answer { code: "nothing in time".to_owned() }),
        }
    }
}

/// One mail, from MAIL FROM to the dot behind its text.
async fn hand_over(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), MailError> {
    let (envelope, text) = (message.envelope(), message.formatted());
    let is_foreign = |address: &Address| !AsRef::<str>::as_ref(address).is_ascii();
    let foreign = envelope.to().iter().chain(envelope.from()).any(is_foreign);
    let mut parameters = Vec::new();
    for (is_needed, extension, parameter) in [
        (foreign, Extension::SmtpUtfEight, MailParameter::SmtpUtfEight),
        (!text.is_ascii(), Extension::EightBitMime, MailParameter::Body(MailBodyParameter::EightBitMime)),
    ] {
        if is_needed && !connection.server_info().supports_feature(extension) {
            return Err(MailError::Lacks { extension: extension.to_string() });
        }
        if is_needed {
            parameters.push(parameter);
        }
    }
    connection.command(MailFrom::new(envelope.from().cloned(), parameters)).await.map_err(of_sender)?;
    for to in envelope.to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(of_mail)?;
    }
    connection.command(Data).await.map_err(of_mail)?;
    connection.message(&text).await.map(drop).map_err(of_mail)
}

/// What passes once a server, or our way to it, is mended. Of what the server said, the code alone: its words may repeat
/// the address.
fn answered(error: Error) -> MailError {
    match error.status() {
        Some(status) => MailError::Answer { code: status.to_string() },
        None => MailError::Connection(error),
    }
}

fn of_sender(error: Error) -> MailError {
    match error.status() {
        Some(status) if error.is_permanent() => MailError::Sender { code: status.to_string() },
        _ => answered(error),
    }
}

/// 55x is about the mailbox or the mail; 53x, of the server and our login, passes once that is mended.
fn of_mail(error: Error) -> MailError {
    match error.status() {
        Some(status) if error.is_permanent() && status.category == Category::MailSystem => {
            MailError::Refused { code: status.to_string() }
        }
        _ => answered(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_sender_is_named() {
        let config = MailConfig {
            url: "smtp://localhost".to_owned(),
            from: "x@y.z\r\nBcc: e@example.org".to_owned(),
            ..MailConfig::default()
        };
        assert!(matches!(Smtp::new(&config), Err(MailConfigError::From)));
    }
}
