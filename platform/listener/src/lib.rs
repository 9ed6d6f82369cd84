//! The listening socket of every server of Souk: HTTP/1.1 and HTTP/2 on one port.
//!
//! Owns: the number of connections, in all and of one address; the time for a head, for a body and for a reader to
//! take what is written; which names of this server a request may give; the graceful end, also of a connection whose
//! client still sends when it is closed. All of it holds for every route, for it stands before the routes.
//! Invariant: nothing that one client does or leaves undone keeps a place for ever, and no address has all places.
//! Deliberately absent: who calls, what is asked, TLS.

mod activity;
mod body;
mod descriptors;
mod hosts;
mod places;
mod refusal;
mod server;
mod socket;
mod websocket;

use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;

pub use body::BodyTimedOut;
pub use hosts::{AllowedHosts, ListedFault};
pub use places::network;
pub use server::Server;
pub use websocket::Breach;

/// The other end of the connection that a request came over, in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

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
    /// For a request's head, and between the requests of a connection.
    pub head: Duration,
    /// For a request's body, from its head on.
    pub body: Duration,
    /// For a client to take some of what waits for it.
    pub write: Duration,
    pub hosts: AllowedHosts,
}
