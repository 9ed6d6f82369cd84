//! The internal schemas of the subgraphs that tests play.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

/// Each test plays the same few.
static READ: LazyLock<Mutex<HashMap<String, Arc<Valid<Schema>>>>> = LazyLock::new(Mutex::default);

/// The committed one, beside the subgraph whose tests run.
pub fn of(subgraph: &str) -> Arc<Valid<Schema>> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let schema = read.entry(subgraph.to_owned()).or_insert_with(|| {
        let path = Path::new("..").join(subgraph).join("internal.graphql");
        match std::fs::read_to_string(&path) {
            Ok(sdl) => parse(&sdl, &path.display().to_string()),
            Err(error) => panic!("{} cannot be read: {error}", path.display()),
        }
    });
    schema.clone()
}

pub fn parse(sdl: &str, name: &str) -> Arc<Valid<Schema>> {
    match Schema::parse_and_validate(sdl, name) {
        Ok(schema) => Arc::new(schema),
        Err(failed) => panic!("{name} is not valid: {}", failed.errors),
    }
}
