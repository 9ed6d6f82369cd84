//! Shapes that grow: the work has to grow with the size of the schemas, not with the number of ways
//! through them. A search that tries every combination would not come back from these.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use router_composition::{ErrorCode, Subgraph, compose};

const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires", "@override"])"#;

fn subgraph(number: usize, body: &str) -> Subgraph {
    Subgraph {
        name: format!("s{number:02}"),
        url: format!("http://s{number:02}.test"),
        sdl: format!("{LINK}\n{body}"),
    }
}

/// Every subgraph has every entity, with two keys, and relations to many others.
#[test]
fn every_entity_in_every_subgraph() {
    let subgraphs: Vec<Subgraph> = (0..8)
        .map(|s| {
            let mut body = format!("type Query {{ from{s}: T0 }}\n");
            for t in 0..30 {
                write!(body, "type T{t} @key(fields: \"id\") @key(fields: \"sku\") {{ id: ID! sku: ID!")
                    .unwrap();
                for r in 0..4 {
                    write!(body, " to{s}_{r}: T{}", (t * 7 + s * 3 + r * 11) % 30).unwrap();
                }
                let from = (s + 1) % 8;
                writeln!(
                    body,
                    " own{s}: Int own{from}: Int @external sum{s}: Int @requires(fields: \"own{from}\") }}"
                )
                .unwrap();
            }
            subgraph(s, &body)
        })
        .collect();
    let composition = compose(&subgraphs).unwrap();
    assert!(composition.supergraph_sdl.contains("type T29"));
}

/// Subgraph n knows key n and key n + 1: the last field is many jumps away.
#[test]
fn a_chain_of_keys() {
    let chain = |length: usize| -> Vec<Subgraph> {
        (0..length)
            .map(|s| {
                let query = if s == 0 { "type Query { start: T }\n" } else { "" };
                let next = s + 1;
                subgraph(
                    s,
                    &format!("{query}type T @key(fields: \"k{s}\") @key(fields: \"k{next}\") {{ k{s}: ID! k{next}: ID! own{s}: Int }}"),
                )
            })
            .collect()
    };
    compose(&chain(40)).unwrap();

    let mut broken = chain(40);
    broken.remove(20);
    let errors = compose(&broken).unwrap_err();
    assert!(errors.iter().all(|error| error.code == ErrorCode::SatisfiabilityError));
    assert!(errors.iter().any(|error| error.message.contains("own39")), "{errors:?}");
}

/// Each field requires the two fields of the layer below that other subgraphs have, and those of the
/// lowest layer, if `circular`, two of the highest.
fn layers(depth: usize, circular: bool) -> Vec<Subgraph> {
    let others = |s: usize| [(s + 1) % 3, (s + 2) % 3];
    let subgraph_of = |s: usize| {
        let mut body = if s == 0 { "type Query { t: T }\n".to_owned() } else { String::new() };
        body.push_str("type T @key(fields: \"id\") { id: ID!");
        for layer in 0..depth {
            let below = if layer == 0 { depth - 1 } else { layer - 1 };
            let [one, two] = others(s);
            write!(body, " f{s}_{layer}: Int").unwrap();
            if layer > 0 || circular {
                write!(body, " @requires(fields: \"f{one}_{below} f{two}_{below}\")").unwrap();
            }
            if layer + 1 < depth || circular {
                write!(body, " f{one}_{layer}: Int @external f{two}_{layer}: Int @external").unwrap();
            }
        }
        body.push('}');
        subgraph(s, &body)
    };
    (0..3).map(subgraph_of).collect()
}

#[test]
fn requirements_that_share_what_they_require() {
    compose(&layers(24, false)).unwrap();
}

#[test]
fn requirements_in_a_circle() {
    let errors = compose(&layers(8, true)).unwrap_err();
    assert_eq!(errors.len(), 24, "every field of the circle is unsatisfiable: {errors:?}");
    assert!(errors.iter().all(|error| error.code == ErrorCode::SatisfiabilityError));
}

/// Twenty migrations under way at once are three to the twentieth states of their labels.
#[test]
fn many_labels() {
    let fields = |extra: &dyn Fn(usize) -> String| -> String {
        (0..20).map(|f| format!(" f{f}: T{}", extra(f))).collect()
    };
    let old = format!(
        "type Query {{ t: T }} type T @key(fields: \"id\") {{ id: ID!{} }}",
        fields(&|_| String::new())
    );
    let new = format!(
        "type T @key(fields: \"id\") {{ id: ID!{} }}",
        fields(&|f| format!(" @override(from: \"s00\", label: \"move{f}\")"))
    );
    compose(&[subgraph(0, &old), subgraph(1, &new)]).unwrap();
}
