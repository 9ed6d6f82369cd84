//! What the scanner measures of a valid document is what a parser's tree shows, fragments expanded the naive way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, Document, Selection};
use proptest::prelude::*;
use router_limits::Limits;

#[derive(Debug, Default, PartialEq)]
struct Counted {
    selections: usize,
    depth: usize,
    root_fields: usize,
    aliases: usize,
    directives: usize,
}

type Fragments<'a> = HashMap<&'a Name, &'a [Selection]>;

/// Expands for real; `at` is the number of fields above.
fn expand(set: &[Selection], fragments: &Fragments<'_>, at: usize, into: &mut Counted) {
    for selection in set {
        into.selections += 1;
        match selection {
            Selection::Field(field) => {
                into.depth = into.depth.max(at + 1);
                into.root_fields += usize::from(at == 0);
                expand(&field.selection_set, fragments, at + 1, into);
            }
            Selection::InlineFragment(fragment) => expand(&fragment.selection_set, fragments, at, into),
            Selection::FragmentSpread(spread) => {
                expand(fragments.get(&spread.fragment_name).unwrap(), fragments, at, into);
            }
        }
    }
}

/// What is written, each fragment once.
fn written(set: &[Selection], into: &mut Counted) {
    for selection in set {
        match selection {
            Selection::Field(field) => {
                into.directives += field.directives.len();
                into.aliases += usize::from(field.alias.is_some());
                written(&field.selection_set, into);
            }
            Selection::InlineFragment(fragment) => {
                into.directives += fragment.directives.len();
                written(&fragment.selection_set, into);
            }
            Selection::FragmentSpread(spread) => into.directives += spread.directives.len(),
        }
    }
}

fn count(document: &Document) -> Counted {
    let fragments: Fragments<'_> = document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::FragmentDefinition(fragment) => Some((&fragment.name, &*fragment.selection_set)),
            _ => None,
        })
        .collect();
    let mut counted = Counted::default();
    let mut largest_fragment = 0;
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                expand(&operation.selection_set, &fragments, 0, &mut counted);
                written(&operation.selection_set, &mut counted);
                counted.directives += operation.directives.len();
                counted.directives +=
                    operation.variables.iter().map(|variable| variable.directives.len()).sum::<usize>();
            }
            Definition::FragmentDefinition(fragment) => {
                written(&fragment.selection_set, &mut counted);
                counted.directives += fragment.directives.len();
                let mut alone = Counted::default();
                expand(&fragment.selection_set, &fragments, 0, &mut alone);
                largest_fragment = largest_fragment.max(alone.selections);
            }
            _ => {}
        }
    }
    counted.selections = counted.selections.max(largest_fragment);
    counted
}

/// What may stand between two tokens. (Not before a colon or a brace: the parser looks ahead past spaces alone.)
fn ignored() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        " ",
        "\n",
        "\t ",
        " ,",
        " # } { ... \" a: b @c\n",
        "\u{feff} ",
        "\r\n#\"\"\"\r",
    ])
}

fn arguments() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "",
        "(a: 1)",
        "(a: \"} { \\\" \\\\\")",
        "(a: \"\"\"} \" \\\"\"\" {\"\"\" b: {c: [{d: e}, $f]})",
        "(a: -1.5e+3 b: [] c: {} d: \"\" e: \"\"\"\"\"\")",
        "(a: \"é{日本\\u007b\" b: on)",
    ])
}

fn directives() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "", " @a", " @a(b: {c: \"@d\"}) @e", " @on @fragment(query: {on: on})"])
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "_b", "on", "query", "fragment", "type", "__typename", "null", "true"])
}

/// Selections that spread only fragments numbered from `first`, so that there is no cycle.
fn selections(first: usize) -> impl Strategy<Value = String> {
    let field = (name(), arguments(), directives(), ignored())
        .prop_map(|(name, arguments, directives, space)| format!("{name}{arguments}{directives}{space}"))
        .boxed();
    let alias = (name(), field.clone()).prop_map(|(alias, field)| format!("{alias}: {field}"));
    let spread = (first..3usize.max(first + 1), directives()).prop_map(|(to, directives)| {
        if to < 3 { format!("...F{to}{directives}") } else { "last".to_owned() }
    });
    let leaf = prop_oneof![field, alias, spread];
    let item = leaf.prop_recursive(4, 24, 4, |inner| {
        let nested = prop::collection::vec(inner, 1..4).prop_map(|items| items.join(" "));
        let head = prop::sample::select(vec![
            "a",
            "x: b(c: {d: 1})",
            "...",
            "... on T",
            "...@a(if: true)",
            "... on on @b",
        ]);
        (head, ignored(), nested).prop_map(|(head, space, nested)| format!("{head} {{{space}{nested} }}"))
    });
    prop::collection::vec(item, 1..4).prop_map(|items| items.join("\n"))
}

fn document() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "",
        "query",
        "mutation on @a",
        "query fragment($a: [Int!]! = [1] @b, $c: In = {d: {e: \"}\"}}) @f",
        "subscription S",
    ]);
    let fragment =
        |at: usize| selections(at + 1).prop_map(move |set| format!("fragment F{at} on T @g {{ {set} }}"));
    (head, selections(0), fragment(0), fragment(1), fragment(2), ignored())
        .prop_map(|(head, set, f0, f1, f2, space)| format!("{f1}{space}{head} {{ {set} }}{space}{f0} {f2}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn valid_documents_are_measured_exactly(text in document()) {
        let parsed = Document::parse(text.as_str(), "document").map_err(|errors| TestCaseError::fail(errors.errors.to_string()))?;
        let expected = count(&parsed);
        let unlimited = Limits {
            max_nesting: usize::MAX, max_depth: usize::MAX, max_aliases: usize::MAX, max_directives: usize::MAX,
            max_root_fields: usize::MAX, max_expanded_selections: usize::MAX, ..Limits::default()
        };
        let measured = unlimited.check(&text).unwrap();
        let found = Counted {
            selections: measured.expanded_selections,
            depth: measured.depth,
            root_fields: measured.root_fields,
            aliases: measured.aliases,
            directives: measured.directives,
        };
        prop_assert_eq!(found, expected);
    }
}
