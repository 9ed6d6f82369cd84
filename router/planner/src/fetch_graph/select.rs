//! The selections that a request's nodes amount to.

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::ast::{Argument, Value};
use apollo_compiler::{Name, Node as Shared};
use indexmap::IndexMap;
use router_schema::{ObjectSet, SubgraphId};

use super::context;
use crate::graph::Jump;
use crate::output::text;
use crate::plan::{SelectedField, Selection, SelectionSet};
use crate::search::Search;
use crate::search::node::NodeId;
use crate::search::place::{FieldId, PlaceId};

/// Everything selected at a node and below it; the variables in it are added to `variables`.
pub fn of_node(search: &mut Search<'_>, id: NodeId, variables: &mut BTreeSet<String>) -> SelectionSet {
    let node = search.attempt.node(id);
    let (place, subgraph, as_type, typename) =
        (node.place, node.subgraph, node.as_type.clone(), node.typename);
    let variants = node.variants.clone();
    let mut set = SelectionSet::default();
    if typename {
        set.selections.push(Selection::Field(typename_field()));
    }
    for field in fields(search, id, variables) {
        add(&mut set, Selection::Field(field));
    }
    let is_abstract = search.graph.supergraph.is_abstract(&as_type);
    // By internal name and selection: the types that want it.
    let mut wanted: IndexMap<SelectedField, ObjectSet> = IndexMap::new();
    for variant in variants {
        let types = search.places.get(search.attempt.node(variant).place).types.clone();
        let nested = of_variant(search, variant, variables);
        for field in nested {
            wanted.entry(field).or_default().extend(&types);
        }
    }
    let possible = search.graph.possible(&as_type, subgraph).intersection(&search.places.get(place).types);
    let held = Held { subgraph, as_type, possible };
    let mut by_type: IndexMap<usize, SelectionSet> = IndexMap::new();
    for (field, types) in wanted {
        let types = types.intersection(&held.possible);
        if types.is_empty() {
            continue;
        }
        if !is_abstract || is_common(search, &held, &field, &types) {
            add(&mut set, Selection::Field(field));
            continue;
        }
        if has_leaf(&set, &field) {
            continue;
        }
        for index in types.iter() {
            add(by_type.entry(index).or_default(), Selection::Field(field.clone()));
        }
    }
    by_type.sort_keys();
    for (index, selection) in by_type {
        if let Some(name) = search.graph.supergraph.object_name(index) {
            set.selections.push(Selection::InlineFragment { on: text(name), selection });
        }
    }
    if set.selections.is_empty() {
        set.selections.push(Selection::Field(presence_field()));
    }
    set
}

/// A variant's own selections, to be put into fragments.
fn of_variant(search: &mut Search<'_>, id: NodeId, variables: &mut BTreeSet<String>) -> Vec<SelectedField> {
    let mut set = SelectionSet::default();
    for field in fields(search, id, variables) {
        add(&mut set, Selection::Field(field));
    }
    let fields = set.selections.into_iter();
    fields
        .filter_map(|selection| match selection {
            Selection::Field(field) => Some(field),
            Selection::InlineFragment { .. } => None,
        })
        .collect()
}

fn fields(search: &mut Search<'_>, id: NodeId, variables: &mut BTreeSet<String>) -> Vec<SelectedField> {
    let graph = search.graph;
    let node = search.attempt.node(id);
    let (place, subgraph, as_type) = (node.place, node.subgraph, node.as_type.clone());
    let selected: Vec<(FieldId, Option<NodeId>)> =
        node.fields.iter().map(|(field, below)| (*field, *below)).collect();
    let mut fields = Vec::new();
    for (field, below) in selected {
        let (internal, _) = search.places.internal(place, field);
        let field_use = search.places.field(field);
        let name = text(&field_use.name);
        let mut arguments = write_arguments(&field_use.arguments, variables);
        let facts = graph.supergraph.facts(&as_type).and_then(|facts| facts.field(&name, subgraph));
        if let Some(facts) = facts {
            arguments.extend(context::arguments(search, place, &facts.context));
        }
        let arguments =
            if arguments.is_empty() { "".into() } else { format!("({})", arguments.join(", ")).into() };
        let selection = below.map(|below| of_node(search, below, variables));
        fields.push(SelectedField { internal: text(&internal), name, arguments, selection });
    }
    fields
}

/// Whether the interface itself has the field, and every type it stands for wants the same of it.
fn is_common(search: &Search<'_>, at: &Held, field: &SelectedField, types: &ObjectSet) -> bool {
    let supergraph = &search.graph.supergraph;
    let facts_of = |ty: &str| supergraph.facts(ty)?.field(&field.name, at.subgraph);
    let Some(of_interface) = facts_of(&at.as_type) else { return false };
    let alike = |object: &Name| facts_of(object).is_some_and(|of_object| of_object.ty == of_interface.ty);
    let mut objects = at.possible.iter().filter_map(|index| supergraph.object_name(index));
    at.possible.len() > 1 && at.possible.is_subset(types) && objects.all(alike)
}

/// The type by which a subgraph holds objects, and what they may be there.
struct Held {
    subgraph: SubgraphId,
    as_type: Name,
    possible: ObjectSet,
}

fn has_leaf(set: &SelectionSet, field: &SelectedField) -> bool {
    field.selection.is_none()
        && set.selections.iter().any(|each| matches!(each, Selection::Field(known) if known == field))
}

/// The selection on `_entities`.
pub fn on_entities(
    search: &Search<'_>,
    place: PlaceId,
    jump: &Jump,
    selection: SelectionSet,
) -> SelectionSet {
    let supergraph = &search.graph.supergraph;
    let place = search.places.get(place);
    let names: Vec<Arc<str>> = if supergraph.is_abstract(&jump.as_type) {
        vec![text(&jump.as_type)]
    } else {
        place.types.iter().filter_map(|index| supergraph.object_name(index)).map(text).collect()
    };
    let selections =
        names.into_iter().map(|on| Selection::InlineFragment { on, selection: selection.clone() }).collect();
    SelectionSet { selections }
}

/// The types of the fragments of a selection.
pub fn fragments(set: &SelectionSet) -> impl Iterator<Item = &str> {
    set.selections.iter().filter_map(|selection| match selection {
        Selection::InlineFragment { on, .. } => Some(&**on),
        Selection::Field(_) => None,
    })
}

fn typename_field() -> SelectedField {
    SelectedField {
        internal: "__typename".into(),
        name: "__typename".into(),
        arguments: "".into(),
        selection: None,
    }
}

/// Selected where nothing else is: whether there is an object. Not under its own name, for what an interface object
/// calls itself is not its runtime type.
fn presence_field() -> SelectedField {
    SelectedField {
        internal: "_present".into(),
        name: "__typename".into(),
        arguments: "".into(),
        selection: None,
    }
}

/// Adds what is not there yet.
fn add(set: &mut SelectionSet, selection: Selection) {
    match selection {
        Selection::Field(field) => {
            let known = set.selections.iter_mut().find_map(|each| match each {
                Selection::Field(known) if known.internal == field.internal => Some(known),
                _ => None,
            });
            match known {
                None => set.selections.push(Selection::Field(field)),
                Some(known) => {
                    if let (Some(known), Some(more)) = (&mut known.selection, field.selection) {
                        merge(known, more);
                    }
                }
            }
        }
        Selection::InlineFragment { on, selection } => {
            let known = set.selections.iter_mut().find_map(|each| match each {
                Selection::InlineFragment { on: known, selection } if *known == on => Some(selection),
                _ => None,
            });
            match known {
                None => set.selections.push(Selection::InlineFragment { on, selection }),
                Some(known) => merge(known, selection),
            }
        }
    }
}

/// Adds all selections of one set to another of the same objects.
pub fn merge(set: &mut SelectionSet, more: SelectionSet) {
    for selection in more.selections {
        add(set, selection);
    }
}

fn write_arguments(arguments: &[Shared<Argument>], variables: &mut BTreeSet<String>) -> Vec<String> {
    for argument in arguments {
        collect_variables(&argument.value, variables);
    }
    arguments
        .iter()
        .map(|argument| format!("{}: {}", argument.name, argument.value.serialize().no_indent()))
        .collect()
}

fn collect_variables(value: &Value, variables: &mut BTreeSet<String>) {
    match value {
        Value::Variable(name) => {
            variables.insert(name.to_string());
        }
        Value::List(items) => items.iter().for_each(|item| collect_variables(item, variables)),
        Value::Object(fields) => fields.iter().for_each(|(_, value)| collect_variables(value, variables)),
        _ => {}
    }
}
