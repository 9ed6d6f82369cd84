use platform_identity::Scope;
use serde_json::json;

use crate::support::{register, start};

const ENTITIES: &str = "query ($of: [_Any!]!) { _entities(representations: $of) {
    __typename ... on User { id email addresses { edges { node { city } } } } ... on PublicProfile { id name } } }";

/// Check 20: `_entities` with other people's ids gives their public profile and nothing else of them.
#[tokio::test]
async fn entities_of_others_are_null() {
    let app = start().await;
    let (ann, ben) = (register(&app, "ann@example.com").await, register(&app, "ben@example.com").await);
    let of = json!([
        { "__typename": "User", "id": ann.id },
        { "__typename": "User", "id": ben.id },
        { "__typename": "PublicProfile", "id": ben.id },
        { "__typename": "User", "id": "nonsense" },
        { "__typename": "PublicProfile", "id": app.ids().next_uuid() },
    ]);
    let ann_row = json!({ "__typename": "User", "id": ann.id, "email": "ann@example.com", "addresses": { "edges": [] } });
    let ben_row = json!({ "__typename": "User", "id": ben.id, "email": "ben@example.com", "addresses": { "edges": [] } });
    let profile = json!({ "__typename": "PublicProfile", "id": ben.id, "name": "Somebody" });
    for (client, expected) in [
        (app.as_guest(), json!([null, null, profile, null, null])),
        (ann.client(&app), json!([ann_row, null, profile, null, null])),
        (
            app.as_partner(app.ids().next()).with_scopes([Scope::OrdersRead]),
            json!([null, null, profile, null, null]),
        ),
        (ann.client(&app).with_scopes([Scope::OrdersManage]), json!([ann_row, null, profile, null, null])),
        (ann.client(&app).with_scopes([Scope::UsersRead]), json!([ann_row, ben_row, profile, null, null])),
        (app.as_service("orders"), json!([ann_row, ben_row, profile, null, null])),
    ] {
        let answer = client.execute(ENTITIES, json!({ "of": of })).await;
        assert_eq!(answer.data()["_entities"], expected, "{:?}", client.identity());
    }
}

/// Check 20, by the root fields: a stranger learns nothing of an account, not even that it exists.
#[tokio::test]
async fn a_strangers_account_is_null() {
    let app = start().await;
    let (ann, ben) = (register(&app, "ann@example.com").await, register(&app, "ben@example.com").await);
    let query = "query ($id: ID!) { user(id: $id) { email } publicProfile(id: $id) { name } }";
    let seen = ann.client(&app).execute(query, json!({ "id": ben.id })).await;
    assert_eq!(seen.data(), &json!({ "user": null, "publicProfile": { "name": "Somebody" } }));
    let nobody = ann.client(&app).execute(query, json!({ "id": app.ids().next_uuid() })).await;
    assert_eq!(nobody.data(), &json!({ "user": null, "publicProfile": null }));
}
