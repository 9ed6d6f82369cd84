//! Fields that need inputs from other subgraphs.

use router_planner::PlanError;
use router_schema::JsonObject;

use crate::support::Bench;
use crate::{assert_plan, bench};

fn shipping() -> Bench {
    bench!(
        catalog: r#"
            type Query { products: [Product!]! }
            type Product @key(fields: "id") {
                id: ID!  weight: Int  size: Size  price(currency: String!): Int  parts: [Part!]!
            }
            type Size { width: Int!  height: Int! }
            interface Part { id: ID! }
            type Wheel implements Part @key(fields: "id") { id: ID!  radius: Int! }
            type Frame implements Part @key(fields: "id") { id: ID!  length: Int! }
        "#,
        shipping: r#"
            type Product @key(fields: "id") {
                id: ID!  carrier: String
                weight: Int @external  size: Size @external  price(currency: String!): Int @external
                estimate: Int @requires(fields: "weight size { width height }")
                duty: Int @requires(fields: "price(currency: \"USD\")")
                vat: Int @requires(fields: "price(currency: \"EUR\")")
            }
            type Size @shareable { width: Int! @external  height: Int! @external }
        "#,
        billing: r#"
            type Product @key(fields: "id") {
                id: ID!  estimate: Int @external  total: Int @requires(fields: "estimate")
            }
        "#,
    )
}

#[test]
fn inputs_are_fetched_first_and_sent_along() {
    assert_plan!(shipping(), "{ products { estimate } }", @r"
    0: query catalog
      {
        products {
          id
          weight
          size {
            width
            height
          }
        }
      }
    1: query shipping after 0
      products => Product { id weight size { width height } }
      {
        ... on Product {
          estimate
        }
      }
    ");
}

#[test]
fn an_entry_with_inputs_takes_what_needs_none_along() {
    assert_plan!(shipping(), "{ products { carrier estimate } }", @r"
    0: query catalog
      {
        products {
          id
          weight
          size {
            width
            height
          }
        }
      }
    1: query shipping after 0
      products => Product { id weight size { width height } }
      {
        ... on Product {
          carrier
          estimate
        }
      }
    ");
}

#[test]
fn an_input_may_itself_need_inputs() {
    assert_plan!(shipping(), "{ products { total } }", @r"
    0: query catalog
      {
        products {
          id
          weight
          size {
            width
            height
          }
        }
      }
    1: query shipping after 0
      products => Product { id weight size { width height } }
      {
        ... on Product {
          estimate
        }
      }
    2: query billing after 1
      products => Product { id estimate }
      {
        ... on Product {
          total
        }
      }
    ");
}

/// The same field of a representation cannot have two values: there are two lists of entities.
#[test]
fn inputs_with_different_arguments_are_sent_apart() {
    assert_plan!(shipping(), "{ products { duty vat } }", @r#"
    0: query catalog
      {
        products {
          id
          price(currency: "USD")
          price_1: price(currency: "EUR")
        }
      }
    1: query shipping after 0
      products => Product { id price }
      {
        ... on Product {
          duty
        }
      }
      products => Product { id price: price_1 }
      {
        ... on Product {
          vat
        }
      }
    "#);
}

#[test]
fn an_alias_of_the_client_does_not_stand_in_for_an_input() {
    assert_plan!(shipping(), "{ products { price: price(currency: \"EUR\") weight: id duty } }", @r#"
    0: query catalog
      {
        products {
          price(currency: "EUR")
          id
          price_1: price(currency: "USD")
        }
      }
    1: query shipping after 0
      products => Product { id price: price_1 }
      {
        ... on Product {
          duty
        }
      }
    "#);
}

/// The subgraph that needs an input has a part of the way to it.
#[test]
fn an_input_may_start_from_the_subgraph_that_needs_it() {
    let bench = bench!(
        a: r#"
            type Query { feed: [Post!]! }
            type Post @key(fields: "id") { id: ID!  novice: Boolean! @external  expert: Boolean! @requires(fields: "novice") }
            type Author @key(fields: "id") { id: ID!  years: Int! }
        "#,
        b: r#"
            type Post @key(fields: "id") { id: ID!  author: Author!  novice: Boolean! @requires(fields: "author { years }") }
            type Author @key(fields: "id") { id: ID!  years: Int! @external }
        "#,
    );
    assert_plan!(bench, "{ feed { expert } }", @r"
    0: query a
      {
        feed {
          id
        }
      }
    1: query b after 0
      feed => Post { id }
      {
        ... on Post {
          author {
            id
          }
        }
      }
    2: query a after 1
      feed.author => Author { id }
      {
        ... on Author {
          years
        }
      }
    3: query b after 2
      feed => Post { id author { years } }
      {
        ... on Post {
          novice
        }
      }
    4: query a after 3
      feed => Post { id novice }
      {
        ... on Post {
          expert
        }
      }
    ");
}

#[test]
fn inputs_by_type() {
    let bench = bench!(
        parts: r#"
            type Query { machine: Machine }
            type Machine @key(fields: "id") { id: ID!  part: Part! }
            interface Part { id: ID! }
            type Wheel implements Part { id: ID!  radius: Int! }
            type Frame implements Part { id: ID!  length: Int! }
        "#,
        prices: r#"
            type Machine @key(fields: "id") {
                id: ID!  part: Part! @external
                price: Int @requires(fields: "part { id ... on Wheel { radius } ... on Frame { length } }")
            }
            interface Part { id: ID! }
            type Wheel implements Part @shareable { id: ID! @external  radius: Int! @external }
            type Frame implements Part @shareable { id: ID! @external  length: Int! @external }
        "#,
    );
    assert_plan!(bench, "{ machine { price } }", @r"
    0: query parts
      {
        machine {
          id
          part {
            __typename
            id
            ... on Frame {
              length
            }
            ... on Wheel {
              radius
            }
          }
        }
      }
    1: query prices after 0
      machine => Machine { id part { id Wheel.radius Frame.length } }
      {
        ... on Machine {
          price
        }
      }
    ");
}

/// Inputs are of the object that was described, not of others of its type that the same request brings.
#[test]
fn an_object_below_needs_inputs_of_its_own() {
    let bench = bench!(
        staff: r#"type Query { boss: Person } type Person @key(fields: "id") { id: ID!  hours: Int! }"#,
        pay: r#"
            type Person @key(fields: "id") {
                id: ID!  hours: Int! @external  salary: Int @requires(fields: "hours")  deputy: Person @requires(fields: "hours")
            }
        "#,
    );
    assert_plan!(bench, "{ boss { salary deputy { salary } } }", @r"
    0: query staff
      {
        boss {
          id
          hours
        }
      }
    1: query pay after 0
      boss => Person { id hours }
      {
        ... on Person {
          salary
          deputy {
            id
          }
        }
      }
    2: query staff after 1
      boss.deputy => Person { id }
      {
        ... on Person {
          hours
        }
      }
    3: query pay after 2
      boss.deputy => Person { id hours }
      {
        ... on Person {
          salary
        }
      }
    ");
}

/// No composition gives such a supergraph; a planner that is given one says so and ends.
#[test]
fn a_field_that_requires_itself_has_no_plan() {
    let bench = Bench::new(
        r#"
        schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
        directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
        directive @join__graph(name: String!, url: String!) on ENUM_VALUE
        directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT
        directive @join__field(graph: join__Graph, requires: join__FieldSet, external: Boolean) repeatable on FIELD_DEFINITION
        scalar link__Import scalar join__FieldSet
        enum link__Purpose { SECURITY EXECUTION }
        enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
        type Query @join__type(graph: A) @join__type(graph: B) { item: Item @join__field(graph: A) }
        type Item @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
            id: ID!
            left: Int @join__field(graph: A, requires: "right") @join__field(graph: B, external: true)
            right: Int @join__field(graph: A, external: true) @join__field(graph: B, requires: "left")
        }
        "#,
    );
    let expanded = bench.expand("{ item { left } }", &JsonObject::new());
    let error = bench.planner.plan(&expanded, &Default::default()).unwrap_err();
    assert_eq!(error, PlanError::Unreachable { coordinate: "Item.left".to_owned() });
}
