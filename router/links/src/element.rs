//! The elements of Federation's specifications by the names that a supergraph has for them.

use std::collections::HashSet;

use apollo_compiler::Schema;

use crate::{FederationDirective, Link, LinkError, Links};

/// The specification by which a supergraph tells what belongs to which subgraph.
pub const JOIN: &str = "join";

/// Specifications that are used by these names where nothing links them.
const ASSUMED: [&str; 5] = ["link", "core", JOIN, "inaccessible", "tag"];

/// Specifications that a router understands, if only as something that does not concern it.
const KNOWN: [&str; 12] = [
    "link",
    "core",
    JOIN,
    "federation",
    "inaccessible",
    "tag",
    "authenticated",
    "requiresScopes",
    "policy",
    "cost",
    "context",
    "cacheTag",
];

/// What a supergraph calls the elements of the features it links.
#[derive(Debug)]
pub struct Names {
    links: Links,
    /// Names of all directives that the supergraph defines.
    defined: HashSet<String>,
}

impl Names {
    pub fn of(supergraph: &Schema) -> Result<Self, LinkError> {
        let (links, errors) = Links::of_schema(supergraph);
        match errors.into_iter().next() {
            Some(error) => Err(error),
            None => {
                let defined = supergraph.directive_definitions.keys().map(ToString::to_string).collect();
                Ok(Self { links, defined })
            }
        }
    }

    /// The first feature that is linked for the sake of security and is not understood.
    pub fn unknown_security(&self) -> Option<&Link> {
        let is_known = |link: &Link| link.url.apollo_spec().is_some_and(|spec| KNOWN.contains(&spec));
        self.links.all.iter().find(|link| link.secures && !is_known(link))
    }

    /// All names of a directive in the supergraph, of which any may be applied: by every link that has it. Where none
    /// links it, it goes by its own name, if that is not another's.
    pub fn of_directive(&self, directive: FederationDirective) -> Vec<String> {
        let specs = [directive.own_spec(), Some("federation")].into_iter().flatten();
        let links: Vec<&Link> = specs.flat_map(|spec| self.links.to(spec)).collect();
        let mut names: Vec<String> =
            links.iter().flat_map(|link| link.directive_names(directive.name())).collect();
        let own = directive.name();
        if links.is_empty() && !self.links.all.iter().any(|link| link.element_of(own).is_some()) {
            names.push(own.to_owned());
        }
        names.retain(|name| self.defined.contains(name));
        names
    }

    /// The name of a directive of join.
    pub fn join_directive(&self, element: &str) -> String {
        let mut names = self.links.to(JOIN).flat_map(|link| link.directive_names(element));
        names.find(|name| self.defined.contains(name)).unwrap_or_else(|| format!("{JOIN}__{element}"))
    }

    /// The name of a type of join.
    pub fn join_type(&self, element: &str) -> String {
        let name = self.links.to(JOIN).next().map(|link| link.type_name(element));
        name.unwrap_or_else(|| format!("{JOIN}__{element}"))
    }

    /// Whether a directive (without `@`) belongs to a feature, and not to what clients see.
    pub fn owns_directive(&self, name: &str) -> bool {
        let spelled = format!("@{name}");
        self.imports(&spelled) || self.prefixes().any(|prefix| prefix == name) || self.has_prefix(name)
    }

    /// The same of a type.
    pub fn owns_type(&self, name: &str) -> bool {
        self.imports(name) || self.has_prefix(name)
    }

    fn imports(&self, spelled: &str) -> bool {
        self.links.all.iter().flat_map(|link| &link.imports).any(|import| import.local() == spelled)
    }

    fn prefixes(&self) -> impl Iterator<Item = &str> {
        ASSUMED.into_iter().chain(self.links.all.iter().map(Link::prefix))
    }

    fn has_prefix(&self, name: &str) -> bool {
        self.prefixes().any(|prefix| name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with("__")))
    }
}
