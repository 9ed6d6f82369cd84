//! Something of which there is so much for all clients, and a part for each network: bytes of answers that wait, events
//! that are answered at once. Who waits gets it in its turn; who has more waiting than its part makes nobody else wait.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

#[derive(Debug)]
pub struct Shares {
    all: Arc<Semaphore>,
    total: usize,
    part: usize,
    /// Of networks that hold something, or wait for it.
    networks: Mutex<HashMap<IpAddr, Arc<Semaphore>>>,
}

/// What one of them holds; given back when it is dropped.
#[derive(Debug)]
pub struct Share {
    shares: Arc<Shares>,
    network: IpAddr,
    permits: Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

impl Shares {
    /// At least one of each.
    pub fn new(total: usize, part: usize) -> Arc<Self> {
        let max = usize::try_from(u32::MAX).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        let total = total.clamp(1, max);
        Arc::new(Self {
            all: Arc::new(Semaphore::new(total)),
            total,
            part: part.clamp(1, total),
            networks: Mutex::default(),
        })
    }

    /// Waits for it. Who asks for more than the part of a network gets that.
    pub async fn take(self: &Arc<Self>, network: IpAddr, amount: usize) -> Share {
        let amount = self.amount(amount);
        let mut share = Share { shares: self.clone(), network, permits: None };
        // Nobody closes a semaphore.
        if let Ok(of_network) = self.network(network).acquire_many_owned(amount).await
            && let Ok(of_all) = self.all.clone().acquire_many_owned(amount).await
        {
            share.permits = Some((of_network, of_all));
        }
        share
    }

    /// The same, or nothing at once.
    pub fn try_take(self: &Arc<Self>, network: IpAddr, amount: usize) -> Option<Share> {
        let amount = self.amount(amount);
        let mut share = Share { shares: self.clone(), network, permits: None };
        let of_network = self.network(network).try_acquire_many_owned(amount).ok()?;
        let of_all = self.all.clone().try_acquire_many_owned(amount).ok()?;
        share.permits = Some((of_network, of_all));
        Some(share)
    }

    /// How much is held.
    pub fn held(&self) -> usize {
        self.total.saturating_sub(self.all.available_permits())
    }

    fn amount(&self, amount: usize) -> u32 {
        u32::try_from(amount.clamp(1, self.part)).unwrap_or(u32::MAX)
    }

    fn network(&self, network: IpAddr) -> Arc<Semaphore> {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        networks.entry(network).or_insert_with(|| Arc::new(Semaphore::new(self.part))).clone()
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        drop(self.permits.take());
        let mut networks = self.shares.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if networks.get(&self.network).is_some_and(|known| Arc::strong_count(known) == 1) {
            networks.remove(&self.network);
        }
    }
}
