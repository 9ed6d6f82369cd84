//! Who is calling: the identity that the gateway establishes once and every subgraph trusts, the scopes, policies and
//! access rules that it is held against, what it reaches, and the signed tokens that carry it between processes; and the
//! key of URLs that allow whoever has them something, which comes of the same secret.
//!
//! Invariant: a subgraph acts on an [`Identity`] alone, never on a header that a client could send; and an identity
//! enters a process only as a typed value or through [`InternalKeys::verify`]. Deliberately absent: the tokens that
//! clients hold (the users subgraph issues them, the gateway checks them), and what a [`Context`] is about.

mod caller;
mod context;
mod keys;
mod known_tokens;
mod lacking;
mod policy;
mod reach;
mod rule;
mod scope;
mod token;
mod url_key;

pub use caller::{Caller, Identity, Role, ServiceName, is_guest_id};
pub use context::{Context, ContextValue};
pub use keys::{InternalKeys, KeyError, generate_signing_key};
pub use known_tokens::TOKEN_LIFETIME;
pub use lacking::{lacking_policies, lacking_scopes};
pub use policy::{Policy, policy_holds};
pub use reach::Owner;
pub use rule::{AccessRule, Refusal};
pub use scope::{Scope, UnknownScope};
pub use token::{TOKEN_TYPE, TokenError};
pub use url_key::UrlKey;
