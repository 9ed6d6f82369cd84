//! Operations at random over supergraphs that have every feature at once: each plan must mean what its operation means.

use router_planner::Batching;
use serde_json::json;

use crate::bench;
use crate::support::{Bench, generate};

const OPERATIONS: u64 = 300;

fn check(bench: Bench) {
    check_as_it_is(&bench);
    check_as_it_is(&bench.with_batching(Batching::SameStage));
}

fn check_as_it_is(bench: &Bench) {
    let variables = json!({ "yes": true, "no": false });
    let variables = variables.as_object().unwrap();
    let mut checked = 0;
    for seed in 0..OPERATIONS {
        let query = generate::query(bench.supergraph(), &mut generate::Dice::new(seed));
        // Conflicting aliases make some operations invalid.
        if router_schema::Operation::parse(bench.supergraph(), &query, None).is_ok() {
            bench.check(&query, variables);
            checked += 1;
        }
    }
    assert!(checked > OPERATIONS / 4, "most of what is generated is valid: {checked}");
}

#[test]
fn entities_values_and_inputs() {
    check(bench!(
        users: r#"
            type Query { me: User  users: [User!]!  nodes: [Node]! @shareable }
            interface Node { id: ID! }
            type User implements Node @key(fields: "id") { id: ID!  name: String @shareable  role: Role  address: Address @shareable }
            type Address @shareable { street: String  city: City }
            type City @key(fields: "country code") { country: String!  code: Int! }
            enum Role { BUYER SELLER HIDDEN @inaccessible }
        "#,
        catalog: r#"
            type Query { product(id: ID!): Product  products: [Product!]!  search(text: String!): [Hit!]!  nodes: [Node]! @shareable }
            interface Node { id: ID! }
            union Hit = Product | Vendor | City
            type Product implements Node @key(fields: "id") @key(fields: "sku vendor { id }") {
                id: ID!  sku: String!  vendor: Vendor!  weight: Int  size: Size  price(currency: String!): Int  similar: [Product]
            }
            type Size @shareable { width: Int  height: Int }
            type Vendor implements Node @key(fields: "id") { id: ID!  title: String }
            type City @key(fields: "country code") { country: String!  code: Int!  name: String }
            type User implements Node @key(fields: "id") { id: ID! }
        "#,
        logistics: r#"
            type Product @key(fields: "sku vendor { id }") {
                sku: String!  vendor: Vendor!
                weight: Int @external  size: Size @external  price(currency: String!): Int @external
                estimate: Int @requires(fields: "weight size { width height }")
                duty(rate: Int! ): Int @requires(fields: "price(currency: \"USD\")")
                vat: Int @requires(fields: "price(currency: \"EUR\") weight")
                depot: City
            }
            type Size @shareable { width: Int  height: Int }
            type Vendor @key(fields: "id") { id: ID!  depots: [City!]! }
            type City @key(fields: "country code") { country: String!  code: Int!  zone: String }
        "#,
        reviews: r#"
            type Query { latest: [Review!]! }
            type Review @key(fields: "id") { id: ID!  body: String  author: User @provides(fields: "name")  product: Product }
            type User @key(fields: "id") { id: ID!  name: String @external  reviews: [Review!]! }
            type Product @key(fields: "id") {
                id: ID!  reviews(first: Int = 2): [Review!]!  rating: Float
                estimate: Int @external  verdict: String @requires(fields: "estimate")
            }
        "#,
    ));
}

#[test]
fn interfaces_unions_and_interface_objects() {
    check(bench!(
        media: r#"
            type Query { shelf: [Media!]!  feed: [Entry!]!  any: Media }
            interface Media @key(fields: "id") { id: ID!  title: String!  creator: Creator }
            interface Creator { name: String }
            type Book implements Media @key(fields: "id") { id: ID!  title: String!  creator: Writer  pages: Int! }
            type Film implements Media @key(fields: "id") { id: ID!  title: String!  creator: Creator  minutes: Int! }
            type Song implements Media @key(fields: "id") { id: ID!  title: String!  creator: Creator  minutes: Float! }
            type Writer implements Creator @key(fields: "id") { id: ID!  name: String  books: [Book!]! }
            type Band implements Creator @key(fields: "id") { id: ID!  name: String  members: Int }
            union Entry = Book | Film | Notice
            type Notice { text: String! }
        "#,
        ratings: r#"
            type Query { best: [Media!]! }
            type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int!  reviews: [Review!]! }
            type Review { text: String!  about: Media!  by: Reviewer! }
            interface Reviewer { id: ID! }
            type Writer implements Reviewer @key(fields: "id") { id: ID!  reviewed: Int! }
            type Critic implements Reviewer @key(fields: "id") { id: ID!  strict: Boolean! }
        "#,
        shops: r#"
            type Query { offers: [Offer!]! }
            type Media @key(fields: "id") @interfaceObject {
                id: ID!  title: String! @external  price: Int!  label: String! @requires(fields: "title")
            }
            type Offer { on: Media!  note: Notice2 }
            type Notice2 { text: Int }
            type Critic @key(fields: "id") { id: ID!  fee: Int }
            type Band @key(fields: "id") { id: ID!  fee: Float }
        "#,
    ));
}
