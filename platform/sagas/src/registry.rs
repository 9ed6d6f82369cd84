//! The kinds of saga that a process can drive.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::{Drive, Typed};
use crate::saga::Saga;

/// Sagas by kind.
#[derive(Default)]
pub struct SagaRegistry {
    kinds: BTreeMap<&'static str, Arc<dyn Drive>>,
}

impl SagaRegistry {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a kind; a second of the same name replaces the first.
    #[must_use]
    pub fn with<S: Saga>(mut self, saga: S) -> Self {
        self.kinds.insert(S::KIND, Arc::new(Typed::new(saga)));
        self
    }

    /// Names of all fail points that these sagas pass: before and after each step, and each undo that
    /// there can be.
    pub fn fail_points(&self) -> Vec<String> {
        let mut names: Vec<String> = self.kinds.values().flat_map(|kind| kind.fail_points()).collect();
        names.sort_unstable();
        names
    }

    pub(crate) fn get(&self, kind: &str) -> Option<Arc<dyn Drive>> {
        self.kinds.get(kind).cloned()
    }

    /// In alphabetical order.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = &'static str> {
        self.kinds.keys().copied()
    }
}
