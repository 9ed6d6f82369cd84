use contracts::orders::{
    CancellationReason, OrderCancelled, OrderDelivered, OrderPaid, OrderPlaced, OrderShipped,
};
use contracts::payments::PaymentRefunded;
use platform_commerce::{CurrencyCode, Market, Money};
use platform_core::id::{OrderId, UserId};
use platform_identity::Scope;
use platform_testkit::{TestSubgraph, eventually};
use serde_json::{Value, json};
use users::UsersSubgraph;

use crate::support::{register, staff, start};

const INBOX: &str = "query ($first: Int, $after: String, $unread: Boolean! = false) {
    notifications(first: $first, after: $after, unreadOnly: $unread) {
        edges { node { id kind title body readAt order { id } } } pageInfo { hasNextPage endCursor } }
    unreadNotificationCount }";
const FEED: &str = "subscription ($after: Int) { notificationReceived(afterVersion: $after) {
    version unreadCount notification { id kind title order { id } } } }";

fn placed(app: &TestSubgraph<UsersSubgraph>, user: Option<UserId>, number: &str) -> OrderPlaced {
    let total = Money::from_minor(1_999, CurrencyCode::EUR);
    OrderPlaced {
        order_id: app.ids().next(),
        number: number.to_owned(),
        user_id: user,
        lines: Vec::new(),
        total,
    }
}

/// Waits until the inbox holds `count` notifications, and returns their kinds, the newest first.
async fn kinds(app: &TestSubgraph<UsersSubgraph>, user: UserId, count: usize) -> Vec<String> {
    let client = app.as_user(user);
    eventually(|| async {
        client.execute(INBOX, json!({})).await.get::<Vec<Value>>("notifications.edges").len() == count
    })
    .await;
    let edges: Vec<Value> = client.execute(INBOX, json!({})).await.get("notifications.edges");
    edges.iter().map(|edge| edge["node"]["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_buyer_hears_of_orders_and_payments() {
    let app = start().await;
    let (ann, ben) = (register(&app, "ann@example.com").await, register(&app, "ben@example.com").await);
    let order = placed(&app, Some(ann.id), "S-1001");
    let (order_id, number, user_id) = (order.order_id, order.number.clone(), order.user_id);
    let amount = Money::from_minor(500, CurrencyCode::EUR);
    app.publish(&order);
    app.publish(&placed(&app, None, "S-1002"));
    app.publish(&placed(&app, Some(app.ids().next()), "S-1003"));
    app.publish(&OrderPaid {
        order_id,
        number: number.clone(),
        user_id,
        payment_id: None,
        total: order.total,
    });
    kinds(&app, ann.id, 2).await;
    app.publish(&OrderCancelled {
        order_id,
        number,
        user_id,
        reason: CancellationReason::Staff,
        refunded: false,
    });
    kinds(&app, ann.id, 3).await;
    app.publish(&PaymentRefunded {
        payment_id: app.ids().next(),
        refund_id: app.ids().next(),
        order_id,
        user_id,
        amount,
        refunded: amount,
        points: 120,
        points_refunded: None,
    });
    let told = kinds(&app, ann.id, 4).await;
    assert_eq!(told, ["PAYMENT_REFUNDED", "ORDER_CANCELLED", "ORDER_PAID", "ORDER_PLACED"]);

    let inbox = app.as_user(ann.id).execute(INBOX, json!({})).await;
    assert_eq!(inbox.at("unreadNotificationCount"), 4);
    assert_eq!(
        inbox.at("notifications.edges.0.node.body"),
        "5.00 EUR for your order S-1001 is on its way back to you. 120 points are back in your account."
    );
    assert_eq!(inbox.at("notifications.edges.3.node.order.id"), &json!(order_id));
    assert_eq!(inbox.at("notifications.edges.3.node.body"), "Thank you! We have your order S-1001.");
    let japanese = app.as_user(ann.id).in_market(Market { language: "ja".into(), ..Market::default() });
    let inbox = japanese.execute(INBOX, json!({})).await;
    assert_eq!(inbox.at("notifications.edges.3.node.body"), "ご注文 S-1001 を承りました。");
    let others = app.as_user(ben.id).execute(INBOX, json!({})).await;
    assert_eq!(others.at("notifications.edges"), &json!([]));
}

#[tokio::test]
async fn an_order_on_its_way_is_told_of_at_its_shipping_and_delivery() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let (order_id, number) = (app.ids().next(), "S-1001".to_owned());
    app.publish(&OrderShipped { order_id, number: number.clone(), user_id: Some(ann.id) });
    app.publish(&OrderDelivered { order_id, number, user_id: Some(ann.id) });
    assert_eq!(kinds(&app, ann.id, 2).await, ["ORDER_DELIVERED", "ORDER_SHIPPED"]);
}

/// An order of which all was given back is not one that was called off.
#[tokio::test]
async fn an_order_that_is_refunded_is_told_as_such() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    app.publish(&OrderCancelled {
        order_id: app.ids().next(),
        number: "S-1001".to_owned(),
        user_id: Some(ann.id),
        reason: CancellationReason::Staff,
        refunded: true,
    });
    assert_eq!(kinds(&app, ann.id, 1).await, ["ORDER_REFUNDED"]);
    let client = app.as_user(ann.id);
    for (language, body) in [
        ("en", "Your order S-1001 was refunded in full."),
        ("de", "Ihre Bestellung S-1001 wurde vollständig erstattet."),
        ("ja", "ご注文 S-1001 は全額返金されました。"),
    ] {
        let reader = client.clone().in_market(Market { language: language.into(), ..Market::default() });
        assert_eq!(reader.execute(INBOX, json!({})).await.at("notifications.edges.0.node.body"), body);
    }
}

/// Check 36, in part: an event that is delivered twice is told once.
#[tokio::test]
async fn an_event_delivered_again_is_told_once() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    app.publish(&placed(&app, Some(ann.id), "S-1"));
    kinds(&app, ann.id, 1).await;
    app.redeliver_last("orders");
    app.publish(&placed(&app, Some(ann.id), "S-2"));
    assert_eq!(kinds(&app, ann.id, 2).await, ["ORDER_PLACED", "ORDER_PLACED"]);
}

#[tokio::test]
async fn a_feed_begins_with_the_state_and_closes_the_gap() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    app.publish(&placed(&app, Some(ann.id), "S-1"));
    kinds(&app, ann.id, 1).await;

    let mut feed = ann.client(&app).subscribe(FEED, json!({})).await;
    let state = feed.next().await;
    assert_eq!(state.at("notificationReceived.unreadCount"), 1);
    assert!(state.data()["notificationReceived"]["notification"].is_null());
    let seen: i64 = state.get("notificationReceived.version");

    let second = placed(&app, Some(ann.id), "S-2");
    app.publish(&second);
    let update = feed.next().await;
    assert_eq!(update.at("notificationReceived.notification.order.id"), &json!(second.order_id));
    assert_eq!(update.at("notificationReceived.unreadCount"), 2);
    assert!(update.get::<i64>("notificationReceived.version") > seen);

    let mark = "mutation ($id: ID!) { markNotificationRead(input: { id: $id }) { unreadCount notification { readAt } } }";
    let id = update.text("notificationReceived.notification.id");
    let marked = ann.client(&app).execute(mark, json!({ "id": id })).await;
    assert_eq!(marked.at("markNotificationRead.unreadCount"), 1);
    let read = feed.next().await;
    assert_eq!(read.at("notificationReceived.unreadCount"), 1);
    assert!(read.data()["notificationReceived"]["notification"].is_null());
    drop(feed);

    app.publish(&placed(&app, Some(ann.id), "S-3"));
    kinds(&app, ann.id, 3).await;
    let mut again = ann.client(&app).subscribe(FEED, json!({ "after": seen })).await;
    let missed = [again.next().await, again.next().await];
    assert_eq!(missed[0].at("notificationReceived.notification.order.id"), &json!(second.order_id));
    assert_eq!(missed[1].at("notificationReceived.notification.kind"), "ORDER_PLACED");
}

#[tokio::test]
async fn reading_is_for_the_owner_and_happens_once() {
    let app = start().await;
    let (ann, eve) = (register(&app, "ann@example.com").await, register(&app, "eve@example.com").await);
    for number in ["S-1", "S-2", "S-3"] {
        app.publish(&placed(&app, Some(ann.id), number));
    }
    kinds(&app, ann.id, 3).await;
    let page = ann.client(&app).execute(INBOX, json!({ "first": 2 })).await;
    assert_eq!(page.at("notifications.pageInfo.hasNextPage"), true);
    let cursor = page.text("notifications.pageInfo.endCursor");
    let rest = ann.client(&app).execute(INBOX, json!({ "first": 2, "after": cursor })).await;
    assert_eq!(rest.at("notifications.edges").as_array().unwrap().len(), 1);

    let mark = "mutation ($id: ID!) { markNotificationRead(input: { id: $id }) { notification { readAt } } }";
    let id = rest.text("notifications.edges.0.node.id");
    assert_eq!(eve.client(&app).execute(mark, json!({ "id": id })).await.codes(), ["NOT_FOUND"]);
    let first: String = ann
        .client(&app)
        .execute(mark, json!({ "id": id }))
        .await
        .get("markNotificationRead.notification.readAt");
    let again: String = ann
        .client(&app)
        .execute(mark, json!({ "id": id }))
        .await
        .get("markNotificationRead.notification.readAt");
    assert_eq!(first, again);
    let unread = ann.client(&app).execute(INBOX, json!({ "unread": true })).await;
    assert_eq!(unread.at("notifications.edges").as_array().unwrap().len(), 2);
    let all = "mutation { markAllNotificationsRead { marked } }";
    assert_eq!(ann.client(&app).execute(all, json!({})).await.at("markAllNotificationsRead.marked"), 2);
    assert_eq!(ann.client(&app).execute(all, json!({})).await.at("markAllNotificationsRead.marked"), 0);
}

#[tokio::test]
async fn staff_and_services_send_and_a_repetition_arrives_once() {
    let app = start().await;
    let (ann, ben) = (register(&app, "ann@example.com").await, register(&app, "ben@example.com").await);
    let send = "mutation ($input: SendNotificationInput!) { sendNotification(input: $input) { sent } }";
    let input = json!({ "userIds": [ann.id, ben.id, ann.id], "title": "Sale", "body": "Today only", "idempotencyKey": "k" });
    let sender = staff(&app, [Scope::NotificationsSend]).await;
    assert_eq!(sender.execute(send, json!({ "input": input })).await.at("sendNotification.sent"), 2);
    assert_eq!(sender.execute(send, json!({ "input": input })).await.at("sendNotification.sent"), 0);
    let service = app.as_service("vendors");
    let other =
        json!({ "userIds": [ann.id], "title": "Hello", "body": "From a vendor", "idempotencyKey": "v" });
    assert_eq!(
        service.execute_internal(send, json!({ "input": other })).await.at("sendNotification.sent"),
        1
    );
    let inbox = app.as_user(ann.id).execute(INBOX, json!({})).await;
    assert_eq!(inbox.at("notifications.edges.0.node.title"), "Hello");
    assert_eq!(inbox.at("notifications.edges.1.node.body"), "Today only");
    let empty = json!({ "userIds": [], "title": "Hello", "body": "x" });
    assert_eq!(sender.execute(send, json!({ "input": empty })).await.codes(), ["BAD_USER_INPUT"]);
}

/// An order that somebody else placed is named by its id alone; this subgraph knows nothing more of it.
#[tokio::test]
async fn an_order_is_a_stub() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let order = placed(&app, Some(ann.id), "S-1");
    let expected: OrderId = order.order_id;
    app.publish(&order);
    kinds(&app, ann.id, 1).await;
    let query = "{ notifications { edges { node { order { __typename id } } } } }";
    let answer = app.as_user(ann.id).execute(query, json!({})).await;
    assert_eq!(
        answer.at("notifications.edges.0.node.order"),
        &json!({ "__typename": "Order", "id": expected })
    );
}
