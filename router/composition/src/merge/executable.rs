//! Executable directives: a client may use those that every subgraph defines, where all allow it.

use apollo_compiler::Node;
use apollo_compiler::ast::{DirectiveDefinition, DirectiveLocation as L, InputValueDefinition};

use super::Merger;
use super::fields::ARGUMENT;
use crate::error::ErrorCode;
use crate::hint::HintCode;
use crate::subgraph::model::InputDef;
use crate::supergraph::MergedDirective;

const EXECUTABLE: [L; 8] = [
    L::Query,
    L::Mutation,
    L::Subscription,
    L::Field,
    L::FragmentDefinition,
    L::FragmentSpread,
    L::InlineFragment,
    L::VariableDefinition,
];

const BUILT_IN: [&str; 5] = ["skip", "include", "deprecated", "specifiedBy", "oneOf"];

impl Merger<'_> {
    pub(super) fn executable_directives(&mut self) {
        let mut names: Vec<_> = self
            .subgraphs
            .iter()
            .flat_map(|subgraph| subgraph.directive_definitions.values())
            .filter(|definition| {
                !BUILT_IN.contains(&definition.name.as_str())
                    && definition.locations.iter().any(|l| EXECUTABLE.contains(l))
            })
            .map(|definition| definition.name.clone())
            .collect();
        names.sort();
        names.dedup();
        for name in names {
            if self.out.directives.contains_key(name.as_str()) {
                continue;
            }
            let definitions: Vec<&Node<DirectiveDefinition>> = self
                .subgraphs
                .iter()
                .filter_map(|subgraph| subgraph.directive_definitions.get(&name))
                .collect();
            if definitions.len() < self.subgraphs.len() {
                self.hint(
                    HintCode::InconsistentExecutableDirectivePresence,
                    format!("Executable directive \"@{name}\" is not in the supergraph, because not every subgraph defines it"),
                );
                continue;
            }
            self.merge_executable(&name, &definitions);
        }
    }

    fn merge_executable(&mut self, name: &str, definitions: &[&Node<DirectiveDefinition>]) {
        let Some((first, rest)) = definitions.split_first() else {
            return;
        };
        let mut merged = (***first).clone();
        merged.locations.retain(|location| {
            EXECUTABLE.contains(location) && rest.iter().all(|d| d.locations.contains(location))
        });
        if merged.locations.is_empty() {
            self.hint(
                HintCode::NoExecutableDirectiveIntersection,
                format!("Executable directive \"@{name}\" is not in the supergraph, because the subgraphs agree on no location of it"),
            );
            return;
        }
        if definitions.iter().any(|definition| {
            let executable = definition.locations.iter().filter(|l| EXECUTABLE.contains(l));
            executable.count() > merged.locations.len()
        }) {
            self.hint(
                HintCode::InconsistentExecutableDirectiveLocations,
                format!("Executable directive \"@{name}\" has different locations in the subgraphs; the supergraph has the common ones"),
            );
        }
        merged.repeatable = definitions.iter().all(|definition| definition.repeatable);
        if definitions.iter().any(|definition| definition.repeatable) && !merged.repeatable {
            self.hint(
                HintCode::InconsistentExecutableDirectiveRepeatable,
                format!("Executable directive \"@{name}\" is not repeatable in all subgraphs, and so not in the supergraph"),
            );
        }
        merged.arguments = self.executable_arguments(name, definitions);
        self.out.directives.insert(
            name.to_owned(),
            MergedDirective {
                definition: crate::print::directive_definition(&merged),
                scalars: Vec::new(),
                executable: Some(merged),
            },
        );
    }

    /// By the rules for arguments of fields.
    fn executable_arguments(
        &mut self,
        name: &str,
        definitions: &[&Node<DirectiveDefinition>],
    ) -> Vec<Node<InputValueDefinition>> {
        let names = Self::union_of_names(
            definitions
                .iter()
                .flat_map(|definition| definition.arguments.iter().map(|argument| &argument.name)),
        );
        let mut out = Vec::new();
        for argument in names {
            let coordinate = format!("@{name}({argument}:)");
            let declared: Vec<InputDef> = definitions
                .iter()
                .filter_map(|definition| definition.argument_by_name(&argument))
                .map(|declared| InputDef {
                    name: declared.name.clone(),
                    description: declared.description.clone(),
                    ty: (*declared.ty).clone(),
                    default: declared.default_value.clone(),
                    directives: Vec::new(),
                    location: declared.location(),
                })
                .collect();
            let sources: Vec<(usize, &InputDef)> = declared.iter().enumerate().collect();
            if sources.len() < definitions.len() {
                self.missing_directive_argument(&coordinate, &declared);
                continue;
            }
            if let Some((merged, _)) = self.merge_input(&coordinate, &sources, &ARGUMENT) {
                out.push(Node::new(InputValueDefinition {
                    description: merged.description,
                    name: argument,
                    ty: Node::new(merged.ty),
                    default_value: merged.default,
                    directives: Default::default(),
                }));
            }
        }
        out
    }

    fn missing_directive_argument(&mut self, coordinate: &str, declared: &[InputDef]) {
        if declared.iter().any(InputDef::is_required) {
            self.error(
                ErrorCode::RequiredArgumentMissingInSomeSubgraph,
                format!(
                    "Argument \"{coordinate}\" is required in some subgraph, and does not exist in another"
                ),
                [],
            );
        } else {
            self.hint(
                HintCode::InconsistentArgumentPresence,
                format!("Optional argument \"{coordinate}\" is not in the supergraph, because some subgraph does not have it"),
            );
        }
    }
}
