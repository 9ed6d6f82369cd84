//! Operations at random over supergraphs that have every feature at once: each plan must mean what its operation means.

use router_planner::Batching;
use serde_json::json;

use crate::bench;
use crate::support::{Bench, generate};

const OPERATIONS: u64 = 120;

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
    assert!(checked > OPERATIONS / 8, "enough of what is generated is valid: {checked}");
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

#[test]
fn keys_that_lead_on_shared_values_and_overrides() {
    check(bench!(
        a: r#"
            type Query { book: Book books: [Book!]! shelf: Shelf @shareable hub: Hub @shareable }
            type Book @key(fields: "upc") { upc: ID! note: String @shareable }
            type Shelf @shareable { label: String first: Book side: Side }
            type Side @shareable { left: Int }
            type Hub @key(fields: "id") { id: ID! x: Int old: Int box: Box @shareable }
            type Box { p: Int @shareable q: Int }
        "#,
        b: r#"
            type Query { shelf: Shelf @shareable hub: Hub @shareable }
            type Book @key(fields: "upc") @key(fields: "id") { upc: ID! id: ID! pages: Int! }
            type Shelf @shareable { label: String count: Int side: Side }
            type Side @shareable { left: Int right: Int }
            type Hub @key(fields: "id") @key(fields: "code") { id: ID! code: String! y: Int box: Box @shareable } 
            type Box { p: Int @shareable r: Int }
        "#,
        c: r#"
            type Book @key(fields: "id") @key(fields: "serial { no edition }") { id: ID! serial: Serial! author: Author }
            type Serial @shareable { no: Int! edition: String! }
            type Author @key(fields: "name") { name: String! born: Int books: [Book!]! }
            type Hub @key(fields: "code") { code: String! z: Int old: Int @override(from: "a") }
        "#,
        d: r#"
            type Book @key(fields: "serial { no edition }") { serial: Serial! price: Int pages: Int! @external cost(cur: String!): Float author: Author @external heavy: Boolean @requires(fields: "pages") fame: Int @requires(fields: "author { born }") }
            type Serial @shareable { no: Int! edition: String! }
            type Author @key(fields: "name") { name: String! born: Int @external fans: Int ratio: Float @requires(fields: "born") }
            type Hub @key(fields: "code") { code: String! z: Int @external w: Int @requires(fields: "z") }
        "#,
    ));
}

#[test]
fn types_that_differ_by_subgraph() {
    check(bench!(
        a: r#"
            type Query { things: [Thing!]! one: Thing any: Any items: [Item] @shareable }
            interface Thing { id: ID! tag: Tag peer: Thing }
            type Ta implements Thing @key(fields: "id") { id: ID! tag: Tag peer: Thing v: String! u: Any }
            type Tb implements Thing @key(fields: "id") { id: ID! tag: Tag peer: Tb v: String w: Int }
            type Tc implements Thing { id: ID! tag: Tag peer: Thing v: [String] }
            type Tag { name: String! of: Thing }
            union Any = Ta | Tb | Tag
            union Item = Ta | Tc
        "#,
        b: r#"
            type Query { others: [Other!]! items: [Item] @shareable }
            interface Other { n(k: Int! = 1): Int link: Link }
            type Ta implements Other @key(fields: "id") { id: ID! n(k: Int! = 1): Int link: Link v2: Int }
            type Tb implements Other @key(fields: "id") { id: ID! n(k: Int! = 1): Int! link: LinkB }
            type Td implements Other @key(fields: "id") { id: ID! n(k: Int! = 1): Int link: Link }
            interface Link { to: Other }
            type LinkA implements Link { to: Other a: Int }
            type LinkB implements Link { to: Other b: Ta }
            union Item = Ta | Td
        "#,
        c: r#"
            type Ta @key(fields: "id") { id: ID! v: String! @external len: Int @requires(fields: "v") }
            type Tb @key(fields: "id") { id: ID! w: Int @external len: String @requires(fields: "w") peer: Tb @external far: Int @requires(fields: "peer { w }") }
            type Td @key(fields: "id") { id: ID! len: Int }
        "#,
    ));
}

#[test]
fn several_interface_objects_with_keys_and_inputs() {
    check(bench!(
        m: r#"
            type Query { all: [M!]! x: X }
            interface M @key(fields: "id") @key(fields: "alt") { id: ID! alt: ID! t: String s: Sub }
            type X implements M @key(fields: "id") @key(fields: "alt") { id: ID! alt: ID! t: String s: Sub xx: Int }
            type Y implements M @key(fields: "id") @key(fields: "alt") { id: ID! alt: ID! t: String s: Sub yy: Int kin: M }
            type Sub { v: Int m: M }
        "#,
        r: r#"
            type Query { rs: [M!]! }
            type M @key(fields: "id") @interfaceObject { id: ID! stars: Int near: [M!]! t: String @external tt: String @requires(fields: "t") }
        "#,
        q: r#"
            type Query { qs: M }
            type M @key(fields: "alt") @interfaceObject { alt: ID! price: Int stars: Int @external deal: Boolean @requires(fields: "stars") box: Bx }
            type Bx { m: M n: Int }
        "#,
        k: r#"
            type X @key(fields: "id") { id: ID! extra: Int xx: Int @external dd: Int @requires(fields: "xx") }
        "#,
    ));
}
