//! What fields are made of beside their own values: what `@requires` asks for, and what a context brings. A subgraph is
//! told both; the server that knows everything looks them up.

use std::sync::atomic::Ordering;

use serde_json::{Map, Value as Json, json};

use super::above;
use super::model::{Field, Sel, Value};
use super::serve::Object;
use super::values::{Found, Id, canonical};

impl Object<'_> {
    /// What the subgraph was given for a context.
    pub fn taken_here(&self, field: &Field, arguments: &Map<String, Json>) -> Found {
        let mut arguments = arguments.clone();
        let Some(taken) = arguments.remove(above::ARGUMENT) else {
            self.run.violated(format!("{}.{} is asked for without its context", self.id.ty, field.name));
            return Found::Null;
        };
        let told = self.told.clone().unwrap_or_default();
        let beside: Vec<Json> = field.requires.iter().map(|sel| self.part(&told, sel)).collect();
        taken_text(field, arguments, &taken, &beside)
    }

    /// What the nearest object that sets a context has for it.
    pub fn taken_from_above(&self, field: &Field, context: usize, arguments: &Map<String, Json>) -> Found {
        if self.server.model.is_lost_to_owner(&self.run.scenario, &self.id, field) {
            return Found::Null;
        }
        let setter = &self.scope[&context];
        let value = self.server.model.contexts[context].value_of(&setter.ty).unwrap();
        let taken = self.true_part(setter, &Sel::leaf(value));
        let beside: Vec<Json> = field.requires.iter().map(|sel| self.true_part(&self.id, sel)).collect();
        taken_text(field, arguments.clone(), &taken, &beside)
    }

    /// A computed field's text, of what its subgraph was told.
    pub fn computed_here(&self, field: &Field) -> Found {
        let Some(told) = &self.told else {
            self.run.violated(format!("{}.{} is asked for without its inputs", self.id.ty, field.name));
            return Found::Null;
        };
        let inputs = Json::Array(field.requires.iter().map(|sel| self.part(told, sel)).collect());
        Found::Leaf(json!(format!("{}{}", field.name, canonical(&inputs))))
    }

    fn part(&self, told: &Map<String, Json>, sel: &Sel) -> Json {
        match told.get(&sel.name) {
            // Whoever is told knows the type by what it is told.
            None if sel.on.is_some() => json!("of another type"),
            None => {
                self.run.violated(format!("a representation lacks {}.{}", self.id.ty, sel.name));
                Json::Null
            }
            Some(value) => self.narrowed(value, &sel.below),
        }
    }

    fn narrowed(&self, value: &Json, set: &[Sel]) -> Json {
        match value {
            Json::Object(fields) if !set.is_empty() => {
                set.iter().map(|sel| self.part(fields, sel)).collect::<Vec<_>>().into()
            }
            Json::Array(items) => items.iter().map(|item| self.narrowed(item, set)).collect(),
            value => value.clone(),
        }
    }

    /// The same text, of what is so.
    pub fn computed_from_all(&self, id: &Id, field: &Field) -> Found {
        if self.server.model.is_lost_to_owner(&self.run.scenario, id, field) {
            return Found::Null;
        }
        let inputs = Json::Array(field.requires.iter().map(|sel| self.true_part(id, sel)).collect());
        Found::Leaf(json!(format!("{}{}", field.name, canonical(&inputs))))
    }

    fn true_part(&self, id: &Id, sel: &Sel) -> Json {
        let model = &self.server.model;
        if sel.on.as_ref().is_some_and(|on| *on != id.ty) {
            return json!("of another type");
        }
        if sel.name == "__typename" {
            return json!(id.ty);
        }
        let field = model.field(&id.ty, &sel.name).unwrap();
        if field.value == Value::Computed {
            return match self.computed_from_all(id, field) {
                Found::Leaf(value) => value,
                _ => Json::Null,
            };
        }
        let found = model.value(&self.run.scenario, id, field, &arguments_of(sel), self.moment());
        self.true_value(found, &sel.below)
    }

    fn true_value(&self, found: Found, set: &[Sel]) -> Json {
        match found {
            Found::Leaf(value) => value,
            Found::List(items) => items.into_iter().map(|item| self.true_value(item, set)).collect(),
            Found::Object(id) => set.iter().map(|sel| self.true_part(&id, sel)).collect::<Vec<_>>().into(),
            Found::Null => Json::Null,
            Found::Error | Found::Wrong => {
                self.run.input_failed.store(true, Ordering::SeqCst);
                Json::Null
            }
        }
    }
}

fn taken_text(field: &Field, arguments: Map<String, Json>, taken: &Json, beside: &[Json]) -> Found {
    let arguments = canonical(&Json::Object(arguments));
    Found::Leaf(json!(format!(
        "{}{arguments} with {}{}",
        field.name,
        canonical(taken),
        canonical(&json!(beside))
    )))
}

fn arguments_of(sel: &Sel) -> Map<String, Json> {
    let arguments = match sel.arguments {
        "" => json!({}),
        "(x: 1)" => json!({ "x": 1 }),
        "(x: 2)" => json!({ "x": 2 }),
        "(text: \"by requirement\")" => json!({ "text": "by requirement" }),
        "(by: {n: 4})" => json!({ "by": { "n": 4 } }),
        other => panic!("{other} is no argument of requirements"),
    };
    let Json::Object(arguments) = arguments else { panic!("arguments are an object") };
    arguments
}
