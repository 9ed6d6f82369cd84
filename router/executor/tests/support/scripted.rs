//! Scripted subgraphs and plans made by hand: what the executor does with a plan, whoever made it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use async_trait::async_trait;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use router_composition::{Subgraph, compose};
use router_executor::{ExecutionRequest, Executor, ExecutorOptions, Response};
use router_planner::plan::{
    Call, EntityCall, EntityTarget, Fetch, FetchId, Leaf, NullInput, OutputField, OutputObject, OutputValue,
    QueryPlan, Representation, RepresentationField, RepresentationType, RuntimeType, SelectedField,
    Selection, SelectionSet, Shape, Step, TypeSet,
};
use router_schema::{Operation, OperationKind, Supergraph, Variables};
use router_transport::{Request, Response as Answer, Transport, TransportError};
use serde_json::Value;

pub type Answered = Result<Answer, TransportError>;
type Script = dyn Fn(Request) -> BoxFuture<'static, Answered> + Send + Sync;
type Events = dyn Fn(Request) -> Result<BoxStream<'static, Answer>, TransportError> + Send + Sync;

/// A subgraph that answers by a script and remembers what it was asked.
pub struct Scripted {
    script: Box<Script>,
    events: Box<Events>,
    pub asked: Mutex<Vec<Request>>,
}

impl Scripted {
    pub fn new<F, R>(script: F) -> Arc<Self>
    where
        F: Fn(Request) -> R + Send + Sync + 'static,
        R: Future<Output = Answered> + Send + 'static,
    {
        Arc::new(Self {
            script: Box::new(move |request| Box::pin(script(request))),
            events: Box::new(|_| unsupported()),
            asked: Mutex::default(),
        })
    }

    /// Always the same answer.
    pub fn answering(answer: Value) -> Arc<Self> {
        let answer: Answer = serde_json::from_value(answer).unwrap();
        Self::new(move |_| std::future::ready(Ok(answer.clone())))
    }

    pub fn failing() -> Arc<Self> {
        Self::new(|_| std::future::ready(Err(TransportError::CircuitOpen { subgraph: "it".into() })))
    }

    pub fn hanging() -> Arc<Self> {
        Self::new(|_| std::future::pending())
    }

    pub fn streaming(
        events: impl Fn(Request) -> Result<BoxStream<'static, Answer>, TransportError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(|_| Box::pin(std::future::ready(Err(unsupported::<()>().err().unwrap())))),
            events: Box::new(events),
            asked: Mutex::default(),
        })
    }

    /// The variables of each request so far.
    pub fn variables(&self) -> Vec<Value> {
        self.asked.lock().unwrap().iter().map(|request| Value::Object(request.variables.to_json())).collect()
    }
}

fn unsupported<T>() -> Result<T, TransportError> {
    Err(TransportError::SubscriptionsUnsupported { subgraph: "it".into() })
}

#[async_trait]
impl Transport for Scripted {
    async fn execute(&self, request: Request) -> Answered {
        self.asked.lock().unwrap().push(request.clone());
        (self.script)(request).await
    }

    async fn subscribe(&self, request: Request) -> Result<BoxStream<'static, Answer>, TransportError> {
        self.asked.lock().unwrap().push(request.clone());
        (self.events)(request)
    }
}

/// An executor over scripted subgraphs.
pub struct Federation {
    pub supergraph: Arc<Supergraph>,
    pub executor: Executor,
}

impl Federation {
    pub fn new(subgraphs: &[(&str, Arc<Scripted>)]) -> Self {
        let sources: Vec<_> = subgraphs
            .iter()
            .map(|(name, _)| Subgraph {
                name: (*name).to_owned(),
                url: format!("http://{name}"),
                sdl: format!("type Query {{ {name}: String }} type Mutation {{ do_{name}: String }}"),
            })
            .collect();
        let supergraph = Arc::new(Supergraph::parse(&compose(&sources).unwrap().supergraph_sdl).unwrap());
        let transports: BTreeMap<_, _> = subgraphs
            .iter()
            .map(|(name, subgraph)| ((*name).to_owned(), Arc::clone(subgraph) as Arc<dyn Transport>))
            .collect();
        let executor = Executor::new(Arc::clone(&supergraph), transports).unwrap();
        Self { supergraph, executor }
    }

    pub fn with_options(self, options: ExecutorOptions) -> Self {
        Self { executor: self.executor.with_options(options), ..self }
    }

    pub fn request(&self, fetches: Vec<Fetch>, output: OutputObject) -> ExecutionRequest {
        let operation = Operation::parse(&self.supergraph, "{ __typename }", None).unwrap();
        ExecutionRequest {
            operation: Arc::new(operation),
            plan: Arc::new(QueryPlan { kind: OperationKind::Query, fetches, output }),
            variables: Variables::default(),
            caller: None,
            headers: Arc::default(),
            deadline: None,
            room: None,
        }
    }

    pub async fn run(&self, fetches: Vec<Fetch>, output: OutputObject) -> Value {
        json_of(self.executor.execute(self.request(fetches, output)).await)
    }

    pub async fn run_until(&self, fetches: Vec<Fetch>, output: OutputObject, deadline: Instant) -> Value {
        let request = ExecutionRequest { deadline: Some(deadline), ..self.request(fetches, output) };
        json_of(self.executor.execute(request).await)
    }

    pub fn fetch(&self, id: usize, subgraph: &str, after: &[usize], call: Call) -> Fetch {
        let subgraph = self.supergraph.subgraph_named(subgraph).expect("a subgraph of this name");
        Fetch {
            id: FetchId(id),
            subgraph: subgraph.id,
            subgraph_name: Arc::clone(&subgraph.name),
            after: after.iter().map(|id| FetchId(*id)).collect(),
            operation: OperationKind::Query,
            document: format!("# fetch {id}").into(),
            operation_name: None,
            variables: Vec::new(),
            call,
        }
    }
}

pub fn json_of(response: Response) -> Value {
    let by_serde = serde_json::to_value(&response).unwrap();
    let bytes = response.into_bytes();
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), by_serde);
    by_serde
}

/// The text of the response, to see the order of its keys.
pub fn text_of(response: Response) -> String {
    String::from_utf8(response.into_bytes().to_vec()).unwrap()
}

pub fn root(fields: &[&str]) -> Call {
    Call::Root { at: Vec::new(), selection: select(fields) }
}

pub fn select(fields: &[&str]) -> SelectionSet {
    let field = |name: &&str| {
        Selection::Field(SelectedField {
            internal: (*name).into(),
            name: (*name).into(),
            arguments: "".into(),
            selection: None,
        })
    };
    SelectionSet { selections: fields.iter().map(field).collect() }
}

/// An `_entities` call for the objects at a path such as `products.seller`, by their `__typename` and `id`.
pub fn entities(path: &str, fields: &[&str]) -> Call {
    Call::Entities { calls: vec![entity_call("_entities", "representations", &[path], fields)] }
}

pub fn entity_call(key: &str, variable: &str, paths: &[&str], fields: &[&str]) -> EntityCall {
    let target = |path: &&str| EntityTarget {
        path: steps(path),
        representation: Representation {
            typename: RepresentationType::OfObject,
            fields: vec![copied("id", NullInput::LeaveOut)],
        },
    };
    EntityCall {
        response_key: key.into(),
        variable: variable.into(),
        targets: paths.iter().map(target).collect(),
        selection: select(fields),
        context: Vec::new(),
    }
}

pub fn copied(name: &str, null: NullInput) -> RepresentationField {
    RepresentationField { name: name.into(), source: name.into(), on: None, null, fields: Vec::new() }
}

/// `a.b.<T>` is field `a`, field `b`, type `T`.
pub fn steps(path: &str) -> Vec<Step> {
    let step = |part: &str| match part.strip_prefix('<').and_then(|part| part.strip_suffix('>')) {
        Some(name) => Step::On(types(&[name])),
        None => Step::Field(part.into()),
    };
    path.split('.').filter(|part| !part.is_empty()).map(step).collect()
}

pub fn types(names: &[&str]) -> TypeSet {
    names.iter().map(|name| Arc::from(*name)).collect()
}

pub fn object(runtime_type: &str, fields: Vec<OutputField>) -> OutputObject {
    OutputObject { runtime_type: RuntimeType::Static(runtime_type.into()), fields }
}

pub fn one_of(possible: &[&str], fields: Vec<OutputField>) -> OutputObject {
    OutputObject { runtime_type: RuntimeType::Fetched { possible: types(possible) }, fields }
}

/// A field whose key and internal name are the same.
pub fn field(name: &str, shape: Shape) -> OutputField {
    aliased(name, name, shape)
}

pub fn aliased(key: &str, internal: &str, shape: Shape) -> OutputField {
    let type_name = "T".into();
    OutputField {
        key: key.into(),
        on: None,
        value: OutputValue::Field { internal: internal.into(), shape, type_name },
    }
}

pub fn typename() -> OutputField {
    OutputField { key: "__typename".into(), on: None, value: OutputValue::Typename }
}

pub fn on(names: &[&str], field: OutputField) -> OutputField {
    OutputField { on: Some(types(names)), ..field }
}

pub fn string() -> Shape {
    Shape::Leaf(Leaf::String)
}

pub fn list(item: Shape) -> Shape {
    Shape::List(Box::new(item))
}

pub fn required(shape: Shape) -> Shape {
    Shape::NonNull(Box::new(shape))
}

pub fn composite(object: OutputObject) -> Shape {
    Shape::Object(Arc::new(object))
}
