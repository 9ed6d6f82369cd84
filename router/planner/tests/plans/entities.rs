//! Jumps between subgraphs by keys.

use router_planner::Batching;

use crate::support::Bench;
use crate::{assert_plan, bench};

fn shop() -> Bench {
    bench!(
        users: r#"
            type Query { me: User  users: [User!]! }
            type User @key(fields: "id") { id: ID!  name: String!  friends: [User!]! }
        "#,
        products: r#"
            type Query { top(first: Int = 3): [Product!]! }
            type Product @key(fields: "upc") { upc: ID!  title: String!  vendor: Vendor! }
            type Vendor @key(fields: "id") { id: ID! }
        "#,
        reviews: r#"
            type Query { latest: [Review!]! }
            type Review @key(fields: "id") { id: ID!  body: String!  author: User!  product: Product! }
            type User @key(fields: "id") { id: ID!  reviews: [Review!]! }
            type Product @key(fields: "upc") { upc: ID!  reviews: [Review!]!  rating: Float }
        "#,
        vendors: r#"
            type Vendor @key(fields: "id") { id: ID!  name: String!  rating: Float }
        "#,
    )
}

#[test]
fn what_one_subgraph_has_is_one_fetch() {
    assert_plan!(shop(), "{ me { id name friends { name } } users { id } }", @r"
    0: query users
      {
        me {
          name
          friends {
            name
          }
          id
        }
        users {
          id
        }
      }
    ");
}

#[test]
fn an_entity_is_completed_elsewhere() {
    assert_plan!(shop(), "{ me { name reviews { body } } }", @r"
    0: query users
      {
        me {
          name
          id
        }
      }
    1: query reviews after 0
      me => User { id }
      {
        ... on User {
          reviews {
            body
          }
        }
      }
    ");
}

#[test]
fn independent_branches_wait_for_nothing_but_their_own_inputs() {
    assert_plan!(shop(), "{ top { title vendor { name } rating } latest { author { name } } }", @r"
    0: query products
      {
        top {
          title
          vendor {
            id
          }
          upc
        }
      }
    1: query vendors after 0
      top.vendor => Vendor { id }
      {
        ... on Vendor {
          name
        }
      }
    2: query reviews after 0
      top => Product { upc }
      {
        ... on Product {
          rating
        }
      }
    3: query reviews
      {
        latest {
          author {
            id
          }
        }
      }
    4: query users after 3
      latest.author => User { id }
      {
        ... on User {
          name
        }
      }
    ");
}

#[test]
fn equal_selections_of_entities_share_a_list_and_others_a_request() {
    assert_plan!(
        shop(),
        "{ a: top(first: 1) { vendor { name } } b: top(first: 2) { vendor { name } } c: top { vendor { rating } } }",
        @r"
        0: query products
          {
            top(first: 1) {
              vendor {
                id
              }
            }
            top_1: top(first: 2) {
              vendor {
                id
              }
            }
            top_2: top {
              vendor {
                id
              }
            }
          }
        1: query vendors after 0
          top.vendor => Vendor { id }
          top_1.vendor => Vendor { id }
          {
            ... on Vendor {
              name
            }
          }
          top_2.vendor => Vendor { id }
          {
            ... on Vendor {
              rating
            }
          }
        "
    );
}

#[test]
fn a_key_field_that_the_client_does_not_ask_for_is_fetched_but_not_answered() {
    assert_plan!(shop(), "{ latest { product { title } } }", @r"
    0: query reviews
      {
        latest {
          product {
            upc
          }
        }
      }
    1: query products after 0
      latest.product => Product { upc }
      {
        ... on Product {
          title
        }
      }
    ");
}

#[test]
fn arguments_and_variables_go_where_they_are_used() {
    let bench = shop();
    let variables = serde_json::json!({ "count": 2 });
    let query = "query Top($count: Int) { top(first: $count) { title rating } }";
    bench.check(query, variables.as_object().unwrap());
    let plan = bench.plan(query);
    assert_eq!(
        &*plan.fetches[0].document,
        "query Top__products__0($count: Int){top(first: $count){title upc}}"
    );
    assert_eq!(*plan.fetches[0].variables, ["count".into()]);
    assert!(plan.fetches[1].variables.is_empty());
}

/// Each subgraph knows another key: the way leads through the one that knows both.
#[test]
fn a_jump_without_a_common_key_goes_through_a_third_subgraph() {
    let bench = bench!(
        upcs: r#"type Query { book: Book } type Book @key(fields: "upc") { upc: ID! }"#,
        both: r#"type Book @key(fields: "upc") @key(fields: "id") { upc: ID!  id: ID! }"#,
        ids: r#"type Book @key(fields: "id") { id: ID!  author: String }"#,
    );
    assert_plan!(bench, "{ book { author } }", @r"
    0: query upcs
      {
        book {
          upc
        }
      }
    1: query both after 0
      book => Book { upc }
      {
        ... on Book {
          id
        }
      }
    2: query ids after 1
      book => Book { id }
      {
        ... on Book {
          author
        }
      }
    ");
}

#[test]
fn composite_and_nested_keys() {
    let bench = bench!(
        members: r#"
            type Query { members: [Member!]! }
            type Member @key(fields: "organization { id } number") { organization: Organization!  number: Int!  name: String! }
            type Organization @key(fields: "id") { id: ID! }
        "#,
        fees: r#"
            type Member @key(fields: "organization { id } number") { organization: Organization!  number: Int!  fee: Int! }
            type Organization @key(fields: "id") { id: ID!  title: String }
        "#,
    );
    assert_plan!(bench, "{ members { name fee organization { title } } }", @r"
    0: query members
      {
        members {
          name
          organization {
            id
          }
          number
        }
      }
    1: query fees after 0
      members => Member { organization { id } number }
      {
        ... on Member {
          fee
          organization {
            title
          }
        }
      }
    ");
}

#[test]
fn a_value_type_is_completed_through_its_parent() {
    let bench = bench!(
        a: r#"type Query { item: Item } type Item @key(fields: "id") { id: ID!  size: Size! @shareable } type Size { width: Int! }"#,
        b: r#"type Item @key(fields: "id") { id: ID!  size: Size! @shareable } type Size { height: Int! }"#,
    );
    assert_plan!(bench, "{ item { size { width height } } }", @r"
    0: query a
      {
        item {
          size {
            width
          }
          id
        }
      }
    1: query b after 0
      item => Item { id }
      {
        ... on Item {
          size {
            height
          }
        }
      }
    ");
}

/// Two requests to `b` for the children would be one too many: their parent can be held there as well.
#[test]
fn a_parent_is_entered_rather_than_each_of_its_children() {
    let bench = bench!(
        a: r#"
            type Query { order: Order }
            type Order @key(fields: "id") { id: ID!  buyer: Person @shareable  seller: Person @shareable }
            type Person @key(fields: "id") { id: ID! }
        "#,
        b: r#"
            type Order @key(fields: "id") { id: ID!  buyer: Person @shareable  seller: Person @shareable }
            type Person @key(fields: "id") { id: ID!  name: String  phone: String }
        "#,
    );
    assert_plan!(bench, "{ order { buyer { name } seller { phone } } }", @r"
    0: query a
      {
        order {
          id
        }
      }
    1: query b after 0
      order => Order { id }
      {
        ... on Order {
          buyer {
            name
          }
          seller {
            phone
          }
        }
      }
    ");
}

const TWO_BRANCHES: &str = "{ latest { product { vendor { name } } } top { vendor { name } } }";

#[test]
fn branches_of_different_length_do_not_wait_for_each_other() {
    assert_plan!(shop(), TWO_BRANCHES, @r"
    0: query reviews
      {
        latest {
          product {
            upc
          }
        }
      }
    1: query products after 0
      latest.product => Product { upc }
      {
        ... on Product {
          vendor {
            id
          }
        }
      }
    2: query vendors after 1
      latest.product.vendor => Vendor { id }
      {
        ... on Vendor {
          name
        }
      }
    3: query products
      {
        top {
          vendor {
            id
          }
        }
      }
    4: query vendors after 3
      top.vendor => Vendor { id }
      {
        ... on Vendor {
          name
        }
      }
    ");
}

#[test]
fn branches_share_requests_where_stages_are_batched() {
    let bench = shop().with_batching(Batching::SameStage);
    assert_plan!(bench, "{ me { reviews { body } } top { rating } }", @r"
    0: query users
      {
        me {
          id
        }
      }
    1: query products
      {
        top {
          upc
        }
      }
    2: query reviews after 0, 1
      me => User { id }
      {
        ... on User {
          reviews {
            body
          }
        }
      }
      top => Product { upc }
      {
        ... on Product {
          rating
        }
      }
    ");
}
