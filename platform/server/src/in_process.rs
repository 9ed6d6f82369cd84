//! The transport to a subgraph of the same process: the identity as a value, the document parsed once, no text.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::{Response, ServerError};
use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use platform_core::ErrorCode;
use platform_telemetry::TraceContext;
use router_transport::{Answer, Request, Transport, TransportError};

use crate::convert;
use crate::engine::{Engine, Operation};
use crate::errors::{self, with_code};

/// Reaches one schema of a subgraph of this process.
#[derive(Clone)]
pub struct InProcess {
    engine: Arc<Engine>,
}

impl InProcess {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// The operation, or the response that refuses it.
    fn operation(&self, request: Request) -> Result<Operation, Box<Response>> {
        let refuse = |code: ErrorCode, message: &str| {
            let error = with_code(ServerError::new(message, None), code.as_str());
            Box::new(Response::from_errors(vec![error]))
        };
        let Some(caller) = request.caller else {
            return Err(refuse(ErrorCode::Unauthenticated, "the request carries no identity"));
        };
        if let Err(code) = self.engine.admits(&caller) {
            return Err(refuse(code, "only services may call this schema"));
        }
        let variables = convert::variables(request.variables).map_err(|number| {
            refuse(ErrorCode::BadUserInput, &format!("the number {number} is larger than any double"))
        })?;
        Ok(Operation {
            query: request.query,
            operation_name: request.operation_name,
            variables,
            caller,
            deadline: request.deadline,
            trace: TraceContext::from_headers(&request.headers),
        })
    }

    /// Events, and at their end the errors for which there are no more.
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Response, Vec<ServerError>>> {
        let refused = |errors| futures::stream::iter([Err(errors)]).boxed();
        match self.operation(request) {
            Ok(operation) => match self.engine.stream(operation) {
                Ok(events) => events.map(|event| event.map_err(|error| vec![error])).boxed(),
                Err(errors) => refused(errors),
            },
            Err(refusal) => refused(refusal.errors),
        }
    }

    async fn run(&self, request: Request) -> Result<Response, TransportError> {
        let (started, deadline) = (Instant::now(), request.deadline);
        let operation = match self.operation(request) {
            Ok(operation) => operation,
            Err(refusal) => return Ok(*refusal),
        };
        let response = self.engine.execute(operation).await;
        let timed_out = response.errors.iter().any(|error| errors::code(error) == Some("TIMEOUT"));
        // The caller's own deadline passed: the same outcome as over HTTP.
        if timed_out && deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let subgraph = self.engine.subgraph().to_owned();
            return Err(TransportError::Timeout { subgraph, after: started.elapsed() });
        }
        Ok(response)
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn execute(&self, request: Request) -> Result<router_transport::Response, TransportError> {
        Ok(convert::response(self.run(request).await?))
    }

    async fn fetch(&self, request: Request) -> Result<Answer, TransportError> {
        Ok(convert::answer(self.run(request).await?))
    }

    async fn subscribe(
        &self,
        request: Request,
    ) -> Result<BoxStream<'static, router_transport::Response>, TransportError> {
        Ok(self.stream(request).map(convert::event).boxed())
    }

    async fn events(&self, request: Request) -> Result<BoxStream<'static, Answer>, TransportError> {
        Ok(self.stream(request).map(convert::event_answer).boxed())
    }
}
