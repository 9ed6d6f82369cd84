//! Requests that are passed on to other servers. Each takes a connection there, however many of them come over one
//! connection here: so many are under way, those of one network a part of these, and further ones wait for a moment.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use platform_listener::{Reserved, Share, Shares};

use crate::answer::Refusal;

/// At once, of all clients; fewer where the process may not open as many files.
const MOST: usize = 1_024;
/// The part of one network is one of so many.
const PARTS: usize = 8;
/// How long a place is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Cloning shares it.
#[derive(Clone)]
pub struct UnderWay {
    places: Arc<Shares>,
    /// These connections and those of clients together are as many as the process may have.
    _files: Arc<Reserved>,
}

impl UnderWay {
    pub fn new() -> Self {
        let files = Reserved::at_most(MOST);
        Self { places: Shares::new(files.files(), files.files() / PARTS), _files: Arc::new(files) }
    }

    /// A place for a request, until it is dropped.
    pub async fn place(&self, network: IpAddr) -> Result<Share, Refusal> {
        let taken = tokio::time::timeout(PATIENCE, self.places.take(network, 1)).await;
        taken.map_err(|_| Refusal::too_many_passed_on())
    }
}
