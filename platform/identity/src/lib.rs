//! Who is calling: the identity that the gateway establishes once and every subgraph trusts, and the signed tokens
//! that carry it between processes.
//!
//! Invariant: a subgraph acts on an [`Identity`] alone, never on a header that a client could send.

mod caller;

pub use caller::{Caller, Identity, Role, ServiceName};
