//! A subgraph's schema with names resolved and federation facts read: what merging and the
//! satisfiability search work on.
//!
//! Root types are called Query, Mutation and Subscription here whatever the document calls them, and
//! the machinery every subgraph has (`_service`, `_entities`, the federation and link definitions) is
//! left out.

use apollo_compiler::ast::{Directive, DirectiveDefinition, Type, Value};
use apollo_compiler::parser::{SourceMap, SourceSpan};
use apollo_compiler::schema::ComponentOrigin;
use apollo_compiler::{Name, Node};
use indexmap::{IndexMap, IndexSet};

use super::field_set::FieldSet;
use crate::error::Location;
use crate::links::{FederationDirective, Link, Version};
use crate::subgraph::input_value::InputTypes;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeKind {
    Scalar,
    Object,
    Interface,
    Union,
    Enum,
    InputObject,
}

impl TypeKind {
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Object => "object type",
            Self::Interface => "interface",
            Self::Union => "union",
            Self::Enum => "enum",
            Self::InputObject => "input object",
        }
    }

    pub const fn is_composite(self) -> bool {
        matches!(self, Self::Object | Self::Interface | Self::Union)
    }
}

/// What an applied directive is, whatever the schema calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirectiveRole {
    Federation(FederationDirective),
    Deprecated,
    SpecifiedBy,
    /// Any other; it reaches the supergraph only if composed by `@composeDirective`.
    Custom,
}

#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub role: DirectiveRole,
    pub node: Node<Directive>,
    /// Whether the definition applies it or one of the `extend …`.
    pub origin: ComponentOrigin,
}

impl Applied {
    pub fn in_extension(&self) -> bool {
        self.origin.extension_id().is_some()
    }

    pub fn argument(&self, name: &str) -> Option<&Node<Value>> {
        self.node.specified_argument_by_name(name)
    }
}

/// The first application of a federation directive.
pub(crate) fn find_applied(directives: &[Applied], wanted: FederationDirective) -> Option<&Applied> {
    all_applied(directives, wanted).next()
}

pub(crate) fn all_applied(
    directives: &[Applied],
    wanted: FederationDirective,
) -> impl Iterator<Item = &Applied> {
    directives.iter().filter(move |applied| applied.role == DirectiveRole::Federation(wanted))
}

#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub fields: FieldSet,
    pub resolvable: bool,
    /// The argument was written, if only with its default.
    pub resolvable_written: bool,
    pub in_extension: bool,
    pub location: Option<SourceSpan>,
}

#[derive(Debug, Clone)]
pub(crate) struct Override {
    pub from: String,
    pub label: Option<String>,
}

/// An argument or an input field.
#[derive(Debug, Clone)]
pub(crate) struct InputDef {
    pub name: Name,
    pub description: Option<Node<str>>,
    pub ty: Type,
    pub default: Option<Node<Value>>,
    pub directives: Vec<Applied>,
    pub location: Option<SourceSpan>,
}

impl InputDef {
    pub fn is_required(&self) -> bool {
        self.ty.is_non_null() && self.default.is_none()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct FieldDef {
    pub name: Name,
    pub description: Option<Node<str>>,
    pub ty: Type,
    pub arguments: IndexMap<Name, InputDef>,
    pub directives: Vec<Applied>,
    pub origin: ComponentOrigin,
    pub location: Option<SourceSpan>,
    pub requires: Option<FieldSet>,
    pub provides: Option<FieldSet>,
    pub override_from: Option<Override>,
    /// Declared here, resolved elsewhere, unless a path provides it.
    pub external: bool,
    /// A `@provides` of this subgraph leads to the field, so that the subgraph does resolve it there.
    pub provided: bool,
    pub shareable: bool,
    /// Part of a key, a requirement or a provision of this subgraph, or demanded by an interface.
    pub selected: bool,
}

impl FieldDef {
    pub fn has(&self, directive: FederationDirective) -> bool {
        find_applied(&self.directives, directive).is_some()
    }

    /// External and on no provided path: the subgraph never resolves it.
    pub fn fully_external(&self) -> bool {
        self.external && !self.provided
    }
}

#[derive(Debug, Clone)]
pub(crate) struct EnumValueDef {
    pub name: Name,
    pub description: Option<Node<str>>,
    pub directives: Vec<Applied>,
    pub location: Option<SourceSpan>,
}

/// A type; the collections that its kind does not have stay empty.
#[derive(Debug, Clone)]
pub(crate) struct TypeDef {
    pub name: Name,
    pub kind: TypeKind,
    pub description: Option<Node<str>>,
    pub location: Option<SourceSpan>,
    pub directives: Vec<Applied>,
    /// False where the document only extends the type.
    pub has_definition: bool,
    pub has_extension: bool,
    pub implements: IndexSet<Name>,
    pub fields: IndexMap<Name, FieldDef>,
    pub members: IndexSet<Name>,
    pub values: IndexMap<Name, EnumValueDef>,
    pub inputs: IndexMap<Name, InputDef>,
    pub keys: Vec<Key>,
    pub interface_object: bool,
}

impl TypeDef {
    pub fn has(&self, directive: FederationDirective) -> bool {
        find_applied(&self.directives, directive).is_some()
    }

    pub fn sets_context(&self, name: &str) -> bool {
        all_applied(&self.directives, FederationDirective::Context)
            .filter_map(|applied| applied.argument("name")?.as_str())
            .any(|set| set == name)
    }

    /// An extension in the sense of Federation 1: the type belongs to another subgraph.
    pub fn is_federation_extension(&self) -> bool {
        self.has(FederationDirective::Extends) || (self.has_extension && !self.has_definition)
    }

    pub fn resolvable_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(|key| key.resolvable)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct SubgraphModel {
    pub name: String,
    pub url: String,
    /// The subgraph's value of `join__Graph`.
    pub graph: Name,
    /// None for Federation 1.
    pub version: Option<Version>,
    pub links: Vec<Link>,
    pub sources: SourceMap,
    pub types: IndexMap<Name, TypeDef>,
    pub directive_definitions: IndexMap<Name, Node<DirectiveDefinition>>,
    pub schema_directives: Vec<Applied>,
    pub schema_description: Option<Node<str>>,
    /// The name of each federation directive in the document.
    pub directive_names: Vec<(FederationDirective, String)>,
}

impl InputTypes for SubgraphModel {
    fn kind(&self, ty: &str) -> Option<TypeKind> {
        self.types.get(ty).map(|ty| ty.kind)
    }

    fn has_enum_value(&self, ty: &str, value: &str) -> bool {
        self.types.get(ty).is_some_and(|ty| ty.values.contains_key(value))
    }

    fn input_fields(&self, ty: &str) -> Vec<(&Name, &Type, bool)> {
        let fields = self.types.get(ty).into_iter().flat_map(|ty| &ty.inputs);
        fields.map(|(name, input)| (name, &input.ty, input.is_required())).collect()
    }
}

impl SubgraphModel {
    pub fn field(&self, parent: &str, field: &str) -> Option<&FieldDef> {
        self.types.get(parent)?.fields.get(field)
    }

    pub fn locate(&self, span: Option<SourceSpan>) -> Option<Location> {
        let at = span?.line_column(&self.sources)?;
        Some(Location { subgraph: self.name.clone(), line: at.line, column: at.column })
    }

    pub fn directive_name(&self, directive: FederationDirective) -> &str {
        self.directive_names
            .iter()
            .find(|(known, _)| *known == directive)
            .map_or(directive.name(), |(_, name)| name)
    }

    /// The object types a value of `name` can be here: itself, or its members or implementations.
    pub fn possible_types(&self, name: &str) -> Vec<&TypeDef> {
        let Some(ty) = self.types.get(name) else {
            return Vec::new();
        };
        match ty.kind {
            TypeKind::Object => vec![ty],
            TypeKind::Union => ty.members.iter().filter_map(|member| self.types.get(member)).collect(),
            TypeKind::Interface => self.implementations(name).collect(),
            TypeKind::Scalar | TypeKind::Enum | TypeKind::InputObject => Vec::new(),
        }
    }

    /// Object types that implement the interface.
    pub fn implementations(&self, interface: &str) -> impl Iterator<Item = &TypeDef> {
        self.types.values().filter(move |ty| {
            ty.kind == TypeKind::Object && ty.implements.iter().any(|name| name == interface)
        })
    }
}
