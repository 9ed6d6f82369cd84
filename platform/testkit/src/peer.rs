//! A subgraph that is played by the test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::ast::{Definition, Document, Selection};
use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use platform_core::ErrorCode;
use platform_identity::Caller;
use router_transport::{GraphqlError, Object, Request, Response, Transport, TransportError};
use serde_json::{Value, json};

/// A call that a peer received.
#[derive(Debug, Clone)]
pub struct PeerCall {
    pub variables: Value,
    pub caller: Caller,
}

/// An error that the peer answers with.
struct Refusal {
    code: ErrorCode,
    /// The input field at fault.
    field: Option<String>,
}

type Script = Arc<dyn Fn(&PeerCall) -> Result<Value, Refusal> + Send + Sync>;

#[derive(Default)]
struct State {
    scripts: HashMap<String, Script>,
    calls: Vec<(String, PeerCall)>,
    is_down: bool,
}

/// Answers by root field. Cheap to clone; clones share, so a test keeps one to change the script and read the calls.
#[derive(Clone, Default)]
pub struct ScriptedPeer {
    state: Arc<Mutex<State>>,
}

impl ScriptedPeer {
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on the root field `field` has this value.
    #[must_use]
    pub fn answer(self, field: &str, value: Value) -> Self {
        self.set(field, move |_| Ok(value.clone()));
        self
    }

    /// From now on the root field `field` has the value that `script` makes of the call.
    #[must_use]
    pub fn answer_with(
        self,
        field: &str,
        script: impl Fn(&PeerCall) -> Value + Send + Sync + 'static,
    ) -> Self {
        self.set(field, move |call| Ok(script(call)));
        self
    }

    /// From now on the root field `field` fails with an error of this code.
    #[must_use]
    pub fn refuse(self, field: &str, code: ErrorCode) -> Self {
        self.set(field, move |_| Err(Refusal { code, field: None }));
        self
    }

    /// From now on the root field `field` refuses what stands in the field `input` of its input.
    #[must_use]
    pub fn refuse_input(self, field: &str, input: &str) -> Self {
        let input = input.to_owned();
        self.set(field, move |_| Err(Refusal { code: ErrorCode::BadUserInput, field: Some(input.clone()) }));
        self
    }

    /// Whether calls find nobody there.
    pub fn set_down(&self, is_down: bool) {
        self.lock().is_down = is_down;
    }

    /// The calls of a root field so far, oldest first.
    pub fn calls(&self, field: &str) -> Vec<PeerCall> {
        let state = self.lock();
        state.calls.iter().filter(|(name, _)| name == field).map(|(_, call)| call.clone()).collect()
    }

    fn set(&self, field: &str, script: impl Fn(&PeerCall) -> Result<Value, Refusal> + Send + Sync + 'static) {
        self.lock().scripts.insert(field.to_owned(), Arc::new(script));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for ScriptedPeer {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        let caller = request.caller.clone().expect("calls between subgraphs carry an identity");
        assert!(caller.is_service(), "calls between subgraphs are made by a service");
        let call = PeerCall { variables: Value::Object(request.variables.to_json()), caller };
        let mut response = Response::default();
        let mut data = Object::new();
        for (key, field) in root_fields(&request.query) {
            let script = {
                let mut state = self.lock();
                if state.is_down {
                    return Err(TransportError::Unreachable {
                        subgraph: "scripted".to_owned(),
                        address: "scripted".to_owned(),
                        source: "the test took the peer down".into(),
                    });
                }
                state.calls.push((field.clone(), call.clone()));
                state.scripts.get(&field).cloned()
            };
            let script = script.unwrap_or_else(|| panic!("the peer has no script for `{field}`"));
            match script(&call) {
                Ok(value) => {
                    data.insert(key, value);
                }
                Err(Refusal { code, field }) => response.errors.push(GraphqlError {
                    message: format!("scripted {}", code.as_str()),
                    extensions: Object::from_iter([
                        ("code".to_owned(), json!(code.as_str())),
                        ("field".to_owned(), json!(field)),
                    ]),
                    ..GraphqlError::default()
                }),
            }
        }
        response.data = Value::Object(data);
        Ok(response)
    }

    async fn subscribe(&self, _: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        Ok(futures::stream::empty().boxed())
    }
}

/// Response key and name of each root field of a document's operation.
fn root_fields(query: &str) -> Vec<(String, String)> {
    let document = Document::parse(query, "peer.graphql")
        .unwrap_or_else(|failed| panic!("the document is no GraphQL: {}", failed.errors));
    let mut fields = Vec::new();
    for definition in &document.definitions {
        let Definition::OperationDefinition(operation) = definition else { continue };
        for selection in &operation.selection_set {
            if let Selection::Field(field) = selection {
                fields.push((field.response_name().to_string(), field.name.to_string()));
            }
        }
    }
    fields
}
