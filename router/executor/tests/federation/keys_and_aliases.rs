//! Entities across subgraphs, and aliases that take the names of what the router needs.

use serde_json::json;

use crate::fake::Federation;

fn shop() -> Federation {
    Federation::new(&[
        (
            "products",
            r#"
            type Query { products: [Product!]! product(id: ID!): Product }
            type Product @key(fields: "id") { id: ID! name: String price(currency: String): Int seller: Seller }
            type Seller @key(fields: "id") { id: ID! }
            "#,
            json!({
                "Query": { "products": [{ "$of": "Product:1" }, { "$of": "Product:2" }, { "$of": "Product:3" }],
                           "product(1)": { "$of": "Product:1" }, "product(2)": { "$of": "Product:2" } },
                "entities": [
                    { "__typename": "Product", "id": "1", "name": "Cup", "price(EUR)": 5, "price(JPY)": 800,
                      "seller": { "id": "s1" } },
                    { "__typename": "Product", "id": "2", "name": "Pot", "price(EUR)": 9, "price(JPY)": 1500,
                      "seller": { "id": "s2" } },
                    { "__typename": "Product", "id": "3", "name": "Pan", "seller": { "id": "s1" } },
                ],
            }),
        ),
        (
            "sellers",
            r#"type Seller @key(fields: "id") { id: ID! name: String email: String }
               type Query { seller(id: ID!): Seller }"#,
            json!({
                "Query": { "seller(s1)": { "$of": "Seller:s1" } },
                "entities": [
                    { "__typename": "Seller", "id": "s1", "name": "Ann", "email": "a@x" },
                    { "__typename": "Seller", "id": "s2", "name": "Bob", "email": "b@x" },
                ],
            }),
        ),
        (
            "reviews",
            r#"type Product @key(fields: "id") { id: ID! reviews(first: Int): [Review!] }
               type Review { stars: Int text: String product: Product }"#,
            json!({ "entities": [
                { "__typename": "Product", "id": "1", "reviews(1)": [{ "stars": 5 }],
                  "reviews": [{ "stars": 5, "product": { "id": "1" } }, { "stars": 4, "product": { "id": "1" } }] },
                { "__typename": "Product", "id": "2", "reviews": [] },
            ] }),
        ),
    ])
}

#[tokio::test]
async fn entities_are_fetched_in_one_batch_and_keys_stand_as_asked() {
    let shop = shop();
    let text = shop.text("{ products { reviews { stars } seller { name } name } }", json!({})).await;
    assert_eq!(
        text,
        r#"{"data":{"products":[{"reviews":[{"stars":5},{"stars":4}],"seller":{"name":"Ann"},"name":"Cup"},{"reviews":[],"seller":{"name":"Bob"},"name":"Pot"},{"reviews":null,"seller":{"name":"Ann"},"name":"Pan"}]}}"#
    );
    assert_eq!(shop.asked("sellers").len(), 1);
    assert_eq!(shop.asked("reviews").len(), 1);
    assert_eq!(shop.asked("products").len(), 1);
}

/// Trap: an alias that takes the response name of a key, or of `__typename`.
#[tokio::test]
async fn aliases_may_take_the_names_of_keys_and_of_typename() {
    let shop = shop();
    let query = "{ product(id: 1) {
        id: name __typename: name realType: __typename
        seller { id: email name: id email: name __typename }
        reviews { product: stars stars: product { id: name name: id } }
    } }";
    let response = shop.run(query).await;
    assert_eq!(
        response,
        json!({ "data": { "product": {
        "id": "Cup", "__typename": "Cup", "realType": "Product",
        "seller": { "id": "a@x", "name": "s1", "email": "Ann", "__typename": "Seller" },
        "reviews": [
            { "product": 5, "stars": { "id": "Cup", "name": "1" } },
            { "product": 4, "stars": { "id": "Cup", "name": "1" } },
        ],
    } } })
    );
}

/// Trap: the same field with different arguments, side by side and in different places.
#[tokio::test]
async fn one_field_with_different_arguments() {
    let query = "query ($c: String) {
        a: product(id: 1) { eur: price(currency: \"EUR\") jpy: price(currency: $c) reviews { stars } }
        b: product(id: 1) { price(currency: $c) reviews(first: 1) { stars } }
        c: product(id: 2) { price(currency: \"EUR\") all: reviews { stars } reviews(first: 1) { stars } }
    }";
    let response = shop().run_with(query, json!({ "c": "JPY" })).await;
    assert_eq!(
        response,
        json!({ "data": {
        "a": { "eur": 5, "jpy": 800, "reviews": [{ "stars": 5 }, { "stars": 4 }] },
        "b": { "price": 800, "reviews": [{ "stars": 5 }] },
        "c": { "price": 9, "all": [], "reviews": [] },
    } })
    );
}

/// Trap: the same list reached through different fragments, whose selections must be merged.
#[tokio::test]
async fn selections_of_one_field_are_merged_wherever_they_stand() {
    let query = "{ products { ...A ... on Product { seller { email } name } ...B } }
        fragment A on Product { seller { name } reviews { stars } }
        fragment B on Product { reviews { text product { name } } seller { ...S } }
        fragment S on Seller { id name }";
    let text = shop().text(query, json!({})).await;
    let first = r#"{"data":{"products":[{"seller":{"name":"Ann","email":"a@x","id":"s1"},"reviews":[{"stars":5,"text":null,"product":{"name":"Cup"}},{"stars":4,"text":null,"product":{"name":"Cup"}}],"name":"Cup"}"#;
    assert_eq!(text.get(..first.len()).unwrap(), first);
}

/// An entity that its subgraph does not know, and one that nobody can describe.
#[tokio::test]
async fn unknown_entities_are_null() {
    let federation = Federation::new(&[
        (
            "a",
            r#"type Query { items: [Item] } type Item @key(fields: "id") { id: ID }"#,
            json!({ "Query": { "items": [{ "id": "1" }, { "id": "none" }, { "id": null }, null] } }),
        ),
        (
            "b",
            r#"type Item @key(fields: "id") { id: ID name: String must: String! }"#,
            json!({ "entities": [{ "__typename": "Item", "id": "1", "name": "n", "must": "m" }] }),
        ),
    ]);
    let response = federation.run("{ items { name } }").await;
    let items = json!([{ "name": "n" }, { "name": null }, { "name": null }, null]);
    assert_eq!(response, json!({ "data": { "items": items } }));
    let response = federation.run("{ items { name must } }").await;
    assert_eq!(response["data"]["items"], json!([{ "name": "n", "must": "m" }, null, null, null]));
    // That there is none is no fault; that nobody can be asked is.
    assert_eq!(response["errors"].as_array().unwrap().len(), 1);
    assert_eq!(response["errors"][0]["path"], json!(["items", 2, "must"]));
}

/// An entity without a value for its key cannot be asked about, not even where somebody else has none either.
#[tokio::test]
async fn a_null_key_describes_nobody() {
    let data = json!({
        "Query": { "items": [{ "sku": null }, { "sku": "1" }] },
        "entities": [
            { "__typename": "Item", "sku": null, "name": "nobody" },
            { "__typename": "Item", "sku": "1", "name": "One" },
        ],
    });
    let federation = Federation::new(&[
        ("a", r#"type Query { items: [Item] } type Item @key(fields: "sku") { sku: String }"#, data.clone()),
        ("b", r#"type Item @key(fields: "sku") { sku: String name: String }"#, data),
    ]);
    let text = federation.text("{ items { sku name } }", json!({})).await;
    assert_eq!(text, r#"{"data":{"items":[{"sku":null,"name":null},{"sku":"1","name":"One"}]}}"#);
}

/// What a field provides is provided on its own object, not on those behind it.
#[tokio::test]
async fn what_is_provided_ends_one_step_further() {
    let own = |name: &str| {
        json!({
            "Query": { "top": { "id": "1", "name": "One", "next": { "id": "2", "name": "stale" } } },
            "entities": [{ "__typename": "Item", "id": "2", "name": name }],
        })
    };
    let federation = Federation::new(&[
        (
            "a",
            r#"type Query { top: Item @provides(fields: "name") }
               type Item @key(fields: "id") { id: ID! name: String @external next: Item }"#,
            own("stale"),
        ),
        ("b", r#"type Item @key(fields: "id") { id: ID! name: String @shareable }"#, own("Two")),
    ]);
    let text = federation.text("{ top { name next { name } } }", json!({})).await;
    assert_eq!(text, r#"{"data":{"top":{"name":"One","next":{"name":"Two"}}}}"#);
}
