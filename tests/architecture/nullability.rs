//! One field at fault leaves the rest of an answer as it is: what a subgraph may fail to answer can be null.

use std::collections::BTreeMap;

use crate::support::Api;

/// A root field that cannot be null takes the fields beside it along: those of a page that asks for several things at
/// once, and the half of a mutation that has happened.
#[test]
fn every_root_field_may_be_null() {
    let api = Api::read();
    let roots = ["Query", "Mutation"].into_iter().flat_map(|root| api.fields(root));
    let never_null: Vec<String> =
        roots.filter(|(_, may_be_null, _)| !may_be_null).map(|(name, ..)| name).collect();
    assert_eq!(never_null, Vec::<String>::new());
}

/// An entity is there also while a subgraph is not that adds fields to it. Its owner is who answers most of its fields.
#[test]
fn what_a_subgraph_adds_to_the_entity_of_another_may_be_null() {
    let api = Api::read();
    let mut never_null = Vec::new();
    for entity in api.entities() {
        let fields = api.fields(entity);
        let mut answered: BTreeMap<&str, usize> = BTreeMap::new();
        let graphs: Vec<&str> = fields.iter().filter_map(|(_, _, graph)| graph.as_deref()).collect();
        graphs.iter().for_each(|graph| *answered.entry(graph).or_default() += 1);
        for (field, may_be_null, graph) in &fields {
            let Some(graph) = graph else { continue };
            if !may_be_null && answered[graph.as_str()] * 2 <= graphs.len() {
                never_null.push(format!("{entity}.{field}"));
            }
        }
    }
    assert_eq!(never_null, Vec::<String>::new());
}
