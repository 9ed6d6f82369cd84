//! The mail server that `mail.url` names, and the way to it: up to where it takes mail from this process.
//!
//! Invariant: no password and no code goes over a network in the clear, unless the URL asks for it by name.

use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::mailer::MailConfigError;

/// Where mail goes, and how this process makes itself known there.
pub struct Server {
    host: String,
    port: u16,
    tls: Tls,
    hello: ClientId,
    login: Option<Credentials>,
}

impl Server {
    /// Reads `smtps://user:password@host:port/name` or `smtp://…`, where `name` is said in EHLO. STARTTLS is demanded,
    /// unless the server is on this machine, or `?tls=opportunistic` says otherwise.
    pub fn parse(url: &str) -> Result<Self, MailConfigError> {
        let url = Url::parse(url).map_err(|_| MailConfigError::Url)?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        if host.is_empty() {
            return Err(MailConfigError::Url);
        }
        let asked = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let encrypted = || TlsParameters::new(host.clone()).map_err(MailConfigError::Server);
        let (tls, port) = match (url.scheme(), asked.as_deref()) {
            ("smtps", _) => (Tls::Wrapper(encrypted()?), SUBMISSIONS_PORT),
            ("smtp", Some("required")) => (Tls::Required(encrypted()?), SUBMISSION_PORT),
            ("smtp", Some("opportunistic")) => (Tls::Opportunistic(encrypted()?), SUBMISSION_PORT),
            ("smtp", None) if is_here(&host) => (Tls::None, SMTP_PORT),
            ("smtp", None) => (Tls::Required(encrypted()?), SUBMISSION_PORT),
            _ => return Err(MailConfigError::Url),
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        let login = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        Ok(Self { port: url.port().unwrap_or(port), host, tls, hello, login })
    }

    /// A conversation in which the server has greeted, encrypted and believed this process, as far as the URL asks for it.
    pub async fn connect(&self, timeout: Duration) -> Result<AsyncSmtpConnection, Error> {
        let (at, timeout) = ((self.host.as_str(), self.port), Some(timeout));
        let wrapped = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(at, timeout, &self.hello, wrapped, None).await?;
        match &self.tls {
            Tls::Required(parameters) => connection.starttls(parameters.clone(), &self.hello).await?,
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &self.hello).await?;
            }
            _ => {}
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await?;
        }
        Ok(connection)
    }
}

/// Whether a server is on this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn decoded(part: &str) -> Result<String, MailConfigError> {
    let decoded = percent_decode_str(part).decode_utf8().map_err(|_| MailConfigError::Url)?;
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_this_machine_in_the_clear() {
        let server = |url: &str| Server::parse(url).unwrap();
        for elsewhere in ["smtp://u:p@mail.example.com", "smtp://mail.example.com:587?tls=required"] {
            let server = server(elsewhere);
            assert!(matches!(server.tls, Tls::Required(_)), "{elsewhere}");
            assert_eq!(server.port, 587, "{elsewhere}");
        }
        let wrapped = server("smtps://u:p%40ss@mail.example.com/shop.example");
        assert!(matches!(wrapped.tls, Tls::Wrapper(_)));
        assert_eq!((wrapped.port, wrapped.hello), (465, ClientId::Domain("shop.example".to_owned())));
        assert_eq!(wrapped.login, Some(Credentials::new("u".to_owned(), "p@ss".to_owned())));
        for here in ["smtp://localhost:25", "smtp://127.0.0.1", "smtp://[::1]:25"] {
            let server = server(here);
            assert!(matches!(server.tls, Tls::None), "{here}");
            assert_eq!(server.port, 25, "{here}");
        }
        let asked_for = server("smtp://mail.example.com?tls=opportunistic");
        assert!(matches!(asked_for.tls, Tls::Opportunistic(_)));
    }

    #[test]
    fn an_address_that_is_no_mail_server_is_refused() {
        for url in ["smtp", "http://mail.example.com", "smtp:///x", "mail.example.com", "smtp://a?tls=no"] {
            assert!(matches!(Server::parse(url), Err(MailConfigError::Url)), "{url}");
        }
    }
}
