//! What a schema says of costs, laid out for looking up.

use std::collections::{BTreeSet, HashMap};

use apollo_compiler::ast::{OperationType, Value};

/// What an object counts where nothing is said.
pub(super) const OBJECT: u64 = 1;
/// What a root field of a mutation counts beyond its object, where nothing is said.
pub(super) const MUTATION: u64 = 10;
/// What `__schema` or `__type` counts: they answer with a good part of the schema.
pub(super) const INTROSPECTION: u64 = 100;

/// The names that a schema gives the two directives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectiveNames {
    pub cost: String,
    pub list_size: String,
}

impl Default for DirectiveNames {
    fn default() -> Self {
        Self { cost: "cost".to_owned(), list_size: "listSize".to_owned() }
    }
}

/// See the module's documentation.
#[derive(Debug, Default)]
pub struct CostModel {
    pub(super) types: HashMap<Box<str>, TypeCost>,
    pub(super) roots: HashMap<OperationType, Box<str>>,
    /// Names of fields that some parent sizes.
    pub(super) sizable: BTreeSet<Box<str>>,
}

/// A type of values or of inputs.
#[derive(Debug, Default, Clone)]
pub(super) struct TypeCost {
    pub weight: Option<u64>,
    pub kind: Kind,
    /// Of objects, interfaces and input objects.
    pub fields: HashMap<Box<str>, FieldCost>,
    /// The object types of an interface or union.
    pub members: Vec<Box<str>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Leaf,
    Object,
    /// An interface or union: as dear as the dearest that it may be.
    Abstract,
    Input,
}

impl TypeCost {
    pub fn weight(&self) -> u64 {
        self.weight.unwrap_or(match self.kind {
            Kind::Leaf => 0,
            Kind::Object | Kind::Abstract | Kind::Input => OBJECT,
        })
    }
}

/// A field of an object, interface or input object, or an argument.
#[derive(Debug, Default, Clone)]
pub(super) struct FieldCost {
    /// The named type.
    pub of: Box<str>,
    pub weight: Option<u64>,
    /// Lists within one another.
    pub lists: usize,
    pub size: Option<ListSize>,
    pub arguments: HashMap<Box<str>, FieldCost>,
    /// Of an argument.
    pub default: Option<Value>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct ListSize {
    pub assumed: Option<u64>,
    /// Names of arguments, each with the fields that lead to the value.
    pub slicing: Vec<Vec<Box<str>>>,
    pub sized_fields: Vec<Box<str>>,
    pub requires_one: bool,
}

/// A list of objects of which the schema does not say how long it may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("the list `{0}` has no size; give it one by @listSize")]
pub struct Unsized(pub String);

impl CostModel {
    /// Lists of objects whose size neither they nor a field that returns their type says.
    pub fn unsized_lists(&self) -> Vec<Unsized> {
        let sized: BTreeSet<(&str, &str)> = self
            .types
            .values()
            .flat_map(|ty| ty.fields.values())
            .filter_map(|field| Some((&*field.of, field.size.as_ref()?)))
            .flat_map(|(of, size)| size.sized_fields.iter().map(move |name| (of, &**name)))
            .collect();
        let mut found = Vec::new();
        for (type_name, ty) in self.types.iter().filter(|(_, ty)| ty.kind != Kind::Input) {
            for (name, field) in &ty.fields {
                let is_of_objects = self.types.get(&field.of).is_some_and(|of| of.kind != Kind::Leaf);
                let is_sized = field.size.is_some() || sized.contains(&(&**type_name, &**name));
                if field.lists > 0 && is_of_objects && !is_sized {
                    found.push(Unsized(format!("{type_name}.{name}")));
                }
            }
        }
        found.sort();
        found
    }
}
