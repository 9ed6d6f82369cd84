//! Fields that callers may not see.

use std::sync::Arc;

use router_composition::Subgraph;
use router_schema::authorization::{Authority, Needs, filter};
use router_schema::{ExpandedSet, Operation, Supergraph, Variables};

use crate::compose;

fn bank() -> Supergraph {
    compose(&[(
        "bank",
        r#"
        type Query { me: User  public: Int  any: Party  owners: [Owner!]!  vault: Vault  tier: Tier }
        type Mutation { pay: Int @requiresScopes(scopes: [["pay"], ["admin", "super"]]) }
        interface Owner { id: ID! }
        type User implements Owner { id: ID!  email: String @authenticated  salary: Int! @policy(policies: [["hr"]]) }
        type Firm implements Owner @authenticated { id: ID!  name: String }
        type Vault @requiresScopes(scopes: [["vault"]]) { gold: Int }
        union Party = User | Firm
        enum Tier @authenticated { GOLD SILVER }
        "#,
    )])
}

fn authority(authenticated: bool, scopes: &[&str], policies: &[&str]) -> Authority {
    let set = |names: &[&str]| names.iter().map(|name| Arc::from(*name)).collect();
    Authority { authenticated, scopes: set(scopes), policies: set(policies) }
}

/// The paths of what is denied. What is left must not contain it.
fn denied(query: &str, authority: &Authority) -> Vec<String> {
    let supergraph = bank();
    let operation = Operation::parse(&supergraph, query, None).unwrap();
    let needs = Needs::of(&supergraph, &operation);
    let mut expanded = operation.expand(&supergraph, &operation.flags(&Variables::default()));
    // A plan is shared by callers who are alike as far as the operation is concerned.
    let denied = filter(&supergraph, &mut expanded, &authority.relevant(&needs));
    let mut again = operation.expand(&supergraph, &operation.flags(&Variables::default()));
    assert_eq!(denied, filter(&supergraph, &mut again, authority));
    assert!(!needs.is_empty() || denied.is_empty());
    assert_eq!(marked(&expanded.root), denied.len());
    denied.iter().map(|each| each.path.join(".")).collect()
}

fn marked(set: &ExpandedSet) -> usize {
    let below = |field: &router_schema::ExpandedField| {
        if field.denied { 1 } else { field.selection.as_ref().map_or(0, marked) }
    };
    set.fields.iter().map(below).sum()
}

#[test]
fn what_has_no_rule_is_for_everybody() {
    assert!(denied("{ public me { id } }", &Authority::default()).is_empty());
}

#[test]
fn a_rule_of_a_field() {
    assert_eq!(denied("{ me { id email } }", &Authority::default()), ["me.email"]);
    assert!(denied("{ me { id email } }", &authority(true, &[], &[])).is_empty());
}

#[test]
fn scopes_are_sets_of_which_one_must_be_whole() {
    for (scopes, allowed) in [
        (&[][..], false),
        (&["pay"], true),
        (&["admin"], false),
        (&["admin", "super"], true),
        (&["other"], false),
    ] {
        let authority = authority(true, scopes, &[]);
        assert_eq!(denied("mutation { pay }", &authority).is_empty(), allowed, "{scopes:?}");
    }
}

#[test]
fn a_policy_somebody_decided() {
    assert_eq!(denied("{ me { salary } }", &authority(true, &["hr"], &[])), ["me.salary"]);
    assert!(denied("{ me { salary } }", &authority(false, &[], &["hr"])).is_empty());
    let supergraph = bank();
    let operation = Operation::parse(&supergraph, "{ me { salary } }", None).unwrap();
    let needs = Needs::of(&supergraph, &operation);
    assert_eq!(needs.policies.iter().map(|each| &**each).collect::<Vec<_>>(), ["hr"]);
    assert!(needs.scopes.is_empty() && !needs.authentication);
}

#[test]
fn a_rule_of_a_type_is_a_rule_of_every_field_that_returns_it() {
    assert_eq!(denied("{ vault { gold } tier }", &Authority::default()), ["vault", "tier"]);
    assert_eq!(denied("{ vault { gold } tier }", &authority(true, &[], &[])), ["vault"]);
}

/// Check 18: nothing leads around a rule.
#[test]
fn through_interfaces_unions_aliases_and_fragments() {
    let nobody = Authority::default();
    assert_eq!(denied("{ owners { id } }", &nobody), ["owners.id"], "of firms, not of users");
    assert!(
        denied("{ owners { kind: __typename } }", &nobody).is_empty(),
        "of what type it is, is no secret"
    );
    assert_eq!(denied("{ any { ... on Owner { ... on User { mail: email } } } }", &nobody), ["any.mail"]);
    assert_eq!(denied("{ any { ... on Firm { name } ... on User { id } } }", &nobody), ["any.name"]);
    let query = "query { a: me { ...f } } fragment f on User { ... { x: email } }";
    assert_eq!(denied(query, &nobody), ["a.x"]);
}

#[test]
fn what_is_skipped_is_not_an_offence() {
    assert!(denied("{ me { id email @skip(if: true) } }", &Authority::default()).is_empty());
}

/// Composition leaves no such demand; other composers might.
#[test]
fn nobody_meets_a_demand_without_alternatives() {
    let subgraph = Subgraph {
        name: "a".to_owned(),
        url: "http://a".to_owned(),
        sdl: r#"
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
        type Query { open: Int  shut: Int @requiresScopes(scopes: [["any"]]) }
        "#
        .to_owned(),
    };
    let composed = router_composition::compose(&[subgraph]).unwrap().supergraph_sdl;
    let emptied = composed.replace(r#"[["any"]]"#, "[]");
    assert_ne!(emptied, composed);
    let supergraph = Supergraph::parse(&emptied).unwrap();
    let operation = Operation::parse(&supergraph, "{ open shut }", None).unwrap();
    let mut expanded = operation.expand(&supergraph, &operation.flags(&Variables::default()));
    let denied = filter(&supergraph, &mut expanded, &authority(true, &["any"], &[]));
    assert_eq!(denied.iter().map(|each| &*each.coordinate).collect::<Vec<_>>(), ["Query.shut"]);
}
