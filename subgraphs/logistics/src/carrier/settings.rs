//! The carriers that the configuration names.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use platform_config::{CarrierConfig, FulfilmentConfig};
use platform_identity::UrlKey;
use platform_webhooks::{InvalidSecret, Secret};

use super::Carriers;
use super::http::{Credential, HttpCarrier, HttpError};

/// The carrier that stands for one, which this installation serves itself.
pub const SANDBOX: &str = "sandbox";
/// What is signed as the token of the sandbox's carrier.
const TOKEN: &str = "token of the sandbox's carrier";
const MAX_CARRIERS: usize = 20;
const MAX_NAME: usize = 32;

/// Why the carriers cannot be as the configuration has them.
#[derive(Debug, thiserror::Error)]
pub enum CarriersError {
    #[error("fulfilment.carriers has at most {MAX_CARRIERS} entries")]
    TooMany,
    #[error(
        "fulfilment.carriers: `{0}` is no name; give each another, of up to {MAX_NAME} of a-z, 0-9 and -"
    )]
    Name(String),
    #[error("the carrier `{name}`: {source}")]
    Http { name: String, source: HttpError },
    #[error("the carrier `{name}`: the file {path} cannot be read")]
    File { name: String, path: PathBuf, source: std::io::Error },
    #[error("the carrier `{name}`: {source}")]
    Secret { name: String, source: InvalidSecret },
}

/// What the sandbox's carrier is asked with, and signs with: made of the key of this subgraph's URLs.
#[derive(Clone)]
pub struct SandboxKeys {
    pub token: String,
    pub webhooks: Secret,
}

impl SandboxKeys {
    pub fn of(key: &UrlKey) -> Self {
        // Neither is the text of a URL, which begins with a method and a path.
        let token = key.sign(TOKEN);
        let webhooks = Secret::new(key.sign("webhooks of the sandbox's carrier").into_bytes());
        Self { token, webhooks }
    }

    /// Whether somebody has the token.
    pub fn is_token(key: &UrlKey, given: &str) -> bool {
        key.is_signed(TOKEN, given)
    }
}

impl Carriers {
    pub fn of(config: &FulfilmentConfig, sandbox: Option<&SandboxKeys>) -> Result<Self, CarriersError> {
        if config.carriers.len() > MAX_CARRIERS {
            return Err(CarriersError::TooMany);
        }
        let mut carriers = BTreeMap::new();
        for entry in &config.carriers {
            let carrier: Arc<dyn super::Carrier> = Arc::new(carrier(entry, sandbox)?);
            if !is_name(&entry.name) || carriers.insert(entry.name.clone(), carrier).is_some() {
                return Err(CarriersError::Name(entry.name.clone()));
            }
        }
        Ok(Self(carriers))
    }
}

/// Fails where the carriers cannot be as the configuration has them.
pub fn check(config: &FulfilmentConfig) -> Result<(), CarriersError> {
    Carriers::of(config, None).map(drop)
}

fn carrier(entry: &CarrierConfig, sandbox: Option<&SandboxKeys>) -> Result<HttpCarrier, CarriersError> {
    let sandbox = sandbox.filter(|_| entry.name == SANDBOX);
    let credential = match read(entry, &entry.token_file)? {
        Some(token) => Some(Credential::Bearer(token)),
        None => sandbox.map(|keys| Credential::Sandbox(keys.token.clone())),
    };
    let webhooks = match read(entry, &entry.webhook_secret_file)? {
        Some(text) => Some(
            Secret::parse(&text)
                .map_err(|source| CarriersError::Secret { name: entry.name.clone(), source })?,
        ),
        None => sandbox.map(|keys| keys.webhooks.clone()),
    };
    HttpCarrier::new(&entry.url, credential, webhooks)
        .map_err(|source| CarriersError::Http { name: entry.name.clone(), source })
}

/// What a file says that the configuration names; `None` where it names none.
fn read(entry: &CarrierConfig, file: &str) -> Result<Option<String>, CarriersError> {
    if file.is_empty() {
        return Ok(None);
    }
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(source) => Err(CarriersError::File { name: entry.name.clone(), path: file.into(), source }),
    }
}

/// It stands in paths.
fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=MAX_NAME).contains(&name.len()) && name.chars().all(is_plain)
}
