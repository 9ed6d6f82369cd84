//! What a caller's identity is worth to the rules of the supergraph, and what the caller is told of what they forbid.
//!
//! The rules themselves are the schema's ([`router_schema::authorization`]). Each subgraph checks again, and who owns an
//! object is checked there alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use platform_identity::{AccessRule, Caller, Identity, policy_holds};
use router_schema::OperationKind;
use router_schema::authorization::{Authority, Denied, Needs, Rule};
use router_transport::{GraphqlError, PathElement};

use crate::answer::error;

/// What an identity grants of what an operation needs, and nothing else: callers alike in that share a plan.
pub fn authority(needs: &Needs, identity: &Identity) -> Authority {
    let granted = |asked: &BTreeSet<Arc<str>>, is_granted: &dyn Fn(&str) -> bool| {
        asked.iter().filter(|name| is_granted(name)).cloned().collect()
    };
    Authority {
        authenticated: needs.authentication && identity.is_authenticated(),
        scopes: granted(&needs.scopes, &|scope| identity.holds_scope(scope)),
        policies: granted(&needs.policies, &|policy| policy_holds(policy, identity).unwrap_or(false)),
    }
}

/// The errors for what was left out: one for each place, however many types of objects it has there.
pub fn errors(denied: &[Denied], caller: &Caller, kind: OperationKind) -> Vec<GraphqlError> {
    let places: BTreeMap<&[Arc<str>], &Denied> =
        denied.iter().rev().map(|denied| (denied.path.as_slice(), denied)).collect();
    let path = |place: &[Arc<str>]| place.iter().cloned().map(PathElement::Key).collect();
    places
        .into_iter()
        .map(|(place, denied)| GraphqlError { path: path(place), ..refusal(denied, caller, kind) })
        .collect()
}

/// What was refused, and what the caller would need for it.
fn refusal(denied: &Denied, caller: &Caller, kind: OperationKind) -> GraphqlError {
    let field = denied.coordinate.rsplit('.').next().unwrap_or_default();
    // What is done is not seen.
    let verb = if kind == OperationKind::Mutation && denied.path.len() == 1 { "use" } else { "see" };
    if !caller.is_authenticated() {
        return error("UNAUTHENTICATED", format!("sign in to {verb} `{field}`"));
    }
    let lacking: BTreeSet<String> = denied.rules.iter().flat_map(|rule| lacks(rule, caller)).collect();
    let lacking = lacking.into_iter().collect::<Vec<_>>().join(", and ");
    error("FORBIDDEN", format!("you may not {verb} `{field}`: it needs {lacking}"))
}

fn lacks(rule: &Rule, identity: &Identity) -> Vec<String> {
    let scopes = rule.scopes.as_ref().map(|groups| AccessRule::Scopes(owned(groups)));
    let policies = rule.policies.as_ref().map(|groups| AccessRule::Policies(owned(groups)));
    scopes.into_iter().chain(policies).filter_map(|demand| demand.lacks(identity)).collect()
}

fn owned(groups: &[Vec<Arc<str>>]) -> Vec<Vec<String>> {
    groups.iter().map(|group| group.iter().map(ToString::to_string).collect()).collect()
}
