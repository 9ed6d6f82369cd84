//! How the gateway reaches this subgraph: like any other.

use anyhow::{Result, anyhow};
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use async_trait::async_trait;
use futures::stream::BoxStream;
use router_transport::{GraphqlError, Request, Response, Transport, TransportError};

use super::homes::Homes;
use super::resolve::{Root, TOO_MANY};
use super::{NAME, sdl};

pub struct Nodes {
    schema: Valid<Schema>,
    homes: Homes,
}

impl Nodes {
    pub fn new(homes: Homes) -> Result<Self> {
        // Composition has validated it; by itself it lacks the definitions of the directives of federation.
        let schema = Schema::builder().adopt_orphan_extensions().parse(sdl(), "nodes.graphql").build();
        let schema = schema.map_err(|failed| anyhow!("the schema of `nodes` is none: {}", failed.errors))?;
        Ok(Self { schema: Valid::assume_valid(schema), homes })
    }

    async fn answer(&self, request: &Request) -> Result<Response, String> {
        let document =
            ExecutableDocument::parse_and_validate(&self.schema, &*request.query, "request.graphql")
                .map_err(|errors| errors.errors.to_string())?;
        let variables: JsonMap = serde_json::from_value(request.variables.to_json().into()).map_err(told)?;
        let name = request.operation_name.as_deref();
        let mut root = Root::default();
        // Once to learn which ids are asked for, and once with what they are.
        let first = self.run(&document, &variables, name, &root)?;
        let unknown = root.unknown.take();
        if unknown.is_empty() {
            return Ok(first);
        }
        let ids: Vec<&str> = unknown.iter().map(String::as_str).collect();
        let found = self.homes.find(&ids, request).await;
        root.known = unknown.iter().cloned().zip(found).collect();
        self.run(&document, &variables, name, &root)
    }

    fn run(
        &self,
        document: &Valid<ExecutableDocument>,
        variables: &JsonMap,
        name: Option<&str>,
        root: &Root,
    ) -> Result<Response, String> {
        let execution = Execution::new(&self.schema, document).raw_variable_values(variables);
        let execution = execution.operation_name(name).map_err(|error| error.message().to_string())?;
        let answer = execution.execute_sync(root).map_err(|error| error.message().to_string())?;
        let mut answer: Response =
            serde_json::to_value(answer).and_then(serde_json::from_value).map_err(told)?;
        answer.errors.iter_mut().for_each(say);
        Ok(answer)
    }
}

fn told(error: serde_json::Error) -> String {
    error.to_string()
}

/// Nothing else goes wrong while the roots are resolved.
fn say(error: &mut GraphqlError) {
    let (message, code) = match error.message.contains(TOO_MANY) {
        true => (TOO_MANY, "LIMIT_EXCEEDED"),
        false => ("a subgraph that may have this id does not answer", "SUBGRAPH_UNAVAILABLE"),
    };
    message.clone_into(&mut error.message);
    error.extensions.insert("code".to_owned(), code.into());
}

#[async_trait]
impl Transport for Nodes {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        self.answer(&request)
            .await
            .map_err(|reason| TransportError::Malformed { subgraph: NAME.to_owned(), reason })
    }

    async fn subscribe(&self, _request: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        Err(TransportError::SubscriptionsUnsupported { subgraph: NAME.to_owned() })
    }
}
