//! Reads `contextArguments`: from which objects an argument takes its value, and which one.

use apollo_compiler::Name;
use apollo_compiler::ast::{Directive, Type, Value};
use apollo_compiler::collections::HashMap;
use apollo_compiler::collections::IndexSet;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Node, Schema};

use super::facts::ContextArgument;
use crate::{FieldSet, FieldSetSelection, ObjectSet, SchemaError};

pub(super) struct Contexts<'a> {
    pub schema: &'a Valid<Schema>,
    pub objects: &'a IndexSet<Name>,
    pub possible: &'a HashMap<Name, ObjectSet>,
    /// The names of the directive by which a type sets a context.
    pub sets: Vec<String>,
}

impl Contexts<'_> {
    pub fn arguments(&self, applied: &Directive, place: &str) -> Result<Vec<ContextArgument>, SchemaError> {
        let list = applied.specified_argument_by_name("contextArguments").and_then(|value| value.as_list());
        list.unwrap_or_default().iter().map(|entry| self.argument(entry, place)).collect()
    }

    fn argument(&self, entry: &Node<Value>, place: &str) -> Result<ContextArgument, SchemaError> {
        let text = |key: &str| {
            let fields = entry.as_object().unwrap_or_default();
            fields
                .iter()
                .find(|(name, _)| name == key)
                .and_then(|(_, value)| value.as_str())
                .unwrap_or_default()
        };
        let wrong = |reason: String| SchemaError::FieldSet {
            place: place.to_owned(),
            text: text("selection").to_owned(),
            reason,
        };
        let name = Name::new(text("name")).map_err(|error| wrong(error.to_string()))?;
        let ty =
            Type::parse(text("type"), "type").map_err(|_| wrong("the argument has no type".to_owned()))?;
        // With braces or, where it is all fragments, without.
        let selection = text("selection").trim();
        let bare = selection.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let selection = bare.unwrap_or(selection);
        let mut values: Vec<(ObjectSet, FieldSet)> = Vec::new();
        for index in self.setters(text("context")).iter() {
            let Some(object) = self.objects.get_index(index) else { continue };
            let mut selections = Vec::new();
            self.flatten(FieldSet::known_part(self.schema, object, selection), index, &mut selections);
            let set = FieldSet { selections };
            match values.iter_mut().find(|(_, known)| *known == set) {
                Some((types, _)) => types.insert(index),
                None => values.push((ObjectSet::of(index), set)),
            }
        }
        if !values.is_empty() && values.iter().all(|(_, set)| set.is_empty()) {
            return Err(wrong("it selects nothing of any type that sets the context".to_owned()));
        }
        Ok(ContextArgument { name, ty, values })
    }

    /// A context that an interface or union sets is set by all its object types.
    fn setters(&self, context: &str) -> ObjectSet {
        let mut setters = ObjectSet::default();
        for ty in self.schema.types.values() {
            let sets = |applied: &Node<Directive>| {
                applied.specified_argument_by_name("name").and_then(|name| name.as_str()) == Some(context)
            };
            if self.sets.iter().flat_map(|name| ty.directives().get_all(name)).any(|applied| sets(applied))
                && let Some(objects) = self.possible.get(ty.name())
            {
                setters.extend(objects);
            }
        }
        setters
    }

    /// What a selection comes to on one object type: what stands outside of fragments, or in those that apply.
    fn flatten(&self, set: FieldSet, index: usize, selections: &mut Vec<FieldSetSelection>) {
        for selection in set.selections {
            match selection {
                FieldSetSelection::Fragment { on, selection } => {
                    if self.possible.get(&on).is_some_and(|types| types.contains(index)) {
                        self.flatten(selection, index, selections);
                    }
                }
                field @ FieldSetSelection::Field { .. } => selections.push(field),
            }
        }
    }
}
