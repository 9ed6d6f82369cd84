//! Operations without fragments, conditions and twins.

use std::fmt::Write;

use router_schema::{ExpandedSet, Operation, Supergraph};
use serde_json::json;

use crate::compose;

fn write(supergraph: &Supergraph, set: &ExpandedSet, depth: usize, text: &mut String) {
    for field in &set.fields {
        let types: Vec<&str> =
            field.on.iter().map(|index| supergraph.object_name(index).unwrap().as_str()).collect();
        let on = if field.on == set.possible { String::new() } else { format!(" on {}", types.join("|")) };
        let name = if field.response_key == field.name { String::new() } else { format!(": {}", field.name) };
        writeln!(text, "{}{}{name}{on}", "  ".repeat(depth), field.response_key).unwrap();
        if let Some(selection) = &field.selection {
            write(supergraph, selection, depth + 1, text);
        }
    }
}

fn expand(query: &str) -> String {
    let supergraph = compose(&[(
        "a",
        r#"
        type Query { node: Node  pet: Pet }
        interface Node { id: ID!  friend: Node }
        type Cat implements Node { id: ID!  friend: Node  lives: Int }
        type Dog implements Node { id: ID!  friend: Node  tricks: Int }
        type Fox implements Node { id: ID!  friend: Node }
        union Pet = Cat | Dog
        "#,
    )]);
    let operation = Operation::parse(&supergraph, query, None).unwrap();
    let variables = json!({ "yes": true, "no": false });
    let expanded =
        operation.expand(&supergraph, &operation.flags(&variables.as_object().unwrap().clone().into()));
    let mut text = String::new();
    write(&supergraph, &expanded.root, 0, &mut text);
    text
}

#[test]
fn a_key_stands_where_it_is_first_mentioned_for_each_type() {
    insta::assert_snapshot!(
        expand("{ node { ... on Cat { id } friend { id } ... on Node { id } ... on Dog { friend { ... on Fox { id } } } } }"),
        @r"
    node
      id on Cat
      friend on Dog
        id
      friend on Cat|Fox
        id
      id on Dog|Fox
    "
    );
}

#[test]
fn fragments_apply_to_what_they_overlap_with() {
    insta::assert_snapshot!(
        expand("{ pet { ...n ... on Node { ... on Fox { friend { id } } } } } fragment n on Node { id kind: __typename ... on Dog { tricks } }"),
        @r"
    pet
      id
      kind: __typename
      tricks on Dog
    "
    );
}

#[test]
fn conditions_are_settled() {
    insta::assert_snapshot!(
        expand(
            "query($yes: Boolean!, $no: Boolean!) { node @include(if: $yes) {
                a: id @skip(if: $yes) b: id @skip(if: $no) @include(if: $yes)
                ... @include(if: $no) { c: id } ... on Cat @skip(if: $no) { lives }
                friend { id @skip(if: true) }
            } }"
        ),
        @r"
    node
      b: id
      lives on Cat
      friend
    "
    );
}
