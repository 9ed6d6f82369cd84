//! What a purchase asks of the databases. The numbers here only ever fall: who needs more for a reason worth it says so in
//! the change that raises them.

use std::collections::BTreeMap;
use std::ops::Sub;

use serde_json::json;
use tokio::sync::Mutex;

use crate::support::{Client, Installation, Shape, eventually, fresh_id};

/// Nobody looks for work that nobody told of, and what is cached stays believed on a slow machine too: what is counted is
/// the purchase.
const CONFIGURATION: &str = "[jobs]\npoll_interval_ms = 60000\n[events]\npoll_interval_ms = 60000\n\
                             [cache]\nlocal_ttl_ms = 600000\n";
/// Of these the cheapest counts: a look at the gauges or the delivery of one event more may fall into a purchase.
const PURCHASES: usize = 8;
/// How many looks in a row see the same before all that follows from a purchase is done.
const CALM: u32 = 12;

/// Statements without those that begin and end transactions, and commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Work {
    statements: i64,
    commits: i64,
}

impl Sub for Work {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { statements: self.statements - before.statements, commits: self.commits - before.commits }
    }
}

type BySubgraph = BTreeMap<&'static str, Work>;

/// The most that one guest's purchase may ask for: put a thing into the cart, look at the quote, order and pay, and
/// all that follows.
fn allowed(is_postgres: bool) -> BySubgraph {
    let work = |statements, commits| Work { statements, commits };
    let (catalog, orders, payments, users, logistics) = match is_postgres {
        true => (work(24, 3), work(40, 7), work(16, 6), work(6, 3), work(11, 3)),
        false => (work(23, 3), work(39, 6), work(14, 4), work(6, 3), work(10, 2)),
    };
    BTreeMap::from([
        ("catalog", catalog),
        ("orders", orders),
        ("payments", payments),
        ("users", users),
        ("logistics", logistics),
    ])
}

const ADD: &str = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
const QUOTE: &str = "{ checkoutQuote(destination: { country: \"DE\" }) { total { amount } } }";
const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) { __typename ... on PlaceOrderPayload { order { id status } } }
}";

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_asks_no_more_of_the_databases_than_it_has_to() {
    let mut shop = Installation::prepare(Shape::Whole, CONFIGURATION);
    shop.seed().await;
    shop.start_all(None).await;
    let anyone = shop.client();
    let offer = offer(&anyone).await;
    let mut least = BySubgraph::new();
    for _ in 0..PURCHASES {
        let before = at_rest(&anyone).await;
        buy(&anyone, &offer).await;
        let after = at_rest(&anyone).await;
        for (subgraph, work) in after {
            let asked = work - before[subgraph];
            let least = least.entry(subgraph).or_insert(asked);
            least.statements = least.statements.min(asked.statements);
            least.commits = least.commits.min(asked.commits);
        }
    }
    eprintln!("{least:#?}");
    for (subgraph, allowed) in allowed(shop.store.postgres.is_some()) {
        let asked = least[subgraph];
        let is_allowed = asked.statements <= allowed.statements && asked.commits <= allowed.commits;
        assert!(
            is_allowed,
            "{subgraph}: {asked:?}, but no more than {allowed:?} is needed. Find the statement that came, by \
             `TestSubgraph::assert_queries` in the subgraph's tests; where it is worth its cost, `allowed` here gets \
             the new numbers, and the change says why"
        );
    }
}

/// An offer of which there is enough.
async fn offer(anyone: &Client) -> String {
    let query = "{ products(first: 40) { nodes { bestOffer { id available } } } }";
    let found = anyone.execute(query, json!({})).await;
    let nodes = found.data()["products"]["nodes"].as_array().unwrap();
    let offers = nodes.iter().map(|node| &node["bestOffer"]);
    let plenty = offers.max_by_key(|offer| offer["available"].as_i64()).unwrap();
    plenty["id"].as_str().unwrap().to_owned()
}

/// One thing, bought by a guest that nobody has seen before.
async fn buy(anyone: &Client, offer: &str) {
    let guest = anyone.as_guest(&format!("guest-{}", fresh_id()));
    guest.execute(ADD, json!({ "input": { "offerId": offer, "quantity": 1 } })).await.data();
    let quote = guest.execute(QUOTE, json!({})).await;
    assert!(quote.data()["checkoutQuote"].is_object(), "{quote:?}");
    let address = json!({
        "recipient": "Jo Journey", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
    });
    let input = json!({
        "idempotencyKey": fresh_id(),
        "email": "jo@example.org",
        "shippingAddress": address,
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    });
    let placed = guest.execute(PLACE, json!({ "input": input })).await;
    assert_eq!(placed.data()["placeOrder"]["order"]["status"], "PAID", "{placed:?}");
}

/// What was asked of each subgraph's database so far, once nothing more is.
async fn at_rest(anyone: &Client) -> BySubgraph {
    let seen = Mutex::new((BySubgraph::new(), 0));
    eventually("all that follows from a purchase is done", || async {
        let (mut seen, now) = (seen.lock().await, counted(anyone).await);
        let is_calm = !seen.0.is_empty() && seen.0.iter().all(|(name, work)| is_same(name, *work, now[name]));
        *seen = if is_calm { (now, seen.1 + 1) } else { (now, 0) };
        (seen.1 >= CALM).then(|| seen.0.clone())
    })
    .await
}

/// Whether nothing was done between two looks. The router reads at users each second what was revoked: where looks are slow
/// that would fall between any of them, so that of users what is written counts.
fn is_same(subgraph: &str, before: Work, now: Work) -> bool {
    before.commits == now.commits && (subgraph == "users" || before.statements == now.statements)
}

/// What operators read at `/metrics`.
async fn counted(anyone: &Client) -> BySubgraph {
    let answer = anyone.http().get(anyone.url("/metrics")).send().await.unwrap();
    let text = answer.error_for_status().unwrap().text().await.unwrap();
    let read = |metric: &str, subgraph: &str| {
        let name = format!("souk_database_{metric}_total{{subgraph=\"{subgraph}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&name));
        line.unwrap_or_else(|| panic!("no {name}in {text}")).parse().unwrap()
    };
    ["catalog", "orders", "payments", "users", "logistics"]
        .map(|name| (name, Work { statements: read("statements", name), commits: read("commits", name) }))
        .into()
}
