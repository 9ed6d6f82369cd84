//! What every feature of this subgraph works with.

use std::io;
use std::ops::Deref;
use std::sync::Arc;

use platform_server::Platform;

use crate::gateway::Gateways;
use crate::gateway::sandbox::Sandbox;
use crate::ledger::Ledger;

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    platform: Platform,
    sandbox: Arc<Sandbox>,
    gateways: Gateways,
    ledger: Ledger,
}

impl Deref for App {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0.platform
    }
}

impl App {
    pub fn new(platform: Platform) -> io::Result<Self> {
        let sandbox = Arc::new(Sandbox::open(platform.clone())?);
        let gateways = Gateways::default().with(sandbox.clone(), sandbox.is_served());
        let ledger = Ledger::new(platform.clock.clone(), platform.ids.clone());
        Ok(Self(Arc::new(Inner { platform, sandbox, gateways, ledger })))
    }

    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.0.sandbox
    }

    pub fn gateways(&self) -> &Gateways {
        &self.0.gateways
    }

    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }
}
