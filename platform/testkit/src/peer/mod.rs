//! A subgraph that is played by the test.
//!
//! Invariant: it is asked and answers by the internal schema of the subgraph that it plays. A script that says something
//! else fails its test, with the path of what does not fit.

mod fit;
mod schema;
mod wire;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::executable::Field;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node, Schema};
use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use platform_core::ErrorCode;
use platform_identity::Caller;
use router_transport::{GraphqlError, Object, Request, Response, Transport, TransportError};
use serde_json::{Value, json};

pub use wire::{Side, Wire};

/// A call that a peer received.
#[derive(Debug, Clone)]
pub struct PeerCall {
    pub variables: Value,
    pub caller: Caller,
}

/// What a script says.
enum Said {
    /// It fits the schema, or the test fails.
    Value(Value),
    /// Another release has another schema.
    Unchecked(Value),
    Refused {
        code: ErrorCode,
        /// The input field at fault.
        field: Option<String>,
    },
}

type Script = Arc<dyn Fn(&PeerCall) -> Said + Send + Sync>;

struct State {
    schema: Arc<Valid<Schema>>,
    scripts: HashMap<String, Script>,
    calls: Vec<(String, PeerCall)>,
    is_down: bool,
    /// What was asked or said that does not fit: the subgraph under test may catch the panic.
    misfit: Option<String>,
}

/// Answers by root field. Cheap to clone; clones share, so a test keeps one to change the script and read the calls.
#[derive(Clone)]
pub struct ScriptedPeer {
    state: Arc<Mutex<State>>,
}

impl ScriptedPeer {
    /// Plays the subgraph of this name, in the tests of another.
    pub fn of(subgraph: &str) -> Self {
        Self::playing(schema::of(subgraph))
    }

    /// Plays one that has this internal schema.
    pub fn with_schema(sdl: &str) -> Self {
        Self::playing(schema::parse(sdl, "internal.graphql"))
    }

    fn playing(schema: Arc<Valid<Schema>>) -> Self {
        let (scripts, calls) = (HashMap::new(), Vec::new());
        let state = State { schema, scripts, calls, is_down: false, misfit: None };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// From now on the root field `field` has this value: fields by their names, `__typename` where there are several types.
    /// What is not asked for is left out of the answer.
    #[must_use]
    pub fn answer(self, field: &str, value: Value) -> Self {
        self.set(field, move |_| Said::Value(value.clone()));
        self
    }

    /// From now on the root field `field` has the value that `script` makes of the call.
    #[must_use]
    pub fn answer_with(
        self,
        field: &str,
        script: impl Fn(&PeerCall) -> Value + Send + Sync + 'static,
    ) -> Self {
        self.set(field, move |call| Said::Value(script(call)));
        self
    }

    /// From now on the root field `field` has this value, whatever the schema says: as another release answers.
    #[must_use]
    pub fn answer_of_another_release(self, field: &str, value: Value) -> Self {
        self.set(field, move |_| Said::Unchecked(value.clone()));
        self
    }

    /// From now on the root field `field` fails with an error of this code.
    #[must_use]
    pub fn refuse(self, field: &str, code: ErrorCode) -> Self {
        self.set(field, move |_| Said::Refused { code, field: None });
        self
    }

    /// From now on the root field `field` refuses what stands in the field `input` of its input.
    #[must_use]
    pub fn refuse_input(self, field: &str, input: &str) -> Self {
        let input = input.to_owned();
        let refused = move |_: &PeerCall| {
            let field = Some(input.clone());
            Said::Refused { code: ErrorCode::BadUserInput, field }
        };
        self.set(field, refused);
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

    fn set(&self, field: &str, script: impl Fn(&PeerCall) -> Said + Send + Sync + 'static) {
        self.lock().scripts.insert(field.to_owned(), Arc::new(script));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, misfit: String) -> ! {
        self.lock().misfit = Some(misfit.clone());
        panic!("{misfit}");
    }

    /// The root fields of what is asked.
    fn asked(&self, query: &str) -> Vec<Node<Field>> {
        let schema = self.lock().schema.clone();
        match ExecutableDocument::parse_and_validate(&schema, query, "peer.graphql") {
            Ok(document) => document
                .operations
                .iter()
                .flat_map(|operation| operation.root_fields(&document))
                .cloned()
                .collect(),
            Err(failed) => self.fail(format!("what is asked of the peer does not fit: {}", failed.errors)),
        }
    }

    /// What the script of a field says, as the field's value or as an error of the response.
    fn play(
        &self,
        field: &Field,
        call: &PeerCall,
        script: &Script,
        response: &mut Response,
    ) -> Option<Value> {
        match script(call) {
            Said::Unchecked(value) => Some(value),
            Said::Value(value) => {
                let schema = self.lock().schema.clone();
                let answer = fit::answer(&schema, field, &value);
                Some(answer.unwrap_or_else(|misfit| self.fail(format!("the script does not fit: {misfit}"))))
            }
            Said::Refused { code, field } => {
                response.errors.push(GraphqlError {
                    message: format!("scripted {}", code.as_str()),
                    extensions: Object::from_iter([
                        ("code".to_owned(), json!(code.as_str())),
                        ("field".to_owned(), json!(field)),
                    ]),
                    ..GraphqlError::default()
                });
                None
            }
        }
    }
}

impl Drop for ScriptedPeer {
    fn drop(&mut self) {
        let misfit = self.lock().misfit.clone();
        if let Some(misfit) = misfit.filter(|_| !std::thread::panicking()) {
            panic!("{misfit}");
        }
    }
}

#[async_trait]
impl Transport for ScriptedPeer {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        let Some(caller) = request.caller.clone().filter(|caller| caller.is_service()) else {
            self.fail("calls between subgraphs are made by a service".to_owned());
        };
        let call = PeerCall { variables: Value::Object(request.variables.to_json()), caller };
        let mut response = Response::default();
        let mut data = Object::new();
        for field in self.asked(&request.query) {
            let script = {
                let mut state = self.lock();
                if state.is_down {
                    return Err(TransportError::Unreachable {
                        subgraph: "scripted".to_owned(),
                        address: "scripted".to_owned(),
                        source: "the test took the peer down".into(),
                    });
                }
                state.calls.push((field.name.to_string(), call.clone()));
                state.scripts.get(field.name.as_str()).cloned()
            };
            let script = script.unwrap_or_else(|| panic!("the peer has no script for `{}`", field.name));
            if let Some(value) = self.play(&field, &call, &script, &mut response) {
                data.insert(field.response_key().to_string(), value);
            }
        }
        response.data = Value::Object(data);
        Ok(response)
    }

    async fn subscribe(&self, _: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        Ok(futures::stream::empty().boxed())
    }
}
