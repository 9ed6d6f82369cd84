//! What every feature of this subgraph works with.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use platform_files::{Files, Readers};
use platform_geo::{Geocoder, Roads};
use platform_server::{BuildError, Platform};

use crate::carrier::{Carriers, SandboxKeys};
use crate::coverage::{Points, Zones};
use crate::live::Live;
use crate::maps::Maps;
use crate::print::{self, Printer};

/// Path prefix of the URLs of photos, and of those to which they are sent.
pub const PROOFS_PREFIX: &str = "/proofs/";

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    platform: Platform,
    roads: Arc<dyn Roads>,
    geocoder: Arc<dyn Geocoder>,
    live: Live,
    zones: Zones,
    points: Points,
    proofs: Files,
    printer: Printer,
    carriers: Carriers,
}

impl App {
    /// Routes are planned on the roads that the configuration names.
    pub fn new(platform: Platform) -> Result<Self, BuildError> {
        let Maps { roads, geocoder } = Maps::of(&platform.config.fulfilment, &platform.clock)?;
        let printer = print::printer(&platform.config.fulfilment)?;
        let ttl = Duration::from_millis(platform.config.cache.local_ttl_ms);
        let sandbox = SandboxKeys::of(&platform.url_key);
        Ok(Self(Arc::new(Shared {
            zones: Zones::new(platform.database().clone(), ttl),
            points: Points::new(platform.database().clone(), ttl),
            proofs: Files::new(&platform, "proofs", PROOFS_PREFIX, Readers::Invited),
            carriers: Carriers::of(&platform.config.fulfilment, Some(&sandbox))?,
            platform,
            roads,
            geocoder,
            live: Live::default(),
            printer,
        })))
    }

    /// How far it is by road.
    pub fn roads(&self) -> &dyn Roads {
        &*self.0.roads
    }

    /// Where addresses are.
    pub fn geocoder(&self) -> &dyn Geocoder {
        &*self.0.geocoder
    }

    /// Where which services deliver.
    pub fn zones(&self) -> &Zones {
        &self.0.zones
    }

    /// Where buyers fetch parcels.
    pub fn points(&self) -> &Points {
        &self.0.points
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

    /// Photos that prove deliveries.
    pub fn proofs(&self) -> &Files {
        &self.0.proofs
    }
}

impl Deref for App {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0.platform
    }
}
