use apollo_compiler::Schema;
use platform_testkit::assert_rules_hold;
use serde_json::json;

use crate::support::{register, start};

/// Every root field with the directive that stands at it in the committed SDL.
fn rules() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let text = std::fs::read_to_string(path).unwrap();
    let schema = Schema::parse(text, path).unwrap_or_else(|partial| partial.partial);
    let mut rules = String::new();
    for root in ["Query", "Mutation", "Subscription"] {
        let object = schema.types[root].as_object().unwrap();
        for (name, field) in object.fields.iter().filter(|(name, _)| !name.starts_with('_')) {
            let rules_alone = field.directives.iter().filter(|each| each.name != "listSize");
            let directives: Vec<String> = rules_alone.map(|rule| rule.to_string()).collect();
            rules.push_str(&format!("{name} {}\n", directives.join(" ")));
        }
    }
    rules
}

/// Check 17: role × root field, generated from the rules in the SDL.
#[tokio::test]
async fn a_rule_lets_nobody_pass_whom_it_does_not_name() {
    assert_rules_hold(&start().await).await;
}

/// Check 17: the rules as they were decided. Whoever changes one has to say so here.
#[test]
fn the_rules_are_those_that_were_decided() {
    let decided = r#"
me @public
user @authenticated
publicProfile @public
users @requiresScopes(scopes: [["users:read"]])
staff @requiresScopes(scopes: [["users:read"]])
sessions @policy(policies: [["user"]])
notifications @policy(policies: [["user"]])
unreadNotificationCount @policy(policies: [["user"]])
partner @requiresScopes(scopes: [["partners:manage"]])
partners @requiresScopes(scopes: [["partners:manage"]])
auditTrail @requiresScopes(scopes: [["audit:read"]])
register @public
confirmRegistration @public
updateProfile @policy(policies: [["user"]])
changePassword @policy(policies: [["user"]])
blockUser @requiresScopes(scopes: [["users:manage"]])
unblockUser @requiresScopes(scopes: [["users:manage"]])
login @public
refreshToken @public
logout @policy(policies: [["user"]])
logoutEverywhere @policy(policies: [["user"]])
requestPasswordReset @public
resetPassword @public
requestEmailVerification @policy(policies: [["user"]])
verifyEmail @public
addAddress @policy(policies: [["user"]])
updateAddress @policy(policies: [["user"]])
removeAddress @policy(policies: [["user"]])
setDefaultAddress @policy(policies: [["user"]])
setVatId @policy(policies: [["user"]])
validateVatId @requiresScopes(scopes: [["users:manage"]])
grantRole @requiresScopes(scopes: [["roles:grant"]])
revokeRole @requiresScopes(scopes: [["roles:grant"]])
grantVendorMembership @requiresScopes(scopes: [["roles:grant"]])
revokeVendorMembership @requiresScopes(scopes: [["roles:grant"]])
markNotificationRead @policy(policies: [["user"]])
markAllNotificationsRead @policy(policies: [["user"]])
sendNotification @requiresScopes(scopes: [["notifications:send"]])
createPartner @requiresScopes(scopes: [["partners:manage"]])
suspendPartner @requiresScopes(scopes: [["partners:manage"]])
resumePartner @requiresScopes(scopes: [["partners:manage"]])
createApiKey @requiresScopes(scopes: [["partners:manage"]])
rotateApiKey @requiresScopes(scopes: [["partners:manage"]])
revokeApiKey @requiresScopes(scopes: [["partners:manage"]])
notificationReceived @policy(policies: [["user"]])
"#;
    assert_eq!(rules().trim(), decided.trim());
}

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
