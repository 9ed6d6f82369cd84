//! The double-entry ledger: every capture and refund is one balanced entry, booked in the transaction that records it.
//! What nothing pays for has no other record than its entry.
//!
//! Invariant: the postings of an entry sum to zero in one currency, and an entry is booked once for its kind and
//! reference. Deliberately absent: updates and deletions; a mistake is mended by another entry.

mod free_sale;
mod graphql;
mod internal;
mod known;
mod split;
mod store;

pub use free_sale::FreeSales;
pub use graphql::{LedgerQuery, VendorBalance, vendor_balance};
pub use internal::InternalLedgerMutation;
pub use split::{Posting, Split, SplitError, VendorPart};
pub use store::{Ledger, LedgerError};
