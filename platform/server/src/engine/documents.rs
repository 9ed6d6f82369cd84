//! Parsed documents, kept by their text.

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::{Name, ServerError};
use moka::sync::Cache;
use platform_core::ErrorCode;
use router_limits::Limits;
use router_limits::cost::Countable;

use super::nul;
use crate::access::{Demand, Rules, collect};
use crate::errors::with_code;

/// Bytes of memory per byte of text: two syntax trees, which the documents that the dearest operations of `bench-cost`
/// are planned into bring to 65.
const WEIGHT_FACTOR: usize = 70;
const WEIGHT_BASE: usize = 1_024;

/// A document within limits, with what each of its operations demands.
pub(crate) struct Prepared {
    pub(crate) document: ExecutableDocument,
    pub(crate) countable: Option<Countable>,
    operations: Vec<(Option<Name>, PreparedOperation)>,
}

pub(crate) struct PreparedOperation {
    pub(crate) kind: OperationType,
    pub(crate) demands: Vec<Demand>,
    /// Every root field is `_service`, which the platform answers with the corrected SDL.
    pub(crate) asks_for_sdl: bool,
}

impl Prepared {
    /// The operation of that name, or the only one.
    pub(crate) fn chosen(&self, name: Option<&str>) -> Result<&PreparedOperation, ServerError> {
        let found = match name {
            None => match self.operations.as_slice() {
                [(_, only)] => Some(only),
                _ => None,
            },
            Some(name) => {
                let named = |(own, _): &&(Option<Name>, _)| own.as_ref().is_some_and(|own| own == name);
                self.operations.iter().find(named).map(|(_, operation)| operation)
            }
        };
        found.ok_or_else(|| {
            let message = match name {
                Some(_) => "the document has no operation of this name",
                None => "the document has several operations; say which by `operationName`",
            };
            with_code(ServerError::new(message, None), ErrorCode::BadUserInput.as_str())
        })
    }
}

/// A bounded cache. Documents that are refused are not kept, nor those that alone would displace many: a cache holds on
/// to what it has no room for, and to its text, for a while.
pub(crate) struct Documents {
    limits: Limits,
    cache: Cache<Arc<str>, Arc<Prepared>>,
    /// Weight of the largest that is kept.
    largest: u64,
}

fn weight(text: &str) -> usize {
    text.len().saturating_mul(WEIGHT_FACTOR).saturating_add(WEIGHT_BASE)
}

impl Documents {
    /// Keeps what takes at most `mib` MiB of memory.
    pub(crate) fn new(limits: Limits, mib: u64) -> Self {
        let weigh = |text: &Arc<str>, _: &Arc<Prepared>| u32::try_from(weight(text)).unwrap_or(u32::MAX);
        let capacity = mib.saturating_mul(1 << 20);
        let cache = Cache::builder().max_capacity(capacity).weigher(weigh).build();
        Self { limits, cache, largest: capacity / 16 }
    }

    pub(crate) fn get(&self, text: &Arc<str>, rules: &Rules) -> Result<Arc<Prepared>, ServerError> {
        if let Some(prepared) = self.cache.get(text) {
            return Ok(prepared);
        }
        self.limits
            .check(text)
            .map_err(|error| with_code(ServerError::new(error.to_string(), None), error.code()))?;
        let document = parse_query(text.as_ref())
            .map_err(|error| with_code(ServerError::from(error), "GRAPHQL_PARSE_FAILED"))?;
        nul::check_literals(text, &document)?;
        let prepared = Arc::new(prepare(text, document, rules));
        if u64::try_from(weight(text)).is_ok_and(|weight| weight <= self.largest) {
            self.cache.insert(text.clone(), prepared.clone());
        }
        Ok(prepared)
    }
}

fn prepare(text: &str, document: ExecutableDocument, rules: &Rules) -> Prepared {
    let describe =
        |operation: &OperationDefinition| PreparedOperation {
            kind: operation.ty,
            demands: collect(operation, &document.fragments, rules),
            asks_for_sdl: operation.selection_set.node.items.iter().all(
                |item| matches!(&item.node, Selection::Field(field) if field.node.name.node == "_service"),
            ),
        };
    let operations = match &document.operations {
        DocumentOperations::Single(operation) => vec![(None, describe(&operation.node))],
        DocumentOperations::Multiple(operations) => operations
            .iter()
            .map(|(name, operation)| (Some(name.clone()), describe(&operation.node)))
            .collect(),
    };
    Prepared { document, countable: Countable::parse(text), operations }
}
