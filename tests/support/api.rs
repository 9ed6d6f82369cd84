//! The composed schema as the tests read it: types, entities, and the references between them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::schema::Component;
use apollo_compiler::schema::{ExtendedType, FieldDefinition, ObjectType};
use apollo_compiler::{Name, Schema};

use crate::architecture::root;

pub struct Api(Schema);

/// A field whose value is an entity, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub parent: String,
    pub field: String,
    pub target: String,
    /// The subgraphs that answer the field.
    pub graphs: Vec<String>,
    pub may_be_null: bool,
}

impl Api {
    /// The supergraph that is committed.
    pub fn read() -> Self {
        let path = root().join("supergraph.graphql");
        let text = std::fs::read_to_string(&path).unwrap();
        Self(Schema::parse(text, &path).unwrap_or_else(|failed| panic!("{}", failed.errors)))
    }

    /// The fields of a type, with whether each may be null, and the one subgraph that answers it, if it is one alone.
    pub fn fields(&self, name: &str) -> Vec<(String, bool, Option<String>)> {
        let Some(object) = self.object(name) else { return Vec::new() };
        let describe = |(name, field): (&Name, &Component<FieldDefinition>)| {
            let graphs = graphs(field.directives.get_all("join__field").map(|directive| &**directive));
            let only = match graphs.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            };
            (name.to_string(), !field.ty.is_non_null(), only)
        };
        object.fields.iter().map(describe).collect()
    }

    fn objects(&self) -> impl Iterator<Item = &ObjectType> {
        self.0
            .types
            .values()
            .filter_map(|ty| if let ExtendedType::Object(object) = ty { Some(&**object) } else { None })
    }

    /// The names of the types that several subgraphs know by a key.
    pub fn entities(&self) -> impl Iterator<Item = &str> {
        self.objects().filter(|object| is_entity(object)).map(|object| object.name.as_str())
    }

    pub fn implements(&self, name: &str, interface: &str) -> bool {
        self.object(name).is_some_and(|object| object.implements_interfaces.contains(interface))
    }

    /// The subgraph in which an entity lives, which can say whether it is still there: the one that knows it alone, or that
    /// answers the most of its fields.
    pub fn home(&self, entity: &str) -> String {
        let object = self.object(entity).unwrap_or_else(|| panic!("there is no type `{entity}`"));
        let knows = graphs(object.directives.get_all("join__type").map(|directive| &***directive));
        let fields = self.fields(entity);
        let answered = |graph: &String| fields.iter().filter(|(.., by)| by.as_ref() == Some(graph)).count();
        knows.into_iter().max_by_key(answered).unwrap_or_else(|| panic!("nobody knows `{entity}`"))
    }

    pub fn references(&self) -> Vec<Reference> {
        let entities: BTreeSet<&str> = self.entities().collect();
        let mut references = Vec::new();
        for object in self.objects() {
            for (name, field) in &object.fields {
                let target = field.ty.inner_named_type().as_str();
                if !entities.contains(target) {
                    continue;
                }
                let named = graphs(field.directives.get_all("join__field").map(|directive| &**directive));
                let graphs = if named.is_empty() {
                    graphs(object.directives.get_all("join__type").map(|directive| &***directive))
                } else {
                    named
                };
                references.push(Reference {
                    parent: object.name.to_string(),
                    field: name.to_string(),
                    target: target.to_owned(),
                    graphs,
                    may_be_null: !field.ty.is_non_null() && !field.ty.item_type().is_non_null(),
                });
            }
        }
        references
    }

    /// A query for each reference that can be reached from a field of `Query` without arguments, with every leaf of the
    /// entity that it leads to. `is_open` says which root fields the caller may ask for.
    pub fn probes(&self, is_open: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
        let paths = self.paths(is_open);
        let mut probes = BTreeMap::new();
        for reference in self.references() {
            let Some(path) = paths.get(&reference.parent) else { continue };
            let Some(object) = self.object(&reference.parent) else { continue };
            if object.fields.get(reference.field.as_str()).is_none_or(|field| !is_free(field)) {
                continue;
            }
            let (own, leaves) = (self.leaves(&reference.parent), self.leaves(&reference.target));
            let inner = format!("{own} {} {{ {leaves} }}", reference.field);
            let query = path.iter().rev().fold(inner, |inner, step| format!("{step} {{ {inner} }}"));
            let (parent, field) = (&reference.parent, &reference.field);
            probes.insert(format!("{parent}.{field}"), format!("{{ {query} }}"));
        }
        probes
    }

    /// The shortest way to each type.
    fn paths(&self, is_open: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<String>> {
        let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut next = VecDeque::from([("Query".to_owned(), Vec::new())]);
        while let Some((name, path)) = next.pop_front() {
            let steps: Vec<(String, String)> = match self.0.types.get(name.as_str()) {
                Some(ExtendedType::Object(object)) => object
                    .fields
                    .iter()
                    .filter(|(field, definition)| {
                        is_free(definition)
                            || (name == "Query" && is_open(field) && needs_nothing(definition))
                    })
                    .filter(|(field, _)| name != "Query" || is_open(field))
                    .map(|(field, definition)| {
                        (field.to_string(), definition.ty.inner_named_type().to_string())
                    })
                    .collect(),
                Some(ExtendedType::Union(union)) => union
                    .members
                    .iter()
                    .map(|member| (format!("... on {}", member.as_str()), member.to_string()))
                    .collect(),
                _ => continue,
            };
            for (step, target) in steps {
                if !paths.contains_key(&target) {
                    let path: Vec<String> = path.iter().cloned().chain([step]).collect();
                    paths.insert(target.clone(), path.clone());
                    next.push_back((target, path));
                }
            }
        }
        paths
    }

    fn object(&self, name: &str) -> Option<&ObjectType> {
        self.0
            .types
            .get(name)
            .and_then(|ty| if let ExtendedType::Object(object) = ty { Some(&**object) } else { None })
    }

    fn leaves(&self, name: &str) -> String {
        let Some(object) = self.object(name) else { return String::new() };
        let is_leaf = |field: &FieldDefinition| {
            let ty = self.0.types.get(field.ty.inner_named_type());
            matches!(ty, Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_)))
        };
        let leaves = object.fields.iter().filter(|(_, field)| is_free(field) && is_leaf(field));
        let names: Vec<&str> = leaves.map(|(name, _)| name.as_str()).collect();
        format!("__typename {}", names.join(" "))
    }
}

fn is_entity(object: &ObjectType) -> bool {
    object.directives.get_all("join__type").any(|directive| argument(directive, "key").is_some())
}

/// Whether everybody who gets the parent may ask for the field as it is.
fn is_free(field: &FieldDefinition) -> bool {
    let is_ruled = ["requiresScopes", "policy"].iter().any(|rule| field.directives.has(rule));
    needs_nothing(field) && !is_ruled
}

fn needs_nothing(field: &FieldDefinition) -> bool {
    field.arguments.iter().all(|argument| !argument.is_required())
}

fn graphs<'d>(directives: impl Iterator<Item = &'d Directive>) -> Vec<String> {
    let graph = |directive| match argument(directive, "graph") {
        Some(Value::Enum(name)) => Some(name.to_string()),
        _ => None,
    };
    directives.filter_map(graph).collect()
}

fn argument<'d>(directive: &'d Directive, name: &str) -> Option<&'d Value> {
    directive.arguments.iter().find(|argument| argument.name == name).map(|argument| &*argument.value)
}
