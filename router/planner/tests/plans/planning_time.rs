//! Supergraphs and operations that made other planners slow. Times are printed, not asserted: what is asserted is that
//! there is a plan and how many fetches it has.

use std::fmt::Write;
use std::time::Instant;

use router_planner::PlanContext;
use router_schema::JsonObject;

use crate::support::Bench;

const SUBGRAPHS: usize = 16;

/// Every subgraph knows every entity by several keys, and many share each field: products of options explode here.
fn dense() -> Bench {
    let sdls: Vec<(String, String)> = (0..SUBGRAPHS)
        .map(|graph| {
            let mut sdl = String::new();
            if graph == 0 {
                sdl.push_str("type Query { root: T0 } ");
            }
            for ty in 0..6 {
                write!(sdl, "type T{ty} @key(fields: \"a\") @key(fields: \"b\") {{ a: ID!  b: ID! ").unwrap();
                write!(
                    sdl,
                    "own{graph}: Int  shared: Int @shareable  next: T{} @shareable }} ",
                    (ty + 1) % 6
                )
                .unwrap();
            }
            (format!("s{graph}"), sdl)
        })
        .collect();
    let subgraphs: Vec<(&str, &str)> = sdls.iter().map(|(name, sdl)| (name.as_str(), sdl.as_str())).collect();
    Bench::compose(&subgraphs)
}

fn timed(bench: &Bench, what: &str, query: &str) -> usize {
    let expanded = bench.expand(query, &JsonObject::new());
    let start = Instant::now();
    let plan = bench.planner.plan(&expanded, &PlanContext::default()).unwrap();
    println!("{what}: {} fetches in {:?}", plan.fetches.len(), start.elapsed());
    plan.fetches.len()
}

#[test]
fn many_subgraphs_that_share_everything() {
    let bench = dense();
    let mut query = "shared".to_owned();
    for _ in 0..8 {
        query = format!("shared next {{ {query} }}");
    }
    assert_eq!(timed(&bench, "all from one subgraph", &format!("{{ root {{ {query} }} }}")), 1);

    let owns: String = (0..SUBGRAPHS).map(|graph| format!("own{graph} ")).collect();
    assert_eq!(timed(&bench, "one level from each", &format!("{{ root {{ {owns} shared }} }}")), SUBGRAPHS);

    let mut query = owns.clone();
    for _ in 0..4 {
        query = format!("{owns} next {{ {query} }}");
    }
    // Each subgraph is entered once, at the top, and has everything below itself.
    assert_eq!(timed(&bench, "five levels from each", &format!("{{ root {{ {query} }} }}")), SUBGRAPHS);
}

#[test]
fn many_implementations() {
    const TYPES: usize = 60;
    let mut a = String::from("type Query { nodes: [Node!]! } interface Node { id: ID!  next: Node } ");
    let mut b = String::new();
    let mut fragments = String::new();
    for ty in 0..TYPES {
        write!(a, "type N{ty} implements Node @key(fields: \"id\") {{ id: ID!  next: Node  f{ty}: Int }} ")
            .unwrap();
        write!(b, "type N{ty} @key(fields: \"id\") {{ id: ID!  g{ty}: Int }} ").unwrap();
        write!(fragments, "... on N{ty} {{ f{ty} g{ty} }} ").unwrap();
    }
    let bench = Bench::compose(&[("a", a.as_str()), ("b", b.as_str())]);
    let query =
        format!("{{ nodes {{ id {fragments} next {{ id {fragments} next {{ id next {{ id }} }} }} }} }}");
    assert_eq!(timed(&bench, "fragments on every implementation", &query), 2);
}

/// As deep as limits let an operation be, on the stack of a worker thread.
#[test]
fn a_deep_operation() {
    const DEPTH: usize = 100;
    let bench = Bench::compose(&[
        ("a", r#"type Query { root: Item } type Item @key(fields: "id") { id: ID!  next: Item }"#),
        ("b", r#"type Item @key(fields: "id") { id: ID!  size: Int }"#),
    ]);
    let query = format!("{{ root {{ {} size {} }} }}", "next { size ".repeat(DEPTH), "}".repeat(DEPTH));
    assert_eq!(timed(&bench, "a chain of entities", &query), 2);
}
