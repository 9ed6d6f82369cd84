//! Which fields more than one subgraph may resolve, and whether all of them say so.

use apollo_compiler::Name;

use super::overrides::{Overrides, Role};
use super::{Merger, Source};
use crate::error::ErrorCode;
use crate::links::FederationDirective;
use crate::subgraph::model::{FieldDef, TypeKind};

impl<'a> Merger<'a> {
    pub(super) fn check_sharing(
        &mut self,
        parent: &Name,
        name: &Name,
        sources: &[Source<'a, FieldDef>],
        overrides: &Overrides,
    ) {
        if self.out.types.get(parent).map(|ty| ty.kind) != Some(TypeKind::Object) {
            return;
        }
        if parent == "Subscription"
            && sources.iter().any(|(_, field)| field.has(FederationDirective::Shareable))
        {
            let at = self.field_locations(sources);
            self.error(
                ErrorCode::InvalidFieldSharing,
                format!("Field \"{parent}.{name}\" is @shareable, but a subscription has one source"),
                at,
            );
            return;
        }
        let mut resolving: Vec<Source<'a, FieldDef>> = sources
            .iter()
            .filter(|(index, field)| !field.fully_external() && overrides.role(*index) == Role::Plain)
            .copied()
            .collect();
        self.add_interface_object_sources(parent, name, &mut resolving);
        let exclusive: Vec<usize> =
            resolving.iter().filter(|(_, field)| !field.shareable).map(|(index, _)| *index).collect();
        if exclusive.is_empty() || resolving.len() < 2 {
            return;
        }
        let all = self.names(resolving.iter().map(|(index, _)| *index));
        let which =
            if exclusive.len() == resolving.len() { "all of them".to_owned() } else { self.names(exclusive) };
        let at = self.field_locations(&resolving);
        self.error(
            ErrorCode::InvalidFieldSharing,
            format!("Non-shareable field \"{parent}.{name}\" is resolved from multiple subgraphs: it is resolved from {all}, and is not @shareable in {which}"),
            at,
        );
    }

    /// An interface object resolves its fields for every implementation of the interface.
    fn add_interface_object_sources(
        &self,
        parent: &Name,
        name: &Name,
        resolving: &mut Vec<Source<'a, FieldDef>>,
    ) {
        let Some(ty) = self.out.types.get(parent) else {
            return;
        };
        for (index, subgraph) in self.subgraphs.iter().enumerate() {
            for interface in &ty.implements {
                let Some(object) = subgraph.types.get(interface).filter(|ty| ty.interface_object) else {
                    continue;
                };
                if let Some(field) = object.fields.get(name).filter(|field| !field.fully_external()) {
                    resolving.push((index, field));
                }
            }
        }
    }
}
