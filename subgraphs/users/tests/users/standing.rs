//! Whoever loses a right, or the account, uses an old token for nothing: the gateway takes it for a moment yet, the
//! database that says so knows better.

use futures::future::{join, join_all};
use platform_core::id::{PartnerId, VendorId};
use platform_identity::Scope;
use platform_testkit::{Answer, TestClient, TestSubgraph};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use users::UsersSubgraph;
use users_entities::user_role::Role;

use crate::support::{Registered, give, register, staff, start};

const SCOPES: [Scope; 6] = [
    Scope::RolesGrant,
    Scope::UsersManage,
    Scope::UsersRead,
    Scope::PartnersManage,
    Scope::NotificationsSend,
    Scope::AllVendors,
];
const CREATE_PARTNER: &str =
    "mutation ($name: String!) { createPartner(input: { name: $name }) { partner { id } } }";
const CREATE_KEY: &str = "mutation ($id: ID!, $scopes: [String!]!) {
    createApiKey(input: { partnerId: $id, name: \"k\", scopes: $scopes }) { key apiKey { id } } }";
const REVOKE: &str = "mutation ($id: ID!) { revokeRole(input: { userId: $id, role: ADMIN }) { __typename } }";
const BLOCK: &str = "mutation ($id: ID!) { blockUser(input: { userId: $id }) { changed } }";
const ME: &str = "{ me { roles status name } }";

/// Somebody who became an administrator a while ago, with the token of that time.
async fn administrator(app: &TestSubgraph<UsersSubgraph>, email: &str) -> (Registered, TestClient) {
    let user = register(app, email).await;
    give(app, user.id, Role::Admin).await;
    let client =
        user.client(app).with_roles([platform_identity::Role::Buyer, platform_identity::Role::Admin]);
    (user, client.with_scopes(SCOPES))
}

/// A partner of the shop with a key.
async fn partner(by: &TestClient, name: &str) -> (String, String) {
    let partner = by.execute(CREATE_PARTNER, json!({ "name": name })).await.text("createPartner.partner.id");
    let key = by.execute(CREATE_KEY, json!({ "id": partner, "scopes": ["vendors:all"] })).await;
    (partner, key.text("createApiKey.apiKey.id"))
}

/// Everything that staff changes here, and what a user changes of their own.
async fn try_all(client: &TestClient, on: &Value) -> Vec<(String, Answer)> {
    let changes = [
        "unblockUser(input: { userId: $own }) { changed }",
        "blockUser(input: { userId: $other }) { changed }",
        "grantRole(input: { userId: $own, role: ADMIN }) { changed }",
        "revokeRole(input: { userId: $other, role: ADMIN }) { __typename }",
        "grantVendorMembership(input: { userId: $own, vendorId: $other }) { changed }",
        "revokeVendorMembership(input: { userId: $own, vendorId: $other }) { changed }",
        "validateVatId(input: { userId: $own, vatId: \"DE123456789\" }) { user { id } }",
        "createPartner(input: { name: \"Mallory\" }) { partner { id } }",
        "suspendPartner(input: { id: $partner }) { changed }",
        "resumePartner(input: { id: $partner }) { changed }",
        "createApiKey(input: { partnerId: $partner, name: \"k\", scopes: [\"vendors:all\"] }) { key }",
        "rotateApiKey(input: { id: $key }) { key }",
        "revokeApiKey(input: { id: $key }) { changed }",
        "sendNotification(input: { userIds: [$own], title: \"Hello\", body: \"x\" }) { sent }",
        "updateProfile(input: { name: \"Mallory\" }) { user { name } }",
        "setVatId(input: { vatId: \"DE123456789\" }) { user { id } }",
        "addAddress(input: { address: { recipient: \"M\", line1: \"x\", city: \"x\", postalCode: \"10115\", country: \"DE\" } }) { __typename }",
    ];
    let mut answers = Vec::new();
    for change in changes {
        let used: Vec<String> = ["own", "other", "partner", "key"]
            .iter()
            .filter(|name| change.contains(&format!("${name}")))
            .map(|name| format!("${name}: ID!"))
            .collect();
        let declared = if used.is_empty() { String::new() } else { format!("({})", used.join(", ")) };
        let answer = client.execute(&format!("mutation {declared} {{ {change} }}"), on.clone()).await;
        answers.push((change.to_owned(), answer));
    }
    answers
}

/// Check 16: between a revocation and the gateway's hearing of it an old token changes nothing.
#[tokio::test]
async fn whoever_was_revoked_or_blocked_undoes_nothing() {
    let app = start().await;
    let (ann, boss) = administrator(&app, "boss@example.com").await;
    let (partner, key) = partner(&boss, "Acme").await;
    let ends = [
        ("a role that was revoked", REVOKE),
        ("an account that was blocked", BLOCK),
        ("a session that was ended", "mutation { logout { ended } }"),
    ];
    for (n, (what, end)) in ends.into_iter().enumerate() {
        let (eve, client) = administrator(&app, &format!("eve{n}@example.com")).await;
        let by = if end.contains("logout") { &client } else { &boss };
        by.execute(end, json!({ "id": eve.id })).await.data();
        let on = json!({ "own": eve.id, "other": ann.id, "partner": partner, "key": key });
        let before = app.as_user(eve.id).execute(ME, json!({})).await;
        for (change, answer) in try_all(&client, &on).await {
            assert_eq!(answer.codes(), ["UNAUTHENTICATED"], "{what}: {change}: {}", answer.body);
        }
        assert_eq!(app.as_user(eve.id).execute(ME, json!({})).await.data(), before.data(), "{what}");
    }
}

/// What the token says and the database does not is one right that is not in force, whichever.
#[tokio::test]
async fn a_membership_that_ended_is_not_given_on() {
    let app = start().await;
    let (_, boss) = administrator(&app, "boss@example.com").await;
    let (partner, _) = partner(&boss, "Acme").await;
    let vendor = app.ids().next_uuid();
    let (eve, client) = administrator(&app, "eve@example.com").await;
    let member = |verb: &str| {
        format!("mutation ($id: ID!, $vendor: ID!) {{ seller: {verb}Role(input: {{ userId: $id, role: SELLER }}) {{ __typename }}
        {verb}VendorMembership(input: {{ userId: $id, vendorId: $vendor }}) {{ changed }} }}")
    };
    let variables = json!({ "id": eve.id, "vendor": vendor });
    boss.execute(&member("grant"), variables.clone()).await.data();
    let client = client.with_scopes([Scope::PartnersManage, Scope::Vendor(VendorId(vendor))]);
    let bound = "mutation ($id: ID!, $vendor: ID!) {
        createApiKey(input: { partnerId: $id, name: \"k\", scopes: [], vendorIds: [$vendor] }) { key } }";
    let input = json!({ "id": partner, "vendor": vendor });
    client.execute(bound, input.clone()).await.data();
    boss.execute(&member("revoke"), variables).await.data();
    assert_eq!(client.execute(bound, input).await.codes(), ["UNAUTHENTICATED"]);
}

/// None of the scopes that are asked for here is a partner's; whatever let a key have one, it ends with the key.
#[tokio::test]
async fn a_partner_that_was_suspended_or_whose_key_was_revoked_changes_nothing() {
    let app = start().await;
    let (_, boss) = administrator(&app, "boss@example.com").await;
    let create = async |client: &TestClient, name: &str| {
        let answer = client.execute(CREATE_PARTNER, json!({ "name": name })).await;
        answer.errors().first().map(|error| error["extensions"]["code"].clone())
    };
    let ends = [
        "mutation ($partner: ID!) { suspendPartner(input: { id: $partner }) { changed } }",
        "mutation ($key: ID!) { revokeApiKey(input: { id: $key }) { changed } }",
    ];
    for (n, end) in ends.into_iter().enumerate() {
        let (partner, key) = partner(&boss, &format!("Acme {n}")).await;
        let id: PartnerId = partner.parse().unwrap();
        let client = app.as_partner(id).with_scopes([Scope::PartnersManage]);
        assert_eq!(create(&client, &format!("Early {n}")).await, Some(json!("UNAUTHENTICATED")));
        let more = "UPDATE api_keys SET scopes = '[\"partners:manage\"]'";
        app.database().write().execute_unprepared(more).await.unwrap();
        assert_eq!(create(&client, &format!("Between {n}")).await, None);
        boss.execute(end, json!({ "partner": partner, "key": key })).await.data();
        assert_eq!(create(&client, &format!("Late {n}")).await, Some(json!("UNAUTHENTICATED")), "{end}");
    }
}

/// Two administrators who turn on each other at one moment: one of them wins, and nobody waits for ever.
#[tokio::test]
async fn of_two_administrators_who_end_each_other_one_stays() {
    let app = start().await;
    for (n, end) in [REVOKE, BLOCK, REVOKE, BLOCK].into_iter().enumerate() {
        let (ann, by_ann) = administrator(&app, &format!("ann{n}@example.com")).await;
        let (ben, by_ben) = administrator(&app, &format!("ben{n}@example.com")).await;
        let (one, other) =
            join(by_ann.execute(end, json!({ "id": ben.id })), by_ben.execute(end, json!({ "id": ann.id })))
                .await;
        let mut codes = [one.codes(), other.codes()].concat();
        codes.sort();
        assert_eq!(codes, ["UNAUTHENTICATED"], "{} {}", one.body, other.body);
        let count = "query ($id: ID!) { user(id: $id) { roles status } }";
        let reader = staff(&app, [Scope::UsersRead]).await;
        let in_force = join_all([ann.id, ben.id].map(|id| reader.execute(count, json!({ "id": id })))).await;
        let is_whole = |answer: &&Answer| {
            answer.at("user.status") == "ACTIVE"
                && answer.get::<Vec<Value>>("user.roles").contains(&json!("ADMIN"))
        };
        assert_eq!(in_force.iter().filter(is_whole).count(), 1);
    }
}
