//! What waits to be sent on one connection. The queue is bounded: its producers wait when it is full, and when they
//! have waited too long the connection is given up.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The producers' end of a queue of frames. Cloning shares the queue.
pub struct Outbox<F> {
    queue: mpsc::Sender<F>,
    patience: Duration,
    /// Cancelled when the client reads too slowly, or not at all.
    pub too_slow: CancellationToken,
}

impl<F> Clone for Outbox<F> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), patience: self.patience, too_slow: self.too_slow.clone() }
    }
}

/// The connection is over; there is no use in producing more.
#[derive(Debug)]
pub struct Gone;

impl<F> Outbox<F> {
    pub fn new(capacity: usize, patience: Duration) -> (Self, mpsc::Receiver<F>) {
        let (queue, frames) = mpsc::channel(capacity.max(1));
        (Self { queue, patience, too_slow: CancellationToken::new() }, frames)
    }

    pub async fn send(&self, frame: F) -> Result<(), Gone> {
        match self.queue.try_send(frame) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Gone),
            Err(mpsc::error::TrySendError::Full(frame)) => {
                match self.queue.send_timeout(frame, self.patience).await {
                    Ok(()) => Ok(()),
                    Err(_) => {
                        self.too_slow.cancel();
                        Err(Gone)
                    }
                }
            }
        }
    }
}
