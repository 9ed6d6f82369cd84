//! Types: which kind the supergraph's type has, what it implements, and its `join__type`s.

use apollo_compiler::Name;
use indexmap::IndexMap;

use super::{Merger, Source};
use crate::error::ErrorCode;
use crate::hint::HintCode;
use crate::links::FederationDirective as D;
use crate::subgraph::model::{TypeDef, TypeKind};
use crate::supergraph::{Apply, MergedType};

impl Merger<'_> {
    /// The kind of each type of the supergraph, by name. An object marked `@interfaceObject` stands
    /// for the interface of its name.
    pub(super) fn kinds(&mut self) -> IndexMap<Name, TypeKind> {
        let mut kinds: IndexMap<Name, TypeKind> = IndexMap::new();
        let mut names: Vec<Name> =
            self.subgraphs.iter().flat_map(|subgraph| subgraph.types.keys().cloned()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let sources = self.type_sources(&name);
            let effective = |ty: &TypeDef| {
                if ty.interface_object { TypeKind::Interface } else { ty.kind }
            };
            let Some(kind) = sources.first().map(|(_, ty)| effective(ty)) else {
                continue;
            };
            if sources.iter().any(|(_, ty)| effective(ty) != kind) {
                let described = self.differing(sources.iter().map(|(index, ty)| {
                    let interface_object = if ty.interface_object { " with @interfaceObject" } else { "" };
                    (*index, format!("{}{interface_object}", ty.kind.describe()))
                }));
                let at: Vec<_> = self.locations(&sources);
                self.error(
                    ErrorCode::TypeKindMismatch,
                    format!("Type \"{name}\" has different kinds: {described}"),
                    at,
                );
                continue;
            }
            if sources.iter().all(|(_, ty)| ty.interface_object) {
                let named = self.names(sources.iter().map(|(index, _)| *index));
                let at = self.locations(&sources);
                self.error(
                    ErrorCode::InterfaceObjectUsageError,
                    format!("Type \"{name}\" is an @interfaceObject wherever it is defined ({named}); some subgraph has to define the interface"),
                    at,
                );
                continue;
            }
            kinds.insert(name, kind);
        }
        kinds
    }

    fn locations(&self, sources: &[Source<'_, TypeDef>]) -> Vec<Option<crate::error::Location>> {
        sources.iter().map(|(index, ty)| self.subgraph(*index)?.locate(ty.location)).collect()
    }

    /// Creates every type with what subtyping depends on: interfaces and members.
    pub(super) fn shallow(&mut self, kinds: &IndexMap<Name, TypeKind>) {
        for (name, kind) in kinds {
            let mut merged = MergedType::new(*kind);
            for (index, source) in self.type_sources(name) {
                let Some(graph) = self.subgraph(index).map(|subgraph| &subgraph.graph) else {
                    continue;
                };
                for interface in &source.implements {
                    merged.implements.insert(interface.clone());
                    merged.directives.push(
                        Apply::new("join__implements").graph(graph).string("interface", interface).done(),
                    );
                }
                merged.members.extend(source.members.iter().cloned());
            }
            self.out.types.insert(name.clone(), merged);
        }
    }

    pub(super) fn merge_type(&mut self, name: &Name) {
        let sources = self.type_sources(name);
        let Some(kind) = self.out.types.get(name).map(|ty| ty.kind) else {
            return;
        };
        let description = self.merge_description(
            &format!("Type \"{name}\""),
            sources.iter().map(|(_, ty)| ty.description.as_ref()),
        );
        let mut join = self.join_types(name, &sources);
        match kind {
            TypeKind::Object => {
                self.hint_entities(name, &sources);
                self.merge_fields(name, &sources);
            }
            TypeKind::Interface => {
                self.check_interface(name, &sources);
                self.merge_fields(name, &sources);
            }
            TypeKind::Union => join.extend(self.union_members(name, &sources)),
            TypeKind::Scalar | TypeKind::Enum | TypeKind::InputObject => {}
        }
        let composed = self.merge_directives(
            &format!("type \"{name}\""),
            &sources.iter().map(|(index, ty)| (*index, ty.directives.as_slice())).collect::<Vec<_>>(),
        );
        let Some(merged) = self.out.types.get_mut(name) else {
            return;
        };
        if kind == TypeKind::Object && merged.fields.is_empty() {
            self.out.types.remove(name);
            return;
        }
        merged.description = description;
        merged.directives.extend(join);
        merged.directives.extend(composed);
    }

    fn join_types(
        &self,
        name: &Name,
        sources: &[Source<'_, TypeDef>],
    ) -> Vec<apollo_compiler::ast::Directive> {
        let mut out = Vec::new();
        for (index, subgraph) in self.subgraphs.iter().enumerate() {
            let Some((_, ty)) = sources.iter().find(|(source, _)| *source == index) else {
                // Every subgraph has a Query, if only for `_service`.
                if name == "Query" {
                    out.push(Apply::new("join__type").graph(&subgraph.graph).done());
                }
                continue;
            };
            if ty.keys.is_empty() {
                out.push(
                    Apply::new("join__type")
                        .graph(&subgraph.graph)
                        .flag_if("isInterfaceObject", ty.interface_object)
                        .done(),
                );
            }
            for key in &ty.keys {
                let mut apply = Apply::new("join__type")
                    .graph(&subgraph.graph)
                    .string("key", &key.fields.text)
                    .flag_if("extension", key.in_extension || ty.has(D::Extends));
                if key.resolvable_written {
                    apply = apply.value("resolvable", apollo_compiler::ast::Value::Boolean(key.resolvable));
                }
                out.push(apply.flag_if("isInterfaceObject", ty.interface_object).done());
            }
        }
        out
    }

    fn hint_entities(&mut self, name: &Name, sources: &[Source<'_, TypeDef>]) {
        let without: Vec<usize> =
            sources.iter().filter(|(_, ty)| ty.keys.is_empty()).map(|(index, _)| *index).collect();
        if !without.is_empty() && without.len() < sources.len() {
            let named = self.names(without);
            self.hint(
                HintCode::InconsistentEntity,
                format!(
                    "Type \"{name}\" is an entity with a @key in some subgraphs, and has none in {named}"
                ),
            );
        }
    }

    fn union_members(
        &mut self,
        name: &Name,
        sources: &[Source<'_, TypeDef>],
    ) -> Vec<apollo_compiler::ast::Directive> {
        let mut out = Vec::new();
        let members: Vec<Name> =
            self.out.types.get(name).map(|ty| ty.members.iter().cloned().collect()).unwrap_or_default();
        for member in members {
            let mut missing = Vec::new();
            for (index, source) in sources {
                if !source.members.contains(&member) {
                    missing.push(*index);
                    continue;
                }
                if let Some(subgraph) = self.subgraph(*index) {
                    out.push(
                        Apply::new("join__unionMember")
                            .graph(&subgraph.graph)
                            .string("member", &member)
                            .done(),
                    );
                }
            }
            if !missing.is_empty() {
                let named = self.names(missing);
                self.hint(
                    HintCode::InconsistentUnionMember,
                    format!("Union \"{name}\" has the member \"{member}\", but not in {named}"),
                );
            }
        }
        out
    }

    /// After all merging: an implementation has every field of its interfaces, also of the fields
    /// that only another subgraph's version of the interface has.
    pub(super) fn check_interfaces_implemented(&mut self) {
        let mut missing = Vec::new();
        for (name, ty) in &self.out.types {
            for interface in &ty.implements {
                let Some(declared) = self.out.types.get(interface) else {
                    continue;
                };
                for field in declared.fields.keys() {
                    if !ty.fields.contains_key(field) {
                        missing.push((name.clone(), interface.clone(), field.clone()));
                    }
                }
            }
        }
        for (name, interface, field) in missing {
            let sources = self.type_sources(&name);
            let declaring: Vec<usize> = self
                .type_sources(&interface)
                .iter()
                .filter(|(_, ty)| ty.fields.contains_key(&field))
                .map(|(index, _)| *index)
                .collect();
            let declaring = self.names(declaring);
            let at = self.locations(&sources);
            self.error(
                ErrorCode::InterfaceFieldNoImplem,
                format!("Interface field \"{interface}.{field}\" is declared in {declaring}, but type \"{name}\", which implements \"{interface}\", has no such field in any subgraph"),
                at,
            );
        }
    }
}
