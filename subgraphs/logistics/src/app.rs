//! What every feature of this subgraph works with.

use std::ops::Deref;
use std::sync::Arc;

use platform_geo::{Geocoder, Roads};
use platform_server::{BuildError, Platform};

use crate::carrier::{Carriers, SandboxKeys};
use crate::live::Live;
use crate::maps::Maps;
use crate::print::{self, Printer};

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    platform: Platform,
    roads: Arc<dyn Roads>,
    geocoder: Arc<dyn Geocoder>,
    live: Live,
    printer: Printer,
    carriers: Carriers,
}

impl App {
    /// Routes are planned on the roads that the configuration names.
    pub fn new(platform: Platform) -> Result<Self, BuildError> {
        let Maps { roads, geocoder } = Maps::of(&platform.config.fulfilment, &platform.clock)?;
        let printer = print::printer(&platform.config.fulfilment)?;
        let sandbox = SandboxKeys::of(&platform.secrets)?;
        let carriers = Carriers::of(&platform.config.fulfilment, Some(&sandbox))?;
        let live = Live::default();
        Ok(Self(Arc::new(Shared { platform, roads, geocoder, live, printer, carriers })))
    }

    /// How far it is by road.
    pub fn roads(&self) -> &dyn Roads {
        &*self.0.roads
    }

    /// Where addresses are.
    pub fn geocoder(&self) -> &dyn Geocoder {
        &*self.0.geocoder
    }

    /// What prints labels.
    pub fn printer(&self) -> &Printer {
        &self.0.printer
    }

    /// Who brings parcels beside the own couriers.
    pub fn carriers(&self) -> &Carriers {
        &self.0.carriers
    }

    /// Where the vans are.
    pub fn live(&self) -> &Live {
        &self.0.live
    }
}

impl Deref for App {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0.platform
    }
}
