//! Answers to operations by a schema and the data: of a subgraph, and of one server that knows everything.

use anyhow::{Result, anyhow};
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde::Deserialize;
use serde_json::Value;

use super::data::Thing;

/// What a subgraph's schema is made complete by.
const FEDERATION: &str = r"
directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @external on FIELD_DEFINITION | OBJECT
directive @requires(fields: String!) on FIELD_DEFINITION
directive @provides(fields: String!) on FIELD_DEFINITION
directive @shareable on FIELD_DEFINITION | OBJECT
scalar _Any
";

pub struct Executor {
    schema: Valid<Schema>,
}

#[derive(Deserialize)]
struct Request {
    query: String,
    #[serde(default)]
    variables: Option<JsonMap>,
}

impl Executor {
    pub fn subgraph(sdl: &str) -> Result<Self> {
        let entities: Vec<&str> = ["User", "Product", "Review"]
            .into_iter()
            .filter(|ty| sdl.contains(&format!("type {ty} @key")))
            .collect();
        let query = if sdl.contains("type Query") { "extend type Query" } else { "type Query" };
        Self::whole(&format!(
            "{FEDERATION}{sdl}\nunion _Entity = {}\n{query} {{ _entities(representations: [_Any!]!): [_Entity]! }}",
            entities.join(" | ")
        ))
    }

    pub fn whole(sdl: &str) -> Result<Self> {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql")
            .map_err(|errors| anyhow!("the benchmark's schema is not valid: {}", errors.errors))?;
        Ok(Self { schema })
    }

    /// The answer to the body of a request.
    pub fn answer(&self, body: &[u8]) -> Result<Value> {
        let request: Request = serde_json::from_slice(body)?;
        let document =
            ExecutableDocument::parse_and_validate(&self.schema, &request.query, "operation.graphql")
                .map_err(|errors| anyhow!("a subgraph refuses {}: {}", request.query, errors.errors))?;
        let variables = request.variables.unwrap_or_default();
        let execution = Execution::new(&self.schema, &document).raw_variable_values(&variables);
        let response =
            execution.execute_sync(&Thing::Query).map_err(|error| anyhow!("{}", error.message()))?;
        Ok(serde_json::to_value(response)?)
    }
}
