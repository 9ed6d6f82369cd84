//! What a caller has to be, as the words that `@policy` demands.

use crate::caller::{Identity, Role};

/// Something that a caller may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// A person with an account.
    User,
    /// A system, by a partner's key.
    Partner,
    /// A subgraph or the gateway, for itself or on behalf of somebody.
    Service,
    /// Whoever has the role.
    Role(Role),
}

impl Policy {
    const ALL: [Self; 8] = [
        Self::User,
        Self::Partner,
        Self::Service,
        Self::Role(Role::Buyer),
        Self::Role(Role::Seller),
        Self::Role(Role::Courier),
        Self::Role(Role::Support),
        Self::Role(Role::Admin),
    ];

    /// As it stands in rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Partner => "partner",
            Self::Service => "service",
            Self::Role(Role::Buyer) => "role:buyer",
            Self::Role(Role::Seller) => "role:seller",
            Self::Role(Role::Courier) => "role:courier",
            Self::Role(Role::Support) => "role:support",
            Self::Role(Role::Admin) => "role:admin",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.word() == word)
    }

    pub fn holds(self, identity: &Identity) -> bool {
        match self {
            Self::User => identity.user.is_some(),
            Self::Partner => identity.partner.is_some(),
            Self::Service => identity.is_service(),
            Self::Role(role) => identity.has_role(role),
        }
    }
}

/// Whether `identity` satisfies the policy of this word. `None` for one that does not exist; nobody satisfies that.
pub fn policy_holds(word: &str, identity: &Identity) -> Option<bool> {
    Policy::of_word(word).map(|policy| policy.holds(identity))
}
