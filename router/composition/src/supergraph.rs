//! The supergraph while it is built: merged types with the directives that will be printed.

use std::collections::{BTreeMap, HashMap};

use apollo_compiler::ast::{Argument, Directive, DirectiveDefinition, Type, Value};
use apollo_compiler::{Name, Node};
use indexmap::{IndexMap, IndexSet};

use crate::links::Version;
use crate::subgraph::input_value::InputTypes;
use crate::subgraph::model::TypeKind;

#[derive(Debug)]
pub(crate) struct MergedInput {
    pub description: Option<Node<str>>,
    pub ty: Type,
    pub default: Option<Node<Value>>,
    pub directives: Vec<Directive>,
}

#[derive(Debug)]
pub(crate) struct MergedField {
    pub description: Option<Node<str>>,
    pub ty: Type,
    pub arguments: IndexMap<Name, MergedInput>,
    pub directives: Vec<Directive>,
}

#[derive(Debug)]
pub(crate) struct MergedValue {
    pub description: Option<Node<str>>,
    pub directives: Vec<Directive>,
}

/// The collections that the kind does not have stay empty.
#[derive(Debug)]
pub(crate) struct MergedType {
    pub kind: TypeKind,
    pub description: Option<Node<str>>,
    pub directives: Vec<Directive>,
    pub implements: IndexSet<Name>,
    pub fields: IndexMap<Name, MergedField>,
    pub members: IndexSet<Name>,
    pub values: IndexMap<Name, MergedValue>,
    pub inputs: IndexMap<Name, MergedInput>,
}

impl MergedType {
    pub fn new(kind: TypeKind) -> Self {
        Self {
            kind,
            description: None,
            directives: Vec::new(),
            implements: IndexSet::new(),
            fields: IndexMap::new(),
            members: IndexSet::new(),
            values: IndexMap::new(),
            inputs: IndexMap::new(),
        }
    }
}

/// A directive that reached the supergraph, with the definition it is printed with.
#[derive(Debug)]
pub(crate) struct MergedDirective {
    pub definition: String,
    /// Scalars that the definition mentions.
    pub scalars: Vec<String>,
    /// The definition again where clients may use the directive.
    pub executable: Option<DirectiveDefinition>,
}

/// Another subgraph resolves the field instead, always or while the label is set.
#[derive(Debug)]
pub(crate) struct TakenOver {
    pub label: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Supergraph {
    pub join: Option<Version>,
    pub description: Option<Node<str>>,
    /// `@link` and composed directives of the schema itself.
    pub schema_directives: Vec<Directive>,
    /// Enum value, name and URL of each subgraph.
    pub graphs: Vec<(Name, String, String)>,
    pub types: BTreeMap<Name, MergedType>,
    pub directives: BTreeMap<String, MergedDirective>,
    /// Which subgraph's declaration (by index, type and field) `@override` has replaced.
    pub taken_over: HashMap<(usize, Name, Name), TakenOver>,
    /// What `@inaccessible` is called here, if anything has it.
    pub inaccessible: Option<String>,
}

impl InputTypes for Supergraph {
    fn kind(&self, ty: &str) -> Option<TypeKind> {
        self.types.get(ty).map(|ty| ty.kind)
    }

    fn has_enum_value(&self, ty: &str, value: &str) -> bool {
        self.types.get(ty).is_some_and(|ty| ty.values.contains_key(value))
    }

    fn input_fields(&self, ty: &str) -> Vec<(&Name, &Type, bool)> {
        let fields = self.types.get(ty).into_iter().flat_map(|ty| &ty.inputs);
        fields
            .map(|(name, input)| (name, &input.ty, input.ty.is_non_null() && input.default.is_none()))
            .collect()
    }
}

impl Supergraph {
    /// Whether an element with these directives is in the public API.
    pub fn is_visible(&self, directives: &[Directive]) -> bool {
        self.inaccessible.as_ref().is_none_or(|name| directives.iter().all(|d| d.name != name.as_str()))
    }

    pub fn is_visible_type(&self, name: &str) -> bool {
        self.types.get(name).is_none_or(|ty| self.is_visible(&ty.directives))
    }

    /// Whether a value of `sub` may stand where `sup` is expected.
    pub fn is_subtype(&self, sub: &Type, sup: &Type) -> bool {
        match (sub, sup) {
            (Type::NonNullNamed(sub), Type::NonNullNamed(sup) | Type::Named(sup))
            | (Type::Named(sub), Type::Named(sup)) => self.is_named_subtype(sub, sup),
            (Type::NonNullList(sub), Type::NonNullList(sup) | Type::List(sup))
            | (Type::List(sub), Type::List(sup)) => self.is_subtype(sub, sup),
            _ => false,
        }
    }

    fn is_named_subtype(&self, sub: &Name, sup: &Name) -> bool {
        sub == sup
            || self.types.get(sup).is_some_and(|ty| ty.members.contains(sub))
            || self.types.get(sub).is_some_and(|ty| ty.implements.contains(sup))
    }

    /// Object types that implement the interface or are members of the union; an object type itself.
    pub fn possible_types(&self, name: &Name) -> Vec<&Name> {
        match self.types.get_key_value(name) {
            Some((name, ty)) if ty.kind == TypeKind::Object => vec![name],
            Some((_, ty)) if ty.kind == TypeKind::Union => ty.members.iter().collect(),
            Some((_, ty)) if ty.kind == TypeKind::Interface => self
                .types
                .iter()
                .filter(|(_, other)| other.kind == TypeKind::Object && other.implements.contains(name))
                .map(|(name, _)| name)
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// Builds a directive application argument by argument.
pub(crate) struct Apply(Directive);

impl Apply {
    pub fn new(name: &str) -> Self {
        Self(Directive { name: Name::new_unchecked(name), arguments: Vec::new() })
    }

    pub fn value(mut self, name: &str, value: Value) -> Self {
        self.0
            .arguments
            .push(Node::new(Argument { name: Name::new_unchecked(name), value: Node::new(value) }));
        self
    }

    pub fn value_if(self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.value(name, value),
            None => self,
        }
    }

    pub fn string(self, name: &str, value: &str) -> Self {
        self.value(name, Value::String(value.to_owned()))
    }

    pub fn string_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.string(name, value),
            None => self,
        }
    }

    pub fn flag_if(self, name: &str, set: bool) -> Self {
        if set { self.value(name, Value::Boolean(true)) } else { self }
    }

    pub fn graph(self, graph: &Name) -> Self {
        self.value("graph", Value::Enum(graph.clone()))
    }

    pub fn done(self) -> Directive {
        self.0
    }
}
