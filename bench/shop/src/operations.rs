//! What is measured: the operations of a storefront, as its pages send them.

use anyhow::{Result, ensure};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::connection::{Caller, Connection, at};
use crate::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Operation {
    Detail,
    List,
    Search,
    AddToCart,
    Checkout,
}

const DETAIL: &str = "query Detail($slug: String!) {
    product(slug: $slug) {
        id slug name description seo { title description }
        vendor { id }
        category { slug name path { slug name } }
        media { url alt width height }
        attributes { code name display }
        variants {
            id sku name options { name value }
            offers { id available vendor { id } price { amount { amount currency } taxIncluded } }
        }
    }
}";

const LIST: &str = "query List($after: String) {
    products(first: 24, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
            id slug name inStock
            thumbnail { url alt }
            priceRange { min { amount currency } max { amount currency } }
            variants { id sku name price { amount { amount currency } } }
        }
    }
}";

const SEARCH: &str = "query Search($query: String!) {
    search(query: $query, facets: [\"CATEGORY\", \"VENDOR\", \"AVAILABILITY\", \"PRICE\"], first: 24) {
        totalCount
        facets { code label values { value label count selected } }
        nodes { id slug name thumbnail { url } bestOffer { id price { amount { amount currency } } } }
    }
}";

const ADD: &str = "mutation Add($input: AddToCartInput!) {
    addToCart(input: $input) {
        cart {
            id version totalQuantity
            lines { id quantity offer { id product { id name } } }
        }
    }
}";

const QUOTE: &str = "{ checkoutQuote { problems { code } total { amount currency } } }";

const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
        __typename
        ... on PlaceOrderPayload { order { id number status total { amount currency } } }
    }
}";

impl Operation {
    pub fn title(self) -> &'static str {
        match self {
            Self::Detail => "product detail",
            Self::List => "list of 24 products",
            Self::Search => "search with facets",
            Self::AddToCart => "add to cart, new session",
            Self::Checkout => "checkout up to captured payment",
        }
    }

    /// Milliseconds of Souk's CPU that it should cost at most.
    pub fn aim(self) -> f64 {
        match self {
            Self::Detail => 0.3,
            Self::List => 0.8,
            Self::Search => 0.5,
            Self::AddToCart => 0.6,
            Self::Checkout => 5.0,
        }
    }

    /// Does it once. `turn` numbers what was done so far: each goes for other data.
    pub async fn perform(self, connection: &mut Connection, world: &World, turn: usize) -> Result<()> {
        let anyone = Caller::Anonymous;
        match self {
            Self::Detail => {
                let slug = world.slug(turn);
                let text = connection.send(&anyone, DETAIL, &json!({ "slug": slug })).await?;
                ensure!(text.contains("\"sku\":"), "{text}");
            }
            Self::List => {
                let text = connection.send(&anyone, LIST, &json!({ "after": world.page(turn) })).await?;
                ensure!(text.matches("\"slug\":").count() == 24, "{text}");
            }
            Self::Search => {
                let text = connection.send(&anyone, SEARCH, &json!({ "query": world.words(turn) })).await?;
                ensure!(text.contains("\"slug\":"), "{text}");
            }
            Self::AddToCart => {
                add(connection, &world.guest(turn), world.offer(turn)).await?;
            }
            Self::Checkout => {
                let guest = world.guest(turn);
                add(connection, &guest, world.offer(turn)).await?;
                let quote = connection.ask(&guest, QUOTE, Value::Null).await?;
                ensure!(*at(&quote, "/checkoutQuote/problems") == json!([]), "{quote}");
                let placed = place(connection, &guest).await?;
                ensure!(placed == Placed::Paid, "{placed:?}");
            }
        }
        Ok(())
    }
}

/// How an attempt to buy ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    Paid,
    /// For want of stock, noticed when the cart was priced or when the piece was to be held.
    Refused,
    Other(String),
}

pub async fn add(connection: &mut Connection, guest: &Caller, offer: &str) -> Result<()> {
    let input = json!({ "input": { "offerId": offer, "quantity": 1 } });
    let text = connection.send(guest, ADD, &input).await?;
    ensure!(text.contains("\"totalQuantity\":1"), "{text}");
    Ok(())
}

pub async fn place(connection: &mut Connection, guest: &Caller) -> Result<Placed> {
    let input = json!({ "input": {
        "idempotencyKey": "the-one-order",
        "email": "guest@example.org",
        "shippingAddress": {
            "recipient": "Gus Guest", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
        },
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    } });
    let placed = connection.ask(guest, PLACE, input).await?;
    Ok(
        match (
            at(&placed, "/placeOrder/__typename").as_str(),
            at(&placed, "/placeOrder/order/status").as_str(),
        ) {
            (_, Some("PAID")) => Placed::Paid,
            (Some("OutOfStock" | "CartNotOrderable"), _) => Placed::Refused,
            _ => Placed::Other(placed.to_string()),
        },
    )
}
