//! The check of a document, and of what it may come to, against the settings.

use crate::cost::Cost;
use crate::document;
use crate::error::LimitError;
use crate::expansion;
use crate::limits::{Limits, Measured};

impl Limits {
    /// Measures a document and refuses it at the first limit that it exceeds.
    pub fn check(&self, query: &str) -> Result<Measured, LimitError> {
        if query.len() > self.max_bytes {
            return Err(LimitError::Bytes { limit: self.max_bytes });
        }
        let document = document::scan(query, self)?;
        let measured = expansion::measure(&document)?;
        self.compare(&measured)?;
        Ok(measured)
    }

    /// Refuses a batch of too many operations.
    pub fn check_batch(&self, size: usize) -> Result<(), LimitError> {
        if size > self.max_batch {
            return Err(LimitError::Batch { size, limit: self.max_batch });
        }
        Ok(())
    }

    /// Refuses an operation that may come to more than is allowed.
    pub fn check_cost(&self, cost: Cost) -> Result<(), LimitError> {
        if cost.cost > self.max_cost {
            return Err(LimitError::Cost { cost: cost.cost, limit: self.max_cost });
        }
        if cost.nodes > self.max_nodes {
            return Err(LimitError::Nodes { nodes: cost.nodes, limit: self.max_nodes });
        }
        let max_bytes = u64::try_from(self.max_response_bytes).unwrap_or(u64::MAX);
        if cost.key_bytes > max_bytes {
            return Err(LimitError::KeyBytes { bytes: cost.key_bytes, limit: max_bytes });
        }
        Ok(())
    }

    fn compare(&self, measured: &Measured) -> Result<(), LimitError> {
        if measured.expanded_selections > self.max_expanded_selections {
            return Err(LimitError::ExpandedSelections { limit: self.max_expanded_selections });
        }
        if measured.depth > self.max_depth {
            return Err(LimitError::Depth { limit: self.max_depth });
        }
        if measured.root_fields > self.max_root_fields {
            return Err(LimitError::RootFields { limit: self.max_root_fields });
        }
        if measured.introspection_depth > self.max_introspection_depth {
            return Err(LimitError::IntrospectionDepth { limit: self.max_introspection_depth });
        }
        Ok(())
    }
}
