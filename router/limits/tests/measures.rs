//! What accepted documents are measured at.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use router_limits::{LimitError, Limits, Measured};

fn measured(query: &str) -> Measured {
    Limits::default().check(query).unwrap()
}

#[test]
fn fields_inline_fragments_and_spreads_are_selections() {
    let plain = measured("{ a b: c ... on T @skip(if: $x) { d { e } } ...F } fragment F on T { f g { h } }");
    assert_eq!(plain.expanded_selections, 9);
    assert_eq!(plain.depth, 2);
    assert_eq!(plain.root_fields, 5);
    assert_eq!(plain.aliases, 1);
    assert_eq!(plain.directives, 1);
    assert_eq!(plain.operations, 1);
}

#[test]
fn a_spread_counts_each_time_it_is_used_and_adds_its_depth() {
    let query = "query Q($v: In = {a: [{b: 1}]}) { x { ...F } y { z { ...F } } }
        fragment F on T { a { ...G } } fragment G on T { b c }";
    let measured = measured(query);
    // F expands to a, ...G, b, c; the operation adds x, ...F, y, z, ...F.
    assert_eq!(measured.expanded_selections, 5 + 2 * 4);
    assert_eq!(measured.depth, 4);
    assert_eq!(measured.root_fields, 2);
}

#[test]
fn arguments_and_variable_definitions_select_nothing() {
    let query = r#"query ($a: [Int!]! = [1, 2] @d, $b: In = {c: {d: e}}) { f(g: {h: [{i: j}]}, k: "{ l m }") @n(o: {p: q}) { r } }"#;
    let measured = measured(query);
    assert_eq!((measured.expanded_selections, measured.depth, measured.aliases), (2, 2, 0));
    assert_eq!(measured.directives, 2);
}

#[test]
fn the_selections_of_all_operations_add_up_and_the_rest_is_the_largest() {
    let measured = measured("query A { a b c } query B { a { b { c } } } mutation C { a }");
    assert_eq!(measured.operations, 3);
    assert_eq!(measured.expanded_selections, 7);
    assert_eq!(measured.depth, 3);
    assert_eq!(measured.root_fields, 3);
}

#[test]
fn words_of_the_grammar_are_names_where_names_are_expected() {
    let query = "query fragment { query fragment mutation on ...fragment ...on_ }
        fragment fragment on on { on } fragment on_ on query { a: on }";
    let measured = measured(query);
    assert_eq!(measured.expanded_selections, 8);
    assert_eq!((measured.operations, measured.root_fields, measured.aliases), (1, 6, 1));
}

#[test]
fn strings_comments_and_byte_order_marks_hide_braces() {
    let query = "\u{feff}# } { {\n\"\"\"a description { with \\\"\"\" braces\"\"\" query Q {\n\
        a(b: \"}\\\"}\", c: \"\"\"} \" }\"\"\") # {\r\n  { d, e,,, } \u{feff} }";
    let measured = measured(query);
    assert_eq!((measured.expanded_selections, measured.depth, measured.operations), (3, 2, 1));
}

#[test]
fn malformed_text_is_left_to_the_parser() {
    for query in [
        "",
        "}",
        "{",
        "{ a ",
        "{ a: }",
        "... { ... } ...",
        "{ ...  }",
        "\"unclosed",
        "@@@",
        "fragment",
        "{ (",
        "é",
    ] {
        assert!(Limits::default().check(query).is_ok(), "{query}");
    }
}

#[test]
fn a_limit_is_a_maximum() {
    let limits = Limits { max_depth: 2, max_aliases: 1, max_root_fields: 2, ..Limits::default() };
    assert!(limits.check("{ a: b { c } d }").is_ok());
    assert_eq!(limits.check("{ a { b { c } } }"), Err(LimitError::Depth { limit: 2 }));
    assert_eq!(limits.check("{ a: b c: d }"), Err(LimitError::Aliases { limit: 1 }));
    assert_eq!(limits.check("{ a b c }"), Err(LimitError::RootFields { limit: 2 }));
    assert_eq!(Limits::default().check_batch(10), Ok(()));
}

#[test]
fn the_settings_name_themselves() {
    let settings = serde_json::to_value(Limits::default()).unwrap();
    let refused = Limits { max_tokens: 1, ..Limits::default() }.check("{ a }").unwrap_err();
    assert_eq!(refused.code(), "LIMIT_EXCEEDED");
    assert!(settings.get(refused.setting().unwrap()).is_some());
    let unknown = serde_json::from_str::<Limits>(r#"{"max_tokenz": 1}"#);
    assert!(unknown.is_err());
    let partial: Limits = serde_json::from_str(r#"{"max_tokens": 7}"#).unwrap();
    assert_eq!(partial, Limits { max_tokens: 7, ..Limits::default() });
}
