//! Asking the homes of entities what has an id.

use std::sync::Arc;

use futures::future::join_all;
use router_gateway::TransportFactory;
use router_transport::{Object, Request, Response, Transport, Value};
use serde_json::json;

use crate::subgraphs;

const DOCUMENT: &str =
    "query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }";

/// Every subgraph that is home to entities.
pub struct Homes(Vec<Home>);

struct Home {
    name: &'static str,
    /// Where one id is of several, the first counts.
    entities: &'static [&'static str],
    transport: Arc<dyn Transport>,
    document: Arc<str>,
}

/// What an id is of.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    Entity(&'static str),
    Nothing,
    /// A home that may have it did not tell.
    Unknown,
}

impl Found {
    /// One home that has it is enough, whatever the others say.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, other) | (Self::Unknown, other @ Self::Entity(_)) => other,
            _ => self,
        }
    }
}

impl Homes {
    pub fn reached_by(transports: &TransportFactory) -> Result<Self, String> {
        let homes = subgraphs::ALL.iter().filter(|subgraph| !subgraph.nodes.is_empty());
        let homes = homes.map(|subgraph| {
            let transport = transports(subgraph.name, "")?;
            Ok(Home { name: subgraph.name, entities: subgraph.nodes, transport, document: DOCUMENT.into() })
        });
        homes.collect::<Result<_, String>>().map(Self)
    }

    /// Finds the types of `ids`, in their order, as the caller of `request` may see them.
    pub async fn find(&self, ids: &[&str], request: &Request) -> Vec<Found> {
        let answers = join_all(self.0.iter().map(|home| home.find(ids, request))).await;
        let mut answers: Vec<_> = answers.into_iter().map(Vec::into_iter).collect();
        let found = |_| answers.iter_mut().filter_map(Iterator::next).fold(Found::Nothing, Found::or);
        ids.iter().map(found).collect()
    }
}

impl Home {
    async fn find(&self, ids: &[&str], request: &Request) -> Vec<Found> {
        let representation = |id: &str, entity: &str| json!({ "__typename": entity, "id": id });
        let representations =
            ids.iter().flat_map(|id| self.entities.iter().map(move |entity| representation(id, entity)));
        let variables = Object::from_iter([("representations".to_owned(), representations.collect())]);
        let asked = Request {
            query: self.document.clone(),
            operation_name: None,
            variables: variables.into(),
            ..request.clone()
        };
        let (entities, fault) = match self.transport.execute(asked).await {
            Ok(Response { data, errors, .. }) => (data, errors.into_iter().next().map(|error| error.message)),
            Err(error) => (Value::Null, Some(error.to_string())),
        };
        if let Some(fault) = &fault {
            tracing::warn!(subgraph = self.name, fault, "a home of entities does not say all that it has");
        }
        let mut entities = entities.get("_entities").and_then(Value::as_array).into_iter().flatten();
        let found = ids.iter().map(|_| {
            let of_one: Vec<_> = self.entities.iter().map(|entity| (*entity, entities.next())).collect();
            let first = of_one.iter().find(|(_, value)| value.is_some_and(Value::is_object));
            match first {
                Some((entity, _)) => Found::Entity(entity),
                None if fault.is_some() || of_one.iter().any(|(_, value)| value.is_none()) => Found::Unknown,
                None => Found::Nothing,
            }
        });
        found.collect()
    }
}
