//! Directives that reach the supergraph: which, under which name, and how applications merge.
//!
//! The access-control directives narrow: every subgraph's demand has to be met, so `@requiresScopes`
//! and `@policy`, which are an OR of ANDs, merge into the OR of ANDs that means "all of them".

use std::collections::HashMap;

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::{Name, Node};
use indexmap::IndexSet;

use super::Merger;
use super::supergraph::{Apply, MergedDirective};
use super::values::same_value;
use crate::error::{CompositionError, ErrorCode};
use crate::hint::HintCode;
use crate::links::{APOLLO_SPECS, FederationDirective as D, Version};
use crate::subgraph::SubgraphModel;
use crate::subgraph::model::{Applied, DirectiveRole, all_applied, find_applied};

/// A spec that is linked in the supergraph when one of its directives is applied in a subgraph.
struct Spec {
    name: &'static str,
    version: &'static str,
    secures: bool,
    directives: &'static [D],
}

const SPECS: [Spec; 8] = [
    Spec { name: "tag", version: "v0.3", secures: false, directives: &[D::Tag] },
    Spec { name: "inaccessible", version: "v0.2", secures: true, directives: &[D::Inaccessible] },
    Spec { name: "authenticated", version: "v0.1", secures: true, directives: &[D::Authenticated] },
    Spec { name: "requiresScopes", version: "v0.1", secures: true, directives: &[D::RequiresScopes] },
    Spec { name: "policy", version: "v0.1", secures: true, directives: &[D::Policy] },
    Spec { name: "cost", version: "v0.1", secures: false, directives: &[D::Cost, D::ListSize] },
    Spec { name: "context", version: "v0.1", secures: true, directives: &[D::Context, D::FromContext] },
    Spec { name: "cacheTag", version: "v0.1", secures: false, directives: &[D::CacheTag] },
];

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

/// A directive brought by `@composeDirective`.
struct CustomDirective {
    name: String,
    repeatable: bool,
    definition: String,
}

/// What is composed, decided before anything is merged.
#[derive(Default)]
pub(super) struct Composed {
    /// The supergraph's name of each federation directive in use.
    names: HashMap<D, String>,
    customs: Vec<CustomDirective>,
    links: Vec<Directive>,
    definitions: Vec<(String, MergedDirective)>,
    errors: Vec<CompositionError>,
}

impl Composed {
    pub(super) fn collect(subgraphs: &[SubgraphModel]) -> Self {
        let mut composed = Self::default();
        for spec in &SPECS {
            composed.add_spec(spec, subgraphs);
        }
        composed.add_customs(subgraphs);
        composed
    }

    fn add_spec(&mut self, spec: &Spec, subgraphs: &[SubgraphModel]) {
        let mut imports = Vec::new();
        let mut used = false;
        for directive in spec.directives {
            let users: Vec<&SubgraphModel> =
                subgraphs.iter().filter(|subgraph| applies(subgraph, *directive)).collect();
            let Some(first) = users.first() else {
                continue;
            };
            used = true;
            // `@fromContext` lives on arguments that the supergraph does not have.
            if *directive == D::FromContext {
                continue;
            }
            let name = first.directive_name(*directive).to_owned();
            if let Some(other) = users.iter().find(|subgraph| subgraph.directive_name(*directive) != name) {
                self.errors.push(CompositionError::new(
                    ErrorCode::LinkImportNameMismatch,
                    format!(
                        "The directive \"@{}\" has to have one name in all subgraphs: it is \"@{name}\" in subgraph \"{}\" and \"@{}\" in subgraph \"{}\"",
                        directive.name(),
                        first.name,
                        other.directive_name(*directive),
                        other.name
                    ),
                ));
            }
            if name != directive.name() {
                imports.push(Value::Object(vec![
                    (Name::new_unchecked("name"), Node::new(Value::String(format!("@{}", directive.name())))),
                    (Name::new_unchecked("as"), Node::new(Value::String(format!("@{name}")))),
                ]));
            } else if directive.name() != spec.name {
                imports.push(Value::String(format!("@{name}")));
            }
            self.names.insert(*directive, name.clone());
            let version = Version::new(2, 14);
            let scalar = |scalar: &str| format!("{}__{scalar}", spec.name);
            self.definitions.push((
                name.clone(),
                MergedDirective {
                    definition: directive.definition(&name, version, &scalar),
                    scalars: match directive {
                        D::RequiresScopes => vec![scalar("Scope")],
                        D::Policy => vec![scalar("Policy")],
                        _ => Vec::new(),
                    },
                },
            ));
        }
        if !used {
            return;
        }
        if spec.name == "context" {
            let scalar = |scalar: &str| format!("context__{scalar}");
            self.definitions.push((
                "context__fromContext".to_owned(),
                MergedDirective {
                    definition: D::FromContext.definition(
                        "context__fromContext",
                        Version::new(2, 8),
                        &scalar,
                    ),
                    scalars: vec![scalar("ContextFieldValue")],
                },
            ));
        }
        let url = format!("{APOLLO_SPECS}{}/{}", spec.name, spec.version);
        let mut link = Apply::new("link").string("url", &url);
        if spec.secures {
            link = link.value("for", Value::Enum(Name::new_unchecked("SECURITY")));
        }
        if !imports.is_empty() {
            let imports = imports.into_iter().map(Node::new).collect();
            link = link.value("import", Value::List(imports));
        }
        self.links.push(link.done());
    }

    /// Reads `@composeDirective`: the directive has to come from a linked spec, since that is what
    /// tells two subgraphs that they mean the same one.
    fn add_customs(&mut self, subgraphs: &[SubgraphModel]) {
        struct Found {
            url: crate::links::LinkUrl,
            elements: IndexSet<(String, String)>,
        }
        let mut found: Vec<Found> = Vec::new();
        for subgraph in subgraphs {
            for applied in all_applied(&subgraph.schema_directives, D::ComposeDirective) {
                let at = subgraph.locate(applied.node.location());
                let mut fail = |message: String| {
                    self.errors.push(
                        CompositionError::new(
                            ErrorCode::DirectiveCompositionError,
                            format!("[{}] {message}", subgraph.name),
                        )
                        .at(at.clone()),
                    );
                };
                let Some(name) = applied.argument("name").and_then(|value| value.as_str()) else {
                    fail("@composeDirective needs the `name` of a directive".to_owned());
                    continue;
                };
                let Some(name) = name.strip_prefix('@') else {
                    fail(format!(
                        "@composeDirective(name: \"{name}\"): the name of a directive begins with \"@\""
                    ));
                    continue;
                };
                let Some(definition) = subgraph.directive_definitions.get(name) else {
                    fail(format!("@composeDirective names \"@{name}\", which is not defined"));
                    continue;
                };
                let Some((link, element)) =
                    subgraph.links.iter().find_map(|link| Some((link, link.element_of(name)?)))
                else {
                    fail(format!(
                        "@composeDirective names \"@{name}\", which belongs to no spec that the schema links"
                    ));
                    continue;
                };
                if link.url.apollo_spec().is_some() {
                    fail(format!(
                        "@composeDirective names \"@{name}\" of {}, which is composed by its own rules or not at all",
                        link.url
                    ));
                    continue;
                }
                if !self.customs.iter().any(|custom| custom.name == name) {
                    self.customs.push(CustomDirective {
                        name: name.to_owned(),
                        repeatable: definition.repeatable,
                        definition: crate::print::directive_definition(definition),
                    });
                }
                let pair = (element, name.to_owned());
                match found.iter_mut().find(|f| f.url.identity == link.url.identity) {
                    Some(known) => {
                        if known.url.version.map(|v| v.major) != link.url.version.map(|v| v.major) {
                            self.errors.push(CompositionError::new(
                                ErrorCode::DirectiveCompositionError,
                                format!(
                                    "Subgraphs compose \"@{name}\" of {} and of {}, whose major versions differ",
                                    known.url, link.url
                                ),
                            ));
                        }
                        known.url.version = known.url.version.max(link.url.version);
                        known.elements.insert(pair);
                    }
                    None => found.push(Found { url: link.url.clone(), elements: [pair].into() }),
                }
            }
        }
        for found in found {
            let imports = found
                .elements
                .iter()
                .map(|(element, name)| {
                    Node::new(if element == name {
                        Value::String(format!("@{name}"))
                    } else {
                        Value::Object(vec![
                            (Name::new_unchecked("name"), Node::new(Value::String(format!("@{element}")))),
                            (Name::new_unchecked("as"), Node::new(Value::String(format!("@{name}")))),
                        ])
                    })
                })
                .collect();
            self.links.push(
                Apply::new("link")
                    .string("url", &found.url.to_string())
                    .value("import", Value::List(imports))
                    .done(),
            );
        }
    }
}

/// Whether the subgraph applies the directive to anything.
fn applies(subgraph: &SubgraphModel, directive: D) -> bool {
    let any = |directives: &[Applied]| find_applied(directives, directive).is_some();
    any(&subgraph.schema_directives)
        || subgraph.types.values().any(|ty| {
            any(&ty.directives)
                || ty.fields.values().any(|field| {
                    any(&field.directives) || field.arguments.values().any(|a| any(&a.directives))
                })
                || ty.inputs.values().any(|input| any(&input.directives))
                || ty.values.values().any(|value| any(&value.directives))
        })
}

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

    /// Definitions of what is composed, and of the executable directives that every subgraph knows.
    pub(super) fn directive_definitions(&mut self) {
        for (name, directive) in std::mem::take(&mut self.composed.definitions) {
            self.out.directives.insert(name, directive);
        }
        for custom in &self.composed.customs {
            self.out.directives.insert(
                custom.name.clone(),
                MergedDirective { definition: custom.definition.clone(), scalars: Vec::new() },
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

    /// The demand that all subgraphs' demands are met, as an OR of ANDs without redundant terms.
    fn merge_access(
        &mut self,
        element: &str,
        name: &str,
        argument: &str,
        found: &[(usize, &Applied)],
        out: &mut Vec<Directive>,
    ) {
        let mut demands: Vec<Vec<IndexSet<String>>> = Vec::new();
        for (_, applied) in found {
            let Some(value) = applied.argument(argument) else {
                continue;
            };
            let demand = any_of_all(value);
            if !demands.contains(&demand) {
                demands.push(demand);
            }
        }
        if demands.len() > 1 {
            self.hint(
                HintCode::MergedNonRepeatableDirectiveArguments,
                format!("@{name} on {element} differs between subgraphs; the supergraph demands what all of them demand"),
            );
        }
        let mut merged: Vec<IndexSet<String>> = vec![IndexSet::new()];
        for demand in demands {
            let mut product = Vec::new();
            for term in &merged {
                for other in &demand {
                    let mut all: Vec<String> = term.union(other).cloned().collect();
                    all.sort();
                    product.push(all.into_iter().collect());
                }
            }
            merged = without_redundant(product);
        }
        let lists = merged
            .into_iter()
            .map(|term| {
                let names = term.into_iter().map(|n| Node::new(Value::String(n))).collect();
                Node::new(Value::List(names))
            })
            .collect();
        out.push(Apply::new(name).value(argument, Value::List(lists)).done());
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

/// `[["a", "b"], ["c"]]` as sets, sorted.
fn any_of_all(value: &Value) -> Vec<IndexSet<String>> {
    let mut terms = Vec::new();
    for term in value.as_list().unwrap_or_default() {
        let mut names: Vec<String> = term
            .as_list()
            .unwrap_or_default()
            .iter()
            .filter_map(|name| name.as_str())
            .map(str::to_owned)
            .collect();
        names.sort();
        terms.push(names.into_iter().collect());
    }
    without_redundant(terms)
}

/// Without the terms that demand more than another does; shorter terms first.
fn without_redundant(mut terms: Vec<IndexSet<String>>) -> Vec<IndexSet<String>> {
    terms.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.iter().cmp(b.iter())));
    let mut kept: Vec<IndexSet<String>> = Vec::new();
    for term in terms {
        if !kept.iter().any(|smaller| smaller.is_subset(&term)) {
            kept.push(term);
        }
    }
    kept
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
