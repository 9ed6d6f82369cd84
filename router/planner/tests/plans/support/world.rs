//! A world in which every value is a function of where it stands, and the meaning of an operation in it.
//!
//! An object is known by its *way*: the fields that lead to it from the root, each with the runtime type found there.
//! A scalar's value names its field, arguments and object, so that it tells which object a representation describes.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use apollo_compiler::ast::{Argument, Type, Value as Literal};
use apollo_compiler::executable::{DirectiveList, Field, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Node};
use indexmap::IndexMap;
use router_schema::{JsonObject, ObjectSet, Operation, Supergraph};
use serde_json::{Value, json};

pub struct World<'a> {
    pub supergraph: &'a Supergraph,
}

/// What stands at a field: leaves as JSON, objects by their way.
#[derive(Debug, Clone)]
pub enum Found {
    Leaf(Value),
    List(Vec<Found>),
    Object(String),
}

impl<'a> World<'a> {
    pub fn new(supergraph: &'a Supergraph) -> Self {
        Self { supergraph }
    }

    pub fn type_of(way: &str) -> &str {
        let last = way.rsplit('/').next().unwrap();
        last.split(':').next().unwrap()
    }

    /// The value of a field of an object.
    pub fn value(&self, way: &str, field: &str, arguments: &str) -> Found {
        let parent = Self::type_of(way);
        let ty = &self.supergraph.schema().type_field(parent, field).unwrap().ty;
        self.of_type(way, field, arguments, ty, "")
    }

    fn of_type(&self, way: &str, field: &str, arguments: &str, ty: &Type, index: &str) -> Found {
        match ty {
            Type::List(item) | Type::NonNullList(item) => {
                let length = 1 + hash(&(way, field, arguments)) % 2;
                let item =
                    |position| self.of_type(way, field, arguments, item, &format!("{index}[{position}]"));
                Found::List((0..length).map(item).collect())
            }
            Type::Named(name) | Type::NonNullNamed(name) => match self
                .supergraph
                .schema()
                .types
                .get(name)
                .unwrap()
            {
                ExtendedType::Scalar(_) => Found::Leaf(json!(format!("{field}({arguments}){index}#{way}"))),
                ExtendedType::Enum(_) => {
                    let visible = self.supergraph.api().schema().get_enum(name).unwrap();
                    let position = hash(&(way, field, index)) % u64::try_from(visible.values.len()).unwrap();
                    let (value, _) = visible.values.get_index(usize::try_from(position).unwrap()).unwrap();
                    Found::Leaf(json!(value.as_str()))
                }
                // Wherever it is reached from, there is one.
                ExtendedType::Object(_) if name == "Query" => Found::Object("Query:".to_owned()),
                _ => {
                    let types: Vec<usize> = self.inhabited(Self::type_of(way), field, name).iter().collect();
                    if types.is_empty() {
                        return Found::Leaf(Value::Null);
                    }
                    let count = u64::try_from(types.len()).unwrap();
                    let position = usize::try_from(hash(&(way, field, arguments, index)) % count).unwrap();
                    let runtime = self.supergraph.object_name(types[position]).unwrap();
                    Found::Object(format!("{way}/{runtime}:{field}({arguments}){index}"))
                }
            },
        }
    }

    /// The types that every subgraph which resolves a field can give there.
    fn inhabited(&self, parent: &str, field: &str, declared: &str) -> ObjectSet {
        let mut types =
            self.supergraph.possible_types(declared).intersection(self.supergraph.visible_objects());
        let interfaces = self.supergraph.schema().get_object(parent).unwrap().implements_interfaces.iter();
        let holders = std::iter::once(parent).chain(interfaces.map(|each| each.name.as_str()));
        for facts in holders.filter_map(|name| self.supergraph.facts(name)) {
            let Some(field) = facts.fields.get(field) else { continue };
            for (graph, in_subgraph) in field.subgraphs.iter().filter(|(_, each)| !each.external) {
                let name = in_subgraph.ty.inner_named_type();
                let there = self.supergraph.facts(name).unwrap().subgraphs.get(graph).unwrap();
                if !there.is_interface_object {
                    types = types.intersection(&there.possible);
                }
            }
        }
        types
    }

    /// What the operation means, by the specification's algorithms and nothing of the planner's.
    pub fn answer(&self, operation: &Operation, variables: &JsonObject) -> Value {
        let set = &operation.definition().selection_set;
        let reader = Reader { document: operation.document(), variables };
        self.object(&reader, &format!("{}:", set.ty), &[set])
    }

    fn object(&self, reader: &Reader<'_>, way: &str, sets: &[&SelectionSet]) -> Value {
        let runtime = Self::type_of(way);
        let api = self.supergraph.api().schema();
        let applies = |condition: &str| condition == runtime || api.is_subtype(condition, runtime);
        let mut object = JsonObject::new();
        for (key, fields) in reader.collect(sets, &applies) {
            let first = fields[0];
            let value = if first.name == "__typename" {
                json!(runtime)
            } else {
                let found = self.value(way, &first.name, &arguments(&first.arguments, reader.variables));
                self.complete(reader, &found, &fields)
            };
            object.insert(key.to_owned(), value);
        }
        Value::Object(object)
    }

    fn complete(&self, reader: &Reader<'_>, found: &Found, fields: &[&Node<Field>]) -> Value {
        match found {
            Found::Leaf(value) => value.clone(),
            Found::List(items) => items.iter().map(|item| self.complete(reader, item, fields)).collect(),
            Found::Object(way) => {
                let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
                self.object(reader, way, &sets)
            }
        }
    }
}

/// Selections of a document, under values of its variables.
pub struct Reader<'a> {
    pub document: &'a ExecutableDocument,
    pub variables: &'a JsonObject,
}

impl<'a> Reader<'a> {
    /// CollectFields of the specification.
    pub fn collect(
        &self,
        sets: &[&'a SelectionSet],
        applies: &dyn Fn(&str) -> bool,
    ) -> IndexMap<&'a str, Vec<&'a Node<Field>>> {
        let mut collected = IndexMap::new();
        sets.iter().for_each(|set| self.collect_set(set, applies, &mut collected));
        collected
    }

    fn collect_set(
        &self,
        set: &'a SelectionSet,
        applies: &dyn Fn(&str) -> bool,
        collected: &mut IndexMap<&'a str, Vec<&'a Node<Field>>>,
    ) {
        for selection in set.selections.iter().filter(|each| !self.is_skipped(each.directives())) {
            match selection {
                Selection::Field(field) => {
                    collected.entry(field.response_key().as_str()).or_default().push(field);
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(|condition| applies(condition)) {
                        self.collect_set(&fragment.selection_set, applies, collected);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments[&spread.fragment_name];
                    if applies(fragment.type_condition()) {
                        self.collect_set(&fragment.selection_set, applies, collected);
                    }
                }
            }
        }
    }

    fn is_skipped(&self, directives: &DirectiveList) -> bool {
        let holds = |name: &str| {
            let value = directives.get(name)?.specified_argument_by_name("if")?;
            Some(literal(value, self.variables) == json!(true))
        };
        holds("skip") == Some(true) || holds("include") == Some(false)
    }
}

/// Arguments by name, with the values of variables: equal texts for equal arguments.
pub fn arguments(arguments: &[Node<Argument>], variables: &JsonObject) -> String {
    let mut texts: Vec<String> =
        arguments.iter().map(|each| format!("{}={}", each.name, literal(&each.value, variables))).collect();
    texts.sort();
    texts.join(",").replace(['/', ':', '#'], "_")
}

fn literal(value: &Literal, variables: &JsonObject) -> Value {
    match value {
        Literal::Variable(name) => variables.get(name.as_str()).cloned().unwrap_or_default(),
        Literal::Null => Value::Null,
        Literal::Enum(name) => json!(name.as_str()),
        Literal::String(text) => json!(text),
        Literal::Boolean(value) => json!(value),
        Literal::Int(number) => json!(number.as_str()),
        Literal::Float(number) => json!(number.as_str()),
        Literal::List(items) => items.iter().map(|item| literal(item, variables)).collect(),
        Literal::Object(fields) => Value::Object(
            fields.iter().map(|(name, value)| (name.to_string(), literal(value, variables))).collect(),
        ),
    }
}

fn hash(value: &impl Hash) -> u64 {
    // The hasher with fixed keys: every run sees the same world.
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish() >> 8
}
