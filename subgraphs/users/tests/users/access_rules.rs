use serde_json::json;

use crate::support::{register, start};

/// Check 18: what a rule forbids is forbidden behind fragments, other names and beside what is allowed.
#[tokio::test]
async fn a_rule_holds_behind_fragments_and_aliases() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let query = "query ($yes: Boolean!) { ...Outer me { email } }
        fragment Outer on Query { ... on Query { ...Inner } }
        fragment Inner on Query { id: users { edges { node { email } } } ... @include(if: $yes) { notes: auditTrail { __typename } } }";
    let answer = ann.client(&app).execute(query, json!({ "yes": true })).await;
    assert_eq!(answer.codes(), ["FORBIDDEN", "FORBIDDEN"]);
    assert_eq!(answer.at("me.email"), "ann@example.com");
    assert!(answer.at("id").is_null() && answer.at("notes").is_null(), "{}", answer.body);

    let mutation = "mutation ($id: ID!) { ...F updateProfile(input: { name: \"Eve\" }) { user { name } } }
        fragment F on Mutation { me: grantRole(input: { userId: $id, role: ADMIN }) { changed } }";
    let answer = ann.client(&app).execute(mutation, json!({ "id": ann.id })).await;
    assert_eq!(answer.codes(), ["FORBIDDEN"]);
    let me = ann.client(&app).execute("{ me { name roles } }", json!({})).await;
    assert_eq!(
        me.at("me"),
        &json!({ "name": "Somebody", "roles": ["BUYER"] }),
        "nothing of the mutation was done"
    );
}
