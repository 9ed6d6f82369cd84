//! Documents made to exhaust whoever reads them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use proptest::prelude::*;
use router_limits::{LimitError, Limits};

/// `levels` fragments, each spreading the next twice, over one field.
fn doubling(levels: usize, used: bool) -> String {
    let mut query = String::from(if used { "{ ...F0 }" } else { "{ a }" });
    for level in 0..levels {
        write!(query, " fragment F{level} on Query {{ ...F{next} ...F{next} }}", next = level + 1).unwrap();
    }
    write!(query, " fragment F{levels} on Query {{ a }}").unwrap();
    query
}

fn refusal(query: &str) -> LimitError {
    let error = Limits::default().check(query).unwrap_err();
    assert!(error.to_string().len() < 1024 && !error.code().is_empty());
    error
}

/// Check 1: fragments that double at each level are counted, saturating, and refused, whether used or not.
#[test]
fn doubling_fragments_are_refused() {
    let limit = Limits::default().max_expanded_selections;
    for levels in (10..=60).chain([64, 200, 500]) {
        assert_eq!(refusal(&doubling(levels, true)), LimitError::ExpandedSelections { limit });
        assert_eq!(refusal(&doubling(levels, false)), LimitError::ExpandedSelections { limit });
        assert!(Limits::behind_router().check(&doubling(levels, true)).is_err());
    }
    // What the smaller ones expand to is exact: spreads that double per level, and a field below each of the last.
    let measured = Limits { max_root_fields: 32, ..Limits::default() }.check(&doubling(5, true)).unwrap();
    assert_eq!(measured.expanded_selections, (1 + 2 + 4 + 8 + 16 + 32) + 32);
    let half = Limits { max_expanded_selections: usize::MAX - 1, ..Limits::default() };
    assert!(matches!(half.check(&doubling(500, true)), Err(LimitError::ExpandedSelections { .. })));
}

/// Check 1: the doubling goes through fields, aliases and inline fragments too.
#[test]
fn doubling_below_fields_is_refused() {
    let mut query = String::from("{ ...F0 }");
    for level in 0..30 {
        let next = level + 1;
        write!(
            query,
            " fragment F{level} on Q {{ x: a {{ ...F{next} }} ... on Q {{ y: a {{ ...F{next} }} }} }}"
        )
        .unwrap();
    }
    query.push_str(" fragment F30 on Q { b }");
    refusal(&query);
}

/// Check 1: quadratic documents stay within the limit on what operations select together.
#[test]
fn many_operations_that_share_a_large_fragment_are_refused() {
    let mut query = format!("fragment F on Query {{ {} }}", "a ".repeat(1000));
    for operation in 0..1000 {
        write!(query, " query Q{operation} {{ ...F }}").unwrap();
    }
    assert!(matches!(refusal(&query), LimitError::ExpandedSelections { .. }));
}

/// Check 2: fragments that contain themselves, directly, through others, or unused.
#[test]
fn fragment_cycles_are_refused() {
    let cycles = [
        "{ ...A } fragment A on Q { ...A }",
        "{ ...A } fragment A on Q { a { ...B } } fragment B on Q { ... on Q { ...C } } fragment C on Q { ...A }",
        "{ a } fragment A on Q { ...B } fragment B on Q { ...A }",
    ];
    for query in cycles {
        assert!(matches!(refusal(query), LimitError::FragmentCycle { .. }), "{query}");
    }
    let name = "N".repeat(100_000);
    let error = refusal(&format!("{{ ...{name} }} fragment {name} on Q {{ ...{name} }}"));
    assert_eq!(error, LimitError::FragmentCycle { fragment: "N".repeat(64) });
}

/// Check 2: a chain of fragments as long as the tokens allow does not overflow the stack.
#[test]
fn a_long_chain_of_fragments_is_followed_without_recursion() {
    let mut query = String::from("{ ...F0 }");
    for level in 0..100_000 {
        write!(query, " fragment F{level} on Q {{ a {{ ...F{} }} }}", level + 1).unwrap();
    }
    let open = Limits {
        max_bytes: usize::MAX,
        max_tokens: usize::MAX,
        max_expanded_selections: usize::MAX,
        ..Limits::default()
    };
    assert_eq!(open.check(&query), Err(LimitError::Depth { limit: 32 }));
    refusal(&query);
}

/// Check 2: nesting of 100,000, of every kind of bracket, closed or not.
#[test]
fn deep_nesting_is_refused() {
    let deep = 100_000;
    let limit = Limits::default().max_nesting;
    let documents = [
        "{a".repeat(deep),
        format!("{}{}", "{a".repeat(deep), "}".repeat(deep)),
        format!("{{ ...{}", "{...".repeat(deep)),
        format!("{{ a(b: {}", "[".repeat(deep)),
        format!("{{ a(b: {}", "{c: ".repeat(deep)),
        format!("query ($a: {}", "[".repeat(deep)),
        "(".repeat(deep),
    ];
    for document in documents {
        assert_eq!(refusal(&document), LimitError::Nesting { limit });
    }
}

/// Check 3: 100,000 aliases, duplicate fields, directives, arguments, variables or operations.
#[test]
fn wide_documents_are_refused() {
    let aliases: String = (0..100_000).fold(String::new(), |mut text, index| {
        write!(text, "a{index}: b ").unwrap();
        text
    });
    assert_eq!(refusal(&format!("{{ {aliases} }}")), LimitError::Aliases { limit: 200 });
    assert_eq!(refusal(&format!("{{ {} }}", "a ".repeat(100_000))), LimitError::Tokens { limit: 15_000 });
    assert_eq!(refusal(&format!("{{ a {} }}", "@b ".repeat(100_000))), LimitError::Directives { limit: 500 });
    refusal(&format!("{{ a({}) }}", "b: 1 ".repeat(100_000)));
    refusal(&format!("query ({}) {{ a }}", "$b: Int ".repeat(100_000)));
    refusal(&"{ a } ".repeat(100_000));
    refusal(&format!("{{ a(b: [{}]) }}", "1,".repeat(100_000)));
    assert_eq!(refusal(&"a".repeat(10 << 20)), LimitError::Bytes { limit: 1 << 20 });
}

/// Check 4: a batch of 1,000, and 100 aliased logins in one document.
#[test]
fn batches_and_repeated_root_fields_are_refused() {
    assert_eq!(Limits::default().check_batch(1000), Err(LimitError::Batch { size: 1000, limit: 10 }));
    let logins: String = (0..100).fold(String::new(), |mut text, index| {
        write!(text, "l{index}: login(input: {{password: \"{index}\"}}) {{ token }} ").unwrap();
        text
    });
    assert_eq!(refusal(&format!("mutation {{ {logins} }}")), LimitError::RootFields { limit: 50 });
    // Spreading one fragment many times hides nothing.
    let spread =
        format!("mutation {{ {} }} fragment L on Mutation {{ login {{ token }} }}", "...L ".repeat(51));
    assert_eq!(refusal(&spread), LimitError::RootFields { limit: 50 });
    let few =
        Limits::default().check("mutation { a: login { t } ...L ...L } fragment L on M { login { t } }");
    assert_eq!(few.unwrap().root_fields, 3);
}

/// What a router makes of a document that it accepted is accepted behind it.
#[test]
fn expanded_documents_are_accepted_behind_a_router() {
    let fragment = "fragment F on P { a: x(c: 1) b: y(c: 2) c: z { id } }";
    let client = format!("{{ {} }} {fragment}", "p { ...F } ".repeat(40));
    Limits::default().check(&client).unwrap();
    let sent = format!("{{ {} }}", "p { __typename id a: x(c: 1) b: y(c: 2) c: z { id } } ".repeat(40));
    assert!(Limits::behind_router().check(&sent).is_ok());
    let wide = format!("{{ p {{ {} }} }}", "a: x(c: 1) ".repeat(2_500));
    assert!(Limits::default().check(&wide).is_err() && Limits::behind_router().check(&wide).is_ok());
}

/// Check 7: a subscription is measured like any other operation.
#[test]
fn deep_subscriptions_are_refused() {
    let query = format!("subscription {}{}", "{ a ".repeat(40), "}".repeat(40));
    assert_eq!(refusal(&query), LimitError::Depth { limit: 32 });
}

#[test]
fn introspection_that_multiplies_itself_is_refused() {
    let nested = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
    assert_eq!(refusal(nested), LimitError::IntrospectionDepth { limit: 3 });
    let spread = "{ __type(name: \"A\") { ...A } } fragment A on __Type { fields { type { ...B } } }
        fragment B on __Type { x: fields { type { ...C } } } fragment C on __Type { interfaces { possibleTypes { name } } }";
    assert_eq!(refusal(spread), LimitError::IntrospectionDepth { limit: 3 });
    // The same names elsewhere are ordinary fields, and aliases of ordinary fields count for nothing.
    let ordinary = "{ form { fields { fields { fields { fields { name } } } } } }";
    assert!(Limits::default().check(ordinary).is_ok());
    let aliased = "{ __schema { fields: types { fields: kind fields: name } } }";
    assert_eq!(Limits::default().check(aliased).unwrap().introspection_depth, 0);
}

/// A text of brackets, names and quotes in any order is measured or refused, and neither panics nor hangs.
fn soup() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "{", "}", "(", ")", "[", "]", "...", "on", "fragment", "query", ":", "@", "a", "F", "\"", "\"\"\"",
        "\\", "#", "\n", "$", "1", "-", ".", "é", "\u{feff}", " ",
    ]);
    prop::collection::vec(word, 0..200).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_is_measured_or_refused(text in soup()) {
        let generous = Limits::default().check(&text);
        let strict = Limits { max_tokens: 10, ..Limits::default() }.check(&text);
        if let Ok(measured) = generous {
            prop_assert!(measured.tokens <= text.len());
            prop_assert_eq!(strict.is_ok(), measured.tokens <= 10);
        } else {
            prop_assert!(strict.is_err());
        }
    }
}

/// Check 3: what parsers keep and pass over, a comma or a comment, is a token too: each costs a parser as much as one
/// that means something. White space need not be counted, for a run of it stands between two of them.
#[test]
fn ignored_tokens_count() {
    let limit = Limits::default().max_tokens;
    for ignored in [",", "#\n", "#\r", ", ", ",\u{feff}", "#,\n,"] {
        let flood = ignored.repeat(limit);
        for query in [format!("{flood}{{ a }}"), format!("{{ a {flood} }}"), format!("{{ a }}{flood}")] {
            assert_eq!(refusal(&query), LimitError::Tokens { limit }, "{ignored:?}");
        }
    }
    let measured = Limits::default().check("{ a(b: 1, c: [2, 3]) # d\n }").unwrap();
    assert_eq!(measured.tokens, 17);
    // A long run of white space, a long comment and a long text are one token each, as they are to a parser.
    for query in [
        format!("{{ a{} }}", " \n\t\r\u{feff}".repeat(100_000)),
        format!("{{ a # {}\n }}", ",".repeat(900_000)),
        format!("{{ a(b: \"{}\") }}", ",".repeat(900_000)),
    ] {
        assert!(Limits::default().check(&query).unwrap().tokens <= 8);
    }
}
