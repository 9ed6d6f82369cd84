//! Mail by SMTP (RFC 5321), in a conversation of its own for each mail.
//!
//! Headers are encoded by `lettre` from checked values, so that nothing that somebody wrote ends a line of one.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::Uri;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Category;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use platform_config::MailConfig;
use platform_text::line;

use crate::mail::{Mail, MailConfigError, MailError, Mailer};

pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The longest that one mail may take.
    timeout: Duration,
}

impl Smtp {
    pub fn new(config: &MailConfig) -> Result<Self, MailConfigError> {
        let address: Address = config.from.parse().map_err(|_| MailConfigError::From)?;
        let name = line("mail.from_name", &config.from_name, 100).map_err(|_| MailConfigError::FromName)?;
        let timeout = Duration::from_millis(config.timeout_ms);
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&encrypted(&config.url)?)
            .map_err(MailConfigError::Server)?;
        let transport = builder.timeout(Some(timeout)).build();
        Ok(Self { transport, from: Mailbox::new(Some(name), address), timeout })
    }
}

/// The URL with STARTTLS demanded, so that no password and no code goes over a network in the clear: unless the server
/// is on this machine, or the URL says otherwise.
fn encrypted(url: &str) -> Result<String, MailConfigError> {
    let parsed: Uri = url.parse().map_err(|_| MailConfigError::Url)?;
    let host = parsed.host().ok_or(MailConfigError::Url)?;
    match parsed.scheme_str() {
        Some("smtps") => return Ok(url.to_owned()),
        Some("smtp") => {}
        _ => return Err(MailConfigError::Url),
    }
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    let is_here = host == "localhost" || address.is_some_and(|address| address.is_loopback());
    match parsed.query() {
        Some(query) if query.contains("tls=") => Ok(url.to_owned()),
        Some(_) if !is_here => Ok(format!("{url}&tls=required")),
        None if !is_here => Ok(format!("{url}?tls=required")),
        _ => Ok(url.to_owned()),
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let to: Address = mail.to.as_str().parse().map_err(|_| MailError::Malformed)?;
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|_| MailError::Malformed)?;
        let sent = tokio::time::timeout(self.timeout, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(MailError::Answer { code: "nothing in time".to_owned() }),
        }
    }
}

/// Of what the server said, the code alone: its words may repeat the address.
fn failed(error: Error) -> MailError {
    let Some(status) = error.status() else { return MailError::Connection(error) };
    let code = status.to_string();
    // 55x is about the mailbox or the mail; 53x, of the server and our login, passes once that is mended.
    if error.is_permanent() && status.category == Category::MailSystem {
        MailError::Refused { code }
    } else {
        MailError::Answer { code }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_this_machine_in_the_clear() {
        let encrypted = |url: &str| encrypted(url).unwrap();
        assert_eq!(
            encrypted("smtp://u:p@mail.example.com:587"),
            "smtp://u:p@mail.example.com:587?tls=required"
        );
        for as_it_is in [
            "smtps://u:p@mail.example.com",
            "smtp://localhost:25",
            "smtp://127.0.0.1:2525",
            "smtp://[::1]:2525",
            "smtp://mail.example.com?tls=opportunistic",
        ] {
            assert_eq!(encrypted(as_it_is), as_it_is);
        }
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let config = |url: &str, from: &str| MailConfig {
            url: url.to_owned(),
            from: from.to_owned(),
            ..MailConfig::default()
        };
        for url in ["smtp", "http://mail.example.com", "smtp:///x", "mail.example.com"] {
            assert!(matches!(Smtp::new(&config(url, "a@b.example")), Err(MailConfigError::Url)), "{url}");
        }
        let wrong = Smtp::new(&config("smtp://localhost", "x@y.z\r\nBcc: e@example.org"));
        assert!(matches!(wrong, Err(MailConfigError::From)));
    }
}
