//! The schema that clients see.

use router_schema::{Operation, Variables};
use serde_json::json;

use crate::compose;

#[test]
fn it_has_no_machinery_and_nothing_inaccessible() {
    let supergraph = compose(&[
        (
            "a",
            r#"
            type Query { item(hidden: Int @inaccessible, shown: Int): Item @tag(name: "x") }
            type Item @key(fields: "id") { id: ID!  secret: Int @inaccessible  old: Int @deprecated(reason: "age")  mood: Mood }
            type Secret @inaccessible { x: Int }
            enum Mood { GOOD BAD @inaccessible }
            directive @log(level: Int) on FIELD
            "#,
        ),
        ("b", r#"type Item @key(fields: "id") { id: ID!  size: Int @authenticated }"#),
    ]);
    insta::assert_snapshot!(supergraph.api().schema().to_string(), @r#"
    type Item {
      id: ID!
      old: Int @deprecated(reason: "age")
      mood: Mood
      size: Int
    }

    enum Mood {
      GOOD
    }

    type Query {
      item(shown: Int): Item
    }
    "#);
}

#[test]
fn introspection_is_answered_from_it() {
    let supergraph = compose(&[("a", "type Query { here: Int  gone: Int @inaccessible }")]);
    let query = "query($name: String!) { here kind: __type(name: $name) { fields { name } } __schema { queryType { name } } }";
    let operation = Operation::parse(&supergraph, query, None).unwrap();
    let variables = json!({ "name": "Query" });
    let answer = supergraph.introspect(&operation, &variables.as_object().unwrap().clone().into()).unwrap();
    let wanted = json!({ "kind": { "fields": [{ "name": "here" }] }, "__schema": { "queryType": { "name": "Query" } } });
    assert_eq!(serde_json::Value::Object(answer), wanted);
}

#[test]
fn introspection_that_multiplies_lists_is_refused() {
    let supergraph = compose(&[("a", "type Query { here: Int }")]);
    let mut deep = "name".to_owned();
    for _ in 0..6 {
        deep = format!("fields {{ type {{ {deep} }} }}");
    }
    let operation =
        Operation::parse(&supergraph, &format!("{{ __schema {{ types {{ {deep} }} }} }}"), None).unwrap();
    let error = supergraph.introspect(&operation, &Variables::default()).unwrap_err();
    assert_eq!(error.code(), "GRAPHQL_VALIDATION_FAILED");
}

#[test]
fn operations_are_validated_against_it() {
    let supergraph = compose(&[("a", "type Query { here: Int  gone: Int @inaccessible }")]);
    let refused = |text, name: Option<&str>| Operation::parse(&supergraph, text, name).unwrap_err().remove(0);
    let error = refused("{\n  here gone }", None);
    assert_eq!(error.code(), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!((error.locations()[0].line, error.locations()[0].column), (2, 8));
    assert_eq!(refused("{ here", None).code(), "GRAPHQL_PARSE_FAILED");
    assert_eq!(refused("query A { here } query B { here }", None).code(), "OPERATION_RESOLUTION_FAILURE");
    assert_eq!(refused("query A { here }", Some("B")).code(), "OPERATION_RESOLUTION_FAILURE");
    assert!(Operation::parse(&supergraph, "query A { here } query B { here }", Some("B")).is_ok());
}
