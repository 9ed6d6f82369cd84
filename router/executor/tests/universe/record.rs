//! What the server that knows everything was asked and answered, in a form that another executor can repeat:
//! `tests/reference`.
//!
//! Invariant: a record holds values, not how they came about. Whoever repeats it coerces arguments, follows fragments
//! and spreads nulls by itself.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::serve::{Run, wrong_shape};
use super::values::{Found, Id, canonical};

/// Where records go, if they are wanted.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os("SOUK_REFERENCE_FOLDER").map(PathBuf::from)
}

/// What fields were worth by the server's own schema; a field's place is its key.
#[derive(Default)]
pub struct Values(Map<String, Json>);

impl Values {
    pub fn insert(
        &mut self,
        object: &Id,
        field: &str,
        arguments: &Map<String, Json>,
        mutations: usize,
        worth: Json,
    ) {
        let arguments = canonical(&Json::Object(arguments.clone()));
        self.0.insert(format!("{} {} {field}{arguments} {mutations}", object.ty, object.id), worth);
    }
}

pub fn error(message: &str) -> Json {
    json!({ "error": message })
}

/// `scope` tells apart what objects below are worth by what stands above them.
pub fn worth(found: &Found, scope: &str) -> Json {
    match found {
        Found::Null => Json::Null,
        Found::Leaf(value) => json!({ "leaf": value }),
        Found::Wrong => json!({ "leaf": wrong_shape() }),
        Found::Error => error("failed"),
        Found::Object(id) => json!({ "type": id.ty, "id": format!("{}{scope}", id.id) }),
        Found::List(items) => items.iter().map(|item| worth(item, scope)).collect(),
    }
}

/// An operation's line: one answer for each event, and the values that led to it.
pub fn operation(query: &str, variables: &Map<String, Json>, run: &Run, events: Vec<(Values, Json)>) -> Json {
    let events: Vec<Json> =
        events.into_iter().map(|(values, answer)| json!({ "values": values.0, "answer": answer })).collect();
    json!({
        "query": query,
        "variables": variables,
        "scenario": format!("{:?}", run.scenario),
        "effects": *run.effects.lock().unwrap(),
        "events": events,
    })
}

/// A universe's file: its schema in the first line, then its operations.
pub fn write(folder: &Path, seed: u64, schema: &str, operations: &[Json]) {
    let mut text = format!("{}\n", json!({ "universe": seed, "schema": schema }));
    operations.iter().for_each(|operation| writeln!(text, "{operation}").unwrap());
    fs::write(folder.join(format!("{seed}.jsonl")), text).unwrap();
}
