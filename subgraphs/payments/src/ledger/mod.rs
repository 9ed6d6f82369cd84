//! The double-entry ledger: every capture and refund is one balanced entry, booked in the transaction that records it.
//!
//! Invariant: the postings of an entry sum to zero in one currency, and an entry is booked once for its kind and
//! reference. Deliberately absent: updates and deletions; a mistake is mended by another entry.

mod graphql;
mod split;
mod store;

pub use graphql::{LedgerQuery, VendorBalance, vendor_balance};
pub use split::{Posting, Split, SplitError, VendorPart};
pub use store::{Ledger, LedgerError};
