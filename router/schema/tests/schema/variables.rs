//! Values of variables.

use router_schema::{Operation, RequestError, Supergraph};
use serde_json::{Value, json};

fn coerce(definition: &str, values: &Value) -> Result<Value, String> {
    let supergraph = Supergraph::parse(
        r#"
        directive @oneOf on INPUT_OBJECT
        enum join__Graph { A }
        type Query { f(i: Int, x: Float, s: String, b: Boolean, id: ID, l: [[Int]], c: Color, r: Range, o: Pick, any: Any): Int }
        enum Color { RED GREEN }
        input Range { from: Int!  to: Int = 9  inner: Range }
        input Pick @oneOf { a: Int  b: String }
        scalar Any
        "#,
    )
    .unwrap();
    let name = definition.split_once(':').unwrap().1.trim().to_owned();
    let argument = match name.trim_end_matches('!').split(' ').next().unwrap() {
        "Int" => "i",
        "Float" => "x",
        "String" => "s",
        "Boolean" => "b",
        "ID" => "id",
        "Color" => "c",
        "Range" => "r",
        "Pick" => "o",
        "Any" => "any",
        _ => "l",
    };
    let query = format!("query({definition}) {{ f({argument}: $v) }}");
    let operation = Operation::parse(&supergraph, &query, None).map_err(|errors| errors[0].to_string())?;
    let coerced = operation.coerce_variables(&supergraph, &values.as_object().unwrap().clone().into());
    coerced.map(|coerced| Value::Object(coerced.to_json())).map_err(|error: RequestError| {
        assert_eq!(error.code(), "BAD_USER_INPUT");
        error.to_string()
    })
}

#[test]
fn values_become_what_their_types_say() {
    for (definition, given, wanted) in [
        ("$v: Int", json!({ "v": 3, "other": 1 }), json!({ "v": 3 })),
        ("$v: Int", json!({ "v": 3.0 }), json!({ "v": 3 })),
        ("$v: Int", json!({}), json!({})),
        ("$v: Int", json!({ "v": null }), json!({ "v": null })),
        ("$v: Int = 4", json!({}), json!({ "v": 4 })),
        ("$v: Int = 4", json!({ "v": null }), json!({ "v": null })),
        ("$v: Float", json!({ "v": 3 }), json!({ "v": 3 })),
        ("$v: ID", json!({ "v": 3 }), json!({ "v": "3" })),
        ("$v: [[Int]]", json!({ "v": 3 }), json!({ "v": [[3]] })),
        ("$v: [[Int]]", json!({ "v": [1, [2], null] }), json!({ "v": [[1], [2], null] })),
        ("$v: Color", json!({ "v": "RED" }), json!({ "v": "RED" })),
        ("$v: Color = GREEN", json!({}), json!({ "v": "GREEN" })),
        ("$v: Range", json!({ "v": { "from": 1 } }), json!({ "v": { "from": 1, "to": 9 } })),
        ("$v: Pick", json!({ "v": { "b": "x" } }), json!({ "v": { "b": "x" } })),
        ("$v: Any", json!({ "v": { "deep": [1.5] } }), json!({ "v": { "deep": [1.5] } })),
    ] {
        assert_eq!(coerce(definition, &given), Ok(wanted), "{definition} {given}");
    }
}

/// Check 6: numbers out of range, and whatever else is not of its type, are told with their place.
#[test]
fn what_does_not_fit_is_refused() {
    for (definition, given, place) in [
        ("$v: Int!", json!({}), "`$v`"),
        ("$v: Int!", json!({ "v": null }), "`$v`"),
        ("$v: Int", json!({ "v": 2_147_483_648_i64 }), "`$v`"),
        ("$v: Int", json!({ "v": 1.5 }), "`$v`"),
        ("$v: Int", json!({ "v": "1" }), "`$v`"),
        ("$v: Float", json!({ "v": "1" }), "`$v`"),
        ("$v: String", json!({ "v": 1 }), "`$v`"),
        ("$v: Boolean", json!({ "v": 1 }), "`$v`"),
        ("$v: ID", json!({ "v": 1.5 }), "`$v`"),
        ("$v: [[Int]]", json!({ "v": [[1], ["x"]] }), "`$v[1][0]`"),
        ("$v: Color", json!({ "v": "BLUE" }), "`$v`"),
        ("$v: Range", json!({ "v": 1 }), "`$v`"),
        ("$v: Range", json!({ "v": {} }), "`$v.from`"),
        ("$v: Range", json!({ "v": { "from": 1, "inner": { "from": "x" } } }), "`$v.inner.from`"),
        ("$v: Range", json!({ "v": { "from": 1, "upTo": 2 } }), "`upTo`"),
        ("$v: Pick", json!({ "v": { "a": 1, "b": "x" } }), "`$v`"),
        ("$v: Pick", json!({ "v": { "a": null } }), "`$v`"),
    ] {
        let error = coerce(definition, &given).unwrap_err();
        assert!(error.contains(place), "{definition} {given}: {error}");
    }
}
