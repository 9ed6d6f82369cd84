//! Enums: all values where the enum is only read, the common ones where it is only written, and the
//! same ones everywhere where it is both.

use std::collections::HashMap;

use apollo_compiler::Name;

use super::{Merger, Source};
use crate::error::ErrorCode;
use crate::hint::HintCode;
use crate::links::FederationDirective as D;
use crate::subgraph::model::{EnumValueDef, TypeKind, find_applied};
use crate::supergraph::{Apply, MergedValue};

#[derive(Default, Clone, Copy)]
struct Usage {
    input: bool,
    output: bool,
}

impl Merger<'_> {
    pub(super) fn merge_enums(&mut self) {
        let usages = self.enum_usages();
        let names: Vec<Name> = self
            .out
            .types
            .iter()
            .filter(|(_, ty)| ty.kind == TypeKind::Enum)
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let usage = usages.get(&name).copied().unwrap_or_default();
            self.merge_enum(&name, usage);
        }
    }

    fn enum_usages(&self) -> HashMap<Name, Usage> {
        let mut usages: HashMap<Name, Usage> = HashMap::new();
        for ty in self.out.types.values() {
            for field in ty.fields.values() {
                usages.entry(field.ty.inner_named_type().clone()).or_default().output = true;
                for argument in field.arguments.values() {
                    usages.entry(argument.ty.inner_named_type().clone()).or_default().input = true;
                }
            }
            for input in ty.inputs.values() {
                usages.entry(input.ty.inner_named_type().clone()).or_default().input = true;
            }
        }
        usages
    }

    fn merge_enum(&mut self, name: &Name, usage: Usage) {
        let types = self.type_sources(name);
        if !usage.input && !usage.output {
            self.hint(
                HintCode::UnusedEnumType,
                format!("Enum \"{name}\" is defined and never used; all its values are merged"),
            );
        }
        let names = Self::union_of_names(types.iter().flat_map(|(_, ty)| ty.values.keys()));
        for value in names {
            let sources: Vec<Source<'_, EnumValueDef>> =
                types.iter().filter_map(|(index, ty)| Some((*index, ty.values.get(&value)?))).collect();
            let lacking: Vec<usize> = types
                .iter()
                .map(|(index, _)| *index)
                .filter(|index| !sources.iter().any(|(source, _)| source == index))
                .collect();
            let inaccessible =
                sources.iter().any(|(_, source)| find_applied(&source.directives, D::Inaccessible).is_some());
            if !lacking.is_empty() {
                let named = self.names(lacking);
                if !usage.input {
                    self.hint(
                        HintCode::InconsistentEnumValueForOutputEnum,
                        format!("Value \"{value}\" of enum \"{name}\" is missing in {named}"),
                    );
                } else if usage.output && !inaccessible {
                    let at: Vec<_> = sources
                        .iter()
                        .map(|(index, source)| self.subgraph(*index)?.locate(source.location))
                        .collect();
                    self.error(
                        ErrorCode::EnumValueMismatch,
                        format!("Enum \"{name}\" is used both as input and as output, so its values have to be the same everywhere: \"{value}\" is missing in {named}"),
                        at,
                    );
                } else if !inaccessible {
                    self.hint(
                        HintCode::InconsistentEnumValueForInputEnum,
                        format!("Value \"{value}\" of the input enum \"{name}\" is not in the supergraph, because it is missing in {named}"),
                    );
                    continue;
                }
            }
            let description = self.merge_description(
                &format!("Enum value \"{name}.{value}\""),
                sources.iter().map(|(_, source)| source.description.as_ref()),
            );
            let mut directives: Vec<_> = sources
                .iter()
                .filter_map(|(index, _)| self.subgraph(*index))
                .map(|subgraph| Apply::new("join__enumValue").graph(&subgraph.graph).done())
                .collect();
            directives.extend(
                self.merge_directives(
                    &format!("enum value \"{name}.{value}\""),
                    &sources
                        .iter()
                        .map(|(index, source)| (*index, source.directives.as_slice()))
                        .collect::<Vec<_>>(),
                ),
            );
            if let Some(ty) = self.out.types.get_mut(name) {
                ty.values.insert(value, MergedValue { description, directives });
            }
        }
        if self.out.types.get(name).is_some_and(|ty| ty.values.is_empty()) {
            let at: Vec<_> =
                types.iter().map(|(index, ty)| self.subgraph(*index)?.locate(ty.location)).collect();
            self.error(
                ErrorCode::EmptyMergedEnumType,
                format!("No value of the input enum \"{name}\" is in every subgraph that defines it, so nothing is left of it"),
                at,
            );
        }
    }
}
