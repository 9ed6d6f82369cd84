//! What a path provides need not be fetched from its owner.

use crate::support::Bench;
use crate::{assert_plan, bench};

fn library() -> Bench {
    bench!(
        reviews: r#"
            type Query { reviews: [Review!]!  media: Media @shareable @provides(fields: "... on Book { title }") }
            type Review { author: User! @provides(fields: "name home { city }")  editor: User! }
            type User @key(fields: "id") { id: ID!  name: String @external  home: Home @external }
            type Home { city: String @external }
            union Media = Book | Film
            type Book @key(fields: "id") { id: ID!  title: String @external }
            type Film @key(fields: "id") { id: ID! }
        "#,
        users: r#"
            type User @key(fields: "id") { id: ID!  name: String @shareable  home: Home @shareable }
            type Home { city: String @shareable  street: String }
            type Book @key(fields: "id") { id: ID!  title: String @shareable }
            type Film @key(fields: "id") { id: ID!  title: String }
        "#,
    )
}

#[test]
fn a_provided_field_is_taken_on_the_way() {
    assert_plan!(library(), "{ reviews { author { name home { city } } } }", @r"
    0: query reviews
      {
        reviews {
          author {
            name
            home {
              city
            }
          }
        }
      }
    ");
}

#[test]
fn the_same_field_elsewhere_is_not() {
    assert_plan!(library(), "{ reviews { author { name home { street } } editor { name } } }", @r"
    0: query reviews
      {
        reviews {
          author {
            name
            id
          }
          editor {
            id
          }
        }
      }
    1: query users after 0
      reviews.author => User { id }
      {
        ... on User {
          home {
            street
          }
        }
      }
      reviews.editor => User { id }
      {
        ... on User {
          name
        }
      }
    ");
}

#[test]
fn provided_for_one_member_of_a_union() {
    assert_plan!(library(), "{ media { ... on Book { title } ... on Film { title } } }", @r"
    0: query reviews
      {
        media {
          __typename
          ... on Book {
            title
          }
          ... on Film {
            id
          }
        }
      }
    1: query users after 0
      media[Film] => Film { id }
      {
        ... on Film {
          title
        }
      }
    ");
}
