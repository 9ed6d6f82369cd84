//! Something of which there is so much for all clients, and a part for each of them: bytes of bodies and of answers that
//! wait, events that are answered at once, places of subscriptions. Who waits gets it in its turn; who has more waiting
//! than its part makes nobody else wait.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Shared by clients that are told apart by `K`, which is their network unless it is said.
#[derive(Debug)]
pub struct Shares<K: Eq + Hash + Copy = IpAddr> {
    all: Arc<Semaphore>,
    total: usize,
    part: usize,
    /// Of clients that hold something, or wait for it.
    clients: Mutex<HashMap<K, Arc<Semaphore>>>,
}

/// What one of them holds; given back when it is dropped.
#[derive(Debug)]
pub struct Share<K: Eq + Hash + Copy = IpAddr> {
    shares: Arc<Shares<K>>,
    client: K,
    permits: Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

/// Why there is nothing to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The client has its part.
    Part,
    /// All of it is held.
    All,
}

impl<K: Eq + Hash + Copy> Shares<K> {
    /// At least one of each.
    pub fn new(total: usize, part: usize) -> Arc<Self> {
        let max = usize::try_from(u32::MAX).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        let total = total.clamp(1, max);
        Arc::new(Self {
            all: Arc::new(Semaphore::new(total)),
            total,
            part: part.clamp(1, total),
            clients: Mutex::default(),
        })
    }

    /// Waits for it. Who asks for more than the part of a client gets that.
    pub async fn take(self: &Arc<Self>, client: K, amount: usize) -> Share<K> {
        let amount = u32::try_from(self.at_most(amount)).unwrap_or(u32::MAX);
        let mut share = self.nothing(client);
        // Nobody closes a semaphore.
        if let Ok(of_client) = self.client(client).acquire_many_owned(amount).await
            && let Ok(of_all) = self.all.clone().acquire_many_owned(amount).await
        {
            share.permits = Some((of_client, of_all));
        }
        share
    }

    /// The same, or nothing at once.
    pub fn try_take(self: &Arc<Self>, client: K, amount: usize) -> Result<Share<K>, Full> {
        let mut share = self.nothing(client);
        share.grow(self.at_most(amount))?;
        Ok(share)
    }

    /// A share that holds nothing yet.
    pub fn nothing(self: &Arc<Self>, client: K) -> Share<K> {
        Share { shares: self.clone(), client, permits: None }
    }

    /// How much is held.
    pub fn held(&self) -> usize {
        self.total.saturating_sub(self.all.available_permits())
    }

    fn at_most(&self, amount: usize) -> usize {
        amount.clamp(1, self.part)
    }

    fn client(&self, client: K) -> Arc<Semaphore> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.entry(client).or_insert_with(|| Arc::new(Semaphore::new(self.part))).clone()
    }
}

impl<K: Eq + Hash + Copy> Share<K> {
    /// So much more, or nothing more at once.
    pub fn grow(&mut self, amount: usize) -> Result<(), Full> {
        let amount = u32::try_from(amount).unwrap_or(u32::MAX);
        let of_all = self.shares.all.clone().try_acquire_many_owned(amount).map_err(|_| Full::All)?;
        let of_client =
            self.shares.client(self.client).try_acquire_many_owned(amount).map_err(|_| Full::Part)?;
        match &mut self.permits {
            Some((client, all)) => {
                client.merge(of_client);
                all.merge(of_all);
            }
            None => self.permits = Some((of_client, of_all)),
        }
        Ok(())
    }

    /// Gives back what it holds.
    pub fn clear(&mut self) {
        self.permits = None;
    }

    /// How much it holds.
    pub fn held(&self) -> usize {
        self.permits.as_ref().map_or(0, |(of_client, _)| of_client.num_permits())
    }
}

impl<K: Eq + Hash + Copy> Drop for Share<K> {
    fn drop(&mut self) {
        drop(self.permits.take());
        let mut clients = self.shares.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.get(&self.client).is_some_and(|known| Arc::strong_count(known) == 1) {
            clients.remove(&self.client);
        }
    }
}
