//! Check 16: what is revoked ends within five seconds, requests and open subscriptions alike, at the router and, where
//! the subgraphs are processes of their own, at a subgraph that is spoken to directly.

use std::time::{Duration, Instant};

use futures::future::join_all;
use platform_core::{Clock, SystemClock};
use platform_identity::{Identity, Role, Scope};
use serde_json::{Value, json};

use super::{Account, place_order, plentiful_offer};
use crate::support::{Client, Installation, Shape, Subscription, eventually, fresh_id};

const LIMIT: Duration = Duration::from_secs(5);

const ORDER_UPDATED: &str = "subscription Watch($id: ID!) { orderUpdated(id: $id) { status } }";
const NOTIFIED: &str = "subscription Notified { notificationReceived { unreadCount } }";
const ONLY_USERS: &str = "{ unreadNotificationCount }";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_ends_in_one_process() {
    revocations(Shape::Whole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_ends_with_every_part_in_a_process_of_its_own() {
    revocations(Shape::Apart).await;
}

async fn revocations(shape: Shape) {
    let shop = Installation::start(shape).await;
    let admin = shop.client().log_in("admin@demo.souk.example", "souk-demo-2026").await;
    a_session_ends(&shop).await;
    a_role_ends(&shop, &admin).await;
    a_membership_ends(&shop, &admin).await;
    for way in [KeyEnds::Revoked, KeyEnds::Rotated, KeyEnds::Expires] {
        a_key_ends(&shop, &admin, way).await;
    }
}

fn identity(account: &Account, roles: &[Role], scopes: &[Scope]) -> Identity {
    Identity {
        user: Some(account.id.parse().unwrap()),
        session: Some(account.session.parse().unwrap()),
        roles: roles.iter().copied().collect(),
        scopes: scopes.iter().copied().map(String::from).collect(),
        ..Identity::guest()
    }
}

/// An open subscription that has begun.
async fn open(client: &Client, query: &str, variables: Value) -> Subscription {
    let mut events = client.subscribe(query, variables).await;
    events.next().await.expect("the state at the beginning").data();
    events
}

/// Waits until each of the subscriptions has ended and a request of `client` is refused, all within the limit from
/// `since` on.
async fn all_end(what: &str, since: Instant, client: &Client, open: Vec<Subscription>) {
    let refused = async {
        eventually(what, || async {
            (client.execute(ONLY_USERS, json!({})).await.codes() == ["UNAUTHENTICATED"]).then_some(())
        })
        .await;
    };
    let ended =
        join_all(open.into_iter().map(|mut events| async move { while events.next().await.is_some() {} }));
    let both = async { tokio::join!(refused, ended) };
    let left = LIMIT.saturating_sub(since.elapsed());
    assert!(tokio::time::timeout(left, both).await.is_ok(), "{what}: everything ends within {LIMIT:?}");
}

async fn a_session_ends(shop: &Installation) {
    let anyone = shop.client();
    let account = Account::register(&anyone).await;
    let other = Account::register(&anyone).await;
    let (offer, _) = plentiful_offer(&anyone).await;
    let order = place_order(&account.client, &offer, "tok_challenge").await["id"].clone();
    let mut live = vec![
        open(&account.client, NOTIFIED, json!({})).await,
        open(&account.client, ORDER_UPDATED, json!({ "id": order })).await,
    ];
    if let Some(direct) = shop.at_subgraph_as("orders", identity(&account, &[Role::Buyer], &[])) {
        live.push(open(&direct, ORDER_UPDATED, json!({ "id": order })).await);
    }
    let ended = account.client.execute("mutation { logoutEverywhere { endedSessions } }", json!({})).await;
    assert_eq!(ended.data()["logoutEverywhere"]["endedSessions"], 2);
    all_end("the session", Instant::now(), &account.client, live).await;
    other.client.execute(ONLY_USERS, json!({})).await.data();
}

pub const GRANT_ROLE: &str =
    "mutation Grant($input: GrantRoleInput!) { grantRole(input: $input) { changed } }";
pub const GRANT_MEMBERSHIP: &str = "mutation Grant($input: GrantVendorMembershipInput!) {
    grantVendorMembership(input: $input) { changed }
}";
const REVOKE_ROLE: &str = "mutation Revoke($input: RevokeRoleInput!) {
    revokeRole(input: $input) { ... on RightsChanged { changed } }
}";

/// The session goes on, but what was begun with the role does not.
async fn a_role_ends(shop: &Installation, admin: &Client) {
    let anyone = shop.client();
    let owner = Account::register(&anyone).await;
    let mut account = Account::register(&anyone).await;
    let role = json!({ "input": { "userId": account.id, "role": "SUPPORT" } });
    admin.execute(GRANT_ROLE, role.clone()).await.data();
    account.log_in(&anyone).await;
    let (offer, _) = plentiful_offer(&anyone).await;
    let order = place_order(&owner.client, &offer, "tok_challenge").await["id"].clone();
    let mut live = vec![open(&account.client, ORDER_UPDATED, json!({ "id": order })).await];
    if let Some(direct) = shop.at_subgraph_as(
        "orders",
        identity(&account, &[Role::Buyer, Role::Support], &[Scope::OrdersRead, Scope::OrdersManage]),
    ) {
        live.push(open(&direct, ORDER_UPDATED, json!({ "id": order })).await);
    }
    let revoked = admin.execute(REVOKE_ROLE, role).await;
    assert_eq!(revoked.data()["revokeRole"]["changed"], true);
    all_end("the role", Instant::now(), &account.client, live).await;
    account.log_in(&anyone).await;
    let seen =
        account.client.execute("query($id: ID!) { order(id: $id) { id } }", json!({ "id": order })).await;
    assert_eq!(seen.data()["order"], Value::Null, "a new session has what is left of the rights");
}

const RECEIVED: &str =
    "subscription Received($vendor: ID!) { vendorOrderReceived(vendorId: $vendor) { id } }";

async fn a_membership_ends(shop: &Installation, admin: &Client) {
    let anyone = shop.client();
    let buyer = Account::register(&anyone).await;
    let mut account = Account::register(&anyone).await;
    let (offer, vendor) = plentiful_offer(&anyone).await;
    let role = json!({ "input": { "userId": account.id, "role": "SELLER" } });
    admin.execute(GRANT_ROLE, role).await.data();
    let membership = json!({ "input": { "userId": account.id, "vendorId": vendor } });
    admin.execute(GRANT_MEMBERSHIP, membership.clone()).await.data();
    account.log_in(&anyone).await;
    let own = Scope::Vendor(super::text(&vendor).parse().unwrap());
    let scopes = [Scope::CatalogWrite, Scope::StockWrite, own];
    let mut clients = vec![account.client.clone()];
    clients.extend(shop.at_subgraph_as("orders", identity(&account, &[Role::Buyer, Role::Seller], &scopes)));
    let mut live = Vec::new();
    for client in clients {
        live.push(receiving(&client, &buyer.client, &offer, &vendor).await);
    }
    let revoke = "mutation Revoke($input: RevokeVendorMembershipInput!) { revokeVendorMembership(input: $input) { changed } }";
    let revoked = admin.execute(revoke, membership).await;
    assert_eq!(revoked.data()["revokeVendorMembership"]["changed"], true);
    all_end("the membership", Instant::now(), &account.client, live).await;
}

/// A vendor's open subscription that has told of an order. It tells of what comes after it began: orders are placed
/// until it does.
async fn receiving(client: &Client, buyer: &Client, offer: &Value, vendor: &Value) -> Subscription {
    let mut events = client.subscribe(RECEIVED, json!({ "vendor": vendor })).await;
    loop {
        place_order(buyer, offer, "tok_approve").await;
        if let Ok(event) = tokio::time::timeout(Duration::from_secs(2), events.next()).await {
            event.expect("an order").data();
            return events;
        }
    }
}

/// How a key comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyEnds {
    Revoked,
    Rotated,
    Expires,
}

async fn a_key_ends(shop: &Installation, admin: &Client, way: KeyEnds) {
    const PARTNER: &str = "mutation Partner($name: String!) {
        createPartner(input: { name: $name }) { partner { id } }
    }";
    const KEY: &str = "mutation Key($input: CreateApiKeyInput!) {
        createApiKey(input: $input) { key apiKey { id } }
    }";
    let anyone = shop.client();
    let buyer = Account::register(&anyone).await;
    let (offer, vendor) = plentiful_offer(&anyone).await;
    let partner =
        admin.execute(PARTNER, json!({ "name": fresh_id() })).await.data()["createPartner"]["partner"]["id"]
            .clone();
    let scopes = ["orders:read", "stock:read"];
    let mut input = json!({ "partnerId": partner, "name": "ERP", "scopes": scopes, "vendorIds": [vendor] });
    // Long enough for a subscription to begin.
    let expires = SystemClock.now() + Duration::from_secs(20);
    if way == KeyEnds::Expires {
        input["expiresAt"] = json!(expires);
    }
    let made = admin.execute(KEY, json!({ "input": input })).await.data()["createApiKey"].clone();
    let client = anyone.with_api_key(&super::text(&made["key"]));
    let live = vec![receiving(&client, &buyer.client, &offer, &vendor).await];
    let stream = client.http().post(client.url("/graphql")).header("x-api-key", super::text(&made["key"]));
    let stream = stream.header("accept", "text/event-stream");
    let stream = stream.json(&json!({ "query": RECEIVED, "variables": { "vendor": vendor } }));
    let stream = stream.send().await.unwrap();
    let input = json!({ "input": { "id": made["apiKey"]["id"] } });
    match way {
        KeyEnds::Revoked => {
            let revoke =
                "mutation Revoke($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { changed } }";
            assert_eq!(admin.execute(revoke, input).await.data()["revokeApiKey"]["changed"], true);
        }
        KeyEnds::Rotated => {
            let rotate =
                "mutation Rotate($id: ID!) { rotateApiKey(input: { id: $id, overlapSeconds: 0 }) { key } }";
            admin.execute(rotate, json!({ "id": made["apiKey"]["id"] })).await.data();
        }
        KeyEnds::Expires => {
            assert!(SystemClock.now() < expires, "the subscriptions began in time");
            eventually("the key expires", || async { (SystemClock.now() >= expires).then_some(()) }).await;
        }
    }
    let since = Instant::now();
    all_end(&format!("{way:?}"), since, &client, live).await;
    let left = LIMIT.saturating_sub(since.elapsed()) + Duration::from_millis(100);
    let rest = tokio::time::timeout(left, stream.text()).await.expect("the event stream ends").unwrap();
    assert!(rest.contains("UNAUTHENTICATED") && rest.contains("event: complete"), "{rest}");
}
