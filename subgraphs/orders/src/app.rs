//! What every feature of this subgraph works with.

use std::ops::Deref;
use std::sync::Arc;

use platform_sagas::Sagas;
use platform_server::{Peers, Platform};

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Platform>);

impl Deref for App {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0
    }
}

impl App {
    pub fn new(platform: Platform) -> Self {
        Self(Arc::new(platform))
    }

    pub fn peers(&self) -> &Peers {
        &self.0.peers
    }

    pub fn sagas(&self) -> &Sagas {
        &self.0.sagas
    }
}
