//! Supergraphs and operations that are hard to plan: each a form on which some planner has taken seconds or all memory.
//!
//! Read by the benchmark, which takes the time, and by the planner's tests, which count its work. Deliberately absent:
//! anything but text.

use std::fmt::Write;

/// A supergraph, by its subgraphs, and an operation on it.
pub struct Case {
    pub name: String,
    /// Names and schemas, without the link to the specification.
    pub subgraphs: Vec<(String, String)>,
    pub operation: String,
}

/// Everything at a size that a large organisation could reach.
pub fn all() -> Vec<Case> {
    vec![
        options(16, 12, 8),
        options_with_owners(12, 6),
        chain_of_keys(24),
        mesh_of_keys(16, 6),
        overlapping_keys(16),
        implementations(40, 4),
        deep_abstract(16, 6),
        partial_unions(12, 6),
        interface_objects(12),
        recursive_requires(40),
        requires_all(12, 20),
        requires_on_the_way(10),
        provided(8),
        wide(1000, 10),
        deep(100),
        mutations(40),
        keys_of_one_field(100),
    ]
}

fn case(name: String, subgraphs: Vec<String>, operation: String) -> Case {
    let named = subgraphs.into_iter().enumerate().map(|(index, sdl)| (format!("s{index}"), sdl)).collect();
    Case { name, subgraphs: named, operation }
}

/// Text made by a closure that writes it.
fn text(write: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    if write(&mut text).is_err() {
        text.clear();
    }
    text
}

/// `levels` of `selection`, each below `field` of the one above.
pub fn nested(field: &str, selection: &str, levels: usize) -> String {
    let open = format!("{selection} {field} {{ ").repeat(levels);
    format!("{open}{selection} {}", "}".repeat(levels))
}

/// Every leaf can come from every subgraph: the product of the options has no end.
pub fn options(subgraphs: usize, fields: usize, levels: usize) -> Case {
    let leaves: String = (0..fields).map(|field| format!("f{field} ")).collect();
    let sdls = (0..subgraphs).map(|graph| {
        text(|sdl| {
            // The first knows the way alone, so that all leaves have to be fetched.
            if graph == 0 {
                return write!(
                    sdl,
                    "type Query {{ root: T }} type T @key(fields: \"id\") {{ id: ID! next: T }}"
                );
            }
            write!(sdl, "type T @key(fields: \"id\") {{ id: ID! ")?;
            (0..fields).try_for_each(|field| write!(sdl, "f{field}: Int @shareable "))?;
            write!(sdl, "}}")
        })
    });
    let operation = format!("{{ root {{ {} }} }}", nested("next", &leaves, levels));
    case(
        format!("options: {fields} leaves on {levels} levels from any of {subgraphs} subgraphs"),
        sdls.collect(),
        operation,
    )
}

/// The same where each subgraph also has a leaf of its own and knows the way down.
pub fn options_with_owners(subgraphs: usize, levels: usize) -> Case {
    let leaves: String = (0..subgraphs).map(|graph| format!("own{graph} ")).collect();
    let sdls = (0..subgraphs).map(|graph| {
        let root = if graph == 0 { "type Query { root: T } " } else { "" };
        format!(
            "{root}type T @key(fields: \"a\") @key(fields: \"b\") {{
                a: ID! b: ID! own{graph}: Int shared: Int @shareable next: T @shareable
            }}"
        )
    });
    let operation = format!("{{ root {{ {} }} }}", nested("next", &format!("shared {leaves}"), levels));
    case(
        format!("owners: a leaf of each of {subgraphs} subgraphs on {levels} levels"),
        sdls.collect(),
        operation,
    )
}

/// Subgraph i knows keys i and i + 1: the last leaf is as many jumps away as there are subgraphs.
pub fn chain_of_keys(subgraphs: usize) -> Case {
    let sdls = (0..subgraphs).map(|graph| {
        let root = if graph == 0 { "type Query { root: T } " } else { "" };
        let next = graph + 1;
        format!(
            "{root}type T @key(fields: \"k{graph}\") @key(fields: \"k{next}\") {{
                k{graph}: ID! k{next}: ID! own{graph}: Int
            }}"
        )
    });
    let last = subgraphs - 1;
    case(
        format!("key chain: {subgraphs} jumps in line"),
        sdls.collect(),
        format!("{{ root {{ own{last} own0 }} }}"),
    )
}

/// Every subgraph knows some of the keys, so that most jumps can be made in many ways.
pub fn mesh_of_keys(subgraphs: usize, keys: usize) -> Case {
    let sdls = (0..subgraphs).map(|graph| {
        text(|sdl| {
            if graph == 0 {
                write!(sdl, "type Query {{ root: T }} ")?;
            }
            let known: Vec<usize> = (0..keys / 2 + 1).map(|each| (graph + each) % keys).collect();
            write!(sdl, "type T ")?;
            known.iter().try_for_each(|key| write!(sdl, "@key(fields: \"k{key}\") "))?;
            write!(sdl, "{{ own{graph}: Int next: T @shareable ")?;
            known.iter().try_for_each(|key| write!(sdl, "k{key}: ID! "))?;
            write!(sdl, "}}")
        })
    });
    let leaves: String = (0..subgraphs).map(|graph| format!("own{graph} ")).collect();
    let operation = format!("{{ root {{ {} }} }}", nested("next", &leaves, 3));
    case(format!("key mesh: {subgraphs} subgraphs with half of {keys} keys each"), sdls.collect(), operation)
}

/// Composite keys that share their parts.
pub fn overlapping_keys(keys: usize) -> Case {
    let both = |key: usize| format!("k{key} k{}", (key + 1) % keys);
    let first = text(|sdl| {
        write!(sdl, "type Query {{ root: T }} type T ")?;
        (0..keys).try_for_each(|key| write!(sdl, "@key(fields: \"{}\") ", both(key)))?;
        write!(sdl, "{{ next: T ")?;
        (0..keys).try_for_each(|key| write!(sdl, "k{key}: ID! "))?;
        write!(sdl, "}}")
    });
    let others = (0..keys).map(|key| {
        let other = (key + 1) % keys;
        let id =
            format!("type T @key(fields: \"{}\") {{ k{key}: ID! k{other}: ID! own{key}: Int }}", both(key));
        id
    });
    let leaves: String = (0..keys).map(|key| format!("own{key} ")).collect();
    let operation = format!("{{ root {{ {} }} }}", nested("next", &leaves, 2));
    case(format!("overlapping keys: {keys} pairs"), std::iter::once(first).chain(others).collect(), operation)
}

/// Fragments on every implementation, on every level.
pub fn implementations(types: usize, levels: usize) -> Case {
    let first = text(|sdl| {
        write!(sdl, "type Query {{ nodes: [Node!]! }} interface Node {{ id: ID! next: Node }} ")?;
        (0..types).try_for_each(|ty| {
            write!(
                sdl,
                "type N{ty} implements Node @key(fields: \"id\") {{ id: ID! next: Node f{ty}: Int }} "
            )
        })
    });
    let second = text(|sdl| {
        (0..types).try_for_each(|ty| write!(sdl, "type N{ty} @key(fields: \"id\") {{ id: ID! g{ty}: Int }} "))
    });
    let fragments: String = (0..types).map(|ty| format!("... on N{ty} {{ f{ty} g{ty} }} ")).collect();
    let operation = format!("{{ nodes {{ {} }} }}", nested("next", &fragments, levels));
    case(format!("implementations: {types} types on {levels} levels"), vec![first, second], operation)
}

/// Interfaces below interfaces, with another type tree below each of some types.
pub fn deep_abstract(levels: usize, types: usize) -> Case {
    let graph = |own: &str, root: &str| {
        text(|sdl| {
            write!(sdl, "{root} interface Node {{ id: ID! }} ")?;
            (0..types).try_for_each(|ty| {
                write!(
                    sdl,
                    "type N{ty} implements Node @key(fields: \"id\") {{ id: ID! {own}{ty}: Node {own}v{ty}: Int }} "
                )
            })
        })
    };
    let mut selection = "id".to_owned();
    for level in 0..levels {
        let (a, b) = (level % types, (level + 1) % types);
        selection = format!(
            "id ... on N{a} {{ pv{a} qv{a} p{a} {{ {selection} }} }} ... on N{b} {{ qv{b} q{b} {{ __typename id }} }}"
        );
    }
    let sdls = vec![graph("p", "type Query { node: Node }"), graph("q", "")];
    case(
        format!("deep abstract types: {levels} levels, {types} types"),
        sdls,
        format!("{{ node {{ {selection} }} }}"),
    )
}

/// Unions of which every subgraph knows other members.
pub fn partial_unions(subgraphs: usize, levels: usize) -> Case {
    let sdls = (0..subgraphs).map(|graph| {
        text(|sdl| {
            let root = if graph == 0 { "type Query { any: U }" } else { "" };
            let members: Vec<String> =
                (0..subgraphs).filter(|each| *each != graph).map(|each| format!("M{each}")).collect();
            write!(sdl, "{root} union U = {} ", members.join(" | "))?;
            (0..subgraphs).filter(|each| *each != graph).try_for_each(|each| {
                write!(sdl, "type M{each} @key(fields: \"id\") {{ id: ID! g{graph}: Int n{graph}: U }} ")
            })
        })
    });
    let fragments: String = (1..subgraphs)
        .map(|each| format!("... on M{each} {{ id g0 g{} }} ", (each + 1) % subgraphs))
        .collect();
    let mut selection = fragments.clone();
    for level in 0..levels {
        selection = format!("{fragments} ... on M{} {{ n0 {{ {selection} }} }}", 1 + level % (subgraphs - 1));
    }
    case(
        format!("partial unions: {subgraphs} subgraphs, {levels} levels"),
        sdls.collect(),
        format!("{{ any {{ {selection} }} }}"),
    )
}

/// An interface that all but one subgraph know as an object.
pub fn interface_objects(subgraphs: usize) -> Case {
    let first = text(|sdl| {
        write!(
            sdl,
            "type Query {{ media: [Media] }} interface Media @key(fields: \"id\") {{ id: ID! title: String }} "
        )?;
        (0..8).try_for_each(|ty| {
            write!(
                sdl,
                "type M{ty} implements Media @key(fields: \"id\") {{ id: ID! title: String f{ty}: Int }} "
            )
        })
    });
    let others = (1..subgraphs).map(|graph| {
        format!(
            "type Media @key(fields: \"id\") @interfaceObject {{
                id: ID! own{graph}: Int title: String @external label{graph}: String @requires(fields: \"title\") to{graph}: Media
            }}"
        )
    });
    let leaves: String = (1..subgraphs).map(|graph| format!("own{graph} label{graph} ")).collect();
    let below: String =
        (1..subgraphs).map(|graph| format!("to{graph} {{ {leaves} ... on M3 {{ f3 }} }} ")).collect();
    let operation = format!("{{ media {{ {leaves} ... on M1 {{ f1 {leaves} }} {below} }} }}");
    case(
        format!("interface objects: {subgraphs} subgraphs"),
        std::iter::once(first).chain(others).collect(),
        operation,
    )
}

/// Two subgraphs, each of whose fields requires one of the other's.
pub fn recursive_requires(length: usize) -> Case {
    let mut sdls = [
        "type Query { root: T } type T @key(fields: \"id\") { id: ID! f0: Int ".to_owned(),
        "type T @key(fields: \"id\") { id: ID! ".to_owned(),
    ];
    for at in 1..length {
        for (graph, sdl) in sdls.iter_mut().enumerate() {
            if at % 2 == graph {
                sdl.push_str(&format!("f{at}: Int @requires(fields: \"f{}\") ", at - 1));
            } else if at + 1 < length {
                sdl.push_str(&format!("f{at}: Int @external "));
            }
        }
    }
    if let Some(sdl) = sdls.get_mut(1) {
        sdl.push_str("f0: Int @external ");
    }
    let sdls = sdls.map(|sdl| sdl + "}").to_vec();
    case(format!("recursive @requires: {length} in line"), sdls, format!("{{ root {{ f{} }} }}", length - 1))
}

/// Every field of every subgraph requires a field of each of the others.
pub fn requires_all(subgraphs: usize, fields: usize) -> Case {
    let sdls = (0..subgraphs).map(|graph| {
        text(|sdl| {
            let root = if graph == 0 { "type Query { root: T } " } else { "" };
            write!(sdl, "{root}type T @key(fields: \"id\") {{ id: ID! own{graph}: Int ")?;
            let others: Vec<usize> = (0..subgraphs).filter(|each| *each != graph).collect();
            others.iter().try_for_each(|other| write!(sdl, "own{other}: Int @external "))?;
            (0..fields).try_for_each(|field| {
                let required: Vec<String> =
                    others.iter().skip(field % 3).map(|other| format!("own{other}")).collect();
                write!(sdl, "r{graph}x{field}: Int @requires(fields: \"{}\") ", required.join(" "))
            })?;
            write!(sdl, "}}")
        })
    });
    let leaves: String =
        (0..subgraphs).flat_map(|graph| (0..fields).map(move |field| format!("r{graph}x{field} "))).collect();
    case(
        format!("@requires from all: {subgraphs} subgraphs, {fields} fields each"),
        sdls.collect(),
        format!("{{ root {{ {leaves} }} }}"),
    )
}

/// Requirements below requirements, through entities.
pub fn requires_on_the_way(levels: usize) -> Case {
    let a = "type Query { root: T } type T @key(fields: \"id\") { id: ID! size: Int kind: Int }".to_owned();
    let b = "type T @key(fields: \"id\") { id: ID! size: Int @external next: T @requires(fields: \"size\") }"
        .to_owned();
    let c = "type T @key(fields: \"id\") { id: ID! next: T @external kind: Int @external
        sum: Int @requires(fields: \"kind next { id kind }\") }"
        .to_owned();
    let operation = format!("{{ root {{ {} }} }}", nested("next", "sum", levels));
    case(format!("@requires on the way: {levels} levels"), vec![a, b, c], operation)
}

/// A value that is provided on one way and has to be fetched on another, level by level.
pub fn provided(levels: usize) -> Case {
    let a = "type Query { root: T } type T @key(fields: \"id\") {
        id: ID! name: String @external near: T @provides(fields: \"name near { name }\") @shareable far: T }"
        .to_owned();
    let b = "type T @key(fields: \"id\") { id: ID! name: String @shareable near: T @shareable }".to_owned();
    let mut selection = "name".to_owned();
    for _ in 0..levels {
        selection = format!("name near {{ {selection} }} far {{ {selection} }}");
    }
    case(
        format!("@provides: two ways on {levels} levels"),
        vec![a, b],
        format!("{{ root {{ {selection} }} }}"),
    )
}

/// One flat selection.
pub fn wide(fields: usize, subgraphs: usize) -> Case {
    let sdls = (0..subgraphs).map(|graph| {
        text(|sdl| {
            let root = if graph == 0 { "type Query { root: T } " } else { "" };
            write!(sdl, "{root}type T @key(fields: \"id\") {{ id: ID! ")?;
            (0..fields)
                .filter(|field| field % subgraphs == graph)
                .try_for_each(|field| write!(sdl, "f{field}: Int "))?;
            write!(sdl, "}}")
        })
    });
    let leaves: String = (0..fields).map(|field| format!("f{field} ")).collect();
    case(
        format!("wide: {fields} fields of {subgraphs} subgraphs"),
        sdls.collect(),
        format!("{{ root {{ {leaves} }} }}"),
    )
}

/// As deep as limits let an operation be.
pub fn deep(levels: usize) -> Case {
    let a = "type Query { root: T } type T @key(fields: \"id\") { id: ID! next: T }".to_owned();
    let b = "type T @key(fields: \"id\") { id: ID! size: Int }".to_owned();
    case(
        format!("deep: {levels} levels"),
        vec![a, b],
        format!("{{ root {{ {} }} }}", nested("next", "size", levels)),
    )
}

/// One object under many keys, none of which may take another one's place: under each it can be null for a reason of its
/// own.
pub fn keys_of_one_field(keys: usize) -> Case {
    let a = "type Query { root: T } type T @key(fields: \"id\") { id: ID! }".to_owned();
    let fields: String = (0..keys).map(|index| format!("f{index}: Int! ")).collect();
    let b = format!("type T @key(fields: \"id\") {{ id: ID! {fields} }}");
    let selections: String = (0..keys).map(|index| format!("k{index}: root {{ f{index} }} ")).collect();
    case(format!("keys of one field: {keys}"), vec![a, b], format!("{{ {selections} }}"))
}

/// Mutations in series over two subgraphs, each with entities to complete.
pub fn mutations(count: usize) -> Case {
    let a =
        "type Query { a: Int } type Mutation { a(x: Int): T } type T @key(fields: \"id\") { id: ID! x: Int }";
    let b = "type Mutation { b(x: Int): T } type T @key(fields: \"id\") { id: ID! y: Int }";
    let fields: String = (0..count)
        .map(|index| format!("m{index}: {}(x: {index}) {{ x y }} ", if index % 2 == 0 { "a" } else { "b" }))
        .collect();
    case(
        format!("mutations: {count} in series"),
        vec![a.into(), b.into()],
        format!("mutation {{ {fields} }}"),
    )
}
