//! What waits to be sent on one connection. The queue is bounded in frames and in bytes: its producers wait when it is full,
//! and when they have waited too long the connection is given up.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::config::SubscriptionConfig;

/// The producers' end of a queue of frames. Cloning shares the queue.
pub struct Outbox<F> {
    queue: mpsc::Sender<Queued<F>>,
    bytes: Arc<Semaphore>,
    max_bytes: u32,
    patience: Duration,
    /// Cancelled when the client reads too slowly, or not at all.
    pub too_slow: CancellationToken,
}

/// A frame with its place in the queue, which it has until it is written.
pub struct Queued<F> {
    pub frame: F,
    _bytes: OwnedSemaphorePermit,
}

/// How many bytes a frame takes.
pub trait Weighed {
    fn size(&self) -> usize;
}

impl<F> Clone for Outbox<F> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            bytes: self.bytes.clone(),
            max_bytes: self.max_bytes,
            patience: self.patience,
            too_slow: self.too_slow.clone(),
        }
    }
}

impl Weighed for Bytes {
    fn size(&self) -> usize {
        self.len()
    }
}

/// The connection is over; there is no use in producing more.
#[derive(Debug)]
pub struct Gone;

impl<F: Weighed> Outbox<F> {
    pub fn new(config: &SubscriptionConfig) -> (Self, mpsc::Receiver<Queued<F>>) {
        let (queue, frames) = mpsc::channel(config.queue.max(1));
        let max_bytes =
            u32::try_from(config.queue_bytes.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let outbox = Self {
            queue,
            bytes: Arc::new(Semaphore::new(usize::try_from(max_bytes).unwrap_or(usize::MAX))),
            max_bytes,
            patience: config.slow_reader,
            too_slow: CancellationToken::new(),
        };
        (outbox, frames)
    }

    pub async fn send(&self, frame: F) -> Result<(), Gone> {
        let size = u32::try_from(frame.size()).unwrap_or(u32::MAX).clamp(1, self.max_bytes);
        let sending = async {
            let bytes = self.bytes.clone().acquire_many_owned(size).await.map_err(|_| Gone)?;
            self.queue.send(Queued { frame, _bytes: bytes }).await.map_err(|_| Gone)
        };
        let sent = tokio::select! {
            sent = tokio::time::timeout(self.patience, sending) => sent,
            () = self.queue.closed() => return Err(Gone),
        };
        sent.unwrap_or_else(|_| {
            self.give_up();
            Err(Gone)
        })
    }

    /// The client does not read what it asks for.
    pub fn give_up(&self) {
        self.too_slow.cancel();
    }
}
