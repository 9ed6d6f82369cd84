//! What went wrong: all of it, by kind, so that one fault does not hide another.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Examples that are kept of each kind.
const EXAMPLES: usize = 3;

#[derive(Debug, Clone, Default)]
pub struct Findings(Arc<Mutex<BTreeMap<&'static str, Found>>>);

#[derive(Debug, Default)]
struct Found {
    times: usize,
    examples: Vec<String>,
}

impl Findings {
    pub fn add(&self, kind: &'static str, example: impl Into<String>) {
        let mut all = self.0.lock().unwrap();
        let found = all.entry(kind).or_default();
        found.times += 1;
        if found.examples.len() < EXAMPLES {
            found.examples.push(example.into().chars().take(1_000).collect());
        }
    }

    /// Notes a finding unless `holds`.
    pub fn check(&self, holds: bool, kind: &'static str, example: impl FnOnce() -> String) {
        if !holds {
            self.add(kind, example());
        }
    }

    pub fn assert_none(&self) {
        let all = self.0.lock().unwrap();
        assert!(all.is_empty(), "{} kinds of faults: {all:#?}", all.len());
    }
}
