//! The gateway as a value: built once from a configuration, a supergraph and the ways to reach its subgraphs, then
//! served, reloaded and stopped.

use std::sync::Arc;

use crate::auth::{RevocationList, RevocationSource};
use crate::engine::{Engine, TransportFactory};
use crate::error::GatewayError;
use crate::forward::Mounts;
use crate::shared::Shared;

/// How long the start waits for the list of revocations.
const FIRST_POLL: std::time::Duration = std::time::Duration::from_secs(1);

/// A running edge. Cloning shares it.
#[derive(Clone)]
pub struct Gateway {
    pub(crate) shared: Arc<Shared>,
    pub(crate) mounts: Arc<Mounts>,
    pub(crate) transports: TransportFactory,
    pub(crate) revocation_source: Option<Arc<dyn RevocationSource>>,
}

impl Gateway {
    /// Replaces the supergraph. Plans of the most used documents are made first; requests and subscriptions under way
    /// end on the old one. On an error everything stays as it is.
    pub async fn reload(&self, supergraph_sdl: &str) -> Result<(), GatewayError> {
        let older = self.shared.engine.load_full();
        let (sdl, transports, config) =
            (supergraph_sdl.to_owned(), self.transports.clone(), self.shared.config.clone());
        let newer = tokio::task::spawn_blocking(move || Engine::build(&sdl, &transports, &config))
            .await
            .map_err(|_| GatewayError::Supergraph("reading it failed".to_owned()))??;
        newer.warm_up(&older).await;
        self.shared.engine.store(Arc::new(newer));
        tracing::info!("the supergraph was replaced");
        Ok(())
    }

    /// The list of revocations, for processes that hear of one before it is polled.
    pub fn revocations(&self) -> &RevocationList {
        &self.shared.revocations
    }

    /// Reads the revocations once, as long as that takes no more than a moment, then keeps reading them.
    pub(crate) async fn start_background(&self) {
        if let Some(source) = self.revocation_source.clone() {
            let first = self.shared.revocations.poll(source.as_ref());
            match tokio::time::timeout(FIRST_POLL, first).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "revocations cannot be read yet"),
                Err(_) => tracing::warn!("revocations cannot be read yet: no answer in time"),
            }
            let (list, stopping) = (self.shared.revocations.clone(), self.shared.stopping.clone());
            self.shared.tasks.spawn(async move {
                stopping.run_until_cancelled(list.keep_polling(source)).await;
            });
        }
    }
}
