//! Root types, introspection and `__typename` at the root.

use router_planner::plan::OutputValue;

use crate::support::Bench;
use crate::{assert_plan, bench};

fn bench_of_two() -> Bench {
    bench!(
        a: r#"type Query { here: Int  both: Pair @shareable } type Pair { left: Int }"#,
        b: r#"type Query { there: Int  both: Pair @shareable } type Pair { right: Int }"#,
    )
}

#[test]
fn root_fields_of_several_subgraphs_are_fetched_in_parallel() {
    assert_plan!(bench_of_two(), "{ here there }", @r"
    0: query a
      {
        here
      }
    1: query b
      {
        there
      }
    ");
}

#[test]
fn a_shared_root_field_is_asked_of_each_subgraph_that_has_a_part_of_it() {
    assert_plan!(bench_of_two(), "{ both { left right } }", @r"
    0: query a
      {
        both {
          left
        }
      }
    1: query b
      {
        both {
          right
        }
      }
    ");
}

#[test]
fn the_roots_own_typename_reaches_no_subgraph() {
    assert_plan!(bench_of_two(), "{ __typename kind: __typename }", @r"
    nothing to fetch
    ");
}

#[test]
fn introspection_is_not_fetched() {
    let plan = bench_of_two().plan("{ __schema { queryType { name } } here }");
    assert_eq!(plan.fetches.len(), 1);
    assert_eq!(plan.output.fields[0].value, OutputValue::Introspection);
}

/// What a mutation returns can lead back to the whole graph.
#[test]
fn a_field_that_returns_the_query_type_leads_to_every_subgraph() {
    let bench = bench!(
        a: r#"type Query { here: Int } type Mutation { act: Acted } type Acted { done: Boolean  query: Query }"#,
        b: r#"type Query { there: Int }"#,
    );
    assert_plan!(bench, "mutation { act { done query { here there } } }", @r"
    0: mutation a
      {
        act {
          done
          query {
            __typename
            here
          }
        }
      }
    1: query b after 0
      at act.query
      {
        there
      }
    ");
}

#[test]
fn a_subscription_is_one_stream_completed_by_queries() {
    let bench = bench!(
        orders: r#"
            type Query { order: Order }
            type Subscription { orderUpdated(id: ID!): Order! }
            type Order @key(fields: "id") { id: ID!  status: String!  product: Product! }
            type Product @key(fields: "id") { id: ID! }
        "#,
        catalog: r#"type Product @key(fields: "id") { id: ID!  name: String! }"#,
    );
    assert_plan!(bench, "subscription { orderUpdated(id: 1) { status product { name } } }", @r"
    0: subscription orders
      {
        orderUpdated(id: 1) {
          status
          product {
            id
          }
        }
      }
    1: query catalog after 0
      orderUpdated.product => Product { id }
      {
        ... on Product {
          name
        }
      }
    ");
}
