//! Arguments from context (`@fromContext`): each object gets the value of the nearest object above it.

use serde_json::{Value, json};

use crate::fake::Federation;

/// Shops that sell the same products, each in its own currency, which another subgraph knows.
fn shops() -> Federation {
    Federation::new(&[
        (
            "sales",
            r#"type Query { shops: [Shop!]!  shop(id: ID!): Shop }
               type Shop @key(fields: "id") @context(name: "shop") {
                   id: ID!
                   currency: String @external
                   code: String! @external
                   products: [Product!]!
                   parent: Shop
                   first: Product
               }
               type Product @key(fields: "id") {
                   id: ID!
                   name: String
                   price(currency: String @fromContext(field: "$shop { currency }")): String
                   offer(currency: String! @fromContext(field: "$shop { code }"), amount: Int! = 1): Offer
               }
               type Offer { text: String  product: Product }"#,
            json!({
                "Query": { "shops": [
                    { "id": "tokyo", "products": [{ "$of": "Product:cup" }, { "$of": "Product:pot" }],
                      "first": { "$of": "Product:pot" },
                      "parent": { "id": "paris", "products": [{ "$of": "Product:cup" }] } },
                    { "id": "paris", "products": [{ "$of": "Product:cup" }], "parent": null },
                    { "id": "nowhere", "products": [{ "$of": "Product:cup" }], "parent": null },
                ] },
                "entities": [
                    { "__typename": "Product", "id": "cup", "name": "Cup",
                      "price(JPY)": "900 yen", "price(EUR)": "6 euros", "price(null)": "no price",
                      "offer(JPY)": { "text": "yen", "product": { "$of": "Product:pot" } },
                      "offer(EUR)": { "text": "euros", "product": null } },
                    { "__typename": "Product", "id": "pot", "name": "Pot",
                      "price(JPY)": "3000 yen", "price(EUR)": "20 euros", "offer(JPY)": { "text": "pot" } },
                ],
            }),
        ),
        (
            "money",
            r#"type Shop @key(fields: "id") { id: ID!  currency: String  code: String! }"#,
            json!({ "entities": [
                { "__typename": "Shop", "id": "tokyo", "currency": "JPY", "code": "JPY" },
                { "__typename": "Shop", "id": "paris", "currency": "EUR", "code": "EUR" },
                { "__typename": "Shop", "id": "nowhere", "currency": null },
            ] }),
        ),
    ])
}

/// How many requests of a subgraph have the text.
fn asked(federation: &Federation, subgraph: &str, text: &str) -> usize {
    federation.asked(subgraph).iter().filter(|document| document.contains(text)).count()
}

#[tokio::test]
async fn the_same_entity_under_different_objects_gets_the_value_of_each() {
    let federation = shops();
    let text = federation.text("{ shops { products { id price name } } }", json!({})).await;
    assert_eq!(
        text,
        r#"{"data":{"shops":[{"products":[{"id":"cup","price":"900 yen","name":"Cup"},{"id":"pot","price":"3000 yen","name":"Pot"}]},{"products":[{"id":"cup","price":"6 euros","name":"Cup"}]},{"products":[{"id":"cup","price":"no price","name":"Cup"}]}]}}"#
    );
    // Three values, a `null` among them, are three requests: not one for each product.
    assert_eq!(asked(&federation, "sales", "price(currency: $context_0)"), 3);
    assert_eq!(asked(&federation, "money", "currency"), 1);
}

#[tokio::test]
async fn the_nearest_object_counts_and_a_client_gets_no_more_than_it_asked_for() {
    let response = shops().run("{ shops { id products { price } parent { products { p: price } } } }").await;
    let first = &response["data"]["shops"][0];
    assert_eq!(
        *first,
        json!({
            "id": "tokyo",
            "products": [{ "price": "900 yen" }, { "price": "3000 yen" }],
            "parent": { "products": [{ "p": "6 euros" }] },
        })
    );
}

#[tokio::test]
async fn equal_values_share_a_request() {
    let federation = shops();
    let response = federation.run("{ shops { first { price } products { id } } }").await;
    assert_eq!(response["data"]["shops"][0]["first"], json!({ "price": "3000 yen" }));
    assert_eq!(asked(&federation, "sales", "price("), 1);
}

/// Without a value that must not be null, the object is not asked for, and the field is null.
#[tokio::test]
async fn an_argument_that_must_not_be_null_leaves_the_object_out() {
    let federation = shops();
    let query = "query ($context_0: Int! = 1) { shops { products { offer(amount: $context_0) { text product { price name } } } } }";
    let response = federation.run(query).await;
    // Of the value that the other subgraph owed, and of nothing else.
    assert_eq!(response["errors"].as_array().map(Vec::len), Some(1), "{response:#}");
    let offers: Vec<&Value> = response["data"]["shops"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|shop| shop["products"].as_array().unwrap())
        .map(|product| &product["offer"])
        .collect();
    assert_eq!(
        offers,
        [
            &json!({ "text": "yen", "product": { "price": "3000 yen", "name": "Pot" } }),
            &json!({ "text": "pot", "product": null }),
            &json!({ "text": "euros", "product": null }),
            &Value::Null,
        ]
    );
    assert_eq!(asked(&federation, "sales", "$_context_0: String!"), 2);
}

/// Two setters with selections of their own, behind an interface, and a value below an object.
#[tokio::test]
async fn each_type_that_sets_the_context_has_its_own_selection() {
    let federation = Federation::new(&[(
        "one",
        r#"type Query { places: [Place!]!  any: [Any!]! }
           interface Place { id: ID! }
           type Hotel implements Place @key(fields: "id") @context(name: "place") {
               id: ID!  guest: Guest  chain: Chain!
           }
           type Chain { greeting: String! }
           type Home implements Place @key(fields: "id") @context(name: "place") { id: ID!  guest: Guest  hello: String! }
           type Tent implements Place @key(fields: "id") { id: ID! }
           union Any = Hotel | Home
           type Guest @key(fields: "id") {
               id: ID!
               greeted(by: String @fromContext(field: "$place ... on Hotel { chain { greeting } } ... on Home { hello }")): String
           }"#,
        json!({
            "Query": {
                "places": [
                    { "__typename": "Hotel", "id": "h", "chain": { "greeting": "welcome" }, "guest": { "$of": "Guest:1" } },
                    { "__typename": "Home", "id": "o", "hello": "hi", "guest": { "$of": "Guest:1" } },
                    { "__typename": "Home", "id": "p", "hello": "hi", "guest": null },
                ],
                "any": [
                    { "__typename": "Home", "id": "o", "hello": "hi", "guest": { "$of": "Guest:2" } },
                    { "__typename": "Hotel", "id": "h", "chain": { "greeting": "hi" }, "guest": { "$of": "Guest:2" } },
                ],
            },
            "entities": [
                { "__typename": "Guest", "id": "1", "greeted(welcome)": "formally", "greeted(hi)": "warmly" },
                { "__typename": "Guest", "id": "2", "greeted(hi)": "simply" },
            ],
        }),
    )]);
    let response = federation
        .run("{ places { ... on Hotel { guest { greeted } } ... on Home { guest { greeted } } } }")
        .await;
    assert_eq!(
        response,
        json!({ "data": { "places": [
            { "guest": { "greeted": "formally" } }, { "guest": { "greeted": "warmly" } }, { "guest": null },
        ] } })
    );
    let response = federation
        .run("{ any { __typename ... on Hotel { guest { greeted } } ... on Home { g: guest { greeted id } } } }")
        .await;
    assert_eq!(
        response,
        json!({ "data": { "any": [
            { "__typename": "Home", "g": { "greeted": "simply", "id": "2" } },
            { "__typename": "Hotel", "guest": { "greeted": "simply" } },
        ] } })
    );
}

/// Behind an interface, the type of an object decides at run time whether it sets the context or what is above it does.
#[tokio::test]
async fn which_object_is_nearest_depends_on_its_type() {
    let federation = Federation::new(&[(
        "one",
        r#"type Query { country: Country! }
           type Country @key(fields: "code") @context(name: "place") { code: ID!  language: String!  places: [Place!]! }
           interface Place { id: ID!  guest: Guest }
           type Hotel implements Place @key(fields: "id") @context(name: "place") { id: ID!  guest: Guest  tongue: String }
           type Home implements Place @key(fields: "id") { id: ID!  guest: Guest }
           type Guest @key(fields: "id") {
               id: ID!
               greeted(in: String @fromContext(field: "$place ... on Country { language } ... on Hotel { tongue }")): String
           }"#,
        json!({
            "Query": { "country": { "code": "jp", "language": "ja", "places": [
                { "__typename": "Hotel", "id": "1", "tongue": "en", "guest": { "$of": "Guest:1" } },
                { "__typename": "Home", "id": "2", "guest": { "$of": "Guest:1" } },
                { "__typename": "Hotel", "id": "3", "tongue": null, "guest": { "$of": "Guest:1" } },
                { "__typename": "Hotel", "id": "4", "tongue": "ja", "guest": { "$of": "Guest:1" } },
            ] } },
            "entities": [
                { "__typename": "Guest", "id": "1", "greeted(en)": "welcome", "greeted(ja)": "irasshai", "greeted(null)": "..." },
            ],
        }),
    )]);
    let response = federation.run("{ country { places { guest { greeted } } } }").await;
    let greeted = |text: &str| json!({ "guest": { "greeted": text } });
    assert_eq!(
        response,
        json!({ "data": { "country": { "places": [
            greeted("welcome"), greeted("irasshai"), greeted("..."), greeted("irasshai"),
        ] } } })
    );
    // Equal values share a request, wherever they come from.
    assert_eq!(asked(&federation, "one", "greeted("), 3);
}

/// Root types set contexts too, and a field with context may return objects that are asked for more.
#[tokio::test]
async fn the_root_sets_a_context_and_what_is_below_is_completed() {
    let federation = Federation::new(&[
        (
            "one",
            r#"type Query @context(name: "session") { me: String!  user: User }
               type User @key(fields: "id") {
                   id: ID!
                   friend(of: String! @fromContext(field: "$session { me }")): User
               }"#,
            json!({
                "Query": { "me": "ann", "user": { "$of": "User:1" } },
                "entities": [
                    { "__typename": "User", "id": "1", "friend(ann)": { "$of": "User:2" } },
                    { "__typename": "User", "id": "2", "friend(ann)": { "$of": "User:1" } },
                ],
            }),
        ),
        (
            "two",
            r#"type User @key(fields: "id") { id: ID!  name: String }"#,
            json!({ "entities": [
                { "__typename": "User", "id": "1", "name": "Bob" }, { "__typename": "User", "id": "2", "name": "Cy" },
            ] }),
        ),
    ]);
    let response = federation.run("{ user { name friend { name friend { name } } } }").await;
    assert_eq!(
        response,
        json!({ "data": { "user": { "name": "Bob", "friend": { "name": "Cy", "friend": { "name": "Bob" } } } } })
    );
}
