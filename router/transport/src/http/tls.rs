//! TLS to subgraphs, by the certificates that the machine trusts.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

/// Why TLS cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error(
        "an https or wss address needs trusted certificates, and this machine has none (install ca-certificates)"
    )]
    NoCertificates,
    #[error("TLS cannot be set up")]
    Setup(#[from] rustls::Error),
}

/// Reads the machine's certificates: only where an address asks for TLS, since not every machine has some.
pub fn client_config() -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a trusted certificate cannot be read");
    }
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(TlsError::NoCertificates);
    }
    empty_config(roots)
}

/// For clients that will never be asked to use TLS.
pub fn without_certificates() -> Result<ClientConfig, TlsError> {
    empty_config(RootCertStore::empty())
}

fn empty_config(roots: RootCertStore) -> Result<ClientConfig, TlsError> {
    // The provider is named, because a process may hold several and then there is no default.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
