//! Response names: the client's never meet those of keys, of inputs, or of each other.

use crate::support::Bench;
use crate::{assert_plan, bench};

fn bench_of_two() -> Bench {
    bench!(
        users: r#"
            type Query { user(id: ID): User }
            type User @key(fields: "id") { id: ID!  email: String  name(short: Boolean): String }
        "#,
        stats: r#"type User @key(fields: "id") { id: ID!  visits: Int }"#,
    )
}

#[test]
fn an_alias_that_shadows_a_key() {
    assert_plan!(bench_of_two(), "{ user { id: email visits } }", @r"
    0: query users
      {
        user {
          email
          id
        }
      }
    1: query stats after 0
      user => User { id }
      {
        ... on User {
          visits
        }
      }
    ");
}

#[test]
fn an_alias_that_shadows_a_key_and_is_skipped() {
    assert_plan!(bench_of_two(), "{ user { id: email @skip(if: true) visits } }", @r"
    0: query users
      {
        user {
          id
        }
      }
    1: query stats after 0
      user => User { id }
      {
        ... on User {
          visits
        }
      }
    ");
}

#[test]
fn the_key_under_an_alias_that_is_another_field() {
    assert_plan!(bench_of_two(), "{ user { email: id id: email visits } }", @r"
    0: query users
      {
        user {
          email
          id
        }
      }
    1: query stats after 0
      user => User { id }
      {
        ... on User {
          visits
        }
      }
    ");
}

#[test]
fn one_field_under_several_aliases_is_fetched_once() {
    assert_plan!(bench_of_two(), "{ user { a: email b: email visits c: visits } }", @r"
    0: query users
      {
        user {
          email
          id
        }
      }
    1: query stats after 0
      user => User { id }
      {
        ... on User {
          visits
        }
      }
    ");
}

/// Nothing can be null under one key alone, or everything is under both.
#[test]
fn one_object_under_several_aliases_is_fetched_once() {
    assert_plan!(bench_of_two(), "{ a: user { email visits } b: user { name } c: user { visits } }", @r"
    0: query users
      {
        user {
          email
          id
          name
        }
      }
    1: query stats after 0
      user => User { id }
      {
        ... on User {
          visits
        }
      }
    ");
    assert_plan!(bench_of_two(), "{ a: user { id email } b: user { name id } }", @r"
    0: query users
      {
        user {
          email
          name
          id
        }
      }
    ");
}

/// A user without an id is null under the keys that ask for it, and under no other.
#[test]
fn objects_that_can_be_null_under_one_alias_alone_are_kept_apart() {
    assert_plan!(bench_of_two(), "{ a: user { id } b: user { email } c: user { id visits } }", @r"
    0: query users
      {
        user_1: user {
          email
        }
        user {
          id
        }
      }
    1: query stats after 0
      user => User { id }
      {
        ... on User {
          visits
        }
      }
    ");
}

#[test]
fn one_field_with_different_arguments_is_fetched_as_often() {
    assert_plan!(bench_of_two(), "{ a: user(id: 1) { name } b: user(id: 2) { name(short: true) long: name } }", @r"
    0: query users
      {
        user(id: 1) {
          name
        }
        user_1: user(id: 2) {
          name(short: true)
          name_1: name
        }
      }
    ");
}

/// One response name for fields of different types is valid for the client, not for a subgraph.
#[test]
fn fields_of_one_name_that_differ_by_type_are_kept_apart() {
    let bench = bench!(
        a: r#"
            type Query { all: [Thing!]! }
            union Thing = Cat | Dog
            type Cat { name: String!  lives: Int! }
            type Dog { name: String  age: Int! }
        "#,
        b: "type Query { other: Int }",
    );
    assert_plan!(bench, "{ all { ... on Cat { cat: name } ... on Dog { dog: name } } }", @r"
    0: query a
      {
        all {
          __typename
          ... on Cat {
            name
          }
          ... on Dog {
            name_1: name
          }
        }
      }
    ");
}
