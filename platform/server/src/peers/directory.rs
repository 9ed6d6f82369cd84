//! Which transport leads to which subgraph's internal schema.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use router_transport::Transport;

/// Filled once all subgraphs of the process are built, since each may call the others. Cheap to clone; clones share.
#[derive(Clone, Default)]
pub struct PeerDirectory {
    transports: Arc<RwLock<HashMap<String, Arc<dyn Transport>>>>,
}

impl PeerDirectory {
    pub fn register(&self, subgraph: &str, transport: Arc<dyn Transport>) {
        self.transports
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(subgraph.to_owned(), transport);
    }

    pub fn get(&self, subgraph: &str) -> Option<Arc<dyn Transport>> {
        self.transports.read().unwrap_or_else(PoisonError::into_inner).get(subgraph).cloned()
    }

    /// Forgets every transport. In-process ones hold schemas that hold this directory; a stopped process lets go.
    pub fn clear(&self) {
        self.transports.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
