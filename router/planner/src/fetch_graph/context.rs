//! Variables for arguments that take their values from objects above.

use std::sync::Arc;

use router_schema::{ContextArgument, FieldSet, FieldSetSelection};

use super::draft::path;
use crate::graph::Inputs;
use crate::output::{text, type_set};
use crate::plan::{ContextSource, ContextVariable, NullInput, Step};
use crate::search::Search;
use crate::search::context::Setter;
use crate::search::place::PlaceId;

/// The variables of a request that enters at a place with these inputs; each once.
pub fn variables<'a>(search: &mut Search<'a>, place: PlaceId, inputs: &[Inputs<'a>]) -> Vec<ContextVariable> {
    let mut variables: Vec<ContextVariable> = Vec::new();
    for argument in inputs.iter().flat_map(|inputs| inputs.context) {
        let variable = search.context_variable(place, argument);
        if variables.iter().any(|known| known.variable == variable) {
            continue;
        }
        let setters = search.setters(place, argument);
        let sources = setters.iter().map(|setter| source(search, setter)).collect();
        let null = if argument.ty.is_non_null() { NullInput::LeaveOut } else { NullInput::Send };
        variables.push(ContextVariable {
            variable,
            type_name: argument.ty.to_string().into(),
            sources,
            null,
        });
    }
    variables
}

/// The arguments of a field in a document, as they are written.
pub fn arguments(search: &mut Search<'_>, place: PlaceId, arguments: &[ContextArgument]) -> Vec<String> {
    arguments
        .iter()
        .map(|argument| format!("{}: ${}", argument.name, search.context_variable(place, argument)))
        .collect()
}

fn source(search: &mut Search<'_>, setter: &Setter<'_>) -> ContextSource {
    let mut paths = Vec::new();
    let places = match setter.narrows {
        true => search.variants(setter.place, &setter.types),
        false => vec![setter.place],
    };
    for place in places {
        ways(search, place, setter.value, &on(search, setter.place, place), &mut paths);
    }
    paths.dedup();
    ContextSource {
        steps: path(search, setter.place).len(),
        on: setter.narrows.then(|| type_set(&search.graph.supergraph, &setter.types)),
        paths,
    }
}

/// The ways from an object to the leaves of a selection.
fn ways(
    search: &mut Search<'_>,
    place: PlaceId,
    set: &FieldSet,
    so_far: &[Step],
    found: &mut Vec<Vec<Step>>,
) {
    for selection in &set.selections {
        match selection {
            FieldSetSelection::Fragment { on: condition, selection } => {
                for variant in search.variants_on(place, condition) {
                    let steps = [so_far, &on(search, place, variant)].concat();
                    ways(search, variant, selection, &steps, found);
                }
            }
            FieldSetSelection::Field { name, .. } if name == "__typename" => {
                found.push([so_far, &[Step::Field(text(name))]].concat());
            }
            FieldSetSelection::Field { name, arguments, selection } => {
                let id = search.intern(name, arguments);
                for at in search.selectable(place, id) {
                    let field = Step::Field(text(&search.places.internal(at, id).0));
                    let steps = [so_far, &on(search, place, at), &[field]].concat();
                    if selection.is_empty() {
                        found.push(steps);
                    } else if let Some(child) = search.places.child(at, id) {
                        ways(search, child, selection, &steps, found);
                    }
                }
            }
        }
    }
}

/// The step from a general place to one of its variants.
fn on(search: &Search<'_>, general: PlaceId, place: PlaceId) -> Vec<Step> {
    if general == place {
        return Vec::new();
    }
    vec![Step::On(type_set(&search.graph.supergraph, &search.places.get(place).types))]
}

impl Search<'_> {
    /// The variable that brings an argument its value to a place; the client's operation defines none of that name.
    fn context_variable(&mut self, place: PlaceId, argument: &ContextArgument) -> Arc<str> {
        let (index, _) = self.context_variables.insert_full((place, argument.clone()));
        format!("{}_{index}", self.context_prefix).into()
    }
}
