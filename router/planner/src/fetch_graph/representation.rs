//! What is sent to describe an entity.

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use router_schema::{FieldSet, FieldSetSelection, SubgraphId};

use crate::graph::Jump;
use crate::output::{text, type_set};
use crate::plan::{NullInput, Representation, RepresentationField, RepresentationType, TypeSet};
use crate::search::Search;
use crate::search::place::PlaceId;

pub fn of_jump(
    search: &mut Search<'_>,
    place: PlaceId,
    jump: &Jump,
    requires: &[&FieldSet],
) -> Representation {
    let is_interface = search.graph.supergraph.is_abstract(&jump.as_type);
    let typename = if is_interface || search.places.get(place).types.len() == 1 {
        RepresentationType::Fixed(text(&jump.as_type))
    } else {
        RepresentationType::OfObject
    };
    let receiver = Receiver { subgraph: jump.subgraph, ty: jump.as_type.clone(), is_key: true };
    let is_composite = jump.key.selections.len() > 1;
    let mut fields = Vec::new();
    collect(search, place, &jump.key, &receiver, is_composite, None, &mut fields);
    let receiver = Receiver { is_key: false, ..receiver };
    for set in requires {
        collect(search, place, set, &receiver, true, None, &mut fields);
    }
    Representation { typename, fields }
}

/// Who reads the inputs, and as what.
#[derive(Clone)]
struct Receiver {
    subgraph: SubgraphId,
    ty: Name,
    is_key: bool,
}

impl Receiver {
    /// The field's type there, otherwise as the supergraph has it.
    fn field_type(&self, search: &Search<'_>, place: PlaceId, field: &str) -> Option<Type> {
        let supergraph = &search.graph.supergraph;
        let there = supergraph.facts(&self.ty).and_then(|facts| facts.field(field, self.subgraph));
        let ty = there.map(|facts| facts.ty.clone());
        ty.or_else(|| {
            let definition = supergraph.schema().type_field(&search.places.get(place).ty, field).ok()?;
            Some(definition.ty.clone())
        })
    }
}

fn collect(
    search: &mut Search<'_>,
    place: PlaceId,
    set: &FieldSet,
    receiver: &Receiver,
    may_be_null: bool,
    on: Option<&TypeSet>,
    fields: &mut Vec<RepresentationField>,
) {
    for selection in &set.selections {
        match selection {
            FieldSetSelection::Fragment { on: condition, selection } => {
                for variant in search.variants_on(place, condition) {
                    let types = search.places.get(variant).types.clone();
                    let narrowed = (variant != place).then(|| type_set(&search.graph.supergraph, &types));
                    let receiver = Receiver { ty: search.places.get(variant).ty.clone(), ..receiver.clone() };
                    collect(
                        search,
                        variant,
                        selection,
                        &receiver,
                        may_be_null,
                        narrowed.as_ref().or(on),
                        fields,
                    );
                }
            }
            FieldSetSelection::Field { name, .. } if name == "__typename" => add(
                RepresentationField {
                    name: text(name),
                    source: text(name),
                    on: on.cloned(),
                    null: NullInput::LeaveOut,
                    fields: Vec::new(),
                },
                fields,
            ),
            FieldSetSelection::Field { name, arguments, selection } => {
                let id = search.intern(name, arguments);
                for at in search.selectable(place, id) {
                    let types = search.places.get(at).types.clone();
                    let narrowed = (at != place).then(|| type_set(&search.graph.supergraph, &types));
                    let ty = receiver.field_type(search, at, name);
                    let accepts_null = may_be_null && ty.as_ref().is_some_and(|ty| !ty.is_non_null());
                    let mut below = Vec::new();
                    if !selection.is_empty()
                        && let Some(child) = search.places.child(at, id)
                    {
                        let ty = ty.map_or_else(
                            || search.places.get(child).ty.clone(),
                            |ty| ty.inner_named_type().clone(),
                        );
                        let receiver = Receiver { ty, ..receiver.clone() };
                        collect(search, child, selection, &receiver, !receiver.is_key, None, &mut below);
                    }
                    let field = RepresentationField {
                        name: text(name),
                        source: text(&search.places.internal(at, id).0),
                        on: narrowed.as_ref().or(on).cloned(),
                        null: if accepts_null { NullInput::Send } else { NullInput::LeaveOut },
                        fields: below,
                    };
                    add(field, fields);
                }
            }
        }
    }
}

/// Adds a field, or what it has below, once.
pub fn add(field: RepresentationField, fields: &mut Vec<RepresentationField>) {
    let same = |known: &&mut RepresentationField| {
        known.name == field.name && known.source == field.source && known.on == field.on
    };
    match fields.iter_mut().find(same) {
        Some(known) => {
            if field.null == NullInput::LeaveOut {
                known.null = NullInput::LeaveOut;
            }
            for below in field.fields {
                add(below, &mut known.fields);
            }
        }
        None => fields.push(field),
    }
}
