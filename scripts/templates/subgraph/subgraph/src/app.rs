//! What every feature of this subgraph works with.

use platform_server::Platform;

/// Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub platform: Platform,
}
