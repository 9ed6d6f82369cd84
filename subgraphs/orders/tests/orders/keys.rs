//! Idempotency keys across releases.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::shop::{Shop, order, place};

/// The fingerprint that a release wrote which hashed the debug text of its types.
fn written_by_an_older_release() -> Vec<u8> {
    let text = "None\nPostalAddress { name: \"Ann\", line1: \"Street 1\", line2: None, city: \"Bonn\", region: None, \
                postal_code: \"53111\", country: \"DE\", phone: None }\n0\n\
                Some(PaymentMeans { gateway: \"sandbox\", token: \"tok_approve\" })\nNone";
    Sha256::digest(text).to_vec()
}

async fn kept(shop: &Shop) -> Vec<u8> {
    let read = shop.app.database().read();
    let sql = "SELECT request_hash FROM orders";
    let row = read.query_one_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get("", "request_hash").unwrap()
}

/// Check 24: an order that an older release placed is the answer to its key still, and to no other request.
#[tokio::test]
async fn a_key_of_an_older_release_gives_its_order() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let input = order("key-00001");
    let id = place(&buyer, &input).await.text("placeOrder.order.id");
    let write = shop.app.database().write();
    let old = written_by_an_older_release();
    let hex: String = old.iter().map(|byte| format!("{byte:02x}")).collect();
    let literal = if shop.app.database().is_postgres() { format!("'\\x{hex}'") } else { format!("x'{hex}'") };
    write.execute_unprepared(&format!("UPDATE orders SET request_hash = {literal}")).await.unwrap();
    assert_eq!(kept(&shop).await, old);
    assert_eq!(place(&buyer, &input).await.text("placeOrder.order.id"), id);
    for (path, value) in [("/shippingAddress/city", json!("Berlin")), ("/payment/token", json!("tok_other"))]
    {
        let mut other = input.clone();
        *other.pointer_mut(path).unwrap() = value;
        assert_eq!(place(&buyer, &other).await.codes(), ["IDEMPOTENCY_KEY_REUSED"], "{path}");
    }
}

/// What a request leaves out, or says as the default has it, is the same request: a field that a release adds changes
/// no fingerprint.
#[tokio::test]
async fn a_default_that_is_said_is_the_same_request() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let input = order("key-00001");
    let id = place(&buyer, &input).await.text("placeOrder.order.id");
    let kept = kept(&shop).await;
    assert_eq!((kept.len(), kept[0]), (33, 1), "the version stands before the hash");
    let mut said = input.clone();
    said["points"] = json!(0);
    said["email"] = Value::Null;
    said["expectedTotal"] = Value::Null;
    said["shippingAddress"]["line2"] = Value::Null;
    assert_eq!(place(&buyer, &said).await.text("placeOrder.order.id"), id);
    said["points"] = json!(1);
    assert_eq!(place(&buyer, &said).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
}
