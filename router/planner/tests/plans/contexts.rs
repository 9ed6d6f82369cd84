//! Arguments from context (`@fromContext`). The executor's tests run such plans.

use router_planner::PlanError;
use router_schema::JsonObject;

use crate::bench;
use crate::support::Bench;

fn shops() -> Bench {
    bench!(
        sales: r#"
            type Query { shops: [Shop!]!  places: [Place!]! }
            interface Place { id: ID! }
            type Shop implements Place @key(fields: "id") @context(name: "shop") {
                id: ID!  currency: String @external  products: [Product!]!  branch: Shop
            }
            type Stall implements Place @key(fields: "id") @context(name: "shop") { id: ID!  currency: String @external  best: Product }
            type Product @key(fields: "id") {
                id: ID!
                price(currency: String @fromContext(field: "$shop { currency }"), amount: Int = 1): Int
                stock: Int
            }
        "#,
        money: r#"
            type Shop @key(fields: "id") { id: ID!  currency: String }
            type Stall @key(fields: "id") { id: ID!  currency: String }
        "#,
    )
}

#[test]
fn the_value_is_fetched_first_and_goes_along_as_a_variable() {
    insta::assert_snapshot!(shops().plan("{ shops { products { price(amount: 2) stock } } }").to_string(), @r"
    0: query sales
      {
        shops {
          products {
            id
            stock
          }
          id
        }
      }
    1: query money after 0
      shops => Shop { id }
      {
        ... on Shop {
          currency
        }
      }
    2: query sales after 1
      shops.products => Product { id }
      $context_0: String = /shops { currency }
      {
        ... on Product {
          price(amount: 2, currency: $context_0)
        }
      }
    ");
}

#[test]
fn the_nearest_object_above_counts() {
    insta::assert_snapshot!(shops().plan("{ shops { branch { products { price } } } }").to_string(), @r"
    0: query sales
      {
        shops {
          branch {
            products {
              id
            }
            id
          }
        }
      }
    1: query money after 0
      shops.branch => Shop { id }
      {
        ... on Shop {
          currency
        }
      }
    2: query sales after 1
      shops.branch.products => Product { id }
      $context_0: String = /shops.branch { currency }
      {
        ... on Product {
          price(currency: $context_0)
        }
      }
    ");
}

#[test]
fn types_that_set_the_context_are_asked_each() {
    insta::assert_snapshot!(
        shops().plan("{ places { ... on Shop { products { price } } ... on Stall { best { price } } } }").to_string(),
        @r"
    0: query sales
      {
        places {
          __typename
          id
          ... on Shop {
            products {
              id
            }
          }
          ... on Stall {
            best {
              id
            }
          }
        }
      }
    1: query money after 0
      places[Shop] => Shop { id }
      places[Stall] => Stall { id }
      {
        ... on Shop {
          currency
        }
        ... on Stall {
          currency
        }
      }
    2: query sales after 1
      places[Shop].products => Product { id }
      $context_0: String = /places[Shop] { currency }
      {
        ... on Product {
          price(currency: $context_0)
        }
      }
    3: query sales after 1
      places[Stall].best => Product { id }
      $context_1: String = /places[Stall] { currency }
      {
        ... on Product {
          price(currency: $context_1)
        }
      }
    "
    );
}

#[test]
fn variables_of_the_client_keep_their_names() {
    let bench = shops();
    let variables = JsonObject::new();
    let expanded =
        bench.expand("query ($context: Int) { shops { products { price(amount: $context) } } }", &variables);
    let plan = bench.planner.plan(&expanded, &Default::default()).unwrap();
    assert!(plan.to_string().contains("price(amount: $context, currency: $_context_0)"), "{plan}");
}

/// Asking without the value would be answered as if there were none: no answer is better than that one.
#[test]
fn without_an_object_that_sets_the_context_there_is_no_plan() {
    let sdl = shops().supergraph().schema().to_string();
    let setters = r#"@context(name: "sales__shop")"#;
    assert!(sdl.contains(setters), "{sdl}");
    let bench = Bench::new(&sdl.replace(setters, ""));
    let expanded = bench.expand("{ shops { products { price } } }", &JsonObject::new());
    let unreachable = PlanError::Unreachable { coordinate: "Product.price".to_owned() };
    assert_eq!(bench.planner.plan(&expanded, &Default::default()).unwrap_err(), unreachable);
}
