//! What `@requiresScopes` and `@policy` demand: an OR of ANDs of names.

use apollo_compiler::Node;
use apollo_compiler::ast::Value;
use indexmap::IndexSet;

/// Terms of which one has to be met in full, the least demanding first, none redundant. No term at
/// all demands nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Demand(Vec<IndexSet<String>>);

impl Demand {
    /// Reads `[["a", "b"], ["c"]]`.
    pub fn read(value: &Value) -> Self {
        let terms = value
            .as_list()
            .unwrap_or_default()
            .iter()
            .map(|term| {
                let mut names: Vec<String> = term
                    .as_list()
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|name| name.as_str())
                    .map(str::to_owned)
                    .collect();
                names.sort();
                names.into_iter().collect()
            })
            .collect();
        Self(without_redundant(terms))
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(IndexSet::is_empty)
    }

    /// What demands both.
    pub fn and(&self, other: &Self) -> Self {
        if self.is_empty() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        let mut product = Vec::new();
        for term in &self.0 {
            for more in &other.0 {
                let mut all: Vec<String> = term.union(more).cloned().collect();
                all.sort();
                product.push(all.into_iter().collect());
            }
        }
        Self(without_redundant(product))
    }

    /// Whether whoever meets this demand meets the other.
    pub fn implies(&self, other: &Self) -> bool {
        if other.is_empty() {
            return true;
        }
        !self.is_empty() && self.0.iter().all(|term| other.0.iter().any(|needed| needed.is_subset(term)))
    }

    pub fn to_value(&self) -> Value {
        let terms = self.0.iter().map(|term| {
            let names = term.iter().cloned().map(|name| Node::new(Value::String(name)));
            Node::new(Value::List(names.collect()))
        });
        Value::List(terms.collect())
    }
}

fn without_redundant(mut terms: Vec<IndexSet<String>>) -> Vec<IndexSet<String>> {
    terms.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.iter().cmp(b.iter())));
    let mut kept: Vec<IndexSet<String>> = Vec::new();
    for term in terms {
        if !kept.iter().any(|smaller| smaller.is_subset(&term)) {
            kept.push(term);
        }
    }
    kept
}
