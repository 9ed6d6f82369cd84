//! Subgraphs made of a schema and JSON: queries are validated and executed as a real server would, fields are read
//! from the data.
//!
//! In the data, an object's field is a key: `name`, or `name(argument)` where the first argument's value matters.
//! A string that begins with `=` is a template over the entity's representation (`"=fee:{weight}"`), for what
//! @requires asks. `{"$error": "text"}` fails the field. `{"$of": "Type:id"}` is that entity of the data.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use apollo_compiler::resolvers::{Execution, FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use async_trait::async_trait;
use futures::stream::BoxStream;
use router_composition::{Subgraph, compose};
use router_executor::{ExecutionRequest, Executor};
use router_planner::{PlanContext, Planner};
use router_schema::{Operation, Supergraph};
use router_transport::{Request, Response, Transport, TransportError};
use serde_json::{Map, Value};

const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", "@interfaceObject", "@context",
    "@fromContext"
])
"#;

const FEDERATION: &str = r"
directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @external on FIELD_DEFINITION | OBJECT
directive @requires(fields: String!) on FIELD_DEFINITION
directive @provides(fields: String!) on FIELD_DEFINITION
directive @shareable on FIELD_DEFINITION | OBJECT
directive @override(from: String!) on FIELD_DEFINITION
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR
directive @interfaceObject on OBJECT
directive @context(name: String!) repeatable on OBJECT | INTERFACE | UNION
directive @fromContext(field: String) on ARGUMENT_DEFINITION
scalar _Any
extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
";

pub struct Fake {
    schema: Valid<Schema>,
    data: Value,
    /// Documents it was asked, in order.
    pub asked: Mutex<Vec<String>>,
}

impl Fake {
    fn new(sdl: &str, data: Value) -> Self {
        let keyed: Vec<_> =
            Schema::parse(format!("{FEDERATION} type Query type _Entity {{ a: Int }} {sdl}"), "keys")
                .unwrap_or_else(|errors| errors.partial)
                .types
                .values()
                .filter(|ty| ty.is_object() && ty.directives().has("key"))
                .map(|ty| ty.name().to_string())
                .collect();
        let query = if sdl.contains("type Query") { "" } else { "type Query { _unused: Int }" };
        let entity = if keyed.is_empty() {
            "type _Entity { a: Int }".into()
        } else {
            format!("union _Entity = {}", keyed.join("|"))
        };
        let schema =
            Schema::parse_and_validate(format!("{FEDERATION}{query}{entity}\n{sdl}"), "subgraph").unwrap();
        Self { schema, data, asked: Mutex::default() }
    }

    /// A server that is no subgraph but knows the whole schema.
    pub fn whole(schema: &str, data: Value) -> Self {
        Self { schema: Schema::parse_and_validate(schema, "api").unwrap(), data, asked: Mutex::default() }
    }

    pub fn answer(&self, query: &str, variables: &Value) -> Value {
        let document = ExecutableDocument::parse_and_validate(&self.schema, query, "query")
            .unwrap_or_else(|errors| panic!("the subgraph refuses\n{query}\n{}", errors.errors));
        let variables: JsonMap = serde_json::from_value(variables.clone()).unwrap();
        let operation = document.operations.get(None).unwrap();
        let root = Object {
            fake: self,
            type_name: operation.object_type().to_string(),
            data: self.root(operation),
            extra: None,
        };
        let response =
            Execution::new(&self.schema, &document).raw_variable_values(&variables).execute_sync(&root);
        serde_json::to_value(response.unwrap()).unwrap()
    }

    fn root(&self, operation: &apollo_compiler::executable::Operation) -> &Value {
        self.data.get(operation.object_type().as_str()).unwrap_or(&Value::Null)
    }

    fn entities(&self) -> impl Iterator<Item = &Value> {
        self.data.get("entities").and_then(Value::as_array).into_iter().flatten()
    }

    /// The entity whose fields have the values that the representation gives for them.
    fn entity(&self, representation: &Map<String, Value>) -> Option<&Value> {
        let wanted = representation["__typename"].as_str()?;
        let is_of_type = |name: &str| name == wanted || self.schema.is_subtype(wanted, name);
        self.entities().find(|entity| {
            entity["__typename"].as_str().is_some_and(is_of_type)
                && representation.iter().all(|(key, value)| {
                    key == "__typename" || entity.get(key).is_none_or(|own| self.tells(own, value))
                })
        })
    }

    /// Whether what a representation tells is a part of what the data has.
    fn tells(&self, own: &Value, told: &Value) -> bool {
        match (own, told) {
            (Value::Object(reference), told) if reference.contains_key("$of") => {
                self.tells(self.referenced(reference["$of"].as_str().unwrap()), told)
            }
            (Value::Object(own), Value::Object(told)) => told.iter().all(|(key, told)| {
                key == "__typename" || own.get(key).is_some_and(|own| self.tells(own, told))
            }),
            (Value::Array(own), Value::Array(told)) => {
                own.len() == told.len() && own.iter().zip(told).all(|(own, told)| self.tells(own, told))
            }
            (own, told) => own == told,
        }
    }

    fn referenced(&self, reference: &str) -> &Value {
        let (type_name, id) = reference.split_once(':').unwrap();
        let found = self.entities().find(|entity| entity["__typename"] == type_name && entity["id"] == id);
        found.unwrap_or_else(|| panic!("no entity {reference}"))
    }
}

struct Object<'a> {
    fake: &'a Fake,
    type_name: String,
    data: &'a Value,
    extra: Option<Map<String, Value>>,
}

impl<'a> Object<'a> {
    fn resolved(&self, value: &'a Value, declared: &str) -> Result<ResolvedValue<'a>, FieldError> {
        let fake = self.fake;
        match value {
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.resolved(item, declared)).collect();
                Ok(ResolvedValue::List(Box::new(items.into_iter())))
            }
            Value::Object(fields) if fields.contains_key("$error") => {
                Err(FieldError { message: fields["$error"].as_str().unwrap().to_owned() })
            }
            Value::Object(fields) if fields.contains_key("$of") => {
                self.resolved(fake.referenced(fields["$of"].as_str().unwrap()), declared)
            }
            Value::Object(_) if declared == "Query" => {
                let data = fake.data.get("Query").unwrap_or(&Value::Null);
                Ok(ResolvedValue::Object(Box::new(Object {
                    fake,
                    type_name: declared.to_owned(),
                    data,
                    extra: None,
                })))
            }
            Value::Object(fields) if fake.schema.types[declared].is_scalar() => {
                Ok(leaf(&Value::Object(fields.clone())))
            }
            Value::Object(fields) => {
                let type_name =
                    fields.get("__typename").and_then(Value::as_str).unwrap_or(declared).to_owned();
                Ok(ResolvedValue::Object(Box::new(Object { fake, type_name, data: value, extra: None })))
            }
            Value::String(text) if text.starts_with('=') => Ok(leaf(&self.template(&text[1..]))),
            value => Ok(leaf(value)),
        }
    }

    fn template(&self, text: &str) -> Value {
        let mut text = text.to_owned();
        for (key, value) in self.extra.iter().flatten() {
            let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text = text.replace(&format!("{{{key}}}"), &plain);
        }
        Value::String(text)
    }

    fn entities(&self, info: &ResolveInfo<'_>) -> ResolvedValue<'a> {
        let arguments = serde_json::to_value(info.arguments()).unwrap();
        let representations = arguments["representations"].as_array().unwrap().clone();
        let fake = self.fake;
        let found = representations.into_iter().map(move |representation| {
            let Value::Object(representation) = representation else {
                panic!("a representation is an object")
            };
            Ok(match fake.entity(&representation) {
                Some(data) => {
                    let type_name = data["__typename"].as_str().unwrap().to_owned();
                    ResolvedValue::Object(Box::new(Object {
                        fake,
                        type_name,
                        data,
                        extra: Some(representation),
                    }))
                }
                None => leaf(&Value::Null),
            })
        });
        ResolvedValue::List(Box::new(found.collect::<Vec<_>>().into_iter()))
    }
}

fn leaf<'a>(value: &Value) -> ResolvedValue<'a> {
    ResolvedValue::Leaf(serde_json::from_value(value.clone()).unwrap())
}

impl ObjectValue for Object<'_> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        if info.field_name() == "_entities" {
            return Ok(self.entities(info));
        }
        let argument = info.arguments().values().next().map(|value| serde_json::to_value(value).unwrap());
        let plain = argument.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let with_argument = plain.and_then(|plain| self.data.get(format!("{}({plain})", info.field_name())));
        match with_argument.or_else(|| self.data.get(info.field_name())) {
            Some(value) => self.resolved(value, info.field_definition().ty.inner_named_type()),
            // A key that the representation told.
            None => {
                let told = self.extra.as_ref().and_then(|extra| extra.get(info.field_name()));
                Ok(leaf(told.unwrap_or(&Value::Null)))
            }
        }
    }
}

#[async_trait]
impl Transport for Fake {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        self.asked.lock().unwrap().push(request.query.to_string());
        Ok(serde_json::from_value(self.answer(&request.query, &Value::Object(request.variables.to_json())))
            .unwrap())
    }

    async fn subscribe(&self, request: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        // One event: the root's data.
        let response = self.execute(request).await?;
        Ok(Box::pin(futures::stream::iter([response])))
    }
}

/// Subgraphs composed, planned and executed together.
pub struct Federation {
    supergraph: Arc<Supergraph>,
    planner: Planner,
    pub executor: Executor,
    pub subgraphs: BTreeMap<String, Arc<Fake>>,
}

impl Federation {
    /// From (name, schema, data).
    pub fn new(subgraphs: &[(&str, &str, Value)]) -> Self {
        let sources: Vec<_> = subgraphs
            .iter()
            .map(|(name, sdl, _)| Subgraph {
                name: (*name).to_owned(),
                url: format!("http://{name}"),
                sdl: format!("{LINK}{sdl}"),
            })
            .collect();
        let composed = compose(&sources).unwrap();
        let supergraph = Arc::new(Supergraph::parse(&composed.supergraph_sdl).unwrap());
        let subgraphs: BTreeMap<_, _> = subgraphs
            .iter()
            .map(|(name, sdl, data)| ((*name).to_owned(), Arc::new(Fake::new(sdl, data.clone()))))
            .collect();
        let transports = subgraphs
            .iter()
            .map(|(name, fake)| (name.clone(), Arc::clone(fake) as Arc<dyn Transport>))
            .collect();
        let executor = Executor::new(Arc::clone(&supergraph), transports).unwrap();
        Self { planner: Planner::new(Arc::clone(&supergraph)), supergraph, executor, subgraphs }
    }

    pub fn supergraph(&self) -> &Supergraph {
        &self.supergraph
    }

    /// What clients see, as SDL.
    pub fn api_schema(&self) -> String {
        self.supergraph.api().schema().to_string()
    }

    pub fn request(&self, query: &str, variables: Value) -> ExecutionRequest {
        let operation = Operation::parse(&self.supergraph, query, None).unwrap();
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        let variables = operation.coerce_variables(&self.supergraph, &variables.into()).unwrap();
        let expanded = operation.expand(&self.supergraph, &operation.flags(&variables));
        let plan = self.planner.plan(&expanded, &PlanContext::default()).unwrap();
        ExecutionRequest {
            operation: Arc::new(operation),
            plan: Arc::new(plan),
            variables,
            caller: None,
            headers: Arc::default(),
            deadline: None,
            room: None,
        }
    }

    /// The text of the response: the order of keys counts.
    pub async fn text(&self, query: &str, variables: Value) -> String {
        let response = self.executor.execute(self.request(query, variables)).await;
        String::from_utf8(response.into_bytes().to_vec()).unwrap()
    }

    pub async fn run(&self, query: &str) -> Value {
        self.run_with(query, serde_json::json!({})).await
    }

    pub async fn run_with(&self, query: &str, variables: Value) -> Value {
        serde_json::from_str(&self.text(query, variables).await).unwrap()
    }

    /// Documents that a subgraph was asked.
    pub fn asked(&self, subgraph: &str) -> Vec<String> {
        self.subgraphs[subgraph].asked.lock().unwrap().clone()
    }
}
