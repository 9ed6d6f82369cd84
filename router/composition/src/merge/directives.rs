//! Directives of the supergraph: how the applications in the subgraphs merge.
//!
//! The access-control directives narrow: every subgraph's demand has to be met, so `@requiresScopes`
//! and `@policy`, which are an OR of ANDs, merge into the OR of ANDs that means "all of them".

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::{Name, Node};
use indexmap::IndexSet;

use super::Merger;
use super::demands::Demand;
use crate::hint::HintCode;
use crate::links::{APOLLO_SPECS, FederationDirective as D, Version};
use crate::subgraph::model::{Applied, DirectiveRole, all_applied};
use crate::supergraph::{Apply, MergedDirective};
use crate::values::same_value;

/// The order in which the directives of one element are written.
const ORDER: [D; 9] = [
    D::Inaccessible,
    D::Authenticated,
    D::RequiresScopes,
    D::Policy,
    D::Cost,
    D::ListSize,
    D::Tag,
    D::Context,
    D::CacheTag,
];

impl Merger<'_> {
    /// The supergraph's header: join version, links, subgraphs.
    pub(super) fn header(&mut self) {
        let latest = self.subgraphs.iter().filter_map(|s| s.version).max();
        let join = match latest {
            Some(version) if version >= Version::new(2, 8) => Version::new(0, 5),
            Some(version) if version >= Version::new(2, 7) => Version::new(0, 4),
            _ => Version::new(0, 3),
        };
        self.errors.append(&mut self.composed.errors);
        self.out.join = Some(join);
        self.out.inaccessible = self.composed.names.get(&D::Inaccessible).cloned();
        self.out.graphs =
            self.subgraphs.iter().map(|s| (s.graph.clone(), s.name.clone(), s.url.clone())).collect();
        self.out.description = self
            .merge_description("The schema", self.subgraphs.iter().map(|s| s.schema_description.as_ref()));
        let mut directives = vec![
            Apply::new("link").string("url", &format!("{APOLLO_SPECS}link/v1.0")).done(),
            Apply::new("link")
                .string("url", &format!("{APOLLO_SPECS}join/{join}"))
                .value("for", Value::Enum(Name::new_unchecked("EXECUTION")))
                .done(),
        ];
        directives.append(&mut self.composed.links);
        let sources: Vec<(usize, &[Applied])> = self
            .subgraphs
            .iter()
            .enumerate()
            .map(|(index, s)| (index, s.schema_directives.as_slice()))
            .collect();
        directives.extend(self.merge_directives("the schema", &sources));
        self.out.schema_directives = directives;
    }

    /// A directive that only has the name of one of Federation's does nothing, which for one that guards
    /// a field is not what its author thinks.
    pub(super) fn hint_unlinked_directives(&mut self) {
        for subgraph in self.subgraphs {
            for directive in D::ALL {
                let name = directive.name();
                let linked = subgraph.directive_names.iter().any(|(_, linked)| linked == name);
                let composed = self.composed.customs.iter().any(|custom| custom.name == name);
                if !linked && !composed && subgraph.directive_definitions.contains_key(name) {
                    self.hint(
                        HintCode::DirectiveCompositionWarn,
                        format!("\"@{name}\" in subgraph \"{}\" is not the one of Federation, because the schema does not import it, and is not in the supergraph", subgraph.name),
                    );
                }
            }
        }
    }

    /// Definitions of what is composed, and of the executable directives that every subgraph knows.
    pub(super) fn directive_definitions(&mut self) {
        for (name, directive) in std::mem::take(&mut self.composed.definitions) {
            self.out.directives.insert(name, directive);
        }
        for custom in &self.composed.customs {
            self.out.directives.insert(
                custom.name.clone(),
                MergedDirective {
                    definition: custom.definition.clone(),
                    scalars: Vec::new(),
                    executable: None,
                },
            );
        }
        self.executable_directives();
    }

    /// The directives of one element, merged over its sources.
    pub(super) fn merge_directives(
        &mut self,
        element: &str,
        sources: &[(usize, &[Applied])],
    ) -> Vec<Directive> {
        let mut out = Vec::new();
        if sources.iter().all(|(_, directives)| directives.is_empty()) {
            return out;
        }
        for role in [DirectiveRole::Deprecated, DirectiveRole::SpecifiedBy] {
            let found: Vec<&Applied> = sources
                .iter()
                .filter_map(|(_, directives)| directives.iter().find(|a| a.role == role))
                .collect();
            out.extend(self.most_frequent(element, &found));
        }
        for directive in ORDER {
            let found: Vec<(usize, &Applied)> = sources
                .iter()
                .flat_map(|(index, all)| all_applied(all, directive).map(|a| (*index, a)))
                .collect();
            let Some(name) = self.composed.names.get(&directive).cloned() else {
                continue;
            };
            if !found.is_empty() {
                self.merge_federation_directive(element, directive, &name, &found, &mut out);
            }
        }
        for index in 0..self.composed.customs.len() {
            let Some(custom) = self.composed.customs.get(index) else {
                continue;
            };
            let found: Vec<&Applied> = sources
                .iter()
                .flat_map(|(_, all)| all.iter())
                .filter(|a| a.role == DirectiveRole::Custom && a.node.name == custom.name.as_str())
                .collect();
            if custom.repeatable {
                push_distinct(&mut out, found.iter().map(|a| a.node.as_ref().clone()));
            } else {
                let merged = self.most_frequent(element, &found);
                out.extend(merged);
            }
        }
        out
    }

    fn merge_federation_directive(
        &mut self,
        element: &str,
        directive: D,
        name: &str,
        found: &[(usize, &Applied)],
        out: &mut Vec<Directive>,
    ) {
        let renamed = |applied: &Applied| Directive {
            name: Name::new_unchecked(name),
            arguments: applied.node.arguments.clone(),
        };
        let differ = found
            .windows(2)
            .any(|pair| matches!(pair, [(_, a), (_, b)] if !same_arguments(&a.node, &b.node)));
        if differ && matches!(directive, D::Cost | D::ListSize) {
            self.hint_merged_arguments(element, name);
        }
        match directive {
            D::RequiresScopes => self.merge_access(element, name, "scopes", found, out),
            D::Policy => self.merge_access(element, name, "policies", found, out),
            D::Cost => {
                let weight = found
                    .iter()
                    .filter_map(|(_, applied)| applied.argument("weight"))
                    .max_by_key(|value| value.to_i32());
                if let Some(weight) = weight {
                    out.push(Apply::new(name).value("weight", (**weight).clone()).done());
                }
            }
            D::ListSize => out.push(merge_list_size(name, found)),
            D::Context => {
                for (index, applied) in found {
                    let context = applied.argument("name").and_then(|value| value.as_str());
                    if let Some(context) = context {
                        let qualified = format!("{}__{context}", self.subgraph_name(*index));
                        out.push(Apply::new(name).string("name", &qualified).done());
                    }
                }
            }
            D::Tag | D::CacheTag => {
                let start = out.len();
                let mut tags = Vec::new();
                push_distinct(&mut tags, found.iter().map(|(_, applied)| renamed(applied)));
                out.splice(start.., tags);
            }
            _ => out.push(Apply::new(name).done()),
        }
    }

    /// The demand that all subgraphs' demands are met.
    fn merge_access(
        &mut self,
        element: &str,
        name: &str,
        argument: &str,
        found: &[(usize, &Applied)],
        out: &mut Vec<Directive>,
    ) {
        let demands: Vec<Demand> = found
            .iter()
            .filter_map(|(_, applied)| applied.argument(argument))
            .map(|value| Demand::read(value))
            .collect();
        if demands.windows(2).any(|pair| matches!(pair, [a, b] if a != b)) {
            self.hint_merged_arguments(element, name);
        }
        let all = demands.iter().fold(Demand::default(), |all, demand| all.and(demand));
        out.push(Apply::new(name).value(argument, all.to_value()).done());
    }

    fn hint_merged_arguments(&mut self, element: &str, name: &str) {
        self.hint(
            HintCode::MergedNonRepeatableDirectiveArguments,
            format!("@{name} on {element} has different arguments in the subgraphs, which are merged"),
        );
    }

    /// One application of a directive that cannot repeat: what most sources say, of equals the first.
    fn most_frequent(&mut self, element: &str, found: &[&Applied]) -> Option<Directive> {
        let mut counts: Vec<(&Applied, usize)> = Vec::new();
        for applied in found {
            match counts.iter_mut().find(|(known, _)| same_arguments(&known.node, &applied.node)) {
                Some((_, count)) => *count += 1,
                None => counts.push((applied, 1)),
            }
        }
        if counts.len() > 1
            && let Some((first, _)) = counts.first()
        {
            self.hint(
                HintCode::InconsistentNonRepeatableDirectiveArguments,
                format!(
                    "@{} on {element} has different arguments in the subgraphs; the most frequent are used",
                    first.node.name
                ),
            );
        }
        let most = counts.iter().map(|(_, count)| *count).max()?;
        counts.into_iter().find(|(_, count)| *count == most).map(|(applied, _)| applied.node.as_ref().clone())
    }
}

fn same_arguments(a: &Directive, b: &Directive) -> bool {
    a.arguments.len() == b.arguments.len()
        && a.arguments.iter().all(|argument| {
            b.specified_argument_by_name(&argument.name)
                .is_some_and(|other| same_value(&argument.value, other))
        })
}

fn push_distinct(out: &mut Vec<Directive>, found: impl Iterator<Item = Directive>) {
    for directive in found {
        let known = out.iter().any(|other| other.name == directive.name && same_arguments(other, &directive));
        if !known {
            out.push(directive);
        }
    }
}

fn merge_list_size(name: &str, found: &[(usize, &Applied)]) -> Directive {
    let mut apply = Apply::new(name);
    let values = |argument: &'static str| {
        found
            .iter()
            .filter_map(move |(_, applied)| applied.argument(argument))
            .filter(|value| !value.is_null())
    };
    if let Some(size) = values("assumedSize").max_by_key(|value| value.to_i32()) {
        apply = apply.value("assumedSize", (**size).clone());
    }
    for argument in ["slicingArguments", "sizedFields"] {
        let mut seen = false;
        let mut names: IndexSet<&Node<Value>> = IndexSet::new();
        for value in values(argument) {
            seen = true;
            names.extend(value.as_list().unwrap_or_default());
        }
        if seen {
            let names = names.into_iter().cloned().collect();
            apply = apply.value(argument, Value::List(names));
        }
    }
    let one: Vec<bool> = values("requireOneSlicingArgument").filter_map(|value| value.to_bool()).collect();
    if !one.is_empty() {
        apply = apply.value("requireOneSlicingArgument", Value::Boolean(one.into_iter().all(|set| set)));
    }
    apply.done()
}
