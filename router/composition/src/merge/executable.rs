//! Executable directives: a client may use those that every subgraph defines, where all allow it.

use apollo_compiler::Node;
use apollo_compiler::ast::{DirectiveDefinition, DirectiveLocation as L};

use super::Merger;
use super::supergraph::MergedDirective;
use crate::hint::HintCode;

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
                HintCode::InconsistentExecutableDirectiveLocations,
                format!("Executable directive \"@{name}\" is not in the supergraph, because the subgraphs agree on no location of it"),
            );
            return;
        }
        merged.repeatable = definitions.iter().all(|definition| definition.repeatable);
        merged.arguments.retain(|argument| {
            rest.iter().all(|definition| {
                definition.argument_by_name(&argument.name).is_some_and(|other| other.ty == argument.ty)
            })
        });
        self.out.directives.insert(
            name.to_owned(),
            MergedDirective { definition: crate::print::directive_definition(&merged), scalars: Vec::new() },
        );
    }
}
