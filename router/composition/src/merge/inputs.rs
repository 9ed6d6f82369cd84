//! Arguments and input fields: the strictest type, a default only where all agree; an input object
//! keeps the fields that every subgraph knows.

use apollo_compiler::ast::Directive;
use apollo_compiler::{Name, Node};

use super::fields::InputCodes;
use super::{Merger, Source};
use crate::error::{ErrorCode, Location};
use crate::hint::HintCode;
use crate::links::FederationDirective as D;
use crate::subgraph::model::{InputDef, TypeKind, find_applied};
use crate::supergraph::{Apply, MergedInput};
use crate::values::{same_value, to_text};

const INPUT_FIELD: InputCodes = InputCodes {
    what: "input field",
    type_mismatch: ErrorCode::FieldTypeMismatch,
    default_mismatch: ErrorCode::InputFieldDefaultMismatch,
    compatible: HintCode::InconsistentButCompatibleFieldType,
};

impl<'a> Merger<'a> {
    fn input_locations(&self, sources: &[Source<'_, InputDef>]) -> Vec<Option<Location>> {
        sources.iter().map(|(index, input)| self.subgraph(*index)?.locate(input.location)).collect()
    }

    /// The merged input, and whether its type is the same everywhere.
    pub(super) fn merge_input(
        &mut self,
        coordinate: &str,
        sources: &[Source<'_, InputDef>],
        codes: &InputCodes,
    ) -> Option<(MergedInput, bool)> {
        let description = self.merge_description(
            &format!("The {} \"{coordinate}\"", codes.what),
            sources.iter().map(|(_, input)| input.description.as_ref()),
        );
        let described = self.differing(sources.iter().map(|(index, input)| (*index, input.ty.to_string())));
        let Some((ty, same)) = self.merge_input_type(sources.iter().map(|(_, input)| &input.ty)) else {
            let at = self.input_locations(sources);
            self.error(
                codes.type_mismatch,
                format!(
                    "Type of {} \"{coordinate}\" is incompatible across subgraphs: it is {described}",
                    codes.what
                ),
                at,
            );
            return None;
        };
        if !same {
            self.hint(
                codes.compatible,
                format!(
                    "Type of {} \"{coordinate}\" differs: it is {described}; the supergraph has \"{ty}\"",
                    codes.what
                ),
            );
        }
        let default = self.merge_default(coordinate, sources, codes);
        let directives = self.merge_directives(
            &format!("{} \"{coordinate}\"", codes.what),
            &sources.iter().map(|(index, input)| (*index, input.directives.as_slice())).collect::<Vec<_>>(),
        );
        let merged = MergedInput { description, ty, default, directives };
        Some((merged, same))
    }

    fn merge_default(
        &mut self,
        coordinate: &str,
        sources: &[Source<'_, InputDef>],
        codes: &InputCodes,
    ) -> Option<Node<apollo_compiler::ast::Value>> {
        let mut defaults = sources.iter().filter_map(|(_, input)| input.default.as_ref());
        let first = defaults.next()?;
        let conflict = defaults.any(|other| !same_value(first, other));
        let described = || {
            self.differing(sources.iter().map(|(index, input)| {
                let text = input.default.as_ref().map_or_else(|| "none".to_owned(), |value| to_text(value));
                (*index, text)
            }))
        };
        if conflict {
            let message = format!(
                "The {} \"{coordinate}\" has incompatible defaults across subgraphs: {}",
                codes.what,
                described()
            );
            let at = self.input_locations(sources);
            self.error(codes.default_mismatch, message, at);
            return None;
        }
        if sources.iter().any(|(_, input)| input.default.is_none()) {
            let message = format!(
                "The {} \"{coordinate}\" has a default in some subgraphs alone, so the supergraph has none: {}",
                codes.what,
                described()
            );
            self.hint(HintCode::InconsistentDefaultValuePresence, message);
            return None;
        }
        Some(first.clone())
    }

    pub(super) fn merge_input_object(&mut self, parent: &Name) {
        if self.out.types.get(parent).map(|ty| ty.kind) != Some(TypeKind::InputObject) {
            return;
        }
        let types = self.type_sources(parent);
        let names = Self::union_of_names(types.iter().flat_map(|(_, ty)| ty.inputs.keys()));
        for name in names {
            let coordinate = format!("{parent}.{name}");
            let sources: Vec<Source<'a, InputDef>> =
                types.iter().filter_map(|(index, ty)| Some((*index, ty.inputs.get(&name)?))).collect();
            let inaccessible =
                sources.iter().any(|(_, input)| find_applied(&input.directives, D::Inaccessible).is_some());
            let everywhere = sources.len() == types.len();
            if !everywhere && !inaccessible {
                let lacking: Vec<usize> = types
                    .iter()
                    .map(|(index, _)| *index)
                    .filter(|index| !sources.iter().any(|(source, _)| source == index))
                    .collect();
                self.drop_input_field(&coordinate, &sources, lacking);
                continue;
            }
            let Some((mut merged, same)) = self.merge_input(&coordinate, &sources, &INPUT_FIELD) else {
                continue;
            };
            if !(same && everywhere) {
                let mut join: Vec<Directive> = Vec::new();
                for (index, input) in &sources {
                    if let Some(subgraph) = self.subgraph(*index) {
                        let ty = input.ty.to_string();
                        join.push(
                            Apply::new("join__field")
                                .graph(&subgraph.graph)
                                .string_if("type", (!same).then_some(ty.as_str()))
                                .done(),
                        );
                    }
                }
                join.append(&mut merged.directives);
                merged.directives = join;
            }
            if let Some(ty) = self.out.types.get_mut(parent) {
                ty.inputs.insert(name, merged);
            }
        }
        if self.out.types.get(parent).is_some_and(|ty| ty.inputs.is_empty()) {
            let at: Vec<_> =
                types.iter().map(|(index, ty)| self.subgraph(*index)?.locate(ty.location)).collect();
            self.error(
                ErrorCode::EmptyMergedInputType,
                format!("No field of input object \"{parent}\" is in every subgraph that defines it, so nothing is left of it"),
                at,
            );
        }
    }

    fn drop_input_field(&mut self, coordinate: &str, sources: &[Source<'_, InputDef>], lacking: Vec<usize>) {
        let lacking = self.names(lacking);
        if sources.iter().any(|(_, input)| input.is_required()) {
            let required =
                self.names(sources.iter().filter(|(_, input)| input.is_required()).map(|(index, _)| *index));
            let at = self.input_locations(sources);
            self.error(
                ErrorCode::RequiredInputFieldMissingInSomeSubgraph,
                format!(
                    "Input field \"{coordinate}\" is required in {required}, and does not exist in {lacking}"
                ),
                at,
            );
        } else {
            self.hint(
                HintCode::InconsistentInputObjectField,
                format!("Input field \"{coordinate}\" is not in the supergraph, because it is missing in {lacking}"),
            );
        }
    }
}
