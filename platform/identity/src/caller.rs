//! The identity of a request, and the caller that carries it to a subgraph.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use platform_core::id::{PartnerId, SessionId, UserId};
use serde::{Deserialize, Serialize};

use crate::context::{Context, ContextValue};
use crate::scope::Scope;

/// What a user may be. One user can have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Buyer,
    Seller,
    Courier,
    Support,
    Admin,
}

/// Whether a text can be a guest's id: long enough not to be guessed, short and plain enough to be a key.
pub fn is_guest_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (16..=128).contains(&text.len()) && text.bytes().all(is_plain)
}

/// Name of a subgraph, or of the gateway, acting for itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceName(pub Arc<str>);

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who a request is for, and in which context. Built by the gateway from a checked token or API key, or by a service
/// for its own calls; travels in process as this value and between processes as a token of at most 60 s. `C` is how
/// its context is held: as [`Context`], or as the type that the reader of a token asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity<C = Context> {
    /// `None` for guests, and for partners and services that act for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Role>,
    /// What the caller may do, as the words of [`Scope`]s: also such as this release does not know.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub scopes: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
    /// Set when a subgraph calls another's internal schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceName>,
    /// Stable id of a guest's device or cart, for guests that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<String>,
    /// Where the request comes from: an IPv4 address, or the /64 of an IPv6 address. For limits alone: a network is
    /// nobody's proof of who they are. `None` for services that act for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<IpAddr>,
    /// In a token it has the name of what the shop puts there, so that processes of two releases read each other's.
    #[serde(default, rename = "market")]
    pub context: C,
}

impl Identity {
    /// Nobody in particular.
    pub fn guest() -> Self {
        Self {
            user: None,
            session: None,
            roles: BTreeSet::new(),
            scopes: BTreeSet::new(),
            partner: None,
            service: None,
            guest: None,
            network: None,
            context: Context::none(),
        }
    }

    /// A service acting for itself.
    pub fn service(name: impl Into<Arc<str>>) -> Self {
        Self { service: Some(ServiceName(name.into())), ..Self::guest() }
    }

    /// The same caller in a context.
    pub fn in_context(mut self, context: Context) -> Self {
        self.context = context;
        self
    }

    /// The same service acting for `user`'s request: the user's identity with the service's beside it.
    pub fn on_behalf_of(mut self, service: impl Into<Arc<str>>) -> Self {
        self.service = Some(ServiceName(service.into()));
        self
    }

    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn has_scope(&self, scope: Scope) -> bool {
        self.holds_scope(&scope.word())
    }

    /// Whether the caller has a scope that a schema names by its word.
    pub fn holds_scope(&self, word: &str) -> bool {
        self.scopes.contains(word)
    }

    /// Whether the caller is a service, for itself or on behalf of somebody.
    pub fn is_service(&self) -> bool {
        self.service.is_some()
    }

    pub fn is_authenticated(&self) -> bool {
        self.user.is_some() || self.partner.is_some() || self.is_service()
    }
}

impl<C: ContextValue> Identity<Option<C>> {
    /// The same identity once its context has been read.
    pub(crate) fn read(self) -> Identity {
        let Self { user, session, roles, scopes, partner, service, guest, network, context } = self;
        let context = context.map_or_else(Context::none, Context::new);
        Identity { user, session, roles, scopes, partner, service, guest, network, context }
    }
}

/// A cheap-to-clone handle on the identity of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Caller(pub Arc<Identity>);

impl Caller {
    pub fn new(identity: Identity) -> Self {
        Self(Arc::new(identity))
    }
}

impl std::ops::Deref for Caller {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.0
    }
}
