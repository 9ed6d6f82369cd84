//! The listening socket of every server of Souk: HTTP/1.1 and HTTP/2 on one port.
//!
//! Owns: the number of connections, in all and of one address; the time for a head, for a body and for a reader to
//! take what is written; which names of this server a request may give; the graceful end, also of a connection whose
//! client still sends when it is closed. All of it holds for every route, for it stands before the routes. Whoever reads bodies
//! as a whole counts them in [`Bodies`]: only it knows the client behind a proxy, and what a body unpacks to.
//! Invariant: nothing that one client does or leaves undone keeps a place for ever, and no address has all places.
//! Deliberately absent: who calls, what is asked, TLS.

mod activity;
mod bodies;
mod body;
mod descriptors;
mod hosts;
mod places;
mod refusal;
mod server;
mod shares;
mod socket;
mod turns;
mod websocket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ipnet::IpNet;

pub use bodies::{Bodies, BodyRoom, NoRoom};
pub use body::BodyTimedOut;
pub use descriptors::Reserved;
pub use hosts::{AllowedHosts, ListedFault};
pub use places::network;
pub use server::Server;
pub use shares::{Full, Share, Shares};
pub use websocket::Breach;

/// The other end of the connection that a request came over, in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// How many bytes have come over the connection of a request, in the extensions of requests of HTTP/1.1: for who takes
/// the connection over, and must know what has come beneath it.
#[derive(Debug, Clone, Default)]
pub struct Received(Arc<AtomicU64>);

impl Received {
    /// So far, those of the request's head among them.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// The most connections that this process may have, by its limit of open files, which is raised for that.
pub fn most_connections() -> usize {
    descriptors::places().available_permits()
}

/// How a listener treats its clients.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections open at once; more wait in the backlog of the operating system. Fewer where the process may not
    /// open as many files.
    pub max_connections: usize,
    /// Connections of one address (of IPv6: of one /64); more are closed at once.
    pub max_connections_per_address: usize,
    /// Whose connections are those of many clients, and counted in the total alone.
    pub proxies: Vec<IpNet>,
    /// For a request's head: of a connection's first one from its opening, of a further one from its first byte.
    pub head: Duration,
    /// How long a connection may carry no request. Clients and proxies keep connections for later requests, and one
    /// that is closed just when a request is sent leaves that without an answer: longer than they keep them.
    pub idle: Duration,
    /// For a request's body, from its head on, and a second more for each 32 KiB that have come. One that does not go on makes room earlier where all places are taken.
    pub body: Duration,
    /// For a client to take some of what waits for it.
    pub write: Duration,
    pub hosts: AllowedHosts,
}
