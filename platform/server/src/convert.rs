//! Values between async-graphql and the transport, moved and not copied, and never through text.

use std::sync::Arc;

use async_graphql::{Name, PathSegment, Response, ServerError, Value, Variables};
use async_graphql_value::RAW_VALUE_TOKEN;
use router_transport::tree::{self, Keys, Node, Number, Reader};
use router_transport::{Answer, GraphqlError, Location, PathElement};

type Json = serde_json::Value;

/// async-graphql holds integers of 64 bits and doubles, and nothing between or beyond: a number with more digits is the
/// nearest double, as it is where it comes as text over HTTP. `Err` is one that no double comes near.
pub(crate) fn variables(object: tree::Object) -> Result<Variables, Number> {
    to_fields(object).map(Variables::from_value)
}

fn to_fields(object: tree::Object) -> Result<Value, Number> {
    let fields = object.into_entries().into_iter();
    let fields = fields.map(|(name, node)| Ok((Name::new(name), to_graphql(node)?)));
    fields.collect::<Result<_, _>>().map(Value::Object)
}

fn to_graphql(node: Node) -> Result<Value, Number> {
    Ok(match node {
        Node::Null => Value::Null,
        Node::Bool(value) => Value::Boolean(value),
        Node::Number(number) => Value::Number(number.to_json().ok_or(number)?),
        Node::String(text) => Value::String(text),
        Node::List(items) => {
            Value::List(Arc::unwrap_or_clone(items).into_iter().map(to_graphql).collect::<Result<_, _>>()?)
        }
        Node::Object(fields) => to_fields(Arc::unwrap_or_clone(fields))?,
    })
}

fn to_json(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => Json::Bool(value),
        Value::Number(number) => Json::Number(number),
        Value::String(text) => Json::String(text),
        Value::Enum(name) => Json::String(name.to_string()),
        Value::Binary(bytes) => Json::Array(bytes.iter().map(|&byte| Json::from(byte)).collect()),
        Value::List(items) => Json::Array(items.into_iter().map(to_json).collect()),
        Value::Object(fields) => {
            if let (1, Some(Value::String(raw))) = (fields.len(), fields.get(RAW_VALUE_TOKEN)) {
                return serde_json::from_str(raw).unwrap_or(Json::Null);
            }
            Json::Object(fields.into_iter().map(|(name, value)| (name.to_string(), to_json(value))).collect())
        }
    }
}

fn to_node(value: Value, keys: &mut Keys) -> Node {
    match value {
        Value::Null => Node::Null,
        Value::Boolean(value) => Node::Bool(value),
        Value::Number(number) => Node::Number(Number::from(&number)),
        Value::String(text) => Node::String(text),
        Value::Enum(name) => Node::String(name.to_string()),
        Value::Binary(bytes) => {
            Node::List(Arc::new(bytes.iter().map(|&byte| Node::Number(byte.into())).collect()))
        }
        Value::List(items) => {
            Node::List(Arc::new(items.into_iter().map(|item| to_node(item, keys)).collect()))
        }
        Value::Object(fields) => {
            if let (1, Some(Value::String(raw))) = (fields.len(), fields.get(RAW_VALUE_TOKEN)) {
                return Reader::new(raw).only().unwrap_or_default();
            }
            let mut object = tree::Object::with_capacity(fields.len());
            for (name, value) in fields {
                object.push(keys.intern(&name), to_node(value, keys));
            }
            Node::Object(Arc::new(object))
        }
    }
}

/// The form that an executor merges.
pub(crate) fn answer(response: Response) -> Answer {
    Answer {
        data: to_node(response.data, &mut Keys::default()),
        errors: response.errors.into_iter().map(error).collect(),
        ended: false,
    }
}

pub(crate) fn response(response: Response) -> router_transport::Response {
    let extensions = response.extensions.into_iter().map(|(name, value)| (name, to_json(value)));
    router_transport::Response {
        data: to_json(response.data),
        errors: response.errors.into_iter().map(error).collect(),
        extensions: extensions.collect(),
        ended: false,
    }
}

/// Of a subscription.
pub(crate) fn event(event: Result<Response, Vec<ServerError>>) -> router_transport::Response {
    match event {
        Ok(event) => response(event),
        Err(errors) => router_transport::Response { ended: true, ..response(Response::from_errors(errors)) },
    }
}

/// The same, in the form that an executor merges.
pub(crate) fn event_answer(event: Result<Response, Vec<ServerError>>) -> Answer {
    match event {
        Ok(event) => answer(event),
        Err(errors) => Answer { ended: true, ..answer(Response::from_errors(errors)) },
    }
}

fn error(error: ServerError) -> GraphqlError {
    let location = |pos: async_graphql::Pos| Location { line: pos.line, column: pos.column };
    let element = |segment| match segment {
        PathSegment::Field(name) => PathElement::Key(Arc::from(name)),
        PathSegment::Index(index) => PathElement::Index(index),
    };
    let extensions = error.extensions.and_then(|values| match serde_json::to_value(values) {
        Ok(Json::Object(object)) => Some(object),
        _ => None,
    });
    GraphqlError {
        message: error.message,
        locations: error.locations.into_iter().map(location).collect(),
        path: error.path.into_iter().map(element).collect(),
        extensions: extensions.unwrap_or_default(),
    }
}
