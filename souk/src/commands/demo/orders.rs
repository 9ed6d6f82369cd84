//! Demo orders, placed as customers place them: through the schemas of the subgraphs, so that stock, ledger and
//! history are those of real orders.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use catalog::demo::ids;
use platform_core::Market;
use platform_identity::{Caller, Identity, Role};
use platform_server::Host;
use router_transport::{Request, Transport, Value};
use serde_json::json;
use users::demo::{BUYERS, DemoLogin};

use super::hosted;

/// What becomes of an order, by the token it is paid with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Paid,
    AwaitingPayment,
    Declined,
    Cancelled,
}

impl Fate {
    const fn token(self) -> &'static str {
        match self {
            Self::Paid | Self::Cancelled => "tok_approve",
            Self::AwaitingPayment => "tok_challenge",
            Self::Declined => "tok_decline",
        }
    }
}

/// In turn, so that every buyer has something to show.
const FATES: [Fate; 6] =
    [Fate::Paid, Fate::Paid, Fate::AwaitingPayment, Fate::Paid, Fate::Cancelled, Fate::Declined];

const ORDERS: u32 = 24;

/// Places the demo orders. The demo shop's goods exist.
pub async fn place(host: &Host) -> Result<()> {
    let orders = hosted(host, "orders")?.transport();
    for n in 0..ORDERS {
        let buyer = usize::try_from(n)? % BUYERS.len();
        let (Some(buyer), Some(fate)) = (BUYERS.get(buyer), FATES.get(usize::try_from(n)? % FATES.len()))
        else {
            continue;
        };
        place_one(&orders, buyer, n, *fate).await.with_context(|| format!("demo order {n}"))?;
    }
    Ok(())
}

async fn place_one(orders: &Arc<dyn Transport>, buyer: &DemoLogin, n: u32, fate: Fate) -> Result<()> {
    let caller = Caller::new(Identity {
        user: Some(buyer.id),
        roles: [Role::Buyer].into(),
        ..Identity::guest(Market::default())
    });
    // An order that waits for its payment leaves the cart as it was; the next one begins afresh.
    send(orders, &caller, "mutation Clear { clearCart { cart { id } } }", json!({})).await?;
    for step in 0..=(n % 3) {
        let offer = ids::offer((n * 11 + step * 37) % ids::PRODUCTS, 0);
        let add = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
        let input = json!({ "offerId": offer, "quantity": 1 + step % 2 });
        send(orders, &caller, add, json!({ "input": input })).await?;
    }
    let place = "mutation Place($input: PlaceOrderInput!) {
        placeOrder(input: $input) { __typename ... on PlaceOrderPayload { order { id } } }
    }";
    let input = json!({
        "idempotencyKey": format!("demo-order-{n:04}"),
        "shippingAddress": {
            "name": buyer.name,
            "line1": format!("Marktgasse {}", n + 1),
            "city": "Berlin",
            "postalCode": "10115",
            "country": "DE",
        },
        "payment": { "gateway": "sandbox", "token": fate.token() },
    });
    let placed = send(orders, &caller, place, json!({ "input": input })).await?;
    // Some demo offers are sold out on purpose: then there is no order.
    let placed = placed.pointer("/placeOrder/order/id").cloned();
    if let (Fate::Cancelled, Some(id)) = (fate, placed) {
        let cancel =
            "mutation Cancel($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }";
        send(orders, &caller, cancel, json!({ "input": { "orderId": id } })).await?;
    }
    Ok(())
}

async fn send(orders: &Arc<dyn Transport>, caller: &Caller, query: &str, variables: Value) -> Result<Value> {
    let Value::Object(variables) = variables else { bail!("variables are an object") };
    let request = Request {
        query: query.into(),
        operation_name: None,
        variables,
        caller: Some(caller.clone()),
        headers: Arc::default(),
        deadline: Some(Instant::now() + Duration::from_secs(30)),
        idempotent: false,
    };
    let response = orders.execute(request).await?;
    match response.errors.first() {
        Some(error) => bail!("{}", error.message),
        None => Ok(response.data),
    }
}
