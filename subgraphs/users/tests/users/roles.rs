use futures::future::join;
use platform_identity::Scope;
use serde_json::json;

use users_entities::user_role::Role;

use crate::support::{Registered, give, register, staff, start};

const GRANT: &str = "mutation ($id: ID!, $role: Role!) { grantRole(input: { userId: $id, role: $role }) { changed user { roles } } }";
const REVOKE: &str = "mutation ($id: ID!, $role: Role!) { revokeRole(input: { userId: $id, role: $role }) {
    __typename ... on RightsChanged { changed user { roles } } } }";

#[tokio::test]
async fn a_role_is_granted_and_revoked_once() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let staff = staff(&app, [Scope::RolesGrant, Scope::UsersRead]).await;
    let support = json!({ "id": ann.id, "role": "SUPPORT" });
    let granted = staff.execute(GRANT, support.clone()).await;
    assert_eq!(
        granted.at("grantRole"),
        &json!({ "changed": true, "user": { "roles": ["BUYER", "SUPPORT"] } })
    );
    assert_eq!(staff.execute(GRANT, support.clone()).await.at("grantRole.changed"), false);
    let revoked = staff.execute(REVOKE, support.clone()).await;
    assert_eq!(revoked.at("revokeRole.user.roles"), &json!(["BUYER"]));
    assert_eq!(staff.execute(REVOKE, support).await.at("revokeRole.changed"), false);
    let nobody = staff.execute(GRANT, json!({ "id": app.ids().next_uuid(), "role": "SUPPORT" })).await;
    assert_eq!(nobody.codes(), ["NOT_FOUND"]);
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let app = start().await;
    let (ann, ben) = (register(&app, "ann@example.com").await, register(&app, "ben@example.com").await);
    for user in [&ann, &ben] {
        give(&app, user.id, Role::Admin).await;
    }
    // Both resign at once: one is left.
    let resign = async |user: &Registered| {
        let client = user.client(&app).with_scopes([Scope::RolesGrant, Scope::UsersRead]);
        client.execute(REVOKE, json!({ "id": user.id, "role": "ADMIN" })).await.text("revokeRole.__typename")
    };
    let (one, other) = join(resign(&ann), resign(&ben)).await;
    let mut outcomes = [one, other];
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["LastAdmin", "RightsChanged"]);
}

#[tokio::test]
async fn a_membership_ends() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let staff = staff(&app, [Scope::RolesGrant, Scope::UsersRead]).await;
    let variables = json!({ "id": ann.id, "vendor": app.ids().next_uuid() });
    let grant = "mutation ($id: ID!, $vendor: ID!) { grantVendorMembership(input: { userId: $id, vendorId: $vendor }) { changed } }";
    let revoke = "mutation ($id: ID!, $vendor: ID!) {
        revokeVendorMembership(input: { userId: $id, vendorId: $vendor }) { changed user { vendors { id } } } }";
    assert_eq!(staff.execute(grant, variables.clone()).await.at("grantVendorMembership.changed"), true);
    let revoked = staff.execute(revoke, variables).await;
    assert_eq!(revoked.at("revokeVendorMembership"), &json!({ "changed": true, "user": { "vendors": [] } }));
}
