//! The operations of a storefront and of the staff, and what every answer must be.

use serde_json::{Value, json};

use super::findings::Findings;
use crate::support::Client;

pub const ADD: &str = "mutation Add($input: AddToCartInput!) {
    addToCart(input: $input) { added cart { id } problem { code } }
}";
pub const APPLY: &str =
    "mutation Apply($input: ApplyCouponInput!) { applyCoupon(input: $input) { cart { couponCode } } }";
pub const REMOVE_COUPON: &str = "mutation { removeCoupon { cart { couponCode } } }";
pub const MERGE: &str =
    "mutation Merge($input: MergeCartInput!) { mergeCart(input: $input) { cart { id } } }";
pub const UPDATE: &str =
    "mutation Update($input: UpdateCartLineInput!) { updateCartLine(input: $input) { cart { id } } }";
pub const CART: &str =
    "{ cart { couponCode lines { id quantity sku offer { id } problem { code } } notices { __typename } } }";
pub const QUOTE: &str = "{ checkoutQuote {
    pricesIncludeTax subtotal { amount } discount { amount } shipping { amount } tax { amount } total { amount }
    lines { quantity unitPrice { amount } rounding { amount } subtotal { amount } }
} }";
pub const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
        __typename
        ... on PlaceOrderPayload { order { id number status paymentActionUrl total { amount } tax { amount } } }
    }
}";
pub const ORDER: &str = "query Order($id: ID!) {
    order(id: $id) {
        id status reason points couponCode refunded { amount }
        pricesIncludeTax subtotal { amount } discount { amount } shipping { amount } tax { amount } total { amount }
        shippingTax { amount } shippingAddress { country }
        lines { id refundedQuantity total { amount } tax { amount } quantity sku unitPrice { amount } rounding { amount } subtotal { amount } product { slug } offer { id } }
        lineRefunds { status amount { amount } money { amount } points }
        vendorOrders { status }
        shipments { status items { sku quantity } }
        history { status }
        payments { id status capturedAmount { amount } refundedAmount { amount } }
    }
}";
pub const ORDER_STATUS: &str = "query Status($id: ID!) { order(id: $id) { number status } }";
pub const SHIPMENTS: &str = "query Shipments($id: ID!) { order(id: $id) { shipments { id } } }";
pub const PACK: &str =
    "mutation Pack($input: PackShipmentInput!) { packShipment(input: $input) { __typename } }";
pub const HAND_OVER: &str =
    "mutation HandOver($input: HandOverShipmentInput!) { handOverShipment(input: $input) { __typename } }";
pub const RECORD: &str = "mutation Record($input: RecordShipmentEventInput!) {
    recordShipmentEvent(input: $input) { __typename }
}";
pub const CANCEL: &str = "mutation Cancel($input: CancelOrderInput!) {
    cancelOrder(input: $input) {
        __typename
        ... on CancelOrderPayload { order { status total { amount } refunded { amount } points payments { status } } }
    }
}";
pub const REFUND: &str = "mutation Refund($input: RefundPaymentInput!) {
    refundPayment(input: $input) { __typename ... on RefundPayload { refund { status } } }
}";
pub const REFUND_PIECES: &str = "mutation RefundPieces($input: RefundOrderLinesInput!) {
    refundOrderLines(input: $input) {
        __typename
        ... on RefundOrderLinesPayload {
            refund { status amount { amount } money { amount } points }
            order { status }
        }
    }
}";
pub const CLAIM: &str =
    "mutation Claim($input: ClaimOrderInput!) { claimOrder(input: $input) { __typename } }";
pub const HISTORY: &str = "{ me { id
    orders(first: 5) { nodes { id lines { productName product { slug } variant { sku } offer { id } } } }
    cart { lines { quantity offer { id product { slug } } } }
} }";
pub const SET_STATUS: &str = "mutation Status($id: ID!, $status: ProductStatus!) {
    updateProduct(input: { id: $id, status: $status }) { __typename }
}";

/// Asks, and notes what no client may ever be told: a fault of the shop itself.
pub async fn ask(client: &Client, findings: &Findings, document: &str, variables: Value) -> Answered {
    let answer = client.execute(document, variables).await;
    let codes: Vec<String> = answer.codes().into_iter().map(str::to_owned).collect();
    for code in codes.iter().filter(|code| code.is_empty() || *code == "INTERNAL") {
        findings.add("an internal error", format!("`{code}` of {document}: {}", answer.0));
    }
    Answered { data: answer.0["data"].clone(), codes, whole: answer.0 }
}

/// Data and codes of errors.
#[derive(Debug)]
pub struct Answered {
    pub data: Value,
    pub codes: Vec<String>,
    pub whole: Value,
}

impl Answered {
    pub fn is_refused(&self) -> bool {
        !self.codes.is_empty()
    }
}

/// An amount such as `12.50` in minor units of a currency with two digits.
pub fn minor(value: &Value) -> i64 {
    let text: String = value["amount"].as_str().unwrap_or("0").chars().filter(|c| *c != '.').collect();
    text.parse().unwrap_or(0)
}

/// The amount of so many minor units, as inputs write it.
pub fn amount(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// An address in Germany.
pub fn address() -> Value {
    json!({
        "recipient": "Rita Random", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
    })
}
