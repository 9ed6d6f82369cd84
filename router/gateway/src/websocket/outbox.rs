//! What waits to be sent on one connection. The queue is bounded: its producers wait when it is full, and when they
//! have waited too long the connection is given up.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures::SinkExt;
use futures::stream::SplitSink;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::websocket::protocol::Close;

/// Time for a close frame to go out.
const LAST_WORD: Duration = Duration::from_secs(2);

/// The producers' end. Cloning shares the queue.
#[derive(Clone)]
pub struct Outbox {
    queue: mpsc::Sender<Message>,
    patience: Duration,
    /// Cancelled when the client reads too slowly, or not at all.
    pub too_slow: CancellationToken,
}

/// The connection is over; there is no use in producing more.
#[derive(Debug)]
pub struct Gone;

impl Outbox {
    pub async fn send(&self, message: Message) -> Result<(), Gone> {
        match self.queue.try_send(message) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Gone),
            Err(mpsc::error::TrySendError::Full(message)) => {
                match self.queue.send_timeout(message, self.patience).await {
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

/// The task that writes to the socket.
pub struct Writer {
    task: JoinHandle<()>,
    close: oneshot::Sender<Close>,
}

pub fn open(sink: SplitSink<WebSocket, Message>, capacity: usize, patience: Duration) -> (Outbox, Writer) {
    let (queue, messages) = mpsc::channel(capacity.max(1));
    let (close, closing) = oneshot::channel();
    let task = tokio::spawn(write(sink, messages, closing));
    (Outbox { queue, patience, too_slow: CancellationToken::new() }, Writer { task, close })
}

impl Writer {
    /// Ends the connection: with a close frame if there is something to say and the client still takes it.
    pub async fn finish(mut self, close: Option<Close>) {
        let told = close.is_some_and(|close| self.close.send(close).is_ok());
        if !told || tokio::time::timeout(LAST_WORD, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

async fn write(
    mut sink: SplitSink<WebSocket, Message>,
    mut messages: mpsc::Receiver<Message>,
    mut closing: oneshot::Receiver<Close>,
) {
    loop {
        tokio::select! {
            biased;
            close = &mut closing => {
                if let Ok(close) = close
                    && let Err(error) = sink.send(Message::Close(Some(close.frame()))).await
                {
                    tracing::trace!(%error, "a close frame was not taken");
                }
                return;
            }
            message = messages.recv() => {
                let Some(message) = message else { return };
                if sink.send(message).await.is_err() {
                    return;
                }
            }
        }
    }
}
