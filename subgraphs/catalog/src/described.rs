//! The job that a change of what describes products leaves behind: names of categories and their places in the tree,
//! options and codes of attributes.
//!
//! Whoever changes them enqueues it in the same transaction; the products do it (see [`crate::edit`]).

use platform_core::id::{AttributeId, CategoryId};
use platform_jobs::Job;
use serde::{Deserialize, Serialize};

/// Gives the products on sale that something describes a new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DescribeAnew {
    /// Those of a category and of all below it.
    Category(CategoryId),
    /// Those with a value of an attribute.
    Attribute(AttributeId),
}

impl Job for DescribeAnew {
    const KIND: &'static str = "catalog.describe-anew";
}
