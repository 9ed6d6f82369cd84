//! Fields of one response key must be the same field with the same arguments.

use router_schema::{Operation, RequestError, Supergraph};

fn messages(query: &str) -> Vec<String> {
    let supergraph = Supergraph::parse(
        "enum join__Graph { A }
         type Query { f(ids: [ID], by: By, s: String): Int  more: Query }
         input By { ids: [[Int!]]  n: Int }",
    )
    .unwrap();
    let errors = Operation::parse(&supergraph, query, None).err().unwrap_or_default();
    assert!(errors.iter().all(|each| matches!(each, RequestError::Validation { .. })), "{errors:?}");
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn lists_that_one_continues() {
    for query in [
        "{ f(ids: []) f(ids: [1]) }",
        "{ f(ids: [1, 2]) more { f } ... { f(ids: [1]) } }",
        "{ more { f(by: { ids: [[1], [2]] }) } ...F } fragment F on Query { more { f(by: { ids: [[1], [2, 3]] }) } }",
        "query ($i: ID) { f(ids: [$i]) f(ids: [$i, \"$i\"]) }",
    ] {
        let messages = messages(query);
        assert!(!messages.is_empty(), "{query} is accepted");
    }
    assert_eq!(
        messages("{ f(ids: []) f(ids: [1]) }"),
        [
            "Fields \"f\" conflict because they have differing arguments. Use different aliases on the fields to fetch both \
          if this was intentional."
        ]
    );
}

#[test]
fn lists_that_are_equal() {
    for query in [
        "{ f(ids: [1]) f(ids: [1]) g: f(ids: []) }",
        "{ f(by: { n: 1, ids: [[1, 2], []] }) f(by: { ids: [[1, 2], []], n: 1 }) h: f(by: { ids: [] }) }",
        "query ($i: ID) { f(ids: [$i]) f(ids: [$i]) g: f(ids: [$i, 1]) s: f(s: \"[]\") }",
    ] {
        assert_eq!(messages(query), [""; 0], "{query}");
    }
}
