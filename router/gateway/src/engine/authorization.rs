//! What a caller's identity is worth to the rules of the supergraph, and what the caller is told of what they forbid.
//!
//! The rules themselves are the schema's ([`router_schema::authorization`]). Each subgraph checks again, and who owns an
//! object is checked there alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use platform_identity::{AccessRule, Caller, Identity, Refusal, policy_holds};
use router_schema::authorization::{Authority, Denied, Needs};
use router_transport::{GraphqlError, PathElement};

use crate::answer::error;

/// What an identity grants of what an operation needs, and nothing else: callers alike in that share a plan.
pub fn authority(needs: &Needs, identity: &Identity) -> Authority {
    let granted = |asked: &BTreeSet<Arc<str>>, is_granted: &dyn Fn(&str) -> bool| {
        asked.iter().filter(|name| is_granted(name)).cloned().collect()
    };
    Authority {
        authenticated: needs.authentication && identity.is_authenticated(),
        scopes: granted(&needs.scopes, &|scope| identity.has_scope(scope)),
        policies: granted(&needs.policies, &|policy| policy_holds(policy, identity).unwrap_or(false)),
    }
}

/// The errors for what was left out: one for each place, however many types of objects it has there.
pub fn errors(denied: &[Denied], caller: &Caller) -> Vec<GraphqlError> {
    let (code, message) = match AccessRule::Authenticated.check(caller) {
        Err(Refusal::Unauthenticated) => ("UNAUTHENTICATED", "sign in to see this"),
        Err(Refusal::Forbidden) | Ok(()) => ("FORBIDDEN", "you may not see this"),
    };
    let places: BTreeSet<&[Arc<str>]> = denied.iter().map(|denied| denied.path.as_slice()).collect();
    let path = |place: &[Arc<str>]| place.iter().cloned().map(PathElement::Key).collect();
    places.into_iter().map(|place| GraphqlError { path: path(place), ..error(code, message) }).collect()
}
