//! The way to subgraphs of other processes.

use std::sync::Arc;

use axum::http::{HeaderValue, Uri};
use platform_identity::{Caller, InternalKeys};
use router_transport::{CredentialSource, HttpOptions, HttpTransport, Transport};

#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    #[error("peers.{subgraph} = `{url}` is no address; write for example http://127.0.0.1:4002")]
    InvalidUrl { subgraph: String, url: String },
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
    let uri: Uri = address(subgraph, url, path)?;
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

/// `url` with `path`; `url` is http or https with a host, and no more.
pub(super) fn address(subgraph: &str, url: &str, path: &str) -> Result<Uri, RemoteError> {
    let base: Option<Uri> = url.parse().ok();
    let is_base = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    base.filter(is_base)
        .and_then(|_| format!("{}{path}", url.trim_end_matches('/')).parse().ok())
        .ok_or_else(|| RemoteError::InvalidUrl { subgraph: subgraph.to_owned(), url: url.to_owned() })
}
