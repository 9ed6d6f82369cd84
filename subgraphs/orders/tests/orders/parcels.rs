//! Orders follow their parcels.

use std::time::Duration;

use contracts::logistics::{ShipmentCreated, ShipmentStatus, ShipmentStatusChanged};
use contracts::orders::{OrderCompleted, OrderDelivered, OrderPiecesRefunded, OrderShipped};
use contracts::payments::PaymentRefunded;
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{OrderId, ShipmentId, VendorOrderId};
use platform_identity::Scope;
use platform_testkit::{TestClient, TestSubgraph, eventually, eventually_some};
use serde_json::{Value, json};

use crate::shop::{ORDER, Shop, add, euro, mails, order, place, status, told};

const CANCEL: &str = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";

/// A paid order, as logistics knows it.
struct Paid {
    id: OrderId,
    part: VendorOrderId,
    buyer: TestClient,
}

impl Paid {
    async fn order(shop: &Shop) -> Self {
        let buyer = shop.buyer().await;
        let placed = place(&buyer, &order("key-00001")).await;
        let id = placed.text("placeOrder.order.id").parse().unwrap();
        let part = placed.text("placeOrder.order.vendorOrders.0.id").parse().unwrap();
        Self { id, part, buyer }
    }

    /// There is a parcel of it.
    fn parcel(&self, shop: &Shop) -> ShipmentId {
        let shipment_id = shop.app.ids().next();
        shop.app.publish(&ShipmentCreated {
            shipment_id,
            order_id: self.id,
            vendor_order_id: self.part,
            vendor_id: shop.vendor,
            user_id: None,
            items: Vec::new(),
        });
        shipment_id
    }

    fn tell(&self, shop: &Shop, shipment_id: ShipmentId, version: i64, status: ShipmentStatus) {
        shop.app.publish(&ShipmentStatusChanged {
            shipment_id,
            order_id: self.id,
            vendor_order_id: self.part,
            vendor_id: shop.vendor,
            user_id: None,
            status,
            version,
        });
    }

    /// Staff give back the price of so many pieces of its one line, which are broken; returns the line.
    async fn refund_pieces(&self, shop: &Shop, quantity: i32) -> String {
        let lines = "query ($id: ID!) { order(id: $id) { lines { id } } }";
        let line = self.buyer.execute(lines, json!({ "id": self.id })).await.text("order.lines.0.id");
        let made = json!({ "__typename": "PartRefund", "status": "SUCCEEDED", "points": 0, "pointsRefunded": 0,
            "refunded": euro(1_000 * i64::from(quantity)) });
        shop.payments_say("refundPart", made);
        shop.catalog_says("returnPieces", json!({ "key": "order" }));
        let scopes = [Scope::OrdersRead, Scope::OrdersManage, Scope::PaymentsManage];
        let staff = shop.app.as_user(shop.app.ids().next()).with_scopes(scopes);
        let input = json!({
            "orderId": self.id, "lines": [{ "lineId": line, "quantity": quantity }], "reason": "broken",
            "idempotencyKey": "refund-1", "restock": false,
        });
        let refunded = staff.mutate("refundOrderLines", input).await;
        assert_eq!(
            refunded.text("refundOrderLines.__typename"),
            "RefundOrderLinesPayload",
            "{}",
            refunded.body
        );
        line
    }

    async fn seen(&self) -> Value {
        self.buyer.execute(ORDER, json!({ "id": self.id })).await.at("order").clone()
    }

    /// Where the order and its one part come to stand.
    async fn comes_to(&self, status: &str, part: &str) {
        eventually(|| async {
            let seen = self.seen().await;
            seen["status"] == status && seen["vendorOrders"][0]["status"] == part
        })
        .await;
    }
}

#[tokio::test]
async fn an_order_follows_the_last_of_its_parcels_until_it_is_completed() {
    let shop = Shop::open().await;
    let paid = Paid::order(&shop).await;
    let (one, other) = (paid.parcel(&shop), paid.parcel(&shop));
    paid.tell(&shop, one, 2, ShipmentStatus::HandedOver);
    paid.tell(&shop, one, 3, ShipmentStatus::Delivered);
    paid.tell(&shop, other, 2, ShipmentStatus::Packed);
    paid.tell(&shop, other, 3, ShipmentStatus::OutForDelivery);
    paid.comes_to("SHIPPED", "SHIPPED").await;
    // Said late, it changes nothing.
    paid.tell(&shop, other, 2, ShipmentStatus::Packed);
    paid.tell(&shop, other, 4, ShipmentStatus::Delivered);
    paid.comes_to("DELIVERED", "DELIVERED").await;
    assert_eq!(told::<OrderDelivered>(&shop.app, 1).await[0].order_id, paid.id);
    assert_eq!(told::<OrderShipped>(&shop.app, 1).await.len(), 1);
    mails(&shop, &["ORDER_DELIVERED"], 1).await;
    shop.app.clock().advance(Duration::from_secs(14 * 24 * 3_600 - 60));
    assert_eq!(status(&paid.buyer, &paid.id.to_string()).await, "DELIVERED");
    shop.app.clock().advance(Duration::from_secs(120));
    paid.comes_to("COMPLETED", "DELIVERED").await;
    assert_eq!(told::<OrderCompleted>(&shop.app, 1).await.len(), 1);
    let seen = paid.seen().await;
    let history: Vec<_> =
        seen["history"].as_array().unwrap().iter().map(|h| h["status"].as_str().unwrap()).collect();
    assert_eq!(history, ["PENDING", "CONFIRMED", "PAID", "SHIPPED", "DELIVERED", "COMPLETED"]);
}

#[tokio::test]
async fn without_a_time_for_returns_an_order_is_completed_when_it_is_delivered() {
    let shop =
        Shop::open_as(TestSubgraph::builder().configure(|config| config.fulfilment.return_days = 0)).await;
    let paid = Paid::order(&shop).await;
    let parcel = paid.parcel(&shop);
    paid.tell(&shop, parcel, 2, ShipmentStatus::HandedOver);
    paid.tell(&shop, parcel, 3, ShipmentStatus::Delivered);
    paid.comes_to("COMPLETED", "DELIVERED").await;
    assert_eq!(told::<OrderCompleted>(&shop.app, 1).await.len(), 1);
}

#[tokio::test]
async fn what_was_lost_or_came_back_is_over_and_nothing_of_it_was_delivered() {
    let shop = Shop::open().await;
    let paid = Paid::order(&shop).await;
    let (one, other) = (paid.parcel(&shop), paid.parcel(&shop));
    for (parcel, end) in [(one, ShipmentStatus::Lost), (other, ShipmentStatus::Returned)] {
        paid.tell(&shop, parcel, 2, ShipmentStatus::HandedOver);
        paid.tell(&shop, parcel, 3, end);
    }
    paid.comes_to("SHIPPED", "RETURNED").await;
    // One of them turns up.
    paid.tell(&shop, one, 4, ShipmentStatus::Delivered);
    paid.comes_to("DELIVERED", "DELIVERED").await;
}

/// The pieces of its one part were refunded in the moment in which its parcel left.
#[tokio::test]
async fn a_part_that_was_refunded_follows_a_parcel_that_left_all_the_same() {
    let shop = Shop::open().await;
    let paid = Paid::order(&shop).await;
    let parcel = paid.parcel(&shop);
    paid.refund_pieces(&shop, 2).await;
    paid.comes_to("PAID", "CANCELLED").await;
    paid.tell(&shop, parcel, 2, ShipmentStatus::HandedOver);
    paid.comes_to("SHIPPED", "SHIPPED").await;
}

#[tokio::test]
async fn an_order_that_has_left_is_not_called_off() {
    let shop = Shop::open().await;
    let paid = Paid::order(&shop).await;
    let cancel = || async {
        paid.buyer.execute(CANCEL, json!({ "id": paid.id })).await.text("cancelOrder.__typename")
    };
    // It leaves in the moment in which it is called off: logistics knows, and orders does not yet.
    shop.logistics_says("stopDelivery", json!({ "__typename": "DeliveryUnderway", "shipped": [] }));
    for _ in 0..2 {
        assert_eq!(cancel().await, "OrderNotCancellable");
    }
    shop.logistics_says("delivery", json!({ "hasLeft": true }));
    for _ in 0..10 {
        assert_eq!(cancel().await, "OrderNotCancellable", "however often");
    }
    assert_eq!(shop.saga_column("kind").await.iter().filter(|kind| *kind == "cancellation").count(), 2);
    assert!(!shop.asked().contains(&"refundRemaining".to_owned()), "no money went back");
    let parcel = paid.parcel(&shop);
    paid.tell(&shop, parcel, 2, ShipmentStatus::HandedOver);
    paid.comes_to("SHIPPED", "SHIPPED").await;
    shop.logistics_says("stopDelivery", json!({ "__typename": "DeliveryStopped" }));
    assert_eq!(cancel().await, "OrderNotCancellable");
}

#[tokio::test]
async fn an_order_of_which_nothing_has_left_is_stopped_before_its_money_goes_back() {
    let shop = Shop::open().await;
    let paid = Paid::order(&shop).await;
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let cancelled = paid.buyer.execute(CANCEL, json!({ "id": paid.id })).await;
    assert_eq!(cancelled.text("cancelOrder.__typename"), "CancelOrderPayload");
    let asked = shop.asked();
    let after: Vec<_> =
        asked.iter().skip_while(|field| *field != "stopDelivery").map(String::as_str).collect();
    assert_eq!(after, ["stopDelivery", "refundRemaining", "releaseReservation", "restockReservation"]);
}

/// The pieces, whose price logistics does not know, are told to it once.
#[tokio::test]
async fn refunded_pieces_are_published_once() {
    let shop = Shop::open().await;
    let paid = Paid::order(&shop).await;
    paid.refund_pieces(&shop, 1).await;
    let line = paid.refund_pieces(&shop, 1).await;
    let events = told::<OrderPiecesRefunded>(&shop.app, 1).await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].lines[0].line_id.to_string(), events[0].lines[0].quantity), (line, 1));
}

/// What was refunded in full while a part of it was on its way: what has not left goes back on the shelf, but for pieces
/// that came back with a refund of their own.
#[tokio::test]
async fn what_has_not_left_of_a_refunded_order_goes_back_on_the_shelf() {
    let shop = Shop::open().await;
    let buyer = shop.app.as_user(shop.app.ids().next());
    add(&buyer, shop.app.ids().next(), 5).await.data();
    let placed = place(&buyer, &order("key-00001")).await;
    let id = placed.text("placeOrder.order.id");
    let lines = "query ($id: ID!) { order(id: $id) { lines { id } } }";
    let line = buyer.execute(lines, json!({ "id": id })).await.text("order.lines.0.id");
    let shipped = json!([{ "lineId": line, "quantity": 2 }]);
    shop.logistics_says("stopDelivery", json!({ "__typename": "DeliveryUnderway", "shipped": shipped }));
    shop.catalog_says("returnPieces", json!({ "key": "order" }));
    // To be called off it came too late: it is settled all the same.
    assert_eq!(
        buyer.execute(CANCEL, json!({ "id": id })).await.text("cancelOrder.__typename"),
        "OrderNotCancellable"
    );
    let total = placed.text("placeOrder.order.total.amount").replace('.', "").parse().unwrap();
    shop.app.publish(&PaymentRefunded {
        payment_id: shop.payment,
        refund_id: shop.app.ids().next(),
        order_id: id.parse().unwrap(),
        user_id: None,
        amount: Money::from_minor(total, CurrencyCode::EUR),
        refunded: Money::from_minor(total, CurrencyCode::EUR),
        points: 0,
        points_refunded: Some(0),
    });
    eventually(|| async { status(&buyer, &id).await == "REFUNDED" }).await;
    let asked = eventually_some(|| async { shop.catalog.calls("returnPieces").pop() }).await;
    let input = &asked.variables["input"];
    assert_eq!((&input["lines"][0]["quantity"], &input["toShelf"]), (&json!(3), &json!(true)), "{input}");
    let wholes = ["releaseReservation", "restockReservation"];
    assert!(!shop.asked().iter().any(|field| wholes.contains(&field.as_str())), "what has left is not there");
}

/// Whoever waits is told that a courier comes, and that nobody opened, once for each time; with what follows that parcel alone.
#[tokio::test]
async fn a_buyer_is_mailed_how_to_follow_parcels_and_when_a_courier_comes() {
    let shop = Shop::open().await;
    let paid = Paid::order(&shop).await;
    let (one, other) = (paid.parcel(&shop), paid.parcel(&shop));
    let link = |id: ShipmentId, number: &str| json!({ "shipmentId": id, "number": number, "token": format!("token-of-{number}") });
    shop.logistics_says("trackingLinks", json!([link(one, "SK1"), link(other, "SK2")]));
    for parcel in [one, other] {
        paid.tell(&shop, parcel, 2, ShipmentStatus::HandedOver);
    }
    let shipped = mails(&shop, &["ORDER_SHIPPED"], 1).await.pop().unwrap();
    let (first, second) = (
        json!({ "number": "SK1", "token": "token-of-SK1" }),
        json!({ "number": "SK2", "token": "token-of-SK2" }),
    );
    assert_eq!(shipped["data"]["parcels"], json!([first, second]));
    paid.tell(&shop, one, 3, ShipmentStatus::OutForDelivery);
    let coming = mails(&shop, &["ORDER_OUT_FOR_DELIVERY"], 1).await.pop().unwrap();
    assert_eq!(coming["data"]["parcels"], json!([first]));
    paid.tell(&shop, one, 4, ShipmentStatus::Attempted);
    let attempted = mails(&shop, &["ORDER_DELIVERY_ATTEMPTED"], 1).await.pop().unwrap();
    assert_ne!(attempted["key"], coming["key"]);
    paid.tell(&shop, one, 5, ShipmentStatus::OutForDelivery);
    let again = mails(&shop, &["ORDER_OUT_FOR_DELIVERY"], 2).await;
    assert_ne!(again[0]["key"], again[1]["key"], "each time it comes");
    // What is out of date is told no more.
    paid.tell(&shop, one, 3, ShipmentStatus::OutForDelivery);
    paid.tell(&shop, one, 6, ShipmentStatus::Delivered);
    paid.tell(&shop, other, 3, ShipmentStatus::Delivered);
    mails(&shop, &["ORDER_DELIVERED"], 1).await;
    assert_eq!(mails(&shop, &["ORDER_OUT_FOR_DELIVERY"], 2).await.len(), 2);
}
