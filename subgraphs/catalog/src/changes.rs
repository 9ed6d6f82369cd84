//! Announces committed changes to every process that caches or indexes the catalog.
//!
//! An announcement may be lost; then caches are stale for at most their lifetime, and the indexer finds the difference
//! by itself. What must not be lost is an event in the outbox.

use std::sync::Arc;

use futures::StreamExt;
use platform_cache::{Broadcast, Delivery};
use platform_core::id::{OfferId, ProductId};
use platform_database::Transaction;
use platform_server::Shutdown;
use serde::{Deserialize, Serialize};

const TOPIC: &str = "catalog.changes";

/// What a transaction changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Products of which buyers see something else, stock aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductId>,
    /// Offers of which the stock changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OfferId>,
    /// Categories, attributes, taxes or warehouses.
    #[serde(default)]
    pub references: bool,
}

impl Change {
    pub fn products(products: impl IntoIterator<Item = ProductId>) -> Self {
        Self { products: products.into_iter().collect(), ..Self::default() }
    }

    pub fn references() -> Self {
        Self { references: true, ..Self::default() }
    }
}

/// Something that is made of the catalog's data, and follows it.
pub trait Follower: Send + Sync {
    /// Takes note of what a change made stale. The change is committed.
    fn follow(&self, change: &Change);

    /// Takes note that changes were missed, nobody knows which.
    fn missed(&self);
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Changes {
    followers: Arc<[Arc<dyn Follower>]>,
    broadcast: Arc<dyn Broadcast>,
}

impl Changes {
    /// Each change is told to `followers` in their order.
    pub fn new(followers: impl Into<Arc<[Arc<dyn Follower>]>>, broadcast: Arc<dyn Broadcast>) -> Self {
        Self { followers: followers.into(), broadcast }
    }

    /// Announces `change` when `tx` commits. This process has applied it by the time the commit returns, so a caller
    /// reads its own writes.
    pub fn announce(&self, tx: &Transaction, change: Change) {
        if change == Change::default() {
            return;
        }
        let this = self.clone();
        tx.on_commit(move || {
            this.apply(&change);
            match serde_json::to_vec(&change) {
                Ok(payload) => this.broadcast.publish(TOPIC, payload.into()),
                Err(error) => tracing::error!(%error, "a change of the catalog cannot be announced"),
            }
        });
    }

    fn apply(&self, change: &Change) {
        self.followers.iter().for_each(|follower| follower.follow(change));
    }

    fn missed(&self) {
        self.followers.iter().for_each(|follower| follower.missed());
    }

    /// Applies what other processes announce, until shutdown.
    pub async fn listen(self, shutdown: Shutdown) {
        let mut deliveries = self.broadcast.subscribe(TOPIC).await;
        loop {
            let delivery = tokio::select! {
                () = shutdown.cancelled() => return,
                delivery = deliveries.next() => delivery,
            };
            match delivery {
                Some(Delivery::Message(payload)) => match serde_json::from_slice::<Change>(&payload) {
                    Ok(change) => self.apply(&change),
                    Err(error) => {
                        tracing::warn!(%error, "an announcement of another release cannot be read");
                        self.missed();
                    }
                },
                Some(Delivery::Lagged(_)) => self.missed(),
                None => return,
            }
        }
    }
}
