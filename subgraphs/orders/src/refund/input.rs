//! What is asked to be refunded.

use std::collections::BTreeSet;

use platform_commerce::Money;
use platform_core::id::{OrderId, OrderLineId};
use platform_text::{paragraphs, token};
use serde::Serialize;

use super::error::RefundError;

/// The most lines of one refund.
pub const MAX_LINES: usize = 200;
/// What payments keeps of a reason and of a key of staff.
const MAX_REASON: usize = 500;
const MAX_KEY: usize = 200;

/// Pieces of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pieces {
    pub line: OrderLineId,
    pub quantity: i32,
}

/// What is the same when a key comes again.
#[derive(Debug, Clone, Serialize)]
pub struct Wanted {
    pub order: OrderId,
    pub lines: Vec<Pieces>,
    /// With tax.
    pub shipping: Option<Money>,
    pub reason: String,
    pub restock: bool,
}

/// A request whose form is right.
#[derive(Debug, Clone)]
pub struct Request {
    pub key: String,
    pub wanted: Wanted,
}

impl Request {
    pub fn new(key: String, mut wanted: Wanted) -> Result<Self, RefundError> {
        token("idempotencyKey", &key, 1..=MAX_KEY)?;
        wanted.reason = paragraphs("reason", &wanted.reason, MAX_REASON)?;
        if wanted.lines.is_empty() && wanted.shipping.is_none() {
            return Err(RefundError::Nothing);
        }
        if wanted.lines.len() > MAX_LINES {
            return Err(RefundError::TooManyLines);
        }
        if wanted.lines.iter().any(|pieces| pieces.quantity < 1) {
            return Err(RefundError::Quantity);
        }
        let named: BTreeSet<OrderLineId> = wanted.lines.iter().map(|pieces| pieces.line).collect();
        if named.len() < wanted.lines.len() {
            return Err(RefundError::LineTwice);
        }
        if wanted.shipping.is_some_and(|shipping| shipping.minor() <= 0) {
            return Err(RefundError::Shipping);
        }
        wanted.lines.sort_by_key(|pieces| pieces.line);
        Ok(Self { key, wanted })
    }
}
