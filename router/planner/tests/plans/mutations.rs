//! Mutations run in series, each with everything it needs.

use crate::support::Bench;
use crate::{assert_plan, bench};

fn shop() -> Bench {
    bench!(
        carts: r#"
            type Query { cart: Cart }
            type Mutation { add(item: ID!): Cart!  clear: Boolean! }
            type Cart @key(fields: "id") { id: ID!  items: Int! }
        "#,
        prices: r#"
            type Mutation { discount(code: String!): Boolean! }
            type Cart @key(fields: "id") { id: ID!  total: Int! }
        "#,
    )
}

#[test]
fn neighbours_of_one_subgraph_go_in_one_request() {
    assert_plan!(shop(), "mutation { add(item: 1) { items } clear }", @r"
    0: mutation carts
      {
        add(item: 1) {
          items
        }
        clear
      }
    ");
}

#[test]
fn other_subgraphs_take_their_turn() {
    assert_plan!(shop(), "mutation { add(item: 1) { items } discount(code: \"A\") clear }", @r#"
    0: mutation carts
      {
        add(item: 1) {
          items
        }
      }
    1: mutation prices after 0
      {
        discount(code: "A")
      }
    2: mutation carts after 1
      {
        clear
      }
    "#);
}

#[test]
fn what_a_field_needs_is_fetched_before_the_next_field_runs() {
    assert_plan!(shop(), "mutation { add(item: 1) { total } clear }", @r"
    0: mutation carts
      {
        add(item: 1) {
          id
        }
      }
    1: query prices after 0
      add => Cart { id }
      {
        ... on Cart {
          total
        }
      }
    2: mutation carts after 1
      {
        clear
      }
    ");
}

/// Twice the same field with the same arguments is two effects.
#[test]
fn equal_mutations_are_not_merged() {
    assert_plan!(shop(), "mutation { a: add(item: 1) { items } b: add(item: 1) { items } }", @r"
    0: mutation carts
      {
        add(item: 1) {
          items
        }
        add_1: add(item: 1) {
          items
        }
      }
    ");
}
