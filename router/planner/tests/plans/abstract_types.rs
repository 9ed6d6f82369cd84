//! Interfaces and unions.

use crate::support::Bench;
use crate::{assert_plan, bench};

fn zoo() -> Bench {
    bench!(
        zoo: r#"
            type Query { animals: [Animal!]!  pet: Pet }
            interface Animal { id: ID!  name: String! }
            type Cat implements Animal @key(fields: "id") { id: ID!  name: String!  lives: Int! }
            type Dog implements Animal @key(fields: "id") { id: ID!  name: String!  tricks: [String!]! }
            type Fish implements Animal { id: ID!  name: String! }
            union Pet = Cat | Dog
        "#,
        food: r#"
            type Cat @key(fields: "id") { id: ID!  food: Food }
            type Dog @key(fields: "id") { id: ID!  food: Food }
            type Food { brand: String! }
        "#,
    )
}

#[test]
fn a_field_of_the_interface_is_asked_of_the_interface() {
    assert_plan!(zoo(), "{ animals { name } }", @r"
    0: query zoo
      {
        animals {
          name
        }
      }
    ");
}

#[test]
fn the_type_is_fetched_where_the_answer_depends_on_it() {
    assert_plan!(zoo(), "{ animals { kind: __typename name ... on Cat { lives } } }", @r"
    0: query zoo
      {
        animals {
          __typename
          name
          ... on Cat {
            lives
          }
        }
      }
    ");
}

#[test]
fn types_that_are_alike_elsewhere_go_in_one_list() {
    assert_plan!(zoo(), "{ pet { ... on Cat { food { brand } } ... on Dog { food { brand } } } }", @r"
    0: query zoo
      {
        pet {
          __typename
          ... on Cat {
            id
          }
          ... on Dog {
            id
          }
        }
      }
    1: query food after 0
      pet[Cat] => Cat { id }
      pet[Dog] => Dog { id }
      {
        ... on Cat {
          food {
            brand
          }
        }
        ... on Dog {
          food {
            brand
          }
        }
      }
    ");
}

#[test]
fn one_field_under_different_fragments_of_overlapping_types() {
    assert_plan!(zoo(), "{ animals { ... on Animal { name } ... on Dog { name tricks food { brand } } ... on Animal { id } } }", @r"
    0: query zoo
      {
        animals {
          __typename
          name
          id
          ... on Dog {
            tricks
          }
        }
      }
    1: query food after 0
      animals[Dog] => Dog { id }
      {
        ... on Dog {
          food {
            brand
          }
        }
      }
    ");
}

#[test]
fn fragments_that_no_object_can_match_ask_nothing() {
    assert_plan!(zoo(), "{ pet { ... on Animal { ... on Fish { name } } } }", @r"
    0: query zoo
      {
        pet {
          __typename
        }
      }
    ");
}

/// A shared field has the same value everywhere, so it is only what all that resolve it know.
#[test]
fn members_of_a_union_that_only_one_of_its_subgraphs_knows() {
    let bench = bench!(
        a: r#"type Query { media: Media @shareable  song: Media } union Media = Book | Song type Book @shareable { title: String } type Song { length: Int }"#,
        b: r#"type Query { media: Media @shareable } union Media = Book | Film type Book @shareable { title: String } type Film { minutes: Int }"#,
    );
    assert_plan!(bench, "{ media { ... on Book { title } ... on Film { minutes } } song { ... on Song { length } } }", @r"
    0: query a
      {
        song {
          __typename
          ... on Song {
            length
          }
        }
        media {
          __typename
          ... on Book {
            title
          }
        }
      }
    ");
}

#[test]
fn a_type_that_clients_must_not_see_is_not_among_the_possible() {
    let bench = bench!(
        a: r#"
            type Query { node: Node }
            interface Node { id: ID! }
            type Open implements Node { id: ID! }
            type Closed implements Node @inaccessible { id: ID! }
        "#,
        b: "type Query { other: Int }",
    );
    assert_plan!(bench, "{ node { id } }", @r"
    0: query a
      {
        node {
          __typename
          id
        }
      }
    ");
}
