//! What has to add up when everybody has left.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use serde_json::{Value, json};

use super::api::{self, ask, minor};
use super::basket::Fate;
use super::parcels;
use super::sums;
use super::world::{COUPON, Owner, POINTS, World};
use crate::support::{Client, Installation, PATIENCE, within};

/// How long an order may take to show what was done to it, when nothing else happens any more.
const ORDER_PATIENCE: Duration = Duration::from_secs(5);

/// The sagas that have not ended, as operators see them: id and status.
pub async fn under_way(shop: &Installation) -> Vec<String> {
    let (succeeded, text) = shop.run(&["saga", "list"]).await;
    assert!(succeeded, "{text}");
    text.lines().filter(|line| line.starts_with("orders  ")).map(str::to_owned).collect()
}

/// Waits until no saga moves: each has ended, is parked with a deadline, or is stuck.
pub async fn settle(shop: &Installation, world: &World) {
    let moving = async || {
        let lines = under_way(shop).await;
        let new = lines.into_iter().filter(|line| !world.under_way.contains(line));
        new.filter(|line| !line.contains("parked")).collect::<Vec<_>>()
    };
    within(PATIENCE, || async {
        let moving = moving().await;
        moving.iter().all(|line| line.contains("stuck")).then_some(())
    })
    .await
    .unwrap_or_default();
    for line in moving().await {
        let kind = if line.contains("stuck") { "a saga is stuck" } else { "a saga never ends" };
        world.findings.add(kind, line);
    }
}

/// What all gateways together owe the shop, in minor units.
pub async fn clearing(admin: &Client) -> i64 {
    balances(admin)
        .await
        .iter()
        .filter(|(account, ..)| account == "GATEWAY_CLEARING")
        .map(|(.., sum)| sum)
        .sum()
}

async fn balances(admin: &Client) -> Vec<(String, String, i64)> {
    let ledger = "{ ledgerBalances { account amount { amount currency } } }";
    let answer = admin.execute(ledger, json!({})).await;
    let rows = answer.data()["ledgerBalances"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rows.iter()
        .map(|row| (text(&row["account"]), text(&row["amount"]["currency"]), minor(&row["amount"])))
        .collect()
}

#[derive(Default)]
struct Totals {
    /// Goods of orders that stand, and what has left of refunded ones; the others are on the shelf again.
    sold: BTreeMap<String, i64>,
    held: BTreeMap<String, i64>,
    coupons: i64,
    money: i64,
}

/// Nothing happens any more, but that orders whose customers never paid expire: of long runs some do while the books
/// are read. What is held is therefore between what it was before the orders were read and what it is after.
pub async fn check(world: &World) {
    let owners = world.owners();
    let (shelves_before, used_before) = (shelves(world).await, uses_of_coupon(world).await);
    let mut totals = Totals::default();
    let mut audits = stream::iter(&owners).map(|owner| audit(world, owner)).buffer_unordered(8);
    while let Some(one) = audits.next().await {
        for (sku, quantity) in one.sold {
            *totals.sold.entry(sku).or_default() += quantity;
        }
        for (sku, quantity) in one.held {
            *totals.held.entry(sku).or_default() += quantity;
        }
        totals.coupons += one.coupons;
        totals.money += one.money;
    }
    stock(world, &totals, &shelves_before).await;
    movements(world).await;
    let used = uses_of_coupon(world).await;
    world.findings.check((used..=used_before).contains(&totals.coupons), "uses of the coupon", || {
        format!("{used_before}, then {used}, and {} in orders", totals.coupons)
    });
    let mut sums = BTreeMap::<String, i64>::new();
    for (_, currency, sum) in balances(&world.admin).await {
        *sums.entry(currency).or_default() += sum;
    }
    world
        .findings
        .check(sums.values().all(|sum| *sum == 0), "the ledger does not balance", || format!("{sums:?}"));
    let money = clearing(&world.admin).await - world.ledger;
    world.findings.check(money.abs() == totals.money, "ledger and payments differ", || {
        format!("{money} at the gateways, {} captured and kept", totals.money)
    });
}

/// What one owner bought, and whether the cart holds the rest.
async fn audit(world: &World, owner: &Owner) -> Totals {
    let mut totals = Totals::default();
    let mut left = owner.basket.contents();
    let mut points = 0;
    for (id, fate) in owner.basket.orders() {
        let order = settled(world, &id, fate).await;
        sums::check(&world.findings, &order);
        sums::check_tax(&world.findings, &order);
        let status = order["status"].as_str().unwrap_or_default().to_owned();
        let confirmed =
            order["history"].as_array().into_iter().flatten().any(|event| event["status"] == "CONFIRMED");
        let stands = status == "CONFIRMED" || parcels::is_paid(&order);
        let waits = status == "AWAITING_PAYMENT";
        for line in order["lines"].as_array().into_iter().flatten() {
            let (Some(sku), Some(quantity)) = (line["sku"].as_str(), line["quantity"].as_i64()) else {
                world.findings.add("a line lost its SKU", order.to_string());
                continue;
            };
            if confirmed {
                *left.entry(sku.to_owned()).or_default() -= quantity;
            }
            *totals.sold.entry(sku.to_owned()).or_default() += parcels::kept(&order, line);
            if waits {
                *totals.held.entry(sku.to_owned()).or_default() += quantity;
            }
        }
        // Of an order of which something has left, the coupon stays used, whatever was given back.
        let is_used = stands || waits || parcels::has_begun(&order);
        totals.coupons += i64::from(is_used && order["couponCode"] == COUPON);
        if stands || waits {
            points += order["points"].as_i64().unwrap_or(0) - by_pieces(&order).1;
        }
        totals.money += payments(world, &order, fate);
    }
    cart(world, owner, left).await;
    if owner.guest.is_none() {
        let answer =
            ask(&owner.client, &world.findings, "{ me { points { balance available } } }", json!({})).await;
        let available = &answer.data["me"]["points"]["available"];
        world.findings.check(*available == POINTS - points, "points", || {
            format!("{available} of {POINTS}, {points} spent")
        });
    }
    totals
}

/// An order when it has come to rest as its session left it, or as it is in the end.
async fn settled(world: &World, id: &str, fate: Fate) -> Value {
    let last = Mutex::new(Value::Null);
    let at_rest = within(ORDER_PATIENCE, || async {
        let answer = ask(&world.admin, &world.findings, api::ORDER, json!({ "id": id })).await;
        let order = answer.data["order"].clone();
        let status = order["status"].as_str().unwrap_or_default().to_owned();
        *last.lock().unwrap() = order;
        let at_rest = match fate {
            Fate::Kept => !["PENDING", "CONFIRMED"].contains(&status.as_str()),
            Fate::Cancelled => status == "CANCELLED",
            Fate::Refunded => status == "REFUNDED",
        };
        (at_rest && parcels::agree(&last.lock().unwrap())).then_some(())
    })
    .await;
    let order = last.into_inner().unwrap();
    if at_rest.is_some() {
        return order;
    }
    if !parcels::agree(&order) {
        world.findings.add("an order's shipments are not what is to be sent", order.to_string());
        return order;
    }
    match fate {
        Fate::Kept => world.findings.add("an order that nobody ends", order.to_string()),
        Fate::Cancelled => world.findings.add("a cancelled order is not CANCELLED", order.to_string()),
        Fate::Refunded => world.findings.add("an order refunded in full is not REFUNDED", order.to_string()),
    }
    order
}

/// What refunds of pieces gave back, in money and in points.
fn by_pieces(order: &Value) -> (i64, i64) {
    let refunds = order["lineRefunds"].as_array().into_iter().flatten();
    let made = refunds.filter(|refund| refund["status"] == "SUCCEEDED");
    made.fold((0, 0), |(money, points), refund| {
        (money + minor(&refund["money"]), points + refund["points"].as_i64().unwrap_or(0))
    })
}

/// Whether payments say of an order what the order says; returns what of its money was kept.
fn payments(world: &World, order: &Value, fate: Fate) -> i64 {
    let (mut captured, mut refunded) = (0, 0);
    for payment in order["payments"].as_array().into_iter().flatten() {
        captured += minor(&payment["capturedAmount"]);
        refunded += minor(&payment["refundedAmount"]);
    }
    let due = minor(&order["total"]) - order["points"].as_i64().unwrap_or(0);
    let kept = captured - refunded;
    let expected = match (parcels::is_paid(order), fate) {
        (false, _) => 0,
        (true, Fate::Kept) => due - by_pieces(order).0,
        (true, Fate::Cancelled | Fate::Refunded) => kept,
    };
    world.findings.check(kept == expected, "payments and order differ", || format!("{kept} kept: {order}"));
    world
        .findings
        .check(minor(&order["refunded"]) == refunded, "refunds and order differ", || order.to_string());
    let open = order["vendorOrders"].as_array().into_iter().flatten().any(|part| part["status"] == "OPEN");
    let closed = ["CANCELLED", "REFUNDED", "FAILED"].contains(&order["status"].as_str().unwrap_or_default());
    world.findings.check(!(open && closed), "a closed order is open to ship", || order.to_string());
    kept
}

async fn cart(world: &World, owner: &Owner, mut left: BTreeMap<String, i64>) {
    let answer = ask(&owner.client, &world.findings, api::CART, json!({})).await;
    let mut held = BTreeMap::<String, i64>::new();
    for line in answer.data["cart"]["lines"].as_array().into_iter().flatten() {
        let sku = line["sku"].as_str().unwrap_or_default().to_owned();
        *held.entry(sku).or_default() += line["quantity"].as_i64().unwrap_or(0);
    }
    left.retain(|_, quantity| *quantity != 0);
    let oversold = left.values().any(|quantity| *quantity < 0);
    world.findings.check(!oversold, "more was ordered than the cart held", || format!("{left:?}"));
    let lost = left.iter().any(|(offer, quantity)| held.get(offer).unwrap_or(&0) < quantity);
    world.findings.check(oversold || !lost, "a cart lost a line", || format!("{held:?}, not {left:?}"));
    let kept = held.iter().any(|(offer, quantity)| left.get(offer).unwrap_or(&0) < quantity);
    world
        .findings
        .check(oversold || !kept, "a cart keeps what was bought", || format!("{held:?}, not {left:?}"));
}

async fn uses_of_coupon(world: &World) -> i64 {
    let coupon = "query Used($code: String!) { coupon(code: $code) { used } }";
    let answer = world.admin.execute(coupon, json!({ "code": COUPON })).await;
    answer.data()["coupon"]["used"].as_i64().unwrap_or_default()
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Shelf {
    on_hand: i64,
    reserved: i64,
}

async fn shelves(world: &World) -> BTreeMap<String, Shelf> {
    let query = "query Stock($offer: ID!) { stockLevels(offerId: $offer) { onHand reserved } }";
    let mut shelves = BTreeMap::new();
    for (sku, (offer, _)) in &world.stock {
        let answer = world.admin.execute(query, json!({ "offer": offer })).await;
        let levels = answer.data()["stockLevels"].as_array().cloned().unwrap_or_default();
        let sum = |field: &str| levels.iter().filter_map(|level| level[field].as_i64()).sum::<i64>();
        shelves.insert(sku.clone(), Shelf { on_hand: sum("onHand"), reserved: sum("reserved") });
    }
    shelves
}

/// What the movements of an offer come to, from the first piece on.
async fn moved(world: &World, offer: &str) -> Shelf {
    let query = "query Movements($offer: ID!, $after: String) {
        stockMovements(offerId: $offer, first: 100, after: $after) {
            nodes { onHandDelta reservedDelta } pageInfo { endCursor hasNextPage }
        }
    }";
    let (mut sum, mut after) = (Shelf::default(), Value::Null);
    loop {
        let answer = world.admin.execute(query, json!({ "offer": offer, "after": after })).await;
        let page = &answer.data()["stockMovements"];
        for movement in page["nodes"].as_array().into_iter().flatten() {
            sum.on_hand += movement["onHandDelta"].as_i64().unwrap_or_default();
            sum.reserved += movement["reservedDelta"].as_i64().unwrap_or_default();
        }
        if page["pageInfo"]["hasNextPage"] != true {
            return sum;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Levels are what their movements come to. One that moves while the movements are read says nothing.
async fn movements(world: &World) {
    let before = shelves(world).await;
    let mut sums = BTreeMap::new();
    for (sku, (offer, _)) in &world.stock {
        sums.insert(sku.clone(), moved(world, offer).await);
    }
    let after = shelves(world).await;
    for (sku, sum) in sums {
        let (Some(level), Some(still)) = (before.get(&sku), after.get(&sku)) else { continue };
        let agree = level != still || *level == sum;
        world.findings.check(agree, "stock and movements differ", || format!("{level:?}, moved {sum:?}"));
    }
}

async fn stock(world: &World, totals: &Totals, before: &BTreeMap<String, Shelf>) {
    for (sku, Shelf { on_hand, reserved }) in shelves(world).await {
        let initial = world.stock.get(&sku).map_or(0, |(_, initial)| *initial);
        let (sold, held) = (totals.sold.get(&sku).unwrap_or(&0), totals.held.get(&sku).unwrap_or(&0));
        world.findings.check(on_hand == initial - sold, "stock", || {
            format!("{on_hand} of {initial} on hand, {sold} sold")
        });
        let reserved_before = before.get(&sku).map_or(0, |shelf| shelf.reserved);
        world.findings.check((reserved..=reserved_before).contains(held), "reservations", || {
            format!("{reserved_before}, then {reserved} reserved, {held} in orders that wait")
        });
    }
}
