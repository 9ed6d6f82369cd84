//! References between subgraphs, read from the composed schema.

use std::collections::BTreeSet;

use crate::support::{Api, Reference};

/// Where each entity lives: the subgraph that can say whether it is still there.
const HOMES: [(&str, &str); 10] = [
    ("Category", "CATALOG"),
    ("Collection", "CATALOG"),
    ("Offer", "CATALOG"),
    ("Order", "ORDERS"),
    ("Payment", "PAYMENTS"),
    ("Product", "CATALOG"),
    ("PublicProfile", "USERS"),
    ("User", "USERS"),
    ("Variant", "CATALOG"),
    ("VendorOrder", "ORDERS"),
];

/// Every subgraph answers for every vendor, whatever its id: a vendor ends, but is never gone.
const ALWAYS_THERE: &str = "Vendor";

/// Check 49: what another subgraph may have removed, unpublished or hidden can be null where it is referred to. A
/// reference that must not be null would take its parent along, and that parent's list.
#[test]
fn a_reference_to_another_subgraphs_entity_may_be_null() {
    let api = Api::read();
    let entities: BTreeSet<&str> = api.entities().collect();
    let known: BTreeSet<&str> = HOMES.iter().map(|(name, _)| *name).chain([ALWAYS_THERE]).collect();
    assert_eq!(entities, known, "say where the entity lives");
    let mut strict = Vec::new();
    for Reference { parent, field, target, graphs, may_be_null } in api.references() {
        let home = HOMES.iter().find(|(name, _)| *name == target).map(|(_, home)| *home);
        let is_foreign = home.is_some_and(|home| graphs.iter().any(|graph| graph != home));
        if is_foreign && !may_be_null {
            strict.push(format!("{parent}.{field}: {target}"));
        }
    }
    assert_eq!(strict, [] as [String; 0]);
}
