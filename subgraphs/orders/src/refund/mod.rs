//! Refunds of some pieces of an order, and of its shipping.
//!
//! Orders decides which pieces and what they cost the buyer, and sets them aside in the transaction that keeps the refund
//! and the job which finishes it; payments gives the money back, with the points and the ledger that belong to it, under
//! the same id; catalog hears what became of the goods. Each of the three does its part once for that id.
//! Support refunds up to a limit for each order. To call an order off is another thing, and is not limited: nothing of it
//! was delivered, so the goods stay the shop's.
//! Invariants: no piece is refunded twice, and no line, no shipping and no order beyond what was paid; all pieces and the
//! shipping are what was paid, to the minor unit. Deliberately absent: orders of which nothing was paid in money, of which
//! payments gives back all or nothing.

mod amount;
mod begin;
mod error;
mod finish;
mod graphql;
mod input;
mod note;
mod split;
mod store;

pub use finish::FinishOrderRefund;
pub use graphql::{OrderRefund, RefundMutation};
pub use note::{note, record};
pub use store::RefundsOfOrder;
