//! What an identity lacks of what a rule demands, in words, so that who is refused knows what to ask for.

use crate::caller::Identity;
use crate::policy::policy_holds;

/// Alternatives that are told.
const MOST: usize = 3;

/// "the scope a, or the scopes b and c".
pub fn lacking_scopes<S: AsRef<str>>(groups: &[Vec<S>], identity: &Identity) -> String {
    alternatives(
        groups,
        |scope| identity.holds_scope(scope),
        |scopes| match scopes {
            [scope] => format!("the scope {scope}"),
            scopes => format!("the scopes {}", scopes.join(" and ")),
        },
    )
}

/// "the role admin, or a partner's key".
pub fn lacking_policies<S: AsRef<str>>(groups: &[Vec<S>], identity: &Identity) -> String {
    let holds = |policy: &str| policy_holds(policy, identity).unwrap_or(false);
    alternatives(groups, holds, |policies| {
        let names: Vec<String> = policies.iter().map(|policy| policy_name(policy)).collect();
        names.join(" and ")
    })
}

fn policy_name(policy: &str) -> String {
    match (policy, policy.split_once(':')) {
        (_, Some(("role", role))) => format!("the role {role}"),
        ("user", _) => "a user's account".to_owned(),
        ("partner", _) => "a partner's key".to_owned(),
        ("service", _) => "a service's identity".to_owned(),
        _ => format!("the policy {policy}"),
    }
}

/// What is missing of each group, in the words of `told`.
fn alternatives<S: AsRef<str>>(
    groups: &[Vec<S>],
    holds: impl Fn(&str) -> bool,
    told: impl Fn(&[&str]) -> String,
) -> String {
    let mut texts: Vec<String> = Vec::new();
    for group in groups.iter().take(MOST) {
        let missing: Vec<&str> = group.iter().map(AsRef::as_ref).filter(|word| !holds(word)).collect();
        let text = told(&missing);
        if !missing.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    if texts.is_empty() { "what nobody has".to_owned() } else { texts.join(", or ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_what_is_there_is_not() {
        let mut identity = Identity::service("orders");
        identity.scopes = ["admin:read".to_owned()].into();
        let groups = [vec!["orders:read"], vec!["admin:read", "admin:all"], vec!["x", "y"], vec!["untold"]];
        let told = "the scope orders:read, or the scope admin:all, or the scopes x and y";
        assert_eq!(lacking_scopes(&groups, &identity), told);
        let policies = [vec!["role:admin"], vec!["user", "partner"]];
        let told = "the role admin, or a user's account and a partner's key";
        assert_eq!(lacking_policies(&policies, &identity), told);
        assert_eq!(lacking_scopes::<String>(&[], &identity), "what nobody has");
    }
}
