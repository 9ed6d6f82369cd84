//! How the client's response is read from the tree.

use std::sync::Arc;

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use router_schema::{ExpandedField, ExpandedOperation, ExpandedSet, ObjectSet, OperationKind, Supergraph};

use crate::plan::{Leaf, OutputField, OutputObject, OutputValue, RuntimeType, Shape, TypeSet};
use crate::search::Search;
use crate::search::place::{FieldUse, PlaceId};

pub fn of_operation(search: &mut Search<'_>, operation: &ExpandedOperation) -> OutputObject {
    let set = &operation.root;
    let mut fields = Vec::new();
    let mut roots = search.roots.clone().into_iter();
    let shared = if operation.kind == OperationKind::Query { roots.next() } else { None };
    for (index, field) in set.fields.iter().enumerate() {
        let fetched = !field.is_introspection() && !field.denied;
        let (place, series) = match shared {
            Some(root) => (shared, search.series(root, field)),
            None => (if fetched { roots.next() } else { None }, index),
        };
        fields.extend(output_fields(search, place, set, field, series));
    }
    OutputObject { runtime_type: RuntimeType::Static(text(&set.parent)), fields }
}

fn object(search: &mut Search<'_>, place: PlaceId, set: &ExpandedSet) -> OutputObject {
    let mut fields: Vec<OutputField> = Vec::new();
    for field in &set.fields {
        let series = search.series(place, field);
        fields.extend(output_fields(search, Some(place), set, field, series));
    }
    let here = search.places.get(place);
    let by_type = |field: &OutputField| field.on.is_some();
    let runtime_type = if !here.is_abstract {
        RuntimeType::Static(text(&here.ty))
    } else if search.needs_typename(place, set) || fields.iter().any(by_type) {
        RuntimeType::Fetched { possible: type_set(&search.graph.supergraph, &set.possible) }
    } else {
        RuntimeType::Irrelevant
    };
    OutputObject { runtime_type, fields }
}

/// A field of the operation: one entry, or several where its value stands under different internal names by type.
fn output_fields(
    search: &mut Search<'_>,
    place: Option<PlaceId>,
    set: &ExpandedSet,
    field: &ExpandedField,
    series: usize,
) -> Vec<OutputField> {
    let supergraph = Arc::clone(&search.graph.supergraph);
    let key = text(&field.response_key);
    let covers = place.is_none_or(|place| search.covers(place, set, field));
    let on = (!covers).then(|| type_set(&supergraph, &field.on));
    let single = |value| vec![OutputField { key: Arc::clone(&key), on: on.clone(), value }];
    let type_name: Arc<str> = field.definition.ty.to_string().into();
    if field.denied {
        let shape = wrapped(&field.definition.ty, &Shape::Leaf(Leaf::Custom));
        return single(OutputValue::Denied { shape, type_name });
    }
    if field.name == "__typename" {
        return single(OutputValue::Typename);
    }
    if field.is_introspection() {
        return single(OutputValue::Introspection);
    }
    let Some(place) = place else { return Vec::new() };
    let field_use = FieldUse { name: field.name.clone(), arguments: field.arguments.clone(), series };
    let id = search.places.intern(field_use);
    let mut places = search.places_of(place, set, field, id);
    if places.is_empty() {
        // Nothing can be there; the key is still answered should a subgraph say otherwise.
        places = search.variants(place, &field.on);
    }
    let mut values: Vec<(ObjectSet, OutputValue)> = Vec::new();
    for at in places {
        let internal = text(&search.places.internal(at, id).0);
        let inner = match &field.selection {
            None => Shape::Leaf(leaf(&supergraph, field.definition.ty.inner_named_type())),
            Some(selection) => match search.places.child(at, id) {
                Some(child) => Shape::Object(Arc::new(object(search, child, selection))),
                None => continue,
            },
        };
        let shape = wrapped(&field.definition.ty, &inner);
        let value = OutputValue::Field { internal, shape, type_name: Arc::clone(&type_name) };
        let types = search.places.get(at).types.intersection(&field.on);
        match values.iter_mut().find(|(_, known)| *known == value) {
            Some((known, _)) => known.extend(&types),
            None => values.push((types, value)),
        }
    }
    let is_one = values.len() == 1;
    values
        .into_iter()
        .map(|(types, value)| OutputField {
            key: Arc::clone(&key),
            on: if is_one { on.clone() } else { Some(type_set(&supergraph, &types)) },
            value,
        })
        .collect()
}

fn wrapped(ty: &Type, inner: &Shape) -> Shape {
    match ty {
        Type::Named(_) => inner.clone(),
        Type::NonNullNamed(_) => Shape::NonNull(Box::new(inner.clone())),
        Type::List(item) => Shape::List(Box::new(wrapped(item, inner))),
        Type::NonNullList(item) => Shape::NonNull(Box::new(Shape::List(Box::new(wrapped(item, inner))))),
    }
}

fn leaf(supergraph: &Supergraph, ty: &Name) -> Leaf {
    match ty.as_str() {
        "Int" => Leaf::Int,
        "Float" => Leaf::Float,
        "String" => Leaf::String,
        "Boolean" => Leaf::Boolean,
        "ID" => Leaf::Id,
        _ => match supergraph.api().schema().types.get(ty) {
            Some(ExtendedType::Enum(definition)) => Leaf::Enum(definition.values.keys().map(text).collect()),
            _ => Leaf::Custom,
        },
    }
}

pub fn type_set(supergraph: &Supergraph, types: &ObjectSet) -> TypeSet {
    types.iter().filter_map(|index| supergraph.object_name(index)).map(text).collect()
}

pub fn text(name: &Name) -> Arc<str> {
    Arc::from(name.as_str())
}
