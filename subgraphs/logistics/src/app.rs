//! What every feature of this subgraph works with.

use std::ops::Deref;
use std::sync::Arc;

use platform_server::Platform;

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Platform>);

impl App {
    pub fn new(platform: Platform) -> Self {
        Self(Arc::new(platform))
    }
}

impl Deref for App {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0
    }
}
