//! What every field of every object is worth: a function of where it stands, and of what goes wrong in a scenario.

use std::collections::BTreeSet;

use apollo_compiler::ast::Type;
use serde_json::{Map, Value as Json, json};

use super::dice::{Dice, hash};
use super::model::{Field, Kind, Model, Rule, Sel, Value, edge};

/// An object: an entity by its key, a value by where it stands.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Id {
    pub ty: String,
    pub id: String,
}

#[derive(Clone, Debug)]
pub enum Found {
    Null,
    Error,
    /// Not of the field's type.
    Wrong,
    Leaf(Json),
    List(Vec<Found>),
    Object(Id),
}

/// What goes wrong while an operation runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Plain,
    Errors,
    Nulls,
    Wrong,
    Lost,
    Down,
    Denied,
}

/// The circumstances of one operation.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub seed: u64,
    pub mode: Mode,
    pub labels: BTreeSet<String>,
    pub authenticated: bool,
    pub scopes: BTreeSet<&'static str>,
    pub policies: BTreeSet<&'static str>,
}

impl Scenario {
    pub fn new(dice: &mut Dice) -> Self {
        let mode = match dice.below(22) {
            0..3 => Mode::Plain,
            3..5 => Mode::Errors,
            5..9 => Mode::Nulls,
            9..14 => Mode::Wrong,
            14..17 => Mode::Lost,
            17..18 => Mode::Down,
            _ => Mode::Denied,
        };
        let mut some = |names: &[&'static str]| -> BTreeSet<&'static str> {
            names.iter().copied().filter(|_| mode != Mode::Denied || dice.chance(35)).collect()
        };
        let (scopes, policies) = (some(&["a", "b", "c"]), some(&["p", "q"]));
        let authenticated = mode != Mode::Denied || dice.chance(30);
        let labels = ["percent(50)", "percent(7)"].into_iter().filter(|_| dice.chance(50));
        let labels = labels.map(str::to_owned).collect();
        Self { seed: dice.seed(), mode, labels, authenticated, scopes, policies }
    }

    pub fn allows(&self, rule: &Rule) -> bool {
        let one_of = |sets: &[Vec<&'static str>], has: &BTreeSet<&'static str>| {
            sets.iter().any(|set| set.iter().all(|each| has.contains(each)))
        };
        match rule {
            Rule::Authenticated => self.authenticated,
            Rule::Scopes(sets) => one_of(sets, &self.scopes),
            Rule::Policy(sets) => one_of(sets, &self.policies),
        }
    }
}

/// What differs between two moments of one operation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment {
    /// Mutations that have run.
    pub mutations: usize,
    /// The event of a subscription.
    pub event: usize,
}

impl Model {
    pub fn value(
        &self,
        scenario: &Scenario,
        object: &Id,
        field: &Field,
        arguments: &Map<String, Json>,
        moment: Moment,
    ) -> Found {
        match field.value {
            Value::Key => self.key(object, field),
            Value::Tick => Found::Leaf(json!(moment.mutations)),
            Value::Plain | Value::Effect | Value::Computed | Value::FromContext(_) => {
                if self.is_lost_to_owner(scenario, object, field) {
                    return Found::Null;
                }
                let place = (self.seed, object, &field.name, canonical(&Json::Object(arguments.clone())));
                let event = if object.ty == "Subscription" { moment.event } else { 0 };
                let seed = hash(&(&place, event));
                let fault = hash(&(&place, scenario.seed)).is_multiple_of(4) && self.may_fail(object, field);
                if fault && scenario.mode == Mode::Errors {
                    return Found::Error;
                }
                let faults = if fault { scenario.mode } else { Mode::Plain };
                self.of_type(object, field, &field.ty, seed, faults, &place.3)
            }
        }
    }

    /// Whether a fault here can be told from what a plan makes of it: what an input's sibling takes along with it
    /// depends on which of them are asked for together.
    fn may_fail(&self, object: &Id, field: &Field) -> bool {
        let is_safe =
            !field.ty.is_non_null() || !(object.ty.starts_with(['V', 'D']) || self.has_nested_inputs());
        !field.is_input && field.strict.is_empty() && is_safe
    }

    /// Whether some requirement goes through another entity.
    fn has_nested_inputs(&self) -> bool {
        let is_nested = |sel: &Sel| sel.below.iter().any(|below| below.name == "id" || below.on.is_some());
        self.objects.iter().flat_map(|each| &each.fields).any(|field| field.requires.iter().any(is_nested))
    }

    fn key(&self, object: &Id, field: &Field) -> Found {
        let number = object.id.rsplit('_').next().unwrap().parse::<usize>().unwrap();
        match field.name.as_str() {
            "id" => Found::Leaf(json!(object.id)),
            "sku" if self.lacks_key(object) => Found::Null,
            "sku" => Found::Leaf(json!(format!("sku {}", object.id))),
            "ref" => Found::Object(Id { ty: "Ref".into(), id: object.id.clone() }),
            _ => Found::Leaf(json!(number)),
        }
    }

    /// The entity that a representation describes; `Err` if no entity is so.
    pub fn described(&self, told: &Map<String, Json>) -> Result<Id, String> {
        let by_sku = || told.get("sku")?.as_str()?.strip_prefix("sku ");
        let by_ref = || told.get("ref")?.get("id")?.as_str();
        let id = told.get("id").and_then(Json::as_str).or_else(by_sku).or_else(by_ref);
        let id = id.ok_or_else(|| format!("nobody is described by {told:?}"))?.to_owned();
        let Some((ty, _)) = id.split_once('_') else { return Err(format!("{id} is no entity's key")) };
        let found = Id { ty: ty.to_owned(), id };
        for (key, value) in told.iter().filter(|(key, _)| *key != "__typename") {
            let Some(field) = self.field(&found.ty, key).filter(|field| field.value == Value::Key) else {
                continue;
            };
            let is_told = match self.key(&found, field) {
                Found::Leaf(own) => own == *value,
                _ => value["id"] == found.id,
            };
            if !is_told {
                return Err(format!("{told:?} describes two entities"));
            }
        }
        Ok(found)
    }

    /// Whether an entity has no value for a key that may be null.
    fn lacks_key(&self, object: &Id) -> bool {
        let is_nullable = self.field(&object.ty, "sku").is_some_and(|sku| !sku.ty.is_non_null());
        is_nullable && object.id.ends_with("_3")
    }

    fn is_entered_by_sku_alone(&self, subgraph: usize, ty: &str) -> bool {
        let holder = self.object(ty).and_then(|object| object.holders.get(&subgraph));
        holder.is_some_and(|holder| holder.keys == [1])
    }

    /// Whether a subgraph cannot be asked about an entity that others refer to, or denies it.
    pub fn is_lost(&self, scenario: &Scenario, subgraph: usize, object: &Id) -> bool {
        if self.lacks_key(object) && self.is_entered_by_sku_alone(subgraph, &object.ty) {
            return true;
        }
        if scenario.mode != Mode::Lost || !self.can_lose(subgraph, &object.ty) {
            return false;
        }
        !hash(&(scenario.seed, subgraph, object)).is_multiple_of(4)
    }

    /// Whether nothing but this subgraph's own fields depends on its knowing such an entity.
    pub fn can_lose(&self, subgraph: usize, ty: &str) -> bool {
        let fields: &[Field] = match (self.interface_object_of(ty), self.object(ty)) {
            (Some(interface), _) if interface.as_object.contains(&subgraph) => &interface.fields,
            (None, Some(object))
                if object.holders.get(&subgraph).is_some_and(|each| each.keys.len() == 1) =>
            {
                &object.fields
            }
            _ => return false,
        };
        let resolves = |field: &&Field| {
            field.owners.contains(&subgraph) || field.overrides.is_some_and(|(from, _)| from == subgraph)
        };
        fields.iter().filter(resolves).all(|field| {
            let is_alone = field.owners.len() == 1 && field.externals.is_empty();
            let is_safe = !field.ty.is_non_null() || !self.has_nested_inputs();
            is_alone && is_safe && !field.is_input && field.value != Value::Tick
        })
    }

    pub fn is_lost_to_owner(&self, scenario: &Scenario, object: &Id, field: &Field) -> bool {
        let owner = field.only_owner(&scenario.labels);
        owner.is_some_and(|owner| self.is_lost(scenario, owner, object))
    }

    /// Whether the field cannot be had because its subgraph is away.
    pub fn is_away(&self, scenario: &Scenario, field: &Field) -> bool {
        scenario.mode == Mode::Down && field.only_owner(&scenario.labels) == Some(edge(self))
    }

    fn of_type(
        &self,
        object: &Id,
        field: &Field,
        ty: &Type,
        seed: usize,
        faults: Mode,
        arguments: &str,
    ) -> Found {
        let may_be_null = field.strict.is_empty();
        if ty.is_non_null() && faults == Mode::Nulls {
            return Found::Null;
        }
        if !ty.is_non_null() && may_be_null && seed.is_multiple_of(9) {
            return Found::Null;
        }
        match ty {
            Type::List(item) | Type::NonNullList(item) => {
                let item = |index: usize| {
                    let faults = if seed % 3 == index { faults } else { Mode::Plain };
                    self.of_type(object, field, item, hash(&(seed, index)), faults, arguments)
                };
                Found::List((0..seed % 4).map(item).collect())
            }
            Type::Named(name) | Type::NonNullNamed(name) => {
                let can_be_wrong =
                    matches!(name.as_str(), "Int" | "String" | "ID") && !object.ty.starts_with(['V', 'D']);
                if faults == Mode::Wrong && can_be_wrong {
                    return Found::Wrong;
                }
                self.named(object, field, name, seed, arguments)
            }
        }
    }

    fn named(&self, object: &Id, field: &Field, name: &str, seed: usize, arguments: &str) -> Found {
        let text = || format!("{}{arguments} of {} {}", field.name, object.id, seed % 100);
        match name {
            "String" => Found::Leaf(json!(text())),
            "ID" => Found::Leaf(json!(format!("id {}", seed % 100))),
            "Int" => Found::Leaf(json!(seed % 1000)),
            "Boolean" => Found::Leaf(json!(seed.is_multiple_of(2))),
            "Blob" => Found::Leaf(json!({ "z": seed % 7, "a": [null, { "id": field.name }] })),
            "Shade" => {
                let values = &self.enums["Shade"];
                let at = if seed.is_multiple_of(13) { values.len() - 1 } else { seed % (values.len() - 1) };
                Found::Leaf(json!(values[at].0))
            }
            "Query" => Found::Object(Id { ty: "Query".into(), id: String::new() }),
            _ => {
                let owner = field.owners.first().copied().unwrap_or_default();
                let members = self.members(name, owner);
                let ty = members[seed % members.len()].clone();
                let is_entity = self.object(&ty).is_some_and(|each| each.kind == Kind::Entity);
                // Who knows entities by a key alone knows none without. A value type's fields are everybody's.
                let holders = self.object(&ty).into_iter().flat_map(|object| object.holders.keys());
                let known_by = |owner: &&usize| field.owners.is_empty() || field.owners.contains(*owner);
                let has_all =
                    !holders.filter(known_by).any(|owner| self.is_entered_by_sku_alone(*owner, &ty));
                let entities = if has_all { 4 } else { 3 };
                let id = if is_entity {
                    format!("{ty}_{}", (seed / 7) % entities)
                } else {
                    format!("{}.{}{arguments}{}", object.id, field.name, seed % 100)
                };
                Found::Object(Id { ty, id })
            }
        }
    }
}

/// Equal texts for equal values.
pub fn canonical(value: &Json) -> String {
    match value {
        Json::Object(fields) => {
            let mut fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{key}={}", canonical(value))).collect();
            fields.sort();
            format!("({})", fields.join(","))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        value => value.to_string(),
    }
}
