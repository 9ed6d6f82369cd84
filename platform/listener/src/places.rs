//! The places for connections: in all, of the process, and of one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::{Options, descriptors};

/// The places of one listener.
pub struct Places {
    total: Arc<Semaphore>,
    by_address: Arc<ByAddress>,
    /// Tells the connection that has waited longest for it to leave, if it may.
    leave: Notify,
    /// When the operator was last told that there is no place.
    warned: Mutex<Option<Instant>>,
}

struct ByAddress {
    most: usize,
    /// Only addresses that have a connection.
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// A place in the total. Given back when dropped.
pub struct Place {
    _of_listener: Option<OwnedSemaphorePermit>,
    _of_process: Option<OwnedSemaphorePermit>,
}

/// A place among those of an address. Given back when dropped.
pub struct AddressPlace(Option<OfAddress>);

struct OfAddress {
    by_address: Arc<ByAddress>,
    network: IpAddr,
    /// How many the address had when it got this one, itself among them.
    number: usize,
}

/// Connections that come while there is no place may come by the hundred in a second.
const WARN_EVERY: Duration = Duration::from_secs(60);
/// How long a place is waited for before idle connections have to leave.
const CROWDED: Duration = Duration::from_millis(20);
/// Requests that one connection of HTTP/2 carries at once: what a page asks for at a time, not what a flood does.
const STREAMS: u32 = 50;
/// The same of an address that has many connections: the heads of all of them are held together.
const FEWEST_STREAMS: u32 = 4;
/// What the connections of an address share by their number, between these two.
const STREAMS_OF_ADDRESS: u32 = 256;

impl Places {
    pub fn new(options: &Options) -> Self {
        let total = options.max_connections.clamp(1, Semaphore::MAX_PERMITS);
        let possible = descriptors::places().available_permits();
        if total > possible {
            tracing::info!(
                configured = total,
                possible,
                "fewer connections than configured: the limit of open files (ulimit -n) allows no more"
            );
        }
        let by_address =
            ByAddress { most: options.max_connections_per_address.max(1), taken: Mutex::default() };
        let total = Arc::new(Semaphore::new(total));
        Self { total, by_address: Arc::new(by_address), leave: Notify::new(), warned: Mutex::default() }
    }

    /// Waits for a place in the total. While there is none, connections are told to leave, one after the other: those that are
    /// idle or whose bodies do not go on at once, those that are busy after what is under way.
    pub async fn free(&self) -> Place {
        let mut place = pin!(self.acquire());
        let mut told = 0_u32;
        loop {
            match tokio::time::timeout(CROWDED, place.as_mut()).await {
                Ok(place) => return place,
                Err(_) => {
                    self.warn();
                    // Who is not idle stays a while: more are told each time.
                    told = (told * 2).clamp(1, 64);
                    (0..told).for_each(|_| self.leave.notify_one());
                }
            }
        }
    }

    fn warn(&self) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_none_or(|warned| warned.elapsed() >= WARN_EVERY) {
            *warned = Some(Instant::now());
            tracing::warn!(
                "all places for connections are taken; those that have them take turns with new ones"
            );
        }
    }

    /// Completes when a connection has to leave. Whoever waits longest is the first to hear of it.
    pub fn leave(&self) -> Notified<'_> {
        self.leave.notified()
    }

    async fn acquire(&self) -> Place {
        // Neither semaphore is ever closed.
        let _of_listener = self.total.clone().acquire_owned().await.ok();
        let _of_process = descriptors::places().clone().acquire_owned().await.ok();
        Place { _of_listener, _of_process }
    }

    /// A place for an address; `None` if it has all of its own.
    pub fn of(&self, address: IpAddr) -> Option<AddressPlace> {
        let network = network(address);
        let mut taken = self.by_address.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network).or_default();
        if *count >= self.by_address.most {
            return None;
        }
        *count += 1;
        let (by_address, number) = (self.by_address.clone(), *count);
        Some(AddressPlace(Some(OfAddress { by_address, network, number })))
    }
}

impl AddressPlace {
    /// For an address that is not counted.
    pub const fn uncounted() -> Self {
        Self(None)
    }

    /// How many requests a connection of HTTP/2 with this place may carry at once.
    pub fn streams(&self) -> u32 {
        let Some(OfAddress { number, .. }) = &self.0 else { return STREAMS };
        let number = u32::try_from(*number).unwrap_or(u32::MAX).max(1);
        (STREAMS_OF_ADDRESS / number).clamp(FEWEST_STREAMS, STREAMS)
    }
}

impl Drop for AddressPlace {
    fn drop(&mut self) {
        if let Some(OfAddress { by_address, network, .. }) = self.0.take() {
            let mut taken = by_address.taken.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = taken.get_mut(&network) {
                *count -= 1;
                if *count == 0 {
                    taken.remove(&network);
                }
            }
        }
    }
}

/// What counts as one place to come from: a household or server usually has a whole /64 of IPv6.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}
