//! What catalog asks of its database: of a purchase no more than it has to, and no more for many things than for one.

use catalog::CatalogSubgraph;
use chrono::TimeDelta;
use platform_core::Clock;
use platform_testkit::TestSubgraph;
use serde_json::{Value, json};

use crate::shop::{Made, Shop};

const MANY: usize = 4;
const SHOWN: &str =
    "name inStock priceRange { min { amount } } bestOffer { available price { amount { amount } } }";

/// A product in a category and in a collection of its own, and the ids of these two.
async fn product(shop: &Shop, slug: &str) -> (Made, String, String) {
    let names = json!([{ "language": "en", "text": slug }]);
    let category = "mutation($input: CreateCategoryInput!) { createCategory(input: $input) {
        ... on CategorySuccess { category { id } } } }";
    let category = shop.admin().execute(category, json!({ "input": { "slug": slug, "names": names } })).await;
    let category = category.text("createCategory.category.id");
    let translations = json!([{ "language": "en", "name": slug }]);
    let input = json!({ "slug": slug, "categoryId": category, "translations": translations });
    let made = shop.product_of(input, "1.00", 1).await;
    let collection =
        "mutation($input: SetCollectionInput!) { setCollection(input: $input) { collection { id } } }";
    let input = json!({ "slug": slug, "names": names, "productIds": [made.product] });
    let collection = shop.admin().execute(collection, json!({ "input": input })).await;
    let collection = collection.text("setCollection.collection.id");
    (made, category, collection)
}

#[tokio::test]
async fn many_things_are_as_many_queries_as_one() {
    let shop = Shop::open().await;
    let listed = |order: &str| format!("products(first: 2{order}) {{ nodes {{ {SHOWN} }} }}");
    let cases = [
        ("Category", "id", listed("")),
        ("Category", "id", listed(", sortBy: PRICE_ASC")),
        ("Category", "id", listed(", sortBy: NAME")),
        ("Collection", "slug", listed("")),
        ("Vendor", "id", listed("")),
        ("Product", "slug", SHOWN.to_owned()),
        (
            "Variant",
            "sku",
            "price { amount { amount } } offers { available } product { category { path { slug } } }"
                .to_owned(),
        ),
        ("Offer", "status", "price { amount { amount } } inStock variant { sku }".to_owned()),
    ];
    // What was read is kept: each case has things of its own, and what is asked for one of them is asked for others.
    let mut things = Vec::new();
    for (n, (name, ..)) in cases.iter().enumerate() {
        let mut ids = Vec::new();
        for nth in 0..=MANY {
            let (made, category, collection) = product(&shop, &format!("thing-{n}-{nth}")).await;
            ids.push(match *name {
                "Category" => category,
                "Collection" => collection,
                "Vendor" => shop.app.ids().next_uuid().to_string(),
                "Product" => made.product,
                "Variant" => made.variant,
                _ => made.offer,
            });
        }
        things.push(ids);
    }
    // Nobody else asks the database anything.
    let alone = TestSubgraph::<CatalogSubgraph>::builder().without_workers();
    let app = shop.app.restart_with(alone.configure(|config| config.cache.local_ttl_ms = 600_000)).await;
    let guest = app.as_guest();
    guest.execute("{ categories { nodes { id } } }", json!({})).await.data();
    for ((name, own, fields), ids) in cases.iter().zip(things) {
        let operation = format!(
            "query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {name} {{ {own} {fields} }} }} }}"
        );
        let of = |ids: &[String]| -> Value {
            ids.iter().map(|id| json!({ "__typename": name, "id": id })).collect()
        };
        let (one, many) = (json!({ "of": of(&ids[..1]) }), json!({ "of": of(&ids[1..]) }));
        app.assert_queries_do_not_grow(&guest, &operation, one, many).await;
    }
}

/// A quote and a reservation of two offers, and their sale. The numbers only ever fall.
#[tokio::test]
async fn a_purchase_asks_no_more_than_it_has_to() {
    let shop = Shop::open().await;
    let (tea, cup) =
        (shop.product("tea", "Tea", "10.00", 9).await, shop.product("cup", "Cup", "5.01", 9).await);
    let lines = json!([{ "offerId": tea.offer, "quantity": 1 }, { "offerId": cup.offer, "quantity": 2 }]);
    let alone = TestSubgraph::<CatalogSubgraph>::builder().without_workers();
    let app = shop.app.restart_with(alone.configure(|config| config.cache.local_ttl_ms = 600_000)).await;
    let orders = app.as_service("orders");
    let quote = "query ($input: QuoteLinesInput!) { quoteLines(input: $input) { total { amount } problems { code } } }";
    let market = json!({ "country": "DE", "currency": "EUR", "language": "en" });
    let wanted = json!({ "input": { "lines": lines, "market": market } });
    orders.execute_internal(quote, wanted.clone()).await.data();
    let priced = app.assert_queries(1, orders.execute_internal(quote, wanted)).await;
    assert_eq!(priced.text("quoteLines.total.amount"), "20.02", "{}", priced.body);
    let reserve = "mutation ($input: ReserveStockInput!) { reserveStock(input: $input) { __typename } }";
    let expires_at = app.clock().now() + TimeDelta::minutes(5);
    let hold = json!({ "input": { "key": "order:1", "lines": lines, "expiresAt": expires_at } });
    let held = app.assert_queries(7, orders.execute_internal(reserve, hold)).await;
    assert_eq!(held.text("reserveStock.__typename"), "StockReserved", "{}", held.body);
    let commit = "mutation ($key: String!) { commitReservation(input: { key: $key }) { __typename } }";
    let key = json!({ "key": "order:1" });
    let sold = app.assert_queries(5, orders.execute_internal(commit, key)).await;
    assert_eq!(sold.text("commitReservation.__typename"), "ReservationCommitted", "{}", sold.body);
}
