use std::time::Duration;

use platform_identity::Scope;
use platform_testkit::{TestClient, TestSubgraph};
use serde_json::{Value, json};
use users::UsersSubgraph;

use crate::support::{revocations, staff, start};

const CREATE_KEY: &str = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    key apiKey { id name prefix scopes vendorIds active ratePerSecond lastUsedAt } } }";
const GRANT: &str =
    "query ($key: String!) { apiKey(key: $key) { partnerId keyId scopes ratePerSecond expiresAt } }";

async fn manager(app: &TestSubgraph<UsersSubgraph>) -> TestClient {
    staff(
        app,
        [
            Scope::PartnersManage,
            Scope::CatalogWrite,
            Scope::OrdersRead,
            Scope::UsersManage,
            Scope::AllVendors,
        ],
    )
    .await
}

async fn create_partner(app: &TestSubgraph<UsersSubgraph>, name: &str) -> String {
    let create =
        "mutation ($name: String!) { createPartner(input: { name: $name }) { partner { id status } } }";
    manager(app).await.execute(create, json!({ "name": name })).await.text("createPartner.partner.id")
}

async fn create_key(app: &TestSubgraph<UsersSubgraph>, input: Value) -> (String, String) {
    let created = manager(app).await.execute(CREATE_KEY, json!({ "input": input })).await;
    (created.text("createApiKey.key"), created.text("createApiKey.apiKey.id"))
}

/// What the gateway learns of a key.
async fn grant(app: &TestSubgraph<UsersSubgraph>, key: &str) -> Value {
    app.as_service("gateway").execute_internal(GRANT, json!({ "key": key })).await.data()["apiKey"].clone()
}

#[tokio::test]
async fn a_key_is_shown_once_and_works_until_it_is_revoked() {
    let app = start().await;
    let partner = create_partner(&app, "Acme").await;
    let input = json!({ "partnerId": partner, "name": "ERP", "scopes": ["orders:read", "catalog:write"], "ratePerSecond": 50 });
    let (key, id) = create_key(&app, input).await;
    assert!(key.starts_with("souk_key_") && key.len() > 40);
    let granted = grant(&app, &key).await;
    let expected = json!({
        "partnerId": partner, "keyId": id, "scopes": ["catalog:write", "orders:read"], "ratePerSecond": 50, "expiresAt": null,
    });
    assert_eq!(granted, expected);
    assert!(grant(&app, "souk_key_nonsense").await.is_null());

    let list =
        "{ partners { edges { node { name apiKeys { edges { node { id prefix active lastUsedAt } } } } } } }";
    let listed = manager(&app).await.execute(list, json!({})).await;
    let shown = listed.at("partners.edges.0.node.apiKeys.edges.0.node");
    assert!(key.starts_with(shown["prefix"].as_str().unwrap()) && !shown["lastUsedAt"].is_null());
    assert!(!listed.body.to_string().contains(&key));

    let revoke = "mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { changed apiKey { active } } }";
    let revoked = manager(&app).await.execute(revoke, json!({ "id": id })).await;
    assert_eq!(revoked.at("revokeApiKey"), &json!({ "changed": true, "apiKey": { "active": false } }));
    assert!(grant(&app, &key).await.is_null());
}

#[tokio::test]
async fn a_key_can_do_no_more_than_partners_may_and_its_maker_can() {
    let app = start().await;
    let partner = create_partner(&app, "Acme").await;
    for scopes in [
        json!(["users:manage"]),
        json!(["stock:write"]),
        json!(["orders:read", "made:up"]),
        json!(["vendor:x"]),
    ] {
        let input = json!({ "partnerId": partner, "name": "ERP", "scopes": scopes });
        let refused = manager(&app).await.execute(CREATE_KEY, json!({ "input": input })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{scopes}");
    }
    let (_, id) =
        create_key(&app, json!({ "partnerId": partner, "name": "ERP", "scopes": ["catalog:write"] })).await;
    let rotate = "mutation ($id: ID!) { rotateApiKey(input: { id: $id }) { key } }";
    let refused = staff(&app, [Scope::PartnersManage]).await.execute(rotate, json!({ "id": id })).await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "nor by rotating somebody else's key");
}

#[tokio::test]
async fn a_rotated_key_works_beside_its_successor_for_a_while() {
    let app = start().await;
    let partner = create_partner(&app, "Acme").await;
    let (old, id) =
        create_key(&app, json!({ "partnerId": partner, "name": "ERP", "scopes": ["orders:read"] })).await;
    let rotate = "mutation ($id: ID!) { rotateApiKey(input: { id: $id, overlapSeconds: 60 }) { key apiKey { scopes } } }";
    let rotated = manager(&app).await.execute(rotate, json!({ "id": id })).await;
    let new = rotated.text("rotateApiKey.key");
    assert_ne!(old, new);
    assert!(!grant(&app, &old).await.is_null());
    assert_eq!(grant(&app, &new).await["scopes"], json!(["orders:read"]));
    app.clock().advance(Duration::from_secs(61));
    assert!(grant(&app, &old).await.is_null());
    assert!(!grant(&app, &new).await.is_null());
    assert_eq!(manager(&app).await.execute(rotate, json!({ "id": id })).await.codes(), ["CONFLICT"]);
}

/// Check 16: a suspended partner is out at once, for the gateway too.
#[tokio::test]
async fn a_suspended_partners_keys_do_not_work() {
    let app = start().await;
    let partner = create_partner(&app, "Acme").await;
    let (key, _) = create_key(&app, json!({ "partnerId": partner, "name": "ERP", "scopes": [] })).await;
    let suspend = "mutation ($id: ID!) { suspendPartner(input: { id: $id }) { changed } }";
    let resume = "mutation ($id: ID!) { resumePartner(input: { id: $id }) { changed } }";
    assert_eq!(
        manager(&app).await.execute(suspend, json!({ "id": partner })).await.at("suspendPartner.changed"),
        true
    );
    assert!(grant(&app, &key).await.is_null());
    let (revoked, _) = revocations(&app, None).await;
    assert_eq!((&revoked[0]["kind"], &revoked[0]["id"]), (&json!("PARTNER"), &json!(partner)));
    assert_eq!(
        manager(&app).await.execute(resume, json!({ "id": partner })).await.at("resumePartner.changed"),
        true
    );
    assert!(!grant(&app, &key).await.is_null());
}

#[tokio::test]
async fn names_are_unique_and_expiry_lies_ahead() {
    let app = start().await;
    let partner = create_partner(&app, "Acme").await;
    let create = "mutation { createPartner(input: { name: \" Acme \" }) { partner { id } } }";
    assert_eq!(manager(&app).await.execute(create, json!({})).await.codes(), ["CONFLICT"]);
    for input in [
        json!({ "partnerId": partner, "name": "ERP", "scopes": [], "expiresAt": "2020-01-01T00:00:00Z" }),
        json!({ "partnerId": partner, "name": "ERP", "scopes": [], "expiresAt": "+10000-01-01T00:00:00Z" }),
        json!({ "partnerId": partner, "name": "ERP", "scopes": [], "ratePerSecond": 0 }),
        json!({ "partnerId": partner, "name": "", "scopes": [] }),
    ] {
        let refused = manager(&app).await.execute(CREATE_KEY, json!({ "input": input })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{input}");
    }
}

/// Check 55: what a key is bound to goes with it to the gateway, and its successor is bound to the same.
#[tokio::test]
async fn a_key_is_bound_to_vendors() {
    let app = start().await;
    let partner = create_partner(&app, "Acme").await;
    let mut vendors: Vec<String> = (0..2).map(|_| app.ids().next_uuid().to_string()).collect();
    vendors.sort();
    let input =
        json!({ "partnerId": partner, "name": "ERP", "scopes": ["catalog:write"], "vendorIds": vendors });
    let created = manager(&app).await.execute(CREATE_KEY, json!({ "input": input })).await;
    assert_eq!(created.at("createApiKey.apiKey.vendorIds"), &json!(vendors));
    assert_eq!(created.at("createApiKey.apiKey.scopes"), &json!(["catalog:write"]));
    let scopes: Vec<String> = std::iter::once("catalog:write".to_owned())
        .chain(vendors.iter().map(|v| format!("vendor:{v}")))
        .collect();
    assert_eq!(grant(&app, &created.text("createApiKey.key")).await["scopes"], json!(scopes));

    let rotate = "mutation ($id: ID!) { rotateApiKey(input: { id: $id }) { key apiKey { vendorIds } } }";
    let id = json!({ "id": created.text("createApiKey.apiKey.id") });
    let rotated = manager(&app).await.execute(rotate, id.clone()).await;
    assert_eq!(rotated.at("rotateApiKey.apiKey.vendorIds"), &json!(vendors));
    assert_eq!(grant(&app, &rotated.text("rotateApiKey.key")).await["scopes"], json!(scopes));

    let partial = staff(&app, [Scope::PartnersManage, Scope::CatalogWrite]).await;
    assert_eq!(partial.execute(CREATE_KEY, json!({ "input": input })).await.codes(), ["BAD_USER_INPUT"]);
    let member =
        "mutation ($id: ID!, $vendor: ID!) { grantRole(input: { userId: $id, role: SELLER }) { changed }
        grantVendorMembership(input: { userId: $id, vendorId: $vendor }) { changed } }";
    let member_of = json!({ "id": partial.identity().user, "vendor": vendors[0] });
    staff(&app, [Scope::RolesGrant]).await.execute(member, member_of).await.data();
    let of_one = partial.with_scopes([Scope::Vendor(vendors[0].parse().unwrap())]);
    let refused = of_one.execute(CREATE_KEY, json!({ "input": input })).await;
    assert_eq!(refused.errors()[0]["extensions"]["field"], "vendorIds");
    let both =
        json!({ "partnerId": partner, "name": "ERP", "scopes": ["vendors:all"], "vendorIds": vendors });
    assert_eq!(
        manager(&app).await.execute(CREATE_KEY, json!({ "input": both })).await.codes(),
        ["BAD_USER_INPUT"]
    );
    let many: Vec<_> = (0..101).map(|_| app.ids().next_uuid()).collect();
    let many = json!({ "partnerId": partner, "name": "ERP", "scopes": [], "vendorIds": many });
    assert_eq!(
        manager(&app).await.execute(CREATE_KEY, json!({ "input": many })).await.codes(),
        ["BAD_USER_INPUT"]
    );
}
