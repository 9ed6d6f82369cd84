//! Interfaces with keys, and interface objects.

use super::Checks;
use crate::error::ErrorCode;
use crate::links::FederationDirective as D;
use crate::subgraph::field_set::to_text;
use crate::subgraph::model::{Key, TypeKind, find_applied};

impl Checks<'_> {
    pub(super) fn interfaces(&mut self) {
        let model = self.model;
        for ty in model.types.values() {
            if ty.interface_object && ty.keys.is_empty() {
                let applied = find_applied(&ty.directives, D::InterfaceObject);
                self.fail(
                    ErrorCode::InterfaceObjectUsageError,
                    format!("@interfaceObject on \"{}\", which has no @key: only an entity can stand for its implementations", ty.name),
                    applied.and_then(|a| a.node.location()),
                );
            }
            if ty.kind != TypeKind::Interface {
                continue;
            }
            for key in &ty.keys {
                let same = |other: &Key| same_fields(key, other);
                let lacking: Vec<String> = model
                    .implementations(&ty.name)
                    .filter(|implementation| !implementation.keys.iter().any(same))
                    .map(|implementation| format!("\"{}\"", implementation.name))
                    .collect();
                if !lacking.is_empty() {
                    self.fail(
                        ErrorCode::InterfaceKeyNotOnImplementation,
                        format!("Interface \"{}\" has @key(fields: \"{}\"), which its implementations need too: {} without it", ty.name, key.fields.text, lacking.join(", ")),
                        key.location,
                    );
                }
                let unresolvable: Vec<String> = model
                    .implementations(&ty.name)
                    .filter(|implementation| {
                        implementation
                            .keys
                            .iter()
                            .any(|other| same(other) && key.resolvable && !other.resolvable)
                    })
                    .map(|implementation| format!("\"{}\"", implementation.name))
                    .collect();
                if !unresolvable.is_empty() {
                    self.fail(
                        ErrorCode::InterfaceKeyNotOnImplementation,
                        format!(
                            "Interface \"{}\" has @key(fields: \"{}\"), which cannot be resolved on {}",
                            ty.name,
                            key.fields.text,
                            unresolvable.join(", ")
                        ),
                        key.location,
                    );
                }
            }
        }
    }
}

fn same_fields(a: &Key, b: &Key) -> bool {
    canonical(a) == canonical(b)
}

/// The field set without regard to the order of its fields.
fn canonical(key: &Key) -> String {
    fn sorted(
        selections: &[crate::subgraph::field_set::Selection],
    ) -> Vec<crate::subgraph::field_set::Selection> {
        let mut out: Vec<_> = selections
            .iter()
            .map(|selection| selection.with_selections(sorted(selection.selections())))
            .collect();
        out.sort_by_key(|selection| to_text(std::slice::from_ref(selection)));
        out
    }
    to_text(&sorted(&key.fields.selections))
}
