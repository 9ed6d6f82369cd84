//! Fields of objects and interfaces: type, arguments, sharing, overriding, and `join__field`.

use apollo_compiler::ast::{Directive, Type, Value};
use apollo_compiler::{Name, Node};
use indexmap::IndexMap;

use super::externals::Resolved;
use super::overrides::{Overrides, Role};
use super::{Merger, Source};
use crate::error::{ErrorCode, Location};
use crate::hint::HintCode;
use crate::links::FederationDirective as D;
use crate::subgraph::context::ContextValue;
use crate::subgraph::model::{FieldDef, InputDef, TypeDef, TypeKind, find_applied};
use crate::supergraph::{Apply, MergedField, MergedInput};

impl<'a> Merger<'a> {
    pub(super) fn merge_fields(&mut self, parent: &Name, types: &[Source<'a, TypeDef>]) {
        let names = Self::union_of_names(types.iter().flat_map(|(_, ty)| ty.fields.keys()));
        let is_entity = types.iter().any(|(_, ty)| !ty.keys.is_empty());
        let is_root = matches!(parent.as_str(), "Query" | "Mutation" | "Subscription");
        for name in names {
            let sources: Vec<Source<'a, FieldDef>> =
                types.iter().filter_map(|(index, ty)| Some((*index, ty.fields.get(&name)?))).collect();
            if !is_entity && !is_root {
                self.hint_value_type_field(parent, &name, types, &sources);
            }
            let overrides = self.overrides(parent, &name, &sources);
            let merged = self.merge_field(parent, &name, types, &sources, &overrides);
            if let (Some(field), Some(ty)) = (merged, self.out.types.get_mut(parent)) {
                ty.fields.insert(name.clone(), field);
            }
            self.check_sharing(parent, &name, &sources, &overrides);
        }
    }

    pub(super) fn field_locations(&self, sources: &[Source<'_, FieldDef>]) -> Vec<Option<Location>> {
        sources.iter().map(|(index, field)| self.subgraph(*index)?.locate(field.location)).collect()
    }

    fn hint_value_type_field(
        &mut self,
        parent: &Name,
        name: &Name,
        types: &[Source<'_, TypeDef>],
        sources: &[Source<'_, FieldDef>],
    ) {
        let missing: Vec<usize> = types
            .iter()
            .filter(|(_, ty)| ty.fields.values().any(|field| !field.external))
            .map(|(index, _)| *index)
            .filter(|index| !sources.iter().any(|(source, _)| source == index))
            .collect();
        if missing.is_empty() {
            return;
        }
        let interface = types.iter().any(|(_, ty)| ty.kind == TypeKind::Interface);
        let (code, what) = if interface {
            (HintCode::InconsistentInterfaceValueTypeField, "interface")
        } else {
            (HintCode::InconsistentObjectValueTypeField, "value type")
        };
        let missing = self.names(missing);
        self.hint(
            code,
            format!("Field \"{parent}.{name}\" of the {what} \"{parent}\" is missing in {missing}"),
        );
    }

    fn merge_field(
        &mut self,
        parent: &Name,
        name: &Name,
        types: &[Source<'a, TypeDef>],
        sources: &[Source<'a, FieldDef>],
        overrides: &Overrides,
    ) -> Option<MergedField> {
        let coordinate = format!("{parent}.{name}");
        self.check_external_directives(&coordinate, sources);
        let mut resolved: Vec<Source<'a, FieldDef>> =
            sources.iter().filter(|(_, field)| !field.external).copied().collect();
        if resolved.is_empty() {
            let graphs = 0..self.subgraphs.len();
            if graphs.into_iter().all(|subgraph| self.abstracted(parent, name, subgraph).is_none()) {
                self.external_everywhere(&coordinate, sources);
                return None;
            }
            // An interface object resolves it; the external declarations are all there is to read.
            resolved = sources.to_vec();
        }
        let description = self.merge_description(
            &format!("Field \"{coordinate}\""),
            resolved.iter().map(|(_, field)| field.description.as_ref()),
        );
        let arguments = self.merge_arguments(&coordinate, &resolved);
        let (ty, same) = self.field_type(&coordinate, &resolved)?;
        let merged = Resolved { ty: &ty, same, arguments: &arguments };
        let agree = self.check_externals(&coordinate, sources, &merged);
        let mut directives = self.join_fields(parent, types, sources, overrides, same && agree);
        directives.extend(self.merge_directives(
            &format!("field \"{coordinate}\""),
            &resolved.iter().map(|(index, field)| (*index, field.directives.as_slice())).collect::<Vec<_>>(),
        ));
        Some(MergedField { description, ty, arguments, directives })
    }

    fn external_everywhere(&mut self, coordinate: &str, sources: &[Source<'_, FieldDef>]) {
        let named = self.names(sources.iter().map(|(index, _)| *index));
        let at = self.field_locations(sources);
        self.error(
            ErrorCode::ExternalMissingOnBase,
            format!("Field \"{coordinate}\" is @external wherever it is declared ({named}), so no subgraph resolves it"),
            at,
        );
    }

    fn field_type(&mut self, coordinate: &str, sources: &[Source<'_, FieldDef>]) -> Option<(Type, bool)> {
        let merged = self.merge_output_type(sources.iter().map(|(_, field)| &field.ty));
        let described = self.differing(sources.iter().map(|(index, field)| (*index, field.ty.to_string())));
        match merged {
            None => {
                let at = self.field_locations(sources);
                self.error(
                    ErrorCode::FieldTypeMismatch,
                    format!(
                        "Type of field \"{coordinate}\" is incompatible across subgraphs: it is {described}"
                    ),
                    at,
                );
                None
            }
            Some((ty, same)) => {
                if !same {
                    self.hint(
                        HintCode::InconsistentButCompatibleFieldType,
                        format!("Type of field \"{coordinate}\" differs: it is {described}; the supergraph has \"{ty}\""),
                    );
                }
                Some((ty, same))
            }
        }
    }

    fn merge_arguments(
        &mut self,
        coordinate: &str,
        fields: &[Source<'a, FieldDef>],
    ) -> IndexMap<Name, MergedInput> {
        let names = Self::union_of_names(fields.iter().flat_map(|(_, field)| field.arguments.keys()));
        let mut out = IndexMap::new();
        for name in names {
            let at = format!("{coordinate}({name}:)");
            let sources: Vec<Source<'a, InputDef>> = fields
                .iter()
                .filter_map(|(index, field)| Some((*index, field.arguments.get(&name)?)))
                .collect();
            if self.is_contextual(&at, fields, &sources) {
                continue;
            }
            if sources.len() < fields.len() {
                self.missing_argument(&at, fields, &sources);
                continue;
            }
            if let Some(argument) = self.merge_input(&at, &sources, &ARGUMENT) {
                out.insert(name, argument.0);
            }
        }
        out
    }

    /// The argument is filled by the router in every subgraph that has it, and so is no argument of
    /// the supergraph's field.
    fn is_contextual(
        &mut self,
        at: &str,
        fields: &[Source<'_, FieldDef>],
        sources: &[Source<'_, InputDef>],
    ) -> bool {
        let contextual = |input: &InputDef| find_applied(&input.directives, D::FromContext).is_some();
        if !sources.iter().any(|(_, input)| contextual(input)) {
            return false;
        }
        let plain: Vec<&Source<'_, InputDef>> =
            sources.iter().filter(|(_, input)| !contextual(input)).collect();
        let named = self.names(plain.iter().map(|(index, _)| *index));
        if plain.iter().any(|(_, input)| input.is_required()) {
            let locations = self.field_locations(fields);
            self.error(
                ErrorCode::ContextualArgumentNotContextualInAllSubgraphs,
                format!("Argument \"{at}\" is filled by @fromContext in one subgraph, but has to be given in {named}"),
                locations,
            );
        } else if !plain.is_empty() {
            self.hint(
                HintCode::ContextualArgumentNotContextualInAllSubgraphs,
                format!("Argument \"{at}\" is not in the supergraph, because a subgraph fills it by @fromContext, though {named} would take it"),
            );
        }
        true
    }

    fn missing_argument(
        &mut self,
        at: &str,
        fields: &[Source<'_, FieldDef>],
        sources: &[Source<'_, InputDef>],
    ) {
        let has: Vec<usize> = sources.iter().map(|(index, _)| *index).collect();
        let lacks: Vec<usize> =
            fields.iter().map(|(index, _)| *index).filter(|index| !has.contains(index)).collect();
        let (has, lacks) = (self.names(has), self.names(lacks));
        if sources.iter().any(|(_, input)| input.is_required()) {
            let locations: Vec<_> =
                sources.iter().map(|(index, input)| self.subgraph(*index)?.locate(input.location)).collect();
            self.error(
                ErrorCode::RequiredArgumentMissingInSomeSubgraph,
                format!("Argument \"{at}\" is required in {has}, and does not exist in {lacks}"),
                locations,
            );
        } else {
            self.hint(
                HintCode::InconsistentArgumentPresence,
                format!("Optional argument \"{at}\" is not in the supergraph, because it is in {has} but not in {lacks}"),
            );
        }
    }

    fn join_fields(
        &self,
        parent: &Name,
        types: &[Source<'_, TypeDef>],
        sources: &[Source<'a, FieldDef>],
        overrides: &Overrides,
        same: bool,
    ) -> Vec<Directive> {
        let everywhere = self.subgraphs.iter().enumerate().all(|(index, _)| {
            let has_field =
                sources.iter().any(|(source, _)| *source == index) && overrides.role(index) != Role::Replaced;
            let has_type = parent == "Query" || types.iter().any(|(source, _)| *source == index);
            has_field || !has_type
        });
        let plain = sources.iter().all(|(index, field)| {
            overrides.role(*index) == Role::Plain
                && overrides.label(*index).is_none()
                && field.requires.is_none()
                && field.provides.is_none()
                && !field.external
                && !field.arguments.values().any(|a| find_applied(&a.directives, D::FromContext).is_some())
        });
        if everywhere && plain && same {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (index, field) in sources {
            let role = overrides.role(*index);
            let label = overrides.label(*index);
            if role == Role::Replaced && label.is_none() {
                continue;
            }
            let Some(subgraph) = self.subgraph(*index) else {
                continue;
            };
            let ty = field.ty.to_string();
            out.push(
                Apply::new("join__field")
                    .graph(&subgraph.graph)
                    .string_if("requires", field.requires.as_ref().map(|set| set.text.as_str()))
                    .string_if("provides", field.provides.as_ref().map(|set| set.text.as_str()))
                    .string_if("override", field.override_from.as_ref().map(|over| over.from.as_str()))
                    .string_if("type", (!same).then_some(ty.as_str()))
                    .flag_if("external", field.external)
                    .flag_if("usedOverridden", role == Role::ReplacedButUsed)
                    .string_if("overrideLabel", label)
                    .value_if("contextArguments", context_arguments(&subgraph.name, field))
                    .done(),
            );
        }
        out
    }

    /// Fields that only an interface object has become fields of every implementation. No subgraph
    /// resolves them on the object itself, so their `join__field` names none.
    pub(super) fn add_interface_object_fields(&mut self) {
        let interfaces: Vec<Name> = self
            .out
            .types
            .iter()
            .filter(|(_, ty)| ty.kind == TypeKind::Interface)
            .map(|(name, _)| name.clone())
            .collect();
        for interface in interfaces {
            let sources = self.type_sources(&interface);
            if !sources.iter().any(|(_, ty)| ty.interface_object) {
                continue;
            }
            let added: Vec<Name> = self
                .out
                .types
                .get(&interface)
                .map(|ty| ty.fields.keys().cloned().collect())
                .unwrap_or_default();
            let abstracted: Vec<Name> = added
                .into_iter()
                .filter(|field| {
                    sources.iter().any(|(_, ty)| {
                        ty.interface_object && ty.fields.get(field).is_some_and(|field| !field.external)
                    })
                })
                .collect();
            let implementations: Vec<Name> =
                self.out.possible_types(&interface).into_iter().cloned().collect();
            for implementation in implementations {
                for field in &abstracted {
                    self.copy_interface_field(&interface, &implementation, field);
                }
            }
        }
    }

    fn copy_interface_field(&mut self, interface: &Name, implementation: &Name, field: &Name) {
        let Some(source) = self.out.types.get(interface).and_then(|ty| ty.fields.get(field)) else {
            return;
        };
        let copy = MergedField {
            description: source.description.clone(),
            ty: source.ty.clone(),
            arguments: source
                .arguments
                .iter()
                .map(|(name, argument)| {
                    let argument = MergedInput {
                        description: argument.description.clone(),
                        ty: argument.ty.clone(),
                        default: argument.default.clone(),
                        directives: argument.directives.clone(),
                    };
                    (name.clone(), argument)
                })
                .collect(),
            directives: std::iter::once(Apply::new("join__field").done())
                .chain(
                    source
                        .directives
                        .iter()
                        .filter(|directive| !directive.name.starts_with("join__"))
                        .cloned(),
                )
                .collect(),
        };
        if let Some(target) = self.out.types.get_mut(implementation) {
            target.fields.entry(field.clone()).or_insert(copy);
        }
    }
}

/// What the router fills in for the arguments with `@fromContext`: `$name { selection }` becomes the
/// name qualified by its subgraph, and the selection.
fn context_arguments(subgraph: &str, field: &FieldDef) -> Option<Value> {
    let mut list = Vec::new();
    for argument in field.arguments.values() {
        let Some(applied) = find_applied(&argument.directives, D::FromContext) else {
            continue;
        };
        let Some(context) = applied.argument("field").and_then(|v| v.as_str()).and_then(ContextValue::parse)
        else {
            continue;
        };
        let entry = |name: &str, value: String| (Name::new_unchecked(name), Node::new(Value::String(value)));
        list.push(Node::new(Value::Object(vec![
            entry("context", format!("{subgraph}__{}", context.name)),
            entry("name", argument.name.to_string()),
            entry("type", argument.ty.to_string()),
            entry("selection", context.selection.to_owned()),
        ])));
    }
    (!list.is_empty()).then_some(Value::List(list))
}

/// How the errors about an argument or an input field are called.
pub(super) struct InputCodes {
    pub what: &'static str,
    pub type_mismatch: ErrorCode,
    pub default_mismatch: ErrorCode,
    pub compatible: HintCode,
}

pub(super) const ARGUMENT: InputCodes = InputCodes {
    what: "argument",
    type_mismatch: ErrorCode::FieldArgumentTypeMismatch,
    default_mismatch: ErrorCode::FieldArgumentDefaultMismatch,
    compatible: HintCode::InconsistentButCompatibleArgumentType,
};
