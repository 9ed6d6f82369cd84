//! Which directives are composed, decided before anything is merged: the specs of Federation whose
//! directives some subgraph applies, and what `@composeDirective` names.

use std::collections::HashMap;

use apollo_compiler::ast::{Directive, DirectiveDefinition, Value};
use apollo_compiler::{Name, Node};
use indexmap::IndexSet;

use super::access::AccessNames;
use crate::error::{CompositionError, ErrorCode};
use crate::links::{APOLLO_SPECS, FEDERATION_LATEST, FederationDirective as D, Link, LinkUrl, Version};
use crate::subgraph::SubgraphModel;
use crate::subgraph::model::{Applied, all_applied, find_applied};
use crate::supergraph::{Apply, MergedDirective};

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

/// A directive brought by `@composeDirective`.
pub(super) struct CustomDirective {
    pub name: String,
    pub repeatable: bool,
    pub definition: String,
    /// Of the spec that the definition is taken from: the latest that any subgraph links.
    version: Option<Version>,
}

/// What is composed, decided before anything is merged.
#[derive(Default)]
pub(super) struct Composed {
    /// The supergraph's name of each federation directive in use.
    pub names: HashMap<D, String>,
    pub customs: Vec<CustomDirective>,
    pub links: Vec<Directive>,
    pub definitions: Vec<(String, MergedDirective)>,
    pub errors: Vec<CompositionError>,
}

/// A spec from outside Federation, with the elements of it that are composed: `(element, name)`.
struct CustomSpec {
    url: LinkUrl,
    elements: IndexSet<(String, String)>,
}

impl Composed {
    pub(super) fn collect(subgraphs: &[SubgraphModel]) -> Self {
        let mut composed = Self::default();
        for spec in &SPECS {
            composed.add_spec(spec, subgraphs);
        }
        composed.add_customs(subgraphs);
        composed.check_names();
        composed
    }

    /// One name means one thing in the supergraph, though each subgraph chooses its names for itself.
    fn check_names(&mut self) {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        let mut names: Vec<(D, &String)> =
            self.names.iter().map(|(directive, name)| (*directive, name)).collect();
        names.sort_unstable_by_key(|(directive, _)| *directive);
        let federation = names.into_iter().map(|(directive, name)| (name.as_str(), directive.name()));
        let customs = self.customs.iter().map(|custom| (custom.name.as_str(), "of @composeDirective"));
        let mut errors = Vec::new();
        for (name, what) in federation.chain(customs) {
            if let Some(other) = seen.insert(name, what) {
                errors.push(CompositionError::new(
                    ErrorCode::DirectiveCompositionError,
                    format!("\"@{name}\" is {other} in one subgraph and {what} in another"),
                ));
            }
        }
        self.errors.extend(errors);
    }

    pub(super) fn access_names(&self) -> AccessNames {
        let name = |directive| self.names.get(&directive).cloned();
        AccessNames {
            authenticated: name(D::Authenticated),
            scopes: name(D::RequiresScopes),
            policy: name(D::Policy),
        }
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
            // The arguments that have `@fromContext` do not reach the supergraph.
            if *directive == D::FromContext {
                continue;
            }
            let name = first.directive_name(*directive);
            let other = users.iter().find(|user| user.directive_name(*directive) != name);
            if let Some(other) = other {
                self.name_mismatch(*directive, first, other);
            }
            if name != directive.name() || name != spec.name {
                imports.push(import(directive.name(), name));
            }
            self.names.insert(*directive, name.to_owned());
            self.define(*directive, name, spec);
        }
        if !used {
            return;
        }
        // A linked spec is there with all its directives, those not in use by their unimported names.
        for directive in spec.directives {
            if !self.names.contains_key(directive) {
                let name = if directive.name() == spec.name {
                    spec.name.to_owned()
                } else {
                    format!("{}__{}", spec.name, directive.name())
                };
                self.define(*directive, &name, spec);
            }
        }
        let url = format!("{APOLLO_SPECS}{}/{}", spec.name, spec.version);
        let mut link = Apply::new("link").string("url", &url);
        if spec.secures {
            link = link.value("for", Value::Enum(Name::new_unchecked("SECURITY")));
        }
        if !imports.is_empty() {
            link = link.value("import", Value::List(imports));
        }
        self.links.push(link.done());
    }

    fn define(&mut self, directive: D, name: &str, spec: &Spec) {
        let scalar = |scalar: &str| format!("{}__{scalar}", spec.name);
        let scalars = match directive {
            D::RequiresScopes => vec![scalar("Scope")],
            D::Policy => vec![scalar("Policy")],
            D::FromContext => vec![scalar("ContextFieldValue")],
            _ => Vec::new(),
        };
        let definition = directive.definition(name, FEDERATION_LATEST, &scalar);
        let merged = MergedDirective { definition, scalars, executable: None };
        self.definitions.push((name.to_owned(), merged));
    }

    fn name_mismatch(&mut self, directive: D, one: &SubgraphModel, other: &SubgraphModel) {
        self.errors.push(CompositionError::new(
            ErrorCode::LinkImportNameMismatch,
            format!(
                "The directive \"@{}\" has to have one name in all subgraphs: it is \"@{}\" in subgraph \"{}\" and \"@{}\" in subgraph \"{}\"",
                directive.name(),
                one.directive_name(directive),
                one.name,
                other.directive_name(directive),
                other.name
            ),
        ));
    }

    fn add_customs(&mut self, subgraphs: &[SubgraphModel]) {
        let mut specs: Vec<CustomSpec> = Vec::new();
        for subgraph in subgraphs {
            for applied in all_applied(&subgraph.schema_directives, D::ComposeDirective) {
                match find_custom(subgraph, applied) {
                    Ok((link, element, definition)) => {
                        self.add_custom(&mut specs, link, element, definition);
                    }
                    Err(message) => self.errors.push(
                        CompositionError::new(
                            ErrorCode::DirectiveCompositionError,
                            format!("[{}] @composeDirective {message}", subgraph.name),
                        )
                        .at(subgraph.locate(applied.node.location())),
                    ),
                }
            }
        }
        for spec in specs {
            let imports = spec.elements.iter().map(|(element, name)| import(element, name)).collect();
            self.links.push(
                Apply::new("link")
                    .string("url", &spec.url.to_string())
                    .value("import", Value::List(imports))
                    .done(),
            );
        }
    }

    fn add_custom(
        &mut self,
        specs: &mut Vec<CustomSpec>,
        link: &Link,
        element: String,
        definition: &DirectiveDefinition,
    ) {
        let name = definition.name.to_string();
        let custom = CustomDirective {
            name: name.clone(),
            repeatable: definition.repeatable,
            definition: crate::print::directive_definition(definition),
            version: link.url.version,
        };
        match self.customs.iter_mut().find(|known| known.name == name) {
            Some(known) if known.version < custom.version => *known = custom,
            Some(_) => {}
            None => self.customs.push(custom),
        }
        let Some(known) = specs.iter_mut().find(|spec| spec.url.identity == link.url.identity) else {
            specs.push(CustomSpec { url: link.url.clone(), elements: [(element, name)].into() });
            return;
        };
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
        known.elements.insert((element, name));
    }
}

/// What a `@composeDirective` names: the directive has to come from a linked spec, since that is what
/// tells that two subgraphs mean the same one.
fn find_custom<'a>(
    subgraph: &'a SubgraphModel,
    applied: &Applied,
) -> Result<(&'a Link, String, &'a DirectiveDefinition), String> {
    let name = applied
        .argument("name")
        .and_then(|value| value.as_str())
        .ok_or_else(|| "needs the `name` of a directive".to_owned())?;
    let name = name
        .strip_prefix('@')
        .ok_or_else(|| format!("names \"{name}\": the name of a directive begins with \"@\""))?;
    let definition = subgraph
        .directive_definitions
        .get(name)
        .ok_or_else(|| format!("names \"@{name}\", which is not defined"))?;
    let (link, element) = subgraph
        .links
        .iter()
        .find_map(|link| Some((link, link.element_of(name)?)))
        .ok_or_else(|| format!("names \"@{name}\", which belongs to no spec that the schema links"))?;
    if link.url.apollo_spec().is_some() {
        return Err(format!(
            "names \"@{name}\" of {}, which is composed by its own rules or not at all",
            link.url
        ));
    }
    Ok((link, element, definition))
}

/// An entry of `@link(import:)`.
fn import(element: &str, name: &str) -> Node<Value> {
    let text = |name: &str| Node::new(Value::String(format!("@{name}")));
    if element == name {
        return text(name);
    }
    Node::new(Value::Object(vec![
        (Name::new_unchecked("name"), text(element)),
        (Name::new_unchecked("as"), text(name)),
    ]))
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
