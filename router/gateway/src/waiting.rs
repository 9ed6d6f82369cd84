//! Answers that are made and wait to be written: together they have so many bytes, and each network of clients a part of
//! these. Whoever finds no room is refused or, where a stream has begun, is a slow reader whose connection ends. Clients
//! that do not read can so fill their part and no more.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use platform_listener::{Share, Shares};

use crate::answer::{NoRoom, Refusal};

/// How long room is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// In what room is counted.
const UNIT: usize = 1024;
/// What a stream waits for, too: larger events are not kept while they have no room.
const SMALL: usize = 64 * 1024;

#[derive(Debug, Clone)]
pub struct Waiting(Arc<Shares>);

impl Waiting {
    /// Bytes of all answers, and of those of one network.
    pub fn new(total: usize, part: usize) -> Self {
        Self(Shares::new(total / UNIT, part / UNIT))
    }

    pub fn bytes(&self) -> usize {
        self.0.held().saturating_mul(UNIT)
    }

    /// Whether there is any room, before an operation is run for nothing.
    pub async fn admit(&self, network: IpAddr) -> Result<(), Refusal> {
        self.room(network, 1).await.map(drop).map_err(|NoRoom| Refusal::answers_unread())
    }

    /// Room for an answer.
    pub async fn room(&self, network: IpAddr, bytes: usize) -> Result<Share, NoRoom> {
        tokio::time::timeout(PATIENCE, self.0.take(network, bytes.div_ceil(UNIT))).await.map_err(|_| NoRoom)
    }

    /// Room for an answer to an event.
    pub async fn room_of_event(&self, network: IpAddr, bytes: usize) -> Result<Share, NoRoom> {
        match self.0.try_take(network, bytes.div_ceil(UNIT)) {
            Ok(share) => Ok(share),
            Err(_) if bytes <= SMALL => self.room(network, bytes).await,
            Err(_) => Err(NoRoom),
        }
    }
}

/// Written answers with the room that they hold until the last of their bytes is on its way.
pub fn held(bytes: impl Into<Bytes>, room: Vec<Share>) -> Bytes {
    Bytes::from_owner(Written { bytes: bytes.into(), _room: room })
}

struct Written {
    bytes: Bytes,
    _room: Vec<Share>,
}

impl AsRef<[u8]> for Written {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
