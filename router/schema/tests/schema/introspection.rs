//! What introspection costs is what it answers.

use router_schema::{IntrospectionSize, Operation, Supergraph, Variables};
use serde_json::Value;

use crate::compose;

const ALL: &str = "query All { __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types { ...Type }
    directives { name description locations args { ...Input } }
} }
fragment Type on __Type {
    kind name description specifiedByURL
    fields(includeDeprecated: true) { name args { ...Input } type { ...Ref } isDeprecated deprecationReason }
    inputFields { ...Input }
    interfaces { ...Ref }
    enumValues(includeDeprecated: true) { name isDeprecated }
    possibleTypes { ...Ref }
}
fragment Input on __InputValue { name type { ...Ref } defaultValue }
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

fn supergraph() -> Supergraph {
    compose(&[(
        "a",
        r#"
        type Query { things(ids: [[ID!]!]!, by: Order = NAME, where: Where): [Thing!]! named: Named any: Any old: Int @deprecated }
        type Mutation { change(x: Int): Thing }
        interface Named { name: String }
        type Thing implements Named { name: String things: [[Thing]!]! }
        type Other implements Named { name: String size: Float! }
        union Any = Thing | Other
        enum Order { NAME SIZE }
        input Where { name: [String!] order: Order and: Where }
        scalar Url @specifiedBy(url: "https://url.spec.whatwg.org/")
        "#,
    )])
}

fn sized(supergraph: &Supergraph, query: &str, variables: &str, most: u64) -> (IntrospectionSize, Value) {
    let operation = Operation::parse(supergraph, query, None).unwrap();
    let given: Variables = serde_json::from_str(variables).unwrap();
    let variables = operation.coerce_variables(supergraph, &given).unwrap();
    let size = supergraph.introspection_size(&operation, &variables, most);
    (size, Value::Object(supergraph.introspect(&operation, &variables).unwrap_or_default()))
}

/// Objects and values of an answer. A list of texts, such as a directive's locations, is one value.
fn real(answer: &Value) -> (u64, u64) {
    match answer {
        Value::Object(fields) => {
            fields.values().map(real).fold((1, 0), |(objects, values), (o, v)| (objects + o, values + v + 1))
        }
        Value::Array(items) => items
            .iter()
            .filter(|item| item.is_object())
            .map(real)
            .fold((0, 0), |(objects, values), (o, v)| (objects + o, values + v + 1)),
        _ => (0, 0),
    }
}

#[test]
fn introspection_counts_what_it_answers() {
    let supergraph = supergraph();
    for (query, variables) in [
        (ALL, "{}"),
        ("{ __schema { types { name } } }", "{}"),
        ("{ __type(name: \"Thing\") { fields { type { name fields { name } } } } }", "{}"),
        ("{ __type(name: \"Nothing\") { name } }", "{}"),
        (
            "query($n: String!) { a: __type(name: $n) { fields { type { ofType { ofType { name } } } } } }",
            r#"{"n":"Thing"}"#,
        ),
        (
            "query($s: Boolean!) { __schema { types @skip(if: $s) { name } directives { name } } }",
            r#"{"s":true}"#,
        ),
    ] {
        let (size, answer) = sized(&supergraph, query, variables, 1_000_000);
        let (objects, values) = real(&answer);
        // The root is no object of introspection.
        assert_eq!((size.objects, size.values), (objects - 1, values), "{query}: {answer}");
    }
}

/// Check 50: counting goes no further than what is allowed.
#[test]
fn counting_ends_where_more_is_not_allowed() {
    let supergraph = supergraph();
    let fragments: String =
        (0..40).map(|n| format!("fragment F{n} on __Type {{ ...F{0} ...F{0} }} ", n + 1)).collect();
    let doubling =
        format!("{{ __schema {{ types {{ ...F0 }} }} }} {fragments} fragment F40 on __Type {{ name }}");
    let (size, _) = {
        let operation = Operation::parse(&supergraph, &doubling, None).unwrap();
        (supergraph.introspection_size(&operation, &Variables::new(), 500), ())
    };
    assert!(size.values > 500 && size.values < 1_000, "{size:?}");
}
