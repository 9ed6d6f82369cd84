//! References between subgraphs, read from the composed schema.

use crate::support::{Api, Reference};

/// Every subgraph answers for every vendor, whatever its id: a vendor ends, but is never gone.
const ALWAYS_THERE: &str = "Vendor";

/// Check 49: what another subgraph may have removed, unpublished or hidden can be null where it is referred to. A
/// reference that must not be null would take its parent along, and that parent's list.
#[test]
fn a_reference_to_another_subgraphs_entity_may_be_null() {
    let api = Api::read();
    let mut strict = Vec::new();
    for Reference { parent, field, target, graphs, may_be_null } in api.references() {
        let home = api.home(&target);
        let is_foreign = target != ALWAYS_THERE && graphs.iter().any(|graph| *graph != home);
        if is_foreign && !may_be_null {
            strict.push(format!("{parent}.{field}: {target}"));
        }
    }
    assert_eq!(strict, [] as [String; 0]);
}

/// `node` finds them all: a subgraph says of which entities it is the home.
#[test]
fn every_entity_has_one_home_that_node_asks() {
    let api = Api::read();
    for entity in api.entities().filter(|entity| *entity != ALWAYS_THERE) {
        assert!(api.implements(entity, "Node"), "no subgraph has `{entity}` among its NODES");
    }
}
