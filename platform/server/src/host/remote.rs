//! The way to subgraphs of other processes.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, Uri};
use platform_identity::{Caller, InternalKeys};
use reqwest::Client;
use router_transport::{CredentialSource, HttpOptions, HttpTransport, Transport};

/// How long a connection is kept unused: shorter than servers wait for the next request.
const MAX_IDLE: Duration = Duration::from_secs(8);

#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    #[error("{setting} = `{url}` is no address; write for example http://127.0.0.1:4002")]
    InvalidUrl { setting: String, url: String },
    #[error("no way to {subgraph} at {url}")]
    Client {
        subgraph: String,
        url: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Signs the caller of each request for the subgraph that it goes to.
pub struct SignedIdentity(pub InternalKeys);

impl CredentialSource for SignedIdentity {
    fn authorization(&self, caller: &Caller, audience: &str) -> Option<HeaderValue> {
        let token = match self.0.mint(caller, audience) {
            Ok(token) => token,
            Err(error) => {
                tracing::error!(target: "souk", %error, "an identity could not be signed");
                return None;
            }
        };
        let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// The transport to the schema at `path` (`/graphql` or `/internal/graphql`) of a subgraph at the base URL `url`.
pub fn remote_transport(
    subgraph: &str,
    url: &str,
    path: &str,
    keys: InternalKeys,
) -> Result<Arc<dyn Transport>, RemoteError> {
    let uri: Uri = address(&format!("peers.{subgraph}"), url, path)?;
    let credentials: Arc<dyn CredentialSource> = Arc::new(SignedIdentity(keys));
    match HttpTransport::new(subgraph, HttpOptions::new(uri), Some(credentials)) {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(source) => Err(RemoteError::Client {
            subgraph: subgraph.to_owned(),
            url: url.to_owned(),
            source: Box::new(source),
        }),
    }
}

/// Refuses what `setting` names, unless it is the base URL of a process.
pub fn check_address(setting: &str, url: &str) -> Result<(), RemoteError> {
    address(setting, url, "/").map(drop)
}

/// `url`, which `setting` names, with `path`; `url` is http or https with a host, and no more.
pub(super) fn address(setting: &str, url: &str, path: &str) -> Result<Uri, RemoteError> {
    let base: Option<Uri> = url.parse().ok();
    let is_base = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    base.filter(is_base)
        .and_then(|_| format!("{}{path}", url.trim_end_matches('/')).parse().ok())
        .ok_or_else(|| RemoteError::InvalidUrl { setting: setting.to_owned(), url: url.to_owned() })
}

/// Asks a subgraph at `uri` beside GraphQL.
pub(super) fn client(subgraph: &str, uri: &Uri) -> Result<Client, RemoteError> {
    let mut client =
        Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).pool_idle_timeout(MAX_IDLE);
    if uri.scheme_str() == Some("http") {
        // Plain HTTP needs no certificates, and some machines have none.
        client = client.tls_certs_only([]);
    }
    client.build().map_err(|source| RemoteError::Client {
        subgraph: subgraph.to_owned(),
        url: uri.to_string(),
        source: Box::new(source),
    })
}
