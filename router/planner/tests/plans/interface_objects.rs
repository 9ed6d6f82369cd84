//! Subgraphs that know an interface as an object.

use crate::support::Bench;
use crate::{assert_plan, bench};

fn media() -> Bench {
    bench!(
        media: r#"
            type Query { shelf: [Media!]! }
            interface Media @key(fields: "id") { id: ID!  title: String! }
            type Book implements Media @key(fields: "id") { id: ID!  title: String!  pages: Int! }
            type Film implements Media @key(fields: "id") { id: ID!  title: String!  minutes: Int! }
        "#,
        ratings: r#"
            type Query { best: [Media!]! }
            type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int!  reviews: [Review!]! }
            type Review { text: String!  about: Media! }
        "#,
    )
}

#[test]
fn a_field_that_the_interface_object_adds() {
    assert_plan!(media(), "{ shelf { title stars } }", @r"
    0: query media
      {
        shelf {
          title
          id
        }
      }
    1: query ratings after 0
      shelf => Media { id }
      {
        ... on Media {
          stars
        }
      }
    ");
}

#[test]
fn a_field_that_it_adds_to_one_implementation() {
    assert_plan!(media(), "{ shelf { ... on Book { pages stars } } }", @r"
    0: query media
      {
        shelf {
          __typename
          ... on Book {
            id
            pages
          }
        }
      }
    1: query ratings after 0
      shelf[Book] => Media { id }
      {
        ... on Media {
          stars
        }
      }
    ");
}

#[test]
fn what_it_has_itself_needs_no_type() {
    assert_plan!(media(), "{ best { id stars reviews { about { id } } } }", @r"
    0: query ratings
      {
        best {
          stars
          id
          reviews {
            about {
              id
            }
          }
        }
      }
    ");
}

#[test]
fn the_type_of_its_objects_is_known_elsewhere() {
    assert_plan!(media(), "{ best { __typename stars } }", @r"
    0: query ratings
      {
        best {
          stars
          id
        }
      }
    1: query media after 0
      best => Media { id }
      {
        ... on Media {
          __typename
        }
      }
    ");
}

#[test]
fn from_an_interface_object_to_one_implementation_and_back() {
    assert_plan!(media(), "{ best { ... on Film { minutes stars } } }", @r"
    0: query ratings
      {
        best {
          id
        }
      }
    1: query media after 0
      best => Media { id }
      {
        ... on Media {
          __typename
          ... on Film {
            id
            minutes
          }
        }
      }
    2: query ratings after 1
      best[Film] => Media { id }
      {
        ... on Media {
          stars
        }
      }
    ");
}

/// An interface object has no members that could have the other key for it.
#[test]
fn only_the_keys_that_an_interface_object_has_lead_out_of_it() {
    let bench = bench!(
        media: r#"
            type Query { shelf: [Media!]! }
            interface Media @key(fields: "id") @key(fields: "slug") { id: ID!  slug: String!  title: String }
            type Book implements Media @key(fields: "id") @key(fields: "slug") { id: ID!  slug: String!  title: String }
        "#,
        shops: r#"
            type Query { offer: Media }
            type Media @key(fields: "slug") @interfaceObject { slug: String!  price: Int }
        "#,
    );
    assert_plan!(bench, "{ offer { price title } }", @r"
    0: query shops
      {
        offer {
          price
          slug
        }
      }
    1: query media after 0
      offer => Media { slug }
      {
        ... on Media {
          title
        }
      }
    ");
}
