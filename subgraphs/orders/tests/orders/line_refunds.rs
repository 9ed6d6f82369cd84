//! Staff refund pieces of an order: each once, at what the buyer paid for it.

use std::sync::Mutex;
use std::time::Duration;

use contracts::payments::PaymentRefunded;
use platform_commerce::{CurrencyCode, Money};
use platform_core::ErrorCode;
use platform_core::id::RefundId;
use platform_identity::Scope;
use platform_server::PlatformConfig;
use platform_testkit::{Answer, TestClient, TestSubgraph, eventually};
use serde_json::{Value, json};

use crate::shop::{GUEST, Shop, add, euro, mails, order, place, status};

const REFUND: &str = "mutation ($input: RefundOrderLinesInput!) { refundOrderLines(input: $input) {
    __typename
    ... on RefundOrderLinesPayload {
        refund { id status failure shipping { amount } amount { amount } money { amount } points reason restock
            lines { quantity amount { amount } line { id refundedQuantity } } }
        order { status refunded { amount } lineRefunds { id status } } }
    ... on OrderNotRefundable { order { status } }
    ... on PiecesRefundedBefore { lines { lineId requested refundable } }
    ... on ShippingRefundedBefore { refundable { amount } }
    ... on RefundLimitReached { limit { amount } left { amount } } } }";
const SEEN: &str =
    "query ($id: ID!) { order(id: $id) { status refunded { amount } lines { id refundedQuantity }
    lineRefunds { status points reason lines { quantity amount { amount } } } } }";

/// A paid order of three lamps for 10.00 after a discount, and 4.99 for their parcel.
struct Lamps {
    buyer: TestClient,
    id: String,
    line: String,
}

async fn lamps(shop: &Shop, points: i64) -> Lamps {
    lamps_for(shop, 1_000, points).await
}

/// The same for `total` after a discount.
async fn lamps_for(shop: &Shop, total: i64, points: i64) -> Lamps {
    shop.price_by(move |quote| {
        for of in ["", "/lines/0"] {
            let amounts = quote.pointer_mut(of).unwrap();
            amounts["subtotal"] = euro(1_200);
            amounts["discount"] = euro(1_200 - total);
            amounts["tax"] = euro(total / 5);
            amounts["total"] = euro(total);
        }
        let line = &mut quote["lines"][0];
        line["unitPrice"] = euro(400);
        line["discountNet"] = euro((1_200 - total) / 5 * 4);
        line["entered"] = euro(total);
        line["net"] = euro(total / 5 * 4);
    });
    payments_give_back(shop);
    shop.catalog_says("returnPieces", json!({ "status": "COMMITTED" }));
    let buyer = shop.app.as_user(shop.app.ids().next());
    add(&buyer, shop.app.ids().next(), 3).await.data();
    let mut input = order("key-00001");
    input["points"] = json!(points);
    let id = place(&buyer, &input).await.text("placeOrder.order.id");
    let line = buyer.execute(SEEN, json!({ "id": id })).await.text("order.lines.0.id");
    Lamps { buyer, id, line }
}

/// Payments gives back whatever is asked of it, each refund once, in money and in points.
fn payments_give_back(shop: &Shop) {
    let made = Mutex::new(Vec::<(Value, i64, i64)>::new());
    drop(shop.payments.clone().answer_with("refundPart", move |call| {
        let input = &call.variables["input"];
        let amount: i64 = input["amount"]["amount"].as_str().unwrap().replace('.', "").parse().unwrap();
        let points = input["split"]["pointsMinor"].as_i64().unwrap();
        let mut made = made.lock().unwrap();
        if !made.iter().any(|(id, ..)| *id == input["id"]) {
            made.push((input["id"].clone(), amount, points));
        }
        let refunded: i64 = made.iter().map(|(_, amount, _)| amount).sum();
        let in_all: i64 = made.iter().map(|(.., points)| points).sum();
        json!({ "__typename": "PartRefund", "status": "SUCCEEDED", "points": points, "pointsRefunded": in_all,
            "refunded": euro(refunded) })
    }));
}

/// Staff refund one piece of an order's only line.
pub async fn refund_a_piece(shop: &Shop, buyer: &TestClient, order: &str) {
    payments_give_back(shop);
    shop.catalog_says("returnPieces", json!({ "status": "COMMITTED" }));
    let line = buyer.execute(SEEN, json!({ "id": order })).await.text("order.lines.0.id");
    let lamps = Lamps { buyer: buyer.clone(), id: order.to_owned(), line };
    let made = refund(&staff(shop), &pieces(&lamps, 1, order)).await;
    assert_eq!(made.text("refundOrderLines.refund.status"), "SUCCEEDED", "{}", made.body);
}

fn staff(shop: &Shop) -> TestClient {
    let scopes = [Scope::OrdersRead, Scope::OrdersManage, Scope::PaymentsManage];
    shop.app.as_user(shop.app.ids().next()).with_scopes(scopes)
}

fn pieces(lamps: &Lamps, quantity: i32, key: &str) -> Value {
    json!({ "orderId": lamps.id, "lines": [{ "lineId": lamps.line, "quantity": quantity }],
        "reason": "scratched", "idempotencyKey": key, "restock": true })
}

fn shipping(lamps: &Lamps, minor: i64, key: &str) -> Value {
    json!({ "orderId": lamps.id, "lines": [], "shipping": euro(minor), "reason": "late",
        "idempotencyKey": key, "restock": false })
}

async fn refund(client: &TestClient, input: &Value) -> Answer {
    client.execute(REFUND, json!({ "input": input })).await
}

/// The inputs that a peer was asked with.
fn asked(peer: &platform_testkit::ScriptedPeer, field: &str) -> Vec<Value> {
    peer.calls(field).into_iter().map(|call| call.variables["input"].clone()).collect()
}

/// Check 29: each piece costs its part of the line, all pieces and the shipping are what was paid, and no piece comes
/// back twice.
#[tokio::test]
async fn all_pieces_and_the_shipping_are_what_was_paid() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let staff = staff(&shop);
    for (nth, amount) in ["3.33", "3.34", "3.33"].into_iter().enumerate() {
        let made = refund(&staff, &pieces(&lamps, 1, &format!("piece-{nth}"))).await;
        assert_eq!(made.text("refundOrderLines.refund.status"), "SUCCEEDED", "{}", made.body);
        assert_eq!(made.text("refundOrderLines.refund.lines.0.amount.amount"), amount);
        assert_eq!(made.text("refundOrderLines.refund.money.amount"), amount);
        assert_eq!(made.at("refundOrderLines.refund.lines.0.line.refundedQuantity"), nth + 1);
        assert_eq!(made.text("refundOrderLines.order.status"), "PAID");
    }
    let again = refund(&staff, &pieces(&lamps, 1, "piece-3")).await;
    let short = json!([{ "lineId": lamps.line, "requested": 1, "refundable": 0 }]);
    assert_eq!(again.at("refundOrderLines.lines"), &short, "{}", again.body);
    let too_much = refund(&staff, &shipping(&lamps, 500, "shipping-0")).await;
    assert_eq!(too_much.text("refundOrderLines.refundable.amount"), "4.99", "{}", too_much.body);
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let last = refund(&staff, &shipping(&lamps, 499, "shipping-1")).await;
    assert_eq!(last.text("refundOrderLines.order.status"), "REFUNDED", "{}", last.body);
    assert_eq!(last.text("refundOrderLines.order.refunded.amount"), "14.99");
    let amounts: Vec<Value> =
        asked(&shop.payments, "refundPart").iter().map(|input| input["amount"]["amount"].clone()).collect();
    assert_eq!(amounts, ["3.33", "3.34", "3.33", "4.99"]);
    let returned = asked(&shop.catalog, "returnPieces");
    assert_eq!(returned.len(), 3);
    let key = format!("order:{}", lamps.id);
    assert!(returned.iter().all(|input| input["key"] == key && input["toShelf"] == true));
    assert_eq!(
        refund(&staff, &shipping(&lamps, 1, "shipping-2")).await.text("refundOrderLines.order.status"),
        "REFUNDED"
    );
    let seen = lamps.buyer.execute(SEEN, json!({ "id": lamps.id })).await;
    assert_eq!(seen.text("order.lineRefunds.0.reason"), "scratched", "the buyer reads it too: {}", seen.body);
    assert_eq!(seen.get::<Vec<Value>>("order.lineRefunds").len(), 4);
}

/// What a refund gave back: for the pieces, in money, and in points.
fn parts(answer: &Answer) -> (i64, i64, i64) {
    let minor = |field: &str| {
        let text = answer.text(&format!("refundOrderLines.refund.{field}.amount"));
        text.replace('.', "").parse::<i64>().unwrap()
    };
    (minor("amount"), minor("money"), answer.get("refundOrderLines.refund.points"))
}

/// Of an order that points paid in part, the same part of each piece goes back in money, and the rest of it in points.
#[tokio::test]
async fn points_pay_their_part_of_each_piece() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 500).await;
    let staff = staff(&shop);
    let (mut money, mut points) = (0, 0);
    for nth in 0..3 {
        let made = refund(&staff, &pieces(&lamps, 1, &format!("piece-{nth}"))).await;
        let (amount, in_money, in_points) = parts(&made);
        assert!((221..=223).contains(&in_money), "two thirds of 3.33: {}", made.body);
        assert_eq!(in_money + in_points, amount, "{}", made.body);
        (money, points) = (money + in_money, points + in_points);
    }
    let (_, in_money, in_points) = parts(&refund(&staff, &shipping(&lamps, 499, "shipping")).await);
    assert_eq!((money + in_money, points + in_points), (999, 500), "what was paid in each");
}

/// However little of an order was paid in money, each piece gives back what it cost and no more; the order is refunded when
/// all of it is.
#[tokio::test]
async fn pieces_that_points_paid_give_back_their_own_points() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 1_498).await;
    let staff = staff(&shop);
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let (mut money, mut points) = (0, 0);
    for (nth, amount) in [333, 334, 333].into_iter().enumerate() {
        let made = refund(&staff, &pieces(&lamps, 1, &format!("piece-{nth}"))).await;
        let (cost, in_money, in_points) = parts(&made);
        assert_eq!((cost, in_money + in_points), (amount, amount), "{}", made.body);
        assert_eq!(made.text("refundOrderLines.order.status"), "PAID", "{}", made.body);
        (money, points) = (money + in_money, points + in_points);
    }
    let last = refund(&staff, &shipping(&lamps, 499, "shipping")).await;
    let (_, in_money, in_points) = parts(&last);
    assert_eq!((money + in_money, points + in_points), (1, 1_498));
    assert_eq!(last.text("refundOrderLines.order.status"), "REFUNDED", "{}", last.body);
}

/// Payments hears whose pieces come back: what their vendor, commission, tax and shipping have of them.
#[tokio::test]
async fn payments_hears_how_the_pieces_divide() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let staff = staff(&shop);
    for (input, split) in [
        (pieces(&lamps, 1, "piece"), json!([{ "netMinor": 239, "commissionMinor": 27, "taxMinor": 67 }])),
        (shipping(&lamps, 499, "shipping"), json!([])),
        (pieces(&lamps, 2, "rest"), json!([{ "netMinor": 481, "commissionMinor": 53, "taxMinor": 133 }])),
    ] {
        refund(&staff, &input).await.data();
        let asked = asked(&shop.payments, "refundPart").pop().unwrap()["split"].clone();
        let of = |field: &str| asked[field].as_i64().unwrap();
        let vendors: Vec<Value> = asked["vendors"].as_array().unwrap().iter().map(|part| {
            assert_eq!(part["vendorId"], json!(shop.vendor));
            json!({ "netMinor": part["netMinor"], "commissionMinor": part["commissionMinor"], "taxMinor": of("taxMinor") })
        }).collect();
        assert_eq!(json!(vendors), split, "{asked}");
        assert_eq!(of("pointsMinor") + of("discountsMinor"), 0, "{asked}");
        let is_shipping = vendors.is_empty();
        assert_eq!(of("shippingMinor") > 0, is_shipping, "{asked}");
        assert!(!is_shipping || of("shippingMinor") + of("taxMinor") == 499, "{asked}");
    }
}

const PARTS: &str = "query ($id: ID!) { order(id: $id) { status vendorOrders { status } } }";

/// A vendor whose pieces all came back has nothing to send, whatever else of the order is left.
#[tokio::test]
async fn a_vendors_part_of_which_all_is_refunded_is_called_off() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let seen = async || lamps.buyer.execute(PARTS, json!({ "id": lamps.id })).await;
    refund(&staff(&shop), &pieces(&lamps, 2, "two")).await.data();
    assert_eq!(seen().await.text("order.vendorOrders.0.status"), "OPEN", "one is to be sent");
    shop.payments_say(
        "refundPart",
        json!({ "__typename": "PartRefund", "status": "PENDING", "points": 0, "pointsRefunded": 0, "refunded": euro(667) }),
    );
    let waiting = refund(&staff(&shop), &pieces(&lamps, 1, "last")).await;
    assert_eq!(waiting.text("refundOrderLines.refund.status"), "PENDING");
    assert_eq!(seen().await.text("order.vendorOrders.0.status"), "OPEN", "its money may yet not go back");
    payments_give_back(&shop);
    refund(&staff(&shop), &pieces(&lamps, 1, "last")).await.data();
    let last = seen().await;
    assert_eq!(last.text("order.vendorOrders.0.status"), "CANCELLED", "{}", last.body);
    assert_eq!(last.text("order.status"), "PAID", "the shipping is left");
}

/// Goods that a coupon made free are sent still when their shipping was refunded; they come back as pieces do.
#[tokio::test]
async fn free_goods_stay_open_when_their_shipping_is_refunded() {
    let shop = Shop::open().await;
    let lamps = lamps_for(&shop, 0, 0).await;
    let made = refund(&staff(&shop), &shipping(&lamps, 499, "late")).await;
    assert_eq!(made.text("refundOrderLines.order.status"), "PAID", "{}", made.body);
    let seen = lamps.buyer.execute(PARTS, json!({ "id": lamps.id })).await;
    assert_eq!(seen.text("order.vendorOrders.0.status"), "OPEN", "{}", seen.body);
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    // One that costs nothing is a change of the order all the same.
    let version = async || -> i64 {
        let seen =
            lamps.buyer.execute("query ($id: ID!) { order(id: $id) { version } }", json!({ "id": lamps.id }));
        seen.await.get("order.version")
    };
    let before = version().await;
    let one = refund(&staff(&shop), &pieces(&lamps, 1, "one")).await;
    assert_eq!(one.text("refundOrderLines.order.status"), "PAID", "{}", one.body);
    assert_eq!(version().await, before + 1);
    let goods = refund(&staff(&shop), &pieces(&lamps, 2, "goods")).await;
    assert_eq!(goods.text("refundOrderLines.order.status"), "REFUNDED", "{}", goods.body);
}

/// A piece that is gone stays gone: catalog hears of it before the rest of the order goes back on the shelf, though it was away
/// when the piece was refunded.
#[tokio::test]
async fn a_lost_piece_is_told_before_the_rest_comes_back() {
    for by_amount in [false, true] {
        let shop = Shop::open().await;
        let lamps = lamps(&shop, 0).await;
        drop(shop.catalog.clone().refuse("returnPieces", ErrorCode::Unavailable));
        let mut lost = pieces(&lamps, 1, "lost");
        lost["restock"] = json!(false);
        let waiting = refund(&staff(&shop), &lost).await;
        assert_eq!(waiting.text("refundOrderLines.refund.status"), "PENDING", "{}", waiting.body);
        shop.catalog_says("returnPieces", json!({ "status": "COMMITTED" }));
        shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
        shop.catalog_says("restockReservation", json!({ "status": "RESTOCKED" }));
        let before = shop.catalog.calls("returnPieces").len();
        if by_amount {
            shop.app.publish(&PaymentRefunded {
                payment_id: shop.payment,
                refund_id: shop.app.ids().next(),
                order_id: lamps.id.parse().unwrap(),
                user_id: None,
                amount: Money::from_minor(1_166, CurrencyCode::EUR),
                refunded: Money::from_minor(1_499, CurrencyCode::EUR),
                points: 0,
                points_refunded: Some(0),
            });
        } else {
            let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
            staff(&shop).execute(cancel, json!({ "id": lamps.id })).await.data();
        }
        eventually(|| async { shop.catalog.calls("restockReservation").len() == 1 }).await;
        let told: Vec<Value> = asked(&shop.catalog, "returnPieces").into_iter().skip(before).collect();
        assert_eq!(told.len(), 1, "by amount: {by_amount}: {told:?}");
        assert_eq!(
            (&told[0]["toShelf"], &told[0]["lines"][0]["quantity"]),
            (&json!(false), &json!(1)),
            "{told:?}"
        );
    }
}

/// Pieces of a refund that payments refuses are on the shelf again with the rest, though staff took them for lost.
#[tokio::test]
async fn pieces_of_a_refund_that_a_cancellation_overtakes_come_back_with_the_rest() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    drop(shop.payments.clone().refuse("refundPart", ErrorCode::Unavailable));
    let mut lost = pieces(&lamps, 1, "lost");
    lost["restock"] = json!(false);
    let waiting = refund(&staff(&shop), &lost).await;
    assert_eq!(waiting.text("refundOrderLines.refund.status"), "PENDING", "{}", waiting.body);
    shop.payments_say("refundPart", json!({ "__typename": "PartTooLarge" }));
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
    staff(&shop).execute(cancel, json!({ "id": lamps.id })).await.data();
    eventually(|| async { shop.catalog.calls("restockReservation").len() == 1 }).await;
    assert!(shop.catalog.calls("returnPieces").is_empty());
    shop.app.clock().advance(Duration::from_secs(60));
    let seen = async || lamps.buyer.execute(SEEN, json!({ "id": lamps.id })).await;
    eventually(|| async { seen().await.text("order.lineRefunds.0.status") == "FAILED" }).await;
}

#[tokio::test]
async fn a_key_of_staff_makes_one_refund() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let first = refund(&staff(&shop), &pieces(&lamps, 2, "key")).await;
    let again = refund(&staff(&shop), &pieces(&lamps, 2, "key")).await;
    let id = |answer: &Answer| answer.text("refundOrderLines.refund.id");
    assert_eq!(id(&first), id(&again), "{}", again.body);
    assert_eq!(shop.payments.calls("refundPart").len(), 1);
    let mut other_reason = pieces(&lamps, 2, "key");
    other_reason["reason"] = json!("lost");
    for other in [pieces(&lamps, 1, "key"), shipping(&lamps, 1, "key"), other_reason] {
        assert_eq!(refund(&staff(&shop), &other).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    }
}

/// Check 29: two of three pieces, asked for five times at once, are refunded once.
#[tokio::test]
async fn parallel_refunds_of_a_line_do_not_exceed_it() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let staff = staff(&shop);
    let inputs: Vec<Value> = (0..5).map(|nth| pieces(&lamps, 2, &format!("key-{nth}"))).collect();
    let answers = futures::future::join_all(inputs.iter().map(|input| refund(&staff, input))).await;
    let of = |name: &str| {
        answers.iter().filter(|answer| answer.text("refundOrderLines.__typename") == name).count()
    };
    assert_eq!((of("RefundOrderLinesPayload"), of("PiecesRefundedBefore")), (1, 4));
    assert_eq!(shop.payments.calls("refundPart").len(), 1);
    let seen = lamps.buyer.execute(SEEN, json!({ "id": lamps.id })).await;
    assert_eq!(seen.at("order.lines.0.refundedQuantity"), 2);
}

/// What payments refuses gives nothing back, and its pieces can be refunded again.
#[tokio::test]
async fn a_refund_that_payments_refuses_frees_its_pieces() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let staff = staff(&shop);
    for (answer, failure) in [
        (json!({ "__typename": "PartTooLarge" }), "PAYMENT_HAS_LESS_LEFT"),
        (json!({ "__typename": "PaymentNotTaken" }), "PAYMENT_NOT_CAPTURED"),
        (
            json!({ "__typename": "PartRefund", "status": "FAILED", "points": 0, "pointsRefunded": 0, "refunded": euro(0) }),
            "GATEWAY_REFUSED",
        ),
    ] {
        shop.payments_say("refundPart", answer);
        for _ in 0..2 {
            let failed = refund(&staff, &pieces(&lamps, 3, failure)).await;
            assert_eq!(failed.text("refundOrderLines.refund.failure"), failure, "{}", failed.body);
            assert_eq!(failed.at("refundOrderLines.refund.lines.0.line.refundedQuantity"), 0);
        }
    }
    assert!(shop.catalog.calls("returnPieces").is_empty());
    payments_give_back(&shop);
    let made = refund(&staff, &pieces(&lamps, 3, "at last")).await;
    assert_eq!(made.text("refundOrderLines.refund.amount.amount"), "10.00", "{}", made.body);
}

/// A refund outlives peers that are away: its pieces stay set aside, and it is finished later, once.
#[tokio::test]
async fn a_refund_goes_on_when_its_peers_are_back() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let staff = staff(&shop);
    drop(shop.catalog.clone().refuse("returnPieces", ErrorCode::Unavailable));
    let waiting = refund(&staff, &pieces(&lamps, 2, "key")).await;
    assert_eq!(waiting.text("refundOrderLines.refund.status"), "PENDING", "{}", waiting.body);
    let short = refund(&staff, &pieces(&lamps, 2, "other")).await;
    assert_eq!(short.at("refundOrderLines.lines.0.refundable"), 1, "{}", short.body);
    shop.catalog_says("returnPieces", json!({ "status": "COMMITTED" }));
    shop.app.clock().advance(Duration::from_secs(60));
    let seen = async || lamps.buyer.execute(SEEN, json!({ "id": lamps.id })).await;
    eventually(|| async { seen().await.text("order.lineRefunds.0.status") == "SUCCEEDED" }).await;
    assert_eq!(seen().await.text("order.refunded.amount"), "6.67");
}

/// Where the gateway is gone, staff give the money back by other means: the event of it ends the refund, and closes the part
/// of which all came back.
#[tokio::test]
async fn a_refund_that_waits_for_staff_is_made_by_its_event() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    shop.payments_say(
        "refundPart",
        json!({ "__typename": "PartRefund", "status": "PENDING", "points": 0, "pointsRefunded": 0, "refunded": euro(0) }),
    );
    let waiting = refund(&staff(&shop), &pieces(&lamps, 3, "key")).await;
    assert_eq!(waiting.text("refundOrderLines.refund.status"), "PENDING", "{}", waiting.body);
    let id: RefundId = waiting.text("refundOrderLines.refund.id").parse().unwrap();
    let money = |minor| Money::from_minor(minor, CurrencyCode::EUR);
    shop.app.publish(&PaymentRefunded {
        payment_id: shop.payment,
        refund_id: id,
        order_id: lamps.id.parse().unwrap(),
        user_id: None,
        amount: money(1_000),
        refunded: money(1_000),
        points: 7,
        points_refunded: None,
    });
    let seen = async || lamps.buyer.execute(SEEN, json!({ "id": lamps.id })).await;
    eventually(|| async { seen().await.text("order.lineRefunds.0.status") == "SUCCEEDED" }).await;
    assert_eq!(seen().await.at("order.lineRefunds.0.points"), 7);
    assert_eq!(seen().await.text("order.refunded.amount"), "10.00");
    let parts = lamps.buyer.execute(PARTS, json!({ "id": lamps.id })).await;
    assert_eq!(parts.text("order.vendorOrders.0.status"), "CANCELLED", "{}", parts.body);
}

#[tokio::test]
async fn refund_order_lines_refuses_by_name_what_it_cannot_take() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let staff = staff(&shop);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut input = pieces(&lamps, 1, "key");
        change(&mut input);
        input
    };
    let line = json!({ "lineId": lamps.line, "quantity": 1 });
    for (input, field) in [
        (with(&|input| input["lines"] = json!([])), "lines"),
        (with(&|input| input["lines"] = json!([line, line])), "lines"),
        (with(&|input| input["lines"][0]["quantity"] = json!(0)), "lines"),
        (with(&|input| input["lines"][0]["lineId"] = json!(shop.app.ids().next_uuid())), "lines"),
        (with(&|input| input["lines"] = vec![line.clone(); 201].into()), "lines"),
        (with(&|input| input["shipping"] = euro(0)), "shipping"),
        (with(&|input| input["shipping"] = json!({ "amount": "1", "currency": "JPY" })), "shipping"),
        (with(&|input| input["reason"] = json!("壊".repeat(501))), "reason"),
        (with(&|input| input["idempotencyKey"] = json!("a\tb")), "idempotencyKey"),
    ] {
        let refused = refund(&staff, &input).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
        assert_eq!(refused.errors()[0]["extensions"]["field"], field, "{}", refused.body);
    }
    let unknown = with(&|input| input["orderId"] = json!(shop.app.ids().next_uuid()));
    assert_eq!(refund(&staff, &unknown).await.codes(), ["NOT_FOUND"]);
    assert!(shop.payments.calls("refundPart").is_empty());
}

#[tokio::test]
async fn orders_that_are_not_paid_in_money_are_not_refunded_by_pieces() {
    let shop = Shop::open().await;
    let by_points = lamps(&shop, 1_499).await;
    let answer = refund(&staff(&shop), &pieces(&by_points, 1, "points")).await;
    assert_eq!(answer.text("refundOrderLines.__typename"), "OrderNotRefundable", "{}", answer.body);
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let waiting = lamps(&shop, 0).await;
    assert_eq!(status(&waiting.buyer, &waiting.id).await, "AWAITING_PAYMENT");
    let answer = refund(&staff(&shop), &pieces(&waiting, 1, "waiting")).await;
    assert_eq!(answer.text("refundOrderLines.order.status"), "AWAITING_PAYMENT", "{}", answer.body);
}

/// Check 20: nobody but staff refunds, not even the buyer or the vendor.
#[tokio::test]
async fn only_staff_refund_pieces() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 0).await;
    let user = || shop.app.as_user(shop.app.ids().next());
    for stranger in [
        lamps.buyer.clone(),
        user().with_scopes([Scope::OrdersRead, Scope::PaymentsManage]),
        shop.app.as_guest().with_guest(GUEST),
        user().with_scopes([Scope::Vendor(shop.vendor)]),
        user().with_scopes([Scope::OrdersRead]),
    ] {
        let refused = refund(&stranger, &pieces(&lamps, 1, "key")).await;
        assert!(["FORBIDDEN", "UNAUTHENTICATED"].contains(&refused.codes()[0]), "{}", refused.body);
    }
    let blind = user().with_scopes([Scope::OrdersManage]);
    assert_eq!(refund(&blind, &pieces(&lamps, 1, "key")).await.codes(), ["NOT_FOUND"]);
    assert!(shop.payments.calls("refundPart").is_empty());
}

/// Support gives back so much of one order and no more; what others give back, and what failed, does not count.
#[tokio::test]
async fn support_refunds_an_order_up_to_a_limit() {
    let limit = |config: &mut PlatformConfig| config.refunds.support_limit_minor = 700;
    let shop = Shop::open_as(TestSubgraph::builder().configure(limit)).await;
    let lamps = lamps(&shop, 0).await;
    let user = || shop.app.as_user(shop.app.ids().next());
    let support = user().with_scopes([Scope::OrdersRead, Scope::OrdersManage, Scope::PaymentsRead]);
    let too_much = refund(&support, &pieces(&lamps, 3, "all")).await;
    let sums = |answer: &Answer| {
        let text = |path: &str| answer.text(&format!("refundOrderLines.{path}.amount"));
        (text("limit"), text("left"))
    };
    assert_eq!(sums(&too_much), ("7.00".to_owned(), "7.00".to_owned()), "{}", too_much.body);
    shop.payments_say("refundPart", json!({ "__typename": "PartTooLarge" }));
    refund(&support, &pieces(&lamps, 2, "fails")).await.data();
    payments_give_back(&shop);
    let made = refund(&support, &pieces(&lamps, 1, "first")).await;
    assert_eq!(made.text("refundOrderLines.refund.status"), "SUCCEEDED", "{}", made.body);
    let by_admin = refund(&staff(&shop), &pieces(&lamps, 1, "second")).await;
    assert_eq!(by_admin.text("refundOrderLines.refund.status"), "SUCCEEDED", "{}", by_admin.body);
    let over = refund(&support, &shipping(&lamps, 368, "over")).await;
    assert_eq!(sums(&over), ("7.00".to_owned(), "3.67".to_owned()), "{}", over.body);
    let just = refund(&support, &shipping(&lamps, 367, "just")).await;
    assert_eq!(just.text("refundOrderLines.refund.status"), "SUCCEEDED", "{}", just.body);
    assert_eq!(
        refund(&support, &pieces(&lamps, 1, "last")).await.text("refundOrderLines.left.amount"),
        "0.00"
    );
    let again = refund(&support, &pieces(&lamps, 1, "first")).await;
    assert_eq!(again.text("refundOrderLines.refund.status"), "SUCCEEDED", "a key that is known is answered");
    let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
    let cancelled = support.execute(cancel, json!({ "id": lamps.id })).await;
    assert_eq!(cancelled.text("cancelOrder.__typename"), "CancelOrderPayload", "{}", cancelled.body);
}

/// The mail of a refund names its pieces, the shipping in it, and the points that came back.
#[tokio::test]
async fn the_mail_of_a_refund_names_its_pieces_and_points() {
    let shop = Shop::open().await;
    let lamps = lamps(&shop, 500).await;
    let refunded = json!({ "__typename": "PartRefund", "status": "SUCCEEDED", "points": 333, "pointsRefunded": 333, "refunded": euro(667) });
    shop.payments_say("refundPart", refunded);
    let mut input = pieces(&lamps, 2, "key");
    input["shipping"] = euro(333);
    refund(&staff(&shop), &input).await.data();
    let told = mails(&shop, &["ORDER_PARTLY_REFUNDED"], 1).await.remove(0)["data"]["order"].clone();
    let piece = json!({ "quantity": 2, "name": "Lamp, red", "total": euro(667) });
    assert_eq!(told["refund"], json!({ "lines": [piece], "shipping": euro(333) }), "{told}");
    assert_eq!((&told["refunded"], &told["pointsReturned"]), (&euro(667), &json!(333)));
}
