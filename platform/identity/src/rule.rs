//! Access rules as they stand in the SDL, and whether an identity satisfies one.
//!
//! The gateway and the subgraph servers both decide by these functions, so a rule means the same at either place.

use crate::caller::Identity;
use crate::lacking::{lacking_policies, lacking_scopes};
use crate::policy::policy_holds;

/// What a field or type demands of its caller.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AccessRule {
    /// `@public`: anybody.
    Public,
    /// `@authenticated`: a user, partner or service.
    Authenticated,
    /// `@requiresScopes`: all scopes of at least one group.
    Scopes(Vec<Vec<String>>),
    /// `@policy`: all policies of at least one group; see [`policy_holds`].
    Policies(Vec<Vec<String>>),
}

/// Why a rule does not let a caller pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Nobody is logged in; with credentials the answer may differ.
    Unauthenticated,
    /// The caller is known and not allowed.
    Forbidden,
}

impl AccessRule {
    pub fn check(&self, identity: &Identity) -> Result<(), Refusal> {
        let holds = match self {
            Self::Public => true,
            Self::Authenticated => identity.is_authenticated(),
            Self::Scopes(groups) => any_group(groups, |scope| identity.holds_scope(scope)),
            Self::Policies(groups) => {
                any_group(groups, |policy| policy_holds(policy, identity).unwrap_or(false))
            }
        };
        if holds {
            Ok(())
        } else if identity.is_authenticated() {
            Err(Refusal::Forbidden)
        } else {
            Err(Refusal::Unauthenticated)
        }
    }
}

impl AccessRule {
    /// What the identity lacks, in words; nothing where it may pass.
    pub fn lacks(&self, identity: &Identity) -> Option<String> {
        self.check(identity).err()?;
        Some(match self {
            Self::Public => return None,
            Self::Authenticated => "a user's account or a partner's key".to_owned(),
            Self::Scopes(groups) => lacking_scopes(groups, identity),
            Self::Policies(groups) => lacking_policies(groups, identity),
        })
    }
}

fn any_group(groups: &[Vec<String>], holds: impl Fn(&str) -> bool) -> bool {
    groups.iter().any(|group| group.iter().all(|word| holds(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Role;

    fn words(groups: &[&[&str]]) -> Vec<Vec<String>> {
        groups.iter().map(|group| group.iter().map(|&word| word.to_owned()).collect()).collect()
    }

    #[test]
    fn a_group_holds_when_all_its_words_do() {
        let rule = AccessRule::Scopes(words(&[&["catalog:write", "stock:write"], &["everything"]]));
        let mut identity = Identity::service("orders");
        identity.scopes = ["catalog:write".to_owned()].into();
        assert_eq!(rule.check(&identity), Err(Refusal::Forbidden));
        identity.scopes.insert("stock:write".to_owned());
        assert_eq!(rule.check(&identity), Ok(()));
        identity.scopes = ["everything".to_owned()].into();
        assert_eq!(rule.check(&identity), Ok(()));
    }

    #[test]
    fn a_guest_is_told_to_log_in_and_a_stranger_that_it_may_not() {
        let rule = AccessRule::Policies(words(&[&["role:admin"]]));
        let mut identity = Identity::guest();
        assert_eq!(rule.check(&identity), Err(Refusal::Unauthenticated));
        identity.user = Some(platform_core::Ids::new(std::sync::Arc::new(platform_core::SystemClock)).next());
        assert_eq!(rule.check(&identity), Err(Refusal::Forbidden));
        identity.roles = [Role::Admin].into();
        assert_eq!(rule.check(&identity), Ok(()));
    }

    #[test]
    fn an_unknown_policy_and_an_empty_rule_let_nobody_pass() {
        let admin = Identity { roles: [Role::Admin].into(), ..Identity::service("users") };
        assert_eq!(AccessRule::Policies(words(&[&["role:root"]])).check(&admin), Err(Refusal::Forbidden));
        assert_eq!(AccessRule::Policies(Vec::new()).check(&admin), Err(Refusal::Forbidden));
        assert_eq!(AccessRule::Scopes(Vec::new()).check(&admin), Err(Refusal::Forbidden));
    }
}
