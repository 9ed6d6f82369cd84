//! The task that writes to a socket.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures::SinkExt;
use futures::stream::SplitSink;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::outbox::Queued;
use crate::websocket::outgoing::Outgoing;
use crate::websocket::protocol::Close;

/// Time for a close frame to go out, and for its answer.
pub const LAST_WORD: Duration = Duration::from_secs(2);

pub struct Writer {
    task: JoinHandle<()>,
    ending: oneshot::Sender<Ending>,
}

/// How a connection ends.
pub enum Ending {
    /// By the server, with the reason.
    Close(Close),
    /// By the client, whose close is answered with its code.
    Answer,
    /// The client is gone.
    Gone,
}

impl Writer {
    pub fn start(sink: SplitSink<WebSocket, Message>, messages: mpsc::Receiver<Queued<Outgoing>>) -> Self {
        let (ending, ended) = oneshot::channel();
        Self { task: tokio::spawn(write(sink, messages, ended)), ending }
    }

    /// Ends the connection: with a close frame if the client still takes one. Whether it did.
    pub async fn finish(mut self, ending: Ending) -> bool {
        let is_gone = matches!(ending, Ending::Gone);
        let told = !is_gone
            && self.ending.send(ending).is_ok()
            && tokio::time::timeout(LAST_WORD, &mut self.task).await.is_ok();
        if !told {
            self.task.abort();
        }
        told
    }
}

async fn write(
    mut sink: SplitSink<WebSocket, Message>,
    mut messages: mpsc::Receiver<Queued<Outgoing>>,
    mut ended: oneshot::Receiver<Ending>,
) {
    loop {
        tokio::select! {
            biased;
            ending = &mut ended => {
                let said = match ending {
                    Ok(Ending::Close(close)) => sink.send(Message::Close(Some(close.frame()))).await,
                    // The answer is made when the close is read, and goes out when the socket is flushed.
                    Ok(Ending::Answer) => sink.close().await,
                    Ok(Ending::Gone) | Err(_) => Ok(()),
                };
                if let Err(error) = said {
                    tracing::trace!(%error, "a close frame was not taken");
                }
                return;
            }
            message = messages.recv() => {
                let Some(queued) = message else { return };
                // It takes its place and its room until the socket has it, not only until it is copied to a buffer.
                let sent = match queued.frame.clone() {
                    Outgoing::Message(message) => sink.send(message).await,
                    Outgoing::Pong => sink.flush().await,
                };
                if sent.is_err() {
                    return;
                }
                drop(queued);
            }
        }
    }
}
