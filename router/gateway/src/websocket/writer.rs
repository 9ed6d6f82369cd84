//! The task that writes to a socket.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures::SinkExt;
use futures::stream::SplitSink;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::websocket::protocol::Close;

/// Time for a close frame to go out.
const LAST_WORD: Duration = Duration::from_secs(2);

pub struct Writer {
    task: JoinHandle<()>,
    close: oneshot::Sender<Close>,
}

impl Writer {
    pub fn start(sink: SplitSink<WebSocket, Message>, messages: mpsc::Receiver<Message>) -> Self {
        let (close, closing) = oneshot::channel();
        Self { task: tokio::spawn(write(sink, messages, closing)), close }
    }

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
