//! What the demo shop has that operations ask for.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::connection::{Caller, Connection, at};

/// The demo data's administrator.
const ADMIN: (&str, &str) = ("admin@demo.souk.example", "souk-demo-2026");

/// Pieces of each offer, so that none runs out.
const PLENTY: i64 = 10_000_000;

pub struct World {
    pub address: String,
    slugs: Vec<String>,
    words: Vec<String>,
    pages: Vec<Value>,
    offers: Vec<String>,
    /// Of which exactly [`Self::SCARCE`] pieces can be bought.
    pub scarce: String,
    guests: AtomicUsize,
}

const PRODUCTS: &str = "query Products($after: String) {
    products(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { slug name bestOffer { id available } }
    }
}";

const PAGE: &str = "query Page($after: String) {
    products(first: 24, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } }
}";

const LOGIN: &str = "mutation LogIn($input: LoginInput!) {
    login(input: $input) { ... on LoginSuccess { tokens { accessToken } } }
}";

impl World {
    pub const SCARCE: i64 = 100;

    /// Looks around, and fills the shelves.
    pub async fn prepare(address: &str) -> Result<Self> {
        let mut connection = Connection::open(address).await?;
        let anyone = Caller::Anonymous;
        let mut products = Vec::new();
        let mut after = Value::Null;
        loop {
            let data = connection.ask(&anyone, PRODUCTS, json!({ "after": after })).await?;
            products.extend(at(&data, "/products/nodes").as_array().context("products")?.iter().cloned());
            if at(&data, "/products/pageInfo/hasNextPage") != true {
                break;
            }
            after = at(&data, "/products/pageInfo/endCursor").clone();
        }
        // Only pages that are full.
        let mut pages = vec![Value::Null];
        for _ in 1..products.len() / 24 {
            let after = pages.last().cloned().unwrap_or_default();
            let data = connection.ask(&anyone, PAGE, json!({ "after": after })).await?;
            pages.push(at(&data, "/products/pageInfo/endCursor").clone());
        }
        let input = json!({ "input": { "email": ADMIN.0, "password": ADMIN.1 } });
        let login = connection.ask(&anyone, LOGIN, input).await?;
        let token = at(&login, "/login/tokens/accessToken").as_str();
        let admin = Caller::User(token.context("the administrator logs in")?.to_owned());

        let best = products.iter().map(|product| at(product, "/bestOffer"));
        let mut offers: Vec<(String, i64)> = best
            .filter_map(|offer| {
                Some((at(offer, "/id").as_str()?.to_owned(), at(offer, "/available").as_i64()?))
            })
            .filter(|(_, available)| *available > 0 && *available <= Self::SCARCE)
            .collect();
        ensure!(offers.len() > 1, "the demo shop has offers in stock");
        let (scarce, left) = offers.remove(0);
        adjust(&mut connection, &admin, &scarce, Self::SCARCE - left).await?;
        for (offer, _) in &offers {
            adjust(&mut connection, &admin, offer, PLENTY).await?;
        }
        Ok(Self {
            address: address.to_owned(),
            slugs: products.iter().filter_map(|p| at(p, "/slug").as_str().map(str::to_owned)).collect(),
            words: words(&products),
            pages,
            offers: offers.into_iter().map(|(id, _)| id).collect(),
            scarce,
            guests: AtomicUsize::new(0),
        })
    }

    pub fn slug(&self, turn: usize) -> &str {
        pick(&self.slugs, turn)
    }

    pub fn offer(&self, turn: usize) -> &str {
        pick(&self.offers, turn)
    }

    /// The cursor before a full page.
    pub fn page(&self, turn: usize) -> Value {
        self.pages.get(turn % self.pages.len()).cloned().unwrap_or_default()
    }

    /// What a visitor looks for.
    pub fn words(&self, turn: usize) -> &str {
        pick(&self.words, turn)
    }

    /// Someone who was never there before.
    pub fn guest(&self, turn: usize) -> Caller {
        let number = self.guests.fetch_add(1, Ordering::Relaxed);
        Caller::Guest(format!("bench-guest-{number:08}-{turn:08}"))
    }
}

/// Words of the products' names as visitors type them: whole, only begun, and with a letter left out.
fn words(products: &[Value]) -> Vec<String> {
    let names = products.iter().filter_map(|product| at(product, "/name").as_str());
    let long = names.flat_map(str::split_whitespace).filter(|word| word.is_ascii() && word.len() >= 6);
    let typed = |(turn, word): (usize, &str)| match turn % 3 {
        0 => word.to_owned(),
        1 => word.chars().take(4).collect(),
        _ => word.char_indices().filter(|(place, _)| *place != 3).map(|(_, letter)| letter).collect(),
    };
    long.enumerate().map(typed).collect()
}

fn pick(list: &[String], turn: usize) -> &str {
    // A step that shares no factor with usual lengths, so that neighbours are not asked for in turn.
    list.get(turn.wrapping_mul(7919) % list.len().max(1)).map(String::as_str).unwrap_or_default()
}

async fn adjust(connection: &mut Connection, admin: &Caller, offer: &str, delta: i64) -> Result<()> {
    const LEVELS: &str = "query Levels($id: ID!) { stockLevels(offerId: $id) { warehouse { id } } }";
    const ADJUST: &str = "mutation Adjust($input: AdjustStockInput!) {
        adjustStock(input: $input) { __typename }
    }";
    if delta == 0 {
        return Ok(());
    }
    let levels = connection.ask(admin, LEVELS, json!({ "id": offer })).await?;
    let warehouse = levels.pointer("/stockLevels/0/warehouse/id").context("a warehouse with the offer")?;
    let input = json!({ "input": {
        "offerId": offer, "warehouseId": warehouse, "delta": delta, "kind": "RECEIPT", "reason": "benchmark",
    } });
    let adjusted = connection.ask(admin, ADJUST, input).await?;
    ensure!(at(&adjusted, "/adjustStock/__typename") == "StockAdjusted", "{adjusted}");
    Ok(())
}
