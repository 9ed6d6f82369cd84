//! Servers over a model: one for each subgraph, and one that knows everything.
//!
//! A subgraph's server notes as a violation whatever a router must not do: ask for what the subgraph only declares,
//! leave out an input, describe an entity that does not exist.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use apollo_compiler::ast::Type;
use apollo_compiler::resolvers::{Execution, FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use async_trait::async_trait;
use futures::stream::BoxStream;
use router_transport::{Request, Response, Transport, TransportError};
use serde_json::{Map, Value as Json, json};

use super::model::{self, Field, Kind, Model, Sel, Value, edge};
use super::record::{self, Values};
use super::values::{Found, Id, Mode, Moment, Scenario, canonical};

/// Events of one subscription.
pub const EVENTS: usize = 3;

/// Values that the server's own type checks let pass, put in the place of values of wrong types.
const WRONG_INT: i64 = 1_999_999_999;
const WRONG_TEXT: &str = "\u{1}wrong";

/// Of no type but a scalar that takes anything.
pub fn wrong_shape() -> Json {
    json!({ "id": ["no text"] })
}

/// What all servers share while one operation runs.
pub struct Run {
    pub scenario: Scenario,
    mutations: AtomicUsize,
    /// Root fields of mutations, in the order in which they ran.
    pub effects: Mutex<Vec<String>>,
    pub violations: Mutex<Vec<String>>,
    /// An input had an error: the router tells it, though no client's field has it.
    pub input_failed: std::sync::atomic::AtomicBool,
    pub lost: std::sync::atomic::AtomicBool,
    /// Filled by the server that knows everything, where records are wanted.
    pub values: Option<Mutex<Values>>,
}

impl Run {
    pub fn new(scenario: Scenario) -> Arc<Self> {
        Arc::new(Self {
            scenario,
            mutations: AtomicUsize::new(0),
            effects: Mutex::default(),
            violations: Mutex::default(),
            input_failed: false.into(),
            lost: false.into(),
            values: record::folder().map(|_| Mutex::default()),
        })
    }

    pub fn violated(&self, text: String) {
        self.violations.lock().unwrap().push(text);
    }
}

pub struct Server {
    pub model: Arc<Model>,
    /// `None`: knows everything.
    pub subgraph: Option<usize>,
    pub schema: Valid<Schema>,
    /// Exchanged between operations.
    pub run: Mutex<Arc<Run>>,
}

impl Server {
    pub fn answer(&self, query: &str, variables: &Map<String, Json>, event: usize) -> Json {
        let run = Arc::clone(&self.run.lock().unwrap());
        let document = match ExecutableDocument::parse_and_validate(&self.schema, query, "query") {
            Ok(document) => document,
            Err(errors) => {
                run.violated(format!("s{:?} refuses {query}: {}", self.subgraph, errors.errors));
                return json!({ "data": null, "errors": [{ "message": "invalid" }] });
            }
        };
        let variables: JsonMap = serde_json::from_value(Json::Object(variables.clone())).unwrap();
        let operation = document.operations.get(None).unwrap();
        let id = Id { ty: operation.object_type().to_string(), id: String::new() };
        let scope = Scope::new();
        let root = Object { server: self, run: &run, id, told: None, provided: &[], event, scope };
        let response =
            Execution::new(&self.schema, &document).raw_variable_values(&variables).execute_sync(&root);
        let mut response = serde_json::to_value(response.unwrap()).unwrap();
        if run.scenario.mode == Mode::Wrong && self.subgraph.is_some() {
            misfit(&mut response["data"]);
        }
        response
    }
}

/// Puts values of other types where the marks stand.
fn misfit(value: &mut Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(misfit),
        Json::Object(fields) => fields.values_mut().for_each(misfit),
        Json::Number(number) if number.as_i64() == Some(WRONG_INT) => *value = json!("no number"),
        Json::String(text) if text == WRONG_TEXT => *value = wrong_shape(),
        _ => {}
    }
}

pub struct Object<'a> {
    pub server: &'a Server,
    pub run: &'a Run,
    pub id: Id,
    /// The representation by which the object was entered.
    pub told: Option<Map<String, Json>>,
    /// What the way here provides.
    provided: &'a [Sel],
    event: usize,
    /// For each context, the nearest object above that sets it. Known only to the server that knows everything.
    pub scope: Scope,
}

pub type Scope = BTreeMap<usize, Id>;

impl<'a> Object<'a> {
    pub fn moment(&self) -> Moment {
        Moment { mutations: self.run.mutations.load(Ordering::SeqCst), event: self.event }
    }

    fn field(&self, name: &str) -> &'a Field {
        let field = self.server.model.field(&self.id.ty, name);
        field.unwrap_or_else(|| panic!("{}.{name} is in the model", self.id.ty))
    }

    fn below(&self, id: Id, provided: &'a [Sel]) -> ResolvedValue<'a> {
        let (server, run, event) = (self.server, self.run, self.event);
        let scope = self.scope_below();
        ResolvedValue::Object(Box::new(Object { server, run, id, told: None, provided, event, scope }))
    }

    fn scope_below(&self) -> Scope {
        let mut scope = self.scope.clone();
        for (index, context) in self.server.model.contexts.iter().enumerate() {
            if context.value_of(&self.id.ty).is_some() {
                scope.insert(index, self.id.clone());
            }
        }
        scope
    }

    fn resolved(&self, found: Found, ty: &Type, provided: &'a [Sel]) -> ResolvedValue<'a> {
        match found {
            Found::Null => leaf(Json::Null),
            Found::Leaf(value) => leaf(value),
            // Values of no type: in a list, an error is the item's alone.
            Found::Error => leaf(json!([])),
            Found::Wrong if self.server.subgraph.is_none() => leaf(wrong_shape()),
            Found::Wrong if ty.inner_named_type() == "Int" => leaf(json!(WRONG_INT)),
            Found::Wrong => leaf(json!(WRONG_TEXT)),
            Found::Object(id) => self.below(id, provided),
            Found::List(items) => {
                let items: Vec<_> =
                    items.into_iter().map(|item| Ok(self.resolved(item, ty, provided))).collect();
                ResolvedValue::List(Box::new(items.into_iter()))
            }
        }
    }

    fn entities(&self, info: &ResolveInfo<'_>, subgraph: usize) -> ResolvedValue<'a> {
        let (server, run, event) = (self.server, self.run, self.event);
        let arguments = serde_json::to_value(info.arguments()).unwrap();
        let mut seen: Vec<String> = Vec::new();
        let mut items = Vec::new();
        for told in arguments["representations"].as_array().unwrap() {
            let text = canonical(told);
            if seen.contains(&text) {
                run.violated(format!("{text} is asked for twice at once"));
            }
            seen.push(text);
            let Json::Object(told) = told.clone() else { panic!("a representation is an object") };
            let item = match server.model.described(&told) {
                Err(violation) => {
                    run.violated(format!("s{subgraph}: {violation}"));
                    leaf(Json::Null)
                }
                Ok(id) if server.model.is_lost(&run.scenario, subgraph, &id) => {
                    run.lost.store(true, Ordering::SeqCst);
                    leaf(Json::Null)
                }
                Ok(id) => {
                    let scope = Scope::new();
                    let object = Object { server, run, id, told: Some(told), provided: &[], event, scope };
                    ResolvedValue::Object(Box::new(object))
                }
            };
            items.push(Ok(item));
        }
        ResolvedValue::List(Box::new(items.into_iter()))
    }

    /// Notes a field that the subgraph does not resolve here.
    fn check_owner(&self, field: &Field, subgraph: usize) {
        let scenario = &self.run.scenario;
        let is_whole = |object: &model::Object| object.kind == Kind::Value && !object.is_divided();
        let is_value = self.server.model.object(&self.id.ty).is_some_and(is_whole);
        let is_own =
            is_value || field.value == Value::Key || field.is_resolved_by(subgraph, &scenario.labels);
        let is_meant =
            |sel: &&Sel| sel.name == field.name && sel.on.as_ref().is_none_or(|on| *on == self.id.ty);
        if !is_own && self.provided.iter().find(is_meant).is_none() {
            self.run.violated(format!("s{subgraph} does not resolve {}.{}", self.id.ty, field.name));
        }
    }

    /// What a field is worth here; `Err` where it is not to be had.
    fn found(&self, field: &Field, arguments: &Map<String, Json>) -> Result<Found, &'static str> {
        let (run, model) = (self.run, &self.server.model);
        match self.server.subgraph {
            Some(subgraph) => self.check_owner(field, subgraph),
            None if self.is_denied(field) => return Err("denied"),
            None if model.is_away(&run.scenario, field) => return Err("away"),
            None => {}
        }
        if field.value == Value::Effect {
            run.mutations.fetch_add(1, Ordering::SeqCst);
            let arguments = canonical(&Json::Object(arguments.clone()));
            run.effects.lock().unwrap().push(format!("{}{arguments}", field.name));
        }
        Ok(match (&field.value, self.server.subgraph) {
            (Value::Computed, Some(_)) => self.computed_here(field),
            (Value::Computed, None) => self.computed_from_all(&self.id, field),
            (Value::FromContext(_), Some(_)) => self.taken_here(field, arguments),
            (Value::FromContext(context), None) => self.taken_from_above(field, *context, arguments),
            _ => model.value(&run.scenario, &self.id, field, arguments, self.moment()),
        })
    }

    fn error(message: &str) -> FieldError {
        FieldError { message: message.to_owned() }
    }

    /// Whether the caller may see a field, which has its own rule, its object's and that of what it leads to.
    fn is_denied(&self, field: &Field) -> bool {
        let model = &self.server.model;
        let rule_of = |ty: &str| model.object(ty).and_then(|object| object.rule.as_ref());
        let rules = [field.rule.as_ref(), rule_of(&self.id.ty), rule_of(field.ty.inner_named_type())];
        rules.into_iter().flatten().any(|rule| !self.run.scenario.allows(rule))
    }
}

fn scope_text(scope: &Scope) -> String {
    scope.values().map(|id| format!(" below {}", id.id)).collect()
}

fn leaf<'a>(value: Json) -> ResolvedValue<'a> {
    ResolvedValue::Leaf(serde_json::from_value(value).unwrap())
}

impl ObjectValue for Object<'_> {
    fn type_name(&self) -> &str {
        let interface = self.server.model.interface_object_of(&self.id.ty);
        let knows_only_that =
            interface.filter(|each| self.server.subgraph.is_some_and(|own| each.as_object.contains(&own)));
        knows_only_that.map_or(&self.id.ty, |each| &each.name)
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        if let ("_entities", Some(subgraph)) = (info.field_name(), self.server.subgraph) {
            return Ok(self.entities(info, subgraph));
        }
        if info.field_name().starts_with("none") {
            return Ok(leaf(Json::Null));
        }
        let field = self.field(info.field_name());
        let Json::Object(arguments) = serde_json::to_value(info.arguments()).unwrap() else {
            panic!("arguments are an object")
        };
        let found = self.found(field, &arguments);
        if let (None, Some(values)) = (self.server.subgraph, &self.run.values) {
            let below = scope_text(&self.scope_below());
            let worth = |found: &Found| record::worth(found, &below);
            let worth = found.as_ref().map_or_else(|message| record::error(message), worth);
            let id = format!("{}{}", self.id.id, scope_text(&self.scope));
            let here = Id { id, ty: self.id.ty.clone() };
            let mutations = self.moment().mutations;
            values.lock().unwrap().insert(&here, &field.name, &arguments, mutations, worth);
        }
        match found {
            Ok(Found::Error) => Err(Self::error("failed")),
            Ok(found) => {
                let mut through = self.provided.iter().filter(|sel| sel.name == field.name);
                let provided = through.find_map(|sel| (!sel.below.is_empty()).then_some(&sel.below));
                Ok(self.resolved(found, &field.ty, provided.unwrap_or(&field.provides)))
            }
            Err(message) => Err(Self::error(message)),
        }
    }
}

#[async_trait]
impl Transport for Server {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        self.check_away()?;
        // Only the fields of a subscription itself differ between events.
        Ok(serde_json::from_value(self.answer(&request.query, &request.variables.to_json(), 0)).unwrap())
    }

    async fn subscribe(&self, request: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        self.check_away()?;
        let variables = request.variables.to_json();
        let events: Vec<Response> = (0..EVENTS)
            .map(|event| serde_json::from_value(self.answer(&request.query, &variables, event)).unwrap())
            .collect();
        Ok(Box::pin(futures::stream::iter(events)))
    }
}

impl Server {
    fn check_away(&self) -> Result<(), TransportError> {
        let is_down = self.run.lock().unwrap().scenario.mode == Mode::Down;
        if is_down && self.subgraph == Some(edge(&self.model)) {
            let (subgraph, address) = ("edge".to_owned(), "nowhere".to_owned());
            return Err(TransportError::Unreachable { subgraph, address, source: "it is away".into() });
        }
        Ok(())
    }
}
