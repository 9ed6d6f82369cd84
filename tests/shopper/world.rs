//! The shop before anybody came: goods with plenty of stock, a coupon, accounts with points.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures::StreamExt;
use futures::stream;
use serde_json::{Value, json};

use super::basket::Basket;
use super::findings::Findings;
use crate::support::{Client, Installation, fresh_id, until_demo_rests};

pub const COUPON: &str = "SHOPPER10";
/// What an account may spend.
pub const POINTS: i64 = 1_000;
const PASSWORD: &str = "souk-demo-2026";
const RESTOCKED: i64 = 1_000_000;

/// Something to buy.
#[derive(Debug, Clone)]
pub struct Goods {
    /// By which lines of carts and orders name it, whatever became of the offer.
    pub sku: String,
    pub offer: String,
    pub product: String,
    pub variant: String,
}

/// Somebody with a cart: an account, or a guest.
#[derive(Clone)]
pub struct Owner {
    pub client: Client,
    pub guest: Option<String>,
    pub email: String,
    pub basket: Arc<Basket>,
}

pub struct World {
    pub anyone: Client,
    pub admin: Client,
    pub findings: Findings,
    pub goods: Vec<Goods>,
    /// Of products that are taken off the shop and put back meanwhile.
    pub fickle: Vec<Goods>,
    pub accounts: Vec<Owner>,
    pub guests: Mutex<Vec<Owner>>,
    /// On hand before anybody bought, by SKU, with the offer.
    pub stock: BTreeMap<String, (String, i64)>,
    /// Sagas that the demo left under way.
    pub under_way: Vec<String>,
    pub ledger: i64,
}

impl World {
    pub async fn open(shop: &Installation, accounts: u64, findings: Findings) -> Self {
        let anyone = shop.client();
        let admin = anyone.log_in("admin@demo.souk.example", PASSWORD).await;
        let coupon = "mutation New($code: String!) { createCoupon(input: { code: $code, rate: \"0.1\" }) { __typename } }";
        admin.execute(coupon, json!({ "code": COUPON })).await.data();
        let mut goods = find_goods(&anyone).await;
        let mut stock = BTreeMap::new();
        for goods in &goods {
            let on_hand = restock(&admin, &goods.offer).await;
            stock.insert(goods.sku.clone(), (goods.offer.clone(), on_hand));
        }
        let fickle = goods.split_off(goods.len() - 2);
        let accounts = stream::iter(0..accounts)
            .map(|number| account(&anyone, &admin, number))
            .buffer_unordered(8)
            .collect()
            .await;
        let guests = Mutex::default();
        until_demo_rests(&admin).await;
        let under_way = super::books::under_way(shop).await;
        let ledger = super::books::clearing(&admin).await;
        Self { anyone, admin, findings, goods, fickle, accounts, guests, stock, under_way, ledger }
    }

    /// A guest that nobody has seen before.
    pub fn guest(&self) -> Owner {
        let id = format!("shopper-{}", fresh_id());
        let guest = Owner {
            client: self.anyone.as_guest(&id),
            email: format!("{id}@example.org"),
            guest: Some(id),
            basket: Arc::default(),
        };
        self.guests.lock().unwrap().push(guest.clone());
        guest
    }

    pub fn owners(&self) -> Vec<Owner> {
        self.accounts.iter().cloned().chain(self.guests.lock().unwrap().iter().cloned()).collect()
    }
}

/// Twelve products of which an offer can be bought, the last two of them fickle.
async fn find_goods(anyone: &Client) -> Vec<Goods> {
    let query = "{ products(first: 40) { nodes { id bestOffer { id available variant { id sku } } } } }";
    let answer = anyone.execute(query, json!({})).await;
    let nodes = answer.data()["products"]["nodes"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    nodes
        .iter()
        .filter(|node| node["bestOffer"]["available"].as_i64() > Some(0))
        .map(|node| Goods {
            sku: text(&node["bestOffer"]["variant"]["sku"]),
            offer: text(&node["bestOffer"]["id"]),
            product: text(&node["id"]),
            variant: text(&node["bestOffer"]["variant"]["id"]),
        })
        .take(12)
        .collect()
}

/// Fills the shelf; returns what is on hand then.
async fn restock(admin: &Client, offer: &str) -> i64 {
    const ADJUST: &str = "mutation Adjust($input: AdjustStockInput!) {
        adjustStock(input: $input) { ... on StockAdjusted { level { onHand } } }
    }";
    let query = "query Stock($offer: ID!) { stockLevels(offerId: $offer) { onHand warehouse { id } } }";
    let levels = admin.execute(query, json!({ "offer": offer })).await;
    let levels = levels.data()["stockLevels"].as_array().unwrap();
    let input = json!({
        "offerId": offer, "warehouseId": levels[0]["warehouse"]["id"], "delta": RESTOCKED, "kind": "RECEIPT",
        "reason": "many are coming",
    });
    admin.execute(ADJUST, json!({ "input": input })).await.data();
    levels.iter().filter_map(|level| level["onHand"].as_i64()).sum::<i64>() + RESTOCKED
}

async fn account(anyone: &Client, admin: &Client, number: u64) -> Owner {
    const GRANT: &str =
        "mutation Grant($input: GrantPointsInput!) { grantPoints(input: $input) { points { balance } } }";
    let email = format!("shopper-{number}-{}@example.org", fresh_id());
    let made = anyone.register(&email, "a long enough password", "Rita Random").await;
    let user = &made["user"]["id"];
    let token = made["tokens"]["accessToken"].as_str().unwrap();
    let points = json!({ "userId": user, "points": POINTS, "reference": user, "currency": "EUR" });
    admin.execute(GRANT, json!({ "input": points })).await.data();
    Owner { client: anyone.with_token(token), guest: None, email, basket: Arc::default() }
}
