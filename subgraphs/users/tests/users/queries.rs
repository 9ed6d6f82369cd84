//! What users asks of its database does not grow with the number of things that an operation is about.

use platform_identity::Scope;
use serde_json::{Value, json};

use crate::support::{builder, register, staff, start};

const MANY: usize = 4;

#[tokio::test]
async fn many_things_are_as_many_queries_as_one() {
    let app = start().await;
    let manager = staff(
        &app,
        [Scope::RolesGrant, Scope::UsersRead, Scope::PartnersManage, Scope::OrdersRead, Scope::AllVendors],
    )
    .await;
    let mut users = Vec::new();
    for n in 0..MANY {
        let user = register(&app, &format!("user-{n}@example.com")).await;
        let changes = "mutation ($user: ID!, $vendor: ID!, $partner: String!) {
            grantRole(input: { userId: $user, role: COURIER }) { changed }
            grantVendorMembership(input: { userId: $user, vendorId: $vendor }) { changed }
            createPartner(input: { name: $partner }) { partner { id } } }";
        let variables = json!({
            "user": user.id, "vendor": app.ids().next_uuid(), "partner": format!("Partner {n}"),
        });
        let changed = manager.execute(changes, variables).await;
        let key = "mutation ($of: ID!) {
            createApiKey(input: { partnerId: $of, name: \"ERP\", scopes: [\"orders:read\"] }) { apiKey { id } } }";
        manager.execute(key, json!({ "of": changed.text("createPartner.partner.id") })).await.data();
        let home = "mutation { setVatId(input: { vatId: \"FR40303265045\" }) { user { id } } addAddress(input: { address: {
            recipient: \"Ann\", line1: \"Main St 1\", city: \"Berlin\", postalCode: \"10115\", country: \"de\" } }) {
            address { id } } }";
        user.client(&app).execute(home, json!({})).await.data();
        users.push(json!(user.id));
    }
    // Nobody else asks the database anything.
    let app = app.restart_with(builder().without_workers()).await;
    let staff = staff(&app, [Scope::UsersRead, Scope::AuditRead, Scope::PartnersManage]).await;
    let home = "addresses { edges { node { city } } } defaultShippingAddress { city } defaultBillingAddress { city }";
    for listed in [
        format!(
            "users(first: $first) {{ edges {{ node {{ roles vendors {{ id }} vatId {{ vatId }} {home} }} }} }}"
        ),
        "auditTrail(filter: { action: \"user.registered\" }, first: $first) { edges { node { action actor { name roles } } } }".to_owned(),
        "partners(first: $first) { edges { node { apiKeys { edges { node { name active } } } } } }"
            .to_owned(),
    ] {
        let operation = format!("query ($first: Int!) {{ {listed} }}");
        let (one, many) = (json!({ "first": 1 }), json!({ "first": MANY }));
        app.assert_queries_do_not_grow(&staff, &operation, one, many).await;
    }
    for (name, fields) in
        [("User", "email roles vendors { id } vatId { vatId }"), ("User", home), ("PublicProfile", "name")]
    {
        let operation = format!(
            "query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {name} {{ {fields} }} }} }}"
        );
        let of = |ids: &[Value]| -> Value {
            ids.iter().map(|id| json!({ "__typename": name, "id": id })).collect()
        };
        let (one, many) = (json!({ "of": of(&users[..1]) }), json!({ "of": of(&users) }));
        app.assert_queries_do_not_grow(&staff, &operation, one, many).await;
    }
}
