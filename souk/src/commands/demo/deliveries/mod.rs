//! Demo deliveries: what is ordered to the bundled city is packed, handed over and driven to its door, so that there is
//! always something to follow on the map.
//!
//! Everybody in it speaks the schemas of the subgraphs, as people's apps do: buyers order, sellers hand over, staff plans,
//! couriers drive and report where they are. Three vans are on the road as long as the process runs.

mod fleet;
mod parcels;
mod road;
mod van;
mod zones;

use std::time::Duration;

use anyhow::{Context, Result};
use platform_core::id::UserId;
use platform_server::{Host, Shutdown};
use users::demo::{COURIERS, DemoLogin, LOGINS};

use self::road::Road;
use super::calls::{self, Shop};
use super::hosted;

/// How often the vans move and report.
const TICK: Duration = Duration::from_secs(1);

/// Those who work in the demo.
struct Crew {
    shop: Shop,
    staff: platform_identity::Caller,
    seller: &'static DemoLogin,
}

impl Crew {
    fn of(host: &Host) -> Result<Self> {
        let login = |role: &str| LOGINS.iter().find(|login| login.role == role);
        let staff = calls::dispatcher(login("admin").context("there is a demo administrator")?);
        let seller = login("seller").context("there is a demo seller")?;
        Ok(Self { shop: Shop::of(host)?, staff, seller })
    }
}

/// Everybody who drives in the demo.
fn couriers() -> impl Iterator<Item = &'static DemoLogin> {
    LOGINS.iter().filter(|login| login.role == "courier").chain(&COURIERS)
}

/// The demo's deliveries of a process.
pub struct Deliveries(Road);

/// Makes depots, couriers, a delivery zone and pick-up points where they are missing, and sends the first vans on the road. Returns the token by which one of
/// their shipments is followed.
pub async fn begin(host: &Host) -> Result<(Deliveries, Option<String>)> {
    let crew = Crew::of(host)?;
    fleet::seed(&crew, &couriers().collect::<Vec<_>>()).await?;
    zones::seed(&crew).await?;
    let users: Vec<UserId> = couriers().map(|login| login.id).collect();
    let clock = hosted(host, "logistics")?.platform().clock.clone();
    let mut road = Road::new(crew, users, clock);
    road.fill(true).await?;
    let token = road.shown();
    Ok((Deliveries(road), token))
}

impl Deliveries {
    /// Lets the vans drive until the process stops. What goes wrong once is tried again: nobody's request hangs on it.
    pub async fn run(self, shutdown: Shutdown) {
        let Self(mut road) = self;
        while tokio::time::timeout(TICK, shutdown.cancelled()).await.is_err() {
            if let Err(error) = road.tick().await {
                tracing::debug!(target: "souk", error = &*error as &dyn std::error::Error, "a demo delivery waits");
            }
        }
    }
}
